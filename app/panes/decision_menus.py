"""The menus of the list: what can be done with a column, and with a cell."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtWidgets import QMenu, QWidget

from app.language import tr
from app.panes.listing import Listing
from investigators.wish import ShownColumn


def columns_menu(
    parent: QWidget,
    listing: Listing,
    chosen: ShownColumn | None = None,
    ask_filter: Callable[[str], None] | None = None,
) -> QMenu:
    """Make the menu of a title: its column sorted, filtered, moved, hidden; then all columns."""
    menu = QMenu(parent)
    menu.setTitle(tr("Columns"))
    shown = listing.shown()
    if chosen is not None and chosen in shown:
        _column_acts(menu, listing, chosen, ask_filter)
        menu.addSeparator()
    for each in listing.decisions.columns if listing.decisions is not None else ():
        made = menu.addAction(_plain(each.title))
        made.setCheckable(True)
        made.setChecked(each in shown)
        made.setEnabled(each not in shown or len(shown) > 1)
        made.triggered.connect(lambda on, other=each: listing.show_column(other, on=on))
    return menu


def _column_acts(
    menu: QMenu, listing: Listing, chosen: ShownColumn, ask_filter: Callable[[str], None] | None
) -> None:
    shown = listing.shown()
    at, name = shown.index(chosen), chosen.name
    acts: list[tuple[str, bool, Callable[[], object]]] = [
        (tr("Smallest first"), True, lambda: listing.order(name)),
        (tr("Largest first"), True, lambda: listing.order(name, descending=True)),
        (tr("Move left"), at > 0, lambda: listing.move_column(chosen, -1)),
        (tr("Move right"), at < len(shown) - 1, lambda: listing.move_column(chosen, 1)),
        (tr("Hide {plain}", plain=_plain(chosen.title)), len(shown) > 1,
         lambda: listing.show_column(chosen, on=False)),
    ]  # fmt: skip
    if ask_filter is not None:
        acts.insert(2, (tr("Filter…"), True, lambda: ask_filter(name)))
    for words, can, do in acts:
        made = menu.addAction(words)
        made.setEnabled(can)
        made.triggered.connect(lambda _c=False, act=do: act())


def cell_menu(
    parent: QWidget, listing: Listing, place: int, section: int, act: Callable[[str], object]
) -> QMenu | None:
    """Make the menu of a cell, ``None`` while its row is not read; ``act`` does what it says."""
    listed, found = listing.model.listed, listing.model.peek(place)
    if listed is None or found is None:
        return None
    chosen, text = listed.columns[section], found.cells[section] or tr("missing")
    said = _plain(text[:10] if chosen.kind == "time" else text[:40])
    menu = QMenu(parent)
    menu.addAction(tr("Pick this decision")).triggered.connect(lambda: act("pick"))
    menu.addSeparator()
    for words, exclude in ((tr("Only"), False), (tr("Without"), True)):
        made = menu.addAction(f"{words} {_plain(chosen.title)} {said}")
        made.triggered.connect(
            lambda _c=False, out=exclude: listing.filter_cell(chosen.name, found.row, exclude=out)
        )
    menu.addAction(tr("Filter…")).triggered.connect(lambda: act("filter"))
    if chosen.kind != "time" and not chosen.name.startswith("fw_"):  # a group asks for own columns
        words = tr("Name a group: {column} {value}…", column=_plain(chosen.title), value=said)
        menu.addAction(words).triggered.connect(lambda: act("name"))
    menu.addSeparator()
    menu.addAction(tr("Copy rows")).triggered.connect(lambda: act("copy"))
    menu.addMenu(columns_menu(menu, listing, chosen))  # titles have no focus: the keyboard's way
    return menu


def _plain(text: str) -> str:
    """Words in a menu: an ampersand is one."""
    return text.replace("&", "&&")
