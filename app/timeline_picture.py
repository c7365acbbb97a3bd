"""The drawn time line: the log as a band, onsets as spans, releases and this decision as marks."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QFontMetrics, QMouseEvent, QPainter, QPaintEvent, QPen, QPolygonF
from PySide6.QtWidgets import QSizePolicy, QWidget

from app.language import later, spoken, tr
from app.theme import SMALL, theme
from investigators import desk
from investigators.investigation import TimelineEntry

LANES = (
    ("data", later("log")),
    ("outcome", later("outcomes")),
    ("release", later("releases")),
    ("onset", later("onset")),
    ("report", later("reported")),
    ("decision", later("decision")),
)
LANE, FOOT, HEAD = 26, 26, 8
GLYPHS = {"data": "│", "release": "◆", "onset": "●", "decision": "▲", "outcome": "■", "report": "✉"}
ROLES = {"onset": "finding", "release": "accent", "decision": "ink"}


def seconds(iso: str) -> float:
    """Seconds since 1970 on the case's own clock."""
    return datetime.fromisoformat(iso.removesuffix("Z")).replace(tzinfo=UTC).timestamp()


@dataclass(frozen=True, slots=True)
class Spot:
    """One entry on the line: its number in the list, where it begins and ends, its lane."""

    number: int
    start: float
    end: float
    kind: str


class TimelinePicture(QWidget):
    """Shows the entries; a click tells which one was meant."""

    def __init__(self, choose: Callable[[int], None]) -> None:
        super().__init__()
        self._choose = choose
        self._spots: tuple[Spot, ...] = ()
        self._lanes: tuple[tuple[str, str], ...] = ()
        self._at = -1
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setAccessibleName(tr("Time line"))

    def show_entries(self, entries: Sequence[TimelineEntry]) -> None:
        """Show these entries, in their order in the list."""
        self._spots = tuple(
            Spot(k, seconds(e.time), seconds(e.until or e.time), e.kind)
            for k, e in enumerate(entries)
        )
        kinds = {spot.kind for spot in self._spots}
        self._lanes = tuple(lane for lane in spoken(LANES) if lane[0] in kinds)
        self.setAccessibleDescription("; ".join(f"{e.time}: {e.words}" for e in entries))
        self.updateGeometry()
        self.update()

    def mark(self, number: int) -> None:
        """Draw a ring around an entry."""
        self._at = number
        self.update()

    def sizeHint(self) -> QSize:  # noqa: N802 - Qt's name
        """A lane for each kind, and the axis."""
        px = theme().px
        return QSize(300, px(HEAD) + px(LANE) * max(1, len(self._lanes)) + px(FOOT))

    def minimumSizeHint(self) -> QSize:  # noqa: N802 - Qt's name
        """As high as it is."""
        return QSize(200, self.sizeHint().height())

    def mousePressEvent(self, event: QMouseEvent) -> None:  # noqa: N802 - Qt's name
        """The nearest entry in the lane under the pointer."""
        at = event.position()
        lane = int((at.y() - theme().px(HEAD)) // theme().px(LANE))
        if not 0 <= lane < len(self._lanes):
            return
        kind = self._lanes[lane][0]
        near = [(self._far(spot, at.x()), spot.number) for spot in self._spots if spot.kind == kind]
        if near:
            self._choose(min(near)[1])

    def _far(self, spot: Spot, x: float) -> float:
        first, last = self._x(spot.start), self._x(spot.end)
        return max(first - x, x - last, 0.0)

    def _reach(self) -> tuple[float, float]:
        low = min(spot.start for spot in self._spots)
        high = max(spot.end for spot in self._spots)
        room = 0.02 * ((high - low) or 3600.0)
        return low - room, high + room

    def _x(self, at: float) -> float:
        low, high = self._reach()
        left, right = self._sides()
        return left + (at - low) / (high - low) * (right - left)

    def _sides(self) -> tuple[float, float]:
        """Where the line begins, after the longest name of a lane, and where it ends."""
        measure = QFontMetrics(theme().font(SMALL)).horizontalAdvance
        names = max((measure(words) for _, words in self._lanes), default=0)
        return theme().px(12.0) + names + theme().px(14.0), self.width() - theme().px(14.0)

    def paintEvent(self, _event: QPaintEvent) -> None:  # noqa: N802 - Qt's name
        """Draw lanes, marks and the axis."""
        if not self._spots:
            return
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setFont(theme().font(SMALL))
        for k, (kind, words) in enumerate(self._lanes):
            self._lane(painter, k, kind, words)
        self._axis(painter)
        painter.end()

    def _middle(self, lane: int) -> float:
        return theme().px(HEAD) + (lane + 0.5) * theme().px(LANE)

    def _lane(self, painter: QPainter, lane: int, kind: str, words: str) -> None:
        look, y = theme(), self._middle(lane)
        left, right = self._sides()
        painter.setPen(look.colour("soft"))
        box = QRectF(look.px(12), y - look.px(LANE) / 2, left - look.px(14), look.px(LANE))
        painter.drawText(box, Qt.AlignmentFlag.AlignVCenter, words)
        painter.setPen(QPen(look.colour("line"), 1))
        painter.drawLine(QPointF(left, y), QPointF(right, y))
        spots = [spot for spot in self._spots if spot.kind == kind]
        if kind == "data" and len(spots) > 1:
            band = QRectF(self._x(spots[0].start), y - 4, 0, 8)
            band.setRight(self._x(spots[-1].end))
            painter.fillRect(band, look.colour("unsure_tint"))
        for spot in spots:
            self._spot(painter, spot, y)

    def _spot(self, painter: QPainter, spot: Spot, y: float) -> None:
        look = theme()
        colour = look.colour(ROLES.get(spot.kind, "soft"))
        first, last = self._x(spot.start), self._x(spot.end)
        half = look.px(5.0)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(colour)
        middle = (first + last) / 2
        if spot.kind == "release":
            shape = [(0, -half), (half, 0), (0, half), (-half, 0)]
            painter.drawPolygon(QPolygonF([QPointF(middle + a, y + b) for a, b in shape]))
        elif spot.kind == "decision":
            shape = [(0, -half), (half, half), (-half, half)]
            painter.drawPolygon(QPolygonF([QPointF(middle + a, y + b) for a, b in shape]))
        elif spot.kind == "onset":
            wide = max(last - first, 2 * half)
            box = QRectF(middle - wide / 2, y - half, wide, 2 * half)
            painter.drawRoundedRect(box, half, half)
        else:
            painter.drawRect(QRectF(middle - 1, y - half - 2, 2, 2 * half + 4))
        if spot.number == self._at:
            wide = max(last - first, 2 * half) + 8
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(QPen(look.colour("accent"), 1.6))
            high = 2 * half + 8
            ring = QRectF(middle - wide / 2, y - high / 2, wide, high)
            painter.drawRoundedRect(ring, high / 2, high / 2)

    def _axis(self, painter: QPainter) -> None:
        look = theme()
        left, right = self._sides()
        y = float(look.px(HEAD) + look.px(LANE) * len(self._lanes) + 2)
        painter.setPen(QPen(look.colour("faint"), 1))
        painter.drawLine(QPointF(left, y), QPointF(right, y))
        low, high = self._reach()
        metrics = painter.fontMetrics()
        end = float("-inf")
        for at, words in desk.chart_ticks("time", low, high, 5):
            x = self._x(at)
            half = metrics.horizontalAdvance(words) / 2
            if x - half < max(end + 8, 0) or x + half > self.width():
                continue
            end = x + half
            painter.setPen(QPen(look.colour("faint"), 1))
            painter.drawLine(QPointF(x, y), QPointF(x, y + 4))
            painter.setPen(look.colour("soft"))
            painter.drawText(QPointF(x - half, y + 6 + metrics.ascent()), words)
