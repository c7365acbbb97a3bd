"""The field for a ticket or mail: what was recognised stands under it and can be corrected."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QSize, Signal
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QGridLayout, QPlainTextEdit, QSizePolicy, QWidget

from app import settings, theme
from app.language import later, tr
from app.parts import button, clear, column, elided, label, row
from investigators import desk
from investigators.trouble import InputTrouble

if TYPE_CHECKING:
    from PySide6.QtCore import QMimeData
    from PySide6.QtGui import QDropEvent, QResizeEvent

    from app.session import Session
    from app.state import State
    from investigators.ticket import Piece, Ticket

HINT = later(
    "Paste the ticket or the mail here: words, date, number and pictures are taken from it"
)
WORDS = {
    "title": later("title"),
    "reported": later("reported words"),
    "date": later("date"),
    "id": later("id"),
    "number": later("number"),
}
TALLEST = 150


class Paste(QPlainTextEdit):
    """A text field that grows with its text, and hands on pictures and files."""

    pictured = Signal(QImage)
    filed = Signal(list)

    def __init__(self) -> None:
        super().__init__()
        self.setPlaceholderText(tr(HINT))
        self.setAccessibleName(tr("Ticket or mail"))
        self.setAccessibleDescription(tr(HINT))
        self.setTabChangesFocus(True)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.textChanged.connect(self.updateGeometry)

    def sizeHint(self) -> QSize:  # noqa: N802 - Qt's name
        """As high as its text, within bounds."""
        lines = max(1, int(self.document().size().height()))  # wrapped lines, for plain text
        spacing = self.fontMetrics().lineSpacing()
        if not self.toPlainText():
            hint = self.fontMetrics().horizontalAdvance(tr(HINT)) + theme.theme().px(24)
            lines = 1 + (hint > self.width())
        room = spacing * lines + theme.theme().px(22)
        return QSize(400, min(room, theme.theme().px(TALLEST)))

    def minimumSizeHint(self) -> QSize:  # noqa: N802 - Qt's name
        """Never higher than wanted, never less than one line."""
        return QSize(120, self.sizeHint().height())

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802 - Qt's name
        """Another width wraps otherwise."""
        super().resizeEvent(event)
        if event.oldSize().width() != event.size().width():
            self.updateGeometry()

    def canInsertFromMimeData(self, source: QMimeData) -> bool:  # noqa: N802 - Qt's name
        """Text, pictures and files."""
        return source.hasImage() or source.hasUrls() or super().canInsertFromMimeData(source)

    def insertFromMimeData(self, source: QMimeData) -> None:  # noqa: N802 - Qt's name
        """Keep a picture, open files, insert text as plain text."""
        paths = [url.toLocalFile() for url in source.urls() if url.isLocalFile()]
        if source.hasImage():
            image = source.imageData()
            if isinstance(image, QImage) and not image.isNull():
                self.pictured.emit(image)
        elif paths:
            self.filed.emit(paths)
        if source.hasText() and not paths:
            self.insertPlainText(source.text())

    def dropEvent(self, event: QDropEvent) -> None:  # noqa: N802 - Qt's name
        """As a paste."""
        self.insertFromMimeData(event.mimeData())
        event.acceptProposedAction()


class TicketField(QWidget):
    """The field and the pieces under it."""

    filed = Signal(list)

    def __init__(self, session: Callable[[], Session]) -> None:
        super().__init__()
        self._ask = session
        self.field = Paste()
        self.field.textChanged.connect(self._read)
        self.field.pictured.connect(self._pictured)
        self.field.filed.connect(self.filed)
        self._head = label("", "small", wrap=True)
        self._grid = QGridLayout()
        self._grid.setColumnStretch(1, 1)
        self._grid.setHorizontalSpacing(8)
        self._grid.setVerticalSpacing(3)
        self._picture = elided("", "small")
        self._forget = button(tr("Remove"), self._no_picture, "link")
        self._forget.setAccessibleName(tr("Remove the picture"))
        self._kept = QWidget()
        kept = row(self._picture, self._forget)
        kept.setStretch(0, 1)
        self._kept.setLayout(kept)
        self.setLayout(column(self.field, self._head, self._grid, self._kept, gap=6))
        self._head.hide()
        self._kept.hide()

    def join(self, session: Session) -> None:
        """Keep what is said for the cases of this session."""
        session.changed.connect(self._changed)

    @property
    def _session(self) -> Session:
        return self._ask()

    def _changed(self, before: State, state: State) -> None:
        if state.stage == "start" and state.ticket is None and before.ticket is not None:
            self.field.setPlainText("")
        if before.picture != state.picture:
            self._kept.setVisible(bool(state.picture))
            self._picture.setText(
                tr("picture kept as the screenshot: {name}", name=Path(state.picture).name)
            )

    def _read(self) -> None:
        text = self.field.toPlainText()
        ticket = desk.read_ticket(text) if text.strip() else None
        self._session.put(ticket=ticket)
        self._show(ticket)

    def _show(self, ticket: Ticket | None) -> None:
        clear(self._grid)
        pieces = () if ticket is None else ticket.pieces
        self._head.setVisible(ticket is not None)
        self._head.setText(
            tr("Taken from it; correct what is wrong. It goes into the case that you open next.")
            if pieces
            else tr("Nothing was recognised in it; the words can be said later (Ctrl+Shift+X).")
        )
        for number, piece in enumerate(pieces):
            self._line(number, piece)
        self._mark(pieces)

    def _line(self, number: int, piece: Piece) -> None:
        from PySide6.QtWidgets import QLineEdit

        words = tr(WORDS[piece.kind])
        value = QLineEdit(piece.value)
        value.setAccessibleName(words)
        value.setCursorPosition(0)
        value.textEdited.connect(lambda text, n=number: self._correct(n, text))
        place = self.field.toPlainText().count("\n", 0, piece.start) + 1
        where = button(tr("line {place}", place=place), lambda: self._go(piece), "link")
        where.setAccessibleName(
            tr("Show {words} in the text, line {place}", words=words, place=place)
        )
        drop = button("×", lambda: self._drop(number), "link")
        drop.setAccessibleName(tr("Do not take this {words}", words=words))
        drop.setToolTip(drop.accessibleName())
        note = label(piece.note, "loud" if piece.kind == "date" else "faint")
        note.setVisible(bool(piece.note))
        self._grid.addWidget(label(words, "small"), number, 0)
        for place_, widget in enumerate((value, note, where, drop), start=1):
            self._grid.addWidget(widget, number, place_)

    def _correct(self, number: int, text: str) -> None:
        ticket = self._session.state.ticket
        if ticket is not None and number < len(ticket.pieces):
            self._session.put(ticket=ticket.corrected(number, text))

    def _drop(self, number: int) -> None:
        ticket = self._session.state.ticket
        if ticket is not None and number < len(ticket.pieces):
            fewer = ticket.without(number)
            self._session.put(ticket=fewer)
            self._show(fewer)
            self.field.setFocus()

    def _go(self, piece: Piece) -> None:
        cursor = self.field.textCursor()
        cursor.setPosition(piece.start)
        cursor.setPosition(piece.end, cursor.MoveMode.KeepAnchor)
        self.field.setTextCursor(cursor)
        self.field.setFocus()

    def _mark(self, pieces: tuple[Piece, ...]) -> None:
        """Underline every piece where it stands."""
        from PySide6.QtWidgets import QTextEdit

        marks = []
        for piece in pieces:
            mark = QTextEdit.ExtraSelection()
            mark.cursor = self.field.textCursor()
            mark.cursor.setPosition(piece.start)
            mark.cursor.setPosition(piece.end, mark.cursor.MoveMode.KeepAnchor)
            if piece.kind in ("title", "reported"):
                mark.format.setFontUnderline(True)
            else:
                mark.format.setBackground(theme.theme().colour("tint"))
            marks.append(mark)
        self.field.setExtraSelections(marks)

    def redraw(self) -> None:
        """Colours and sizes changed."""
        self.field.updateGeometry()
        ticket = self._session.state.ticket
        self._mark(() if ticket is None else ticket.pieces)

    def take_picture(self, path: str) -> None:
        """Keep a picture file as the screenshot of the next case."""
        self._session.put(picture=str(Path(path).absolute()))

    def _pictured(self, image: QImage) -> None:
        """Write a pasted picture beside the cases, named by its content."""
        import hashlib

        from PySide6.QtCore import QIODevice, QSaveFile

        name = hashlib.sha256(bytes(image.constBits())).hexdigest()[:12]
        folder = settings.cases() / "pictures"
        folder.mkdir(parents=True, exist_ok=True)
        path = folder / f"pasted-{name}.png"
        file = QSaveFile(str(path))
        if not file.open(QIODevice.OpenModeFlag.WriteOnly):
            self._session.put(trouble=InputTrouble(path.name, file.errorString()))
            return
        if not image.save(file, "PNG") or not file.commit():  # type: ignore[call-overload]
            self._session.put(trouble=InputTrouble(path.name, file.errorString()))
            return
        self.take_picture(str(path))

    def _no_picture(self) -> None:
        self._session.put(picture="")
