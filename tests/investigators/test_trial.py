"""A repair tried by hand: the lines that say it, several steps one after the other, the command."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from investigators import cli, desk
from investigators.evidence import (
    Affine,
    Condition,
    Epoch,
    Fill,
    Map,
    Scale,
    Swap,
    TakeFrom,
    Threshold,
)
from investigators.trial import FORMS, Step, parse
from investigators.trial_words import result_lines
from investigators.trouble import InputTrouble
from tests.investigators import parcels

NAMES = st.text(min_size=1, max_size=8).filter(lambda t: "\x00" not in t) | st.sampled_from(
    ["by", "missing", "a b", 'in "quotes"', "x,y", "-999", "4.8.1", "hour"]
)
NUMBERS = st.floats(-1e9, 1e9).filter(lambda x: x != 0)
CELLS = st.one_of(NAMES, NUMBERS)
TIMES = st.none() | st.datetimes().map(lambda t: t.isoformat(" ", "seconds"))
CHANGES = st.one_of(
    st.tuples(NUMBERS.map(Scale), NAMES),
    st.tuples(st.builds(Affine, NUMBERS, NUMBERS), NAMES),
    st.tuples(st.builds(Epoch, st.sampled_from(["s", "ms"]), st.sampled_from(["us", "ns"])), NAMES),
    st.tuples(st.builds(Fill, CELLS, st.none()) | st.builds(Fill, st.none(), CELLS), NAMES),
    st.tuples(st.lists(st.tuples(CELLS, CELLS), min_size=1, max_size=3).map(
        lambda pairs: Map(tuple(pairs))), NAMES),
    st.tuples(NAMES, NAMES).map(lambda both: (Swap(both), both[0])),
    st.tuples(NAMES.map(TakeFrom), NAMES),
    st.tuples(st.builds(Threshold, NUMBERS, NUMBERS), st.just("")),
)  # fmt: skip
CONDITIONS = st.one_of(
    st.builds(Condition, NAMES, equals=NAMES),
    st.builds(Condition, NAMES, missing=st.just(True)),
    st.builds(Condition, NAMES, within=st.lists(NAMES | st.none(), min_size=1).map(tuple)),
    st.builds(Condition, NAMES, lower=NUMBERS, closed=st.just("left")),
    st.builds(Condition, NAMES, upper=NUMBERS, closed=st.just("left")),
    st.builds(Condition, NAMES, part=st.just("hour"), zone=st.just("UTC"),
              within=st.lists(st.integers(0, 23), min_size=1).map(tuple)),
)  # fmt: skip
SEGMENTS = st.none() | st.lists(CONDITIONS, min_size=1, max_size=3).map(tuple)


@given(CHANGES, SEGMENTS, TIMES, TIMES)
def test_a_step_is_read_as_it_was_written(
    change: tuple[object, str], segment: tuple[Condition, ...] | None, since: str, until: str
) -> None:
    transform, feature = change
    step = Step(transform, feature, segment, since, until)  # type: ignore[arg-type]
    assert parse(step.text()) == step


@pytest.mark.parametrize("form", FORMS)
def test_every_form_that_is_named_is_read(form: str) -> None:
    assert parse(parse(form).text()) == parse(form)


@pytest.mark.parametrize(
    ("text", "where"),
    [
        ("", "at its end; expected what to do"),
        ("halve x", "at “halve”; expected what to do"),
        ("divide x by nothing", "at “nothing”; expected a number"),
        ("divide x by 0", "at “0”; expected a number that is not 0"),
        ("divide x by 2 whenever", "at “whenever”; expected where, since or until"),
        ("divide x by 2 where y ~ 3", "at “~”; expected a comparison"),
        ("divide x by 2 since yesterday", "at “yesterday”; expected a time"),
        ("convert x from ms to days", "at “days”; expected a unit of time"),
    ],
)
def test_what_cannot_be_read_is_said_with_its_place(text: str, where: str) -> None:
    with pytest.raises(InputTrouble) as trouble:
        parse(text)
    assert where in trouble.value.line()
    assert "divide X by 1000" in trouble.value.line()


@pytest.fixture
def made(tmp_path: Path) -> parcels.Parcels:
    return parcels.write(tmp_path)


def test_steps_are_undone_one_after_the_other(made: parcels.Parcels) -> None:
    steps = (
        "divide fill_time by 1000 where app_version = 2.1",
        "subtract 3 from fill_time",
        "add 5 to basket",
    )
    with desk.open_case(made.case) as opened:
        done = opened.replay(*steps)
    assert done is not None
    faulty = made.live["app_version"] == parcels.FAULTY_APP
    sound = made.live.assign(
        fill_time=made.live["fill_time"].where(~faulty, made.live["fill_time"] / 1000) - 3,
        basket=made.live["basket"] + 5,
    )
    after = made.booster.predict(parcels.inputs_of(sound))
    np.testing.assert_allclose(done.scored.after, after, rtol=1e-12)


def test_another_cut_off_is_tried_without_a_change_of_inputs(made: parcels.Parcels) -> None:
    with desk.open_case(made.case) as opened:
        done = opened.tried((parse(f"cut-off {parcels.THRESHOLD} to 0.9"),))
        with pytest.raises(InputTrouble, match=r"has no cut-off 0\.77"):
            opened.replay("cut-off 0.77 to 0.9")
        faulty = f"cut-off {parcels.THRESHOLD} to 0.9 where app_version = 2.1"
        both = ("divide fill_time by 2", faulty)
        with pytest.raises(InputTrouble, match="in the same rows"):
            opened.replay(*both)
    assert done is not None
    scores = made.live["score"]
    assert done.result.from_adverse == ((scores >= parcels.THRESHOLD) & (scores < 0.9)).sum()
    assert done.rows_changed == 0
    said = result_lines(done, opened.case)
    assert "would be decided otherwise" in " ".join(said)
    (versions,) = [line for line in said if line.startswith("By app_version: ")]
    for version, n in made.live["app_version"].value_counts().items():
        assert f"{version} ({n:,} rows) " in versions
    assert " no longer adverse, AUC " in versions
    (days,) = [line for line in said if line.startswith("By day: ")]
    freed = made.live[(scores >= parcels.THRESHOLD) & (scores < 0.9)]["created"].str[:10]
    day, most = next(iter(freed.value_counts().sort_index(kind="stable").nlargest(1).items()))
    assert f"{day} ({(made.live['created'].str[:10] == day).sum()} rows) {most} no long" in days
    assert "newly" not in versions


@pytest.mark.parametrize(
    ("step", "said"),
    [
        ("divide fill_time by 2 where app_version = 7", "no row has app_version 7.*2.0, 2.1"),
        ("divide fill_time by 2 where app_version = 2.1 since 2031-01-01", "no row meets these"),
    ],
)
def test_a_step_without_rows_is_refused_with_the_values_there_are(
    made: parcels.Parcels, step: str, said: str
) -> None:
    with desk.open_case(made.case) as opened, pytest.raises(InputTrouble, match=said):
        opened.replay(step)


@pytest.mark.parametrize(
    ("step", "said"),
    [
        ("put missing for nothing in fill_time", "fill_time is a number, nothing is none"),
        ("divide payment by 2", "payment holds categories"),
    ],
)
def test_a_step_of_another_kind_of_input_is_refused(
    made: parcels.Parcels, step: str, said: str
) -> None:
    with desk.open_case(made.case) as opened, pytest.raises(InputTrouble, match=said):
        opened.replay(step)


def test_the_command_says_what_would_have_been(
    made: parcels.Parcels, capsys: pytest.CaptureFixture[str]
) -> None:
    said = cli.main(["replay", str(made.case), "--quiet", "--repair",
                     "divide fill_time by 1000 where app_version = 2.1"])  # fmt: skip
    assert said == 0
    out = capsys.readouterr().out
    assert "Tried by hand: divide fill_time by 1000 where app_version = 2.1." in out
    assert "review → accept" in out
    assert "would not be adverse any more" in out
    assert cli.main(["replay", str(made.case), "--quiet", "--repair", "divide fil_time by 2"]) == 2
    assert "did you mean fill_time" in capsys.readouterr().err
