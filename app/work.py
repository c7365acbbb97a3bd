"""Work off the GUI thread: two lanes, each one thread, and a bridge back.

The case lane opens, investigates, repairs and exports; the view lane pages, explains and looks up,
so that a pick is answered while checks run.  Results, progress and failures arrive on the GUI
thread; whoever is not interested any more cancels the task and hears nothing further.
"""

from __future__ import annotations

import os
import sys
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from functools import partial

from PySide6.QtCore import QObject, Qt, Signal

from investigators.task import Cancelled, Task

GIVEN_WAY = 5  # niceness: a third of the window's share where both want the processor
QUIET = 0.05  # seconds between two words of progress


def give_way() -> None:
    """Let the window go first on a busy processor: long work is of this thread.

    Linux has a priority for each thread (and those that the engine starts from here inherit it);
    elsewhere threads of one process share one, and nothing is done.
    """
    if sys.platform == "linux":
        mine = threading.get_native_id()
        now = os.getpriority(os.PRIO_PROCESS, mine)
        os.setpriority(os.PRIO_PROCESS, mine, min(now + GIVEN_WAY, 19))


def told[T](over: threading.Event, work: Callable[[Task], T]) -> Callable[[Task], T]:
    """Return ``work`` that sets ``over`` when it has ended, well or badly."""

    def telling(task: Task) -> T:
        try:
            return work(task)
        finally:
            over.set()

    return telling


class Bridge(QObject):
    """Carries a call to the GUI thread."""

    call = Signal(object)

    def __init__(self) -> None:
        super().__init__()
        self.call.connect(lambda work: work(), Qt.ConnectionType.QueuedConnection)


@dataclass
class Job:
    """One piece of work under way."""

    task: Task
    words: str
    over: bool = False
    drop: Callable[[], None] = lambda: None

    def cancel(self) -> None:
        """Ask it to stop; nothing of it is delivered any more."""
        self.over = True
        self.task.cancel()


@dataclass
class Lane:
    """One thread that takes jobs in turn."""

    name: str
    start: Callable[[], None] = lambda: None
    progress: Callable[[Job, int, int, str], None] = lambda *_: None
    busy: Callable[[], None] = lambda: None
    jobs: list[Job] = field(default_factory=list)
    closed: bool = False

    def __post_init__(self) -> None:
        self._pool = ThreadPoolExecutor(
            1, thread_name_prefix=f"fifthwhy-{self.name}", initializer=self.start
        )
        self._bridge = Bridge()
        self._undelivered: list[Job] = []

    def run[T](
        self,
        words: str,
        work: Callable[[Task], T],
        done: Callable[[T], None],
        failed: Callable[[Exception], None],
        lost: Callable[[T], object] = lambda _value: None,
    ) -> Job:
        """Do ``work`` in this lane; ``done`` or ``failed`` is called on the GUI thread.

        A cancelled job calls neither; ``lost`` gets what it made all the same (open files).
        """
        last = [0.0]
        job = Job(Task(lambda *tick: self._tick(job, last, *tick)), words)
        if self.closed:  # the window is going: nobody is there to hear of it
            job.cancel()
            return job
        self.jobs.append(job)
        self.busy()
        self._undelivered.append(job)
        self._pool.submit(self._do, job, work, done, failed, lost)
        return job

    def after(
        self,
        work: Callable[[], None],
        done: Callable[[], None],
        failed: Callable[[Exception], None],
    ) -> None:
        """Do ``work`` after all that is under way or waits now; :meth:`cancel` passes over it."""
        job = self.run("", lambda _task: work(), lambda _none: done(), failed)
        if job in self.jobs:
            self.jobs.remove(job)

    def say(self, call: Callable[[], None]) -> None:
        """Run ``call`` on the GUI thread (from the lane's own thread)."""
        self._bridge.call.emit(call)

    def _tick(self, job: Job, last: list[float], done: int, total: int, words: str) -> None:
        now = time.monotonic()
        if words and now - last[0] >= QUIET:
            last[0] = now
            self.say(lambda: None if job.over else self.progress(job, done, total, words))

    def _do[T](
        self,
        job: Job,
        work: Callable[[Task], T],
        done: Callable[[T], None],
        failed: Callable[[Exception], None],
        lost: Callable[[T], object],
    ) -> None:
        try:
            job.task.tick()
            value = work(job.task)
        except Cancelled:
            self.say(lambda: self._end(job, lambda: None))
        except Exception as error:  # noqa: BLE001 - carried to the GUI thread, which shows and logs it
            fault = error
            self.say(lambda: self._end(job, lambda: failed(fault)))
        else:
            job.drop = partial(_drop, lost, value)
            self.say(lambda: self._end(job, lambda: done(value)))

    def _end(self, job: Job, then: Callable[[], None]) -> None:
        if job not in self._undelivered:
            return  # the lane was closed meanwhile
        self._undelivered.remove(job)
        if job in self.jobs:
            self.jobs.remove(job)
        wanted = not job.over
        job.over = True
        self.busy()
        if wanted:
            then()
        else:
            job.drop()

    def cancel(self) -> None:
        """Cancel whatever is under way or waits."""
        for job in list(self.jobs):
            job.cancel()
        self.jobs.clear()
        self.busy()

    def close(self) -> None:
        """Cancel everything and wait for the thread to end."""
        self.closed = True
        self.cancel()
        self._pool.shutdown(wait=True, cancel_futures=True)
        while self._undelivered:
            self._undelivered.pop().drop()


def _drop[T](lost: Callable[[T], object], value: T) -> None:
    lost(value)
