"""The one error a user sees: what, where, what was expected, how to mend it."""

from __future__ import annotations


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
        """One line for standard error or an inline card."""
        where = ": ".join(part for part in (self.file, self.place) if part)
        rest = "; ".join(
            part
            for part in (
                self.found,
                f"expected {self.expected}" if self.expected else "",
                self.mend,
            )
            if part
        )
        return " ".join(f"{where}: {rest}".split())


def _again(file: str, found: str, place: str, expected: str, mend: str) -> InputTrouble:
    return InputTrouble(file, found, place=place, expected=expected, mend=mend)
