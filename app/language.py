"""The words of the window in the reader's language, from Qt's translation files; English first.

``tr`` shows a text, ``later`` marks one in a constant, which ``tr`` or ``spoken`` shows where it is
used: a translator is installed after the modules are read.  ``make translations`` collects both.
What comes from :mod:`investigators` (verdicts, findings, the report) is the report's language and
stays English, and so does what is written into a case.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import cast

from PySide6.QtCore import QCoreApplication, QLibraryInfo, QLocale, QTranslator

from investigators.resources import resource

NAME, FIRST = "fifthwhy", "en"
_installed: list[QTranslator] = []


class Later(str):
    """A text that is translated where it is shown."""

    __slots__ = ()


def later(text: str) -> str:
    """Mark the text of a constant for translation."""
    return Later(text)


def tr(text: str, meaning: str = "", n: int | None = None, /, **places: object) -> str:
    """Return a text in the reader's language, with ``{places}`` filled in.

    ``n`` chooses singular or plural and stands at ``%n``; ``meaning`` tells two uses of one word
    apart.  The text is a literal, or a constant made by :func:`later`: a name is not collected.
    """
    said = QCoreApplication.translate("", text, meaning or None, -1 if n is None else n)
    if n is not None and n >= 1000:  # Qt writes %n without a separator
        said = said.replace(str(n), f"{n:,}")
    return said.format(**places) if places else said


def spoken[T](words: T) -> T:
    """Return a constant with every text made by :func:`later` in the reader's language."""
    made: object = words
    if isinstance(words, Later):
        made = tr(words)
    elif isinstance(words, tuple):
        made = tuple(spoken(each) for each in words)
    elif isinstance(words, dict):
        made = {key: spoken(value) for key, value in words.items()}
    return cast("T", made)


def speak(app: QCoreApplication, wish: str = "", folder: Path | None = None) -> str:
    """Install the texts for a language and return its name; English where there are none.

    ``FIFTHWHY_LANG`` comes first, then ``wish`` (a setting), then the desktop; ``folder`` holds
    other files than those that come with the program.  Qt's own words on standard buttons follow
    where Qt has them.
    """
    wish = os.environ.get("FIFTHWHY_LANG") or wish
    locale = QLocale(wish) if wish else QLocale.system()
    for before in _installed:
        app.removeTranslator(before)
    _installed.clear()
    ours = QTranslator(app)
    there = str(folder or resource("i18n"))
    if not ours.load(locale, NAME, "_", there):
        ours.load(f"{NAME}_{FIRST}", there)
    language = ours.language()
    if not language.startswith(FIRST):
        theirs = QTranslator(app)
        qt = QLibraryInfo.path(QLibraryInfo.LibraryPath.TranslationsPath)
        if theirs.load(locale, "qtbase", "_", qt):
            _installed.append(theirs)
    _installed.append(ours)
    for each in _installed:
        app.installTranslator(each)
    return language
