"""A chart on a card, drawn in a turn of its own: it costs as much as the rest of the card."""

from __future__ import annotations

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QWidget

from app.painter import widget as chart_widget
from app.parts import MOMENT_MS, column, show_all
from investigators.chart import Chart


class Drawn(QWidget):
    """The place of a chart, which comes a moment later."""

    def __init__(self, chart: Chart) -> None:
        super().__init__()
        self._inside = column(gap=0)
        self.setLayout(self._inside)
        # its own timer, so that none is left where the card is gone by then
        soon = QTimer(self)
        soon.setSingleShot(True)
        soon.timeout.connect(lambda: self._draw(chart))
        soon.start(MOMENT_MS)

    def _draw(self, chart: Chart) -> None:
        picture = chart_widget(chart)
        picture.setMinimumHeight(96)
        self._inside.addWidget(picture)
        show_all(self._inside)
