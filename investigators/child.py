"""Work that may crash or never end, done in a child process of our own."""

from __future__ import annotations

import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

from investigators.task import Task

_TICK = 0.2  # seconds between looks at the task


@dataclass(frozen=True, slots=True)
class Ended:
    """How a child ended.  ``code`` is its exit status, negative for a signal, ``None`` late."""

    code: int | None

    @property
    def words(self) -> str:
        """Say it for a message."""
        if self.code is None:
            return "did not end in time"
        if self.code < 0:
            return f"crashed (signal {-self.code})"
        return f"ended with status {self.code}"


def run_script(
    script: Path,
    arguments: tuple[str, ...],
    given: bytes,
    task: Task,
    *,
    seconds: float,
    bare: bool,
) -> Ended:
    """Run a Python script isolated (``-I``), give it ``given`` on standard input, wait for it.

    ``bare`` leaves out installed packages, for a fast start.  What it prints is dropped: it belongs
    to a library or to a stranger's file, never to the user's screen.

    Raises:
        Cancelled: when the task was cancelled; the child is ended first.
    """
    command = [sys.executable, "-I", *(["-S"] if bare else []), str(script), *arguments]
    until = time.monotonic() + seconds
    # Through a file, not a pipe: ``communicate`` that timed out once stops feeding the child, so
    # that a slow start and a text larger than a pipe would wait for each other for ever.
    with tempfile.TemporaryFile() as text:
        text.write(given)
        text.seek(0)
        child = subprocess.Popen(  # noqa: S603 - our own interpreter and script
            command, stdin=text, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
        try:
            while True:
                task.tick()
                try:
                    return Ended(child.wait(timeout=_TICK))
                except subprocess.TimeoutExpired:
                    if time.monotonic() > until:
                        return Ended(None)
        finally:
            if child.poll() is None:
                child.kill()
                child.wait()
