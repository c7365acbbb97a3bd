"""Interviews and walkthroughs of a ``case.toml``: ``[[interview]]`` and ``[[walkthrough]]``."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Protocol, get_args

from investigators.pictures import About
from investigators.testimony import (
    Exchange,
    Interview,
    Teller,
    ToldGrade,
    WalkStep,
    Walkthrough,
)
from investigators.trouble import InputTrouble

TELLER = ("whom", "role", "when", "whose_view", "grade")
LINKS: tuple[About, ...] = ("decision", "event", "component")
STEP = ("did", "expected", "seen", "picture")
PAIR = 2  # a question and its answer


class Reader(Protocol):
    """What reads a ``case.toml``: each refuses what is not of its form, with its place."""

    def table(self, value: object, place: str, allowed: Sequence[str] | None) -> Mapping[str, Any]:
        """A table with no other keys than these."""

    def text(self, value: object, place: str) -> str:
        """A text."""

    def known(self, word: str, words: Sequence[str], place: str, what: str) -> str:
        """One of these words."""

    def trouble(self, place: str, found: str, expected: str = "") -> InputTrouble:
        """What is wrong at a place."""


def interviews(reader: Reader, value: object) -> tuple[Interview, ...]:
    """Read ``[[interview]]``."""
    made = []
    for k, each in enumerate(_tables(reader, value, "interview"), start=1):
        here = f"interview[{k}]"
        given = reader.table(each, here, (*TELLER, *LINKS, "notes", "questions"))
        pairs = given.get("questions", [])
        if not isinstance(pairs, list):
            raise reader.trouble(f"{here}.questions", f"{pairs!r}", '[["question", "answer"]]')
        exchanges = tuple(
            _exchange(reader, pair, f"{here}.questions[{n}]") for n, pair in enumerate(pairs, 1)
        )
        notes = reader.text(given.get("notes", ""), f"{here}.notes")
        if not (exchanges or notes):
            raise reader.trouble(here, "neither questions nor notes", "what was said")
        made.append(Interview(f"I{k}", _teller(reader, given, here), exchanges, notes))
    return tuple(made)


def walkthroughs(reader: Reader, value: object) -> tuple[Walkthrough, ...]:
    """Read ``[[walkthrough]]``."""
    made = []
    for k, each in enumerate(_tables(reader, value, "walkthrough"), start=1):
        here = f"walkthrough[{k}]"
        given = reader.table(each, here, (*TELLER, *LINKS, "title", "steps"))
        said = given.get("steps", [])
        if not isinstance(said, list) or not said:
            raise reader.trouble(f"{here}.steps", "no steps", 'steps = [{ did = "..." }]')
        steps = tuple(_step(reader, one, f"{here}.steps[{n}]") for n, one in enumerate(said, 1))
        title = reader.text(given.get("title", ""), f"{here}.title")
        made.append(Walkthrough(f"T{k}", title, _teller(reader, given, here), steps))
    return tuple(made)


def _tables(reader: Reader, value: object, key: str) -> list[object]:
    if not isinstance(value, list):
        raise reader.trouble(key, f"{type(value).__name__}", f"tables [[{key}]]")
    return value


def _teller(reader: Reader, given: Mapping[str, Any], here: str) -> Teller:
    words = {key: reader.text(given[key], f"{here}.{key}") for key in TELLER if key in given}
    if "grade" in words:
        reader.known(words["grade"], get_args(ToldGrade), f"{here}.grade", "grade")
    links = [about for about in LINKS if about in given]
    if len(links) > 1:
        raise reader.trouble(here, f"{' and '.join(links)}", "one thing that it is about")
    if not links:
        return Teller(**words)  # type: ignore[arg-type] # the grade is one of the known ones
    link = reader.text(given[links[0]], f"{here}.{links[0]}")
    return Teller(**words, about=links[0], link=link)  # type: ignore[arg-type] # as above


def _exchange(reader: Reader, pair: object, place: str) -> Exchange:
    if not isinstance(pair, list) or len(pair) != PAIR:
        raise reader.trouble(place, f"{pair!r}", '["question", "answer"]')
    question, answer = (reader.text(each, place) for each in pair)
    return Exchange(question, answer)


def _step(reader: Reader, value: object, place: str) -> WalkStep:
    given = reader.table(value, place, STEP)
    if "did" not in given:
        raise reader.trouble(place, "no did", "what was done")
    return WalkStep(**{key: reader.text(given[key], f"{place}.{key}") for key in given})
