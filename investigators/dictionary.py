"""Reads a feature dictionary: entries under whatever usual names people give their keys.

A reader in ``read/`` turns its format into plain entries (lists of mappings) and hands them to
:func:`dictionary_of`, which knows the synonyms.  Unknown keys are ignored: a dictionary is often
written for other purposes too.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from investigators import shelf
from investigators.case import Place
from investigators.features import Dictionary, Feature
from investigators.roles.words import FALSE_WORDS, TRUE_WORDS, joined, plain
from investigators.trouble import InputTrouble

# Plain names (letters and digits only) of every property, in the order they are looked for.
SYNONYMS: dict[str, tuple[str, ...]] = {
    "name": (
        *("name", "feature", "featurename", "input", "inputname", "column", "columnname", "field"),
        *("fieldname", "variable", "variablename", "attribute", "id", "merkmal", "spalte"),
        *("feld", "feldname", "merkmalsname"),
    ),
    "meaning": (
        *("meaning", "description", "desc", "definition", "title", "label", "comment", "comments"),
        *("doc", "documentation", "explanation", "longname", "displayname", "beschreibung"),
        *("bedeutung", "erlaeuterung", "bezeichnung", "kommentar"),
    ),
    "unit": (
        *("unit", "units", "uom", "unitofmeasure", "unitofmeasurement", "measure", "xunit"),
        *("einheit", "masseinheit", "einheiten"),
    ),
    "kind": ("type", "kind", "dtype", "datatype", "typ", "datentyp", "format", "valuetype"),
    "minimum": (
        *("minimum", "min", "minvalue", "minimumvalue", "lower", "lowerbound", "low", "from"),
        *("minimalwert", "untergrenze", "von", "kleinsterwert", "exclusiveminimum"),
    ),
    "maximum": (
        *("maximum", "max", "maxvalue", "maximumvalue", "upper", "upperbound", "high", "to"),
        *("maximalwert", "obergrenze", "bis", "groessterwert", "exclusivemaximum"),
    ),
    "range": ("range", "validrange", "valuerange", "bounds", "wertebereich", "bereich"),
    "allowed": (
        *("allowed", "allowedvalues", "enum", "values", "categories", "levels", "domain"),
        *("validvalues", "codes", "erlaubt", "erlaubtewerte", "werte", "auspraegungen"),
    ),
    "missing_codes": (
        *("missingcodes", "missingcode", "missing", "missingvalues", "missingvalue", "na"),
        *("navalues", "nullvalues", "nullvalue", "sentinel", "sentinels", "fehlend"),
        *("fehlwert", "fehlwerte", "fehlendewerte", "fehlcode", "fehlcodes"),
    ),
    "zone": ("timezone", "tz", "zone", "zeitzone"),
    "direction": (
        *("direction", "monotone", "monotonic", "monotonicity", "expecteddirection", "effect"),
        *("expectedeffect", "richtung", "wirkrichtung", "wirkung"),
    ),
    "sensitive": (
        *("sensitive", "protected", "protectedattribute", "sensitiveattribute", "issensitive"),
        *("isprotected", "sensibel", "geschuetzt", "schutzwuerdig"),
    ),
}
# Keys under which documents keep their entries.
HOLDERS = (
    "features",
    "fields",
    "columns",
    "inputs",
    "variables",
    "properties",
    "entries",
    "schema",
)
HOLDERS_MORE = ("merkmale", "spalten", "felder", "dictionary", "resources", "items")
SPLIT = re.compile(r"\s*[;|,]\s*")
BOUNDS = re.compile(r"\s*[\[(]?\s*(?P<low>[-+.\w]*?)\s*(?:\.\.+|…|–|;|,| to | bis |:| - )\s*"
                    r"(?P<high>[-+.\w]*?)\s*[\])]?\s*")  # fmt: skip
UPWARDS = frozenset(
    {"1", "+", "+1", "up", "increasing", "increase", "higher", "positive", "steigend"}
)
DOWNWARDS = frozenset({"-1", "-", "down", "decreasing", "decrease", "lower", "negative", "fallend"})


@dataclass(frozen=True, slots=True)
class DictionaryReader:
    """One dictionary format: ``open(path, display name)`` returns the entries of one file.

    ``suffixes`` are lower-case endings of file names.  ``open`` raises InputTrouble.
    """

    suffixes: tuple[str, ...]
    name: str
    open: Callable[[Path, str], Dictionary]


def open_dictionary(place: Place, *, base: str = ".") -> Dictionary:
    """Open the feature dictionary at ``place`` (relative to ``base``) by its suffix.

    Raises:
        InputTrouble: not there, of no known format, or malformed.
    """
    path = Path(base) / place.path
    readers: tuple[DictionaryReader, ...] = shelf.dictionary_readers()
    if not path.is_file():
        raise InputTrouble(place.name, "no such file", expected="a feature dictionary")
    for reader in readers:
        if path.name.lower().endswith(reader.suffixes):
            return reader.open(path, place.name)
    known = ", ".join(f"{reader.name} ({' '.join(reader.suffixes)})" for reader in readers)
    raise InputTrouble(
        place.name, "this format of dictionary is not read", expected=f"one of {known}"
    )


def read_text(path: Path, name: str) -> str:
    """Read a dictionary's text: UTF-8, UTF-16 with its mark, or Windows-1252.

    Raises:
        InputTrouble: cannot be read, or holds nothing.
    """
    try:
        data = path.read_bytes()
    except OSError as error:
        raise InputTrouble(name, f"cannot be read: {error.strerror}") from error
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        encoding = "utf-16"
    else:
        encoding = "utf-8-sig"
    try:
        text = data.decode(encoding)
    except UnicodeDecodeError:
        text = data.decode("cp1252", errors="replace")
    if not text.strip():
        raise InputTrouble(name, "the file is empty", expected="entries of a feature dictionary")
    return text


def dictionary_of(document: object, name: str) -> Dictionary:
    """Turn a parsed document into a Dictionary.

    A document is a list of entries, a mapping name -> entry (or unit or meaning as text), or one of
    these under a usual key (``features``, ``fields``, ``properties``, ...); Frictionless Table
    Schema and JSON Schema are such documents.

    Raises:
        InputTrouble: no entries, an entry without a name, or a name twice.
    """
    missing = _missing_codes(document)
    entries = list(_entries(document, name))
    features: dict[str, Feature] = {}
    for place, entry in entries:
        feature = _feature(entry, place, name)
        if feature.name in features:
            raise InputTrouble(name, f"{feature.name} is described twice", place=place)
        if missing and not feature.missing_codes:
            feature = replace(feature, missing_codes=missing)
        features[feature.name] = feature
    if not features:
        raise InputTrouble(
            name, "no entries found", expected="features with a name and a unit or a description"
        )
    return Dictionary(features, name)


def _entries(document: object, name: str) -> Iterable[tuple[str, Mapping[str, Any]]]:
    """Yield (place, entry) of every entry."""
    if isinstance(document, list):
        for number, each in enumerate(document, start=1):
            if isinstance(each, str):
                yield f"entry {number}", {"name": each}
                continue
            if not isinstance(each, Mapping):
                raise _no_entry(name, f"entry {number}", each)
            nested = None if _has_name(each) else _held(each)
            if nested is not None:
                yield from _entries(nested, name)
            else:
                yield f"entry {number}", each
        return
    if not isinstance(document, Mapping):
        raise _no_entry(name, "", document)
    held = _held(document)
    if held is not None:
        yield from _entries(held, name)
        return
    for key, each in document.items():
        if isinstance(each, Mapping):
            entry = {k: v for k, v in each.items() if joined(str(k)) not in SYNONYMS["name"][:1]}
            yield str(key), {"name": str(key), **entry}
        elif each is None or isinstance(each, str):
            yield str(key), {"name": str(key), **_short(each)}
        elif not str(key).startswith(("$", "_")) and not _is_header(key, each):
            raise _no_entry(name, str(key), each)


def _held(document: Mapping[str, Any]) -> object | None:
    """Return what lies under a usual holder key, when that is where the entries are."""
    for key, value in document.items():
        plain_key = joined(str(key))
        if plain_key in (*HOLDERS, *HOLDERS_MORE) and isinstance(value, list | Mapping):
            if isinstance(value, Mapping) and any(
                joined(str(inner)) in SYNONYMS["unit"] + SYNONYMS["meaning"][:2]
                and isinstance(text, str)
                for inner, text in value.items()
            ):
                continue  # a feature that happens to be called "items" or "entries"
            return value
    return None


def _is_header(key: object, value: object) -> bool:
    """Whether a top-level number or list is a file's header (version: 2) and no entry."""
    return isinstance(value, int | float | list | bool) and joined(str(key)) in {
        *("version", "schemaversion", "required", "missingvalues", "primarykey", "revision"),
        *("additionalproperties", "date", "tags", "foreignkeys"),
    }


def _has_name(entry: Mapping[str, Any]) -> bool:
    keys = {joined(str(key)) for key in entry}
    return any(word in keys for word in SYNONYMS["name"][:4])


def _short(text: str | None) -> dict[str, str]:
    """``form_fill_time: s`` states a unit, ``form_fill_time: seconds spent`` a meaning."""
    if not text:
        return {}
    if len(text) <= 12 and " " not in text.strip() and _is_unit(text.strip()):
        return {"unit": text.strip()}
    return {"description": text}


def _is_unit(text: str) -> bool:
    if text in {"€", "$", "£", "%", "EUR", "USD", "GBP", "CHF", "JPY"}:
        return True
    import pint

    try:
        return text in pint.get_application_registry()
    except (pint.PintError, ValueError, SyntaxError, AssertionError, TypeError):
        return False


def _no_entry(name: str, place: str, value: object) -> InputTrouble:
    return InputTrouble(
        name,
        f"{str(value)[:60]!r} is no entry",
        place=place,
        expected="a name with unit, description, minimum, maximum and the like",
    )


def _missing_codes(document: object) -> tuple[str, ...]:
    """Codes stated once for the whole table (Table Schema's missingValues), blanks left out."""
    if not isinstance(document, Mapping):
        return ()
    for key, value in document.items():
        if joined(str(key)) == "missingvalues" and isinstance(value, list):
            return tuple(
                str(each.get("value", "") if isinstance(each, Mapping) else each)
                for each in value
                if each not in ("", None)
            )
        if joined(str(key)) in {"schema", "resources"}:
            inner = value[0] if isinstance(value, list) and value else value
            found = _missing_codes(inner)
            if found:
                return found
    return ()


def _feature(entry: Mapping[str, Any], place: str, file: str) -> Feature:
    flat = _flat(entry)
    name = _text(_pick(flat, "name"))
    if not name:
        raise InputTrouble(file, "an entry without a name", place=place, expected="a name")
    low, high = _range(_pick(flat, "range"))
    given_low, given_high = (
        _number(_pick(flat, bound), f"{name}: {bound}", file) for bound in ("minimum", "maximum")
    )
    kind = _pick(flat, "kind")
    return Feature(
        name=name,
        meaning=_text(_pick(flat, "meaning")) or "",
        unit=_text(_pick(flat, "unit")),
        kind=" or ".join(map(str, kind)) if isinstance(kind, list) else _text(kind),
        minimum=low if given_low is None else given_low,
        maximum=high if given_high is None else given_high,
        allowed=_many(_pick(flat, "allowed")),
        missing_codes=_many(_pick(flat, "missing_codes")),
        zone=_text(_pick(flat, "zone")),
        direction=_direction(_text(_pick(flat, "direction"))),
        sensitive=_truth(_pick(flat, "sensitive")),
    )


def _flat(entry: Mapping[str, Any]) -> dict[str, Any]:
    """Entries by plain key; Table Schema's ``constraints`` and the like are lifted one level."""
    flat: dict[str, Any] = {}
    for key, value in entry.items():
        plain_key = joined(str(key))
        if plain_key in {"constraints", "meta", "metadata", "tags"} and isinstance(value, Mapping):
            for inner, each in value.items():
                flat.setdefault(joined(str(inner)), each)
        else:
            flat.setdefault(plain_key, value)
    return flat


def _pick(flat: Mapping[str, Any], what: str) -> Any:  # noqa: ANN401 - any cell of a document
    for word in SYNONYMS[what]:
        value = flat.get(word)
        if value is not None and value != "" and not _is_nan(value):
            return value
    return None


def _is_nan(value: object) -> bool:
    return isinstance(value, float) and math.isnan(value)


def _text(value: object) -> str | None:
    if value is None or isinstance(value, Mapping | list):
        return None
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    return str(value).strip() or None


def _number(value: object, place: str, file: str) -> float | None:
    if value is None or isinstance(value, bool):
        return None
    if isinstance(value, int | float):
        return float(value)
    text = str(value).strip()
    if re.fullmatch(r"[-+]?\d{1,3}(,\d{3})+(\.\d+)?|[-+]?\d+,\d+", text):
        whole = re.fullmatch(r"[-+]?\d+,\d{1,2}|[-+]?\d+,\d{4,}", text)
        text = text.replace(",", "." if whole else "")
    if plain(text) in {"-", "none", "n/a", "na", "inf", "-inf", "+inf", "unlimited", "open"}:
        return None
    try:
        return float(text)
    except ValueError as error:
        raise InputTrouble(file, f"{text[:60]!r}", place=place, expected="a number") from error


def _range(value: object) -> tuple[float | None, float | None]:
    """``[0, 10]``, ``0..10``, ``0 - 10``, ``[0; 10]``; what is no range states nothing."""
    if isinstance(value, list) and len(value) == 2:
        parts = [str(each) for each in value]
    else:
        match = BOUNDS.fullmatch(str(value)) if value is not None else None
        if match is None:
            return None, None
        parts = [match["low"], match["high"]]
    numbers = []
    for part in parts:
        try:
            number = float(part)
        except ValueError:
            number = math.nan
        numbers.append(number if math.isfinite(number) else None)
    return numbers[0], numbers[1]


def _many(value: object) -> tuple[str, ...]:
    if value is None or value is False or value is True:
        return ()
    if isinstance(value, Mapping):
        return tuple(str(key) for key in value)
    if isinstance(value, list):
        found = [each.get("value") if isinstance(each, Mapping) else each for each in value]
        return tuple(_said(each) for each in found if each is not None)
    if isinstance(value, str):
        return tuple(part for part in SPLIT.split(value.strip().strip("[]{}")) if part)
    return (_said(value),)


def _said(value: object) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    return str(int(value)) if isinstance(value, float) and value.is_integer() else str(value)


def _direction(value: str | None) -> str | None:
    """``up``: a larger value raises the score; ``down``: lowers it; other words as they stand."""
    if value is None:
        return None
    word = value.casefold()
    if word in UPWARDS:
        return "up"
    if word in DOWNWARDS:
        return "down"
    return None if word in {"0", "none", "unknown"} else value


def _truth(value: object) -> bool:
    if isinstance(value, bool | int | float):
        return bool(value)
    word = plain(str(value)).strip() if value is not None else ""
    return word in TRUE_WORDS or (
        word not in FALSE_WORDS and word in {"x", "protected", "sensitive"}
    )


def from_rows(rows: Sequence[Sequence[object]], name: str) -> Dictionary:
    """Turn a table (CSV, Excel) into a Dictionary: the first row with a name column is its header.

    Raises:
        InputTrouble: no such row, or a row that names no feature but says something.
    """
    for number, row in enumerate(rows):
        keys = [joined(str(cell)) if cell is not None else "" for cell in row]
        if any(key in SYNONYMS["name"] for key in keys) and len([k for k in keys if k]) > 1:
            break
    else:
        raise InputTrouble(
            name,
            "no row of column names with a name column",
            expected="columns such as name, unit, description, minimum, maximum",
        )
    header = [str(cell).strip() if cell is not None else "" for cell in rows[number]]
    found = []
    for line, row in enumerate(rows[number + 1 :], start=number + 2):
        cells = dict(zip(header, row, strict=False))
        filled = {key: cell for key, cell in cells.items() if cell not in (None, "") and key}
        if not filled:
            continue
        if not any(joined(key) in SYNONYMS["name"] for key in filled):
            raise InputTrouble(name, "a row without a name", place=f"row {line}")
        found.append(filled)
    return dictionary_of(found, name)
