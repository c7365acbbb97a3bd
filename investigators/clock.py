"""Times as the contract writes them: ISO 8601, UTC with Z where the zone is known."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

# as ISO 8601 numbers them
WEEKDAYS: dict[object, str] = {
    1: "Monday",
    2: "Tuesday",
    3: "Wednesday",
    4: "Thursday",
    5: "Friday",
    6: "Saturday",
    7: "Sunday",
}

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def iso(microseconds: int, *, zone_known: bool) -> str:
    """Write microseconds since 1970 as ISO 8601: ``Z`` where the zone is known, else local."""
    moment = EPOCH + timedelta(microseconds=microseconds)
    text = moment.replace(tzinfo=None).isoformat(
        timespec="microseconds" if moment.microsecond else "seconds"
    )
    return text + "Z" if zone_known else text


def moment(text: str) -> datetime:
    """Read what :func:`iso` wrote as a naive datetime on the case's own clock."""
    return datetime.fromisoformat(text.removesuffix("Z"))


def said(text: str | None, *, seconds: bool = False) -> str:
    """Say an ISO time for readers: ``2026-05-07 08:31 UTC``; unknown stays said."""
    if text is None:
        return "an unknown time"
    layout = "%Y-%m-%d %H:%M:%S" if seconds else "%Y-%m-%d %H:%M"
    return moment(text).strftime(layout) + (" UTC" if text.endswith("Z") else " local time")


def part_words(part: str | None, value: object) -> str:
    """Say a value of a part of a time: a weekday by its name."""
    return WEEKDAYS.get(value, str(value)) if part == "weekday" else str(value)
