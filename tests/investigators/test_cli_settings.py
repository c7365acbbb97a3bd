"""Ids, columns, cut points and settings of the command line, in every form and out of it."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pandas as pd
import pytest

from tests.investigators import parcels
from tests.investigators.command import few, investigate, trouble


@pytest.fixture(scope="module")
def case(tmp_path_factory: pytest.TempPathFactory) -> parcels.Parcels:
    return parcels.write(tmp_path_factory.mktemp("cli") / "in", events=True)


@pytest.fixture(scope="module")
def plain(tmp_path_factory: pytest.TempPathFactory) -> parcels.Parcels:
    """The case without UI events."""
    return parcels.write(tmp_path_factory.mktemp("plain") / "in")


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> parcels.Parcels:
    return few(tmp_path_factory.mktemp("small") / "in")


def test_an_unknown_id_names_the_nearest(
    small: parcels.Parcels, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    flags = ["--out", str(tmp_path / "out"), "--quiet", "--decision"]
    line = trouble(capsys, "investigate", str(small.case), *flags, "P-00021x")
    assert line.startswith(
        "log.csv and events.csv: no decision P-00021x; expected an id of the log"
    )
    assert "nearest: p-00021, " in line
    assert not (tmp_path / "out").exists()


def test_an_id_that_occurs_several_times(
    small: parcels.Parcels, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    flags = ["--out", str(tmp_path / "out"), "--quiet", "--decision"]
    line = trouble(capsys, "investigate", str(small.case), *flags, "twice")
    times = [small.live["created"][row] for row in (30, 40, 50)]
    listed = ", ".join(f"twice#{k} ({time})" for k, time in enumerate(times, start=1))
    assert f"log.csv: decision twice occurs 3 times; expected one of {listed}" in line
    for number, row in ((1, 30), (3, 50)):
        document = investigate(small, tmp_path / str(number), "--decision", f"twice#{number}")
        assert document["decision"]["row"] == row
        assert document["decision"]["time"] == small.live["created"][row]
    capsys.readouterr()
    assert "occurs 3 times" in trouble(capsys, "investigate", str(small.case), *flags, "twice#4")


def test_an_impression_is_a_finding_not_an_error(case: parcels.Parcels, tmp_path: Path) -> None:
    document = investigate(case, tmp_path, "--decision", "ev-1250")
    assert document["decision"]["source"] == "ui_events"
    assert document["decision"]["row"] is None
    assert document["leads"][0]["cause"] == "not-our-component"
    assert document["explanation"]["withheld"]
    shown = case.live["parcel_no"].iloc[-300 + 250]
    ours = investigate(case, tmp_path, "--decision", "ev-0250")
    assert ours["decision"]["row"] == int(shown.removeprefix("p-"))
    assert ours["families"]["ui_context"]["status"] == "clear"


def test_the_component_can_be_given(case: parcels.Parcels, tmp_path: Path) -> None:
    flags = ["--decision", "ev-1250", "--component", "delivery_tips"]
    document = investigate(case, tmp_path, *flags)
    (guess,) = [g for g in document["guesses"] if g["what"] == "component"]
    assert (guess["value"], guess["confidence"]) == ("delivery_tips", "given")


def test_several_tables_of_events(
    case: parcels.Parcels, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Each table of events has columns of its own names."""
    other = pd.read_csv(case.path("events.csv"))
    other["event_id"] = "x" + other["event_id"]
    other = other.rename(columns={"event_id": "impression", "request_id": "for_request"})
    other.to_csv(tmp_path / "more.csv", index=False)
    capsys.readouterr()
    flags = ["--ui-events", case.path("events.csv"), "--ui-events", str(tmp_path / "more.csv")]
    for column in ("event=event_id", "event=impression", "request=for_request"):
        flags += ["--column", f"ui_events.{column}"]
    flags += ["--column", "ui_events.request=request_id"]
    document = investigate(case, tmp_path / "1", *flags, "--decision", "xev-0250")
    assert document["decision"]["row"] is not None
    assert document["decision"]["id"] == "xev-0250"
    capsys.readouterr()
    lines = trouble(
        capsys,
        *("investigate", str(case.case), *flags, "--quiet"),
        *("--out", str(tmp_path / "2"), "--decision", "xev-9999"),
    )
    assert "nearest: xev-" in lines


def test_columns_in_every_form(plain: parcels.Parcels, tmp_path: Path) -> None:
    frame = pd.read_csv(plain.path("log.csv"), dtype=str)
    names = {"fill_time": "A", "basket": "B", "parcel_no": "number = 1", "score": "out.put"}
    frame.rename(columns=names).to_csv(tmp_path / "log.csv", index=False)
    columns = [
        *("log.id=number = 1", "log.score=out.put", "log.feature:fill_time=A"),
        *("log.feature:basket=B", "log.segment=app_version", "log.segment=country"),
        *("log.ignore=customer", "reference.outcome=late", "reference.feature:basket=basket"),
    ]
    flags = [word for column in columns for word in ("--column", column)]
    flags += ["--model", plain.path("model.txt"), "--log", str(tmp_path / "log.csv")]
    flags += ["--reference", plain.path("training.csv"), "--threshold", "0.3"]
    flags += ["--above", "review", "--below", "accept", "--decision", plain.decision]
    document = investigate(plain, tmp_path / "out", *flags, case=False)
    given = {g["what"]: g["value"] for g in document["guesses"] if g["confidence"] == "given"}
    assert given["log.id"] == "number = 1"
    assert given["log.score"] == "out.put"
    assert given["log.feature:fill_time"] == "A"
    assert given["log.ignore"] == "customer"
    assert document["case"]["sources"][1]["columns"]["segment"] == ["app_version", "country"]
    assert document["leads"][0]["features"] == ["fill_time"], "inputs have the model's names"
    assert document["decision"]["reproduced"]["verdict"] == "reproduced"


BAD_COLUMNS = [
    ("log.id", "not of this form; expected SOURCE.ROLE=COLUMN"),
    ("id=parcel_no", "not of this form"),
    ("log.=parcel_no", "not of this form"),
    ("log.ids=parcel_no", "unknown role of log ids"),
    ("logs.id=parcel_no", "unknown source logs"),
    ("log.id=parcel", "no column parcel"),
    ("log.feature:speed=basket", "the model has no input speed"),
    ("log.feature:basket=price", "no column price"),
    ("outcomes.feature:basket=basket", "unknown role of outcomes feature:basket"),
    ("releases.when=time", "unknown role of releases when"),
]


@pytest.mark.parametrize(("setting", "said"), BAD_COLUMNS)
def test_columns_that_cannot_be(
    small: parcels.Parcels,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    setting: str,
    said: str,
) -> None:
    out = str(tmp_path / "out")
    command = ["investigate", str(small.case), "--out", out, "--quiet", "--column", setting]
    assert said in trouble(capsys, *command)


def test_several_cut_points(plain: parcels.Parcels, tmp_path: Path) -> None:
    frame = pd.read_csv(plain.path("log.csv"))
    labels = ["refuse" if s >= 0.6 else "review" if s >= 0.2 else "accept" for s in frame["score"]]
    frame.assign(decision=labels).to_csv(tmp_path / "log.csv", index=False)
    flags = ["--log", str(tmp_path / "log.csv"), "--cuts", "0.2,0.6"]
    flags += ["--labels", "accept,review,refuse", "--adverse", "review"]
    document = investigate(plain, tmp_path / "out", *flags)
    decision = document["decision"]
    assert (decision["cuts"], decision["labels"]) == ([0.2, 0.6], ["accept", "review", "refuse"])
    assert (decision["threshold"], decision["threshold_source"]) == (0.6, "given")
    repair = document["leads"][0]["repair"]
    parts = ("to_adverse", "from_adverse", "other")
    assert repair["decisions_changed"] == sum(repair[part] for part in parts)
    assert repair["other"] > 0
    assert repair["this_decision"] == "accept"


@pytest.mark.parametrize(
    ("flags", "said"),
    [
        (("--cuts", "0.2,half"), "--cuts: '0.2,half' is no list of numbers; expected 0.2,0.6"),
        (("--cuts", "0.6,0.2"), "rising numbers"),
        (("--cuts", "0.2,0.6", "--labels", "a,b"), "2 labels for 2 cut points; expected 3"),
        (("--cuts", "0.2", "--threshold", "0.3"), "given beside cuts"),
        (("--threshold", "nan"), "a number"),
        (("--zone", "Berlin"), "unknown time zone Berlin"),
        (("--screenshot", "gone.png"), "gone.png"),
    ],
)
def test_settings_that_cannot_be(
    small: parcels.Parcels,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    flags: Sequence[str],
    said: str,
) -> None:
    out = str(tmp_path / "out")
    assert said in trouble(capsys, "investigate", str(small.case), "--out", out, "--quiet", *flags)
    assert not Path(out).exists()


def test_a_flag_goes_over_the_case(plain: parcels.Parcels, tmp_path: Path) -> None:
    document = investigate(plain, tmp_path, "--threshold", "0.9", "--title", "Another title")
    assert document["case"]["title"] == "Another title"
    assert document["decision"]["threshold"] == 0.9
    assert document["case"]["reported"] == "Why is it checked?"
