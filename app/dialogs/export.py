"""show_export."""

from __future__ import annotations

from PySide6.QtWidgets import QWidget

from app.session import Session


def show_export(parent: QWidget, session: Session) -> None:
    """show_export."""
