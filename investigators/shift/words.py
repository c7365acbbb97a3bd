"""Plain words for factors and numbers."""

from __future__ import annotations


def number(value: float) -> str:
    """Write a count or value with thousands separators and at most four digits that matter."""
    if float(value).is_integer() and abs(value) < 1e15:
        return f"{int(value):,}"
    return f"{value:,.4g}" if abs(value) < 1e5 else f"{value:,.0f}"


def factor_words(factor: float) -> str:
    """``"1,000 times larger"`` or ``"60 times smaller"``."""
    if factor >= 1:
        return f"{number(float(f'{factor:.6g}'))} times larger"
    return f"{number(float(f'{1 / factor:.6g}'))} times smaller"


def per_cent(share: float, digits: int = 0) -> str:
    """Write a share as ``"9.6 %"``."""
    return f"{share * 100:.{digits}f} %"
