"""DecisionsPane."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtWidgets import QWidget

from app.parts import column, label
from app.session import Session
from app.state import State


class DecisionsPane(QWidget):
    """DecisionsPane."""

    def __init__(self, session: Session, act: Callable[[str], None]) -> None:
        super().__init__()
        self._session, self._act = session, act
        self._label = label("DecisionsPane", "title", wrap=True)
        self.setLayout(column(self._label, 1, margins=(12, 12, 12, 12)))
        session.changed.connect(self._changed)

    def _changed(self, _before: State, state: State) -> None:
        self._label.setText(f"DecisionsPane {state.stage} {state.title}")

    def focus_search(self) -> None:
        """Put the cursor into the search."""

    def step(self, by: int) -> None:
        """Pick the next or previous one."""

    def surprise(self) -> None:
        """Most surprising first."""
