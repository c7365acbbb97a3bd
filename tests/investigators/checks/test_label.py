"""Outcomes: turned, lost, late, of one decision, known to an input; a moved world is none of it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from investigators import desk
from investigators.checks.data_assumptions.label import CHECK, run
from investigators.clock import moment
from investigators.evidence import Condition, Finding, NoTransform
from investigators.tables.table import Engine
from investigators.task import Task
from investigators.view import View
from tests.investigators import parcels
from tests.investigators.checks.pictures import pictured, strip_of
from tests.investigators.checks.with_outcomes import FAULTS, TWINS, World, changed, seen, world

ROWS = 4_000


@pytest.fixture
def engine() -> Iterator[Engine]:
    with Engine() as one:
        yield one


def looks(view: View) -> dict[str, Finding]:
    """Findings by look."""
    return {f.id.removeprefix(f"{CHECK.id}/"): f for f in pictured(run(view, Task()))}


def supporting(found: dict[str, Finding]) -> list[str]:
    return [name for name, f in found.items() if f.verdict == "supports"]


@pytest.mark.parametrize("kind", FAULTS)
def test_what_is_wrong_with_outcomes_is_found(engine: Engine, tmp_path: Path, kind: str) -> None:
    found = looks(seen(engine, tmp_path, changed(kind, 11, ROWS)))
    look = FAULTS[kind][0]
    assert supporting(found) == [look]
    cause = found[look].cause
    assert cause is not None
    assert cause.cause == "label-or-target"
    assert cause.transform == NoTransform()
    assert found[look].charts


@pytest.mark.parametrize("kind", TWINS)
def test_what_is_right_is_left_alone(engine: Engine, tmp_path: Path, kind: str) -> None:
    assert supporting(looks(seen(engine, tmp_path, changed(kind, 12, ROWS)))) == []


def test_turned_outcomes_are_placed(engine: Engine, tmp_path: Path) -> None:
    made = changed("turned in an app since a day", 13, ROWS)
    rows = np.flatnonzero(made.app & made.late)
    found = looks(seen(engine, tmp_path, made, pick=int(rows[-5])))["turned"]
    cause = found.cause
    assert cause is not None
    assert cause.segment == (Condition("app", equals="b"),)
    assert cause.onset is not None
    assert cause.onset.earliest is not None
    assert cause.onset.latest is not None
    began = made.log["time"][rows[0]]
    assert abs(pd.Timestamp(moment(cause.onset.latest)) - began) < pd.Timedelta(days=made.days / 20)
    assert cause.concerns_decision
    assert 0.9 * rows.size < cause.rows_changed < 1.1 * rows.size
    assert "every other outcome tells the same" in cause.corroborations[0]
    assert "agree with the turned score" in found.sentence


def test_a_moved_world_is_said_to_be_one(engine: Engine, tmp_path: Path) -> None:
    found = looks(seen(engine, tmp_path, changed("many more positives since a day", 14, ROWS)))
    assert found["turned"].verdict == "speaks against"
    assert "the world has moved" in found["turned"].sentence


def _older(made: World) -> World:
    """The same with outcomes that come after ten days on average."""
    made.lose(made.random.exponential(10, len(made.log)) > made.age)
    return made


def test_a_delay_says_since_when_nothing_can_be_judged(engine: Engine, tmp_path: Path) -> None:
    made = world(15, ROWS)
    made.log["time"] = made.log["time"].min() + pd.to_timedelta(np.arange(ROWS) / 20, unit="D")
    view = seen(engine, tmp_path / "old", _older(made), pick=3)
    found = looks(view)["delay"]
    assert found.verdict == "speaks against"
    assert "cannot be judged by outcomes yet" in found.sentence
    # 95 % of an exponential delay of ten days are there after 30 days
    assert found.effect["days"] == pytest.approx(30, rel=0.35)
    newest = int(np.flatnonzero(made.log["outcome"].isna())[-1])
    own = looks(seen(engine, tmp_path / "new", made, pick=newest))["delay"]
    assert own.verdict == "cannot tell"
    assert "The outcome of this decision is not known yet" in own.sentence


def test_a_stop_of_all_has_two_readings(engine: Engine, tmp_path: Path) -> None:
    found = looks(seen(engine, tmp_path, changed("all after a fixed time", 16, ROWS)))["delay"]
    assert found.verdict == "cannot tell"
    assert "Either they come at once after" in found.sentence
    assert found.ask is not None


@pytest.mark.parametrize("name", ["settled_at", "outcome_time", "x"])
def test_when_outcomes_were_known_is_a_column_by_what_it_holds(
    engine: Engine, tmp_path: Path, name: str
) -> None:
    made = changed("stopped, known when", 16, ROWS)
    (own,) = [
        column
        for column in made.log.select_dtypes("datetime").columns
        if made.log[column].isna().equals(made.log["outcome"].isna())
    ]
    made.log = made.log.rename(columns={own: name})
    found = looks(seen(engine, tmp_path, made))["delay"]
    assert found.verdict == "supports"
    assert "95 % of the outcomes were known within" in found.sentence


def test_a_source_of_outcomes_tells_when_they_were_known(tmp_path: Path) -> None:
    """Two lines of one request: its outcome counts from the first, and the latest is taken."""
    made = parcels.write(tmp_path / "in")
    live = made.live.iloc[::2]
    days = np.random.default_rng(5).uniform(1, 5, len(live))
    known = pd.to_datetime(live["created"]) + pd.to_timedelta(days, unit="D")
    first = pd.DataFrame({"parcel_no": live["parcel_no"], "late": live["late"], "told": known})
    again = first.iloc[:40].assign(told=first["told"] + pd.Timedelta(days=90))
    again["late"] = 1 - again["late"]
    told = pd.concat([again, first])
    told.to_csv(made.folder / "outcomes.csv", index=False, lineterminator="\n")
    case = made.case.read_text("utf-8")
    changed_ = case.replace('no", outcome = "late"', 'no", time = "told", outcome = "late"')
    made.case.write_text(changed_, encoding="utf-8")
    with desk.open_case(made.case) as opened:
        view = opened.settled().view
        found = next(f for f in pictured(run(view, Task())) if f.id.endswith("delay"))
        assert view.log is not None
        rows = view.log.query("SELECT fw_id, fw_outcome, fw_outcome_time FROM {t}").to_pandas()
    assert f"95 % of them came within {np.quantile(days, 0.95):.1f} days" in found.sentence
    by_id = rows.set_index("fw_id")
    assert (by_id.loc[again["parcel_no"], "fw_outcome"].to_numpy() == again["late"]).all()
    when = by_id.loc[first["parcel_no"], "fw_outcome_time"].to_numpy()
    meant = pd.to_datetime(first["told"], utc=True).dt.tz_localize(None).to_numpy()
    assert abs(when - meant).max() < np.timedelta64(1, "s")
    assert by_id["fw_outcome_time"].isna().sum() == len(by_id) - len(live)


def test_a_gap_is_placed(engine: Engine, tmp_path: Path) -> None:
    found = looks(seen(engine, tmp_path, changed("a gap in an app", 17, ROWS)))["delay"]
    assert found.cause is not None
    assert found.cause.segment == (Condition("app", equals="b"),)
    assert found.cause.onset is not None
    assert found.cause.end is not None
    assert "have one again" in found.sentence
    assert [mark.label for mark in strip_of(found).marks] == ["since here", "until here"]
    assert strip_of(found).unit.startswith("% of requests")


def test_outcomes_of_one_decision_are_a_limit(engine: Engine, tmp_path: Path) -> None:
    made = changed("selected", 18, ROWS)
    found = looks(seen(engine, tmp_path / "without", made))["chosen"]
    assert found.verdict == "speaks against"
    assert "whether review was right" in found.sentence
    assert "A live-test arm that lets a random part of review through" in found.sentence
    assert found.n == ROWS
    fair = world(18, ROWS)
    arm = np.arange(ROWS) % 4 == 0
    fair.log["arm"] = arm
    fair.lose(np.asarray(fair.log["decision"] == "review") & ~(arm & (np.arange(ROWS) % 60 == 0)))
    told = looks(seen(engine, tmp_path / "with", replace(fair, roles={"live_test": "arm"})))
    few = int(fair.log.loc[fair.log["decision"] == "review", "outcome"].notna().sum())
    words = "A live-test arm that lets" if few < 30 else "The live-test arm has"
    assert words in told["chosen"].sentence


def test_an_arm_that_lets_all_through_tells_of_those_scores(engine: Engine, tmp_path: Path) -> None:
    """Its requests carry the label of those accepted; their scores say whom they stand for."""
    fair = world(18, ROWS)
    arm = np.random.default_rng(2).random(ROWS) < 0.2
    refused = np.asarray(fair.log["decision"] == "review")
    fair.lose(refused & ~arm)
    fair.log["arm"] = arm
    fair.log.loc[arm, "decision"] = "accept"
    told = looks(seen(engine, tmp_path, replace(fair, roles={"live_test": "arm"})))
    scores = fair.log["score"]
    low, high = scores[refused & ~arm].quantile([0.05, 0.95])
    n = int((arm & scores.between(low, high)).sum())
    assert n >= 30
    assert f"The live-test arm has {n:,} of {n:,} requests of such scores with an outcome" in (
        told["chosen"].sentence
    )


@pytest.mark.parametrize("positive", [0.0, 1.0])
def test_outcomes_all_of_one_kind_are_against_the_scores(
    engine: Engine, tmp_path: Path, positive: float
) -> None:
    made = world(21, ROWS)
    made.log["outcome"] = np.where(made.log["outcome"].notna(), positive, np.nan)
    found = looks(seen(engine, tmp_path, made))["turned"]
    assert found.verdict == "supports"
    assert found.cause is not None
    assert found.cause.cause == "label-or-target"
    assert "those have not come yet, or the column is not the outcome" in found.sentence
    assert found.charts


def test_no_positive_outcome_among_small_scores_is_chance(engine: Engine, tmp_path: Path) -> None:
    made = world(22, ROWS)
    score = np.asarray(made.log["score"])
    low = score <= np.quantile(score, 0.02)
    assert score[low].sum() < 5
    made.log["outcome"] = np.where(low, 0.0, np.nan)
    found = looks(seen(engine, tmp_path, made)).get("turned")
    assert found is None or found.verdict == "cannot tell"


def test_an_input_that_tells_all_live_as_well_is_none(engine: Engine, tmp_path: Path) -> None:
    found = looks(seen(engine, tmp_path, changed("strong", 19, ROWS)))
    assert found["inputs/strong"].verdict == "speaks against"
    assert "It does so live as well" in found["inputs/strong"].sentence


def test_days_set_in_advance_are_not_told_apart(engine: Engine, tmp_path: Path) -> None:
    found = looks(seen(engine, tmp_path, changed("due days", 20, ROWS)))
    assert found["inputs/due"].verdict == "cannot tell"
    assert found["inputs/due"].ask is not None


def test_without_outcomes_it_cannot_tell(engine: Engine, tmp_path: Path) -> None:
    made = world(21, ROWS)
    made.log["outcome"] = np.nan
    found = looks(seen(engine, tmp_path, made))
    first = found[CHECK.id]
    assert first.verdict == "cannot tell"
    assert first.ask is not None
    assert "one row a decision with the log's id" in first.ask


@pytest.mark.parametrize("rows", [1, 8, 60, 150])
@pytest.mark.parametrize("kind", ["turned since a day", "a gap", "input knows, noise live"])
def test_a_handful_proves_nothing(engine: Engine, tmp_path: Path, kind: str, rows: int) -> None:
    made = changed(kind, 22, rows)
    made.training = made.training.head(rows // 4)
    assert supporting(looks(seen(engine, tmp_path, made))) == []


def test_a_log_without_times_or_training(engine: Engine, tmp_path: Path) -> None:
    made = changed("turned in an app", 23, ROWS)
    view = seen(engine, tmp_path, made)
    assert view.log is not None
    columns = tuple(c for c in view.log.columns if c.name != "fw_time")
    bare = replace(
        view, log=replace(view.log, columns=columns), reference=None, reference_inputs={}
    )
    found = looks(bare)
    assert supporting(found) == ["turned"]
    assert found["delay"].verdict == "cannot tell"
    assert found["inputs"].verdict == "cannot tell"


def test_an_outcome_that_is_a_value_has_no_other_side(engine: Engine, tmp_path: Path) -> None:
    made = changed("a gap", 24, ROWS)
    made.scale = "value"
    made.log["outcome"] *= 7.5
    found = looks(seen(engine, tmp_path, made))
    assert found["turned"].verdict == "does not apply"
    assert found["inputs"].verdict == "does not apply"
    assert supporting(found) == ["delay"]


def test_an_input_named_like_a_look(engine: Engine, tmp_path: Path) -> None:
    made = changed("input knows, noise live", 25, ROWS)
    made.log = made.log.rename(columns={"after": "delay"})
    made.training = made.training.rename(columns={"after": "delay"})
    found = run(seen(engine, tmp_path, made), Task())
    assert len({f.id for f in found}) == len(found)
    assert [f.about for f in found if f.verdict == "supports"] == [("delay",)]
