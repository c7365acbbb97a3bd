"""The menus of the list: columns shown and hidden, and what can be done with a cell."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtWidgets import QMenu, QWidget

from app.panes.listing import Listing


def columns_menu(parent: QWidget, listing: Listing) -> QMenu:
    """Make the menu that shows and hides columns."""
    menu = QMenu(parent)
    shown = {each.name for each in listing.shown()}
    for each in listing.decisions.columns if listing.decisions is not None else ():
        made = menu.addAction(_plain(each.title))
        made.setCheckable(True)
        made.setChecked(each.name in shown)
        made.setEnabled(each.name not in shown or len(shown) > 1)
        made.triggered.connect(lambda on, chosen=each: listing.show_column(chosen, on=on))
    return menu


def cell_menu(
    parent: QWidget, listing: Listing, place: int, section: int, act: Callable[[str], None]
) -> QMenu | None:
    """Make the menu of a cell, ``None`` while its row is not read; ``act`` does what it says."""
    listed, found = listing.model.listed, listing.model.peek(place)
    if listed is None or found is None:
        return None
    chosen, text = listed.columns[section], found.cells[section] or "missing"
    said = _plain(text[:10] if chosen.kind == "time" else text[:40])
    menu = QMenu(parent)
    menu.addAction("Pick this decision").triggered.connect(lambda: act("pick"))
    menu.addSeparator()
    for words, exclude in (("Only", False), ("Without", True)):
        made = menu.addAction(f"{words} {_plain(chosen.title)} {said}")
        made.triggered.connect(
            lambda _c=False, out=exclude: listing.filter_cell(chosen.name, found.row, exclude=out)
        )
    menu.addAction("Filter…").triggered.connect(lambda: act("filter"))
    menu.addSeparator()
    menu.addAction("Copy rows").triggered.connect(lambda: act("copy"))
    return menu


def _plain(text: str) -> str:
    """Words in a menu: an ampersand is one."""
    return text.replace("&", "&&")
