"""The card of a lead: sentence, where and when, picture, repair and replay, what to do, limits."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from PySide6.QtWidgets import QBoxLayout, QFrame, QGridLayout, QMenu, QToolButton, QWidget

from app.clip import WORDS, Clip, put
from app.drawn import Drawn
from app.flow import Beside, Flow
from app.language import later, tr
from app.parts import button, column, kind, label, line, row
from investigators import desk
from investigators.case import Case
from investigators.evidence import Finding, Lead, segment_words
from investigators.numbers import MINUS, between, count, listed, number, share
from investigators.sides import GROUP, OTHERS, Option, PolicyQuestion
from investigators.why_tree import Rival

ELSEWHERE = later("Seen in other requests: nothing says that it touches this decision.")


@dataclass(frozen=True)
class CardActs:
    """What the card's buttons do."""

    answer: Callable[[Lead], object]
    rule_out: Callable[[Rival], object]
    rows: Callable[[Lead], object]
    about: Callable[[str], object]
    name: Callable[[Lead], object]


class LeadCard(QFrame):
    """One lead; ``current`` has the coloured frame."""

    def __init__(
        self, lead: Lead, rival: Rival, case: Case, findings: tuple[Finding, ...], acts: CardActs,
        *, missing: tuple[str, ...], current: bool,
    ) -> None:  # fmt: skip
        super().__init__()
        kind(self, "lead" if current else "panel")
        self._lead, self._case, self._findings = lead, case, findings
        self._rival, self._missing = rival, missing
        inside = column(margins=(14, 10, 14, 10), gap=6)
        said = headline(lead, case)
        inside.addWidget(label(said, "bold", wrap=True, select=True))
        inside.addWidget(label(where_words(lead), "soft", wrap=True, select=True))
        if not lead.concerns_this_decision:
            inside.addWidget(label(tr(ELSEWHERE), "soft", wrap=True, select=True))
        if names := case.other_names(lead.features, said):
            words = tr("In the log {names}.", names=listed(names))
            inside.addWidget(label(words, "soft", wrap=True, select=True))
        self._picture(inside)
        inside.addWidget(line())
        self._repair(inside)
        self._asked = column(gap=6)
        inside.addLayout(self._asked)
        self._buttons(inside, acts)
        self._foot(inside)
        self.setLayout(inside)
        statement = case.in_log(lead.statement, lead.features)
        self.setAccessibleName(tr("Lead {id}: {statement}", id=lead.id, statement=statement))

    def asking(self, asked: PolicyQuestion | None) -> LeadCard:
        """The card with the policy question of its lead, both sides in numbers."""
        if asked is not None:
            _policy(self._asked, asked)
        return self

    def _picture(self, inside: QBoxLayout) -> None:
        mine = [f for f in self._findings if f.id in self._lead.findings]
        charts = [chart for finding in mine for chart in finding.charts]
        if charts:
            inside.addWidget(Drawn(charts[0]))

    def _repair(self, inside: QBoxLayout) -> None:
        repair = self._lead.repair
        if repair is None:
            inside.addWidget(
                label(
                    tr("Nothing in the inputs can be undone for this lead: no replay."),
                    "soft",
                    wrap=True,
                )
            )
            return
        undo = tr("{undo}, ask the model again", undo=_lower(desk.undo_words(self._lead)))
        inside.addLayout(
            Beside(label(tr("Repair and replay"), "bold"), label(undo, "soft", wrap=True), 10)
        )
        pairs = [_pair(*each) for each in replay_numbers(self._lead, self._case)]
        inside.addLayout(row(*pairs, gap=20))

    def _buttons(self, inside: QBoxLayout, acts: CardActs) -> None:
        lead = self._lead
        self.answer = button(tr("Answer with this…"), lambda: acts.answer(lead), "main")
        self.answer.setToolTip(
            "; ".join(self._missing) or tr("nothing is missing to confirm it (Ctrl+Return)")
        )
        self.rule = button(tr("Rule out…"), lambda: acts.rule_out(self._rival))
        self.rows = button(tr("%n rows", "", lead.rows_in_scope), lambda: acts.rows(lead))
        self.rows.setToolTip(tr("Show these decisions in the list on the left"))
        more = QToolButton()
        more.setText("⋯")
        more.setAccessibleName(tr("More"))
        more.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        menu = QMenu(more)
        menu.addAction(tr("What does this check do?")).triggered.connect(
            lambda: acts.about(self._rival.id)
        )
        if desk.group_rows(lead.segment):
            menu.addAction(tr("Name this group…")).triggered.connect(lambda: acts.name(lead))
        menu.addSeparator()
        menu.addAction(tr("Copy as text")).triggered.connect(self.copy)
        for form in ("picture", "markdown"):
            menu.addAction(tr(WORDS[form])).triggered.connect(
                lambda _c=False, chosen=form: put(self.clip(), chosen)
            )
        more.setMenu(menu)
        buttons = Flow(8)
        for each in (self.answer, self.rule, self.rows, more):
            buttons.addWidget(each)
        inside.addLayout(buttons)

    def _foot(self, inside: QBoxLayout) -> None:
        lines = self.limits()
        if lines:
            inside.addWidget(line())
        for words in lines:
            inside.addWidget(label(words, "small", wrap=True, select=True))

    def limits(self) -> tuple[str, ...]:
        """What also agrees, what vanishes, what is not covered, what is needed."""
        lead = self._lead
        lines = []
        if lead.corroborations:
            lines.append(
                tr("also: {corroborations}", corroborations="; ".join(lead.corroborations))
            )
        if lead.symptoms:
            names = "; ".join(map(_symptom, lead.symptoms))
            lines.append(tr("vanish with it: {names}", names=names))
        if self._rival.does_not_cover:
            lines.append(
                tr("not covered: {does_not_cover}", does_not_cover=self._rival.does_not_cover)
            )
        if self._missing:
            lines.append(tr("still needed to confirm: {missing}", missing="; ".join(self._missing)))
        return tuple(lines)

    def clip(self) -> Clip:
        """The card as words and as it is seen, for the clipboard."""
        words = [where_words(self._lead)]
        words += [f"{big} ({small})" for big, small in replay_numbers(self._lead, self._case)]
        statement = self._case.in_log(self._lead.statement, self._lead.features)
        return Clip(statement, notes=(*words, *self.limits()), picture=self)

    def copy(self) -> None:
        """Copy the card as text."""
        put(self.clip(), "table")


class Kept:
    """Parts that stand: each is made anew only when something of it has changed.

    What a part is of is compared by value; a part nobody asked for again goes.
    """

    def __init__(self) -> None:
        self._now: dict[str, tuple[tuple[object, ...], QWidget]] = {}
        self._had: dict[str, tuple[tuple[object, ...], QWidget]] = {}

    def lift(self, layout: QBoxLayout) -> None:
        """Take them out before everything else is thrown away."""
        for _of, made in self._now.values():
            layout.removeWidget(made)
        self._had |= self._now  # those of a drawing that was broken off are there still
        self._now = {}

    def part(self, place: str, of: tuple[object, ...], make: Callable[[], QWidget]) -> QWidget:
        """Return the part of a place, the old one where it is of the same."""
        had, made = self._had.pop(place, (None, None))
        if made is None or had != of:
            if made is not None:
                _drop(made)
            made = make()
        self._now[place] = (of, made)
        return made

    def settle(self) -> None:
        """Let go what nobody put back."""
        for _of, made in self._had.values():
            _drop(made)
        self._had = {}

    def forget(self) -> None:
        """They are to be drawn anew: other colours are in force."""
        self._now = {place: ((), made) for place, (_of, made) in self._now.items()}


def _policy(inside: QBoxLayout, asked: PolicyQuestion) -> None:
    """Both sides of the policy question: what would be, and below it for whom."""
    inside.addWidget(line())
    heading = tr("Policy question: a person decides, with these numbers")
    inside.addWidget(label(heading, "bold", wrap=True))
    (now, said), *others = asked.lines()
    inside.addWidget(label(f"{now}: {said}", "soft", wrap=True, select=True))
    if asked.options:
        inside.addLayout(_sides(asked.options))
    for name, words in others:
        inside.addWidget(label(f"{name}: {words}", "soft", wrap=True, select=True))


def _sides(options: Sequence[Option]) -> QGridLayout:
    """What each other rule would do to this group and to all others, side by side."""
    grid = QGridLayout()
    for at, part in enumerate((4, 3, 3)):
        grid.setColumnStretch(at, part)
    for at, who in enumerate((GROUP, OTHERS), start=1):
        grid.addWidget(label(who, "soft", wrap=True), 0, at)
    for each in options:
        grid.addWidget(label(each.words, wrap=True), grid.rowCount(), 0, 1, 3)
        both = zip(each.group.counts(), each.others.counts(), strict=True)
        for (words, mine), (_, rest) in both:
            if (mine, rest) == ("0", "0"):
                continue
            at = grid.rowCount()
            grid.addWidget(label(words, "soft", wrap=True), at, 0)
            for k, told in enumerate((mine, rest), start=1):
                shown = label(told, wrap=True, select=True)
                shown.setAccessibleName(f"{each.words}, {(GROUP, OTHERS)[k - 1]}, {words}: {told}")
                grid.addWidget(shown, at, k)
    return grid


def _drop(made: QWidget) -> None:
    made.hide()
    made.setParent(None)
    made.deleteLater()


def _symptom(finding: str) -> str:
    """A finding's id in words; what it is about keeps its own spelling."""
    check, _, about = finding.partition(".")[2].partition("/")
    return f"{check.replace('_', ' ')}: {about.replace('/', ': ')}" if about else check


def headline(lead: Lead, case: Case) -> str:
    """Short form of a lead: what changed; the whole sentence where it has no short one.

    Inputs have the log's names beside them, where the model's do not tell.
    """
    words = lead.statement
    cut = words.find(" in ", words.find("training")) if "than in training" in words else -1
    first = words.split(" since ")[0] if " since " in words else words
    segment = segment_words(lead.segment, "")
    if cut > 0 and segment and f" in {segment}" in first:
        first = first.replace(f" in {segment}", "")
    return case.in_log(first.replace(" -> ", " → ").rstrip(" ,;."), lead.features)


def where_words(lead: Lead) -> str:
    """Where, since when, still so, how many of how many."""
    parts = [segment_words(lead.segment)]
    if lead.onset is not None:
        parts.append(tr("since {when}", when=between(lead.onset.earliest, lead.onset.latest)))
    elif lead.onset_known:
        parts.append(tr("there from the first row of the log"))
    if lead.end is not None:
        parts.append(tr("until {when}", when=between(lead.end.earliest, lead.end.latest)))
    elif lead.ongoing:
        parts.append(tr("still so where the log ends"))
    whole = lead.rows_in_scope / lead.share_of_log if lead.share_of_log else 0
    of = tr(", {share} of the log", share=share(lead.rows_in_scope, whole)) if whole else ""
    return tr("{parts} · %n requests{of}", "", lead.rows_in_scope, parts=" · ".join(parts), of=of)


def _lower(words: str) -> str:
    return words[:1].lower() + words[1:]


def replay_numbers(lead: Lead, case: Case) -> list[tuple[str, str]]:
    """Big numbers of the replay with what they count."""
    repair = lead.repair
    if repair is None:
        return []
    made = []
    decision = case.decision
    decimals = case.scale.decimals if case.scale is not None else None
    if repair.this_score is not None and decision is not None and decision.score is not None:
        before, after = (
            (f"{x:.{decimals}f}" if decimals is not None else number(x)).replace("-", MINUS)
            for x in (decision.score, repair.this_score)
        )
        change = (
            f"{decision.label} → {repair.this_decision}"
            if repair.flips
            else (
                tr("still {this_decision}", this_decision=repair.this_decision)
                if repair.this_decision
                else tr("score of this decision")
            )
        )
        made.append((f"{before} → {after}", tr("this decision: {change}", change=change)))
    if repair.decisions_changed is not None:
        big = tr(
            "{from_adverse} of {rows_in_scope}",
            from_adverse=count(repair.from_adverse or 0),
            rows_in_scope=count(lead.rows_in_scope),
        )
        if repair.flips and decision is not None:
            other = f"{decision.label} → {repair.this_decision}"
        else:
            other = tr("would be decided otherwise")
        other += tr("; {to_adverse} the other way", to_adverse=count(repair.to_adverse or 0))
        made.append((big, other))
    elif repair.mean_score_change is not None:
        made.append((number(repair.mean_score_change, 3), tr("mean change of the score")))
    return made


def _pair(big: str, small: str) -> QWidget:
    made = QWidget()
    made.setLayout(
        column(
            label(big, "number", wrap=True, select=True), label(small, "small", wrap=True), 1, gap=1
        )
    )
    return made
