"""What the tests of every check ask of the pictures of its findings, and their kinds by type."""

from __future__ import annotations

import re
from collections.abc import Sequence

from investigators.chart import Cells, Chart, Distributions, Dots, TimeStrip, Waterfall
from investigators.evidence import Finding

RAW_NUMBER = re.compile(r"\d\.\d{11,}|\de\+0\d|(?<!“)\bnan\b|\d{4}-\d\d-\d\dT\d\d:")
A_PERSONS_WORD = "no record looked at"


def pictured(findings: Sequence[Finding]) -> Sequence[Finding]:
    """Hand on what a check answered; whatever it supports has a picture or a table to look at.

    A person's word alone has none: nothing was counted.
    """
    for finding in findings:
        if finding.verdict == "supports" and A_PERSONS_WORD not in finding.sentence:
            assert finding.charts, f"{finding.id} has no picture"
        for chart in finding.charts:
            _is_told(finding, chart)
    return findings


def _is_told(finding: Finding, chart: Chart) -> None:
    for words in (chart.title, chart.strip, chart.description):
        assert words.strip(), f"{finding.id}: {chart.title} does not say what it shows, or of whom"
    for words in _words(chart):
        assert not RAW_NUMBER.search(words), f"{finding.id}: {words}"


def _words(chart: Chart) -> tuple[str, ...]:
    told: tuple[str, ...] = (chart.title, chart.strip, chart.description)
    match chart:
        case Cells():
            return (*told, *chart.header)
        case Dots():
            return (*told, chart.unit, *(dot.label for dot in chart.dots))
        case Distributions() | TimeStrip():
            told = (*told, chart.unit, *(curve.name for curve in chart.curves))
            return (*told, *(mark.label for mark in chart.marks))
        case Waterfall():
            return told


def cells_of(finding: Finding, k: int = 0) -> Cells:
    """The picture that is a table."""
    chart = finding.charts[k]
    assert isinstance(chart, Cells)
    return chart


def dots_of(finding: Finding, k: int = 0) -> Dots:
    """The picture of groups."""
    chart = finding.charts[k]
    assert isinstance(chart, Dots)
    return chart


def curves_of(finding: Finding, k: int = 0) -> Distributions:
    """The picture of distributions."""
    chart = finding.charts[k]
    assert isinstance(chart, Distributions)
    return chart


def strip_of(finding: Finding, k: int = 0) -> TimeStrip:
    """The picture over time."""
    chart = finding.charts[k]
    assert isinstance(chart, TimeStrip)
    return chart
