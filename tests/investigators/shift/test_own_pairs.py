"""Two categories that never came together: told, counted as brute force counts, quiet by chance."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest

from investigators.shift.own_pairs import LEAST, MOST, new_pair
from investigators.tables.table import Engine, Table, quoted
from investigators.task import Task

ROWS = 4_000


@pytest.fixture
def engine() -> Iterator[Engine]:
    with Engine() as one:
        yield one


def drawn(seed: int, rows: int = ROWS) -> pd.DataFrame:
    """Country and currency go together, but for a few; the others have nothing to do with them."""
    random = np.random.default_rng(seed)
    country = random.choice(["DE", "FR", "US", "GB"], rows, p=[0.4, 0.3, 0.2, 0.1])
    money = {"DE": "EUR", "FR": "EUR", "US": "USD", "GB": "GBP"}
    currency = np.array([money[each] for each in country])
    currency[(random.random(rows) < 0.02) & (country == "GB")] = "EUR"
    return pd.DataFrame(
        {
            "country": country,
            "currency": currency,
            "shop's": random.choice([f"s{k}" for k in range(40)], rows),
            "way": random.choice(["card", "bill", None], rows),
        }
    )


def table_of(engine: Engine, frame: pd.DataFrame) -> tuple[Table, dict[str, str]]:
    kept = engine.keep(pa.Table.from_pandas(frame, preserve_index=False))
    return Table("training", engine, kept, (), len(frame)), {n: quoted(n) for n in frame}


def by_hand(frame: pd.DataFrame, values: dict[str, str]) -> tuple[float, tuple[str, ...], int]:
    """The most expected new pair, and training's rows with a pair as new, one by one."""
    best: tuple[float, tuple[str, ...]] = (0.0, ())
    for one, other in combinations(values, 2):
        a, b = frame[one] == values[one], frame[other] == values[other]
        if not (a & b).any():
            best = max(best, (a.sum() * b.sum() / len(frame), (one, other)))
    rare = 0
    for one, other in combinations(values, 2):
        both = frame.groupby([one, other]).size()
        for (x, y), n in both.items():
            known = frame[frame[one].notna() & frame[other].notna()]
            chance = (known[one] == x).sum() * (known[other] == y).sum() / len(frame)
            rare += n == 1 and chance >= best[0]
    return *best, rare


@pytest.mark.parametrize("seed", range(5))
def test_a_pair_that_never_was_is_told_and_counted(engine: Engine, seed: int) -> None:
    frame = drawn(seed)
    table, expressions = table_of(engine, frame)
    values = {"country": "DE", "currency": "USD", "shop's": "s1", "way": "card"}
    found = new_pair(table, expressions, values, Task())
    assert found is not None
    expected, inputs, rare = by_hand(frame, values)
    assert found.inputs == inputs == ("country", "currency")
    assert found.expected == pytest.approx(expected)
    assert found.as_rare == rare
    assert found.p == (1 + rare) / (ROWS + 1)
    assert "country DE and currency USD never come together in 4,000" in found.sentence


def test_a_known_pair_an_unknown_value_and_a_rare_one_are_none(engine: Engine) -> None:
    table, expressions = table_of(engine, drawn(1))
    for values in (
        {"country": "GB", "currency": "EUR"},
        {"country": "XX", "currency": "EUR"},
        {"country": "DE"},
        {},
    ):
        assert new_pair(table, expressions, values, Task()) is None
    small, expressions = table_of(engine, drawn(1, 12))  # chance brings hardly one of both
    assert new_pair(small, expressions, {"country": "DE", "currency": "GBP"}, Task()) is None
    empty, expressions = table_of(engine, drawn(1).head(0))
    assert new_pair(empty, expressions, {"country": "DE", "currency": "USD"}, Task()) is None


def test_rows_of_the_same_world_seldom_bring_one(engine: Engine) -> None:
    """Fresh rows: a new pair with a p below 0.01 in hardly more than one of a hundred."""
    table, expressions = table_of(engine, drawn(1))
    fresh = drawn(2, 300)
    told = 0
    for row in fresh.to_dict("records"):
        values = {n: str(v) for n, v in row.items() if v is not None}
        found = new_pair(table, expressions, values, Task())
        assert found is None or found.expected >= LEAST
        told += found is not None and found.p < 0.01
    assert told <= 9


def test_only_so_many_inputs_are_paired(engine: Engine) -> None:
    """Beyond the twentieth nothing is asked: their pairs would be hundreds."""
    frame = pd.DataFrame({f"c{k:02}": np.resize(["a", "b"], 400) for k in range(MOST + 5)})
    frame.loc[frame["c00"] == "a", f"c{MOST:02}"] = "a"
    frame.loc[frame["c00"] == "b", f"c{MOST:02}"] = "b"
    table, expressions = table_of(engine, frame)
    values = dict.fromkeys(frame, "a") | {f"c{MOST:02}": "b"}
    assert new_pair(table, expressions, values, Task()) is None
    assert new_pair(table, expressions, values | {"c01": "b"}, Task()) is not None
