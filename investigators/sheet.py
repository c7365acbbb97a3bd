"""What is what, as a page shows it: sources, columns by role, inputs with their columns and units.

Plain data; :mod:`investigators.what_is_what` fills it.  ``sure`` is how far a guess goes without a
look: ✓ sure, ! please look, ? unknown.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from investigators.case import Place, Role

Sure = Literal["✓", "!", "?"]
SURE_WORDS: dict[Sure, str] = {"✓": "sure", "!": "please look", "?": "unknown"}
RANGE_ONLY = "range only · please look"


@dataclass(frozen=True, slots=True)
class SourceLine:
    """A source that is there: its role, its place, how it was read."""

    role: Role
    place: Place
    words: str
    rows: int | None = None


@dataclass(frozen=True, slots=True)
class MissingLine:
    """A source that is not there: what stands in for it, and the text that asks for it."""

    role: Role
    words: str
    ask: str = ""
    questions: bool = False


@dataclass(frozen=True, slots=True)
class RoleLine:
    """A role of the log's columns; several ``columns`` only where ``several``."""

    role: str
    columns: tuple[str, ...]
    reason: str
    sure: Sure
    several: bool = False


@dataclass(frozen=True, slots=True)
class InputLine:
    """A model input: its column (``None``: unmapped), how that was found, unit, both ranges.

    ``loud``: unmapped and asked for by the model, or mapped by range only.  ``note`` says what is
    odd about the log's range, for the checks to decide.
    """

    name: str
    column: str | None
    reason: str
    sure: Sure
    unit: str
    training: str
    log: str
    typed: bool = False
    used: bool = True
    loud: bool = False
    note: str = ""


@dataclass(frozen=True, slots=True)
class SettingLine:
    """A setting of the case: its value as text (empty: not known), why, and usual values."""

    key: str
    words: str
    value: str
    reason: str
    sure: Sure
    choices: tuple[str, ...] = ()
    given: bool = False


@dataclass(frozen=True, slots=True)
class Sheet:
    """The whole page.  ``columns`` are the log's own, in file order."""

    sources: tuple[SourceLine, ...] = ()
    missing: tuple[MissingLine, ...] = ()
    roles: tuple[RoleLine, ...] = ()
    inputs: tuple[InputLine, ...] = ()
    settings: tuple[SettingLine, ...] = ()
    columns: tuple[str, ...] = ()
    scale: str = ""
    notes: tuple[str, ...] = ()
    in_log: tuple[str, ...] = ()
    """Ids that were asked about and are in the log or the UI events."""

    @property
    def mapped(self) -> int:
        """How many inputs have a column."""
        return sum(each.column is not None for each in self.inputs)
