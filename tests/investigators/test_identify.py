"""The decision that was asked for, or the nearest ones."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest

from investigators.case import Brief, Case
from investigators.identify import find_decision
from investigators.tables.table import Column, Engine, Table, literal
from investigators.trouble import InputTrouble
from investigators.view import View

LOG = ("fw_row", "fw_id", "fw_time", "fw_subject", "fw_score", "fw_decision")


@pytest.fixture
def engine() -> Iterator[Engine]:
    with Engine() as opened:
        yield opened


def values(names: tuple[str, ...], rows: list[tuple[Any, ...]]) -> str:
    cells = ", ".join(f"({', '.join(literal(v) for v in row)})" for row in rows)
    return f"(SELECT * FROM (VALUES {cells}) AS v({', '.join(names)}))"


def log_of(engine: Engine, rows: list[tuple[Any, ...]]) -> Table:
    cast = (
        "(SELECT fw_row, CAST(fw_id AS VARCHAR) AS fw_id, CAST(fw_time AS TIMESTAMP) AS fw_time,"
        " CAST(fw_subject AS VARCHAR) AS fw_subject, CAST(fw_score AS DOUBLE) AS fw_score,"
        f" CAST(fw_decision AS VARCHAR) AS fw_decision FROM {values(LOG, rows)})"
    )
    return Table("live.csv", engine, cast, (Column("order_no", "text"),), len(rows))


@pytest.fixture
def view(engine: Engine) -> View:
    log = log_of(
        engine,
        [
            (0, "ord-5f20c1", "2026-05-07 08:31:05", "c1", 0.214, "review"),
            (1, "ord-5f20c2", "2026-05-07 09:00:00", "c2", 0.1, "accept"),
            (2, "twice", "2026-05-08 10:00:00", None, None, None),
            (3, "twice", "2026-05-07 10:00:00", "c3", 0.3, "review"),
            (4, "a#2", None, "c4", 0.4, "review"),
        ],
    )
    names = ("fw_row", "impression", "req", "who", "shown")
    rows = [
        (0, "imp-1", "ord-5f20c2", "u9", 1_777_636_800_000),
        (1, "imp-2", None, "u8", 1_777_636_801_000),
        (2, "imp-3", "twice", "u7", 1_777_636_802_000),
        (3, "imp-4", "gone", "u6", 1_777_636_803_000),
        (4, "imp-4", "gone", "u6", 1_777_636_804_000),
    ]
    kinds = {"impression": "text", "req": "text", "who": "text", "shown": "integer"}
    columns = tuple(Column(name, kind) for name, kind in kinds.items())  # type: ignore[arg-type]
    events = Table("shown.sqlite::e", engine, values(names, rows), columns, len(rows))
    return View(
        Case(Brief(), zone="UTC"),
        log=log,
        ui_events=(events,),
        columns={
            "ui_events.event": ("other", "impression"),
            "ui_events.request": ("req",),
            "ui_events.subject": ("who",),
            "ui_events.time": ("shown",),
        },
    )


def test_by_the_log_id(view: View) -> None:
    found = find_decision(view, " ord-5f20c1 ")
    assert found is not None
    assert (found.source, found.row, found.score, found.label) == ("log", 0, 0.214, "review")
    assert (found.time, found.subject) == ("2026-05-07T08:31:05Z", "c1")


def test_local_times_have_no_z(view: View) -> None:
    found = find_decision(replace(view, case=Case(Brief())), "ord-5f20c1")
    assert found is not None
    assert found.time == "2026-05-07T08:31:05"


def test_an_id_that_occurs_twice_is_listed_in_time_order(view: View) -> None:
    with pytest.raises(InputTrouble) as caught:
        find_decision(view, "twice")
    line = caught.value.line()
    assert "live.csv: decision twice occurs 2 times" in line
    assert "twice#1 (2026-05-07T10:00:00Z), twice#2 (2026-05-08T10:00:00Z)" in line
    first, second = find_decision(view, "twice#1"), find_decision(view, "twice#2")
    assert first is not None
    assert second is not None
    assert (first.row, second.row) == (3, 2)
    assert second.score is None
    with pytest.raises(InputTrouble, match="occurs 2 times"):
        find_decision(view, "twice#3")


def test_an_id_may_contain_the_sign(view: View) -> None:
    found = find_decision(view, "a#2")
    assert found is not None
    assert found.row == 4
    assert found.time is None


def test_by_an_event_with_a_request_of_ours(view: View) -> None:
    found = find_decision(view, "imp-1")
    assert found is not None
    assert (found.id, found.source, found.row, found.event) == ("imp-1", "ui_events", 1, (0, 0))
    assert (found.subject, found.score) == ("c2", 0.1)


def test_an_event_without_a_request_is_a_decision_without_a_row(view: View) -> None:
    found = find_decision(view, "imp-2")
    assert found is not None
    assert (found.source, found.row, found.event) == ("ui_events", None, (0, 1))
    assert (found.time, found.subject) == ("2026-05-01T12:00:01Z", "u8")


def test_events_that_are_not_one(view: View) -> None:
    with pytest.raises(InputTrouble, match="the request twice of event imp-3 occurs 2 times"):
        find_decision(view, "imp-3")
    with pytest.raises(InputTrouble, match=r"imp-4#1 .2026-05-01T12:00:03Z., imp-4#2"):
        find_decision(view, "imp-4")
    found = find_decision(view, "imp-4#2")
    assert found is not None
    assert found.event == (0, 4)


def test_unknown_ids_name_the_nearest(view: View) -> None:
    with pytest.raises(InputTrouble) as caught:
        find_decision(view, "ORD-5F20C9")
    line = caught.value.line()
    assert "live.csv and shown.sqlite::e: no decision ORD-5F20C9" in line
    assert "nearest: ord-5f20c1, ord-5f20c2" in line


def test_ids_that_lost_zeros_or_signs_are_the_nearest(engine: Engine, view: View) -> None:
    ids = ["00012", "ord-12", *(f"0{k}-00120" for k in range(8))]
    log = log_of(engine, [(k, one, None, None, 0.5, "x") for k, one in enumerate(ids)])
    for wanted, nearest in (("12", "00012"), ("ORD12", "ord-12")):
        with pytest.raises(InputTrouble, match=f"nearest: {nearest}"):
            find_decision(replace(view, log=log, ui_events=()), wanted)


def test_hostile_ids(view: View) -> None:
    for wanted in ("'; DROP TABLE x; --", "\x00", "%", "{t}", '"', "é" * 500):
        with pytest.raises(InputTrouble, match="no decision"):
            find_decision(view, wanted)


def test_nothing_wanted_and_logs_without_ids(engine: Engine, view: View) -> None:
    assert find_decision(view, None) is None
    assert find_decision(view, "  ") is None
    bare = log_of(engine, [(0, None, None, None, 0.5, "x"), (1, None, None, None, 0.6, "y")])
    nameless = View(Case(Brief()), log=bare)
    found = find_decision(nameless, "row 2")
    assert found is not None
    assert (found.row, found.id, found.label) == (1, "row 2", "y")
    with pytest.raises(InputTrouble, match="no decision row 3"):
        find_decision(nameless, "row 3")
    single = View(Case(Brief()), log=log_of(engine, [(0, "z", None, None, 0.5, "x")]))
    found = find_decision(single, None)
    assert found is not None
    assert found.id == "z"
    with pytest.raises(InputTrouble, match="case: no decision q"):
        find_decision(View(Case(Brief())), "q")
