"""Five journeys through the real program on a real screen, step by step with a picture each.

``make journeys`` runs them (Xvfb, openbox, xdotool and ImageMagick must be there) and leaves
``out/journeys/NAME/*.png``.  Each ends with what lies on the disk: the case file's changes, the
exported reports, and that ``fifthwhy export`` of the same case writes the same bytes.
"""

from __future__ import annotations

import importlib
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))
from screen import CHECKOUT, Screen, screen

FIRST_SAMPLE = ("Tab", "Tab", "Tab", "Tab")
CARDS = 6
TRIES = 4
TO_QUESTIONS, TO_WAY = 6, 6  # from the role to the button that adds a question, from whom to where
TRUST = (797, 234)  # "I trust whoever made this file" in a maximized window of 1366x768


def _export(on: Screen) -> Path:
    """Export with what the dialog proposes; return the folder."""
    on.key("ctrl+shift+e")
    on.picture("export")
    before = _reports(on)
    on.key("Return", settle=1.0)
    on.wait("the reports", lambda: bool(_reports(on) - before), 60)
    on.settle(1.0)
    on.picture("exported")
    (made,) = _reports(on) - before
    on.key("Escape")
    return made.parent


def _reports(on: Screen) -> set[Path]:
    return set(on.home.rglob("report.html"))


def _same_by_command(on: Screen, exported: Path) -> None:
    """The window's export equals ``fifthwhy export`` of the same case file."""
    case = on.case()
    assert case is not None
    again = on.home / "again"
    command = [sys.executable, "-m", "investigators", "export", str(case), "--out", str(again)]
    subprocess.run(command, env=on.env, cwd=on.home, check=True)
    for path in again.iterdir():
        assert path.read_bytes() == (exported / path.name).read_bytes(), path.name
    print(f"  {', '.join(sorted(p.name for p in again.iterdir()))}: the same by the command line")


def _meeting(on: Screen) -> None:
    on.key("F5", settle=1.5)
    for card in range(CARDS):
        on.picture(f"card-{card + 1}")
        on.key("Right")
    on.key("Escape")


def unit_change(on: Screen) -> None:
    """Sample (a) by the keyboard alone: from the start page to an exported report."""
    on.run()
    on.settle(1.5)
    on.picture("start")
    on.key(*FIRST_SAMPLE)
    on.picture("first-sample")
    on.key("Return")
    on.wait("findings", on.investigated)
    on.settle(1.5)
    on.picture("case")
    on.key("ctrl+Return")
    on.picture("answer")
    on.key("ctrl+Return")
    on.wait("the answer", lambda: "answer how it came about" in on.changes(), 10)
    on.picture("answered")
    print(f"  unit change confirmed after {on.clicks} keys")
    on.key("ctrl+3", settle=1.0)
    on.picture("timeline")
    on.key("ctrl+4", settle=3.0)
    on.picture("report")
    exported = _export(on)
    _meeting(on)
    _same_by_command(on, exported)


def other_component(on: Screen) -> None:
    """Sample (b): not our component, the next why, a fact by hand, export; with the mouse too."""
    on.run("sample", "home_page")
    on.wait("findings", on.investigated)
    on.settle(1.5)
    on.picture("case")
    on.key("ctrl+Return")
    on.key("ctrl+Return")
    on.wait("the answer", lambda: "answer how it came about" in on.changes(), 10)
    on.picture("next-why")
    on.key("ctrl+shift+f")
    on.type("Two people use this account: the app and the desktop show different sections.")
    on.picture("fact")
    on.key("ctrl+Return")
    on.wait("the fact", lambda: any("add fact" in words for words in on.changes()), 10)
    on.picture("fact-added")
    on.key("ctrl+z")
    on.wait(
        "undo", lambda: on.rows("SELECT kind FROM changes ORDER BY number")[-1] == ("undo",), 10
    )
    on.key("ctrl+shift+z")
    exported = _export(on)
    assert "Two people use this account" in (exported / "report.md").read_text(encoding="utf-8")
    _same_by_command(on, exported)


def policy_question(on: Screen) -> None:
    """Sample (c): a group treated worse; a question to those who decide, not a bug."""
    on.run("sample", "contract_refused")
    on.wait("findings", on.investigated)
    on.settle(1.5)
    on.picture("case")
    on.key("ctrl+4", settle=3.0)
    on.picture("report")
    exported = _export(on)
    _meeting(on)
    assert "Policy question" in (exported / "report.md").read_text(encoding="utf-8")
    _same_by_command(on, exported)


def messy_kit(on: Screen) -> None:
    """The messy-bank kit with nothing known beforehand: files, trust, the id from the ticket."""
    sys.path.insert(0, str(CHECKOUT / "sample_data"))
    kit = importlib.import_module("make_messy").make_messy(on.home / "kit")
    on.run(str(kit.model), str(kit.log), str(kit.reference))
    on.settle(12.0)  # the log is read and kept first
    on.picture("trust")
    for _ in range(TRIES):  # on a busy machine the button comes later
        if on.case() is None:
            on.click(*TRUST)
            on.settle(12.0)
    on.wait("the case", lambda: on.case() is not None)
    on.settle(3.0)
    on.picture("what-is-what")
    on.key("ctrl+g")
    on.type("ord-5f20c1")
    on.picture("go-to")
    on.key("Return")
    on.wait("findings", on.investigated)
    on.settle(1.5)
    on.picture("case")
    exported = _export(on)
    assert "1,000 times larger" in (exported / "report.md").read_text(encoding="utf-8")
    _same_by_command(on, exported)


def _revisions(on: Screen) -> int:
    return len(on.rows("SELECT 1 FROM revisions"))


def what_people_told(on: Screen) -> None:
    """A named group, an interview and a walkthrough by the keyboard alone, seen in the card."""
    on.run("sample", "home_page")
    on.wait("findings", on.investigated)
    on.settle(1.5)
    before = _revisions(on)
    on.key("ctrl+shift+g", settle=1.0)
    on.type("cheap items")
    on.key("Tab")
    on.type("features.item_price < 20")
    on.settle(1.5)  # its rows are counted
    on.picture("group")
    on.key("ctrl+Return")
    on.wait("the group", lambda: any("cheap items" in words for words in on.changes()), 20)
    on.wait("the checks of groups", lambda: _revisions(on) > before, 150)
    on.settle(1.5)
    on.picture("group-kept")
    on.key("ctrl+shift+j", settle=1.0)
    on.type("Anna Berg")
    on.key("Tab")
    on.type("customer")
    on.key(*["Tab"] * TO_QUESTIONS, "space")
    on.type("Who else uses this account?")
    on.key("Tab")
    on.type("My sister, on the old tablet.")
    on.picture("interview")
    on.key("ctrl+Return")
    on.wait("the interview", lambda: any("interview I1" in words for words in on.changes()), 20)
    on.key("ctrl+shift+h", settle=1.0)
    on.type("Kim May")
    on.key(*["Tab"] * TO_WAY)
    on.type("from the start page to the box")
    on.key("Tab", "Tab", "space")
    for words in ("open the app", "shirts", "a bag"):
        on.type(words)
        on.key("Tab")
    on.picture("walkthrough")
    on.key("ctrl+Return")
    on.wait("the walkthrough", lambda: any("walkthrough T1" in w for w in on.changes()), 20)
    on.settle(1.5)
    on.picture("kept")
    on.key("ctrl+shift+t", settle=1.0)
    on.picture("card")
    on.key("End", settle=1.0)
    on.picture("card-end")
    exported = _export(on)
    report = (exported / "report.md").read_text(encoding="utf-8")
    for words in ("My sister, on the old tablet.", "from the start page to the box", "a bag"):
        assert words in report, words
    _same_by_command(on, exported)


JOURNEYS: tuple[Callable[[Screen], None], ...] = (
    unit_change,
    other_component,
    policy_question,
    messy_kit,
    what_people_told,
)


def main(wanted: list[str]) -> int:
    """Run the journeys named, or all."""
    failed = 0
    for journey in JOURNEYS:
        if wanted and journey.__name__ not in wanted:
            continue
        print(f"{journey.__name__}: {journey.__doc__}")
        with screen(CHECKOUT / "out" / "journeys" / journey.__name__) as on:
            try:
                journey(on)
                on.quit()
            except AssertionError as error:
                failed += 1
                print(f"  FAILED: {error}")
            else:
                print(f"  arrived: {on.clicks} keys, {len(on.steps)} pictures")
    return 1 if failed else 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
