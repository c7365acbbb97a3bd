"""The command palette."""

from __future__ import annotations

from PySide6.QtWidgets import QWidget


def show_palette(window: QWidget) -> None:
    """Show it."""
