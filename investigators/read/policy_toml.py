"""Documented decision rule as TOML."""

from __future__ import annotations

import tomllib
from pathlib import Path

from investigators.dictionary import read_text
from investigators.policy import EXPECTED, Policy, PolicyReader, rule_of
from investigators.trouble import InputTrouble


def open_toml(path: Path, name: str) -> Policy:
    """Read a TOML file.

    Raises:
        InputTrouble: not TOML (with line and column), or no rule in it.
    """
    try:
        document = tomllib.loads(read_text(path, name, EXPECTED))
    except (tomllib.TOMLDecodeError, RecursionError) as error:
        raise InputTrouble(name, f"not TOML: {error}") from error
    return rule_of(document, name)


POLICY_READER = PolicyReader((".toml",), "TOML", open_toml)
