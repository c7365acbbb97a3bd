"""What a person answered to the three questions, as evidence of grade C."""

from __future__ import annotations

from investigators.case import Decision
from investigators.evidence import Cause, CauseClass, Condition, Finding, NoTransform
from investigators.view import View


def dissent(view: View, found: Finding) -> str:
    """What a person said otherwise prints beside the record and never overwrites it."""
    answers, own = view.case.brief.answers, view.case.components
    said, shown = plain_name(answers.whose_box or ""), found.effect.get("component")
    same = said == plain_name(str(shown)) or (found.verdict == "speaks against" and
                                          said in {plain_name(name) for name in own})  # fmt: skip
    who = f" ({answers.whose_view})" if answers.whose_view else ""
    if same or shown is None:
        return ""
    return f" A person{who} says otherwise: {answers.whose_box} showed it (grade C)."


def one_row(view: View, decision: Decision, cause: CauseClass, words: str) -> Cause:
    """A cause that a person's word gives for this decision alone."""
    column = view.column("log.id" if decision.source == "log" else "ui_events.event")
    return Cause(
        cause=cause,
        features=(),
        transform=NoTransform(),
        segment=None if column is None else (Condition(column, equals=decision.id),),
        onset=None,
        onset_known=False,
        end=None,
        ongoing=None,
        rows_in_scope=1,
        rows_changed=0,
        concerns_decision=True,
        statement=words,
    )


def plain_name(name: str) -> str:
    """Letters and digits of a name, lower case: what is equal however it is spelt."""
    return "".join(letter for letter in name.casefold() if letter.isalnum())
