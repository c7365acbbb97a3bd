"""Codes for nothing are split off before a factor is named; values times a factor are not."""

from __future__ import annotations

from collections.abc import Iterator
from math import log
from pathlib import Path

import numpy as np
import pytest

from investigators.shift.atoms import new_atoms
from investigators.tables.table import Engine
from tests.investigators.checks.planted import drawn, seen

ROWS = 3_000


@pytest.fixture
def engine() -> Iterator[Engine]:
    with Engine() as one:
        yield one


@pytest.mark.parametrize(
    ("value", "feature", "many", "found"),
    [
        (9_999.0, "gamma", 20, True),  # times 125 it would be one of many values, each once
        (8_123.0, "gamma", 20, False),
        (9_999.0, "gamma", 3, False),
    ],
)
def test_a_code_is_an_atom_though_a_factor_reaches_it(
    engine: Engine, tmp_path: Path, value: float, feature: str, many: int, *, found: bool
) -> None:
    log_rows = drawn(2, ROWS)
    log_rows.loc[np.random.default_rng(3).choice(ROWS, many, replace=False), feature] = value
    view = seen(engine, tmp_path, log_rows, drawn(1, ROWS))
    assert view.log is not None
    assert view.reference is not None
    sql = view.log_inputs[feature]
    atoms = new_atoms(view.log, sql, view.reference, sql, [log(value / 80)])
    assert (value in atoms) is found


def test_a_count_times_a_thousand_is_no_code(engine: Engine, tmp_path: Path) -> None:
    log_rows = drawn(2, ROWS)
    log_rows["counts"] *= 999 / 3
    view = seen(engine, tmp_path, log_rows, drawn(1, ROWS))
    assert view.log is not None
    assert view.reference is not None
    sql = view.log_inputs["counts"]
    assert 999.0 not in new_atoms(view.log, sql, view.reference, sql, [log(999 / 3)])
