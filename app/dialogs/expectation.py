"""What was reported and expected, and where the expectation comes from; it can be skipped."""

from __future__ import annotations

from dataclasses import replace

from PySide6.QtWidgets import QComboBox, QDialogButtonBox, QLineEdit, QWidget

from app.dialogs.form import Form, words_field
from app.language import later, spoken, tr
from app.session import Session

SOURCES = (
    later("the person who reported it"),
    later("the rule or policy as documented"),
    later("how such cases were decided before"),
    later("my own judgement"),
)


NOTE = later("Said before the checks are read, it guards against finding what one looks for.")


class ExpectationForm(Form):
    """Title, reported words (kept verbatim), expectation and its source."""

    def __init__(self, parent: QWidget, session: Session) -> None:
        super().__init__(parent, tr("What was expected"), tr(NOTE), tr("Save"), wide=560)
        brief, board = session.state.draft.brief, session.state.board
        self.title = QLineEdit(brief.title or "")
        self.title.setPlaceholderText(session.state.title)
        self.reported = words_field(brief.reported or "", 86)
        self.reported.setPlaceholderText(
            tr("the words of whoever reported it, exactly as they are")
        )
        self.expected = QLineEdit(brief.expected or "")
        self.expected.setPlaceholderText(tr("such as: accepted, like the orders before"))
        self.source = QComboBox()
        self.source.setEditable(True)
        self.source.addItems(["", *spoken(SOURCES)])
        self.source.setCurrentText(board.expected_from)
        self.skipped = False
        for words, field in (
            (tr("Title"), self.title), (tr("Reported words"), self.reported),
            (tr("Expected"), self.expected), (tr("Where that comes from"), self.source),
        ):  # fmt: skip
            field.setAccessibleName(words)
            self.form.addRow(words, field)
        role = QDialogButtonBox.ButtonRole.ActionRole
        skip = self.buttons.addButton(tr("Skip, and record that"), role)
        skip.setAutoDefault(False)
        skip.clicked.connect(self._skip)

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
    record = "skip the expectation" if form.skipped else "say what was expected"
    session.speak(record, replace(draft, brief=brief, board=board))
