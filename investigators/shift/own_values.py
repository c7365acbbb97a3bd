"""Pictures of one row's own values beside training's: a number, a category, a missing value."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from math import isfinite

from investigators.chart import Cells, Chart
from investigators.numbers import count, number
from investigators.shift.outline import FAR, outlines
from investigators.shift.rivals import known
from investigators.shift.sample import rows_where
from investigators.task import Task
from investigators.training_range import Known
from investigators.view import View

LISTED = 12
OWN = "this decision"


def of_number(view: View, name: str, value: float, known_: Known, task: Task) -> Chart:
    """Training's numbers with the row's own marked; a table where it would press them flat."""
    low, high = known_.low, known_.high
    title = f"{name}: {number(value)} among training"
    far = min(low, value) <= 0 and max(value - high, low - value) > FAR * (high - low)
    if far or not isfinite(value):
        rows = ((OWN, number(value)), ("training, highest", number(high)),
                ("training, lowest", number(low)))  # fmt: skip
        return _table(view, name, title, rows, f"{count(known_.n)} training rows")
    assert view.reference is not None
    sample = rows_where(view.reference, view.reference_inputs, [name], "true", task)
    values = known(sample.numbers[name])
    side = "above" if value > high else "below"
    words = f"{number(value)} lies {side} all of training, {number(low)} to {number(high)}."
    unit = view.dictionary.get(name).unit or "unit not stated"
    return outlines(title, [("training", "training", values)], unit, words, value)


def of_range(view: View, name: str, value: float, low: float, high: float) -> Cells:
    """The row's own number beside the range that the model text holds."""
    rows = ((OWN, number(value)), ("training, highest", number(high)),
            ("training, lowest", number(low)))  # fmt: skip
    return _table(
        view, name, f"{name}: {number(value)} beside training's range", rows,
        "training's range as the model text holds it",
    )  # fmt: skip


def _table(view: View, name: str, title: str, rows: Sequence[tuple[str, str]], strip: str) -> Cells:
    unit = view.dictionary.get(name).unit
    head = f"{name} ({unit})" if unit else name
    told = ", ".join(f"{label} {value}" for label, value in rows)
    return Cells(title, ("", head), tuple(rows), strip, f"{told}.")


def of_category(
    name: str, value: str, meant: str | None, counts: Mapping[str, int], rows: int
) -> Cells:
    """The row's own value, the one it may stand for, and training's most frequent ones.

    ``counts`` are training's rows by value, none where only the model text lists them; ``rows`` are
    those of the log with the row's own value.
    """
    first = [(value, OWN)]
    first += [] if meant is None else [(meant, "may be meant")]
    others = [each for each in counts if each not in {value, meant}]
    lines = [
        (each, count(counts.get(each, 0)) if counts else "", mark)
        for each, mark in (*first, *((each, "") for each in others))
    ]
    shown = lines[:LISTED]
    strip = f"{count(sum(counts.values()))} training rows" if counts else "the model text's values"
    strip += f" · {count(rows)} rows of the log hold this value"
    if len(lines) > len(shown):
        strip += f" · {count(len(lines) - len(shown))} rarer values not shown"
    return Cells(
        f"{name}: a value that training never had",
        (name, "training rows", ""),
        tuple(shown),
        strip,
        f"{value} beside the values of {name} in training.",
    )


def of_missing(name: str, training: int, log: int, rows: int) -> Cells:
    """How often the input is missing in training (``training`` rows) and in the log."""
    told = count(training) if training else "as the model text tells"
    return Cells(
        f"{name}: missing where training had it always",
        ("", "rows", "missing"),
        (("training", told, "0"), ("the log", count(log), count(rows)), (OWN, "1", "1")),
        f"{count(log)} rows of the log",
        f"{name} is missing in {count(rows)} of {count(log)} rows of the log, never in training.",
    )
