"""Times investigations and the explanation of one row: ``python tests/benchmarks/bench.py``.

Every investigation runs in a process of its own with an empty cache and is timed from its start;
its peak memory is what the system says (``wait4``, so Linux and macOS only).  Beside it stands a
bare read of the same log in a process of its own: count, and sum or length of every column.
"""

from __future__ import annotations

import argparse
import os
import statistics
import sys
import tempfile
import time
import tomllib
from collections.abc import Callable
from pathlib import Path

from own_process import BARE_READ, MIB, ROOT, large_case, run

REPEATS = 31


def investigation(name: str, case: Path, limit_s: float, limit_bytes: int, times: int) -> None:
    """Print one investigation beside a bare read of its log: medians of ``times`` runs."""
    with case.open("rb") as file:
        log = case.parent / tomllib.load(file)["log"]["file"]
    done, bare = [], []
    for _ in range(times):
        with tempfile.TemporaryDirectory() as folder:
            out = str(Path(folder) / "out")
            command = ("-m", "investigators", "investigate", str(case), "--out", out, "--quiet")
            done.append(run(*command, cache=str(Path(folder) / "cache")))
            bare.append(run("-c", BARE_READ, str(log), cache=folder))
    wall = statistics.median(one.wall for one in done)
    cpu = statistics.median(one.cpu for one in done)
    peak = max(one.peak for one in done)
    read = statistics.median(one.wall for one in bare)
    kept = "kept" if wall <= limit_s and peak <= limit_bytes else "NOT KEPT"
    print(
        f"{name:<32} {wall:8.2f} s {cpu:8.2f} s {peak / MIB:8.0f} MiB   "
        f"{read:6.2f} s {max(one.peak for one in bare) / MIB:6.0f} MiB {wall / read:7.1f} x   "
        f"{limit_s:.0f} s, {limit_bytes / MIB:.0f} MiB: {kept}",
        flush=True,
    )


def _median_of_pairs(
    ours: Callable[[], object], bare: Callable[[], object]
) -> tuple[float, float, float]:
    """Return median seconds of both, interleaved, and the median ratio of the pairs."""
    first, second = [], []
    for _ in range(REPEATS):
        for action, seconds in ((ours, first), (bare, second)):
            start = time.perf_counter()
            action()
            seconds.append(time.perf_counter() - start)
    ratios = [a / b for a, b in zip(first, second, strict=True)]
    return statistics.median(first), statistics.median(second), statistics.median(ratios)


def explanation(name: str, case: Path, limit: float, limit_s: float) -> None:
    """Print the explanation of the picked row, case open, beside bare ``pred_contrib``.

    Once the attribution alone, once the whole answer: the row out of the log, attribution, each
    value's place among the training rows, the sentence and the chart.
    """
    sys.path.insert(0, str(ROOT))
    import lightgbm

    from investigators import shelf
    from investigators.brief import read_case
    from investigators.opening import open_brief
    from investigators.task import Task

    brief, task = read_case(case), Task()
    opened = open_brief(brief, task)
    with opened.closing:
        explain = next(each for each in shelf.explainers() if each.name == "contributions").run
        shown = explain(opened.view, task)
        model = opened.view.model
        assert model is not None
        assert shown.withheld is None, shown.withheld
        row = model.matrix({part.feature: [part.value] for part in shown.contributions})
        booster = lightgbm.Booster(model_file=case.parent / brief.sources["model"][0].path)

        def bare() -> object:
            # one thread is the fastest way to ask for one row
            return booster.predict(row, pred_contrib=True, num_threads=1)

        parts = _median_of_pairs(lambda: model.contributions(row), bare)
        whole = _median_of_pairs(lambda: explain(opened.view, task), bare)
    for what, (ours, alone, ratio), rule, is_kept in (
        ("attribution", parts, f"{limit:.1f} x", parts[2] <= limit),
        ("whole explanation", whole, f"{limit_s:.1f} s", whole[0] <= limit_s),
    ):
        kept = "kept" if is_kept else "NOT KEPT"
        print(
            f"{what + ', ' + name:<44} {ours * 1e3:8.2f} ms, bare {alone * 1e3:6.2f} ms, "
            f"{ratio:6.2f} x (median of {REPEATS} pairs)   {rule}: {kept}",
            flush=True,
        )


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=1_000_000, help="rows of the large case")
    parser.add_argument("--times", type=int, default=3, help="runs of each investigation")
    parser.add_argument("--folder", type=Path, default=ROOT / "out" / "bench")
    given = parser.parse_args()
    sample = ROOT / "sample_data" / "shop_fraud" / "case.toml"
    print(f"{os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}; making the large case ...")
    large = large_case(given.folder, given.rows) / "case.toml"
    print(
        f"{'':<32} {'wall':>10} {'processor':>10} {'peak':>12}   "
        f"{'bare read':>10} {'peak':>8} {'ratio':>9}     limit"
    )
    investigation("sample shop_fraud", sample, 20, 2048 * MIB, given.times)
    investigation(f"{given.rows:,} x 30, Parquet", large, 90, 4096 * MIB, given.times)
    explanation("a row of shop_fraud", sample, 1.2, 0.3)
    explanation("a row of the large case", large, 1.2, 0.3)


if __name__ == "__main__":
    main()
