from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from investigators.case import Answers
from investigators.chart import Cells
from investigators.checks.ui_context.component import CHECK
from investigators.evidence import Condition, Finding
from investigators.tables.table import Engine
from investigators.task import Task
from investigators.view import View
from tests.investigators.checks.pictures import pictured
from tests.investigators.views import picked, view_of

ROLES = {
    name: name
    for name in (
        *("event", "request", "session", "time", "component", "title", "position", "item"),
        *("service", "model_version"),
    )
}
SESSIONS = 60
START = pd.Timestamp("2026-05-01 08:00")


@pytest.fixture(scope="module")
def engine() -> Iterator[Engine]:
    with Engine() as engine:
        yield engine


def impressions() -> pd.DataFrame:
    """Each session: our box; from session 21 on every second one has another of the same title."""
    rows = []
    for s in range(SESSIONS):
        time = START + pd.Timedelta(minutes=10 * s)
        common = {"session": f"s{s}", "time": time, "title": "For you", "position": 1}
        if s >= 20 and s % 2:
            rows.append(
                common
                | {"event": f"e{s}", "component": "last seen", "item": "boots", "service": "seen"}
            )
        else:
            rows.append(
                common
                | {
                    "event": f"e{s}",
                    "component": "recommender",
                    "item": f"i{s}",
                    "request": f"r{s}",
                }
                | {"service": "reco", "model_version": "7"}
            )
        header = {"event": f"h{s}", "component": "header", "title": "News", "position": 0}
        rows.append(common | header | {"item": "n", "service": "cms"})
    return pd.DataFrame(rows)


def log() -> pd.DataFrame:
    rows = [
        {
            "id": f"r{s}",
            "session": f"s{s}",
            "time": START + pd.Timedelta(minutes=10 * s),
            "item": f"i{s}",
        }
        for s in range(SESSIONS)
        if s < 20 or not s % 2
    ]
    # every session with another box had its own request for another place of the page
    rows += [
        {
            "id": f"q{s}",
            "session": f"s{s}",
            "time": START + pd.Timedelta(minutes=10 * s),
            "item": f"j{s}",
        }
        for s in range(21, SESSIONS, 2)
    ]
    return pd.DataFrame(rows)


def make(engine: Engine, folder: Path, events: pd.DataFrame | None = None, **more: Any) -> View:
    events = impressions() if events is None else events
    roles = {role: name for role, name in ROLES.items() if name in events.columns}
    given = {"components": ("recommender",), "ui_events": (events,), "ui_roles": (roles,)} | more
    log_roles = {"id": "id", "session": "session", "time": "time"}
    return view_of(engine, folder, log(), log_roles, **given)


def answer(view: View) -> Finding:
    return pictured(CHECK.run(view, Task()))[0]


def event_row(events: pd.DataFrame, name: str) -> int:
    return int(events.index[events["event"] == name][0])


def test_another_component_filled_the_box(engine: Engine, tmp_path: Path) -> None:
    events = impressions()
    view = make(engine, tmp_path, events, pick_event=(0, event_row(events, "e31")))
    found = answer(view)
    assert found.verdict == "supports"
    cause = found.cause
    assert cause is not None
    assert cause.cause == "not-our-component"
    assert cause.exact_record
    assert cause.concerns_decision
    assert cause.segment == (Condition("component", equals="last seen"),)
    assert (cause.rows_in_scope, cause.rows_changed) == (20, 0)
    # the truth: it began with session 21; the last event before it is session 20's
    assert cause.onset is not None
    assert cause.onset.earliest == "2026-05-01T11:20:00Z"
    assert cause.onset.latest == "2026-05-01T11:30:00Z"
    assert cause.ongoing
    told = " | ".join(cause.corroborations)
    assert "it carries no request id; 40 of the 40 impressions of recommender do" in told
    assert "service seen filled it; the 40 impressions of recommender came from reco" in told
    assert "it names no model version" in told
    assert "the item boots is none of the 1 that this model scored in the same session" in told
    assert "20 of 60 impressions with this title came from last seen" in cause.statement
    assert not {"\n"} & set(cause.statement)


def test_the_page_is_shown_with_the_picked_box_marked(engine: Engine, tmp_path: Path) -> None:
    events = impressions()
    chart = answer(make(engine, tmp_path, events, pick_event=(0, event_row(events, "e31")))).charts[
        0
    ]
    assert isinstance(chart, Cells)
    assert chart.rows == (
        ("0", "header", "News", "n", "another component", ""),
        ("1", "last seen", "For you", "boots", "another component", "this one"),
    )


def test_a_title_narrows_the_rows_only_where_the_component_has_several(
    engine: Engine, tmp_path: Path
) -> None:
    events = impressions()
    events.loc[events["event"].isin(["e33", "e35"]), "title"] = "Again"
    view = make(engine, tmp_path, events, pick_event=(0, event_row(events, "e31")))
    cause = answer(view).cause
    assert cause is not None
    assert cause.segment == (
        Condition("component", equals="last seen"),
        Condition("title", equals="For you"),
    )
    assert cause.rows_in_scope == 18


def test_our_own_box_speaks_against(engine: Engine, tmp_path: Path) -> None:
    events = impressions()
    view = make(engine, tmp_path, events, pick_event=(0, event_row(events, "e30")))
    found = answer(view)
    assert found.verdict == "speaks against"
    assert "the log has the request r30 behind it" in found.sentence
    assert found.cause is None


def test_a_decision_of_the_log_finds_its_event(engine: Engine, tmp_path: Path) -> None:
    view = make(engine, tmp_path, pick=5)
    assert view.decision is not None
    assert view.decision.id == "r5"
    assert answer(view).verdict == "speaks against"


def test_another_component_that_shows_our_id(engine: Engine, tmp_path: Path) -> None:
    events = impressions()
    events.loc[events["event"] == "e5", "component"] = "last seen"
    found = answer(make(engine, tmp_path, events, pick=5))
    assert found.verdict == "supports"
    assert "the boxes of a page share it" in found.sentence
    assert found.cause is not None
    assert not any("no request of this model" in c for c in found.cause.corroborations)


def test_no_event_though_the_events_cover_its_time(engine: Engine, tmp_path: Path) -> None:
    events = impressions()
    found = answer(make(engine, tmp_path, events[events["event"] != "e5"], pick=5))
    assert found.verdict == "cannot tell"
    assert "11 of the 12 requests within an hour have one" in found.sentence
    assert found.ask is not None
    assert "2026-04-30 to 2026-05-02" in found.ask


def test_events_of_other_days_do_not_tell(engine: Engine, tmp_path: Path) -> None:
    events = impressions()
    found = answer(
        make(engine, tmp_path, events[events["time"] > START + pd.Timedelta("4h")], pick=1)
    )
    assert found.verdict == "cannot tell"
    assert "the events do not cover it" in found.sentence


def test_a_lost_log_row_is_not_another_component(engine: Engine, tmp_path: Path) -> None:
    events = impressions()
    events.loc[events["event"] == "e30", "request"] = "r-lost"
    found = answer(make(engine, tmp_path, events, pick_event=(0, event_row(events, "e30"))))
    assert found.verdict == "cannot tell"
    assert "39 of 40" in found.sentence
    assert found.would_need


def test_own_component_unknown_but_none_of_its_events_join(engine: Engine, tmp_path: Path) -> None:
    events = impressions()
    seen = events["component"] == "last seen"
    events.loc[seen, "request"] = "other-" + events.loc[seen, "event"]
    row = event_row(events, "e31")
    found = answer(make(engine, tmp_path, events, pick_event=(0, row), components=()))
    assert found.verdict == "supports"
    assert found.cause is not None
    assert "no request of this model has its request id other-e31 (60 ids looked at)" in (
        found.cause.corroborations
    )
    strange = events.assign(request="x-" + events["event"])
    found = answer(make(engine, tmp_path, strange, pick_event=(0, row), components=()))
    assert found.verdict == "cannot tell", "ids that never join tell nothing"


def test_the_second_table_of_events_has_its_own_roles(engine: Engine, tmp_path: Path) -> None:
    events = impressions()
    second = events.rename(columns={"component": "box owner", "title": "headline"})
    roles = ROLES | {"component": "box owner", "title": "headline"}
    first = events[events["component"] == "header"].reset_index(drop=True)
    view = make(engine, tmp_path, ui_events=(first, second), ui_roles=(ROLES, roles))
    found = answer(picked(view, event=(1, event_row(second, "e31"))))
    assert found.verdict == "supports"
    assert found.segment == (Condition("box owner", equals="last seen"),)


@pytest.mark.parametrize(
    ("said", "verdict"),
    [("Last Seen", "supports"), ("RECOMMENDER", "speaks against"), (None, "cannot tell")],
)
def test_a_persons_word_stands_in(
    engine: Engine, tmp_path: Path, said: str | None, verdict: str
) -> None:
    view = make(engine, tmp_path, ui_events=(), ui_roles=(), pick=5)
    brief = replace(view.case.brief, answers=Answers(whose_box=said, whose_view="the editor"))
    found = answer(replace(view, case=replace(view.case, brief=brief)))
    assert found.verdict == verdict
    if verdict == "supports":
        assert found.cause is not None
        assert not found.cause.exact_record
        assert not found.cause.corroborations
        assert found.cause.segment == (Condition("id", equals="r5"),)
        assert "Grade C" in found.sentence
    if verdict == "cannot tell":
        assert found.ask is not None
        assert "r5" in found.ask
        assert "2026-05-01 08:50" in found.ask


def test_the_wrong_person_is_a_finding_of_its_own(engine: Engine, tmp_path: Path) -> None:
    view = make(engine, tmp_path, pick=5)
    brief = replace(view.case.brief, answers=Answers(right_subject="no"))
    found = CHECK.run(replace(view, case=replace(view.case, brief=brief)), Task())
    assert [f.verdict for f in found] == ["speaks against", "supports"]
    assert found[1].id == "ui_context.component/subject"
    assert found[1].cause is not None
    assert found[1].cause.cause == "identity"
    assert not found[1].cause.exact_record


def test_without_request_ids_session_and_item_join(engine: Engine, tmp_path: Path) -> None:
    """The log row's own item was shown in its session, in our box."""
    events = impressions().drop(columns="request")
    found = answer(make(engine, tmp_path, events, pick=4))
    assert found.verdict == "speaks against"
    assert "It was joined by session and item: the events carry no request id." in found.sentence
    # the item of q21 was shown nowhere: what was on the page does not tell
    lone = int(log().index[log()["id"] == "q21"][0])
    found = answer(make(engine, tmp_path, events, pick=lone))
    assert found.verdict == "cannot tell"
    assert "2 boxes were shown, by header, last seen" in found.sentence
    assert found.would_need is not None


def test_times_since_1970_have_a_page_and_an_onset(engine: Engine, tmp_path: Path) -> None:
    events = impressions()
    events["time"] = events["time"].astype("datetime64[ms]").astype("int64")
    found = answer(make(engine, tmp_path, events, pick_event=(0, event_row(events, "e31"))))
    assert found.cause is not None
    assert found.cause.onset is not None
    assert found.cause.onset.latest == "2026-05-01T11:30:00Z"
    chart = found.charts[0]
    assert isinstance(chart, Cells)
    assert len(chart.rows) == 2


def test_local_event_times_are_not_called_utc(engine: Engine, tmp_path: Path) -> None:
    found = answer(make(engine, tmp_path, pick=4, zone=None))
    assert "local time" in found.sentence


def test_a_person_who_says_otherwise_prints_beside_the_record(
    engine: Engine, tmp_path: Path
) -> None:
    answers = Answers(whose_box="last seen", whose_view="support")
    found = answer(make(engine, tmp_path, pick=4, answers=answers))
    assert found.verdict == "speaks against"
    assert "A person (support) says otherwise: last seen showed it (grade C)." in found.sentence
    same = Answers(whose_box="Recommender")
    assert "otherwise" not in answer(make(engine, tmp_path, pick=4, answers=same)).sentence


def test_another_box_with_the_same_request_is_named(engine: Engine, tmp_path: Path) -> None:
    events = impressions()
    events.loc[events["component"] == "header", "request"] = "r4"
    found = answer(make(engine, tmp_path, events, pick=4))
    assert found.verdict == "speaks against"
    assert "header carried the same id: if that box was meant, pick its event." in found.sentence
