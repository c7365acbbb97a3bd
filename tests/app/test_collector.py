"""Cyclic garbage of the window goes on its own thread, whoever allocates."""

from __future__ import annotations

import gc
import threading
import weakref
from concurrent.futures import ThreadPoolExecutor

import pytest
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from app.collector import Collector, due_generation


class Cyclic(QWidget):
    """A widget that only the collector can let go."""

    def __init__(self) -> None:
        super().__init__()
        self.__dict__["itself"] = self


def _allocate() -> list[list[int]]:
    """Make far more than the threshold, as a check does."""
    return [[k] for k in range(20_000)]


def test_a_lane_that_allocates_destroys_no_widget(qtbot: QtBot) -> None:
    went: list[threading.Thread] = []
    made = Cyclic()
    weakref.finalize(made, lambda: went.append(threading.current_thread()))
    del made
    with ThreadPoolExecutor(1) as lane:
        kept = lane.submit(_allocate).result()
    assert not went
    assert len(kept) > gc.get_threshold()[0]
    qtbot.waitUntil(lambda: bool(went), timeout=5_000)
    assert went == [threading.main_thread()]


def test_python_collects_by_itself_before_and_after() -> None:
    collector = Collector()
    collector.begin()
    collector.begin()
    assert not gc.isenabled()
    collector.end()
    assert gc.isenabled()
    gc.disable()  # the fixture of this folder goes on


@pytest.mark.parametrize(
    ("count", "oldest", "due"),
    [
        ((700, 99, 99), 2, None),
        ((701, 10, 10), 2, 0),
        ((701, 11, 10), 2, 1),
        ((701, 11, 11), 2, 2),
        ((701, 11, 11), 1, 1),
        ((701, 0, 11), 2, 2),
    ],
)
def test_the_oldest_generation_that_is_over(
    count: tuple[int, int, int], oldest: int, due: int | None
) -> None:
    assert due_generation(count, (700, 10, 10), oldest) == due
