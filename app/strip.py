"""The time strip over the list: volume as bars, the adverse share as a line, drag to narrow.

Painted by hand: 64 spans need no plotting library, and the window opens sooner without one.  What
the mouse does the keyboard does too: Enter asks for from and to, Delete shows all of the time.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime

from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen, QPolygonF
from PySide6.QtWidgets import QSizePolicy, QWidget

from app.language import tr
from app.models.decisions import MONTHS
from app.theme import SMALL, theme
from investigators.wish import Strip

HIGH, AXIS, HEAD = 56, 18, 17
DRAG = 4  # pixels before a click becomes a drag


@dataclass(frozen=True)
class Marks:
    """What is marked on the strip, in seconds since 1970 on the case's clock.

    ``here`` is this decision; ``onset`` and ``end`` bound the lead; ``low`` and ``high`` bound
    what is listed; ``adverse`` names the share that the line shows.
    """

    here: float | None = None
    onset: float | None = None
    end: float | None = None
    low: float | None = None
    high: float | None = None
    adverse: str = ""


class TimeStrip(QWidget):
    """One strip.  ``narrowed`` carries two times, ``widened`` nothing, ``asked`` wants a dialog."""

    narrowed = Signal(float, float)
    widened = Signal()
    asked = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.strip: Strip | None = None
        self.marks = Marks()
        self._words = ""
        self._from: float | None = None
        self._to: float | None = None
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setCursor(Qt.CursorShape.SplitHCursor)
        self.setToolTip(tr("Drag to narrow the time; double-click for all of it; Enter to type it"))

    def show_strip(self, strip: Strip | None, marks: Marks, words: str = "") -> None:
        """Show a strip with its marks; ``words`` stand where there is none."""
        self.strip, self.marks, self._words = strip, marks, words
        self.setAccessibleName(self.description())
        self.updateGeometry()
        self.update()

    def description(self) -> str:
        """The strip in a sentence, for those who do not see it."""
        strip = self.strip
        if strip is None:
            return tr("Time strip: {words}", words=self._words)
        first, last = day(strip.edges[0]), day(strip.edges[-1])
        said = [
            tr(
                "%n decisions from {first} to {last} ({zone})",
                "",
                sum(strip.counts),
                first=first,
                last=last,
                zone=strip.zone,
            )
        ]
        shares = [share for share in strip.share if share is not None]
        if shares:
            low, high = 100 * min(shares), 100 * max(shares)
            said.append(
                tr(
                    "{share_name} between {low:.0f} % and {high:.0f} %",
                    share_name=self._share_name(),
                    low=low,
                    high=high,
                )
            )
        if self.marks.here is not None:
            said.append(tr("this decision {when}", when=minute(self.marks.here)))
        if self.marks.onset is not None:
            said.append(tr("the lead begins {when}", when=minute(self.marks.onset)))
        return tr("Time strip: {said}", said="; ".join(said))

    def _share_name(self) -> str:
        return (
            tr("share in {adverse}", adverse=self.marks.adverse)
            if self.marks.adverse
            else tr("adverse share")
        )

    def sizeHint(self) -> QSize:  # noqa: N802 - Qt's name
        """As high as its three lines need at the text zoom in force."""
        return QSize(200, theme().px(HIGH + AXIS + HEAD))

    # --- where is what ---------------------------------------------------------------------------

    def _plot(self) -> QRectF:
        head, axis = theme().px(HEAD), theme().px(AXIS)
        return QRectF(0, head, self.width(), max(self.height() - head - axis, 10))

    def _x(self, seconds: float) -> float:
        assert self.strip is not None
        low, high = self.strip.edges[0], self.strip.edges[-1]
        return (seconds - low) / max(high - low, 1e-9) * self.width()

    def _seconds(self, x: float) -> float:
        assert self.strip is not None
        low, high = self.strip.edges[0], self.strip.edges[-1]
        return low + min(max(x / max(self.width(), 1), 0.0), 1.0) * (high - low)

    # --- mouse and keys --------------------------------------------------------------------------

    def mousePressEvent(self, event: QMouseEvent) -> None:  # noqa: N802 - Qt's name
        """A drag begins."""
        if self.strip is not None and event.button() == Qt.MouseButton.LeftButton:
            self._from, self._to = event.position().x(), None

    def mouseMoveEvent(self, event: QMouseEvent) -> None:  # noqa: N802 - Qt's name
        """A drag goes on."""
        if self._from is not None and abs(event.position().x() - self._from) >= DRAG:
            self._to = event.position().x()
        self.update()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:  # noqa: N802 - Qt's name
        """A drag ends: narrow."""
        del event
        start, end, self._from, self._to = self._from, self._to, None, None
        self.update()
        if self.strip is not None and start is not None and end is not None:
            low, high = sorted((self._seconds(start), self._seconds(end)))
            self.narrowed.emit(low, high)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:  # noqa: N802 - Qt's name
        """All of the time."""
        del event
        self._from = self._to = None
        self.widened.emit()

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802 - Qt's name
        """Enter asks for from and to; Delete widens."""
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space):
            self.asked.emit()
        elif event.key() in (Qt.Key.Key_Delete, Qt.Key.Key_Backspace):
            self.widened.emit()
        else:
            super().keyPressEvent(event)

    # --- painting --------------------------------------------------------------------------------

    def paintEvent(self, _event: QPaintEvent) -> None:  # noqa: N802 - Qt's name
        """Bars, line, marks, dates."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setFont(theme().font(SMALL))
        if self.strip is None:
            painter.setPen(theme().colour("faint"))
            flags = Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextWordWrap
            painter.drawText(self.rect(), int(flags), self._words)
        else:
            self._paint_ground(painter)
            self._paint_bars(painter, self.strip)
            self._paint_share(painter, self.strip)
            self._paint_marks(painter)
            self._paint_axis(painter, self.strip)
        if self.hasFocus():
            painter.setPen(QPen(theme().colour("accent"), 2))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRoundedRect(QRectF(self.rect()).adjusted(1, 1, -1, -1), 4, 4)
        painter.end()

    def _paint_ground(self, painter: QPainter) -> None:
        """The lead's time, shaded."""
        if self.marks.onset is None:
            return
        plot = self._plot()
        left = max(self._x(self.marks.onset), 0.0)
        right = self.width() if self.marks.end is None else self._x(self.marks.end)
        if right > left:
            ground = QRectF(left, plot.top(), min(right, self.width()) - left, plot.height())
            painter.fillRect(ground, theme().colour("finding_tint"))

    def _paint_bars(self, painter: QPainter, strip: Strip) -> None:
        plot, most = self._plot(), max(strip.counts, default=0) or 1
        room = plot.height() * 0.42 if self._has_share(strip) else plot.height() * 0.9
        colour = theme().colour("faint")
        colour.setAlphaF(0.34)
        for k, count in enumerate(strip.counts):
            if count:
                left, right = self._x(strip.edges[k]), self._x(strip.edges[k + 1])
                high = max(room * count / most, 1.0)
                bar = QRectF(left, plot.bottom() - high, max(right - left - 1, 1), high)
                painter.fillRect(bar, colour)
        painter.setPen(QPen(theme().colour("line"), 1))
        painter.drawLine(plot.bottomLeft(), plot.bottomRight())

    @staticmethod
    def _has_share(strip: Strip) -> bool:
        return any(share is not None for share in strip.share)

    def _paint_share(self, painter: QPainter, strip: Strip) -> None:
        """The adverse share from zero to its own largest, named with that largest."""
        shares = [share for share in strip.share if share is not None]
        if not shares:
            return
        plot, top = self._plot(), max(*shares, 1e-9) if len(shares) > 1 else max(shares[0], 1e-9)
        painter.setPen(QPen(theme().colour("raises"), 1.6))
        line = QPolygonF()
        for k, share in enumerate(strip.share):
            if share is None:
                painter.drawPolyline(line)
                line = QPolygonF()
                continue
            middle = (self._x(strip.edges[k]) + self._x(strip.edges[k + 1])) / 2
            line.append(QPointF(middle, plot.bottom() - (plot.height() - 3) * share / top))
        painter.drawPolyline(line)
        painter.setPen(theme().colour("raises"))
        head = QRectF(0, 0, self.width(), theme().px(HEAD))
        words = tr("{share_name}, up to {top:.0f} %", share_name=self._share_name(), top=100 * top)
        cut = painter.fontMetrics().elidedText(words, Qt.TextElideMode.ElideRight, self.width())
        painter.drawText(head, int(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter), cut)

    def _paint_marks(self, painter: QPainter) -> None:
        """What is listed, what is being dragged, this decision."""
        plot = self._plot()
        veil = theme().colour("background")
        veil.setAlphaF(0.72)
        if self.marks.low is not None or self.marks.high is not None:
            left = 0.0 if self.marks.low is None else self._x(self.marks.low)
            right = self.width() if self.marks.high is None else self._x(self.marks.high)
            painter.fillRect(QRectF(0, plot.top(), left, plot.height()), veil)
            painter.fillRect(QRectF(right, plot.top(), self.width() - right, plot.height()), veil)
            painter.setPen(QPen(theme().colour("accent"), 1))
            for x in (left, right):
                painter.drawLine(QPointF(x, plot.top()), QPointF(x, plot.bottom()))
        if self._from is not None and self._to is not None:
            tint = theme().colour("accent")
            tint.setAlphaF(0.25)
            left, right = sorted((self._from, self._to))
            painter.fillRect(QRectF(left, plot.top(), right - left, plot.height()), tint)
        if self.marks.here is not None:
            pen = QPen(theme().colour("accent"), 1.6, Qt.PenStyle.DashLine)
            painter.setPen(pen)
            x = min(max(self._x(self.marks.here), 1.0), self.width() - 1.0)
            painter.drawLine(QPointF(x, plot.top()), QPointF(x, plot.bottom()))

    def _paint_axis(self, painter: QPainter, strip: Strip) -> None:
        """First and last day, and the onset between them where there is room."""
        metrics = painter.fontMetrics()
        plot = self._plot()
        ground = QRectF(0, plot.bottom() + 1, self.width(), theme().px(AXIS) - 1)
        middle = int(Qt.AlignmentFlag.AlignVCenter)
        first, last = day(strip.edges[0]), day(strip.edges[-1])
        if self._from is not None and self._to is not None:
            low, high = sorted((self._seconds(self._from), self._seconds(self._to)))
            painter.setPen(theme().colour("accent"))
            words = tr("{when} to {when2}", when=minute(low), when2=minute(high))
            painter.drawText(ground, middle | int(Qt.AlignmentFlag.AlignHCenter), words)
            return
        painter.setPen(theme().colour("soft"))
        painter.drawText(ground, middle | int(Qt.AlignmentFlag.AlignLeft), first)
        painter.drawText(ground, middle | int(Qt.AlignmentFlag.AlignRight), last)
        if self.marks.onset is None:
            return
        words = minute(self.marks.onset)
        wide = metrics.horizontalAdvance(words)
        low = metrics.horizontalAdvance(first) + 8
        high = self.width() - metrics.horizontalAdvance(last) - 8 - wide
        if low <= high:
            left = min(max(self._x(self.marks.onset) - wide / 2, low), high)
            painter.setPen(theme().colour("raises"))
            painter.drawText(QRectF(left, ground.top(), wide + 2, ground.height()), middle, words)


def _moment(seconds: float) -> datetime:
    return datetime.fromtimestamp(seconds, UTC)


def day(seconds: float) -> str:
    """A day in words: ``12 Apr``."""
    when = _moment(seconds)
    return f"{when.day} {tr(MONTHS[when.month - 1])}"


def minute(seconds: float) -> str:
    """A time in words: ``7 May 08:40``."""
    return f"{day(seconds)} {_moment(seconds):%H:%M}"
