"""The five whys: rivals and where they stand, what confirms, the next why, coverage, streaming."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from investigators import desk, shelf
from investigators.board import Board, Fact, OwnRival, Parked, RuledOut, Waiver, WhyAnswer
from investigators.case import Case
from investigators.evidence import FAMILIES, FamilyAnswer, Finding, Lead, NotRun
from investigators.guards import missing_to_confirm
from investigators.playbook import playbooks, read_playbook
from investigators.report.plays import plays
from investigators.trouble import InputTrouble
from investigators.why_tree import FIRST, FIRST_UNNOTICED, GLYPHS, Progress, Rival, Tree, claim_of

SCALE, GROUP = "input_units.scale_change", "subgroup_performance.this_group"
COMPONENT = "ui_context.component"


@dataclass(frozen=True)
class Kept:
    """A finished investigation, and what a window knows of it."""

    case: Case
    progress: Progress
    lead: Lead

    def tree(self, board: Board | None = None, **changes: Any) -> Tree:
        return desk.whys(self.case, board or Board(), replace(self.progress, **changes))

    def rival(self, name: str, board: Board | None = None, **changes: Any) -> Rival:
        (found,) = [r for r in self.tree(board, **changes).whys[0].rivals if r.id == name]
        return found

    @property
    def answer(self) -> WhyAnswer:
        return WhyAnswer(FIRST, "", self.lead.id, claim_of(self.lead))


@pytest.fixture(scope="module")
def kept(root: Path) -> Kept:
    found = desk.load(root / "tests" / "data" / "version1.fifthwhy")
    return Kept(found.case, desk.progress_of(found), found.leads[0])


def _verdicts(progress: Progress, **verdicts: str) -> tuple[Any, ...]:
    """The answers with other verdicts: ``scale_change="cannot tell"``."""
    return tuple(
        replace(a, verdict=verdicts.get(a.id.partition(".")[2], a.verdict))
        for a in progress.answers
    )


def test_rivals_come_from_several_families(kept: Kept) -> None:
    first = kept.tree().whys[0]
    assert first.leg == "came about"
    assert len(first.rivals) == len(shelf.checks()) >= 3
    assert {rival.family for rival in first.rivals} == set(FAMILIES)
    for rival in first.rivals:
        assert rival.words, rival.id
        assert rival.if_true, rival.id
        assert rival.if_false, rival.id
        assert rival.does_not_cover, rival.id
    decision = kept.case.decision
    assert decision is not None
    assert decision.id in first.question
    assert "because" not in first.question


def test_a_playbook_orders_and_hides_nothing(kept: Kept) -> None:
    known = {check.id for check in shelf.checks()}
    for book in playbooks().values():
        assert len(book.rivals) >= 3
        assert set(book.rivals) <= known, book.name
        assert len({name.partition(".")[0] for name in book.rivals}) >= 3
    order = [r.id for r in kept.tree().whys[0].rivals]
    book = playbooks()["surprising_score"]
    assert order[: len(book.rivals)] == list(book.rivals)


@pytest.mark.parametrize(
    ("verdict", "status", "glyph"),
    [
        ("supports", "supported", "●"),
        ("speaks against", "ruled out", "✗"),
        ("cannot tell", "undetermined", "?"),
        ("does not apply", "undetermined", "–"),
        ("error", "undetermined", "!"),
    ],
)
def test_a_verdict_is_where_a_rival_stands(
    kept: Kept, verdict: str, status: str, glyph: str
) -> None:
    rival = kept.rival(GROUP, answers=_verdicts(kept.progress, this_group=verdict))
    assert (rival.standing, rival.status, rival.glyph) == (verdict, status, glyph)


def test_glyphs_cover_every_standing(kept: Kept) -> None:
    for standing, glyph in GLYPHS.items():
        rival = replace(kept.rival(GROUP), standing=standing, status="undetermined")
        assert rival.glyph == glyph


def test_answers_stream_in(kept: Kept) -> None:
    answers = kept.progress.answers
    asked = len(shelf.checks())  # more than when the file was written
    for n in range(len(answers) + 1):
        tree = kept.tree(answers=answers[:n], done=False, leads=(), families={})
        checking = [r for r in tree.whys[0].rivals if r.standing == "checking"]
        assert len(checking) == asked - n
        assert all((r.status, r.glyph) == ("testing", "…") for r in checking)
        assert {chip.state for chip in tree.chips} == {"checking"}
        told = [chip.note.split(" of ") for chip in tree.chips]
        assert sum(int(a) for a, _ in told) == n
        assert sum(int(b) for _, b in told) == asked
        assert [gap.words for gap in tree.to_close] == ["the checks have not finished"]


def test_cancelled_checks_are_not_passed(kept: Kept) -> None:
    answers = kept.progress.answers[:2]
    tree = kept.tree(answers=answers, done=True, cancelled=True, leads=(), families={}, not_run=())
    standing = [r for r in tree.whys[0].rivals if r.id not in {a.id for a in answers}]
    assert {(r.standing, r.status) for r in standing} == {("not run", "undetermined")}
    assert not [chip for chip in tree.chips if chip.state in ("clear", "checking", "finding")]
    asked = {a.family for a in answers}
    for chip in tree.chips:
        assert (chip.state == "not run") == (chip.family not in asked), chip
    assert "the checks were cancelled before they finished" in [g.words for g in tree.to_close]


def test_coverage_says_what_each_family_is(kept: Kept) -> None:
    statuses = ("finding", "symptom", "clear", "cannot tell", "not run")
    for status in statuses:
        families = {**kept.progress.families, "input_units": FamilyAnswer(status, "")}  # type: ignore[arg-type]
        (chip,) = [c for c in kept.tree(families=families).chips if c.family == "input_units"]
        expected = {
            "finding": ("●", "finding"), "symptom": ("●", "unsure"), "clear": ("✓", "clear"),
        }.get(status, ("?", "unsure"))  # fmt: skip
        assert (chip.glyph, chip.state) == expected, status
    (chip,) = [c for c in kept.tree().chips if c.family == "input_units"]
    assert chip.note == "1", "leads that concern this decision"


def test_a_waiver_is_shown_and_hides_no_finding(kept: Kept) -> None:
    board = Board().with_waiver(Waiver("input_units", "no time"))
    (chip,) = [c for c in kept.tree(board).chips if c.family == "input_units"]
    assert chip.state == "finding"
    assert kept.rival(SCALE, board).status != "waived"
    unknown = {**kept.progress.families, "ui_context": FamilyAnswer("cannot tell", "")}
    board = Board().with_waiver(Waiver("ui_context", "no events are kept"))
    tree = kept.tree(board, families=unknown)
    (chip,) = [c for c in tree.chips if c.family == "ui_context"]
    assert (chip.state, chip.note) == ("not run", "waived")
    rival = kept.rival(COMPONENT, board, answers=_verdicts(kept.progress, component="cannot tell"))
    assert (rival.standing, rival.status) == ("waived", "waived")
    assert rival.reason == "no events are kept"


def test_a_person_rules_out_beside_the_verdict(kept: Kept) -> None:
    board = Board().with_ruling(RuledOut(SCALE, "the app was not yet out"))
    rival = kept.rival(SCALE, board)
    assert rival.standing == "supports", "a verdict is never overwritten"
    assert (rival.status, rival.glyph) == ("ruled out", "✗")
    assert rival.reason == "the app was not yet out"
    assert kept.rival(SCALE, board.without_ruling(SCALE)).status == "supported"
    answered = board.answered(kept.answer)
    assert kept.rival(SCALE, answered).status == "ruled out", "not both ruled out and confirmed"


def test_confirmed_needs_an_answer_and_three_things(kept: Kept) -> None:
    board = Board().answered(kept.answer)
    assert kept.rival(SCALE).status == "supported"
    assert missing_to_confirm(kept.lead, kept.progress) == ()
    assert kept.rival(SCALE, board).status == "confirmed"
    other = Board().answered(replace(kept.answer, claim="another|lead"))
    assert kept.rival(SCALE, other).status == "supported"


def test_what_is_missing_to_confirm_is_said(kept: Kept) -> None:
    assert kept.lead.repair is not None
    no_effect = replace(kept.lead.repair, flips=False, restores_range=False, decisions_changed=0)
    bare = replace(kept.lead, strength="weak", repair=no_effect, corroborations=())
    alone = replace(kept.progress, answers=tuple(
        a for a in _verdicts(kept.progress, **{  # none ruled out, none undetermined
            c.name: "supports" for c in shelf.checks()})
    ))  # fmt: skip
    missing = missing_to_confirm(bare, alone)
    assert len(missing) == 3
    assert [words.split()[1] for words in missing] == ["sign", "survived", "rival"]
    assert len(missing_to_confirm(replace(bare, strength="strong"), alone)) == 2
    assert len(missing_to_confirm(replace(bare, corroborations=("x",)), alone)) == 2
    assert len(missing_to_confirm(replace(bare, repair=kept.lead.repair), alone)) == 2
    assert len(missing_to_confirm(bare, kept.progress)) == 2
    by_hand = Board().with_ruling(RuledOut(GROUP, "no such group"))
    assert len(missing_to_confirm(bare, alone, by_hand)) == 2, "a rival ruled out by a person"
    own = Board().with_ruling(RuledOut(SCALE, "x"))
    assert len(missing_to_confirm(bare, alone, own)) == 3, "no rival of itself"


def test_the_next_why_opens_where_the_one_before_is_answered(kept: Kept) -> None:
    assert [why.id for why in kept.tree().whys] == [FIRST, FIRST_UNNOTICED]
    board = Board().answered(kept.answer)
    tree = kept.tree(board)
    assert [why.id for why in tree.whys] == [FIRST, "W2", FIRST_UNNOTICED]
    second = tree.why("W2")
    assert second is not None
    assert second.after == FIRST
    assert second.question.endswith("?")
    assert kept.lead.statement in second.ask
    assert second.question in second.ask
    board = board.answered(WhyAnswer("W2", "the app sends milliseconds. "))
    third = kept.tree(board).why("W3")
    assert third is not None
    assert third.question == "How did that come about: the app sends milliseconds?"
    assert [why.state for why in kept.tree(board).leg("came about")] == [
        "answered", "answered", "open",
    ]  # fmt: skip
    assert [w.id for w in kept.tree(board.reopened(FIRST)).whys] == [FIRST, FIRST_UNNOTICED]


def test_an_answer_finds_its_lead_by_claim_not_by_rank(kept: Kept) -> None:
    board = Board().answered(kept.answer)
    moved = replace(kept.lead, id="L7", rank=7)
    assert kept.rival(SCALE, board, leads=(moved,)).status == "confirmed"
    tree = kept.tree(board, leads=(moved,))
    assert tree.whys[1].ask.startswith(kept.lead.statement)
    gone = kept.tree(board, leads=())
    second = gone.why("W2")
    assert second is not None
    assert second.question == "How did that come about: that?"
    assert second.ask == ""


def test_facts_and_own_rivals_stand_at_their_why(kept: Kept) -> None:
    board = (
        Board()
        .answered(WhyAnswer(FIRST, "the app"))
        .with_fact(Fact("F1", FIRST, "it was a Sunday"))
        .with_fact(Fact("F2", "W2", "two releases"))
        .with_rival(OwnRival("R1", FIRST, "a discount", "ui_context"))
        .with_rival(OwnRival("R2", "W2", "a wrong library", "input_units"))
        .with_rival(OwnRival("R3", FIRST_UNNOTICED, "no alarm", "data_assumptions"))
        .with_ruling(RuledOut("R2", "same library"))
    )
    tree = kept.tree(board)
    for name, facts, rivals in (
        (FIRST, ["F1"], ["R1"]), ("W2", ["F2"], ["R2"]), (FIRST_UNNOTICED, [], ["R3"]),
    ):  # fmt: skip
        why = tree.why(name)
        assert why is not None
        assert [fact.id for fact in why.facts] == facts
        assert [r.id for r in why.rivals if r.standing == "by hand"] == rivals
    second = tree.why("W2")
    assert second is not None
    assert (second.rivals[0].status, second.rivals[0].reason) == ("ruled out", "same library")


def test_parked_questions_change_no_why(kept: Kept) -> None:
    board = (
        Board().with_parked(Parked("who owns the app?", 3)).with_parked(Parked("since when?", 4))
    )
    assert [each.card for each in board.parked] == [3, 4]
    assert kept.tree(board) == kept.tree()


def test_closing_needs_both_legs_and_waivers(kept: Kept) -> None:
    absent = NotRun(COMPONENT, "no UI events", "UI events", "please")
    missing = kept.tree(not_run=(absent,)).missing()
    assert [gap.words.split(":")[0] for gap in missing] == [
        "how it came about", "how it stayed unnoticed", "component", "scale change",
    ]  # fmt: skip
    board = (
        Board()
        .answered(kept.answer)
        .answered(WhyAnswer(FIRST_UNNOTICED, "nobody looks at units"))
        .with_waiver(Waiver(COMPONENT, "the shop keeps none"))
    )
    assert kept.tree(board, not_run=(absent,)).to_close == (), "confirmed settles it"


def test_the_playbook_fits_what_was_picked(kept: Kept) -> None:
    assert kept.case.decision is not None
    event = replace(kept.case, decision=replace(kept.case.decision, source="ui_events"))
    assert desk.whys(event, Board(), Progress()).playbook == playbooks()["wrong_item"].title
    told = replace(kept.case, brief=replace(kept.case.brief, reported="Odd since Monday."))
    assert desk.whys(told, Board(), Progress()).playbook == playbooks()["sudden_change"].title
    none = replace(kept.case, decision=None)
    assert "this decision" in desk.whys(none, Board(), Progress()).whys[0].question


def test_words_of_strangers_are_only_words(kept: Kept) -> None:
    assert kept.case.decision is not None
    odd = replace(kept.case.decision, id="{label} <b>{0}</b>", label="{decision}")
    question = desk.whys(replace(kept.case, decision=odd), Board(), Progress()).whys[0].question
    assert "{label} <b>{0}</b>" in question
    assert "“{decision}”" in question


def test_every_cause_has_a_question_for_both_legs() -> None:
    for name, play in plays().causes.items():
        assert play.question.strip().endswith("?"), name
        assert play.unnoticed.strip().endswith("?"), name


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ("title: 3\n", "$.title"),
        ("{: not yaml", ""),
        ('came_about: "{who}?"\n', "unknown words in braces: who"),
        ('came_about: "a { brace"\n', "came_about"),
        ('came_about: "{}"\n', "unknown words in braces"),
        ("rivals: {}\n", "at least three"),
        ("sql: drop\n", "sql"),
    ],
)
def test_a_playbook_that_cannot_be_used_is_said(
    root: Path, tmp_path: Path, change: str, words: str
) -> None:
    good = (root / "resources" / "playbooks" / "surprising_score.yaml").read_text("utf-8")
    key = change.partition(":")[0]
    lines = [line for line in good.splitlines(keepends=True) if not line.startswith(f"{key}:")]
    if key == "rivals":
        lines = [line for line in lines if not line.startswith(" ")]
    path = tmp_path / "own.yaml"
    path.write_text(("" if key == "title" else "".join(lines)) + change, encoding="utf-8")
    with pytest.raises(InputTrouble, match=r"own\.yaml") as trouble:
        read_playbook(path)
    assert words in trouble.value.line()


STEPS = st.lists(
    st.tuples(
        st.sampled_from(["answered", "reopened", "with_ruling", "without_ruling", "with_waiver",
                         "without_waiver", "with_fact", "without_fact", "with_rival"]),
        st.sampled_from(["a", "b", "c"]),
        st.sampled_from(["x", "y"]),
    ),
    max_size=25,
)  # fmt: skip


@given(STEPS)
def test_a_board_holds_one_of_each(steps: list[tuple[str, str, str]]) -> None:
    """The last word counts, there is one of each, and ids are never used twice at once."""
    board, model = Board(), {kind: {} for kind in ("answers", "ruled_out", "waivers", "facts")}
    made = {"answered": WhyAnswer, "with_ruling": RuledOut, "with_waiver": Waiver}
    kinds = {"answered": "answers", "reopened": "answers", "with_ruling": "ruled_out",
             "without_ruling": "ruled_out", "with_waiver": "waivers", "without_waiver": "waivers",
             "with_fact": "facts", "without_fact": "facts"}  # fmt: skip
    for step, name, words in steps:
        before = board
        if step == "with_rival":
            fresh = board.next_id("R")
            assert fresh not in {r.id for r in board.rivals}
            board = board.with_rival(OwnRival(fresh, "W1", words, "ui_context"))
            continue
        known = model[kinds[step]]
        if step in ("reopened", "without_ruling", "without_waiver", "without_fact"):
            known.pop(name, None)
            board = getattr(board, step)(name)
        else:
            known.pop(name, None)
            known[name] = words
            one = Fact(name, "W1", words) if step == "with_fact" else made[step](name, words)
            board = getattr(board, step)(one)
        assert before is not board
        assert [(a.why, a.words) for a in board.answers] == list(model["answers"].items())
        assert [(r.rival, r.reason) for r in board.ruled_out] == list(model["ruled_out"].items())
        assert [(w.what, w.reason) for w in board.waivers] == list(model["waivers"].items())
        assert [(f.id, f.words) for f in board.facts] == list(model["facts"].items())
    ids = [r.id for r in board.rivals]
    assert len(ids) == len(set(ids))


def test_a_persons_word_is_not_called_computed(kept: Kept) -> None:
    answers = _verdicts(kept.progress, component="speaks against")
    words = replace(
        kept.progress.findings[0], check=COMPONENT, verdict="speaks against", effect={"grade": "C"},
        explained_by=None,
    )  # fmt: skip

    def how(*findings: Finding) -> str:
        rival = kept.rival(COMPONENT, answers=answers, findings=findings)
        assert rival.standing == "speaks against"
        return rival.how

    assert how(words) == "by hand, grade C"
    assert how(replace(words, effect={})) == "computed"
    assert how(words, replace(words, effect={})) == "computed"
    assert how() == "computed"
