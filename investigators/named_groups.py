"""Groups that a person named: rows of the log by an expression, kept in the case.

``small shops`` = ``channel = shop and amount < 20``, in the language in which a repair says its
rows.  In the canonical log such a group is a column of that name: true for its rows, false for all
others.  Every check that looks at groups sees it as one of the log's own columns.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace

from investigators.brief import nearest
from investigators.evidence import Cell, Condition
from investigators.scope import segment_sql
from investigators.tables.table import Column, Table, quoted
from investigators.trial import parse_rows
from investigators.trouble import InputTrouble

LONGEST = 60
OWN = "fw_"


def with_groups(
    log: Table, groups: Mapping[str, str], *, timed: bool, beside: Sequence[Column] = ()
) -> Table:
    """The canonical log with a column for each named group; nothing is copied.

    ``beside`` are columns of lookups that lie beside the log's own: a group may ask for them.

    Raises:
        InputTrouble: a name or an expression that cannot be; it names group and column.
    """
    if not groups:
        return log
    cells = []
    seen = replace(log, columns=(*log.columns, *beside))
    for name, expression in groups.items():
        check_name(name, seen, [other for other in groups if other != name])
        sql = rows_sql(name, expression, seen, timed=timed)
        cells.append(f"({sql}) AS {quoted(name)}")
    columns = tuple(Column(name, "boolean", note=text) for name, text in groups.items())
    relation = f"(SELECT *, {', '.join(cells)} FROM {log.relation})"
    return log.with_relation(relation, (*log.columns, *columns))


def rows_sql(name: str, expression: str, log: Table, *, timed: bool) -> str:
    """The rows of a group as SQL that is never NULL; ``timed``: the log has times.

    Raises:
        InputTrouble: it cannot be read, or asks for what the log has not; says where.
    """
    read = parse_rows(expression, _words(name))
    return segment_sql(tuple(_typed(name, one, log, timed=timed) for one in read))


def _words(name: str) -> str:
    return f"the group “{name}”" if name else "the group"


def check_name(name: str, log: Table, others: Collection[str] = ()) -> None:
    """Refuse a name that would be taken for something else; ``others`` are other groups' names.

    Raises:
        InputTrouble: it is no name, or taken.
    """
    same = name.strip().lower()
    taken = next((c.name for c in log.columns if c.name.lower() == same), None)
    if taken is not None:
        found = f"{log.name} has a column {taken}"
    elif same in {other.strip().lower() for other in others}:
        found = "another group has this name"
    elif not name.strip() or len(name) > LONGEST or "=" in name or not name.isprintable():
        found = "is no name of a group"
    elif name.lower().startswith(OWN):
        found = f"names with {OWN} are this program's own"
    else:
        return
    expected = f"a name of its own, at most {LONGEST} letters, without ="
    raise InputTrouble(_words(name), found, place=f"groups.{name}", expected=expected)


def _typed(name: str, one: Condition, log: Table, *, timed: bool) -> Condition:
    """A condition whose column is there, with its values as that column writes them."""
    if one.part is not None:
        if not timed:
            found = f"asks for the {one.part}, but {log.name} has no times"
            raise InputTrouble(_words(name), found, place=f"groups.{name}")
        return one
    known = [c.name for c in log.columns if not c.name.startswith(OWN)]
    column = log.column(one.column)
    if column is None or one.column not in known:
        raise InputTrouble(
            _words(name),
            f"{log.name} has no column {one.column}",
            place=f"groups.{name}",
            expected="a column of the log",
            mend=nearest(one.column, known) or f"it has {', '.join(known[:12])}",
        )
    if (one.lower is not None or one.upper is not None) and column.kind not in (
        "integer",
        "number",
    ):
        raise InputTrouble(
            _words(name),
            f"the column {one.column} is {column.kind}, no number",
            place=f"groups.{name}",
            expected=f"{one.column} = VALUE, or {one.column} in VALUE, VALUE",
        )
    if one.within is not None:
        return Condition(one.column, within=tuple(_as_written(v, column, name) for v in one.within))
    if one.equals is not None:
        return Condition(one.column, equals=_as_written(one.equals, column, name))
    return one


def _as_written(value: Cell, column: Column, name: str) -> Cell:
    """A value as the engine writes those of its column: 20 is 20.0 where numbers have decimals."""
    if value is None or column.kind not in ("integer", "number"):
        return value
    try:
        number = float(value)
    except ValueError as error:
        raise InputTrouble(
            _words(name),
            f"{value} is no number, and the column {column.name} has numbers",
            place=f"groups.{name}",
            expected=f"{column.name} = a number",
        ) from error
    whole = column.kind == "integer" and number.is_integer()
    return str(int(number)) if whole else str(number)
