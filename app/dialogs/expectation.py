"""What was reported and expected, and where the expectation comes from; it can be skipped."""

from __future__ import annotations

from dataclasses import replace

from PySide6.QtWidgets import (
    QComboBox,
    QDialog,
    QDialogButtonBox,
    QFormLayout,
    QLineEdit,
    QPlainTextEdit,
    QWidget,
)

from app.parts import column, label
from app.session import Session
from app.theme import theme

SOURCES = (
    "the person who reported it",
    "the rule or policy as documented",
    "how such cases were decided before",
    "my own judgement",
)


class ExpectationForm(QDialog):
    """Title, reported words (kept verbatim), expectation and its source."""

    def __init__(self, parent: QWidget, session: Session) -> None:
        super().__init__(parent)
        self.setWindowTitle("What was expected")
        self.setMinimumWidth(theme().px(560))
        brief, board = session.state.draft.brief, session.state.board
        self.title = QLineEdit(brief.title or "")
        self.title.setPlaceholderText(session.state.title)
        self.reported = QPlainTextEdit(brief.reported or "")
        self.reported.setPlaceholderText("the words of whoever reported it, exactly as they are")
        self.reported.setTabChangesFocus(True)
        self.reported.setFixedHeight(theme().px(86))
        self.expected = QLineEdit(brief.expected or "")
        self.expected.setPlaceholderText("such as: accepted, like the orders before")
        self.source = QComboBox()
        self.source.setEditable(True)
        self.source.addItems(["", *SOURCES])
        self.source.setCurrentText(board.expected_from)
        self.skipped = False
        form = QFormLayout()
        form.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.ExpandingFieldsGrow)
        for words, field in (
            ("Title", self.title), ("Reported words", self.reported),
            ("Expected", self.expected), ("Where that comes from", self.source),
        ):  # fmt: skip
            field.setAccessibleName(words)
            form.addRow(words, field)
        buttons = QDialogButtonBox(
            QDialogButtonBox.StandardButton.Save | QDialogButtonBox.StandardButton.Cancel
        )
        skip = buttons.addButton("Skip, and record that", QDialogButtonBox.ButtonRole.ActionRole)
        skip.clicked.connect(self._skip)
        buttons.accepted.connect(self.accept)
        buttons.rejected.connect(self.reject)
        note = "Said before the checks are read, it guards against finding what one looks for."
        self.setLayout(
            column(label(note, "soft", wrap=True), form, buttons, margins=(16, 16, 16, 12), gap=10)
        )

    def _skip(self) -> None:
        self.skipped = True
        self.accept()


def ask_expectation(parent: QWidget, session: Session) -> None:
    """Ask, and put what was said into the case as one change."""
    form = ExpectationForm(parent, session)
    if form.exec():
        keep(form, session)
    form.deleteLater()


def keep(form: ExpectationForm, session: Session) -> None:
    """Put a filled form into the case."""
    draft = session.state.draft
    expected = "" if form.skipped else form.expected.text().strip()
    board = replace(
        draft.board,
        expected_from="" if form.skipped else form.source.currentText().strip(),
        expectation_skipped=form.skipped,
    )
    brief = replace(
        draft.brief,
        title=form.title.text().strip() or None,
        reported=form.reported.toPlainText().strip() or None,
        expected=expected or None,
    )
    words = "skip the expectation" if form.skipped else "say what was expected"
    session.speak(words, replace(draft, brief=brief, board=board))
