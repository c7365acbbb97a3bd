"""Help, shortcuts, about."""

from __future__ import annotations

from PySide6.QtWidgets import QWidget


def show_help(window: QWidget, page: str) -> None:
    """Show a page."""


def show_shortcuts(window: QWidget) -> None:
    """Show the keys."""


def show_about(window: QWidget) -> None:
    """Show versions."""
