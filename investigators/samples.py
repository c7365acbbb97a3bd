"""The sample cases from outside: what each is about, and how long its log is.

The window's first picture waits for the cards: they are read from the TOML as it is, without the
checks of :mod:`investigators.brief`.
"""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from pathlib import Path

from investigators.resources import room
from investigators.trouble import InputTrouble

STORY_AT_MOST = 150
EXTRAS: tuple[tuple[str, str], ...] = (
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


def samples() -> tuple[str, ...]:
    """Names of the built-in sample cases."""
    return tuple(sorted(p.parent.name for p in room("sample_data").glob("*/case.toml")))


def sample(name: str) -> Path:
    """Path of a sample's ``case.toml``.

    Raises:
        InputTrouble: no sample of that name.
    """
    path = room("sample_data") / name / "case.toml"
    if name != Path(name).name or not path.is_file():
        raise InputTrouble(name, "there is no such sample", expected=", ".join(samples()))
    return path


def sample_card(name: str) -> Card:
    """What a sample is about: title, beginning of its story, what it holds."""
    path = sample(name)
    said = tomllib.loads(path.read_text(encoding="utf-8"))
    given = {**said, **said.get("evidence", {})}
    holds = tuple(words for role, words in EXTRAS if given.get(role))
    title = said.get("title") or path.parent.name
    return Card(path.parent.name, title, _story(path) or said.get("reported", ""), holds)


def _story(path: Path) -> str:
    """Whole sentences of the story's beginning, before anything is given away."""
    file = path.parent / "STORY.md"
    if not file.is_file():
        return ""
    text = file.read_text(encoding="utf-8").partition("\n## ")[0]
    body = " ".join(line for line in text.splitlines() if not line.startswith("#"))
    plain = " ".join(re.sub(r"[`*]", "", body).split())
    said = ""
    for sentence in re.split(r"(?<=[.?!])\s+|(?<=[.?!][\"”])\s+", plain):
        if said and len(said) + len(sentence) > STORY_AT_MOST:
            break
        said = f"{said} {sentence}".strip()
    return said


def sample_rows(name: str) -> int:
    """Number of rows of a sample's log, counted where it lies.

    Raises:
        InputTrouble: the log is not there, or of a form that samples do not have.
    """
    from investigators.brief import read_case

    brief = read_case(sample(name))
    place = brief.sources["log"][0]
    file = Path(brief.base) / place.path
    match file.suffix:
        case ".parquet":
            import pyarrow.parquet as pq

            return int(pq.read_metadata(file).num_rows)
        case ".jsonl":
            with file.open("rb") as stream:
                return sum(1 for line in stream if line.strip())
        case ".csv":
            import csv

            with file.open(encoding="utf-8", newline="") as stream:
                return sum(1 for _ in csv.reader(stream)) - 1
    raise InputTrouble(place.name, "a sample's log is Parquet, JSON lines or CSV")
