"""What is kept is small, bounded, and never changes an answer."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pytest

from investigators import any_decision, desk, kept
from investigators.any_decision import for_any_decision
from investigators.findings import document, encode
from investigators.identify import find_decision
from investigators.kept import Kept, Remembered, digest_of, digest_of_table
from investigators.tables.table import Engine
from investigators.task import Cancelled, Task
from investigators.view import View
from tests.investigators import parcels


def test_the_longest_unused_goes_first(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(kept, "MOST", 30 * 8)
    found: Kept[np.ndarray] = Kept()
    for key in range(3):
        found.keep(key, np.zeros(10))
    assert found.find(0) is not None
    found.keep(3, np.zeros(10))
    assert found.find(1) is None
    assert [found.find(k) is None for k in (0, 2, 3)] == [False, False, False]


def test_what_is_large_is_not_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(kept, "LARGEST", 79)
    found: Kept[np.ndarray] = Kept()
    found.keep("a", np.zeros(10))
    assert found.find("a") is None


def test_arrays_are_told_apart_by_what_they_hold() -> None:
    one = np.arange(6.0).reshape(2, 3)
    assert digest_of(one) == digest_of(np.asfortranarray(one))
    assert digest_of(one) != digest_of(one + 1e-12)


def test_the_same_question_is_asked_once_and_can_be_cancelled() -> None:
    with Engine() as engine:
        table = engine.keep_rows(np.array([4, 1, 2]))
        assert engine.keep_rows(np.array([4, 1, 2])) == table
        assert engine.keep_rows(np.array([4, 1, 3])) != table


@pytest.mark.parametrize(
    "how", [{}, {"events": True, "reference": False}, {"kind": "regression"}],
    ids=["lead", "events, no reference", "regression"],
)  # fmt: skip
def test_a_second_decision_gets_what_a_fresh_opening_says(
    how: dict[str, Any], tmp_path: Path
) -> None:
    """Whole investigations, after another decision was looked at in the same case, and back."""
    made = parcels.write(tmp_path, **how)
    here = [str(made.live["parcel_no"].iloc[k]) for k in (3, 700)]

    def told(opened: desk.Desk) -> bytes:
        return encode(document(replace(opened.investigate(), versions={})))

    with desk.open_case(made.case, decision=here[0]) as opened:
        first = told(opened)
        later = [told(opened.pick(each)) for each in here[1:]]
        assert told(opened.pick(here[0])) == first
    for decision, said in zip(here[1:], later, strict=True):
        with desk.open_case(made.case, decision=decision) as opened:
            assert said == told(opened)


def test_only_what_does_not_ask_for_the_decision_is_kept(tmp_path: Path) -> None:
    made = parcels.write(tmp_path)
    asked: list[str] = []

    def free(what: str) -> str:
        asked.append(what)
        return what

    with desk.open_case(made.case) as opened:
        one = opened.view
        decision = find_decision(one, str(made.live["parcel_no"][40]), Task())
        other = replace(one, case=one.case.picked(decision))
        for view in (one, other):
            assert for_any_decision(view, "a", lambda: free("free")) == "free"
        assert asked == ["free"]
        assert for_any_decision(other, "b", lambda: free("another")) == "another"

        def mine(view: View) -> object:
            return for_any_decision(
                view, "outer", lambda: for_any_decision(view, "inner", lambda: view.decision)
            )

        assert [mine(v) for v in (one, other)] == [one.case.decision, decision]
        kept_ = one.log.engine.decided if one.log is not None else {}
        for k in range(any_decision.MOST + 3):
            for_any_decision(other, ("many", k), lambda: "")
        assert len(kept_) == any_decision.MOST
        narrow = replace(other, segments=())
        for_any_decision(narrow, "a", lambda: free("of another view"))
        assert asked == ["free", "another", "of another view"]


def test_the_latest_are_remembered_and_no_more_than_there_is_room_for(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(kept, "FEWEST", 2)
    monkeypatch.setattr(kept, "MOST_REMEMBERED", 400)
    found, made = Remembered(), []

    def make(key: int, numbers: int) -> object:
        made.append(key)
        return {"x": [np.zeros(numbers)]}

    for key in (1, 2, 3, 1):  # 80 bytes each
        found.once(key, lambda key=key: make(key, 10))
    assert made == [1, 2, 3]
    found.once(4, lambda: make(4, 30))  # 480 bytes in all: the longest unused goes
    found.once(1, lambda: make(1, 10))
    assert made == [1, 2, 3, 4]
    found.once(2, lambda: make(2, 10))
    assert made == [1, 2, 3, 4, 2]
    for key in (5, 6):  # too large for the room, but the latest two
        found.once(key, lambda key=key: make(key, 1000))
    found.once(5, lambda: make(5, 1000))
    assert made == [1, 2, 3, 4, 2, 5, 6]


def test_tables_are_told_apart_by_what_they_hold() -> None:
    table = pa.table({"a": [1, 2, None], "b": ["x", None, "y"]})
    same = pa.concat_tables([table]).slice(0)
    assert digest_of_table(table) == digest_of_table(same)
    others = [
        table.rename_columns(["a", "c"]),
        pa.table({"a": [1, 2, 3], "b": ["x", None, "y"]}),
        pa.table({"a": [1, 2, None], "b": ["x", "", "y"]}),
        table.slice(0, 2),
        table.slice(1),
    ]
    assert len({digest_of_table(each) for each in (table, *others)}) == 6
    with Engine() as engine:
        assert engine.keep(table) == engine.keep(same)
        assert engine.keep(table) != engine.keep(others[0])


def test_a_cancelled_task_gets_no_kept_answer(tmp_path_factory: pytest.TempPathFactory) -> None:
    made = parcels.write(tmp_path_factory.mktemp("kept"))
    with desk.open_case(made.case) as opened:
        log = opened.view.log
        assert log is not None
        count = "SELECT count(*) FROM {t}"
        assert log.query(count).column(0)[0].as_py() == log.rows
        task = Task()
        task.cancel()
        with pytest.raises(Cancelled):
            log.query(count, task=task)
