"""File, Open recent: the last ten cases; one whose file is gone is greyed."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from PySide6.QtWidgets import QMenu

from app import settings
from app.language import tr

Open = Callable[[str], object]


def recent_menu(parent: QMenu, open_case: Open) -> QMenu:
    """Return the submenu; it is filled whenever it opens."""
    made = QMenu(tr("Open recent"), parent)
    made.setToolTipsVisible(True)
    made.aboutToShow.connect(lambda: _fill(made, open_case))
    return made


def _fill(menu: QMenu, open_case: Open) -> None:
    menu.clear()
    paths = settings.read().recent
    for path in paths:
        there = Path(path).is_file()
        words = Path(path).stem if there else tr("{stem} (file moved)", stem=Path(path).stem)
        made = menu.addAction(words.replace("&", "&&"))
        made.setToolTip(path)
        made.setEnabled(there)
        made.triggered.connect(lambda _c=False, chosen=path: open_case(chosen))
    menu.addSeparator()
    clear = menu.addAction(tr("Clear the list"))
    clear.setEnabled(bool(paths))
    clear.triggered.connect(lambda: settings.write(settings.replace(settings.read(), recent=())))
