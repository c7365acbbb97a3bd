"""Reads a feature dictionary: entries under whatever usual names people give their keys.

A reader in ``read/`` turns its format into plain entries (lists of mappings) and hands them to
:func:`dictionary_of`, which knows the synonyms.  Unknown keys are ignored: a dictionary is often
written for other purposes too.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from investigators import shelf
from investigators.case import Place
from investigators.dictionary_entry import SYNONYMS, feature_of
from investigators.features import Dictionary, Feature
from investigators.roles.words import joined
from investigators.trouble import InputTrouble

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


@dataclass(frozen=True, slots=True)
class DictionaryReader:
    """One dictionary format: ``open(path, display name)`` returns the entries of one file.

    ``suffixes`` are lower-case endings of file names.  ``open`` raises InputTrouble.
    """

    suffixes: tuple[str, ...]
    name: str
    open: Callable[[Path, str], Dictionary]


@dataclass(frozen=True, slots=True)
class DictionaryForm:
    """One form that a document may have, in YAML or JSON: known by its keys, read as it is meant.

    ``read(document, display name)`` raises InputTrouble.
    """

    name: str
    knows: Callable[[Mapping[str, Any]], bool]
    read: Callable[[Mapping[str, Any], str], Dictionary]


def open_dictionary(place: Place | str | Path, *, base: str = ".") -> Dictionary:
    """Open the feature dictionary at ``place`` (relative to ``base``) by its suffix.

    Raises:
        InputTrouble: not there, of no known format, or malformed.
    """
    if not isinstance(place, Place):
        place = Place(str(place))
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


def read_text(path: Path, name: str, expected: str = "entries of a feature dictionary") -> str:
    """Read a dictionary's text: UTF-8, UTF-16 with its mark, or Windows-1252.

    Raises:
        InputTrouble: cannot be read, or holds nothing.
    """
    try:
        data = path.read_bytes()
    except OSError as error:
        raise InputTrouble(name, f"cannot be read: {error.strerror}") from error
    encoding = "utf-16" if data.startswith((b"\xff\xfe", b"\xfe\xff")) else "utf-8-sig"
    try:
        text = data.decode(encoding)
    except UnicodeDecodeError:
        text = data.decode("cp1252", errors="replace")
    if not text.strip():
        raise InputTrouble(name, "the file is empty", expected=expected)
    return text


def dictionary_of(document: object, name: str) -> Dictionary:
    """Turn a parsed document into a Dictionary.

    A document is a list of entries, a mapping name -> entry (or unit or meaning as text), or one of
    these under a usual key (``features``, ``fields``, ``properties``, ...); Frictionless Table
    Schema and JSON Schema are such documents.  A document of a form of its own is that form's.

    Raises:
        InputTrouble: no entries, an entry without a name, or a name twice.
    """
    if isinstance(document, Mapping):
        forms: tuple[DictionaryForm, ...] = shelf.dictionary_forms()
        for form in forms:
            if form.knows(document):
                return form.read(document, name)
    missing = _missing_codes(document)
    entries = list(_entries(document, name))
    features: dict[str, Feature] = {}
    for place, entry in entries:
        feature = feature_of(entry, place, name)
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
            yield from _listed(each, f"entry {number}", name)
        return
    if not isinstance(document, Mapping):
        raise _no_entry(name, "", document)
    held = _held(document)
    if held is not None:
        yield from _entries(held, name)
        return
    lists = [value for value in document.values() if _is_listing(value)]
    if len(lists) == 1 and not any(isinstance(value, Mapping) for value in document.values()):
        yield from _entries(lists[0], name)  # under a key of the file's own, such as models
        return
    for key, each in document.items():
        if isinstance(each, Mapping):
            entry = {k: v for k, v in each.items() if joined(str(k)) != "name"}
            yield str(key), {"name": str(key), **entry}
        elif each is None or isinstance(each, str):
            yield str(key), {"name": str(key), **_short(each)}
        elif not str(key).startswith(("$", "_")) and not _is_header(key, each):
            raise _no_entry(name, str(key), each)


def _is_listing(value: object) -> bool:
    """Whether a value is a list of entries, or of things that hold entries."""
    return (
        isinstance(value, list)
        and bool(value)
        and all(isinstance(each, Mapping) and (_has_name(each) or _held(each)) for each in value)
    )


def _listed(each: object, place: str, name: str) -> Iterable[tuple[str, Mapping[str, Any]]]:
    """Yield the entry, or the entries, that one member of a list is."""
    if isinstance(each, str):
        yield place, {"name": each}
        return
    if not isinstance(each, Mapping):
        raise _no_entry(name, place, each)
    # A resource of a data package has a name of its own beside its schema.
    schema = each.get("schema")
    nested: object = schema if isinstance(schema, Mapping) else None
    if nested is None:
        # A view or a table has a name of its own beside the list of its columns.
        held = _held(each)
        nested = held if not _has_name(each) or _is_listing(held) else None
    if nested is None:
        yield place, each
    else:
        yield from _entries(nested, name)


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


def from_rows(rows: Sequence[Sequence[object]], name: str) -> Dictionary:
    """Turn a table (CSV, Excel) into a Dictionary: the first row with a name column is its header.

    Raises:
        InputTrouble: no such row, or a row that names no feature but says something.
    """
    number = header_row(rows)
    if number is None:
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


def header_row(rows: Sequence[Sequence[object]]) -> int | None:
    """Return the place of the first row with a name column and at least one more."""
    for number, row in enumerate(rows):
        keys = [joined(str(cell)) for cell in row if cell not in (None, "")]
        if len(keys) > 1 and any(key in SYNONYMS["name"] for key in keys):
            return number
    return None
