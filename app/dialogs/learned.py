"""What only people can say of a case: what was learned from it, and what it costs."""

from __future__ import annotations

from dataclasses import replace

from PySide6.QtWidgets import QFormLayout, QLineEdit, QWidget

from app.dialogs.form import Form, words_field
from app.language import later, spoken, tr
from app.session import Session
from investigators.board import COST_STEPS, Board, Cost, Learned

LEARNED = {
    "helped": later("What helped"),
    "hindered": later("What hindered"),
    "luck": later("What was luck"),
    "surprised": later("Why we were surprised"),
}
LEARNED_NOTE = later(
    "For those who meet the next case. It stands in the report as typed; what is left empty is "
    "said to be not filled in."
)
COSTS = {
    "1 minute": later("1 minute"),
    "10 minutes": later("10 minutes"),
    "1 hour": later("1 hour"),
    "24 hours": later("24 hours"),
    "so far": later("so far, wrong while up"),
}
COSTS_NOTE = later(
    "What it costs when it runs for so long, in your own words and units: money, work, trust. The "
    "report has the counts beside it, under Impact."
)


class LearnedForm(Form):
    """Four questions, each with room for some lines."""

    def __init__(self, parent: QWidget, now: Learned) -> None:
        super().__init__(parent, tr("What we learned"), tr(LEARNED_NOTE), tr("Keep"), wide=560)
        self.form.setRowWrapPolicy(QFormLayout.RowWrapPolicy.WrapAllRows)
        self.fields = {name: words_field(getattr(now, name), 52) for name in LEARNED}
        for name, words in spoken(LEARNED).items():
            self.fields[name].setAccessibleName(words)
            self.form.addRow(words, self.fields[name])

    def learned(self) -> Learned:
        """What was typed."""
        return Learned(**{name: each.toPlainText().strip() for name, each in self.fields.items()})


class CostsForm(Form):
    """A line for each step of the ladder of growth."""

    def __init__(self, parent: QWidget, board: Board) -> None:
        super().__init__(parent, tr("What it costs"), tr(COSTS_NOTE), tr("Keep"), wide=560)
        self.fields = {step: QLineEdit(board.cost(step)) for step in COST_STEPS}
        for step, words in spoken(COSTS).items():
            self.fields[step].setAccessibleName(words)
            self.form.addRow(words, self.fields[step])

    def costs(self) -> tuple[Cost, ...]:
        """What was typed; steps without words are left out."""
        typed = {step: each.text().strip() for step, each in self.fields.items()}
        return tuple(Cost(step, words) for step, words in typed.items() if words)


def tell_learned(parent: QWidget, session: Session) -> None:
    """Ask what was learned, and put it into the case."""
    board = session.state.board
    form = LearnedForm(parent, board.learned)
    if form.exec():
        session.say("say what was learned", replace(board, learned=form.learned()))
    form.deleteLater()


def tell_costs(parent: QWidget, session: Session) -> None:
    """Ask what it costs, and put it into the case."""
    board = session.state.board
    form = CostsForm(parent, board)
    if form.exec():
        session.say("say what it costs", replace(board, costs=form.costs()))
    form.deleteLater()
