"""From findings to ranked leads: replay each cause, list its symptoms, grade its strength."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from investigators.evidence import (
    DRIFT,
    Cause,
    Finding,
    Lead,
    Map,
    NoTransform,
    RepairResult,
    Strength,
)
from investigators.repair import Replay, put_right, repaired_view, replay
from investigators.scope import scope_sql
from investigators.task import Task
from investigators.view import View

# Findings whose rows overlap by this share are one lead (method.md).
WIDER = 1.5  # times the rows: a pair of values beside the whole map, not two ways to count them
SAME_ROWS = 0.8
CURVED = "input_units.affine_change"  # what it finds and nothing undoes is a curve
DATED = "input_units.epoch_unit"  # of times since 1970, which move by themselves
STRENGTHS: dict[Strength, int] = {"strong": 0, "moderate": 1, "weak": 2}
Order = tuple[bool, bool, int, float, int]
Rerun = Callable[[str, View, Task], Sequence[Finding]]
Symptoms = tuple[list[str], list[Finding]]  # findings that vanish, failures of checks meanwhile


@dataclass(frozen=True)
class Candidate:
    """One supported cause with its replay; ``explains`` are ids of findings that vanish with it."""

    finding: Finding
    cause: Cause
    done: Replay | None
    explains: tuple[str, ...] = ()

    @property
    def result(self) -> RepairResult | None:
        """What its repair did."""
        return self.done.result if self.done is not None else None

    @property
    def strength(self) -> Strength:
        """contract.md, "lead": supported, with a proof by repair or record, with a second sign."""
        result, cause = self.result, self.cause
        proved = cause.exact_record or bool(
            cause.concerns_decision
            and result is not None
            and (result.flips or result.restores_range)
        )
        seconded = bool(cause.corroborations)
        if proved and seconded:
            return "strong"
        return "moderate" if proved or seconded else "weak"

    def order(self) -> Order:
        """A move of the world last; concerns this decision; strength; share undone; signs."""
        result, cause = self.result, self.cause
        undone = 0.0
        if result is not None and cause.rows_in_scope:
            undone = (result.decisions_changed or 0) / cause.rows_in_scope
        flips = 2.0 if result is not None and result.flips else 0.0
        return (
            cause.cause == DRIFT,
            not cause.concerns_decision,
            STRENGTHS[self.strength],
            -round(flips + undone, 3),
            -len(cause.corroborations),
        )


@dataclass(frozen=True)
class Leads:
    """Ranked leads, the findings with ``explained_by`` filled in, and each lead's replay."""

    leads: tuple[Lead, ...]
    findings: tuple[Finding, ...]
    replays: dict[str, Replay]


def rank(view: View, findings: Sequence[Finding], rerun: Rerun, task: Task) -> Leads:
    """Make leads of the supported causes.

    ``rerun(check id, view, task)`` runs one check again on a repaired view: a finding that no
    longer supports there is a symptom of the repaired cause.  A check that fails there explains
    nothing; its failure is added to the findings.
    """
    supported, restated = _placed(view, [f for f in findings if f.verdict == "supports"])
    candidates = []
    for finding in supported:
        assert finding.cause is not None
        task.tick(0, len(supported), f"Replaying the repair: {finding.id}")
        done = replay(view, finding.cause, task)
        candidates.append(Candidate(finding, finding.cause, done))
    # of two that nothing else orders, the one that names an input says more; of one check's, the
    # clearer one
    candidates.sort(
        key=lambda c: (
            c.order(), not c.cause.features, c.finding.check, -c.cause.clear, c.finding.id
        )
    )  # fmt: skip
    candidates = _wider_first(candidates)
    chosen, explained, failed = _chosen(view, candidates, findings, restated, rerun, task)
    chosen = _without_moves(view, chosen, explained, rerun, task)
    names = {each.finding.id: f"L{k}" for k, (each, _) in enumerate(chosen, start=1)}
    failures = [replace(f, id=f"{f.check}/after the repair of {names[by]}") for by, f in failed]
    leads = _ranked(view, chosen)
    marked = tuple(
        replace(f, explained_by=names[explained[f.id]]) if f.id in explained else f
        for f in (*findings, *failures)
    )
    replays = {
        lead.id: candidate.done
        for lead, (candidate, _) in zip(leads, chosen, strict=True)
        if candidate.done is not None
    }
    return Leads(leads, marked, replays)


def _chosen(
    view: View,
    candidates: Sequence[Candidate],
    findings: Sequence[Finding],
    restated: Mapping[str, Sequence[str]],
    rerun: Rerun,
    task: Task,
) -> tuple[list[tuple[Candidate, list[str]]], dict[str, str], list[tuple[str, Finding]]]:
    """Candidates that are no symptom and no repetition of another, in their order.

    The stronger ones are asked first what vanishes with them: what is weak may stand before them
    (it concerns this decision, and they do not) and be their symptom all the same.  Before them
    comes one cause of several inputs that explains what single ones of them have.

    Returns:
        Candidates with the ids of their findings; by what each symptom is explained; failures of
        checks after a repair, with whose repair it was.  Leads are named by their finding's id.
    """
    explained: dict[str, str] = {}
    failures: list[tuple[str, Finding]] = []
    chosen: list[tuple[Candidate, list[str]]] = []
    turns = _in_turn(view, candidates, findings, explained, (rerun, task))
    for candidate, symptoms in turns:
        own = candidate.finding.id
        if own in explained:
            continue
        same = next((ids for k, ids in chosen if _same_rows(view, k.cause, candidate.cause)), None)
        if same is not None:
            same.append(own)
            continue
        ids = [own, *restated.get(own, ())]
        mine = {finding for _, held in chosen for finding in held} | set(ids)
        others = [f for f in findings if f.verdict == "supports" and f.id not in mine]
        vanish, failed = symptoms or _symptoms(view, candidate, others, rerun, task)
        failures += [(own, f) for f in failed]
        explained |= {finding: own for finding in vanish if finding not in explained}
        chosen.append((replace(candidate, explains=tuple(vanish)), ids))
    place = {each.finding.id: k for k, each in enumerate(candidates)}
    chosen.sort(key=lambda each: place[each[0].finding.id])
    return chosen, explained, failures


def _without_moves(
    view: View,
    chosen: list[tuple[Candidate, list[str]]],
    explained: dict[str, str],
    rerun: Rerun,
    task: Task,
) -> list[tuple[Candidate, list[str]]]:
    """Leads without moves of inputs that all leads of that input together put right.

    One of two changes of a column leaves the other one; a curve has no repair, so that its rows
    are left out.  ``explained`` gets whose symptom each of these moves is.
    """
    found = list(chosen)
    for move, ids in chosen:
        cause = move.cause
        own = [
            c
            for c, _ in chosen
            if c.cause.cause != DRIFT
            and c.cause.features == cause.features
            and (c.finding.check == CURVED or not isinstance(c.cause.transform, NoTransform))
        ]
        if cause.cause != DRIFT or len(cause.features) != 1 or not own:
            continue
        check = move.finding.check
        if not any(c.finding.check == DATED for c in own):
            task.tick(0, 0, f"Looking again after all repairs of {cause.features[0]}: {check}")
            again = rerun(check, put_right(view, [c.cause for c in own]), task)
            left = [f for f in again if f.id == move.finding.id and f.verdict == "supports"]
            if left or any(f.verdict == "error" for f in again):
                continue
        first = own[0].finding.id
        explained |= dict.fromkeys(ids, first)
        found = [
            (replace(c, explains=(*c.explains, *ids)) if c.finding.id == first else c, held)
            for c, held in found
            if c.finding.id != move.finding.id
        ]
    return found


def _in_turn(
    view: View,
    candidates: Sequence[Candidate],
    findings: Sequence[Finding],
    explained: Mapping[str, str],
    looking: tuple[Rerun, Task],
) -> Iterator[tuple[Candidate, Symptoms | None]]:
    """Candidates by strength, but before them those with which two or more of their parts vanish.

    Two columns that were exchanged in some rows look like two changes of scale; or the one has
    values that nothing else explains, which need not be two.  What vanishes was looked at for these
    alone.  ``explained`` grows meanwhile: looking again means running checks, and whoever is
    explained by then is not looked at.
    """
    later = []
    for each in sorted(candidates, key=lambda c: (c.cause.cause == DRIFT, STRENGTHS[c.strength])):
        parts = _parts(each, candidates)
        worth = len(parts) > 1 or any(parts.values())
        if worth and each.finding.id not in explained:
            others = [f for f in findings if f.verdict == "supports" and f.id != each.finding.id]
            symptoms = _symptoms(view, each, others, *looking)
            gone = [alone for name, alone in parts.items() if name in symptoms[0]]
            if len(gone) > 1 or any(gone):
                yield each, symptoms
                continue
        later.append(each)
    yield from ((each, None) for each in later)


def _parts(whole: Candidate, candidates: Sequence[Candidate]) -> dict[str, bool]:
    """Ids of the causes that name some of the inputs of one, and whether each has no repair."""
    if whole.cause.cause == DRIFT:
        return {}
    return {
        c.finding.id: isinstance(c.cause.transform, NoTransform)
        for c in candidates
        if c.cause.cause != DRIFT
        and c.cause.features
        and set(c.cause.features) < set(whole.cause.features)
    }


def _placed(
    view: View, supporting: Sequence[Finding]
) -> tuple[list[Finding], dict[str, list[str]]]:
    """Causes, without those that only restate another: it says where these very rows come from.

    "The rows that have it missing" names no place; "missing in this segment since that day" does,
    and takes over what else speaks for it.  The second value: ids restated, by the finding kept.
    """
    found = {f.id: f for f in supporting if f.cause is not None}
    restated: dict[str, list[str]] = {}
    for finding in list(found.values()):
        place = next((f for f in found.values() if _restates(view, finding, f)), None)
        if place is None or place.cause is None or finding.cause is None:
            continue
        del found[finding.id]
        signs = dict.fromkeys((*place.cause.corroborations, *finding.cause.corroborations))
        cause = replace(place.cause, corroborations=tuple(signs))
        found[place.id] = replace(place, cause=cause)
        restated.setdefault(place.id, []).append(finding.id)
    return list(found.values()), restated


def _restates(view: View, one: Finding, other: Finding) -> bool:
    """Whether ``one`` says by the input's own values what ``other`` places elsewhere."""
    a, b = one.cause, other.cause
    if a is None or b is None or view.log is None:
        return False
    if (a.cause, a.features, a.concerns_decision) != (b.cause, b.features, b.concerns_decision):
        return False
    own = {view.column(f"log.feature:{name}") or name for name in a.features}
    itself, elsewhere = ({c.column for c in cause.segment or ()} for cause in (a, b))
    if not itself or itself - own or elsewhere & own or not _of_log(view, b):
        return False
    if not isinstance(a.transform, NoTransform) and a.transform != b.transform:
        return False
    rows, there = scope_sql(a.segment, None, None), scope_sql(b.segment, b.onset, b.end)
    found = view.log.query(
        f"SELECT count(*) FILTER (({rows}) AND ({there})), count(*) FILTER ({rows}) FROM {{t}}"
    )
    held, of = (int(column[0].as_py()) for column in found.columns)
    return of > 0 and held >= SAME_ROWS * of


def _wider_first(candidates: Sequence[Candidate]) -> list[Candidate]:
    """What names more of one fault comes before what names a part of it, if it is as strong.

    A whole map of values before one of its pairs, a repair before none: in the same input, of the
    same cause class.  A clock before what its turn made of some hours.
    """
    found: list[Candidate] = []
    for each in candidates:
        place = next((k for k, c in enumerate(found) if _wider(each, c)), len(found))
        found.insert(place, each)
    return found


def _wider(one: Candidate, other: Candidate) -> bool:
    a, b = one.cause, other.cause
    if a.features != b.features or DRIFT in {a.cause, b.cause}:
        return False
    turned = a.cause == "input-time-shift" and any(c.part == "hour" for c in b.segment or ())
    if a.cause != b.cause and not turned:
        return False
    if (a.concerns_decision, one.strength) != (b.concerns_decision, other.strength):
        return False
    told, before = (not isinstance(c.transform, NoTransform) for c in (a, b))
    if told is not before:
        return told
    more = a.rows_changed > WIDER * b.rows_changed
    if isinstance(a.transform, Map) and isinstance(b.transform, Map):
        more |= set(a.transform.pairs) > set(b.transform.pairs)
    return told and more and (turned or isinstance(a.transform, type(b.transform)))


def _same_rows(view: View, one: Cause, other: Cause) -> bool:
    """Whether the two causes claim the same rows (shared rows over all rows of either)."""
    if one.features != other.features:
        return False
    named = {c.column for cause in (one, other) for c in cause.segment or ()}
    if view.log is None or any(view.row_column(name) is None for name in named):
        # a segment of the UI events has no rows in the log to compare
        return (one.segment, one.cause) == (other.segment, other.cause)
    a = scope_sql(one.segment, one.onset, one.end)
    b = scope_sql(other.segment, other.onset, other.end)
    found = view.log.query(
        f"SELECT count(*) FILTER (({a}) AND ({b})), count(*) FILTER (({a}) OR ({b})) FROM {{t}}"
    )
    both, either = (int(column[0].as_py()) for column in found.columns)
    return either > 0 and both >= SAME_ROWS * either


def _of_log(view: View, cause: Cause) -> bool:
    """Whether a segment is one of the log's rows' columns (a UI event's component is not)."""
    return view.log is not None and all(view.row_column(c.column) for c in cause.segment or ())


def _symptoms(
    view: View, candidate: Candidate, supporting: Sequence[Finding], rerun: Rerun, task: Task
) -> Symptoms:
    """Ids of other findings that no longer support once the cause is undone; failures of checks."""
    others = [f for f in supporting if f.id != candidate.finding.id]
    if candidate.done is None or not others:
        return _exchanged(candidate.cause, others), []
    failed: list[Finding] = []
    repaired = repaired_view(view, candidate.done)
    vanish = []
    for check in sorted({f.check for f in others}):
        task.tick(0, 0, f"Looking again after the repair: {check}")
        again = rerun(check, repaired, task)
        errors = [f for f in again if f.verdict == "error"]
        failed += errors
        still = [f for f in again if f.verdict == "supports"]
        vanish += [
            f.id for f in others if f.check == check and not errors and not _remains(f, still)
        ]
    if candidate.cause.where is not None:  # the repair of a part leaves rows that none tells
        vanish += [id_ for id_ in _exchanged(candidate.cause, others) if id_ not in vanish]
    return vanish, failed


def _exchanged(cause: Cause, others: Sequence[Finding]) -> list[str]:
    """Unknown values of two exchanged categories: they are the other's, as its finding compared."""
    if cause.cause != "input-columns-swapped":
        return []
    return [
        f.id
        for f in others
        if f.cause is not None
        and f.cause.cause == "input-unseen-value"
        and isinstance(f.cause.transform, NoTransform)
        and set(f.cause.features) < set(cause.features)
    ]


def _remains(finding: Finding, still: Sequence[Finding]) -> bool:
    """Whether a finding is there again, under its own name or as what is left of two in turn."""
    return any(
        f.id == finding.id
        or (
            f.about == finding.about
            and f.cause is not None
            and finding.cause is not None
            and f.cause.transform == finding.cause.transform
        )
        for f in still
    )


def _share(view: View, cause: Cause) -> float:
    """Share of the log's rows, or of the UI events' where the segment is one of theirs."""
    rows = 0 if view.log is None else view.log.rows
    if not _of_log(view, cause):
        rows = sum(table.rows for table in view.ui_events)
    return round(cause.rows_in_scope / max(rows, 1), 4)


def _ranked(view: View, chosen: Sequence[tuple[Candidate, list[str]]]) -> tuple[Lead, ...]:
    leads: list[Lead] = []
    last: Order | None = None
    position = 0
    for number, (candidate, ids) in enumerate(chosen, start=1):
        if candidate.order() != last:
            position, last = number, candidate.order()
        cause = candidate.cause
        leads.append(
            Lead(
                id=f"L{number}",
                rank=position,
                family=candidate.finding.family,
                cause=cause.cause,
                features=cause.features,
                transform=cause.transform,
                segment=cause.segment,
                onset=cause.onset,
                onset_known=cause.onset_known,
                end=cause.end,
                ongoing=cause.ongoing,
                rows_in_scope=cause.rows_in_scope,
                rows_changed=cause.rows_changed,
                rows_changed_interval=cause.rows_changed_interval,
                share_of_log=_share(view, cause),
                repair=candidate.result,
                strength=candidate.strength,
                corroborations=cause.corroborations,
                concerns_this_decision=cause.concerns_decision,
                statement=cause.statement or candidate.finding.sentence,
                findings=tuple(ids),
                where=cause.where,
                symptoms=candidate.explains,
            )
        )
    return tuple(leads)
