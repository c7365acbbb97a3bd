"""Planted scale changes: make tables, investigate them, judge, print rates with their n.

``python tests/benchmarks/planted_scale.py --faults 100 --sound 300 [--shard 1/2] [--out F]``
Seeds derive from the commit (``--base`` overrides); lines already in the output are kept, so that
a stopped run goes on where it was.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path
from typing import Any

import numpy as np

sys.path.insert(0, str(Path(__file__).parent))

from planted_judge import judge
from planted_tables import Table, make_table

BANDS = ((-np.inf, 0.0), (0.0, 10.0), (10.0, 30.0), (30.0, 100.0), (100.0, np.inf))


def commit_base() -> int:
    """A number from the commit, so that nobody can tune to the seeds."""
    found = subprocess.run(
        ["git", "rev-parse", "HEAD"], capture_output=True, text=True, check=True,
        cwd=Path(__file__).parent,
    )  # fmt: skip
    return int(found.stdout.strip()[:7], 16)


def write_case(table: Table, folder: Path) -> tuple[Any, str]:
    """Write model, log and reference as files; returns the brief and the picked id."""
    import lightgbm
    import pyarrow as pa
    import pyarrow.parquet as pq

    from investigators.case import Brief, Place

    rng = np.random.default_rng([table.seed, 5])
    train = np.column_stack([table.reference[c] for c in table.inputs])
    filled = np.nan_to_num(train)
    ranks = filled.argsort(0).argsort(0) / len(filled) - 0.5
    logit = ranks @ rng.normal(0, 3, len(table.inputs)) - 1.5
    target = rng.random(len(logit)) < 1 / (1 + np.exp(-logit))
    settings = {"objective": "binary", "num_leaves": 15, "verbosity": -1, "num_threads": 1,
                "deterministic": True, "seed": 1}  # fmt: skip
    data = lightgbm.Dataset(
        train, target, feature_name=list(table.inputs), params={"verbosity": -1}
    )
    model = lightgbm.train(settings, data, num_boost_round=30)
    live = np.column_stack([np.asarray(table.live[c], dtype=float) for c in table.inputs])
    score = np.round(model.predict(live, num_threads=1), 4)
    cut = float(np.round(np.quantile(model.predict(train, num_threads=1), 0.9), 3))
    picked = _picked(table, rng)
    log = {"id": [f"r{k}" for k in range(table.n)], **table.live, "score": score}
    log["decision"] = np.where(score >= cut, "review", "accept")
    model.save_model(str(folder / "model.txt"))
    pq.write_table(pa.table(log), folder / "live.parquet")
    pq.write_table(
        pa.table({**table.reference, "outcome": target.astype(int)}), folder / "training.parquet"
    )
    columns = {"log.id": ("id",), "log.score": ("score",), "log.decision": ("decision",),
               "log.segment": table.segments}  # fmt: skip
    if table.timed:
        columns["log.time"] = ("time",)
    brief = Brief(
        sources={
            "model": (Place("model.txt"),),
            "log": (Place("live.parquet"),),
            "reference": (Place("training.parquet"),),
        },
        columns=columns,
        base=str(folder),
        decision=f"r{picked}",
        threshold=cut,
        above="review",
        below="accept",
        adverse="review",
        zone="UTC",
    )
    return brief, f"r{picked}"


def _picked(table: Table, rng: np.random.Generator) -> int:
    if table.fault is None:
        return int(rng.integers(table.n))
    value = np.asarray(table.live[table.fault.column], dtype=float)
    rows = np.flatnonzero(table.fault.rows & np.isfinite(value) & (value != 0))
    return int(rng.choice(rows)) if rows.size else int(rng.integers(table.n))


def one(seed: int, *, faulty: bool) -> dict[str, Any]:
    """Make, investigate and judge one table."""
    from investigators import desk
    from investigators.findings import document, encode

    table = make_table(seed, faulty=faulty)
    with tempfile.TemporaryDirectory(prefix="fifthwhy-planted-") as folder:
        brief, _ = write_case(table, Path(folder))
        started = time.perf_counter()
        with desk.open_case(brief) as opened:
            found = opened.investigate()
            leads = json.loads(encode(document(found)))["leads"]
        seconds = time.perf_counter() - started
    failed = [check.id for check in found.checks if check.verdict == "error"]
    return judge(table, leads, found.conclusion, round(seconds, 2)).line() | {"failed": failed}


def _job(job: tuple[int, bool]) -> dict[str, Any]:
    return one(job[0], faulty=job[1])


def carry_on(
    job: Callable[[Any], dict[str, Any]],
    todo: Sequence[Any],
    lines: list[dict[str, Any]],
    out: Path | None,
    workers: int,
) -> None:
    """Do the jobs in processes; each line is kept in ``out`` at once, so that a run can go on."""
    with ProcessPoolExecutor(workers) as pool:
        for done, line in enumerate(pool.map(job, todo), start=1):
            lines.append(line)
            if out:
                with out.open("a") as stream:
                    stream.write(json.dumps(line) + "\n")
            if done % 20 == 0:
                print(f"{done} of {len(todo)}", file=sys.stderr)


def rate(lines: list[dict[str, Any]], what: str) -> str:
    known = [line for line in lines if line[what] is not None]
    if not known:
        return "      -      "
    hits = sum(bool(line[what]) for line in known)
    return f"{hits / len(known):6.1%} ({hits}/{len(known)})"


def summary(lines: list[dict[str, Any]]) -> str:
    """Rates by band of difficulty, onset coverage and false alarms, each with n."""
    faults = [line for line in lines if line["faulty"]]
    sound = [line for line in lines if not line["faulty"]]
    out = []
    for what, gain, words in (
        ("found", "detection", "detection (first lead names the column)"),
        ("named", "name", "name, where found"),
        ("segment_right", "segment", "segment, where found"),
    ):
        out.append(f"{words}; gain over ln(looks) + 10")
        pool = faults if what == "found" else [line for line in faults if line["found"]]
        for low, high in BANDS:
            band = [
                line
                for line in pool
                if low <= line["gains"][gain] - line["gains"]["looks"] - 10 < high
            ]
            out.append(f"  {low:7g} to {high:7g}: {rate(band, what)}")
        above = [x for x in pool if x["gains"][gain] - x["gains"]["looks"] >= 10]
        out.append(f"  all above       : {rate(above, what)}")
    clear = [x for x in faults if x["found"] and min(x["gains"][g] for g in
             ("detection", "name", "segment")) - x["gains"]["looks"] >= 10]  # fmt: skip
    out.append(f"onset interval holds the truth (all gains clear): {rate(clear, 'onset_right')}")
    for line in lines:
        line["alarm"] = line["loud_wrong"] > 0
    out.append(f"sound tables with a moderate or strong lead: {rate(sound, 'alarm')}")
    for drift in sorted({line["drift"] for line in sound}):
        part = [line for line in sound if line["drift"] == drift]
        out.append(f"  {drift:10s}: {rate(part, 'alarm')}")
    out.append(f"faulty tables with a further, wrong one: {rate(faults, 'alarm')}")
    broken = [f"{line['seed']} ({', '.join(line['failed'])})" for line in lines if line["failed"]]
    out.append(f"tables on which a check itself failed: {len(broken)} {'; '.join(broken[:5])}")
    times = sorted(line["seconds"] for line in lines)
    out.append(f"investigation: median {np.median(times):.2f} s, longest {times[-1]:.2f} s")
    return "\n".join(out)


def main() -> int:
    """Run and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--faults", type=int, default=100)
    parser.add_argument("--sound", type=int, default=300)
    parser.add_argument("--base", type=int)
    parser.add_argument("--shard", default="1/1", help="K/N: every N-th table from the K-th")
    parser.add_argument("--out", type=Path)
    parser.add_argument("--workers", type=int, default=2)
    options = parser.parse_args()
    base = commit_base() if options.base is None else options.base
    part, parts = (int(x) for x in options.shard.split("/"))
    jobs = [(k / options.faults, base + k, True) for k in range(options.faults)]
    jobs += [(k / options.sound, base + k, False) for k in range(options.sound)]
    # evenly mixed, so that a run that is stopped early says something of both
    ordered = [(seed, faulty) for _, seed, faulty in sorted(jobs)][part - 1 :: parts]
    lines: list[dict[str, Any]] = []
    if options.out and options.out.exists():
        lines = [json.loads(text) for text in options.out.read_text().splitlines()]
    known = {(line["seed"], line["faulty"]) for line in lines}
    todo = [job for job in ordered if job not in known]
    carry_on(_job, todo, lines, options.out, options.workers)
    print(f"seeds from {base}; {len(lines)} tables")
    print(summary(lines))
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
