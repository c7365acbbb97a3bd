"""Meeting mode."""

from __future__ import annotations

from PySide6.QtWidgets import QDialog, QWidget

from app.session import Session


class Meeting(QDialog):
    """Six cards."""

    def __init__(self, session: Session, parent: QWidget) -> None:
        super().__init__(parent)
        self._session = session
