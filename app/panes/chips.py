"""A filter in force as a chip, and the line of the search."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QKeyEvent, QResizeEvent
from PySide6.QtWidgets import QLineEdit, QPushButton

from app.language import tr
from app.parts import kind


class SearchLine(QLineEdit):
    """A line that Esc clears."""

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802 - Qt's name
        """Esc clears; when there is nothing to clear the key goes on."""
        if event.key() == Qt.Key.Key_Escape and self.text():
            self.clear()
        else:
            super().keyPressEvent(event)


class Chip(QPushButton):
    """A filter in force: a click or Delete takes it away."""

    def __init__(self, words: str, away: Callable[[], None]) -> None:
        super().__init__()
        self._away = away
        kind(self, "chip")
        self.setToolTip(tr("{words}: click or Delete to take it away", words=words))
        self.setAccessibleName(tr("{words}, take away", words=words))
        self.clicked.connect(lambda _c=False: away())
        self._words = words
        self.setText(self._whole())

    def _whole(self) -> str:
        return f"{self._words} ×".replace("&", "&&")

    def sizeHint(self) -> QSize:  # noqa: N802 - Qt's name
        """Room for the whole words, whatever is shown of them now."""
        size, metrics = super().sizeHint(), self.fontMetrics()
        more = metrics.horizontalAdvance(self._whole()) - metrics.horizontalAdvance(self.text())
        return QSize(size.width() + max(more, 0), size.height())

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802 - Qt's name
        """Cut the words to the room there is."""
        super().resizeEvent(event)
        over = self.sizeHint().width() - self.width()
        metrics = self.fontMetrics()
        room = metrics.horizontalAdvance(self._words) - over
        cut = metrics.elidedText(self._words, Qt.TextElideMode.ElideRight, room)
        self.setText(self._whole() if over <= 0 else f"{cut} ×".replace("&", "&&"))

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802 - Qt's name
        """Delete takes it away."""
        if event.key() in (Qt.Key.Key_Delete, Qt.Key.Key_Backspace):
            self._away()
        else:
            super().keyPressEvent(event)
