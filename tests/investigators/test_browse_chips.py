"""Chips made from a cell, chips that leave out, a searched day, and a decision by its row."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from investigators import desk
from investigators.browse import Decisions
from investigators.task import Cancelled, Task
from investigators.trouble import InputTrouble
from investigators.wish import Filter, Wish
from tests.investigators import parcels
from tests.investigators.parcels import Parcels

Made = tuple[Parcels, desk.Desk, Decisions]


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Made]:
    parcel = parcels.write(tmp_path_factory.mktemp("chips"))
    with desk.open_case(parcel.case) as opened:
        listed = opened.decisions()
        assert listed is not None
        yield parcel, opened, listed


def _count(listed: Decisions, *chips: Filter) -> int:
    return listed.arrange(Wish(filters=chips))


def test_a_chip_of_a_cell_lets_its_rows_through_or_leaves_them_out(made: Made) -> None:
    parcel, _, listed = made
    own = {"fw_decision": "decision", "fw_score": "score"}
    for column in ("fw_decision", "fw_score", "country", "orders", "basket"):
        theirs = own.get(column, column)
        value = parcel.live[theirs].iloc[17]
        same = int((parcel.live[theirs] == value).sum())
        assert _count(listed, listed.chip(column, 17)) == same, column
        without = listed.chip(column, 17, exclude=True)
        assert _count(listed, without) == len(parcel.live) - same, column


def test_a_chip_of_a_time_is_its_day_and_so_is_a_searched_day(made: Made) -> None:
    parcel, _, listed = made
    day = parcel.live["created"].iloc[100][:10]
    same = int(parcel.live["created"].str.startswith(day).sum())
    assert same > 1
    assert _count(listed, listed.chip("fw_time", 100)) == same
    assert listed.count(Wish(search=day)) == same
    assert listed.count(Wish(search="2026-02-31")) == 0, "no day, and no id either"


def test_what_is_missing_stays_when_a_value_is_left_out(made: Made) -> None:
    """Half of the outcomes are known; leaving out 1 keeps 0 and the unknown."""
    _, opened, listed = made
    assert opened.view.log is not None
    ones = int(opened.view.log.value("SELECT count(*) FROM {t} WHERE fw_outcome = 1"))
    assert 0 < ones < parcels.LIVE // 2
    assert _count(listed, Filter("fw_outcome", (1,), exclude=True)) == parcels.LIVE - ones
    ranged = Filter("fw_outcome", low=0.5, exclude=True)
    assert _count(listed, ranged) == parcels.LIVE - ones
    assert ranged.words() == "fw_outcome: not from 0.5"


def test_a_row_is_picked_without_its_name(made: Made) -> None:
    parcel, opened, _ = made
    picked = opened.pick_row(42)
    assert picked.case.brief.decision == parcel.live["parcel_no"].iloc[42]
    assert picked.case.decision == opened.pick(parcel.live["parcel_no"].iloc[42]).case.decision
    with pytest.raises(InputTrouble, match="there is no row 1201"):
        opened.pick_row(parcels.LIVE)


def test_a_cancelled_sort_keeps_nothing(made: Made) -> None:
    _, opened, listed = made
    task = Task()
    task.cancel()
    wish = Wish(order="basket")
    with pytest.raises(Cancelled):
        listed.arrange(wish, task)
    assert opened.view.log is not None
    assert not [key for key in opened.view.log.engine._orders if '"basket"' in key[1]]
    assert listed.arrange(wish) == parcels.LIVE
