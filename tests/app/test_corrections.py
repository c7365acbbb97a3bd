"""Corrections to a brief: each takes one and returns another."""

from __future__ import annotations

import pytest

from app.corrections import (
    guessed_again,
    with_input,
    with_role,
    with_setting,
    with_source,
    with_ticket,
    with_unit,
)
from investigators import desk
from investigators.case import Brief, Place
from investigators.trouble import InputTrouble

LOG, OTHER = Place("log.csv"), Place("other.csv")


def test_a_source_takes_the_place_of_another_which_takes_its_own() -> None:
    brief = Brief(
        sources={"log": (LOG,), "reference": (OTHER,)},
        columns={"log.id": ("no",), "outcomes.id": ("no",)},
    )
    swapped = with_source(brief, OTHER, "log")
    assert swapped.sources == {"log": (OTHER,), "reference": (LOG,)}
    assert swapped.columns == {"outcomes.id": ("no",)}, "what was said of the log's columns goes"
    assert with_source(swapped, LOG, None).sources == {"log": (OTHER,)}
    events = with_source(with_source(Brief(), LOG, "ui_events"), OTHER, "ui_events")
    assert events.sources == {"ui_events": (LOG, OTHER)}


def test_a_column_has_one_role_of_its_own() -> None:
    brief = with_role(with_role(Brief(), "id", ("a",)), "score", ("a",))
    assert brief.columns == {"log.score": ("a",)}
    several = with_role(brief, "segment", ("b", "a"))
    assert several.columns == {"log.score": ("a",), "log.segment": ("b", "a")}
    assert with_role(several, "score", ()).columns["log.score"] == ()
    assert guessed_again(several, "score").columns == {"log.segment": ("b", "a")}


def test_a_column_feeds_one_input() -> None:
    brief = with_input(with_input(Brief(), "age", "c1"), "height", "c1")
    assert brief.columns == {"log.feature:height": ("c1",)}
    assert with_input(brief, "height", None).columns == {"log.feature:height": ()}


def test_a_unit_is_typed_and_taken_back() -> None:
    brief = with_unit(Brief(), "age", " d ")
    assert brief.units == {"age": "d"}
    assert with_unit(brief, "age", "").units == {}


@pytest.mark.parametrize(
    ("text", "threshold", "cuts"),
    [("0.2", 0.2, ()), ("0,25", 0.25, ()), ("0.2, 0.6", None, (0.2, 0.6)), ("", None, ())],
)
def test_thresholds(text: str, threshold: float | None, cuts: tuple[float, ...]) -> None:
    brief = with_setting(Brief(threshold=0.5), "cuts", text)
    assert (brief.threshold, brief.cuts) == (threshold, cuts)


def test_settings_are_checked() -> None:
    assert with_setting(Brief(), "zone", "Europe/Berlin").zone == "Europe/Berlin"
    assert with_setting(Brief(zone="UTC"), "zone", "").zone is None
    assert with_setting(Brief(), "component", "a, b").components == ("a", "b")
    two = with_setting(Brief(), "labels", "accept, review")
    assert (two.below, two.above) == ("accept", "review")
    for key, text in (("zone", "Mars"), ("cuts", "high"), ("labels", "a, b, c"), ("dates", "x")):
        with pytest.raises(InputTrouble):
            with_setting(Brief(), key, text)


def test_a_ticket_fills_what_is_empty() -> None:
    ticket = desk.read_ticket('Subject: Held back\n\nHe said: "Why is it in review?"')
    brief = with_ticket(Brief(title="Given"), ticket, "/x/shot.png")
    assert (brief.title, brief.reported) == ("Given", "Why is it in review?")
    assert brief.sources == {"screenshot": (Place("/x/shot.png"),)}
