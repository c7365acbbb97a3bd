"""What is drawn in pieces, whole: tests read it as a person would, who waits until it stands."""

from __future__ import annotations

from PySide6.QtWidgets import QApplication, QLabel, QWidget

from app.panes.whys import WhysPane


def whole(widget: QWidget) -> None:
    """Let the event loop turn until nothing of the whys is left to be drawn."""
    QApplication.processEvents()  # what was just laid out is shown by the event loop
    panes = [*widget.findChildren(WhysPane), *([widget] if isinstance(widget, WhysPane) else [])]
    while any(pane.drawing.under_way and pane.isVisible() for pane in panes):
        QApplication.processEvents()


def said(widget: QWidget) -> str:
    """The words that can be seen."""
    whole(widget)
    labels = widget.findChildren(QLabel)
    return "\n".join(each.text() for each in labels if each.isVisibleTo(widget))
