"""Does an input lie further from training than training's own weeks lie from each other?"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from investigators.answering import Findings
from investigators.chart import Chart
from investigators.check import Check
from investigators.evidence import (
    DRIFT,
    Cause,
    Condition,
    Finding,
    NoTransform,
    Segment,
    segment_words,
)
from investigators.moments.followers import followers
from investigators.numbers import number, per_cent
from investigators.shift.exchange import counts_of
from investigators.shift.movement import (
    SMALLEST,
    Movement,
    Values,
    blocks_of_rows,
    known_values,
    movement,
)
from investigators.shift.outline import outlines, own_value, shares_table
from investigators.shift.sample import Samples, samples_of
from investigators.tables.codes import SegmentCodes, times
from investigators.task import Task
from investigators.traffic.place import segment_of
from investigators.traffic.rows import baseline_of, traffic_of
from investigators.view import View

ID = "data_assumptions.moved"
FINDINGS = Findings(ID)
MOST_OF_LOG = 0.5  # a segment that holds more is not what alone moved
SELECTED_LIVE, SELECTED_BASE = 0.02, 0.25  # nearly all live outputs are beyond a quarter of those
SCORED = 4_000
ENOUGH_LEFT = 100
NEED_RANDOM = "rows of all requests, drawn at random, not only of those that a rank let through"
ASK = (
    "Please send an extract of the table the model was trained on, with the columns of the model's "
    "inputs and the time of each row (any 5,000 rows or more drawn at random)."
)


@dataclass(frozen=True, eq=False)
class Ground:
    """What all inputs of one run share: samples, blocks of the base, coded columns, selection."""

    samples: Samples
    blocks: npt.NDArray[np.int64]
    of_time: bool
    segments: tuple[SegmentCodes, ...]
    selected: bool

    def live(self, name: str) -> Values:
        """The sampled live values of an input."""
        part = self.samples.live
        return part.numbers[name] if name in part.numbers else part.texts[name]

    def base(self, name: str) -> Values:
        """The sampled base values of an input."""
        part = self.samples.base
        return part.numbers[name] if name in part.numbers else part.texts[name]


def run(view: View, task: Task) -> Sequence[Finding]:
    """One finding for each input that live and base both have."""
    task.tick()
    if view.log is None or not view.log.rows:
        return [_nothing("there are no rows of a log", "a log with the model's inputs")]
    baseline = baseline_of(view)
    if baseline is None:
        need = "a training (reference) table, or a log with times"
        return [_nothing("there is nothing to compare the log with", need)]
    samples = samples_of(view, baseline, task)
    names = (*samples.numeric, *samples.categories)
    if not names:
        return [_nothing("no input is in both tables", "a training table with the inputs")]
    moments = times(baseline.table, task)
    at = samples.base.rows
    moments = None if moments is None or baseline.early else moments[at]
    blocks = blocks_of_rows(moments, at.size)
    traffic = traffic_of(view, task)
    ground = Ground(
        samples, blocks, moments is not None, traffic.segments, _selected(view, samples, task)
    )
    return list(_findings(ground, view, names, task))


def _findings(ground: Ground, view: View, names: Sequence[str], task: Task) -> Iterator[Finding]:
    for done, name in enumerate(names):
        task.tick(done, len(names), f"Usual movement: {name}")
        found = movement(ground.live(name), ground.base(name), ground.blocks, len(names))
        n = int(known_values(ground.live(name)).sum())
        follows = followers(view, task).get(name)
        if found is None:
            words = f"{name}: too few values, live ({n:,}) or in blocks of training, to compare."
            yield _finding(name, "cannot tell", words, n, would_need=f"more values of {name}")
        elif not found.moved:
            yield _finding(name, "speaks against", _usual(ground, name, found), n,
                           effect=_effect(found))  # fmt: skip
        elif ground.selected:
            words = (
                f"{_usual(ground, name, found)} But the log holds rows of one end of the score "
                "alone, and training does not: such a choice of rows moves inputs by itself."
            )
            yield _finding(
                name, "cannot tell", words, n, would_need=NEED_RANDOM, effect=_effect(found)
            )
        elif follows is not None and follows.explains(np.ones(follows.x.size, dtype=bool)):
            words = f"{_usual(ground, name, found)} It moves {follows.said}"
            yield _finding(name, "speaks against", words, n, effect=_effect(found))
        else:
            yield _supported(ground, view, name, found, len(names))


def _selected(view: View, samples: Samples, task: Task) -> bool:
    """Whether live outputs are cut off at one end of training's: a log of top-ranked rows."""
    model, base = view.model, samples.base
    assert view.log is not None
    used = [i.name for i in model.inputs if i.used] if model is not None else []
    if model is None or samples.baseline.early or not set(used) <= {*base.numbers, *base.texts}:
        return False
    live = view.log.value(
        f"SELECT quantile_cont(fw_output, [{SELECTED_LIVE}, {1 - SELECTED_LIVE}]) FROM {{t}} "
        "WHERE isfinite(fw_output)",
        task=task,
    )
    if not live or live[0] is None or base.rows.size < ENOUGH_LEFT:
        return False
    at = np.linspace(0, base.rows.size - 1, min(base.rows.size, SCORED)).astype(np.intp)
    columns = {n: (base.numbers[n] if n in base.numbers else base.texts[n])[at] for n in used}
    outputs = model.outputs(model.matrix(columns))
    low, high = np.quantile(outputs, [SELECTED_BASE, 1 - SELECTED_BASE])
    return bool(live[0] > low or live[1] < high)


def _usual(ground: Ground, name: str, found: Movement) -> str:
    """The sentence of every answer: how far, and how far training's own blocks are."""
    words, text = ground.samples.baseline.words, name in ground.samples.categories
    blocks = "times" if ground.of_time else "runs of rows"
    own = f"{words}'s own {found.blocks:,} {blocks}"
    times_ = number(round(found.times, 1))
    if text:
        far, band = (per_cent(round(x, 4)) for x in (found.far, found.band))
        return (
            f"{far} of the rows would need another {name} to be as in {words}: {times_} times as "
            f"much as is usual of {own} (99 of 100 up to {band})."
        )
    return (
        f"{name} lies {found.far:.2f} of its interquartile range from {words}: {times_} times as "
        f"far as {own} usually lie from it (99 of 100 up to {found.band:.2f})."
    )


def _supported(ground: Ground, view: View, name: str, found: Movement, inputs: int) -> Finding:
    segment = _alone(ground, name, inputs)
    n = found.n
    where = "" if segment is None else f" Without {segment_words(segment)} it would not."
    statement = (
        f"{_usual(ground, name, found)}{where} Nothing says that this is a fault: the world may "
        "have moved."
    )
    row = view.decision.row if view.decision is not None else None
    assert view.log is not None
    cause = Cause(
        cause=DRIFT,
        features=(name,),
        transform=NoTransform(),
        segment=segment,
        onset=None,
        onset_known=False,
        end=None,
        ongoing=None,
        rows_in_scope=_rows(ground, view, segment),
        rows_changed=0,
        concerns_decision=row is not None and _holds(ground, segment, row),
        statement=statement,
    )
    return _finding(
        name, "supports", statement, n, cause=cause, segment=segment, effect=_effect(found),
        charts=(_picture(ground, view, name),),
    )  # fmt: skip


def _code(ground: Ground, condition: Condition) -> tuple[SegmentCodes, int]:
    coded = next(each for each in ground.segments if each.column == condition.column)
    value = None if condition.missing else condition.equals
    return coded, coded.values.index(value) + 1


def _holds(ground: Ground, segment: Segment, row: int) -> bool:
    if not segment:
        return True
    coded, code = _code(ground, segment[0])
    return bool(coded.codes[row] == code)


def _rows(ground: Ground, view: View, segment: Segment) -> int:
    assert view.log is not None
    if not segment:
        return view.log.rows
    coded, code = _code(ground, segment[0])
    return int((coded.codes == code).sum())


def _alone(ground: Ground, name: str, inputs: int) -> Segment:
    """The smallest value of a column without whose rows the input would not have moved."""
    live, base, at = ground.live(name), ground.base(name), ground.samples.live.rows
    best: tuple[int, Segment] = (live.size, None)
    for place, coded in enumerate(ground.segments):
        if coded.column == name:
            continue
        codes = coded.codes[at]
        for code in range(1, len(coded.values) + 1):
            inside = codes == code
            rows = int(inside.sum())
            if not 0 < rows < min(best[0], MOST_OF_LOG * live.size):
                continue
            if known_values(live[~inside]).sum() < ENOUGH_LEFT:
                continue
            rest = movement(live[~inside], base, ground.blocks, inputs)
            if rest is not None and not rest.moved and rest.far < rest.band / 2 + rest.floor / 2:
                best = rows, segment_of(ground.segments, [(place, (code,))])
    return best[1]


def _effect(found: Movement) -> dict[str, Any]:
    return {
        "distance": round(found.far, 4),
        "times_the_usual": round(found.times, 2),
        "usual": round(found.usual, 4),
        "bound_of_99_in_100": round(found.band, 4),
        "blocks": found.blocks,
    }


def _picture(ground: Ground, view: View, name: str) -> Chart:
    words = ground.samples.baseline.words
    title, said_so = f"{name}, {words} and live", f"How {name} is spread in {words} and in the log."
    if name in ground.samples.categories:
        parts = (ground.samples.base, ground.samples.live)
        counts = [counts_of(part, name) for part in parts]
        return shares_table(title, dict(zip((words, "live"), counts, strict=True)), said_so)
    pairs = ((words, "training", ground.base(name)), ("live", "live", ground.live(name)))
    known = [
        (label, kind, np.sort(values[known_values(values)].astype(np.float64)))
        for label, kind, values in pairs
    ]
    unit = view.dictionary.get(name).unit or "unit not stated"
    return outlines(title, known, unit, said_so, own_value(view, name))


def _finding(name: str, verdict: Any, sentence: str, n: int, **more: Any) -> Finding:  # noqa: ANN401 - passed on to the dataclass, which is typed
    cause = more.get("cause")
    return Finding(
        id=f"{ID}/{name}",
        check=ID,
        family="data_assumptions",
        verdict=verdict,
        about=(name,),
        sentence=sentence,
        n=n,
        concerns_decision=bool(cause and cause.concerns_decision),
        **more,
    )


def _nothing(reason: str, need: str) -> Finding:
    return FINDINGS.nothing(f"How far inputs have moved cannot be told: {reason}.", need)


CHECK = Check(
    family="data_assumptions",
    name="moved",
    suspicion="An input moved further from training than it usually moves.",
    covers=(
        "each input by itself, all requests together and without one value of a segment column; "
        "reported as a move of the world, never as a fault"
    ),
    does_not_cover=(
        "a short window of the log, two inputs that moved only together, and logs that hold the "
        "top or the bottom of a ranking alone"
    ),
    minimum=f"{SMALLEST} live values, and five blocks of {SMALLEST} training values",
    run=run,
    needs=("log",),
    asks=(("reference", ASK),),
    causes=(DRIFT,),
    order=60,
)
