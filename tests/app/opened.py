"""A window on a case that was investigated before: opens in a moment, everything found."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

from pytestqt.qtbot import QtBot

from app.window import Window
from investigators import desk
from investigators.brief import read_case

LONG = 120_000


def investigated(case: Path, out: Path) -> Path:
    """The case file that the command line leaves of ``case``."""
    brief = replace(read_case(case), case_file=case.name)
    with desk.open_case(brief) as opened:
        desk.save(opened.investigate(), out)
    return out / "case.fifthwhy"


def copied(file: Path, folder: Path) -> Path:
    """A copy of a case file to work on."""
    return Path(shutil.copy(file, folder / "mailed.fifthwhy"))


def settle(qtbot: QtBot, window: Window) -> None:
    """Until nothing is under way and the list, if there is one, has its first rows."""

    def done() -> bool:
        session, pane = window.session, window.decisions
        lanes = (session.case_lane, session.view_lane, session.list_lane)
        if session.state.busy or any(lane.jobs for lane in lanes) or pane.listing.busy:
            return False
        listed = pane.model.listed
        return listed is None or listed.count == 0 or pane.model.line(0) is not None

    qtbot.waitUntil(done, timeout=LONG)


@contextmanager
def window_on(qtbot: QtBot, file: Path) -> Iterator[Window]:
    """A window with the case open and at rest."""
    made = Window()
    made.resize(1100, 720)
    made.show()
    made.session.open_files([str(file)])
    qtbot.waitUntil(lambda: made.session.state.opened is not None, timeout=LONG)
    settle(qtbot, made)
    try:
        yield made
    finally:
        made.close()
        made.deleteLater()
