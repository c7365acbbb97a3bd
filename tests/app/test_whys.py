"""The whys pane with a real case: rivals, the lead's card, answers, rulings, facts, undo."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import QEvent, QPoint, Qt, QTimer
from PySide6.QtWidgets import QApplication, QDialog, QLabel, QPushButton, QWidget
from pytestqt.qtbot import QtBot

from app.dialogs.expectation import ExpectationForm, keep
from app.dialogs.reason import AnswerForm, FactForm
from app.drawn import Drawn
from app.lead_card import ELSEWHERE, CardActs, LeadCard, headline
from app.painter import ChartView
from app.panes.explanation import ExplanationPane
from app.panes.rival_folds import FoldLine
from app.panes.whys import Line, WhysPane
from app.panes.whys_said import chart_of
from app.session import Session
from app.state import State
from investigators import desk
from investigators.case import Guess
from investigators.sides import Option, PolicyQuestion, Side
from tests.app.drawn import said, whole
from tests.app.opened import investigated
from tests.investigators import parcels


@pytest.fixture(scope="module")
def case(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("whys")
    return investigated(parcels.write(folder / "in").case, folder)


@pytest.fixture
def session(
    qapp: QApplication,  # noqa: ARG001 - a session is a QObject
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> Iterator[Session]:
    monkeypatch.setenv("FIFTHWHY_HOME", str(tmp_path))
    made = Session()
    yield made
    made.close()


@pytest.fixture
def whys(session: Session, qtbot: QtBot, case: Path, tmp_path: Path) -> Iterator[WhysPane]:
    pane = WhysPane(session, lambda _id: None)
    pane.resize(480, 700)
    pane.show()
    session.open_files([str(shutil.copy(case, tmp_path))])
    qtbot.waitUntil(
        lambda: session.state.found is not None and not session.state.busy, timeout=60_000
    )
    whole(pane)
    yield pane
    pane.close()
    pane.deleteLater()  # with the timer of a card whose chart is still to be drawn
    QApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)  # type: ignore[arg-type]


def press(qtbot: QtBot, widget: QWidget, words: str) -> None:
    buttons = [b for b in widget.findChildren(QPushButton) if b.text() == words]
    assert buttons, f"no button {words!r}"
    qtbot.mouseClick(buttons[0], Qt.MouseButton.LeftButton)


def in_dialog(kind: type[QDialog], do: object) -> None:
    """When the next dialog is up, do something in it (a dialog blocks whoever opened it)."""

    def act() -> None:
        dialog = QApplication.activeModalWidget()
        assert isinstance(dialog, kind)
        do(dialog)  # type: ignore[operator]

    QTimer.singleShot(0, act)


def test_rivals_stand_with_their_verdicts(whys: WhysPane, session: Session) -> None:
    lines = whys.findChildren(Line)
    words = [line.accessibleName() for line in lines]
    tree = session.tree()
    assert tree is not None
    rivals = tree.whys[0].rivals
    quiet = [each for each in rivals if each.quiet is not None]
    assert len(lines) == len(rivals) - len(quiet) >= 5
    assert len(quiet) >= 10
    (against,) = [f for f in whys.findChildren(FoldLine) if "speak against" in f.accessibleName()]
    assert str(sum(each.quiet == "speaks against" for each in quiet)) in against.accessibleName()
    assert any("another unit or scale: supports · computed · L1" in each for each in words)
    text = said(whys)
    assert "HOW DID IT COME ABOUT?" in text
    assert "HOW DID IT STAY UNNOTICED?" in text


def test_further_checks_that_found_nothing_stand_in_one_line_until_opened(
    whys: WhysPane, session: Session, qtbot: QtBot
) -> None:
    tree = session.tree()
    assert tree is not None
    alike = [each for each in tree.whys[0].rivals if each.quiet == "speaks against"]

    def fold() -> FoldLine:
        return next(f for f in whys.findChildren(FoldLine) if "speak against" in f.accessibleName())

    def shown() -> str:
        return " ".join(x.accessibleName() for x in whys.findChildren(Line))

    assert not any(each.words in shown() for each in alike)
    fold().setFocus()
    qtbot.keyClick(fold(), Qt.Key.Key_Space)
    assert all(each.words in shown() for each in alike)
    qtbot.mouseClick(fold(), Qt.MouseButton.LeftButton)
    assert not any(each.words in shown() for each in alike)
    whys.show_gap(alike[-1].id)  # whoever is sent there finds it
    assert alike[-1].words in shown()
    assert alike[0].words not in shown()


def test_the_card_of_the_lead_is_open_and_says_what_the_replay_did(
    whys: WhysPane, session: Session
) -> None:
    (card,) = whys.findChildren(LeadCard)
    lead = session.state.progress.leads[0]
    text = said(card)
    assert "1,000 times larger" in text
    assert lead.repair is not None
    assert f"of {lead.rows_in_scope:,}" in text
    assert "→" in text
    assert card.property("kind") == "lead"


def test_inputs_without_a_speaking_name_are_named_as_in_the_log(
    whys: WhysPane, session: Session, qtbot: QtBot
) -> None:
    pane = ExplanationPane(session, lambda _id: None)
    qtbot.addWidget(pane)
    pane.show()
    case, progress = session.state.case, session.state.progress
    assert case is not None
    guess = Guess("log.feature:fill_time", "COL_0", "by range", "likely")
    lead = replace(progress.leads[0], symptoms=("data_assumptions.unusual_row/FILL_TIME",))
    session.put(
        case=replace(case, guesses=(guess,)),
        progress=replace(progress, leads=(lead, *progress.leads[1:])),
    )
    cells = [pane.table.item(k, 0) for k in range(pane.table.rowCount())]
    assert "fill_time (COL_0)" in [cell.text() for cell in cells if cell is not None]
    assert "fill_time (COL_0)" in pane.chart.accessibleDescription()
    clip = pane.clip()
    assert clip is not None
    assert any(row[0] == "fill_time (COL_0)" for row in clip.rows)
    with qtbot.waitSignal(pane.chart.asked) as asked:
        qtbot.mouseClick(pane.chart, Qt.MouseButton.LeftButton, pos=QPoint(20, 60))
    assert asked.args == ["fill_time"], "checks know the model's name"
    qtbot.waitUntil(lambda: "What the checks say of fill_time (COL_0)" in said(pane))
    qtbot.waitUntil(lambda: "fill_time (COL_0) is" in said(whys), timeout=5_000)
    card = whys.findChildren(LeadCard)[-1]
    assert "In the log" not in said(card), "the headline has said it"
    assert "vanish with it: unusual row: FILL_TIME" in said(card)


@pytest.mark.usefixtures("whys")
def test_a_headline_ends_where_its_numbers_begin(session: Session) -> None:
    case, (lead, *_) = session.state.case, session.state.progress.leads
    assert case is not None
    words = "returns is 0 in 12 of 12 values of all rows, since 2026-05-12; before: 3 of 9."
    assert headline(replace(lead, statement=words), case) == (
        "returns is 0 in 12 of 12 values of all rows"
    )


def test_a_lead_about_other_requests_says_so(whys: WhysPane, session: Session) -> None:
    (card,) = whys.findChildren(LeadCard)
    assert ELSEWHERE not in said(card)
    case, progress = session.state.case, session.state.progress
    assert case is not None
    lead = replace(progress.leads[0], concerns_this_decision=False)
    other = LeadCard(
        lead, card._rival, case, progress.findings, CardActs(print, print, print, print, print),
        missing=(), current=False,
    )  # fmt: skip
    other.setParent(whys)
    other.show()
    assert ELSEWHERE in said(other)


def test_a_policy_question_stands_on_the_card_of_its_lead(whys: WhysPane, session: Session) -> None:
    (card,) = whys.findChildren(LeadCard)
    case, progress = session.state.case, session.state.progress
    assert case is not None
    side = Side(200, 60, 0, 15, 10, 9, (0.6, 0.98))
    option = Option("threshold", "Cut-off 0.3 instead of 0.2", 0.3, None, side, side)
    asked = PolicyQuestion("L1", None, 200, 150, 20.0, (option,))
    other = LeadCard(
        progress.leads[0], card._rival, case, progress.findings,
        CardActs(print, print, print, print, print), missing=(), current=True,
    ).asking(asked)  # fmt: skip
    other.setParent(whys)
    other.show()
    told = [each.accessibleName() for each in other.findChildren(QLabel) if each.accessibleName()]
    assert told == [
        f"Cut-off 0.3 instead of 0.2, {who}, {words}"
        for words in (
            "no longer adverse: 15", "changed rightly (95 % limits): 9 of 10 (60 to 98 %)"
        )
        for who in ("this group", "all others")
    ]  # fmt: skip
    assert "Cut-off 0.3 instead of 0.2" in said(other)
    assert "to be named: write the owner" in said(other)
    assert "Policy question" not in said(card)


def test_what_a_check_says_without_a_lead_has_its_picture_too(
    whys: WhysPane, session: Session, qtbot: QtBot
) -> None:
    tree = session.tree()
    assert tree is not None
    findings = session.state.progress.findings
    drawn = [(r, chart_of(r, findings)) for r in tree.whys[0].rivals if not r.leads]
    pictured = [(rival, chart) for rival, chart in drawn if chart is not None]
    plain = next(rival for rival, chart in drawn if chart is None)
    assert pictured
    for rival, chart in pictured:
        whys.choose(rival.id)
        qtbot.waitUntil(lambda: any(each.layout().count() for each in whys.findChildren(Drawn)))
        names = [each.accessibleName() for each in whys.findChildren(QWidget)]
        assert chart.title in names, rival.id
    whys.choose(plain.id)
    qtbot.waitUntil(lambda: not [each for each in whys.findChildren(Drawn) if each.isVisible()])


def test_answering_opens_the_next_why_and_undo_takes_it_back(
    whys: WhysPane, session: Session, qtbot: QtBot
) -> None:
    in_dialog(AnswerForm, lambda form: form.accept())
    press(qtbot, whys, "Answer with this…")
    board = session.state.board
    assert board.answers[0].lead == "L1"
    tree = session.tree()
    assert tree is not None
    following = tree.why("W2")
    assert following is not None
    assert "fill_time" in following.question
    assert following.question in said(whys).replace("▸  ", "")
    confirmed = next(r for r in tree.whys[0].rivals if "L1" in r.leads)
    lead = session.state.progress.leads[0]
    assert not desk.missing_to_confirm(lead, session.state.progress)
    assert confirmed.status == "confirmed"
    assert session.state.undo == "answer how it came about"
    session.undo()
    assert not session.state.board.answers
    assert "Answered" not in said(whys)
    session.redo()
    assert session.state.board.answers


def test_what_was_said_is_in_the_file(
    whys: WhysPane, session: Session, qtbot: QtBot, tmp_path: Path
) -> None:
    in_dialog(AnswerForm, lambda form: form.accept())
    press(qtbot, whys, "Answer with this…")
    path = session.state.path
    assert path is not None
    found = desk.load(path)
    assert found.board == session.state.board
    assert found.leads == session.state.found.leads if session.state.found else False
    desk.export(found, tmp_path / "again", formats=("md",))
    assert (tmp_path / "again" / "report.md").is_file()


def test_a_rival_is_ruled_out_with_a_reason_and_stands_again(
    whys: WhysPane, session: Session, qtbot: QtBot
) -> None:
    line = next(x for x in whys.findChildren(Line) if "component" in x.accessibleName())
    qtbot.mouseClick(line, Qt.MouseButton.LeftButton)

    def type_reason(dialog: QDialog) -> None:
        from PySide6.QtWidgets import QPlainTextEdit

        dialog.findChild(QPlainTextEdit).setPlainText("the page log names our box")
        dialog.accept()

    in_dialog(QDialog, type_reason)
    press(qtbot, whys, "Rule out…")
    (ruling,) = session.state.board.ruled_out
    assert (ruling.rival, ruling.reason) == ("ui_context.component", "the page log names our box")
    assert "by hand: the page log names our box" in said(whys)
    press(qtbot, whys, "Let it stand again")
    assert not session.state.board.ruled_out


def test_a_fact_with_a_picture_is_kept(whys: WhysPane, session: Session, tmp_path: Path) -> None:
    picture = whys.grab()
    picture.save(str(tmp_path / "seen.png"))

    def fill(form: FactForm) -> None:
        form.words.setPlainText("The screen showed 96 seconds.")
        form.whose.setText("support")
        form._take((tmp_path / "seen.png").read_bytes(), "seen.png")
        form.accept()

    in_dialog(FactForm, fill)
    whys.add_fact()
    (fact,) = session.state.board.facts
    assert (fact.words, fact.whose_view, fact.grade) == (
        "The screen showed 96 seconds.", "support", "C",
    )  # fmt: skip
    assert session.keeping.picture(fact.picture) == (tmp_path / "seen.png").read_bytes()
    assert "The screen showed 96 seconds. · seen.png" in said(whys)


def test_the_expectation_is_said_or_its_skip_recorded(
    whys: WhysPane, session: Session, qtbot: QtBot
) -> None:
    form = ExpectationForm(whys, session)
    form.expected.setText("accepted")
    form.source.setCurrentText("the rule or policy as documented")
    keep(form, session)
    assert session.state.draft.brief.expected == "accepted"
    assert session.state.board.expected_from == "the rule or policy as documented"
    form._skip()
    keep(form, session)
    assert session.state.board.expectation_skipped
    assert session.state.draft.brief.expected is None
    session.undo()
    assert session.state.draft.brief.expected == "accepted"
    form.deleteLater()
    qtbot.waitUntil(lambda: not session.state.busy)
    whole(whys)
    qtbot.waitUntil(lambda: any(each.isVisible() for each in whys.findChildren(ChartView)))


def test_answers_to_the_first_questions_run_the_checks_again(
    whys: WhysPane, session: Session, qtbot: QtBot
) -> None:
    answers = replace(
        session.state.draft.brief.answers, whose_box="last_seen", whose_view="support"
    )
    session.answer_first(answers)
    qtbot.waitUntil(
        lambda: session.state.found is not None and not session.state.busy, timeout=60_000
    )
    found = session.state.found
    assert found is not None
    assert found.case.brief.answers.whose_box == "last_seen"
    assert "(1 of 3)" in said(whys)


def test_a_bar_leads_to_the_checks_on_its_input(session: Session, qtbot: QtBot, case: Path) -> None:
    pane = ExplanationPane(session, lambda _id: None)
    pane.resize(640, 700)
    qtbot.addWidget(pane)
    pane.show()
    session.open_files([str(case)])
    qtbot.waitUntil(
        lambda: session.state.found is not None and not session.state.busy, timeout=60_000
    )
    explanation = session.state.explanation
    assert explanation is not None
    assert explanation.sentence in said(pane)
    assert explanation.strip in said(pane)
    assert "threshold 0.3 → " in said(pane)
    pane.chart.asked.emit("fill_time")
    text = said(pane)
    assert "never evidence for a cause" in text
    assert "● supports: fill_time is 1,000 times larger" in text
    pane.toggle_table()
    assert pane.table.rowCount() == len(explanation.contributions)
    assert pane.table.item(0, 3) is not None
    pane.copy()
    copied = QApplication.clipboard().text()
    assert copied.splitlines()[0].startswith("Input\tValue")
    assert len(copied.splitlines()) == len(explanation.contributions) + 3
    assert QApplication.clipboard().mimeData().hasImage()


def test_a_card_of_which_nothing_changed_stays_with_its_chart(
    whys: WhysPane, session: Session, qtbot: QtBot
) -> None:
    def charts() -> list[ChartView]:
        return [each for each in whys.findChildren(ChartView) if each.isVisible()]

    qtbot.waitUntil(lambda: len(charts()) == 1)
    inside = whys.area.widget()
    qtbot.waitUntil(
        lambda: inside.minimumHeight() == inside.layout().totalHeightForWidth(inside.width())
    )
    (card,), (chart,) = whys.findChildren(LeadCard), charts()
    before = session.state
    session.changed.emit(replace(before, found=None), before)  # drawn again, nothing is new
    qtbot.waitUntil(lambda: not whys.drawing.under_way)
    assert whys.findChildren(LeadCard) == [card]
    assert charts() == [chart]
    session.changed.emit(State(), before)  # other colours may be in force
    qtbot.waitUntil(lambda: whys.findChildren(LeadCard) not in ([], [card]))
    qtbot.waitUntil(lambda: len(charts()) == 1)
