"""What a person told: an interview in questions and answers, a walkthrough step by step."""

from __future__ import annotations

from dataclasses import replace
from typing import cast

from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QDialog, QLineEdit, QWidget

from app.dialogs.form import Form, words_field
from app.dialogs.picture import body_of, pictures_of
from app.dialogs.rows import Choice, Rows
from app.dialogs.teller import Offered, TellerFields
from app.language import later, tr
from app.parts import column, label
from app.session import Session
from app.theme import theme
from investigators.board import Draft
from investigators.testimony import (
    Exchange,
    Interview,
    Teller,
    WalkStep,
    Walkthrough,
    kept,
    picture_of,
    unused,
)

ASKED = later(
    "In the person’s own words, questions too. It is evidence of grade C at most: it confirms "
    "nothing by itself. No check reads it."
)
WENT = later(
    "A way through the product, step by step: what was done, what should be seen then, and what "
    "was seen. A step can show a picture of the case."
)
SIZE = (920, 600)


class _Told(Form):
    """Who told it above, what was told below."""

    def __init__(
        self, parent: QWidget, title: str, note: str, fields: TellerFields, rows: Rows,
        below: QWidget,
    ) -> None:  # fmt: skip
        self.teller, self._rows = fields, rows
        body = column(fields, below, gap=10)
        body.setStretch(1, 1)
        super().__init__(parent, title, note, tr("Keep"), wide=760, below=body)
        room = self.screen().availableGeometry().size()
        wished = (theme().px(SIZE[0]), theme().px(SIZE[1]))
        self.resize(min(wished[0], room.width() - 40), min(wished[1], room.height() - 60))

    def showEvent(self, event: QShowEvent) -> None:  # noqa: N802 - Qt's name
        """The person comes first."""
        super().showEvent(event)
        self.teller.whom.setFocus()

    def accept(self) -> None:
        """Ctrl+Return leaves a cell that is still open: what was typed there counts."""
        self._rows.settle()
        super().accept()


class InterviewForm(_Told):
    """Questions and answers, one pair a row, and notes."""

    def __init__(self, parent: QWidget, interview: Interview, offered: Offered) -> None:
        self.interview = interview
        self.pairs = Rows(
            tr("Questions and answers"), tr("Add a question"), (tr("question"), tr("answer"))
        )
        self.notes = words_field(interview.notes, 64)
        self.notes.setAccessibleName(tr("Notes"))
        below = QWidget()
        below.setLayout(column(self.pairs, label(tr("Notes")), self.notes, gap=8))
        fields = TellerFields(interview.teller, offered)
        super().__init__(
            parent, tr("Interview {id}", id=interview.id), tr(ASKED), fields, self.pairs, below
        )
        self.topic = interview.id
        self.pairs.put([(pair.question, pair.answer) for pair in interview.exchanges])
        self.pairs.changed.connect(self._look)
        self.notes.textChanged.connect(self._look)
        self._look()

    def _look(self) -> None:
        given = self.given()
        self.ok.setEnabled(bool(given.exchanges or given.notes))

    def given(self) -> Interview:
        """What was told; rows without a word are left out."""
        pairs = tuple(Exchange(*words) for words in self.pairs.rows() if any(words))
        notes = self.notes.toPlainText().strip()
        return replace(self.interview, teller=self.teller.given(), exchanges=pairs, notes=notes)

    def typed(self) -> tuple[object, ...]:
        """Everything that stands there."""
        return self.teller.given(), self.pairs.rows(), self.notes.toPlainText()

    def type_again(self, words: tuple[object, ...]) -> None:
        """Put in what :meth:`typed` gave."""
        self.teller.put(cast("Teller", words[0]))
        self.pairs.put(cast("tuple[tuple[str, ...], ...]", words[1]))
        self.notes.setPlainText(str(words[2]))


class WalkthroughForm(_Told):
    """From where to where, and numbered steps; ``pictures`` are those of the case."""

    def __init__(
        self, parent: QWidget, way: Walkthrough, offered: Offered, pictures: Choice
    ) -> None:
        self.way = way
        self.title = QLineEdit(way.title)
        self.title.setAccessibleName(tr("From where to where"))
        self.title.setPlaceholderText(tr("such as: from the start page to the held order"))
        header = (tr("what was done"), tr("expected"), tr("seen"), tr("picture"))
        self.steps = Rows(tr("Steps"), tr("Add a step"), header, ((tr("none"), ""), *pictures))
        below = QWidget()
        below.setLayout(column(label(tr("From where to where")), self.title, self.steps, gap=8))
        fields = TellerFields(way.teller, offered)
        super().__init__(
            parent, tr("Walkthrough {id}", id=way.id), tr(WENT), fields, self.steps, below
        )
        self.topic = way.id
        self.steps.put([(x.did, x.expected, x.seen, x.picture) for x in way.steps])
        self.steps.changed.connect(self._look)
        self._look()

    def _look(self) -> None:
        self.ok.setEnabled(bool(self.given().steps))

    def given(self) -> Walkthrough:
        """What was told; steps of which nothing is said are left out."""
        steps = tuple(WalkStep(*words) for words in self.steps.rows() if any(words))
        title = self.title.text().strip()
        return replace(self.way, title=title, teller=self.teller.given(), steps=steps)

    def typed(self) -> tuple[object, ...]:
        """Everything that stands there."""
        return self.teller.given(), self.title.text(), self.steps.rows()

    def type_again(self, words: tuple[object, ...]) -> None:
        """Put in what :meth:`typed` gave."""
        self.teller.put(cast("Teller", words[0]))
        self.title.setText(str(words[1]))
        self.steps.put(cast("tuple[tuple[str, ...], ...]", words[2]))


# --- from the window -----------------------------------------------------------------------------


def tell_interview(parent: QWidget, session: Session, told: Interview | None = None) -> None:
    """Ask for an interview, or change one, and keep it."""
    interviews = session.state.draft.brief.interviews
    form = InterviewForm(parent, told or Interview(unused("I", interviews)), _offered(session))
    if form.exec() == QDialog.DialogCode.Accepted:
        given = form.given()
        draft = session.state.draft
        brief = replace(draft.brief, interviews=kept(draft.brief.interviews, given))
        record = f"add interview {given.id}" if told is None else f"change interview {given.id}"
        session.speak(record, replace(draft, brief=brief))
    form.deleteLater()


def tell_walkthrough(parent: QWidget, session: Session, told: Walkthrough | None = None) -> None:
    """Ask for a walkthrough, or change one, and keep it with the pictures it shows."""
    way = told or Walkthrough(unused("T", session.state.draft.brief.walkthroughs))
    pictures = pictures_of(session)
    known = [(f"{each.id}: {each.name}", each.id) for each in pictures]
    steps = tuple(_by_id(session, step) for step in way.steps)
    lost = {s.picture for s in steps if s.picture} - {name for _, name in known}
    known += [(tr("{name}: not in the case", name=name), name) for name in sorted(lost)]
    form = WalkthroughForm(parent, replace(way, steps=steps), _offered(session), tuple(known))
    if form.exec() == QDialog.DialogCode.Accepted:
        given = form.given()
        draft = _with_pictures(session, given)
        brief = replace(draft.brief, walkthroughs=kept(draft.brief.walkthroughs, given))
        record = f"add walkthrough {given.id}" if told is None else f"change walkthrough {given.id}"
        session.speak(record, replace(draft, brief=brief))
    form.deleteLater()


def _by_id(session: Session, step: WalkStep) -> WalkStep:
    found = picture_of(step, pictures_of(session))
    return step if found is None else replace(step, picture=found.id)


def _with_pictures(session: Session, way: Walkthrough) -> Draft:
    """The draft with the pictures of the steps among those told of: their ids stay then."""
    draft = session.state.draft
    for step in way.steps:
        picture = picture_of(step, pictures_of(session))
        if picture is None or picture in draft.board.pictures:
            continue
        body = body_of(session, picture)
        if body is not None and session.keeping.picture(picture.sha256) is None:
            session.keeping.keep_picture(body, picture.name)
        draft = replace(draft, board=draft.board.with_picture(picture))
    return draft


def take_out(session: Session, told: Interview | Walkthrough) -> None:
    """Take an interview or a walkthrough out of the case; undo brings it back."""
    draft = session.state.draft
    brief = replace(
        draft.brief,
        interviews=tuple(each for each in draft.brief.interviews if each.id != told.id),
        walkthroughs=tuple(each for each in draft.brief.walkthroughs if each.id != told.id),
    )
    record = f"take out walkthrough {told.id}"
    if isinstance(told, Interview):
        record = f"take out interview {told.id}"
    session.speak(record, replace(draft, brief=brief))


def _offered(session: Session) -> Offered:
    case = session.state.case
    if case is None:
        return Offered()
    return Offered("" if case.decision is None else case.decision.id, case.components)
