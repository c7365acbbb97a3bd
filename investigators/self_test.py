"""What is shown about a model at load: that it adds up, repeats itself and reads its inputs.

Measured on a few rows with the very code that investigations use.  ``ok`` is ``None`` where a
test does not apply to this model; the words say why.
"""

from __future__ import annotations

import warnings
from dataclasses import dataclass
from typing import TYPE_CHECKING

from investigators.task import Task

if TYPE_CHECKING:
    from investigators.model import Floats, Model

TOLERANCE = 1e-9  # of the larger of |raw score| and the sum of |contributions| (method.md)
SHAP_ROWS = 5
PROBE_ROWS = 40


@dataclass(frozen=True, slots=True)
class SelfTestLine:
    """One test's outcome; ``ok`` is ``None`` when it does not apply."""

    name: str
    ok: bool | None
    words: str


def self_test(
    model: Model, sample_matrix: Floats | None, task: Task, *, with_shap: bool = False
) -> tuple[SelfTestLine, ...]:
    """Test a model on ``sample_matrix`` (rows of :meth:`Model.matrix`; ``None``: rows made here).

    ``with_shap`` adds the comparison with shap, whose import takes seconds.
    """
    rows = probe_rows(model) if sample_matrix is None or not len(sample_matrix) else sample_matrix
    lines: list[SelfTestLine] = []
    for test in (_additivity, _repeats, _categories, _missing):
        task.tick(len(lines), 4, "Testing the model")
        lines.append(test(model, rows))
    return (*lines, shap_test(model, rows)) if with_shap else tuple(lines)


def probe_rows(model: Model, count: int = PROBE_ROWS) -> Floats:
    """Make rows that reach many leaves: values at and around split points, every category.

    Shape (count, inputs); the same model gives the same rows.  The last row is all missing.
    """
    import numpy as np

    chance = np.random.default_rng(0)
    rows = np.full((count, len(model.inputs)), np.nan)
    for place, each in enumerate(model.inputs):
        if each.kind == "category":
            codes = each.categories if each.coded else range(len(each.categories))
            choices = np.array(list(codes), dtype=np.float64)
        else:
            points = np.array(each.thresholds or (0.0,))
            choices = np.concatenate([[points[0] - 1.0], points, [points[-1] + 1.0]])
        if len(choices):
            rows[:, place] = chance.choice(choices, count)
    rows[-1] = np.nan
    return rows


def relative_error(raw: Floats, contributions: Floats) -> Floats:
    """How far contributions (n, inputs + 1) miss the raw score (n,), relative as in method.md."""
    import numpy as np

    scale = np.maximum(np.abs(raw), np.abs(contributions).sum(axis=1))
    gap = np.abs(contributions.sum(axis=1) - raw)
    return np.asarray(gap / np.where(scale > 0, scale, 1.0))


def _additivity(model: Model, rows: Floats) -> SelfTestLine:
    name = "contributions add up to the score"
    if model.linear_tree:
        return SelfTestLine(name, None, "linear trees have no contributions")
    worst = float(relative_error(model.explained(rows), model.contributions(rows)).max())
    words = f"largest relative difference {worst:.1e} over {len(rows)} rows"
    return SelfTestLine(name, worst <= TOLERANCE, words)


def _repeats(model: Model, rows: Floats) -> SelfTestLine:
    import numpy as np

    first, again = model.raw(rows), model.raw(rows)
    alone = np.concatenate([model.raw(rows[i : i + 1]) for i in range(len(rows))])
    same = np.array_equal(first, again) and np.array_equal(first, alone)
    words = f"{len(rows)} rows scored twice together and one by one: "
    words += "bit for bit the same" if same else "not the same"
    return SelfTestLine("same row, same score", same, words)


def _categories(model: Model, rows: Floats) -> SelfTestLine:  # noqa: ARG001 - one signature
    """Every category finds its own code, as itself and as text; a stranger finds none."""
    import numpy as np

    name = "categories keep their codes"
    lists = [i for i in model.inputs if i.kind == "category" and i.categories]
    if not lists:
        return SelfTestLine(name, None, "the model has no category inputs with known categories")
    lost = []
    for each in lists:
        own = np.array(each.categories if each.coded else range(len(each.categories)), float)
        ways = (list(each.categories), [str(value) for value in each.categories])
        found = [model.codes(each.name, way) for way in ways]
        stranger = "-987654321" if each.coded else "\x00no such category"
        strange = model.codes(each.name, [stranger])
        kept = all(np.array_equal(codes, own) for codes in found)
        if not kept or not (each.coded or np.isnan(strange[0])):
            lost.append(each.name)
    words = f"{len(lists)} category inputs, {sum(len(i.categories) for i in lists)} categories"
    return SelfTestLine(name, not lost, f"{words}; lost in {', '.join(lost)}" if lost else words)


def _missing(model: Model, rows: Floats) -> SelfTestLine:
    """A missing value gives a score; where training had none it scores exactly as 0."""
    import numpy as np

    empty = np.full((1, len(model.inputs)), np.nan)
    finite = bool(np.isfinite(model.raw(empty)).all())
    never = [p for p, i in enumerate(model.inputs) if i.used and i.missing_seen is False]
    words = "a row of missing values has a score" if finite else "missing values give no score"
    if not never or model.linear_tree:
        return SelfTestLine("missing values", finite, words)
    odd = []
    for place in never:
        gone, zero = rows.copy(), rows.copy()
        gone[:, place], zero[:, place] = np.nan, 0.0
        if not np.array_equal(model.raw(gone), model.raw(zero)):
            odd.append(model.inputs[place].name)
    words += f"; {len(never)} inputs were never missing in training: missing scores as 0 there"
    if odd:
        words += f", but not in {', '.join(odd)}"
    return SelfTestLine("missing values", finite and not odd, words)


def shap_test(model: Model, rows: Floats) -> SelfTestLine:
    """Compare contributions with ``shap.TreeExplainer`` on a few rows (path-dependent).

    For LightGBM shap hands over to the library itself, which would compare a number with itself;
    where no split is by category its own arithmetic is valid and is used instead.
    """
    import numpy as np

    name = "contributions equal shap's"
    if model.linear_tree:
        return SelfTestLine(name, None, "linear trees have no contributions")
    import shap

    rows = rows[~np.isnan(rows).any(axis=1)][:SHAP_ROWS]
    if not len(rows):
        return SelfTestLine(name, None, "no row without missing values to compare on")
    explainer = shap.TreeExplainer(model.booster)
    own = not model.categorical_splits
    if own:
        explainer.model.model_type = "internal"
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # about a return type of shap 0.44
        found = np.asarray(explainer.shap_values(rows, check_additivity=False))
    if model.classes:  # shape (n, inputs, classes)
        found = found[np.arange(len(rows)), :, model.classed(rows)]
    found = found / (model.trees / model.width if model.average_output else 1)
    ours = model.contributions(rows)[:, :-1]
    scale = np.maximum(np.abs(ours).sum(axis=1, keepdims=True), 1e-300)
    worst = float((np.abs(found - ours) / scale).max())
    how = "its own arithmetic" if own else "LightGBM through shap (categories)"
    words = f"{how}, {len(rows)} rows, largest relative difference {worst:.1e}"
    return SelfTestLine(name, worst <= TOLERANCE, words)
