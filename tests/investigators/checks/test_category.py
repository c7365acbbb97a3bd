"""Unseen categories: other writings, renamed ones, new ones, and what is none of a fault."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from investigators.categories import Values, by_share, rare_before, took_the_place, values_of
from investigators.checks.data_assumptions.category import run
from investigators.evidence import Cause, Condition, Finding, Map, NoTransform
from investigators.features import Dictionary, Feature
from investigators.leads import Candidate, _wider_first
from investigators.model import Model, ModelInput
from investigators.numbers import count
from investigators.repair import replay
from investigators.rewriting import Rewritten, listed_codes
from investigators.tables.table import Column, Engine
from investigators.task import Task
from investigators.traffic.rows import baseline_of
from investigators.view import View
from tests.investigators.checks.pictures import pictured
from tests.investigators.views import small_model, view_of

ROWS = 2_400
TOWNS = ("Köln", "München", "Bonn", "Aix-en-Provence", "New York", "Paris")
SHARES = (0.3, 0.25, 0.2, 0.12, 0.08, 0.05)
ONSET = pd.Timestamp("2026-03-01") + pd.Timedelta(minutes=10 * (ROWS // 2))


@pytest.fixture(scope="module")
def engine() -> Iterator[Engine]:
    with Engine() as one:
        yield one


def drawn(seed: int, rows: int = ROWS) -> pd.DataFrame:
    random = np.random.default_rng(seed)
    frame = pd.DataFrame(
        {
            "town": random.choice(TOWNS, rows, p=SHARES),
            "amount": random.gamma(2, 40, rows).round(2),
            "app": random.choice(["4.7", "4.8", "5.0"], rows, p=[0.5, 0.3, 0.2]),
        }
    )
    late = frame["town"].isin(["Köln", "Paris"]) | (frame["amount"] > 120)
    return frame.assign(y=(random.random(rows) < np.where(late, 0.7, 0.1)).astype(float))


TRAINING = drawn(1, 2_000)


@pytest.fixture(scope="module")
def model() -> Model:
    return small_model(TRAINING, "y", ["amount"], ["town"], rounds=6)


def seen(
    engine: Engine,
    folder: Path,
    model: Model,
    town: pd.Series,
    *,
    timed: bool = True,
    **more: object,
) -> View:
    """A log like ``drawn(2)`` with this column of towns, scored as it is."""
    log = drawn(2, len(town)).drop(columns="y").assign(town=town)
    log["id"] = [f"r{k}" for k in range(len(log))]
    log["time"] = pd.date_range("2026-03-01", periods=len(log), freq="10min")
    log["score"] = model.outputs(model.matrix({"amount": log["amount"], "town": log["town"]}))
    roles = {"id": "id", "score": "score"} | ({"time": "time"} if timed else {})
    said = {"reference": TRAINING, "segments": ("app", "town"), "pick": len(log) - 1, **more}
    view = view_of(engine, folder, log, roles, model=model, **said)
    assert view.log is not None
    columns = (*view.log.columns, Column("fw_time", "time")) if timed else view.log.columns
    return replace(view, log=replace(view.log, columns=columns))


def of_town(view: View) -> Finding:
    (found,) = pictured(run(view, Task()))
    assert found.about == ("town",)
    return found


def sound(rows: int = ROWS) -> pd.DataFrame:
    return drawn(2, rows)


def in_app(frame: pd.DataFrame, change: Callable[[str], str], *, late: bool = False) -> pd.Series:
    hit = frame["app"] == "4.8"
    if late:
        hit &= np.arange(len(frame)) >= len(frame) // 2
    return frame["town"].where(~hit, frame["town"].map(change))


def mojibake(text: str) -> str:
    return text.encode().decode("latin-1")


def question_marks(text: str) -> str:
    return text.encode("ascii", "replace").decode()


@pytest.mark.parametrize(
    ("change", "seen_as", "meant"),
    [
        (str.lower, "bonn", "Bonn"),
        (lambda v: f" {v}", " Bonn", "Bonn"),
        (mojibake, "KÃ¶ln", "Köln"),
        (question_marks, "K?ln", "Köln"),
        (lambda v: v.replace("ö", "o").replace("ü", "u"), "Koln", "Köln"),
        (lambda v: v.replace("ö", "oe").replace("ü", "ue"), "Koeln", "Köln"),
        (lambda v: v.replace(" ", "_").replace("-", " "), "New_York", "New York"),
        (lambda v: v.upper().replace("-", ""), "AIXENPROVENCE", "Aix-en-Provence"),
    ],
    ids=[
        "case",
        "blank",
        "mojibake",
        "question marks",
        "no accents",
        "written out",
        "signs",
        "all",
    ],
)
def test_another_writing_in_one_segment_since_a_day(
    engine: Engine,
    tmp_path: Path,
    model: Model,
    change: Callable[[str], str],
    seen_as: str,
    meant: str,
) -> None:
    town = in_app(sound(), change, late=True)
    found = of_town(seen(engine, tmp_path, model, town))
    assert found.verdict == "supports"
    cause = found.cause
    assert cause is not None
    assert cause.cause == "input-unseen-value"
    assert cause.segment == (Condition("app", equals="4.8"),)
    assert isinstance(cause.transform, Map)
    assert (seen_as, meant) in cause.transform.pairs
    assert all(change(m) == s for s, m in cause.transform.pairs)
    assert cause.onset is not None
    assert cause.onset.latest is not None
    gap = pd.Timestamp(cause.onset.latest).tz_localize(None) - ONSET
    assert abs(gap) < pd.Timedelta(hours=36)
    # rows inside the onset's own interval are left out
    assert cause.rows_changed == pytest.approx(int((town != sound()["town"]).sum()), rel=0.05)
    assert cause.corroborations
    assert f"for “{meant}”" in found.sentence or "more" in found.sentence
    assert "like a missing value" in found.sentence


def test_the_repair_gives_the_scores_of_the_known_values(
    engine: Engine, tmp_path: Path, model: Model
) -> None:
    view = seen(engine, tmp_path, model, in_app(sound(), str.upper))
    cause = of_town(view).cause
    assert cause is not None
    done = replay(view, cause, Task())
    assert done is not None
    rows = sound().iloc[done.scored.rows]
    meant = model.outputs(model.matrix({"amount": rows["amount"], "town": rows["town"]}))
    assert np.allclose(done.scored.output, meant)


def test_codes_of_the_models_own_list(engine: Engine, tmp_path: Path, model: Model) -> None:
    order = [str(c) for c in model.input("town").categories]
    town = in_app(sound(), lambda v: str(order.index(v)))
    found = of_town(seen(engine, tmp_path, model, town))
    assert found.cause is not None
    assert isinstance(found.cause.transform, Map)
    assert set(found.cause.transform.pairs) == {(str(k), v) for k, v in enumerate(order)}


def test_renamed_at_one_moment_is_seconded_and_mapped(
    engine: Engine, tmp_path: Path, model: Model
) -> None:
    frame = sound()
    late = np.arange(ROWS) >= ROWS // 2
    town = frame["town"].mask(late & (frame["town"] == "Bonn"), "Federal City")
    found = of_town(seen(engine, tmp_path, model, town))
    assert found.cause is not None
    assert found.cause.transform == Map((("Federal City", "Bonn"),))
    assert found.cause.segment is None
    assert any("at the same moment" in sign for sign in found.cause.corroborations)


def test_renamed_against_training_alone_is_no_more_than_weak(
    engine: Engine, tmp_path: Path, model: Model
) -> None:
    town = sound()["town"].replace("Bonn", "Federal City")
    view = seen(engine, tmp_path, model, town, timed=False)
    found = of_town(view)
    assert found.cause is not None
    assert found.cause.transform == Map((("Federal City", "Bonn"),))
    assert not found.cause.corroborations
    told = Dictionary({"town": Feature("town", allowed=TOWNS)})
    again = of_town(replace(view, dictionary=told)).cause
    assert again is not None
    assert any("dictionary allows “Bonn”" in sign for sign in again.corroborations)


def test_a_new_town_of_the_world_is_weak_and_has_no_map(
    engine: Engine, tmp_path: Path, model: Model
) -> None:
    random = np.random.default_rng(5)
    new = (random.random(ROWS) < 0.1) & (np.arange(ROWS) > ROWS // 3)
    view = seen(engine, tmp_path, model, sound()["town"].mask(new, "Kinshasa"))
    found = of_town(view)
    assert found.verdict == "supports"
    assert found.cause is not None
    assert isinstance(found.cause.transform, NoTransform)
    assert Candidate(found, found.cause, replay(view, found.cause, Task())).strength == "weak"


@pytest.mark.parametrize("seed", range(4))
def test_a_part_of_one_town_under_another_name(seed: int) -> None:
    random = np.random.default_rng(seed)
    expected = {town: 4_000 * share for town, share in zip(TOWNS, SHARES, strict=True)}
    drawn_ = {t: int(k) for t, k in zip(TOWNS, random.multinomial(4_000, SHARES), strict=True)}
    each = ModelInput("town", "category")
    values = Values(each, "town", {}, {}, TOWNS, ("Ort 7",), told=True, more=0)
    renamed = drawn_ | {"Ort 7": drawn_["Köln"] // 3, "Köln": drawn_["Köln"] * 2 // 3}
    assert took_the_place(renamed, expected, values) == [("Ort 7", "Köln")]
    # a newcomer takes from all alike; nobody is called its old name
    newcomer = {t: k * 9 // 10 for t, k in drawn_.items()} | {"Ort 7": 400}
    assert took_the_place(newcomer, expected, values) == []
    # another town fell as well: which of the two is not known
    two = renamed | {"München": drawn_["München"] * 2 // 3}
    assert took_the_place(two, expected, values) == []


@pytest.mark.parametrize("drift", [0.0, 0.05])
def test_a_list_of_codes_is_told_by_its_shares_and_never_wrongly(drift: float) -> None:
    """Codes in any order have nothing of their names but the shares; some lists tell, none lies."""
    random = np.random.default_rng(31)
    each = ModelInput("town", "category")
    told = 0
    for _ in range(300):
        m = int(random.integers(4, 11))
        names = TOWNS[:m] if m <= len(TOWNS) else tuple(f"town {k}" for k in range(m))
        shares = 1 / np.arange(1, m + 1) ** random.uniform(0.6, 1.4)
        moved = shares * np.exp(random.normal(0, drift, m))
        base = dict(
            zip(names, map(int, random.multinomial(9_000, shares / shares.sum())), strict=True)
        )
        live = random.multinomial(9_000, moved / moved.sum())
        codes = {name: str(k) for name, k in zip(names, random.permutation(m), strict=True)}
        inside = {codes[name]: int(n) for name, n in zip(names, live, strict=True)}
        values = Values(each, "town", inside, base, names, tuple(inside), told=True, more=0)
        pairs = took_the_place(inside, {n: float(k) for n, k in base.items()}, values)
        assert all(codes[name] == seen for seen, name in pairs)
        told += len(pairs) >= 3
    assert told >= 60


def test_codes_of_nearly_one_share_are_not_told() -> None:
    each = ModelInput("town", "category")
    base = {"Köln": 1_000, "Bonn": 980, "Paris": 960, "München": 940}
    inside = {"1": 950, "2": 970, "3": 990, "4": 1_010}
    values = Values(each, "town", inside, base, tuple(base), tuple(inside), told=True, more=0)
    assert took_the_place(inside, {n: float(k) for n, k in base.items()}, values) == []


def test_a_town_that_came_and_another_that_went_at_other_times_stay_weak(
    engine: Engine, tmp_path: Path, model: Model
) -> None:
    frame, random = sound(), np.random.default_rng(6)
    place = np.arange(ROWS) / ROWS
    town = frame["town"].mask((place > 0.8) & (frame["town"] == "Bonn"), "Paris")
    town = town.mask((place > 0.3) & (random.random(ROWS) < 0.2), "Kinshasa")
    found = of_town(seen(engine, tmp_path, model, town))
    assert found.cause is not None
    assert not found.cause.corroborations


@pytest.mark.parametrize("shift", [0.0, 0.5], ids=["as in training", "another mix"])
def test_known_values_speak_against(
    engine: Engine, tmp_path: Path, model: Model, shift: float
) -> None:
    random = np.random.default_rng(7)
    town = sound()["town"].mask(random.random(ROWS) < shift, "Paris")
    found = of_town(seen(engine, tmp_path, model, town))
    assert found.verdict == "speaks against"
    assert count(ROWS) in found.sentence


def test_a_slip_of_the_pen_is_too_little(engine: Engine, tmp_path: Path, model: Model) -> None:
    town = sound()["town"].copy()
    town.iloc[[5, 900]] = "paris"
    found = of_town(seen(engine, tmp_path, model, town))
    assert found.verdict == "cannot tell"
    assert found.would_need
    few = of_town(seen(engine, tmp_path / "few", model, sound(30)["town"]))
    assert few.verdict == "cannot tell"


def test_where_the_scores_are_those_of_the_meant_values_only_the_log_writes_so(
    engine: Engine, tmp_path: Path, model: Model
) -> None:
    frame = sound()
    view = seen(engine, tmp_path, model, in_app(frame, str.lower))
    right = model.outputs(model.matrix({"amount": frame["amount"], "town": frame["town"]}))
    assert view.log is not None
    kept = engine.keep(_scores(right))
    relation = (
        f"(SELECT l.* REPLACE (s.score AS fw_score) FROM {view.log.relation} AS l "
        f"JOIN {kept} AS s ON l.fw_row = s.fw_row)"
    )
    found = of_town(replace(view, log=view.log.with_relation(relation)))
    assert found.verdict == "speaks against"
    assert "the model received them so" in found.sentence


def _scores(values: np.ndarray) -> object:
    import pyarrow as pa

    return pa.table({"fw_row": np.arange(values.size), "score": values})


def test_new_values_are_expected_as_often_as_training_has_values_once(
    engine: Engine, tmp_path: Path, model: Model
) -> None:
    """Turing's estimate, against counting by hand."""
    names = pd.Series([*["a"] * 60, *["b"] * 30, *[f"once {k}" for k in range(7)]])
    reference = pd.DataFrame({"town": names, "amount": 1.0, "y": 0.0})
    view = seen(engine, tmp_path, model, sound()["town"], reference=reference)
    values = values_of(view, model.input("town"), baseline_of(view), Task())
    assert rare_before(values) == int((names.value_counts() == 1).sum()) == 7


def test_without_training_rows_the_models_own_list_serves(
    engine: Engine, tmp_path: Path, model: Model
) -> None:
    view = seen(engine, tmp_path, model, in_app(sound(), str.lower), reference=None)
    found = of_town(view)
    assert found.cause is not None
    assert found.cause.segment == (Condition("app", equals="4.8"),)
    assert isinstance(found.cause.transform, Map)


def test_the_whole_map_comes_before_one_of_its_pairs() -> None:
    """One decision's value is a part of what the map says, so the map leads."""

    def claim(
        name: str, pairs: tuple[tuple[str, str], ...], rows: int, **more: object
    ) -> Candidate:
        cause = Cause(
            cause="input-unseen-value", features=("town",), transform=Map(pairs), segment=None,
            onset=None, onset_known=False, end=None, ongoing=True, rows_in_scope=400,
            rows_changed=rows, concerns_decision=True, corroborations=("a sign",), **more,  # type: ignore[arg-type]
        )  # fmt: skip
        found = Finding(name, name, "data_assumptions", "supports", ("town",), name, 400)
        return Candidate(found, cause, None)

    one = claim("one pair", (("BERN", "Bern"),), 12)
    whole = claim("whole map", (("BERN", "Bern"), ("GENF", "Genf")), 30)
    stronger = claim("one pair", (("BERN", "Bern"),), 12, exact_record=True)
    assert [c.finding.id for c in _wider_first([one, whole])] == ["whole map", "one pair"]
    assert [c.finding.id for c in _wider_first([stronger, whole])] == ["one pair", "whole map"]


def test_a_list_is_read_though_one_of_its_names_is_not_in_the_log_and_one_not_in_training() -> None:
    """Each pair of a code and its name counts as a pair, or not at all."""
    names = ("a", "b", "c", "d", "e")
    base = {"a": 9_000, "b": 6_000, "c": 4_000, "d": 2_000}
    live = {"2": 6_000, "3": 4_000, "4": 2_000, "5": 20}
    each = ModelInput("way", "category", categories=names)
    values = Values(each, "way", live, base, names, tuple(live), told=True, more=0)
    pairs = [Rewritten(str(k + 1), name, "") for k, name in enumerate(names)]
    assert by_share(values, [pairs]) == []  # too far from training's shares as a whole
    base["a"] = 300
    assert by_share(values, [pairs]) == pairs


@pytest.mark.parametrize("seed", range(20))
@pytest.mark.parametrize("alphabetical", [True, False])
def test_codes_in_another_order_than_the_list_are_not_read_as_the_list(
    seed: int, alphabetical: bool
) -> None:
    """Near enough for a drift, but the same codes in another order fit the shares far better."""
    random = np.random.default_rng(seed)
    names = tuple(sorted(["branch", "news", "partner", "price", "social", "phone"]))
    shares = np.array([0.103, 0.328, 0.121, 0.153, 0.203, 0.092])
    order = random.permutation(6) if not alphabetical else np.arange(6)
    base = dict(zip(names, random.multinomial(30_000, shares).tolist(), strict=True))
    drifted = shares * np.exp(0.02 * random.normal(size=6))
    counts = random.multinomial(24_000, drifted / drifted.sum())
    live = {str(k + 1): int(counts[order[k]]) for k in range(6)}
    each = ModelInput("way", "category", categories=names)
    values = Values(each, "way", live, base, names, tuple(live), told=True, more=0)
    pairs = by_share(values, listed_codes(tuple(live), names, ()))
    right = {str(k + 1): names[order[k]] for k in range(6)}
    assert not pairs or {p.seen: p.meant for p in pairs} == right
    assert not alphabetical or len(pairs) == 6
