"""Numbers as people and spreadsheets write them: read text cells that are no plain number.

A cell is a number dressed up: currency signs or a unit beside it, a percent sign, full-width
digits, a wrong encoding of its signs, separators of thousands, a decimal comma.  What a single
comma or point before three digits means no cell can tell by itself; the other cells of the column
prove it, or training's range does.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from typing import Literal

from investigators.rewriting import repaired_encoding

Mark = Literal["", ".", ","]
# the words for what stands in the way of reading a cell, in the order they are named
DRESS = {
    "encoding": "a wrong encoding",
    "width": "full-width digits",
    "percent": "a percent sign",
    "currency": "a currency sign",
    "unit": "a unit in the cell",
    "minus": "a minus sign of another kind",
}
CURRENCIES = "€$£¥₹₽₺₩₪฿₴₦₫"
CODES = frozenset(
    (
        *("EUR", "USD", "GBP", "CHF", "JPY", "SEK", "NOK", "DKK", "PLN", "CZK", "HUF", "RON"),
        *("BGN", "RUB", "TRY", "INR", "CNY", "AUD", "CAD", "NZD", "BRL", "MXN", "ZAR"),
    )
)
MULTIPLES = frozenset(["k", "K", "M", "Mio", "Mrd", "bn", "B", "T", "e", "E"])  # no units: factors
MINUSES = "−–‒"
NO_DIGITS = r"[^\W\d_]{1,8}[²³°./]{0,2}[^\W\d_]{0,3}"
BODY = re.compile(
    r"(?P<sign>[-+]?)(?P<body>[0-9][0-9.,'’_ ]*|[.,][0-9]+)(?P<power>[eE][-+]?[0-9]+)?"
)
AROUND = re.compile(
    rf"(?P<before>{NO_DIGITS})?\s*(?P<number>[-+]?[0-9.,][0-9.,'’_ ]*([eE][-+]?[0-9]+)?)\s*"
    rf"(?P<after>{NO_DIGITS}|°[CFK]?)?"
)
GROUPED = {
    ",": re.compile(r"[0-9]{1,3}(,[0-9]{3})+"),
    ".": re.compile(r"[0-9]{1,3}(\.[0-9]{3})+"),
    " ": re.compile(r"[0-9]{1,3}( [0-9]{3})+"),
    "'": re.compile(r"[0-9]{1,3}('[0-9]{3})+"),
    "_": re.compile(r"[0-9]{1,3}(_[0-9]{3})+"),
}


@dataclass(frozen=True, slots=True)
class Numeral:
    """A cell taken apart: ``decimal`` and ``grouped`` are its values by either reading.

    ``decimal`` reads the single mark as decimal sign, ``grouped`` as a separator of thousands;
    one is ``None`` where the cell excludes it.  ``mark`` is that sign ("" where there is none).
    ``dress`` are keys of ``DRESS``; ``unit`` the word beside the number.
    """

    decimal: float | None
    grouped: float | None
    mark: Mark
    dress: tuple[str, ...]
    unit: str = ""
    separators: bool = False

    @property
    def open(self) -> bool:
        """Whether both readings are possible."""
        return self.decimal is not None and self.grouped is not None

    def value(self, *, comma: bool | None) -> float | None:
        """The number, where a comma is (or is not) the column's decimal sign; ``None``: open."""
        if not self.open:
            return self.grouped if self.decimal is None else self.decimal
        if comma is None:
            return None
        is_decimal = (self.mark == ",") == comma
        return self.decimal if is_decimal else self.grouped


def numeral(cell: str) -> Numeral | None:
    """Take a text cell apart; ``None`` where it is no number in any dress."""
    dress, bare = _undressed(cell)
    around = AROUND.fullmatch(bare)
    if around is None or (around["before"] and around["after"]):
        return None
    unit = around["before"] or around["after"] or ""
    if unit in MULTIPLES or (around["before"] and unit.upper() not in CODES):
        return None
    if unit:
        dress.append("currency" if unit.upper() in CODES else "unit")
    return _read(around["number"].strip(), tuple(dict.fromkeys(dress)), unit)


def _undressed(cell: str) -> tuple[list[str], str]:
    """What a cell wears around its number, and the cell without it."""
    dress: list[str] = []
    text = repaired_encoding(cell)
    if text != cell:
        dress.append("encoding")
    text = text.replace("Â", "").replace("\ufffd", "")
    plain = unicodedata.normalize("NFKC", text).strip()
    if any(c.isdigit() and not c.isascii() for c in text):
        dress.append("width")
    signed = re.sub(f"[{MINUSES}]", "-", plain)
    if signed.startswith("(") and signed.endswith(")"):
        signed = "-" + signed[1:-1].strip()
    if re.fullmatch(r"[^-]*[0-9]-", signed):
        signed = "-" + signed[:-1]
    if signed != plain:
        dress.append("minus")
    if signed.endswith("%"):
        signed = signed[:-1].rstrip()
        dress.append("percent")
    bare = re.sub(f"[{CURRENCIES}]", "", signed).strip()
    if bare != signed:
        dress.append("currency")
    return dress, re.sub(r"^-\s+", "-", bare)


def _read(  # noqa: PLR0911 - one line a reading
    text: str, dress: tuple[str, ...], unit: str
) -> Numeral | None:
    found = BODY.fullmatch(text.replace("’", "'"))
    if found is None:
        return None
    sign = -1.0 if found["sign"] == "-" else 1.0
    scale = sign * 10.0 ** int(found["power"][1:]) if found["power"] else sign
    body = found["body"].strip()
    for separator in (" ", "'", "_"):
        if separator in body:
            return _parted(body, separator, scale, dress, unit)
    marks = [c for c in body if c in ".,"]
    if not marks:
        return Numeral(scale * float(body), None, "", dress, unit)
    last: Mark = "," if marks[-1] == "," else "."
    other: Mark = "." if last == "," else ","
    if other in marks:
        whole, _, rest = body.rpartition(last)
        if marks.count(last) > 1 or not GROUPED[other].fullmatch(whole) or not rest.isdigit():
            return None
        return Numeral(scale * float(f"{whole.replace(other, '')}.{rest}"), None, last, dress,
                       unit, separators=True)  # fmt: skip
    grouped = scale * float(body.replace(last, "")) if GROUPED[last].fullmatch(body) else None
    if len(marks) > 1:
        if grouped is None:
            return None
        return Numeral(None, grouped, last, dress, unit, separators=True)
    if body.startswith("0" + last):
        grouped = None
    return Numeral(scale * float(body.replace(last, ".")), grouped, last, dress, unit)


def _parted(
    body: str, separator: str, scale: float, dress: tuple[str, ...], unit: str
) -> Numeral | None:
    """Thousands parted by a blank, an apostrophe or a low line; decimals after either mark."""
    whole, mark, rest = body, "", ""
    for sign in ".,":
        if sign in body:
            whole, mark, rest = body.partition(sign)
    if not GROUPED[separator].fullmatch(whole) or (mark and not rest.isdigit()):
        return None
    value = scale * float(f"{whole.replace(separator, '')}.{rest or '0'}")
    kind: Mark = "," if mark == "," else "." if mark else ""
    return Numeral(value, None, kind, dress, unit, separators=True)
