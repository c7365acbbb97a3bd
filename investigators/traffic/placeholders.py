"""Values that programs write where nothing is known, and the largest numbers of common types."""

from __future__ import annotations

import re
from collections.abc import Iterable

# The largest (and smallest) numbers that a type can hold, and what it is called.
LIMITS = {
    127.0: "a signed byte",
    255.0: "an unsigned byte",
    32_767.0: "a signed 16-bit integer",
    65_535.0: "an unsigned 16-bit integer",
    65_504.0: "a 16-bit float",
    16_777_216.0: "the whole numbers of a 32-bit float",
    2_147_483_647.0: "a signed 32-bit integer",
    4_294_967_295.0: "an unsigned 32-bit integer",
    9_223_372_036_854_775_807.0: "a signed 64-bit integer",
    3.4028234663852886e38: "a 32-bit float",
    -128.0: "a signed byte",
    -32_768.0: "a signed 16-bit integer",
    -2_147_483_648.0: "a signed 32-bit integer",
    -9_223_372_036_854_775_808.0: "a signed 64-bit integer",
}
# Days that stand for "no date", in seconds since 1970.
DAYS = {
    -2_208_988_800.0: "1900-01-01",
    -62_135_596_800.0: "0001-01-01",
    253_402_214_400.0: "9999-12-31",
    253_402_300_799.0: "9999-12-31 23:59:59",
}
WORDS = frozenset(
    {
        "", "none", "nan", "null", "na", "n/a", "#n/a", "<na>", "nil", "undefined", "unknown",
        "missing", "-", "--", "?", "not available", "not set", "not given", "empty", "unset",
        "-1", "-9", "-99", "-999", "-9999", "999", "9999", "99999", "1970-01-01", "1900-01-01",
        "0000-00-00", "0001-01-01", "9999-12-31",
    }
)  # fmt: skip
_NINES = re.compile(r"-?9{2,}")


def number_words(value: float) -> str | None:
    """Say for what a number usually stands where nothing is known; ``None`` for any other."""
    if value == 0:
        return "zero, which programs write for nothing"
    for scale, unit in ((1.0, "seconds"), (1e3, "milliseconds")):
        day = DAYS.get(value / scale)
        if day is not None:
            return f"{day} counted in {unit}, a day that stands for none"
    if value in LIMITS:
        return f"the end of {LIMITS[value]}"
    if value in {-1.0, -9.0}:
        return "a usual code for nothing known"
    if value == int(value) and _NINES.fullmatch(str(int(value))):
        return "nines only, a usual code for nothing known"
    return None


def emphatic(value: float) -> bool:
    """Whether a number is hardly a measured one even among its like: three nines, a type's end."""
    nines = value == int(value) and len(str(abs(int(value)))) >= 3
    return (nines and number_words(value) is not None) or abs(value) in DAYS


def is_word(text: str, others: Iterable[str]) -> bool:
    """Whether a category's text says that nothing is known.

    A word of two letters is none among codes of two letters (NA is a country's).
    """
    plain = text.strip().lower()
    if len(plain) == 2 and plain.isalpha():
        known = list(others)
        return plain in WORDS and not (known and all(len(o.strip()) == 2 for o in known))
    return plain in WORDS
