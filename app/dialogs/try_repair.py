"""Try a repair by hand: steps, one a line, put together by choice; the answer; kept as a fact."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from PySide6.QtGui import QCloseEvent
from PySide6.QtWidgets import QComboBox, QLineEdit, QWidget

from app.dialogs.form import Form, words_field
from app.flow import Flow
from app.language import later, spoken, tr
from app.parts import Tall, button, column, label, row
from app.session import Session
from app.theme import theme
from app.work import Job
from investigators.board import Fact
from investigators.evidence import Lead, NoTransform, Segment, segment_words
from investigators.trial import EXAMPLE, LINES, Step, Tried, parse, quoted_name
from investigators.trial_words import result_lines
from investigators.trouble import InputTrouble
from investigators.why_tree import FIRST

# words, which of the lines it makes, and how many things it asks for beside the input
VERBS = (
    (later("divide by"), "divide", 1),
    (later("multiply by"), "multiply", 1),
    (later("subtract"), "subtract", 1),
    (later("add"), "add", 1),
    (later("is missing where it is"), "missing", 1),
    (later("where it is …, put …"), "put", 2),
    (later("convert times from …, to …"), "convert", 2),
    (later("swap with"), "swap", 1),
    (later("other cut-off: from …, to …"), "cut", 2),
)
NOTE = later(
    "Each line is undone, the first one first, and the same model is asked again. Nothing of the "
    "case changes; what came of it can be kept as a fact."
)
Try = Callable[[Sequence[Step], Callable[[Tried | None], None], Callable[[Exception], None]], Job]


@dataclass(frozen=True)
class Choice:
    """What can be chosen: inputs, and segments that something was found in."""

    inputs: tuple[str, ...]
    segments: tuple[Segment, ...]
    begin: str = ""


class TryForm(Form):
    """Steps in, numbers out; Ok keeps them as a fact."""

    def __init__(
        self, parent: QWidget, choice: Choice, attempt: Try, said: Callable[[Tried], list[str]]
    ) -> None:
        self.answer = label("", wrap=True, select=True)
        inside = QWidget()
        inside.setLayout(column(self.answer, 1))
        self.seen = Tall(inside)  # a long answer scrolls: the buttons stay on the screen
        self.seen.setAccessibleName(tr("What came of it"))
        self.seen.hide()
        self.attempt = button(tr("Try"), self.try_now, "main")
        self.attempt.setAutoDefault(False)
        super().__init__(
            parent, tr("Try a repair"), tr(NOTE), tr("Keep as a fact"), wide=640,
            below=column(row(self.attempt, 1), self.seen, gap=10),
        )  # fmt: skip
        self._attempt, self._said, self._choice = attempt, said, choice
        self._job: Job | None = None
        self.lines: list[str] = []
        self.steps = words_field(choice.begin, 92)
        self.steps.setAccessibleName(tr("Steps, one a line"))
        self.steps.setPlaceholderText(EXAMPLE)
        self.steps.textChanged.connect(self._turn)
        self._make_choices()
        held = Flow(8)
        for each in (self.input, self.verb, self.one, self.two, self.where, self._add):
            held.addWidget(each)
        self.form.addRow(tr("Steps"), self.steps)
        self.form.addRow(tr("Add"), held)
        self._ask_for()
        self._turn()

    def _make_choices(self) -> None:
        self.input, self.verb, self.where = QComboBox(), QComboBox(), QComboBox()
        self.input.addItems(list(self._choice.inputs))
        self.verb.addItems([words for words, _, _ in spoken(VERBS)])
        self.where.addItem(tr("in all rows"))
        self.where.addItems(
            [tr("in {segment}", segment=segment_words(each)) for each in self._choice.segments]
        )
        self.one, self.two = QLineEdit(), QLineEdit()
        for field, words in (
            (self.input, tr("Input")), (self.verb, tr("What to do")), (self.where, tr("Rows")),
            (self.one, tr("Number or value")), (self.two, tr("Second number or value")),
        ):  # fmt: skip
            field.setAccessibleName(words)
            field.setToolTip(words)
        self.verb.currentIndexChanged.connect(lambda _k: self._ask_for())
        self._add = button(tr("Add this line"), self.add_line)
        self._add.setAutoDefault(False)

    def _ask_for(self) -> None:
        _, kind, many = VERBS[self.verb.currentIndex()]
        self.two.setVisible(many > 1)
        self.input.setEnabled(kind != "cut")

    def add_line(self) -> None:
        """Put what is chosen under the steps."""
        _, kind, _ = VERBS[self.verb.currentIndex()]
        made = LINES[kind].format(
            name=quoted_name(self.input.currentText()),
            one=_token(self.one.text()), two=_token(self.two.text()),
        )  # fmt: skip
        at = self.where.currentIndex()
        try:
            step = parse(made)
        except InputTrouble as trouble:
            self._say([trouble.line()])
            return
        segment = self._choice.segments[at - 1] if at else None
        there = self.steps.toPlainText().rstrip("\n")
        line = replace(step, segment=segment).text()
        self.steps.setPlainText(f"{there}\n{line}" if there else line)

    def _turn(self) -> None:
        """Other steps: what was answered is not of them."""
        self._cancel()
        self.lines = []
        self._say([])
        self.ok.setEnabled(False)
        self.attempt.setEnabled(bool(self.steps.toPlainText().strip()))

    def try_now(self) -> None:
        """Undo the steps and ask the model again, beside the window."""
        self._cancel()
        try:
            lines = self.steps.toPlainText().splitlines()
            steps = [parse(line) for line in lines if line.strip()]
        except InputTrouble as trouble:
            self._say([trouble.line()])
            return
        self._say([tr("Asking the model again…")])
        self._job = self._attempt(steps, self._done, self._failed)

    def _done(self, tried: Tried | None) -> None:
        self._job = None
        if tried is None:
            self._say([tr("These steps change nothing: they need a log, and a model.")])
            return
        self.lines = self._said(tried)
        self._say(self.lines)
        self.ok.setEnabled(True)

    def _failed(self, error: Exception) -> None:
        self._job = None
        if not isinstance(error, InputTrouble):
            raise error
        self._say([error.line()])

    def _say(self, lines: Sequence[str]) -> None:
        self.answer.setText("\n".join(lines))
        self.seen.setVisible(bool(lines))
        if lines:
            self._make_room()

    def _make_room(self) -> None:
        """Show as much of the answer as the screen has room for."""
        layout = self.layout()
        assert layout is not None
        self.seen.setMinimumHeight(0)
        needed = self.answer.heightForWidth(self.width() - theme().px(48))
        others = layout.totalHeightForWidth(self.width()) - self.seen.sizeHint().height()
        room = self.screen().availableGeometry().height() - theme().px(60) - others
        self.seen.setMinimumHeight(max(min(needed, room), theme().px(40)))
        self._grow()

    def _cancel(self) -> None:
        if self._job is not None:
            self._job.cancel()
            self._job = None

    def done(self, code: int) -> None:
        """Whoever leaves does not wait for an answer."""
        self._cancel()
        super().done(code)

    def closeEvent(self, event: QCloseEvent) -> None:  # noqa: N802 - Qt's name
        """The same by the frame's button."""
        self._cancel()
        super().closeEvent(event)


def _token(text: str) -> str:
    """A value as it stands in a step: a number as it is, a text in quotes where it needs them."""
    text = text.strip()
    return text if text.startswith('"') else quoted_name(text) if text else ""


def step_of(lead: Lead) -> Step | None:
    """The repair of a lead as a step; ``None`` where there is none that a line can say."""
    if isinstance(lead.transform, NoTransform) or lead.where is not None:
        return None
    step = Step(
        lead.transform,
        lead.features[0] if lead.features else "",
        lead.segment,
        lead.onset.latest if lead.onset else None,
        lead.end.latest if lead.end else None,
    )
    try:
        return step if parse(step.text()) else None
    except (InputTrouble, ValueError):
        return None


def choice_of(session: Session) -> Choice:
    """What can be chosen in this case; the first lead's repair stands there to begin with."""
    state = session.state
    names = [part.feature for part in state.explanation.contributions] if state.explanation else []
    steps = [step for lead in state.progress.leads if (step := step_of(lead)) is not None]
    segments = [f.segment for f in state.progress.findings if f.segment]
    known = tuple(dict.fromkeys([*(s.segment for s in steps if s.segment), *segments]))
    return Choice(tuple(names), known[:12], steps[0].text() if steps else "")


def try_repair(parent: QWidget, session: Session) -> None:
    """Ask for steps, answer them, and keep what came of them where a person wants it."""
    opened, case = session.state.opened, session.state.case
    if opened is None or case is None:
        return

    def attempt(
        steps: Sequence[Step],
        done: Callable[[Tried | None], None],
        failed: Callable[[Exception], None],
    ) -> Job:
        work = opened.tried
        return session.case_lane.run(tr("Replaying"), lambda task: work(steps, task), done, failed)

    form = TryForm(parent, choice_of(session), attempt, lambda tried: result_lines(tried, case))
    if form.exec():
        board = session.state.board
        fact = Fact(board.next_id("F"), FIRST, " ".join(form.lines), "", "B")
        session.say(f"add fact {fact.id}", board.with_fact(fact))
    form.deleteLater()
