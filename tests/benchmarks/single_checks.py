"""Runs single checks of a case that is opened once, beside bare reads of what they read.

``checks_alone`` opens the case through the desk in a new process with an empty cache and runs the
checks one after the other, each for every pick, as the program does: what several of them share is
fetched by the first.  Each is said on standard error as it is done; the slowest pick counts.  The
peak is the largest resident memory while the check ran, the opened case included (Linux; elsewhere
that of the process so far).
"""

from __future__ import annotations

import json
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path

from own_process import MIB, Run, run

CLEAR, STATUS = Path("/proc/self/clear_refs"), Path("/proc/self/status")
BARE_COLUMNS = """
import sys, json, duckdb
db = duckdb.connect()
db.execute("SET threads = 2")
numeric = {"DOUBLE", "FLOAT", "BIGINT", "INTEGER", "SMALLINT", "TINYINT"}
for path, names in json.loads(sys.argv[1]).items():
    table = db.read_parquet(path)
    kinds = dict(zip(table.columns, map(str, table.types)))
    cells = [
        f'sum("{n}")' if kinds[n] in numeric else f'sum(length(CAST("{n}" AS VARCHAR)))'
        for n in names or table.columns
    ]
    table.aggregate(", ".join(["count(*)", *cells])).fetchall()
"""
HEADER = (
    f"{'check':<36} {'wall':>9} {'processor':>10} {'peak':>11}   {'bare read':>9} "
    f"{'processor':>10} {'peak':>10}   {'ratio':>6}   limit"
)


@dataclass(frozen=True)
class Spent:
    """What opening, or one check for its slowest pick, took: seconds, seconds, bytes."""

    name: str
    pick: str
    wall: float
    cpu: float
    peak: int
    verdict: str = ""
    sentence: str = ""

    def line(self, bare: Run, seconds: float, peak: int) -> str:
        """One line of the table below ``HEADER``, with the limits and whether they were kept.

        On a busy machine wall seconds say little: a check whose processor seconds are within the
        limit would have kept it on an idle one.
        """
        kept = "NOT KEPT"
        if self.peak <= peak and min(self.wall, self.cpu) <= seconds:
            kept = "kept" if self.wall <= seconds else "kept by processor seconds"
        name = f"{self.name} ({self.pick})" if self.pick else self.name
        return (
            f"{name:<36} {self.wall:7.2f} s {self.cpu:8.2f} s {self.peak / MIB:7,.0f} MiB   "
            f"{bare.wall:7.2f} s {bare.cpu:8.2f} s {bare.peak / MIB:6,.0f} MiB   "
            f"{self.cpu / bare.cpu:4.1f} x   {seconds:.0f} s, {peak // MIB:,} MiB: {kept}"
        )


def checks_alone(case: Path, checks: Sequence[str], picks: Sequence[str] = ("",)) -> list[Spent]:
    """Open a case in a new process and run checks for each pick; opening comes first."""
    with tempfile.TemporaryDirectory() as folder:
        out = Path(folder) / "spent.json"
        run(__file__, str(case), ",".join(checks), str(out), *picks, cache=folder)
        return [Spent(**each) for each in json.loads(out.read_text(encoding="utf-8"))]


def bare_read(columns: Mapping[Path, Sequence[str]]) -> Run:
    """Read columns of Parquet files (all of them where none is named) with the bare engine."""
    named = {str(path): list(names) for path, names in columns.items()}
    with tempfile.TemporaryDirectory() as folder:
        return run("-c", BARE_COLUMNS, json.dumps(named), cache=folder)


def _peak() -> int:
    if STATUS.is_file():
        line = next(x for x in STATUS.read_text().splitlines() if x.startswith("VmHWM"))
        return int(line.split()[1]) * 1024
    import resource

    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss


@contextmanager
def _spending(found: list[Spent], name: str, pick: str) -> Iterator[list[str]]:
    """Measure what happens inside; the list takes what it said (verdict, sentence)."""
    if CLEAR.is_file():
        CLEAR.write_text("5")  # the peak starts again from what is resident now
    said: list[str] = []
    wall, cpu = time.perf_counter(), time.process_time()
    yield said
    took = time.perf_counter() - wall, time.process_time() - cpu
    found.append(Spent(name, pick, *took, _peak(), *said))
    print(f"{name} {pick}: {took[0]:.1f} s, processor {took[1]:.1f} s", file=sys.stderr, flush=True)


def child(case: Path, checks: Sequence[str], out: Path, picks: Sequence[str]) -> None:
    """Run checks in this process and write what they took and said as JSON."""
    spent: list[Spent] = []
    with _spending(spent, "opening", ""):
        from investigators import desk, shelf
        from investigators.running import run_check
        from investigators.task import Task

        opened = desk.open_case(case)
    with opened:
        known = {each.id: each for each in shelf.checks()}
        for check in checks:
            found: list[Spent] = []
            for pick in picks:
                here = opened.pick(pick) if pick else opened
                with _spending(found, check, pick) as said:
                    answer = run_check(known[check], here.view, Task()).answer
                    said += [answer.verdict, answer.sentence]
            spent.append(max(found, key=lambda one: one.cpu))
    out.write_text(json.dumps([asdict(one) for one in spent]), encoding="utf-8")


if __name__ == "__main__":
    child(Path(sys.argv[1]), sys.argv[2].split(","), Path(sys.argv[3]), sys.argv[4:])
