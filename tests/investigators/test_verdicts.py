"""Contract words: statuses of families, conclusions, strength and rank of leads, symptoms."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from investigators.case import Decision
from investigators.evidence import (
    FAMILIES,
    Cause,
    CheckAnswer,
    Condition,
    Family,
    FamilyAnswer,
    Finding,
    Lead,
    Map,
    NoTransform,
    NotRun,
    Onset,
    RepairResult,
    Reproduced,
    Scale,
    Strength,
    Verdict,
)
from investigators.leads import Candidate, _wider_first, rank
from investigators.repair import Replay
from investigators.tables.table import Engine
from investigators.task import Task
from investigators.verdicts import STANDS, conclude, families, overall, standing
from investigators.view import View
from tests.investigators.views import view_of

UNITS: Family = "input_units"
DATA: Family = "data_assumptions"


def finding(verdict: Verdict, family: Family = UNITS, name: str = "x", **more: Any) -> Finding:
    check = f"{family}.check"
    sentence = f"{name} {verdict}."
    return Finding(f"{check}/{name}", check, family, verdict, (name,), sentence, 10, **more)


def answer(verdict: Verdict, family: Family = UNITS, need: str | None = None) -> CheckAnswer:
    return CheckAnswer(f"{family}.check", family, verdict, "said", "much", "more", need)


def cause(**more: Any) -> Cause:
    values: dict[str, Any] = {
        "cause": "input-unit-or-scale",
        "features": ("x",),
        "transform": NoTransform(),
        "segment": None,
        "onset": None,
        "onset_known": False,
        "end": None,
        "ongoing": None,
        "rows_in_scope": 100,
        "rows_changed": 100,
        "concerns_decision": True,
    }
    return Cause(**values | more)


def result(*, flips: bool | None = None, restores: bool | None = None, n: int = 0) -> RepairResult:
    return RepairResult(n, 0, n, 0, 0.1, "accept", flips, -0.1, restores_range=restores)


def candidate(
    repair: RepairResult | None = None, found: Finding | None = None, **of_cause: Any
) -> Candidate:
    done = None if repair is None else Replay(None, {}, repair, None, None, None)  # type: ignore[arg-type]
    return Candidate(found or finding("supports"), cause(**of_cause), done)


def lead(strength: Strength = "strong", family: Family = UNITS, *, ours: bool = True) -> Lead:
    return Lead(
        id="L1",
        rank=1,
        family=family,
        cause="input-unit-or-scale",
        features=("x",),
        transform=NoTransform(),
        segment=None,
        onset=Onset(None, None),
        onset_known=False,
        end=None,
        ongoing=None,
        rows_in_scope=1,
        rows_changed=1,
        rows_changed_interval=None,
        share_of_log=0.1,
        repair=None,
        strength=strength,
        corroborations=(),
        concerns_this_decision=ours,
        statement="x is wrong.",
        findings=("input_units.check/x",),
    )


# Strength: supported; proved by repair or record; seconded by an independent sign.
STRENGTHS: list[tuple[Strength, Candidate]] = [
    ("weak", candidate()),
    ("weak", candidate(result())),
    ("weak", candidate(result(flips=False, restores=False))),
    ("moderate", candidate(result(flips=True))),
    ("moderate", candidate(result(restores=True))),
    ("moderate", candidate(corroborations=("a release",))),
    ("moderate", candidate(exact_record=True)),
    ("moderate", candidate(exact_record=True, concerns_decision=False)),
    ("strong", candidate(result(flips=True), corroborations=("a release",))),
    ("strong", candidate(result(restores=True), corroborations=("a release",))),
    ("strong", candidate(exact_record=True, corroborations=("all impressions",))),
    # a flip is about this decision: a cause that does not concern it proves nothing by one
    ("weak", candidate(result(flips=True, restores=True), concerns_decision=False)),
    (
        "moderate",
        candidate(result(flips=True), concerns_decision=False, corroborations=("a release",)),
    ),
]


def test_a_move_of_the_world_stands_behind_every_fault() -> None:
    world = candidate(cause="drift-of-the-world")
    fault = candidate(concerns_decision=False)
    assert sorted([world, fault], key=Candidate.order) == [fault, world]


def test_a_move_of_the_world_is_no_fault() -> None:
    """It is said, and it is not what keeps a case from "no fault found"."""
    drift = finding("supports", family="data_assumptions", cause=cause(cause="drift-of-the-world"))
    answers = families([], [finding("speaks against"), drift], [])
    assert answers["data_assumptions"].status == "cannot tell"
    assert answers["data_assumptions"].sentence.startswith("No fault stands, but the world moved")
    conclusion, words = conclude([], answers, SAME, [])
    assert conclusion == "no fault found"
    assert "the world moved (1 input)" in words


@pytest.mark.parametrize(("strength", "one"), STRENGTHS)
def test_strength_of_a_lead(strength: Strength, one: Candidate) -> None:
    assert one.strength == strength


@pytest.mark.parametrize("strength", ["strong", "moderate", "weak"])
@pytest.mark.parametrize("ours", [True, False])
def test_what_stands(strength: Strength, ours: bool) -> None:
    assert standing(lead(strength, ours=ours)) == (ours and strength != "weak")


def status(
    leads: Sequence[Lead] = (),
    found: Sequence[Finding] = (),
    checks: Sequence[CheckAnswer] = (),
    family: Family = UNITS,
) -> FamilyAnswer:
    answers = families(leads, found, checks)
    assert tuple(answers) == FAMILIES
    return answers[family]


def test_finding_is_a_lead_that_stands() -> None:
    assert status([lead("moderate")], [finding("supports")]) == FamilyAnswer(
        "finding", "x is wrong."
    )


@pytest.mark.parametrize("one", [lead("weak"), lead("strong", ours=False)])
def test_what_supports_without_standing_is_said(one: Lead) -> None:
    found = status([one], [finding("supports"), finding("speaks against", name="y")])
    assert found.status == "cannot tell"
    assert "x supports." in found.sentence


def test_symptom_is_explained_elsewhere() -> None:
    explained = [
        finding("supports", DATA, explained_by="L1"),
        finding("supports", DATA, "y", explained_by="L1"),
        finding("speaks against", DATA, "z"),
    ]
    one = status([lead()], explained, family=DATA)
    assert one == FamilyAnswer("symptom", "2 findings vanish with the repair of L1.")
    single = status([lead()], explained[:1], family=DATA)
    assert single.sentence == "1 finding vanishes with the repair of L1."


def test_one_thing_unexplained_is_no_symptom() -> None:
    mixed = [finding("supports", explained_by="L1"), finding("supports", name="y")]
    found = status((), mixed)
    assert found.status == "cannot tell"
    assert "y supports." in found.sentence


def test_clear_needs_one_that_saw_and_none_that_supports() -> None:
    seen = [finding("speaks against"), finding("cannot tell", name="y")]
    assert status((), seen, [answer("speaks against")]).status == "clear"
    assert status((), seen[1:], [answer("cannot tell", need="more rows")]) == FamilyAnswer(
        "cannot tell", "No check of Input units could answer; it would need more rows."
    )


@pytest.mark.parametrize("verdict", ["cannot tell", "does not apply", "error"])
def test_what_saw_nothing_clears_nothing(verdict: Verdict) -> None:
    assert status((), [finding(verdict)], [answer(verdict)]).status == "cannot tell"


def test_a_family_without_findings_cannot_tell() -> None:
    assert status().sentence == "No check of Input units could answer."


SAME = Reproduced("reproduced", "identity", 0.0, 10, 10, 0, 0.0, "It is the same.")
DIFFERS = replace(SAME, verdict="differs", sentence="It differs on 3 of 10 rows.")


def concluded(
    leads: Sequence[Lead] = (),
    reproduced: Reproduced | None = SAME,
    not_run: Sequence[NotRun] = (),
    decision: Decision | None = None,
    **statuses: tuple[Any, str],
) -> tuple[str, str]:
    answers = {family: FamilyAnswer("clear", "Nothing stands.") for family in FAMILIES}
    answers |= {k: FamilyAnswer(*v) for k, v in statuses.items()}  # type: ignore[misc]
    return conclude(leads, answers, reproduced, not_run, decision)


def test_lead() -> None:
    assert concluded([lead()]) == ("lead", "Strong lead: x is wrong.")
    assert concluded([lead("weak"), lead("moderate")])[1].startswith("Moderate lead")


@pytest.mark.parametrize("one", [lead("weak"), lead("strong", ours=False)])
def test_a_lead_that_does_not_stand_concludes_nothing(one: Lead) -> None:
    assert concluded([one])[0] == "no fault found"


def test_a_decision_without_a_row_is_not_determined() -> None:
    """That the other rows are in order says nothing of an impression whose request is not there."""
    there, absent = (Decision("e1", "ui_events", row) for row in (3, None))
    assert concluded(decision=there)[0] == "no fault found"
    conclusion, sentence = concluded(decision=absent)
    assert conclusion == "not determined"
    assert "No row of the log is known to be this decision" in sentence


def test_a_check_that_failed_is_never_no_fault_found() -> None:
    def told(family: Family) -> tuple[str, str]:
        answers = {each: FamilyAnswer("clear", "Nothing stands.") for each in FAMILIES}
        return conclude((), answers, SAME, (), None, (answer("error", family),))

    for family in (UNITS, DATA):
        conclusion, sentence = told(family)
        assert conclusion == "not determined"
        assert f"{family}.check: said." in sentence
    said, words = told("ui_context")
    assert said == "no fault found", "nothing that this stands on"
    assert "Ended in an error of this program: check." in words, "but nobody is to miss it"


def test_what_stands_weakly_is_said_beside_no_fault_found() -> None:
    stands = ("cannot tell", f"{STANDS}: A person says that another box showed this.")
    conclusion, sentence = concluded(ui_context=stands)
    assert conclusion == "no fault found"
    assert "A person says that another box showed this." in sentence
    assert "Not checked" not in sentence


@pytest.mark.parametrize("verdict", ["reproduced", "reproduced after mapping"])
def test_no_fault_found(verdict: Any) -> None:
    assert concluded(reproduced=replace(SAME, verdict=verdict)) == (
        "no fault found",
        "No fault found in what was checked.",
    )


def test_no_fault_found_names_what_was_not_checked() -> None:
    gaps = {"ui_context": ("cannot tell", "-"), "subgroup_performance": ("cannot tell", "-")}
    ending, sentence = concluded(**gaps)  # type: ignore[arg-type]
    assert ending == "no fault found"
    assert "Not checked, for want of data: UI context, Subgroup performance." in sentence


@pytest.mark.parametrize("family", [UNITS, DATA])
def test_one_of_the_two_may_be_blind_where_nothing_stands(family: Family) -> None:
    assert concluded(**{family: ("cannot tell", "No check could answer.")})[0] == "no fault found"


@pytest.mark.parametrize("family", [UNITS, DATA])
def test_what_stands_there_is_no_all_clear(family: Family) -> None:
    stands = status((), [finding("supports", family)], family=family)
    ending, sentence = concluded(**{family: (stands.status, stands.sentence)})
    assert ending == "not determined"
    assert "x supports." in sentence


def test_not_determined_without_the_score() -> None:
    assert concluded(reproduced=DIFFERS)[0] == "not determined"
    assert "It differs on 3 of 10 rows." in concluded(reproduced=DIFFERS)[1]
    unseen = replace(SAME, verdict="cannot tell", sentence="There is no model.")
    assert concluded(reproduced=unseen)[0] == "not determined"
    assert "not compared" in concluded(reproduced=None)[1]


def test_not_determined_when_both_are_blind() -> None:
    blind = ("cannot tell", "No check could answer.")
    not_run = [NotRun("input_units.scale_change", "no log was given", "the log", "Send it.")]
    ending, sentence = concluded(not_run=not_run, input_units=blind, data_assumptions=blind)
    assert ending == "not determined"
    assert "input_units.scale_change: no log was given" in sentence
    assert "Input units, Data assumptions" in sentence


@pytest.mark.parametrize(
    ("verdicts", "speaks"),
    [
        (("cannot tell", "speaks against"), "speaks against"),
        (("speaks against", "supports", "cannot tell"), "supports"),
        (("supports", "error"), "error"),
        (("does not apply", "cannot tell"), "cannot tell"),
    ],
)
def test_which_finding_speaks_for_a_check(verdicts: tuple[Verdict, ...], speaks: Verdict) -> None:
    found = [finding(verdict, name=str(k)) for k, verdict in enumerate(verdicts)]
    assert overall(found).verdict == speaks


def test_this_decision_speaks_first() -> None:
    other, mine = finding("supports"), finding("supports", name="y", concerns_decision=True)
    assert overall([other, mine]) is mine


@pytest.fixture
def view(tmp_path: Path) -> Iterator[View]:
    log = pd.DataFrame({"id": [f"r{k}" for k in range(100)], "app": ["a"] * 60 + ["b"] * 40})
    with Engine() as engine:
        yield view_of(engine, tmp_path, log, {"id": "id"})


def supported(name: str, **of_cause: Any) -> Finding:
    of_cause.setdefault("features", (name,))
    return finding("supports", name=name, cause=cause(**of_cause))


def ranked(view: View, *found: Finding) -> list[tuple[str, int, tuple[str, ...], Strength]]:
    leads = rank(view, found, lambda *_: (), Task()).leads
    return [(one.id, one.rank, one.findings, one.strength) for one in leads]


def test_ties_share_a_rank(view: View) -> None:
    seconded = {"corroborations": ("a release",)}
    found = (
        supported("weak"),
        supported("b", **seconded),
        supported("a", **seconded),
        supported("record", exact_record=True, **seconded),
    )
    assert ranked(view, *found) == [
        ("L1", 1, ("input_units.check/record",), "strong"),
        ("L2", 2, ("input_units.check/a",), "moderate"),
        ("L3", 2, ("input_units.check/b",), "moderate"),
        ("L4", 4, ("input_units.check/weak",), "weak"),
    ]


def test_order_does_not_depend_on_the_order_of_findings(view: View) -> None:
    found = [supported(name) for name in "cab"]
    assert ranked(view, *found) == ranked(view, *reversed(found))


def test_what_concerns_this_decision_comes_first(view: View) -> None:
    strong = supported("far", exact_record=True, corroborations=("a", "b"), concerns_decision=False)
    assert [line[2] for line in ranked(view, strong, supported("near"))] == [
        ("input_units.check/near",),
        ("input_units.check/far",),
    ]


def test_findings_of_the_same_rows_are_one_lead(view: View) -> None:
    of_a = (Condition("app", equals="a"),)
    same = [supported(name, features=("x",), segment=of_a) for name in ("p", "q")]
    apart = supported("r", features=("x",), segment=(Condition("app", equals="b"),))
    other = supported("s", features=("y",), segment=of_a)
    assert [line[2] for line in ranked(view, *same, apart, other)] == [
        ("input_units.check/p", "input_units.check/q"),
        ("input_units.check/r",),
        ("input_units.check/s",),
    ]


def test_a_map_with_more_pairs_goes_before_a_part_of_it(view: View) -> None:
    one, both = Map((("x ", "x"),)), Map((("x ", "x"), ("y ", "y")))
    part = supported("a", features=("x",), transform=one, rows_changed=17)
    whole = supported("b", features=("x",), transform=both, rows_changed=25, segment=(
        Condition("app", equals="a"),))  # fmt: skip
    assert ranked(view, part, whole)[0][2] == ("input_units.check/b",)


def test_a_clock_goes_before_what_its_turn_made_of_some_hours() -> None:
    hour = (Condition("time", part="hour", within=(16,), zone="UTC"),)
    of_hours = candidate(transform=Scale(0.1), segment=hour, rows_changed=24)
    turned = Map(((0.0, 15.0), (1.0, 16.0)))
    clock = candidate(cause="input-time-shift", transform=turned, rows_changed=253)
    assert _wider_first([of_hours, clock]) == [clock, of_hours]
    of_an_app = candidate(
        transform=Scale(0.1), segment=(Condition("app", equals="a"),), rows_changed=24
    )
    assert _wider_first([of_an_app, clock]) == [of_an_app, clock]


def test_of_leads_that_tie_the_one_that_names_an_input_goes_first(view: View) -> None:
    here = (Condition("app", equals="a"),)
    group = supported("a", features=(), cause="sample-or-subgroup", segment=here)
    told_by = supported("b", features=("x",), cause="sample-or-subgroup", segment=here)
    assert [line[1:3] for line in ranked(view, group, told_by)] == [
        (1, ("input_units.check/b",)),
        (1, ("input_units.check/a",)),
    ]


def test_what_only_restates_a_value_joins_the_lead_that_places_it(tmp_path: Path) -> None:
    log = pd.DataFrame({"app": ["a"] * 60 + ["b"] * 40, "x": ["1"] * 62 + [None] * 38})
    here = (Condition("app", equals="b"),)
    itself = (Condition("x", missing=True),)
    placed = supported("placed", features=("x",), segment=here)
    restated = supported("row", features=("x",), segment=itself, corroborations=("a first",))
    of_other = supported("other", features=("y",), segment=itself, corroborations=("a second",))
    elsewhere = supported("far", features=("x",), segment=(Condition("app", equals="a"),))
    with Engine() as engine:
        view = view_of(engine, tmp_path, log, {})
        assert ranked(view, restated, placed, of_other) == [
            ("L1", 1, ("input_units.check/other",), "moderate"),
            ("L2", 1, ("input_units.check/placed", "input_units.check/row"), "moderate"),
        ]
        assert len(ranked(view, restated, elsewhere)) == 2


def test_segments_of_the_ui_events_are_no_columns_of_the_log(view: View) -> None:
    shown = supported(
        "box", features=(), segment=(Condition("component", equals="tips"),), exact_record=True
    )
    group = supported("group", features=(), segment=(Condition("app", equals="a"),))
    assert len(ranked(view, shown, group)) == 2


def test_only_findings_with_a_cause_become_leads(view: View) -> None:
    assert ranked(view, finding("supports"), finding("speaks against", cause=cause())) == []
