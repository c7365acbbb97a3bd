"""What every check on the shelf keeps, whatever the data: a new check is tested by being there."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import msgspec
import numpy as np
import pandas as pd
import pyarrow as pa
import pytest

from investigators import shelf
from investigators.case import Answers, Rule
from investigators.check import Check
from investigators.evidence import Finding, to_json
from investigators.model import Model
from investigators.tables.table import Engine
from investigators.task import Cancelled, Task
from investigators.view import View
from tests.investigators.checks.pictures import pictured
from tests.investigators.views import Given, small_model, view_of

CHECKS = shelf.checks()
VERDICTS = {"supports", "speaks against", "cannot tell", "does not apply"}
ROLES = {
    "id": "id",
    "subject": "subject",
    "session": "session",
    "time": "time",
    "score": "score",
    "decision": "decision",
    "outcome": "outcome",
    "live_test": "arm",
}
UI_ROLES = {
    "event": "event",
    "request": "request",
    "session": "session",
    "time": "time",
    "component": "component",
    "title": "title",
    "position": "position",
    "item": "item",
}
RULE = Rule((0.5,), ("accept", "review"), ("review",), "given")
HOSTILE = ['say "hi"', "<script>alert(1)</script>", "größe; DROP TABLE x --", "line\nbreak 'q'"]


def training(rows: int = 600) -> pd.DataFrame:
    random = np.random.default_rng(5)
    frame = pd.DataFrame(
        {
            "seconds": random.lognormal(3, 1, rows).round(1),
            "amount": random.gamma(2, 40, rows).round(2),
            "country": random.choice(["DE", "FR", "KE"], rows, p=[0.6, 0.35, 0.05]),
        }
    )
    chance = 1 / (1 + np.exp(2 - 0.02 * frame["amount"] + (frame["seconds"] > 30)))
    frame["y"] = (random.random(rows) < chance).astype(float)
    return frame


def requests(rows: int = 300) -> pd.DataFrame:
    random = np.random.default_rng(6)
    frame = training(rows).rename(columns={"y": "outcome"})
    frame["id"] = [f"r{i}" for i in range(rows)]
    frame["subject"] = [f"s{i % 97}" for i in range(rows)]
    frame["session"] = [f"t{i % 150}" for i in range(rows)]
    frame["time"] = pd.date_range("2026-03-01", periods=rows, freq="37min")
    frame["score"] = random.random(rows).round(3)
    frame["decision"] = np.where(frame["score"] >= 0.5, "review", "accept")
    frame["arm"] = random.random(rows) < 0.4
    frame["version"] = np.where(np.arange(rows) > rows / 2, "2", "1")
    return frame


def shown(log: pd.DataFrame) -> pd.DataFrame:
    events = pd.DataFrame(
        {
            "event": [f"e{i}" for i in range(len(log))],
            "request": log["id"],
            "session": log["session"],
            "time": log["time"],
            "component": "recommender",
            "title": "For you",
            "position": 1,
            "item": [f"i{i % 20}" for i in range(len(log))],
        }
    )
    others = events.assign(
        event=[f"o{i}" for i in range(len(log))], request=None, component="last seen", position=2
    )
    return pd.concat([events, others], ignore_index=True)


@pytest.fixture(scope="module")
def model() -> Model:
    return small_model(training(), "y", ["seconds", "amount"], ["country"], rounds=8)


def _empty(log: pd.DataFrame) -> pd.DataFrame:
    return log.iloc[:0]


def _one(log: pd.DataFrame) -> pd.DataFrame:
    return log.iloc[:1]


def _missing(log: pd.DataFrame) -> pd.DataFrame:
    gone = log.drop(columns="id").apply(lambda column: column.where(column.isna()))
    return gone.assign(id=log["id"])


def _constant(log: pd.DataFrame) -> pd.DataFrame:
    return log.assign(**dict.fromkeys(["seconds", "amount", "outcome", "score"], 1.0), country="DE")


def _odd_numbers(log: pd.DataFrame) -> pd.DataFrame:
    odd = np.resize([np.inf, -np.inf, np.nan, -1e300, 1e300, 0.0], len(log))
    return log.assign(seconds=odd, score=odd, outcome=odd)


SHAPES: dict[str, Callable[[pd.DataFrame], pd.DataFrame]] = {
    "as it is": lambda log: log,
    "empty": _empty,
    "one row": _one,
    "all missing": _missing,
    "constant": _constant,
    "odd numbers": _odd_numbers,
}


@pytest.fixture(scope="module")
def engine() -> Iterator[Engine]:
    with Engine() as engine:
        yield engine


@pytest.fixture(scope="module")
def views(
    engine: Engine, model: Model, tmp_path_factory: pytest.TempPathFactory
) -> dict[str, View]:
    """Views of many shapes, each with a picked decision."""
    made: dict[str, View] = {}
    folder = tmp_path_factory.mktemp("views")
    whole = {
        "adverse": ("review",),
        "rule": RULE,
        "model": model,
        "reference": training(),
        "reference_roles": {"outcome": "y"},
        "segments": ("country", "version"),
        "components": ("recommender",),
    }
    for name, shape in SHAPES.items():
        log = shape(requests())
        given = whole | {
            "ui_events": (shown(log),) if len(log) else (),
            "ui_roles": (UI_ROLES,) if len(log) else (),
            "pick": 0 if len(log) else None,
        }
        made[name] = view_of(engine, folder / name, log, ROLES, **given)
    log = requests()
    made["picked by an event"] = view_of(
        engine,
        folder / "event",
        log,
        ROLES,
        **whole,
        ui_events=(shown(log),),
        ui_roles=(UI_ROLES,),
        pick_event=(0, 305),
    )
    answers = Answers("last seen", "no", "a pair of shoes", "the shop’s editor")
    brief = replace(made["as it is"].case.brief, answers=answers)
    made["a person's word"] = replace(
        made["as it is"], ui_events=(), case=replace(made["as it is"].case, brief=brief)
    )
    made["no reference"] = replace(made["as it is"], reference=None, reference_inputs={})
    made["no model"] = replace(made["as it is"], model=None)
    made["no rule"] = replace(made["as it is"], case=replace(made["as it is"].case, rule=None))
    made["nothing at all"] = view_of(engine, folder / "nothing", None, {})
    made["hostile names"] = _hostile(engine, folder / "hostile", HOSTILE)
    made["names that queries use"] = _hostile(engine, folder / "short", ("x", "n", "v", "k"))
    made["a column twice"] = _twice(engine, folder / "twice", whole)
    return made


def _hostile(engine: Engine, folder: Path, names: tuple[str, ...]) -> View:
    """Names of columns and values that break careless SQL and HTML; roles too."""
    columns = dict(zip(["seconds", "amount", "country", "version"], names, strict=True))
    reference = training().rename(columns=columns)
    log = requests().rename(columns=columns)
    log[names[2]] = np.resize(["DE'", '<b>"FR"</b>', "K\nE", "日本"], len(log))
    inputs = {name: columns[name] for name in ("seconds", "amount", "country")}
    events = shown(log).rename(columns={"component": "com\"po'nent", "title": "<i>t</i>"})
    events["<i>t</i>"] = "'; DROP TABLE log --"
    roles = UI_ROLES | {"component": "com\"po'nent", "title": "<i>t</i>"}
    return view_of(
        engine,
        folder,
        log,
        ROLES,
        adverse=("review",),
        rule=RULE,
        reference=reference,
        reference_roles={"outcome": "y"},
        inputs=inputs,
        segments=(names[2], names[3]),
        ui_events=(events,),
        ui_roles=(roles,),
        components=("reco'mmender",),
        pick=2,
    )


def _twice(engine: Engine, folder: Path, whole: dict[str, object]) -> View:
    log = requests().assign(country_copy=lambda frame: frame["country"])
    given = whole | {"segments": ("country", "country_copy", "version"), "pick": 7}
    return view_of(engine, folder, log, ROLES, **given)


NAMES = (
    *SHAPES,
    "picked by an event",
    "a person's word",
    "no reference",
    "no model",
    "no rule",
    "nothing at all",
    "hostile names",
    "names that queries use",
    "a column twice",
)


@pytest.fixture(scope="module")
def contents(views: dict[str, View]) -> dict[str, list[pa.Table]]:
    """What each view held before any check looked at it."""
    return {name: _content(view) for name, view in views.items()}


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("check", CHECKS, ids=lambda check: check.id)
def test_every_check_answers_and_twice_the_same(
    check: Check, name: str, views: dict[str, View], contents: dict[str, list[pa.Table]]
) -> None:
    view = views[name]
    findings = check.run(view, Task())
    cannot_look = any(not view.has(role) for role in check.needs)
    assert findings or cannot_look, "silence is no answer"
    if view.log is not None:
        view.log.engine.decided.clear()  # what is kept would be the same of course
    assert to_json(list(check.run(view, Task()))) == to_json(list(findings))
    assert _content(view) == contents[name], "a check reads and never writes"
    assert len({finding.id for finding in findings}) == len(findings)
    for finding in pictured(findings):
        _is_sound(check, finding)


def _content(view: View) -> list[pa.Table]:
    tables = (view.log, view.reference, *view.ui_events)
    return [t.query("SELECT * FROM {t} ORDER BY fw_row") for t in tables if t is not None]


def _is_sound(check: Check, finding: Finding) -> None:
    assert finding.check == check.id
    assert finding.id == check.id or finding.id.startswith(check.id + "/")
    assert finding.family == check.family
    assert finding.verdict in VERDICTS
    assert finding.sentence.strip() == finding.sentence
    assert finding.sentence
    assert finding.n >= 0
    assert "nan" not in finding.sentence.split()
    if finding.verdict == "cannot tell":
        assert finding.would_need, f"{finding.id} does not say what would tell"
    if finding.cause is not None:
        assert finding.verdict == "supports"
        assert finding.cause.cause in check.causes
        assert finding.cause.statement
        assert 0 <= finding.cause.rows_changed <= finding.cause.rows_in_scope
    again = msgspec.json.decode(msgspec.json.encode(finding), type=Finding)
    assert msgspec.json.encode(again) == msgspec.json.encode(finding)


@pytest.mark.parametrize("check", CHECKS, ids=lambda check: check.id)
def test_every_check_stops_when_cancelled(check: Check, views: dict[str, View]) -> None:
    task = Task()
    task.cancel()
    start = time.monotonic()
    with pytest.raises(Cancelled):
        check.run(views["as it is"], task)
    assert time.monotonic() - start < 0.5


@pytest.mark.parametrize("check", CHECKS, ids=lambda check: check.id)
def test_every_check_says_what_it_is(check: Check) -> None:
    assert check.suspicion.endswith(".")
    assert check.covers
    assert check.does_not_cover
    assert check.minimum


def test_the_builder_refuses_what_it_does_not_know() -> None:
    with pytest.raises(TypeError):
        Given(segment=("country",))  # type: ignore[call-arg]
