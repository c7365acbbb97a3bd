"""A real screen for journeys: Xvfb with a window manager, keys and clicks by xdotool, pictures.

Not part of ``make test``: it needs Xvfb, openbox, xdotool and ImageMagick (``make journeys`` says
what is missing).  Nothing of the program is called from here: what a person can see and what lies
on the disk is all there is.
"""

from __future__ import annotations

import os
import shutil
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from pathlib import Path

TOOLS = ("Xvfb", "openbox", "xdotool", "import")
SIZE = "1366x768"
PATIENCE = 60.0
CHECKOUT = Path(__file__).resolve().parent.parent.parent


@dataclass
class Screen:
    """A display with one program on it; ``clicks`` counts what a person did."""

    display: str
    folder: Path
    home: Path
    program: subprocess.Popen[bytes] | None = None
    clicks: int = 0
    steps: list[str] = field(default_factory=list)

    @property
    def env(self) -> dict[str, str]:
        """The environment of the program and of the tools."""
        return {
            **{k: v for k, v in os.environ.items() if k != "QT_QPA_PLATFORM"},
            "DISPLAY": self.display,
            "HOME": str(self.home),
            "FIFTHWHY_HOME": str(self.home),
            "FIFTHWHY_CACHE": str(self.home / "cache"),
            "PYTHONPATH": str(CHECKOUT),
        }

    def run(self, *arguments: str) -> None:
        """Start the program and wait for its window."""
        command = [sys.executable, "-m", "app", *arguments]
        self.program = subprocess.Popen(command, cwd=self.home, env=self.env)
        self.wait(
            "a window", lambda: bool(self._ask("search", "--onlyvisible", "--name", "Fifth Why"))
        )
        self._ask("search", "--onlyvisible", "--name", "Fifth Why", "windowactivate")
        self.settle()

    def _ask(self, *words: str) -> str:
        done = subprocess.run(
            ["xdotool", *words], env=self.env, capture_output=True, text=True, check=False
        )
        return done.stdout.strip()

    def key(self, *keys: str, settle: float = 0.4) -> None:
        """Press keys one after the other."""
        for each in keys:
            self._ask("key", "--clearmodifiers", each)
            self.clicks += 1
            time.sleep(0.15)
        self.settle(settle)

    def type(self, words: str) -> None:
        """Type words."""
        self._ask("type", "--delay", "20", words)
        self.settle()

    def click(self, x: int, y: int) -> None:
        """Click at a place of the screen."""
        self._ask("mousemove", str(x), str(y), "click", "1")
        self.clicks += 1
        self.settle()

    def settle(self, seconds: float = 0.6) -> None:
        """Let the program paint."""
        time.sleep(seconds)

    def title(self) -> str:
        """The title of the active window."""
        return self._ask("getactivewindow", "getwindowname")

    def picture(self, name: str) -> Path:
        """Keep a picture of the whole screen."""
        path = self.folder / f"{len(self.steps):02}-{name}.png"
        subprocess.run(["import", "-window", "root", str(path)], env=self.env, check=True)
        self.steps.append(name)
        return path

    def wait(self, what: str, ready: Callable[[], bool], seconds: float = PATIENCE) -> None:
        """Wait until something holds."""
        until = time.monotonic() + seconds
        while not ready():
            if self.program is not None and self.program.poll() is not None:
                raise AssertionError(f"the program ended while waiting for {what}")
            if time.monotonic() > until:
                self.picture("waited-in-vain")
                raise AssertionError(f"waited {seconds:g} s for {what} in vain")
            time.sleep(0.2)

    def case(self) -> Path | None:
        """The newest case file."""
        found = sorted((self.home / "cases").glob("*.fifthwhy"))
        return found[-1] if found else None

    def changes(self) -> list[str]:
        """Words of the changes in the newest case file."""
        return [row[0] for row in self.rows("SELECT words FROM changes ORDER BY number")]

    def rows(self, sql: str) -> list[tuple[object, ...]]:
        """Ask the newest case file."""
        path = self.case()
        if path is None:
            return []
        with closing(sqlite3.connect(f"{path.as_uri()}?mode=ro", uri=True)) as file:
            return file.execute(sql).fetchall()

    def investigated(self) -> bool:
        """Whether the newest case holds findings."""
        return bool(self.rows("SELECT 1 FROM revisions"))

    def quit(self) -> None:
        """Leave by the keyboard."""
        assert self.program is not None
        self.key("ctrl+q")
        assert self.program.wait(20) == 0


@contextmanager
def screen(folder: Path) -> Iterator[Screen]:
    """A screen of its own; everything that was started is ended."""
    missing = [tool for tool in TOOLS if shutil.which(tool) is None]
    if missing:
        raise SystemExit(
            f"journeys need {', '.join(missing)} (Debian: xvfb openbox xdotool imagemagick)"
        )
    folder.mkdir(parents=True, exist_ok=True)
    home = folder / "home"
    shutil.rmtree(home, ignore_errors=True)
    home.mkdir()
    # The server itself chooses a free display and says so when it is ready.
    server = subprocess.Popen(
        ["Xvfb", "-displayfd", "1", "-screen", "0", f"{SIZE}x24", "-nolisten", "tcp"],
        stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
    )  # fmt: skip
    assert server.stdout is not None
    made = Screen(f":{server.stdout.readline().decode().strip()}", folder, home)
    manager: subprocess.Popen[bytes] | None = None
    try:
        manager = subprocess.Popen(
            ["openbox"], env=made.env, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
        time.sleep(1)
        yield made
    finally:
        for each in (made.program, manager, server):
            if each is not None and each.poll() is None:
                each.terminate()
                each.wait(20)
