"""What the program remembers between runs: a typed file of settings and where things are kept.

A damaged or older file never stops the program: what cannot be read keeps its default, and that is
logged.  ``FIFTHWHY_HOME`` moves everything (tests, portable use).
"""

from __future__ import annotations

import logging
import os
from dataclasses import dataclass, replace
from pathlib import Path

import msgspec
from platformdirs import PlatformDirs

from app.theme import Scheme

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
    columns: tuple[str, ...] = ()

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
    """Read the settings; defaults where there is no file or one that cannot be read."""
    try:
        return msgspec.json.decode(_file().read_bytes(), type=Settings)
    except FileNotFoundError:
        return Settings()
    except (OSError, msgspec.MsgspecError) as error:
        log.info("settings.json cannot be read (%s): defaults are used", type(error).__name__)
        return Settings()


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
