"""The search for groups that nobody named in a view's log; made once, whoever asks."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from investigators.slices.copies import copies
from investigators.slices.literals import Coded, inputs_of, literals_of, without_complements
from investigators.slices.rows import Bools, Ints, Marked, judging
from investigators.slices.runs import with_runs
from investigators.slices.search import PAIRS, Result, Slice, search
from investigators.tables.table import Table
from investigators.task import Task
from investigators.view import View


@dataclass(frozen=True, eq=False)
class Hidden:
    """What was searched and what was found; ``after``: columns known only after the decision.

    ``left_out`` counts columns that were too many.
    """

    coded: Sequence[Coded]
    result: Result
    after: tuple[str, ...]
    left_out: int

    def carrying(self, rows: Ints, inside: Bools) -> list[tuple[Slice, Bools]]:
        """Confirmed groups that share rows (row numbers) with a group, with which rows they hold.

        Those with the most common rows come first.
        """
        found = [(one, one.description.holds(self.coded, rows)) for one in self.result.confirmed]
        shared = [(one, holds) for one, holds in found if (holds & inside).any()]
        return sorted(shared, key=lambda pair: -int((pair[1] & inside).sum()))


def hidden(view: View, log: Table, rows: Marked, task: Task) -> Hidden:
    """Search among the decided ``rows`` of the view, as ``marked_rows`` gives them."""
    inputs, depth = inputs_of(view), int(view.case.brief.depth or PAIRS)

    def make() -> Hidden:
        coded, left_out = literals_of(view, log, task)
        after = copies(coded, rows, inputs)
        named = view.case.brief.groups
        own = [without_complements(one, named) for one in coded if one.column not in after]
        kept = [with_runs(one) for one in own]
        return Hidden(kept, search(kept, rows, task, depth), after, left_out)

    columns = tuple(sorted(inputs)), tuple(view.grouping)
    key = (
        "hidden slices",
        depth,
        rows.measure,
        log.relation,
        judging(view),
        repr(view.rule),
        columns,
    )
    return log.engine.once(key, make)
