"""A home of its own for each test, and a session that ends with it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from app.session import Session


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "home"
    monkeypatch.setenv("FIFTHWHY_HOME", str(folder))
    return folder


@pytest.fixture
def session(home: Path, qtbot: QtBot) -> Iterator[Session]:
    del home, qtbot  # a home to write into, an event loop
    made = Session()
    yield made
    made.close()
