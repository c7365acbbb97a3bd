"""What goes to the clipboard: a picture and a table at once, or one of them, or Markdown."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal

from PySide6.QtCore import QMimeData
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QApplication, QMenu, QWidget

from app.language import later, spoken, tr

Form = Literal["both", "picture", "table", "markdown"]
WORDS: dict[Form, str] = {
    "picture": later("Copy as picture"),
    "table": later("Copy as table"),
    "markdown": later("Copy as Markdown"),
}


@dataclass(frozen=True)
class Clip:
    """What a chart, table or card has to give; the first of ``rows`` is the header."""

    title: str = ""
    rows: tuple[tuple[str, ...], ...] = ()
    notes: tuple[str, ...] = ()
    picture: QWidget | None = None

    def text(self) -> str:
        """Title, rows separated by tabs, notes."""
        rows = ["\t".join(_one_line(cell) for cell in each) for each in self.rows]
        notes = [note for note in self.notes if note]
        return "\n".join([*([self.title] if self.title else []), *rows, *notes])

    def markdown(self) -> str:
        """The same for a ticket."""
        blocks = [f"**{_escaped(self.title)}**"] if self.title else []
        if self.rows:
            lines = [_cells(each) for each in self.rows]
            lines.insert(1, "|" + " --- |" * len(self.rows[0]))
            blocks.append("\n".join(lines))
        return "\n\n".join([*blocks, *(_escaped(note) for note in self.notes if note)]) + "\n"


def put(clip: Clip | None, form: Form = "both") -> None:
    """Put it on the clipboard; with ``both`` the place it goes to takes what it can."""
    if clip is None:
        return
    data = QMimeData()
    if form == "markdown":
        data.setText(clip.markdown())
    elif form != "picture":
        data.setText(clip.text())
    if clip.picture is not None and form in ("both", "picture"):
        data.setImageData(clip.picture.grab().toImage())
    QGuiApplication.clipboard().setMimeData(data)


def focused(does: str, top: QWidget) -> Any:  # noqa: ANN401 - whatever has that method
    """The widget nearest to the focus, below ``top``, that has a method of this name."""
    widget = QApplication.focusWidget()
    while widget is not None and widget is not top:
        if callable(getattr(widget, does, None)):
            return widget
        widget = widget.parentWidget()
    return None


def menu(parent: QWidget, clip: Callable[[], Clip | None]) -> QMenu:
    """The menu of what can be copied."""
    made = QMenu(parent)
    made.addAction(tr("Copy")).triggered.connect(lambda: put(clip()))
    for form, words in spoken(WORDS).items():
        made.addAction(words).triggered.connect(lambda _c=False, chosen=form: put(clip(), chosen))
    return made


def _one_line(text: str) -> str:
    return text.replace("\t", " ").replace("\r", " ").replace("\n", " ")


def _escaped(text: str) -> str:
    """Words that Markdown takes literally: they may come from a stranger's file."""
    marked = "".join(f"\\{c}" if c in "\\`*_[]<>#|" else c for c in text)
    return _one_line(marked)


def _cells(row: tuple[str, ...]) -> str:
    return "| " + " | ".join(_escaped(cell) for cell in row) + " |"
