"""Whatever a check supports has its picture: every check's tests ask it of what they make."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import msgspec
import pytest

from investigators import shelf
from investigators.check import Check
from investigators.evidence import Finding
from tests.investigators.checks.pictures import pictured
from tests.investigators.report import report_cases

HELPERS = ("planted import", "related import")  # what these run is asked as well
HERE = Path(__file__).parent


@pytest.mark.parametrize("check", shelf.checks(), ids=lambda check: check.id)
def test_the_tests_of_every_check_ask_for_pictures(check: Check) -> None:
    source = (HERE / f"test_{check.id.partition('.')[2]}.py").read_text(encoding="utf-8")
    assert "pictured(" in source or any(helper in source for helper in HELPERS)


def test_a_finding_without_a_picture_is_refused() -> None:
    chart = report_cases.dots()
    bare = Finding("x", "x", "input_units", "supports", (), "So it is.", 1)
    whole = replace(bare, charts=(chart,))
    assert pictured([whole]) == [whole]
    for wrong in (
        bare,
        replace(bare, charts=(msgspec.structs.replace(chart, title="since 2026-01-01T10:00:00Z"),)),
    ):
        with pytest.raises(AssertionError):
            pictured([wrong])
