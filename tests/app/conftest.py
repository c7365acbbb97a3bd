"""A home of its own for each test, and a window whose work ends with it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from app import theme
from app.window import Window


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "home"
    monkeypatch.setenv("FIFTHWHY_HOME", str(folder))
    return folder


@pytest.fixture
def window(home: Path, qtbot: QtBot, qapp: object) -> Iterator[Window]:
    del home
    theme.apply(qapp, "light", 100)  # type: ignore[arg-type]
    made = Window()
    qtbot.addWidget(made)
    made.show()
    facts = made.start._facts.values()  # the last thing that the start page does by itself
    qtbot.waitUntil(lambda: all("requests" in each.text() for each in facts), timeout=20_000)
    yield made
    made.close()
