"""The case as a value: how an input is called in the log."""

from investigators.case import Brief, Case, Guess


def named(**columns: str) -> Case:
    guesses = [
        Guess(f"log.feature:{name}", col, "by range", "likely") for name, col in columns.items()
    ]
    return Case(Brief(), guesses=tuple(guesses))


CASE = named(Column_1="FILL_TIME", Column_12="AGE", basket="F_BASKET", old="Column_1")


def test_a_heading_says_the_logs_name_at_an_inputs_first_mention() -> None:
    words = "Column_1 is larger; with Column_12 for Column_1 and basket"
    told = "Column_1 (FILL_TIME) is larger; with Column_12 (AGE) for Column_1 and basket"
    assert CASE.in_log(words, ("Column_1", "Column_12", "basket")) == told


def test_only_the_inputs_asked_for_are_told_and_never_inside_a_name() -> None:
    assert CASE.in_log("Column_12 is larger", ("Column_1",)) == "Column_12 is larger"
    assert CASE.in_log("old is larger", ("old", "Column_1")) == "old (Column_1) is larger"
    assert CASE.in_log("basket is larger", ("basket",)) == "basket is larger"
    assert CASE.in_log("anything", ()) == "anything"


def test_what_a_heading_has_said_is_not_said_again() -> None:
    inputs = ("Column_1", "Column_12", "basket")
    assert CASE.other_names(inputs) == ("Column_1 is FILL_TIME", "Column_12 is AGE")
    assert CASE.other_names(inputs, "Column_1 (FILL_TIME) is larger") == ("Column_12 is AGE",)
