"""Action points: what is proposed is kept, reworded, given an owner and a day, or taken away."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import get_args

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QAbstractItemView, QComboBox, QHeaderView, QTableWidget, QWidget
from PySide6.QtWidgets import QTableWidgetItem as Item

from app.dialogs.form import Form
from app.language import later, tr
from app.parts import button, column, row
from app.session import Session
from app.theme import theme
from investigators import desk
from investigators.case import Action, ActionKind

HEADER = (later("action"), later("kind"), later("owner (a role)"), later("until"))
NOTE = later(
    "Proposed from the class of cause. They stand in the report, in findings.json and on the last "
    "card; each needs an owner and a day before somebody does it."
)
KINDS: tuple[ActionKind, ...] = get_args(ActionKind)
TEXT, KIND, OWNER, DUE = range(4)


class ActionsForm(Form):
    """A table of action points to edit; rows are told apart by their id, which is not shown."""

    def __init__(self, parent: QWidget, proposed: Sequence[Action], now: Sequence[Action]) -> None:
        self.table = QTableWidget(0, len(HEADER))
        buttons = row(
            button(tr("Add an action"), self._add),
            button(tr("Remove"), self._remove, tip=tr("Take the marked action away (Delete)")),
            button(tr("The proposals again"), self._again), 1,
        )  # fmt: skip
        below = column(self.table, buttons, gap=8)
        super().__init__(parent, tr("Action points"), tr(NOTE), tr("Keep"), wide=900, below=below)
        self.resize(theme().px(900), theme().px(460))
        self._proposed = tuple(proposed)
        self._rows: list[Action] = []  # what each row was made from
        self._lay_out()
        self._fill(now)

    def _lay_out(self) -> None:
        table = self.table
        table.setHorizontalHeaderLabels([tr(words) for words in HEADER])
        table.setAccessibleName(tr("Action points"))
        table.verticalHeader().hide()
        table.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        table.setTabKeyNavigation(False)
        by = QAbstractItemView.EditTrigger
        table.setEditTriggers(
            by.DoubleClicked | by.SelectedClicked | by.EditKeyPressed | by.AnyKeyPressed
        )
        table.installEventFilter(self)
        header = table.horizontalHeader()
        header.setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        header.setSectionResizeMode(TEXT, QHeaderView.ResizeMode.Stretch)
        for k, wide in ((KIND, 120), (OWNER, 170), (DUE, 130)):
            table.setColumnWidth(k, theme().px(wide))
        table.verticalHeader().setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802 - Qt's name
        """Delete takes the marked row away, where nothing is being typed."""
        if watched is self.table and isinstance(event, QKeyEvent):
            pressed = event.type() == QEvent.Type.KeyPress
            if pressed and event.key() == Qt.Key.Key_Delete:
                self._remove()
                return True
        return super().eventFilter(watched, event)

    def _fill(self, actions: Sequence[Action]) -> None:
        self.table.setRowCount(0)
        self._rows.clear()
        for action in actions:
            self._put(action)

    def _put(self, action: Action) -> int:
        at = self.table.rowCount()
        self.table.insertRow(at)
        for k, text in ((TEXT, action.text), (OWNER, action.owner), (DUE, action.due)):
            item = Item(text)
            item.setToolTip(text)
            self.table.setItem(at, k, item)
        self._rows.append(action)
        kinds = QComboBox()
        kinds.addItems(KINDS)
        kinds.setCurrentText(action.kind)
        kinds.setAccessibleName(tr("kind"))
        before = self.table.cellWidget(at - 1, KIND)  # none above the first row
        self.table.setCellWidget(at, KIND, kinds)
        self.setTabOrder(before or self.table, kinds)
        return at

    def _add(self) -> None:
        at = self._put(Action("", "", "this case"))
        self.table.setCurrentCell(at, TEXT)
        self.table.edit(self.table.currentIndex())

    def _remove(self) -> None:
        if self.table.currentRow() >= 0:
            del self._rows[self.table.currentRow()]
            self.table.removeRow(self.table.currentRow())

    def _again(self) -> None:
        self._fill(self._proposed)

    def _text(self, at: int, k: int) -> str:
        item = self.table.item(at, k)
        return "" if item is None else item.text().strip()

    def typed(self) -> tuple[object, ...]:
        """The table as it stands, the rows without words too."""
        return tuple(
            replace(before, text=self._text(at, TEXT), owner=self._text(at, OWNER),
                    due=self._text(at, DUE), kind=self._kind(at))
            for at, before in enumerate(self._rows)
        )  # fmt: skip

    def type_again(self, words: tuple[object, ...]) -> None:
        """Fill the table anew."""
        self._fill([each for each in words if isinstance(each, Action)])

    def _kind(self, at: int) -> ActionKind:
        kinds = self.table.cellWidget(at, KIND)
        assert isinstance(kinds, QComboBox)
        return KINDS[kinds.currentIndex()]

    def wanted(self) -> tuple[Action, ...]:
        """What the table says; rows without words are left out."""
        return tuple(each for each in self.typed() if isinstance(each, Action) and each.text)


def edit_actions(parent: QWidget, session: Session) -> None:
    """Show the action points in force, and put what was made of them into the case."""
    found, draft = session.state.found, session.state.draft
    if found is None:
        return
    proposed = desk.action_points(found, ())
    form = ActionsForm(parent, proposed, desk.action_points(found, draft.brief.actions))
    if form.exec():
        given = desk.edited_actions(proposed, form.wanted())
        session.speak(
            "edit the action points", replace(draft, brief=replace(draft.brief, actions=given))
        )
    form.deleteLater()
