"""What a pasted ticket says: verbatim pieces with their places; nothing decided that is open."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from investigators import desk

MAIL = """Subject: Order held back for a regular customer
From: support@shop.example
Date: 9 June 2026

Hi fraud team,

a customer wrote: "He orders every month. Why is this one in review?" The order is ord-5f20c1,
score 0.214, app 4.8.1. See https://tickets.example/browse/FRAUD-1234 for more. It was placed on
08.06.2026 at 18:41; a colleague says 21 %.

Best regards,
Jo +49 30 1234567
"""


def test_a_mail_gives_title_words_dates_id_and_numbers() -> None:
    ticket = desk.read_ticket(MAIL)
    assert ticket.values("title") == ("Order held back for a regular customer",)
    assert ticket.values("reported") == ("He orders every month. Why is this one in review?",)
    assert ticket.values("date") == ("2026-06-09", "2026-06-08T18:41")
    assert ticket.values("id") == ("ord-5f20c1",), "no version, no address, no telephone number"
    assert ticket.values("number") == ("0.214", "21 %")


@given(st.text(max_size=400) | st.lists(st.sampled_from(MAIL.split()), max_size=60).map(" ".join))
def test_every_piece_stands_where_it_says(text: str) -> None:
    for piece in desk.read_ticket(text).pieces:
        assert text[piece.start : piece.end] == piece.text
        assert piece.text.strip()


@pytest.mark.parametrize(
    ("text", "ids"),
    [
        ("Why was order 4711 refused?", ("4711",)),
        ("Antrag Nr. 2026-00123 wurde abgelehnt", ("2026-00123",)),
        ("see #10023", ("10023",)),
        ("request 1b4e28ba-2fa1-11d2-883f-0016d3cca427", ("1b4e28ba-2fa1-11d2-883f-0016d3cca427",)),
        ("REQ_00017 and p-00012", ("REQ_00017", "p-00012")),
        ("He waited 14 days with app 4.8.1 on 2026-06-09", ()),
        ("call +49 30 1234567 or mail jo.1@shop.example", ()),
    ],
)
def test_ids_are_told_from_other_digits(text: str, ids: tuple[str, ...]) -> None:
    assert desk.read_ticket(text).values("id") == ids


@pytest.mark.parametrize(
    ("words", "value"),
    [
        ("on 2026-06-09T18:41:00Z", "2026-06-09T18:41:00Z"),
        ("on 9th of June 2026", "2026-06-09"),
        ("June 9, 2026", "2026-06-09"),
        ("am 3. Mai 2026", "2026-05-03"),
        ("on 13/06/2026", "2026-06-13"),
        ("on 6/6/2026", "2026-06-06"),
    ],
)
def test_a_certain_date_becomes_iso(words: str, value: str) -> None:
    (piece,) = [p for p in desk.read_ticket(words).pieces if p.kind == "date"]
    assert (piece.value, piece.note) == (value, "")


@pytest.mark.parametrize("words", ["on 6/7/2026", "on June 9"])
def test_an_open_date_stays_as_it_is(words: str) -> None:
    (piece,) = [p for p in desk.read_ticket(words).pieces if p.kind == "date"]
    assert piece.value == piece.text
    assert piece.note


def test_no_date_is_made_of_impossible_days() -> None:
    assert desk.read_ticket("version 31.02.2026, 99/99/2026").values("date") == ()


def test_without_a_quotation_the_question_is_what_was_reported() -> None:
    text = "Held again\n\nIt was high.\n\nWhy is it in review?\nIt is his third.\n\nThanks\nJo"
    ticket = desk.read_ticket(text)
    assert ticket.first("title") == "Held again"
    assert ticket.first("reported") == "Why is it in review?\nIt is his third."


def test_one_line_is_the_words_and_no_title() -> None:
    ticket = desk.read_ticket("Why was order 4711 refused?")
    assert ticket.first("title") is None
    assert ticket.first("reported") == "Why was order 4711 refused?"


def test_pieces_can_be_corrected_and_left_out() -> None:
    ticket = desk.read_ticket(MAIL)
    at = next(k for k, piece in enumerate(ticket.pieces) if piece.kind == "id")
    assert ticket.corrected(at, "ord-1").first("id") == "ord-1"
    assert ticket.corrected(at, "ord-1").pieces[at].text == "ord-5f20c1", "what stood there stays"
    assert ticket.without(at).values("id") == ()
    assert ticket.corrected(at, "  ").first("id") is None


def test_a_long_text_is_read_in_no_time() -> None:
    ticket = desk.read_ticket(MAIL + "a-1 " * 100_000 + "1,1" * 50_000 + "x" * 100_000)
    assert ticket.first("id") == "ord-5f20c1"
