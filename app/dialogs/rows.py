"""A table of words to type: rows are added, moved and removed, all by keys too."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtGui import QKeyEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import (
    QAbstractItemDelegate,
    QAbstractItemView,
    QComboBox,
    QHeaderView,
    QLineEdit,
    QTableWidget,
    QTableWidgetItem,
    QWidget,
)

from app.flow import Flow
from app.language import tr
from app.parts import button, column, kind
from app.theme import theme

Choice = tuple[tuple[str, str], ...]  # words and what they stand for


class _Table(QTableWidget):
    """A table that can be told to take what is being typed; empty, it says how to begin."""

    empty = ""

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802 - Qt's name
        """Words in the place of rows, as long as there are none."""
        super().paintEvent(event)
        if self.rowCount():
            return
        painter, room = QPainter(self.viewport()), self.viewport().rect().adjusted(12, 12, -12, -12)
        painter.setFont(theme().font())
        painter.setPen(theme().colour("soft"))
        painter.drawText(room, Qt.AlignmentFlag.AlignTop | Qt.TextFlag.TextWordWrap, self.empty)

    def settle(self) -> None:
        """Take it, and close its cell."""
        for editor in self.viewport().findChildren(QLineEdit):
            if self.state() == QAbstractItemView.State.EditingState and editor.isVisible():
                self.commitData(editor)
                self.closeEditor(editor, QAbstractItemDelegate.EndEditHint.NoHint)
        self.setFocus()


class Rows(QWidget):
    """Rows of words under ``header``; with ``choice`` a last column chooses one of these.

    ``name`` is the table's for those who hear it; ``add`` the words of the button.
    """

    changed = Signal()

    def __init__(self, name: str, add: str, header: Sequence[str], choice: Choice = ()) -> None:
        super().__init__()
        self._words, self._choice = len(header) - bool(choice), choice
        self.table = _Table(0, len(header))
        self.table.setHorizontalHeaderLabels(list(header))
        self.table.setAccessibleName(name)
        kind(self.table, "typed")
        self.table.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.table.setTabKeyNavigation(False)
        self.table.setWordWrap(True)
        by = QAbstractItemView.EditTrigger
        self.table.setEditTriggers(
            by.DoubleClicked | by.SelectedClicked | by.EditKeyPressed | by.AnyKeyPressed
        )
        head = self.table.horizontalHeader()
        head.setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        head.setSectionResizeMode(QHeaderView.ResizeMode.Stretch)
        head.setHighlightSections(False)
        self.table.verticalHeader().setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)
        self.table.setMinimumHeight(theme().px(110))
        self.table.installEventFilter(self)
        self.table.itemChanged.connect(lambda _item: self.changed.emit())
        self.add_button = button(add, self.add)
        self.table.empty = tr("Nothing here yet: “{add}” begins a row, Tab goes on in it.", add=add)
        buttons = Flow(8)
        for each in (
            self.add_button,
            button(tr("Up"), lambda: self.move_row(-1), tip="Alt+Up"),
            button(tr("Down"), lambda: self.move_row(1), tip="Alt+Down"),
            button(tr("Remove"), self.remove, tip=tr("Take the marked row away (Delete)")),
        ):
            each.setAutoDefault(False)
            buttons.addWidget(each)
        self.setLayout(column(self.table, buttons, gap=8))

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802 - Qt's name
        """Delete takes the marked row away, Alt with an arrow moves it."""
        if isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress:
            steps = {Qt.Key.Key_Up: -1, Qt.Key.Key_Down: 1}
            by = steps.get(Qt.Key(event.key()), 0)
            if event.key() == Qt.Key.Key_Delete:
                self.remove()
                return True
            if by and event.modifiers() & Qt.KeyboardModifier.AltModifier:
                self.move_row(by)
                return True
        return super().eventFilter(watched, event)

    def put(self, rows: Sequence[Sequence[str]]) -> None:
        """Show these rows."""
        self.table.blockSignals(True)
        self.table.setRowCount(0)
        for each in rows:
            self._append(each)
        self.table.blockSignals(False)
        self.changed.emit()

    def _append(self, cells: Sequence[str]) -> None:
        at = self.table.rowCount()
        self.table.insertRow(at)
        for k, words in enumerate(cells[: self._words]):
            item = QTableWidgetItem(words)
            item.setToolTip(words)
            self.table.setItem(at, k, item)
        if self._choice:
            below = QTableWidgetItem()  # nothing to type: Tab passes from cell to cell
            below.setFlags(Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable)
            self.table.setItem(at, self._words, below)
            chosen = QComboBox()
            for words, value in self._choice:
                chosen.addItem(words, value)
            chosen.setCurrentIndex(max(chosen.findData(cells[self._words]), 0))
            header = self.table.horizontalHeaderItem(self._words)
            chosen.setAccessibleName("" if header is None else header.text())
            chosen.setMinimumContentsLength(8)
            chosen.setSizeAdjustPolicy(
                QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon
            )
            chosen.activated.connect(lambda _k: self.changed.emit())
            before = self.table.cellWidget(at - 1, self._words)  # none above the first row
            self.table.setCellWidget(at, self._words, chosen)
            self.setTabOrder(before or self.table, chosen)

    def rows(self) -> tuple[tuple[str, ...], ...]:
        """What stands there, row by row; those without a word too."""
        return tuple(self._row(at) for at in range(self.table.rowCount()))

    def _row(self, at: int) -> tuple[str, ...]:
        items = [self.table.item(at, k) for k in range(self._words)]
        words = [item.text().strip() if item is not None else "" for item in items]
        chosen = self.table.cellWidget(at, self._words) if self._choice else None
        if isinstance(chosen, QComboBox):
            words.append(str(chosen.currentData()))
        return tuple(words)

    def settle(self) -> None:
        """Take what is still being typed into a cell."""
        self.table.settle()

    def add(self) -> None:
        """Begin another row."""
        self._append(("",) * self.table.columnCount())
        self.table.setCurrentCell(self.table.rowCount() - 1, 0)
        self.table.setFocus()
        self.table.edit(self.table.currentIndex())
        self.changed.emit()

    def remove(self) -> None:
        """Take the marked row away."""
        if self.table.currentRow() >= 0:
            self.table.removeRow(self.table.currentRow())
            self.changed.emit()

    def move_row(self, by: int) -> None:
        """Move the marked row up or down."""
        at, there = self.table.currentRow(), list(self.rows())
        if at >= 0 and 0 <= at + by < len(there):
            there[at], there[at + by] = there[at + by], there[at]
            self.put(there)
            self.table.setCurrentCell(at + by, 0)
