"""Head line, bar of trouble, foot: what is always on screen."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QProgressBar, QPushButton, QWidget

from app.parts import button, clear, column, elided, kind, label, row

if TYPE_CHECKING:
    from pathlib import Path

    from app.session import Session
    from app.state import State
    from investigators.why_tree import Chip

SHORT = {
    "ui_context": "UI context",
    "input_units": "Input units",
    "subgroup_performance": "Subgroups",
    "data_assumptions": "Data",
}


class Head(QFrame):
    """Title, reported words, expectation; coverage as chips; Find, Meeting, Export."""

    _session: Session

    def __init__(self, act: Callable[[str], None]) -> None:
        super().__init__()
        kind(self, "head")
        self._act = act
        self.title = elided("", "title")
        self.words = elided("", "soft")
        self._chips = row(gap=6)
        self._made: tuple[Chip, ...] = ()
        self.find_button = button(
            "Find  Ctrl+K", lambda: act("find"), tip="All actions, checks, inputs"
        )
        self.meeting = button("Meeting  F5", lambda: act("meeting"))
        self.export = button("Export…", lambda: act("export"), "main")
        texts = QWidget()
        texts.setLayout(column(self.title, self.words, gap=1))
        inside = row(texts, self._chips, self.find_button, self.meeting, self.export,
                     margins=(14, 6, 14, 6))  # fmt: skip
        inside.setStretch(0, 1)
        self.setLayout(inside)
        self.hide()

    def join(self, session: Session) -> None:
        """Show what this session holds."""
        self._session = session
        session.changed.connect(self._changed)

    def _changed(self, before: State, state: State) -> None:
        self.setVisible(state.stage == "case" or state.case is not None)
        brief = state.draft.brief
        if before.draft is not state.draft or before.case is not state.case:
            self.title.setText(state.title)
            said = [f"“{brief.reported}”"] if brief.reported else []
            if brief.expected:
                said.append(f"expected: {brief.expected}")
            elif state.board.expectation_skipped:
                said.append("expectation: skipped")
            else:
                said.append("expectation: not said yet (Ctrl+E)")
            self.words.setText(" · ".join(said))
        for each in (self.meeting, self.export):
            each.setEnabled(state.found is not None)
            each.setToolTip("" if state.found is not None else "when the checks have finished")
        tree = self._session.tree() if state.case is not None and state.case.decision else None
        chips = tree.chips if tree is not None else ()
        if chips != self._made or before.fresh:
            self._show(chips)

    def _show(self, chips: tuple[Chip, ...]) -> None:
        self._made = chips
        clear(self._chips)
        for chip in chips:
            words = f"{chip.glyph} {SHORT[chip.family]} {chip.note}".rstrip()
            made = QPushButton(words)
            kind(made, "chip", chip.state)
            made.setAccessibleName(f"{chip.words}: {chip.state} {chip.note}".strip())
            made.setToolTip(f"{chip.words}: {_meaning(chip)}")
            made.clicked.connect(lambda _c=False: self._act("whys_tab"))
            self._chips.addWidget(made)


def _meaning(chip: Chip) -> str:
    return {
        "finding": "a lead of this family concerns this decision",
        "clear": "what could be checked spoke against",
        "unsure": "no answer of its own stands here",
        "checking": "checks are running",
        "not run": "not run",
    }[chip.state]


class TroubleBar(QFrame):
    """One line over the pages: what went wrong and how to mend it; never a dialog."""

    def __init__(self, session: Callable[[], Session]) -> None:
        super().__init__()
        kind(self, "trouble")
        self._session = session
        self._words = label("", wrap=True, select=True)
        close = button("Close", self._close)
        inside = row(self._words, close, margins=(14, 6, 14, 6))
        inside.setStretch(0, 1)
        self.setLayout(inside)
        self.hide()

    def join(self, session: Session) -> None:
        """Show what this session says went wrong."""
        session.changed.connect(self._changed)

    def _changed(self, before: State, state: State) -> None:
        if before.trouble is state.trouble:
            return
        self.setVisible(state.trouble is not None)
        if state.trouble is not None:
            self.say(state.trouble.line())

    def say(self, words: str) -> None:
        """Show words until they are closed."""
        self._words.setText(words)
        self._words.setAccessibleName(words)
        self.show()

    def _close(self) -> None:
        self.hide()
        self._session().put(trouble=None)


class Foot(QFrame):
    """Progress with words and Cancel on the left; what is saved and where it stays on the right."""

    def __init__(self, act: Callable[[str], None]) -> None:
        super().__init__()
        kind(self, "foot")
        self.progress = QProgressBar()
        self.progress.setTextVisible(False)
        self.progress.setFixedWidth(130)
        self.words = label("", "small")
        self.cancel = button("Cancel", lambda: act("cancel"))
        self.note = elided("", "small")
        self.note.setAlignment(Qt.AlignmentFlag.AlignRight)
        inside = row(self.progress, self.words, self.cancel, self.note, margins=(12, 4, 12, 4))
        inside.setStretch(3, 1)
        self.setLayout(inside)
        self._busy(words="")
        self._say_where(None, sealed=False)

    def join(self, session: Session) -> None:
        """Show what this session does and where it is kept."""
        session.changed.connect(self._changed)
        session.progressed.connect(self._progressed)

    def _changed(self, _before: State, state: State) -> None:
        self._busy(state.busy)
        self._say_where(state.path, sealed=state.found is not None)

    def _say_where(self, path: Path | None, *, sealed: bool) -> None:
        saved = "" if path is None else f"saved in {path.name} · "
        seal = "sources sealed · " if saved and sealed else ""
        self.note.setText(f"{saved}{seal}nothing leaves this computer")

    def _busy(self, words: str) -> None:
        for each in (self.progress, self.cancel):
            each.setVisible(bool(words))
        self.words.setText(words)
        if words:
            self.progress.setRange(0, 0)

    def _progressed(self, words: str, done: int, total: int) -> None:
        if self.progress.isVisible():
            self.progress.setRange(0, total)
            self.progress.setValue(done)
            self.words.setText(f"{words}, {done:,} of {total:,}" if total else words)
