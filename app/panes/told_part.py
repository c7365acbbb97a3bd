"""What people told, under what the person saw: answers, pictures, interviews, walkthroughs."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial

from PySide6.QtWidgets import QFrame, QWidget

from app.dialogs.first_questions import CHOICES
from app.dialogs.told import take_out, tell_interview, tell_walkthrough
from app.flow import Beside, Flow
from app.language import spoken, tr
from app.parts import button, column, frame, label
from app.session import Session
from app.state import State
from investigators.case import Answers
from investigators.pictures import Picture
from investigators.testimony import (
    TOLD_GRADES,
    Interview,
    Teller,
    WalkStep,
    Walkthrough,
    picture_of,
)

Act = Callable[[str], None]


def pictures_in(state: State) -> tuple[Picture, ...]:
    """The pictures of the case, those among its files too once they are sealed."""
    sources = () if state.found is None else state.found.case.sources
    return state.board.every_picture(sources)


def told_in(state: State) -> tuple[object, ...]:
    """Everything that people told, to compare; each part is empty where there is nothing."""
    brief = state.draft.brief
    answers = () if brief.answers == Answers() else (brief.answers,)
    return answers, pictures_in(state), brief.interviews, brief.walkthroughs


def told_parts(parent: QWidget, session: Session, act: Act) -> Iterator[QWidget]:
    """A frame for each thing told, with whose view and which grade, then what can be added."""
    state = session.state
    brief, pictures = state.draft.brief, pictures_in(state)
    yield label(tr("What people told"), "bold")
    if not any(told_in(state)):
        yield label(tr("Nobody was asked yet."), "soft", wrap=True)
    if brief.answers != Answers():
        yield _answers(brief.answers, act)
    for picture in pictures:
        yield _picture(picture, act)
    for interview in brief.interviews:
        yield _interview(parent, session, interview)
    for way in brief.walkthroughs:
        yield _walkthrough(parent, session, way, pictures)
    held = Flow(8)
    for words, what in (
        (tr("Add an interview…"), "interview"), (tr("Add a walkthrough…"), "walkthrough"),
        (tr("Add a screenshot…"), "add_picture"), (tr("Answer the three questions…"), "questions"),
    ):  # fmt: skip
        held.addWidget(button(words, partial(act, what), "link"))
    adding = QWidget()
    adding.setLayout(held)
    yield adding


def _frame(title: str, lines: list[tuple[str, str]], *buttons: QWidget) -> QFrame:
    """A title with what can be done, lines with their look below."""
    held = Flow(6)
    for each in buttons:
        held.addWidget(each)
    inside = column(
        Beside(label(title, "bold", wrap=True, select=True), _in(held)),
        margins=(12, 6, 12, 6), gap=3,
    )  # fmt: skip
    said = [(words, look) for words, look in lines if words]
    for words, look in said:
        inside.addWidget(label(words, look, wrap=True, select=True))
    made = frame("panel", inside)
    made.setAccessibleName("; ".join((title, *(words for words, _ in said))))
    return made


def _in(held: Flow) -> QWidget:
    made = QWidget()
    made.setLayout(held)
    return made


def _link(words: str, do: Callable[[], object], name: str) -> QWidget:
    made = button(words, do, "link")
    made.setAccessibleName(name)
    return made


def _view(whose: str, grade: str, *more: str) -> str:
    """Whose view, which grade, and what else is to be said in a line."""
    return " · ".join(
        part for part in (tr("whose view: {whose}", whose=whose), grade, *more) if part
    )


def _told_by(teller: Teller) -> str:
    grade = tr("grade {grade}: {words}", grade=teller.grade, words=TOLD_GRADES[teller.grade])
    about = tr("about {linked}", linked=teller.linked) if teller.about else ""
    return _view(teller.whose_view or tr("the person’s own"), grade, teller.when, about)


def _answers(answers: Answers, act: Act) -> QFrame:
    right = next((w for w, value in spoken(CHOICES) if value == answers.right_subject), "")
    lines = [
        (tr("Whose box or step: {box}", box=answers.whose_box) if answers.whose_box else "", ""),
        (tr("The right person: {right}", right=right) if answers.right_subject else "", ""),
        (tr("Shown: {shown}", shown=answers.what_shown) if answers.what_shown else "", ""),
        (_view(answers.whose_view or tr("not said"), tr("grade C")), "small"),
    ]
    name = tr("Change the answers")
    edit = _link(tr("Change…"), lambda: act("questions"), name)
    return _frame(tr("The three first questions"), lines, edit)


def _picture(picture: Picture, act: Act) -> QFrame:
    outside = "" if picture.looked_through else tr("not shown outside")
    whose = picture.whose_view or tr("not said")
    lines = [
        (picture.note, ""),
        (_view(whose, tr("grade C"), picture.when, outside), "small"),
    ]
    name = tr("Mark a picture")
    title = tr("Picture {id}: {name}", id=picture.id, name=picture.name)
    return _frame(title, lines, _link(tr("Mark…"), lambda: act("mark_picture"), name))


def _interview(parent: QWidget, session: Session, told: Interview) -> QFrame:
    lines = [(_told_by(told.teller), "small")]
    for pair in told.exchanges:
        lines += [(pair.question, "soft"), (f"– {pair.answer}" if pair.answer else "", "")]
    lines.append((told.notes, ""))
    title = tr("Interview {id}", id=told.id)
    return _frame(
        _titled(title, told.teller.words), lines,
        _link(tr("Change…"), lambda: tell_interview(parent, session, told),
              tr("Change interview {id}", id=told.id)),
        _link(tr("Take out"), lambda: take_out(session, told),
              tr("Take out interview {id}", id=told.id)),
    )  # fmt: skip


def _walkthrough(
    parent: QWidget, session: Session, told: Walkthrough, pictures: tuple[Picture, ...]
) -> QFrame:
    lines = [(told.title, ""), (_told_by(told.teller), "small")]
    lines += [(_step(k, step, pictures), "") for k, step in enumerate(told.steps, start=1)]
    title = tr("Walkthrough {id}", id=told.id)
    return _frame(
        _titled(title, told.teller.words), lines,
        _link(tr("Change…"), lambda: tell_walkthrough(parent, session, told),
              tr("Change walkthrough {id}", id=told.id)),
        _link(tr("Take out"), lambda: take_out(session, told),
              tr("Take out walkthrough {id}", id=told.id)),
    )  # fmt: skip


def _titled(title: str, who: str) -> str:
    return f"{title} · {who}" if who else title


def _step(number: int, step: WalkStep, pictures: tuple[Picture, ...]) -> str:
    parts = [f"{number}. {step.did}"]
    if step.expected:
        parts.append(tr("expected: {expected}", expected=step.expected))
    if step.seen:
        parts.append(tr("seen: {seen}", seen=step.seen))
    found = picture_of(step, pictures)
    if found is not None:
        parts.append(tr("picture {id}", id=found.id))
    elif step.picture:
        parts.append(tr("its picture is not in the case any more"))
    return " · ".join(parts)
