"""What is so whichever decision of the case is picked, kept for the next one.

Most of what a check finds out is of the log, not of the decision.  Whether some of it is, nobody
needs to say: what asked the view for its decision is made again for another one, what did not is
the same for all.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable
from dataclasses import replace

from investigators.tables.table import Table
from investigators.view import View, watching

MOST = 2_000  # some ten investigations' worth


def for_any_decision[Value](view: View, key: Hashable, make: Callable[[], Value]) -> Value:
    """Return what ``make`` gives for this view, kept where it did not ask for the decision.

    ``make`` may read nothing but the view and what ``key`` names; its value is not to be changed.
    """
    if view.log is None:
        return make()
    kept = view.log.engine.decided
    whole = (key, apart_from_decision(view))
    known = kept.get(whole)
    if known is not None:
        found: Value = known[0]
        return found
    with watching() as watch:
        made = make()
    if not watch.asked:
        while len(kept) >= MOST:  # an answer of a person makes another view of it
            kept.pop(next(iter(kept)), None)
        kept[whole] = (made,)
    return made


def apart_from_decision(view: View) -> Hashable:
    """All that a view is but for the decision picked; the rule is that of its time."""
    brief = replace(view.case.brief, decision=None)
    case = replace(view.case, decision=None, brief=brief, sources=())
    told = view.reproduced and replace(view.reproduced, this_row=None)
    model = view.model and (view.model.name, hash(view.model.text), view.model.of_class)
    tables = (
        *(view.log, view.reference, view.releases),
        *view.ui_events,
        *view.lookups,
        *view.stores.values(),
    )
    others = (
        *(case, told, model, view.dictionary, view.segments, view.groups, view.shown),
        *(view.shown_marks, view.columns, view.log_inputs, view.reference_inputs),
        tuple(view.stores),
        tuple(view.other_models),
    )
    return (*map(_table, tables), repr(others))


def _table(table: Table | None) -> Hashable:
    return table and (table.name, table.relation, table.columns, table.rows)
