"""The middle: what the model did with its inputs, in the reader's words, with its limits."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt
from PySide6.QtGui import QContextMenuEvent
from PySide6.QtWidgets import (
    QStackedWidget,
    QTableWidgetItem,
    QVBoxLayout,
    QWidget,
)

from app import theme
from app.clip import Clip, menu, put
from app.flow import Beside, Flow
from app.language import later, spoken, tr
from app.panes.contribution_table import PART, ContributionTable
from app.panes.explanation_words import heading, reproduced, rule, seen_of, why_empty
from app.panes.seen_card import SeenCard
from app.panes.told_part import told_in
from app.parts import Tall, button, clear, column, elided, frame, label, line, row
from app.session import Session
from app.state import State
from app.waterfall import Waterfall
from investigators.chart import Waterfall as WaterfallChart
from investigators.evidence import Contribution, Explanation, Finding
from investigators.numbers import MINUS, value_words

GLYPH = {"supports": "●", "speaks against": "✗", "cannot tell": "?", "error": "!"}
HEADER = (
    later("Input"),
    later("Value"),
    later("Among training rows"),
    later("Score part"),
    later("Note"),
)
INPUT = Qt.ItemDataRole.UserRole  # where a row keeps the model's name of its input


class _Number(QTableWidgetItem):
    """A cell that sorts by its number."""

    def __init__(self, words: str, value: float) -> None:
        super().__init__(words)
        self._value = value
        self.setTextAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)

    def __lt__(self, other: QTableWidgetItem) -> bool:
        return isinstance(other, _Number) and self._value < other._value


class ExplanationPane(QWidget):
    """Score line, waterfall or table, sentence, strip; a row leads to the checks on its input."""

    def __init__(self, session: Session, act: Callable[[str], None]) -> None:
        super().__init__()
        self._session, self._act = session, act
        self.setProperty("help", "explanation")
        self.heading = label(tr("What the model did"), "title")
        self.reproduced = label("", "soft", wrap=True)
        self.toggle = button(
            tr("Table"), self.toggle_table, "link", tr("The same as a table (Ctrl+T)")
        )
        self.seen = SeenCard(session, act)
        self._seen_on = False
        self.seen_toggle = button(tr("What the person saw"), self.toggle_seen, "link")
        self.score = label("", "score")
        self.scale = label("", "soft")
        self.rule = label("")
        self.decision = elided("", "soft")
        self.chart = Waterfall()
        self.chart.asked.connect(self.ask)
        self.table = self._make_table()
        self.views = QStackedWidget()
        self.sentence = label("", wrap=True, select=True)
        self.asked = QVBoxLayout()
        self.strip = label("", "strip", wrap=True, select=True)
        self.table_strip = label("", "strip", wrap=True, select=True)
        self.empty = label("", "soft", wrap=True)
        self._input = ""
        self._lay_out()
        session.changed.connect(self._changed)

    def _make_table(self) -> ContributionTable:
        made = ContributionTable(spoken(HEADER))
        made.setAccessibleName(tr("Contributions of every input"))
        made.cellActivated.connect(lambda at, _c: self.ask(self._feature(at)))
        return made

    def _lay_out(self) -> None:
        first = row(Beside(self.heading, self.reproduced), self.toggle)
        first.setStretch(0, 1)
        first.setAlignment(self.toggle, Qt.AlignmentFlag.AlignTop)
        links = row(self.seen_toggle, 1)
        head = column(first, links, margins=(12, 10, 12, 6), gap=0)
        result = QWidget()
        parts = Flow(8)
        for each in (self.score, self.scale, self.rule):
            parts.addWidget(each)
        result.setLayout(parts)
        for each in (self.scale, self.rule, self.decision):
            each.setContentsMargins(0, 0, 0, 3)
            each.setAlignment(each.alignment() | Qt.AlignmentFlag.AlignBottom)
        scores = column(Beside(result, self.decision), margins=(12, 4, 12, 0))
        strip = column(line(), self.strip, gap=6)
        words = column(self.sentence, self.asked, strip, margins=(12, 8, 12, 8), gap=8)
        picture = QWidget()
        picture.setLayout(column(self.chart, words, 1))
        scrolled = Tall(picture)
        scrolled.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        under = column(line(), self.table_strip, margins=(12, 0, 12, 8), gap=6)
        table = QWidget()
        table.setLayout(column(self.table, under, gap=0))
        for view in (scrolled, table):
            self.views.addWidget(view)
        self.body = QWidget()
        inside = column(scores, self.views, gap=0)
        inside.setStretch(1, 1)
        self.body.setLayout(inside)
        self._whole = column(head, line(), self.empty, self.body, self.seen, gap=0)
        for k in (2, 3, 4):  # one of them is there, and takes the room that the head leaves
            self._whole.setStretch(k, 1)
        self.setLayout(self._whole)
        self.empty.setContentsMargins(12, 12, 12, 12)
        self.empty.setAlignment(Qt.AlignmentFlag.AlignTop)

    # --- showing ---------------------------------------------------------------------------------

    def _changed(self, before: State, state: State) -> None:
        looks = before == State()
        if looks:
            self.seen.redraw()
        if _drawn(before) != _drawn(state) or looks:
            self._show(state)
        elif state.explanation is None:  # nothing came of it: no longer on its way
            self.empty.setText(why_empty(state))
        if looks or before.progress is not state.progress:
            self.heading.setText(heading(state))
            self._show_asked()

    def _show(self, state: State) -> None:
        found = state.explanation
        usable = found is not None and found.withheld is None
        seen = seen_of(state)
        self.seen.show_seen(seen)
        tells = seen is not None or any(told_in(state))
        self._seen_on = self._seen_on and usable and tells
        self.seen_toggle.setVisible(usable and tells)
        self.seen_toggle.setText(
            tr("What the model did") if self._seen_on else tr("What the person saw")
        )
        on = self._seen_on or (seen is not None and not usable)
        self.seen.setVisible(on)
        self._whole.setStretch(2, 0 if on else 1)
        self.toggle.setVisible(usable and not on)
        self.body.setVisible(usable and not on)
        self.empty.setVisible(not usable)
        self.heading.setText(heading(state))
        self.reproduced.setText(reproduced(state))
        self.empty.setText(why_empty(state))
        if not usable:
            self.chart.show_chart(None)
            return
        assert found is not None
        self._score_line(state, found)
        chart = found.chart
        self.chart.show_chart(chart if isinstance(chart, WaterfallChart) else None, self._told)
        self._fill(found)
        self.sentence.setText(found.sentence)
        self.strip.setText(found.strip)
        self.table_strip.setText(found.strip)
        self._input = ""
        self._show_asked()

    def _told(self, words: str) -> str:
        """Words that name inputs, with the log's names where the model's do not tell."""
        state = self._session.state
        if state.case is None or state.explanation is None:
            return words
        return state.case.in_log(words, [p.feature for p in state.explanation.contributions])

    def _score_line(self, state: State, found: Explanation) -> None:
        case = state.case
        assert case is not None
        decision = case.decision
        scale = case.scale
        logged = decision.score if decision is not None else None
        decimals = scale.decimals if scale is not None and scale.decimals is not None else 3
        shown = logged if logged is not None else found.score
        self.score.setText("" if shown is None else f"{shown:.{decimals}f}".replace("-", MINUS))
        kind_words = found.scale_words(scale.kind) if scale is not None else tr("score")
        self.scale.setText(
            kind_words
            if logged is not None
            else tr("{kind_words}, by this model file", kind_words=kind_words)
        )
        self.rule.setText(rule(state))
        parts = []
        if decision is not None:
            parts = [
                decision.id,
                (decision.time or "")[:16].replace("T", " "),
                decision.subject or "",
            ]
        self.decision.setText(" · ".join(part for part in parts if part))

    def _fill(self, found: Explanation) -> None:
        self.table.setSortingEnabled(False)
        self.table.setRowCount(len(found.contributions))
        for at, part in enumerate(found.contributions):
            sign = f"{part.contribution:+.4f}".replace("-", MINUS)
            cells = (
                self._name_cell(part.feature),
                _value_cell(part),
                QTableWidgetItem(part.place),
                _Number(sign, part.contribution),
                QTableWidgetItem(_note(part)),
            )
            for k, cell in enumerate(cells):
                self.table.setItem(at, k, cell)
        self.table.setSortingEnabled(True)
        self.table.sortItems(PART, Qt.SortOrder.DescendingOrder)
        self.table.verticalHeader().setDefaultSectionSize(theme.theme().px(28))
        self.table.fit()

    def _name_cell(self, feature: str) -> QTableWidgetItem:
        made = QTableWidgetItem(self._told(feature))
        made.setToolTip(made.text())
        made.setData(INPUT, feature)
        return made

    def toggle_table(self) -> None:
        """Show the table instead of the picture, or the other way round."""
        to_table = self.views.currentIndex() == 0
        self.views.setCurrentIndex(1 if to_table else 0)
        self.toggle.setText(tr("Picture") if to_table else tr("Table"))
        (self.table if to_table else self.chart).setFocus()

    def toggle_seen(self) -> None:
        """Show what the person saw instead of what the model did, or the other way round."""
        self._seen_on = not self._seen_on
        self._show(self._session.state)
        if self.seen.isVisibleTo(self):
            self.seen.setFocus()

    # --- a bar is a lead to a check, never evidence ----------------------------------------------

    def ask(self, feature: str) -> None:
        """Show which checks look at an input; it is marked in the picture and in the table."""
        self._input = feature
        self.chart.choose(feature)
        for at in range(self.table.rowCount()):
            if self._feature(at) == feature:
                self.table.selectRow(at)
        if not feature:
            self.table.clearSelection()
        elif self.views.currentIndex() == 1:
            self.toggle_table()  # what the checks say stands under the picture
        self._show_asked()

    def _feature(self, at: int) -> str:
        """The input of a row of the table, by the model's own name."""
        item = self.table.item(at, 0)
        return "" if item is None else str(item.data(INPUT))

    def _show_asked(self) -> None:
        clear(self.asked)
        found = self._session.state.explanation
        names = {part.feature for part in found.contributions} if found is not None else set()
        if self._input not in names:
            return
        inside = column(margins=(12, 8, 12, 8), gap=4)
        heading = tr("What the checks say of {input}", input=self._told(self._input))
        inside.addWidget(label(heading, "bold", wrap=True))
        inside.addWidget(
            label(
                tr("A bar leads to a check; it is never evidence for a cause."), "small", wrap=True
            )
        )
        about = [f for f in self._session.state.progress.findings if self._input in f.about]
        if not about:
            done = self._session.state.progress.done
            inside.addWidget(
                label(
                    tr("No check answered about it.") if done else tr("The checks are running…"),
                    "soft",
                    wrap=True,
                )
            )
        for finding in about[:4]:
            inside.addWidget(label(_verdict_line(finding), wrap=True, select=True))
        inside.addLayout(
            row(
                button(tr("Show the whys"), lambda: self._act("whys_tab"), "link"),
                button(tr("Close"), lambda: self.ask(""), "link"),
                1,
            )
        )
        self.asked.addWidget(frame("panel", inside))

    def step_back(self) -> bool:
        """Close what was opened last here; ``False`` when there is nothing."""
        if self._seen_on:
            self.toggle_seen()
        elif self._input:
            self.ask("")
        elif self.views.currentIndex() == 1:
            self.toggle_table()
        else:
            return False
        return True

    # --- copying ---------------------------------------------------------------------------------

    def clip(self) -> Clip | None:
        """Picture, table and the words below it, for the clipboard; or what the person saw."""
        if self.seen.isVisibleTo(self):
            return self.seen.clip()
        found = self._session.state.explanation
        if found is None or found.withheld is not None:
            return None
        rows = [
            (self._told(p.feature), value_words(p), p.place, f"{p.contribution:+.6g}", _note(p))
            for p in found.contributions
        ]
        return Clip("", (spoken(HEADER), *rows), (found.sentence, found.strip), self.chart)

    def copy(self) -> None:
        """Put picture and table (tab-separated) on the clipboard."""
        put(self.clip())

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:  # noqa: N802 - Qt's name
        """Copy as one likes."""
        made = menu(self, self.clip)
        made.exec(event.globalPos())
        made.deleteLater()


def _drawn(state: State) -> tuple[int, ...]:
    """What the pane draws, by identity."""
    return id(state.explanation), id(state.case), id(seen_of(state)), id(state.draft)


def _value_cell(part: Contribution) -> QTableWidgetItem:
    words = value_words(part)
    made = QTableWidgetItem(words)
    if isinstance(part.value, int | float) and not isinstance(part.value, bool):
        made = _Number(words, float(part.value))
    made.setToolTip(
        tr("missing") if part.value is None else tr("as it stands: {value}", value=part.value)
    )
    return made


def _note(part: Contribution) -> str:
    if part.unseen:
        return tr("never seen in training")
    if part.unexpected_missing:
        return tr("missing; never missing in training")
    return tr("outside the training range") if part.outside_range else ""


def _verdict_line(finding: Finding) -> str:
    goes = (
        tr(" (goes with {explained_by})", explained_by=finding.explained_by)
        if finding.explained_by
        else ""
    )
    return f"{GLYPH.get(finding.verdict, '–')} {finding.verdict}: {finding.sentence}{goes}"
