"""What only people can say: what was learned, and what it costs; verbatim, or not filled in yet."""

from __future__ import annotations

from investigators.board import COST_STEPS
from investigators.numbers import listed
from investigators.report.draft import Draft, empty, line, quoted
from investigators.report.model import Block, Section, Table

TITLE = "What we learned"
COSTS = "What that costs"
TO_FILL = "to be filled in"


def learning(draft: Draft) -> Section:
    """What people said they learned, and which questions are still empty."""
    learned = draft.investigation.board.learned
    said = {
        "what helped": learned.helped,
        "what hindered": learned.hindered,
        "what was luck": learned.luck,
        "why we were surprised": learned.surprised,
    }
    left = [words for words, text in said.items() if not text]
    if len(left) == len(said):
        words = f"{', '.join(left)}: not filled in yet"
        return empty("learning", TITLE, words)
    blocks: list[Block] = [
        quoted(text, f"{words}, verbatim") for words, text in said.items() if text
    ]
    if left:
        blocks.append(line(f"Not filled in yet: {listed(left)}"))
    return Section("learning", TITLE, tuple(blocks))


def cost(draft: Draft, step: str) -> str:
    """What a person said that a step of the ladder costs."""
    return draft.investigation.board.cost(step) or TO_FILL


def costs(draft: Draft) -> list[Block]:
    """What people said it costs, where there is no ladder to say it in."""
    board = draft.investigation.board
    rows = tuple((step, board.cost(step)) for step in COST_STEPS if board.cost(step))
    return [Table(("How long it runs", f"{COSTS}, verbatim"), rows, verbatim=(1,))] if rows else []
