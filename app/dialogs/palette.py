"""Ctrl+K: actions, checks, inputs of the model, decisions picked before, by a few letters."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, cast

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QDialog, QLineEdit, QListWidget, QListWidgetItem, QWidget

from app.actions import ACTIONS
from app.language import later, tr
from app.parts import column, label
from app.state import State
from app.theme import theme

if TYPE_CHECKING:
    from app.window import Window

MOST, PICKS = 60, 10
MOVES = {Qt.Key.Key_Down, Qt.Key.Key_Up, Qt.Key.Key_PageDown, Qt.Key.Key_PageUp}


@dataclass(frozen=True)
class Entry:
    """One thing that can be done; ``why_not`` says why it cannot be done now."""

    words: str
    kind: str
    do: Callable[[], object]
    note: str = ""
    why_not: str = ""


def fits(typed: str, words: str) -> int | None:
    """How well words fit what was typed, smaller is better; ``None`` when they do not.

    Whole words first, then beginnings of words, then letters in order with few gaps.
    """
    sought, text = typed.casefold().split(), words.casefold()
    cost = 0
    for part in sought:
        at = text.find(part)
        if at >= 0:
            begins = at == 0 or not text[at - 1].isalnum()
            cost += at if begins else 100 + at
            continue
        place, gaps = -1, 0
        for letter in part:
            found = text.find(letter, place + 1)
            if found < 0:
                return None
            gaps += found - place - 1 if place >= 0 else 0
            place = found
        if gaps > 3 * len(part):
            return None
        cost += 1000 + gaps
    return cost


def entries(window: Window) -> list[Entry]:
    """Everything that can be asked for in the state as it is."""
    state = window.session.state
    made = []
    for each in ACTIONS:
        words = each.said(state)
        why_not = "" if each.needs(state) else tr(each.why_not or later("not possible now"))
        keys = each.shortcuts[0] if each.shortcuts else ""
        act = _acting(window, each.id)
        made.append(Entry(words, tr(each.menu), act, keys, why_not))
    return [*made, *_checks(window), *_inputs(window, state), *_picked(window, state)]


def _acting(window: Window, action: str) -> Callable[[], object]:
    return lambda: window.act(action)


def _checks(window: Window) -> list[Entry]:
    state = window.session.state
    if state.case is None or state.case.decision is None:
        return []
    tree = window.session.tree()
    rivals = [rival for why in (tree.whys if tree is not None else ()) for rival in why.rivals]

    def showing(rival: str) -> Callable[[], object]:
        def show() -> None:
            window.show_tab(0)
            window.whys.choose(rival)

        return show

    return [Entry(r.words, tr("Check"), showing(r.id), f"{r.glyph} {r.standing}") for r in rivals]


def _inputs(window: Window, state: State) -> list[Entry]:
    if state.explanation is None:
        return []

    def showing(name: str) -> Callable[[], object]:
        def show() -> None:
            window.show_case()
            window.explanation.ask(name)

        return show

    return [
        Entry(part.feature, tr("Input"), showing(part.feature), part.place)
        for part in state.explanation.contributions
    ]


def _picked(window: Window, state: State) -> list[Entry]:
    """Decisions picked before in this case, the last one first."""
    now = state.draft.brief.decision
    names = [
        words[5:]
        for _, words in window.session.keeping.events()
        if words.casefold().startswith("pick ")
    ]
    recent = list(dict.fromkeys(reversed(names)))[:PICKS]

    def picking(name: str) -> Callable[[], object]:
        return lambda: window.session.pick(name)

    return [
        Entry(name, tr("Decision"), picking(name), tr("picked before"))
        for name in recent
        if name != now
    ]


class Palette(QDialog):
    """A line to type in over a list; Return does the chosen thing."""

    def __init__(self, window: QWidget, known: Sequence[Entry]) -> None:
        super().__init__(window)
        self.setWindowTitle(tr("Find"))
        self.setProperty("help", "find")
        self._known = tuple(known)
        self._shown: tuple[Entry, ...] = ()
        self.chosen: Entry | None = None
        self.line = QLineEdit()
        self.line.setPlaceholderText(tr("An action, a check, an input, a decision"))
        self.line.setAccessibleName(tr("What to find"))
        self.line.setClearButtonEnabled(True)
        self.list = QListWidget()
        self.list.setAccessibleName(tr("What was found"))
        self.list.setUniformItemSizes(True)
        self.words = label("", "small", wrap=True)
        self.setLayout(column(self.line, self.list, self.words, margins=(12, 12, 12, 10), gap=8))
        self.resize(theme().px(640), theme().px(440))
        self.line.textChanged.connect(self._look)
        self.line.installEventFilter(self)
        self.list.itemActivated.connect(lambda _item: self._take())
        self.list.currentRowChanged.connect(self._tell)
        self._look()

    def _look(self) -> None:
        typed = self.line.text().strip()
        found = []
        for k, entry in enumerate(self._known):
            cost = fits(typed, f"{entry.words} {entry.kind}")
            if cost is not None:
                found.append(
                    ((bool(entry.why_not) and bool(typed), cost if typed else 0, k), entry)
                )
        found.sort(key=lambda pair: pair[0])
        self._shown = tuple(entry for _, entry in found[:MOST])
        self.list.clear()
        for entry in self._shown:
            said = entry.why_not or entry.note
            parts = [part for part in (entry.words, entry.kind, said) if part]
            item = QListWidgetItem("   ·   ".join(parts))
            if entry.why_not:
                item.setForeground(theme().colour("faint"))
            item.setToolTip(item.text())
            self.list.addItem(item)
        self.list.setCurrentRow(0 if self._shown else -1)
        self._tell()

    def _tell(self, *_: object) -> None:
        entry = self._current()
        if entry is None:
            self.words.setText(tr("Nothing fits. Fewer letters find more."))
        elif entry.why_not:
            self.words.setText(tr("Not now: {why_not}.", why_not=entry.why_not))
        else:
            self.words.setText(tr("Return does it; arrow keys choose another."))

    def _current(self) -> Entry | None:
        at = self.list.currentRow()
        return self._shown[at] if 0 <= at < len(self._shown) else None

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802 - Qt's name
        """Arrows move in the list while one types; Return takes."""
        if watched is self.line and event.type() == QEvent.Type.KeyPress:
            pressed = cast("QKeyEvent", event)
            key = Qt.Key(pressed.key())
            if key in MOVES:
                self.list.keyPressEvent(pressed)
                return True
            if key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
                self._take()
                return True
        return False

    def _take(self) -> None:
        entry = self._current()
        if entry is not None and not entry.why_not:
            self.chosen = entry
            self.accept()


def show_palette(window: QWidget) -> None:
    """Let one thing be found and do it."""
    dialog = Palette(window, entries(cast("Window", window)))
    dialog.exec()
    chosen = dialog.chosen
    dialog.deleteLater()
    if chosen is not None:
        chosen.do()
