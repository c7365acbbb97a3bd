"""One entry of a feature dictionary, under whatever names people give its properties."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from typing import Any

from investigators.features import Feature
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
    "required": (*("required", "mandatory", "notnull", "nevermissing", "pflicht", "pflichtfeld"),),
    "optional": ("nullable", "optional", "maybemissing", "missingallowed"),
}
SPLIT = re.compile(r"\s*[;|,]\s*")
BOUNDS = re.compile(r"\s*[\[(]?\s*(?P<low>[-+.\w]*?)\s*(?:\.\.+|…|–|;|,| to | bis |:| - )\s*"
                    r"(?P<high>[-+.\w]*?)\s*[\])]?\s*")  # fmt: skip
UPWARDS = frozenset(
    {"1", "+", "+1", "up", "increasing", "increase", "higher", "positive", "steigend"}
)
DOWNWARDS = frozenset({"-1", "-", "down", "decreasing", "decrease", "lower", "negative", "fallend"})


def feature_of(entry: Mapping[str, Any], place: str, file: str) -> Feature:
    """Read one entry; ``place`` and ``file`` are for errors.

    Raises:
        InputTrouble: no name, or a bound that is not a number.
    """
    flat = _flat(entry)
    name = _text(_pick(flat, "name"))
    if not name:
        raise InputTrouble(file, "an entry without a name", place=place, expected="a name")
    low, high = _range(_pick(flat, "range"))
    given_low, given_high = (
        _number(_pick(flat, bound), f"{name}: {bound}", file) for bound in ("minimum", "maximum")
    )
    least = low if given_low is None else given_low
    most = high if given_high is None else given_high
    if least is not None and most is not None and least > most:
        raise InputTrouble(
            file,
            f"minimum {least:g} is above maximum {most:g}",
            place=name,
            expected="a minimum that is not above the maximum",
        )
    kind = _pick(flat, "kind")
    return Feature(
        name=name,
        meaning=_text(_pick(flat, "meaning")) or "",
        unit=_text(_pick(flat, "unit")),
        kind=" or ".join(map(str, kind)) if isinstance(kind, list) else _text(kind),
        minimum=least,
        maximum=most,
        allowed=_many(_pick(flat, "allowed")),
        missing_codes=_many(_pick(flat, "missing_codes")),
        zone=_text(_pick(flat, "zone")),
        direction=_direction(_text(_pick(flat, "direction"))),
        sensitive=_truth(_pick(flat, "sensitive")),
        required=_required(flat),
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


def _required(flat: Mapping[str, Any]) -> bool:
    """Whether the entry says that the feature is never missing; said of parts, it says nothing."""
    said, other = _pick(flat, "required"), _pick(flat, "optional")
    if said is not None:
        return not isinstance(said, list | Mapping) and plain(str(said)).strip() in TRUE_WORDS
    return other is not None and plain(str(other)).strip() in FALSE_WORDS


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
