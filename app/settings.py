"""What the program remembers between runs: a typed file of settings and where things are kept.

A damaged or older file never stops the program: what cannot be read keeps its default, and that is
logged.  ``FIFTHWHY_HOME`` moves everything (tests, portable use).
"""

from __future__ import annotations

import json
import logging
import os
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any, Literal, get_args, get_origin, get_type_hints

from app.theme import ZOOMS, Scheme

log = logging.getLogger(__name__)
__all__ = ["Settings", "cases", "home", "read", "replace", "write"]
RECENT = 10


@dataclass(frozen=True, slots=True)
class Settings:
    """Everything remembered.  ``geometry`` and ``splitter`` are Qt's own bytes, in hex.

    ``language`` is a name such as ``de``; empty follows the desktop.
    """

    scheme: Scheme = "system"
    zoom: int = 100
    language: str = ""
    recent: tuple[str, ...] = ()
    formats: tuple[str, ...] = ("html", "md")
    audience: str = "shared"
    folder: str = ""
    export_folder: str = ""
    geometry: str = ""
    splitter: str = ""

    def opened(self, path: str) -> Settings:
        """Return the settings with a case file at the head of the recent ones."""
        others = tuple(each for each in self.recent if each != path)
        return replace(self, recent=(path, *others)[:RECENT])


def home() -> Path:
    """Return the folder of settings and log."""
    given = os.environ.get("FIFTHWHY_HOME")
    if given:
        return Path(given)
    from platformdirs import user_config_dir

    return Path(user_config_dir("fifthwhy", appauthor=False))


def cases() -> Path:
    """Return the folder in which new cases are kept."""
    given = os.environ.get("FIFTHWHY_HOME")
    if given:
        return Path(given) / "cases"
    from platformdirs import user_data_dir

    return Path(user_data_dir("fifthwhy", appauthor=False)) / "cases"


def _file() -> Path:
    return home() / "settings.json"


def read() -> Settings:
    """Read the settings; what is not there or cannot be read keeps its default."""
    try:
        kept = json.loads(_file().read_bytes())
    except FileNotFoundError:
        return Settings()
    except (OSError, ValueError, RecursionError) as error:
        log.info("settings.json cannot be read (%s): defaults are used", type(error).__name__)
        return Settings()
    if not isinstance(kept, dict):
        log.info("settings.json holds no settings: defaults are used")
        return Settings()
    hints = get_type_hints(Settings)
    found: dict[str, Any] = {}
    for name in hints.keys() & kept.keys():
        value = tuple(kept[name]) if isinstance(kept[name], list) else kept[name]
        if _fits(value, hints[name]):
            found[name] = value
        else:
            log.info("settings.json: %s cannot be read, its default is used", name)
    if found.get("zoom", 100) not in ZOOMS:
        del found["zoom"]
    return Settings(**found)


def _fits(value: object, hint: object) -> bool:
    """Whether a value is of a field's type: a word of a choice, words, a number, or a text."""
    if get_origin(hint) is Literal:
        return isinstance(value, str) and value in get_args(hint)
    if get_origin(hint) is tuple:
        return isinstance(value, tuple) and all(isinstance(each, str) for each in value)
    return type(value) is hint  # true is no number here


def write(settings: Settings) -> None:
    """Write the settings whole or not at all; a full disk loses no work, so it is only logged."""
    file = _file()
    part = file.with_suffix(".part")
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        part.write_text(json.dumps(asdict(settings), indent=2), encoding="utf-8")
        part.replace(file)
    except OSError as error:
        log.info("settings.json cannot be written (%s)", error.strerror)
