"""Plain words for factors."""

from __future__ import annotations

from investigators.numbers import number


def factor_words(factor: float) -> str:
    """``"1,000 times larger"`` or ``"60 times smaller"``."""
    if factor >= 1:
        return f"{number(factor)} times larger"
    return f"{number(1 / factor)} times smaller"
