"""Planted groups and screens: make cases, investigate them, judge, print rates with their n.

``python tests/benchmarks/planted_groups.py --per-kind 20 --nulls 500 [--kinds a,b] [--out F]
[--shard 1/2] [--make]``
Seeds derive from the commit (``--base`` overrides); lines already in the output are kept, so that
a stopped run goes on where it was.  ``--make`` makes the environment of the ``sliceline`` package
first (below ``out/bench/peers``); without one it is left out.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import numpy as np

sys.path.insert(0, str(Path(__file__).parent))

from own_process import ROOT
from peers import make, stands
from planted_groups_kinds.literals import literals, uncorrected
from planted_groups_kinds.nulls import NULLS
from planted_groups_kinds.parts import KINDS, REQUEST, TIME, WHO, Table
from planted_groups_kinds.screens import EVENTS, OWN
from planted_groups_kinds.summary import summary
from planted_groups_kinds.tables import make_table
from planted_groups_kinds.verdict import judge, same
from planted_kinds.parts import Rows, is_text
from planted_scale import carry_on, commit_base, rate

Job = tuple[int, str, tuple[int, int] | None]
SLICELINE = ("sliceline",)
HOME = ROOT / "out" / "bench" / "peers" / "sliceline"
LIMIT_S = 120
TIMES = frozenset({TIME, "at"})


def write_case(table: Table, folder: Path) -> Any:
    """Write model, log, training, events, items and policy as files; returns the brief."""
    from investigators.case import Brief, Place

    table.model.save_model(str(folder / "model.txt"))
    log = {name: values for name, values in table.log.items() if name not in _UNLOGGED}
    log["score"] = table.scores
    if not table.regression:
        log["decision"] = np.where(table.adverse, "review", "accept").astype(object)
    _write(log, folder / "live.parquet")
    training = {n: v for n, v in table.reference.items() if n in table.log or n == TIME}
    _write(training | {"outcome": table.outcome}, folder / "training.parquet")
    places: dict[Any, Any] = {
        "model": (Place("model.txt"),), "log": (Place("live.parquet"),),
        "reference": (Place("training.parquet"),),
    }  # fmt: skip
    columns = {"log.id": ("id",), "log.score": ("score",), "log.time": (TIME,),
               "log.subject": (WHO,), "log.segment": table.segments}  # fmt: skip
    columns |= {f"log.{n}": (n,) for n in ("decision", "outcome", "live_test") if n in log}
    if table.events is not None:
        _write({name: table.events[name] for name in EVENTS}, folder / "screens.parquet")
        assert table.items is not None
        _write(table.items, folder / "items.parquet")
        places |= {"ui_events": (Place("screens.parquet"),), "lookup": (Place("items.parquet"),)}
        columns |= {"log.session": ("visit",), "log.model_version": ("model_version",)}
        columns |= {f"ui_events.{role}": (name,) for role, name in _ROLES.items()}
    if table.policy is not None:
        (folder / "policy.yaml").write_text(table.policy, encoding="utf-8")
        places["policy"] = (Place("policy.yaml"),)
    ruled = table.policy is None and not table.regression
    return Brief(
        sources=places,
        columns=columns,
        base=str(folder),
        decision=table.decision,
        threshold=table.cut if ruled else None,
        above="review" if ruled else None,
        below="accept" if ruled else None,
        adverse=None if table.regression else "review",
        components=(OWN,) if table.events is not None else (),
        zone="UTC",
    )


_UNLOGGED = frozenset({"_title", "device"})
_ROLES = {"event": "event_id", "request": REQUEST, "time": "at", "subject": WHO, "session": "visit",
          "component": "component", "title": "title", "position": "position", "item": "item",
          "text": "text", "decision": "label", "service": "service", "model_version": "version",
          "cached": "cached", "device": "device", "app_version": "app", "locale": "locale",
          "arm": "arm"}  # fmt: skip


def _write(columns: Rows, path: Path) -> None:
    import pyarrow as pa
    import pyarrow.parquet as pq

    pq.write_table(pa.table({name: _written(name, v) for name, v in columns.items()}), path)


def _written(name: str, values: np.ndarray) -> Any:
    import pyarrow as pa

    if name in TIMES:
        return values.astype("datetime64[s]")
    if is_text(values):
        return pa.array([None if v is None else str(v) for v in values], pa.string())
    return pa.array(values, from_pandas=values.dtype == float)


def others(table: Table) -> dict[str, Any]:
    """What the other two searches say of the same decisions; nothing where none is known wrong."""
    if table.regression or not table.seen.any():
        return {}
    wrong = table.adverse != (table.log["outcome"] == 1)
    raised, rows = uncorrected(table, wrong & table.seen)
    truth = table.truth.rows if table.truth is not None else None
    hit = rows is not None and truth is not None and same(rows, truth)
    found: dict[str, Any] = {"plain": {"raised": raised, "hit": hit}}
    if stands(HOME, SLICELINE):
        found["sliceline"] = _sliceline(table, wrong)
    return found


def _sliceline(table: Table, wrong: np.ndarray) -> dict[str, Any]:
    """Ask the package in its own Python; ``failed`` where it gave no answer in time."""
    seen = table.seen
    with tempfile.TemporaryDirectory() as folder:
        given, out = Path(folder) / "given.npz", Path(folder) / "out.npz"
        np.savez(given, codes=literals(table).codes[seen], errors=wrong[seen])
        script = str(Path(__file__).parent / "peer_slices.py")
        command = [str(HOME / "bin" / "python"), script, str(given), str(out)]
        try:
            subprocess.run(command, check=True, timeout=LIMIT_S, capture_output=True)
        except (subprocess.TimeoutExpired, subprocess.CalledProcessError) as trouble:
            return {"failed": type(trouble).__name__, "raised": False, "hit": False}
        with np.load(out) as held:
            rows = held["rows"]
    truth = (
        table.truth.rows[seen] if table.truth is not None and table.truth.rows is not None else None
    )
    hit = bool(rows.size) and truth is not None and same(rows, truth)
    return {"raised": bool(rows.size), "hit": hit}


def one(job: Job) -> dict[str, Any]:
    """Make, investigate and judge one table."""
    from investigators import desk
    from investigators.findings import document, encode

    seed, kind, rows = job
    whole = time.process_time()
    table = make_table(seed, kind, rows)
    with tempfile.TemporaryDirectory(prefix="fifthwhy-groups-") as folder:
        brief = write_case(table, Path(folder))
        spent = time.process_time()
        with desk.open_case(brief) as opened:
            found = opened.investigate()
            told = json.loads(encode(document(found)))
        spent = time.process_time() - spent
    line = judge(table, told["leads"], told["findings"])
    asked = table.truth is None or table.truth.hidden
    return line | (others(table) if asked else {}) | {
        "failed": [check.id for check in found.checks if check.verdict == "error"],
        "conclusion": found.conclusion,
        "decision": table.decision,
        "cpu": round(spent, 2),
        "cpu_whole": round(time.process_time() - whole, 2),
    }  # fmt: skip


def jobs_of(options: argparse.Namespace, base: int) -> list[Job]:
    """All tables of a run, evenly mixed, so that a stopped run says something of every kind."""
    kinds = options.kinds.split(",") if options.kinds else list(KINDS)
    unknown = [kind for kind in kinds if kind not in {*KINDS, *NULLS}]
    if unknown:
        raise SystemExit(f"no such kind: {', '.join(unknown)}; --list names them")
    rows = tuple(int(x) for x in options.rows.split(",")) if options.rows else None
    mixed: list[tuple[float, Job]] = []
    for each, kind in enumerate(kinds):
        for k in range(options.per_kind):
            job = (base + k, kind, rows)
            mixed.append(((k + each / len(kinds)) / options.per_kind, job))
    names = list(NULLS)
    mixed += [
        (k / options.nulls, (base + k, names[k % len(names)], rows)) for k in range(options.nulls)
    ]
    return [job for _, job in sorted(mixed, key=lambda x: (x[0], x[1][1]))]


def main() -> int:
    """Run and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--per-kind", type=int, default=4)
    parser.add_argument("--nulls", type=int, default=100)
    parser.add_argument("--kinds", help="names with commas; all when absent")
    parser.add_argument("--rows", help="fewest and most rows of the log; else each kind's own")
    parser.add_argument("--base", type=int, help="first seed; else from the commit")
    parser.add_argument("--shard", default="1/1", help="K/N: every N-th table from the K-th")
    parser.add_argument("--out", type=Path)
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--make", action="store_true", help="make sliceline's environment first")
    parser.add_argument("--list", action="store_true", help="print the kinds and stop")
    options = parser.parse_args()
    if options.list:
        print("\n".join((*KINDS, *NULLS)))
        return 0
    if options.make:
        HOME.parent.mkdir(parents=True, exist_ok=True)
        make("sliceline", HOME, SLICELINE)
    base = commit_base() if options.base is None else options.base
    part, parts = (int(x) for x in options.shard.split("/"))
    lines: list[dict[str, Any]] = []
    if options.out and options.out.exists():
        lines = [json.loads(text) for text in options.out.read_text().splitlines()]
    known = {(line["seed"], line["kind"]) for line in lines}
    todo = [job for job in jobs_of(options, base)[part - 1 :: parts] if job[:2] not in known]
    carry_on(one, todo, lines, options.out, options.workers)
    left = "" if stands(HOME, SLICELINE) else "sliceline is left out: no environment (--make)"
    print(f"seeds from {base}; {len(lines)} tables, {len({x['kind'] for x in lines})} kinds")
    print(summary(lines, rate, left))
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
