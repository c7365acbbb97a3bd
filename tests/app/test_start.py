"""The start page: ticket, drop zone, samples, recent cases, waiting."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QMimeData, QPointF, Qt, QUrl
from PySide6.QtGui import QDragEnterEvent, QDropEvent, QImage
from PySide6.QtWidgets import QLabel, QLineEdit, QPushButton, QWidget
from pytestqt.qtbot import QtBot

from app import settings
from app.parts import Card
from app.window import Window
from investigators import desk
from tests.investigators import parcels

MAIL = 'Subject: Held back\n\nHe said: "Why is it in review?"\nParcel {}, score 0.51.'


def _texts(widget: QWidget) -> list[str]:
    return [each.text() for each in widget.findChildren(QLabel) if each.isVisibleTo(widget)]


def _lines(window: Window) -> dict[str, QLineEdit]:
    return {f.accessibleName(): f for f in window.start.ticket.findChildren(QLineEdit)}


def _paths(*paths: Path) -> QMimeData:
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(path)) for path in paths])
    return data


def _drag(window: Window, data: QMimeData) -> str:
    copy, left, none = (
        Qt.DropAction.CopyAction,
        Qt.MouseButton.LeftButton,
        Qt.KeyboardModifier.NoModifier,
    )
    window.start.dragEnterEvent(QDragEnterEvent(QPointF(9, 9), copy, data, left, none))
    return window.start._words.text()


def _drop(window: Window, data: QMimeData) -> None:
    copy, left, none = (
        Qt.DropAction.CopyAction,
        Qt.MouseButton.LeftButton,
        Qt.KeyboardModifier.NoModifier,
    )
    window.start.dropEvent(QDropEvent(QPointF(9, 9), copy, data, left, none))


def test_samples_stand_there_with_their_true_numbers(window: Window) -> None:
    cards = [c for c in window.start.findChildren(Card) if c.property("kind") == "card"]
    assert len(cards) == len(desk.samples())
    for name, facts in window.start._facts.items():
        assert f"{desk.sample_rows(name):,} requests" in facts.text()
        assert any(desk.sample_card(name).title in card.accessibleName() for card in cards)


def test_a_pasted_mail_is_taken_apart_and_can_be_corrected(window: Window) -> None:
    window.start.ticket.field.setPlainText(MAIL.format("p-00012"))
    lines = _lines(window)
    assert lines["title"].text() == "Held back"
    assert lines["reported words"].text() == "Why is it in review?"
    assert lines["id"].text() == "p-00012"
    assert lines["number"].text() == "0.51"
    assert len(window.start.ticket.field.extraSelections()) == 4
    lines["id"].setText("")
    lines["id"].textEdited.emit("p-00013")
    assert window.session.state.ticket is not None
    assert window.session.state.ticket.values("id") == ("p-00013",)
    buttons = window.start.ticket.findChildren(QPushButton)
    next(b for b in buttons if b.accessibleName() == "Do not take this number").click()
    assert window.session.state.ticket.values("number") == ()
    assert "number" not in _lines(window)


def test_what_the_ticket_said_goes_into_the_next_case(
    window: Window, qtbot: QtBot, tmp_path: Path
) -> None:
    made = parcels.write(tmp_path / "in")
    window.start.ticket.field.setPlainText(MAIL.format(made.decision))
    picture = QImage(4, 3, QImage.Format.Format_RGB32)
    picture.fill(Qt.GlobalColor.red)
    window.start.ticket.field.pictured.emit(picture)
    kept = Path(window.session.state.picture)
    assert kept.is_file()
    window.session.open_files([made.path("model.txt"), made.path("log.csv")])
    qtbot.waitUntil(lambda: window.session.state.case is not None, timeout=60_000)
    brief = window.session.state.draft.brief
    assert (brief.title, brief.reported) == ("Held back", "Why is it in review?")
    assert [place.path for place in brief.sources["screenshot"]] == [str(kept)]
    pick = f"Pick {made.decision}"
    page = window.sources
    qtbot.waitUntil(
        lambda: pick in [b.text() for b in page.offer.findChildren(QPushButton)], timeout=20_000
    )
    assert page.offer.isVisibleTo(page)
    next(b for b in page.offer.findChildren(QPushButton) if b.text() == pick).click()
    qtbot.waitUntil(lambda: window.session.state.stage == "case", timeout=20_000)
    assert window.session.state.case is not None
    assert window.session.state.case.decision is not None
    assert window.session.state.case.decision.id == made.decision


def test_the_drop_zone_says_what_will_happen(window: Window, tmp_path: Path) -> None:
    picture = tmp_path / "shot.png"
    QImage(4, 3, QImage.Format.Format_RGB32).save(str(picture))
    assert "screenshot" in _drag(window, _paths(picture))
    assert window.start._drop.property("state") == "over"
    assert "this case opens" in _drag(window, _paths(tmp_path / "a.fifthwhy"))
    assert "2 files are read" in _drag(window, _paths(tmp_path / "a.csv", tmp_path / "b.txt"))
    _drop(window, _paths(picture))
    assert window.start._drop.property("state") == ""
    assert window.session.state.picture == str(picture)
    assert window.session.state.stage == "start", "a picture alone opens nothing"
    assert any("shot.png" in text for text in _texts(window.start.ticket))


def test_opening_shows_words_and_can_be_cancelled(
    window: Window, qtbot: QtBot, tmp_path: Path
) -> None:
    made = parcels.write(tmp_path / "in")
    _drop(window, _paths(made.case))
    assert window.session.state.stage == "opening"
    assert window.start._opening.isVisibleTo(window.start)
    assert not window.start._drop.isVisibleTo(window.start)
    window.start.cancel.click()
    qtbot.waitUntil(lambda: not window.session.state.busy, timeout=20_000)
    assert window.session.state.stage == "sources", "what was dropped can be corrected"
    assert any("cancelled" in text for text in _texts(window.sources))


def test_recent_cases_and_the_one_that_moved(window: Window, qtbot: QtBot, tmp_path: Path) -> None:
    made = parcels.write(tmp_path / "in")
    window.session.open_files([str(made.case)])
    qtbot.waitUntil(lambda: window.session.state.case is not None, timeout=60_000)
    settings.write(settings.read().opened(str(tmp_path / "Gone away.fifthwhy")))
    window.session.start()

    def rows() -> list[Card]:
        return [c for c in window.start.findChildren(Card) if c.property("kind") == "row"]

    qtbot.waitUntil(lambda: len(rows()) == 2, timeout=20_000)
    gone, there = rows()
    assert "file moved" in gone.accessibleName()
    assert not gone.isEnabled()
    assert there.accessibleName().startswith("A parcel held back")
    assert there.accessibleName().endswith("today")
    window.start._clear.click()
    qtbot.waitUntil(lambda: not rows(), timeout=20_000)
    assert settings.read().recent == ()
    assert made.case.is_file()


def test_everything_is_reached_by_tab_and_has_a_name(window: Window) -> None:
    for each in window.start.findChildren(QPushButton):
        assert each.accessibleName() or each.text(), each
        assert each.focusPolicy() & Qt.FocusPolicy.TabFocus, each.text()
