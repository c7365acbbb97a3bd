"""Kill writers of a case file at random moments: ``python tests/benchmarks/kill9.py --kills 500``.

Every change that was acknowledged must be there afterwards, whole and in order; the file must be
sound (``PRAGMA integrity_check``) and open again.  Exit status 1 when one is lost.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
SHARD = 25


def main() -> int:
    """Print how many kills lost something."""
    sys.path.insert(0, str(ROOT))
    from tests.investigators import kills

    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--kills", type=int, default=500)
    parser.add_argument("--seed", type=int, default=1)
    given = parser.parse_args()
    wrong: list[str] = []
    for start in range(0, given.kills, SHARD):
        with tempfile.TemporaryDirectory() as folder:
            wrong += kills.run(Path(folder), min(SHARD, given.kills - start), given.seed + start)
    for words in wrong:
        print(words)
    print(f"kill -9: {len(wrong)} of {given.kills} kills lost an acknowledged change: wanted 0")
    return 1 if wrong else 0


if __name__ == "__main__":
    raise SystemExit(main())
