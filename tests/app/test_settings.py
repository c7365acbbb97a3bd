"""What is remembered, and the log: damage stops nothing, and no value of the data is logged."""

from __future__ import annotations

import logging
import sys
from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest

from app import crash, settings
from app.settings import RECENT, Settings


def test_settings_come_back(home: Path) -> None:
    assert settings.read() == Settings()
    wanted = Settings(scheme="dark", zoom=125, recent=("a", "b"), formats=("md",), splitter="ff")
    settings.write(wanted)
    assert settings.read() == wanted
    assert [each.name for each in home.iterdir()] == ["settings.json"], "no part is left"


@pytest.mark.parametrize("body", [b"", b"{", b"[]", b"\xff\xfe\x00", b'"x"', b"null"])
def test_a_damaged_file_gives_defaults(home: Path, body: bytes) -> None:
    home.mkdir()
    (home / "settings.json").write_bytes(body)
    assert settings.read() == Settings()


def test_what_cannot_be_read_keeps_its_default_and_the_rest_stays(home: Path) -> None:
    home.mkdir()
    file = {"scheme": "purple", "zoom": 10**9, "recent": ["a"], "audience": 3, "newer": True}
    (home / "settings.json").write_bytes(msgspec.json.encode(file))
    assert settings.read() == Settings(recent=("a",))


def test_recent_cases_are_few_and_the_last_comes_first() -> None:
    kept = Settings()
    for k in range(RECENT + 5):
        kept = kept.opened(f"case {k}")
    kept = kept.opened("case 9")
    assert kept.recent[0] == "case 9"
    assert len(kept.recent) == len(set(kept.recent)) == RECENT


def test_a_home_that_cannot_be_written_stops_nothing(
    home: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    home.write_text("a file", encoding="utf-8")
    settings.write(Settings(zoom=110))
    assert "cannot be written" in caplog.text
    assert settings.read() == Settings()
    assert crash.begin() is None


@pytest.fixture
def handler(home: Path) -> Iterator[logging.Handler]:
    del home
    root = logging.getLogger()
    level = root.level
    made = crash.begin()
    assert made is not None
    yield made
    root.removeHandler(made)
    root.setLevel(level)
    made.close()


@pytest.mark.usefixtures("handler")
def test_a_fault_is_logged_without_the_data_and_shown(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    del caplog  # an error is expected
    shown: list[str] = []
    monkeypatch.setattr(sys, "excepthook", sys.excepthook)
    crash.hook(shown.append)
    data = "customer Jane Doe owes 40,000"
    with pytest.raises(ValueError, match="Jane") as fault:
        int(data)
    sys.excepthook(fault.type, fault.value, fault.tb)
    text = crash.log_file().read_text(encoding="utf-8")
    assert shown == ["ValueError"]
    assert "a fault nobody caught" in text
    assert "ValueError" in text
    assert "test_settings.py" in text
    assert "Jane" not in text.replace('match="Jane"', "")


@pytest.mark.usefixtures("handler")
def test_ctrl_c_is_no_fault(monkeypatch: pytest.MonkeyPatch) -> None:
    shown: list[str] = []
    seen: list[object] = []
    monkeypatch.setattr(sys, "__excepthook__", lambda *given: seen.append(given[0]))
    monkeypatch.setattr(sys, "excepthook", sys.excepthook)
    crash.hook(shown.append)
    sys.excepthook(KeyboardInterrupt, KeyboardInterrupt(), None)
    assert (shown, seen) == ([], [KeyboardInterrupt])
