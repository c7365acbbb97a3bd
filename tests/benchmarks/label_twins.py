"""Hits and false alarms of the check ``label`` over logs of a logistic truth.

    PYTHONPATH=. python tests/benchmarks/label_twins.py --faults 20 --twins 13 --base 1

Prints a line a kind: how many support (and rightly), and what was wrong.
"""

from __future__ import annotations

import argparse
import time
from collections import Counter
from pathlib import Path
from tempfile import TemporaryDirectory

from investigators.checks.data_assumptions.label import CHECK, run
from investigators.tables.table import Engine
from investigators.task import Task
from tests.investigators.checks.with_outcomes import FAULTS, TWINS, changed, seen


def main() -> None:
    """Run it."""
    said = argparse.ArgumentParser()
    said.add_argument("--faults", type=int, default=10)
    said.add_argument("--twins", type=int, default=13)
    said.add_argument("--base", type=int, default=1)
    said.add_argument("--kinds", help="some of them, with commas between")
    said.add_argument("--show", action="store_true")
    told = said.parse_args()
    used, tables = 0.0, 0
    for kind in told.kinds.split(",") if told.kinds else (*FAULTS, *TWINS):
        tally: Counter[str] = Counter()
        times = told.faults if kind in FAULTS else told.twins
        for k in range(times):
            with TemporaryDirectory() as folder, Engine() as engine:
                view = seen(engine, Path(folder), changed(kind, told.base + 1000 * k))
                start = time.process_time()
                found = run(view, Task())
                used, tables = used + time.process_time() - start, tables + 1
            supporting = [f for f in found if f.verdict == "supports"]
            names = {f.id.removeprefix(f"{CHECK.id}/") for f in supporting}
            right = FAULTS[kind][0] if kind in FAULTS else None
            tally["right"] += right in names
            tally["wrong"] += bool(names - {right})
            tally["loud wrong"] += any(
                f.cause is not None and (f.cause.corroborations or f.cause.exact_record)
                for f in supporting if f.id != f"{CHECK.id}/{right}"
            )  # fmt: skip
            for f in found:
                if told.show and (f in supporting) != (f.id == f"{CHECK.id}/{right}"):
                    print("   ", k, f.verdict, f.sentence)
        print(f"{kind:34} {times:4} right {tally['right']:4} wrong {tally['wrong']:3} "
              f"loud {tally['loud wrong']:3}", flush=True)  # fmt: skip
    print(f"{tables} tables, {used / max(tables, 1):.2f} s CPU each")


if __name__ == "__main__":
    main()
