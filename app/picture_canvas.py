"""A picture to mark: cut, arrow, region, cover, by mouse and by keys.

Marks are in the picture's own pixels (:mod:`investigators.pictures`); here they are shown at the
size that there is room for.  What is covered is opaque here as well, so that nobody trusts a cover
that hides less than it seems to.
"""

from __future__ import annotations

from dataclasses import replace

from PySide6.QtCore import QEvent, QPoint, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QFocusEvent,
    QImage,
    QKeyEvent,
    QKeySequence,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QPixmap,
    QPolygonF,
)
from PySide6.QtWidgets import QSizePolicy, QWidget

from app.language import later, spoken, tr
from app.theme import SMALL, theme
from investigators.pictures import Mark, MarkKind, numbered

KINDS: dict[MarkKind, str] = {
    "crop": later("cut"),
    "arrow": later("arrow"),
    "region": later("region"),
    "cover": later("cover"),
}
STEPS = {
    Qt.Key.Key_Left: (-1, 0),
    Qt.Key.Key_Right: (1, 0),
    Qt.Key.Key_Up: (0, -1),
    Qt.Key.Key_Down: (0, 1),
}
STEP_PART = 100  # of the longer side: how far an arrow key moves a mark
GRIP, ROOM, LARGER = 7, 6, 2.0
INK, HALO, COVER = (
    QColor("#b3261e"),
    QColor("#ffffff"),
    QColor("#181818"),
)  # as in the report (investigators.burnt_in)
LEAST = 3  # pixels on screen before a press becomes a mark


class Canvas(QWidget):
    """The picture with its marks.

    ``changed`` tells that marks are others now, ``picked`` that another one is chosen, ``drawing``
    that another kind is being drawn (or none).
    """

    changed = Signal()
    picked = Signal()
    drawing = Signal()

    def __init__(self, image: QImage, marks: tuple[Mark, ...] = ()) -> None:
        super().__init__()
        self.image = image
        self.marks = marks
        self.chosen: int | None = None
        self.kind: MarkKind | None = None
        self.done: list[tuple[Mark, ...]] = []
        self._same = ""  # what the last change was: the next of its kind joins it
        self._from: QPoint | None = None
        self._drawn: Mark | None = None
        self._grip = False
        self._scaled = QPixmap()
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setMouseTracking(True)
        self._tell()

    # --- what it holds ---------------------------------------------------------------------------

    @property
    def size_of_picture(self) -> tuple[int, int]:
        """Width and height in its own pixels."""
        return self.image.width(), self.image.height()

    @property
    def mark(self) -> Mark | None:
        """The chosen mark."""
        return None if self.chosen is None else self.marks[self.chosen]

    def put(self, marks: tuple[Mark, ...], same: str = "") -> None:
        """Put other marks in place; changes of the ``same`` kind in a row are undone as one."""
        if marks == self.marks:
            return
        if not same or same != self._same:
            self.done.append(self.marks)
        self._same = same
        self.marks = marks
        if self.chosen is not None and self.chosen >= len(marks):
            self.choose(None)
        self._tell()
        self.changed.emit()

    def change(self, mark: Mark, same: str = "") -> None:
        """Put a mark in the place of the chosen one."""
        at = self.chosen
        if at is not None:
            self.put((*self.marks[:at], mark, *self.marks[at + 1 :]), f"{same} {at}")

    def undo(self) -> None:
        """Take the last change of marks back."""
        if self.done:
            self.marks, self._same = self.done.pop(), ""
            self.choose(None)
            self._tell()
            self.changed.emit()

    def remove(self) -> None:
        """Take the chosen mark out."""
        at = self.chosen
        if at is not None:
            self.choose(None)
            self.put((*self.marks[:at], *self.marks[at + 1 :]))

    def add(self, mark: Mark) -> None:
        """Add a mark and choose it; there is one cut at most."""
        others = tuple(m for m in self.marks if mark.kind != "crop" or m.kind != "crop")
        self.put((*others, mark))
        self.draw(None)
        self.choose(len(self.marks) - 1)

    def choose(self, at: int | None) -> None:
        """Choose a mark by its place, or none."""
        if at != self.chosen:
            self.chosen, self._same = at, ""
            self._tell()
            self.picked.emit()

    def draw(self, kind: MarkKind | None) -> None:
        """Draw marks of this kind from now on, until one is there."""
        self.kind, self._drawn = kind, None
        self.setCursor(Qt.CursorShape.ArrowCursor if kind is None else Qt.CursorShape.CrossCursor)
        self._tell()
        self.drawing.emit()

    def insert(self) -> None:
        """Put a mark of the kind that is drawn into the middle, for keys."""
        wide, high = self.size_of_picture
        if self.kind is not None:
            left, top = wide // 3, high // 3
            right, bottom = max(wide * 2 // 3, left + 1), max(high * 2 // 3, top + 1)
            self.add(Mark(self.kind, left, top, right, bottom))

    def _tell(self) -> None:
        """Say what is there for those who do not see it."""
        words = spoken(KINDS)
        said = [tr("Picture to mark, %n marks", "", len(self.marks))]
        if self.mark is not None and self.chosen is not None:
            left, top, right, bottom = self.mark.box
            said.append(
                tr(
                    "chosen: {kind} {place}, from {left}, {top} to {right}, {bottom}",
                    kind=words[self.mark.kind],
                    place=self.chosen + 1,
                    left=left,
                    top=top,
                    right=right,
                    bottom=bottom,
                )
            )
        if self.kind is not None:
            said.append(tr("Enter puts a mark into the middle: {kind}", kind=words[self.kind]))
        self.setAccessibleName("; ".join(said))
        self.update()

    # --- where is what ---------------------------------------------------------------------------

    def sizeHint(self) -> QSize:  # noqa: N802 - Qt's name
        """Some room; there may be more or less of it."""
        return QSize(theme().px(560), theme().px(400))

    def minimumSizeHint(self) -> QSize:  # noqa: N802 - Qt's name
        """What is marked is seen at all."""
        return QSize(240, 180)

    def _place(self) -> QRectF:
        """Where the picture is drawn."""
        wide, high = self.size_of_picture
        room = ROOM * 2
        by = min((self.width() - room) / wide, (self.height() - room) / high, LARGER)
        size = QPointF(wide * by, high * by)
        return QRectF((self.width() - size.x()) / 2, (self.height() - size.y()) / 2,
                      size.x(), size.y())  # fmt: skip

    def _on_screen(self, x: float, y: float) -> QPointF:
        place = self._place()
        by = place.width() / self.image.width()
        return QPointF(place.left() + x * by, place.top() + y * by)

    def _rect(self, mark: Mark) -> QRectF:
        left, top, right, bottom = mark.box
        return QRectF(self._on_screen(left, top), self._on_screen(right, bottom))

    def at(self, place: QPointF) -> QPoint:
        """The pixel of the picture under a place of the widget; beside it, the nearest."""
        shown = self._place()
        by = shown.width() / self.image.width()
        wide, high = self.size_of_picture
        x, y = round((place.x() - shown.left()) / by), round((place.y() - shown.top()) / by)
        return QPoint(min(max(x, 0), wide), min(max(y, 0), high))

    def _under(self, place: QPointF) -> int | None:
        """The mark under a place, the last drawn first; a cut is taken by its edge."""
        grip = theme().px(GRIP)
        for at in reversed(range(len(self.marks))):
            mark = self.marks[at]
            rect = self._rect(mark).adjusted(-grip, -grip, grip, grip)
            inner = self._rect(mark).adjusted(grip, grip, -grip, -grip)
            if rect.contains(place) and not (mark.kind == "crop" and inner.contains(place)):
                return at
        return None

    # --- mouse -----------------------------------------------------------------------------------

    def mousePressEvent(self, event: QMouseEvent) -> None:  # noqa: N802 - Qt's name
        """Begin to draw, or choose what is there and hold it."""
        if event.button() != Qt.MouseButton.LeftButton:
            return
        self._from = self.at(event.position())
        if self.kind is None:
            self._grip = self._on_grip(event.position())
            if not self._grip:
                self.choose(self._under(event.position()))
            self._same = ""

    def _on_grip(self, place: QPointF) -> bool:
        mark = self.mark
        if mark is None:
            return False
        away = self._on_screen(mark.right, mark.bottom) - place
        return away.manhattanLength() <= 2 * theme().px(GRIP)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:  # noqa: N802 - Qt's name
        """Draw, move or stretch."""
        if self._from is None:
            return
        now = self.at(event.position())
        if self.kind is not None:
            self._drawn = Mark(self.kind, self._from.x(), self._from.y(), now.x(), now.y())
            self.update()
        elif self.mark is not None:
            by = now - self._from
            step = self.mark.stretched if self._grip else self.mark.moved
            self.change(step(by.x(), by.y(), *self.size_of_picture), "drag")
            self._from = now

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:  # noqa: N802 - Qt's name
        """What was drawn is there, unless it was no more than a click."""
        del event
        drawn, self._from, self._drawn = self._drawn, None, None
        self._same = ""
        if drawn is not None and self._large(drawn):
            if drawn.kind != "arrow":
                left, top, right, bottom = drawn.box
                drawn = replace(drawn, left=left, top=top, right=right, bottom=bottom)
            self.add(drawn)
        self.update()

    def _large(self, mark: Mark) -> bool:
        rect = self._rect(mark)
        if mark.kind == "arrow":
            return rect.width() + rect.height() >= LEAST
        left, top, right, bottom = mark.box
        return left < right and top < bottom and min(rect.width(), rect.height()) >= LEAST

    # --- keys ------------------------------------------------------------------------------------

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802 - Qt's name
        """Arrow keys move the chosen mark, with Shift they stretch it, with Ctrl by one pixel."""
        key = Qt.Key(event.key())
        if key in STEPS and self.mark is not None:
            self._step(key, event.modifiers())
        elif key in (Qt.Key.Key_Delete, Qt.Key.Key_Backspace) and self.mark is not None:
            self.remove()
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space) and self.kind:
            self.insert()
        elif event.matches(QKeySequence.StandardKey.Undo):
            self.undo()
        elif key == Qt.Key.Key_Escape and (self.kind is not None or self._from is not None):
            self._from = None
            self.draw(None)
        elif key == Qt.Key.Key_Escape and self.chosen is not None:
            self.choose(None)
        else:
            super().keyPressEvent(event)

    def _step(self, key: Qt.Key, held: Qt.KeyboardModifier) -> None:
        assert self.mark is not None
        wide, high = self.size_of_picture
        by = (
            1
            if held & Qt.KeyboardModifier.ControlModifier
            else max(1, max(wide, high) // STEP_PART)
        )
        right, down = (each * by for each in STEPS[key])
        stretch = bool(held & Qt.KeyboardModifier.ShiftModifier)
        step = self.mark.stretched if stretch else self.mark.moved
        self.change(step(right, down, wide, high), "stretch" if stretch else "move")

    def focusNextPrevChild(self, ahead: bool) -> bool:  # noqa: FBT001, N802 - Qt's name
        """Tab goes through the marks, and on from the last one."""
        at = -1 if self.chosen is None and ahead else self.chosen
        at = len(self.marks) if at is None else at
        to = at + (1 if ahead else -1)
        if 0 <= to < len(self.marks):
            self.choose(to)
            return True
        return super().focusNextPrevChild(ahead)

    def focusInEvent(self, event: QFocusEvent) -> None:  # noqa: N802 - Qt's name
        """Come in at the end that Tab comes from."""
        super().focusInEvent(event)
        if event.reason() == Qt.FocusReason.TabFocusReason:
            self.choose(0 if self.marks else None)
        elif event.reason() == Qt.FocusReason.BacktabFocusReason:
            self.choose(len(self.marks) - 1 if self.marks else None)
        self.update()

    def changeEvent(self, event: QEvent) -> None:  # noqa: N802 - Qt's name
        """Other colours or sizes."""
        super().changeEvent(event)
        self.update()

    # --- painting --------------------------------------------------------------------------------

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802 - Qt's name
        """The picture, its marks, which one is chosen, whether it has the keys."""
        del event
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        place = self._place()
        painter.drawPixmap(place.topLeft(), self._fitting(place))
        marks = (*self.marks, *([] if self._drawn is None else [self._drawn]))
        cuts = tuple(mark for mark in marks if mark.kind == "crop")
        number = 0
        for mark in sorted(marks, key=lambda each: each.kind != "cover"):
            told = bool(numbered((*cuts, mark), *self.size_of_picture))  # else it is cut off
            number += told
            self._paint(painter, mark, str(number) if told else "", place)
            if mark is self.mark:
                self._paint_chosen(painter, mark)
        if self.hasFocus():
            painter.setPen(QPen(theme().colour("accent"), 2))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRect(QRectF(self.rect()).adjusted(1, 1, -1, -1))
        painter.end()

    def _fitting(self, place: QRectF) -> QPixmap:
        sharp = self.devicePixelRatioF()
        size = (place.size() * sharp).toSize().expandedTo(QSize(1, 1))
        if self._scaled.size() != size:
            smooth = Qt.TransformationMode.SmoothTransformation
            image = self.image.scaled(size, Qt.AspectRatioMode.IgnoreAspectRatio, smooth)
            self._scaled = QPixmap.fromImage(image)
            self._scaled.setDevicePixelRatio(sharp)
        return self._scaled

    def _paint(self, painter: QPainter, mark: Mark, number: str, place: QRectF) -> None:
        rect = self._rect(mark)
        painter.setPen(Qt.PenStyle.NoPen)
        if mark.kind == "cover":
            painter.fillRect(rect, COVER)
        elif mark.kind == "crop":
            away = theme().colour("background")
            away.setAlpha(215)
            outside = QPolygonF(place).subtracted(QPolygonF(rect))
            painter.setBrush(away)
            painter.drawPolygon(outside)
            self._outlined(painter, rect)
        elif mark.kind == "region":
            self._outlined(painter, rect)
            self._badge(painter, rect.topLeft(), number)
        else:
            start = self._on_screen(mark.left, mark.top)
            self._arrow(painter, start, self._on_screen(mark.right, mark.bottom))
            self._badge(painter, start, number)

    @staticmethod
    def _outlined(painter: QPainter, rect: QRectF) -> None:
        painter.setBrush(Qt.BrushStyle.NoBrush)
        for colour, width in ((HALO, 4), (INK, 2)):
            painter.setPen(QPen(colour, width))
            painter.drawRect(rect)

    @staticmethod
    def _arrow(painter: QPainter, start: QPointF, end: QPointF) -> None:
        along = end - start
        length = max(1.0, (along.x() ** 2 + along.y() ** 2) ** 0.5)
        along /= length
        across = QPointF(-along.y(), along.x())
        foot = end - along * 12
        head = QPolygonF([end, foot + across * 5, foot - across * 5])
        for colour, width in ((HALO, 5), (INK, 2)):
            painter.setPen(QPen(colour, width))
            painter.drawLine(start, foot)
            painter.setBrush(colour)
            painter.drawPolygon(head)

    @staticmethod
    def _badge(painter: QPainter, at: QPointF, number: str) -> None:
        size = theme().px(9)
        circle = QRectF(at.x() - size, at.y() - size, 2 * size, 2 * size)
        painter.setPen(QPen(HALO, 1.5))
        painter.setBrush(INK)
        painter.drawEllipse(circle)
        painter.setFont(theme().font(SMALL, bold=True))
        painter.drawText(circle, Qt.AlignmentFlag.AlignCenter, number)

    def _paint_chosen(self, painter: QPainter, mark: Mark) -> None:
        """A dashed frame and a grip at the second corner."""
        painter.setBrush(Qt.BrushStyle.NoBrush)
        rect = self._rect(mark).adjusted(-4, -4, 4, 4)
        for colour, style in ((HALO, Qt.PenStyle.SolidLine), (INK, Qt.PenStyle.DashLine)):
            painter.setPen(QPen(colour, 1.5, style))
            painter.drawRect(rect)
        grip = theme().px(GRIP)
        middle = self._on_screen(mark.right, mark.bottom)
        painter.setPen(QPen(INK, 2))
        painter.setBrush(HALO)
        painter.drawRect(QRectF(middle.x() - grip / 2, middle.y() - grip / 2, grip, grip))
