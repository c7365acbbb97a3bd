"""A changed named group asks those checks again that look at groups, and no other."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from investigators import desk, shelf
from investigators.brief import read_case
from investigators.case import Answers, Brief
from investigators.check import Check
from investigators.evidence import Finding
from investigators.findings import document, encode
from investigators.running import Answered, Earlier
from investigators.task import Task
from investigators.view import View
from tests.investigators import parcels

GROUPS = {"new app": "app_version = 2.1"}
OTHERS = {"heavy": "basket >= 20", "new app": "app_version = 2.1 and country = DE"}
BLIND = {"ui_context.component", "ui_context.variant"}


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> parcels.Parcels:
    return parcels.write(tmp_path_factory.mktemp("again") / "in", events=True)


@pytest.fixture(scope="module")
def earlier(made: parcels.Parcels) -> Earlier:
    """What the first investigation, with other groups, left."""
    came: list[Answered] = []
    with desk.open_case(brief(made, GROUPS)) as opened:
        found = opened.investigate(stream=came.append)
    return found.case, tuple(came)


@pytest.fixture
def ran(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Ids of the checks that run, each time they do; they are the program's own."""
    found: list[str] = []

    def counting(check: Check) -> Callable[[View, Task], Sequence[Finding]]:
        def run(view: View, task: Task) -> Sequence[Finding]:
            found.append(check.id)
            return check.run(view, task)

        return run

    checks = tuple(replace(check, run=counting(check)) for check in shelf.checks())
    monkeypatch.setattr(shelf, "checks", lambda: checks)
    return found


def brief(made: parcels.Parcels, groups: dict[str, str]) -> Brief:
    return replace(read_case(made.case), groups=groups)


def asked(what: Brief, before: Earlier | None) -> bytes:
    with desk.open_case(what) as opened:
        return encode(document(opened.investigate(earlier=before)))


def test_only_checks_that_look_at_groups_run_again(
    made: parcels.Parcels, earlier: Earlier, ran: list[str]
) -> None:
    blind = {check.id for check in shelf.checks() if not check.groups}
    assert blind == BLIND
    fresh = asked(brief(made, OTHERS), None)
    every = set(ran)
    assert every > blind
    ran.clear()
    again = asked(brief(made, OTHERS), earlier)
    assert set(ran) == every - blind
    assert again == fresh, "what is kept is what would be found"


@pytest.mark.parametrize("change", ["decision", "answers", "threshold"])
def test_another_change_asks_every_check_again(
    made: parcels.Parcels, earlier: Earlier, ran: list[str], change: str
) -> None:
    what = brief(made, OTHERS)
    match change:
        case "decision":
            what = replace(what, decision=str(made.live["parcel_no"].iloc[50]))
        case "answers":
            what = replace(what, answers=Answers(whose_box="ours"))
        case _:
            what = replace(what, threshold=0.31)
    asked(what, earlier)
    assert set(ran) >= BLIND


def test_other_bytes_ask_every_check_again(
    made: parcels.Parcels, earlier: Earlier, ran: list[str]
) -> None:
    """The same names in the same places: only their bytes tell."""
    path = Path(made.path("features.yaml"))
    before = path.read_bytes()
    try:
        path.write_bytes(before + b"\n")
        asked(brief(made, OTHERS), earlier)
    finally:
        path.write_bytes(before)
    assert set(ran) >= BLIND


def test_a_check_without_groups_sees_none(made: parcels.Parcels) -> None:
    with (
        desk.open_case(brief(made, {})) as plain,
        desk.open_case(brief(made, OTHERS)) as named,
    ):
        view = named.view.without_named_groups()
        assert plain.view.without_named_groups() is plain.view
        assert view.case == plain.view.case
        assert view.segments == plain.view.segments
        assert view.log is not None
        assert plain.view.log is not None
        assert view.log.columns == plain.view.log.columns
        every = "SELECT * FROM {t} ORDER BY fw_row"
        assert view.log.query(every).equals(plain.view.log.query(every))
