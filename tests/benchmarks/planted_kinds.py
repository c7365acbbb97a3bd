"""Planted faults of many kinds: make tables, investigate them, judge, print rates with their n.

``python tests/benchmarks/planted_kinds.py --per-kind 20 --twins 300 [--kinds a,b] [--out F]
[--shard 1/2] [--real] [--rows 100000,300000]``
Seeds derive from the commit (``--base`` overrides); lines already in the output are kept, so that
a stopped run goes on where it was.  ``--real`` plants in columns of public data sets instead.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import numpy as np

sys.path.insert(0, str(Path(__file__).parent))

from planted_kinds.gains import gains
from planted_kinds.kinds import KINDS
from planted_kinds.parts import TIME, WHO, Table, is_text
from planted_kinds.real import SETS
from planted_kinds.summary import summary
from planted_kinds.tables import ROWS, NoHost, make_table
from planted_kinds.twins import DRIFTS
from planted_kinds.verdict import judge
from planted_scale import carry_on, commit_base, rate

Job = tuple[int, str, str, tuple[int, int]]


def write_case(table: Table, folder: Path) -> Any:
    """Write model, log and reference as files; returns the brief."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    from investigators.case import Brief, Place

    table.model.save_model(str(folder / "model.txt"))
    shown = [*table.inputs, *table.segments, *([WHO] if WHO in table.live else [])]
    log: dict[str, Any] = {"id": table.ids}
    if table.timed:
        log["time"] = table.live[TIME].astype("datetime64[s]")
    log |= {name: table.live[name] for name in shown}
    log |= {"score": table.scores, "decision": table.decisions}
    pq.write_table(pa.table({k: _written(v) for k, v in log.items()}), folder / "live.parquet")
    places = {"model": (Place("model.txt"),), "log": (Place("live.parquet"),)}
    if table.with_reference:
        known = [n for n in (*table.inputs, *table.segments) if n in table.reference]
        kept: dict[str, Any] = {n: table.reference[n] for n in known} | {"outcome": table.outcome}
        if table.timed:
            kept["time"] = table.reference[TIME].astype("datetime64[s]")
        columns = {k: _written(v) for k, v in kept.items()}
        pq.write_table(pa.table(columns), folder / "training.parquet")
        places["reference"] = (Place("training.parquet"),)
    columns = {"log.id": ("id",), "log.score": ("score",), "log.decision": ("decision",),
               "log.segment": table.segments}  # fmt: skip
    if table.timed:
        columns["log.time"] = ("time",)
    if WHO in table.live:
        columns["log.subject"] = (WHO,)
    return Brief(
        sources=places,
        columns=columns,
        base=str(folder),
        decision=_picked(table),
        threshold=table.cut,
        above="review",
        below="accept",
        adverse="review",
        zone="UTC",
    )


def _written(values: np.ndarray) -> Any:
    import pyarrow as pa

    if is_text(values):
        return pa.array(list(values), pa.string())
    return pa.array(values, from_pandas=values.dtype == float)


def _picked(table: Table) -> str:
    """A row that carries the first fault, else any row; an id that occurs twice says which."""
    assert table.ids is not None
    rng = np.random.default_rng([table.seed, 3])
    rows = np.flatnonzero(table.truths[0].changed) if table.truths else np.arange(table.n)
    row = int(rng.choice(rows))
    same = np.flatnonzero(table.ids == table.ids[row])
    name = str(table.ids[row])
    return name if same.size == 1 else f"{name}#{int(np.flatnonzero(same == row)[0]) + 1}"


def one(job: Job) -> dict[str, Any]:
    """Make, investigate and judge one table."""
    from investigators import desk
    from investigators.findings import document, encode

    seed, kind, data, rows = job
    whole = time.process_time()
    try:
        table = make_table(seed, kind, data=data, rows=rows)
    except NoHost:
        return {"seed": seed, "kind": kind, "data": data, "skipped": True}
    with tempfile.TemporaryDirectory(prefix="fifthwhy-planted-") as folder:
        brief = write_case(table, Path(folder))
        started, spent = time.perf_counter(), time.process_time()
        with desk.open_case(brief) as opened:
            found = opened.investigate()
            leads = json.loads(encode(document(found)))["leads"]
        seconds, spent = time.perf_counter() - started, time.process_time() - spent
    line = judge(table, leads, [gains(table, truth) for truth in table.truths])
    return line | {
        "failed": [check.id for check in found.checks if check.verdict == "error"],
        "conclusion": found.conclusion,
        "seconds": round(seconds, 2),
        "cpu": round(spent, 2),
        "cpu_whole": round(time.process_time() - whole, 2),
    }


def jobs_of(options: argparse.Namespace, base: int) -> list[Job]:
    """All tables of a run, evenly mixed, so that a stopped run says something of every kind."""
    kinds = options.kinds.split(",") if options.kinds else list(KINDS)
    unknown = [kind for kind in kinds if kind not in KINDS and not kind.startswith("twin:")]
    if unknown:
        raise SystemExit(f"no such kind: {', '.join(unknown)}; known: {', '.join(KINDS)}")
    low, high = (int(x) for x in options.rows.split(","))
    sets = SETS if options.real else ("drawn",)
    drifts = ("none",) if options.real else DRIFTS  # real data are used untouched
    mixed: list[tuple[float, Job]] = []
    for each, kind in enumerate(kinds):
        for k in range(options.per_kind):
            job = (base + k, kind, sets[(k + each) % len(sets)], (low, high))
            mixed.append(((k + each / len(kinds)) / options.per_kind, job))
    for k in range(options.twins):
        job = (base + k, f"twin:{drifts[k % len(drifts)]}", sets[k % len(sets)], (low, high))
        mixed.append((k / options.twins, job))
    return [job for _, job in sorted(mixed, key=lambda x: (x[0], x[1][1]))]


def main() -> int:
    """Run and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--per-kind", type=int, default=4)
    parser.add_argument("--twins", type=int, default=100)
    parser.add_argument("--kinds", help="names with commas; all when absent")
    parser.add_argument("--real", action="store_true", help="columns of public data sets")
    parser.add_argument("--rows", default=f"{ROWS[0]},{ROWS[1]}", help="fewest and most live rows")
    parser.add_argument("--base", type=int, help="first seed; else from the commit")
    parser.add_argument("--shard", default="1/1", help="K/N: every N-th table from the K-th")
    parser.add_argument("--out", type=Path)
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--list", action="store_true", help="print the kinds and stop")
    options = parser.parse_args()
    if options.list:
        print("\n".join(KINDS))
        return 0
    base = commit_base() if options.base is None else options.base
    part, parts = (int(x) for x in options.shard.split("/"))
    lines: list[dict[str, Any]] = []
    if options.out and options.out.exists():
        lines = [json.loads(text) for text in options.out.read_text().splitlines()]
    known = {(line["seed"], line["kind"], line["data"]) for line in lines}
    todo = [job for job in jobs_of(options, base)[part - 1 :: parts] if job[:3] not in known]
    carry_on(one, todo, lines, options.out, options.workers)
    skipped = [line for line in lines if line.get("skipped")]
    told = [line for line in lines if not line.get("skipped")]
    print(f"seeds from {base}; {len(told)} tables; {len(skipped)} had no column for their kind")
    print(summary(told, frozenset(k.name for k in KINDS.values() if not k.checked), rate))
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
