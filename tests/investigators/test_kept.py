"""What is kept is small, bounded, and never changes an answer."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from investigators import desk, kept, shelf
from investigators.identify import find_decision
from investigators.kept import Kept, digest_of
from investigators.running import run_check
from investigators.tables.table import Engine
from investigators.task import Cancelled, Task
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


def test_a_second_decision_gets_what_a_fresh_opening_says(
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    """Every check, after another decision was looked at in the same case."""
    made = parcels.write(tmp_path_factory.mktemp("kept"))
    task = Task()

    def answers(ids: list[str]) -> dict[str, object]:
        with desk.open_case(made.case) as opened:
            found: dict[str, object] = {}
            for each in ids:
                decision = find_decision(opened.view, each, task)
                case = replace(opened.view.case, decision=decision)
                view = replace(opened.view, case=case)
                found = {c.id: run_check(c, view, task).findings for c in shelf.checks()}
            return found

    first, second = (str(made.live["parcel_no"][k]) for k in (3, 40))
    assert answers([first, second]) == answers([second])


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
