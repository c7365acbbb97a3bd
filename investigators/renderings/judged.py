"""How shown values differ from logged ones: which requests, by which kind, and how often by chance.

A kind counts where it explains far more of the differences than it would of shown values that are
put beside the logged values of other requests.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from investigators.renderings.pairs import Joined
from investigators.tables.table import Table
from investigators.task import Task
from investigators.view import View

Flags = npt.NDArray[np.bool_]
Rows = npt.NDArray[np.int64]
FEWEST = 5
TIMES_CHANCE = 3.0
LAGS = 3  # so many earlier decisions of the subject are looked at for a stale value


@dataclass(frozen=True, eq=False)
class Named:
    """One way to differ: ``hits`` are the requests that differ so, shape (n,).

    ``words`` complete "what was shown is ...".  ``plain``: it is none of the ways in which a shop
    may mean to write a value, so that it counts without a beginning.  ``open``: requests that could
    differ so at all, ``None`` for all of them; ``among`` says which ("whose subject ...").
    ``placed``: though not plain, it counts without a beginning where it has a segment.
    """

    key: str
    words: str
    hits: Flags
    plain: bool = True
    open: Flags | None = None
    placed: bool = False
    among: str = ""


@dataclass(frozen=True, eq=False)
class Judged:
    """Requests with a shown and a logged value, ``rows`` of the log, and which differ, shape (n,).

    ``usual`` completes "is shown ..."; ``kinds`` are those that count, most hits first.
    ``contrary``: requests that show a label of the log which is not theirs, shape (n,), ``None``
    where what is shown are no labels.
    """

    rows: Rows
    wrong: Flags
    usual: str
    kinds: tuple[Named, ...]
    contrary: Flags | None = None

    @property
    def n(self) -> int:
        """Requests compared."""
        return int(self.rows.size)

    @property
    def differing(self) -> int:
        """Requests whose shown value differs."""
        return int(self.wrong.sum())

    def says_other(self, at: int) -> bool:
        """Whether the request at this place shows a label of the log that is not its own."""
        return self.contrary is not None and bool(self.contrary[at])


def counts(hits: int, by_chance: int) -> bool:
    """Whether a kind explains more than chance would, with something to spare."""
    return hits >= FEWEST and hits >= TIMES_CHANCE * by_chance + FEWEST * (by_chance > 0)


def ranked(kinds: Iterable[Named]) -> tuple[Named, ...]:
    """Most hits first; of equals the first named."""
    return tuple(sorted(kinds, key=lambda kind: -int(kind.hits.sum())))


def stale(
    view: View, joined: Joined, rows: Rows, wrong: Flags, cast: str,
    same: Callable[[npt.NDArray[np.generic], npt.NDArray[np.intp]], Flags], task: Task,
) -> Named | None:  # fmt: skip
    """Differing values that are those of an earlier decision of the same subject.

    ``same(earlier, at)`` says whether the shown values of the requests ``at`` equal these.
    """
    at = np.flatnonzero(wrong)
    if not at.size or not joined.pair.replayed or not _timed(view):
        return None
    earlier = _earlier(view, joined, rows[at], cast, task)
    hits, by_chance = np.zeros(rows.size, dtype=np.bool_), np.zeros(at.size, dtype=np.bool_)
    for column in earlier:
        hits[at] |= same(column, at)
        by_chance |= same(np.roll(column, at.size // 2 + 1), at)
    if not counts(int(hits.sum()), int(by_chance.sum()) if at.size > 2 else 0):
        return None
    words = "that of an earlier decision of the same subject"
    could = hits | _has_earlier(view, joined, rows, task)
    return Named("stale", words, hits, open=could, among="whose subject had another value before")


def _has_earlier(view: View, joined: Joined, rows: Rows, task: Task) -> Flags:
    """Requests whose subject had another value before: only these can show an old one.

    A log's first requests have none, which else would look as if all had begun later.
    """
    live: Table | None = view.log
    assert live is not None
    value = joined.pair.logged_sql
    # sorted as what they are, and compared as texts: numbers sort faster
    found = live.query(
        f"SELECT fw_row FROM (SELECT fw_l.fw_row, {value} AS fw_now, lag({value}) "
        "OVER (PARTITION BY fw_l.fw_subject ORDER BY fw_l.fw_time, fw_l.fw_row) AS fw_then "
        "FROM {t} AS fw_l WHERE fw_l.fw_subject IS NOT NULL) "
        "WHERE CAST(fw_then AS VARCHAR) <> CAST(fw_now AS VARCHAR)",
        task=task,
    )
    had = np.zeros(live.rows, dtype=np.bool_)
    had[found.column(0).to_numpy()] = True
    return had[rows]


def _timed(view: View) -> bool:
    return view.column("log.time") is not None and view.column("log.subject") is not None


def _earlier(
    view: View, joined: Joined, rows: Rows, cast: str, task: Task
) -> Sequence[npt.NDArray[np.generic]]:
    """Logged values of the subject's decisions before these rows, shape (LAGS, rows)."""
    live: Table | None = view.log
    assert live is not None
    kept = live.engine.keep_rows(rows)
    value = cast.format(joined.pair.logged_sql)
    lags = ", ".join(f"lag({value}, {k}) OVER fw_w AS fw_{k}" for k in range(1, LAGS + 1))
    window = "(PARTITION BY fw_l.fw_subject ORDER BY fw_l.fw_time, fw_l.fw_row)"
    asked = f"fw_row IN (SELECT fw_row FROM {kept})"
    # only subjects of these rows are sorted; rows of no subject have nothing before them
    theirs = f"fw_subject IN (SELECT fw_subject FROM {{t}} WHERE {asked})"
    found = live.query(
        f"SELECT * FROM (SELECT fw_l.fw_row, fw_l.fw_subject, {lags} FROM "
        f"(SELECT * FROM {{t}} WHERE {theirs} OR {asked}) AS fw_l "
        f"WINDOW fw_w AS {window}) WHERE {asked} ORDER BY fw_row",
        task=task,
    )
    known = np.asarray(found.column(1).is_valid())
    columns = [np.asarray(found.column(k + 1).to_numpy()).copy() for k in range(1, LAGS + 1)]
    for column in columns:
        column[~known] = np.nan if column.dtype.kind == "f" else None
    return columns
