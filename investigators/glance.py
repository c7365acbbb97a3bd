"""A look from outside: what a case file is about, without opening it."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import msgspec

CONCLUSIONS = {
    "lead": "a lead was found",
    "no fault found": "no fault found",
    "not determined": "not determined",
}


@dataclass(frozen=True, slots=True)
class Glance:
    """A case file: its title, how it stands, the day of its last change (ISO).

    ``there`` is false when the file was moved or cannot be read.
    """

    path: str
    title: str
    ending: str
    changed: str
    there: bool


class _Titled(msgspec.Struct):
    title: str | None = None
    decision: str | None = None


class _Said(msgspec.Struct):
    brief: _Titled = msgspec.field(default_factory=_Titled)


class _Concluded(msgspec.Struct):
    conclusion: str = ""


def glance(path: Path) -> Glance:
    """Look at a case file; one that is gone or damaged is said, not raised."""
    if not path.is_file():
        return Glance(str(path), path.stem, "file moved", "", there=False)
    try:
        with closing(sqlite3.connect(f"{path.resolve().as_uri()}?mode=ro", uri=True)) as base:
            return _look(path, base)
    except (sqlite3.Error, msgspec.MsgspecError):
        return Glance(str(path), path.stem, "cannot be read", "", there=False)


def _look(path: Path, base: sqlite3.Connection) -> Glance:
    last = base.execute(
        "SELECT draft, made, revision FROM changes WHERE kind = 'change' "
        "ORDER BY number DESC LIMIT 1"
    ).fetchone()
    changed = datetime.fromtimestamp(path.stat().st_mtime).astimezone().date().isoformat()
    if last is None:
        return Glance(str(path), path.stem, "", changed, there=True)
    brief = msgspec.json.decode(last[0], type=_Said).brief
    title = brief.title or (f"Decision {brief.decision}" if brief.decision else path.stem)
    ending = "no decision picked yet" if brief.decision is None else "open"
    revision = base.execute("SELECT body FROM revisions WHERE number = ?", (last[2],)).fetchone()
    if revision is not None:
        found = msgspec.json.decode(revision[0], type=_Concluded).conclusion
        ending = CONCLUSIONS.get(found, ending)
    return Glance(str(path), title, ending, changed, there=True)
