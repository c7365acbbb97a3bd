"""The front door: open, pick, explain, investigate, repair, export.

The window, the command line and notebooks use only this module.  In a notebook::

    >>> from investigators import desk
    >>> case = desk.sample("home_page")
    >>> with desk.open_case(case) as opened:
    ...     found = opened.investigate()
    ...     print(found.conclusion, "·", found.leads[0].cause)
    lead · not-our-component

``opened.pick(id)`` picks another decision, ``opened.explain()`` explains it (``as_shap`` makes a
``shap.Explanation`` of it), ``opened.replay(...)`` tries a repair by hand, ``desk.export(found,
folder)`` writes the reports.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field, replace
from importlib import import_module
from pathlib import Path
from time import perf_counter
from typing import TYPE_CHECKING, Self

from investigators.folder import can_hold, folder_of, write_whole
from investigators.presenting import (
    action_points,
    cards,
    chart_axis,
    chart_lengths,
    chart_role,
    chart_table,
    chart_ticks,
    claim_of,
    closed,
    edited_actions,
    formats,
    group_rows,
    masks,
    missing_to_confirm,
    palettes,
    picture_pixels,
    preview,
    progress_of,
    report,
    standing,
    strictly,
    undo_words,
    versions,
    whys,
    wording,
)
from investigators.samples import sample, sample_card, sample_rows, samples
from investigators.task import Task
from investigators.trouble import InputTrouble

# Everything else is imported where it is used: the window's first picture waits for this module.
if TYPE_CHECKING:
    from investigators.board import Draft
    from investigators.browse import Decisions
    from investigators.case import Brief, Case, Decision, Role
    from investigators.case_history import CaseFile
    from investigators.casefile import Encoded
    from investigators.evidence import Explanation, Reproduced
    from investigators.glance import Glance
    from investigators.investigation import Investigation
    from investigators.naming import Naming
    from investigators.opening import Opened
    from investigators.repair import Replay
    from investigators.report.model import Audience
    from investigators.report.writer import Writer
    from investigators.running import Answered, Earlier
    from investigators.sheet import Sheet
    from investigators.sorting import Sorted
    from investigators.ticket import Ticket
    from investigators.trial import Step, Tried
    from investigators.view import View

__all__ = [
    "Desk",
    "Stream",
    "action_points",
    "can_hold",
    "cards",
    "case_file",
    "chart_axis",
    "chart_lengths",
    "chart_role",
    "chart_table",
    "chart_ticks",
    "claim_of",
    "closed",
    "edited_actions",
    "encoded",
    "export",
    "formats",
    "group_rows",
    "load",
    "masks",
    "missing_to_confirm",
    "open_case",
    "palettes",
    "picture_pixels",
    "preview",
    "progress_of",
    "report",
    "sample",
    "sample_card",
    "sample_rows",
    "samples",
    "save",
    "save_findings",
    "sort_files",
    "standing",
    "undo_words",
    "versions",
    "warm_up",
    "whys",
    "with_draft",
    "wording",
    "write_whole",
    "writers_of",
]
Stream = Callable[["Answered"], None]


@dataclass(frozen=True)
class Desk:
    """An opened case.  ``case`` is the value; the rest are open files, closed by ``with``."""

    view: View
    closing: ExitStack
    opened: Opened
    timings: dict[str, float] = field(default_factory=dict)

    @property
    def case(self) -> Case:
        """The case as a value."""
        return self.view.case

    @property
    def reproduced(self) -> Reproduced | None:
        """Whether the model gives the logged scores; ``None`` until it was asked."""
        return self.view.reproduced

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.closing.close()

    def pick(self, decision: str) -> Self:
        """Pick another decision by its id (or ``ID#2`` where an id occurs several times).

        Raises:
            InputTrouble: no such id (with the nearest ones), or it occurs several times.
        """
        from investigators.identify import find_decision

        return self._picked(decision, find_decision(self.view, decision))

    def pick_row(self, row: int) -> Self:
        """Pick a decision by its row in the log; its name (``ID#2`` among several) is found here.

        Raises:
            InputTrouble: there is no such row.
        """
        from investigators.identify import decision_of_row

        return self._picked(*decision_of_row(self.view, row))

    def _picked(self, name: str, found: Decision | None) -> Self:
        case = replace(self.case, brief=replace(self.case.brief, decision=name)).picked(found)
        return replace(self, view=replace(self.view, case=case))

    def told(self, brief: Brief) -> Self:
        """The same files with other words of people (answers, title); with no id none is picked."""
        decision = self.case.decision if brief.decision else None
        case = replace(self.case, brief=brief, decision=decision)
        return replace(self, view=replace(self.view, case=case))

    def explain(self, task: Task | None = None) -> Explanation | None:
        """Explain the picked decision; ``None`` when none is picked or there is no model.

        Whether the score is reproduced is found first (once), since the heading says it.
        """
        from investigators.inquiry import explain, reproduced

        task = task or Task()
        if self.view.decision is None or self.view.model is None or self.view.log is None:
            return None
        return explain(reproduced(self.view, task), task)

    def replay(self, *steps: Step | str, task: Task | None = None) -> Replay | None:
        """Undo steps by hand, the first one first, and score again: what each row would have got.

        A step is a :class:`~investigators.trial.Step` or a line such as ``divide form_fill_time
        by 1000 where app_version = 4.8.1``.  ``None`` without a log, a model, or anything to undo.

        Raises:
            InputTrouble: a line cannot be read; no such input, column, cut-off or source.
        """
        from investigators.by_hand import replayed
        from investigators.trial import parse

        read = [parse(step) if isinstance(step, str) else step for step in steps]
        return replayed(self.view, read, task or Task())

    def tried(self, steps: Sequence[Step], task: Task | None = None) -> Tried | None:
        """The same as plain numbers."""
        from investigators.by_hand import tried

        return tried(self.view, steps, task or Task())

    def investigate(
        self,
        task: Task | None = None,
        stream: Stream | None = None,
        earlier: Earlier | None = None,
    ) -> Investigation:
        """Run every check that applies, replay the causes, rank the leads, conclude.

        ``stream`` gets each check's answer as it comes, cheap and decisive first.  With the sealed
        case and the answers of an ``earlier`` one, checks that see nothing new are not run again.
        """
        from investigators.inquiry import investigate

        seals = self.opened.seals
        return investigate(self.view, seals, task or Task(), self.timings, stream, earlier)

    def settled(self, task: Task | None = None) -> Self:
        """The same desk, knowing whether the logged score is reproduced: asked once for all."""
        from investigators.inquiry import reproduced

        return replace(self, view=reproduced(self.view, task or Task()))

    def decisions(self) -> Decisions | None:
        """The log as a list to filter, sort and page; ``None`` without a log."""
        from investigators.browse import Decisions

        return None if self.view.log is None else Decisions(self.view)

    def naming(self) -> Naming | None:
        """What a named group of this log would be, while it is typed; ``None`` without a log."""
        from investigators.naming import Naming

        return None if self.view.log is None else Naming(self.view)

    def what_is_what(self, ids: Sequence[str] = (), task: Task | None = None) -> Sheet:
        """What each source, column and input was taken for; which of ``ids`` are in the log."""
        from investigators.what_is_what import what_is_what

        return what_is_what(self.view, ids, task or Task())


def open_case(
    what: str | Path | Brief, task: Task | None = None, *, decision: str | None = None
) -> Desk:
    """Open a ``case.toml`` or a :class:`~investigators.case.Brief`.

    Raises:
        InputTrouble: something in it cannot be used.
    """
    from investigators.brief import read_case
    from investigators.opening import open_brief

    started = perf_counter()
    brief = read_case(what) if isinstance(what, str | Path) else what
    if decision is not None:
        brief = replace(brief, decision=decision)
    opened = open_brief(brief, task or Task())
    desk = Desk(opened.view, opened.closing, opened)
    desk.timings["open"] = perf_counter() - started
    return desk


def writers_of(formats: Sequence[str]) -> tuple[Writer, ...]:
    """The writers of these formats.

    Raises:
        InputTrouble: a format that no writer offers (it names those that are).
    """
    from investigators import shelf

    known = {writer.name: writer for writer in shelf.writers()}
    unknown = [name for name in formats if name not in known]
    if unknown:
        raise InputTrouble(
            "--format", f"there is no format {', '.join(unknown)}", expected=", ".join(known)
        )
    return tuple(known[name] for name in formats)


def export(
    investigation: Investigation,
    folder: str | Path,
    formats: Sequence[str] = ("md", "html"),
    audience: Audience = "shared",
    *,
    strict: bool = False,
    affected: bool = True,
) -> tuple[Path, ...]:
    """Write the reports (and ``affected.csv``, where wanted) of an investigation into ``folder``.

    Raises:
        InputTrouble: a format that no writer offers, a folder that cannot be written, or with
            ``strict`` a wording that is warned of, or a case closed over a guard.
    """
    from investigators.report import affected as affected_rows
    from investigators.report import compose

    writers = writers_of(formats)
    report = compose.compose(investigation, audience, whys=standing)
    if strict:
        strictly(investigation, report)
    target = folder_of(folder)
    written = []
    for writer in writers:
        path = target / f"report{writer.suffix}"
        write_whole(path, writer.write(report))
        written.append(path)
    if affected and investigation.affected is not None:
        path = target / "affected.csv"
        affected_rows.write(path, investigation, audience)
        written.append(path)
    return tuple(written)


def save(
    investigation: Investigation,
    folder: str | Path,
    timings: dict[str, float] | None = None,
    audience: Audience = "shared",
) -> tuple[Path, Path]:
    """Write the working files: ``findings.json`` (for the audience) and ``case.fifthwhy``."""
    from investigators import casefile

    target = folder_of(folder)
    document_path, case_path = (
        save_findings(investigation, target, timings, audience),
        target / "case.fifthwhy",
    )
    fresh = target / ".case.fifthwhy.new"
    fresh.unlink(missing_ok=True)
    brief = investigation.case.brief
    # a case file is opened again from anywhere: relative sources need their folder's whole path
    placed = replace(brief, base=str(Path(brief.base).resolve()))
    kept = replace(investigation, case=replace(investigation.case, brief=placed))
    try:
        casefile.save(fresh, kept, "investigated")
        fresh.replace(case_path)
    finally:
        fresh.unlink(missing_ok=True)
    return document_path, case_path


def save_findings(
    investigation: Investigation,
    folder: str | Path,
    timings: dict[str, float] | None = None,
    audience: Audience = "shared",
) -> Path:
    """Write ``findings.json``: a working file, in which only what people told is masked."""
    from investigators.findings import document, encode
    from investigators.report.actions import actions
    from investigators.report.testimony_part import entries

    path = folder_of(folder) / "findings.json"
    told = entries(investigation, audience)
    made = document(investigation, actions=actions(investigation), told=told, timings=timings)
    write_whole(path, encode(made))
    return path


def load(case_file: str | Path) -> Investigation:
    """Read an investigation back from a case file.

    Raises:
        InputTrouble: when it is not one, or damaged.
    """
    from investigators import case_history

    return case_history.load(Path(case_file))


def glance(path: str | Path) -> Glance:
    """What a case file is about, without opening it; one that is gone is said, not raised."""
    from investigators.glance import glance as look

    return look(Path(path))


def read_ticket(text: str) -> Ticket:
    """Recognise title, reported words, dates, ids and numbers in a pasted ticket or mail."""
    from investigators.ticket import read_ticket as read

    return read(text)


def sort_files(
    paths: Sequence[str], task: Task | None = None, *, taken: Collection[Role] = ()
) -> tuple[Sorted, ...]:
    """Say of each loose file which role it seems to have, and why (``taken``: roles filled before).

    Raises:
        InputTrouble: a file cannot be read at all.
    """
    from investigators.sorting import sort_files as sort

    return sort(paths, task, taken=taken)


def case_file(path: str | Path) -> CaseFile:
    """Open a case file for its history of changes, making it when it is new.

    Raises:
        InputTrouble: it is not one, of a newer version, or not writable.
    """
    from investigators import case_history

    return case_history.CaseFile(Path(path))


def encoded(found: Investigation) -> Encoded:
    """Encode an investigation for :meth:`CaseFile.keep`: the slow half of it, for the case lane."""
    from investigators import casefile

    return casefile.encoded(found, "investigated")


def with_draft(found: Investigation, draft: Draft) -> Investigation:
    """The investigation with what people said as it is now."""
    from investigators import case_history

    return case_history.with_draft(found, draft)


def warm_up() -> None:
    """Import what the first case will need, while the start page is read."""
    from investigators import shelf

    for name in ("duckdb", "pyarrow", "lightgbm", "scipy.stats"):
        import_module(name)
    shelf.table_readers()
    shelf.model_readers()
    shelf.explainers()
    shelf.checks()
    shelf.writers()
