"""JSON values as the text of cells, with numbers exactly as they were written."""

from __future__ import annotations

import json


class Number(str):
    """A number exactly as written."""

    __slots__ = ()


DECODER = json.JSONDecoder(parse_int=Number, parse_float=Number, parse_constant=Number)


def json_text(value: object) -> str | None:
    """Return the text of a cell: numbers and strings as written, lists and objects as JSON."""
    if value is None:
        return None
    return whole_text(value if isinstance(value, str) else _json(value))


def whole_text(text: str) -> str:
    """Replace half characters (a surrogate cut from its pair), which no encoding can hold."""
    return (
        text
        if text.isascii()
        else text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    )


def _json(value: object) -> str:
    """Return JSON text with numbers as they were written."""
    if isinstance(value, Number):
        return str(value)
    if isinstance(value, list):
        return "[" + ", ".join(_json(item) for item in value) + "]"
    if isinstance(value, dict):
        return "{" + ", ".join(f"{json.dumps(k)}: {_json(v)}" for k, v in value.items()) + "}"
    return json.dumps(value, ensure_ascii=False)
