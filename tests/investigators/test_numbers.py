import pytest

from investigators import numbers


@pytest.mark.parametrize(
    ("x", "words"),
    [(2106, "2,106"), (0.2140, "0.214"), (-3.601, "−3.601"), (96400.0, "96,400"),
     (1234.567, "1,235"), (1e-9, "1e−09"), (0.0, "0"), (float("inf"), "infinity"),
     (float("nan"), "not a number"), (2.5e15, "2.5e+15")],
)  # fmt: skip
def test_number(x: float, words: str) -> None:
    assert numbers.number(x) == words


@pytest.mark.parametrize(
    ("fraction", "words"),
    [(0, "0 %"), (1, "100 %"), (0.9999, "over 99.9 %"), (0.0001, "below 0.1 %"),
     (0.0141, "1.4 %"), (0.26, "26 %"), (0.0996, "10 %"), (0.995, "99.5 %")],
)  # fmt: skip
def test_per_cent_is_never_rounded_to_nothing_or_all(fraction: float, words: str) -> None:
    assert numbers.per_cent(fraction) == words


def test_part_says_base_and_share() -> None:
    assert numbers.part(2106, 8214, "requests") == "2,106 of 8,214 requests (26 %)"
    assert numbers.part(0, 0, "requests") == "0 of 0 requests (no rows)"


def test_proportion_has_its_wilson_interval() -> None:
    # Wilson for 9 of 640 by an independent calculator: 0.0074 to 0.0265.
    assert numbers.proportion(9, 640) == "1.4 %, 95 % interval 0.7 to 2.7 %"


def test_in_step_gives_all_the_same_decimals() -> None:
    assert numbers.in_step([2.05, -0.1, 0.004]) == ["+2.05", "−0.10", "+0.00"]
    assert numbers.in_step([251_000.4, -3.0]) == ["+251,000", "−3"]
    assert numbers.in_step([]) == []
    assert numbers.in_step([0.0]) == ["+0.00"]


def test_between_says_the_clock_once() -> None:
    same_day = numbers.between("2026-05-07T08:31:00Z", "2026-05-07T08:43:00Z")
    assert same_day == "between 2026-05-07 08:31 and 08:43 UTC"
    two_days = numbers.between("2026-05-07T08:31:00", "2026-05-08T08:43:00")
    assert two_days == "between 2026-05-07 08:31 and 2026-05-08 08:43 local time"
    assert numbers.between(None, "2026-05-08T08:43:00Z") == "before 2026-05-08 08:43 UTC"
    assert numbers.between("2026-05-08T08:43:00Z", "2026-05-08T08:43:30Z") == "2026-05-08 08:43 UTC"


def test_local_names_the_offset() -> None:
    assert numbers.local("2026-05-07T08:31:00Z", "Europe/Berlin") == "2026-05-07 10:31 +02:00"


def test_spans_and_rates() -> None:
    assert numbers.span(33 * 24.0) == "33 days"
    assert numbers.span(5.2) == "5 hours"
    assert numbers.span(0.001) == "1 minute"
    assert numbers.rate(2.69) == "2.7 an hour, 65 a day"


def test_rounded_keeps_two_digits() -> None:
    assert numbers.rounded(96_400.0) == 96_000.0
    assert numbers.rounded(0.0123) == 0.012
    assert numbers.rounded(0.0) == 0.0


@pytest.mark.parametrize(
    ("named", "words"),
    [
        ("s -> ms", "seconds → milliseconds"),
        ("km -> mile", "kilometres → miles"),
        ("EUR -> minor units", "EUR → minor units"),
        ("% -> dimensionless", "per cent → a fraction of one"),
    ],
)
def test_a_change_of_unit_is_said_in_words(named: str, words: str) -> None:
    assert numbers.unit_words(named) == words
