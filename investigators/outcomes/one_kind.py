"""Outcomes that are all the same, though the scores let expect others."""

from __future__ import annotations

import numpy as np

from investigators.evidence import Cause, Finding, NoTransform
from investigators.numbers import count
from investigators.outcomes.ground import ASK, LOOKS, Ground, Rows, answer, dots_of, share_dot


def one_kind(ground: Ground, rows: Rows, name: str) -> Finding | None:
    """Tell that all outcomes are of one kind, by more than chance; ``None`` where they are not.

    The chance is that of so many draws, each with its own score.
    """
    y, p = ground.outcome[rows], ground.score[rows]
    if not ground.directed or np.unique(y).size != 1 or not ((p >= 0) & (p <= 1)).all():
        return None
    kind = int(y[0])
    right = np.clip(p if kind else 1 - p, 1e-12, 1.0)
    if -float(np.log(right).sum()) < LOOKS:
        return None
    case = ground.view.case
    words = {1: case.positive or "positive", 0: f"not {case.positive or 'positive'}"}
    expected = float((1 - right).sum())
    statement = (
        f"All {count(rows.size)} known outcomes are {words[kind]}, where the scores let expect "
        f"{count(round(expected))} that are {words[1 - kind]}: those have not come yet, or the "
        "column is not the outcome."
    )
    decision = ground.view.decision
    mine = bool(decision is not None and decision.row is not None and (rows == decision.row).any())
    cause = Cause(
        "label-or-target", (), NoTransform(), None, None, False, None, None, int(rows.size),
        round(expected), mine, statement=statement,
    )  # fmt: skip
    n = int(rows.size)
    dots = (
        share_dot("outcomes", float(y.sum()), n, own=True),
        share_dot("the scores let expect", float(p.sum()), n),
    )
    chart = dots_of(f"Which outcomes are {words[1]}?", dots, "% of requests with an outcome", None)
    return answer(name, "supports", statement, n, cause=cause, charts=(chart,), ask=ASK)
