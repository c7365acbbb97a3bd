"""A long drawing leaves the window its turns, and ends."""

from __future__ import annotations

from collections.abc import Iterator

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from app.pieces import Pieces


class Drawing:
    """Draws three pieces, and writes down what happens."""

    def __init__(self, owner: QWidget, told: list[str]) -> None:
        self.told = told
        self.pieces = Pieces(owner, self.draw)

    def draw(self) -> Iterator[None]:
        """Three pieces."""
        for k in range(3):
            self.told.append(f"piece {k}")
            yield
        self.told.append("end")


def seen(qtbot: QtBot) -> QWidget:
    """A widget on the screen."""
    made = QWidget()
    qtbot.addWidget(made)
    made.show()
    return made


def test_between_two_pieces_the_window_has_its_turn(qtbot: QtBot) -> None:
    owner, told = seen(qtbot), list[str]()
    drawing = Drawing(owner, told)
    timer = QTimer(owner)
    timer.timeout.connect(lambda: told.append("turn"))
    timer.start(0)
    drawing.pieces.begin()
    assert told == []
    qtbot.waitUntil(lambda: "end" in told)
    timer.stop()
    first, last = told.index("piece 0"), told.index("end")
    assert told[first:last].count("turn") >= 3
    assert [each for each in told if each != "turn"] == ["piece 0", "piece 1", "piece 2", "end"]


def test_whoever_asks_meanwhile_gets_it_whole_and_once_more(qtbot: QtBot) -> None:
    owner, told = seen(qtbot), list[str]()
    drawing = Drawing(owner, told)
    drawing.pieces.begin()
    qtbot.waitUntil(lambda: "piece 1" in told)
    drawing.pieces.begin()
    drawing.pieces.begin()
    qtbot.waitUntil(lambda: told.count("end") == 2)
    assert told == ["piece 0", "piece 1", "piece 2", "end"] * 2


def test_at_once_means_at_once(qtbot: QtBot) -> None:
    owner, told = seen(qtbot), list[str]()
    drawing = Drawing(owner, told)
    drawing.pieces.begin()
    qtbot.waitUntil(lambda: "piece 0" in told)
    del told[:]
    drawing.pieces.now()
    assert told == ["piece 0", "piece 1", "piece 2", "end"]


def test_what_is_not_seen_is_drawn_when_it_is(qtbot: QtBot) -> None:
    owner, told = seen(qtbot), list[str]()
    drawing = Drawing(owner, told)
    drawing.pieces.begin()
    qtbot.waitUntil(lambda: "piece 0" in told)
    owner.hide()
    drawing.pieces.hidden()
    drawing.pieces.begin()
    del told[:]
    assert drawing.pieces.under_way
    owner.show()
    drawing.pieces.shown()
    qtbot.waitUntil(lambda: not drawing.pieces.under_way)
    assert told == ["piece 0", "piece 1", "piece 2", "end"]
    drawing.pieces.finish()
    assert told.count("end") == 1
