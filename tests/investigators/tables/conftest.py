"""A case's engine, and files opened as tables, from bytes or text."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from investigators.case import Place
from investigators.tables.open_table import open_table
from investigators.tables.table import Engine, Table
from investigators.task import Task

Open = Callable[..., Table]


@pytest.fixture
def engine() -> Iterator[Engine]:
    with Engine() as one:
        yield one


@pytest.fixture
def opened(engine: Engine, tmp_path: Path) -> Open:
    """Write ``content`` (unless ``None``) to a file and open it as a table."""

    def do(
        content: str | bytes | None,
        name: str = "log.csv",
        *,
        table: str | None = None,
        task: Task | None = None,
        **rest: Any,
    ) -> Table:
        if content is not None:
            data = content.encode() if isinstance(content, str) else content
            (tmp_path / name).write_bytes(data)
        return open_table(
            Place(name, table),
            engine,
            task or Task(),
            base=str(tmp_path),
            cache=tmp_path / "cache",
            **rest,
        )

    return do
