"""A rival in the whys: one line."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt

from app.flow import Beside
from app.language import tr
from app.parts import Card, kind, label, row
from investigators.why_tree import Rival


class Line(Card):
    """A rival's line: glyph, words, on the right where it stands; chosen by click or Enter."""

    def __init__(self, rival: Rival, choose: Callable[[], object], *, chosen: bool) -> None:
        glyph = label(rival.glyph, "finding" if rival.standing == "supports" else "soft")
        glyph.setFixedWidth(18)
        loud = rival.status in ("supported", "confirmed") and bool(rival.leads)
        words = label(rival.words, "bold" if loud else "", wrap=True)
        by_status = rival.road or rival.status in ("confirmed", "waived")
        status: str = rival.status if by_status else rival.standing
        if rival.status == "ruled out" and rival.reason:
            status = tr("ruled out by hand")
        said = f"{status} · {rival.how}" if rival.how != status else status
        inside = row(glyph, Beside(words, label(said, "small", wrap=True)), margins=(12, 5, 10, 5))
        inside.setStretch(1, 1)
        inside.setAlignment(glyph, Qt.AlignmentFlag.AlignTop)
        super().__init__("rival", inside, f"{rival.words}: {said}", choose)
        kind(self, "rival", "chosen" if chosen else "")
        self.setToolTip(rival.sentence or rival.not_taken or rival.words)
