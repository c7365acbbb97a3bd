"""The three questions that are not about the model: whose box, right person, what was shown."""

from __future__ import annotations

from typing import Literal

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
from investigators.case import Answers

CHOICES: tuple[tuple[str, Literal["yes", "no", "not known"] | None], ...] = (
    ("not answered", None),
    ("yes", "yes"),
    ("no: shared account or mix-up", "no"),
    ("not known", "not known"),
)


class QuestionsForm(QDialog):
    """Answers are grade C evidence; what is left empty stays unanswered."""

    def __init__(self, parent: QWidget, session: Session) -> None:
        super().__init__(parent)
        self.setWindowTitle("First, not about the model")
        self.setMinimumWidth(theme().px(560))
        answers = session.state.draft.brief.answers
        self.box = QLineEdit(answers.whose_box or "")
        own = ", ".join(session.state.case.components) if session.state.case else ""
        self.box.setPlaceholderText(
            f"name of the component or step{f'; this model’s own: {own}' if own else ''}"
        )
        self.subject = QComboBox()
        for words, value in CHOICES:
            self.subject.addItem(words, value)
        known = [value for _, value in CHOICES]
        self.subject.setCurrentIndex(
            known.index(answers.right_subject) if answers.right_subject in known else 0
        )
        self.shown = QPlainTextEdit(answers.what_shown or "")
        self.shown.setTabChangesFocus(True)
        self.shown.setFixedHeight(theme().px(70))
        self.whose = QLineEdit(answers.whose_view or "")
        self.whose.setPlaceholderText("a role, such as: support")
        form = QFormLayout()
        form.setRowWrapPolicy(QFormLayout.RowWrapPolicy.WrapAllRows)
        for question, field in (
            ("Whose box or step showed this?", self.box),
            ("Is it the right person (no shared account, no mix-up)?", self.subject),
            ("What exactly was shown?", self.shown),
            ("Who says so?", self.whose),
        ):  # fmt: skip
            field.setAccessibleName(question)
            form.addRow(question, field)
        buttons = QDialogButtonBox(
            QDialogButtonBox.StandardButton.Save | QDialogButtonBox.StandardButton.Cancel
        )
        buttons.accepted.connect(self.accept)
        buttons.rejected.connect(self.reject)
        note = "A person’s answer stands in for UI events (grade C). The checks run again with it."
        self.setLayout(
            column(label(note, "soft", wrap=True), form, buttons, margins=(16, 16, 16, 12), gap=10)
        )

    def answers(self) -> Answers:
        """What was answered."""
        return Answers(
            whose_box=self.box.text().strip() or None,
            right_subject=self.subject.currentData(),
            what_shown=self.shown.toPlainText().strip() or None,
            whose_view=self.whose.text().strip() or None,
        )


def ask_questions(parent: QWidget, session: Session) -> None:
    """Ask, and run the checks again with the answers."""
    form = QuestionsForm(parent, session)
    if form.exec():
        session.answer_first(form.answers())
    form.deleteLater()
