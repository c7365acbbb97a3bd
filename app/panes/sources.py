"""What is what: every guess with its reason, corrected in place; the effect is seen at once."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import partial

from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QApplication, QSplitter, QWidget

from app.corrections import with_input, with_setting, with_unit
from app.language import later, tr
from app.models.inputs import InputsModel
from app.panes.inputs_table import InputsTable, Spare
from app.panes.source_lines import BESIDE_UP_TO, ColumnsPanel, SettingsPanel, SourcesPanel, bare
from app.parts import Tall, button, clear, column, frame, kind, label, row, turn
from app.session import Session
from app.state import State
from app.theme import theme
from investigators import desk
from investigators.case import Brief, Place
from investigators.sheet import RANGE_ONLY, Sheet
from investigators.trouble import InputTrouble

VERDICTS = {
    "reproduced": later("Score reproduced."),
    "reproduced after mapping": later("Score reproduced after a mapping."),
    "differs": later("Score not reproduced."),
    "cannot tell": later("Whether the score is reproduced cannot be told."),
}
OFFERED = 3


class SourcesPage(QWidget):
    """The page between opening and picking; it can be come back to at any time."""

    def __init__(self, session: Session, act: Callable[[str], None]) -> None:
        super().__init__()
        self._session, self._act = session, act
        self._sheet = Sheet()
        self._shown: object = None
        self.setProperty("help", "what-is-what")
        self.sources = SourcesPanel(self._change, act)
        self.roles = ColumnsPanel(self._change)
        self.settings = SettingsPanel(self._change, lambda error: session.put(trouble=error))
        self.inputs = InputsModel(self)
        self.inputs.mapped.connect(self._mapped)
        self.inputs.united.connect(self._united)
        self.table = InputsTable(self.inputs)
        self.spare = Spare()
        inside = column(self._head(), self._offer(), self._body(), margins=(22, 12, 22, 10), gap=8)
        inside.setStretch(2, 1)
        self.setLayout(inside)
        session.changed.connect(self._changed)

    # --- building --------------------------------------------------------------------------------

    def _head(self) -> QWidget:
        self.add = button(tr("Add files…"), self._add)
        self.go = button(tr("Pick the decision →"), self._session.to_case, "main")
        note = label(
            tr(
                "Guessed from names, types, values and the model. Correct what is wrong; "
                "the rest is ready."
            ),
            "soft",
            wrap=True,
        )
        made = QWidget()
        inside = row(label(tr("What is what?"), "page"), note, self.add, self.go, gap=12)
        inside.setStretch(1, 1)
        made.setLayout(inside)
        return made

    def _offer(self) -> QWidget:
        """What the ticket named, where it is in the log."""
        self._offered = row(gap=8)
        self._offered.setContentsMargins(12, 5, 12, 5)
        self.offer = frame("note", self._offered)
        self.offer.hide()
        return self.offer

    def _body(self) -> QWidget:
        left = QWidget()
        left.setLayout(
            column(self.sources, self.roles, self.settings, 1, margins=(0, 0, 12, 0), gap=10)
        )
        self._area = Tall(left)
        split = kind(QSplitter(Qt.Orientation.Horizontal), "quiet")
        split.setChildrenCollapsible(False)
        split.addWidget(self._area)
        split.addWidget(self._right())
        split.setStretchFactor(0, 43)
        split.setStretchFactor(1, 57)
        self._split = split
        self._dragged = False
        split.splitterMoved.connect(self._moved)
        self._share()
        return split

    def _moved(self, _at: int, _k: int) -> None:
        self._dragged = True

    def _share(self) -> None:
        """The table of inputs is the wider one; the more so, the larger the text.

        A share that somebody drew by hand stays.
        """
        if self._dragged:
            return
        left, wide = 43 if theme().zoom <= BESIDE_UP_TO else 36, self._split.width()
        # in pixels: of smaller numbers Qt makes the least widths first, and scales those
        self._split.setSizes([wide * left // 100, wide - wide * left // 100])

    def _right(self) -> QWidget:
        self.mapped = label("", "small")
        self.loud = label("", "loud")
        head = row(label(tr("Log column → model input"), "bold"), self.mapped, self.loud, 1)
        self._verdict = label("", "bold", wrap=True)
        self._sentence = label("", wrap=True, select=True)
        self._fixes = row(gap=8)
        self._mending = QWidget()
        self._mending.setLayout(self._fixes)
        self._notes = label("", "faint", wrap=True)
        self._spare_words = label(
            tr("Columns without a use (drag one onto an input, or choose it there)"),
            "faint",
            wrap=True,
        )
        self.table.setMinimumHeight(120)
        effect = (self._verdict, self._sentence, self._mending)
        parts = (head, self.table, *effect, self._notes, self._spare_words, self.spare)
        inside = column(*parts, margins=(12, 9, 12, 9), gap=6)
        inside.setStretch(1, 1000)
        inside.addStretch(1)
        return frame("panel", inside)

    # --- following the state ---------------------------------------------------------------------

    def _changed(self, before: State, state: State) -> None:
        if state.stage == "opening" and before.stage == "sources":
            self._say(
                tr("Reading again with this…"), tr("what was found stands here in a moment"), "soft"
            )
            self._enable(can=False)
        if before == State():
            self._shown = None
            self.table.redraw()
            self._dragged = False
            self._share()
        if state.stage != "sources":
            return
        if state.case is None or state.opened is None:
            self._show_closed(state)
        elif self._shown is not state.opened:
            self._ask(state)
        elif before.found is not state.found or before.draft is not state.draft:
            self._show(self._sheet)

    def _ask(self, state: State) -> None:
        opened = state.opened
        assert opened is not None
        self._shown = opened
        ids = _ids(state)
        self._session.ask(
            tr("Reading ranges"), lambda task: opened.what_is_what(ids, task), self._seen
        )

    def _seen(self, sheet: Sheet) -> None:
        if self._session.state.stage == "sources" and self._session.state.case is not None:
            self._show(sheet)

    def _enable(self, *, can: bool) -> None:
        for each in (self.sources, self.roles, self.settings, self.table, self.go):
            each.setEnabled(can)

    def _show(self, sheet: Sheet) -> None:
        state = self._session.state
        brief = state.draft.brief
        focus, scrolled = self._focus(), self._area.verticalScrollBar().value()
        self._sheet = sheet
        self._enable(can=True)
        hashes = _hashes(state)
        self.sources.show_lines(brief, sheet.sources, sheet.missing, state.sorted, hashes)
        self.roles.show_lines(brief, sheet)
        self.settings.show_lines(brief, sheet.settings, sheet.scale)
        self.inputs.show(sheet)
        self.table.setVisible(bool(sheet.inputs))
        self._show_right(state, sheet)
        self._show_offer(state, sheet)
        picked = state.case is not None and state.case.decision is not None
        self.go.setText(tr("Back to the case →") if picked else tr("Pick the decision →"))
        self._fit()
        QTimer.singleShot(0, self, self._fit)  # what lines need is known once they are laid out
        self._area.verticalScrollBar().setValue(scrolled)
        self._focus_again(focus)

    def _fit(self) -> None:
        """Give the left side what its lines need, up to its part of the page."""
        self._area.fit()
        inside = self._area.widget()
        wanted = 0 if inside is None else inside.minimumSizeHint().width() + 16
        self._area.setMinimumWidth(min(wanted, self.width() * 45 // 100))
        self._share()

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802 - Qt's name
        """The share is one of the width there is: a correction moves nothing later."""
        super().resizeEvent(event)
        self._fit()

    def _focus(self) -> str:
        widget = QApplication.focusWidget()
        inside = widget is not None and self.isAncestorOf(widget)
        return widget.objectName() if inside and widget is not None else ""

    def _focus_again(self, name: str) -> None:
        """The line that was corrected keeps the focus though it was drawn anew."""
        if name and (widget := self.findChild(QWidget, name)) is not None:
            widget.setFocus()

    def _show_right(self, state: State, sheet: Sheet) -> None:
        n, ranged = len(sheet.inputs), sum(each.reason == RANGE_ONLY for each in sheet.inputs)
        lacking = sum(each.loud and each.column is None for each in sheet.inputs)
        self.mapped.setText(
            tr("{mapped} of {n} mapped", mapped=sheet.mapped, n=n)
            if n
            else tr("no model: nothing to map")
        )
        loud = ((ranged, tr("by range only")), (lacking, tr("missing")))
        self.loud.setText(" · ".join(f"{many} {words}" for many, words in loud if many))
        found = state.reproduced
        if found is None:
            self._say(
                "", tr("Without a model and a logged score there is nothing to reproduce."), ""
            )
        else:
            look = "clear" if found.verdict.startswith("reproduced") else "loud"
            self._say(tr(VERDICTS[found.verdict]), found.sentence, look)
        self._notes.setText("\n".join(sheet.notes[:4]))
        self._notes.setVisible(bool(sheet.notes))
        used = {c for each in sheet.roles for c in each.columns}
        used |= {each.column for each in sheet.inputs if each.column}
        free = tuple(name for name in sheet.columns if name not in used)
        self.spare.show_columns(free)
        for each in (self.spare, self._spare_words):
            each.setVisible(bool(free) and bool(sheet.inputs))

    def _say(self, verdict: str, words: str, look: str) -> None:
        clear(self._fixes)
        self._mending.hide()
        self._verdict.setText(verdict)
        self._verdict.setVisible(bool(verdict))
        turn(self._verdict, {"clear": "verdict-clear", "loud": "verdict-loud"}.get(look, "bold"))
        self._sentence.setText(words)

    def _show_offer(self, state: State, sheet: Sheet) -> None:
        clear(self._offered)
        case = state.case
        named = _ids(state)
        self.offer.setVisible(bool(named) and case is not None and case.decision is None)
        if not sheet.in_log:
            said = ", ".join(named[:OFFERED])
            words = tr("None of the ids in the ticket is in the log ({said}).", said=said)
            self._offered.addWidget(label(words, wrap=True), 1)
            return
        self._offered.addWidget(label(tr("Named in the ticket and in the log:")))
        for each in sheet.in_log[:OFFERED]:
            self._offered.addWidget(
                button(tr("Pick {each}", each=each), partial(self._session.pick, each))
            )
        self._offered.addStretch(1)

    # --- sources that could not be opened --------------------------------------------------------

    def _show_closed(self, state: State) -> None:
        """Nothing is open: what could not be read, and what mends it."""
        brief, trouble = state.draft.brief, state.trouble
        self._shown = None
        self._enable(can=True)
        self.go.setEnabled(False)
        self.offer.hide()
        self.sources.show_lines(brief, bare(brief), (), state.sorted, {}, trouble)
        self.roles.show_lines(brief, self._sheet)
        self.settings.show_lines(brief, self._sheet.settings, "")
        for each in (self.table, self.spare, self._spare_words, self._notes):
            each.hide()
        words = tr("It was cancelled before it was open.")
        if trouble is not None:
            words = f"{trouble.file}: {trouble.found}."
        self._say(tr("Not open yet."), words, "loud")
        for text, do in self._mends(trouble, brief):
            self._fixes.addWidget(button(text, do))
        self._fixes.addStretch(1)
        self._mending.show()
        self._fit()

    def _mends(
        self, trouble: InputTrouble | None, brief: Brief
    ) -> tuple[tuple[str, Callable[[], object]], ...]:
        def said(words: str, new: Brief) -> Callable[[], object]:
            return partial(self._change, words, new)

        again = (tr("Try again"), self._session.reopen)
        mend = "" if trouble is None else trouble.mend
        if "--dates" in mend:
            return (
                (tr("The day comes first"), said("The day comes first",
                                             with_setting(brief, "dates", "day-first"))),
                (tr("The month comes first"), said("The month comes first",
                                               with_setting(brief, "dates", "month-first"))),
            )  # fmt: skip
        if "--trust-model" in mend:
            new = replace(brief, trust_model=True)
            words = tr("I trust whoever made this file: read it in a process of its own")
            return ((words, said("Trust the pickled model", new)), again)
        return (again,)  # what else mends it stands in the line over the page

    # --- changes ---------------------------------------------------------------------------------

    def _change(self, words: str, brief: Brief) -> None:
        self._session.set_up(words, brief)

    def _mapped(self, name: str, chosen: str | None) -> None:
        record = f"{chosen} feeds {name}" if chosen else f"No column feeds {name}"
        self._change(record, with_input(self._session.state.draft.brief, name, chosen))

    def _united(self, name: str, unit: str) -> None:
        record = f"Unit of {name}: {unit or 'as in the dictionary'}"
        self._change(record, with_unit(self._session.state.draft.brief, name, unit))

    def _add(self) -> None:
        self._act("add_file" if self._session.state.case is not None else "open")

    def copy(self) -> None:
        """Copy the mapping as text."""
        lines = [
            "\t".join((e.column or "", e.name, e.reason, e.unit, e.training, e.log))
            for e in self._sheet.inputs
        ]
        QApplication.clipboard().setText("\n".join(lines))


def _ids(state: State) -> tuple[str, ...]:
    """Ids that the ticket, the title or the reported words name."""
    brief = state.draft.brief
    named = state.ticket.values("id") if state.ticket is not None else ()
    said = desk.read_ticket(" ".join(each for each in (brief.title, brief.reported) if each))
    return tuple(dict.fromkeys((*named, *said.values("id"))))


def _hashes(state: State) -> dict[Place, str]:
    if state.found is None:
        return {}
    return {each.place: each.sha256 for each in state.found.case.sources}
