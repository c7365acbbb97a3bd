"""The right: how it came about, how it stayed unnoticed; rivals, the lead's card, what is next."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import partial

from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QGuiApplication, QHideEvent, QShowEvent
from PySide6.QtWidgets import QSizePolicy, QVBoxLayout, QWidget

from app.dialogs import ask
from app.dialogs.groups import name_group
from app.dialogs.reason import AnswerForm, FactForm, RivalForm
from app.flow import Beside, Flow
from app.language import later, spoken, tr
from app.lead_card import CardActs, Kept, LeadCard, headline
from app.panes.rival_folds import FoldLine, folded
from app.panes.rival_line import Line
from app.panes.whys_closing import PlaybookButton, closing_part
from app.panes.whys_said import answer_part, counts, detail_part, fact_part, framed, padded
from app.parts import Tall, button, clear, column, frame, label, row, show_each
from app.pieces import Pieces
from app.session import Session
from app.state import State
from app.whys_filter import filters_of, segment_of
from investigators.board import Board, Fact, OwnRival, RuledOut, Waiver, WhyAnswer
from investigators.evidence import FAMILY_WORDS, Lead
from investigators.why_tree import FIRST, Offer, Rival, Standing, Tree, Why

LEGS = (
    ("came about", later("HOW DID IT COME ABOUT?")),
    ("unnoticed", later("HOW DID IT STAY UNNOTICED?")),
)

AT_ONCE = 6  # rivals drawn in one turn


class WhysPane(QWidget):
    """Both legs of the five whys."""

    def __init__(self, session: Session, act: Callable[[str], None]) -> None:
        super().__init__()
        self._session, self._act = session, act
        self.setProperty("help", "whys")
        self._chosen = ""
        self._open: set[Standing] = set()
        self._tree: Tree | None = None
        self._kept = Kept()
        self.drawing = Pieces(self, lambda: self._draw(session.state))
        self.heading = label(tr("Why did that happen?"), "title")
        self.book = PlaybookButton(self._use)
        self._places: dict[str, QWidget] = {}
        self.count = label("", "soft", wrap=True)
        self.list = QVBoxLayout()
        self.list.setContentsMargins(0, 0, 0, 10)
        self.list.setSpacing(3)
        inside = QWidget()
        self._inside = column(self.list, 1)
        inside.setLayout(self._inside)
        self.area = Tall(inside)
        self.area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAsNeeded)
        head = column(Beside(self.heading, self.count), margins=(12, 10, 12, 0))
        self.rivals_of = label(tr("Rivals as in"), "small")
        book = row(self.rivals_of, self.book, 1, margins=(12, 0, 12, 4), gap=2)
        self.setLayout(column(head, book, self.area, gap=0))
        session.changed.connect(self._changed)

    # --- showing ---------------------------------------------------------------------------------

    def showEvent(self, event: QShowEvent) -> None:  # noqa: N802 - Qt's name
        """Draw what changed while another tab was shown."""
        super().showEvent(event)
        self.drawing.shown()

    def hideEvent(self, event: QHideEvent) -> None:  # noqa: N802 - Qt's name
        """Another tab is shown, or the window closes (a minimised one still counts as seen)."""
        super().hideEvent(event)
        if not event.spontaneous():
            self.drawing.hidden()

    def _changed(self, before: State, state: State) -> None:
        looks = before == State()
        if looks:
            self._kept.forget()
        if before.case is not None and state.case is not None:
            picked = before.case.decision != state.case.decision
            self._chosen = "" if picked else self._chosen
        tree = self._session.tree() if state.case is not None and state.case.decision else None
        if looks or tree is not self._tree or before.found is not state.found:
            self._tree = tree
            self.book.show_tree(tree)
            self.rivals_of.setVisible(tree is not None)
            self.drawing.begin()

    def _draw(self, state: State) -> Iterator[None]:
        """Draw both legs: half of it is not seen, and each piece is a short turn of the window."""
        at = self.area.verticalScrollBar().value()
        self.setUpdatesEnabled(False)
        self._inside.setEnabled(False)
        self._kept.lift(self.list)
        clear(self.list)
        self._places.clear()
        yield
        if self._tree is None:
            self.count.setText("")
            words = tr("Pick a decision: the checks that bear on it will answer here.")
            self.list.addWidget(padded(label(words, "soft", wrap=True)))
        else:
            self.count.setText(counts(self._tree, state))
            yield from self._legs(self._tree, state)
        self._kept.settle()
        for k, _shown in enumerate(show_each(self.list)):
            if k % AT_ONCE == AT_ONCE - 1:
                yield
        self._inside.setEnabled(True)
        self._inside.invalidate()  # what it was asked for meanwhile it has not done
        self.area.fit()
        self._inside.activate()
        self.setUpdatesEnabled(True)
        self.area.verticalScrollBar().setValue(at)

    def _legs(self, tree: Tree, state: State) -> Iterator[None]:
        for leg, words in spoken(LEGS):
            self.list.addWidget(padded(label(words, "caps"), top=8))
            for why in (each for each in tree.whys if each.leg == leg):
                yield from self._why(why, state)
                yield
        if (closing := closing_part(tree, state, self._act)) is not None:
            self.list.addWidget(closing)

    def _why(self, why: Why, state: State) -> Iterator[None]:
        mark = "▾" if why.rivals else "▸"
        question = label(f"{mark}  {why.question}", "bold", wrap=True)
        question.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Minimum)
        if why.id == FIRST:
            self.list.addWidget(padded(question))
            self._first_words(state)
        else:
            status = label(why.state, "small")
            inside = row(question, status, margins=(12, 4, 12, 2))
            inside.setStretch(0, 1)
            self.list.addLayout(inside)
        for k, rival in enumerate(self._lines(why, state)):
            if k % AT_ONCE == AT_ONCE - 1:
                yield
            self._rival(rival, state)
        if why.answer is not None:
            said = answer_part(why.answer, lambda: self._reopen(why.id))
            self.list.addWidget(framed(said))
        for fact in why.facts:
            self.list.addLayout(fact_part(fact, partial(self._remove_fact, fact)))
        self._places[why.id] = self._why_buttons(why)

    def _first_words(self, state: State) -> None:
        """The three questions that come before the model, and the expectation."""
        answers = state.draft.brief.answers
        told = [answers.whose_box, answers.right_subject, answers.what_shown]
        done = sum(each is not None for each in told)
        words = tr("First: whose box, right person, what was shown ({done} of 3)", done=done)
        links = row(label(words, "small", wrap=True),
                    button(tr("answer"), lambda: self._act("questions"), "link"),
                    margins=(34, 0, 12, 0))  # fmt: skip
        links.setStretch(0, 1)
        self.list.addLayout(links)

    def _lines(self, why: Why, state: State) -> Iterator[Rival]:
        """Give the rivals that have a line now, and put the lines of the others in between."""
        current = self._current(state)
        for each in folded(why.rivals):
            if isinstance(each, Rival):
                yield each
                continue
            standing, alike = each
            is_open = standing in self._open
            self.list.addWidget(self._kept.part(
                standing, (len(alike), is_open),
                partial(FoldLine, standing, len(alike), partial(self._turn, standing),
                        is_open=is_open),
            ))  # fmt: skip
            yield from (one for one in alike if is_open or one.id == current)

    def _turn(self, standing: Standing) -> None:
        """Open or close the line of further checks that answered alike."""
        self._open ^= {standing}
        self.drawing.now()

    def _rival(self, rival: Rival, state: State) -> None:
        chosen = rival.id == self._current(state)
        made = self._kept.part(
            rival.id, (rival, chosen),
            lambda: Line(rival, lambda: self._choose(rival.id), chosen=chosen),
        )  # fmt: skip
        self._places[rival.id] = made
        self.list.addWidget(made)
        if not chosen:
            return
        lead = next((x for x in state.progress.leads if x.id in rival.leads), None)
        if lead is not None and state.case is not None:
            self.list.addWidget(self._card(lead, rival, state))
        else:
            self.list.addWidget(framed(self._detail(rival)))

    def _current(self, state: State) -> str:
        """The rival whose card is open: the chosen one, else the one with the first lead."""
        if self._chosen or self._tree is None:
            return self._chosen
        if (offered := self._tree.offered) is not None:
            return offered.id
        strongest = next((x for x in state.progress.leads if x.concerns_this_decision), None)
        if strongest is None:
            return ""
        return next((r.id for r in self._tree.whys[0].rivals if strongest.id in r.leads), "")

    def _choose(self, rival: str) -> None:
        self._chosen = "none" if self._current(self._session.state) == rival else rival
        self.drawing.now()

    def choose(self, rival: str) -> None:
        """Open a rival, for one who came from elsewhere."""
        self._chosen = rival
        self.drawing.now()

    def _card(self, lead: Lead, rival: Rival, state: State) -> QWidget:
        from investigators import desk

        case = state.case
        assert case is not None
        missing = desk.missing_to_confirm(lead, state.progress, state.board)
        findings = tuple(f for f in state.progress.findings if f.id in lead.findings)
        policy = state.progress.policy
        mine = policy is not None and policy.lead == lead.id
        asked = policy.told(state.board.ending) if policy is not None and mine else None
        acts = CardActs(self._answer_with, self._rule_out, self._rows, self._about,
                        lambda x: name_group(self, self._session, x.segment))  # fmt: skip
        return self._kept.part(
            "card", (lead, rival, state.case, missing, findings, asked),
            lambda: framed(LeadCard(lead, rival, case, findings, acts, missing=missing,
                                     current=rival.status != "ruled out").asking(asked)),
        )  # fmt: skip

    def _detail(self, rival: Rival) -> QWidget:
        inside = detail_part(rival, self._session.state.progress.findings)
        inside.addLayout(self._detail_buttons(rival))
        return frame("panel", inside)

    def _detail_buttons(self, rival: Rival) -> Flow:
        buttons: list[QWidget] = []
        ruled = self._session.state.board.ruling(rival.id) is not None
        if ruled:
            buttons.append(button(tr("Let it stand again"), lambda: self._stand(rival.id)))
        elif rival.standing != "speaks against":
            buttons.append(button(tr("Rule out…"), lambda: self._rule_out(rival)))
        if rival.standing == "waived":
            buttons.append(button(tr("Lift the waiver"), lambda: self._lift(rival.id)))
        elif rival.standing in ("cannot tell", "not run", "error") and not rival.road:
            buttons.append(button(tr("Waive…"), lambda: self._waive(rival)))
        if rival.ask:
            copy = button(tr("Copy the text to send"), lambda: _copy(rival.ask))
            copy.setToolTip(rival.ask)
            buttons.append(copy)
        if "." in rival.id:  # a check's own id; a rival added by hand has no check
            buttons.append(
                button(tr("What does this check do?"), lambda: self._about(rival.id), "link")
            )
        if segment := segment_of(rival, self._session.state):
            name = partial(name_group, self, self._session, segment)
            buttons.append(button(tr("Name this group…"), name, "link"))
        held = Flow(8)
        for each in buttons:
            held.addWidget(each)
        return held

    def _about(self, check: str) -> None:
        """Show the help page of the checks at this one."""
        from app.dialogs.help import show_help

        show_help(self, "checks", check)

    def _why_buttons(self, why: Why) -> QWidget:
        """Put what can be done with a why in; return the first, where one begins."""
        buttons: list[QWidget] = []
        if why.answer is None and why.id != FIRST:
            buttons.append(button(tr("Answer in words…"), lambda: self._answer_words(why), "link"))
        buttons.append(button(tr("Add a fact…"), lambda: self._add_fact(why.id), "link"))
        if why.id == FIRST:
            buttons.append(button(tr("Add a rival…"), self.add_rival, "link"))
        if why.ask and why.answer is None:
            ask_owner = button(tr("Copy a question for its owners"), lambda: _copy(why.ask), "link")
            ask_owner.setToolTip(why.ask)
            buttons.append(ask_owner)
        held = Flow(4)
        for each in buttons:
            held.addWidget(each)
        self.list.addLayout(column(held, margins=(30, 0, 12, 2)))
        return buttons[0]

    def show_gap(self, about: str) -> None:
        """Bring a why or a rival into sight, open and with the focus on it."""
        self.drawing.finish()
        if self._tree is not None and self._tree.why(about) is None:
            self.choose(about)
        place = self._places.get(about)
        if place is not None:
            QTimer.singleShot(0, self, lambda: self._reveal(about))

    def _reveal(self, about: str) -> None:
        place = self._places.get(about)  # what was there may have been drawn anew
        if place is not None:
            self.area.ensureWidgetVisible(place)
            place.setFocus(Qt.FocusReason.OtherFocusReason)

    def choose_playbook(self) -> None:
        """Open the menu of playbooks."""
        self.book.showMenu()

    def _use(self, offer: Offer) -> None:
        name = "" if offer.why else offer.name  # the offered one goes on as what was picked changes
        if name != self._board().playbook:
            record = f"choose the playbook “{offer.title}”"
            self._session.say(record, replace(self._board(), playbook=name))

    # --- what people do --------------------------------------------------------------------------

    def answer_lead(self) -> None:
        """Answer the first why with the strongest lead, the next with what is offered there."""
        offered = self._tree.offered if self._tree is not None else None
        ours = [x for x in self._session.state.progress.leads if x.concerns_this_decision]
        ours = [x for x in ours if offered is None or x.id in offered.leads]
        if ours:
            self._answer_with(ours[0])

    def _answer_with(self, lead: Lead) -> None:
        from investigators import desk

        tree = self._tree
        if tree is None:
            return
        state, why = self._session.state, tree.asked_of(lead.id)
        missing = desk.missing_to_confirm(lead, state.progress, state.board)
        assert state.case is not None
        said = headline(lead, state.case)
        form = AnswerForm(self, why.question, said, missing, strict=state.board.strict)
        if form.exec():
            answer = WhyAnswer(why.id, form.said(), lead.id, desk.claim_of(lead))
            record = "answer how it came about"
            if why.id != FIRST:
                record = f"answer “{why.question[:40]}”"
            board = self._board().answered(answer)
            # the card has done its work: what is next comes into sight
            further = desk.whys(state.case, board, state.progress).offered
            self._chosen = "" if further is not None else "none"
            self._session.say(record, board)
        form.deleteLater()

    def _answer_words(self, why: Why) -> None:
        form = AnswerForm(self, why.question, "", None)
        if form.exec():
            self._session.say(
                f"answer “{why.question[:40]}”",
                self._board().answered(WhyAnswer(why.id, form.said())),
            )
        form.deleteLater()

    def _reopen(self, why: str) -> None:
        self._session.say("reopen a why", self._board().reopened(why))

    def _rule_out(self, rival: Rival) -> None:
        prompt = tr(
            "“{words}” is ruled out, on what grounds? It prints beside the verdict.",
            words=rival.words,
        )
        reason = ask.words(self, tr("Rule out"), prompt, ok=tr("Rule out"))
        if reason:
            ruled = self._board().with_ruling(RuledOut(rival.id, reason))
            self._session.say(f"rule out “{rival.words}”", ruled)

    def _stand(self, rival: str) -> None:
        self._session.say("let a rival stand again", self._board().without_ruling(rival))

    def _waive(self, rival: Rival) -> None:
        prompt = tr(
            "{family_words}: “{words}” will not be checked. Why not?",
            family_words=FAMILY_WORDS[rival.family],
            words=rival.words,
        )
        reason = ask.words(self, tr("Waive"), prompt, ok=tr("Waive"))
        if reason:
            waived = self._board().with_waiver(Waiver(rival.id, reason))
            self._session.say(f"waive “{rival.words}”", waived)

    def _lift(self, check: str) -> None:
        self._session.say("lift a waiver", self._board().without_waiver(check))

    def add_fact(self) -> None:
        """Add a fact to the first why."""
        self._add_fact(FIRST)

    def _add_fact(self, why: str) -> None:
        form = FactForm(self)
        if form.exec():
            given = form.given()
            kept = ""
            if given.picture:
                kept = self._session.keeping.keep_picture(given.picture, given.picture_name)
            fact = Fact(
                self._board().next_id("F"), why, given.words, given.whose_view, given.grade,
                kept, given.picture_name,
            )  # fmt: skip
            self._session.say(f"add fact {fact.id}", self._board().with_fact(fact))
        form.deleteLater()

    def _remove_fact(self, fact: Fact) -> None:
        self._session.say(f"remove fact {fact.id}", self._board().without_fact(fact.id))

    def add_rival(self) -> None:
        """Add a rival by hand."""
        form = RivalForm(self)
        if form.exec():
            words, family = form.given()
            made = OwnRival(self._board().next_id("R"), FIRST, words, family)
            self._session.say(f"add rival {made.id}", self._board().with_rival(made))
        form.deleteLater()

    def _rows(self, lead: Lead) -> None:
        self._session.wanted.emit(filters_of(lead))

    def _board(self) -> Board:
        return self._session.state.board

    def copy(self) -> None:
        """Copy the tree as text."""
        if self._tree is None:
            return
        lines = []
        for why in self._tree.whys:
            lines.append(why.question)
            lines += [f"  {r.glyph} {r.words}: {r.standing} · {r.how}" for r in why.rivals]
            if why.answer is not None:
                lines.append(tr("  answered: {words}", words=why.answer.words))
        _copy("\n".join(lines))


def _copy(text: str) -> None:
    QGuiApplication.clipboard().setText(text)
