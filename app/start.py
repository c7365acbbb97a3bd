"""Brings the window up: application, log, theme, first files; heavy libraries come after it."""

from __future__ import annotations

import gc
import sys
import threading
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from importlib import import_module

from PySide6.QtWidgets import QApplication

from app import crash, language, settings, theme
from app.collector import Collector
from app.window import SIZE, Window
from investigators import __version__, desk
from investigators.resources import resource


def application(arguments: list[str] | None = None, *, dressed: bool = True) -> QApplication:
    """Return the application with its names, theme and language; styled only when ``dressed``."""
    app = QApplication.instance()
    if not isinstance(app, QApplication):
        app = QApplication(arguments or ["fifthwhy"])
    sys.setswitchinterval(0.0002)  # painting asks Qt often: it must not wait 5 ms for each answer
    app.setApplicationName("fifthwhy")
    app.setApplicationDisplayName("Fifth Why")
    app.setApplicationVersion(__version__)
    app.setDesktopFileName("fifthwhy")
    kept = settings.read()
    language.speak(app, kept.language)
    theme.choose(app, kept.scheme, kept.zoom)
    if dressed:
        theme.dress(app)
    return app


def run(paths: list[str]) -> int:
    """Show the window, open ``paths`` when it is painted, and run until it closes."""
    app = application(sys.argv[:1], dressed=False)
    with ExitStack() as held:
        window = prepared(app, paths, held)
        _show(window)
        return int(app.exec())


def prepared(app: QApplication, paths: list[str], held: ExitStack) -> Window:
    """Make the window; ``held`` gets what is to be let go when it is closed."""
    # Under a style sheet each widget put into another is styled again: dress all of them once.
    window = Window()
    theme.dress(app)
    crash.hook(window.fault)
    window.painted.connect(lambda: _after_paint(window, paths, held))
    window.complete.connect(_warm_up)
    return window


def _show(window: Window) -> None:
    """Fill a small screen at the first start; later the window is where it was."""
    small = window.screen().availableGeometry().width() <= SIZE.width()
    if small and not window.kept.geometry:
        window.showMaximized()
    else:
        window.show()


@contextmanager
def _interruptible(window: Window) -> Iterator[None]:
    """Let Ctrl+C close the window at once: Python sees a signal only when Qt's loop wakes up."""
    import signal
    import socket

    from PySide6.QtCore import QSocketNotifier

    ours, theirs = socket.socketpair()
    ours.setblocking(False)
    theirs.setblocking(False)
    woken = QSocketNotifier(ours.fileno(), QSocketNotifier.Type.Read)
    woken.activated.connect(lambda *_: ours.recv(16))
    before = signal.set_wakeup_fd(theirs.fileno(), warn_on_full_buffer=False)
    handler = signal.signal(signal.SIGINT, lambda *_: window.close())
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, handler)
        signal.set_wakeup_fd(before)
        woken.setEnabled(False)
        ours.close()
        theirs.close()


def _after_paint(window: Window, paths: list[str], held: ExitStack) -> None:
    """Log, Ctrl+C, icon, files: what the first picture need not wait for."""
    gc.freeze()  # what stands now stays
    collector = Collector(window)
    collector.begin()
    held.callback(collector.end)
    from PySide6.QtGui import QIcon

    crash.begin()
    window.follow_desktop()
    held.enter_context(_interruptible(window))
    window.setWindowIcon(QIcon(str(resource("icons", "fifthwhy.svg"))))
    if paths:
        window.session.open_files(paths)


def _warm_up() -> None:
    from app.work import give_way

    def work() -> None:
        give_way()
        desk.warm_up()
        import_module("pyqtgraph")  # the first chart would hold the window up for a second

    threading.Thread(target=work, name="fifthwhy-warm-up", daemon=True).start()
