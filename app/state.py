"""What a window shows, as a value: a change makes a new one."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from app.language import tr
from app.trail import Trail
from investigators import desk
from investigators.board import Board, Draft
from investigators.case import Brief, Case
from investigators.evidence import Explanation, Reproduced
from investigators.investigation import Investigation
from investigators.task import Task
from investigators.trouble import InputTrouble
from investigators.why_tree import Progress

if TYPE_CHECKING:
    from investigators.running import Answered

if TYPE_CHECKING:
    from investigators.sorting import Sorted
    from investigators.ticket import Ticket

Stage = Literal["start", "opening", "sources", "case"]
TALK = frozenset((
    "title", "reported", "expected", "answers", "actions", "decision", "case_file",
    "interviews", "walkthroughs",
))  # fmt: skip


@dataclass(frozen=True)
class State:
    """Everything a pane may show.  A change makes a new one.

    ``ticket`` and ``picture`` (a path) wait for the next case; ``sorted`` says what loose files
    were taken for.
    """

    stage: Stage = "start"
    draft: Draft = field(default_factory=lambda: Draft(Brief()))
    case: Case | None = None
    opened: desk.Desk | None = None
    reproduced: Reproduced | None = None
    progress: Progress = field(default_factory=Progress)
    found: Investigation | None = None
    explanation: Explanation | None = None
    path: Path | None = None
    undo: str = ""
    redo: str = ""
    busy: str = ""
    trouble: InputTrouble | None = None
    ticket: Ticket | None = None
    picture: str = ""
    sorted: tuple[Sorted, ...] = ()
    trail: Trail = field(default_factory=Trail)

    @property
    def fresh(self) -> bool:
        """Whether it is that of a new window.  As the state before: redraw everything."""
        return self == State()

    @property
    def board(self) -> Board:
        """What people said."""
        return self.draft.board

    @property
    def closed(self) -> str:
        """How the case was closed, in a few words; empty while it is open."""
        ending = self.board.ending
        if ending is None:
            return ""
        of = f" {ending.of}" if ending.of else ""
        missing = (
            tr(", {missing} missing then", missing=len(ending.missing)) if ending.missing else ""
        )
        return tr(
            "closed {on}: {kind}{of}{missing}",
            on=ending.on,
            kind=ending.kind,
            of=of,
            missing=missing,
        )

    @property
    def title(self) -> str:
        """The case's title."""
        if self.case is not None:
            return replace(self.case, brief=self.draft.brief).title
        return self.draft.brief.title or tr("New case")


def walked(before: State, state: State) -> State:
    """The new state with its trail: another case has its own, a picked decision is visited."""
    trail = state.trail if state.path == before.path else Trail()
    picked = state.draft.brief.decision
    if state.stage == "case" and picked and state.case is not None and state.case.decision:
        trail = trail.visited(picked)
    return state if trail == state.trail else replace(state, trail=trail)


def progress_of(found: Investigation | None) -> Progress:
    """Return what a finished investigation knows, or nothing yet."""
    if found is None:
        return Progress()
    return desk.progress_of(found)


def without_talk(brief: Brief) -> Brief:
    """The part of a brief that results depend on."""
    empty = Brief()
    return replace(brief, **{name: getattr(empty, name) for name in TALK})


def settled(brief: Brief, task: Task) -> desk.Desk:
    """Open a case and ask whether its scores are reproduced; no file stays open on failure.

    The rooms that the five whys are made from are opened here too, off the GUI thread.
    """
    made = desk.open_case(brief, task)
    try:
        desk.whys(made.case, Board(), Progress())
        return made.settled(task)
    except BaseException:
        made.closing.close()
        raise


def joined(progress: Progress, answered: Answered) -> Progress:
    """Return the progress with one more check's answer."""
    missing = () if answered.not_run is None else (answered.not_run,)
    return replace(
        progress,
        answers=(*progress.answers, answered.answer),
        findings=(*progress.findings, *answered.findings),
        not_run=(*progress.not_run, *missing),
    )


def trouble_of(error: Exception) -> InputTrouble:
    """Return what the bar says of an error: its own line, or that the program is at fault."""
    if isinstance(error, InputTrouble):
        return error
    return InputTrouble(
        "Fifth Why",
        tr("something went wrong inside the program ({name})", name=type(error).__name__),
        mend=tr("the details are in the log file (Help, Show log); the case is safe"),
    )
