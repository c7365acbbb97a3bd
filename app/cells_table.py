"""A table of text to read and copy: each column as wide as it needs, the widest give way."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QTableWidget, QTableWidgetItem

from app.theme import theme
from investigators.chart import Cells

ROW = 25


class CellsTable(QTableWidget):
    """The cells of a chart or of a list; what is cut stands whole in its tool tip."""

    def __init__(self, cells: Cells) -> None:
        super().__init__(len(cells.rows), len(cells.header))
        self.setHorizontalHeaderLabels(list(cells.header))
        self.verticalHeader().hide()
        self.setShowGrid(False)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setTabKeyNavigation(False)
        self.setWordWrap(False)
        self.setAccessibleName(cells.title)
        self.setAccessibleDescription(cells.description)
        for k, row in enumerate(cells.rows):
            for j, text in enumerate(row):
                item = QTableWidgetItem(text)
                item.setToolTip(text)
                self.setItem(k, j, item)
        header = self.horizontalHeader()
        header.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        header.setHighlightSections(False)
        header.setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        self.verticalHeader().setDefaultSectionSize(theme().px(ROW))
        self.setMinimumHeight(theme().px(ROW) * min(len(cells.rows) + 2, 8))

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802 - Qt's name
        """Share the new width."""
        super().resizeEvent(event)
        header = self.horizontalHeader()
        wanted = [
            max(self.sizeHintForColumn(k), header.sectionSizeHint(k))
            for k in range(self.columnCount())
        ]
        for k, width in enumerate(shared(wanted, self.viewport().width())):
            header.resizeSection(k, width)


def shared(wanted: list[int], room: int) -> list[int]:
    """Widths that fill ``room`` (pixels): as wanted and the rest to the last, or the widest cut.

    Where there is too little, no column is cut below an equal share: small ones stay whole.
    """
    spare = room - sum(wanted)
    if not wanted or spare >= 0:
        return [*wanted[:-1], wanted[-1] + spare] if wanted else []
    given, left = list(wanted), room
    waiting = sorted(range(len(wanted)), key=wanted.__getitem__)
    while waiting:
        k = waiting.pop(0)
        given[k] = min(wanted[k], left // (len(waiting) + 1))
        left -= given[k]
    return given
