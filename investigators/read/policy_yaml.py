"""Documented decision rule as YAML; JSON is YAML as well."""

from __future__ import annotations

from pathlib import Path

import yaml

from investigators.dictionary import read_text
from investigators.policy import EXPECTED, Policy, PolicyReader, rule_of
from investigators.trouble import InputTrouble


def open_yaml(path: Path, name: str) -> Policy:
    """Read a YAML or JSON file; tags that make Python objects are refused.

    Raises:
        InputTrouble: not YAML (with line and column), or no rule in it.
    """
    try:
        document = yaml.safe_load(read_text(path, name, EXPECTED))
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark
        place = f"line {mark.line + 1}, column {mark.column + 1}" if mark else ""
        raise InputTrouble(name, f"not YAML: {error.problem}", place=place) from error
    except (yaml.YAMLError, RecursionError) as error:
        raise InputTrouble(name, "not YAML") from error
    return rule_of(document, name)


POLICY_READER = PolicyReader((".yaml", ".yml", ".json"), "YAML or JSON", open_yaml)
