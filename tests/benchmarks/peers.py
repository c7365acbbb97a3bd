"""Two drift tools beside ours: ``python tests/benchmarks/peers.py [--make]``.

``--make`` builds an environment of its own for each under ``out/bench/peers`` (some 2 GB in all);
without one a tool is left out.  Two questions: how long they take over the large case and with how
much memory; and which columns they flag in small tables with one planted change of scale, in
drifting twins and in clean ones.  What each is made for stands in the README of this folder.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parent))

from own_process import MIB, ROOT, Failed, Run, TooLong, large_case, run
from scaling import known, measured

PEERS = {
    "evidently": ("evidently", "pandas<3", "pyarrow"),
    # its last release asks for nothing newer, and does not import on anything newer
    "deepchecks": (
        *("deepchecks", "numpy<2", "pandas<2.3", "scikit-learn<1.6"),
        *("category-encoders<2.7", "setuptools<80", "pyarrow<20"),
    ),
}
OURS, MADE, LIMIT_S = "fifthwhy", "made_of.txt", 600.0
KINDS = {"faulty": 1.0, "drifting": 1.0, "clean": 0.5}  # how many of each, in parts of --tables
CATEGORIES = ["merchant", "country", "payment", "device"]


@dataclass
class Asked:
    """One small table: its folder, what is true of it, and the columns each tool flagged.

    ``moved`` is a column that drifts truly (and is not the faulty one); ``clear`` says that the
    fault is worth more than chance and the number of looks, ``named`` that we said the factor.
    """

    folder: Path
    kind: str
    faulty: str | None
    moved: str | None
    said: dict[str, set[str]] = field(default_factory=dict)
    cpu: dict[str, float] = field(default_factory=dict)
    clear: bool = False
    named: bool = False


def make(name: str, folder: Path, packages: tuple[str, ...]) -> None:
    """Make the environment of one tool; say so where it does not install."""
    if stands(folder, packages):
        return
    print(f"making the environment of {name} ...", flush=True)
    subprocess.run([sys.executable, "-m", "venv", str(folder)], check=True)
    install = [str(folder / "bin" / "python"), "-m", "pip", "install", "--quiet", *packages]
    done = subprocess.run(install, check=False, capture_output=True, text=True)
    if done.returncode:
        print(f"{name} does not install: {done.stderr.strip()[-300:]}")
        return
    (folder / MADE).write_text(" ".join(packages), encoding="utf-8")


def stands(folder: Path, packages: tuple[str, ...]) -> bool:
    """Whether the environment was made to its end, and of these very packages."""
    made = folder / MADE
    return made.is_file() and made.read_text(encoding="utf-8") == " ".join(packages)


def tables(count: int, base: int, rows: int, folder: Path) -> Iterator[Asked]:
    """Write tables of each kind with our answer; a twin drifts truly or not at all."""
    from planted_scale import write_case
    from planted_tables import make_table

    for kind, part in KINDS.items():
        seed, made = base, 0
        while made < part * count:
            seed += 1
            table = make_table(seed, faulty=kind == "faulty", rows=rows)
            if (kind == "drifting" and not table.moved) or (kind == "clean" and table.moved):
                continue
            made += 1
            where = folder / f"{kind}_{made:03d}"
            where.mkdir()
            brief, _ = write_case(table, where)
            files = {"reference": "training.parquet", "live": "live.parquet"}
            write_job(where, **files, numbers=table.inputs, categories=[], whole=False)
            faulty = table.fault.column if table.fault is not None else None
            asked = Asked(where, kind, faulty, table.moved if table.moved != faulty else None)
            answer(asked, table, brief)
            yield asked


def write_job(folder: Path, **job: Any) -> None:
    """Say to ``peer_drift.py`` what it is to compare."""
    (folder / "peer.json").write_text(json.dumps(job), encoding="utf-8")


def answer(asked: Asked, table: Any, brief: Any) -> None:
    """Investigate one table: flagged are the columns of moderate and strong leads of a fault."""
    from planted_judge import judge

    from investigators import desk
    from investigators.evidence import DRIFT
    from investigators.findings import document, encode

    started = time.process_time()
    with desk.open_case(brief) as opened:
        leads = json.loads(encode(document(opened.investigate())))["leads"]
    asked.cpu[OURS] = time.process_time() - started
    loud = [lead for lead in leads if lead["strength"] != "weak" and lead["cause"] != DRIFT]
    asked.said[OURS] = {name for lead in loud for name in lead["features"]}
    judged = judge(table, leads, "", 0.0)
    asked.named = judged.named
    if judged.gains is not None:
        asked.clear = judged.gains.detection >= judged.gains.looks + 10


def ask(
    name: str, home: Path, folders: list[Path], limit_s: float | None
) -> tuple[Run, list[dict[str, Any]]]:
    """Let a tool answer all jobs in one process of its own.

    Raises:
        TooLong, Failed: it did not.
    """
    script = str(Path(__file__).parent / "peer_drift.py")
    with tempfile.TemporaryDirectory() as folder:
        out = Path(folder) / "said.jsonl"
        done = run(
            *(script, name, str(out), *map(str, folders)),
            cache=folder,
            python=home / name / "bin" / "python",
            limit_s=limit_s,
        )
        return done, [json.loads(line) for line in out.read_text(encoding="utf-8").splitlines()]


def counts(many: list[Asked], name: str) -> dict[str, tuple[int, int]]:
    """What one tool flagged in tables of one kind, as (so many, of so many).

    Hits are of the faulty column; ``moved`` are columns that drift truly, right for a tool that
    looks for drift; ``still`` are columns that did nothing.
    """
    inputs = 8  # of every planted table
    faulty = [asked for asked in many if asked.faulty]
    moved = [asked for asked in many if asked.moved]
    still = [asked.said[name] - {asked.faulty, asked.moved} for asked in many]
    of_still = inputs * len(many) - len(faulty) - len(moved)
    return {
        "hit": (sum(asked.faulty in asked.said[name] for asked in faulty), len(faulty)),
        "hit, clear": (
            sum(asked.faulty in asked.said[name] for asked in faulty if asked.clear),
            sum(asked.clear for asked in faulty),
        ),
        "moved": (sum(asked.moved in asked.said[name] for asked in moved), len(moved)),
        "still": (sum(map(len, still)), of_still),
        "tables with one": (sum(map(bool, still)), len(many)),
    }


def small(count: int, base: int, rows: int, home: Path, names: list[str]) -> list[dict[str, Any]]:
    """Print and return what every tool flagged in the small tables."""
    lines = []
    with tempfile.TemporaryDirectory(prefix="fifthwhy-peers-") as folder:
        every = list(tables(count, base, rows, Path(folder)))
        answered = [OURS]
        for name in names:
            try:
                _, said = ask(name, home, [asked.folder for asked in every], None)
            except Failed as trouble:
                print(f"{name}: no answer ({trouble})")
                continue
            answered.append(name)
            for asked, one in zip(every, said, strict=True):
                asked.said[name], asked.cpu[name] = set(one["flagged"]), one["cpu"]
    print(f"\n{len(every)} tables, {rows:,} rows, 8 inputs; seeds from {base}")
    for name in answered:
        cpu = sum(asked.cpu[name] for asked in every) / len(every)
        print(f"{name}: {cpu:.2f} processor seconds a table")
        for kind in KINDS:
            found = counts([asked for asked in every if asked.kind == kind], name)
            words = ", ".join(f"{what} {k}/{n}" for what, (k, n) in found.items() if n)
            print(f"  {kind:9} {words}", flush=True)
            lines.append({"tool": name, "kind": kind, "rows": rows, "base": base} | found)
    named = [asked.named for asked in every if asked.faulty]
    print(
        f"the factor: {OURS} names it in {sum(named)}/{len(named)}; the others do not look for it"
    )
    return lines


def large(rows: int, home: Path, names: list[str], cases: Path) -> list[dict[str, Any]]:
    """Print and return how long every tool takes over the large case, from process start."""
    case = large_case(cases, rows)
    # scaling.py may just have measured the same: what it wrote stands here with its commit
    line = known(cases, rows) or measured(case)
    whole = Run(**line["whole"])
    lines: list[dict[str, Any]] = [{"tool": OURS, "rows": rows} | whole.__dict__]
    words = f"all checks, leads, replays {line.get('commit', '')}"
    print(f"{rows:>11,} {OURS:<11} {_cost(whole)}  {words}", flush=True)
    numbers = [f"amount_{i:02d}" for i in range(26)]
    for name in names:
        with tempfile.TemporaryDirectory() as folder:
            write_job(
                Path(folder),
                reference=str((case / "reference.parquet").resolve()),
                live=str((case / "log.parquet").resolve()),
                numbers=numbers,
                categories=CATEGORIES,
                whole=True,
            )
            try:
                done, (said,) = ask(name, home, [Path(folder)], LIMIT_S)
            except (TooLong, Failed) as trouble:
                words = trouble if isinstance(trouble, Failed) else f"stopped at {LIMIT_S:.0f} s"
                print(f"{rows:>11,} {name:<11} {words}", flush=True)
                lines.append({"tool": name, "rows": rows, "failed": str(words)})
                continue
        print(
            f"{rows:>11,} {name:<11} {_cost(done)}  flags {_flags(said)} "
            f"({'; '.join(said['methods'])})",
            flush=True,
        )
        lines.append({"tool": name, "rows": rows} | done.__dict__ | said)
    return lines


def _cost(done: Run) -> str:
    return f"{done.wall:8.1f} s {done.cpu:8.1f} s cpu {done.peak / MIB:8,.0f} MiB"


def _flags(said: dict[str, Any]) -> str:
    return ", ".join(f"{name} {value:.3g}" for name, value in said["flagged"].items()) or "nothing"


def main() -> None:
    """Ask the tools that are there."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--make", action="store_true", help="make the environments first")
    parser.add_argument("--rows", default="100000,1000000", help="large cases, by commas, or 0")
    parser.add_argument(
        "--tables", type=int, default=20, help="small tables of each kind (half as many clean)"
    )
    parser.add_argument("--small-rows", type=int, default=5_000)
    parser.add_argument("--base", type=int, default=20_261_127, help="seed of the small tables")
    parser.add_argument("--folder", type=Path, default=ROOT / "out" / "bench")
    given = parser.parse_args()
    home = given.folder / "peers"
    home.mkdir(parents=True, exist_ok=True)
    if given.make:
        for name, packages in PEERS.items():
            make(name, home / name, packages)
    names = [name for name, packages in PEERS.items() if stands(home / name, packages)]
    for name in sorted(set(PEERS) - set(names)):
        print(f"{name} is left out: it has no environment here (peers.py --make)")
    if not names:
        return
    lines = []
    for rows in (int(n) for n in given.rows.split(",") if int(n)):
        lines += large(rows, home, names, given.folder)
    if given.tables:
        lines += small(given.tables, given.base, given.small_rows, home, names)
    with (given.folder / "peers.jsonl").open("a", encoding="utf-8") as stream:
        stream.writelines(json.dumps(line) + "\n" for line in lines)


if __name__ == "__main__":
    main()
