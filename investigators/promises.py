"""What a box claims in its title, as a rule on a column of the catalogue of items.

Only claims that state their rule are read: "under N", "from N", "at least N stars", "in stock",
"new", or a word that a yes-or-no column or a category of the catalogue has.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from investigators.impressions import Events
from investigators.renderings.pairs import plain
from investigators.tables.table import Column, Table, literal, quoted
from investigators.task import Task
from investigators.view import View

PRICES = ("price", "saleprice", "currentprice", "itemprice", "cost", "amount", "rent")
STARS = ("stars", "rating", "averagerating", "avgrating", "reviewscore")
STOCK = ("instock", "available", "stock", "stocklevel", "quantity", "availability")
FRESH = ("isnew", "new", "newin", "newarrival")
OFF = ("discount", "discountpercent", "percentoff", "reduction")
ALIKE = ("category", "section", "brand", "colour", "color", "department", "gender", "type")
CURRENCY = r"(?:[€$£]|eur|usd|gbp|chf)"
AFTER = rf"(?P<after>%|{CURRENCY}|stars?|★)?"
NUMBER = rf"{CURRENCY}?\s*(?P<n>[0-9]+(?:[.,][0-9]{{1,2}})?)(?![0-9.,])\s*{AFTER}"
UNDER = re.compile(rf"\b(?:under|below|less than|for less than)\s+{NUMBER}", re.IGNORECASE)
UP_TO = re.compile(rf"\b(?:up to|at most|max\.?|until)\s+{NUMBER}", re.IGNORECASE)
FROM = re.compile(rf"\b(?:from|at least|over|above|min\.?)\s+{NUMBER}", re.IGNORECASE)
MORE = r"(?:up(?:wards)?|above|more|over|better|higher)"
AND_UP = re.compile(rf"\b{NUMBER}\s*(?:and|&|or)\s+{MORE}\b", re.IGNORECASE)
PLUS = re.compile(
    r"\b(?P<n>[0-9](?:[.,][0-9])?)\s*(?:\+\s*(?=stars?|★)|(?=★\s*\+))(?P<after>stars?|★)",
    re.IGNORECASE,
)
IN_STOCK = re.compile(r"\b(?:in stock|available now|ready to ship)\b", re.IGNORECASE)
NEW = re.compile(r"\b(?:new in|new arrivals?|just in)\b|^new\b(?! for you)", re.IGNORECASE)
YES = ("true", "1", "yes", "y", "in stock", "available", "new")
MOST_TITLES = 60
FAR = 1.5  # times a bound: a price or a rating of another day is nearer
MOST_VALUES = 40
LONGEST = 4  # letters a category's word has at least: "men" is a word of many titles


@dataclass(frozen=True)
class Claim:
    """A title and its rule: SQL over the catalogue (NULL where the item has no value).

    ``far``: SQL of items that break it by so much that no other day's catalogue would keep it.
    """

    title: str
    column: str
    holds: str
    words: str
    far: str = "false"


@dataclass(frozen=True)
class Catalogue:
    """A lookup with one row an item, and the column that is the item's id."""

    table: Table
    key: str

    def column(self, names: Sequence[str], *, numeric: bool = False) -> Column | None:
        """The first of these names that a column has."""
        for name in names:
            for column in self.table.columns:
                fits = not numeric or column.kind in ("integer", "number")
                if plain(column.name) == name and fits and column.name != self.key:
                    return column
        return None


def catalogue_of(view: View, events: Events, task: Task) -> Catalogue | None:
    """The lookup that knows most of the shown items, by a column of the same name or an id's."""
    item = events.columns.get("item")
    if item is None:
        return None
    for table in view.lookups:
        task.tick()
        names = {plain(c.name): c.name for c in table.columns}
        for name in (plain(item), "item", "itemid", "id", "sku", "productid", "product"):
            if name in names and _knows(events, table, names[name], task):
                return Catalogue(table, names[name])
    return None


def _knows(events: Events, table: Table, key: str, task: Task) -> bool:
    """Whether the key is one row an item, and half of the shown items are found by it."""
    cell = f"CAST({quoted(key)} AS VARCHAR)"
    once = table.value(f"SELECT count({cell}) = count(DISTINCT {cell}) FROM {{t}}", task=task)
    if not once:
        return False
    known = f"SELECT {cell} FROM {table.relation}"
    share = events.table.value(
        f"SELECT avg(CAST(fw_i IN ({known}) AS DOUBLE)) FROM (SELECT DISTINCT "
        f"{events.text('item')} AS fw_i FROM {{t}}) WHERE fw_i IS NOT NULL",
        task=task,
    )
    return share is not None and share >= 0.5


def claims(catalogue: Catalogue, titles: Sequence[str], task: Task) -> list[Claim]:
    """Rules of the titles; a title without one that the catalogue can check has none."""
    values = _values(catalogue, task)
    return [claim for title in titles for claim in _of(catalogue, title, values)]


def _of(catalogue: Catalogue, title: str, values: dict[str, list[str]]) -> Iterator[Claim]:
    stated = [*_numbers(catalogue, title), *_flags(catalogue, title)]
    by_column: dict[str, Claim] = {}
    for each in stated or _categories(title, values):
        before = by_column.get(each.column)
        if before is not None:  # "from 10 to under 50": one rule on one column
            holds, words = f"({before.holds}) AND ({each.holds})", f"{before.words}, {each.words}"
            far = f"({before.far}) OR ({each.far})"
            by_column[each.column] = Claim(title, each.column, holds, words, far)
        else:
            by_column[each.column] = each
    yield from by_column.values()


def _numbers(catalogue: Catalogue, title: str) -> Iterator[Claim]:
    for pattern, sign, said in ((UNDER, "<", "below"), (UP_TO, "<=", "at most"),
                                (FROM, ">=", "at least"), (AND_UP, ">=", "at least"),
                                (PLUS, ">=", "at least")):  # fmt: skip
        match = pattern.search(title)
        if match is None or (pattern in (AND_UP, PLUS) and not match["after"]):
            continue
        bound, after = float(match["n"].replace(",", ".")), (match["after"] or "").lower()
        if after == "%" and pattern is UP_TO:
            continue  # a campaign's largest discount says nothing of one item
        stars = after.startswith(("star", "★"))
        names = STARS if stars else OFF if after == "%" else PRICES
        column = catalogue.column(names, numeric=True)
        if column is None or (pattern is FROM and not after and bound < 1):
            continue
        cell = f"TRY_CAST({quoted(column.name)} AS DOUBLE)"
        if after == "%":
            most = catalogue.table.value(f"SELECT max({cell}) FROM {{t}}")
            bound = bound / 100 if most is not None and most <= 1 else bound
        holds = f"{cell} {sign} {literal(bound)}"
        beyond = f"> {literal(FAR * bound)}" if sign != ">=" else f"< {literal(bound / FAR)}"
        words = f"{column.name} {said} {bound:g}"
        yield Claim(title, column.name, holds, words, f"{cell} {beyond}")


def _flags(catalogue: Catalogue, title: str) -> Iterator[Claim]:
    for pattern, names, said in ((IN_STOCK, STOCK, "in stock"), (NEW, FRESH, "new")):
        column = catalogue.column(names) if pattern.search(title) else None
        if column is None:
            continue
        cell = quoted(column.name)
        if column.kind in ("integer", "number"):
            holds = f"{cell} > 0"
        else:
            yes = ", ".join(literal(word) for word in YES)
            holds = f"lower(CAST({cell} AS VARCHAR)) IN ({yes})"
        yield Claim(title, column.name, holds, f"{said} by {column.name}")


def _values(catalogue: Catalogue, task: Task) -> dict[str, list[str]]:
    """Values of the catalogue's columns of kinds: category, section, brand and the like."""
    found = {}
    for column in catalogue.table.columns:
        if plain(column.name) in ALIKE and column.kind == "text" and column.name != catalogue.key:
            pairs = catalogue.table.counts(column.name, MOST_VALUES + 1, task)
            if len(pairs) <= MOST_VALUES:
                found[column.name] = [str(v) for v, _ in pairs if v is not None]
    return found


def _categories(title: str, values: dict[str, list[str]]) -> Iterator[Claim]:
    """A title that is nothing but a value of a column ("Shoes", "All shoes", "Shoes for you")."""
    bare = re.sub(r"\b(?:all|our|more|best|top|for you|picks?|the)\b", " ", title.lower())
    bare = " ".join(re.sub(r"[^\w\s-]", " ", bare).split())
    for column, known in values.items():
        match = [v for v in known if v.lower() == bare and len(bare) >= LONGEST]
        if match:
            holds = f"CAST({quoted(column)} AS VARCHAR) = {literal(match[0])}"
            yield Claim(title, column, holds, f"{column} {match[0]}", f"NOT ({holds})")
            return
