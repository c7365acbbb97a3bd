"""What closing asks for: every guard, how it is met or let go, and what a strict case does."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from investigators import desk
from investigators.board import (
    ENDINGS,
    Board,
    Ending,
    EndingKind,
    RuledOut,
    Waiver,
    WhyAnswer,
)
from investigators.case import Action
from investigators.evidence import NotRun
from investigators.guards import closed, wording_gap
from investigators.investigation import Investigation
from investigators.playbook import playbooks, read_playbook
from investigators.trouble import InputTrouble
from investigators.why_tree import FIRST, FIRST_UNNOTICED, Gap, claim_of
from tests.investigators.report import report_cases

SCALE, COMPONENT = "input_units.scale_change", "ui_context.component"
REPRODUCED = "data_assumptions.score_reproduced"
UNNOTICED = WhyAnswer(FIRST_UNNOTICED, "nobody watched it")


def missing(found: Investigation, board: Board, ending: EndingKind | None = None) -> dict[str, str]:
    gaps = desk.standing(replace(found, board=board)).tree.missing(ending)
    return {gap.key: gap.words for gap in gaps}


def answered(found: Investigation) -> Board:
    lead = found.leads[0]
    board = Board().answered(WhyAnswer(FIRST, "in ms", lead.id, claim_of(lead)))
    return board.answered(UNNOTICED)


@pytest.fixture(scope="module")
def shop() -> Investigation:
    found = report_cases.shop()
    return replace(found, not_run=())


def test_a_leg_is_answered_or_waived(shop: Investigation) -> None:
    assert {FIRST, FIRST_UNNOTICED} <= missing(shop, Board()).keys()
    board = Board().with_waiver(Waiver(FIRST, "known already"))
    assert FIRST not in missing(shop, board)
    assert FIRST_UNNOTICED not in missing(shop, board.answered(UNNOTICED))


def test_an_answer_whose_lead_is_gone_is_stale(shop: Investigation) -> None:
    gone = replace(shop, leads=(replace(shop.leads[0], cause="drift-of-the-world"),))
    words = missing(gone, answered(shop))
    assert words["stale W1"] == "W1: its answer names a lead that no longer stands"
    assert "stale W1" not in missing(shop, answered(shop))


def test_what_must_not_be_missed_is_settled(shop: Investigation) -> None:
    open_board = Board().with_waiver(Waiver(FIRST, "x"))
    assert "must not be missed" in missing(shop, open_board)[SCALE]
    assert SCALE not in missing(shop, answered(shop)), "it is confirmed"
    assert SCALE not in missing(shop, open_board.with_ruling(RuledOut(SCALE, "no")))
    assert SCALE not in missing(shop, open_board.with_waiver(Waiver(SCALE, "no")))
    group = "subgroup_performance.this_group"
    assert group not in missing(shop, open_board), "no playbook calls it that"


def test_a_check_that_did_not_run_is_waived(shop: Investigation) -> None:
    absent = replace(shop, not_run=(NotRun(COMPONENT, "no UI events", "UI events", "please"),))
    board = answered(shop)
    assert missing(absent, board)[COMPONENT] == "component: not run, not waived"
    assert COMPONENT not in missing(absent, board.with_waiver(Waiver("ui_context", "none kept")))


def test_every_finding_has_an_action_or_a_decision(shop: Investigation) -> None:
    board, lead = answered(shop), shop.leads[0]
    assert claim_of(lead) not in missing(shop, board), "actions are proposed for it"
    taken = tuple(Action(a.id, "", a.kind) for a in desk_actions(shop))
    bare = replace(shop, case=replace(shop.case, actions=taken))
    assert missing(bare, board)[claim_of(lead)] == "L1: neither an action nor a decision"
    decided = board.with_waiver(Waiver(claim_of(lead), "the release is rolled back"))
    assert claim_of(lead) not in missing(bare, decided)
    own = (*taken, Action("A9", "Call the owner.", "this case"))
    called = replace(shop, case=replace(shop.case, actions=own))
    assert claim_of(lead) not in missing(called, board)


def desk_actions(found: Investigation) -> tuple[Action, ...]:
    from investigators.report.actions import actions

    return actions(found)


def test_causes_found_asks_for_confirmed_ones(shop: Investigation) -> None:
    assert missing(shop, Board(), "causes found")["cause"] == "no why is answered with a lead"
    assert "cause" not in missing(shop, Board(), "contributing causes found")
    lead = replace(shop.leads[0], strength="weak", repair=None, corroborations=())
    weak = replace(shop, leads=(lead,))
    key = f"confirm {claim_of(lead)}"
    for ending in ENDINGS:
        asked = missing(weak, answered(weak), ending)
        assert (key in asked) == (ending in ("causes found", "contributing causes found")), ending
    assert (
        "L1 is supported, not confirmed: one sign"
        in missing(weak, answered(weak), "causes found")[key]
    )


def test_nothing_is_missing_in_a_case_that_is_done(shop: Investigation) -> None:
    board = answered(shop).with_waiver(Waiver(REPRODUCED, "this made-up case has none"))
    assert missing(shop, board, "causes found") == {}


def test_the_wording_is_a_guard_that_can_be_overridden() -> None:
    assert wording_gap(Board(), ()) == ()
    (gap,) = wording_gap(Board(), ("root cause", "because"))
    assert gap.words == "wording: 2 places to look at, the first “root cause”"
    assert wording_gap(Board().with_waiver(Waiver(gap.key, "quoted")), ("root cause",)) == ()


def test_the_wording_of_a_report_is_asked(shop: Investigation) -> None:
    assert desk.wording(shop) == ()
    blaming = (Action("A1", "Ask the root cause of human error.", "this case"),)
    (gap,) = desk.wording(replace(shop, case=replace(shop.case, actions=blaming)))
    assert gap.about == "report"


def test_guards_warn_and_block_where_the_case_is_strict() -> None:
    gap = Gap("x", "something: not done")
    ending = Ending("causes found", "2026-01-31")
    warned = closed(Board(), ending, (gap,)).ending
    assert warned is not None
    assert (warned.missing, warned.strict) == (("something: not done",), False)
    with pytest.raises(InputTrouble, match="something: not done"):
        closed(Board(strict=True), ending, (gap,))
    blocked = closed(Board(strict=True), ending, ()).ending
    assert blocked is not None
    assert (blocked.missing, blocked.strict) == ((), True)


def test_an_ending_is_complete_or_refused() -> None:
    designed = Ending("works as designed", "2026-01-31")
    assert designed.lacks() == (
        "Decided by", "How many decisions are like this one", "To be looked at again on",
    )  # fmt: skip
    whole = replace(designed, whom="the owner of the rule", similar=0, review="2027-01-31")
    assert closed(Board(), whole, ()).ending == whole
    with pytest.raises(InputTrouble, match="Decided by"):
        closed(Board(), designed, ())
    for kind in ENDINGS:
        full = Ending(kind, "2026-01-31", "w", "x", 3, "2027-01-31", "y")
        assert full.lacks() == ()


def test_a_playbook_is_chosen_by_hand(shop: Investigation) -> None:
    tree = desk.standing(shop).tree
    (on,) = [offer for offer in tree.offers if offer.chosen]
    assert on.why
    other = desk.standing(replace(shop, board=Board(playbook="sudden_change"))).tree
    assert other.playbook == playbooks()["sudden_change"].title
    assert [offer.name for offer in other.offers if offer.chosen] == ["sudden_change"]
    assert [offer.name for offer in other.offers if offer.why] == [on.name]
    worded = {rival.id: rival.words for rival in other.whys[0].rivals}
    assert worded[SCALE] == "Since that day an input arrives in another unit or scale"
    assert worded.keys() == {rival.id for rival in tree.whys[0].rivals}, "it hides none"
    unknown = desk.standing(replace(shop, board=Board(playbook="of another version"))).tree
    assert unknown.playbook == tree.playbook


def test_what_must_not_be_missed_is_a_rival_of_the_playbook(root: Path, tmp_path: Path) -> None:
    good = (root / "resources" / "playbooks" / "wrong_item.yaml").read_text("utf-8")
    bad = tmp_path / "own.yaml"
    bad.write_text(good.replace("must_not_miss: [", "must_not_miss: [no.such, "), "utf-8")
    with pytest.raises(InputTrouble, match=r"no\.such"):
        read_playbook(bad)
