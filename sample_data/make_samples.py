"""Make the sample cases from fixed seeds: ``python sample_data/make_samples.py [--only NAME]``."""

from __future__ import annotations

import argparse
import importlib
from pathlib import Path

NAMES = ("shop_fraud", "home_page", "contract_refused")


def main() -> None:
    """Make one sample or all, in the project's own folders or under ``--root``."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--only", choices=NAMES, help="make this sample only")
    parser.add_argument("--root", type=Path, default=Path(__file__).resolve().parent.parent)
    given = parser.parse_args()
    for name in (given.only,) if given.only else NAMES:
        importlib.import_module(f"make_{name}").make(given.root)
        print(f"made {name}")


if __name__ == "__main__":
    main()
