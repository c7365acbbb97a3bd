"""Named groups: rows of the log under a name of one's own, made, renamed, edited, deleted."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QObject, Qt, QTimer
from PySide6.QtGui import QCloseEvent, QKeyEvent, QShowEvent
from PySide6.QtWidgets import QComboBox, QFormLayout, QLineEdit, QListWidget, QPushButton, QWidget

from app.completing import NamesLine
from app.dialogs.form import Form
from app.flow import Flow
from app.language import later, tr
from app.parts import button, column, label, row
from app.session import Session
from app.theme import theme
from app.work import Job
from investigators import desk
from investigators.evidence import Segment
from investigators.numbers import listed, share
from investigators.trial import AND, ROWS
from investigators.trouble import InputTrouble

if TYPE_CHECKING:
    from investigators.naming import Askable, Counted, Naming, Wrong

Groups = tuple[tuple[str, str], ...]  # name and rows of each
Count = Callable[[str, Callable[["Counted"], None]], Job]
LONG = 40  # letters of a condition on a button
PAUSE_MS = 200  # after the last key, before rows are counted
NOTE = later(
    "Rows of the log under a name of your own. Every check of groups sees one as a column; it is "
    "the same as --group NAME=ROWS on the command line and [groups] in a case.toml. The checks "
    "run again when it is kept."
)


@dataclass(frozen=True)
class Known:
    """What the log says of groups: the judge of one, and the columns it may ask for."""

    naming: Naming
    columns: tuple[Askable, ...]


class GroupsForm(Form):
    """The groups on the left; name, rows and what they amount to on the right."""

    def __init__(self, parent: QWidget, groups: Groups, known: Known, count: Count) -> None:
        self._known, self._count = known, count
        self._job: Job | None = None
        self._groups: list[tuple[str, str]] = list(groups)
        self._pause = QTimer(singleShot=True, interval=PAUSE_MS)
        self._pause.timeout.connect(self._ask)
        body = row(self._left(), self._right(), gap=16)
        body.setStretch(1, 1)
        super().__init__(parent, tr("Named groups"), tr(NOTE), tr("Keep"), wide=820, below=body)
        self._pause.setParent(self)
        self._list.installEventFilter(self)
        self._fill(0)

    def showEvent(self, event: QShowEvent) -> None:  # noqa: N802 - Qt's name
        """The name comes first where there is none yet, else the rows."""
        super().showEvent(event)
        self._focus()

    # --- building --------------------------------------------------------------------------------

    def _left(self) -> QWidget:
        self._list = QListWidget()
        self._list.setAccessibleName(tr("Named groups"))
        self._list.setSpacing(theme().px(2))
        self._list.setMinimumHeight(theme().px(110))
        self._list.currentRowChanged.connect(self._turn)
        self.new = _button(tr("New group"), self.add, "Ctrl+N")
        self.new.setShortcut("Ctrl+N")
        self.delete = _button(tr("Delete"), self.remove, tr("the Delete key, in the list"))
        buttons = Flow(8)
        for each in (self.new, self.delete):
            buttons.addWidget(each)
        made = QWidget()
        made.setLayout(column(self._list, buttons, gap=8))
        made.setFixedWidth(theme().px(230))
        return made

    def _right(self) -> QWidget:
        self.name = QLineEdit()
        self.name.setPlaceholderText(tr("such as: small shops"))
        self.rows = NamesLine("", [each.column for each in self._known.columns])
        self.rows.setPlaceholderText(tr("such as: channel = shop and amount < 20"))
        for field in (self.name, self.rows):
            field.textChanged.connect(lambda _text: self._typed())
        self.column = QComboBox()
        self.column.setAccessibleName(tr("Column"))
        self.column.addItems([each.column for each in self._known.columns])
        self.column.setMinimumContentsLength(20)
        self.column.setSizeAdjustPolicy(
            QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon
        )
        self.own = _button("", self.add_own, tr("As it is in this decision"))
        self.column.currentIndexChanged.connect(lambda _k: self._offer())
        adding = row(self.column, self.own, 1, gap=8)
        form = QFormLayout()
        form.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.ExpandingFieldsGrow)
        for words, field in ((tr("Name"), self.name), (tr("Rows"), self.rows)):
            field.setAccessibleName(words)
            form.addRow(words, field)
        form.addRow(tr("Condition"), adding)
        self.told = label("", "bold", wrap=True, select=True)
        self.wrong = label("", "raises", wrap=True, select=True)
        self.hint = label("", "small", wrap=True, select=True)
        self._offer()
        made = QWidget()
        made.setLayout(column(form, self.told, self.wrong, self.hint, 1, gap=8))
        return made

    # --- the groups ------------------------------------------------------------------------------

    def _fill(self, at: int) -> None:
        """List the groups anew, one of them chosen."""
        self._list.blockSignals(True)
        self._list.clear()
        self._list.addItems([self._title(name) for name, _ in self._groups])
        self._list.setCurrentRow(min(at, len(self._groups) - 1))
        self._list.blockSignals(False)
        self._turn(self._list.currentRow())

    @staticmethod
    def _title(name: str) -> str:
        return name.strip() or tr("(no name yet)")

    @property
    def _at(self) -> int:
        return self._list.currentRow()

    def _turn(self, at: int) -> None:
        """Show a group, or that there is none."""
        there = 0 <= at < len(self._groups)
        for each in (self.name, self.rows, self.column, self.delete):
            each.setEnabled(there)
        name, rows = self._groups[at] if there else ("", "")
        for field, text in ((self.name, name), (self.rows, rows)):
            if field.text() != text:
                field.blockSignals(True)
                field.setText(text)
                field.setCursorPosition(0)
                field.blockSignals(False)
        self._offer()
        self._look()

    def add(self, name: str = "", rows: str = "") -> None:
        """Begin another group."""
        self._groups.append((name, rows))
        self._fill(len(self._groups) - 1)
        self._focus()

    def remove(self) -> None:
        """Take the chosen group away."""
        if 0 <= self._at < len(self._groups):
            at = self._at
            del self._groups[at]
            self._fill(at)
            (self._list if self._groups else self.new).setFocus()

    def _focus(self) -> None:
        if not self._groups:
            self.new.setFocus()
        elif not self.name.text():
            self.name.setFocus()
        else:
            self.rows.setFocus()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802 - Qt's name
        """Delete takes the chosen group away."""
        if watched is self._list and isinstance(event, QKeyEvent):
            pressed = event.type() == QEvent.Type.KeyPress
            if pressed and event.key() == Qt.Key.Key_Delete:
                self.remove()
                return True
        return super().eventFilter(watched, event)

    # --- what is typed ---------------------------------------------------------------------------

    def _typed(self) -> None:
        if 0 <= self._at < len(self._groups):
            self._groups[self._at] = (self.name.text(), self.rows.text())
            self._list.item(self._at).setText(self._title(self.name.text()))
            self._look()

    def _offer(self) -> None:
        """What the chosen column is in this decision, on the button."""
        at = self.column.currentIndex()
        own = self._known.columns[at].own if at >= 0 else ""
        words = own if len(own) <= LONG else f"{own[:LONG]}…"
        none = tr("this decision has none")
        self.own.setText(
            (tr("Add {condition}", condition=words) if own else none).replace("&", "&&")
        )
        self.own.setEnabled(bool(own) and self.column.isEnabled())

    def add_own(self) -> None:
        """Put in that a column is as in this decision."""
        own = self._known.columns[self.column.currentIndex()].own
        there = self.rows.text().strip()
        self.rows.setText(AND.join(filter(None, (there, own))))
        self.rows.setFocus()

    def _wrong(self, at: int) -> Wrong:
        """What is wrong with a group, in the words of the program and of this form."""
        name, rows = self._groups[at]
        others = [other for k, (other, _) in enumerate(self._groups) if k != at]
        found = self._known.naming.wrong(name, rows, others)
        if not name.strip():
            found = replace(found, name=tr("It has no name yet."))
        if not rows.strip():
            forms = tr("The forms: {forms}.", forms="; ".join(ROWS))
            found = replace(found, rows=tr("No rows are said yet."), mend=forms)
        return found

    def _look(self) -> None:
        """Judge what stands there at once, and count its rows in a moment."""
        self._cancel()
        wrong = [self._wrong(k) for k in range(len(self._groups))]
        unready = [k for k, each in enumerate(wrong) if each.name or each.rows]
        self.ok.setEnabled(not unready)
        if not 0 <= self._at < len(wrong):
            self._say(tr("No group has a name yet."), (), "")
            return
        mine = wrong[self._at]
        said = [each for each in (mine.name, mine.rows) if each]
        others = [self._title(self._groups[k][0]) for k in unready if k != self._at]
        if others:
            said.append(tr("Not ready: {names}.", names=listed(others)))
        self._say("" if mine.rows else tr("counting the rows…"), said, mine.mend)
        if not mine.rows:
            self._pause.start()

    def _say(self, told: str, wrong: Sequence[str], hint: str) -> None:
        lines = "\n".join(f"✗ {each}" for each in wrong)
        for held, words in ((self.told, told), (self.wrong, lines), (self.hint, hint)):
            held.setText(words)
            held.setVisible(bool(words))

    def _ask(self) -> None:
        self._job = self._count(self._groups[self._at][1], self._counted)

    def _counted(self, found: Counted) -> None:
        self._job = None
        self.told.setText(count_words(found))

    def _cancel(self) -> None:
        self._pause.stop()
        if self._job is not None:
            self._job.cancel()
            self._job = None

    # --- what is given ---------------------------------------------------------------------------

    def typed(self) -> tuple[object, ...]:
        """The groups as they stand."""
        return tuple(self._groups)

    def type_again(self, words: tuple[object, ...]) -> None:
        """Put in what :meth:`typed` gave."""
        self._groups = [(str(each[0]), str(each[1])) for each in words if isinstance(each, tuple)]
        self._fill(len(self._groups) - 1)

    def groups(self) -> dict[str, str]:
        """Names and rows."""
        return {name.strip(): rows.strip() for name, rows in self._groups}

    def done(self, code: int) -> None:
        """Whoever leaves does not wait for a count."""
        self._cancel()
        super().done(code)

    def closeEvent(self, event: QCloseEvent) -> None:  # noqa: N802 - Qt's name
        """The same by the frame's button."""
        self._cancel()
        super().closeEvent(event)


def _button(words: str, do: Callable[[], object], tip: str) -> QPushButton:
    made = button(words, do, tip=tip)
    made.setAutoDefault(False)
    return made


def count_words(found: Counted) -> str:
    """How many rows of how many, and whether this decision is among them."""
    rows = tr(
        "{rows} of {of} rows, {share}",
        rows=f"{found.rows:,}", of=f"{found.of:,}", share=share(found.rows, found.of),
    )  # fmt: skip
    if found.decision is None:
        return rows
    mine = tr("✓ this decision is in it") if found.decision else tr("– this decision is not in it")
    return f"{rows}   {mine}"


# --- from the window -----------------------------------------------------------------------------


def edit_groups(parent: QWidget, session: Session, rows: str = "") -> None:
    """Show the groups of the case, a new one of ``rows`` among them, and keep what comes of it."""
    opened = session.state.opened
    naming = None if opened is None else opened.naming()
    if naming is None:
        found = tr("the files of this case are not open")
        session.put(trouble=InputTrouble(tr("Named groups"), found))
        return
    brief = session.state.draft.brief

    def count(asked: str, then: Callable[[Counted], None]) -> Job:
        work = naming.count
        return session.ask("", lambda task: work(asked, task), then, lane="list")

    def show(columns: tuple[Askable, ...]) -> None:
        known = Known(naming, columns)
        form = GroupsForm(parent, tuple(brief.groups.items()), known, count)
        if rows or not brief.groups:
            form.add("", rows)
        if form.exec():
            given = form.groups()
            words = change_words(brief.groups, given)
            if words:
                session.set_up(words, replace(session.state.draft.brief, groups=given))
        form.deleteLater()

    session.ask(tr("Reading the columns"), lambda _task: naming.askable(), show)


def name_group(parent: QWidget, session: Session, segment: Segment) -> None:
    """Name the rows of a segment."""
    edit_groups(parent, session, desk.group_rows(segment))


def change_words(before: dict[str, str], after: dict[str, str]) -> str:
    """What a change of the groups is called; empty where nothing changed."""
    if list(before.items()) == list(after.items()):
        return ""
    new = [name for name in after if name not in before]
    gone = [name for name in before if name not in after]
    other = [name for name in after if name in before and after[name] != before[name]]
    return _one_change(new, gone, other, before, after) or later("edit the named groups")


def _one_change(
    new: Sequence[str], gone: Sequence[str], other: Sequence[str],
    before: dict[str, str], after: dict[str, str],
) -> str:  # fmt: skip
    """The name of a change of a single group; empty where several changed."""
    match new, gone, other:
        case [name], [], []:
            return later("name the group “{what}”").format(what=name)
        case [], [name], []:
            return later("delete the group “{what}”").format(what=name)
        case [], [], [name]:
            return later("change the group “{what}”").format(what=name)
        case [name], [old], [] if before[old] == after[name]:
            return later("rename the group “{what}” to “{name}”").format(what=old, name=name)
    return ""
