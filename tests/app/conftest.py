"""A home of its own and a session that is closed, for every test of the window."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication

from app import theme
from app.session import Session
from tests.investigators import parcels


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "home"
    monkeypatch.setenv("FIFTHWHY_HOME", str(folder))
    return folder


@pytest.fixture(scope="session")
def parcel_case(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return parcels.write(tmp_path_factory.mktemp("parcels") / "in", events=True).case


@pytest.fixture
def session(home: Path, qapp: QApplication) -> Iterator[Session]:
    assert home.name == "home"
    theme.apply(qapp, "light", 100)
    made = Session()
    yield made
    made.close()
    made.deleteLater()
    qapp.setStyleSheet("")
