"""The table of contributions: names give way, so that value and part of the score stay in sight."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QTableWidget

from app.theme import theme

NAME, VALUE, PLACE, PART = range(4)
LEAST_NAME = 64


class ContributionTable(QTableWidget):
    """Name, value, place among training rows, part of the score, note; a row for each input."""

    def __init__(self, titles: Sequence[str]) -> None:
        super().__init__(0, len(titles))
        self.setHorizontalHeaderLabels(list(titles))
        self.verticalHeader().hide()
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setShowGrid(False)
        self.setTabKeyNavigation(False)
        header = self.horizontalHeader()
        header.setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)
        header.setSectionResizeMode(NAME, QHeaderView.ResizeMode.Fixed)
        header.setStretchLastSection(True)
        header.setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        header.moveSection(PART, PLACE)  # where room ends, the number is still in sight

    def fit(self) -> None:
        """Give names what value and part leave, and no more than the longest asks for."""
        whole = max(self.sizeHintForColumn(NAME), self.horizontalHeader().sectionSizeHint(NAME))
        room = self.viewport().width() - self.columnWidth(VALUE) - self.columnWidth(PART)
        self.setColumnWidth(NAME, min(whole, max(room, theme().px(LEAST_NAME))))

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802 - Qt's name
        """Names give way."""
        super().resizeEvent(event)
        self.fit()
