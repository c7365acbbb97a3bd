"""The one case of a window: its state as a value, its file, its two lanes.

Panes read ``session.state`` and redraw when ``changed`` says what is new; everything a person does
goes through a method here, is written to the case file before it is shown, and can be undone.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from threading import Event
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

from app.corrections import with_sorted, with_ticket
from app.keeping import Keeping
from app.language import tr
from app.standing import Standing
from app.state import Stage, State, joined, progress_of, settled, without_talk
from app.work import Job, Lane, told
from investigators import desk
from investigators.board import Board, Draft
from investigators.brief import read_case
from investigators.case import Answers, Brief
from investigators.investigation import Investigation
from investigators.task import Task
from investigators.trouble import InputTrouble
from investigators.why_tree import Progress, Tree

if TYPE_CHECKING:
    from investigators.casefile import Encoded
    from investigators.running import Answered, Earlier
    from investigators.sorting import Sorted

EXPLAINED = 0.3  # seconds: within them a picked row is explained, even while checks run


class Session(Standing):
    """The case of one window."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.keeping = Keeping()
        self._earlier: Earlier | None = None  # answers that may outlive a change
        self._closing: list[desk.Desk] = []
        self._inquiry: Job | None = None
        self._picking: Job | None = None
        self._tree: tuple[tuple[object, ...], Tree] | None = None

    def tree(self) -> Tree | None:
        """The five whys as they stand; ``None`` before a case is open."""
        state = self.state
        if state.case is None:
            return None
        key = (state.case, state.board, state.progress)
        if self._tree is None or any(a is not b for a, b in zip(key, self._tree[0], strict=True)):
            self._tree = (key, desk.whys(state.case, state.board, state.progress))
        return self._tree[1]

    # --- opening ---------------------------------------------------------------------------------

    def open_files(self, paths: list[str]) -> None:
        """Open whatever was dropped: a case file, a ``case.toml``, or loose files."""
        files = [Path(path) for path in paths]
        if len(files) == 1 and files[0].suffix == ".fifthwhy":
            self.open_case_file(files[0])
        elif len(files) == 1 and files[0].suffix == ".toml":
            try:
                brief = replace(read_case(files[0]), case_file=files[0].name)
                self.open_brief(self._with_ticket(brief))
            except InputTrouble as error:
                self._failed(error)
        else:
            self._sort(paths)

    def _sort(self, paths: list[str]) -> None:
        """Loose files: find out their roles, then open what results together with what is there."""
        begun = self.state.stage in ("sources", "case")
        before = self.state.draft.brief if begun else self._with_ticket(Brief())
        absolute = [str(Path(path).absolute()) if "://" not in path else path for path in paths]

        def sorted_out(found: tuple[Sorted, ...]) -> None:
            self.put(sorted=(*self.state.sorted, *found))
            brief = replace(with_sorted(before, found), case_file=None)
            self.open_brief(brief, stay=True)

        self.put(stage="opening", trouble=None)
        self.case_lane.run(
            tr("Looking at the files"),
            lambda task: desk.sort_files(absolute, task, taken=before.sources),
            sorted_out, self._could_not_open,
        )  # fmt: skip

    def _could_not_open(self, error: Exception) -> None:
        self._stay()
        self._failed(error)

    def _stay(self) -> None:
        """Nothing was opened: what there is of sources can be corrected."""
        self.put(stage="sources" if self.state.draft.brief.sources else "start")

    def _with_ticket(self, brief: Brief) -> Brief:
        """What a pasted ticket says; it is meant for the first case that is opened after it."""
        if self.state.stage != "start":
            self.put(ticket=None, picture="")
        return with_ticket(brief, self.state.ticket, self.state.picture)

    def to_sources(self) -> None:
        """Show what is what."""
        if self.state.case is not None or self.state.draft.brief.sources:
            self.put(stage="sources")

    def to_case(self) -> None:
        """Leave what is what for the three columns, with or without a decision picked."""
        if self.state.case is None:
            return
        self.put(stage="case")
        running = self._inquiry is not None and not self._inquiry.over
        picked = self.state.case.decision is not None
        if picked and self.state.explanation is None and not running:
            self._look()

    def reopen(self) -> None:
        """Open the sources as they are said now (after a cancel, or when a file is back)."""
        self._open(self.state.draft, None, stay=True)

    def open_brief(self, brief: Brief, *, stay: bool = False) -> None:
        """Open sources as a new case; ``stay`` shows what is what even when a decision is known."""
        placed = replace(brief, base=str(Path(brief.base).absolute()))
        if not stay:
            self._let_go()
            self.put(sorted=())
        self._open(Draft(placed, self.state.board if stay else Board()), None, stay=stay)

    def open_case_file(self, path: Path) -> None:
        """Open a case where it was left."""
        self.start()
        try:
            draft, found = self.keeping.open(path)
        except InputTrouble as error:
            self._failed(error)
            return
        self._open(draft, found, stay=False)

    def _open(self, draft: Draft, found: Investigation | None, *, stay: bool) -> None:
        self.case_lane.cancel()
        self.view_lane.cancel()
        self.put(
            stage="opening", draft=draft, case=None, found=found, explanation=None,
            progress=progress_of(found), trouble=None, reproduced=None,
        )  # fmt: skip

        def opened(made: desk.Desk) -> None:
            self._close_desk()
            self._begin(draft)
            stage: Stage = "case" if made.case.decision is not None and not stay else "sources"
            self.put(
                stage=stage, opened=made, case=made.case, reproduced=made.reproduced,
                path=self.keeping.path, **self.keeping.history(),
            )  # fmt: skip
            if stage == "case":
                self._look()

        self.case_lane.run(
            tr("Opening"), lambda task: settled(draft.brief, task), opened,
            lambda error: self._not_opened(error, found), lambda made: made.closing.close(),
        )  # fmt: skip

    def _begin(self, draft: Draft) -> None:
        try:
            self.keeping.begin(draft)
        except InputTrouble as error:
            self._failed(error)

    def _not_opened(self, error: Exception, found: Investigation | None) -> None:
        """Sources that moved or changed leave what was found readable, with a bar over it."""
        if found is None:
            self._could_not_open(error)
            return
        self.put(stage="case", case=found.case, explanation=found.explanation, found=found,
                 reproduced=found.reproduced, path=self.keeping.path,
                 **self.keeping.history())  # fmt: skip
        self._failed(error)

    def pick(self, decision: str, row: int | None = None) -> None:
        """Pick a decision, by its ``row`` if that is known: explain it at once, investigate it."""
        opened = self.state.opened
        if opened is None:
            return
        if self._picking is not None and not self._picking.over:
            self._picking.cancel()
        self._picking = self.view_lane.run(
            tr("Picking {decision}", decision=decision),
            lambda _task: opened.pick(decision) if row is None else opened.pick_row(row),
            lambda made: self._picked(made, made.case.brief.decision or decision),
            self._failed,
        )

    def _picked(self, made: desk.Desk, decision: str) -> None:
        before = self.state.draft.brief.decision
        if before == decision and self.state.stage == "case" and self.state.found is not None:
            return
        draft = self.state.draft
        if before != decision:
            draft = draft.asking(replace(draft.brief, decision=decision))
            self._write(f"Pick {decision}", draft)
        self.put(
            opened=made, case=made.case, draft=draft, stage="case", found=None, explanation=None,
            progress=Progress(), trouble=None, **self.keeping.history(),
        )  # fmt: skip
        self._look()

    def _look(self) -> None:
        """Explain in the view lane; investigate unless it was found before."""
        opened = self.state.opened
        if opened is None:
            return
        explained = Event()
        self.view_lane.run(
            tr("Explaining"), told(explained, opened.explain),
            lambda found: self.put(explanation=found), self._failed,
        )  # fmt: skip
        if self.state.found is None:
            self.investigate(explained)

    def investigate(self, explained: Event | None = None) -> None:
        """Run the checks on the picked decision; answers stream in.

        The processor is left to an explanation that is under way, for as long as one should take.
        """
        opened = self.state.opened
        if opened is None or self.state.case is None or self.state.case.decision is None:
            return
        self._stop_inquiry()
        self.put(progress=Progress(), found=None)

        lane, before = self.case_lane, self._earlier

        def work(task: Task) -> tuple[Investigation, Encoded, Earlier]:
            came: list[Answered] = []

            def stream(answered: Answered) -> None:
                came.append(answered)
                lane.say(lambda: self._answered(job, answered))

            if explained is not None:
                explained.wait(EXPLAINED)
            found = opened.investigate(task, stream, before)
            return found, desk.encoded(found), (found.case, tuple(came))

        self._inquiry = job = lane.run(tr("Investigating"), work, self._finished, self._failed)

    def _stop_inquiry(self) -> None:
        if self._inquiry is not None and not self._inquiry.over:
            self._inquiry.cancel()

    def _answered(self, job: Job, answered: Answered) -> None:
        if not job.over and job is self._inquiry:
            self.put(progress=joined(self.state.progress, answered))

    def _finished(self, result: tuple[Investigation, Encoded, Earlier]) -> None:
        found, body, self._earlier = result
        try:
            self.keeping.keep(body)
        except InputTrouble as error:
            self._failed(error)
        found = self.keeping.told(found, self.state.draft)
        self.put(found=found, case=found.case, progress=progress_of(found))

    def cancel(self) -> None:
        """Stop whatever is under way; what was answered stays."""
        for lane in (self.case_lane, self.view_lane, self.list_lane):
            lane.cancel()
        if self.state.stage == "opening":
            self._stay()
        elif not self.state.progress.done:
            self.put(progress=replace(self.state.progress, done=True, cancelled=True))

    def _write(self, words: str, draft: Draft) -> bool:
        if self.keeping.file is None:
            return True
        try:
            self.keeping.file.change(words, draft)
        except InputTrouble as error:
            self._failed(error)
            return False
        return True

    def say(self, words: str, board: Board) -> None:
        """Put a new board in force; ``words`` name the change for undo."""
        self.speak(words, replace(self.state.draft, board=board))

    def answer_first(self, answers: Answers) -> None:
        """Answers to the three first questions are evidence: the checks run again with them."""
        opened = self.state.opened
        brief = replace(self.state.draft.brief, answers=answers)
        if brief == self.state.draft.brief:
            return
        self.speak("answer the first questions", self.state.draft.asking(brief))
        if opened is not None:
            made = opened.told(brief)
            self.put(opened=made, case=made.case)
            self.investigate()

    def speak(self, words: str, draft: Draft) -> None:
        """Put words of people in force that alter no result: title, reported words, the board."""
        assert without_talk(draft.brief) == without_talk(self.state.draft.brief)
        if draft == self.state.draft or not self._write(words, draft):
            return
        self._show_draft(draft)

    def _show_draft(self, draft: Draft) -> None:
        found, case, brief = self.state.found, self.state.case, draft.brief
        self.put(
            draft=draft,
            found=None if found is None else self.keeping.told(found, draft),
            case=None if case is None else replace(case, brief=brief, actions=brief.actions),
            **self.keeping.history(),
        )

    def set_up(self, words: str, brief: Brief) -> None:
        """Change sources, roles or settings: the case is opened again with them."""
        if brief == self.state.draft.brief:
            return
        # The case.toml it came from no longer says it all: the command to run it again spells it.
        draft = self.state.draft.asking(replace(brief, case_file=None))
        if self._write(words, draft):
            self._open(draft, None, stay=self.state.stage != "case")

    def undo(self) -> None:
        """Take the last change back."""
        if self.keeping.file is not None and self.state.undo:
            self._restore(self.keeping.file.undo)

    def redo(self) -> None:
        """Bring the last undone change again."""
        if self.keeping.file is not None and self.state.redo:
            self._restore(self.keeping.file.redo)

    def _restore(self, step: Callable[[], Draft | None]) -> None:
        file = self.keeping.file
        assert file is not None
        try:
            draft, found = step(), file.found()
        except InputTrouble as error:
            self._failed(error)
            return
        if draft is None:
            return
        before, opened = self.state.draft.brief, self.state.opened
        if without_talk(before) != without_talk(draft.brief):
            self._open(draft, found, stay=self.state.stage != "case")
        elif before.decision != draft.brief.decision:
            self._stop_inquiry()  # it asks about the decision that is no longer picked
            self.put(found=found, progress=progress_of(found), draft=draft, explanation=None)
            self.put(**self.keeping.history())
            self._repick(draft.brief.decision, found)
        else:
            if opened is not None:
                self.put(opened=opened.told(draft.brief))
            if before.answers != draft.brief.answers:
                self._stop_inquiry()
                self.put(found=found, progress=progress_of(found))
            self._show_draft(draft)
            if before.answers != draft.brief.answers and found is None:
                self.investigate()

    def _repick(self, decision: str | None, found: Investigation | None) -> None:
        opened = self.state.opened
        if opened is None:
            return

        def picked(made: desk.Desk) -> None:
            case = made.case if found is None else found.case
            self.put(opened=made, case=replace(case, brief=self.state.draft.brief), stage="case")
            self._look()

        if decision is None:
            made = opened.told(self.state.draft.brief)
            self.put(opened=made, case=made.case, stage="sources")
            return
        self.view_lane.run(tr("Picking"), lambda _task: opened.pick(decision), picked, self._failed)

    # --- asking and leaving ----------------------------------------------------------------------

    def copy_to(self, path: Path) -> None:
        """Copy the case file, whole or not at all."""
        try:
            self.keeping.copy_to(path)
        except InputTrouble as error:
            self._failed(error)

    def leave(self, **new: object) -> None:
        """Note how the case is looked at now, so that it comes back like that."""
        left = replace(self.keeping.left, **new)  # type: ignore[arg-type]
        if left == self.keeping.left:
            return
        try:
            self.keeping.leave(left)
        except InputTrouble as error:
            self._failed(error)

    def start(self) -> None:
        """Leave the case and show the start page."""
        self._let_go()
        fresh = State()
        self.put(**{name: getattr(fresh, name) for name in State.__dataclass_fields__})

    def _close_desk(self) -> None:
        """Close the tables when no lane works with them any more: one lane after another."""
        opened = self.state.opened
        if opened is None:
            return
        self.put(opened=None)
        self._closing.append(opened)

        def through(lanes: list[Lane]) -> None:
            if len(lanes) == 1:
                lanes[0].after(opened.closing.close, lambda: self._closed(opened), self._failed)
            else:
                lanes[0].after(_nothing, lambda: through(lanes[1:]), self._failed)

        through([self.case_lane, self.list_lane, self.view_lane])

    def _closed(self, opened: desk.Desk) -> None:
        """Nothing holds its tables any more (compared by identity: a desk is a value)."""
        self._closing = [each for each in self._closing if each is not opened]

    def _let_go(self) -> None:
        self.case_lane.cancel()
        self.view_lane.cancel()
        self._close_desk()
        self.keeping.close()

    def close(self) -> None:
        """End all work and let the case go; the window is closing."""
        for lane in (self.case_lane, self.view_lane, self.list_lane):
            lane.close()
        if self.state.opened is not None:
            self._closing.append(self.state.opened)
            self.state = replace(self.state, opened=None)
        for each in self._closing:
            each.closing.close()
        self.keeping.close()


def _nothing() -> None:
    """Nothing is to be done."""
