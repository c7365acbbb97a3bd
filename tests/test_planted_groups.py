"""The generator, the difficulty and the judge of the benchmark of planted groups and screens."""

import ast
import hashlib
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import planted_groups
import planted_groups_kinds
import pytest
from planted_groups_kinds.literals import looks_of, uncorrected
from planted_groups_kinds.nulls import NULLS
from planted_groups_kinds.parts import KINDS, Table
from planted_groups_kinds.power import counts, halves, power_of_count, power_of_slice, seen_in
from planted_groups_kinds.summary import summary, wilson
from planted_groups_kinds.tables import make_table
from planted_groups_kinds.verdict import SLICES, judge, match
from scipy import stats

SEED = 3
Lead = dict[str, Any]


@cache
def table_of(kind: str) -> Table:
    return make_table(SEED, kind)


def fingerprint(table: Table) -> str:
    found = hashlib.sha256(table.decision.encode())
    for columns in (table.log, table.reference, table.events or {}):
        for name in sorted(columns):
            found.update(repr((name, columns[name].tolist())).encode())
    return found.hexdigest()


def stamp(seconds: int) -> str:
    return str(np.datetime64(int(seconds), "s")) + "Z"


def true_lead(table: Table) -> Lead:
    """What the program would have to say."""
    truth = table.truth
    assert truth is not None
    onset = None
    if truth.onset is not None:
        last = stamp(truth.first or truth.onset)
        onset = {"earliest": stamp(truth.onset - 1), "latest": last}
    return {
        "cause": truth.causes[0],
        "features": list(truth.features),
        "segment": list(truth.segment) or None,
        "onset": onset,
        "strength": "strong",
        "family": "ui_context",
        "statement": "as planted",
    }


def test_there_are_more_than_thirty_kinds_and_none_knows_the_program() -> None:
    assert len(KINDS) >= 50
    for path in Path(planted_groups_kinds.__file__).parent.glob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            names = [a.name for a in node.names] if isinstance(node, ast.Import) else []
            names += [node.module or ""] if isinstance(node, ast.ImportFrom) else []
            assert not [n for n in names if n.split(".")[0] in {"investigators", "app"}], path


@pytest.mark.parametrize("kind", ["slice_with_decoys", "merged_devices", "null:crawlers"])
def test_a_seed_makes_the_same_table_again_and_another_seed_another(kind: str) -> None:
    first = fingerprint(table_of(kind))
    assert fingerprint(make_table(SEED, kind)) == first
    assert fingerprint(make_table(SEED + 3, kind)) != first


@pytest.mark.parametrize("kind", sorted(KINDS))
def test_the_judge_takes_the_truth_and_refuses_what_is_wrong(kind: str) -> None:
    table = table_of(kind)
    truth, lead = table.truth, true_lead(table)
    assert truth is not None
    assert 0 <= truth.power <= 1
    line = judge(table, [lead], [])
    assert line["right"] == truth.lead

    def right(**other: object) -> bool:
        return all(told is not False for told in match(table, truth, lead | other).values())

    assert right()
    others = ("label-or-target", "identity", "input-unit-or-scale")
    assert not right(cause=next(each for each in others if each not in truth.causes))
    if truth.rows is not None and truth.segment:
        assert not right(segment=[{"column": "customer", "equals": "nobody"}])
        assert not right(segment=[{"column": "no column", "equals": "1"}])
        assert not right(segment=None)
    if truth.features:
        assert not right(features=["nobody"])
    if truth.onset is not None:
        assert not right(onset=None)
        early = {"earliest": "2025-01-01T00:00:00Z", "latest": "2025-02-01T00:00:00Z"}
        assert not right(onset=early)
    assert judge(table, [], [])["right"] is False


@pytest.mark.parametrize("kind", sorted(NULLS))
def test_sound_tables_have_no_truth_and_what_is_confirmed_on_them_is_counted(kind: str) -> None:
    table = table_of(kind)
    assert table.truth is None
    found = {"check": SLICES, "verdict": "supports", "sentence": "a slice"}
    lead = {"strength": "weak", "family": "ui_context", "cause": "identity", "statement": "?"}
    line = judge(table, [lead], [found])
    assert (line["confirmed"], line["ui"]) == (["a slice"], [])
    assert judge(table, [lead | {"strength": "moderate"}], [])["ui"] == ["moderate identity: ?"]


def test_sound_outcomes_come_as_often_as_the_score_says() -> None:
    table = table_of("null:plain")
    value, p = table.log["outcome"], table.scores
    gap = (value.sum() - p.sum()) / np.sqrt((p * (1 - p)).sum())
    assert abs(gap) < 3


def test_the_distribution_of_a_count_is_exact() -> None:
    same = counts(np.full(7, 0.3))
    assert same == pytest.approx(stats.binom.pmf(np.arange(8), 7, 0.3))
    assert counts(np.array([1.0, 0.0, 0.5])) == pytest.approx([0, 0.5, 0.5, 0])


def test_power_is_the_share_of_drawn_tables_that_the_test_rejects() -> None:
    rng = np.random.default_rng(1)
    sound = rng.uniform(0.05, 0.3, 60)
    chance = np.minimum(2 * sound, 0.95)
    null = counts(sound)
    tail = np.cumsum(null[::-1])[::-1]
    drawn = (rng.random((4000, 60)) < chance).sum(axis=1)
    assert seen_in(sound, chance, 0.01) == pytest.approx((tail[drawn] <= 0.01).mean(), abs=0.03)
    assert seen_in(sound, sound, 0.05) <= 0.05
    assert power_of_count(50, 1.0, 0.01, 100) == 1.0
    assert power_of_count(50, 0.01, 0.01, 100) == 0.0
    assert power_of_count(2, 1.0, 0.2, 100) == 0.0


def test_more_looks_cost_power() -> None:
    table = table_of("slice_of_a_value")
    truth = table.truth
    assert truth is not None
    assert truth.rows is not None
    told = [power_of_slice(table, truth.rows, looks)[0] for looks in (1, 100, 100_000)]
    assert told == sorted(told, reverse=True)
    assert looks_of(table) > 100


def test_halves_are_those_of_the_subjects_hash() -> None:
    names = np.array([f"c{k % 40}" for k in range(200)], dtype=object)
    odd = [hashlib.md5(str(n).encode()).digest()[8] % 2 == 1 for n in names]
    other = [hashlib.md5(str(n).encode()).digest()[15] % 2 == 1 for n in names]
    found = halves(names).tolist()
    assert found in (odd, other)


def test_the_search_without_correction_finds_a_loud_slice_and_cries_on_a_sound_table() -> None:
    table = table_of("null:plain")
    wrong = table.adverse != (table.log["outcome"] == 1)
    assert uncorrected(table, wrong)[0] > 0
    loud = table.log["channel"] == "ch1"
    raised, rows = uncorrected(table, np.where(loud, True, wrong))
    assert raised > 0
    assert rows is not None
    assert (rows & ~loud).sum() < rows.sum()


@pytest.mark.parametrize("kind", ["slice_of_a_value", "exception_against_the_policy"])
def test_a_table_is_a_case_that_opens(kind: str, tmp_path: Path) -> None:
    from investigators import desk

    table = table_of(kind)
    with desk.open_case(planted_groups.write_case(table, tmp_path)) as opened:
        view = opened.settled().view
        assert view.log is not None
        assert view.log.rows == table.n
        assert view.case.decision is not None
        assert view.case.decision.id == table.decision
        assert len(view.ui_events) == (table.events is not None)


def test_the_summary_names_its_n_and_an_interval() -> None:
    table = table_of("slice_of_a_value")
    told = {"failed": [], "cpu": 1.0, "cpu_whole": 2.0, "plain": {"raised": 3, "hit": False}}
    lines = [judge(table, [true_lead(table)], []) | told]
    lines += [judge(table_of("null:plain"), [], []) | told]
    text = summary(lines, lambda found, what: f"{sum(x[what] for x in found)} hits", "left out")
    assert "slice_of_a_value" in text
    assert "null:plain" in text
    assert "left out" in text
    assert wilson(0, 100) == "0/100 = 0.0% (0.0% to 3.7%)"
