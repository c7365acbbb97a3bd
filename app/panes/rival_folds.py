"""Further checks that found nothing: those that answered alike stand in one line until opened."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from PySide6.QtCore import Qt

from app.language import tr
from app.parts import Card, kind, label, row
from investigators.why_tree import GLYPHS, QUIET, Rival, Standing


class FoldLine(Card):
    """How many further checks answered alike; opened and closed by click or Enter."""

    def __init__(
        self, standing: Standing, many: int, turn: Callable[[], object], *, is_open: bool
    ) -> None:
        glyph = label(GLYPHS[standing], "soft")
        glyph.setFixedWidth(18)
        said = _words(standing, many)
        words = label(f"{said} {'▾' if is_open else '▸'}", "soft", wrap=True)
        inside = row(glyph, words, margins=(12, 5, 10, 5))
        inside.setStretch(1, 1)
        inside.setAlignment(glyph, Qt.AlignmentFlag.AlignTop)
        super().__init__("rival", inside, said, turn)
        kind(self, "rival", "")
        self.setToolTip(tr("Hide them") if is_open else tr("Show them"))


def _words(standing: Standing, many: int) -> str:
    """Say what they have in common."""
    if standing == "checking":
        return tr("%n further checks are still asked", "", many)
    if standing == "cannot tell":
        return tr("%n further checks cannot tell", "", many)
    if standing == "not run":
        return tr("%n further checks were not run", "", many)
    if standing == "does not apply":
        return tr("%n further checks do not apply here", "", many)
    return tr("%n further checks speak against their causes", "", many)


def folded(rivals: Sequence[Rival]) -> Iterator[Rival | tuple[Standing, list[Rival]]]:
    """Give rivals with a line of their own, in their order, then those that stand together."""
    yield from (each for each in rivals if each.quiet is None)
    for standing in QUIET:
        alike = [each for each in rivals if each.quiet == standing]
        if len(alike) == 1:
            yield alike[0]
        elif alike:
            yield standing, alike
