"""Time to the first painted window beside a bare one: ``python tests/benchmarks/first_paint.py``.

Processes of both kinds, one after the other in turn, each timed from its start until everything in
its window was painted once; medians and the ratio are printed, and whether the ratio was kept.
"""

from __future__ import annotations

import argparse
import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
WANTED = 1.5
OURS = """
import gc, os
import app.main
gc.disable()  # as app.main does
from PySide6.QtCore import QTimer
from app import start

class Timed(start.Window):
    def paintEvent(self, event):
        super().paintEvent(event)
        QTimer.singleShot(0, lambda: os._exit(0))

start.Window = Timed
start.run([])
"""
BARE = """
import os
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication, QLabel, QMainWindow

class Timed(QMainWindow):
    def paintEvent(self, event):
        super().paintEvent(event)
        QTimer.singleShot(0, lambda: os._exit(0))

app = QApplication([])
window = Timed()
window.setCentralWidget(QLabel("Fifth Why"))
window.resize(1366, 768)
window.show()
app.exec()
"""


def _seconds(script: str, home: str) -> float:
    kept = {k: v for k, v in os.environ.items() if k != "PYTHONDONTWRITEBYTECODE"}
    environment = {
        **kept,
        "FIFTHWHY_HOME": home,
        "PYTHONPYCACHEPREFIX": f"{home}/compiled",  # as after a first start, wherever this runs
        "PYTHONPATH": str(ROOT),
        "QT_QPA_PLATFORM": "offscreen",
    }
    start = time.perf_counter()
    subprocess.run([sys.executable, "-c", script], env=environment, check=True, timeout=120)
    return time.perf_counter() - start


def main() -> None:
    """Print both medians and their ratio."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--times", type=int, default=15, help="processes of each kind")
    given = parser.parse_args()
    ours, bare = [], []
    with tempfile.TemporaryDirectory() as home:
        for script in (OURS, BARE) * 2:  # compiled and in the disk cache
            _seconds(script, home)
        for _ in range(given.times):
            ours.append(_seconds(OURS, home))
            bare.append(_seconds(BARE, home))
    first, second = statistics.median(ours), statistics.median(bare)
    ratio = statistics.median(a / b for a, b in zip(ours, bare, strict=True))
    kept = "kept" if ratio <= WANTED else "NOT KEPT"
    print(
        f"first paint {first:.3f} s, bare window {second:.3f} s, ratio {ratio:.2f} "
        f"(median of {given.times} pairs, load {os.getloadavg()[0]:.1f})   {WANTED}: {kept}"
    )


if __name__ == "__main__":
    main()
