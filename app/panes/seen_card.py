"""What the person saw: the page of the decision, this one marked, before it; what people told."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QFrame, QWidget

from app.clip import Clip
from app.flow import Beside
from app.language import tr
from app.panes.told_part import told_in, told_parts
from app.parts import Tall, clear, column, frame, kind, label, line
from app.session import Session
from investigators.seen import (
    PAGE_HEADER,
    PICKED,
    Box,
    Seen,
    Thing,
    Visit,
    filled_by,
    page_rows,
    said_of,
    trail_rows,
    trail_words,
)


class SeenCard(Tall):
    """The card, scrolled by arrows, pages, Home and End where it is higher than its place."""

    def __init__(self, session: Session, act: Callable[[str], None]) -> None:
        self._session, self._act = session, act
        self._told: tuple[object, ...] = ()
        self._list = column(gap=6)
        inside = QWidget()
        inside.setLayout(column(self._list, 1, margins=(12, 8, 12, 12)))
        super().__init__(inside)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        kind(self, "read")
        self._seen: Seen | None = None

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802 - Qt's name
        """Home and End go to the beginning and the end; a scroll area knows arrows and pages."""
        bar = self.verticalScrollBar()
        ends = {Qt.Key.Key_Home: bar.minimum(), Qt.Key.Key_End: bar.maximum()}
        end = ends.get(Qt.Key(event.key()))
        if end is None:
            super().keyPressEvent(event)
        else:
            bar.setValue(end)

    def show_seen(self, seen: Seen | None) -> None:
        """Draw it anew where it is another, or where people told more."""
        told = told_in(self._session.state)
        if seen is self._seen and told == self._told:
            return
        self._seen, self._told = seen, told
        self.redraw()

    def redraw(self) -> None:
        """Draw it: something of it, or the looks, are new."""
        clear(self._list)
        self._list.addWidget(label(tr("What the person saw"), "title"))
        spoken: list[str] = []
        if self._seen is not None:
            spoken = self._page(self._seen)
            self._list.addWidget(line())
        for part in told_parts(self, self._session, self._act):
            self._list.addWidget(part)
        self.setAccessibleName(" ".join((tr("What the person saw"), *spoken)))

    def _page(self, seen: Seen) -> list[str]:
        """The page and what came before it; return how it is told in words."""
        for words in self._words(seen):
            self._list.addWidget(label(words, wrap=True, select=True))
        for box in seen.boxes:
            self._list.addWidget(_box(box))
        if seen.boxes:
            self._list.addWidget(label(_sentence(seen.strip), "strip", wrap=True, select=True))
            self._before(seen)
        return [*self._words(seen), *(f"{box.positions}: {_head(box)}" for box in seen.boxes)]

    def _words(self, seen: Seen) -> tuple[str, ...]:
        if seen.missing:
            known = tr("Not known: {missing}.", missing=seen.missing)
            return known, tr("What would tell: {need}.", need=seen.need)
        return tuple(map(_sentence, said_of(seen)))

    def _before(self, seen: Seen) -> None:
        self._list.addWidget(line())
        self._list.addWidget(label(tr("Before it"), "bold"))
        if seen.across:
            self._list.addWidget(label(_sentence(seen.across), wrap=True, select=True))
        if not seen.trail:
            nothing = tr("The UI events have nothing of this subject before it.")
            self._list.addWidget(label(nothing, "soft", wrap=True))
            return
        for visit, cells in zip(seen.trail, trail_rows(seen), strict=True):
            self._list.addWidget(_visit(visit, cells, seen))
        self._list.addWidget(label(trail_words(seen), "strip", wrap=True, select=True))

    def clip(self) -> Clip | None:
        """Page and trail as words, and as it is seen."""
        seen = self._seen
        if seen is None or not seen.boxes:
            return None
        trail = tuple(" · ".join(cells) for cells in trail_rows(seen))
        notes = (*self._words(seen), seen.across, seen.strip, *trail)
        title = tr("What the person saw")
        return Clip(title, (PAGE_HEADER, *page_rows(seen)), notes, self.widget())


def _sentence(words: str) -> str:
    return words if words.endswith((".", "?")) else f"{words}."


def _head(box: Box) -> str:
    return f"“{box.title}”" if box.title else tr("a box without a title")


def _box(box: Box) -> QFrame:
    place = f"{box.positions}  " if box.positions else ""
    title = label(place + _head(box), "bold", wrap=True)
    inside = column(Beside(title, label(filled_by(box), "soft", wrap=True)),
                    margins=(12, 6, 12, 6), gap=3)  # fmt: skip
    for thing in box.things:
        look = "bold" if thing.picked else ""
        inside.addWidget(label(_thing(thing), look, wrap=True, select=True))
    made = frame("note" if box.picked else "panel", inside)
    made.setAccessibleName(
        "; ".join((place + _head(box), filled_by(box), *map(_thing, box.things)))
    )
    return made


def _thing(thing: Thing) -> str:
    words = thing.words or thing.item or tr("nothing is recorded of it")
    parts = [words, thing.item if thing.item != words else ""]
    parts.append(tr("from a cache") if thing.cached else "")
    said = " · ".join(part for part in parts if part)
    said = f"{thing.position}: {said}" if thing.position else said
    return f"{said}   {PICKED}" if thing.picked else said


def _visit(visit: Visit, cells: tuple[str, ...], seen: Seen) -> QFrame:
    when, session, device, _events, held = cells
    parts = [when, device, session, tr("%n UI events", "", visit.events)]
    inside = column(label(" · ".join(part for part in parts if part), "soft", wrap=True,
                          select=True), margins=(12, 4, 12, 4), gap=2)  # fmt: skip
    if seen.component:
        words = tr("in the box of {component}: {held}", component=seen.component, held=held)
        inside.addWidget(label(words, wrap=True, select=True))
    return frame("panel", inside)
