"""A screenshot in an open case: dropped, pasted, marked by mouse and keys, in the report."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import QMimeData, QPoint, QPointF, Qt, QTimer, QUrl
from PySide6.QtGui import QColor, QDragEnterEvent, QDropEvent, QGuiApplication, QImage
from PySide6.QtWidgets import QApplication, QInputDialog
from pytestqt.qtbot import QtBot

from app.dialogs.picture import Known, PictureForm
from app.picture_canvas import Canvas
from app.window import Window
from investigators import desk
from investigators.board import Fact
from investigators.pictures import Mark, Picture
from tests.app.drawn import whole

KEY = Qt.Key
SHIFT, CTRL = Qt.KeyboardModifier.ShiftModifier, Qt.KeyboardModifier.ControlModifier
NONE = Qt.KeyboardModifier.NoModifier
LEFT = Qt.MouseButton.LeftButton


def image(colour: str = "#336699") -> QImage:
    made = QImage(300, 200, QImage.Format.Format_RGB32)
    made.fill(QColor(colour))
    return made


@pytest.fixture
def opened(window: Window, qtbot: QtBot, parcel_found: Path, tmp_path: Path) -> Window:
    session = window.session
    session.open_files([str(shutil.copy(parcel_found, tmp_path))])
    qtbot.waitUntil(
        lambda: session.state.found is not None and not session.state.busy, timeout=60_000
    )
    whole(window)
    return window


@pytest.fixture
def canvas(qtbot: QtBot) -> Iterator[Canvas]:
    made = Canvas(image())
    made.resize(312, 212)  # the picture at its own size
    made.show()
    made.setFocus()
    qtbot.waitExposed(made)
    yield made
    made.close()
    made.deleteLater()


def in_dialog(do: Callable[[Any], object]) -> list[bool]:
    """Do something in the picture's form once it is up; say that it was."""
    was: list[bool] = []

    def act() -> None:
        dialog = QApplication.activeModalWidget()
        if dialog is None:
            QTimer.singleShot(10, act)  # the picture is still being read
            return
        assert isinstance(dialog, PictureForm)
        was.append(True)
        try:
            do(dialog)
        finally:
            if dialog.isVisible():
                dialog.reject()  # nothing waits for a dialog that stays

    QTimer.singleShot(0, act)
    return was


def drag(canvas: Canvas, qtbot: QtBot, start: tuple[int, int], end: tuple[int, int]) -> None:
    """Drag from one pixel of the picture to another."""
    place = canvas._place().topLeft()
    a, b = (QPoint(round(place.x()) + x, round(place.y()) + y) for x, y in (start, end))
    qtbot.mousePress(canvas, LEFT, NONE, a)
    qtbot.mouseMove(canvas, (a + b) / 2)
    qtbot.mouseMove(canvas, b)
    qtbot.mouseRelease(canvas, LEFT, NONE, b)


class TestCanvas:
    def test_each_kind_is_drawn_by_dragging(self, canvas: Canvas, qtbot: QtBot) -> None:
        for kind in ("region", "arrow", "cover", "crop"):
            canvas.draw(kind)
            drag(canvas, qtbot, (200, 150), (100, 50))
        assert canvas.marks == (
            Mark("region", 100, 50, 200, 150),
            Mark("arrow", 200, 150, 100, 50),
            Mark("cover", 100, 50, 200, 150),
            Mark("crop", 100, 50, 200, 150),
        )
        assert canvas.mark == canvas.marks[3]

    def test_a_second_cut_takes_the_place_of_the_first(self, canvas: Canvas, qtbot: QtBot) -> None:
        for end in ((100, 100), (200, 150)):
            canvas.draw("crop")
            drag(canvas, qtbot, (10, 10), end)
        assert canvas.marks == (Mark("crop", 10, 10, 200, 150),)

    def test_a_click_draws_nothing_and_what_lies_beside_is_brought_in(
        self, canvas: Canvas, qtbot: QtBot
    ) -> None:
        canvas.draw("cover")
        drag(canvas, qtbot, (50, 50), (51, 51))
        assert canvas.marks == ()
        drag(canvas, qtbot, (290, 190), (400, 400))
        assert canvas.marks == (Mark("cover", 290, 190, 300, 200),)

    def test_a_mark_is_moved_and_stretched_by_the_mouse(self, canvas: Canvas, qtbot: QtBot) -> None:
        canvas.put((Mark("region", 100, 50, 200, 100),))
        drag(canvas, qtbot, (150, 75), (170, 95))
        assert canvas.marks == (Mark("region", 120, 70, 220, 120),)
        drag(canvas, qtbot, (220, 120), (250, 160))
        assert canvas.marks == (Mark("region", 120, 70, 250, 160),)
        canvas.undo()
        canvas.undo()
        assert canvas.marks == (Mark("region", 100, 50, 200, 100),), "a drag is one step"

    def test_everything_is_done_by_keys(self, canvas: Canvas, qtbot: QtBot) -> None:
        canvas.draw("cover")
        assert "Enter puts a mark into the middle: cover" in canvas.accessibleName()
        qtbot.keyClick(canvas, KEY.Key_Return)
        assert canvas.marks == (Mark("cover", 100, 66, 200, 133),)
        qtbot.keyClick(canvas, KEY.Key_Right)
        qtbot.keyClick(canvas, KEY.Key_Down, CTRL)
        assert canvas.marks == (Mark("cover", 103, 67, 203, 134),)
        qtbot.keyClick(canvas, KEY.Key_Left, SHIFT)
        assert canvas.marks == (Mark("cover", 103, 67, 200, 134),)
        assert "chosen: cover 1, from 103, 67 to 200, 134" in canvas.accessibleName()
        qtbot.keyClick(canvas, KEY.Key_Delete)
        assert canvas.marks == ()
        assert canvas.accessibleName() == "Picture to mark, 0 marks"

    def test_tab_goes_through_the_marks_and_esc_lets_go(self, canvas: Canvas, qtbot: QtBot) -> None:
        canvas.put((Mark("cover", 0, 0, 9, 9), Mark("arrow", 0, 0, 9, 9)))
        chosen = []
        for key in (KEY.Key_Tab, KEY.Key_Tab, KEY.Key_Backtab):
            qtbot.keyClick(canvas, key)
            chosen.append(canvas.chosen)
        assert chosen == [0, 1, 0]
        qtbot.keyClick(canvas, KEY.Key_Escape)
        assert canvas.chosen is None
        canvas.draw("arrow")
        qtbot.keyClick(canvas, KEY.Key_Escape)
        assert canvas.kind is None

    def test_what_is_covered_is_opaque_on_screen_and_focus_is_seen(
        self, canvas: Canvas, qtbot: QtBot
    ) -> None:
        canvas.put((Mark("cover", 0, 0, 150, 200),))
        seen = canvas.grab().toImage()
        assert seen.pixelColor(80, 100) == QColor("#181818")
        assert seen.pixelColor(240, 100) == QColor("#336699")
        edge = seen.pixelColor(1, 100)
        canvas.clearFocus()
        qtbot.waitUntil(lambda: not canvas.hasFocus())
        assert canvas.grab().toImage().pixelColor(1, 100) != edge


class TestInTheCase:
    def test_a_pasted_one_is_covered_by_keys_kept_undone_and_found_again(
        self, opened: Window, qtbot: QtBot
    ) -> None:
        def mark(form: PictureForm) -> None:
            assert form.focusWidget() is form.canvas
            form.tools["cover"].click()
            qtbot.keyClick(form.canvas, KEY.Key_Return)
            qtbot.keyClicks(form.whose, "support")
            form.ok.click()

        QGuiApplication.clipboard().setImage(image())
        was = in_dialog(mark)
        opened.act("paste_picture")
        session = opened.session
        qtbot.waitUntil(lambda: bool(session.state.board.pictures))
        assert was
        (kept,) = session.state.board.pictures
        assert (kept.id, kept.name, kept.whose_view) == ("P1", "pasted.png", "support")
        assert kept.marks == (Mark("cover", 100, 66, 200, 133),)
        assert not kept.looked_through
        assert session.state.undo == "add picture P1"
        given = session.keeping.picture(kept.sha256)
        assert given is not None
        assert QImage.fromData(given).pixelColor(150, 100) == QColor("#336699"), "as it was given"
        assert session.state.found is not None
        pictures = desk.preview(session.state.found, "internal").pictures
        (shown,) = (body for name, body in pictures.items() if name.startswith("picture"))
        assert QImage.fromData(shown).pixelColor(150, 100) == QColor("#181818")
        session.undo()
        assert session.state.board.pictures == ()
        session.redo()
        assert session.state.board.pictures == (kept,)
        assert session.keeping.path is not None
        path = session.keeping.path
        session.start()
        assert desk.load(path).pictures == {kept.sha256: given}

    def test_a_dropped_file_is_marked_and_what_will_happen_is_said(
        self, opened: Window, qtbot: QtBot, tmp_path: Path
    ) -> None:
        path = tmp_path / "screen.png"
        image().save(str(path))
        data = QMimeData()
        data.setUrls([QUrl.fromLocalFile(str(path))])
        copy = Qt.DropAction.CopyAction
        opened.dragEnterEvent(QDragEnterEvent(QPointF(9, 9), copy, data, LEFT, NONE))
        said = "Let go: you mark the picture, and it goes into this case"
        assert opened.hover.words.text() == said
        in_dialog(lambda form: form.ok.click())
        opened.dropEvent(QDropEvent(QPointF(9, 9), copy, data, LEFT, NONE))
        qtbot.waitUntil(lambda: bool(opened.session.state.board.pictures))
        (kept,) = opened.session.state.board.pictures
        assert kept == Picture("P1", kept.sha256, "screen.png")
        assert opened.session.keeping.picture(kept.sha256) == path.read_bytes()

    def test_a_region_is_linked_to_the_picked_decision(self, opened: Window, qtbot: QtBot) -> None:
        case = opened.session.state.case
        assert case is not None
        assert case.decision is not None

        def mark(form: PictureForm) -> None:
            form.tools["region"].click()
            qtbot.keyClick(form.canvas, KEY.Key_Return)
            qtbot.keyClicks(form.words, "this box")
            form.about.setCurrentIndex(form.about.findData("decision"))
            form.about.activated.emit(form.about.currentIndex())
            assert form.link.currentText() == case.decision.id
            form.ok.click()

        QGuiApplication.clipboard().setImage(image())
        in_dialog(mark)
        opened.act("paste_picture")
        qtbot.waitUntil(lambda: bool(opened.session.state.board.pictures))
        ((mark_,),) = (each.marks for each in opened.session.state.board.pictures)
        assert (mark_.words, mark_.about, mark_.link) == ("this box", "decision", case.decision.id)

    def test_other_marks_are_another_picture_to_look_through(
        self, opened: Window, qtbot: QtBot
    ) -> None:
        known = Picture("P1", "", "x.png", looked_through=True, marks=(Mark("cover", 0, 0, 9, 9),))
        form = PictureForm(opened, known, image(), Known())
        form.show()
        assert form.given() == known
        form.canvas.choose(0)
        qtbot.keyClick(form.canvas, KEY.Key_Delete)
        assert not form.given().looked_through
        form.looked.click()
        assert form.given().looked_through
        form.close()
        form.deleteLater()

    def test_what_was_marked_and_not_kept_is_there_again(
        self, opened: Window, qtbot: QtBot
    ) -> None:
        def leave(form: PictureForm) -> None:
            form.tools["cover"].click()
            qtbot.keyClick(form.canvas, KEY.Key_Return)
            qtbot.keyClick(form.canvas, KEY.Key_Escape)  # lets the mark go
            qtbot.keyClick(form.canvas, KEY.Key_Escape)
            assert not form.isVisible()

        QGuiApplication.clipboard().setImage(image())
        was = in_dialog(leave)
        opened.act("paste_picture")
        qtbot.waitUntil(lambda: bool(was))
        assert opened.session.state.board.pictures == ()
        marks: list[tuple[Mark, ...]] = []
        in_dialog(lambda form: marks.append(form.canvas.marks))
        opened.act("paste_picture")
        qtbot.waitUntil(lambda: bool(marks))
        assert marks == [(Mark("cover", 100, 66, 200, 133),)]

    def test_one_of_several_is_chosen_and_marked_later(
        self, opened: Window, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        session = opened.session
        assert not opened._actions["mark_picture"].isEnabled()
        keep = session.keeping.keep_picture
        for name, colour in (("one.png", "#111111"), ("two.png", "#222222")):
            path = Path(str(session.keeping.path)).with_name(name)
            image(colour).save(str(path))
            sha256 = keep(path.read_bytes(), name)
            board = session.state.board
            fact = Fact(board.next_id("F"), "W1", "seen", "QA", "C", sha256, name)
            session.say(f"add fact {fact.id}", board.with_fact(fact))
        asked: list[list[str]] = []

        def choose(_parent: object, _title: str, _words: str, names: list[str], *_: object) -> Any:
            asked.append(names)
            return names[1], True

        monkeypatch.setattr(QInputDialog, "getItem", choose)
        in_dialog(lambda form: (form.canvas.add(Mark("cover", 0, 0, 9, 9)), form.ok.click()))
        opened.act("mark_picture")
        qtbot.waitUntil(lambda: bool(session.state.board.pictures))
        assert asked == [["P1: one.png", "P2: two.png"]]
        (marked,) = session.state.board.pictures
        assert (marked.name, marked.whose_view) == ("two.png", "QA")
        assert session.state.undo == f"mark picture {marked.id}"

    def test_one_is_taken_out_and_brought_back(self, opened: Window, qtbot: QtBot) -> None:
        session = opened.session
        QGuiApplication.clipboard().setImage(image())
        hidden: list[bool] = []
        in_dialog(lambda form: (hidden.append(form.out.isHidden()), form.ok.click()))
        opened.act("paste_picture")
        qtbot.waitUntil(lambda: bool(session.state.board.pictures))
        assert hidden == [True], "it is not in the case yet"
        in_dialog(lambda form: form.out.click())
        opened.act("mark_picture")
        qtbot.waitUntil(lambda: not session.state.board.pictures)
        assert session.state.undo == "take out picture P1"
        session.undo()
        assert [each.id for each in session.state.board.pictures] == ["P1"]

    def test_a_clipboard_without_a_picture_and_a_file_that_is_none_are_said(
        self, opened: Window, qtbot: QtBot, tmp_path: Path
    ) -> None:
        QGuiApplication.clipboard().setText("words")
        opened.act("paste_picture")
        assert "clipboard: there is no picture on it" in opened.bar._words.text()
        path = tmp_path / "broken.png"
        path.write_bytes(b"\x89PNG\r\n\x1a\n")
        data = QMimeData()
        data.setUrls([QUrl.fromLocalFile(str(path))])
        copy = Qt.DropAction.CopyAction
        opened.dropEvent(QDropEvent(QPointF(9, 9), copy, data, LEFT, NONE))
        qtbot.waitUntil(lambda: "broken.png: this picture cannot" in opened.bar._words.text())


def test_ctrl_z_takes_a_mark_back(opened: Window, qtbot: QtBot) -> None:
    form = PictureForm(opened, Picture("P1", "", "x.png"), image(), Known())
    form.show()
    form.canvas.add(Mark("cover", 0, 0, 9, 9))
    assert form.undo.isEnabled()
    qtbot.keyClick(form.canvas, KEY.Key_Z, CTRL)
    qtbot.waitUntil(lambda: form.canvas.marks == ())
    form.close()
    form.deleteLater()
