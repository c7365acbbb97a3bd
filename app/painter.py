"""Charts on screen: a description (investigators.chart) becomes a widget."""

from __future__ import annotations

from PySide6.QtWidgets import QWidget

from app.parts import label
from investigators.chart import Chart


def widget(chart: Chart) -> QWidget:
    """Return a widget that shows the chart."""
    return label(chart.description, "small", wrap=True)
