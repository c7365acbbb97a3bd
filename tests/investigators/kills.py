"""Kill a process that writes a case file, at a random moment, and look at what is left.

The child says the number of each change once it is acknowledged; after the kill the file must open
and hold every change said, and the next one may be there or not, but never half.
"""

from __future__ import annotations

import random
import subprocess
import sys
import threading
from pathlib import Path

from investigators import casefile
from investigators.board import Board, Draft
from investigators.case import Brief
from investigators.case_history import CaseFile

ROOT = Path(__file__).resolve().parents[2]
EVERY = 7  # each seventh step undoes, each that follows it redoes
WRITER = """
import sys
from pathlib import Path
from tests.investigators import kills
kills.write(Path(sys.argv[1]), int(sys.argv[2]))
"""
# Dies before the statement of number {at} of the upgrade.
UPGRADE = """
import os, signal, sqlite3
from pathlib import Path
from investigators import casefile
path, count = Path({path!r}), [0]
connection = casefile.connect(path)
def seen(*_):
    count[0] += 1
    if count[0] > 40 * {at}:
        os.kill(os.getpid(), signal.SIGKILL)
    return 0
connection.set_progress_handler(seen, 1)
casefile.prepare(path, connection)
connection.set_progress_handler(None, 0)
"""


def draft(number: int) -> Draft:
    """The state that change ``number`` puts in force: known from its number alone."""
    words = f"{number} " + "x" * (number % 5000)
    return Draft(Brief(title=words, decision="a"), Board(expected_from=words[::-1]))


def write(path: Path, first: int) -> None:
    """Write changes for ever, with undo and redo between; say each once it is acknowledged."""
    with CaseFile(path) as file:
        sys.stdout.write("ready\n")
        sys.stdout.flush()
        number = first
        while True:
            number += 1
            file.change(f"change {number}", draft(number))
            if number % EVERY == 0:
                file.undo()
                file.redo()
            sys.stdout.write(f"{number}\n")
            sys.stdout.flush()


def _one(path: Path, first: int, after: float) -> tuple[int, int]:
    """Run a writer and kill it ``after`` seconds; return the last number said and the file's."""
    command = [sys.executable, "-c", WRITER, str(path), str(first)]
    child = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True)
    assert child.stdout is not None
    assert child.stdout.readline().strip() == "ready"
    timer = threading.Timer(after, child.kill)
    timer.start()
    said = [line for line in child.stdout if line.endswith("\n")]
    child.wait()
    child.stdout.close()
    timer.join()
    acknowledged = int(said[-1]) if said else first
    return acknowledged, kept(path)


def kept(path: Path) -> int:
    """The number of the state in force, which must be whole; 0 when there is none yet."""
    with CaseFile(path) as file:
        found = file.draft()
        if found is None:
            return 0
        number = int((found.brief.title or "").split()[0])
        assert found == draft(number), f"change {number} is not what was written"
        steps = [int(words.split()[1]) for words in file.history]
        assert steps == list(range(1, number + 1)), "a change in between is missing"
    with casefile.connect(path) as connection:
        (sound,) = connection.execute("PRAGMA integrity_check").fetchone()
    connection.close()
    assert sound == "ok", sound
    return number


def run(folder: Path, times: int, seed: int) -> list[str]:
    """Kill ``times`` writers of files in ``folder``; return what went wrong, in words."""
    chance, wrong = random.Random(seed), []
    path, first = folder / "0.fifthwhy", 0
    for at in range(times):
        if at % 10 == 0:  # a new file now and then: its making can be hit as well
            path, first = folder / f"{at}.fifthwhy", 0
        acknowledged, last = _one(path, first, chance.uniform(0, 0.15))
        # the kill may fall between undo and redo of a change that was not yet said
        if not acknowledged <= last <= acknowledged + 1:
            wrong.append(f"{path.name}: {acknowledged} was acknowledged, {last} is kept")
        first = last
    return wrong
