"""Log file, crash hook: a fault is written down and shown once, and the work goes on.

The log holds the program's own words and where in the code it was, never a value from the data.
"""

from __future__ import annotations

import faulthandler
import logging
import sys
import traceback
from collections.abc import Callable
from pathlib import Path
from types import TracebackType

from app import settings

log = logging.getLogger(__name__)
LONGEST, KEPT = 500_000, 3


class Places(logging.Formatter):
    """Records with the places of an exception, without its message (it may quote data)."""

    def format(self, record: logging.LogRecord) -> str:
        """Format, without the exception's text that another handler left in the record."""
        left, record.exc_text = record.exc_text, None
        try:
            return super().format(record)
        finally:
            record.exc_text = left

    def formatException(self, ei: object) -> str:  # noqa: N802 - logging's name
        """Give type and places of the exception."""
        assert isinstance(ei, tuple)
        kind, _, trace = ei
        places = "".join(traceback.format_tb(trace))
        return f"{getattr(kind, '__name__', kind)}\n{places}"


def log_file() -> Path:
    """Return the path of the log file."""
    return settings.home() / "fifthwhy.log"


def begin() -> logging.Handler | None:
    """Write the log into the settings' folder; ``None`` where that cannot be written."""
    from logging.handlers import RotatingFileHandler  # slow: it brings sockets along

    try:
        log_file().parent.mkdir(parents=True, exist_ok=True)
        handler = RotatingFileHandler(log_file(), maxBytes=LONGEST, backupCount=KEPT)
    except OSError:
        return None
    handler.setFormatter(Places("%(asctime)s %(levelname)s %(name)s %(message)s"))
    handler.setLevel(logging.INFO)
    root = logging.getLogger()
    root.addHandler(handler)
    root.setLevel(min(root.level or logging.INFO, logging.INFO))
    if sys.stderr is not None:
        faulthandler.enable()
    return handler


def hook(show: Callable[[str], None]) -> None:
    """Log what nobody caught and say so in the window."""

    def caught(
        kind: type[BaseException], value: BaseException, trace: TracebackType | None
    ) -> None:
        if issubclass(kind, KeyboardInterrupt):
            sys.__excepthook__(kind, value, trace)
            return
        log.error("a fault nobody caught", exc_info=(kind, value, trace))
        show(kind.__name__)

    sys.excepthook = caught
