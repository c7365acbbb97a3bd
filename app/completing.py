"""A line that completes the names of columns, word by word."""

from __future__ import annotations

import re
from collections.abc import Sequence

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, Qt
from PySide6.QtWidgets import QCompleter, QLineEdit, QWidget

from investigators.trial import quoted_name

# The word being typed: an open quote reaches over spaces.
LAST = re.compile(r'(?:"(?:[^"]|"")*|[^\s,"]*)$')


def last_word(text: str) -> tuple[str, str]:
    """What stands before the word at the end of a text, and that word."""
    closed = re.sub(r'"(?:[^"]|"")*"', lambda found: "x" * len(found[0]), text)
    found = LAST.search(closed)
    at = len(text) if found is None else found.start()
    return text[:at], text[at:]


class _Words(QCompleter):
    """Completes the last word of a line; what is before it stays."""

    def splitPath(self, path: str) -> list[str]:  # noqa: N802 - Qt's name
        """The part that is completed."""
        word = last_word(path)[1]
        return [word.removeprefix('"')]

    def pathFromIndex(self, index: QModelIndex | QPersistentModelIndex) -> str:  # noqa: N802 - Qt's name
        """The whole line with the word completed."""
        line = self.widget()
        assert isinstance(line, QLineEdit)
        before = last_word(line.text()[: line.cursorPosition()])[0]
        return before + quoted_name(str(index.data()))


class NamesLine(QLineEdit):
    """A line in the language of groups; ``names`` are offered from the first letter on."""

    def __init__(self, text: str, names: Sequence[str], parent: QWidget | None = None) -> None:
        super().__init__(text, parent)
        completer = _Words(list(names), self)
        completer.setCaseSensitivity(Qt.CaseSensitivity.CaseInsensitive)
        completer.setFilterMode(Qt.MatchFlag.MatchContains)
        self.setCompleter(completer)
