"""Clocks: offsets, zones given, summer time, numbers since 1970."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from investigators.case import Brief
from investigators.roles.profile import Profile, profiles
from investigators.roles.zone import clock_of, time_sql
from investigators.tables.table import Column, Engine, Table, literal


def table_of(engine: Engine, values: list[object], kind: str, note: str = "") -> Table:
    rows = ", ".join(f"({k}, {literal(v)})" for k, v in enumerate(values))
    relation = f'(SELECT * FROM (VALUES {rows}) AS v(fw_row, "made at"))'
    columns = (Column("made at", kind, None, note),)  # type: ignore[arg-type]
    return Table("live", engine, relation, columns, len(values))


def times(table: Table, brief: Brief) -> tuple[list[datetime], Profile, bool]:
    profile = profiles(table)["made at"]
    clock = clock_of(profile, brief)
    sql = time_sql(profile.column, clock)
    found = table.query(f"SELECT {sql} AS t FROM {{t}} ORDER BY fw_row")["t"].to_pylist()
    return found, profile, clock.known


@pytest.mark.parametrize("zone", ["Europe/Berlin", "America/New_York", "Asia/Kolkata", "UTC"])
def test_a_given_zone_over_a_whole_year(engine: Engine, zone: str) -> None:
    start = datetime(2026, 1, 1, 0, 30)  # noqa: DTZ001 - local time is the point
    local = [start + timedelta(hours=7 * k) for k in range(1250)]
    found, _, known = times(table_of(engine, list(local), "time"), Brief(zone=zone))
    assert known
    odd = 0
    for wall, utc in zip(local, found, strict=True):
        back = utc.replace(tzinfo=ZoneInfo("UTC")).astimezone(ZoneInfo(zone)).replace(tzinfo=None)
        odd += back != wall
    assert odd == 0  # none of these times is skipped by summer time


def test_summer_time_ends_and_begins(engine: Engine) -> None:
    doubtful = [datetime(2026, 10, 25, 2, 30), datetime(2026, 3, 29, 2, 30)]  # noqa: DTZ001
    found, _, _ = times(table_of(engine, list(doubtful), "time"), Brief(zone="Europe/Berlin"))
    assert found == [datetime(2026, 10, 25, 1, 30), datetime(2026, 3, 29, 1, 30)]  # noqa: DTZ001


def test_offsets_need_no_zone_and_are_not_moved_again(engine: Engine) -> None:
    value = datetime(2026, 5, 1, 12)  # noqa: DTZ001
    table = table_of(engine, [value], "time", "offset")
    for brief in (Brief(), Brief(zone="Europe/Berlin")):
        found, profile, known = times(table, brief)
        assert known
        assert found == [value]
        assert clock_of(profile, brief).guess.confidence == "sure"


def test_without_any_zone_times_stay_local(engine: Engine) -> None:
    value = datetime(2026, 5, 1, 12)  # noqa: DTZ001
    found, profile, known = times(table_of(engine, [value], "time"), Brief())
    assert not known
    assert found == [value]
    assert clock_of(profile, Brief()).guess.value == ""


@pytest.mark.parametrize(
    ("factor", "unit"), [(1, "s"), (10**3, "ms"), (10**6, "us"), (10**9, "ns")]
)
def test_numbers_since_1970_are_utc(engine: Engine, factor: int, unit: str) -> None:
    table = table_of(engine, [1_777_636_800 * factor, 1_777_640_400 * factor], "integer")
    found, profile, known = times(table, Brief(zone="Europe/Berlin"))
    assert known
    assert clock_of(profile, Brief()).unit == unit
    assert found == [datetime(2026, 5, 1, 12), datetime(2026, 5, 1, 13)]  # noqa: DTZ001


@pytest.mark.parametrize(
    ("number", "second", "expected"),
    [
        (20260501, 20260601, datetime(2026, 5, 1)),  # noqa: DTZ001
        (202605011230, 202605011330, datetime(2026, 5, 1, 12, 30)),  # noqa: DTZ001
        (20260501123015, 20260501133015, datetime(2026, 5, 1, 12, 30, 15)),  # noqa: DTZ001
    ],
)
def test_days_written_as_one_number(
    engine: Engine, number: int, second: int, expected: datetime
) -> None:
    found, _, known = times(table_of(engine, [number, second], "integer"), Brief())
    assert (found[0], known) == (expected, False)
    zoned, _, known = times(table_of(engine, [number, second], "integer"), Brief(zone="Asia/Tokyo"))
    assert known
    assert (expected - zoned[0]).total_seconds() == 9 * 3600
