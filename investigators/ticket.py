"""Reads a pasted ticket or mail: the words reported, dates, ids, numbers, the title; verbatim.

Nothing is decided here.  Each piece says where in the text it stands, so that a person sees it
beside its source and corrects it before it is used.  A date whose order of day and month is open
stays open.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date
from typing import Literal

Kind = Literal["title", "reported", "date", "id", "number"]
LONGEST = 20_000  # characters of a pasted text that are looked at
AT_MOST = 12  # pieces of a kind
TITLE_AT_MOST = 140
REPORTED_AT_MOST = 600
MONTHS = {
    name: number
    for number, names in enumerate(
        (
            "january jan januar", "february feb februar", "march mar märz", "april apr",
            "may mai", "june jun juni", "july jul juli", "august aug", "september sep sept",
            "october oct oktober okt", "november nov", "december dec dezember dez",
        ),
        start=1,
    )
    for name in names.split()
}  # fmt: skip
_MONTH = "|".join(sorted(MONTHS, key=len, reverse=True))
_CLOCK = (
    r"(?:[T ,]{1,2}(?:at |um )?(?P<clock>\d{1,2}:\d{2}(?::\d{2}(?:\.\d+)?)?)"
    r"(?P<zone>\s?Z|[+-]\d{2}:?\d{2})?)?"
)
_YEAR = r"(?P<y>(?:19|20)\d{2})"
_NTH = r"(?:st|nd|rd|th|\.)?"
_NAME = rf"(?P<name>{_MONTH})\b\.?"
DATES = (
    re.compile(rf"(?<![\w-]){_YEAR}-(?P<m>\d{{2}})-(?P<d>\d{{2}}){_CLOCK}(?![\w-])"),
    re.compile(rf"(?<!\w)(?P<d>\d{{1,2}})\.\s?(?P<m>\d{{1,2}})\.\s?{_YEAR}{_CLOCK}(?!\w)"),
    re.compile(rf"(?<![\w/])(?P<a>\d{{1,2}})/(?P<b>\d{{1,2}})/{_YEAR}{_CLOCK}(?![\w/])"),
    re.compile(
        rf"(?<!\w)(?P<d>\d{{1,2}}){_NTH}\s(?:of\s)?{_NAME}(?:,?\s{_YEAR})?{_CLOCK}", re.IGNORECASE
    ),
    re.compile(rf"\b{_NAME}\s(?P<d>\d{{1,2}}){_NTH}(?!\d)(?:,?\s{_YEAR})?{_CLOCK}", re.IGNORECASE),
)
ELSEWHERE = re.compile(
    r"https?://\S+|www\.\S+|\b[\w.+-]+@[\w-]+(?:\.[\w-]+)+\b|\+\d[\d ()/-]{6,}\d"
)
VERSION = re.compile(r"(?<![\w.,])v?\d+(?:\.\d+){2,}(?![\w.]*\d)")
UUID = r"[0-9a-fA-F]{8}-(?:[0-9a-fA-F]{4}-){3}[0-9a-fA-F]{12}"
LABELLED = re.compile(
    r"(?:\b(?:order|request|customer|case|claim|application|contract|account|transaction|session|"
    r"event|impression|reference|ref|id|no|nr|number|auftrag|antrag|vorgang|kunde)"
    r"(?:[ -]?(?:id|no|nr|number))?\.?\s?[:#=]?\s?|#)"
    r"(?P<id>[A-Za-z]{0,6}[\w-]*\d[\w-]*\w|\d)(?![.,]\d)",
    re.IGNORECASE,
)
SHAPED = re.compile(
    rf"(?<![\w.,/-])(?P<id>{UUID}|(?=[\w-]*\d)(?=[\w-]*[A-Za-z])[A-Za-z0-9]+(?:[-_][A-Za-z0-9]+)+"
    r"|(?=[A-Za-z]*\d)(?=\d*[A-Za-z])[A-Za-z0-9]{6,}|\d{6,})(?![\w/-]|[.,]\d)"
)
NUMBER = re.compile(
    r"(?<![\w.,])(?P<n>[-−]?(?:\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d+(?:[.,]\d+)?))"
    r"(?P<percent>\s?%)?(?![\w]|[.,]\d)"
)
SCORED = re.compile(
    r"(?:score|probability|rating|wert|prob)\w*\W{1,3}(?:\w+\W{1,2}){0,2}$", re.IGNORECASE
)
HEADER = re.compile(
    r"^\s*(?P<key>subject|betreff|title|summary|titel|from|von|to|an|cc|date|datum|sent|gesendet"
    r"|reported by|reporter|assignee|priority|status|labels|component)\s*:\s*(?P<rest>.*)$",
    re.IGNORECASE,
)
TITLES = ("subject", "betreff", "title", "summary", "titel")
GREETING = re.compile(
    r"^\s*(?:hi|hello|hey|dear|good (?:morning|afternoon|evening)"
    r"|hallo|guten tag|sehr geehrte\w*|liebe\w*)"
    r"\b[^.?!]{0,40}[,!.]?\s*$",
    re.IGNORECASE,
)
SIGNED = re.compile(
    r"^\s*(?:--\s*|(?:best |kind |many )?(?:regards|wishes|thanks)|thank you|cheers|sincerely"
    r"|viele grüße|mit freundlichen grüßen|best)[ ,.!]*$",
    re.IGNORECASE,
)
QUOTED = re.compile(r"[“„\"«](?P<words>[^“”„\"«»]{8,600})[”“\"»]")


@dataclass(frozen=True, slots=True)
class Piece:
    """One thing recognised: ``text`` as it stands at ``start`` to ``end``; ``value`` as used.

    ``value`` of a date is ISO where day, month and year are certain, else the words themselves;
    ``note`` says what is open.
    """

    kind: Kind
    text: str
    start: int
    end: int
    value: str
    note: str = ""


@dataclass(frozen=True, slots=True)
class Ticket:
    """A pasted text and what was recognised in it (title and reported words first)."""

    text: str
    pieces: tuple[Piece, ...] = ()

    def values(self, kind: Kind) -> tuple[str, ...]:
        """Return what is used of a kind, in the order of the text, each once."""
        found = [each.value.strip() for each in self.pieces if each.kind == kind]
        return tuple(dict.fromkeys(value for value in found if value))

    def first(self, kind: Kind) -> str | None:
        """Return the first of a kind, or ``None``."""
        return next(iter(self.values(kind)), None)

    def corrected(self, number: int, value: str) -> Ticket:
        """Return the ticket with another value for one piece."""
        pieces = list(self.pieces)
        pieces[number] = replace(pieces[number], value=value, note="")
        return replace(self, pieces=tuple(pieces))

    def without(self, number: int) -> Ticket:
        """Return the ticket without one piece."""
        return replace(self, pieces=(*self.pieces[:number], *self.pieces[number + 1 :]))


def read_ticket(text: str) -> Ticket:
    """Recognise what a ticket or mail says (its first 20,000 characters)."""
    looked = text[:LONGEST]
    title = _title(looked)
    reported = _reported(looked, title)
    taken = bytearray(len(looked))
    for match in ELSEWHERE.finditer(looked):
        _take(match.start(), match.end(), taken)
    found = [
        *_dates(looked, taken),
        *_free(_ids(looked, UUID_FIRST), taken),
        *_free(_ids(looked, LABELLED), taken),
        *_free(_ids(looked, SHAPED), _with_versions(looked, taken)),
        *_numbers(looked, taken),
    ]
    front = [each for each in (title, reported) if each is not None]
    return Ticket(text, (*front, *_once(sorted(found, key=lambda each: each.start))))


UUID_FIRST = re.compile(rf"(?<![\w-])(?P<id>{UUID})(?![\w-])")


def _once(pieces: list[Piece]) -> list[Piece]:
    """The first of each value, and of each kind no more than a person would look through."""
    kept: dict[tuple[str, str], Piece] = {}
    many: Counter[str] = Counter()
    for each in pieces:
        if (each.kind, each.value) not in kept and many[each.kind] < AT_MOST:
            kept[each.kind, each.value] = each
            many[each.kind] += 1
    return list(kept.values())


def _with_versions(text: str, taken: bytearray) -> bytearray:
    """Version numbers are neither ids nor numbers: they are taken by nobody."""
    for match in VERSION.finditer(text):
        _take(match.start(), match.end(), taken)
    return taken


def _overlaps(start: int, end: int, taken: bytearray) -> bool:
    return taken.find(1, start, end) >= 0


def _take(start: int, end: int, taken: bytearray) -> None:
    taken[start:end] = b"\1" * (end - start)


def _free(pieces: Iterator[Piece], taken: bytearray) -> Iterator[Piece]:
    for each in pieces:
        if not _overlaps(each.start, each.end, taken):
            _take(each.start, each.end, taken)
            yield each


def _lines(text: str) -> list[tuple[int, str]]:
    """Lines with their places."""
    at, lines = 0, []
    for line in text.splitlines(keepends=True):
        lines.append((at, line.rstrip("\r\n")))
        at += len(line)
    return lines


def _piece(kind: Kind, text: str, start: int, end: int) -> Piece:
    """A piece of the text without the blanks around it."""
    words = text[start:end]
    start += len(words) - len(words.lstrip())
    words = words.strip()
    return Piece(kind, words, start, start + len(words), words)


def _title(text: str) -> Piece | None:
    """A subject line, a heading, or a short first line over more text."""
    lines = [(at, line) for at, line in _lines(text) if line.strip()]
    for at, line in lines[:20]:
        match = HEADER.match(line)
        if match and match["key"].lower() in TITLES and match["rest"].strip():
            return _piece("title", text, at + match.start("rest"), at + len(line))
    if not lines:
        return None
    at, line = lines[0]
    heading = re.match(r"^\s*#{1,3}\s+", line)
    if heading:
        return _piece("title", text, at + heading.end(), at + len(line))
    sole = len(lines) < 2 or len(line) > TITLE_AT_MOST
    if sole or HEADER.match(line) or GREETING.match(line) or line.lstrip().startswith(("“", '"')):
        return None
    return _piece("title", text, at, at + len(line))


def _reported(text: str, title: Piece | None) -> Piece | None:
    """The words of whoever was surprised: a quotation, else the paragraph with the question."""
    body = list(_paragraphs(text, title))
    quotes = [m for m in QUOTED.finditer(text) if len(m["words"].split()) > 2]
    asked = [m for m in quotes if "?" in m["words"]] or quotes
    if asked:
        return _piece("reported", text, asked[0].start("words"), asked[0].end("words"))
    for start, end in sorted(body, key=lambda span: "?" not in text[span[0] : span[1]]):
        if end - start > REPORTED_AT_MOST:
            cut = text.rfind(". ", start, start + REPORTED_AT_MOST)
            end = cut + 1 if cut > start else start + REPORTED_AT_MOST  # noqa: PLW2901
        return _piece("reported", text, start, end)
    return None


def _paragraphs(text: str, title: Piece | None) -> Iterator[tuple[int, int]]:
    """Places of the paragraphs without headers, greeting and signature."""
    start = end = -1
    for at, line in _lines(text):
        if SIGNED.match(line):
            break
        skip = HEADER.match(line) or GREETING.match(line) or not line.strip()
        if skip or (title is not None and at <= title.start < at + max(len(line), 1)):
            if start >= 0:
                yield start, end
            start = -1
            continue
        start, end = (at if start < 0 else start), at + len(line)
    if start >= 0:
        yield start, end


def _dates(text: str, taken: bytearray) -> Iterator[Piece]:
    for pattern in DATES:
        for match in pattern.finditer(text):
            if _overlaps(match.start(), match.end(), taken):
                continue
            value, note = _day(match)
            if value is None:
                continue
            _take(match.start(), match.end(), taken)
            yield replace(_piece("date", text, match.start(), match.end()), value=value, note=note)


def _day(match: re.Match[str]) -> tuple[str | None, str]:
    """ISO and what is open; ``None`` where it is no date."""
    part = match.groupdict()
    words = " ".join(match.group().split())
    if part.get("a") is not None:
        first, second = int(part["a"]), int(part["b"])
        if first <= 12 and second <= 12 and first != second:
            return words, "day or month first? please write it as 2026-06-09"
        day, month = (first, second) if first > 12 else (second, first)
    else:
        name = part.get("name")
        month = MONTHS[name.lower()] if name else int(part["m"])
        day = int(part["d"])
    year = part.get("y")
    try:
        found = date(int(year or 2000), month, day)
    except ValueError:
        return None, ""
    if year is None:
        return words, "no year in the text"
    clock = f"T{part['clock'].zfill(5)}" if part.get("clock") else ""
    zone = (part.get("zone") or "").strip()
    return f"{found.isoformat()}{clock}{zone}", ""


def _ids(text: str, pattern: re.Pattern[str]) -> Iterator[Piece]:
    for match in pattern.finditer(text):
        yield _piece("id", text, match.start("id"), match.end("id"))


def _numbers(text: str, taken: bytearray) -> Iterator[Piece]:
    """Numbers with decimals or per cent, and whole ones that are called a score."""
    for match in NUMBER.finditer(text):
        start, end = match.start(), match.end()
        if _overlaps(start, end, taken):
            continue
        called = SCORED.search(text, max(0, start - 40), start) is not None
        plain = match["n"].isdigit() and not match["percent"]
        if plain and not called:
            continue
        _take(start, end, taken)
        note = "called a score" if called else ""
        yield replace(_piece("number", text, start, end), note=note)
