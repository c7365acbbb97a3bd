"""When: onsets with their interval, releases, this decision, the log's ends, acts in this case."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHeaderView,
    QStackedWidget,
    QTableWidget,
    QTableWidgetItem,
    QWidget,
)

from app.clip import Clip, put
from app.language import later, spoken, tr
from app.parts import column, label
from app.records import shown
from app.session import Session
from app.state import State
from app.theme import theme
from app.timeline_picture import GLYPHS, TimelinePicture
from investigators.investigation import TimelineEntry
from investigators.numbers import between, local

KINDS = {
    "data": later("log"),
    "onset": later("onset"),
    "release": later("release"),
    "decision": later("decision"),
    "report": later("reported"),
    "outcome": later("outcome"),
    "case": later("in this case"),
}
HEADER = (later("Time"), later("What"), later("Kind"))
TIMES_AT_MOST = 0.36  # of the width of the list; a longer span of time wraps
UTC = " UTC"


class TimelinePane(QWidget):
    """A drawn line over the list that says the same in words."""

    def __init__(self, session: Session, act: Callable[[str], None]) -> None:
        super().__init__()
        del act
        self.setProperty("help", "timeline")
        self._session = session
        self._shown: tuple[object, ...] = ()
        self.picture = TimelinePicture(self._choose)
        self.words = label("", "soft", wrap=True)
        self.words.setAlignment(Qt.AlignmentFlag.AlignTop)
        self.zone = label("", "small", wrap=True)
        self.list = QTableWidget(0, len(HEADER))
        self.list.setHorizontalHeaderLabels(list(spoken(HEADER)))
        self.list.setAccessibleName(tr("Time line as a list"))
        self.list.verticalHeader().hide()
        self.list.verticalHeader().setMinimumSectionSize(16)
        self.list.setShowGrid(False)
        self.list.setWordWrap(True)
        self.list.setTabKeyNavigation(False)
        self.list.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.list.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        header = self.list.horizontalHeader()
        header.setHighlightSections(False)
        header.setSectionResizeMode(0, QHeaderView.ResizeMode.Interactive)
        header.setSectionResizeMode(1, QHeaderView.ResizeMode.Stretch)
        header.setSectionResizeMode(2, QHeaderView.ResizeMode.ResizeToContents)
        header.setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        self.list.currentCellChanged.connect(lambda now, *_: self.picture.mark(now))
        header.sectionResized.connect(lambda *_: self._fit())
        waiting = QWidget()
        waiting.setLayout(
            column(label(tr("The time line"), "bold"), self.words, 1, margins=(14, 14, 14, 14))
        )
        made = QWidget()
        note = QWidget()
        note.setLayout(column(self.zone, margins=(12, 8, 12, 0)))
        made.setLayout(column(note, self.picture, self.list, gap=4))
        self._sheets = QStackedWidget()
        self._sheets.addWidget(waiting)
        self._sheets.addWidget(made)
        self.setLayout(column(self._sheets))
        self.setFocusProxy(self.list)
        session.changed.connect(self._changed)

    def showEvent(self, event: QShowEvent) -> None:  # noqa: N802 - Qt's name
        """Rows are measured once they can be seen."""
        super().showEvent(event)
        self._write()

    def _changed(self, _before: State, state: State) -> None:
        if state.found is None:
            self._shown = ()
            self.words.setText(_waiting(state))
            self._sheets.setCurrentIndex(0)
        elif self.isVisible():
            self._write()

    def _write(self) -> None:
        found = self._session.state.found
        if found is None:
            return
        events = self._session.keeping.events()
        wanted = (found.timeline, events, theme())
        if self._shown == wanted:
            return
        self._shown = wanted
        zone = found.case.zone
        told = (
            tr("Times in UTC") if zone else tr("Times as the log wrote them: the zone is not known")
        )
        if zone and zone not in ("UTC", "Etc/UTC"):
            told += tr(", below them in {zone}", zone=zone)
        self.zone.setText(told)
        inputs = [name for lead in found.leads for name in lead.features]
        rows: list[tuple[str, str, str]] = [
            (_time(e, zone), found.case.in_log(e.words, inputs), e.kind) for e in found.timeline
        ]
        rows += [
            (f"{t[:10]} {t[11:16]}{'' if zone else UTC}", shown(words), "case")
            for t, words in events
        ]
        self.list.setRowCount(len(rows))
        for k, (time, words, kind) in enumerate(rows):
            glyph = GLYPHS.get(kind, "·")
            for j, text in enumerate((time, words, f"{glyph} {tr(KINDS[kind])}")):
                item = QTableWidgetItem(text)
                item.setToolTip(text)
                item.setTextAlignment(Qt.AlignmentFlag.AlignTop | Qt.AlignmentFlag.AlignLeft)
                self.list.setItem(k, j, item)
        self.picture.show_entries(found.timeline)
        self.picture.setVisible(bool(found.timeline))
        self._fit()
        self._sheets.setCurrentIndex(1)

    def _fit(self) -> None:
        """Times within a share of the width, rows as high as their words, and a little air."""
        most = round(self.list.viewport().width() * TIMES_AT_MOST)
        self.list.setColumnWidth(0, min(self.list.sizeHintForColumn(0) + theme().px(4), most))
        self.list.resizeRowsToContents()
        for k in range(self.list.rowCount()):
            self.list.setRowHeight(k, self.list.rowHeight(k) + theme().px(6))

    def _choose(self, number: int) -> None:
        self.list.setCurrentCell(number, 0)
        self.list.setFocus()

    def clip(self) -> Clip:
        """The selected rows, or all of them, and the drawn line."""
        rows = sorted({index.row() for index in self.list.selectedIndexes()})
        lines: list[tuple[str, ...]] = [spoken(HEADER)]
        for k in rows or range(self.list.rowCount()):
            cells = [self.list.item(k, j) for j in range(len(HEADER))]
            lines.append(tuple(c.text() for c in cells if c is not None))
        return Clip("", tuple(lines), (), self.picture)

    def copy(self) -> None:
        """Copy picture and rows (as text with tabs)."""
        put(self.clip())


def _waiting(state: State) -> str:
    """What will be here, and what it waits for."""
    if state.case is None or state.case.decision is None:
        return tr("Here stands the time line once a decision is picked.")
    if state.progress.cancelled:
        return tr(
            "The checks were stopped before the end. Run them again (F9): the time line needs them."
        )
    return tr(
        "Checks are running: %n have answered. The time line is drawn when the last one has.",
        "",
        len(state.progress.answers),
    )


def _time(entry: TimelineEntry, zone: str | None) -> str:
    told = between(entry.time, entry.until or entry.time).replace(UTC, "")
    if zone and zone not in ("UTC", "Etc/UTC"):
        until = tr(" to {until}", until=local(entry.until, zone)) if entry.until else ""
        told += f"\n{local(entry.time, zone)}{until}"
    return told
