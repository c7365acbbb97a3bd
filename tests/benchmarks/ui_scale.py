"""Times the checks of UI context over five million events: ``python tests/benchmarks/ui_scale.py``.

The case is that of ``ui_case.py``, opened once.  Every check runs for a request of the shared
account, a box of another component and a request that was not shown; the slowest of the three
counts.  Beside it stands a bare read of the same columns in the same run.  ``subject`` and
``component`` have a stated limit of 20 s; the others are held to the same.
"""

from __future__ import annotations

import argparse
import os
from pathlib import Path

from own_process import MIB, ROOT, run
from single_checks import HEADER, bare_read, checks_alone

SECONDS, PEAK = 20, 4096 * MIB
JOINED = ("request_id", "shown_at", "component")
LOGGED = ("request_id", "at", "account", "score", "decision")
# what a check reads at least: columns of the events, columns of the log
CHECKS = {
    "subject": ((*JOINED, "account", "session", "device"), ("request_id", "account")),
    "component": ((*JOINED, "title", "section", "service", "item"), ("request_id",)),
    "shown": (JOINED, ("request_id", "at")),
    "rendering": ((*JOINED, "text", "price_shown", "position", "cached"), (*LOGGED, "price")),
    "promise": ((*JOINED, "title", "item"), ()),
    "funnel": (JOINED, LOGGED),
    "variant": (("request_id", "arm"), LOGGED),
    "after_the_model": ((), (*LOGGED, "country", "app_version")),
}


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--events", type=int, default=5_000_000)
    parser.add_argument("--checks", default=",".join(CHECKS), help="names, by commas")
    parser.add_argument("--folder", type=Path, default=ROOT / "out" / "bench")
    given = parser.parse_args()
    case = given.folder / f"ui_{given.events}"
    case.mkdir(parents=True, exist_ok=True)
    maker = Path(__file__).parent / "ui_case.py"
    run(str(maker), str(case), "--events", str(given.events), cache=str(case))
    picks = (case / "picks.txt").read_text(encoding="utf-8").split()
    names = given.checks.split(",")
    print(f"{given.events:,} UI events; {os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}")
    opening, *spent = checks_alone(case / "case.toml", [f"ui_context.{n}" for n in names], picks)
    print(f"opening {opening.wall:.1f} s, processor {opening.cpu:.1f} s, "
          f"{opening.peak / MIB:,.0f} MiB")  # fmt: skip
    print(HEADER)
    for name, one in zip(names, spent, strict=True):
        columns = dict(zip((case / "events.parquet", case / "log.parquet"), CHECKS[name],
                           strict=True))  # fmt: skip
        bare = bare_read({path: read for path, read in columns.items() if read})
        print(one.line(bare, SECONDS, PEAK), flush=True)
        print(f"    {one.verdict}: {one.sentence[:200]}", flush=True)


if __name__ == "__main__":
    main()
