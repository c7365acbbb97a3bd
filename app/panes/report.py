"""ReportPane."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtWidgets import QWidget

from app.parts import column, label
from app.session import Session
from app.state import State


class ReportPane(QWidget):
    """ReportPane."""

    def __init__(self, session: Session, act: Callable[[str], None]) -> None:
        super().__init__()
        self._session, self._act = session, act
        self._label = label("ReportPane", "title", wrap=True)
        self.setLayout(column(self._label, 1, margins=(12, 12, 12, 12)))
        session.changed.connect(self._changed)

    def _changed(self, _before: State, state: State) -> None:
        self._label.setText(f"ReportPane {state.stage} {state.title}")
