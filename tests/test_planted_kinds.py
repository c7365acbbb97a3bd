"""The generator and the judge of the benchmark of planted faults (``tests/benchmarks``)."""

import ast
import hashlib
import runpy
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import planted_kinds
import pytest
from planted_kinds.gains import Gains, gains, other_times
from planted_kinds.kinds import KINDS
from planted_kinds.looks import Numbers
from planted_kinds.parts import TIME, Rows, Table, Truth, differs
from planted_kinds.real import SETS
from planted_kinds.summary import summary
from planted_kinds.tables import NoHost, make_table
from planted_kinds.twins import DRIFTS
from planted_kinds.verdict import judge, match, wrong

SMALL = (500, 700)
Lead = dict[str, Any]


@cache
def table_of(kind: str) -> Table:
    return make_table(1, kind, rows=SMALL)


@cache
def gained(kind: str) -> list[Gains]:
    return [gains(table_of(kind), truth) for truth in table_of(kind).truths]


def fingerprint(table: Table) -> str:
    found = hashlib.sha256()
    for columns in (table.live, table.reference, {"s": table.scores, "d": table.decisions}):
        for name in sorted(columns):
            found.update(repr((name, columns[name].tolist())).encode())
    found.update(repr([truth.data() for truth in table.truths]).encode())
    found.update(table.model.model_to_string().encode())
    return found.hexdigest()


def stamp(seconds: int) -> str:
    return str(np.datetime64(int(seconds), "s")) + "Z"


def true_lead(table: Table, truth: Truth) -> Lead:
    """What a check would have to say of this truth."""
    held = table.live[TIME][truth.changed]
    where = truth.where
    onset = {"earliest": stamp(where.onset - 1), "latest": stamp(held[0])} if where.onset else None
    end = {"earliest": stamp(held[-1]), "latest": stamp(where.end)} if where.end else None
    return {
        "cause": truth.causes[0],
        "features": list(truth.features),
        "transform": truth.transform or {"kind": "none"},
        "segment": list(where.segment) or None,
        "onset": onset,
        "end": end,
        "strength": "strong",
        "statement": "as planted",
    }


def judged(table: Table, leads: list[Lead]) -> dict[str, Any]:
    known = table.base.name == "drawn" and table is table_of(table.kind)
    return judge(table, leads, gained(table.kind) if known else [])


def test_there_are_more_than_forty_kinds_and_none_knows_the_program() -> None:
    assert len(KINDS) >= 50
    for path in Path(planted_kinds.__file__).parent.glob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            names = [a.name for a in node.names] if isinstance(node, ast.Import) else []
            names += [node.module or ""] if isinstance(node, ast.ImportFrom) else []
            assert not [n for n in names if n.split(".")[0] in {"investigators", "app"}], path


REPEATED = ("scale_part", "two_faults", "duplicated_rows", "other_model", "twin:seasonal")


@pytest.mark.parametrize("kind", REPEATED)
def test_a_seed_makes_the_same_table_again_and_another_seed_another(kind: str) -> None:
    first = fingerprint(table_of(kind))
    assert fingerprint(make_table(1, kind, rows=SMALL)) == first
    assert fingerprint(make_table(2, kind, rows=SMALL)) != first


@pytest.mark.parametrize("kind", sorted(KINDS))
def test_the_judge_takes_the_truth_and_refuses_what_is_wrong(kind: str) -> None:
    table = table_of(kind)
    leads = [true_lead(table, truth) for truth in table.truths]
    assert len(leads) == (2 if KINDS[kind].beside in {"again", "fault"} else 1)
    line = judged(table, leads)
    assert line["found"]
    assert line["right"]
    assert line["loud_wrong"] == 0
    assert all(np.isfinite(g["detection"]) for g in line["gains"])
    truth, lead = table.truths[0], leads[0]

    def right(**other: object) -> bool:
        return match(table, truth, lead | other).right

    assert right()
    assert not right(cause="label-or-target")
    assert not right(segment=[{"column": "seg_near", "equals": table.live["seg_near"][0]}])
    if truth.features:
        assert not right(features=["nobody"])
        assert not right(features=[*truth.features, "nobody"])
    if truth.transform:
        assert not right(transform={"kind": "scale", "factor": 7.77})
        assert not right(transform={"kind": "none"})
    if table.timed:
        early = {"earliest": "2025-01-01T00:00:00Z", "latest": "2025-02-01T00:00:00Z"}
        assert not right(onset=early)
        assert right(onset=None) == (truth.where.onset is None)
    assert wrong(table, lead | {"cause": "label-or-target"})
    assert not wrong(table, lead | {"cause": "label-or-target", "strength": "weak"})
    assert judged(table, [])["right"] is False


def test_hours_may_be_moved_back_one_by_one() -> None:
    table = table_of("hour_shifted")
    (truth,) = table.truths
    ahead = truth.transform["seconds"] // 3600

    def right(by: int) -> bool:
        pairs = [[float(h), float((h - by) % 24)] for h in range(24)]
        lead = true_lead(table, truth) | {"transform": {"kind": "map", "pairs": pairs}}
        return match(table, truth, lead).right

    assert right(ahead)
    assert not right(ahead + 1)
    assert not right(-ahead if ahead != 12 else 1)


@pytest.mark.parametrize("kind", ["scale_two_changes", "two_faults"])
def test_of_two_faults_one_is_not_enough(kind: str) -> None:
    table = table_of(kind)
    line = judged(table, [true_lead(table, table.truths[1])])
    assert line["found"]
    assert not line["right"]


def test_the_truth_says_which_rows_differ() -> None:
    table = table_of("celsius_to_kelvin")
    (truth,) = table.truths
    (name,) = truth.features
    told = differs(table.live[name], truth.sound[name])
    assert (told == truth.changed).all()
    assert not (truth.changed & ~truth.where.scope).any()
    gap = table.live[name][told] - truth.sound[name][told]
    assert gap == pytest.approx(np.full(gap.size, 273.15), abs=0.06)


def test_a_kind_by_another_name_with_the_same_effect_is_right() -> None:
    table = table_of("epoch_s_to_ms")
    (truth,) = table.truths
    lead = true_lead(table, truth)
    assert match(table, truth, lead | {"transform": {"kind": "scale", "factor": 1000.0}}).right
    table = table_of("hour_shifted")
    (truth,) = table.truths
    assert truth.transform is not None
    other = {"kind": "affine", "a": 1, "b": truth.transform["seconds"] / 3600 - 24}
    assert match(table, truth, true_lead(table, truth) | {"transform": other}).right


@pytest.mark.parametrize("drift", DRIFTS)
def test_twins_have_no_truth_and_any_loud_lead_is_wrong(drift: str) -> None:
    table = table_of(f"twin:{drift}")
    assert table.truths == []
    assert table.drift == drift
    name = table.drifted[0] if table.drifted else "amount"
    lead = {"cause": "input-unit-or-scale", "features": [name], "strength": "moderate",
            "statement": "?"}  # fmt: skip
    assert judged(table, [lead])["loud_wrong"] == 1
    assert judged(table, [lead | {"strength": "weak"}])["loud_wrong"] == 0
    moved = judged(table, [lead | {"cause": "drift-of-the-world"}])
    assert moved["loud_wrong"] == (drift == "none")


@pytest.mark.parametrize("data", SETS)
def test_halves_of_real_data_are_untouched_and_apart(data: str) -> None:
    table = make_table(3, "twin:none", data=data)
    assert table.drift == "none"
    assert table.n == table.outcome.size
    name = table.inputs[0]
    spoiled = make_table(3, "scale_discrete", data=data) if data != "breast_cancer" else None
    if spoiled is not None:
        assert judged(spoiled, [true_lead(spoiled, spoiled.truths[0])])["right"]
    assert table.live[name].size == table.n
    with pytest.raises(NoHost):
        make_table(3, "epoch_s_to_ms", data=data)


def test_gains_grow_with_the_rows_and_the_summary_names_its_n() -> None:
    small = make_table(8, "epoch_s_to_us", rows=(500, 510))
    large = make_table(8, "epoch_s_to_us", rows=(4000, 4100))
    assert {t.truths[0].where.carrier for t in (small, large)} == {"segment"}
    told = [gains(t, t.truths[0]) for t in (small, large)]
    each = [
        g.detection / t.truths[0].changed.sum() for g, t in zip(told, (small, large), strict=True)
    ]
    assert each[0] == pytest.approx(each[1], rel=0.2)
    lines = [
        judge(t, [true_lead(t, t.truths[0])], [g])
        for t, g in zip((small, large), told, strict=True)
    ]
    lines += [judged(table_of("twin:none"), [])]
    for line in lines:
        line |= {"failed": [], "seconds": 1.0, "cpu": 1.0, "cpu_whole": 2.0}
    text = summary(lines, frozenset(), lambda found, what: f"{sum(x[what] for x in found)} hits")
    assert "epoch_s_to_us" in text
    assert "twin:none" in text
    assert "2/2" in text


def test_always_so_is_a_wrong_answer_where_a_fault_began() -> None:
    """Few rows before its onset leave open whether it began at all."""
    tables = (make_table(seed, "celsius_to_fahrenheit", rows=SMALL) for seed in range(40))
    table = next(t for t in tables if t.truths[0].where.onset is not None)
    truth, time = table.truths[0], table.live[TIME]
    own = truth.where.scope
    rival = max(other_times(table, truth), key=lambda rows: int(rows.sum()))
    assert (rival & own).sum() == own.sum()
    assert truth.where.onset is not None
    assert (time[rival & ~own] < truth.where.onset).any()


def test_a_small_data_set_tells_no_finer_than_its_rows() -> None:
    random = np.random.default_rng(1)
    values = random.normal(0, 1, 440)
    rows: list[Rows] = [{"x": values[random.integers(0, 440, 30_000)]} for _ in range(2)]
    assert np.unique(Numbers("x").fit(rows, 440)(rows[0])).size < 60
    assert np.unique(Numbers("x").fit(rows, 30_000)(rows[0])).size > 100


def test_a_clock_that_was_always_so_in_a_segment_is_not_clear_without_training() -> None:
    tables = (make_table(seed, "hour_shifted", rows=SMALL) for seed in range(60))
    table = next(t for t in tables if t.truths[0].where.onset is None)
    told = [
        gains(replace(table, with_reference=known), table.truths[0]).detection
        for known in (True, False)
    ]
    assert told[0] > 100
    assert told[1] == 0


def test_which_name_is_meant_has_the_other_names_as_rivals() -> None:
    fault = table_of("category_renamed").truths[0].fault
    assert fault.rivals
    assert all(g.name is not None for g in gained("category_renamed"))


def test_an_hour_of_the_day_is_no_unit_in_its_own_hours(tmp_path: Path) -> None:
    """A night has small hours, as other nights have: 26 of them in a row once made a factor."""
    from investigators import desk
    from investigators.checks.input_units.scale_change import run
    from investigators.task import Task

    write_case = runpy.run_path(str(Path(planted_kinds.__file__).parents[1] / "planted_kinds.py"))
    table = make_table(31_010, "twin:none", rows=(500, 8_000))
    with desk.open_case(write_case["write_case"](table, tmp_path)) as opened:
        found = {f.about: f for f in run(opened.settled().view, Task())}
    assert found["local_hour",].verdict != "supports", found["local_hour",].sentence
