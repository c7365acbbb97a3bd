"""Closing a case with an ending: which one, what it needs, what is missing, and where that is."""

from __future__ import annotations

from datetime import date

from PySide6.QtCore import QDate, QSize, Qt
from PySide6.QtGui import QIntValidator
from PySide6.QtWidgets import QComboBox, QLineEdit, QVBoxLayout, QWidget

from app.dialogs import ask
from app.dialogs.form import Form, words_field
from app.language import later, spoken, tr
from app.parts import Tall, button, clear, column, frame, label, row
from app.session import Session
from app.theme import theme
from investigators import desk
from investigators.board import ENDINGS, NEEDED, Board, Ending, EndingKind, Waiver
from investigators.task import Task
from investigators.trouble import InputTrouble
from investigators.why_tree import Gap

NOTE = later("A person closes a case, with an ending; what the checks concluded stays beside it.")
FIELDS = {
    "words": later("In your words"),
    "whom": later("Said by (a role will do)"),
    "similar": later("How many are like this one"),
    "review": later("To be looked at again on"),
    "of": later("The case it repeats"),
}
ALWAYS = ("words", "whom")  # what any ending may say
GAPS_HIGH = 150  # pixels at 100 % until the list of what is missing scrolls


class Gaps(Tall):
    """What is missing, one under the other; scrolls when it gets long."""

    def fit(self) -> None:
        """As high as what is inside at this width, up to a limit."""
        inside = self.widget()
        layout = None if inside is None else inside.layout()
        if inside is None or layout is None:
            return
        high = layout.totalSizeHint().height()
        if layout.hasHeightForWidth():
            high = layout.totalHeightForWidth(self.viewport().width())
        inside.setMinimumHeight(high)
        self.setMinimumHeight(min(high + 2, theme().px(GAPS_HIGH)))
        self.setMaximumHeight(high + 2)

    def sizeHint(self) -> QSize:  # noqa: N802 - Qt's name
        """No higher than it must be: a long list scrolls, and grows where there is room."""
        return QSize(super().sizeHint().width(), self.minimumHeight())


class EndingForm(Form):
    """``about`` is where one wants to go instead: a why, a rival, or ``"report"``."""

    def __init__(self, parent: QWidget, session: Session) -> None:
        self._session = session
        self._wording: tuple[Gap, ...] | None = None
        self.about = ""
        self.gaps = QVBoxLayout()
        self.gaps.setSpacing(4)
        inside = QWidget()
        inside.setLayout(column(self.gaps, 1, margins=(0, 0, 8, 0)))
        self.area = Gaps(inside)
        self.area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.heading = label("", "bold")
        self.guards = label("", "soft", wrap=True)
        guards = frame("note", column(self.guards, margins=(10, 8, 10, 8)))
        below = column(self.heading, self.area, guards, 1, gap=8)
        below.setStretch(1, 5)
        title = tr("Close with an ending")
        super().__init__(parent, title, tr(NOTE), tr("Close the case"), wide=600, below=below)
        self.setProperty("help", "whys")
        self._fields()
        job = session.ask(tr("Reading the wording of the report"), self._read, self._heard)
        self.finished.connect(lambda _code: job.cancel())
        self._choose()

    def _fields(self) -> None:
        self.kind = QComboBox()
        for kind in ENDINGS:
            self.kind.addItem(
                f"{kind[0].upper()}{kind[1:]}{' …' if kind.endswith('of') else ''}", kind
            )
        self.kind.setCurrentIndex(self.kind.findData(likely(self._session)))
        self.words = words_field(high=64)
        self.whom, self.similar, self.review, self.of = (QLineEdit() for _ in range(4))
        self.similar.setValidator(QIntValidator(0, 2_000_000_000, self))
        found = self._session.state.found
        lead = found.strongest if found is not None else None
        if lead is not None and lead.concerns_this_decision:
            self.similar.setText(str(lead.rows_in_scope))
            self.similar.setToolTip(
                tr("the rows of {id}, unless you counted otherwise", id=lead.id)
            )
        self.review.setPlaceholderText(tr("a date, such as 2027-01-31"))
        self.form.addRow(tr("Ending"), self.kind)
        for name, words in spoken(FIELDS).items():
            field = getattr(self, name)
            field.setAccessibleName(words)
            field.textChanged.connect(self._look)
            self.form.addRow(words, field)
        self.kind.currentIndexChanged.connect(self._choose)

    # --- what is missing -------------------------------------------------------------------------

    def _read(self, _task: Task) -> tuple[Gap, ...]:
        found = self._session.state.found
        return () if found is None else desk.wording(found)

    def _heard(self, gaps: tuple[Gap, ...]) -> None:
        self._wording = gaps
        self._show()

    def missing(self) -> tuple[Gap, ...]:
        """The guards that this ending does not meet."""
        tree = self._session.tree()
        found = () if tree is None else tree.missing(self._kind())
        board = self._session.state.board
        return (*found, *(g for g in self._wording or () if board.waiver(g.key) is None))

    def _choose(self) -> None:
        needed = NEEDED[self._kind()]
        for name, words in spoken(FIELDS).items():
            field: QWidget = getattr(self, name)
            self.form.setRowVisible(field, name in needed or name in ALWAYS)
            said = self.form.labelForField(field)
            assert said is not None
            said.setText(needed.get(name, words))  # type: ignore[attr-defined]
            field.setAccessibleName(needed.get(name, words))
        self._show()

    def _show(self) -> None:
        """List what is missing, each with the way there and the way to let it go."""
        clear(self.gaps)
        missing = self.missing()
        for gap in missing:
            self.gaps.addWidget(self._gap(gap))
        n = len(missing)
        self.heading.setText(
            tr("Missing to close: {n}", n=n) if n else tr("Nothing is missing to close.")
        )
        self.area.setVisible(bool(missing))
        self.area.fit()
        self._look()

    def _gap(self, gap: Gap) -> QWidget:
        words = label(gap.words, wrap=True, select=True)
        buttons = []
        if gap.about:
            there = button(tr("Go there"), lambda: self._go(gap), "link")
            there.setAccessibleName(tr("Go to: {words}", words=gap.words))
            buttons.append(there)
        if gap.waivable:
            waive = button(tr("Waive…"), lambda: self._waive(gap), "link")
            waive.setAccessibleName(tr("Waive: {words}", words=gap.words))
            buttons.append(waive)
        for each in buttons:
            each.setAutoDefault(False)
        inside = row(words, *buttons, gap=6)
        inside.setStretch(0, 1)
        made = QWidget()
        made.setLayout(inside)
        return made

    def _go(self, gap: Gap) -> None:
        self.about = gap.about
        self.reject()

    def _waive(self, gap: Gap) -> None:
        prompt = tr("“{words}”: let go of, and why? Waived is never passed.", words=gap.words)
        reason = ask.words(self, tr("Waive"), prompt, ok=tr("Waive"))
        if reason:
            board = self._session.state.board.with_waiver(Waiver(gap.key, reason))
            self._session.say(f"waive “{gap.words}”", board)
            self._show()

    # --- the ending ------------------------------------------------------------------------------

    def _kind(self) -> EndingKind:
        kind: EndingKind = self.kind.currentData()
        return kind

    def ending(self) -> Ending:
        """The ending as it stands in the form."""
        kind = self._kind()
        shown = {*NEEDED[kind], *ALWAYS}
        said = {name: getattr(self, name).text().strip() for name in ("whom", "review", "of")}
        said = {name: words if name in shown else "" for name, words in said.items()}
        review = QDate.fromString(said["review"], Qt.DateFormat.ISODate)
        similar = self.similar.text().strip()
        return Ending(
            kind,
            date.today().isoformat(),  # noqa: DTZ011 - the day of whoever sits here
            words=self.words.toPlainText().strip(),
            whom=said["whom"],
            similar=int(similar) if similar and "similar" in shown else None,
            review=said["review"] if review.isValid() else "",
            of=said["of"],
        )

    def board(self) -> Board:
        """The board of the closed case.

        Raises:
            InputTrouble: the ending is not complete, or something is missing in a strict case.
        """
        return desk.closed(self._session.state.board, self.ending(), self.missing())

    def _look(self) -> None:
        """Say what would happen now, and let it happen only where it can."""
        missing, strict = self.missing(), self._session.state.board.strict
        lacks = self.ending().lacks()
        words = tr(
            "Guards warn: it can be closed all the same, and the report says what was missing."
        )
        if strict:
            words = tr("The case is strict: it can be closed when each of these is met or waived.")
        if not missing:
            words = tr("The report says that every guard was met or waived.")
        if self._wording is None:
            words = tr("The wording of the report is being read…")
        if lacks:
            words += tr(" To be filled in: {lacks}.", lacks="; ".join(lacks))
        self.guards.setText(words)
        self.ok.setText(
            tr("Close all the same") if missing and not strict else tr("Close the case")
        )
        self.ok.setEnabled(not lacks and self._wording is not None and not (strict and missing))


def likely(session: Session) -> EndingKind:
    """The ending that fits what is on the board; a person has the word."""
    state = session.state
    claims = {answer.claim for answer in state.board.answers if answer.claim}
    leads = [lead for lead in state.progress.leads if desk.claim_of(lead) in claims]
    if any(lead.cause == "not-our-component" for lead in leads):
        return "not our component"
    if leads:
        open_ends = [desk.missing_to_confirm(x, state.progress, state.board) for x in leads]
        return "contributing causes found" if any(open_ends) else "causes found"
    return "not determined, evidence missing"


def close_case(parent: QWidget, session: Session) -> str:
    """Ask, and close the case; return where one wanted to go instead (empty: nowhere)."""
    form = EndingForm(parent, session)
    if form.exec():
        try:
            board = form.board()
        except InputTrouble as error:
            session.put(trouble=error)
        else:
            assert board.ending is not None
            session.say(f"close the case: {board.ending.kind}", board)
    form.deleteLater()
    return form.about
