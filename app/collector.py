"""Collects Python's cyclic garbage on the GUI thread alone, and only between two events.

Python collects in whichever thread happens to allocate, and in the middle of whatever it does.  A
widget in such garbage would be destroyed by the lane that computes, or by the window while Qt walks
over a list that still holds it; both end the process now and then.  So the automatic collector is
off while a window lives, and a timer of the window's thread collects by the same thresholds.
"""

from __future__ import annotations

import gc
import time

from PySide6.QtCore import QObject, QTimerEvent

EVERY_MS = 250
SHARE = 0.01  # of the time may go into collecting everything; that is the one that can be felt
OLDEST = 2


class Collector(QObject):
    """Keeps the automatic collector off from :meth:`begin` to :meth:`end`."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._timer, self._not_before = 0, 0.0

    def begin(self) -> None:
        """Collect by the timer from now on."""
        gc.disable()
        if not self._timer:
            self._timer = self.startTimer(EVERY_MS)

    def end(self) -> None:
        """Leave collecting to Python again."""
        if self._timer:
            self.killTimer(self._timer)
            self._timer = 0
        gc.enable()

    def timerEvent(self, _event: QTimerEvent) -> None:  # noqa: N802 - Qt's name
        """Collect the oldest generation of which more was made than its threshold."""
        began = time.monotonic()
        oldest = OLDEST if began >= self._not_before else OLDEST - 1
        due = due_generation(gc.get_count(), gc.get_threshold(), oldest)
        if due is None:
            return
        gc.collect(due)
        if due == OLDEST:
            ended = time.monotonic()
            self._not_before = ended + (ended - began) / SHARE


def due_generation(
    count: tuple[int, ...], threshold: tuple[int, ...], oldest: int = OLDEST
) -> int | None:
    """Return the oldest generation over its threshold, or none while the youngest is not."""
    if count[0] <= threshold[0]:
        return None
    return max(k for k in range(oldest + 1) if count[k] > threshold[k])
