"""Numbers, shares, times and spans as a reader wants them: unit, base and n beside them."""

from __future__ import annotations

import math
from collections.abc import Sequence
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from investigators.clock import moment, said
from investigators.evidence import Contribution

MINUS = "−"
# How a sentence says the short ones; what is not here is said as it is declared.
UNIT_WORDS = {
    "ns": "nanoseconds", "us": "microseconds", "ms": "milliseconds", "s": "seconds",
    "min": "minutes", "h": "hours", "d": "days", "week": "weeks",
    "um": "micrometres", "mm": "millimetres", "cm": "centimetres", "m": "metres",
    "km": "kilometres", "inch": "inches", "foot": "feet", "mile": "miles",
    "cm^2": "square centimetres", "m^2": "square metres", "foot^2": "square feet",
    "hectare": "hectares", "km^2": "square kilometres",
    "mg": "milligrams", "g": "grams", "kg": "kilograms", "tonne": "tonnes", "ounce": "ounces",
    "pound": "pounds", "ml": "millilitres", "l": "litres", "m^3": "cubic metres",
    "gallon": "gallons", "J": "joules", "kJ": "kilojoules", "cal": "calories",
    "kcal": "kilocalories", "Wh": "watt-hours", "kWh": "kilowatt-hours", "byte": "bytes",
    "kB": "kilobytes", "MB": "megabytes", "GB": "gigabytes", "W": "watts", "kW": "kilowatts",
    "MW": "megawatts", "percent": "per cent", "%": "per cent", "dimensionless": "a fraction of one",
    "second": "seconds", "seconds": "seconds", "minute": "minutes", "hour": "hours", "day": "days",
}  # fmt: skip


def count(n: int) -> str:
    """Whole number with thousands marked: ``2,106``."""
    return f"{n:,}".replace("-", MINUS)


def count_of(n: int, thing: str) -> str:
    """Count with its thing in the right number: ``1 row``, ``2,106 rows``."""
    return f"{count(n)} {thing}" if n == 1 else f"{count(n)} {thing}s"


def number(x: float, digits: int = 4) -> str:
    """Measured value with ``digits`` significant digits, thousands marked.

    Whole numbers below 1e15 are shown whole: a value that was logged is not rounded.
    """
    if not math.isfinite(x):
        return "not a number" if math.isnan(x) else ("infinity" if x > 0 else f"{MINUS}infinity")
    if x == int(x) and abs(x) < 1e15:
        return count(int(x))
    if abs(x) >= 1e15 or abs(x) < 1e-6:
        return f"{x:.{digits}g}".replace("-", MINUS)
    decimals = max(0, digits - 1 - math.floor(math.log10(abs(x))))
    text = f"{x:,.{decimals}f}"
    text = text.rstrip("0").rstrip(".") if "." in text else text
    return text.replace("-", MINUS)


def signed(x: float, digits: int = 3) -> str:
    """Value with its sign always shown."""
    text = number(x, digits)
    return text if x < 0 else f"+{text}"


def in_step(values: Sequence[float]) -> list[str]:
    """Signed values with equally many decimals, three significant digits for the largest."""
    largest = max((abs(x) for x in values if math.isfinite(x)), default=0.0)
    decimals = 2 if largest == 0 else min(12, max(0, 2 - math.floor(math.log10(largest))))
    return [f"{x:+,.{decimals}f}".replace("-", MINUS) for x in values]


def rounded(x: float, digits: int = 2) -> float:
    """``x`` rounded to ``digits`` significant digits."""
    if x == 0 or not math.isfinite(x):
        return x
    return round(x, digits - 1 - math.floor(math.log10(abs(x))))


def share(part: float, whole: float) -> str:
    """Share in per cent with two significant digits below ten: ``26 %``, ``1.4 %``."""
    if whole == 0:
        return "no rows"
    return per_cent(part / whole)


def per_cent(fraction: float) -> str:
    """Fraction as per cent: ``0.0141`` -> ``1.4 %``; never rounded to 0 or 100 when it is not."""
    percent = 100 * fraction
    if percent in {0.0, 100.0}:
        return f"{percent:.0f} %"
    if percent < 0.1:
        return "below 0.1 %"
    if percent > 99.9:
        return "over 99.9 %"
    return f"{percent:.1f} %" if percent < 9.95 or percent > 99 else f"{percent:.0f} %"


def part(few: int, many: int, what: str) -> str:
    """Say count, base and share: ``2,106 of 8,214 requests (26 %)``."""
    return f"{count(few)} of {count(many)} {what} ({share(few, many)})"


def proportion(hits: int, n: int) -> str:
    """Say a share with its 95 % interval (Wilson): ``1.4 %, 95 % interval 0.7 to 2.7 %``."""
    from investigators.statistics import wilson

    low, high = wilson(hits, n)
    return f"{share(hits, n)}, 95 % interval {100 * low:.1f} to {100 * high:.1f} %"


def between(start: str | None, end: str | None) -> str:
    """Say an interval in which something happened; one side open when it is not known."""
    if start is None or end is None:
        return f"before {said(end)}" if end else f"after {said(start)}"
    first, last = said(start), said(end)
    if first == last:
        return last
    if first[:10] == last[:10]:
        return f"between {first[:16]} and {last[11:]}"
    return f"between {first[:16]} and {last}"


def local(iso: str, zone: str) -> str:
    """Say a UTC time on the clock of a zone, with its offset: ``2026-05-07 10:31 +02:00``."""
    return f"{datetime.fromisoformat(iso).astimezone(ZoneInfo(zone)):%Y-%m-%d %H:%M %:z}"


def hours(start: str, end: str) -> float:
    """Hours between two times of the document."""
    return (moment(end) - moment(start)) / timedelta(hours=1)


def span(length: float) -> str:
    """Say a length in hours in the unit a person would use: ``33 days``, ``5 hours``."""
    if length >= 48:
        return f"{count(round(length / 24))} days"
    if length >= 2:
        return f"{round(length)} hours"
    minutes = max(1, round(length * 60))
    return "1 minute" if minutes == 1 else f"{minutes} minutes"


def rate(per_hour: float) -> str:
    """Say a rate per hour and per day: ``2.7 an hour, 64 a day``."""
    return f"{number(per_hour, 2)} an hour, {number(rounded(per_hour * 24), 2)} a day"


def listed(items: tuple[str, ...] | list[str]) -> str:
    """Words in a row: ``a, b and c``."""
    if len(items) < 2:
        return "".join(items)
    return f"{', '.join(items[:-1])} and {items[-1]}"


def value_words(part: Contribution) -> str:
    """Say an input's value with its unit; a missing one is said."""
    if part.value is None:
        return "missing"
    if isinstance(part.value, bool | str):
        return str(part.value)
    return f"{number(float(part.value), 6)} {part.unit or ''}".strip()


def unit_words(named: str) -> str:
    """Say a named change of unit for readers: ``"s -> ms"`` as ``"seconds → milliseconds"``."""
    return " → ".join(UNIT_WORDS.get(unit.strip(), unit.strip()) for unit in named.split("->"))
