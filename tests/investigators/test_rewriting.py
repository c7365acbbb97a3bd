"""One value in another writing: which known one it is, and when that is not for certain."""

from __future__ import annotations

import pytest

from investigators.rewriting import CUT, Writings, cut_short, listed_codes, rewritten

KNOWN = ("DE", "FR", "München", "Zürich", "C", "4.1", "00123", "northeastern", "R & D", "3")


@pytest.mark.parametrize(
    ("seen", "meant", "how"),
    [
        ("de", "DE", "only by case"),
        ("DE\u00a0", "DE", "only by blanks"),
        ("MÃ¼nchen", "München", "by a wrong encoding"),
        ("M?nchen", "München", "by a wrong encoding"),
        ("Z\ufffdrich", "Zürich", "by a wrong encoding"),
        ("Munchen", "München", "only by accents"),
        ("Muenchen", "München", "only by accents written out"),
        ("123", "00123", "only by leading zeros or a decimal point"),
        ("3.0", "3", "only by leading zeros or a decimal point"),
        ("“FR”", "FR", "only by signs"),
        ("R &amp; D", "R & D", "only by signs"),
        ("ZURICH", "Zürich", "only by case, accents or signs"),
    ],
)
def test_the_known_value_and_what_differs(seen: str, meant: str, how: str) -> None:
    found = Writings(KNOWN).of(seen)
    assert found is not None
    assert (found.meant, found.how) == (meant, how)


@pytest.mark.parametrize("seen", ["C++", "C#", "41", "4-1", "Kenya", "", " ", "-", "30", "D"])
def test_another_value_is_not_mistaken(seen: str) -> None:
    assert Writings(KNOWN).of(seen) is None


def test_two_known_ones_leave_it_open() -> None:
    assert Writings(("a-b", "A-B")).of("a_B") is None


def test_few_letters_are_never_sure() -> None:
    (pair,) = rewritten(["northwestern"], KNOWN)
    assert (pair.meant, pair.sure) == ("northeastern", False)


def test_codes_are_read_by_each_list_and_from_none_or_one() -> None:
    readings = listed_codes(["0", "1", "2"], ("b", "a", "c"), ())
    assert [[p.meant for p in pairs] for pairs in readings] == [["b", "a", "c"], ["a", "b", "c"]]
    (told,) = listed_codes(["1", "2"], ("DE", "FR"), ("1 = FR", "2 = DE"))[:1]
    assert [(p.seen, p.meant) for p in told] == [("1", "FR"), ("2", "DE")]


def test_names_cut_after_so_many_letters() -> None:
    known = ("branch office", "direct visit", "telephone", "television", "app")
    pairs = rewritten(["bran", "dire", "tele", "Kenya"], known)
    assert [(p.seen, p.meant, p.how) for p in pairs] == [
        ("bran", "branch office", CUT),
        ("dire", "direct visit", CUT),
    ]
    assert cut_short(["bran", "Kenya"], known) == []  # one alone is a word of its own
    assert cut_short(["bran", "dire", "Peru", "Cuba", "Fiji"], known) == []
