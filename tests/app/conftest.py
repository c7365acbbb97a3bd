"""A home of its own, a session and a window that are closed, for every test of the window."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QEvent
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from app import language, theme, typed
from app.collector import Collector
from app.session import Session
from app.window import Window
from tests.app.opened import investigated
from tests.investigators import parcels


@pytest.fixture(scope="module", autouse=True)
def _collected_between_events(qapp: QApplication) -> Iterator[None]:
    """As the program does: no widget is destroyed by the lane that computes."""
    gc.collect()
    gc.freeze()  # what stands now stays
    collector = Collector(qapp)
    collector.begin()
    yield
    collector.end()
    collector.deleteLater()
    gc.unfreeze()


@pytest.fixture(autouse=True)
def _nothing_stays_with_qt(qapp: QApplication) -> Iterator[None]:
    """Qt keeps what is to be deleted until an event loop turns, and dresses it with the rest.

    What was copied is Python's own; the offscreen clipboard would destroy it after Python's end.
    """
    yield
    qapp.sendPostedEvents(None, QEvent.Type.DeferredDelete)  # type: ignore[call-overload]
    qapp.clipboard().clear()


@pytest.fixture(autouse=True)
def _nothing_typed() -> None:
    typed.forget()


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "home"
    monkeypatch.setenv("FIFTHWHY_HOME", str(folder))
    return folder


@pytest.fixture(scope="session")
def parcel_case(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return parcels.write(tmp_path_factory.mktemp("parcels") / "in", events=True).case


@pytest.fixture(scope="session")
def parcel_found(parcel_case: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The same case, investigated: most tests do not wait for the checks again."""
    return investigated(parcel_case, tmp_path_factory.mktemp("found"))


@pytest.fixture
def session(home: Path, qapp: QApplication) -> Iterator[Session]:
    assert home.name == "home"
    theme.apply(qapp, "light", 100)
    language.speak(qapp, "en")
    made = Session()
    yield made
    made.close()
    made.deleteLater()


@pytest.fixture
def window(home: Path, qtbot: QtBot, qapp: QApplication) -> Iterator[Window]:
    assert home.name == "home"
    theme.apply(qapp, "light", 100)
    language.speak(qapp, "en")
    made = Window()
    qtbot.addWidget(made)
    made.show()
    with qtbot.waitSignal(made.complete, timeout=20_000):
        pass
    facts = made.start._facts.values()  # the last thing that the start page does by itself
    qtbot.waitUntil(lambda: all("requests" in each.text() for each in facts), timeout=20_000)
    yield made
    made.close()
