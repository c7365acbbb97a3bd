"""Documented decision rule as Markdown: a table of bands, or a list ("below 0.35: accept")."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path
from typing import Any

from investigators.dictionary import read_text
from investigators.policy import PAGE, Policy, PolicyReader, rule_of
from investigators.read.markdown_tables import RULE, lines_of, tables_of, unmarked
from investigators.roles.words import TRUE_WORDS, joined
from investigators.trouble import InputTrouble

Band = dict[str, Any]

COLUMNS = {
    "label": ("decision", "label", "action", "result", "outcome", "whathappens"),
    "from": ("from", "min", "minimum", "lower", "atleast", "above", "scorefrom"),
    "to": ("to", "max", "maximum", "upper", "below", "upto", "scoreto"),
    "band": ("score", "scores", "scorerange", "scoreband", "band", "range", "when", "condition"),
    "adverse": ("adverse", "hurts", "hurtstheperson"),
}
EXPECTED = (
    "a table with the columns decision, from and to (or decision and score), "
    'or a list such as "- score below 0.35: accept"'
)
BAND = 'a band such as "below 0.35", "0.35 to 0.6" or "0.6 and above"'
POINT = "write numbers with a decimal point, on the logged score's scale, without a percent sign"

N = r"([-+]?(?:\d+(?:\.\d*)?|\.\d+)(?:e[-+]?\d+)?)"
SCORE = r"(?:(?:if |when |where )?(?:the )?scores? ?(?:is |are |of |in )?)?"
OVER = r"(?:from|at least|above|over|more than|greater than|higher than|not below|>=|>|≥)"
UNDER = r"(?:below|under|less than|lower than|smaller than|not above|at most|up to|to|<=|<|≤)"
BOTH = re.compile(
    rf"{SCORE}(?:from |between |{OVER} ?)?{N} ?"
    rf"(?:(?:to |and |but |, ?(?:and |but )?)?{UNDER}|and|until|-|–|—|\.\.+|…) ?{N}"
)
INSIDE = re.compile(rf"{N} ?(?:<=|<|≤) ?(?:the )?(?:score|s|p|x) ?(?:<=|<|≤) ?{N}")
LEAST = re.compile(rf"{SCORE}{OVER} ?{N}(?: upwards)?|{SCORE}(?:from )?{N}"
                   r"(?: ?\+| (?:and|or) (?:more|above|higher|over|greater))")  # fmt: skip
MOST = re.compile(rf"{SCORE}{UNDER} ?{N}|{SCORE}{N} (?:and|or) (?:less|below|lower|under)")
REST = re.compile(r"(?:otherwise|else|all others?|any other score|everything else)")
ITEM = re.compile(r"\s*(?:([-*+])|\d+[.)])\s+(.*)")
SPLITS = tuple(re.compile(rf"\s*(?:{sign})\s+") for sign in (":", "→|->|=>|⇒", "—"))
NOTE = re.compile(
    r"\s*(?:[-*+]\s+)?(adverse|valid[ _]from|in force (?:from|since))\s*:\s*(.+)", re.IGNORECASE
)
HEADING = re.compile(r"\s{0,3}#{1,6}\s")
EXCEPTS = re.compile(r"exception|override|ausnahme|limit", re.IGNORECASE)
DAY = re.compile(r"(?:since|from|ab|seit)\s+(\d{4}-\d\d-\d\d)", re.IGNORECASE)
MARKED = re.compile(r"\s*\(adverse\)", re.IGNORECASE)


def open_markdown(path: Path, name: str) -> Policy:
    """Read the first table of bands, else the first list of bands.

    Bands are said in English: ``below 0.2``, ``0.2 to 0.6``, ``0.6 and above``, ``otherwise``.
    ``Adverse: refuse`` and ``Valid from: 2026-01-01`` may stand on lines of their own;
    ``(adverse)`` behind a label, or a column, says the same.

    Raises:
        InputTrouble: no bands, a band that cannot be read (with its line), or what
            :func:`~investigators.policy.rule_of` refuses.
    """
    text = read_text(path, name, EXPECTED)
    parts = _parts(text)
    rules: list[dict[str, Any]] = []
    for part in sorted(parts, key=lambda part: part.excepts):
        if part.excepts and rules:
            break  # what stands under a heading for exceptions are conditions on columns
        bands, used = _table(part.text, name)
        if not bands:
            bands, used = _list(part.text, name)
        if not bands or (rules and not part.since):
            continue  # a second rule without a day of its own stays text
        part.used |= used
        rules.append({**part.notes, "decisions": _filled(bands, name)})
    if not rules:
        raise InputTrouble(
            name, "no decision rule is in it", expected=EXPECTED,
            mend="write | decision | from | to | over a line of dashes, and a row for each band",
        )  # fmt: skip
    document: dict[str, Any] = {"rules": rules, "exceptions": [], PAGE: []}
    if len(rules) == 1:
        rules[0] |= _notes(text) | rules[0]
    elif "adverse" in (notes := _notes(text)):
        document["adverse"] = notes["adverse"]
    for part in parts:
        items, others = part.left()
        document[PAGE] += others if part.excepts else items + others
        document["exceptions"] += [*items, *part.entries()] if part.excepts else []
    return rule_of(document, name)


@dataclass
class _Part:
    """A page's text from one heading to the next, its lines where they stand in the page."""

    heading: str = ""
    lines: list[str] = field(default_factory=list)
    used: set[int] = field(default_factory=set)

    @property
    def text(self) -> str:
        return "\n".join(self.lines)

    @property
    def notes(self) -> dict[str, Any]:
        """Its own notes; a day in the heading is the rule's."""
        day = DAY.search(self.heading)
        return ({"valid_from": day[1]} if day else {}) | _notes(self.text)

    @property
    def since(self) -> bool:
        return "valid_from" in self.notes

    @property
    def excepts(self) -> bool:
        return bool(EXCEPTS.search(self.heading))

    def entries(self) -> list[dict[str, str]]:
        """Rows of its tables by their headers, but for the bands."""
        return [
            dict(zip(table.rows[0], row, strict=False))
            for table in tables_of(self.text)
            if table.line not in self.used
            for row in table.rows[1:]
        ]

    def left(self) -> tuple[list[str], list[str]]:
        """List items, then other paragraphs, that were not read as bands or notes."""
        items: list[str] = []
        others: list[str] = []
        last: list[str] | None = None
        in_table = self.used | {
            number
            for table in tables_of(self.text)
            for number in range(table.line, table.line + len(table.rows) + 1)
            if self.excepts
        }
        for number, line in lines_of(self.text):
            said = unmarked(line).strip()
            item = ITEM.match(said)
            passed = not said or RULE.fullmatch(line) or NOTE.fullmatch(said)
            if number in in_table or passed:
                last = None
            elif last is not None and item is None and not said.startswith("|"):
                last[-1] += f" {said}"
            else:
                last = others if item is None else items
                last.append(said if item is None else item[2].strip())
        return items, others


def _parts(text: str) -> list[_Part]:
    """Cut a page at its headings; each part keeps the numbers of its lines."""
    parts = [_Part()]
    headings = {n: line for n, line in lines_of(text) if HEADING.match(line)}
    for number, line in enumerate(text.splitlines(), start=1):
        if number in headings:
            parts.append(_Part(unmarked(line.lstrip("# ")), [""] * (number - 1)))
            parts[-1].lines.append("")
        else:
            parts[-1].lines.append(line)
    return parts


def _table(text: str, name: str) -> tuple[list[Band], set[int]]:
    """The bands of the first table that has some, and the lines it stands in."""
    for table in tables_of(text):
        places = _places(table.rows[0])
        if "label" not in places or not places.keys() & {"from", "to", "band"}:
            continue
        bands = []
        for number, row in enumerate(table.rows[1:], start=table.line + 2):
            cells = {what: row[k] for what, k in places.items() if k < len(row) and row[k]}
            if cells:
                bands.append(_row(cells, f"line {number}", name))
        if "from" not in places and "band" not in places:
            _beginnings(bands)
        return bands, set(range(table.line, table.line + len(table.rows) + 1))
    return [], set()


def _places(header: Sequence[str]) -> dict[str, int]:
    """The column of each part of a band."""
    found: dict[str, int] = {}
    for k, cell in enumerate(header):
        what = next((what for what, words in COLUMNS.items() if joined(cell) in words), None)
        if what is not None:
            found.setdefault(what, k)
    return found


def _row(cells: Mapping[str, str], place: str, name: str) -> Band:
    if "label" not in cells:
        raise InputTrouble(name, "a band without a decision", place=place, expected="a decision")
    band = _labelled(cells["label"], cells["label"])
    if "adverse" in cells:
        band["adverse"] = cells["adverse"].casefold() in {*TRUE_WORDS, "x"}
    if "band" in cells:
        band.update(_said(cells["band"], place, name))
    for end in ("from", "to"):
        word = cells.get(end, "")
        if word.strip("-–— ") and word.casefold() not in {"none", "inf", "-inf", "∞", "-∞"}:
            band[end] = _number(word, place, name)
    return band


def _beginnings(bands: list[Band]) -> None:
    """Where only the ends stand, each band begins where the one below it ends."""
    bands.sort(key=lambda band: band.get("to", float("inf")))
    for below, band in pairwise(bands):
        if "to" in below:
            band["from"] = below["to"]


def _list(text: str, name: str) -> tuple[list[Band], set[int]]:
    """The bands of the first list that has one; every item of such a list is a band."""
    for block in _blocks(text):
        items = [(number, item) for number, item in block if not NOTE.fullmatch(item)]
        sides = [_sides(MARKED.sub("", item)) for _, item in items]
        if not any(_ends(said) is not None for said, _ in sides):
            continue
        bands = []
        for (number, item), (said, label) in zip(items, sides, strict=True):
            place = f"line {number}"
            if not label:
                raise InputTrouble(
                    name, f"{said[:60]!r} is no band with its decision", place=place,
                    expected='"score below 0.35: accept" and the like', mend=POINT,
                )  # fmt: skip
            bands.append({**_labelled(label, item), **_said(said, place, name)})
        return bands, {number for number, _ in items}
    return [], set()


def _blocks(text: str) -> Iterator[list[tuple[int, str]]]:
    """Lists: items with the same sign, with at most blank lines between."""
    block: list[tuple[int, str]] = []
    above, sign = 0, None
    for number, line in lines_of(text):
        item = ITEM.fullmatch(line)
        ends = number != above + 1 or (line.strip() if item is None else item[1] != sign)
        if ends and block:
            yield block
            block = []
        if item is not None:
            sign = item[1]
            block.append((number, unmarked(item[2])))
        above = number
    yield block


def _sides(item: str) -> tuple[str, str]:
    """The band and the decision of an item, whichever of them stands first."""
    pairs = [parts for sign in SPLITS if len(parts := sign.split(item, maxsplit=1)) == 2]
    for one, other in pairs:
        if _ends(one) is not None:
            return one, other
        if _ends(other) is not None:
            return other, one
    return (pairs[0][0], pairs[0][1]) if pairs else (item, "")


def _labelled(label: str, marked: str) -> Band:
    """A label without its mark, which stands somewhere in ``marked``."""
    band: Band = {"label": MARKED.sub("", label).strip().rstrip(".;,")}
    if MARKED.search(marked):
        band["adverse"] = True
    return band


def _said(text: str, place: str, name: str) -> Band:
    found = _ends(text)
    if found is None:
        raise InputTrouble(
            name, f"{text[:60]!r} is no band", place=place, expected=BAND, mend=POINT
        )
    return found


def _ends(text: str) -> Band | None:
    """The ends of a band in words; ``{"rest": True}`` for what is left over."""
    words = " ".join(text.casefold().rstrip(".,;").split())
    for form in (BOTH, INSIDE):
        if (match := form.fullmatch(words)) is not None:
            return {"from": float(match[1]), "to": float(match[2])}
    for form, end in ((LEAST, "from"), (MOST, "to")):
        if (match := form.fullmatch(words)) is not None:
            return {end: float(next(filter(None, match.groups())))}
    return {"rest": True} if REST.fullmatch(words) else None


def _filled(bands: list[Band], name: str) -> list[Band]:
    """Give "otherwise" the side of the scale that the other bands leave open."""
    rest = [band for band in bands if band.pop("rest", False)]
    others = [band for band in bands if band not in rest]
    if not rest:
        return bands
    low = [band["from"] for band in others if "from" in band]
    high = [band["to"] for band in others if "to" in band]
    below, above = len(low) == len(others), len(high) == len(others)
    if len(rest) > 1 or below == above:
        raise InputTrouble(
            name, '"otherwise" stands for no one band', expected=BAND, mend="write its ends"
        )
    rest[0].update({"to": min(low)} if below else {"from": max(high)})
    return bands


def _number(word: str, place: str, name: str) -> float:
    if re.fullmatch(N, word.casefold()) is None:
        raise InputTrouble(
            name, f"{word[:60]!r} is no number", place=place,
            expected="a number on the logged score's scale", mend=POINT,
        )  # fmt: skip
    return float(word)


def _notes(text: str) -> dict[str, Any]:
    """``adverse`` and ``valid_from`` from lines of their own."""
    found: dict[str, Any] = {}
    for _, line in lines_of(text):
        note = NOTE.fullmatch(unmarked(line))
        if note is None:
            continue
        if note[1].casefold() == "adverse":
            found["adverse"] = [part for each in note[2].split(",") if (part := each.strip(" ."))]
        else:
            found["valid_from"] = note[2].strip(" .")
    return found


POLICY_READER = PolicyReader((".md", ".markdown"), "Markdown", open_markdown)
