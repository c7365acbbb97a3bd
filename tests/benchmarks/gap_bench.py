"""The longest gap of the GUI thread: ``python tests/benchmarks/gap_bench.py [--rows N] [--where]``.

The whole window without a display on the case of :mod:`big_case`: start page, open, checks, another
decision, timeline, report, export.  A timer of 5 ms on the GUI thread tells how long the window
could not have answered in each step; beside the worst gap stands the processor time that the GUI
thread itself used in it (the rest it waited: for the interpreter's lock, or for a busy machine).
``--where`` looks from another thread at what the GUI thread does in a long gap, and prints it.
"""

from __future__ import annotations

import argparse
import gc
import os
import sys
import tempfile
import threading
import time
import traceback
from collections import Counter
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))
if TYPE_CHECKING:
    from app.window import Window

ROWS, LIMIT_MS, TICK_MS, LONG_MS, PATIENCE = 100_000, 150, 5, 60, 600


class Gaps:
    """How long the GUI thread was away between two ticks."""

    def __init__(self, *, where: bool) -> None:
        from PySide6.QtCore import QTimer

        # seconds by the clock, at work in this thread, at work in the whole process
        self.seen: list[tuple[float, float, float]] = []
        self.worst = 0.0
        self._last, self._used, self._all = 0.0, 0.0, 0.0
        self._timer = QTimer()
        self._timer.setInterval(TICK_MS)
        self._timer.timeout.connect(self._tick)
        self._timer.start()
        self.places: Counter[str] = Counter()
        if where:
            mine = threading.get_ident()
            threading.Thread(target=self._watch, args=(mine,), daemon=True).start()

    def _tick(self) -> None:
        now, used, everything = time.perf_counter(), time.thread_time(), time.process_time()
        if self._last:
            gap = (now - self._last, used - self._used, everything - self._all)
            self.seen.append(gap)
        self._last, self._used, self._all = now, used, everything

    def _watch(self, thread: int) -> None:
        while True:
            time.sleep(TICK_MS / 1e3)
            frame = sys._current_frames().get(thread)
            if frame is not None and 0 < self._last < time.perf_counter() - LONG_MS / 1e3:
                stack = traceback.extract_stack(frame)
                ours = [f for f in stack if "app/" in f.filename] or stack
                lines = [f"{Path(f.filename).name}:{f.lineno} {f.name}" for f in ours[-3:]]
                self.places[" > ".join(lines)] += 1

    def step(self, name: str, action: Callable[[], object], until: Callable[[], object]) -> None:
        """Do something, wait until it is done, and print the gaps."""
        from PySide6.QtWidgets import QApplication

        self.seen.clear()
        self.places.clear()
        start = time.perf_counter()
        action()
        done = 0.0
        while not done or time.perf_counter() - done < 0.3:
            QApplication.processEvents()
            time.sleep(0.0005)
            done = done or (time.perf_counter() if until() else 0.0)
            assert time.perf_counter() - start < PATIENCE, f"{name}: not done"
        worst, used, everything = max(self.seen)
        self.worst = max(self.worst, worst)
        kept = "kept" if worst * 1e3 <= LIMIT_MS else "NOT KEPT"
        busiest = max(each[1] for each in self.seen)
        print(
            f"{name:<22} {(done - start) * 1e3:7.0f} ms; worst gap {worst * 1e3:4.0f} ms "
            f"(this thread worked {used * 1e3:4.0f} ms of it, the process "
            f"{everything * 1e3:4.0f} ms), most work between two turns "
            f"{busiest * 1e3:4.0f} ms   {LIMIT_MS} ms: {kept}",
            flush=True,
        )
        for place, times in self.places.most_common(6):
            print(f"    about {times * TICK_MS:4} ms  {place}")


def walk(case: Path, *, where: bool) -> None:
    """Go from the start page to the exported report."""
    gc.disable()  # as app.main does
    from app import start

    app = start.application(dressed=False)
    with ExitStack() as held:
        window = start.prepared(app, [], held)
        gaps = Gaps(where=where)
        _walk(window, case, gaps)
        window.close()
    print(f"worst of all {gaps.worst * 1e3:.0f} ms, load {os.getloadavg()[0]:.1f}")


def _walk(window: Window, case: Path, gaps: Gaps) -> None:
    gaps.step("start page", window.show, lambda: _stands(window))
    session = window.session

    def found() -> bool:
        state = session.state
        return state.found is not None and state.explanation is not None and not state.busy

    gaps.step("open", lambda: session.open_files([str(case)]), lambda: session.state.case)
    gaps.step("checks", lambda: None, found)
    gaps.step("another decision", lambda: window.step(1), lambda: session.state.explanation)
    gaps.step("its checks", lambda: None, found)
    gaps.step("timeline", lambda: window.show_tab(1), window.timeline.list.rowCount)
    written = window.report.page.document
    gaps.step("report", lambda: window.show_tab(2), lambda: not written().isEmpty())
    with tempfile.TemporaryDirectory() as folder:
        _export(window, gaps, Path(folder))
    gaps.step("close the case", lambda: window.act("close_case"), lambda: not session.state.busy)


def _stands(window: Window) -> bool:
    facts = window.start._facts.values()
    return "columns" in vars(window) and all("requests" in each.text() for each in facts)


def _export(window: Window, gaps: Gaps, folder: Path) -> None:
    from app.dialogs.export import ExportDialog

    made: list[ExportDialog] = []

    def show() -> None:
        made.append(ExportDialog(window, window.session))
        made[0].folder.setText(str(folder))
        made[0].open()

    gaps.step("export: the dialog", show, lambda: made and made[0].isVisible())
    gaps.step("export: the files", made[0].write.click, (folder / "report.html").is_file)
    gaps.step("export: close", made[0].accept, lambda: not made[0].isVisible())
    made[0].deleteLater()


def main() -> None:
    """Print the gaps step by step."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=ROWS)
    parser.add_argument("--where", action="store_true", help="say what the thread did in a gap")
    parser.add_argument("--folder", type=Path, default=ROOT / "out" / "bench")
    given = parser.parse_args()
    from big_case import make

    case = make(given.folder / f"rows_{given.rows}", given.rows) / "case.toml"
    with tempfile.TemporaryDirectory() as home:
        os.environ["FIFTHWHY_HOME"], os.environ["FIFTHWHY_CACHE"] = home, f"{home}/cache"
        print(f"{given.rows:,} rows; {os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}")
        walk(case, where=given.where)


if __name__ == "__main__":
    main()
