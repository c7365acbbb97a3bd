"""Columns of any kind as the numbers a model takes.

A column may be a pyarrow array, a numpy array, a pandas Series or a list.  Work is done per
distinct value, not per row.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from investigators.evidence import Cell
from investigators.trouble import InputTrouble

# A leading zero makes it an identifier ("007"), not a number that was written as text.
_NUMBER = re.compile(r"[-+]?(0|[1-9][0-9]*)(\.[0-9]+)?([eE][-+]?[0-9]+)?")
SHORT = 64
_TRUTH = {"true": "1", "false": "0"}


def _plain(value: Any) -> str:  # noqa: ANN401 - any kind of number
    """Spell a number in one way: whole numbers without a point."""
    if isinstance(value, int | np.integer) or (math.isfinite(value) and value == int(value)):
        return str(int(value))
    return repr(float(value))


def _spellings(value: Any) -> list[str]:  # noqa: ANN401 - a cell of any source
    """All the ways in which one value may be written, the most literal first."""
    if isinstance(value, bool | np.bool_):
        word = "true" if value else "false"
        return [word.title(), word, word.upper(), _TRUTH[word]]
    if isinstance(value, int | float | np.integer | np.floating):
        plain = _plain(value)
        return [plain, f"{plain}.0"] if "." not in plain and "e" not in plain else [plain]
    text = str(value)
    if text.lower() in _TRUTH:
        word = text.lower()
        return [text, word.title(), word, word.upper(), _TRUTH[word]]
    if _NUMBER.fullmatch(text) and math.isfinite(float(text)):
        return [text, *_spellings(float(text))]
    return [text]


def _is_missing(value: Any) -> bool:  # noqa: ANN401 - a cell of any source
    return value is None or (isinstance(value, float | np.floating) and bool(np.isnan(value)))


class Codebook:
    """Codes of one input's categories: their place in the model's own list."""

    def __init__(self, categories: Sequence[Cell]) -> None:
        """``categories`` in code order."""
        self._codes: dict[str, int] = {}
        for code, category in enumerate(categories):
            first = category if isinstance(category, str) else _spellings(category)[0]
            self._codes.setdefault(first, code)
            if isinstance(category, bool):  # pandas holds True and 1 for the same category
                self._codes.setdefault(_TRUTH[str(category).lower()], code)

    def code(self, value: Any) -> int | None:  # noqa: ANN401 - a cell of any source
        """Return the code of one value, or ``None`` when it is missing or unseen."""
        if _is_missing(value):
            return None
        return next((self._codes[s] for s in _spellings(value) if s in self._codes), None)

    def codes(self, values: Any) -> NDArray[np.float64]:  # noqa: ANN401 - any column form
        """Codes, shape (n,); NaN for missing and unseen values."""
        if _is_short(values):
            codes = [self.code(value) for value in values]
            return np.array([np.nan if code is None else code for code in codes], np.float64)
        distinct, places = _distinct(values)
        found = [self.code(value) for value in distinct]
        table = np.array([np.nan if code is None else code for code in found] + [np.nan])
        return np.asarray(table[places], dtype=np.float64)

    def unseen(self, values: Any) -> NDArray[np.bool_]:  # noqa: ANN401 - any column form
        """Which values are present but not in the list, shape (n,)."""
        if _is_short(values):
            return np.array([not _is_missing(v) and self.code(v) is None for v in values], np.bool_)
        distinct, places = _distinct(values)
        odd = [not _is_missing(value) and self.code(value) is None for value in distinct]
        return np.asarray(np.array([*odd, False])[places], dtype=np.bool_)


def _is_short(values: Any) -> bool:  # noqa: ANN401 - any column form
    """A few cells in a list (one row to explain) are done before Arrow has made its array."""
    return isinstance(values, list | tuple) and len(values) <= SHORT


def _arrow(values: Any) -> Any:  # noqa: ANN401 - pyarrow is untyped here
    """One pyarrow array, or ``None`` for a list of mixed kinds that Arrow cannot hold."""
    import pyarrow as pa

    if isinstance(values, pa.ChunkedArray):
        return values.combine_chunks()
    if isinstance(values, pa.Array):
        return values
    try:
        # NaN stays NaN in floats and becomes null elsewhere: both are missing here
        return pa.array(values, from_pandas=True)
    except (pa.ArrowInvalid, pa.ArrowTypeError, pa.ArrowNotImplementedError):
        return None


def _distinct(values: Any) -> tuple[list[Any], NDArray[np.int64]]:  # noqa: ANN401 - any form
    """Distinct values, and each row's place among them (-1, the last, when missing)."""
    import pyarrow as pa

    column = _arrow(values)
    if column is None:
        seen: dict[tuple[type, Any], int] = {}
        rows = [-1 if v is None else seen.setdefault((type(v), v), len(seen)) for v in values]
        return [value for _, value in seen], np.array(rows, dtype=np.int64)
    if not pa.types.is_dictionary(column.type):
        column = column.dictionary_encode()
    places = column.indices.cast(pa.int64()).fill_null(-1).to_numpy(zero_copy_only=False)
    return column.dictionary.to_pylist(), places


def numbers(values: Any, file: str, place: str) -> NDArray[np.float64]:  # noqa: ANN401 - any form
    """Return a column as float64, shape (n,): missing is NaN, true is 1.

    Raises:
        InputTrouble: naming ``file`` and ``place`` when a value is not a number.
    """
    if isinstance(values, np.ndarray) and values.dtype.kind in "fiub":
        return values.astype(np.float64, copy=False)
    if _is_short(values):
        return _one_by_one(values, file, place)
    import pyarrow as pa

    column = _arrow(values)
    if column is None:
        return _one_by_one(values, file, place)
    kind = column.type
    if pa.types.is_dictionary(kind):
        column = column.dictionary_decode()
        kind = column.type
    if pa.types.is_null(kind):
        return np.full(len(column), np.nan)
    if pa.types.is_boolean(kind):
        column = column.cast(pa.int8())
    elif not any(t(kind) for t in (pa.types.is_integer, pa.types.is_floating, pa.types.is_decimal)):
        return _one_by_one(column.to_pylist(), file, place)
    found = column.cast(pa.float64(), safe=False).to_numpy(zero_copy_only=False)
    return np.asarray(found, dtype=np.float64)


def _one_by_one(values: Iterable[Any], file: str, place: str) -> NDArray[np.float64]:
    found = []
    for row, value in enumerate(values):
        if _is_missing(value):
            found.append(np.nan)
            continue
        try:
            number = float(value)
        except (TypeError, ValueError):
            raise InputTrouble(
                file,
                f"{value!r} is not a number (row {row} of those scored)",
                place=place,
                expected="numbers: the model was trained on a numeric column",
                mend="map another column to this input or mend the values",
            ) from None
        found.append(number)
    return np.array(found, dtype=np.float64)
