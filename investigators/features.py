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
    required: bool = False  # said to be never missing


@dataclass(frozen=True, slots=True)
class Dictionary:
    """All entries by name, in the order of the file.  ``source`` is its display name.

    ``aliases`` are further names of entries, such as a feature store's ``view__feature``.
    """

    features: dict[str, Feature] = field(default_factory=dict)
    source: str | None = None
    aliases: dict[str, str] = field(default_factory=dict)

    def get(self, name: str) -> Feature:
        """Return the entry, or an empty one that states nothing."""
        found = self.features.get(name) or self.features.get(self.aliases.get(name, name))
        return found or Feature(name)
