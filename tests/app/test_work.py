"""Two lanes off the GUI thread: order, cancelling, failures, progress, and an end without rests."""

from __future__ import annotations

import os
import sys
import threading
from collections.abc import Iterator
from functools import partial
from typing import Any

import pytest
from PySide6.QtCore import QCoreApplication, QThread
from pytestqt.qtbot import QtBot

from app import work
from app.work import GIVEN_WAY, Job, Lane, give_way
from investigators.task import Cancelled, Task


class Hearing:
    """A lane with everything it said, in order."""

    def __init__(self) -> None:
        self.said: list[Any] = []
        self.lane = Lane("test", progress=self.progress)

    def progress(self, job: Job, done: int, total: int, words: str) -> None:
        self.said.append((job.words, done, total, words))

    def run(self, words: str, do: Any, lost: Any = lambda _value: None) -> Job:
        return self.lane.run(
            words,
            do,
            lambda value: self.said.append((words, value)),
            lambda error: self.said.append((words, type(error).__name__, str(error))),
            lost,
        )


@pytest.fixture
def hearing(qapp: Any) -> Iterator[Hearing]:  # noqa: ARG001 - the bridge needs an event loop
    made = Hearing()
    yield made
    made.lane.close()


def _settled(qtbot: Any, hearing: Hearing) -> None:
    qtbot.waitUntil(lambda: not hearing.lane.jobs and not hearing.lane._undelivered)


def test_jobs_come_back_in_order_on_the_gui_thread(qtbot: Any, hearing: Hearing) -> None:
    threads = []
    for k in range(20):
        hearing.lane.run(
            str(k),
            lambda _task, k=k: (k, threading.current_thread().name),
            lambda value: threads.append((value, QThread.currentThread())),
            pytest.fail,
        )
    _settled(qtbot, hearing)
    assert [value[0] for value, _ in threads] == list(range(20))
    assert {value[1] for value, _ in threads} == {"fifthwhy-test_0"}
    assert {thread for _, thread in threads} == {QCoreApplication.instance().thread()}


def test_a_failure_is_told_and_the_next_job_runs(qtbot: Any, hearing: Hearing) -> None:
    def fails(_task: Task) -> None:
        raise ValueError("no such thing")

    hearing.run("first", fails)
    hearing.run("second", lambda _task: 2)
    _settled(qtbot, hearing)
    assert hearing.said == [("first", "ValueError", "no such thing"), ("second", 2)]


def test_a_cancelled_job_says_nothing_more(qtbot: Any, hearing: Hearing) -> None:
    started, go = threading.Event(), threading.Event()

    def slow(task: Task) -> str:
        task.tick(1, 2, "half way")
        started.set()
        go.wait()
        task.tick(2, 2, "never heard")
        return "never told"

    job = hearing.run("slow", slow)
    waiting = hearing.run("waiting", lambda _task: "never begun")
    assert started.wait(5)
    hearing.lane.cancel()
    assert hearing.lane.jobs == []
    assert job.over
    assert waiting.over
    go.set()
    hearing.run("after", lambda _task: "told")
    _settled(qtbot, hearing)
    assert hearing.said == [("after", "told")], "not even the progress that was on its way"


def test_what_a_cancelled_job_made_is_handed_back(qtbot: Any, hearing: Hearing) -> None:
    started, go, lost = threading.Event(), threading.Event(), []

    def makes(_task: Task) -> str:
        started.set()
        go.wait()
        return "an open file"

    job = hearing.run("makes", makes, lost.append)
    assert started.wait(5)
    job.cancel()
    go.set()
    _settled(qtbot, hearing)
    assert hearing.said == []
    assert lost == ["an open file"]


def test_what_a_closed_lane_made_is_handed_back(hearing: Hearing) -> None:
    started, lost = threading.Event(), []

    def makes(_task: Task) -> str:
        started.set()
        return "an open file"

    hearing.run("makes", makes, lost.append)
    assert started.wait(5)
    hearing.lane.close()
    assert lost == ["an open file"]
    QCoreApplication.processEvents()
    assert hearing.said == []
    assert lost == ["an open file"]


def test_work_may_give_itself_up(qtbot: Any, hearing: Hearing) -> None:
    def gives_up(_task: Task) -> None:
        raise Cancelled

    hearing.run("gives up", gives_up)
    _settled(qtbot, hearing)
    assert hearing.said == []


def test_progress_is_throttled(
    qtbot: Any, hearing: Hearing, monkeypatch: pytest.MonkeyPatch
) -> None:
    clock = [100.0]
    monkeypatch.setattr(work.time, "monotonic", lambda: clock[0])

    def ticks(task: Task) -> None:
        for k in range(1000):
            task.tick(k, 1000, "row")
            task.tick(k, 1000)  # no words: only a place to stop
            clock[0] += 0.001

    hearing.run("ticks", ticks)
    _settled(qtbot, hearing)
    steps = [said[1] for said in hearing.said if len(said) == 4]
    assert steps[0] == 0
    assert 15 <= len(steps) <= 1000 * 0.001 / work.QUIET + 1


def test_busy_is_told(qtbot: Any, qapp: Any) -> None:  # noqa: ARG001 - as above
    seen: list[list[str]] = []
    lane = Lane("busy", busy=lambda: seen.append([job.words for job in lane.jobs]))
    lane.run("a", lambda _task: None, lambda _value: None, pytest.fail)
    lane.run("b", lambda _task: None, lambda _value: None, pytest.fail)
    qtbot.waitUntil(lambda: not lane.jobs)
    lane.close()
    assert seen[:2] == [["a"], ["a", "b"]]
    assert seen[-1] == []


@pytest.mark.skipif(sys.platform != "linux", reason="a priority of each thread is Linux's")
def test_long_work_gives_way_to_the_window(qtbot: QtBot) -> None:
    def niceness(_task: Task) -> int:
        return os.getpriority(os.PRIO_PROCESS, threading.get_native_id())

    seen: dict[str, int] = {}
    for name, start in (("long", give_way), ("short", lambda: None)):
        lane = Lane(name, start)
        lane.run("look", niceness, partial(seen.__setitem__, name), pytest.fail)
        qtbot.waitUntil(lambda name=name: name in seen)
        lane.close()
    ours = os.getpriority(os.PRIO_PROCESS, threading.get_native_id())
    assert seen == {"long": min(ours + GIVEN_WAY, 19), "short": ours}
