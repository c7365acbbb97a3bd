"""What the program remembers between runs: a typed file of settings and where things are kept.

A damaged or older file never stops the program: what cannot be read keeps its default, and that is
logged.  ``FIFTHWHY_HOME`` moves everything (tests, portable use).
"""

from __future__ import annotations

import logging
import os
from dataclasses import dataclass, replace
from pathlib import Path
from typing import get_type_hints

import msgspec
from platformdirs import PlatformDirs

from app.theme import ZOOMS, Scheme

log = logging.getLogger(__name__)
__all__ = ["Settings", "cases", "home", "read", "replace", "write"]
RECENT = 10


@dataclass(frozen=True, slots=True)
class Settings:
    """Everything remembered.  ``geometry`` and ``splitter`` are Qt's own bytes, in hex."""

    scheme: Scheme = "system"
    zoom: int = 100
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
    return Path(given) if given else Path(PlatformDirs("fifthwhy", appauthor=False).user_config_dir)


def cases() -> Path:
    """Return the folder in which new cases are kept."""
    given = os.environ.get("FIFTHWHY_HOME")
    base = Path(given) if given else Path(PlatformDirs("fifthwhy", appauthor=False).user_data_dir)
    return base / "cases"


def _file() -> Path:
    return home() / "settings.json"


def read() -> Settings:
    """Read the settings; what is not there or cannot be read keeps its default."""
    try:
        kept = msgspec.json.decode(_file().read_bytes())
    except FileNotFoundError:
        return Settings()
    except (OSError, msgspec.MsgspecError, UnicodeDecodeError) as error:
        log.info("settings.json cannot be read (%s): defaults are used", type(error).__name__)
        return Settings()
    if not isinstance(kept, dict):
        log.info("settings.json holds no settings: defaults are used")
        return Settings()
    hints, found = get_type_hints(Settings), {}
    for name in hints.keys() & kept.keys():
        try:
            found[name] = msgspec.convert(kept[name], hints[name])
        except msgspec.ValidationError:
            log.info("settings.json: %s cannot be read, its default is used", name)
    if found.get("zoom", 100) not in ZOOMS:
        del found["zoom"]
    return Settings(**found)


def write(settings: Settings) -> None:
    """Write the settings whole or not at all; a full disk loses no work, so it is only logged."""
    file = _file()
    part = file.with_suffix(".part")
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        part.write_bytes(msgspec.json.format(msgspec.json.encode(settings)))
        part.replace(file)
    except OSError as error:
        log.info("settings.json cannot be written (%s)", error.strerror)
