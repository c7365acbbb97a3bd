"""Dialogs of the whys pane: answer a why, add a fact, add a rival."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from PySide6.QtCore import QBuffer, QByteArray, QIODevice
from PySide6.QtGui import QGuiApplication, QImage, QShowEvent
from PySide6.QtWidgets import QComboBox, QFileDialog, QLineEdit, QSizePolicy, QWidget

from app.dialogs.form import Form, words_field
from app.language import later, tr
from app.parts import button, label, row
from investigators.board import GRADE_WORDS, Grade
from investigators.evidence import FAMILIES, FAMILY_WORDS, Family

PICTURES = later("Pictures (*.png *.jpg *.jpeg *.webp *.bmp *.gif)")
LARGEST = 20_000_000  # bytes of a picture kept in a case file


@dataclass(frozen=True)
class FactGiven:
    """What a person gave for a fact."""

    words: str
    whose_view: str
    grade: Grade
    picture: bytes = b""
    picture_name: str = ""


class _Reason(Form):
    """A form whose first field is words; Ok is there when they are."""

    def __init__(self, parent: QWidget, title: str, note: str, ok: str) -> None:
        super().__init__(parent, title, note, ok)
        self.words = words_field()
        self.words.textChanged.connect(self._look)
        self._look()

    def showEvent(self, event: QShowEvent) -> None:  # noqa: N802 - Qt's name
        """The words come first."""
        super().showEvent(event)
        self.words.setFocus()
        if self.again.isHidden():  # what was typed before is not typed over
            self.words.selectAll()

    def _look(self) -> None:
        self.ok.setEnabled(bool(self.said()))

    def said(self) -> str:
        """The words."""
        return self.words.toPlainText().strip()


class FactForm(_Reason):
    """A fact by hand: words, whose view, grade, a picture from a file or the clipboard."""

    def __init__(self, parent: QWidget) -> None:
        note = tr("What was seen or said, as it is. A person's name is not needed: a role will do.")
        super().__init__(parent, tr("Add a fact"), note, tr("Add"))
        self.words.setAccessibleName(tr("The fact"))
        self.whose = QLineEdit()
        self.whose.setPlaceholderText(tr("such as: support, the customer, the owner of the page"))
        self.grade = QComboBox()
        for grade, words in GRADE_WORDS.items():
            self.grade.addItem(f"{grade}: {words}", grade)
        self.grade.setCurrentIndex(1)
        self.picture, self.picture_name = b"", ""
        self.shown = label(tr("no picture"), "soft")
        picture = QWidget()
        picture.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        picture.setLayout(
            row(
                self.shown, button(tr("From a file…"), self._file), button(tr("Paste"), self._paste)
            )
        )
        for words, field in (
            (tr("Fact"), self.words), (tr("Whose view"), self.whose), (tr("Grade"), self.grade),
            (tr("Picture"), picture),
        ):  # fmt: skip
            self.form.addRow(words, field)

    def _file(self) -> None:
        path, _ = QFileDialog.getOpenFileName(self, tr("A picture"), "", tr(PICTURES))
        if path:
            self._take(Path(path).read_bytes(), Path(path).name)

    def _paste(self) -> None:
        image = QGuiApplication.clipboard().image()
        if image.isNull():
            self.shown.setText(tr("the clipboard holds no picture"))
            return
        self._take(_png(image), "pasted.png")

    def _take(self, body: bytes, name: str) -> None:
        if len(body) > LARGEST or QImage.fromData(QByteArray(body)).isNull():
            self.shown.setText(tr("{name} is no picture, or too large", name=name))
            return
        self.picture, self.picture_name = body, name
        self.shown.setText(
            tr(
                "{name}, {size:,} kB, kept in the case file",
                name=name,
                size=max(1, len(body) // 1000),
            )
        )

    def given(self) -> FactGiven:
        """What was given."""
        grade: Grade = self.grade.currentData()
        return FactGiven(
            self.said(), self.whose.text().strip(), grade, self.picture, self.picture_name
        )


class RivalForm(_Reason):
    """A rival by hand: words and the family it belongs to."""

    def __init__(self, parent: QWidget) -> None:
        note = tr("Another way this could have come about, to be settled by a fact.")
        super().__init__(parent, tr("Add a rival"), note, tr("Add"))
        self.words.setAccessibleName(tr("The rival"))
        self.family = QComboBox()
        for family in FAMILIES:
            self.family.addItem(FAMILY_WORDS[family], family)
        self.form.addRow(tr("Rival"), self.words)
        self.form.addRow(tr("Family"), self.family)

    def given(self) -> tuple[str, Family]:
        """What was given."""
        return self.said(), self.family.currentData()


class AnswerForm(_Reason):
    """An answer to a why; what is still needed to confirm it stands above.

    It is in the way only where ``strict`` says so.  ``missing`` is ``None`` for an answer in words,
    which nothing here confirms.
    """

    def __init__(
        self, parent: QWidget, question: str, words: str, missing: tuple[str, ...] | None,
        *, strict: bool = False,
    ) -> None:  # fmt: skip
        note = tr("An answer in words: no check stands behind it, and the report says so.")
        if missing is not None:
            needed = "; ".join(missing)
            note = (
                tr("Still needed before this counts as confirmed: {needed}.", needed=needed)
                if missing
                else ""
            )
        self._blocked = strict and bool(missing)
        if self._blocked:
            note += tr(" The case is strict: it cannot be answered with this lead before.")
        super().__init__(
            parent, tr("Answer"), note or tr("Nothing is missing to confirm it."), tr("Answer")
        )
        self.topic = question
        self.words.setPlainText(words)
        self.words.setAccessibleName(question)
        self.form.insertRow(0, label(question, "bold", wrap=True))
        self.form.addRow(self.words)

    def _look(self) -> None:
        self.ok.setEnabled(bool(self.said()) and not self._blocked)


def _png(image: QImage) -> bytes:
    data = QByteArray()
    buffer = QBuffer(data)
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    image.save(buffer, "PNG")  # type: ignore[call-overload]
    return bytes(data.data())
