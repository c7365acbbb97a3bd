"""A picture of a person's: whose view, when, what is marked, whether it may be seen outside."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, cast

from PySide6.QtCore import QBuffer, QIODevice, Qt
from PySide6.QtGui import QGuiApplication, QImage, QShowEvent
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QFileDialog,
    QFormLayout,
    QInputDialog,
    QLineEdit,
    QPushButton,
    QWidget,
)

from app.dialogs.form import Form
from app.dialogs.reason import LARGEST, PICTURES
from app.flow import Flow
from app.language import later, spoken, tr
from app.parts import Tall, button, column, label, row
from app.picture_canvas import KINDS, Canvas
from app.session import Session
from app.theme import theme
from investigators import desk
from investigators.pictures import About, Mark, MarkKind, Picture
from investigators.trouble import InputTrouble

if TYPE_CHECKING:
    from investigators.burnt_in import Pixels

TOOLS: dict[MarkKind, str] = {
    "crop": later("Cut"),
    "arrow": later("Arrow"),
    "region": later("Region"),
    "cover": later("Cover"),
}
TIPS: dict[MarkKind, str] = {
    "crop": later("Only this part is handed on; what is around it is not in the new picture"),
    "arrow": later("From where you begin to what you point at"),
    "region": later("A numbered frame; it can be linked to a decision, a screen event, a box"),
    "cover": later("An opaque part: nothing of what was there is in the new picture"),
}
ABOUT: dict[About, str] = {
    "": later("nothing"),
    "decision": later("a decision, by its id"),
    "event": later("a screen event, by its id"),
    "component": later("a component, by its name"),
}
NOTE = later(
    "The picture stays as it was given. Reports show a new one made of its pixels, with these "
    "marks; what is covered or cut off is not in it."
)
Keep = Callable[[Picture], None]
TAKEN_OUT = 2  # what the form is left with, beside Keep and Cancel
LOOKED = later("I looked through it: people outside may see what is left")


@dataclass(frozen=True)
class Known:
    """What a region can be linked to without typing: the picked decision, the components.

    ``told``: the picture is in the case by what somebody said of it, which can be taken out.
    """

    decision: str = ""
    components: tuple[str, ...] = ()
    told: bool = False


class PictureForm(Form):
    """The picture with its tools on the left, words about it and the chosen mark on the right."""

    def __init__(self, parent: QWidget, picture: Picture, image: QImage, known: Known) -> None:
        self.canvas = Canvas(image, picture.marks)
        self.picture, self._known = picture, known
        self.tools = {kind: self._tool(kind) for kind in TOOLS}
        self.undo = self._button(tr("Undo"), self.canvas.undo, "Ctrl+Z")
        self.remove = self._button(tr("Remove the mark"), self.canvas.remove, tr("the Delete key"))
        self.out = self._button(
            tr("Take it out of the case"),
            lambda: self.done(TAKEN_OUT),
            tr("Edit, Undo brings it back"),
        )
        self.out.setVisible(known.told)
        tools = Flow(6)
        for each in (*self.tools.values(), self.undo, self.remove, self.out):
            tools.addWidget(each)
        side = self._side()
        body = row(column(tools, self.canvas, gap=6), side, gap=12)
        body.setStretch(0, 1)
        title = tr("Picture {id}: {name}", id=picture.id, name=picture.name)
        super().__init__(parent, title, tr(NOTE), tr("Keep"), wide=600, below=body)
        self.topic = picture.id
        self.canvas.changed.connect(self._marked)
        self.canvas.picked.connect(self._picked)
        self.canvas.drawing.connect(self._drawing)
        self._picked()
        room = self.screen().availableGeometry().size()
        wished = (theme().px(1120), theme().px(680))
        self.resize(min(wished[0], room.width() - 40), min(wished[1], room.height() - 60))

    def showEvent(self, event: QShowEvent) -> None:  # noqa: N802 - Qt's name
        """The picture has the keys first."""
        super().showEvent(event)
        self.canvas.setFocus()

    @staticmethod
    def _button(words: str, do: Callable[[], object], tip: str) -> QPushButton:
        made = button(words, do, tip=tip)
        made.setAutoDefault(False)
        return made

    def _tool(self, kind: MarkKind) -> QPushButton:
        def choose() -> None:
            self.canvas.draw(None if self.canvas.kind == kind else kind)
            self.canvas.setFocus()

        made = self._button(tr(TOOLS[kind]), choose, tr(TIPS[kind]))
        made.setCheckable(True)
        return made

    def _side(self) -> QWidget:
        """Words about the picture, and about the chosen mark."""
        given = self.picture
        self.whose, self.when = QLineEdit(given.whose_view), QLineEdit(given.when)
        self.what = QLineEdit(given.note)
        self.whose.setPlaceholderText(tr("such as: the customer, support"))
        self.when.setPlaceholderText(tr("day and time, as far as known"))
        self.looked = QCheckBox(tr("May be seen outside"))
        self.looked.setToolTip(tr(LOOKED))
        self.looked.setChecked(given.looked_through)
        self.said = label("", "bold", wrap=True)
        self.words = QLineEdit()
        self.words.textEdited.connect(lambda words: self._say(words=words))
        self.about = QComboBox()
        for name, words in spoken(ABOUT).items():
            self.about.addItem(words, name)
        self.about.setMinimumContentsLength(12)
        self.about.setSizeAdjustPolicy(
            QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon
        )
        self.about.activated.connect(self._link)
        self.link = QComboBox()
        self.link.setEditable(True)
        self.link.setMinimumContentsLength(12)
        self.link.setSizeAdjustPolicy(self.about.sizeAdjustPolicy())
        self.link.editTextChanged.connect(lambda words: self._say(link=words.strip()))
        about = self._form(
            (tr("Whose view"), self.whose),
            (tr("When"), self.when),
            (tr("What it shows"), self.what),
        )
        self._mark = self._form(
            (tr("Words"), self.words), (tr("Linked to"), self.about), (tr("Id or name"), self.link)
        )
        inside = QWidget()
        inside.setLayout(
            column(
                label(tr("The picture"), "bold"), about, self.looked,
                label(tr(LOOKED), "small", wrap=True), self.said, self._mark, 1, gap=8,
            )
        )  # fmt: skip
        made = Tall(inside)
        made.setFocusPolicy(Qt.FocusPolicy.NoFocus)  # its fields scroll it; else a stop of its own
        made.setFixedWidth(theme().px(310))
        return made

    @staticmethod
    def _form(*rows: tuple[str, QWidget]) -> QFormLayout:
        made = QFormLayout()
        made.setRowWrapPolicy(QFormLayout.RowWrapPolicy.WrapAllRows)
        for words, field in rows:
            field.setAccessibleName(words)
            made.addRow(words, field)
        return made

    # --- marks -----------------------------------------------------------------------------------

    def _marked(self) -> None:
        """Other marks: what was looked through is another picture now."""
        self.looked.setChecked(False)
        self._picked()

    def _drawing(self) -> None:
        for kind, each in self.tools.items():
            each.setChecked(kind == self.canvas.kind)
        self._picked()

    def _picked(self) -> None:
        """Show what is said of the chosen mark, or how to begin."""
        mark, words = self.canvas.mark, spoken(KINDS)
        self.undo.setEnabled(bool(self.canvas.done))
        self.remove.setEnabled(mark is not None)
        can_say = mark is not None and mark.kind in ("arrow", "region")
        for at in range(self._mark.rowCount()):
            self._mark.setRowVisible(at, can_say)
        if self.canvas.kind is not None:
            self.said.setText(
                tr("{kind}: drag over the picture, or press Enter", kind=words[self.canvas.kind])
            )
        elif mark is None:
            self.said.setText(tr("No mark is chosen: choose a tool, or a mark with Tab"))
        else:
            self.said.setText(
                tr(
                    "Chosen: {kind}. Arrow keys move it, with Shift they stretch it, "
                    "Del removes it",
                    kind=words[mark.kind],
                )
            )
        if mark is not None and can_say:
            self._show(mark)

    def _show(self, mark: Mark) -> None:
        """Put a mark's words into the fields that do not hold them yet."""
        if self.words.text() != mark.words:
            self.words.setText(mark.words)
        self.about.setCurrentIndex(self.about.findData(mark.about))
        self.link.setEnabled(bool(mark.about))
        self._mark.setRowVisible(2, bool(mark.about))
        if self.link.currentText().strip() != mark.link:
            blocked = self.link.blockSignals(True)
            self.link.setEditText(mark.link)
            self.link.blockSignals(blocked)

    def _say(self, **new: str) -> None:
        mark = self.canvas.mark
        if mark is not None:
            self.canvas.change(replace(mark, **new), next(iter(new)))  # type: ignore[arg-type]

    def _link(self, _index: int) -> None:
        """Another kind of link: what is known of it is offered, the picked decision is put in."""
        about = cast("About", self.about.currentData())
        offered = {"decision": (self._known.decision,), "component": self._known.components}
        names = [each for each in offered.get(about, ()) if each]
        blocked = self.link.blockSignals(True)
        self.link.clear()
        self.link.addItems(names)
        first = names[0] if names else ""
        self.link.setEditText(first)
        self.link.blockSignals(blocked)
        mark = self.canvas.mark
        if mark is not None:
            self.canvas.change(replace(mark, about=about, link=first))

    # --- what is given ---------------------------------------------------------------------------

    def typed(self) -> tuple[object, ...]:
        """What stands in the form, the marks too."""
        words = (self.whose.text(), self.when.text(), self.what.text())
        return (*words, self.canvas.marks, self.looked.isChecked())

    def type_again(self, words: tuple[object, ...]) -> None:
        """Put in what :meth:`typed` gave."""
        for field, text in zip((self.whose, self.when, self.what), words[:3], strict=True):
            field.setText(str(text))
        self.canvas.put(cast("tuple[Mark, ...]", words[3]))
        self.looked.setChecked(bool(words[4]))

    def given(self) -> Picture:
        """The picture as it is told of now."""
        return replace(
            self.picture,
            whose_view=self.whose.text().strip(),
            when=self.when.text().strip(),
            note=self.what.text().strip(),
            marks=self.canvas.marks,
            looked_through=self.looked.isChecked(),
        )


# --- from the window -----------------------------------------------------------------------------


def choose_picture(parent: QWidget, session: Session) -> None:
    """Ask for a picture file and mark it."""
    path, _ = QFileDialog.getOpenFileName(parent, tr("A screenshot"), "", tr(PICTURES))
    if path:
        add_file(parent, session, path)


def add_file(parent: QWidget, session: Session, path: str) -> None:
    """Take a picture file into the case, as it is, and mark it."""
    try:
        body = Path(path).read_bytes()
    except OSError as error:
        words = tr("cannot be read: {reason}", reason=error.strerror)
        session.put(trouble=InputTrouble(Path(path).name, words))
        return
    add_body(parent, session, body, Path(path).name)


def paste_picture(parent: QWidget, session: Session) -> None:
    """Take the picture on the clipboard into the case and mark it."""
    add_image(parent, session, QGuiApplication.clipboard().image())


def add_image(parent: QWidget, session: Session, image: QImage) -> None:
    """Take pixels into the case, as a file of their own."""
    if image.isNull():
        words = tr("there is no picture on it")
        session.put(trouble=InputTrouble(tr("clipboard"), words, mend=tr("copy one first")))
        return
    buffer = QBuffer()
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    image.save(buffer, "PNG")  # type: ignore[call-overload]
    add_body(parent, session, bytes(buffer.data().data()), "pasted.png")


def add_body(parent: QWidget, session: Session, body: bytes, name: str) -> None:
    """Mark a picture that is not in the case yet; with Keep it is."""
    if len(body) > LARGEST:
        found = tr("this picture has {size:,} bytes", size=len(body))
        most = tr("at most {most:,}", most=LARGEST)
        session.put(trouble=InputTrouble(name, found, expected=most))
        return

    def keep(picture: Picture) -> None:
        kept = replace(picture, sha256=session.keeping.keep_picture(body, name))
        session.say(f"add picture {kept.id}", session.state.board.with_picture(kept))

    board = session.state.board
    _mark(parent, session, Picture(board.next_id("P"), "", name), body, keep)


def mark_picture(parent: QWidget, session: Session) -> None:
    """Mark a picture that is in the case; of several, ask which."""
    pictures = pictures_of(session)
    if not pictures:
        return
    picture = pictures[0]
    if len(pictures) > 1:
        names = [f"{each.id}: {each.name}" for each in pictures]
        title, words = tr("Mark a picture"), tr("Which picture?")
        name, chosen = QInputDialog.getItem(parent, title, words, names, 0, False)
        if not chosen:
            return
        picture = pictures[names.index(name)]
    body = body_of(session, picture)
    if body is None:
        session.put(trouble=InputTrouble(picture.name, tr("this picture is not at hand any more")))
        return

    def keep(marked: Picture) -> None:
        if session.keeping.picture(marked.sha256) is None:
            session.keeping.keep_picture(body, marked.name)
        session.say(f"mark picture {marked.id}", session.state.board.with_picture(marked))

    _mark(parent, session, picture, body, keep)


def pictures_of(session: Session) -> tuple[Picture, ...]:
    """The pictures of the case, those among its files too once they are sealed."""
    found = session.state.found
    return session.state.board.every_picture(() if found is None else found.case.sources)


def body_of(session: Session, picture: Picture) -> bytes | None:
    """A picture as it was given."""
    found = session.state.found
    body = None if found is None else found.pictures.get(picture.sha256)
    return session.keeping.picture(picture.sha256) if body is None else body


def _mark(parent: QWidget, session: Session, picture: Picture, body: bytes, keep: Keep) -> None:
    """Show the form once the picture is read."""
    case = session.state.case
    told = any(each.id == picture.id for each in session.state.board.pictures)
    known = Known(told=told)
    if case is not None:
        known = Known("" if case.decision is None else case.decision.id, case.components, told)

    def show(read: Pixels) -> None:
        form = PictureForm(parent, picture, image_of(read), known)
        left = form.exec()
        if left == TAKEN_OUT:
            board = session.state.board.without_picture(picture.id)
            session.say(f"take out picture {picture.id}", board)
        elif left:
            keep(form.given())
        form.deleteLater()

    session.ask(tr("Reading the picture"), lambda _t: desk.picture_pixels(body, picture.name), show)


def image_of(read: Pixels) -> QImage:
    """Pixels for the screen."""
    format_ = QImage.Format.Format_RGB888
    return QImage(read.rgb, read.wide, read.high, 3 * read.wide, format_).copy()
