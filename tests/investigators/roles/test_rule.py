"""Thresholds, cut points, adverse labels and positive outcomes."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from investigators.case import Brief
from investigators.roles.precision import Floats
from investigators.roles.rule import (
    adverse_labels,
    decision_rule,
    positive_outcome,
    predicted,
    roundest,
)
from investigators.roles.words import is_adverse, is_positive, joined, words_of
from investigators.trouble import InputTrouble


def scores(rows: int = 2_000, seed: int = 1) -> Floats:
    return np.random.default_rng(seed).beta(0.8, 6, rows)


def by(values: Floats, cuts: list[float], labels: list[str]) -> list[str | None]:
    return [labels[k] for k in np.searchsorted(cuts, values, side="right")]


@settings(derandomize=True, max_examples=30, deadline=None)
@given(
    cut=st.sampled_from([0.05, 0.1, 0.125, 0.2, 0.25, 0.3]),
    decimals=st.sampled_from([None, 2, 3, 4]),
    seed=st.integers(0, 99),
)
def test_a_single_threshold_is_bracketed(cut: float, decimals: int | None, seed: int) -> None:
    exact = scores(seed=seed)
    labels = by(exact, [cut], ["accept", "review"])
    logged = exact if decimals is None else np.round(exact, decimals)
    rule, guesses = decision_rule(logged, labels, Brief(), decimals=decimals)
    assert rule.source == "inferred"
    assert rule.labels == ("accept", "review")
    assert rule.adverse == ("review",)
    assert rule.interval is not None
    assert rule.interval[0] < cut <= rule.interval[1] + 1e-12
    assert rule.cuts[0] == pytest.approx(cut, abs=0.011 if decimals == 2 else 0.004)
    assert rule.rows_explained is not None
    assert rule.rows_explained >= 0.95 * 2_000
    assert guesses[0].what == "threshold"


def test_the_cut_is_the_roundest_number_and_all_rows_are_explained() -> None:
    logged = np.round(scores(5_000), 3)
    rule, guesses = decision_rule(logged, by(logged, [0.2], ["accept", "review"]), Brief())
    assert rule.cuts == (0.2,)
    assert (rule.rows_explained, rule.rows_total) == (5_000, 5_000)
    assert guesses[0].confidence == "sure"
    assert guesses[0].value == "0.2"
    assert roundest(0.1998, 0.2003) == 0.2
    assert roundest(611.0, 648.0) == 640 or roundest(611.0, 648.0) == 630
    assert roundest(-2.31, -2.28) == -2.3
    assert roundest(0.5, 0.5) == 0.5


def test_two_cuts_and_a_rare_hand_made_label() -> None:
    logged = scores(4_000)
    labels = by(logged, [0.1, 0.3], ["accept", "review", "refuse"])
    rule, _ = decision_rule(logged, labels, Brief())
    assert rule.labels == ("accept", "review", "refuse")
    assert rule.cuts == pytest.approx((0.1, 0.3), abs=0.005)
    assert rule.adverse == ("refuse", "review")
    assert rule.interval is None
    labels[::200] = ["system error"] * 20
    rule, _ = decision_rule(logged, labels, Brief())
    assert rule.labels == ("accept", "review", "refuse")
    assert rule.rows_explained == 3_980


def test_low_scores_may_be_the_bad_ones() -> None:
    points = np.round(np.random.default_rng(3).normal(600, 60, 1_000))
    rule, _ = decision_rule(points, by(points, [560], ["abgelehnt", "genehmigt"]), Brief())
    assert rule.labels == ("abgelehnt", "genehmigt")
    assert rule.adverse == ("abgelehnt",)
    assert rule.cuts[0] == 560


def test_a_few_exceptions_are_counted_and_many_end_the_rule() -> None:
    logged = scores(4_000, 5)
    labels = by(logged, [0.2], ["ok", "hold"])
    labels[::100] = ["ok"] * 40
    rule, guesses = decision_rule(logged, labels, Brief())
    assert rule.source == "inferred"
    assert rule.rows_explained is not None
    assert 3_960 <= rule.rows_explained < 4_000
    assert guesses[0].confidence == "likely"
    shuffled = list(np.random.default_rng(2).permutation(np.array(labels)))
    rule, guesses = decision_rule(logged, [str(x) for x in shuffled], Brief())
    assert rule.source == "none"
    assert rule.cuts == ()
    assert "do not follow the score" in guesses[0].reason


def test_a_rare_adverse_label_is_no_excuse_for_an_empty_rule() -> None:
    logged = scores(3_000, 6)
    labels: list[str | None] = ["accept"] * 3_000
    for k in range(0, 3_000, 150):
        labels[k] = "review"
    rule, _ = decision_rule(logged, labels, Brief())
    assert rule.source == "none"


def test_given_threshold_wins_and_names_its_labels() -> None:
    logged = scores(1_000, 7)
    labels = by(logged, [0.2], ["accept", "review"])
    rule, guesses = decision_rule(logged, labels, Brief(threshold=0.3))
    assert (rule.cuts, rule.labels, rule.source) == ((0.3,), ("accept", "review"), "given")
    assert guesses[0].confidence == "given"
    assert rule.rows_explained is not None
    assert rule.rows_explained < 1_000
    rule, _ = decision_rule(
        logged, labels, Brief(threshold=0.2, above="review", below="accept", adverse="accept")
    )
    assert rule.adverse == ("accept",)
    assert rule.rows_explained == 1_000


def test_given_threshold_without_any_labels() -> None:
    rule, guesses = decision_rule(scores(10), [], Brief(threshold=0.2))
    assert rule.labels == ("below 0.2", "0.2 or more")
    assert rule.adverse == ("0.2 or more",)
    assert guesses[1].confidence == "weak"


@pytest.mark.parametrize(
    ("brief", "words"),
    [
        (Brief(cuts=(0.2, 0.6), labels=("a", "b")), "expected 3 labels"),
        (Brief(cuts=(0.6, 0.2)), "cut points out of order"),
    ],
)
def test_cuts_and_labels_that_do_not_fit(brief: Brief, words: str) -> None:
    with pytest.raises(InputTrouble, match=words):
        decision_rule(scores(10), [], brief)


def test_nothing_known_is_said() -> None:
    rule, guesses = decision_rule(scores(10), [], Brief())
    assert rule.source == "none"
    assert guesses[0].reason == "no decision labels and no threshold given"
    rule, _ = decision_rule(np.array([0.3]), ["review"], Brief())
    assert rule.source == "none"
    assert rule.adverse == ("review",)
    rule, _ = decision_rule(scores(3), [None, None, None], Brief())
    assert rule.source == "none"


@pytest.mark.parametrize(
    ("label", "bad"),
    [
        ("review", True),
        ("MANUAL_REVIEW", True),
        ("Prüfung", True),
        ("abgelehnt", True),
        ("gesperrt", True),
        ("declined", True),
        ("REFUSED", True),
        ("on hold", True),
        ("no review", False),
        ("nicht gesperrt", False),
        ("accept", False),
        ("genehmigt", False),
        ("Freigabe", False),
        ("not approved", True),
        ("unblocked", None),
        ("A", None),
        ("", None),
    ],
)
def test_words_that_hurt(label: str, bad: bool | None) -> None:
    assert is_adverse(label) is bad


def test_adverse_without_words() -> None:
    labels, said = adverse_labels({"A": 900, "B": 100}, Brief())
    assert labels == ("B",)
    assert said.confidence == "weak"
    labels, said = adverse_labels({"0": 900, "1": 100}, Brief(), "approved")
    assert labels == ("0",)
    labels, said = adverse_labels({"0": 100, "1": 900}, Brief(), "BLOCKED_FLG")
    assert labels == ("1",)
    assert said.confidence == "likely"
    labels, _ = adverse_labels({"accept": 5, "Team 4": 1}, Brief())
    assert labels == ("Team 4",)


@pytest.mark.parametrize(
    ("counts", "value"),
    [
        ({"0": 90, "1": 10}, "1"),
        ({"0.0": 90, "1.0": 10}, "1.0"),
        ({"false": 10, "true": 90}, "true"),
        ({"good": 700, "bad": 300}, "bad"),
        ({"legit": 90, "Chargeback": 10}, "Chargeback"),
        ({"nein": 90, "ja": 10}, "ja"),
        ({"x": 90, "z": 10}, "z"),
        ({"paid": 90, "no": 10}, "paid"),
        ({"kein Ausfall": 90, "Ausfall": 10}, "Ausfall"),
    ],
)
def test_positive_outcome(counts: dict[str, int], value: str) -> None:
    assert positive_outcome(counts, Brief()).value == value


def test_given_positive_and_no_outcomes() -> None:
    assert positive_outcome({"a": 1}, Brief(positive="b")).confidence == "given"
    assert positive_outcome({}, Brief()).value == ""
    assert is_positive("returned") is True


@pytest.mark.parametrize(
    ("given", "counts", "value"),
    [
        ("1", {"0.0": 90, "1.0": 10}, "1.0"),
        ("1.0", {"0": 90, "1": 10}, "1"),
        ("true", {"False": 90, "True": 10}, "True"),
        ("1", {"0": 100}, "1"),
    ],
)
def test_a_given_positive_is_known_however_it_is_written(
    given: str, counts: dict[str, int], value: str
) -> None:
    found = positive_outcome(counts, Brief(positive=given))
    assert (found.value, found.confidence) == (value, "given")


@pytest.mark.parametrize(
    ("counts", "before", "value"),
    [
        ({"0": 500}, "", "1"),
        ({"0": 500}, "1", "1"),
        ({"paid": 500}, "unpaid", "unpaid"),
        ({"a": 90, "b": 10}, "a", "a"),
        ({"a": 90, "b": 10}, "", "b"),
        ({"0": 10, "1": 90}, "0", "1"),
    ],
)
def test_where_nothing_is_positive_yet_the_other_source_says_what_is(
    counts: dict[str, int], before: str, value: str
) -> None:
    assert positive_outcome(counts, Brief(), "", before).value == value


def test_predicted_bands() -> None:
    rule, _ = decision_rule(scores(10), [], Brief(cuts=(0.2, 0.6), labels=("a", "b", "c")))
    assert predicted(rule, np.array([0.1, 0.2, 0.59, 0.6, np.nan])).tolist() == [0, 1, 1, 2, -1]


def test_words_of_names() -> None:
    for name in ("formFillTime", "FORM_FILL_TIME", "form fill-time", "Form.Fill.Time"):
        assert words_of(name) == ("form", "fill", "time")
    assert joined("Größe_M2") == "groessem2"
    assert words_of("HTTPServer") == ("http", "server")


@pytest.mark.parametrize(
    ("column", "wanted"), [("accepted_flag", "0"), ("REJECT_FLG", "1"), ("flag", "1")]
)
def test_a_flag_says_nothing_about_its_own_column(column: str, wanted: str) -> None:
    labels, said = adverse_labels({"0": 700, "1": 300}, Brief(), column)
    assert (labels, said.confidence) == ((wanted,), "likely")
    labels, _ = adverse_labels({"0": 300, "1": 700}, Brief(), column)
    assert labels == (wanted,)
