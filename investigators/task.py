"""What slow work is handed: progress out, cancellation in."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

Listener = Callable[[int, int, str], None]


class Cancelled(Exception):  # noqa: N818 - it is an outcome, not an error
    """Raised inside slow work after :meth:`Task.cancel`."""


class Task:
    """One piece of slow work as both sides see it.

    The worker calls :meth:`tick` in its loops (at least twice a second); whoever waits gives a
    ``listener`` and may call :meth:`cancel` from any thread.  A running query is stopped through
    :meth:`interrupting`.
    """

    def __init__(self, listener: Listener | None = None) -> None:
        """``listener`` is called as ``listener(done, total, words)`` on the worker's thread."""
        self._listener = listener
        self._cancelled = threading.Event()
        self._interrupts: list[Callable[[], None]] = []

    @property
    def cancelled(self) -> bool:
        """Whether somebody asked to stop."""
        return self._cancelled.is_set()

    def cancel(self) -> None:
        """Ask the work to stop; running queries are interrupted at once."""
        self._cancelled.set()
        for interrupt in tuple(self._interrupts):
            interrupt()

    def tick(self, done: int = 0, total: int = 0, words: str = "") -> None:
        """Report progress (``total`` 0 when unknown) and stop here when cancelled.

        Raises:
            Cancelled: when :meth:`cancel` was called.
        """
        self._stop_here()
        if self._listener is not None:
            self._listener(done, total, words)

    @contextmanager
    def interrupting(self, interrupt: Callable[[], None]) -> Iterator[None]:
        """While inside, :meth:`cancel` also calls ``interrupt`` (stop a running query).

        Raises:
            Cancelled: on entry or exit when :meth:`cancel` was called meanwhile.
        """
        self._stop_here()
        self._interrupts.append(interrupt)
        try:
            yield
        except Exception as error:
            if self.cancelled:
                raise Cancelled from error
            raise
        finally:
            self._interrupts.remove(interrupt)
        self._stop_here()

    def _stop_here(self) -> None:
        if self._cancelled.is_set():
            raise Cancelled
