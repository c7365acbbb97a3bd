"""The one error a user sees: what, where, what was expected, how to mend it."""

from __future__ import annotations

IN_THE_WINDOW = ("--dates", "--trust-model")  # options for which the window has a button


class InputTrouble(Exception):  # noqa: N818 - named for what the reader is told
    """An input that cannot be used.

    Shown as one line: ``file: place: found; expected ...; mend``.
    """

    def __init__(
        self, file: str, found: str, *, place: str = "", expected: str = "", mend: str = ""
    ) -> None:
        """``file`` is a display name; ``place`` a line, row, column or key inside it."""
        self.file, self.found, self.place = file, found, place
        self.expected, self.mend = expected, mend
        super().__init__(self.line())

    def __reduce__(self) -> tuple[object, ...]:
        """Survive the way back from a child process."""
        return (_again, (self.file, self.found, self.place, self.expected, self.mend))

    def line(self) -> str:
        """One line for standard error."""
        return self._line(self.mend)

    def told(self) -> str:
        """One line for the window: without a mend for which a button stands under it."""
        return self._line("" if any(each in self.mend for each in IN_THE_WINDOW) else self.mend)

    def _line(self, mend: str) -> str:
        where = ": ".join(part for part in (self.file, self.place) if part)
        expected = f"expected {self.expected}" if self.expected else ""
        rest = "; ".join(part for part in (self.found, expected, mend) if part)
        return " ".join(f"{where}: {rest}".split())


def _again(file: str, found: str, place: str, expected: str, mend: str) -> InputTrouble:
    return InputTrouble(file, found, place=place, expected=expected, mend=mend)
