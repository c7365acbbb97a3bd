"""A look from outside: what a sample case or a case file is about, without opening it."""

from __future__ import annotations

import csv
import re
import sqlite3
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import msgspec

from investigators.brief import read_case
from investigators.case import Brief, Place, Role
from investigators.trouble import InputTrouble

STORY_AT_MOST = 150
CONCLUSIONS = {
    "lead": "a lead was found",
    "no fault found": "no fault found",
    "not determined": "not determined",
}
EXTRAS: tuple[tuple[Role, str], ...] = (
    ("outcomes", "outcomes"),
    ("ui_events", "screen events"),
    ("screenshot", "a screenshot"),
    ("releases", "releases"),
)


@dataclass(frozen=True, slots=True)
class Card:
    """A sample case: its title, the beginning of its story, and what it holds besides a log."""

    name: str
    title: str
    story: str
    holds: tuple[str, ...]


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


def card(path: Path) -> Card:
    """Return the card of a sample by its ``case.toml``."""
    brief = read_case(path)
    holds = tuple(words for role, words in EXTRAS if brief.sources.get(role))
    return Card(path.parent.name, brief.title or path.parent.name, _story(path, brief), holds)


def _story(path: Path, brief: Brief) -> str:
    """Whole sentences of the story's beginning, before anything is given away."""
    file = path.parent / "STORY.md"
    if not file.is_file():
        return brief.reported or ""
    text = file.read_text(encoding="utf-8").partition("\n## ")[0]
    body = " ".join(line for line in text.splitlines() if not line.startswith("#"))
    plain = " ".join(re.sub(r"[`*]", "", body).split())
    said = ""
    for sentence in re.split(r"(?<=[.?!])\s+|(?<=[.?!][\"”])\s+", plain):
        if said and len(said) + len(sentence) > STORY_AT_MOST:
            break
        said = f"{said} {sentence}".strip()
    return said


def requests(path: Path) -> int:
    """Count the rows of a sample's log (read where it lies, nothing is opened for long).

    Raises:
        InputTrouble: the log is not there, or of a form that samples do not have.
    """
    brief = read_case(path)
    place = brief.sources["log"][0]
    return _rows(Path(brief.base) / place.path, place)


def _rows(file: Path, place: Place) -> int:
    match file.suffix:
        case ".parquet":
            import pyarrow.parquet as pq

            return int(pq.read_metadata(file).num_rows)
        case ".jsonl":
            with file.open("rb") as stream:
                return sum(1 for line in stream if line.strip())
        case ".csv":
            with file.open(encoding="utf-8", newline="") as stream:
                return sum(1 for _ in csv.reader(stream)) - 1
    raise InputTrouble(place.name, "a sample's log is Parquet, JSON lines or CSV")


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
