"""Head line, bar of trouble, foot: what is always on screen."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QSize, QTimer
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QFrame, QProgressBar, QPushButton, QWidget

from app import crash
from app.flow import whole_width
from app.language import later, tr
from app.parts import RIGHT, button, clear, column, elided, kind, label, row
from app.theme import theme

if TYPE_CHECKING:
    from pathlib import Path

    from app.session import Session
    from app.state import State
    from investigators.why_tree import Chip

SOON_MS = 300
MARGIN = 14  # pixels left and right of the head line
TITLE_ROOM = 340  # pixels before zoom that a title may ask of the first line
SHORT = {
    "ui_context": later("UI context"),
    "input_units": later("Input units"),
    "subgroup_performance": later("Subgroups"),
    "data_assumptions": later("Data"),
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
        self._low = row()
        self._narrow = False
        self._made: tuple[Chip, ...] = ()
        self.find_button = button(
            tr("Find  Ctrl+K"), lambda: act("find"), tip=tr("All actions, checks, inputs")
        )
        self.meeting = button(tr("Meeting  F5"), lambda: act("meeting"))
        self.export = button(tr("Export…"), lambda: act("export"), "main")
        self._texts = column(self.title, self.words, gap=1)
        self._coverage = QWidget()
        self._coverage.setLayout(self._chips)
        self._buttons = (self.find_button, self.meeting, self.export)
        self._top = row(self._texts, self._coverage, *self._buttons)
        self._top.setStretch(0, 1)
        self.setLayout(column(self._top, self._low, margins=(MARGIN, 6, MARGIN, 6)))
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
                said.append(tr("expected: {expected}", expected=brief.expected))
            elif state.board.expectation_skipped:
                said.append(tr("expectation: skipped"))
            else:
                said.append(tr("expectation: not said yet (Ctrl+Shift+X)"))
            if closed := state.closed:
                said.insert(0, closed[0].upper() + closed[1:])
            self.words.setText(" · ".join(said))
        for each in (self.meeting, self.export):
            each.setEnabled(state.found is not None)
            keys = "Ctrl+E" if each is self.export else "F5"
            each.setToolTip(
                keys if state.found is not None else tr("when the checks have finished")
            )
        tree = self._session.tree() if state.case is not None and state.case.decision else None
        chips = tree.chips if tree is not None else ()
        if chips != self._made or before.fresh:
            self._show(chips)

    def minimumSizeHint(self) -> QSize:  # noqa: N802 - Qt's name
        """What two lines need: else one line of larger text widens the window before it breaks."""
        hint = super().minimumSizeHint()
        buttons = sum(each.sizeHint().width() + self._top.spacing() for each in self._buttons)
        lines = max(self._coverage.minimumSizeHint().width(), buttons) + 2 * MARGIN
        return QSize(min(hint.width(), lines), hint.height())

    def event(self, event: QEvent) -> bool:
        """Another width or other words may need the second line, or no longer."""
        done = super().event(event)
        if event.type() in (QEvent.Type.LayoutRequest, QEvent.Type.Resize):
            self._arrange()
        return done

    def _arrange(self) -> None:
        """Reported words and chips go into a line of their own where the title would be cut."""
        title = min(whole_width(self.title), theme().px(TITLE_ROOM))
        beside = [self._coverage, *self._buttons]
        needed = title + sum(each.sizeHint().width() + self._top.spacing() for each in beside)
        narrow = needed > self.contentsRect().width() - 2 * MARGIN
        if narrow == self._narrow:
            return
        self._narrow = narrow
        for each in (self.words, self._coverage):
            for layout in (self._texts, self._top, self._low):
                layout.removeWidget(each)
        if narrow:
            self._low.addWidget(self.words, 1)
            self._low.addWidget(self._coverage)
        else:
            self._texts.addWidget(self.words)
            self._top.insertWidget(1, self._coverage)

    def _show(self, chips: tuple[Chip, ...]) -> None:
        self._made = chips
        clear(self._chips)
        for chip in chips:
            words = f"{chip.glyph} {tr(SHORT[chip.family])} {chip.note}".rstrip()
            made = QPushButton(words)
            kind(made, "chip", chip.state)
            made.setAccessibleName(f"{chip.words}: {chip.state} {chip.note}".strip())
            made.setToolTip(f"{chip.words}: {_meaning(chip)}")
            made.clicked.connect(lambda _c=False: self._act("whys_tab"))
            self._chips.addWidget(made)


def _meaning(chip: Chip) -> str:
    return {
        "finding": tr("a lead of this family concerns this decision"),
        "clear": tr("what could be checked spoke against"),
        "unsure": tr("no answer of its own stands here"),
        "checking": tr("checks are running"),
        "not run": tr("not run"),
    }[chip.state]


class TroubleBar(QFrame):
    """One line over the pages: what went wrong and how to mend it; never a dialog."""

    def __init__(self, session: Callable[[], Session]) -> None:
        super().__init__()
        kind(self, "trouble")
        self._session = session
        self._words = label("", wrap=True, select=True)
        copy = button(tr("Copy details"), self._copy, tip=tr("The words above, with versions"))
        close = button(tr("Close"), self._close)
        inside = row(self._words, copy, close, margins=(14, 6, 14, 6))
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
            self.say(state.trouble.told())

    def say(self, words: str) -> None:
        """Show words until they are closed."""
        self._words.setText(words)
        self._words.setAccessibleName(words)
        self.show()

    def _copy(self) -> None:
        """For a ticket: what was said, on what it runs, where the log is."""
        from app.dialogs.help import about_words  # brings painting in: not before the first fault

        place = tr("Log file: {log_file}", log_file=crash.log_file())
        parts = (self._words.text(), about_words(), place)
        QGuiApplication.clipboard().setText("\n\n".join(parts))

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
        self.progress.setAccessibleName(tr("Progress"))
        self.words = label("", "small")
        self.cancel = button(tr("Cancel"), lambda: act("cancel"), tip=tr("Esc or Ctrl+."))
        self.note = elided("", "small")
        self.note.setProperty("alignment", RIGHT)
        inside = row(self.progress, self.words, self.cancel, self.note, margins=(12, 4, 12, 4))
        inside.setStretch(3, 1)
        self.setLayout(inside)
        self._shown = "-"  # nothing was said yet
        self._soon = QTimer(self)  # what is done at once needs no bar
        self._soon.setSingleShot(True)
        self._soon.setInterval(SOON_MS)
        self._soon.timeout.connect(self._show_bar)
        self._busy(words="")
        self._say_where(None, sealed=False)

    def join(self, session: Session) -> None:
        """Show what this session does and where it is kept."""
        session.changed.connect(self._changed)
        session.progressed.connect(self._progressed)

    def _changed(self, _before: State, state: State) -> None:
        self._busy(state.busy)
        self._say_where(state.path, sealed=state.found is not None, closed=state.closed)

    def _say_where(self, path: Path | None, *, sealed: bool, closed: str = "") -> None:
        saved = "" if path is None else tr("saved in {name} · ", name=path.name)
        seal = tr("sources sealed · ") if saved and sealed else ""
        ended = f"{closed} · " if saved and closed else ""
        self.note.setText(
            tr(
                "{ended}{saved}{seal}nothing leaves this computer",
                ended=ended,
                saved=saved,
                seal=seal,
            )
        )

    def _busy(self, words: str) -> None:
        if words == self._shown:
            return
        self._shown = words
        if words and not self.progress.isHidden():
            self._show_bar()
        elif words:
            self._soon.start()
        else:
            self._soon.stop()
            self.words.setText("")  # nothing is being done: no reader of the window finds it said
            for each in (self.progress, self.cancel, self.words):
                each.hide()

    def _show_bar(self) -> None:
        self.progress.setRange(0, 0)
        self.words.setText(self._shown)
        for each in (self.progress, self.cancel, self.words):
            each.show()

    def _progressed(self, words: str, done: int, total: int) -> None:
        if self.progress.isVisible():
            self.progress.setRange(0, total)
            self.progress.setValue(done)
            self.words.setText(
                tr("{words}, {done:,} of {total:,}", words=words, done=done, total=total)
                if total
                else words
            )
