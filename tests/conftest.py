"""What holds for every test: nothing leaves this machine, nothing is logged or left behind unseen.

Warnings are errors (pyproject.toml).  Beyond that a test fails when it

* logs a record of level WARNING or above and does not ask for ``caplog`` itself,
* leaves a thread or a child process running, or with Qt a timer, pool job or visible window,
* connects to or resolves anything but the loopback range.
"""

from __future__ import annotations

import gc
import ipaddress
import logging
import multiprocessing
import os
import shutil
import sys
import tempfile
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import hypothesis
import pytest

PATIENCE_S = 3.0  # a thread that is ending may take this long
# Threads that a library starts once for the whole process.
RESIDENT_THREADS = ("tqdm", "execnet", "Dummy-", "asyncio_")

_network_guarded = True
_cache = ""


def pytest_configure() -> None:
    global _cache  # noqa: PLW0603 - one folder per worker process
    _cache = tempfile.mkdtemp(prefix="fifthwhy-tests-")
    os.environ["FIFTHWHY_CACHE"] = _cache
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    os.environ.setdefault("MPLBACKEND", "agg")
    sys.addaudithook(_refuse_network)
    hypothesis.settings.register_profile(
        "house", derandomize=True, deadline=None, database=None, max_examples=30
    )
    hypothesis.settings.load_profile("house")


def pytest_unconfigure() -> None:
    global _network_guarded  # noqa: PLW0603 - an audit hook cannot be taken away
    _network_guarded = False
    shutil.rmtree(_cache, ignore_errors=True)


# what takes a minute comes first, so that no worker is left alone with it at the end
LONGEST = (
    "test_samples_truth", "test_nothing_clipped", "test_contract", "test_cli", "test_bad_inputs",
    "test_desk", "test_session", "test_conventions", "test_report_tools", "test_main",
    "test_delimited", "test_ending", "test_whys", "test_cli_process", "test_wheel", "test_groups",
    "test_hidden_slices", "test_free_lines", "test_shown_columns", "test_named_groups_asked_again",
    "test_planted_kinds", "test_affine_change", "test_kept", "test_golden",
)  # fmt: skip


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Run the longest files first (``--no-loadscope-reorder`` keeps them there)."""
    place = {name: k for k, name in enumerate(LONGEST)}
    items.sort(key=lambda item: place.get(item.path.stem, len(place)))


def pytest_make_parametrize_id(val: object, argname: str) -> str | None:
    """Name bytes by their number: gzip ones hold the time, and workers must agree on names."""
    return f"{argname}-{len(val)}-bytes" if isinstance(val, bytes) else None


class NetworkTouchedError(AssertionError):
    """A test, or what it tests, tried to reach another machine."""


def _is_here(host: object) -> bool:
    if host is None or host in ("", "localhost", b"localhost"):
        return True
    try:
        return ipaddress.ip_address(str(host).split("%", maxsplit=1)[0]).is_loopback
    except ValueError:
        return False


def _refuse_network(event: str, args: tuple[Any, ...]) -> None:
    if not _network_guarded or not event.startswith("socket."):
        return
    if event in ("socket.connect", "socket.sendto"):
        address = args[1]
    elif event in ("socket.getaddrinfo", "socket.gethostbyname"):
        address = (args[0],)
    else:
        return
    # Unix sockets have a path (text or bytes) for an address; they stay on this machine.
    if isinstance(address, tuple) and not _is_here(address[0]):
        raise NetworkTouchedError(f"{event} {address}: only loopback is allowed in tests")


class _Listening(logging.Handler):
    def __init__(self) -> None:
        super().__init__(logging.WARNING)
        self.records: list[logging.LogRecord] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.records.append(record)


@pytest.fixture(autouse=True)
def _no_unexpected_log(request: pytest.FixtureRequest) -> Iterator[None]:
    listening = _Listening()
    logging.getLogger().addHandler(listening)
    yield
    logging.getLogger().removeHandler(listening)
    if listening.records and "caplog" not in request.fixturenames:
        said = "; ".join(f"{r.name} {r.levelname}: {r.getMessage()}" for r in listening.records)
        pytest.fail(f"unexpected log records: {said}", pytrace=False)


def _left_over(before: set[threading.Thread]) -> list[str]:
    for thread in set(threading.enumerate()) - before:
        if not thread.name.startswith(RESIDENT_THREADS):
            thread.join(PATIENCE_S)
    threads = set(threading.enumerate()) - before
    left = [f"thread {t.name}" for t in threads if not t.name.startswith(RESIDENT_THREADS)]
    return left + [f"child process {child.pid}" for child in multiprocessing.active_children()]


def _left_over_in_qt() -> list[str]:
    widgets = sys.modules.get("PySide6.QtWidgets")
    core = sys.modules.get("PySide6.QtCore")
    if widgets is None or core is None or widgets.QApplication.instance() is None:
        return []
    left = [
        f"window {w.windowTitle() or type(w).__name__}"
        for w in widgets.QApplication.topLevelWidgets()
        if w.isVisible()
    ]
    if not core.QThreadPool.globalInstance().waitForDone(int(PATIENCE_S * 1000)):
        left.append("a job in the thread pool")
    from shiboken6 import isValid  # a timer may outlive its widget as a mere Python object

    timers = (t for t in gc.get_objects() if type(t) is core.QTimer and isValid(t))
    return left + [f"an active timer of {t.interval()} ms" for t in timers if t.isActive()]


@pytest.fixture(autouse=True)
def _nothing_left_behind(request: pytest.FixtureRequest) -> Iterator[None]:
    before = set(threading.enumerate())
    yield
    left = _left_over(before)
    if "qapp" in request.fixturenames:
        left += _left_over_in_qt()
    if left:
        pytest.fail(f"left behind: {', '.join(sorted(left))}", pytrace=False)


@pytest.fixture(scope="session")
def root() -> Path:
    """The checkout."""
    return Path(__file__).resolve().parent.parent
