"""Finds what is clipped on a screen: words wider than their place, parts outside or over others.

``faults(root)`` walks over everything visible.  Cut with an ellipsis counts as clipped, but for
what people or files named (:data:`MAY_GIVE_WAY`) when the whole stands in the tool tip.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Any, cast
from xml.etree import ElementTree as ET

from PySide6.QtCore import QBuffer, QByteArray, QIODevice, QPoint, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QFont, QFontMetricsF
from PySide6.QtSvg import QSvgGenerator
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractItemView,
    QAbstractScrollArea,
    QCheckBox,
    QComboBox,
    QHeaderView,
    QLabel,
    QLineEdit,
    QPlainTextEdit,
    QRadioButton,
    QScrollArea,
    QStyle,
    QStyleOptionComboBox,
    QTabBar,
    QTableView,
    QWidget,
)

from app.panes.chips import Chip
from app.parts import Card, Elided
from app.strip import TimeStrip
from app.timeline_picture import TimelinePicture
from app.waterfall import Waterfall

LEAF = (QLabel, QAbstractButton, QComboBox, QLineEdit, QAbstractItemView, QPlainTextEdit)
PAINTED = (Waterfall, TimeStrip, TimelinePicture)
REACHING = (QTableView, QPlainTextEdit, QHeaderView)  # tables have a rule of their own
SLACK = 1  # pixels that rounding may take
# Titles, reported words, ids and file names are people's own and have no bound: they may be cut
# where the whole is in the tool tip.  Words of this program may not.
MAY_GIVE_WAY = (Elided, Chip)


def faults(root: QWidget) -> list[str]:
    """Everything that is clipped under ``root``, in words."""
    found = []
    for widget in _seen(root):
        words = "; ".join(_faults_of(widget))
        if words:
            found.append(f"{_name(widget)}: {words}")
    return found


def _seen(root: QWidget) -> Iterator[QWidget]:
    yield root
    for child in root.findChildren(QWidget):
        if child.isVisible():
            yield child


def _faults_of(widget: QWidget) -> Iterator[str]:
    for kind, judge in JUDGES.items():
        if isinstance(widget, kind):
            yield from judge(widget)
    if isinstance(widget, QAbstractScrollArea) and not isinstance(widget, REACHING):
        over = widget.horizontalScrollBar().maximum()
        if over > 0:
            yield f"scrolls sideways by {over}"
    if isinstance(widget, PAINTED) or type(widget).__name__ == "PlotWidget":
        yield from painted_faults(widget)
    yield from _outside(widget)
    yield from _over_others(widget)


# --- words in their widget -----------------------------------------------------------------------


def _label(widget: QLabel) -> Iterator[str]:
    if isinstance(widget, Elided):
        if widget.text() != widget.whole() and widget.whole() not in widget.toolTip():
            yield "is cut, and its tool tip does not say the whole"
        elif widget.text() != widget.whole() and len(widget.text()) < 12:
            yield f"is cut to {widget.text()!r}: nothing can be read"
        return
    if not widget.text():
        return
    needed = QSize(widget.sizeHint())
    if widget.wordWrap():
        longest = max(widget.text().split(), key=len, default="")
        wide = widget.fontMetrics().horizontalAdvance(longest)
        needed = QSize(wide, widget.heightForWidth(widget.width()))
    yield from _fits(widget, needed)


def _button(widget: QAbstractButton) -> Iterator[str]:
    if isinstance(widget, Card) or not widget.text():
        return
    if isinstance(widget, MAY_GIVE_WAY):
        if "…" in widget.text() and widget.toolTip() == "":
            yield "is cut without a tool tip"
        return
    needed = widget.sizeHint()
    if not isinstance(widget, QCheckBox | QRadioButton):
        words = widget.fontMetrics().size(Qt.TextFlag.TextShowMnemonic, widget.text())
        needed = QSize(min(needed.width(), words.width() + 4), min(needed.height(), words.height()))
    yield from _fits(widget, needed)


def _combo(widget: QComboBox) -> Iterator[str]:
    option = QStyleOptionComboBox()
    widget.initStyleOption(option)
    room = widget.style().subControlRect(
        QStyle.ComplexControl.CC_ComboBox, option, QStyle.SubControl.SC_ComboBoxEditField, widget
    )
    wide = widget.fontMetrics().horizontalAdvance(widget.currentText())
    if wide > room.width() + SLACK and widget.currentText() not in widget.toolTip():
        yield f"{widget.currentText()!r} needs {wide} of {room.width()}"


def _line(widget: QLineEdit) -> Iterator[str]:
    hint = widget.placeholderText()
    if widget.text() or not hint or isinstance(widget.parent(), QComboBox):
        return
    wide = widget.fontMetrics().horizontalAdvance(hint)
    if wide > widget.width() - 6 and hint not in widget.toolTip():
        yield f"its hint needs {wide} of {widget.width()}"


def _tabs(widget: QTabBar) -> Iterator[str]:
    for k in range(widget.count()):
        if not widget.rect().contains(widget.tabRect(k)):
            yield f"tab {widget.tabText(k)!r} is not whole"


def _header(widget: QHeaderView) -> Iterator[str]:
    model = widget.model()
    for k in range(widget.count()):
        if widget.isSectionHidden(k) or not widget.isVisible():
            continue
        left, wide = widget.sectionViewportPosition(k), widget.sectionSize(k)
        if left >= widget.viewport().width():
            continue  # to be scrolled to
        text = str(model.headerData(k, widget.orientation(), Qt.ItemDataRole.DisplayRole) or "")
        needed = widget.fontMetrics().horizontalAdvance(text) + 4
        if needed > wide + SLACK:
            yield f"title {text!r} needs {needed} of {wide}"


def _table(widget: QTableView) -> Iterator[str]:
    """Columns in sight, or within reach where there are many; what a cell cuts is in its tip."""
    model = widget.model()
    essential = 3 if model.columnCount() > 4 else model.columnCount()
    header = widget.horizontalHeader()
    shown = [k for k in range(model.columnCount()) if not header.isSectionHidden(k)]
    shown.sort(key=header.visualIndex)
    for k in shown[:essential]:
        right = header.sectionViewportPosition(k) + header.sectionSize(k)
        if right > widget.viewport().width() + SLACK:
            yield f"column {k} ends at {right} of {widget.viewport().width()}"
    metrics = QFontMetricsF(widget.font())
    top, bottom = widget.rowAt(0), widget.rowAt(widget.viewport().height() - 1)
    for row in range(max(top, 0), bottom + 1 if bottom >= 0 else model.rowCount()):
        for k in shown:
            text = str(model.index(row, k).data() or "")
            if widget.wordWrap() or not text:
                continue
            if metrics.horizontalAdvance(text) > widget.columnWidth(k):
                tip = str(model.index(row, k).data(Qt.ItemDataRole.ToolTipRole) or "")
                if text not in tip:
                    yield f"cell {text!r} is cut, and its tool tip does not say the whole"


def _fits(widget: QWidget, needed: QSize) -> Iterator[str]:
    if needed.width() > widget.width() + SLACK:
        yield f"needs {needed.width()} of {widget.width()} across"
    if needed.height() > widget.height() + SLACK:
        yield f"needs {needed.height()} of {widget.height()} down"


JUDGES: dict[type[QWidget], Callable[[Any], Iterator[str]]] = {
    QLabel: _label,
    QAbstractButton: _button,
    QComboBox: _combo,
    QLineEdit: _line,
    QTabBar: _tabs,
    QHeaderView: _header,
    QTableView: _table,
}


# --- parts in their parent -----------------------------------------------------------------------


def _outside(widget: QWidget) -> Iterator[str]:
    """Inside its parent; what a scroll area holds may reach below, for one can scroll there."""
    parent = widget.parentWidget()
    if parent is None or widget.isWindow() or not isinstance(widget, LEAF):
        return
    rect, room = widget.geometry(), parent.rect()
    area = parent.parent()
    if isinstance(area, QAbstractItemView):
        return
    if isinstance(area, QScrollArea):
        room.setTop(min(room.top(), rect.top()))
        room.setBottom(max(room.bottom(), rect.bottom()))
    if not room.adjusted(-SLACK, -SLACK, SLACK, SLACK).contains(rect):
        yield f"lies at {_said(rect)}, outside of {_said(room)}"


def _over_others(widget: QWidget) -> Iterator[str]:
    """No two labels, buttons or fields of one parent lie over each other."""
    parts = [
        child
        for child in widget.children()
        if isinstance(child, LEAF) and child.isVisible() and not child.isWindow()
    ]
    if isinstance(widget, QLineEdit | QAbstractItemView):
        return
    for k, one in enumerate(parts):
        for other in parts[k + 1 :]:
            both = one.geometry() & other.geometry()
            if both.width() > SLACK and both.height() > SLACK:
                yield f"{_name(one)} lies over {_name(other)}"


# --- painted words -------------------------------------------------------------------------------


def painted(widget: QWidget) -> list[tuple[str, QRectF]]:
    """Words that a widget paints, with their boxes in its pixels."""
    data = QByteArray()
    buffer = QBuffer(data)
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    drawing = QSvgGenerator()
    drawing.setOutputDevice(buffer)
    drawing.setSize(widget.size())
    drawing.setResolution(widget.logicalDpiX())
    drawing.setViewBox(QRect(QPoint(0, 0), widget.size()))
    QWidget.render(widget, drawing)  # a plot has a render of its own, of its scene alone
    buffer.close()
    return list(_texts(bytes(data.data()).decode()))


def _texts(svg: str) -> Iterator[tuple[str, QRectF]]:
    def walk(
        node: ET.Element, kept: dict[str, str], move: tuple[float, ...]
    ) -> Iterator[tuple[str, QRectF]]:
        given = {**kept, **node.attrib}
        if match := re.fullmatch(r"matrix\(([^)]*)\)", node.attrib.get("transform", "")):
            move = tuple(float(part) for part in re.split(r"[ ,]+", match[1].strip()))
        if node.tag.endswith("text") and (words := "".join(node.itertext()).strip()):
            font = QFont(given["font-family"].strip("'"))
            font.setPixelSize(round(float(given["font-size"].removesuffix("px"))))
            font.setWeight(QFont.Weight(int(given.get("font-weight", "400"))))
            metrics = QFontMetricsF(font)
            x, y = float(given["x"]) + move[4], float(given["y"]) + move[5]
            high = metrics.capHeight()  # letters, not the air of a line
            yield words, QRectF(x, y - high, metrics.horizontalAdvance(words), high)
        for child in node:
            yield from walk(child, given, move)

    root = ET.fromstring(svg)
    yield from walk(root, {}, (1.0, 0.0, 0.0, 1.0, 0.0, 0.0))


def painted_faults(widget: QWidget, *, may_cut: bool = False) -> Iterator[str]:
    """Painted words inside the widget, whole unless they may be cut, none over another."""
    texts = painted(widget)
    room = QRectF(widget.rect()).adjusted(-SLACK, -SLACK, SLACK, SLACK)
    for k, (words, box) in enumerate(texts):
        if not room.contains(box):
            yield f"painted {words!r} lies at {_said(box.toRect())} of {_said(widget.rect())}"
        if words.endswith("…") and not (may_cut or _may_cut(widget)):
            yield f"painted {words!r} is cut"
        for other, at in texts[k + 1 :]:
            if box.adjusted(1, 1, -1, -1).intersects(at):
                yield f"painted {words!r} lies over {other!r}"


def _may_cut(widget: QWidget) -> bool:
    """A waterfall tells the whole row in its tool tip; a name of an input may be of any length."""
    return isinstance(widget, Waterfall)


def _name(widget: QWidget) -> str:
    text = getattr(widget, "text", None)
    said = cast("str", text())[:50] if callable(text) else ""
    own = said or widget.accessibleName()[:50] or widget.objectName()
    return f"{type(widget).__name__} {own!r}"


def _said(rect: QRect) -> str:
    return f"{rect.x()},{rect.y()} {rect.width()}x{rect.height()}"
