"""Do inputs that told of each other in training still do so live, though neither moved itself?"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from investigators.answering import Findings
from investigators.chart import Chart, Dot, Dots
from investigators.check import Check
from investigators.evidence import DRIFT, Cause, Finding, segment_words
from investigators.numbers import between, count, listed, number, per_cent
from investigators.relations.found import relations_of
from investigators.relations.lost import FEWEST, Ground, Lost, column, lost_ties
from investigators.relations.ties import Tie, left_of, ties_of
from investigators.shift.corroborate import lined_up_releases
from investigators.shift.movement import blocks_of_rows
from investigators.shift.sample import Samples, samples_of
from investigators.tables.codes import times
from investigators.task import Task
from investigators.traffic.rows import baseline_of, traffic_of
from investigators.view import View

ID = "data_assumptions.multivariate"
FINDINGS = Findings(ID)
MINIMUM = 150  # training rows
GONE, WEAKER = 0.35, 0.7  # of training's tie, at the upper end of the interval
NONE_OF_FEW = 0.5  # the same where nothing may be left at all: of some dozen rows
STEADY = 0.6  # of the tie, in each block of training
UNMOVED = 0.05  # distance of a column from its training values, beyond sampling noise
PART, UNSAID, TILT = 0.02, 0.1, 0.15  # share of rows that lost it; what it leaves; their own values
FEWEST_IN_PART = 1_000  # rows: of fewer, a tie that is a little weaker reads as a part without it
EARLIER = 0.25  # of that share, at most, before
ASK = (
    "Please send an extract of the table the model was trained on, with the columns of the model's "
    "inputs (any 5,000 rows or more drawn at random), every row whole."
)


def run(view: View, task: Task) -> Sequence[Finding]:
    """Give one finding for each pair of inputs that are tied in training."""
    task.tick()
    if view.log is None or not view.log.rows:
        return [_nothing("there are no rows of a log", "a log with the model's inputs")]
    baseline = baseline_of(view)
    if baseline is None:
        need = "a training (reference) table, or a log with times"
        return [_nothing("there is nothing to compare the log with", need)]
    samples = samples_of(view, baseline, task)
    if samples.base.rows.size < MINIMUM:
        need = f"at least {MINIMUM} training rows"
        return [_nothing(f"{count(samples.base.rows.size)} training rows are too few", need)]
    ties = _ties(samples, task)
    if not ties:
        return [_none(samples)]
    ground = Ground(view, baseline, traffic_of(view, task), samples, ties)
    found: dict[tuple[str, str], Finding] = {}
    for lost in lost_ties(ground, task):
        for tie in (lost.tie, *lost.also):
            found[tie.names] = _judged(ground, lost, tie, task)
    return [found.get(t.names) or _kept(ground, t) for t in ties]


def _ties(samples: Samples, task: Task) -> tuple[Tie, ...]:
    """Ties of the model's inputs; exact relations are another check's matter."""
    names = (*samples.numeric, *samples.categories)
    exact = [set(r.columns) for r in relations_of(samples, task) if r.exact]
    columns = {n: column(samples.base, n) for n in names}
    found = ties_of(columns, task)
    return tuple(t for t in found if not any(set(t.names) <= each for each in exact))


def _steady(ground: Ground, tie: Tie, task: Task) -> bool:
    """Whether each block of training that is large enough has the tie."""
    base = ground.samples.base
    moments = None if ground.baseline.early else times(ground.baseline.table, task)
    blocks = blocks_of_rows(None if moments is None else moments[base.rows], base.rows.size)
    usual = (ground.base(tie.names[0]), ground.base(tie.names[1]))
    for block in range(int(blocks.max(initial=-1)) + 1):
        task.tick()
        rows = blocks == block
        if rows.sum() < FEWEST:
            continue
        found = left_of((usual[0][rows], usual[1][rows]), usual)
        if found is not None and found.high < STEADY:
            return False
    return True


def _judged(ground: Ground, lost: Lost, tie: Tie, task: Task) -> Finding:
    """Destroyed where it was strong, or weaker only: the first is a fault, the second a drift."""
    left, before, place = lost.left, lost.before, lost.place
    part = _part(lost)
    said = _said(ground, lost, part)
    more: dict[str, Any] = {"segment": place.segment, "effect": _effect(lost)}
    if before is not None and before.left.high < STEADY:
        words = f"{said} That part of the requests did not have it before either."
        return _finding(tie, "speaks against", words, left.n, **more)
    if left.high > WEAKER and part is None:
        words = f"{said} That is no less than ordinary samples give."
        return _finding(tie, "speaks against", words, left.n, **more)
    moved = max(lost.moved, key=lambda n: lost.moved[n])
    if lost.moved[moved] > UNMOVED:
        words = f"{said} But {moved} by itself is spread otherwise in these rows: that explains it."
        return _finding(tie, "speaks against", words, left.n, **more)
    if before is None:
        need = "training rows with the column of that segment, or earlier rows of it"
        words = f"{said} Whether it was there before is not known."
        return _finding(tie, "cannot tell", words, left.n, would_need=need, **more)
    none = left.high <= (NONE_OF_FEW if left.low <= 0 else GONE)
    gone = (none or part is not None) and _steady(ground, tie, task)
    cause = _cause(ground, lost, said, gone=gone)
    return _finding(
        tie, "supports", cause.statement, left.n, cause=cause,
        charts=(_picture(ground, lost),), **more,
    )  # fmt: skip


def _part(lost: Lost) -> float | None:
    """The share of rows that lost the tie, where single rows did and the others keep it."""
    apart, before = lost.apart, lost.before
    if lost.left.n < FEWEST_IN_PART:
        return None
    if apart is None or apart.share < PART or apart.left_over > UNSAID or apart.tilt > TILT:
        return None
    earlier = 0.0 if before is None or before.apart is None else before.apart.share
    return apart.share if earlier <= EARLIER * apart.share else None


def _said(ground: Ground, lost: Lost, part: float | None) -> str:
    place, left = lost.place, lost.left
    since = ""
    if place.onset is not None:
        since = f", since {between(place.onset.earliest, place.onset.latest)}"
    if place.end is not None:
        since += f", until {between(place.end.earliest, place.end.latest)}"
    whole = ""
    if part is not None and left.high > GONE:
        whole = f" About {per_cent(round(part, 3))} of these rows have lost it, the others keep it."
    measure = "their rank correlation" if left.ranks else "their tie (root of mutual information)"
    one, other = lost.tie.names
    return (
        f"{one} and {other} tell of each other in {ground.baseline.words}: {measure} is "
        f"{number(left.usual, 2)} there and {number(left.now, 2)} in {count(left.n)} rows of "
        f"{segment_words(place.segment)}{since}.{whole}"
    )


def _cause(ground: Ground, lost: Lost, said: str, *, gone: bool) -> Cause:
    place = lost.place
    features = lost.tie.names
    shared = set(features).intersection(*(t.names for t in lost.also))
    if lost.also and len(shared) == 1:
        features = tuple(shared)  # type: ignore[assignment]
    signs: list[str] = []
    if gone:
        apart = max(*lost.moved.values(), 0.0)
        words = (
            f"{said} By themselves the two are as before, so that values of one are likely to "
            "have been joined to other rows."
        )
        signs.append(
            f"neither of the two moved by itself (at most {number(apart, 2)} beyond sampling noise)"
        )
        if lost.also:
            others = [" and ".join(t.names) for t in lost.also]
            signs.append(f"the same rows have lost the ties of {listed(others)} as well")
    else:
        words = f"{said} Nothing says that this is a fault: the world may have moved."
    cause = place.cause(
        "join-or-key" if gone else DRIFT,
        features,
        statement=words,
    )
    if gone:
        signs += lined_up_releases(ground.view, cause)
    return replace(cause, corroborations=tuple(signs))


def _effect(lost: Lost) -> dict[str, Any]:
    left, carried = lost.left, lost.carried
    return {
        "measure": "rank correlation" if left.ranks else "root of mutual information",
        "before": round(left.usual, 3),
        "here": round(left.now, 3),
        "share_of_rows_without": None if lost.apart is None else round(lost.apart.share, 3),
        "unsaid_by_it": None if lost.apart is None else round(lost.apart.left_over, 3),
        "tilt_of_them": None if lost.apart is None else round(lost.apart.tilt, 3),
        "left": [round(left.low, 3), round(left.high, 3)],
        "moved": {n: round(max(d, 0.0), 3) for n, d in lost.moved.items()},
        "score": round(carried.score, 1),
        "log_of_looks": round(carried.looks, 1),
    }


def _picture(ground: Ground, lost: Lost) -> Chart:
    left = lost.left
    one, other = lost.tie.names
    words = segment_words(lost.place.segment, "these rows")
    here = Dot(
        words, round(100 * left.now / left.usual, 1), round(100 * left.low, 1),
        round(100 * left.high, 1), left.n, own=True,
    )  # fmt: skip
    dots = [Dot(ground.baseline.words, 100.0, 100.0, 100.0, lost.tie.n)]
    if lost.before is not None and lost.before.left.n != lost.tie.n:
        b = lost.before.left
        at, low, high = (round(100 * x, 1) for x in (b.now / left.usual, b.low, b.high))
        dots.append(Dot("the same part before", at, low, high, b.n))
    return Dots(
        f"Tie of {one} and {other}",
        (*dots, here),
        f"% of {ground.baseline.words}",
        strip="99 % intervals · each part by its own ranks · samples of at most 20,000 rows",
        description=(
            f"What is left of the tie of {one} and {other}: {per_cent(left.now / left.usual)} in "
            f"{words}."
        ),
    )


def _kept(ground: Ground, tie: Tie) -> Finding:
    one, other = tie.names
    log = ground.view.log
    assert log is not None
    words = (
        f"{one} and {other} still tell of each other as in {ground.baseline.words}: no part of the "
        "requests has lost their tie."
    )
    return _finding(tie, "speaks against", words, log.rows)


def _finding(tie: Tie, verdict: Any, sentence: str, n: int, **more: Any) -> Finding:  # noqa: ANN401 - passed on to the dataclass, which is typed
    cause = more.get("cause")
    return Finding(
        id=f"{ID}/{'+'.join(tie.names)}",
        check=ID,
        family="data_assumptions",
        verdict=verdict,
        about=tie.names,
        sentence=sentence,
        n=n,
        onset=cause.onset if cause else None,
        concerns_decision=bool(cause and cause.concerns_decision),
        **more,
    )


def _none(samples: Samples) -> Finding:
    n = samples.base.rows.size
    words = (
        f"No two inputs of the model tell much of each other in "
        f"{samples.baseline.words} (sought in a sample of {count(n)} rows)."
    )
    return FINDINGS.nothing(words, None, "does not apply", n)


def _nothing(reason: str, need: str) -> Finding:
    return FINDINGS.nothing(
        f"Whether inputs still tell of each other cannot be told: {reason}.", need
    )


CHECK = Check(
    family="data_assumptions",
    name="multivariate",
    suspicion="Inputs that told of each other in training do so no more, though neither moved.",
    covers=(
        "the twelve strongest ties between pairs of the model's inputs, in all rows or in "
        "one segment and one window of time; a tie that is only weaker is reported as a move of "
        "the world, never as a fault"
    ),
    does_not_cover=(
        "weak ties, ties of three inputs that no pair shows, exact relations "
        "(data_assumptions.invariants), and a share of the rows of a segment"
    ),
    minimum=f"{MINIMUM} training rows, {FEWEST} live rows in one part",
    run=run,
    needs=("log",),
    asks=(("reference", ASK),),
    causes=("join-or-key", DRIFT),
    order=62,
)
