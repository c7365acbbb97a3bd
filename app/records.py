"""What a change is called: written into the case in the report's language, shown in the reader's.

The words of a change are kept for good (undo after a restart, the time line), and a case may be
read by somebody with another language: so they are English in the file and translated on screen.
"""

from __future__ import annotations

import re
from functools import cache

from app.language import later, tr

RECORDS = (
    later("open"),
    later("open again"),
    later("Pick {what}"),
    later("Park a question"),
    later("answer the first questions"),
    later("skip the expectation"),
    later("say what was expected"),
    later("answer how it came about"),
    later("answer “{what}”"),
    later("reopen a why"),
    later("rule out “{what}”"),
    later("let a rival stand again"),
    later("waive “{what}”"),
    later("lift a waiver"),
    later("add fact {what}"),
    later("remove fact {what}"),
    later("add rival {what}"),
    later("add picture {what}"),
    later("mark picture {what}"),
    later("take out picture {what}"),
    later("add interview {what}"),
    later("change interview {what}"),
    later("take out interview {what}"),
    later("add walkthrough {what}"),
    later("change walkthrough {what}"),
    later("take out walkthrough {what}"),
    later("name the group “{what}”"),
    later("rename the group “{what}” to “{name}”"),
    later("change the group “{what}”"),
    later("delete the group “{what}”"),
    later("edit the named groups"),
    later("choose the playbook “{what}”"),
    later("close the case: {ending}"),
    later("reopen the case"),
    later("edit the action points"),
    later("say what was learned"),
    later("say what it costs"),
    later("let guards warn"),
    later("make the case strict"),
    later("The day comes first"),
    later("The month comes first"),
    later("Trust the pickled model"),
    later("Guess the {role} again"),
    later("No column is the {role}"),
    later("No column feeds {input}"),
    later("Unit of {input}: {unit}"),
    later("{column} feeds {input}"),
    later("{column} is not among the {role}"),
    later("{column} is among the {role}"),
    later("{column} is the {role}"),
    later("{file} is {role}"),
)


@cache
def _moulds() -> tuple[tuple[re.Pattern[str], str], ...]:
    def mould(record: str) -> re.Pattern[str]:
        return re.compile(re.sub(r"\\\{(\w+)\\\}", r"(?P<\1>.+)", re.escape(record)), re.DOTALL)

    return tuple((mould(record), record) for record in RECORDS)


def shown(record: str) -> str:
    """Return what a change is called, in the reader's language; unknown words stay as they are."""
    for mould, words in _moulds():
        if (found := mould.fullmatch(record)) is not None:
            return tr(words, **found.groupdict())
    return record
