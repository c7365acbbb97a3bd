from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from investigators.chart import Dots
from investigators.checks.subgroup_performance.training_support import CHECK
from investigators.evidence import Condition, Finding
from investigators.model import Model
from investigators.slices.support import Draws, shared, support_of
from investigators.tables.table import Engine
from investigators.task import Task
from investigators.view import View
from tests.investigators.checks.pictures import pictured
from tests.investigators.checks.supported import PLANTED, TWINS, Made, made
from tests.investigators.views import view_of


@pytest.fixture(scope="module")
def engine() -> Iterator[Engine]:
    with Engine() as engine:
        yield engine


def seen(engine: Engine, folder: Path, m: Made, model: Model, pick: int, **more: Any) -> View:
    given = {"reference": m.training, "reference_roles": {"outcome": "y", "time": "asked"}} | more
    return view_of(
        engine, folder, m.log, m.roles, model=model, segments=m.segments, pick=pick, **given
    )


def answer(view: View) -> Finding:
    (found,) = pictured(CHECK.run(view, Task()))
    return found


@pytest.mark.parametrize("kind", PLANTED)
def test_a_group_that_training_left_out_is_named(engine: Engine, tmp_path: Path, kind: str) -> None:
    m = made(1000, kind)
    pick = int(m.random.choice(np.flatnonzero(m.new)))
    found = answer(seen(engine, tmp_path, m, m.model(), pick))
    assert found.verdict == "supports"
    assert found.segment == (Condition("site", equals="new"),)
    assert found.cause is not None
    assert found.cause.cause == "sample-or-subgroup"
    assert found.cause.rows_in_scope == m.new.sum()
    assert found.cause.concerns_decision
    training = int((m.training["site"] == "new").sum())
    (second,) = found.cause.corroborations
    assert second.startswith(f"training has {training} row")
    assert f"{training} of {len(m.training):,} training rows" in found.sentence
    (chart,) = found.charts
    assert isinstance(chart, Dots)
    assert [dot.own for dot in chart.dots] == [True, False, False]
    assert chart.dots[0].at == found.effect["near_rows"] < chart.dots[1].at


@pytest.mark.parametrize("kind", TWINS)
def test_what_training_knew_makes_no_lead(engine: Engine, tmp_path: Path, kind: str) -> None:
    m = made(17, kind)
    pick = int(np.argsort(m.log["x0"])[len(m.log) // 2])
    found = answer(seen(engine, tmp_path, m, m.model(), pick))
    assert found.verdict in ("speaks against", "cannot tell")
    assert found.cause is None


def test_the_numbers_are_those_of_a_plain_count(engine: Engine, tmp_path: Path) -> None:
    m = made(8, "clean")
    model = m.model()
    view = seen(engine, tmp_path, m, model, 5)
    assert view.log is not None
    assert view.reference is not None
    draws = Draws(view, view.log, model, view.reference, Task())
    kept = draws.of(view.reference, 10_400)
    held, counted = kept.rows[:400], kept.rows[400:]
    assert sorted(kept.rows) == list(range(len(m.training)))
    columns = [*m.numeric, "kind"]
    leaves = model.leaves(model.matrix({c: m.training[c] for c in columns}))
    own = model.leaves(model.matrix({c: m.log.loc[[5], c] for c in columns}))[0]
    shares = np.array([(leaves[row] == own).mean() for row in counted])
    found = support_of(draws, 5)
    nearest = found.nearest
    np.testing.assert_allclose(found.shares, shares, rtol=1e-6)
    nth = [np.sort((leaves[counted] == leaves[row]).mean(axis=1))[-nearest] for row in held]
    assert found.near == pytest.approx(np.median(nth), rel=1e-6)
    assert found.rows == (shares >= found.near - 1e-7).sum()
    means = [
        np.sort((leaves[counted] == leaves[row]).mean(axis=1))[-nearest:].mean() for row in held
    ]
    mine = np.sort(shares)[-nearest:].mean()
    assert found.p == (1 + (np.array(means) <= mine + 1e-7).sum()) / (len(held) + 1)
    effect = answer(view).effect
    assert effect["near_rows"] == found.rows
    assert effect["kept_out_as_far"] == (np.array(means) <= mine + 1e-7).sum()


def test_more_than_a_byte_of_trees_is_counted_right() -> None:
    random = np.random.default_rng(1)
    rows, among = (random.integers(0, 3, (700, n)).astype(np.uint8) for n in (3, 40))
    expected = (rows[:, :, None] == among[:, None, :]).mean(axis=0)
    np.testing.assert_allclose(shared(rows, among, Task()), expected, rtol=1e-6)


def test_outcomes_and_dates_of_the_rows_near(engine: Engine, tmp_path: Path) -> None:
    m = made(8, "clean")
    found = answer(seen(engine, tmp_path, m, m.model(), 5))
    assert found.effect["near_rows"] > 0
    assert "outcomes were positive (95 % interval" in found.sentence
    assert "training from 2025-01-01 to 2025-" in found.sentence


def test_without_reference_model_or_enough_rows_it_cannot_tell(
    engine: Engine, tmp_path: Path
) -> None:
    m = made(8, "clean")
    model = m.model()
    few = answer(seen(engine, tmp_path / "few", m, model, 5, reference=m.training[:399]))
    assert few.verdict == "cannot tell"
    assert few.sentence == "There are 399 training rows; 400 are needed."
    none = answer(seen(engine, tmp_path / "none", m, model, 5, reference=None))
    assert none.verdict == "cannot tell"
    assert none.would_need == "the table that the model was trained on"
    lacking = m.training.drop(columns="x0")
    absent = answer(seen(engine, tmp_path / "absent", m, model, 5, reference=lacking))
    assert absent.would_need == "the input x0 in the training table"
    assert absent.verdict == "cannot tell"
