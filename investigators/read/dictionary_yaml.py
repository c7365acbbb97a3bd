"""Feature dictionary as YAML."""

from __future__ import annotations

from pathlib import Path

import yaml

from investigators.dictionary import DictionaryReader, dictionary_of, read_text
from investigators.features import Dictionary
from investigators.trouble import InputTrouble


def open_yaml(path: Path, name: str) -> Dictionary:
    """Read a YAML file of entries; tags that make Python objects are refused.

    Raises:
        InputTrouble: not YAML (with line and column), or no entries.
    """
    try:
        document = yaml.safe_load(read_text(path, name))
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark
        place = f"line {mark.line + 1}, column {mark.column + 1}" if mark else ""
        raise InputTrouble(name, f"not YAML: {error.problem}", place=place) from error
    except (yaml.YAMLError, RecursionError) as error:
        first = str(error).splitlines()[0] if str(error) else "nested too deeply"
        raise InputTrouble(name, f"not YAML: {first}") from error
    return dictionary_of(document, name)


DICTIONARY_READER = DictionaryReader((".yaml", ".yml"), "YAML", open_yaml)
