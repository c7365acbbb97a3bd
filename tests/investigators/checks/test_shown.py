"""Was it shown, and how late: by request id against all others."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from investigators.chart import Cells
from investigators.checks.ui_context.shown import CHECK
from investigators.evidence import Condition, Finding
from investigators.tables.table import Engine
from investigators.task import Task
from investigators.view import View
from tests.investigators.checks.pictures import dots_of, pictured
from tests.investigators.views import timed, view_of

ROLES = {n: n for n in ("event", "request", "time", "component")}
N = 1_200


@pytest.fixture(scope="module")
def engine() -> Iterator[Engine]:
    with Engine() as engine:
        yield engine


def log(n: int = N) -> pd.DataFrame:
    time = pd.Timestamp("2026-05-01") + pd.to_timedelta(np.arange(n) * 3, unit="min")
    return pd.DataFrame({"id": [f"r{k}" for k in range(n)], "time": time})


def shown(requests: pd.DataFrame, seed: int = 2) -> pd.DataFrame:
    """Every request, some seconds after its score; half of them a second time."""
    random = np.random.default_rng(seed)
    delay = pd.to_timedelta(random.gamma(2, 1.5, len(requests)), unit="s")
    first = pd.DataFrame({"request": requests["id"], "time": requests["time"] + delay})
    again = first.iloc[::2].assign(time=lambda f: f["time"] + pd.Timedelta(minutes=20))
    both = pd.concat([first, again], ignore_index=True)
    return both.assign(event=[f"e{k}" for k in range(len(both))], component="recommender")


def make(engine: Engine, folder: Path, events: pd.DataFrame, pick: int = 600, **given: Any) -> View:
    more = {"ui_events": (events,), "ui_roles": (ROLES,), "pick": pick} | given
    return view_of(engine, folder, log(), {"id": "id", "time": "time"}, **more)


def answers(view: View) -> list[Finding]:
    return list(pictured(CHECK.run(view, Task())))


def test_shown_in_time(engine: Engine, tmp_path: Path) -> None:
    events = shown(log())
    found, delay = answers(make(engine, tmp_path, events))
    assert found.verdict == delay.verdict == "speaks against"
    assert found.effect["events"] == 2
    first = events.groupby("request")["time"].min()
    seconds = (first.loc[log()["id"]].to_numpy() - log()["time"].to_numpy()) / np.timedelta64(
        1, "s"
    )
    assert delay.effect["seconds"] == pytest.approx(seconds[600], abs=0.001)
    assert delay.effect["median"] == pytest.approx(np.median(np.delete(seconds, 600)), abs=0.001)
    assert delay.effect["as_late"] == int((np.delete(seconds, 600) >= seconds[600]).sum())
    assert delay.n == N - 1


def test_a_stale_display_is_told(engine: Engine, tmp_path: Path) -> None:
    events = shown(log())
    mine = events["request"] == "r600"
    events.loc[mine, "time"] += pd.Timedelta(hours=7)
    delay = answers(make(engine, tmp_path, events))[1]
    assert delay.verdict == "supports"
    assert delay.concerns_decision
    assert delay.cause is not None
    assert delay.cause.cause == "input-stale-or-late"
    assert delay.cause.segment == (Condition("id", equals="r600"),)
    assert not delay.cause.exact_record
    assert "shown 7 hours after it was scored" in delay.sentence
    assert isinstance(delay.charts[0], Cells)


def test_late_but_ordinary_is_not(engine: Engine, tmp_path: Path) -> None:
    """The latest of all, by some seconds; and a shop that shows every tenth one hours later."""
    events = shown(log())
    events.loc[events["request"] == "r600", "time"] += pd.Timedelta(seconds=30)
    assert answers(make(engine, tmp_path / "a", events))[1].verdict == "speaks against"
    events = shown(log())
    tenth = events["request"].str.endswith("0")
    events.loc[tenth, "time"] += pd.Timedelta(hours=7)
    assert answers(make(engine, tmp_path / "b", events))[1].verdict == "speaks against"


def placed(engine: Engine, folder: Path, late: np.ndarray, shop: np.ndarray) -> Finding:
    """The delay of the first late one, where late ones were shown seven hours later."""
    requests = log().assign(shop=shop)
    events = shown(requests)
    events.loc[events["request"].isin(requests["id"][late]), "time"] += pd.Timedelta(hours=7)
    roles = {"id": "id", "time": "time"}
    view = view_of(
        engine, folder, requests, roles, ui_events=(events,), ui_roles=(ROLES,),
        segments=("shop",), pick=int(np.flatnonzero(late)[0]),
    )  # fmt: skip
    return answers(timed(view))[1]


def test_late_ones_of_a_segment_do_not_hide_each_other(engine: Engine, tmp_path: Path) -> None:
    random = np.random.default_rng(4)
    shop = random.choice(["north", "south", "west"], N)
    late = (shop == "south") & (random.random(N) < 0.15)
    one = placed(engine, tmp_path / "place", late, shop)
    assert one.verdict == "supports"
    assert one.concerns_decision
    assert one.cause is not None
    assert one.segment == one.cause.segment == (Condition("shop", equals="south"),)
    assert one.onset is None
    assert one.cause.rows_changed == late.sum()
    assert one.cause.exact_record
    assert dots_of(one, 1).dots[0].n == (shop == "south").sum()
    assert "They lie in requests with shop south" in one.sentence
    since = late & (np.arange(N) >= N // 2)
    one = placed(engine, tmp_path / "since", since, shop)
    assert one.verdict == "supports"
    assert one.onset is not None
    assert one.segment == (Condition("shop", equals="south"),)


@pytest.mark.parametrize("seed", range(4))
def test_a_few_in_a_hundred_of_a_large_segment_are_placed(
    engine: Engine, tmp_path: Path, seed: int
) -> None:
    """They raise the share of all requests; a small segment by chance has more of them."""
    random = np.random.default_rng(seed)
    shop = random.choice(["north", "south", "west"], N)
    late = (shop == "south") & (random.random(N) < 0.06)
    one = placed(engine, tmp_path, late, shop)
    assert one.segment == (Condition("shop", equals="south"),)
    assert one.cause is not None
    assert one.cause.rows_changed >= 0.9 * late.sum()


def test_where_all_are_shown_late_it_is_usual(engine: Engine, tmp_path: Path) -> None:
    """One shop sends its boxes by a letter; and late ones that lie nowhere, twenty times."""
    shop = np.random.default_rng(4).choice(["north", "south", "west"], N, p=[0.4, 0.2, 0.4])
    one = placed(engine, tmp_path / "letters", shop == "south", shop)
    assert one.verdict == "speaks against"
    assert "usual there" in one.sentence
    for seed in range(20):
        late = np.random.default_rng(100 + seed).random(N) < 0.08
        one = placed(engine, tmp_path / str(seed), late, shop)
        assert "They lie" not in one.sentence
        assert one.segment is None or one.segment[0].column == "id"  # the very latest by itself


def test_one_that_was_never_shown(engine: Engine, tmp_path: Path) -> None:
    events = shown(log())
    (found,) = answers(make(engine, tmp_path, events[events["request"] != "r600"]))
    assert found.verdict == "supports"
    assert found.cause is not None
    assert found.cause.cause == "ui-or-wording"
    assert found.cause.exact_record
    assert "80 of 80 requests (100 %) have one" in found.sentence
    assert found.charts


def test_never_shown_where_many_are_not(engine: Engine, tmp_path: Path) -> None:
    events = shown(log())
    random = np.random.default_rng(5)
    lost = random.random(N) < 0.3
    lost[600] = True
    some = events[~events["request"].isin(log()["id"][lost])]
    (found,) = answers(make(engine, tmp_path / "some", some))
    assert found.verdict == "cannot tell"
    assert found.would_need
    # a loss of one in fifty: it may be the event alone, which is no proof
    few = random.random(N) < 0.02
    few[600] = True
    (found,) = answers(
        make(engine, tmp_path / "few", events[~events["request"].isin(log()["id"][few])])
    )
    assert found.cause is None or not found.cause.exact_record
    # the events end before it
    before = events[events["time"] < log()["time"][400]]
    (found,) = answers(make(engine, tmp_path / "before", before))
    assert found.verdict == "cannot tell"


def test_an_event_picks_its_request(engine: Engine, tmp_path: Path) -> None:
    from dataclasses import replace

    from investigators.case import Decision

    events = shown(log())
    view = make(engine, tmp_path, events)
    one = Decision("e600", "ui_events", 600, event=(0, 600))
    found, _ = answers(replace(view, case=replace(view.case, decision=one)))
    assert found.verdict == "speaks against"
    alone = replace(one, row=None)
    (found,) = answers(replace(view, case=replace(view.case, decision=alone)))
    assert found.verdict == "does not apply"


def test_without_times_or_ids(engine: Engine, tmp_path: Path) -> None:
    events = shown(log())
    roles = {name: name for name in ("event", "request")}
    found, delay = answers(make(engine, tmp_path / "t", events, ui_roles=(roles,)))
    assert found.verdict == "speaks against"
    assert delay.verdict == "cannot tell"
    (none,) = answers(make(engine, tmp_path / "r", events, ui_roles=({"event": "event"},)))
    assert none.verdict == "cannot tell"
    assert none.ask
