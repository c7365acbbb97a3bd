"""Every screen at two sizes and two text sizes: no word is cut, no part outside or over another.

Clipping depends on the size of window and text and not on colours; that every pair of colours is
readable in each scheme is asked in ``test_theme.py``.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial
from itertools import product

import pytest
from PySide6.QtCore import QEvent, QTimer
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QApplication, QDialog, QLabel, QPushButton, QWidget
from pytestqt.qtbot import QtBot

from app import settings, theme
from app.dialogs import groups, picture
from app.dialogs.groups import GroupsForm
from app.dialogs.picture import PictureForm
from app.dialogs.reason import AnswerForm, FactForm, RivalForm
from app.meeting import Meeting
from app.window import Window
from investigators.pictures import Mark, Picture
from tests.app.clipping import faults
from tests.app.drawn import whole
from tests.investigators import parcels

SIZES = ((1366, 768), (1920, 1080))
ZOOMS = (100, 150)
SOLID = QImage.Format.Format_RGB32
PICTURE = Picture("P1", "", "screen.png", marks=(Mark("region", 90, 90, 400, 300, "a box"),))
LOOKS = tuple(product(SIZES, ZOOMS))
PATIENCE = 60_000


@pytest.fixture(scope="module")
def opened(
    qapp: QApplication, request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Window]:
    """One window with one investigated case for all tests here."""
    folder = tmp_path_factory.mktemp("clipping")
    made = parcels.write(folder / "in", events=True)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("FIFTHWHY_HOME", str(folder / "home"))
        theme.apply(qapp, "light", 100)
        window = Window()
        bot = QtBot(request)
        window.show()
        facts = window.start._facts.values()
        bot.waitUntil(lambda: all("requests" in each.text() for each in facts), timeout=PATIENCE)
        window.session.open_files([str(made.case)])
        bot.waitUntil(lambda: _quiet(window), timeout=PATIENCE)
        window.hide()
        yield window
        window.close()
        window.deleteLater()


def _quiet(window: Window) -> bool:
    state = window.session.state
    return state.found is not None and state.explanation is not None and not state.busy


@pytest.fixture
def window(opened: Window) -> Iterator[Window]:
    opened.show()
    yield opened
    opened.hide()


def look(window: Window, size: tuple[int, int], zoom: int, qtbot: QtBot) -> None:
    """Give the window a size and a text size, as a person would."""
    # closed dialogs go first: dressing walks over a copy of the list of all widgets
    QApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)  # type: ignore[arg-type]
    window.resize(*size)
    window.kept = settings.replace(window.kept, zoom=zoom)
    window._look(zoom=zoom)
    settled(window, qtbot)


def settled(window: Window, qtbot: QtBot) -> None:
    """Wait until nothing runs and nothing is laid out any more."""
    qtbot.waitUntil(lambda: not window.session.state.busy, timeout=PATIENCE)
    whole(window)
    for _ in range(4):
        QApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)  # type: ignore[arg-type]
        QApplication.processEvents()


def test_every_screen(window: Window, qtbot: QtBot) -> None:
    found = []
    for size, zoom in LOOKS:
        look(window, size, zoom, qtbot)
        for name, show in screens(window).items():
            show()
            settled(window, qtbot)
            assert (window.width(), window.height()) == size
            found += [f"{size[0]}x{size[1]} {zoom} % {name}: {each}" for each in faults(window)]
        window.explanation.toggle_table()
        window.explanation.ask("")
    assert not found, "\n".join(found)


def screens(window: Window) -> dict[str, Callable[[], object]]:
    """Every screen of the window, in an order in which each leaves the next as it is."""
    tree = window.session.tree()
    assert tree is not None
    rivals = {f"rival {r.id}": partial(window.whys.choose, r.id) for r in tree.whys[0].rivals}
    return {
        "start": partial(window.pages.setCurrentWidget, window.start),
        "what is what": window.show_sources,
        "whys": partial(window.show_tab, 0),
        **rivals,
        "an input": partial(window.explanation.ask, "fill_time"),
        "timeline": partial(window.show_tab, 1),
        "report": partial(window.show_tab, 2),
        "table": window.explanation.toggle_table,
    }


def groups_form(window: Window) -> GroupsForm:
    """Two named groups, of which the first is not ready."""
    opened = window.session.state.opened
    naming = None if opened is None else opened.naming()
    assert naming is not None
    named = (("", "basket over 20"), ("new app", "app_version = 2.1"))
    ask = partial(window.session.ask, "")
    known = groups.Known(naming, naming.askable())
    return GroupsForm(
        window, named, known, lambda rows, then: ask(partial(naming.count, rows), then)
    )


DIALOGS: dict[str, Callable[[Window], object]] = {
    **{
        name: lambda w, n=name: w.act(n)  # type: ignore[misc]
        for name in (
            *(
                "go_to",
                "expect",
                "questions",
                "learned",
                "try_repair",
                "costs",
                "interview",
                "walkthrough",
                "export",
                "find",
                "help",
                "shortcuts",
                "about",
            ),
            *("end_case", "action_points"),
        )
    },
    "filter": lambda w: w.decisions.ask_filter("app_version"),
    "fact": lambda w: _run(FactForm(w)),
    "rival": lambda w: _run(RivalForm(w)),
    "picture": lambda w: _run(
        PictureForm(w, PICTURE, QImage(900, 500, SOLID), picture.Known("d1"))
    ),
    "groups": lambda w: _run(groups_form(w)),
    "answer": lambda w: _run(
        AnswerForm(w, "How did it come about?", "words", ("a hold-out", "a second look"))
    ),
    "rule out": lambda w: w.whys._rule_out(w.session.tree().whys[0].rivals[0]),  # type: ignore[union-attr]
}


def _run(dialog: QDialog) -> None:
    dialog.exec()
    dialog.deleteLater()


def test_every_dialog(window: Window, qtbot: QtBot) -> None:
    found: list[str] = []
    for zoom in ZOOMS:
        look(window, SIZES[0], zoom, qtbot)
        for name, act in DIALOGS.items():
            seen: list[str] = []

            def judge(where: str = f"{name} {zoom} %", seen: list[str] = seen) -> None:
                dialog = QApplication.activeModalWidget()
                assert isinstance(dialog, QDialog), where
                for _ in range(3):
                    QApplication.processEvents()
                for _ in range(20):  # words that arrive later are laid out a turn after
                    if not faults(dialog):
                        break
                    QApplication.processEvents()
                seen += [f"{where}: {each}" for each in faults(dialog)]
                wide, high = dialog.width(), dialog.height()
                if wide > SIZES[0][0] or high > SIZES[0][1]:
                    seen.append(f"{where}: {wide}x{high} is larger than the screen")
                seen.append("")
                dialog.reject()

            QTimer.singleShot(0, judge)
            act(window)
            settled(window, qtbot)
            assert seen, name
            found += filter(None, seen)
    assert not found, "\n".join(found)


def test_every_meeting_card(window: Window, qtbot: QtBot) -> None:
    found = []
    for size, zoom in LOOKS:
        look(window, size, zoom, qtbot)
        meeting = Meeting(window.session, window)
        meeting.resize(*size)
        meeting.show()
        qtbot.waitUntil(partial(_written, meeting), timeout=PATIENCE)
        for k, card in enumerate(meeting._cards):
            meeting.go(k)
            settled(window, qtbot)
            found += [f"{size[0]} {zoom} % card {card.step}: {each}" for each in faults(meeting)]
        meeting.close()
        meeting.deleteLater()
    assert not found, "\n".join(found)


def _written(meeting: Meeting) -> bool:
    return bool(meeting._cards)


def test_what_is_clipped_is_found(qtbot: QtBot, qapp: QApplication) -> None:
    theme.apply(qapp, "light", 100)
    root, bad = QWidget(), []
    qtbot.addWidget(root)
    root.resize(300, 200)
    for k, words in enumerate(("These words are longer than their label", "whole")):
        bad.append(QLabel(words, root))
        bad[-1].setGeometry(10, 10 + 40 * k, 60, 20)
    outside = QPushButton("beyond", root)
    outside.setGeometry(250, 10, 90, 30)
    root.show()
    found = faults(root)
    root.hide()
    assert len(found) == 2, found
    assert "needs" in found[0]
    assert "outside" in found[1]
