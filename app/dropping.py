"""Files that are dragged over the window: which they are, and what letting them go will do."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6 import QtCore
from PySide6.QtCore import QMimeData
from PySide6.QtGui import QDropEvent, QImage
from PySide6.QtWidgets import QWidget

from app.language import tr
from app.parts import kind, label
from app.theme import theme

if TYPE_CHECKING:
    from app.session import Session
    from app.state import Stage

PICTURES = (".png", ".jpg", ".jpeg", ".webp", ".gif", ".bmp")


def dropped(data: QMimeData) -> list[str]:
    """Paths of the files that are dragged."""
    return [url.toLocalFile() for url in data.urls() if url.isLocalFile()]


def is_picture(path: str) -> bool:
    """Whether a file is a picture by its name."""
    return path.lower().endswith(PICTURES)


def will_happen(paths: list[str], *, begun: bool) -> str:
    """What letting them go will do; ``begun``: a case is open and takes loose files in."""
    if len(paths) == 1 and paths[0].endswith((".fifthwhy", ".toml")):
        return tr("Let go: this case opens")
    if not paths:
        return ""
    n = len(paths)
    if begun:
        return tr(
            "Let go: %n files are read into this case, and you see what each was taken for", "", n
        )
    return tr("Let go: %n files are read, and you see what each was taken for", "", n)


def pictured(data: QMimeData) -> bool:
    """Whether a picture is dragged: one file, or pixels (from a browser, say)."""
    paths = dropped(data)
    return len(paths) == 1 and is_picture(paths[0]) if paths else data.hasImage()


def picture_words(data: QMimeData, stage: Stage) -> str:
    """What letting something go over an open case will do."""
    if stage == "case" and pictured(data):
        return tr("Let go: you mark the picture, and it goes into this case")
    return will_happen(dropped(data), begun=stage in ("sources", "case"))


def take_picture(window: QWidget, session: Session, event: QDropEvent) -> bool:
    """Mark a picture that was dropped on a case; whether it was one."""
    data = event.mimeData()
    if not pictured(data):
        return False
    from app.dialogs.picture import add_file, add_image

    event.acceptProposedAction()
    if paths := dropped(data):
        add_file(window, session, paths[0])
    else:
        add_image(window, session, QImage(data.imageData()))
    return True


class Hover:
    """Words over the window while something is dragged across it; they move nothing."""

    def __init__(self, over: QWidget) -> None:
        self._over = over
        self.words = label("", "hover")
        kind(self.words, "hover")
        self.words.setParent(over)
        self.words.setAttribute(QtCore.Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.words.hide()

    def say(self, words: str) -> None:
        """Show words in the upper middle, or nothing."""
        self.words.setText(words)
        self.words.setAccessibleName(words)
        self.words.ensurePolished()
        self.words.adjustSize()
        self.words.move((self._over.width() - self.words.width()) // 2, theme().px(90))
        self.words.setVisible(bool(words))
        self.words.raise_()
