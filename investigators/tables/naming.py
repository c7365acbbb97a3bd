"""Column names that are distinct for DuckDB, which does not tell ``Id`` from ``ID``."""

from __future__ import annotations

from collections.abc import Iterable
from string import ascii_lowercase, ascii_uppercase

RESERVED = frozenset(
    {
        *("fw_row", "fw_id", "fw_time", "fw_subject", "fw_session", "fw_score", "fw_decision"),
        *("fw_adverse", "fw_outcome", "fw_value", "fw_version", "fw_component", "fw_live_test"),
        "fw_output",
    }
)


SMALL = str.maketrans(ascii_uppercase, ascii_lowercase)  # DuckDB tells "Ä" from "ä"


class Names:
    """Hands out names: the first keeps its own, a later like one becomes ``name#2``.

    Empty names become ``column_N`` (1-based position).  Names that the canonical log uses
    (``fw_row`` ...) count as taken.
    """

    def __init__(self) -> None:
        self._taken = set(RESERVED)
        self._position = 0

    def new(self, wanted: str) -> str:
        """Return a name that none before it has, as near to ``wanted`` as can be."""
        self._position += 1
        base = wanted if wanted.strip() else f"column_{self._position}"
        base = base.replace("{t}", "(t)")  # the placeholder of Table.query
        name, number = base, 2
        while name.translate(SMALL) in self._taken:
            name, number = f"{base}#{number}", number + 1
        self._taken.add(name.translate(SMALL))
        return name


def distinct(wanted: Iterable[str]) -> list[str]:
    """Return one distinct name for each wanted one, in order."""
    names = Names()
    return [names.new(name) for name in wanted]
