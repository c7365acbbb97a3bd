"""The front door: open, pick, explain, investigate, repair, export.

The window, the command line and notebooks use only this module.  In a notebook::

    >>> from investigators import desk
    >>> from investigators.resources import room
    >>> with desk.open_case(room("sample_data") / "home_page" / "case.toml") as opened:
    ...     found = opened.investigate()
    ...     print(found.conclusion, "·", found.leads[0].cause)
    lead · not-our-component

``opened.pick(id)`` picks another decision, ``opened.explain()`` explains it (``as_shap`` makes a
``shap.Explanation`` of it), ``opened.replay(...)`` tries a repair by hand, ``desk.export(found,
folder)`` writes the reports.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field, replace
from pathlib import Path
from time import perf_counter
from typing import TYPE_CHECKING, Any, Self

from investigators import casefile, shelf
from investigators.brief import nearest, read_case
from investigators.case import Brief, Case
from investigators.evidence import Cause, Explanation, Finding, Segment, Transform
from investigators.investigation import (
    Investigation,
)
from investigators.task import Task
from investigators.trouble import InputTrouble

if TYPE_CHECKING:
    from investigators.opening import Opened
    from investigators.repair import Replay
    from investigators.report.model import Audience
    from investigators.report.writer import Writer
    from investigators.running import Answered
    from investigators.view import View

Stream = Callable[["Answered"], None]
VERSIONED = ("lightgbm", "duckdb", "numpy", "scipy", "pyarrow")


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

        found = find_decision(self.view, decision)
        brief = replace(self.case.brief, decision=decision)
        return replace(
            self, view=replace(self.view, case=replace(self.case, brief=brief, decision=found))
        )

    def explain(self, task: Task | None = None) -> Explanation | None:
        """Explain the picked decision; ``None`` when none is picked or there is no model."""
        if self.view.decision is None or self.view.model is None or self.view.log is None:
            return None
        explainer = next(e for e in shelf.explainers() if e.name == "contributions")
        explanation: Explanation = explainer.run(self._reproduced(task or Task()), task or Task())
        return explanation

    def _reproduced(self, task: Task) -> View:
        """The view with the answer whether the score is reproduced, found once."""
        from investigators.reproduction import reproduce

        if self.view.reproduced is not None or self.view.log is None:
            return self.view
        row = self.view.decision.row if self.view.decision is not None else None
        answer = reproduce(self.view.log, self.view.model, self.case.scale, task, row).answer
        return replace(self.view, reproduced=answer)

    def replay(
        self,
        feature: str,
        transform: Transform,
        segment: Segment = None,
        task: Task | None = None,
    ) -> Replay | None:
        """Undo a transform of one input by hand, on all rows of a segment, and score again.

        ``None`` without a log, a model, or anything to undo.

        Raises:
            InputTrouble: the model has no such input, or the log no such column.
        """
        from investigators.repair import replay

        if self.view.log is None or self.view.model is None:
            return None
        _known(feature, [i.name for i in self.view.model.inputs], self.view.model.name, "input")
        columns = [column.name for column in self.view.log.columns]
        for condition in segment or ():
            _known(condition.column, columns, self.view.log.name, "column")
        cause = Cause(
            cause="input-unit-or-scale",
            features=(feature,),
            transform=transform,
            segment=segment,
            onset=None,
            onset_known=False,
            end=None,
            ongoing=None,
            rows_in_scope=self.view.log.rows,
            rows_changed=0,
            concerns_decision=self.view.decision is not None,
        )
        return replay(self.view, cause, task or Task())

    def investigate(self, task: Task | None = None, stream: Stream | None = None) -> Investigation:
        """Run every check that applies, replay the causes, rank the leads, conclude.

        ``stream`` gets each check's answer as it comes, cheap and decisive first.
        """
        from investigators import facts, leads, running, verdicts
        from investigators.opening import sealed

        task = task or Task()
        view = self._timed("score reproduced", lambda: self._reproduced(task))
        answered: list[Answered] = []
        for check in shelf.checks():
            task.tick(len(answered), 0, check.id)
            answer = running.run_check(check, view, task)
            self.timings[check.id] = answer.seconds
            answered.append(answer)
            if stream is not None:
                stream(answer)
        findings = [finding for answer in answered for finding in answer.findings]
        ranked = self._timed("leads", lambda: leads.rank(view, findings, _rerun, task))
        explanation = self._timed("explanation", lambda: replace(self, view=view).explain(task))
        checks = tuple(answer.answer for answer in answered)
        not_run = tuple(answer.not_run for answer in answered if answer.not_run is not None)
        families = verdicts.families(ranked.leads, ranked.findings, checks)
        conclusion, sentence = verdicts.conclude(
            ranked.leads, families, view.reproduced, not_run, view.decision
        )
        view = self._timed("sealing", lambda: sealed(view, self.opened.seals))
        self_test = self._self_test(view, task)
        task.tick()  # whoever cancelled meanwhile gets no investigation
        return Investigation(
            case=view.case,
            reproduced=view.reproduced,
            conclusion=conclusion,
            conclusion_sentence=sentence,
            families=families,
            leads=ranked.leads,
            findings=ranked.findings,
            checks=checks,
            not_run=not_run,
            explanation=explanation,
            self_test=self_test,
            timeline=facts.timeline(view, ranked),
            versions=facts.versions(),
            run_again=facts.run_again(view.case.brief),
            affected=facts.affected(view, ranked),
            log=facts.log_facts(view),
            model=facts.model_facts(view),
            dictionary=view.dictionary,
            parameters=facts.parameters(view),
        )

    def _timed[Value](self, what: str, work: Callable[[], Value]) -> Value:
        started = perf_counter()
        value = work()
        self.timings[what] = perf_counter() - started
        return value

    def _self_test(self, view: View, task: Task) -> tuple[Any, ...]:
        """Run the quick self-test of the model on a few rows of the log."""
        from investigators.self_test import self_test

        if view.model is None or view.log is None or not view.log.rows:
            return ()
        names = [i.name for i in view.model.inputs if i.name in view.log_inputs]
        if any(i.used and i.name not in names for i in view.model.inputs):
            return ()
        step = max(1, view.log.rows // 50)
        cells = ", ".join(f"{view.log_inputs[n]} AS x{k}" for k, n in enumerate(names))
        rows = view.log.query(
            f"SELECT {cells} FROM {{t}} WHERE fw_row % {step} = 0 ORDER BY fw_row LIMIT 50"
        )
        matrix = view.model.matrix({n: rows.column(k) for k, n in enumerate(names)})
        return tuple(self_test(view.model, matrix, task))


def open_case(
    what: str | Path | Brief, task: Task | None = None, *, decision: str | None = None
) -> Desk:
    """Open a ``case.toml`` or a :class:`~investigators.case.Brief`.

    Raises:
        InputTrouble: something in it cannot be used.
    """
    from investigators.opening import open_brief

    started = perf_counter()
    brief = what if isinstance(what, Brief) else read_case(what)
    if decision is not None:
        brief = replace(brief, decision=decision)
    opened = open_brief(brief, task or Task())
    desk = Desk(opened.view, opened.closing, opened)
    desk.timings["open"] = perf_counter() - started
    return desk


def _known(name: str, names: Sequence[str], file: str, what: str) -> None:
    if name not in names:
        raise InputTrouble(file, f"there is no {what} {name}", mend=nearest(name, names))


def _rerun(check_id: str, view: View, task: Task) -> Sequence[Finding]:
    from investigators.running import run_check

    return run_check(next(c for c in shelf.checks() if c.id == check_id), view, task).findings


def writers_of(formats: Sequence[str]) -> tuple[Writer, ...]:
    """The writers of these formats.

    Raises:
        InputTrouble: a format that no writer offers (it names those that are).
    """
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
) -> tuple[Path, ...]:
    """Write the reports (and ``affected.csv``) of an investigation into ``folder``.

    Raises:
        InputTrouble: a format that no writer offers, a folder that cannot be written, or with
            ``strict`` a wording that the lint warns of.
    """
    from investigators.report import affected, compose, wording

    writers = writers_of(formats)
    report = compose.compose(investigation, audience)
    hits = wording.lint(report) if strict else ()
    if hits:
        raise InputTrouble(
            "report",
            f"{len(hits)} wordings are warned of, the first: {hits[0]}",
            mend="reword them in the case, or leave --strict out",
        )
    target = _folder(folder)
    written = []
    for writer in writers:
        path = target / f"report{writer.suffix}"
        write_whole(path, writer.write(report))
        written.append(path)
    if investigation.affected is not None:
        path = target / "affected.csv"
        affected.write(path, investigation, audience)
        written.append(path)
    return tuple(written)


def save(
    investigation: Investigation, folder: str | Path, timings: dict[str, float] | None = None
) -> tuple[Path, Path]:
    """Write the working files: ``findings.json`` and ``case.fifthwhy``."""
    from investigators.findings import document, encode
    from investigators.report.actions import actions

    target = _folder(folder)
    document_path, case_path = target / "findings.json", target / "case.fifthwhy"
    made = document(investigation, actions=actions(investigation), timings=timings)
    write_whole(document_path, encode(made))
    fresh = target / ".case.fifthwhy.new"
    fresh.unlink(missing_ok=True)
    try:
        casefile.save(fresh, investigation, "investigated")
        fresh.replace(case_path)
    finally:
        fresh.unlink(missing_ok=True)
    return document_path, case_path


def load(case_file: str | Path) -> Investigation:
    """Read an investigation back from a case file.

    Raises:
        InputTrouble: when it is not one, or damaged.
    """
    return casefile.load(Path(case_file))


def write_whole(path: Path, content: bytes) -> None:
    """Write a file so that it is there whole or not at all.

    Raises:
        InputTrouble: it cannot be written.
    """
    part = path.with_name(f".{path.name}.part")
    try:
        part.write_bytes(content)
        part.replace(path)
    except OSError as error:
        raise InputTrouble(path.name, f"cannot be written: {error.strerror}") from error
    finally:
        part.unlink(missing_ok=True)


def _folder(folder: str | Path) -> Path:
    target = Path(folder)
    try:
        target.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise InputTrouble(
            target.name, f"cannot be written: {error.strerror}", expected="a folder to write into"
        ) from error
    return target


def samples() -> tuple[str, ...]:
    """Names of the built-in sample cases."""
    from investigators.resources import room

    return tuple(sorted(p.parent.name for p in room("sample_data").glob("*/case.toml")))


def sample(name: str) -> Path:
    """Path of a sample's ``case.toml``.

    Raises:
        InputTrouble: no sample of that name.
    """
    from investigators.resources import room

    path = room("sample_data") / name / "case.toml"
    if name not in samples():
        raise InputTrouble(name, "there is no such sample", expected=", ".join(samples()))
    return path
