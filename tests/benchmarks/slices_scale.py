"""Times the search for hidden slices: ``python tests/benchmarks/slices_scale.py``.

The check ``hidden_slices`` as the program runs it, to depth 2, over the million rows by forty
columns of ``slices_case.py``, in a process of its own with an empty cache; beside it a bare read of
the whole log in the same run.  Opening is not in the check's seconds and is printed apart.
"""

from __future__ import annotations

import argparse
import os
from pathlib import Path

from own_process import MIB, ROOT, run
from single_checks import HEADER, bare_read, checks_alone

SECONDS, PEAK = 60, 4096 * MIB


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=1_000_000)
    parser.add_argument("--folder", type=Path, default=ROOT / "out" / "bench")
    given = parser.parse_args()
    case = given.folder / f"slices_{given.rows}"
    case.mkdir(parents=True, exist_ok=True)
    maker = Path(__file__).parent / "slices_case.py"
    run(str(maker), str(case), "--rows", str(given.rows), cache=str(case))
    print(
        f"{given.rows:,} rows x 40 columns; {os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}"
    )
    opening, one = checks_alone(case / "case.toml", ["subgroup_performance.hidden_slices"])
    print(f"opening {opening.wall:.1f} s, processor {opening.cpu:.1f} s, "
          f"{opening.peak / MIB:,.0f} MiB")  # fmt: skip
    print(HEADER)
    print(one.line(bare_read({case / "log.parquet": ()}), SECONDS, PEAK))
    print(f"    {one.verdict}: {one.sentence[:300]}")


if __name__ == "__main__":
    main()
