"""The ends of the whys pane: which playbook is on (above), and closing or the ending (below)."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QMenu, QPushButton, QToolButton, QWidget

from app.flow import Flow
from app.language import tr
from app.parts import button, column, frame, kind, label, row
from app.state import State
from investigators.board import Ending
from investigators.why_tree import Offer, Tree


class PlaybookButton(QToolButton):
    """Which playbook orders and words the rivals, why it was offered, and the others."""

    def __init__(self, choose: Callable[[Offer], object]) -> None:
        super().__init__()
        self._choose = choose
        self.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextOnly)
        self.setMenu(QMenu(self))
        kind(self, "link")

    def show_tree(self, tree: Tree | None) -> None:
        """Show the playbooks of a tree."""
        self.setVisible(tree is not None)
        if tree is None:
            return
        self.setText(f"{tree.playbook} ▾".replace("&", "&&"))
        self.setAccessibleName(tr("Playbook: {playbook}", playbook=tree.playbook))
        self.setToolTip(
            tr(
                "{grounds}. A playbook orders and words the rivals; it hides none.",
                grounds=grounds(tree),
            )
        )
        menu = self.menu()
        menu.clear()
        for offer in tree.offers:
            note = tr(" (offered: {why})", why=offer.why) if offer.why else ""
            action = menu.addAction(f"{offer.title}{note}".replace("&", "&&"))
            action.setCheckable(True)
            action.setChecked(offer.chosen)
            action.triggered.connect(lambda _checked=False, offer=offer: self._choose(offer))


def grounds(tree: Tree) -> str:
    """Why this playbook is on."""
    on = next((offer for offer in tree.offers if offer.chosen), None)
    if on is None or not on.why:
        return tr("Chosen by hand")
    return tr("Offered: {why}", why=on.why)


def closing_part(tree: Tree, state: State, act: Callable[[str], None]) -> QWidget | None:
    """The ending of a closed case, or what is missing to close an open one once checks are done."""
    ending = state.board.ending
    if ending is not None:
        return _ended(ending, act)
    if not state.progress.done:
        return None
    missing = tree.missing()
    words = (
        tr("Before the case can be closed: ") if state.board.strict else tr("Missing to close: ")
    )
    words += "; ".join(gap.words for gap in missing) + "."
    if not missing:
        words = tr("Nothing is missing to close the case.")
    close = button(tr("Close with an ending…"), lambda: act("end_case"))
    points = button(tr("Action points…"), lambda: act("action_points"))
    buttons = Flow(8)
    for each in (close, points):
        each.setEnabled(state.found is not None)
    for each in (close, points, *_told_by_people(act)):
        buttons.addWidget(each)
    inside = column(
        label(words, "small", wrap=True, select=True),
        buttons,
        margins=(12, 10, 12, 2),
    )
    made = QWidget()
    made.setLayout(inside)
    return made


def _told_by_people(act: Callable[[str], None]) -> tuple[QPushButton, QPushButton]:
    """What the report has of people alone, before a case is closed and after it."""
    learned = button(tr("What we learned…"), lambda: act("learned"))
    return learned, button(tr("What it costs…"), lambda: act("costs"))


def _ended(ending: Ending, act: Callable[[str], None]) -> QWidget:
    title = label(
        tr("Closed on {on}: {kind}", on=ending.on, kind=ending.kind), "bold", wrap=True, select=True
    )
    head = row(title, button(tr("Reopen"), lambda: act("reopen_case"), "link"))
    head.setStretch(0, 1)
    inside = column(head, margins=(12, 8, 8, 8), gap=4)
    similar = "" if ending.similar is None else f"{ending.similar:,}"
    for words, text in (
        ("", ending.words), (tr("by or of"), ending.whom), (tr("like this one"), similar),
        (tr("to be looked at again on"), ending.review), (tr("it repeats"), ending.of),
        (tr("missing when it was closed"), "; ".join(ending.missing)),
    ):  # fmt: skip
        if text:
            said = f"{words}: {text}" if words else text
            inside.addWidget(label(said, "small" if words else "", wrap=True, select=True))
    buttons = Flow(8)
    for each in _told_by_people(act):
        buttons.addWidget(each)
    made = QWidget()
    made.setLayout(column(frame("note", inside), buttons, margins=(12, 10, 12, 4), gap=8))
    return made
