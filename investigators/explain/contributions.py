"""Contributions: how each input raised or lowered this row's score, exactly (tree SHAP).

A bar says how the model used a value.  It cannot tell whether the value is right: whatever lies
beyond a tree's last split gets the same bar.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from investigators.evidence import Cell, Contribution, Explanation
from investigators.explain.among import figure, look_up, place
from investigators.explain.picture import percent, signed, waterfall
from investigators.explainer import Explainer, as_shap
from investigators.impressions import event_tables, picked_event
from investigators.model import Model
from investigators.self_test import TOLERANCE, relative_error
from investigators.task import Task
from investigators.trouble import InputTrouble
from investigators.view import View

__all__ = ["EXPLAINER", "as_shap", "explain"]

METHOD = "lightgbm pred_contrib"
BASE_IS = (
    "the model's mean raw output over its training rows, weighted by the trees' own counts of rows"
)
REPRODUCED = ("reproduced", "reproduced after mapping")
WORTH = 0.1  # of the largest: a smaller counterweight is not worth a sentence
HEADING = "What the model did with these inputs"
HEADING_FILE = "What this model file says for these inputs, not the logged score"


def explain(view: View, task: Task) -> Explanation:
    """Explain the decision's row; what cannot be explained is withheld, in words.

    Raises:
        Cancelled: when the task was cancelled.
    """
    if reason := _nothing_to_explain(view, task):
        return _withheld(reason, view)
    model = view.model
    assert model is not None
    row = _row(view, model, task)
    try:
        matrix = model.matrix({name: [value] for name, value in row.items()})
    except InputTrouble as trouble:
        return _withheld(f"the model cannot score this row: {trouble.line()}", view)
    raw, parts = model.explained(matrix), model.contributions(matrix)
    error = float(relative_error(raw, parts)[0])
    if not error <= TOLERANCE:
        words = f"the contributions miss the score by {error:.1e} of its size (gate {TOLERANCE:g})"
        return _withheld(words, view)
    output = model.outputs(matrix) if model.softmax else model.to_output(raw)
    said = _Said(raw=float(raw[0]), output=float(output[0]), of=_class(model, matrix))
    return _explanation(view, model, row, said, parts[0], task)


@dataclass(frozen=True, slots=True)
class _Said:
    """What the model says for the row: the raw score explained, the output, of which class."""

    raw: float
    output: float
    of: str


def _class(model: Model, matrix: np.ndarray) -> str:
    """Name of the class that the row's score is of; empty for a model of one score."""
    return model.classes[int(model.classed(matrix)[0])] if model.classes else ""


def _nothing_to_explain(view: View, task: Task) -> str:
    """Why there can be no explanation, or nothing."""
    if view.model is None:
        return "no model was given"
    if view.decision is None:
        return "no decision was picked"
    if view.decision.row is None or view.log is None:
        return _whose_box(view, task) + "no request of this model stands behind it"
    if view.model.linear_tree:
        return "the model has linear trees, whose scores LightGBM cannot split into contributions"
    return ""


def _whose_box(view: View, task: Task) -> str:
    """Say who filled the picked box where it was another component; empty where that is open."""
    shown = picked_event(view, event_tables(view, task), task)
    other = shown.component if shown is not None else None
    if other is None or not view.case.components or other in view.case.components:
        return ""
    return f"this model did not fill that box, {other} did; "


def _row(view: View, model: Model, task: Task) -> dict[str, Cell]:
    """Values of the decision's inputs as the log holds them; NaN becomes ``None``."""
    assert view.log is not None
    assert view.decision is not None
    number = view.decision.row
    names = [each.name for each in model.inputs if each.name in view.log_inputs]
    if not names:
        return {}
    cells = ", ".join(f"({view.log_inputs[name]}) AS i{at}" for at, name in enumerate(names))
    answer = view.log.query(f"SELECT {cells} FROM {{t}} WHERE fw_row = {number}", task=task)
    if not answer.num_rows:
        raise InputTrouble(
            view.log.name, f"row {number} is gone", mend="was the file changed? Open it again"
        )
    found = [column[0].as_py() for column in answer.columns]
    values = [None if isinstance(cell, float) and np.isnan(cell) else cell for cell in found]
    return dict(zip(names, values, strict=True))


def _explanation(
    view: View,
    model: Model,
    row: Mapping[str, Cell],
    said: _Said,
    parts: np.ndarray,
    task: Task,
) -> Explanation:
    contributions, rows = _contributions(view, model, row, parts, task)
    base, score = float(parts[-1]), said.raw
    gap = float(abs(parts.sum() - score))
    return Explanation(
        withheld=None,
        method=METHOD,
        scale=model.bars,
        base_value=base,
        base_is=BASE_IS + (f", for class {said.of}" if said.of else ""),
        sum_error=gap,
        contributions=contributions,
        says=_says(model, said),
        raw_score=score,
        score=said.output,
        heading=_heading(view),
        sentence=_sentence(model, contributions, said),
        strip=(strip := _strip(view, model, said, base, gap, rows)),
        chart=waterfall(view, model, base, score, contributions, strip),
    )


def _contributions(
    view: View, model: Model, row: Mapping[str, Cell], parts: np.ndarray, task: Task
) -> tuple[tuple[Contribution, ...], int]:
    """All inputs, the largest first, and how many reference rows they were compared with."""
    among = {}
    if view.reference is not None:
        among = look_up(view.reference, view.reference_inputs, model, row, task)
    found = []
    for each, part in zip(model.inputs, parts[:-1], strict=True):
        value = row.get(each.name)
        unit = view.dictionary.get(each.name).unit
        strange = value is not None and bool(model.unseen(each.name, [value])[0])
        where = place(each, value, among.get(each.name), strange=strange, unit=unit or "")
        found.append(
            Contribution(
                feature=each.name,
                value=value,
                unit=unit,
                contribution=float(part),
                rank_among_training=where.rank,
                range_source=where.source,
                outside_range=bool(where.beyond),
                unseen=where.unseen,
                unexpected_missing=where.unexpected_missing,
                training_range=where.bounds,
                place=where.words,
            )
        )
    found.sort(key=lambda each: (-abs(each.contribution), each.feature))
    compared = view.reference.rows if view.reference is not None and among else 0
    return tuple(found), compared


def _heading(view: View) -> str:
    found = view.reproduced
    same = found is not None and found.verdict in REPRODUCED and found.this_row is not False
    return HEADING if same else HEADING_FILE


def _sentence(model: Model, contributions: tuple[Contribution, ...], said: _Said) -> str:
    """One or two plain sentences: what moved the score most, and the picture's worst limit."""
    moving = [each for each in contributions if each.contribution]
    if not moving:
        return "No input moved the score away from its start value."
    first, score = moving[0], f"the score of class {said.of}" if said.of else "the score"
    verb, other = ("raised", "lowered") if first.contribution > 0 else ("lowered", "raised")
    words = f"{first.feature} {verb} {score} most ({signed(first.contribution)} {_unit(model)})"
    against = next((e for e in moving if e.contribution * first.contribution < 0), None)
    if against is not None and abs(against.contribution) >= WORTH * abs(first.contribution):
        words += f"; {against.feature} {other} it most ({signed(against.contribution)})"
    marked = [e for e in moving if e.outside_range or e.unseen or e.unexpected_missing]
    return f"{words}.{_limit(model, marked[0]) if marked else ''}"


def _limit(model: Model, part: Contribution) -> str:
    """Say what this picture cannot tell about a marked input."""
    each, value = model.input(part.feature), part.value
    if part.unseen:
        missing = "" if each.coded else "; the model takes it for a missing value"
        return f" The value of {part.feature}, {value}, was never seen in training{missing}."
    if part.unexpected_missing:
        return f" {part.feature} is {part.place}."
    assert part.training_range is not None
    assert isinstance(value, int | float)
    number, (low, high), unit = float(value), part.training_range, part.unit or ""
    above = number > high
    side = f"above everything ({figure(high, unit)} at most)"
    if not above:
        side = f"below everything ({figure(low, unit)} at least)"
    words = f" The value of {part.feature}, {figure(number, unit)}, lies {side} in training"
    # True for trees only where no split point lies beyond the value.
    last = not each.thresholds or (
        number > each.thresholds[-1] if above else number <= each.thresholds[0]
    )
    if last:
        further = "larger" if above else "smaller"
        words += f": any {further} value would give the same bar"
    return f"{words}, so this picture cannot tell whether the value is right."


def _unit(model: Model) -> str:
    return {
        "log-odds": "in log-odds",
        "log": "in the log of the value",
        "value": "in the model's unit",
        "raw": "in raw score",
    }[model.bars]


def _strip(view: View, model: Model, said: _Said, base: float, gap: float, rows: int) -> str:
    start = f"start {signed(base)}"
    if model.link != "identity" and not model.softmax:
        output = float(model.to_output(np.array([base]))[0])
        start += f" ({percent(output) if model.output == 'probability' else figure(output)})"
    places = f"places among {rows:,} training rows" if rows else "ranges from the model file"
    words = [
        "exact tree SHAP (LightGBM pred_contrib, path-dependent)",
        *_of_class(model, said),
        f"{model.bars}" + (" (mean over trees)" if model.average_output else ""),
        f"{start}, {BASE_IS}",
        "sums to the raw score " + (f"within {gap:.0e}" if gap else "exactly"),
        places,
    ]
    if (same := view.reproduced) is not None and same.rows_compared:
        words.append(
            f"logged score reproduced on {same.rows_equal:,} of {same.rows_compared:,} rows"
        )
    else:
        words.append("logged score not compared")
    return " · ".join(words)


def _says(model: Model, said: _Said) -> str:
    """What the score is, in words; of the class that it is of in this row."""
    highest = ", the highest" if said.of and model.of_class is None else ""
    return f"probability of class {said.of}{highest}" if said.of else model.says


def _of_class(model: Model, said: _Said) -> list[str]:
    """Say what the score is, where that is more than a probability or a value."""
    if not said.of:
        return [] if model.says == model.output else [f"the score is the {model.says}"]
    words = [f"class {said.of} of {len(model.classes)}: {percent(said.output)}"]
    if model.softmax:
        words.append("the bars are of its own score; the other classes' scores count as well")
    return words


def _withheld(reason: str, view: View) -> Explanation:
    return Explanation(
        withheld=reason,
        method=METHOD,
        scale=view.model.bars if view.model is not None else "",
        base_value=None,
        base_is=BASE_IS,
        sum_error=None,
        contributions=(),
        heading=_heading(view),
    )


EXPLAINER = Explainer(name="contributions", run=explain)
