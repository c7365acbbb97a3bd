"""Runs in the Python of the ``sliceline`` package: ``peer_slices.py IN.npz OUT.npz``.

IN has ``codes`` (rows by columns, whole numbers) and ``errors`` (0 or 1 a row); OUT gets ``rows``,
the mask of the best slice, empty where it names none.  The package runs with its defaults, but to
two conditions, as deep as the others look.
"""

from __future__ import annotations

import sys

import numpy as np
from sliceline.slicefinder import Slicefinder


def main(given: str, out: str) -> None:
    """Find the best slice and say which rows it has."""
    with np.load(given) as held:
        codes, errors = held["codes"], held["errors"]
    finder = Slicefinder(max_l=2, verbose=False).fit(codes, errors.astype(float))
    rows = np.zeros(0, dtype=bool)
    if len(finder.top_slices_):
        rows = np.ones(len(codes), dtype=bool)
        for column, value in enumerate(finder.top_slices_[0]):
            if value is not None:
                rows &= codes[:, column] == int(value)
    np.savez(out, rows=rows)


if __name__ == "__main__":
    main(*sys.argv[1:])
