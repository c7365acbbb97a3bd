"""UI events with lists inside: one row for each box and item, from JSON lines, CSV and Parquet."""

from __future__ import annotations

import csv
import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from investigators.case import Brief, Place
from investigators.roles.columns import guess_ui_events
from investigators.roles.unnested import not_taken_apart, unnested
from investigators.tables.open_table import open_table, opening_of
from investigators.tables.table import Engine, Table
from investigators.tables.text_types import doubts
from investigators.task import Task

Pages = list[dict[str, Any]]


@pytest.fixture
def engine() -> Iterator[Engine]:
    with Engine() as engine:
        yield engine


def opened(engine: Engine, file: Path) -> Table:
    place = Place(str(file))
    task = Task()
    cache = file.parent / "cache"
    table = open_table(place, engine, task, base="", cache=cache)
    return unnested(table, opening_of(place, engine, task, base="", cache=cache))


def pages(seed: int, n: int = 60) -> Pages:
    random = np.random.default_rng(seed)
    found = []
    for k in range(n):
        boxes = [
            {
                "component": str(random.choice(["risk", "last_seen"])),
                "title": "For you",
                "position": b + 1,
                "request_id": f"rq-{k}-{b}" if random.random() < 0.7 else None,
                "items": [{"id": f"it{random.integers(50)}", "pos": p} for p in range(b % 3)],
            }
            for b in range(int(random.integers(0, 4)))
        ]
        time = (pd.Timestamp("2026-03-02T08:00:00Z") + pd.Timedelta(minutes=k)).isoformat()
        page = {"event_id": f"p{k}", "ts": time, "user": {"id": f"u{k % 7}"}}
        found.append(page | {"payload": {"session": f"s{k}", "boxes": boxes}})
    return found


def expected(found: Pages) -> list[tuple[Any, ...]]:
    """(event, user, session, component, request, item) of each row to be, by other means."""
    rows: list[tuple[Any, ...]] = []
    for page in found:
        own = (page["event_id"], page["user"]["id"], page["payload"]["session"])
        for box in page["payload"]["boxes"] or [{}]:
            told = (*own, box.get("component"), box.get("request_id"))
            rows += [(*told, item["id"]) for item in box.get("items") or [{"id": None}]]
    return rows


def lines(found: Pages, file: Path) -> Path:
    file.write_text("".join(json.dumps(page) + "\n" for page in found), "utf-8")
    return file


def as_text(found: Pages, file: Path) -> Path:
    file = file.with_suffix(".csv")
    with file.open("w", newline="", encoding="utf-8") as stream:
        writer = csv.writer(stream)
        writer.writerow(("event_id", "ts", "user.id", "payload"))
        for page in found:
            cells = (page["event_id"], page["ts"], page["user"]["id"], json.dumps(page["payload"]))
            writer.writerow(cells)
    return file


def text_in_parquet(found: Pages, file: Path) -> Path:
    file = file.with_suffix(".parquet")
    columns = {
        "event_id": [page["event_id"] for page in found],
        "ts": [page["ts"] for page in found],
        "user.id": [page["user"]["id"] for page in found],
        "payload": [json.dumps(page["payload"]) for page in found],
    }
    pq.write_table(pa.table(columns), file)
    return file


def lists_in_parquet(found: Pages, file: Path) -> Path:
    file = file.with_suffix(".parquet")
    pq.write_table(pa.Table.from_pylist(found), file)
    return file


WRITERS: tuple[Callable[[Pages, Path], Path], ...] = (
    lines, as_text, text_in_parquet, lists_in_parquet,
)  # fmt: skip


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize("write", WRITERS)
def test_every_box_and_item_is_a_row(
    engine: Engine, tmp_path: Path, write: Callable[[Pages, Path], Path], seed: int
) -> None:
    found = pages(seed)
    table = opened(engine, write(found, tmp_path / "ui.jsonl"))
    box = "payload.boxes."
    names = ("event_id", "user.id", "payload.session", f"{box}component", f"{box}request_id",
             f"{box}items.id")  # fmt: skip
    cells = ", ".join(f'"{name}"' for name in names)
    got = table.query(f"SELECT fw_row, {cells} FROM {{t}} ORDER BY fw_row")
    assert got.column(0).to_pylist() == list(range(table.rows))
    rows = list(zip(*(c.to_pylist() for c in got.columns[1:]), strict=True))
    assert rows == expected(found)
    times = table.column("ts")
    assert times is not None
    assert times.kind == "time"
    roles = {g.what.partition(".")[2]: g.value for g in reversed(guess_ui_events(table, Brief()))}
    assert roles["component"] == f"{box}component"
    assert roles["request"] == f"{box}request_id"
    assert roles["position"] == f"{box}position"
    assert roles["item"] == f"{box}items.id"
    assert roles["event"] == "event_id"
    assert roles["time"] == "ts"


def test_lists_of_ids_are_rows_and_other_lists_stay_as_they_are(
    engine: Engine, tmp_path: Path
) -> None:
    page = {"event_id": "p", "items": ["a", 71, "a"], "tags": [{"k": 1}, {"k": 2}], "sizes": [3, 4]}
    table = opened(engine, lines([page, {"event_id": "q"}], tmp_path / "ui.jsonl"))
    got = table.query("SELECT event_id, items, tags, sizes FROM {t} ORDER BY fw_row").to_pylist()
    tags, sizes = '[{"k": 1}, {"k": 2}]', "[3, 4]"
    assert [tuple(row.values()) for row in got] == [
        *(("p", item, tags, sizes) for item in ("a", "71", "a")),
        ("q", None, None, None),
    ]


def test_two_lists_side_by_side_are_not_multiplied(engine: Engine, tmp_path: Path) -> None:
    page = {
        "event_id": "p",
        "boxes": [{"component": "a"}, {"component": "b"}],
        "clicks": [{"item_id": "i"}, {"item_id": "j"}, {"item_id": "k"}],
    }
    table = opened(engine, lines([page], tmp_path / "ui.jsonl"))
    got = table.query('SELECT "boxes.component", "clicks.item_id" FROM {t} ORDER BY fw_row')
    assert list(zip(*(c.to_pylist() for c in got.columns), strict=True)) == [
        ("a", None), ("b", None), (None, "i"), (None, "j"), (None, "k"),
    ]  # fmt: skip


def test_json_that_is_cut_is_named_and_plays_no_role(engine: Engine, tmp_path: Path) -> None:
    file = as_text(pages(2), tmp_path / "ui.jsonl")
    cut = [line[:120] for line in file.read_text("utf-8").splitlines()]
    file.write_text("\n".join(line + ('"' if line.count('"') % 2 else "") for line in cut), "utf-8")
    table = opened(engine, file)
    assert "payload" in [c.name for c in table.columns]
    assert "Column payload holds JSON that cannot be taken apart: " in not_taken_apart([table])
    assert any("payload" in doubt for doubt in doubts(table.columns))
    assert "payload" not in {guess.value for guess in guess_ui_events(table, Brief())}


def test_a_table_without_json_is_left_alone(engine: Engine, tmp_path: Path) -> None:
    file = tmp_path / "ui.csv"
    file.write_text("event_id,text\ne1,[sold out]\ne2,{name}\n", "utf-8")
    table = opened(engine, file)
    assert [c.name for c in table.columns] == ["event_id", "text"]
    assert table.rows == 2
    assert not doubts(table.columns)


def test_kept_in_the_cache_and_made_again_when_the_file_changes(
    engine: Engine, tmp_path: Path
) -> None:
    file = tmp_path / "ui.jsonl"
    first = opened(engine, lines(pages(1, 10), file)).rows
    assert opened(engine, file).rows == first
    again = pages(3, 40)
    assert opened(engine, lines(again, file)).rows == len(expected(again))
