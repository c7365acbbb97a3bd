"""What was shown against what was decided: the kind, the place, and quiet where all is sound."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from investigators.chart import Cells, TimeStrip
from investigators.checks.ui_context.rendering import CHECK, MOST_PAIRS
from investigators.evidence import Condition, Finding
from investigators.tables.table import Engine
from investigators.task import Task
from investigators.view import View
from tests.investigators.checks.pictures import pictured
from tests.investigators.screens import (
    FAULTS,
    TWINS,
    decisions,
    differs,
    planted,
    screens,
    view_with,
)

N = 1_200


@pytest.fixture(scope="module")
def engine() -> Iterator[Engine]:
    with Engine() as engine:
        yield engine


def answers(view: View) -> dict[str, Finding]:
    return {f.id.partition("/")[2]: f for f in pictured(CHECK.run(view, Task()))}


@pytest.mark.parametrize("name", FAULTS)
def test_each_kind_is_named_with_its_place(engine: Engine, tmp_path: Path, name: str) -> None:
    fault, log = FAULTS[name], decisions(3, N)
    clean = screens(log)
    where = ((log["app"] == "b") & (np.arange(N) >= N // 3)).to_numpy()
    events = planted(log, clean, fault, where)
    spoilt = differs(events, clean, fault.column)
    mine = int(np.flatnonzero(spoilt)[-5])
    found = answers(view_with(engine, tmp_path, log, events, pick=mine))
    told = found.pop(fault.column)
    assert told.verdict == "supports"
    assert told.effect["kind"] == fault.kind
    cause = told.cause
    assert cause is not None
    stale = fault.kind == "stale"
    assert cause.cause == ("input-stale-or-late" if stale else "ui-or-wording")
    assert cause.segment == (Condition("app", equals="b"),)
    assert cause.onset is not None
    assert str(cause.onset.earliest) <= log["time"][spoilt].iloc[2].isoformat() + "Z"
    assert cause.rows_changed == pytest.approx(spoilt.sum(), abs=3 + 0.15 * spoilt.sum())
    assert cause.exact_record
    assert "This one too" in told.sentence
    strip, table = told.charts
    assert isinstance(strip, TimeStrip)
    assert isinstance(table, Cells)
    assert table.rows[0][2] == "this one"
    assert {f.verdict for f in found.values()} == {"speaks against"}


@pytest.mark.parametrize("name", TWINS)
def test_sound_ways_to_show_are_quiet(engine: Engine, tmp_path: Path, name: str) -> None:
    log = decisions(8, N)
    events = screens(log).assign(**TWINS[name](log, np.random.default_rng(4)))
    found = answers(view_with(engine, tmp_path, log, events))
    assert {"text", "shown_score", "shown_amount", "shown_label"} == set(found)
    assert "supports" not in {f.verdict for f in found.values()}


@pytest.mark.parametrize("pick", ["accept", "review"])
@pytest.mark.parametrize("seed", range(3))
def test_words_of_two_labels_exchanged_in_one_place_from_the_first_day(
    engine: Engine, tmp_path: Path, seed: int, pick: str
) -> None:
    """A third of all requests: most of a label's own still tell which word stands for it."""
    log = decisions(seed, N)
    events = screens(log)
    other = {"Approved": "We look at it", "We look at it": "Approved"}
    where = (log["app"] == "b").to_numpy()
    events["shown_label"] = events["shown_label"].where(~where, events["shown_label"].map(other))
    mine = int(np.flatnonzero(where & (log["decision"] == pick))[3])
    told = answers(view_with(engine, tmp_path, log, events, pick=mine))["shown_label"]
    assert told.verdict == "supports"
    assert told.cause is not None
    assert told.cause.segment == (Condition("app", equals="b"),)
    assert told.cause.rows_changed == where.sum()
    assert told.cause.concerns_decision
    assert "accept as “Approved”, review as “We look at it”" in told.sentence


@pytest.mark.parametrize("share", [0.1, 0.3, 0.45])
def test_a_word_that_stands_for_no_label_contradicts_none(
    engine: Engine, tmp_path: Path, share: float
) -> None:
    """A tenth to nearly half of the requests say the same in another language."""
    log = decisions(4, N)
    events = screens(log)
    random = np.random.default_rng(1)
    german = {"Approved": "Genehmigt", "We look at it": "In Arbeit"}
    land = random.random(N) < share
    events["shown_label"] = events["shown_label"].where(~land, events["shown_label"].map(german))
    log["app"] = np.where(land, "d", "a")
    for mine in (int(np.flatnonzero(land)[5]), int(np.flatnonzero(~land)[5])):
        told = answers(view_with(engine, tmp_path / str(mine), log, events, pick=mine))
        assert told["shown_label"].verdict != "supports"


def test_what_may_be_a_tax_is_no_fault_and_says_where_it_is(engine: Engine, tmp_path: Path) -> None:
    log = decisions(8, N)
    events = screens(log)
    where = (log["app"] == "b").to_numpy()
    events["shown_amount"] = events["shown_amount"].where(~where, log["amount"] * 1.17)
    mine = int(np.flatnonzero(where)[3])
    told = answers(view_with(engine, tmp_path, log, events, pick=mine))["shown_amount"]
    assert told.verdict == "cannot tell"
    assert "Those that differ lie in requests with app b" in told.sentence
    assert "a tax, a fee" in told.sentence


def test_a_cache_marks_its_own(engine: Engine, tmp_path: Path) -> None:
    """Spread over everything, and marked by the events themselves as coming from a cache."""
    log = decisions(5, N)
    clean = screens(log)
    old = np.random.default_rng(2).random(N) < 0.2
    events = planted(log, clean, FAULTS["an earlier amount"], old)
    spoilt = differs(events, clean, "shown_amount")
    events["cached"] = spoilt
    view = view_with(engine, tmp_path, log, events, pick=int(np.flatnonzero(spoilt)[0]))
    told = answers(view)["shown_amount"]
    assert told.verdict == "supports"
    assert told.cause is not None
    assert told.cause.segment is None
    assert told.cause.rows_changed == spoilt.sum()
    assert told.cause.corroborations == (
        "100 % of these events are marked as cached, of all others 0 %",
    )


def test_this_one_alone(engine: Engine, tmp_path: Path) -> None:
    log = decisions(6, N)
    events = screens(log)
    events.loc[77, "shown_amount"] = 12.34
    told = answers(view_with(engine, tmp_path, log, events, pick=77))["shown_amount"]
    assert told.verdict == "supports"
    assert told.segment == (Condition("id", equals="r77"),)
    assert told.concerns_decision
    other = answers(view_with(engine, tmp_path / "other", log, events, pick=78))["shown_amount"]
    assert other.verdict == "speaks against"


def test_the_order_on_the_page(engine: Engine, tmp_path: Path) -> None:
    log = decisions(7, N)
    log["session"], log["time"] = (
        [f"s{k // 4}" for k in range(N)],
        log["time"][::4].repeat(4).to_numpy(),
    )
    log["app"] = log["app"][::4].repeat(4).to_numpy()
    rank = log.groupby("session")["score"].rank(ascending=False, method="first").astype(int)
    late = (np.arange(N) >= 800) & (log["app"] == "a").to_numpy()
    events = screens(log)[["event", "request", "time", "component"]]
    names = {n: n for n in ("event", "request", "time", "component", "position")}
    for where, verdict in ((np.zeros(N, dtype=bool), "speaks against"), (late, "supports")):
        shown = events.assign(position=np.where(where, 6 - rank, rank + 1))
        view = view_with(engine, tmp_path / verdict, log, shown, ui_roles=(names,), pick=N - 1)
        assert answers(view)["order on the page"].verdict == verdict


@pytest.mark.parametrize("since", [0, N // 2])
def test_pages_in_the_opposite_order_in_one_place(
    engine: Engine, tmp_path: Path, since: int
) -> None:
    """Three boxes a page; in one app, from the first day or later, the best stands last."""
    log = decisions(5, N)
    log["time"] = log["time"].iloc[np.arange(N) // 3 * 3].to_numpy()
    log["app"] = log["app"].iloc[np.arange(N) // 3 * 3].to_numpy()
    rank = log.groupby("session")["score"].rank(ascending=False, method="first").astype(int)
    where = ((log["app"] == "b") & (np.arange(N) >= since)).to_numpy()
    events = screens(log).assign(position=np.where(where, 4 - rank, rank))
    names = {n: n for n in ("event", "request", "time", "component", "position")}
    mine = int(np.flatnonzero(where & (rank == 1))[-2])
    view = view_with(engine, tmp_path, log, events, ui_roles=(names,), pick=mine)
    told = answers(view)["order on the page"]
    assert told.verdict == "supports"
    assert told.effect["kind"] == "reversed"
    cause = told.cause
    assert cause is not None
    assert cause.segment == (Condition("app", equals="b"),)
    assert (cause.onset is None) is (since == 0)
    assert "This one too: “3” where 1 was logged" in told.sentence


def test_pages_in_any_order_lie_nowhere(engine: Engine, tmp_path: Path) -> None:
    """A shop that shows one page of ten in an order drawn at random."""
    log = decisions(6, N)
    log["time"] = log["time"].iloc[np.arange(N) // 3 * 3].to_numpy()
    rank = log.groupby("session")["score"].rank(ascending=False, method="first").astype(int)
    random = np.random.default_rng(2)
    drawn = np.concatenate([random.permutation(3) + 1 for _ in range(N // 3)])
    tried = np.repeat(random.random(N // 3) < 0.1, 3)
    events = screens(log).assign(position=np.where(tried, drawn, rank))
    names = {n: n for n in ("event", "request", "time", "component", "position")}
    view = view_with(engine, tmp_path, log, events, ui_roles=(names,))
    assert answers(view)["order on the page"].verdict != "supports"


def test_too_few_and_nothing_shown(engine: Engine, tmp_path: Path) -> None:
    log = decisions(2, 30)
    few = answers(view_with(engine, tmp_path / "few", log, screens(log)))["shown_score"]
    assert few.verdict == "cannot tell"
    events = screens(log)[["event", "request", "time", "component"]]
    names = {n: n for n in ("event", "request", "time", "component")}
    (none,) = CHECK.run(
        view_with(engine, tmp_path / "none", log, events, ui_roles=(names,)), Task()
    )
    assert none.verdict == "cannot tell"
    assert none.ask


def test_other_things_under_the_same_name(engine: Engine, tmp_path: Path) -> None:
    """A shown amount that is never the logged one by any rule is not judged."""
    log = decisions(9, N)
    strange = pd.Series(np.random.default_rng(1).lognormal(4, 1, N).round(2))
    events = screens(log).assign(shown_amount=strange)
    found = answers(view_with(engine, tmp_path, log, events))["shown_amount"]
    assert found.verdict == "cannot tell"
    assert found.would_need


def test_columns_beyond_the_most_are_named(engine: Engine, tmp_path: Path) -> None:
    log = decisions(3, 300)
    events = screens(log)
    for k in range(MOST_PAIRS):
        log[f"extra_{k}"] = events[f"extra_{k}"] = log["amount"] + k
    found = answers(view_with(engine, tmp_path, log, events))
    left = [f for f in found.values() if "was not compared" in f.sentence]
    assert len(found) - len(left) >= MOST_PAIRS
    assert left
    assert {f.verdict for f in left} == {"cannot tell"}


def test_columns_are_joined_at_once_or_one_by_one_alike(engine: Engine, tmp_path: Path) -> None:
    """A request that is shown twice alike keeps columns from being joined at once; no more."""
    log = decisions(5, N)
    log.loc[log.index % 7 == 3, "amount"] = np.nan
    events = screens(log)
    wrong = events.index % 40 == 0
    events["shown_amount"] = events["shown_amount"].where(~wrong, events["shown_amount"] * 100)
    events.loc[events.index % 5 == 1, "shown_amount"] = np.nan
    events.loc[events.index % 6 == 2, "shown_label"] = None
    events.loc[events.index % 4 == 1, "shown_score"] = ""
    again = events.iloc[[17]].assign(event="again", time=events["time"] + pd.Timedelta(hours=1))
    twice = pd.concat([events, again], ignore_index=True)
    at_once = answers(view_with(engine, tmp_path / "once", log, events, pick=40))
    one_by_one = answers(view_with(engine, tmp_path / "twice", log, twice, pick=40))
    assert list(at_once) == list(one_by_one)
    for name, found in at_once.items():
        assert (found.verdict, found.sentence) == (
            one_by_one[name].verdict,
            one_by_one[name].sentence,
        )
        assert found.effect == one_by_one[name].effect
    both = log["amount"].notna() & events["shown_amount"].notna()
    assert at_once["shown_amount"].effect["requests"] == both.sum()
    assert at_once["shown_amount"].effect["differ"] == (both & wrong).sum()
    labels, scores = events["shown_label"].notna().sum(), (events["shown_score"] != "").sum()
    assert f"{labels:,} requests" in at_once["shown_label"].sentence
    assert f"{scores:,} requests" in at_once["shown_score"].sentence
