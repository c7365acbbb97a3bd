"""Two categories of this row that training knows, each of them often, and never together.

How unusual that is, training's own rows say (a conformal p-value, Vovk et al. 2005): how many of
them bring a pair that no other row has and that chance would have brought at least as often.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Any

from investigators.chart import Cells
from investigators.model import ModelInput
from investigators.numbers import count, number
from investigators.tables.table import Table, literal
from investigators.task import Task
from investigators.view import View

LEAST = 5.0  # times that chance would have brought the pair
MOST = 20  # inputs whose pairs are looked at, in the model's order


@dataclass(frozen=True)
class NewPair:
    """Inputs and values of a pair that none of ``rows`` training rows has.

    ``alone`` are the rows with either value, ``expected`` the rows that would have both if the two
    inputs had nothing to do with each other, ``as_rare`` training's rows with such a pair.
    """

    inputs: tuple[str, str]
    values: tuple[str, str]
    alone: tuple[int, int]
    rows: int
    expected: float
    as_rare: int

    @property
    def p(self) -> float:
        """Conformal p-value of this row."""
        return (1 + self.as_rare) / (self.rows + 1)

    @property
    def more(self) -> dict[str, Any]:
        """What its finding holds besides."""
        effect = {"conformal_p": self.p, "expected": round(self.expected, 1)}
        effect["as_rare"] = self.as_rare
        return {"effect": effect, "concerns_decision": True, "charts": (self.picture,)}

    @property
    def sentence(self) -> str:
        """One sentence with the numbers."""
        (one, other), (a, b), (n, m) = self.inputs, self.values, self.alone
        return (
            f"{one} {a} and {other} {b} never come together in {count(self.rows)} training rows, "
            f"which hold {count(n)} of the one and {count(m)} of the other "
            f"({number(self.expected)} of both by chance). {count(self.as_rare)} of those rows "
            "bring a pair as new."
        )

    @property
    def picture(self) -> Cells:
        """Training's rows by both values."""
        (one, other), (a, b), (n, m) = self.inputs, self.values, self.alone
        rest = self.rows - n - m
        cells = ((f"{one} {a}", "0", count(n)), (f"any other {one}", count(m), count(rest)))
        return Cells(
            "Training rows with both values, with either, with none",
            ("", f"{other} {b}", f"any other {other}"),
            cells,
            strip=f"{count(self.rows)} training rows; this row has both",
            description=self.sentence,
        )


def pair_of_row(
    view: View, inputs: Sequence[ModelInput], values: Mapping[str, Any], task: Task
) -> NewPair | None:
    """The new pair of a row's ``values`` by input, among the categories that the model uses."""
    reference, expressions = view.reference, view.reference_inputs
    named = [i.name for i in inputs if i.kind == "category" and i.used and i.name in expressions]
    known = {n: str(values[n]) for n in named if values[n] is not None}
    chosen = {n: f"CAST(({expressions[n]}) AS VARCHAR)" for n in named}
    return None if reference is None else new_pair(reference, chosen, known, task)


def new_pair(
    reference: Table, expressions: Mapping[str, str], values: Mapping[str, str], task: Task
) -> NewPair | None:
    """The pair of this row's ``values`` that chance would have brought most often; or ``None``.

    ``expressions`` are SQL of the inputs over the reference, in the model's order.
    """
    names = [name for name in expressions if name in values][:MOST]
    if len(names) < 2 or not reference.rows:
        return None
    flags = ", ".join(
        f"coalesce(({expressions[n]}) = {literal(values[n])}, false) AS f{k}"
        for k, n in enumerate(names)
    )
    pairs = list(combinations(range(len(names)), 2))
    cells = [f"count(*) FILTER (f{k})" for k in range(len(names))]
    cells += [f"count(*) FILTER (f{i} AND f{j})" for i, j in pairs]
    found = reference.query(
        f"SELECT {', '.join(cells)} FROM (SELECT {flags} FROM {{t}})", task=task
    )
    told = [int(column[0].as_py()) for column in found.columns]
    alone, both = told[: len(names)], told[len(names) :]
    new = [
        (alone[i] * alone[j] / reference.rows, i, j)
        for (i, j), n in zip(pairs, both, strict=True)
        if not n
    ]
    expected, i, j = max(new, default=(0.0, 0, 0))
    if expected < LEAST:
        return None
    as_rare = _as_rare(reference, [expressions[n] for n in names], expected, task)
    one, other = names[i], names[j]
    return NewPair(
        (one, other), (values[one], values[other]), (alone[i], alone[j]), reference.rows, expected,
        as_rare,
    )  # fmt: skip


def _as_rare(reference: Table, inputs: Sequence[str], expected: float, task: Task) -> int:
    """Training's rows with a pair that no other row has, expected at least so often.

    A row counts once for each such pair of its, which only makes this row more usual.
    """
    found, least = 0, expected * reference.rows
    pairs = list(combinations(inputs, 2))
    for done, (a, b) in enumerate(pairs):
        task.tick(done, len(pairs), "Pairs of categories")
        sql = (
            "WITH cells AS (SELECT a, b, count(*) AS n FROM "
            f"(SELECT ({a}) AS a, ({b}) AS b FROM {{t}}) WHERE a IS NOT NULL AND b IS NOT NULL "
            "GROUP BY a, b), sums AS (SELECT n, sum(n) OVER (PARTITION BY a) AS x, "
            "sum(n) OVER (PARTITION BY b) AS y FROM cells) "
            f"SELECT count(*) FROM sums WHERE n = 1 AND x::DOUBLE * y >= {least!r}"
        )
        found += int(reference.value(sql, task=task))
    return found
