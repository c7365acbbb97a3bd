"""Brings the window up: application, log, theme, first files; heavy libraries come after it."""

from __future__ import annotations

import signal
import sys
import threading

from PySide6.QtCore import QTimer
from PySide6.QtGui import QIcon
from PySide6.QtWidgets import QApplication

from app import crash, settings, theme
from app.window import Window
from investigators import __version__, desk
from investigators.resources import resource


def application(arguments: list[str] | None = None) -> QApplication:
    """Return the application with its names and theme."""
    app = QApplication.instance()
    if not isinstance(app, QApplication):
        app = QApplication(arguments or ["fifthwhy"])
    sys.setswitchinterval(0.001)  # painting asks Qt often: it must not wait 5 ms for each answer
    app.setApplicationName("fifthwhy")
    app.setApplicationDisplayName("Fifth Why")
    app.setApplicationVersion(__version__)
    app.setDesktopFileName("fifthwhy")
    app.setWindowIcon(QIcon(str(resource("icons", "fifthwhy.svg"))))
    kept = settings.read()
    theme.apply(app, kept.scheme, kept.zoom)
    return app


def run(paths: list[str]) -> int:
    """Show the window, open ``paths`` when it is painted, and run until it closes."""
    app = application(sys.argv[:1])
    crash.begin()
    window = Window()
    crash.hook(window.fault)
    signal.signal(signal.SIGINT, lambda *_: window.close())
    window.show()
    QTimer.singleShot(0, lambda: _after_paint(window, paths))
    return int(app.exec())


def _after_paint(window: Window, paths: list[str]) -> None:
    threading.Thread(target=desk.warm_up, name="fifthwhy-warm-up", daemon=True).start()
    if paths:
        window.session.open_files(paths)
