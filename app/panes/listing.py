"""What is listed, and the work behind it: filter, order, pages, strip, places.

The pane shows and asks; this holds what is wanted and what is in force, runs the engine in the
lane of the list, and says when something is new.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from app.language import tr
from app.models.decisions import DecisionsModel, Listed
from app.session import Session
from app.work import Job
from investigators.evidence import Cell
from investigators.trouble import InputTrouble
from investigators.wish import Filter, ShownColumn, Strip, Wish

if TYPE_CHECKING:
    from investigators import desk
    from investigators.browse import Decisions
    from investigators.task import Task

log = logging.getLogger(__name__)

YEAR_S = 365 * 86_400


@dataclass(frozen=True)
class _Arranged:
    """What came back from the engine for a wish."""

    count: int
    place: int | None
    short: bool


class Listing(QObject):
    """One log as a list.  ``changed``: something to say; ``arranged``: rows anew, with a place."""

    changed = Signal()
    arranged = Signal(object)
    strip_changed = Signal()

    def __init__(self, session: Session, parent: QObject) -> None:
        super().__init__(parent)
        self._session = session
        self.decisions: Decisions | None = None
        self.wish = Wish()  # in force
        self.wanted = Wish()  # asked for; the same when nothing is under way
        self.strip: Strip | None = None
        self._strip_of = Wish()
        self._columns: tuple[str, ...] = ()  # names of those shown; none: the usual ones
        self.fault: InputTrouble | None = None
        self._job: Job | None = None
        self._strip_job: Job | None = None
        self.model = DecisionsModel(self._ask_page, self)

    @property
    def busy(self) -> bool:
        """Whether a sort or filter is under way."""
        return self._job is not None

    @property
    def counting(self) -> bool:
        """Whether the strip is under way."""
        return self._strip_job is not None

    @property
    def picked_row(self) -> int | None:
        """The picked decision's row in the log."""
        case = self._session.state.case
        return None if case is None or case.decision is None else case.decision.row

    def turn_to(self, opened: desk.Desk | None) -> None:
        """List another log, or none."""
        for job in (self._job, self._strip_job):
            if job is not None:
                job.cancel()
        self._job = self._strip_job = None
        self.wish = self.wanted = Wish()
        self.strip = self.fault = None
        self.model.put(None)
        self.decisions = None if opened is None else opened.decisions()
        if self.decisions is not None:
            left = self._session.keeping.left
            self._columns = left.columns
            self._arrange(self.decisions.within(left.wish))

    def want(self, wish: Wish) -> None:
        """List according to a wish, when it is not the one already asked for."""
        if self.decisions is not None and wish != self.wanted:
            self._arrange(wish)

    def again(self) -> None:
        """Try once more what failed."""
        self._arrange(self.wanted)

    def _run[T](self, words: str, work: Callable[[Task], T], then: Callable[[T], None]) -> Job:
        return self._session.list_lane.run(words, work, then, self._failed)

    def _ask_page[T](self, work: Callable[[Task], T], then: Callable[[T], None]) -> Job:
        return self._run("", work, then)

    def _arrange(self, wish: Wish) -> None:
        decisions = self.decisions
        if decisions is None:
            return
        if self._job is not None:
            self._job.cancel()
        self._job, self.wanted, self.fault = None, wish, None
        picked = self.picked_row

        def work(task: Task) -> _Arranged:
            count = decisions.arrange(wish, task)
            place = None if picked is None else decisions.place_of(wish, picked, task)
            low, high = decisions.ends(task)
            return _Arranged(count, place, short=_within_a_year(low, high))

        words = tr("{doing} %n decisions", "", decisions.rows, doing=doing(wish).capitalize())
        self._job = self._run(words, work, lambda made: self._arranged(wish, made))
        if self.strip is None or _strip_base(wish) != _strip_base(self._strip_of):
            self._ask_strip(wish)
        self.changed.emit()

    def _arranged(self, wish: Wish, made: _Arranged) -> None:
        decisions = self.decisions
        if decisions is None or wish != self.wanted:
            return
        self._job, self.wish = None, wish
        self._session.leave(wish=wish)
        self.model.put(
            Listed(decisions, wish, made.count, self.shown(), decisions.zone, short=made.short)
        )
        self.arranged.emit(made.place)
        self.changed.emit()

    def _ask_strip(self, wish: Wish) -> None:
        decisions = self.decisions
        if decisions is None:
            return
        if self._strip_job is not None:
            self._strip_job.cancel()
        self._strip_job, base = None, _strip_base(wish)

        def arrived(found: Strip | None) -> None:
            self._strip_job, self.strip, self._strip_of = None, found, wish
            self.strip_changed.emit()

        self._strip_job = self._run("", lambda task: decisions.strip(base, task), arrived)
        self.strip_changed.emit()

    def notice_cancelled(self) -> None:
        """Somebody stopped the sort under way: the list stays as it was."""
        self.model.let_go()
        if self._strip_job is not None and self._strip_job.task.cancelled:
            self._strip_job = None
            self.strip_changed.emit()
        if self._job is not None and self._job.task.cancelled:
            self._job = None
            self.wanted = self.wish
            self.changed.emit()

    def _failed(self, error: Exception) -> None:
        """What cannot be read is said in place; a fault of the program is also logged."""
        if not isinstance(error, InputTrouble):
            log.error("the list failed", exc_info=error)
            error = InputTrouble(
                tr("The list"), tr("could not be made"), mend=tr("see Help, Show log")
            )
        self.fault, self._job = error, None
        self.changed.emit()

    # --- smaller questions -----------------------------------------------------------------------

    def find_place(self, then: Callable[[int | None], None]) -> None:
        """Find where the picked decision stands in the list in force."""
        decisions, wish, picked = self.decisions, self.wish, self.picked_row
        if decisions is None or picked is None:
            then(None)
            return

        def found(place: int | None) -> None:
            if wish is self.wish:
                then(place)

        self._run("", lambda task: decisions.place_of(wish, picked, task), found)

    def filter_cell(self, name: str, log_row: int, *, exclude: bool) -> None:
        """Let through, or leave out, what a row has in a column."""
        decisions = self.decisions
        if decisions is not None:
            self._run(
                "",
                lambda _task: decisions.chip(name, log_row, exclude=exclude),
                lambda chip: self.want(self.wanted.with_filter(chip)),
            )

    def count_values(
        self, name: str, then: Callable[[tuple[tuple[Cell, int], ...]], None]
    ) -> Job | None:
        """Count the values of a column."""
        decisions = self.decisions
        if decisions is None:
            return None
        return self._run("", lambda task: decisions.values(name, task), then)

    def take_away(self, name: str) -> None:
        """Take the chip of a column away."""
        self.want(self.wanted.without(name))

    def add(self, chip: Filter) -> None:
        """Add a chip."""
        self.want(self.wanted.with_filter(chip))

    def put(self, chip: Filter) -> None:
        """Put a chip in place of the one of its column."""
        self.want(self.wanted.without(chip.column).with_filter(chip))

    def order(self, name: str, *, descending: bool = False) -> None:
        """Order by a column, by surprise, or as in the file."""
        self.want(replace(self.wanted, order=name, descending=descending))

    def turn_order(self, chosen: ShownColumn) -> None:
        """By this column, then the other way round, then in the order of the file again."""
        first = chosen.right or chosen.kind == "time"
        if self.wanted.order != chosen.name:
            self.order(chosen.name, descending=first)
        elif self.wanted.descending == first:
            self.order(chosen.name, descending=not first)
        else:
            self.order("")

    # --- columns ---------------------------------------------------------------------------------

    def shown(self) -> tuple[ShownColumn, ...]:
        """The columns shown, in their order: those chosen for this case, or the usual ones."""
        if self.decisions is None:
            return ()
        known = {each.name: each for each in self.decisions.columns}
        chosen = tuple(known[name] for name in self._columns if name in known)
        usual = tuple(each for each in known.values() if not each.hidden)
        return chosen or usual

    def show_column(self, chosen: ShownColumn, *, on: bool) -> None:
        """Show a column behind the others, or hide it."""
        others = [each.name for each in self.shown() if each.name != chosen.name]
        self.show_columns([*others, chosen.name] if on else others)

    def move_column(self, chosen: ShownColumn, by: int) -> None:
        """Move a column by places to the right (or left, below 0)."""
        names = [each.name for each in self.shown()]
        at = names.index(chosen.name)
        names.insert(at + by, names.pop(at))
        self.show_columns(names)

    def show_columns(self, names: Sequence[str]) -> None:
        """Show these columns in this order, and keep that in the case."""
        self._columns = tuple(names)
        self._session.leave(columns=self._columns)
        if self.model.listed is not None:
            self.model.put(replace(self.model.listed, columns=self.shown()))


def doing(wish: Wish) -> str:
    """What is under way for a wish, in a word."""
    if wish.order:
        return tr("sorting")
    if wish.search:
        return tr("searching")
    return tr("filtering") if wish.filters else tr("listing")


def _within_a_year(low: float | None, high: float | None) -> bool:
    """Whether day and month alone tell all times (seconds since 1970) apart."""
    return low is not None and high is not None and high - low < YEAR_S


def _strip_base(wish: Wish) -> Wish:
    """What the strip shows: any time and any decision, or the share would be 0 or 100 %."""
    base = wish.without("fw_time").without("fw_decision")
    return replace(base, order="", descending=False)
