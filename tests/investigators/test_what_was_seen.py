"""What the person saw: page views cut apart, boxes and owners, the trail, what is missing."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from investigators.impressions import Impression
from investigators.report.compose import compose
from investigators.seen import PICKED, Box, Seen, page_rows, said_of, trail_rows, trail_words
from investigators.tables.table import Engine
from investigators.task import Task
from investigators.view import View
from investigators.what_was_seen import TRAIL, _place, _visits, what_was_seen
from tests.investigators.report import report_cases as cases
from tests.investigators.views import view_of

START = pd.Timestamp("2026-03-02 09:00")
BOXES = (
    ("banner", "Sale", "x1"),
    ("recommender", "For you", "i1"),
    ("recommender", "For you", "i2"),
    ("last seen", "Again", "i7"),
    ("last seen", "Again", "i8"),
)
LOG = pd.DataFrame({
    "id": [f"r{k}" for k in range(6)], "time": START + pd.to_timedelta(range(6), unit="h"),
    "account": "a-1", "session": "s2", "score": 0.4, "decision": "show",
})  # fmt: skip
ROLES = {name: name for name in (
    "event", "request", "session", "time", "component", "title", "position", "item", "text",
    "device", "cached", "locale")} | {"subject": "account"}  # fmt: skip


def page(at: pd.Timestamp, session: str, device: str, name: str, account: str = "a-1",
         bag: str = "i7") -> list[dict[str, Any]]:  # fmt: skip
    """A page view as a browser reports it: a box every 40 ms, one below the other."""
    return [
        {
            "event": f"{name}-{k}", "request": f"r{k}" if component == "recommender" else None,
            "session": session, "account": account, "time": at + pd.Timedelta(milliseconds=40 * k),
            "component": component, "title": title, "position": k, "device": device,
            "item": bag if item == "i7" else item, "text": f"Thing {item} of Jo jo@example.org",
            "cached": int(component == "banner"), "locale": "en-GB",
        }
        for k, (component, title, item) in enumerate(BOXES, start=1)
    ]  # fmt: skip


def events() -> pd.DataFrame:
    """Two views in one session three seconds apart, a desktop session before, a stranger's."""
    rows = page(START - pd.Timedelta("1D"), "s1", "desktop", "old")
    rows += page(START, "s2", "app", "first", bag="i9")
    rows += page(START + pd.Timedelta("3s"), "s2", "app", "this")
    rows += page(START + pd.Timedelta("6s"), "s2", "app", "next")
    rows += page(START, "s9", "app", "stranger", account="a-2")
    return pd.DataFrame(rows)


@pytest.fixture
def engine() -> Iterator[Engine]:
    with Engine() as made:
        yield made


def view_with(
    engine: Engine, folder: Path, shown: pd.DataFrame, event: str = "", **more: Any
) -> View:
    roles = {role: name for role, name in ROLES.items() if name in shown.columns}
    given_: dict[str, Any] = {"components": ("recommender",), "ui_roles": (roles,)} | more
    if event:
        given_["pick_event"] = (0, int(shown.index[shown["event"] == event][0]))
    log = {"id": "id", "time": "time", "subject": "account", "session": "session",
           "score": "score", "decision": "decision"}  # fmt: skip
    return view_of(engine, folder, LOG, log, ui_events=(shown,), **given_)


def seen_in(view: View) -> Seen:
    found = what_was_seen(view, Task())
    assert found is not None
    return found


def test_the_page_is_told_box_by_box_with_its_owners(engine: Engine, tmp_path: Path) -> None:
    found = seen_in(view_with(engine, tmp_path, events(), "this-4"))
    assert [(box.title, box.component, box.owner, box.positions) for box in found.boxes] == [
        ("Sale", "banner", "another component", "1"),
        ("For you", "recommender", "this model", "2 to 3"),
        ("Again", "last seen", "another component", "4 to 5"),
    ]
    assert [box.picked for box in found.boxes] == [False, False, True]
    assert [thing.picked for thing in found.boxes[2].things] == [True, False]
    assert found.boxes[0].things[0].cached is True
    assert found.boxes[1].things[0].cached is False
    assert found.component == "last seen"
    words = " ".join(said_of(found))
    assert "the page held 3 boxes with 5 things" in words
    assert "at positions 4 to 5, filled by last seen (another component)" in words
    assert "language en-GB" in words
    assert [row[-1] for row in page_rows(found)] == ["", "", "", PICKED, ""]


def test_the_trail_goes_over_devices_and_ends_before_the_page(
    engine: Engine, tmp_path: Path
) -> None:
    found = seen_in(view_with(engine, tmp_path, events(), "this-4"))
    assert [(visit.session, visit.device, visit.events) for visit in found.trail] == [
        ("s1", "desktop", 5), ("s2", "app", 5),
    ]  # fmt: skip
    assert found.left_off == 0
    assert trail_words(found).startswith("All that the UI events have")
    last = trail_rows(found)[-1]
    assert last[1] == "s2 (this session)"
    assert "Thing i7" in last[-1]
    assert "last seen showed this account 2 of 3 items" in found.across
    assert "(app and desktop): i7, i8" in found.across


def test_a_long_trail_is_cut_and_says_by_how_much(engine: Engine, tmp_path: Path) -> None:
    many = [
        row
        for k in range(TRAIL + 4)
        for row in page(START - pd.Timedelta(hours=k + 1), f"t{k}", "app", f"t{k}")
    ]
    shown = pd.DataFrame([*many, *page(START, "s2", "app", "this")])
    found = seen_in(view_with(engine, tmp_path, shown, "this-4"))
    assert len(found.trail) == TRAIL
    assert found.left_off == 4 * len(BOXES)
    assert "20 UI events before that" in trail_words(found)
    times = [visit.time for visit in found.trail]
    assert times == sorted(times)
    assert found.across == "", "one device only"


def test_a_decision_of_the_log_is_found_by_its_request_in_its_own_box(
    engine: Engine, tmp_path: Path
) -> None:
    shown = pd.DataFrame(page(START, "s2", "app", "this"))
    shown.loc[shown["event"] == "this-1", "request"] = "r3"  # the banner shares the id
    found = seen_in(view_with(engine, tmp_path, shown, pick=3))
    assert found.component == "recommender"
    assert sum(box.picked for box in found.boxes) == 1


def test_without_the_event_or_without_events_it_says_what_would_tell(
    engine: Engine, tmp_path: Path
) -> None:
    view = view_with(engine, tmp_path, pd.DataFrame(page(START, "s7", "app", "this")), pick=0)
    found = seen_in(view)
    assert found.missing == "no UI event carries r0"
    assert "device" in found.need
    assert found.boxes == ()
    none = seen_in(replace(view, ui_events=()))
    assert none.missing == "no UI events were given"
    assert what_was_seen(replace(view, case=replace(view.case, decision=None)), Task()) is None


@pytest.mark.parametrize(
    "gone",
    [["position"], ["time"], ["session"], ["session", "account"], ["component"], ["title", "text"],
     ["item", "text"], ["device"], ["time", "position", "session", "account", "request"]],
)  # fmt: skip
def test_every_role_may_be_missing(engine: Engine, tmp_path: Path, gone: list[str]) -> None:
    found = seen_in(view_with(engine, tmp_path, events().drop(columns=gone), "this-4"))
    things = [thing for box in found.boxes for thing in box.things]
    assert sum(thing.picked for thing in things) == 1
    assert all(said_of(found))
    assert len(page_rows(found)) == len(things)


ROWS = st.lists(
    st.tuples(st.sampled_from(["s1", "s2"]), st.integers(0, 12), st.sampled_from(["1", "2", "3"])),
    max_size=30,
)


@given(ROWS)
def test_visits_part_a_trail_without_a_place_twice(found: list[tuple[str, int, str]]) -> None:
    rows = [
        Impression(0, k, session=session, time=f"2026-03-02T09:00:{second:02}Z", position=place)
        for k, (session, second, place) in enumerate(sorted(found, key=lambda each: each[1]))
    ]
    visits = _visits(rows)
    assert [one for visit in visits for one in visit] == rows
    for visit in visits:
        assert len({one.session for one in visit}) == 1
        places = [_place(one) for one in visit]
        assert len(set(places)) == len(places)


@pytest.mark.parametrize("audience", ["internal", "shared", "public"])
def test_the_report_hides_what_is_private(engine: Engine, tmp_path: Path, audience: Any) -> None:
    found = seen_in(view_with(engine, tmp_path, events(), "this-4"))
    made = compose(replace(cases.home(), seen=found), audience)
    (section,) = (each for each in made.sections if each.id == "person-saw")
    text = str(section)
    inside = audience == "internal"
    assert ("jo@example.org" in text) == inside
    assert ("'s2 (this session)'" in text) == inside
    assert ("session-1 (this session)" in text) == (not inside)
    assert ("Thing i7" in text) == (audience != "public")
    assert ("2026-03-01 09:00:00" in text) == (audience != "public")
    assert "2026-03-01" in text
    assert PICKED in text
    said = str(made.sections[-1])
    assert ("words that the screen showed" in said.lower()) == (not inside)


def test_the_report_says_in_one_line_that_no_events_were_given() -> None:
    found = replace(cases.shop(), seen=Seen(missing="no UI events were given", need="UI events"))
    (section,) = (each for each in compose(found).sections if each.id == "person-saw")
    assert "Not known: no UI events were given. What would tell: UI events." in str(section)
    assert not [each for each in compose(cases.shop()).sections if each.id == "person-saw"]


def test_positions_are_said_as_they_stand() -> None:
    assert Box("t", "c", "not known", "", ()).positions == ""
