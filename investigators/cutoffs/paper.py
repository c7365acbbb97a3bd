"""What the documented rule says besides its cut-off, in words: exceptions, days, unread clauses."""

from __future__ import annotations

import numpy as np

from investigators.cutoffs.depart import Ground
from investigators.numbers import count_of, listed

SHOWN = 3  # exceptions or clauses quoted in a sentence
LONGEST = 160


def excepted(ground: Ground) -> int:
    """Requests that got the label of an exception which the cut-off would not have given."""
    return int((_by_clause(ground) & ground.judged.follows).sum())


def clauses_words(ground: Ground) -> str:
    """Say how many requests got their label by which documented exception."""
    judged, clauses = ground.judged, ground.usual.documented.clauses
    own = _by_clause(ground) & judged.follows
    told = []
    for k, clause in enumerate(clauses[:SHOWN]):
        n = int((own & (judged.clause == k)).sum())
        told.append(f"{count_of(n, 'request')} by “{_short(clause.words)}”")
    if not told:
        return ""
    more = len(clauses) - SHOWN
    rest = f" and {count_of(more, 'further exception')}" if more > 0 else ""
    return (
        " Not by the cut-off but by a documented exception, as the policy says: "
        f"{listed(told)}{rest}."
    )


def outside_words(ground: Ground) -> str:
    """Say how many requests no documented rule is in force for."""
    usual, view = ground.usual, ground.view
    if not usual.documented.stages or view.log is None:
        return ""
    decided = f"SELECT count(*) FROM {{t}} WHERE fw_score IS NOT NULL AND ({usual.due}) IS NULL"
    n = int(view.log.value(decided))
    if not n:
        return ""
    days = listed([f"{s.since or 'the first day'} to {s.until or 'now'}" for s in usual.stages])
    return (
        f" {count_of(n, 'request')} lie outside the days for which the policy has a rule ({days}): "
        "not judged."
    )


def before_the_rule(ground: Ground) -> bool:
    """Whether no documented rule is in force for the picked decision."""
    usual, view = ground.usual, ground.view
    if not usual.documented.stages or view.log is None or ground.row is None:
        return False
    sql = f"SELECT ({usual.due}) IS NULL FROM {{t}} WHERE fw_row = ? AND fw_decision IS NOT NULL"
    return bool(view.log.value(sql, [ground.row]))


def unread_words(ground: Ground) -> str:
    """Quote the clauses of the policy that could not be read."""
    unread = ground.usual.documented.unread
    if not unread:
        return ""
    quoted = listed([f"“{_short(text)}”" for text in unread[:SHOWN]])
    more = f" and {len(unread) - SHOWN} more" if len(unread) > SHOWN else ""
    return f" The policy also says, not understood here: {quoted}{more}."


def _by_clause(ground: Ground) -> np.ndarray:
    """Rows under an exception for which the cut-off gives another label."""
    judged = ground.judged
    band = np.full(judged.rows.size, -1)
    for k, stage in enumerate(ground.usual.stages):
        named = np.array([judged.labels.index(label) for label in stage.labels])
        here = judged.stage == k
        band[here] = named[np.searchsorted(stage.cuts, judged.scores[here], side="right")]
    found: np.ndarray = (judged.clause >= 0) & (band != judged.ruled)
    return found


def _short(text: str) -> str:
    return text if len(text) <= LONGEST else f"{text[: LONGEST - 1]}…"
