"""What a box claims against what it holds: claims with a stated rule, quiet where all is kept."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from investigators.chart import Dots
from investigators.checks.ui_context.promise import CHECK
from investigators.evidence import Condition, Finding
from investigators.promises import Catalogue, claims
from investigators.statistics import wilson
from investigators.tables.table import Column, Engine
from investigators.task import Task
from investigators.view import View
from tests.investigators.checks.pictures import dots_of, pictured
from tests.investigators.views import table_of, view_of

UI = {n: n for n in ("event", "request", "time", "component", "title", "item")}
TITLES = {
    "Under 50 €": lambda items: items["price"] < 50,
    "From 4 stars": lambda items: items["rating"] >= 4,
    "In stock": lambda items: items["in_stock"],
    "New in": lambda items: items["is_new"],
    "Shoes": lambda items: items["category"] == "shoes",
    "At least 20 % off": lambda items: items["discount"] >= 0.2,
}
N = 1_200


@pytest.fixture(scope="module")
def engine() -> Iterator[Engine]:
    with Engine() as engine:
        yield engine


def catalogue(random: np.random.Generator, n: int = 300) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "item": [f"i{k}" for k in range(n)],
            "price": random.lognormal(3.8, 0.6, n).round(2),
            "rating": random.uniform(2, 5, n).round(1),
            "in_stock": random.random(n) < 0.7,
            "is_new": random.random(n) < 0.3,
            "category": random.choice(["shoes", "shirts", "bags"], n),
            "discount": random.choice([0.0, 0.1, 0.2, 0.3], n),
        }
    )


def shown(items: pd.DataFrame, random: np.random.Generator, broken: np.ndarray | float = 0.0,
          title: str = "Under 50 €") -> pd.DataFrame:  # fmt: skip
    """Each claim's box by turns; in ``title``'s of "picks" any item stands where it is broken."""
    which = random.choice(list(TITLES), N)
    component = random.choice(["picks", "editor"], N)
    wrong = (which == title) & (component == "picks") & (random.random(N) < broken)
    fitting = {t: items["item"][rule(items)].to_numpy() for t, rule in TITLES.items()}
    other = {t: items["item"][~rule(items)].to_numpy() for t, rule in TITLES.items()}
    item = [
        random.choice(other[t] if bad else fitting[t]) for t, bad in zip(which, wrong, strict=True)
    ]
    return pd.DataFrame(
        {
            "event": [f"e{k}" for k in range(N)],
            "request": [f"r{k}" for k in range(N)],
            "time": pd.Timestamp("2026-04-01") + pd.to_timedelta(np.arange(N) * 9, unit="min"),
            "component": component,
            "title": which,
            "item": item,
            "wrong": wrong,
        }
    )


def make(engine: Engine, folder: Path, events: pd.DataFrame, items: pd.DataFrame | None,
         **given: Any) -> View:  # fmt: skip
    log = pd.DataFrame({"id": events["request"], "time": events["time"], "score": 0.4})
    view = view_of(
        engine, folder, log, {"id": "id", "time": "time", "score": "score"},
        ui_events=(events.drop(columns="wrong", errors="ignore"),), ui_roles=(UI,),
        components=("picks",), **({"pick": 3} | given),
    )  # fmt: skip
    lookups = () if items is None else (table_of(engine, folder, items, "items"),)
    return replace(view, lookups=lookups)


def regional(engine: Engine, folder: Path, events: pd.DataFrame, items: pd.DataFrame,
             **given: Any) -> View:  # fmt: skip
    """The same with the request's region in the log."""
    log = pd.DataFrame(
        {"id": events["request"], "time": events["time"], "region": events["region"], "score": 0.4}
    )
    view = view_of(
        engine, folder, log, {"id": "id", "time": "time", "score": "score"}, segments=("region",),
        ui_events=(events.drop(columns=["wrong", "region"]),), ui_roles=(UI,),
        components=("picks",), **given,
    )  # fmt: skip
    timed = (*view.log.columns, Column("fw_time", "time")) if view.log is not None else ()
    assert view.log is not None
    log_timed = replace(view.log, columns=timed)
    return replace(view, log=log_timed, lookups=(table_of(engine, folder, items, "items"),))


def answers(view: View) -> dict[str, Finding]:
    return {f.id.partition("/")[2]: f for f in pictured(CHECK.run(view, Task()))}


@pytest.mark.parametrize("title", TITLES)
def test_a_box_that_breaks_its_claim(engine: Engine, tmp_path: Path, title: str) -> None:
    random = np.random.default_rng(3)
    items = catalogue(random)
    late = np.where(np.arange(N) >= N // 3, 0.5, 0.0)
    events = shown(items, random, late, title)
    mine = int(np.flatnonzero(events["wrong"])[2])
    found = answers(make(engine, tmp_path, events, items, pick=mine))
    told = [f for f in found.values() if f.verdict == "supports"]
    assert len(told) == 1
    cause = told[0].cause
    assert cause is not None
    assert cause.cause == "ui-or-wording"
    box = (Condition("component", equals="picks"), Condition("title", equals=title))
    assert cause.segment == box
    assert cause.rows_changed == events["wrong"].sum()
    assert cause.exact_record
    assert cause.onset is not None
    first = events["time"][events["wrong"]].iloc[0]
    assert cause.onset.latest == first.isoformat() + "Z"
    (dots, _) = told[0].charts
    assert isinstance(dots, Dots)
    (own,) = [dot for dot in dots.dots if dot.own]
    low, high = wilson(cause.rows_changed, cause.rows_in_scope)
    assert own.low == pytest.approx(100 * low, abs=1e-3)
    assert own.high == pytest.approx(100 * high, abs=1e-3)
    others = [f for f in found.values() if f is not told[0]]
    assert {f.verdict for f in others} == {"speaks against"}


def by_region(random: np.random.Generator, items: pd.DataFrame) -> pd.DataFrame:
    """One box "Under 50 €" in five regions, all of whose items keep the claim."""
    events = shown(items, random).assign(
        title="Under 50 €", component="picks", region=random.choice(list("abcde"), N)
    )
    cheap = items["item"][items["price"] < 50].to_numpy()
    return events.assign(item=random.choice(cheap, N), wrong=False)


def test_a_box_that_breaks_its_claim_in_one_region(engine: Engine, tmp_path: Path) -> None:
    random = np.random.default_rng(8)
    items = catalogue(random)
    events = by_region(random, items)
    wrong = ((events["region"] == "c") & (np.arange(N) >= N // 2)).to_numpy()
    dear = items["item"][items["price"] >= 50].to_numpy()
    events["item"] = events["item"].where(~wrong, random.choice(dear, N))
    assert wrong.mean() < 0.2  # by itself that is no sign: no other box has a rule on prices
    mine = int(np.flatnonzero(wrong)[5])
    (told,) = answers(regional(engine, tmp_path, events, items, pick=mine)).values()
    assert told.verdict == "supports"
    cause = told.cause
    assert cause is not None
    assert cause.segment == (Condition("region", equals="c"),)
    assert cause.onset is not None
    assert str(cause.onset.latest) >= events["time"][N // 2 - 40].isoformat()
    assert cause.rows_changed == pytest.approx(wrong.sum(), abs=3)
    assert cause.exact_record
    assert "with region c" in told.sentence
    here, others = dots_of(told).dots
    assert (here.label, here.own, here.at) == ("region c, since then", True, 100)
    assert others.at == 0
    quiet = int(np.flatnonzero(~wrong)[5])  # a box that keeps it says nothing of others
    (other,) = answers(regional(engine, tmp_path / "b", events, items, pick=quiet)).values()
    assert other.verdict == "speaks against"


@pytest.mark.parametrize("sudden", [True, False])
def test_a_box_that_breaks_its_claim_since_a_day(
    engine: Engine, tmp_path: Path, *, sudden: bool
) -> None:
    """At once is told (the catalogue may be of another day still); more and more is a catalogue."""
    random = np.random.default_rng(9)
    items = catalogue(random)
    events = by_region(random, items)
    at = np.arange(N) / N
    wrong = random.random(N) < (np.where(at < 0.5, 0.0, 0.3) if sudden else 0.3 * at)
    dear = items["item"][items["price"] >= 50].to_numpy()
    events["item"] = events["item"].where(~wrong, random.choice(dear, N))
    mine = int(np.flatnonzero(wrong)[-5])
    (told,) = answers(regional(engine, tmp_path, events, items, pick=mine)).values()
    assert told.verdict == ("supports" if sudden else "cannot tell"), told.sentence
    assert "The catalogue may be of another day" in told.sentence
    if sudden:
        assert told.cause is not None
        assert told.cause.onset is not None
        assert not told.cause.exact_record


def test_a_region_with_items_of_its_own_keeps_the_claim(engine: Engine, tmp_path: Path) -> None:
    """Dearer ones; and the catalogue's prices of a few items are of another day."""
    for seed in range(6):
        random = np.random.default_rng(seed)
        items = catalogue(random)
        events = by_region(random, items)
        own = items["item"][items["price"].between(35, 50)].to_numpy()[:20]
        events["item"] = events["item"].where(events["region"] != "c", random.choice(own, N))
        moved = items["item"].isin(own[:3])  # a sixth of what the region shows
        items["price"] = items["price"].where(~moved, 55.0)
        broken = events["item"].isin(own[:3]) & (events["region"] == "c")
        mine = int(np.flatnonzero(broken)[0])
        view = regional(engine, tmp_path / str(seed), events, items, pick=mine)
        assert "supports" not in {f.verdict for f in answers(view).values()}


def test_boxes_that_keep_their_claims(engine: Engine, tmp_path: Path) -> None:
    """Ten shops; the catalogue of five of them is of a later day, when prices had moved."""
    for seed in range(10):
        random = np.random.default_rng(seed)
        items = catalogue(random)
        events = shown(items, random)
        if seed % 2:
            items["price"] = (items["price"] * random.uniform(0.8, 1.3, len(items))).round(2)
        found = answers(make(engine, tmp_path / str(seed), events, items))
        assert "supports" not in {f.verdict for f in found.values()}
        assert len(found) == 2 * len(TITLES)


def test_what_was_new_then_is_not_held_against_the_box(engine: Engine, tmp_path: Path) -> None:
    """Items stop being new: only the earlier part of the events breaks the catalogue's word."""
    random = np.random.default_rng(5)
    items = catalogue(random)
    events = shown(items, random)
    events["title"] = np.where(events["title"] == "New in", "New in", "For you")
    early = (events["title"] == "New in") & (np.arange(N) < N // 2)
    events.loc[early, "item"] = random.choice(items["item"][~items["is_new"]], int(early.sum()))
    found = answers(make(engine, tmp_path, events, items))
    assert {f.verdict for name, f in found.items() if "New in" in name} == {"cannot tell"}


def test_a_claim_without_a_rule(engine: Engine, tmp_path: Path) -> None:
    random = np.random.default_rng(6)
    items = catalogue(random)
    events = shown(items, random).assign(title="Recommended for you")
    (none,) = CHECK.run(make(engine, tmp_path, events, items), Task())
    assert none.verdict == "cannot tell"
    assert "Recommended for you" in none.sentence
    assert none.ask
    (no_items,) = CHECK.run(make(engine, tmp_path / "b", shown(items, random), None), Task())
    assert no_items.verdict == "cannot tell"
    assert no_items.ask


@pytest.mark.parametrize(
    ("title", "rule"),
    [
        ("Gifts under €25", "price below 25"),
        ("From 10 to under 50", "price below 50, price at least 10"),
        ("Rated at least 4.5 stars", "rating at least 4.5"),
        ("Up to 30 % off", None),
        ("New for you", None),
        ("Under the tree", None),
        ("Bags", "category bags"),
        ("All shirts", "category shirts"),
        ("Shoes and bags", None),
        ("Cheapest first", None),
    ],
)
def test_which_titles_state_a_rule(
    engine: Engine, tmp_path: Path, title: str, rule: str | None
) -> None:
    table = table_of(engine, tmp_path, catalogue(np.random.default_rng(1)), "items")
    found = claims(Catalogue(table, "item"), [title], Task())
    assert [claim.words for claim in found] == ([] if rule is None else [rule])


def test_the_decisions_own_title_is_looked_at_among_very_many(
    engine: Engine, tmp_path: Path
) -> None:
    random = np.random.default_rng(5)
    items = catalogue(random)
    events = shown(items, random)
    mine = int(np.flatnonzero(events["title"] == "Under 50 €")[0])
    others = (events["title"] != "Under 50 €") | (np.arange(N) != mine)
    # 70 titles more frequent than the own, which stands in one row alone
    events.loc[others, "title"] = [f"Title {k % 70}" for k in range(int(others.sum()))]
    events.loc[mine, "component"] = "picks"
    found = answers(make(engine, tmp_path, events, items, pick=mine))
    assert not any("nothing states a rule" in f.sentence for f in found.values())
    assert any("Under 50 €" in f.sentence for f in found.values())


@pytest.mark.parametrize(("early", "late", "told"), [(14, 1, True), (45, 1, False)])
def test_few_of_the_latest_by_chance_are_no_old_catalogue(
    engine: Engine, tmp_path: Path, early: int, late: int, *, told: bool
) -> None:
    """Of 15 one in the last quarter may be chance; of 46 that is a catalogue of another day."""
    items = catalogue(np.random.default_rng(5))
    of_box = shown(items, np.random.default_rng(6), 1.0)["wrong"].to_numpy()
    mine = np.flatnonzero(of_box)
    broken = np.zeros(N)
    broken[mine[:early]] = 1.0
    broken[mine[-late:]] = 1.0
    events = shown(items, np.random.default_rng(6), broken)
    assert events["wrong"].sum() == early + late
    found = answers(make(engine, tmp_path, events, items, pick=int(mine[0])))
    verdicts = {f.verdict for f in found.values()}
    assert ("supports" in verdicts) is told, [f.sentence for f in found.values()]
