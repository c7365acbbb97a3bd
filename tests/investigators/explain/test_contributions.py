"""The explanation of one decision: exact, placed among training, honest about its limits."""

import re
from collections.abc import Iterator
from dataclasses import replace

import lightgbm
import numpy as np
import pandas as pd
import pyarrow as pa
import pytest

from investigators.case import Brief, Case, Decision, Rule, ScoreScale
from investigators.chart import Waterfall
from investigators.evidence import Explanation, Reproduced, to_json
from investigators.explain.among import Among, figure, look_up, place
from investigators.explain.contributions import EXPLAINER, HEADING, HEADING_FILE, as_shap, explain
from investigators.explain.picture import percent
from investigators.features import Dictionary, Feature
from investigators.model import Model, ModelInput
from investigators.read.lightgbm_text import model_from_text
from investigators.tables.table import Engine, Table, quoted
from investigators.task import Cancelled, Task
from investigators.view import View

ROWS = 1200
SMALL = {
    "verbosity": -1,
    "num_leaves": 8,
    "min_data_in_leaf": 10,
    "num_threads": 1,
    "min_data_per_group": 5,
}
CAUSAL = re.compile(r"because|caused?\b|due to|leads? to", re.IGNORECASE)
SAME = Reproduced("reproduced", "identity", 1e-3, 50, 50, 0, 0.0)


def training(seed: int = 4) -> pd.DataFrame:
    chance = np.random.default_rng(seed)
    return pd.DataFrame(
        {
            "fill_time": chance.lognormal(4, 1, ROWS),
            "distance": chance.gamma(2.0, 50.0, ROWS),
            "pay": pd.Categorical(chance.choice(["card", "bill", "cash"], ROWS, p=[0.6, 0.3, 0.1])),
            "items": chance.choice([1, 2, 3], ROWS, p=[0.4, 0.5, 0.1]),
            "age": np.where(chance.random(ROWS) < 0.2, np.nan, chance.normal(40, 9, ROWS)),
        }
        | {f"n{i}": chance.normal(size=ROWS) for i in range(6)}
    )


def train(table: pd.DataFrame, how: dict[str, object] | None = None, rounds: int = 12) -> Model:
    signal = (
        np.log(table["fill_time"])
        + table["distance"] / 60
        + (table["pay"] == "bill")
        + table["items"] / 4
        + table["age"].fillna(80) / 20
        + sum(table[f"n{i}"] for i in range(6)) / 5
    )
    how = how or {"objective": "binary"}
    wanted = (signal > signal.median()).astype(int)
    if how["objective"] == "regression":
        wanted = signal * 1e7
    elif how["objective"] == "poisson":
        wanted = np.exp(signal / 3)
    data = lightgbm.Dataset(table, wanted)
    return model_from_text(
        lightgbm.train({**SMALL, **how}, data, rounds).model_to_string(), "m.txt", Task()
    )


def as_table(engine: Engine, name: str, rows: pd.DataFrame) -> Table:
    columns = {n: pa.array(rows[n].astype(object).where(rows[n].notna(), None)) for n in rows}
    columns["fw_row"] = pa.array(range(len(rows)), pa.int64())
    return Table(name, engine, engine.keep(pa.table(columns)), (), len(rows))


def inputs(model: Model) -> dict[str, str]:
    kinds = {each.name: "DOUBLE" if each.kind == "numeric" else "VARCHAR" for each in model.inputs}
    return {name: f"CAST({quoted(name)} AS {kind})" for name, kind in kinds.items()}


@pytest.fixture(scope="module")
def reference_rows() -> pd.DataFrame:
    return training()


@pytest.fixture(scope="module")
def model(reference_rows: pd.DataFrame) -> Model:
    return train(reference_rows)


@pytest.fixture(scope="module")
def engine() -> Iterator[Engine]:
    with Engine() as opened:
        yield opened


@pytest.fixture(scope="module")
def log_rows() -> pd.DataFrame:
    rows = training(9).head(20).astype({"pay": object})
    rows.loc[3, "fill_time"] = 96_400.0
    rows.loc[4, "pay"] = "voucher"
    rows.loc[5, "distance"] = np.nan
    rows.loc[6, "age"] = np.nan
    rows.loc[7, "distance"] = -1.0
    return rows


@pytest.fixture(scope="module")
def view(
    engine: Engine, model: Model, reference_rows: pd.DataFrame, log_rows: pd.DataFrame
) -> View:
    case = Case(
        Brief(),
        rule=Rule((0.2,), ("accept", "review"), ("review",), "given"),
        scale=ScoreScale("probability"),
    )
    return View(
        case=case,
        log=as_table(engine, "live.parquet", log_rows),
        model=model,
        reference=as_table(engine, "training.parquet", reference_rows),
        dictionary=Dictionary({"fill_time": Feature("fill_time", unit="s")}),
        log_inputs=inputs(model),
        reference_inputs=inputs(model),
        reproduced=SAME,
    )


def at(view: View, row: int | None) -> View:
    return replace(view, case=replace(view.case, decision=Decision("d", "log", row)))


def one(explanation: Explanation, feature: str) -> object:
    return next(part for part in explanation.contributions if part.feature == feature)


def test_contributions_are_the_library_s_and_add_up(
    view: View, model: Model, log_rows: pd.DataFrame
) -> None:
    row = log_rows.iloc[[0]].assign(pay=pd.Categorical(["card"], ["bill", "card", "cash"]))
    row["pay"] = pd.Categorical(log_rows["pay"].iloc[:1], ["bill", "card", "cash"])
    booster = lightgbm.Booster(model_str=model.text)
    theirs = booster.predict(row, pred_contrib=True)[0]
    ours = explain(at(view, 0), Task())
    assert {p.feature: p.contribution for p in ours.contributions} == dict(
        zip(model.text.split("feature_names=")[1].split("\n")[0].split(), theirs[:-1], strict=True)
    )
    assert ours.base_value == theirs[-1]
    assert ours.raw_score == booster.predict(row, raw_score=True)[0]
    assert ours.score == pytest.approx(booster.predict(row)[0], abs=1e-15)
    assert ours.sum_error is not None
    assert ours.sum_error < 1e-12
    sizes = [(-abs(p.contribution), p.feature) for p in ours.contributions]
    assert sizes == sorted(sizes)
    assert ours.scale == "log-odds"


def test_places_are_true_of_the_reference(
    view: View, reference_rows: pd.DataFrame, log_rows: pd.DataFrame
) -> None:
    found = explain(at(view, 0), Task())
    value = log_rows["distance"].iloc[0]
    part = one(found, "distance")
    below = (reference_rows["distance"] < value).sum()
    assert part.rank_among_training == pytest.approx(below / ROWS)
    assert part.place == f"higher than {100 * below // ROWS} %"
    assert part.training_range == (
        reference_rows["distance"].min(),
        reference_rows["distance"].max(),
    )
    same = (reference_rows["items"] == log_rows["items"].iloc[0]).mean()
    assert one(found, "items").place == f"{int(100 * same)} % have it"
    same = (reference_rows["pay"] == log_rows["pay"].iloc[0]).mean()
    assert one(found, "pay").rank_among_training == pytest.approx(same)
    assert one(found, "fill_time").unit == "s"
    assert one(found, "distance").unit is None


def test_outside_the_range_is_hatched_and_its_limit_said(view: View) -> None:
    found = explain(at(view, 3), Task())
    part = one(found, "fill_time")
    assert part.outside_range
    assert part.rank_among_training == 1.0
    assert re.fullmatch(r"above all \(max [\d,.]+ s\)", part.place)
    assert "any larger value would give the same bar" in found.sentence
    assert "96,400 s" in found.sentence
    assert isinstance(found.chart, Waterfall)
    assert [bar.label for bar in found.chart.bars if bar.hatched] == ["fill_time"]
    # the sentence is true: a larger value gives the same contributions
    larger = replace(view, log_inputs={**view.log_inputs, "fill_time": "1e9"})
    again = explain(at(larger, 3), Task())
    assert [p.contribution for p in again.contributions] == [
        p.contribution for p in found.contributions
    ]
    below = one(explain(at(view, 7), Task()), "distance")
    assert below.outside_range
    assert below.place.startswith("below all (min 1.6")


def test_a_value_beyond_the_reference_but_not_the_splits_is_not_said_to_saturate(
    view: View, log_rows: pd.DataFrame
) -> None:
    narrow = {**view.reference_inputs, "fill_time": 'least("fill_time", 20)'}
    found = explain(at(replace(view, reference_inputs=narrow), 0), Task())
    assert log_rows["fill_time"].iloc[0] > 20
    assert one(found, "fill_time").outside_range
    assert "same bar" not in found.sentence
    assert "lies above everything (20 s at most) in training" in found.sentence


def test_unseen_and_missing_are_marked(view: View) -> None:
    found = explain(at(view, 4), Task())
    part = one(found, "pay")
    assert (part.value, part.unseen, part.place) == ("voucher", True, "never seen in training")
    assert "voucher, was never seen in training; the model takes it for a missing" in found.sentence
    found = explain(at(view, 5), Task())
    part = one(found, "distance")
    assert (part.value, part.unexpected_missing) == (None, True)
    assert part.place == "missing; never missing in training; scored as 0"
    part = one(explain(at(view, 6), Task()), "age")
    assert not part.unexpected_missing
    assert re.fullmatch(r"missing, as in (19|20|21) % of training", part.place)


def test_without_a_reference_the_model_text_s_ranges_serve(
    view: View, reference_rows: pd.DataFrame
) -> None:
    bare = replace(view, reference=None, reference_inputs={})
    found = explain(at(bare, 3), Task())
    part = one(found, "fill_time")
    assert part.range_source == "model text"
    assert part.outside_range
    assert part.rank_among_training is None
    assert part.training_range == (
        reference_rows["fill_time"].min(),
        reference_rows["fill_time"].max(),
    )
    assert one(found, "items").place == "inside 1 to 3"
    assert one(found, "pay").place == "seen in training"
    assert "ranges from the model file" in found.strip
    assert one(explain(at(bare, 5), Task()), "distance").unexpected_missing
    assert one(explain(at(bare, 6), Task()), "age").place == "missing, as in some of training"


def test_the_waterfall_adds_up_and_carries_threshold_and_ruler(view: View) -> None:
    found = explain(at(view, 1), Task())
    chart = found.chart
    assert isinstance(chart, Waterfall)
    assert chart.start == found.base_value
    assert chart.end == found.raw_score
    assert chart.start + sum(b.length for b in chart.bars) == pytest.approx(chart.end, abs=1e-12)
    moving = [part for part in found.contributions if part.contribution]
    shown = chart.bars[:-1]
    assert [bar.label for bar in shown] == [part.feature for part in moving[:7]]
    assert chart.bars[-1].label == f"{11 - len(shown)} other inputs"
    assert chart.threshold == pytest.approx(np.log(0.2 / 0.8))
    for position, label in chart.ruler:
        share = float(label.removesuffix(" %")) / 100
        assert 1 / (1 + np.exp(-position)) == pytest.approx(share, rel=0.06)
    assert len(chart.ruler) >= 2
    assert chart.strip == found.strip
    assert found.base_is in found.strip
    assert re.search(r"sums to the raw score (within \de-1\d|exactly) · ", found.strip)
    assert f"places among {ROWS:,} training rows" in found.strip
    assert "logged score reproduced on 50 of 50 rows" in found.strip


def test_threshold_goes_through_the_logged_score_s_scale(view: View) -> None:
    case = replace(
        view.case,
        rule=Rule((20.0, 60.0), ("a", "b", "c"), ("c",), "given"),
        scale=ScoreScale("percent", "percent", factor=100.0),
    )
    chart = explain(at(replace(view, case=case), 3), Task()).chart
    assert isinstance(chart, Waterfall)
    cuts = [np.log(0.2 / 0.8), np.log(0.6 / 0.4)]
    nearest = min(cuts, key=lambda cut: abs(cut - chart.end))
    assert chart.threshold == pytest.approx(nearest)
    unknown = replace(case, scale=ScoreScale("unknown", "unknown"))
    chart = explain(at(replace(view, case=unknown), 3), Task()).chart
    assert isinstance(chart, Waterfall)
    assert chart.threshold is None


def test_heading_says_when_the_logged_score_was_not_reproduced(view: View) -> None:
    assert explain(at(view, 0), Task()).heading == HEADING
    for verdict in ("differs", "cannot tell"):
        other = replace(view, reproduced=replace(SAME, verdict=verdict))
        assert explain(at(other, 0), Task()).heading == HEADING_FILE
    assert explain(at(replace(view, reproduced=None), 0), Task()).heading == HEADING_FILE


def test_no_words_of_cause(view: View) -> None:
    for row in range(8):
        found = explain(at(view, row), Task())
        assert found.chart is not None
        texts = [found.sentence, found.strip, found.heading, found.base_is, found.chart.description]
        texts += [part.place for part in found.contributions]
        assert not any(CAUSAL.search(text) for text in texts)
        assert "raised" in found.sentence or "lowered" in found.sentence


def test_what_cannot_be_explained_is_withheld_in_words(view: View) -> None:
    assert explain(replace(view, model=None), Task()).withheld == "no model was given"
    assert explain(view, Task()).withheld == "no decision was picked"
    nothing = explain(at(view, None), Task())
    assert nothing.withheld == "no request of this model stands behind it"
    assert nothing.contributions == ()
    less = {name: sql for name, sql in view.log_inputs.items() if name != "distance"}
    found = explain(at(replace(view, log_inputs=less), 0), Task())
    assert "the model cannot score this row: " in str(found.withheld)
    assert "input distance has no column" in str(found.withheld)
    words = {**view.log_inputs, "distance": "'far'"}
    found = explain(at(replace(view, log_inputs=words), 0), Task())
    assert "'far' is not a number" in str(found.withheld)


class Wrong:
    """A booster whose attributions miss the score by a millionth."""

    def __init__(self, booster: lightgbm.Booster) -> None:
        self.booster = booster

    def predict(self, rows: np.ndarray, **how: object) -> np.ndarray:
        found = np.array(self.booster.predict(rows, **how))
        return found * (1 + 1e-6) if how.get("pred_contrib") else found


def test_additivity_is_a_hard_gate(view: View, model: Model) -> None:
    broken = replace(model)
    broken.__dict__["booster"] = Wrong(model.booster)
    found = explain(at(replace(view, model=broken), 0), Task())
    assert "the contributions miss the score by" in str(found.withheld)
    assert found.chart is None


@pytest.mark.parametrize(
    ("how", "scale"),
    [
        ({"objective": "regression"}, "value"),
        ({"objective": "poisson"}, "log"),
        ({"objective": "binary", "sigmoid": 2.0}, "raw"),
        (
            {"objective": "binary", "boosting": "rf", "bagging_fraction": 0.5, "bagging_freq": 1},
            "log-odds",
        ),
    ],
)
def test_other_scales_are_named(
    view: View, reference_rows: pd.DataFrame, how: dict[str, object], scale: str
) -> None:
    model = train(reference_rows, how)
    found = explain(at(replace(view, model=model, case=Case(Brief())), 2), Task())
    assert found.withheld is None
    assert found.scale == scale
    assert found.raw_score is not None
    total = sum(part.contribution for part in found.contributions) + (found.base_value or 0)
    assert total == pytest.approx(found.raw_score, rel=1e-9)
    assert isinstance(found.chart, Waterfall)
    assert bool(found.chart.ruler) == (scale != "value")
    assert f" · {scale}" in found.strip


def test_linear_trees_are_withheld_with_the_reason(
    view: View, reference_rows: pd.DataFrame
) -> None:
    numeric = reference_rows.drop(columns="pay").fillna(40)
    data = lightgbm.Dataset(numeric, numeric["distance"])
    booster = lightgbm.train({"objective": "regression", "linear_tree": True, **SMALL}, data, 3)
    model = model_from_text(booster.model_to_string(), "m.txt", Task())
    found = explain(at(replace(view, model=model), 0), Task())
    assert "linear trees" in str(found.withheld)


def test_same_inputs_same_bytes_and_cancel(view: View) -> None:
    first, again = (to_json(EXPLAINER.run(at(view, 3), Task())) for _ in range(2))
    assert first == again
    task = Task()
    task.cancel()
    with pytest.raises(Cancelled):
        explain(at(view, 0), task)


def test_as_shap(view: View) -> None:
    found = explain(at(view, 0), Task())
    theirs = as_shap(found)
    assert theirs.values.sum() + theirs.base_values == pytest.approx(found.raw_score)  # noqa: PD011
    assert list(theirs.feature_names) == [part.feature for part in found.contributions]
    with pytest.raises(ValueError, match="withheld"):
        as_shap(explain(at(view, None), Task()))


@pytest.mark.parametrize(
    ("value", "among", "words"),
    [
        (5.0, Among(1000, 0, 975, 1, 0.0, 9.0), "higher than 97 %"),
        (5.0, Among(1000, 0, 5, 1, 0.0, 9.0), "lower than 99 %"),
        (5.0, Among(1000, 0, 200, 500, 0.0, 9.0), "50 % have it"),
        (5.0, Among(30, 0, 29, 0, 0.0, 9.0), "higher than 29 of 30"),
        (5.0, Among(30, 0, 0, 1, 5.0, 9.0), "lower than 29 of 30"),
        (9.5, Among(1000, 0, 1000, 0, 0.0, 9.0), "above all (max 9)"),
        (9.000001, Among(1000, 0, 1000, 0, 0.0, 9.0), "higher than 100 %"),
        (None, Among(1000, 0, 0, 0, 0.0, 9.0), "missing; never missing in training"),
        (None, Among(750, 250, 0, 0, 0.0, 9.0), "missing, as in 25 % of training"),
        (5.0, Among(0, 1000, 0, 0, None, None), "training range unknown"),
    ],
)
def test_place_words(value: float | None, among: Among, words: str) -> None:
    each = ModelInput("x", "numeric")
    assert place(each, value, among, strange=False, unit="").words == words


def test_nan_and_infinity_in_the_reference(engine: Engine) -> None:
    values = np.array([1.0, 2.0, np.nan, 3.0])
    table = Table("r", engine, engine.keep(pa.table({"x": values, "y": -values})), (), 4)
    two = Model("m", "binary", (ModelInput("x", "numeric"), ModelInput("y", "numeric")), 1, "")
    sql = {"x": '"x"', "y": "CASE WHEN isnan(y) THEN NULL ELSE y END"}
    found = look_up(table, sql, two, {"x": 2.0, "y": float("inf")}, Task())
    assert found["x"] == Among(3, 1, 1, 1, 1.0, 3.0)
    assert found["y"] == Among(3, 1, 3, 0, -3.0, -1.0)
    only = Table("r", engine, engine.keep(pa.table({"x": [np.nan]})), (), 1)
    assert look_up(only, {"x": '"x"'}, two, {"x": 1.0}, Task())["x"] == Among(0, 1, 0, 0)


def test_hostile_names_and_no_rows(engine: Engine) -> None:
    name = 'x"; DROP TABLE t; --é'
    each = Model("m", "binary", (ModelInput(name, "category", categories=("a",)),), 1, "")
    empty = pa.table({name: pa.array([], pa.string())})
    table = Table("r", engine, engine.keep(empty), (), 0)
    found = look_up(table, {name: quoted(name)}, each, {name: "a"}, Task())
    assert found[name] == Among(0, 0, 0, 0)
    words = place(each.inputs[0], "a", found[name], strange=False, unit="").words
    assert words == "seen in training"


def test_rare_categories_are_counted() -> None:
    each = ModelInput("c", "category", categories=("a", "b"))
    for among, words in (
        (Among(40_000, 0, 0, 12), "12 of 40,000 have it"),
        (Among(40_000, 0, 0, 0), "none of 40,000 has it"),
        (Among(40_000, 0, 0, 24_600), "61 % have it"),
    ):
        assert place(each, "a", among, strange=False, unit="").words == words


def test_numbers_are_written_for_readers() -> None:
    assert [figure(v) for v in (96400.0, 7150.0, -0.5, 0.123456, 123456.7, 1e20)] == [
        "96,400",
        "7,150",
        "−0.5",
        "0.1235",
        "123,457",
        "1e+20",
    ]
    shown = [percent(p) for p in (0.0266, 0.05, 0.5, 0.995, 0.0, 1.0, 1e-5)]
    assert shown == ["2.7 %", "5 %", "50 %", "99.5 %", "0 %", "100 %", "0.001 %"]
    assert percent(0.21437, 3) == "21.4 %"
