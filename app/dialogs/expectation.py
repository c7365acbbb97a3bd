"""ask_expectation."""

from __future__ import annotations

from PySide6.QtWidgets import QWidget

from app.session import Session


def ask_expectation(parent: QWidget, session: Session) -> None:
    """ask_expectation."""
