"""The written forms of numbers, booleans and times that a text column can have.

A form fits a column when every value that is not missing matches it as a whole.  Left out on
purpose, because these are names rather than amounts: integers with leading zeros (``00123``) or a
plus sign (``+49171...``), whole numbers of more than 18 digits (15 among fractions, beyond which a
DOUBLE loses digits) and ``12E5`` without a point or sign.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from investigators.tables.table import Kind, literal

MISSING_IN_TEXT = frozenset({"", "NaN", "nan", "null", "NULL", "N/A", "n/a", "#N/A", "NaT", "<NA>"})
MISSING = MISSING_IN_TEXT | {"NA", "None", "-", "Null"}
"""What stands for a missing value in a column of numbers, booleans or times.  In a text column
``NA``, ``None`` and ``-`` may be values (Namibia): there they count as missing only when a typed
column of the same file uses them so."""

Style = Literal["", "dot", "comma"]
SPACES = " \u00a0\u202f"


@dataclass(frozen=True, slots=True)
class Form:
    """One written form.

    ``full`` is a regular expression (common to Python and RE2) for a whole trimmed value;
    ``value`` is SQL of ``{x}``, the trimmed cell; ``style`` is the decimal sign it implies;
    ``decimal`` is the character before decimals; ``proof`` matches values that only this reading
    explains; ``strict`` asks that ``value`` is not NULL (a real date); ``note`` goes to the column.
    """

    name: str
    kind: Kind
    full: str
    value: str
    style: Style = ""
    decimal: str = ""
    proof: str = ""
    strict: bool = False
    note: str = ""

    def fits(self, cell: str) -> str:
        """SQL: does the trimmed ``cell`` have this form?"""
        matches = f"regexp_full_match({cell}, {literal(self.full)})"
        return f"({matches} AND {self._of(cell)} IS NOT NULL)" if self.strict else matches

    def value_of(self, column: str, missing: Iterable[str]) -> str:
        """SQL: the typed value of ``column``, NULL where it is spelled as missing."""
        cell = cell_of(column)
        words = ", ".join(literal(word) for word in sorted(missing))
        if not words:  # the engine keeps room for every comparison: hundreds of columns feel it
            return self._of(cell)
        return f"CASE WHEN {cell} NOT IN ({words}) THEN {self._of(cell)} END"

    def _of(self, cell: str) -> str:
        return self.value.replace("{x}", cell)


def cell_of(column: str) -> str:
    """SQL: the cell without blanks around it."""
    return f"trim({column})"


def fraction_length(cell: str, decimal: str) -> str:
    """SQL: how many decimals ``cell`` is written with (``1.5e-3`` has four)."""
    bare = f"lower(rtrim({cell}, '%{SPACES}'))"
    fraction = f"split_part(split_part({bare}, 'e', 1), {literal(decimal)}, 2)"
    exponent = f"coalesce(TRY_CAST(split_part({bare}, 'e', 2) AS INTEGER), 0)"
    return f"greatest(0, length({fraction}) - {exponent})"


def _plain(sign: str) -> str:
    whole = "(0|[1-9][0-9]*)"
    power = "[eE][-+]?[0-9]{1,3}"
    return (
        f"-?(0|[1-9][0-9]{{0,14}})|[-+]?({whole}{sign}[0-9]*|{sign}[0-9]+)({power})?"
        f"|-?[1-9][0-9]*[eE][-+][0-9]{{1,3}}|-?([iI]nf|[iI]nfinity)"
    )


def _grouped(separator: str, sign: str) -> str:
    return f"[-+]?(0|[1-9][0-9]{{0,2}}({separator}[0-9]{{3}})*)({sign}[0-9]*)?"


def _number(sign: str, *drop: str) -> str:
    text = "{x}"
    for character in drop:
        text = f"replace({text}, {literal(character)}, '')"
    if sign == ",":
        text = f"replace({text}, ',', '.')"
    return f"TRY_CAST({text} AS DOUBLE)"


NUMBERS = (
    Form("dot", "number", _plain("[.]"), _number("."), "dot", ".", "[.]"),
    Form("comma", "number", _plain(","), _number(","), "comma", ",", note="decimal comma"),
    Form(
        "group comma", "number", _grouped(",", "[.]"), _number(".", ","), "dot", ".",
        note="thousands comma",
    ),
    Form(
        "group dot", "number", _grouped("[.]", ","), _number(",", "."), "comma", ",",
        note="thousands point, decimal comma",
    ),
    Form(
        "group space comma", "number", _grouped(f"[{SPACES}]", ","), _number(",", *SPACES),
        "comma", ",", note="thousands space, decimal comma",
    ),
    Form(
        "group space dot", "number", _grouped(f"[{SPACES}]", "[.]"), _number(".", *SPACES),
        "dot", ".", note="thousands space",
    ),
    Form(
        "group apostrophe", "number", _grouped("['’]", "[.]"), _number(".", "'", "’"),
        "dot", ".", note="thousands apostrophe",
    ),
    Form(
        "percent dot", "number", f"({_plain('[.]')})[{SPACES}]?%", _number(".", "%", *SPACES),
        "dot", ".", note="percent sign",
    ),
    Form(
        "percent comma", "number", f"({_plain(',')})[{SPACES}]?%", _number(",", "%", *SPACES),
        "comma", ",", note="percent sign, decimal comma",
    ),
)  # fmt: skip

_DAY = "(0?[1-9]|[12][0-9]|3[01])"
_MONTH = "(0?[1-9]|1[0-2])"
_ISO_DAY = "[0-9]{4}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])"
_ISO_TIME = "[T ]([01]?[0-9]|2[0-4]):[0-5][0-9](:[0-6][0-9]([.,][0-9]{1,9})?)?"
_OFFSET = " ?(Z|UTC|[-+][0-2][0-9](:?[0-5][0-9])?)"
_CLOCK = "(,?[T ]([01]?[0-9]|2[0-3]):[0-5][0-9](:[0-5][0-9]([.][0-9]{1,6})?)?( ?[AaPp][Mm])?)?"


def _parsed(day: str) -> str:
    """SQL: a time whose day is written as ``day`` (strptime), with any clock of ``_CLOCK``."""
    clocks = (
        "", " %H:%M", " %H:%M:%S", " %H:%M:%S.%f",
        " %I:%M%p", " %I:%M:%S%p", " %I:%M:%S.%f%p",
    )  # fmt: skip
    formats = ", ".join(literal(day + clock) for clock in clocks)
    text = "replace(replace(translate(upper({x}), '-T', '/ '), ',', ''), ' ', '|')"
    # one blank between day and clock, none before AM and PM
    text = f"replace(regexp_replace({text}, '[|]([AP]M)$', '\\1'), '|', ' ')"
    return f"try_strptime({text}, [{formats}])"


# Months and days of the week in English: "02-MAR-2026", "Mon, 2 March 2026", "Mar 2, 2026", and
# "02/Mar/2026:10:11:12 +0000" as web servers write it.
_MONTHS = "Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec"
_MONTH_NAME = (
    "(?i:January|February|March|April|June|July|August|September|October|November|December|Sept|"
    f"{_MONTHS})[.]?"
)
_WEEKDAY = "((?i:Mon|Tue|Wed|Thu|Fri|Sat|Sun)[a-z]*,? )?"
_NAMED_DAY = (
    f"{_WEEKDAY}({_DAY}[- /.]{{1,2}}{_MONTH_NAME}[-, /]{{1,2}}|{_MONTH_NAME} {_DAY},? )[0-9]{{4}}"
)
_NAMED_CLOCK = (
    "([, :]{1,2}([01]?[0-9]|2[0-3]):[0-5][0-9](:[0-5][0-9]([.][0-9]{1,6})?)?( ?[AaPp][Mm])?)?"
)
_NAMED_OFFSET = "(Z|UTC|GMT|[-+][0-2][0-9]:?[0-5][0-9])"


def _named(cell: str = "{x}") -> str:
    """SQL: a time whose month is a name; everything is put as ``2 MAR 2026 10:11:12PM`` first."""
    text = f"regexp_replace(upper({cell}), '^(MON|TUE|WED|THU|FRI|SAT|SUN)[A-Z]*,? ', '')"
    text = f"regexp_replace({text}, '({_MONTHS.upper()})[A-Z]*[.]?', '\\1')"
    text = f"regexp_replace({text}, '([0-9]{{4}}):', '\\1 ')"
    text = f"regexp_replace({text}, '[-/, ]+|[.] ', ' ', 'g')"
    text = f"regexp_replace({text}, ' ([AP]M)$', '\\1')"
    clocks = ("", " %H:%M", " %H:%M:%S", " %H:%M:%S.%f", " %I:%M%p", " %I:%M:%S%p")
    formats = [day + clock for day in ("%d %b %Y", "%b %d %Y") for clock in clocks]
    return f"try_strptime({text}, [{', '.join(literal(each) for each in formats)}])"


def _named_offset() -> str:
    """SQL: such a time with its offset, as UTC."""
    local = _named(f"regexp_replace({{x}}, ' ?{_NAMED_OFFSET}$', '')")
    offset = f"regexp_replace(regexp_extract({{x}}, '{_NAMED_OFFSET}$'), 'GMT|UTC', ' UTC')"
    return (
        f"CAST(TRY_CAST(strftime({local}, '%Y-%m-%d %H:%M:%S.%f') || {offset} AS TIMESTAMPTZ)"
        " AS TIMESTAMP)"
    )


TIMES = (
    Form(
        "iso", "time", f"{_ISO_DAY}({_ISO_TIME})?",
        "TRY_CAST(replace({x}, ',', '.') AS TIMESTAMP)", strict=True,
    ),
    Form(
        # a cast straight to TIMESTAMP would drop the offset
        "iso offset", "time", f"{_ISO_DAY}{_ISO_TIME}{_OFFSET}",
        # the engine knows no blank before "+02:00", only before a zone's name
        "CAST(TRY_CAST(regexp_replace(replace({x}, ',', '.'), ' ([-+])', '\\1') AS TIMESTAMPTZ)"
        " AS TIMESTAMP)",
        strict=True, note="offset",
    ),
    Form(
        "iso basic", "time", "(19|20)[0-9]{6}T[0-2][0-9][0-5][0-9]([0-6][0-9]([.][0-9]{1,6})?)?",
        "try_strptime({x}, ['%Y%m%dT%H%M', '%Y%m%dT%H%M%S', '%Y%m%dT%H%M%S.%f'])", strict=True,
    ),
    Form(
        "year first", "time", f"[0-9]{{4}}/{_MONTH}/{_DAY}{_CLOCK}", _parsed("%Y/%m/%d"),
        strict=True,
    ),
    Form(
        "dotted", "time", f"{_DAY}[.]{_MONTH}[.][0-9]{{4}}{_CLOCK}", _parsed("%d.%m.%Y"),
        strict=True,
    ),
    Form("month name", "time", f"{_NAMED_DAY}{_NAMED_CLOCK}", _named(), strict=True),
    Form(
        "month name offset", "time", f"{_NAMED_DAY}{_NAMED_CLOCK} ?{_NAMED_OFFSET}",
        _named_offset(),
        strict=True, note="offset",
    ),
    Form(
        "day-first", "time", f"{_DAY}[/-]{_MONTH}[/-][0-9]{{4}}{_CLOCK}", _parsed("%d/%m/%Y"),
        strict=True, note="day before month",
    ),
    Form(
        "month-first", "time", f"{_MONTH}[/-]{_DAY}[/-][0-9]{{4}}{_CLOCK}", _parsed("%m/%d/%Y"),
        strict=True, note="month before day",
    ),
)  # fmt: skip

FORMS = (
    Form("boolean", "boolean", "[tT]rue|[fF]alse|TRUE|FALSE", "(lower({x}) = 'true')"),
    Form("integer", "integer", "-?(0|[1-9][0-9]{0,17})", "TRY_CAST({x} AS BIGINT)"),
    *NUMBERS,
    *TIMES,
)

ANY_ORDER = f"[0-9]{{1,2}}[/-][0-9]{{1,2}}[/-][0-9]{{4}}{_CLOCK}"
SHORT_YEAR = f"{_DAY}[./ -]({_MONTH}|{_DAY}|{_MONTH_NAME})[./ -][0-9]{{2}}{_CLOCK}"
ANY_ISO = f"{_ISO_DAY}({_ISO_TIME}({_OFFSET})?)?"
