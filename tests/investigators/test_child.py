"""Child processes end when their work, their time or our patience does."""

import time
from pathlib import Path

import pytest

from investigators.child import run_script
from investigators.task import Cancelled, Task


@pytest.fixture
def script(tmp_path: Path) -> Path:
    path = tmp_path / "script.py"
    path.write_text(
        "import os, sys, time\n"
        "print('said'); sys.stderr.write('said')\n"
        "given = sys.stdin.buffer.read()\n"
        "open(sys.argv[1], 'wb').write(given)\n"
        "open(sys.argv[2], 'w').write(str(os.getpid()))\n"
        "time.sleep(float(sys.argv[3]))\n"
        "os.abort() if sys.argv[3] == '0.0' else sys.exit(3 if sys.argv[3] == '0.001' else 0)\n"
    )
    return path


def run(script: Path, seconds: str, task: Task | None = None, limit: float = 20.0) -> str:
    folder = script.parent
    arguments = (str(folder / "given"), str(folder / "pid"), seconds)
    ended = run_script(script, arguments, b"x" * 300_000, task or Task(), seconds=limit, bare=True)
    return ended.words


def gone(script: Path) -> bool:
    # the child was waited for, so its number is free again
    return not Path(f"/proc/{(script.parent / 'pid').read_text()}").exists()


def test_what_is_given_arrives_and_what_is_said_is_dropped(
    script: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    assert run(script, "0.3") == "ended with status 0"  # longer than one look at the task
    assert (script.parent / "given").read_bytes() == b"x" * 300_000
    assert capfd.readouterr() == ("", "")
    assert run(script, "0.001") == "ended with status 3"


def test_a_crash_is_words(script: Path) -> None:
    assert run(script, "0.0") == "crashed (signal 6)"


def test_time_out_and_cancel_end_the_child(script: Path) -> None:
    assert run(script, "60", limit=0.5) == "did not end in time"
    assert gone(script)
    task = Task()

    def listen(*_: object) -> None:
        if (script.parent / "pid").exists():
            task.cancel()

    task = Task(listen)
    (script.parent / "pid").unlink()
    start = time.monotonic()
    with pytest.raises(Cancelled):
        run(script, "60", task)
    assert time.monotonic() - start < 10
    assert gone(script)


def test_a_child_that_is_slow_to_listen_still_gets_all(tmp_path: Path) -> None:
    script = tmp_path / "slow.py"
    script.write_text(
        "import sys, time\n"
        "time.sleep(0.5)\n"  # longer than one look, while more waits than a pipe holds
        "sys.exit(0 if len(sys.stdin.buffer.read()) == 300_000 else 1)\n"
    )
    ended = run_script(script, (), b"x" * 300_000, Task(), seconds=5.0, bare=True)
    assert ended.words == "ended with status 0"
