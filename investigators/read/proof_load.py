"""Run as a script: load a LightGBM text through the C library and score two rows.

Arguments: path of the library, number of inputs, ``1`` when attributions should be tried, number
of scores a row has.  The text comes on standard input; a row of zeros and a row of missing values
are scored.  The exit status is the answer.  A crash here is the point: it happens to nobody else.
Only the standard library is imported, so that it takes hundredths of a second.
"""

from __future__ import annotations

import ctypes
import math
import sys

_FLOAT64, _RAW, _CONTRIBUTIONS = 1, 1, 3  # C_API_DTYPE_FLOAT64, C_API_PREDICT_*


def _load(library: ctypes.CDLL, text: bytes) -> ctypes.c_void_p:
    handle, trees = ctypes.c_void_p(), ctypes.c_int()
    if library.LGBM_BoosterLoadModelFromString(
        ctypes.c_char_p(text), ctypes.byref(trees), ctypes.byref(handle)
    ):
        raise SystemExit(3)
    return handle


def _score(
    library: ctypes.CDLL, handle: ctypes.c_void_p, inputs: int, kind: int, classes: int
) -> None:
    rows = (ctypes.c_double * (2 * inputs))(*([0.0] * inputs + [float("nan")] * inputs))
    width = classes * (inputs + 1 if kind == _CONTRIBUTIONS else 1)
    scores, length = (ctypes.c_double * (2 * width))(), ctypes.c_int64()
    failed = library.LGBM_BoosterPredictForMat(
        handle,
        ctypes.cast(rows, ctypes.c_void_p),
        ctypes.c_int(_FLOAT64),
        ctypes.c_int32(2),
        ctypes.c_int32(inputs),
        ctypes.c_int(1),  # row by row
        ctypes.c_int(kind),
        ctypes.c_int(0),
        ctypes.c_int(-1),
        ctypes.c_char_p(b"num_threads=1 verbosity=-1"),
        ctypes.byref(length),
        scores,
    )
    if failed or length.value != 2 * width:
        raise SystemExit(4)
    if not all(math.isfinite(score) for score in scores):
        raise SystemExit(5)


def main() -> None:
    """Do what the module says; exit status 3: not loaded, 4 or 5: not scored."""
    path, inputs, attributions = sys.argv[1], int(sys.argv[2]), sys.argv[3] == "1"
    classes = int(sys.argv[4])
    library = ctypes.CDLL(path)
    handle = _load(library, sys.stdin.buffer.read())
    _score(library, handle, inputs, _RAW, classes)
    if attributions:
        _score(library, handle, inputs, _CONTRIBUTIONS, classes)


if __name__ == "__main__":
    main()
