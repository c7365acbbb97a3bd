"""The order of the timeline."""

from __future__ import annotations

from investigators.facts import _in_time
from investigators.investigation import TimelineEntry


def test_a_release_stands_before_what_begins_in_its_minute() -> None:
    onset = TimelineEntry("2026-05-07T06:32:14Z", "onset of a (L1)", "onset", "L1")
    release = TimelineEntry("2026-05-07T06:32:30Z", "release: app", "release")
    day = TimelineEntry("2026-05-07", "release: of the day", "release")
    later = TimelineEntry("2026-05-07T06:33:00Z", "release: late", "release")
    earlier = TimelineEntry("2026-05-07T06:31:59Z", "this decision: d", "decision")
    ordered = sorted((later, onset, release, earlier, day), key=_in_time)
    assert ordered == [day, earlier, release, onset, later]
