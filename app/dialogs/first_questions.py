"""The three questions that are not about the model: whose box, right person, what was shown."""

from __future__ import annotations

from typing import Literal

from PySide6.QtWidgets import QComboBox, QFormLayout, QLineEdit, QWidget

from app.dialogs.form import Form, words_field
from app.language import later, spoken, tr
from app.session import Session
from investigators.case import Answers

CHOICES: tuple[tuple[str, Literal["yes", "no", "not known"] | None], ...] = (
    (later("not answered"), None),
    (later("yes"), "yes"),
    (later("no: shared account or mix-up"), "no"),
    (later("not known"), "not known"),
)


NOTE = later("A person’s answer stands in for UI events (grade C). The checks run again with it.")


class QuestionsForm(Form):
    """Answers are grade C evidence; what is left empty stays unanswered."""

    def __init__(self, parent: QWidget, session: Session) -> None:
        super().__init__(parent, tr("First, not about the model"), tr(NOTE), tr("Save"), wide=560)
        answers = session.state.draft.brief.answers
        self.box = QLineEdit(answers.whose_box or "")
        own = ", ".join(session.state.case.components) if session.state.case else ""
        self.box.setPlaceholderText(
            tr(
                "name of the component or step{rest}",
                rest=tr("; this model’s own: {own}", own=own) if own else "",
            )
        )
        self.subject = QComboBox()
        for words, value in spoken(CHOICES):
            self.subject.addItem(words, value)
        known = [value for _, value in spoken(CHOICES)]
        self.subject.setCurrentIndex(
            known.index(answers.right_subject) if answers.right_subject in known else 0
        )
        self.shown = words_field(answers.what_shown or "", 70)
        self.whose = QLineEdit(answers.whose_view or "")
        self.whose.setPlaceholderText(tr("a role, such as: support"))
        self.form.setRowWrapPolicy(QFormLayout.RowWrapPolicy.WrapAllRows)
        for question, field in (
            (tr("Whose box or step showed this?"), self.box),
            (tr("Is it the right person (no shared account, no mix-up)?"), self.subject),
            (tr("What exactly was shown?"), self.shown),
            (tr("Who says so?"), self.whose),
        ):  # fmt: skip
            field.setAccessibleName(question)
            self.form.addRow(question, field)

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
