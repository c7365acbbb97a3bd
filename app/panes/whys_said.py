"""What people said, in the whys: an answer, a fact by hand; and how many rivals still stand."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from app.drawn import Drawn
from app.language import tr
from app.parts import button, column, frame, label, row
from app.state import State
from investigators.board import Fact, WhyAnswer
from investigators.chart import Chart
from investigators.evidence import Finding
from investigators.why_tree import Rival, Tree


def answer_part(answer: WhyAnswer, reopen: Callable[[], object]) -> QWidget:
    """An answer, and what takes it back."""
    lead = tr(" · with {lead}", lead=answer.lead) if answer.lead else ""
    words = label(
        tr("Answered{lead}: {words}", lead=lead, words=answer.words), wrap=True, select=True
    )
    inside = row(words, button(tr("Reopen"), reopen, "link"), margins=(12, 6, 8, 6))
    inside.setStretch(0, 1)
    return frame("note", inside)


def fact_part(fact: Fact, remove: Callable[[], object]) -> QHBoxLayout:
    """A fact with its grade and whose view it is, and what takes it out."""
    words = tr(
        "Fact {id} (grade {grade}{whose}): {words}{picture}",
        id=fact.id,
        grade=fact.grade,
        whose=f", {fact.whose_view}" if fact.whose_view else "",
        words=fact.words,
        picture=f" · {fact.picture_name}" if fact.picture else "",
    )
    inside = row(
        label(words, "soft", wrap=True, select=True),
        button(tr("Remove"), remove, "link"),
        margins=(34, 2, 8, 2),
    )
    inside.setStretch(0, 1)
    return inside


def chart_of(rival: Rival, findings: Sequence[Finding]) -> Chart | None:
    """The picture of what a rival's check says, where the finding that it says has one."""
    said = (f for f in findings if f.check == rival.id and f.sentence == rival.sentence)
    return next((f.charts[0] for f in said if f.charts), None)


def detail_part(rival: Rival, findings: Sequence[Finding]) -> QVBoxLayout:
    """What a rival without a card says: its check, what is expected, what it would have led to."""
    inside = column(margins=(12, 8, 12, 8), gap=5)
    if rival.sentence:
        inside.addWidget(label(rival.sentence, wrap=True, select=True))
    if (chart := chart_of(rival, findings)) is not None:
        inside.addWidget(Drawn(chart))
    if rival.reason:
        words = tr("by hand: {reason}", reason=rival.reason)
        inside.addWidget(label(words, "soft", wrap=True, select=True))
    for words, text in (
        (tr("if it holds, we expect"), rival.if_true), (tr("if not"), rival.if_false),
        (tr("not covered"), rival.does_not_cover), (tr("would tell"), rival.would_need),
        (tr("would have led to"), rival.road), (tr("not taken, since"), rival.not_taken),
    ):  # fmt: skip
        if text:
            inside.addWidget(label(f"{words}: {text}", "small", wrap=True, select=True))
    return inside


def counts(tree: Tree, state: State) -> str:
    """How many leads there are, and how many rivals are out or open."""
    rivals = tree.whys[0].rivals if tree.whys else ()
    leads = sum(x.concerns_this_decision for x in state.progress.leads)
    out = sum(r.status == "ruled out" for r in rivals)
    still = sum(r.status in ("undetermined", "testing", "proposed") for r in rivals)
    return tr("%n leads · {out} ruled out · {still} open", "", leads, out=out, still=still)


def padded(widget: QWidget, top: int = 2) -> QWidget:
    """With the margins of a line."""
    made = QWidget()
    made.setLayout(column(widget, margins=(12, top, 12, 2)))
    return made


def framed(widget: QWidget) -> QWidget:
    """With the margins of a card."""
    made = QWidget()
    made.setLayout(column(widget, margins=(12, 4, 12, 8)))
    return made
