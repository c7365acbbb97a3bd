"""What ends an opening once files are read: a model of another log, no rows, an unknown word."""

from __future__ import annotations

from collections.abc import Mapping

from investigators.brief import nearest
from investigators.model import Model
from investigators.roles.mapping import Mapping as InputMapping
from investigators.roles.rule import written_as
from investigators.roles.same_name import is_numbered
from investigators.tables.table import Table
from investigators.trouble import InputTrouble

MANY = 50  # rows from which on a label that none of them has is a mistake


def refuse_another_model(model: Model, table: Table, mapping: InputMapping, role: str) -> None:
    """A model none of whose inputs is in the table belongs to another one.

    Columns that were only guessed by their order and values speak for the table where they serve
    every input (or, for a model that only counts its inputs, at least half of them).

    Raises:
        InputTrouble: naming the inputs and how to map them.
    """
    used = [each.name for each in model.inputs if each.used]
    served = [name for name in used if name in mapping.columns]
    needed = len(used) / 2 if is_numbered([each.name for each in model.inputs]) else len(used)
    if not used or (served and (mapping.told_by_name(served) or len(served) >= needed)):
        return
    shown = ", ".join(used[:8]) + (f" and {len(used) - 8} more" if len(used) > 8 else "")
    raise InputTrouble(
        table.name,
        f"none of the inputs of {model.name} is in it",
        expected=f"columns for {shown}",
        mend=f"say --column {role}.feature:{used[0]}=COLUMN, or give the model of this {role}",
    )


def refuse_no_rows(table: Table, expected: str) -> None:
    """Refuse a table of columns only.

    Raises:
        InputTrouble: saying what rows were expected.
    """
    if not table.rows:
        raise InputTrouble(
            table.name,
            "there are columns, but no rows",
            expected=expected,
            mend="export it again; a filter may have left nothing",
        )


def refuse_unknown(value: str | None, counts: Mapping[str, int], what: str, place: str) -> None:
    """Refuse a given label or outcome that none of many rows has: it may be misspelt.

    Raises:
        InputTrouble: with those that occur.
    """
    if value is None or value in counts or sum(counts.values()) < MANY:
        return
    raise InputTrouble(
        "settings",
        f"no row has the {what} {value}",
        place=place,
        expected=f"one of {', '.join(sorted(counts)[:12])}",
        mend=nearest(value, counts),
    )


def refuse_unknown_outcome(value: str | None, counts: Mapping[str, int], place: str) -> None:
    """The same for a positive outcome, however it is written; of one value none may be so yet.

    Raises:
        InputTrouble: with those that occur.
    """
    if value is not None and len(counts) > 1:
        refuse_unknown(written_as(value, counts), counts, "outcome", place)
