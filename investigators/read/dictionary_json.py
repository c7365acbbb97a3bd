"""Feature dictionary as JSON: plain, Frictionless Table Schema, JSON Schema."""

from __future__ import annotations

import json
import re
from pathlib import Path

from investigators.dictionary import DictionaryReader, dictionary_of, read_text
from investigators.features import Dictionary
from investigators.trouble import InputTrouble

# What a program said on the same output before the document, such as "feast registry-dump".
SAID_BEFORE = re.compile(r"\A(?:(?:\x1b\[[0-9;]*m)+|Warning: )[^\n]*\n")


def open_json(path: Path, name: str) -> Dictionary:
    """Read a JSON file of entries.

    Table Schema: specs.frictionlessdata.io/table-schema; JSON Schema: draft 2020-12, of which
    ``properties`` with type, minimum, maximum, enum and description are read.

    Raises:
        InputTrouble: not JSON (with line and column), or no entries.
    """
    try:
        document = json.loads(SAID_BEFORE.sub("\n", read_text(path, name)))
    except json.JSONDecodeError as error:
        place = f"line {error.lineno}, column {error.colno}"
        raise InputTrouble(name, f"not JSON: {error.msg}", place=place) from error
    except RecursionError as error:
        raise InputTrouble(name, "not JSON: nested too deeply") from error
    return dictionary_of(document, name)


DICTIONARY_READER = DictionaryReader((".json",), "JSON", open_json)
