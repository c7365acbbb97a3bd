"""Dialogs of the whys pane: answer a why, add a fact, add a rival."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from PySide6.QtCore import QBuffer, QByteArray, QIODevice
from PySide6.QtGui import QGuiApplication, QImage, QKeySequence, QShortcut, QShowEvent
from PySide6.QtWidgets import (
    QComboBox,
    QDialog,
    QDialogButtonBox,
    QFileDialog,
    QFormLayout,
    QLineEdit,
    QPlainTextEdit,
    QWidget,
)

from app.parts import button, column, label, row
from app.theme import theme
from investigators.board import GRADE_WORDS, Grade
from investigators.evidence import FAMILIES, FAMILY_WORDS, Family

PICTURES = "Pictures (*.png *.jpg *.jpeg *.webp *.bmp *.gif)"
LARGEST = 20_000_000  # bytes of a picture kept in a case file


@dataclass(frozen=True)
class FactGiven:
    """What a person gave for a fact."""

    words: str
    whose_view: str
    grade: Grade
    picture: bytes = b""
    picture_name: str = ""


class _Form(QDialog):
    """A form with Ok and Cancel; Ok is there when the words are."""

    def __init__(self, parent: QWidget, title: str, note: str, ok: str) -> None:
        super().__init__(parent)
        self.setWindowTitle(title)
        self.setMinimumWidth(theme().px(520))
        self.words = QPlainTextEdit()
        self.words.setTabChangesFocus(True)
        self.words.setFixedHeight(theme().px(96))
        self.form = QFormLayout()
        self.form.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.ExpandingFieldsGrow)
        buttons = QDialogButtonBox(
            QDialogButtonBox.StandardButton.Ok | QDialogButtonBox.StandardButton.Cancel
        )
        self.ok = buttons.button(QDialogButtonBox.StandardButton.Ok)
        self.ok.setText(ok)
        buttons.accepted.connect(self.accept)
        buttons.rejected.connect(self.reject)
        self.words.textChanged.connect(self._look)
        done = QShortcut(QKeySequence("Ctrl+Return"), self)
        done.activated.connect(self.ok.click)
        self.ok.setToolTip("Ctrl+Return")
        self.setLayout(
            column(
                label(note, "soft", wrap=True), self.form, buttons, margins=(16, 16, 16, 12), gap=10
            )
        )
        self._look()

    def showEvent(self, event: QShowEvent) -> None:  # noqa: N802 - Qt's name
        """The words come first."""
        super().showEvent(event)
        self.words.setFocus()
        self.words.selectAll()

    def _look(self) -> None:
        self.ok.setEnabled(bool(self.said()))

    def said(self) -> str:
        """The words."""
        return self.words.toPlainText().strip()


class FactForm(_Form):
    """A fact by hand: words, whose view, grade, a picture from a file or the clipboard."""

    def __init__(self, parent: QWidget) -> None:
        note = "What was seen or said, as it is. A person's name is not needed: a role will do."
        super().__init__(parent, "Add a fact", note, "Add")
        self.words.setAccessibleName("The fact")
        self.whose = QLineEdit()
        self.whose.setPlaceholderText("such as: support, the customer, the owner of the page")
        self.grade = QComboBox()
        for grade, words in GRADE_WORDS.items():
            self.grade.addItem(f"{grade}: {words}", grade)
        self.grade.setCurrentIndex(1)
        self.picture, self.picture_name = b"", ""
        self.shown = label("no picture", "soft")
        picture = QWidget()
        picture.setLayout(
            row(self.shown, button("From a file…", self._file), button("Paste", self._paste))
        )
        for words, field in (
            ("Fact", self.words), ("Whose view", self.whose), ("Grade", self.grade),
            ("Picture", picture),
        ):  # fmt: skip
            self.form.addRow(words, field)

    def _file(self) -> None:
        path, _ = QFileDialog.getOpenFileName(self, "A picture", "", PICTURES)
        if path:
            self._take(Path(path).read_bytes(), Path(path).name)

    def _paste(self) -> None:
        image = QGuiApplication.clipboard().image()
        if image.isNull():
            self.shown.setText("the clipboard holds no picture")
            return
        self._take(_png(image), "pasted.png")

    def _take(self, body: bytes, name: str) -> None:
        if len(body) > LARGEST or QImage.fromData(QByteArray(body)).isNull():
            self.shown.setText(f"{name} is no picture, or too large")
            return
        self.picture, self.picture_name = body, name
        self.shown.setText(f"{name}, {max(1, len(body) // 1000):,} kB, kept in the case file")

    def given(self) -> FactGiven:
        """What was given."""
        grade: Grade = self.grade.currentData()
        return FactGiven(
            self.said(), self.whose.text().strip(), grade, self.picture, self.picture_name
        )


class RivalForm(_Form):
    """A rival by hand: words and the family it belongs to."""

    def __init__(self, parent: QWidget) -> None:
        note = "Another way this could have come about, to be settled by a fact."
        super().__init__(parent, "Add a rival", note, "Add")
        self.words.setAccessibleName("The rival")
        self.family = QComboBox()
        for family in FAMILIES:
            self.family.addItem(FAMILY_WORDS[family], family)
        self.form.addRow("Rival", self.words)
        self.form.addRow("Family", self.family)

    def given(self) -> tuple[str, Family]:
        """What was given."""
        return self.said(), self.family.currentData()


class AnswerForm(_Form):
    """An answer to a why; what is still needed to confirm it stands above, never in the way."""

    def __init__(
        self, parent: QWidget, question: str, words: str, missing: tuple[str, ...]
    ) -> None:
        needed = "; ".join(missing)
        note = f"Still needed before this counts as confirmed: {needed}." if missing else ""
        super().__init__(parent, "Answer", note or "Nothing is missing to confirm it.", "Answer")
        self.words.setPlainText(words)
        self.words.setAccessibleName(question)
        self.form.insertRow(0, label(question, "bold", wrap=True))
        self.form.addRow(self.words)


def _png(image: QImage) -> bytes:
    data = QByteArray()
    buffer = QBuffer(data)
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    image.save(buffer, "PNG")  # type: ignore[call-overload]
    return bytes(data.data())
