"""ask_questions."""

from __future__ import annotations

from PySide6.QtWidgets import QWidget

from app.session import Session


def ask_questions(parent: QWidget, session: Session) -> None:
    """ask_questions."""
