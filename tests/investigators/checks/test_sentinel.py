"""Codes for nothing: new ones, missing turned to zero, old ones that vanish; drift is none."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from investigators.checks.input_units.sentinel import run
from investigators.clock import moment
from investigators.evidence import Condition, Fill, Finding, NoTransform
from investigators.features import Dictionary, Feature
from investigators.tables.table import Engine
from investigators.traffic.placeholders import is_word, number_words
from tests.investigators.checks.pictures import dots_of
from tests.investigators.checks.planted import SHAPES, answers, drawn, rows_of, seen

ROWS = 3_000


@pytest.fixture
def engine() -> Iterator[Engine]:
    with Engine() as one:
        yield one


def supported(found: Finding) -> Finding:
    assert found.verdict == "supports", found.sentence
    assert found.cause is not None
    assert found.cause.cause == "input-missing-or-default"
    assert found.charts
    return found


@pytest.mark.parametrize(
    ("shape", "value"),
    list(zip(SHAPES, [-999.0, -1.0, 999_999.0, -1.0, 9_999.0, -999.0, -1.0], strict=True)),
)
def test_a_new_code_is_found_in_its_segment(
    engine: Engine, tmp_path: Path, shape: str, value: float
) -> None:
    log = drawn(2, ROWS)
    rows = rows_of(log, app="b") & (np.random.default_rng(3).random(ROWS) < 0.3)
    log.loc[rows, shape] = value
    found = answers(run, seen(engine, tmp_path, log, drawn(1, ROWS), pick=int(rows.argmax())))
    cause = supported(found[shape]).cause
    assert cause is not None
    assert cause.transform == Fill(value, None)
    assert cause.segment == (Condition("app", equals="b"),)
    assert cause.rows_changed == rows.sum()
    assert cause.concerns_decision
    assert cause.corroborations
    assert [f.about[0] for f in found.values() if f.verdict == "supports"] == [shape]


@pytest.mark.parametrize("seed", [21, 22, 23])
@pytest.mark.parametrize(
    ("shape", "value", "where"),
    [
        ("log-normal", -999.0, "app"), ("gamma", -1.0, "late"), ("Pareto", -999.0, "weekday"),
        ("counts", 9_999.0, "hours"), ("two humps", 1e300, "late"), ("gamma", 0.0, "app"),
    ],
)  # fmt: skip
def test_a_code_may_fill_a_part_completely(
    engine: Engine, tmp_path: Path, shape: str, value: float, where: str, seed: int
) -> None:
    """Nothing is left of the true values there: that is no cap, as these lie all on one side."""
    log = drawn(seed, 2 * ROWS)
    rows = {
        "app": rows_of(log, app="c"),
        "late": rows_of(log, late=True),
        "weekday": (log["time"].dt.day_of_week == 6).to_numpy(),
        "hours": (log["time"].dt.hour < 4).to_numpy(),
    }[where]
    log.loc[rows, shape] = value
    view = seen(engine, tmp_path, log, drawn(seed + 100, ROWS), pick=int(rows.argmax()))
    cause = supported(answers(run, view)[shape]).cause
    assert cause is not None
    assert cause.transform == Fill(value, None)
    assert cause.rows_in_scope == cause.rows_changed == rows.sum()
    assert cause.concerns_decision
    assert cause.ongoing


def test_a_code_may_fill_a_part_without_training(engine: Engine, tmp_path: Path) -> None:
    log = drawn(24, 2 * ROWS)
    rows = rows_of(log, app="b", late=True)
    log.loc[rows, "gamma"] = 999_999.0
    cause = supported(answers(run, seen(engine, tmp_path, log, None))["gamma"]).cause
    assert cause is not None
    assert cause.segment == (Condition("app", equals="b"),)
    assert cause.rows_in_scope == cause.rows_changed == rows.sum()


@pytest.mark.parametrize("seed", [41, 42, 43])
@pytest.mark.parametrize("reference", [True, False])
def test_infinity_is_said_with_its_place(
    engine: Engine, tmp_path: Path, seed: int, *, reference: bool
) -> None:
    log = drawn(seed, ROWS)
    rows = rows_of(log, app="b", late=True) & (np.random.default_rng(3).random(ROWS) < 0.3)
    log.loc[rows, "gamma"] = np.inf
    log.loc[rows_of(log, app="b"), "Pareto"] *= -1  # large and negative, yet finite
    view = seen(engine, tmp_path, log, drawn(seed + 100, ROWS) if reference else None)
    found = answers(run, view)
    cause = supported(found["gamma"]).cause
    assert cause is not None
    assert "not finite" in found["gamma"].sentence
    assert cause.segment == (Condition("app", equals="b"),)
    assert cause.rows_in_scope < rows_of(log, app="b").sum() / 2
    assert cause.onset is not None
    assert [n for n, f in found.items() if "not finite" in f.sentence] == ["gamma"]


def test_infinity_of_training_too_is_none(engine: Engine, tmp_path: Path) -> None:
    log, training = drawn(44, ROWS), drawn(45, ROWS)
    for frame, seed in ((log, 1), (training, 2)):
        frame.loc[np.random.default_rng(seed).random(ROWS) < 0.05, "gamma"] = np.inf
    assert answers(run, seen(engine, tmp_path, log, training))["gamma"].verdict != "supports"


@pytest.mark.parametrize("seed", [31, 32, 33])
@pytest.mark.parametrize("number", [False, True])
def test_an_input_s_own_column_is_no_place(
    engine: Engine, tmp_path: Path, seed: int, *, number: bool
) -> None:
    """Where it is so is a code's best segment, and says nothing of where it comes from."""
    name, value = ("counts", -1.0) if number else ("colour", "unknown")
    log = drawn(seed, ROWS)
    log.loc[rows_of(log, app="c"), name] = value
    view = seen(
        engine, tmp_path, log, drawn(seed + 100, ROWS), segments=("app", "channel", name)
    )  # fmt: skip
    cause = supported(answers(run, view)[name]).cause
    assert cause is not None
    assert cause.segment == (Condition("app", equals="c"),)


@pytest.mark.parametrize("reference", [True, False])
def test_the_day_on_which_it_began_is_found(
    engine: Engine, tmp_path: Path, reference: bool
) -> None:
    log = drawn(2, ROWS)
    rows = rows_of(log, late=True) & (np.random.default_rng(3).random(ROWS) < 0.2)
    log.loc[rows, "gamma"] = -1.0
    found = answers(run, seen(engine, tmp_path, log, drawn(1, ROWS) if reference else None))
    cause = supported(found["gamma"]).cause
    assert cause is not None
    assert cause.onset is not None
    assert cause.onset.earliest is not None
    assert cause.onset.latest is not None
    first = log["time"][rows.argmax()].isoformat() + "Z"
    assert cause.onset.earliest <= first <= cause.onset.latest
    assert cause.ongoing


@pytest.mark.parametrize(("value", "told"), [(-999.0, True), (3.0, False)])
def test_few_rows_of_a_code_that_no_value_can_be(
    engine: Engine, tmp_path: Path, value: float, *, told: bool
) -> None:
    """Twenty late rows, nothing but the log's first quarter to compare with."""
    log = drawn(2, ROWS)
    rows = np.flatnonzero(rows_of(log, late=True))[4::35][:20]
    assert rows.size == 20
    log.loc[rows, "gamma"] = value
    found = answers(run, seen(engine, tmp_path, log, None))["gamma"]
    assert (found.verdict == "supports") is told, found.sentence


@pytest.mark.parametrize(("value", "told"), [(0.0, True), (40.0, False)])
def test_four_in_a_thousand_of_a_code_that_no_value_can_be(
    engine: Engine, tmp_path: Path, value: float, *, told: bool
) -> None:
    """All values are positive; one among them that is as frequent is no code."""
    n = 6_000
    training, log = drawn(1, n), drawn(2, n)
    log.loc[np.arange(n) % 250 == 7, "gamma"] = value
    found = answers(run, seen(engine, tmp_path, log, training))["gamma"]
    assert (found.verdict == "supports") is told, found.sentence


@pytest.mark.parametrize("shape", ["log-normal", "Pareto", "many zeros"])
def test_zero_in_the_place_of_missing_values(engine: Engine, tmp_path: Path, shape: str) -> None:
    log = drawn(2, ROWS, missing=0.2)
    rows = log[shape].isna().to_numpy() & rows_of(log, late=True)
    log.loc[rows, shape] = 0.0
    found = answers(run, seen(engine, tmp_path, log, drawn(1, ROWS, missing=0.2)))
    cause = supported(found[shape]).cause
    assert cause is not None
    # true zeros cannot be told from the others where they are the most
    mostly_true = shape == "many zeros"
    assert cause.transform == (NoTransform() if mostly_true else Fill(0.0, None))
    assert any("missing values fell" in sign for sign in cause.corroborations)


@pytest.mark.parametrize("value", [-1.0, 9_999.0, 0.0])
def test_an_old_code_that_arrives_as_missing(engine: Engine, tmp_path: Path, value: float) -> None:
    training, log = drawn(1, ROWS), drawn(2, ROWS)
    for frame, seed in ((training, 4), (log, 5)):
        frame.loc[np.random.default_rng(seed).random(ROWS) < 0.15, "gamma"] = value
    rows = (log["gamma"] == value).to_numpy() & rows_of(log, app="a")
    log.loc[rows, "gamma"] = np.nan
    found = supported(answers(run, seen(engine, tmp_path, log, training))["gamma"])
    missing, code = (dots_of(found, k).dots[-1] for k in (0, 1))  # more are missing, the code gone
    assert missing.low > 5
    assert code.high < 5
    cause = found.cause
    assert cause is not None
    assert cause.transform == Fill(None, value)
    assert cause.segment == (Condition("app", equals="a"),)
    assert cause.rows_changed == rows.sum()


def test_an_old_code_that_vanishes_from_a_part_of_the_rows(engine: Engine, tmp_path: Path) -> None:
    training, log = drawn(1, ROWS), drawn(2, ROWS)
    for frame, seed in ((training, 4), (log, 5)):
        frame.loc[np.random.default_rng(seed).random(ROWS) < 0.15, "gamma"] = -999.0
    rows = (log["gamma"] == -999).to_numpy() & (np.random.default_rng(6).random(ROWS) < 0.6)
    log.loc[rows, "gamma"] = np.nan
    found = supported(answers(run, seen(engine, tmp_path, log, training))["gamma"])
    assert found.cause is not None
    assert found.cause.transform == Fill(None, -999.0)
    assert found.cause.rows_changed == rows.sum()
    assert "and now in" in found.sentence


def test_a_code_that_vanishes_where_few_rows_lie_before(engine: Engine, tmp_path: Path) -> None:
    """Some hundred earlier rows of an app happen to have hardly any: training tells how often."""
    training, log = drawn(1, ROWS), drawn(2, ROWS)
    for frame, seed in ((training, 4), (log, 5)):
        frame.loc[np.random.default_rng(seed).random(ROWS) < 0.08, "gamma"] = -999.0
    app = (log["app"] == "b").to_numpy()
    first = np.flatnonzero(app)[180]
    late = np.arange(ROWS) >= first
    early = app & ~late & (log["gamma"] == -999).to_numpy()
    log.loc[early, "gamma"] = 5.0
    log.loc[np.flatnonzero(app)[:2], "gamma"] = -999.0
    rows = app & late & (log["gamma"] == -999).to_numpy()
    log.loc[rows, "gamma"] = np.nan
    view = seen(engine, tmp_path, log, training.drop(columns="app"))
    cause = supported(answers(run, view)["gamma"]).cause
    assert cause is not None
    assert cause.transform == Fill(None, -999.0)


def test_chance_may_have_had_more_of_a_vanished_code_before(engine: Engine, tmp_path: Path) -> None:
    """11.5 % of an app's earlier rows had the code, 6.5 % of its later ones lost it: all of it."""
    training, log = drawn(1, ROWS), drawn(2, ROWS)
    training.loc[np.random.default_rng(4).random(ROWS) < 0.09, "gamma"] = -999.0
    log.loc[np.random.default_rng(5).random(ROWS) < 0.09, "gamma"] = -999.0
    app = np.flatnonzero(log["app"] == "b")
    early, late = app[: app.size * 3 // 5], app[app.size * 3 // 5 :]
    log.loc[app, "gamma"] = 5.0 + np.random.default_rng(6).gamma(2, 3, app.size)
    log.loc[early[:: round(1 / 0.115)], "gamma"] = -999.0
    log.loc[late[:: round(1 / 0.065)], "gamma"] = np.nan
    cause = supported(answers(run, seen(engine, tmp_path, log, training))["gamma"]).cause
    assert cause is not None
    assert cause.transform == Fill(None, -999.0)


def test_a_code_in_the_place_of_another(engine: Engine, tmp_path: Path) -> None:
    training, log = drawn(1, ROWS), drawn(2, ROWS)
    training.loc[np.random.default_rng(4).random(ROWS) < 0.15, "gamma"] = -1.0
    log.loc[np.random.default_rng(5).random(ROWS) < 0.15, "gamma"] = -999.0
    cause = supported(answers(run, seen(engine, tmp_path, log, training))["gamma"]).cause
    assert cause is not None
    assert cause.transform == Fill(-999.0, -1.0)


@pytest.mark.parametrize("text", ["None", "nan", "", "unknown"])
def test_a_word_for_nothing_among_categories(engine: Engine, tmp_path: Path, text: str) -> None:
    log = drawn(2, ROWS, missing=0.1)
    rows = log["colour"].isna().to_numpy()
    log.loc[rows, "colour"] = text
    training = drawn(1, ROWS, missing=0.1)
    cause = supported(answers(run, seen(engine, tmp_path, log, training))["colour"]).cause
    assert cause is not None
    assert cause.transform == Fill(text, None)
    assert cause.rows_changed == rows.sum()


def test_the_dictionary_names_a_code_inside_the_range(engine: Engine, tmp_path: Path) -> None:
    log = drawn(2, ROWS)
    log.loc[np.random.default_rng(3).random(ROWS) < 0.1, "gamma"] = 77.0
    training = drawn(1, ROWS)
    unknown = answers(run, seen(engine, tmp_path / "a", log, training))["gamma"]
    assert unknown.verdict == "cannot tell"
    assert unknown.would_need
    words = Dictionary({"gamma": Feature("gamma", missing_codes=("77", "n/a"))})
    told = answers(run, seen(engine, tmp_path / "b", log, training, dictionary=words))["gamma"]
    cause = supported(told).cause
    assert cause is not None
    assert "dictionary" in cause.corroborations[0]


def test_a_scale_is_no_code(engine: Engine, tmp_path: Path) -> None:
    """A yes that arrives as 1,000 is a change of scale: the 1 is gone to the same extent."""
    log = drawn(2, ROWS)
    for shape in SHAPES:
        log[shape] *= 1000
    found = answers(run, seen(engine, tmp_path, log, drawn(1, ROWS)))
    assert not [f.sentence for f in found.values() if f.verdict == "supports"]


def test_a_cap_is_no_code(engine: Engine, tmp_path: Path) -> None:
    log = drawn(2, ROWS)
    log["gamma"] = log["gamma"].clip(upper=99.0)
    found = answers(run, seen(engine, tmp_path, log, drawn(1, ROWS)))["gamma"]
    assert found.verdict == "speaks against"
    assert "cap" in found.sentence


@pytest.mark.parametrize("drift", ["scale", "missing", "tail", "zeros", "group", "counts"])
def test_a_drift_is_no_code(engine: Engine, tmp_path: Path, drift: str) -> None:
    random = np.random.default_rng(8)
    log = drawn(2, ROWS, missing=0.13 if drift == "missing" else 0.1)
    if drift == "scale":
        log["gamma"] *= 1.4
        log["log-normal"] = (log["log-normal"] * 0.7).round(1)
    if drift == "tail":
        log["Pareto"] = log["Pareto"] ** 1.3
    if drift == "zeros":
        log.loc[random.random(ROWS) < 0.08, "many zeros"] = 0.0
    if drift == "group":
        log.loc[random.random(ROWS) < 0.1, ["app", "gamma"]] = ["new", 800.0 * random.random()]
        log["gamma"] *= 1 + 0.1 * random.random(ROWS)
    if drift == "counts":
        log["counts"] = random.poisson(2.0, ROWS).astype(float)
    found = answers(run, seen(engine, tmp_path, log, drawn(1, ROWS, missing=0.1)))
    assert not [f.sentence for f in found.values() if f.verdict == "supports"]


def test_a_code_that_the_segment_had_in_training_is_none(engine: Engine, tmp_path: Path) -> None:
    """More rows of an app that always sent -1: a change of mix."""
    training, log = drawn(1, ROWS), drawn(2, ROWS)
    log["app"] = np.where(np.random.default_rng(3).random(ROWS) < 0.6, "d", log["app"])
    training["app"] = np.where(np.random.default_rng(3).random(ROWS) < 0.95, "a", "d")
    for frame in (training, log):
        frame.loc[frame["app"] == "d", "gamma"] = -1.0
    found = answers(run, seen(engine, tmp_path, log, training))["gamma"]
    assert found.verdict == "speaks against"


@pytest.mark.parametrize("n", [1, 20, 60])
def test_too_few_rows(engine: Engine, tmp_path: Path, n: int) -> None:
    log = drawn(2, n)
    log.loc[0, "gamma"] = -999.0
    found = answers(run, seen(engine, tmp_path, log, drawn(1, ROWS)))["gamma"]
    assert found.verdict != "supports"
    assert found.n == n


def test_which_values_stand_for_nothing() -> None:
    assert number_words(-999.0)
    assert number_words(65_535.0) == "the end of an unsigned 16-bit integer"
    assert number_words(253_402_214_400_000.0) == (
        "9999-12-31 counted in milliseconds, a day that stands for none"
    )
    assert not number_words(9.0)
    assert not number_words(49.99)
    assert is_word("N/A", ["red"])
    assert is_word("na", ["red", "blue"])
    assert not is_word("NA", ["DE", "FR"])  # Namibia


@pytest.mark.parametrize("seed", range(31, 35))
def test_a_value_that_is_merely_not_among_the_most_frequent_is_not_replaced(
    engine: Engine, tmp_path: Path, seed: int
) -> None:
    """In a column of some hundred values none is gone because -999 stands in few other rows."""
    random = np.random.default_rng(seed)
    log, training = drawn(seed, ROWS), drawn(seed + 100, ROWS)
    for table in (log, training):
        table["gamma"] = np.round(random.gamma(2, 5.0, len(table)), 1)
    log.loc[random.choice(ROWS, 20, replace=False), "gamma"] = -999.0
    cause = supported(answers(run, seen(engine, tmp_path, log, training))["gamma"]).cause
    assert cause is not None
    assert cause.transform == Fill(-999.0, None)
    assert cause.rows_changed == 20


@pytest.mark.parametrize("seed", range(4))
def test_what_never_was_before_begins_with_the_first_row_that_carries_it(
    engine: Engine, tmp_path: Path, seed: int
) -> None:
    """Few rows of many: by chance the true start is known to some days only, by the code itself."""
    log = drawn(2 + seed, ROWS).sort_values("time", ignore_index=True)
    random = np.random.default_rng(7 + seed)
    rows = (np.arange(ROWS) >= ROWS // 2) & (random.random(ROWS) < 0.04)
    log.loc[rows, "gamma"] = -999.0
    first = int(rows.argmax())
    found = answers(run, seen(engine, tmp_path, log, drawn(50 + seed, ROWS), pick=first))
    cause = supported(found["gamma"]).cause
    assert cause is not None
    assert cause.onset is not None
    assert cause.onset.earliest is not None
    assert cause.onset.latest is not None
    assert moment(cause.onset.latest) == log["time"][first]
    assert moment(cause.onset.earliest) < log["time"][first]
    assert cause.rows_changed == rows.sum()
    assert cause.concerns_decision


def test_a_code_that_began_within_the_early_part_is_still_undone(
    engine: Engine, tmp_path: Path
) -> None:
    """Without training the log's first quarter stands for it, which may hold the code itself."""
    log = drawn(2, 2 * ROWS).sort_values("time", ignore_index=True)
    random = np.random.default_rng(7)
    gone = random.random(len(log)) < 0.26
    code = gone & (np.arange(len(log)) >= len(log) // 5) & (random.random(len(log)) < 0.3)
    log.loc[gone, "gamma"] = np.nan
    log.loc[code, "gamma"] = 9_999.0
    found = answers(run, seen(engine, tmp_path, log, None, pick=int(code.argmax())))
    cause = supported(found["gamma"]).cause
    assert cause is not None
    assert cause.transform == Fill(9_999.0, None)
    assert cause.rows_changed == code.sum()
