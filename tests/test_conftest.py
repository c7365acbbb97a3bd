"""The guards of conftest.py bite."""

from __future__ import annotations

import os
import socket
import urllib.request
from pathlib import Path

import pytest

pytest_plugins = ("pytester",)


def test_another_machine_is_refused() -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock:
        with pytest.raises(AssertionError, match="only loopback"):
            sock.connect(("192.0.2.1", 9))
        with pytest.raises(AssertionError, match="only loopback"):
            sock.sendto(b"x", ("192.0.2.1", 9))
    with pytest.raises(AssertionError, match="only loopback"):
        urllib.request.urlopen("http://example.invalid/")


def test_loopback_is_allowed() -> None:
    with (
        socket.create_server(("127.0.0.1", 0)) as server,
        socket.create_connection(server.getsockname()) as client,
    ):
        assert client.getpeername() == server.getsockname()


def test_the_cache_is_a_folder_of_the_tests() -> None:
    assert Path(os.environ["FIFTHWHY_CACHE"]).name.startswith("fifthwhy-tests-")


LOGS = "import logging; logging.getLogger('x').warning('odd')"
LINGERS = (
    "import threading as t; "
    "t.Thread(target=t.Event().wait, args=(9,), name='lingers', daemon=True).start()"
)


@pytest.mark.parametrize(("body", "said"), [(LOGS, "x WARNING: odd"), (LINGERS, "thread lingers")])
def test_what_is_logged_or_left_fails_a_test(
    pytester: pytest.Pytester, root: Path, body: str, said: str
) -> None:
    own = (root / "tests" / "conftest.py").read_text(encoding="utf-8")
    pytester.makeconftest(own.replace("PATIENCE_S = 3.0", "PATIENCE_S = 0.05"))
    pytester.makepyfile(f"def test_one():\n    {body}\n")
    result = pytester.runpytest_subprocess("-p", "no:pytest-qt")
    result.stdout.fnmatch_lines([f"*{said}*"])
    assert result.ret == pytest.ExitCode.TESTS_FAILED


def test_caplog_says_that_the_record_is_expected(caplog: pytest.LogCaptureFixture) -> None:
    import logging

    logging.getLogger("house").warning("expected")
    assert caplog.messages == ["expected"]
