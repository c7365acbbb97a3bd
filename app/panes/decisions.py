"""The left column: which decision.  Time strip, filters, search, and the list itself.

Everything is computed in the engine, in the lane of the list (:mod:`app.panes.listing`), so that
neither the window nor an explanation waits for a sort of millions of rows.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from PySide6.QtCore import QPoint, Qt, QTimer
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QSizePolicy, QStackedWidget, QWidget

from app.dialogs.groups import name_group
from app.flow import Beside
from app.language import later, tr
from app.panes.chips import Chips, SearchLine
from app.panes.decision_menus import cell_menu, columns_menu
from app.panes.decision_table import DecisionTable
from app.panes.listing import Listing, doing
from app.parts import button, column, elided, label, line, row
from app.session import Session
from app.state import State
from app.strip import Marks, TimeStrip
from app.theme import theme
from app.whys_filter import cell_of
from app.work import Job
from investigators.evidence import Cell, Lead
from investigators.wish import SURPRISE, SURPRISE_WORDS, Filter, Wish, seconds

TYPED_MS = 250  # a search begins when nobody has typed for so long
TALL = 560  # a pane lower than this shows its note in one line
NOTHING = later("No log was given. With a model alone there are no decisions to list.")
READING = later("The log is being read. Its decisions will be listed here.")
NO_SURPRISE = later("Nothing tells surprise here: there is neither a model nor an outcome.")
UNLISTED = later("The picked decision is not in this list: the filters or the search leave it out.")
NO_ROW = later("No request of this log stands behind the picked decision.")


class DecisionsPane(QWidget):
    """The list of decisions under its strip, chips and search."""

    def __init__(self, session: Session, act: Callable[[str], None]) -> None:
        super().__init__()
        self._session, self._act = session, act
        self.listing = Listing(session, self)
        self.model = self.listing.model
        self._then: int | None = None  # a place that is picked as soon as its row is here
        self._typed = QTimer(self)
        self._typed.setSingleShot(True)
        self._typed.setInterval(TYPED_MS)
        self._typed.timeout.connect(self._search_typed)
        self.setProperty("help", "decisions")
        self._make_tools()
        self._make_body()
        self.listing.changed.connect(self._say_where)
        self.listing.arranged.connect(self._arranged)
        self.listing.strip_changed.connect(self._show_strip)
        session.wanted.connect(self._show_rows)
        session.changed.connect(self._changed)
        self._changed(State(), session.state)

    # --- building --------------------------------------------------------------------------------

    def _make_tools(self) -> None:
        listing = self.listing
        self.strip = TimeStrip()
        self.strip.narrowed.connect(self._narrow_time)
        self.strip.widened.connect(lambda: listing.take_away("fw_time"))
        self.strip.asked.connect(lambda: self.ask_filter("fw_time"))
        self.search = SearchLine()
        self.search.setPlaceholderText(tr("Search id, subject, session, day"))
        self.search.setAccessibleName(
            tr("Search ids, subjects, sessions, or a day like 2026-05-07")
        )
        self.search.setClearButtonEnabled(True)
        self.search.textChanged.connect(lambda _text: self._typed.start())
        self.search.returnPressed.connect(self._search_entered)
        self._chips = Chips(listing, self.ask_filter, self._take_away, self.surprise)
        self.note = label("", "faint", wrap=True)
        self.note.hide()
        self.brief_note = elided("", "faint")
        self.brief_note.hide()
        self._tools = QWidget()
        self._tools.setLayout(
            column(self.strip, self._chips, self.search, self.note, self.brief_note, gap=6)
        )

    def _make_body(self) -> None:
        self.table = DecisionTable(self.model)
        self.table.chosen.connect(self._pick_place)
        self.table.stepped.connect(self.step)
        self.table.customContextMenuRequested.connect(self._cell_menu)
        header = self.table.horizontalHeader()
        header.sectionClicked.connect(self._sort_section)
        header.customContextMenuRequested.connect(self._columns_menu)
        # afterwards: the header may not be reset while it tells of the move
        header.sectionMoved.connect(self._section_moved, Qt.ConnectionType.QueuedConnection)
        self.model.dataChanged.connect(lambda *_: self._then_arrived())
        self.words = label("", "soft", wrap=True)
        self.mend = button("", self._mend)
        empty = QWidget()
        empty.setLayout(column(self.words, row(self.mend, 1), 1, margins=(12, 16, 12, 12), gap=10))
        self._body = QStackedWidget()
        self._body.addWidget(self.table)
        self._body.addWidget(empty)
        # the tools get what they need; the rows get the rest, and never less than a few
        self._body.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Ignored)
        self.count = label("", "soft", wrap=True)
        head = column(Beside(label(tr("Decisions"), "bold"), self.count))
        top = QWidget()
        top.setLayout(column(head, self._tools, margins=(12, 10, 12, 8), gap=8))
        inside = column(top, line(), self._body, gap=0)
        inside.setStretch(2, 1)
        self.setLayout(inside)
        self.setMinimumWidth(200)

    # --- the state -------------------------------------------------------------------------------

    def _changed(self, before: State, state: State) -> None:
        log = None if state.opened is None else state.opened.view.log
        had = None if before.opened is None else before.opened.view.log
        fresh = before == State()
        if fresh:
            self._redraw()
        if (log is not had and not fresh) or (log is None) != (self.listing.decisions is None):
            self._then = None
            self._typed.stop()
            self.listing.turn_to(state.opened)
        else:
            self.listing.notice_cancelled()
        case = fresh or before.case is not state.case
        if case or before.trouble is not state.trouble:
            self._mark_picked()
        if case or before.progress.leads is not state.progress.leads:
            self._show_strip()
        if self.listing.decisions is None or case:
            self._say_where()

    def _redraw(self) -> None:
        self._chips.forget()
        self.table.redraw()
        self.strip.updateGeometry()
        self.strip.update()

    def _arranged(self, place: int | None) -> None:
        """The list is there: show the picked one in it."""
        self._then = None
        self.table.mark(place, show=True)
        if place is None:
            self.table.scrollToTop()
        self._show_strip()

    def _say_where(self) -> None:
        """Heading, chips, note and body: how many of how many, what is under way, what is wrong."""
        listing, listed = self.listing, self.model.listed
        decisions = listing.decisions
        self._tools.setVisible(decisions is not None)
        if decisions is None:
            self._body.setCurrentIndex(1)
            self.count.setText("")
            reading = self._session.state.stage == "opening" or self._session.state.opened is None
            self._say(
                tr(READING) if reading else tr(NOTHING), "" if reading else tr("What is what")
            )
            return
        rows = f"{decisions.rows:,}"
        if listing.busy:
            self.count.setText(f"{doing(listing.wanted)}…")
        elif listed is not None:
            self.count.setText(
                tr("{count:,} of {rows}", count=listed.count, rows=rows)
                if listing.wish.narrows
                else rows
            )
        self._set_search(listing.wanted.search)
        self._chips.show_chips()
        self._show_note()
        nothing = listed is not None and listed.count == 0 and not listing.busy
        self._body.setCurrentIndex(1 if nothing or listing.fault or listed is None else 0)
        if listing.fault is not None:
            self._say(listing.fault.line(), tr("Try again"))
        elif nothing and listing.wish.narrows:
            self._say(tr("No decision fits the filters and the search."), tr("Show all decisions"))
        elif nothing:
            self._say(tr("The log has no rows."), "")
        elif listed is None:
            self._say(tr("%n decisions are being listed…", "", decisions.rows), "")

    def _say(self, words: str, mend: str) -> None:
        self.words.setText(words)
        self.mend.setText(mend)
        self.mend.setVisible(bool(mend))

    def _show_note(self) -> None:
        """Under the tools: how surprise is defined, and why the picked one is not to be seen."""
        listing, case = self.listing, self._session.state.case
        said = []
        if listing.wanted.order == SURPRISE and listing.decisions is not None:
            said.append(SURPRISE_WORDS if listing.decisions.can_surprise else tr(NO_SURPRISE))
        picked = None if case is None else case.decision
        if picked is not None and picked.row is None:
            said.append(tr(NO_ROW))
        elif picked is not None and self.model.rowCount() and self.table.marked() is None:
            said.append(tr(UNLISTED))
        words, tall = "\n".join(said), self.height() >= theme().px(TALL)
        self.note.setText(words)
        self.note.setVisible(bool(said) and tall)
        self.brief_note.setText(words.replace("\n", " "))
        self.brief_note.setVisible(bool(said) and not tall)

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802 - Qt's name
        """A low window cuts the note to a line."""
        super().resizeEvent(event)
        self._show_note()

    def _mend(self) -> None:
        listing = self.listing
        if listing.decisions is None:
            self._act("what_is_what")
        elif listing.fault is not None:
            listing.again()
        else:
            self._typed.stop()
            listing.want(Wish(order=listing.wish.order, descending=listing.wish.descending))

    # --- the strip -------------------------------------------------------------------------------

    def _show_strip(self) -> None:
        listing = self.listing
        self.strip.setVisible(listing.strip is not None or listing.counting)
        self.strip.show_strip(
            listing.strip, self._marks(), tr("volume over time is being counted…")
        )

    def _marks(self) -> Marks:
        state = self._session.state
        decision = None if state.case is None else state.case.decision
        here = None if decision is None or decision.time is None else seconds(decision.time)
        onset, end = _lead_span(state.progress.leads)
        low = high = None
        for chip in self.listing.wish.filters:
            if chip.column == "fw_time" and not chip.exclude:
                low = seconds(chip.low) if isinstance(chip.low, str) else None
                high = seconds(chip.high) if isinstance(chip.high, str) else None
        rule = None if state.case is None else state.case.rule
        adverse = tr(" or ").join(rule.adverse) if rule is not None else ""
        return Marks(here, onset, end, low, high, adverse)

    def _narrow_time(self, low: float, high: float) -> None:
        strip = self.listing.strip
        if strip is not None:
            start, stop = (strip.iso(each, known=False)[:19] for each in (low, high))
            if start < stop:
                self.listing.add(Filter("fw_time", low=start, high=stop))

    # --- filters, search, order ------------------------------------------------------------------

    def _show_rows(self, filters: tuple[Filter, ...]) -> None:
        """Another pane wants rows to be seen, those of a lead."""
        self._typed.stop()
        self.listing.want(Wish(filters=filters))

    def _take_away(self, name: str) -> None:
        self.listing.take_away(name)
        self.table.setFocus()

    def ask_filter(self, name: str = "") -> None:
        """Ask for a filter, beginning with a column."""
        from app.dialogs.filter import FilterDialog, Offer

        decisions = self.listing.decisions
        if decisions is None:
            return
        kept = next((each for each in self.listing.wanted.filters if each.column == name), None)
        offer = Offer(decisions.columns, decisions.zone, decisions.most_values, name, kept)
        jobs: list[Job] = []

        def count(what: str, then: Callable[[tuple[tuple[Cell, int], ...]], None]) -> None:
            for job in jobs:
                job.cancel()
            made = self.listing.count_values(what, then)
            jobs[:] = [] if made is None else [made]

        dialog = FilterDialog(self, offer, count)
        done = dialog.exec()
        for job in jobs:
            job.cancel()
        dialog.deleteLater()
        if done and dialog.chip is not None:
            self.listing.put(dialog.chip)

    def halt(self) -> None:
        """Wait for nothing more: the window is closing."""
        self._typed.stop()
        self.model.halt()

    def take_focus(self) -> None:
        """Put the keyboard into the list."""
        self.table.setFocus(Qt.FocusReason.OtherFocusReason)

    def focus_search(self) -> None:
        """Put the cursor into the search."""
        self.search.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self.search.selectAll()

    def _set_search(self, words: str) -> None:
        """What is searched for stands in the line, unless somebody is typing."""
        if not self._typed.isActive() and self.search.text().strip() != words:
            self.search.blockSignals(True)
            self.search.setText(words)
            self.search.blockSignals(False)

    def _search_typed(self) -> None:
        self._typed.stop()
        self.listing.want(replace(self.listing.wanted, search=self.search.text().strip()))

    def _search_entered(self) -> None:
        self._search_typed()
        self.table.setFocus()

    def _sort_section(self, section: int) -> None:
        if self.model.listed is not None:
            self.listing.turn_order(self.model.listed.columns[section])

    def _section_moved(self, *_: int) -> None:
        """A title was dragged: the list has its columns in the order that is seen."""
        at, listed = self.table.straighten(), self.model.listed
        if listed is not None and at != sorted(at):
            self.listing.show_columns([listed.columns[k].name for k in at])

    def surprise(self) -> None:
        """Most surprising first."""
        self.listing.order(SURPRISE)

    # --- menus -----------------------------------------------------------------------------------

    def _columns_menu(self, at: QPoint) -> None:
        place, top = self.table.marked(), max(self.table.rowAt(0), 0)
        listed, section = self.model.listed, self.table.horizontalHeader().logicalIndexAt(at)
        chosen = None if listed is None or section < 0 else listed.columns[section]
        menu = columns_menu(self, self.listing, chosen, self.ask_filter)
        menu.exec(self.table.horizontalHeader().mapToGlobal(at))
        menu.deleteLater()
        self.table.mark(place, show=False)
        self.table.scrollTo(self.model.index(top, 0), self.table.ScrollHint.PositionAtTop)

    def _cell_menu(self, at: QPoint) -> None:
        index = self.table.indexAt(at)
        if not index.isValid() or self.model.listed is None:
            return
        name = self.model.listed.columns[index.column()].name
        do: dict[str, Callable[[], object]] = {
            "pick": lambda: self._pick_place(index.row()),
            "filter": lambda: self.ask_filter(name),
            "copy": self.copy,
            "name": lambda: self._name_group(name, index.row()),
        }
        menu = cell_menu(self, self.listing, index.row(), index.column(), lambda what: do[what]())
        if menu is not None:
            menu.exec(self.table.viewport().mapToGlobal(at))
            menu.deleteLater()

    def _name_group(self, name: str, place: int) -> None:
        """Name the rows that have the same in a column."""
        decisions, found = self.listing.decisions, self.model.peek(place)
        if decisions is not None and found is not None:
            self._session.ask(
                "",
                lambda _task: decisions.chip(name, found.row),
                lambda chip: name_group(self, self._session, (cell_of(chip),)),
                lane="list",
            )

    # --- picking ---------------------------------------------------------------------------------

    def _pick_place(self, place: int) -> None:
        """Pick what stands at a place: tinted at once, explained as soon as it can be."""
        found = self.model.line(place)
        self.table.mark(place, show=True)
        self._then = place if found is None else None
        if found is None:
            return
        if found.row != self.listing.picked_row or self._session.state.stage != "case":
            self._session.pick(found.id, found.row)

    def _then_arrived(self) -> None:
        if self._then is not None and self.model.peek(self._then) is not None:
            self._pick_place(self._then)

    def step(self, by: int) -> None:
        """Pick the next or previous one of the list."""
        rows, at = self.model.rowCount(), self.table.marked()
        if at is None:
            now = self.table.currentIndex().row()  # -1 when the cursor is nowhere
            at = now - by if now >= 0 else (-1 if by > 0 else rows)
        if 0 <= at + by < rows:
            self._pick_place(at + by)

    def _mark_picked(self) -> None:
        """Tint the picked decision wherever it was picked from."""
        if self.listing.decisions is None or self.model.listed is None:
            return
        at, picked = self.table.marked(), self.listing.picked_row
        found = None if at is None else self.model.peek(at)
        if picked is None or found is None or found.row != picked:
            self.listing.find_place(self._found_place)

    def _found_place(self, place: int | None) -> None:
        if self._then is None:
            self.table.mark(place, show=place is not None)
            self._show_note()

    def copy(self) -> None:
        """Copy the selected rows as tab-separated text."""
        self.table.copy()


def _lead_span(leads: tuple[Lead, ...]) -> tuple[float | None, float | None]:
    """From when to when the current lead holds; the end is open while it goes on."""
    lead = next((each for each in leads if each.concerns_this_decision), None)
    if lead is None or lead.strength == "weak" or lead.onset is None:
        return None, None
    begins = lead.onset.latest or lead.onset.earliest
    ends = None if lead.end is None else lead.end.earliest or lead.end.latest
    return (
        None if begins is None else seconds(begins),
        None if ends is None else seconds(ends),
    )
