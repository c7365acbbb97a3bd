"""What was typed into a dialog that was left without Ok: kept by case and dialog until the end.

Nothing of it is in the case, and nothing is written: a dialog that is opened again shows it again.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Left:
    """What a dialog began with, and what stood in it when it was left."""

    began: tuple[object, ...]
    words: tuple[object, ...]


class _Kept:
    def __init__(self) -> None:
        self.case = ""
        self.left: dict[tuple[str, str], Left] = {}


_kept = _Kept()


def turn_to(case: str) -> None:
    """Say which case dialogs are about from now on."""
    _kept.case = case


def keep(dialog: str, left: Left | None) -> None:
    """Keep what was left in a dialog; ``None`` forgets it."""
    if left is None:
        _kept.left.pop((_kept.case, dialog), None)
    else:
        _kept.left[_kept.case, dialog] = left


def left_in(dialog: str) -> Left | None:
    """Return what was left in a dialog of this case."""
    return _kept.left.get((_kept.case, dialog))


def forget() -> None:
    """Forget everything."""
    _kept.left.clear()
