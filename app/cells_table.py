"""A table of text to read and copy: each column as wide as it needs, the widest give way.

No column gives way below its title and a few letters: then the table is scrolled sideways.
"""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QTableWidget, QTableWidgetItem

from app.theme import theme
from investigators.chart import Cells

ROW = 25
MOST = 8  # rows that are shown without scrolling, the header and a bar among them
LEAST = 92  # of a column, where its cells need that much: about ten letters


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
        self._tall = theme().px(ROW) * min(len(cells.rows) + 2, MOST)
        self.setMinimumHeight(self._tall)

    def sizeHint(self) -> QSize:  # noqa: N802 - Qt's name
        """Few rows leave no empty room below them."""
        return QSize(super().sizeHint().width(), self._tall)

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802 - Qt's name
        """Share the new width."""
        super().resizeEvent(event)
        header = self.horizontalHeader()
        columns = range(self.columnCount())
        titles = [header.sectionSizeHint(k) for k in columns]
        cells = [self.sizeHintForColumn(k) for k in columns]
        wanted = [max(pair) for pair in zip(titles, cells, strict=True)]
        few = theme().px(LEAST)
        least = [max(title, min(few, cell)) for title, cell in zip(titles, cells, strict=True)]
        for k, width in enumerate(shared(wanted, self.viewport().width(), least)):
            header.resizeSection(k, width)


def shared(wanted: list[int], room: int, least: Sequence[int] = ()) -> list[int]:
    """Widths that fill ``room`` (pixels): as wanted and the rest to the last, or the widest cut.

    Where there is too little, no column is cut below an equal share: small ones stay whole.  None
    is cut below its ``least`` (at most as wanted); together they may then need more than the room.
    """
    spare = room - sum(wanted)
    if not wanted or spare >= 0:
        return [*wanted[:-1], wanted[-1] + spare] if wanted else []
    least = least or [0] * len(wanted)
    given, left = list(least), room - sum(least)
    if left <= 0:
        return given
    waiting = sorted(range(len(wanted)), key=lambda k: wanted[k] - least[k])
    while waiting:
        k = waiting.pop(0)
        more = min(wanted[k] - least[k], left // (len(waiting) + 1))
        given[k] += more
        left -= more
    return given
