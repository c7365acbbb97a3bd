"""Runs a Python command line in a process of its own and measures it (Linux and macOS: ``wait4``).

Nothing heavy is imported here, on purpose: where a process is started without a copy of its
parent, the system counts the parent's memory as the first peak of the child.
"""

from __future__ import annotations

import os
import subprocess
import sys
import threading
import time
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
MIB = 2**20
# One log, read once and thrown away, by the engine that the program uses.
BARE_READ = """
import sys, duckdb
db = duckdb.connect()
db.execute("SET threads = 2")
log = db.read_parquet(sys.argv[1])
numeric = {"DOUBLE", "FLOAT", "BIGINT", "INTEGER", "SMALLINT", "TINYINT"}
cells = [
    f'sum("{name}")' if str(kind) in numeric else f'sum(length(CAST("{name}" AS VARCHAR)))'
    for name, kind in zip(log.columns, log.types)
]
log.aggregate(", ".join(["count(*)", *cells])).fetchall()
"""


@dataclass(frozen=True)
class Run:
    """One process: wall and processor seconds, peak resident memory in bytes."""

    wall: float
    cpu: float
    peak: int


class TooLong(Exception):  # noqa: N818 - it is an outcome, not an error
    """The process was stopped at its time limit."""


class Failed(SystemExit):
    """The process failed: that ends the benchmark, unless somebody can go on without it."""


def run(
    *command: str,
    cache: str,
    python: str | Path = sys.executable,
    limit_s: float | None = None,
) -> Run:
    """Run ``python COMMAND`` to its end and measure it.

    Raises:
        TooLong: it was still running after ``limit_s`` seconds (and was stopped).
        Failed: it ended with an error.
    """
    environment = {**os.environ, "FIFTHWHY_CACHE": cache, "PYTHONPATH": str(ROOT)}
    start = time.perf_counter()
    child = subprocess.Popen(
        [str(python), *command],
        env=environment,
        stdout=subprocess.DEVNULL,
    )
    stopped = threading.Event()

    def stop() -> None:
        stopped.set()
        child.kill()

    timer = threading.Timer(limit_s or 0, stop)
    if limit_s is not None:
        timer.start()
    _, status, used = os.wait4(child.pid, 0)
    timer.cancel()
    wall = time.perf_counter() - start
    child.returncode = os.waitstatus_to_exitcode(status)
    if child.returncode and stopped.is_set():
        raise TooLong
    if child.returncode:
        raise Failed(f"{' '.join(command[:3])} ended with {child.returncode}")
    unit = 1 if sys.platform == "darwin" else 1024
    return Run(wall, used.ru_utime + used.ru_stime, used.ru_maxrss * unit)


def large_case(folder: Path, rows: int) -> Path:
    """Have ``big_case.py`` make its case below ``folder`` unless it stands; return its folder."""
    made = folder / f"rows_{rows}"
    run(str(Path(__file__).parent / "big_case.py"), str(made), "--rows", str(rows), cache=str(made))
    return made
