"""How the time of all checks grows with the log: ``python tests/benchmarks/scaling.py``.

``--rows 10000,1000000,10000000`` names the sizes (of 10,000 to 10,000,000; up to a million when
nothing is said; ``--ten-million`` adds 3 and 10 million, which take some 3.5 GB of disk).  Every
size is the case of ``big_case.py``: thirty inputs, a reference of 200,000 rows, Parquet.  It is
investigated in a process of its own with an empty cache, beside a bare read of the same log.

Columns: opening (imports, files, profile); first answer after it; all checks after it (first to
last answer, whether the score is reproduced with them), wall and processor seconds; the whole from
process start (opening, checks, leads with their replays, explanation; no report written); peak
memory.  A limit stands beside what it is for and is printed as kept or not, never asserted; the
limits are of an idle machine with two cores, so the load is printed with them.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import tempfile
import time
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from own_process import BARE_READ, MIB, ROOT, Run, large_case, run

LINES = "scaling.jsonl"
USUAL, LARGE = (10_000, 100_000, 1_000_000), (3_000_000, 10_000_000)


@dataclass(frozen=True)
class Limits:
    """What is asked of a size: seconds of all checks and of the first answer, bytes at the peak."""

    checks_s: float | None
    first_s: float | None
    peak: int


LIMITS = {
    1_000_000: Limits(60, 3, 4096 * MIB),
    10_000_000: Limits(None, None, 8192 * MIB),
}


def child(case: Path, out: Path) -> None:
    """Investigate in this process and write what each part took as JSON."""
    started, cpu = time.perf_counter(), time.process_time()
    from investigators import desk

    checks: list[tuple[str, float, float]] = []
    with desk.open_case(case) as opened:
        at, used = time.perf_counter(), time.process_time()
        last = [at, used]

        def stream(answered: Any) -> None:
            now = [time.perf_counter(), time.process_time()]
            checks.append((answered.answer.id, now[0] - last[0], now[1] - last[1]))
            last[:] = now

        found = opened.investigate(stream=stream)
    parts = {
        "opening_s": at - started,
        "opening_cpu_s": used - cpu,
        "first_s": checks[0][1],
        "first_cpu_s": checks[0][2],
        "checks_s": last[0] - at,
        "checks_cpu_s": last[1] - used,
        "checks": checks,
        "conclusion": found.conclusion,
        "first_lead": found.leads[0].statement if found.leads else "",
        "failed": [check.id for check in found.checks if check.verdict == "error"],
    }
    out.write_text(json.dumps(parts), encoding="utf-8")


def measured(case: Path) -> dict[str, Any]:
    """Investigate a case in a process of its own, then read its log barely; seconds and bytes."""
    with tempfile.TemporaryDirectory() as folder:
        out = Path(folder) / "parts.json"
        whole = run(__file__, "--child", str(case / "case.toml"), str(out), cache=folder)
        parts: dict[str, Any] = json.loads(out.read_text(encoding="utf-8"))
        bare = run("-c", BARE_READ, str(case / "log.parquet"), cache=folder)
    return parts | {"whole": asdict(whole), "bare": asdict(bare)}


def known(folder: Path, rows: int) -> dict[str, Any] | None:
    """The newest line of a size that was measured before; ``None`` when there is none."""
    if not (folder / LINES).is_file():
        return None
    lines = map(json.loads, (folder / LINES).read_text(encoding="utf-8").splitlines())
    return next((line for line in reversed(list(lines)) if line["rows"] == rows), None)


def verdict(rows: int, line: dict[str, Any]) -> str:
    """The limits of this size beside whether they were kept, with the load of the machine."""
    load = f"load {line['load']:.1f}"
    limits = LIMITS.get(rows)
    if limits is None:
        return load
    asked = (
        ("checks", "s", line["checks_s"], limits.checks_s),
        ("first", "s", line["first_s"], limits.first_s),
        ("peak", "MiB", line["whole"]["peak"] / MIB, limits.peak / MIB),
    )
    return f"{load}; " + "; ".join(
        f"{what} {limit:,.0f} {unit}: {'kept' if value <= limit else 'NOT KEPT'}"
        for what, unit, value, limit in asked
        if limit is not None
    )


def row(rows: int, line: dict[str, Any]) -> str:
    """One line of the table."""
    whole, bare = Run(**line["whole"]), Run(**line["bare"])
    return (
        f"{rows:>11,} {line['opening_s']:8.1f} {line['first_s']:8.1f} {line['first_cpu_s']:8.1f} "
        f"{line['checks_s']:8.1f} {line['checks_cpu_s']:8.1f} "
        f"{whole.wall:8.1f} {whole.cpu:8.1f} {whole.peak / MIB:8,.0f} "
        f"{bare.wall:8.2f} {bare.peak / MIB:6,.0f}  {verdict(rows, line)}"
    )


def slowest(line: dict[str, Any], count: int = 5) -> str:
    """The checks that took the most processor seconds."""
    most = sorted(line["checks"], key=lambda one: -one[2])[:count]
    return ", ".join(f"{name} {wall:.1f} ({cpu:.1f})" for name, wall, cpu in most)


def _commit() -> str:
    found = subprocess.run(
        ["git", "rev-parse", "--short", "HEAD"],
        capture_output=True,
        text=True,
        check=False,
        cwd=ROOT,
    )
    return found.stdout.strip()


def main() -> None:
    """Print the table; append one JSON line for each size."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", default=",".join(str(n) for n in USUAL), help="sizes, by commas")
    parser.add_argument("--ten-million", action="store_true", help="3 and 10 million too")
    parser.add_argument("--folder", type=Path, default=ROOT / "out" / "bench")
    parser.add_argument("--child", nargs=2, type=Path, metavar=("CASE", "OUT"))
    given = parser.parse_args()
    if given.child:
        child(*given.child)
        return
    sizes = sorted({int(n) for n in given.rows.split(",")} | set(LARGE * given.ten_million))
    given.folder.mkdir(parents=True, exist_ok=True)
    print(f"{os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}; seconds, MiB")
    print(
        f"{'rows':>11} {'opening':>8} {'first':>8} {'cpu':>8} {'checks':>8} {'cpu':>8} "
        f"{'whole':>8} {'cpu':>8} {'peak':>8} {'bare':>8} {'peak':>6}  limits"
    )
    for rows in sizes:
        case = large_case(given.folder, rows)
        about = {"rows": rows, "commit": _commit(), "cores": os.cpu_count()}
        line = about | measured(case) | {"load": os.getloadavg()[0]}
        with (given.folder / LINES).open("a", encoding="utf-8") as stream:
            stream.write(json.dumps(line) + "\n")
        print(row(rows, line), flush=True)
        print(f"{'':>11}   most: {slowest(line)}", flush=True)
        if line["failed"]:
            print(f"{'':>11}   FAILED: {', '.join(line['failed'])}", flush=True)


if __name__ == "__main__":
    main()
