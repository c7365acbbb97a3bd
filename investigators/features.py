"""The feature dictionary: what each input means and in which unit it should arrive."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Feature:
    """One entry of a feature dictionary; ``None`` or empty means "not stated"."""

    name: str
    meaning: str = ""
    unit: str | None = None
    kind: str | None = None
    minimum: float | None = None
    maximum: float | None = None
    allowed: tuple[str, ...] = ()
    missing_codes: tuple[str, ...] = ()
    zone: str | None = None
    direction: str | None = None
    sensitive: bool = False


@dataclass(frozen=True, slots=True)
class Dictionary:
    """All entries by name, in the order of the file.  ``source`` is its display name."""

    features: dict[str, Feature] = field(default_factory=dict)
    source: str | None = None

    def get(self, name: str) -> Feature:
        """Return the entry, or an empty one that states nothing."""
        return self.features.get(name, Feature(name))
