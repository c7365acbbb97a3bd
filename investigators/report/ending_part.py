"""How a person closed the case: on page one, and in the conclusion with what was missing then.

People's words stand in notes, ``Verbatim`` blocks and statements so marked, which the wording lint
leaves alone.
"""

from __future__ import annotations

from investigators.board import Ending
from investigators.numbers import count, count_of
from investigators.report.draft import Draft, line, quoted, sentence
from investigators.report.model import Block, Items, Row, Statement
from investigators.report.redaction import WITHHELD

SHOWN = 180  # letters of the closing words on page one
WHOM = {"not our component": "it is of", "works as designed": "decided by"}


def head(draft: Draft) -> tuple[str, ...]:
    """What the line under the title says of a closed case."""
    ending = draft.investigation.board.ending
    return () if ending is None else (f"closed {ending.on}",)


def page_one(draft: Draft) -> tuple[Row, ...]:
    """The ending as the first row of page one; none while the case is open."""
    ending = draft.investigation.board.ending
    if ending is None:
        return ()
    said = [Statement(sentence(ending.kind), strong=True, note=_who(ending))]
    if ending.words and ending.words != WITHHELD:
        said.append(Statement(f"“{shortened(ending.words)}”", verbatim=True))
    said += [Statement(words) for words in _numbers(ending)]
    if ending.missing:
        things = count_of(len(ending.missing), "thing")
        was = "was" if len(ending.missing) == 1 else "were"
        said.append(Statement(f"{things} {was} missing when it was closed (“Conclusion”)."))
    return (Row("Ending", tuple(said)),)


def shortened(words: str) -> str:
    """The beginning of what a person typed, as one line; the whole stands further down."""
    line = " ".join(words.split())
    return line if len(line) <= SHOWN else f"{line[:SHOWN].rsplit(' ', 1)[0]} …"


def _who(ending: Ending) -> str:
    """Whose decision or component it is, or which case it repeats: a person's own words."""
    if ending.kind == "duplicate of":
        return ending.of
    return f"{WHOM.get(ending.kind, 'said by')} {ending.whom}" if ending.whom else ""


def _numbers(ending: Ending) -> list[str]:
    words = []
    if ending.similar is not None:
        are = "decision is" if ending.similar == 1 else "decisions are"
        words.append(f"{count(ending.similar)} {are} like this one, as counted by hand.")
    if ending.review:
        words.append(f"To be looked at again on {ending.review}.")
    return words


def conclusion(draft: Draft) -> list[Block]:
    """The ending with its words, the guards, and what is missing now; or what is still missing."""
    assert draft.standing is not None
    board, tree = draft.investigation.board, draft.standing.tree
    ending = board.ending
    if ending is None:
        left = "; ".join(gap.words for gap in tree.missing())
        told = f"Still missing to close: {left}" if left else "Nothing is missing to close"
        strict = "; the case is strict: guards block" if board.strict else ""
        return [line(told + strict)]
    blocks: list[Block] = [
        Items(
            (
                (Statement(sentence(f"Closed on {ending.on}: {ending.kind}"), strong=True),),
                *((Statement(words),) for words in _numbers(ending)),
                (Statement(sentence(_guards(ending))),),
                *((Statement(words),) for words in _since(draft, ending)),
            )
        )
    ]
    for words, who in (
        (ending.words, "about the ending, verbatim"),
        (ending.whom, f"{WHOM.get(ending.kind, 'said by')}, verbatim"),
        (ending.of, "the case it repeats, verbatim"),
    ):
        blocks += [quoted(words, who)] if words else []
    return blocks


def _guards(ending: Ending) -> str:
    mode = "Guards blocked (strict)" if ending.strict else "Guards warned"
    if not ending.missing:
        return f"{mode}; nothing was missing when it was closed"
    return f"{mode}; missing when it was closed: {'; '.join(ending.missing)}"


def _since(draft: Draft, ending: Ending) -> list[str]:
    """What came to be missing after the case was closed."""
    assert draft.standing is not None
    now = [gap.words for gap in draft.standing.tree.missing(ending.kind)]
    new = [words for words in now if words not in ending.missing]
    return [sentence(f"Missing now, and not then: {'; '.join(new)}")] if new else []
