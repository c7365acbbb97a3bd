"""The left column on a small real case: what is listed, narrowed, ordered, picked and copied."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pandas as pd
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QApplication, QPushButton
from pytestqt.modeltest import ModelTester
from pytestqt.qtbot import QtBot

from app import theme
from app.dialogs.filter import FilterDialog
from app.models.decisions import PAGE, WAIT, DecisionsModel, Listed, brief_score, short_time
from app.panes.decision_menus import cell_menu, columns_menu
from app.panes.decision_table import DecisionTable
from app.panes.decisions import NOTHING, UNLISTED, DecisionsPane
from app.session import Session
from investigators import desk
from investigators.case import Brief, Place
from investigators.wish import SURPRISE, SURPRISE_WORDS, Filter, Line, ShownColumn, Wish
from tests.investigators import parcels
from tests.investigators.parcels import Parcels

WAIT_MS = 30_000
NONE = Qt.KeyboardModifier.NoModifier
LEFT = Qt.MouseButton.LeftButton


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("FIFTHWHY_HOME", str(tmp_path / "home"))
    return tmp_path / "home"


@pytest.fixture
def session(home: Path) -> Iterator[Session]:
    del home
    made = Session()
    yield made
    made.close()


@pytest.fixture(scope="module")
def parcel(tmp_path_factory: pytest.TempPathFactory) -> Parcels:
    return parcels.write(tmp_path_factory.mktemp("parcels"))


@pytest.fixture
def acted() -> list[str]:
    return []


@pytest.fixture
def pane(qtbot: QtBot, session: Session, acted: list[str]) -> Iterator[DecisionsPane]:
    made = DecisionsPane(session, acted.append)
    made.resize(420, 640)
    made.show()
    yield made
    made.halt()
    qtbot.waitUntil(lambda: not session.list_lane.jobs, timeout=WAIT_MS)
    made.close()


def _settled(qtbot: QtBot, pane: DecisionsPane) -> None:
    """Until nothing of the list is under way and the rows on screen are here."""

    def done() -> bool:
        listing, listed = pane.listing, pane.model.listed
        if listing.busy or listing.counting or pane._session.list_lane.jobs or listed is None:
            return False
        top = max(pane.table.rowAt(0), 0)
        return listed.count == 0 or pane.model.line(top) is not None

    qtbot.waitUntil(done, timeout=WAIT_MS)


@pytest.fixture
def opened(qtbot: QtBot, session: Session, pane: DecisionsPane, parcel: Parcels) -> DecisionsPane:
    """The case open, its checks stopped: they are not what is asked about here."""
    session.open_files([str(parcel.case)])
    qtbot.waitUntil(lambda: session.state.case is not None, timeout=WAIT_MS)
    session.case_lane.cancel()
    _settled(qtbot, pane)
    return pane


def _cells(qtbot: QtBot, pane: DecisionsPane, column: str, rows: int = 5) -> list[str]:
    qtbot.waitUntil(lambda: pane.model.line(0) is not None, timeout=WAIT_MS)
    listed = pane.model.listed
    assert listed is not None
    names = [each.name for each in listed.columns]
    shown = min(rows, listed.count)
    return [pane.model.index(k, names.index(column)).data() for k in range(shown)]


def _wish(qtbot: QtBot, pane: DecisionsPane, act: Callable[[], object]) -> None:
    act()
    _settled(qtbot, pane)


def _chips(pane: DecisionsPane) -> list[str]:
    return [b.text() for b in pane._tools.findChildren(QPushButton) if b.property("kind") == "chip"]


def test_the_log_is_listed_with_the_picked_one_in_sight(
    opened: DecisionsPane, parcel: Parcels
) -> None:
    assert opened.count.text() == "1,200"
    place = parcel.live.index[parcel.live["parcel_no"] == parcel.decision][0]
    assert opened.table.marked() == place
    assert opened.table.currentIndex().row() == place
    assert (
        opened.table.viewport()
        .rect()
        .contains(opened.table.visualRect(opened.model.index(place, 0)).center())
    )
    assert opened.model.index(place, 1).data() == parcel.decision
    created = parcel.live["created"].iloc[place][:19].replace("T", " ")
    assert opened.model.index(place, 0).data() == short_time(created[:16])
    assert opened.model.index(place, 0).data(Qt.ItemDataRole.ToolTipRole) == f"{created} UTC"
    assert "this decision" in opened.strip.accessibleName()


def test_adverse_decisions_have_the_colour_that_raises(opened: DecisionsPane) -> None:
    from app.theme import theme

    listed = opened.model.listed
    assert listed is not None
    k = [each.name for each in listed.columns].index("fw_decision")
    for row in range(200):
        cell = opened.model.index(row, k)
        colour = cell.data(Qt.ItemDataRole.ForegroundRole)
        assert (colour == theme().colour("raises")) == (cell.data() == "review")


def test_filter_sort_search_and_time_agree_with_the_file(
    qtbot: QtBot, opened: DecisionsPane, parcel: Parcels
) -> None:
    live, listing = parcel.live, opened.listing
    review = live[live["decision"] == "review"]
    _wish(qtbot, opened, lambda: listing.add(Filter("fw_decision", ("review",))))
    assert opened.count.text() == f"{len(review):,} of 1,200"
    assert _cells(qtbot, opened, "fw_id") == review["parcel_no"].tolist()[:5]
    assert "decision: review ×" in _chips(opened)

    by_score = review.sort_values("score", ascending=False, kind="stable")
    k = [each.name for each in opened.model.listed.columns].index("fw_score")  # type: ignore[union-attr]
    header = opened.table.horizontalHeader()
    at = QPoint(header.sectionViewportPosition(k) + 8, header.height() // 2)
    _wish(qtbot, opened, lambda: qtbot.mouseClick(header.viewport(), LEFT, NONE, at))
    assert _cells(qtbot, opened, "fw_id") == by_score["parcel_no"].tolist()[:5]
    assert opened.model.headerData(k, Qt.Orientation.Horizontal) == "score ▾"
    assert opened.table.marked() == by_score["parcel_no"].tolist().index(parcel.decision)

    opened.focus_search()
    qtbot.keyClicks(opened.search, "p-011")
    _wish(qtbot, opened, lambda: qtbot.keyClick(opened.search, Qt.Key.Key_Return))
    found = by_score[by_score["parcel_no"].str.contains("p-011")]
    assert opened.count.text() == f"{len(found):,} of 1,200"
    assert _cells(qtbot, opened, "fw_id") == found["parcel_no"].tolist()[:5]
    qtbot.keyClick(opened.search, Qt.Key.Key_Escape)
    assert not opened.search.text()
    qtbot.waitUntil(lambda: not opened.listing.wanted.search, timeout=WAIT_MS)
    _settled(qtbot, opened)

    strip = opened.strip
    middle = strip._plot().center().toPoint()
    qtbot.mousePress(strip, LEFT, NONE, QPoint(0, middle.y()))
    qtbot.mouseMove(strip, middle)
    _wish(qtbot, opened, lambda: qtbot.mouseRelease(strip, LEFT, NONE, middle))
    times = pd.to_datetime(by_score["created"])
    all_times = pd.to_datetime(live["created"])
    half = all_times.min() + (all_times.max() - all_times.min()) * (middle.x() / strip.width())
    assert opened.model.rowCount() == pytest.approx((times < half).sum(), abs=2)
    assert opened.note.text() == UNLISTED
    _wish(qtbot, opened, lambda: qtbot.mouseDClick(strip, LEFT, NONE, middle))
    assert opened.model.rowCount() == len(review)


def test_a_chip_goes_by_click_and_by_delete(qtbot: QtBot, opened: DecisionsPane) -> None:
    for act in (
        lambda chip: qtbot.mouseClick(chip, LEFT),
        lambda chip: qtbot.keyClick(chip, Qt.Key.Key_Delete),
    ):
        _wish(qtbot, opened, lambda: opened.listing.add(Filter("country", ("PL",))))
        chip = next(
            each for each in opened._tools.findChildren(QPushButton) if "country" in each.text()
        )
        _wish(qtbot, opened, lambda act=act, chip=chip: act(chip))
        assert opened.count.text() == "1,200"


def test_nothing_fits_and_the_way_back(qtbot: QtBot, opened: DecisionsPane) -> None:
    opened.search.setText("no such id")
    _wish(qtbot, opened, opened._search_typed)
    assert opened.count.text() == "0 of 1,200"
    assert opened.words.isVisible()
    assert "No decision fits" in opened.words.text()
    _wish(qtbot, opened, lambda: qtbot.mouseClick(opened.mend, LEFT))
    assert opened.count.text() == "1,200"
    assert opened.table.isVisible()
    assert not opened.search.text()


def test_surprise_says_how_it_is_defined(qtbot: QtBot, opened: DecisionsPane) -> None:
    _wish(qtbot, opened, opened.surprise)
    assert opened.note.isVisible()
    assert opened.note.text() == SURPRISE_WORDS
    assert f"{SURPRISE} ×" in _chips(opened)


def test_click_enter_and_keys_pick(
    qtbot: QtBot, session: Session, opened: DecisionsPane, parcel: Parcels
) -> None:
    table = opened.table
    names = parcel.live["parcel_no"].tolist()
    table.scrollToTop()
    _settled(qtbot, opened)

    def picked(row: int) -> None:
        assert table.marked() == row, "tinted before anything was computed"
        qtbot.waitUntil(
            lambda: session.state.case.decision.row == row,
            timeout=WAIT_MS,  # type: ignore[union-attr]
        )
        session.case_lane.cancel()
        assert session.state.draft.brief.decision == names[row]
        qtbot.waitUntil(lambda: not session.view_lane.jobs, timeout=WAIT_MS)
        assert session.state.explanation is not None

    at = table.visualRect(opened.model.index(3, 1)).center()
    qtbot.mouseClick(table.viewport(), LEFT, NONE, at)
    picked(3)
    table.setFocus()
    qtbot.keyClick(table, Qt.Key.Key_Down)
    assert table.marked() == 3, "arrows move, they do not pick"
    qtbot.keyClick(table, Qt.Key.Key_Return)
    picked(4)
    qtbot.keyClick(table, Qt.Key.Key_J)
    picked(5)
    qtbot.keyClick(table, Qt.Key.Key_K)
    picked(4)
    opened.step(-1)
    picked(3)
    session.pick(names[1100])
    qtbot.waitUntil(lambda: table.marked() == 1100, timeout=WAIT_MS)
    session.case_lane.cancel()


def test_rows_are_copied_with_tabs(qtbot: QtBot, opened: DecisionsPane, parcel: Parcels) -> None:
    opened.table.scrollToTop()
    _settled(qtbot, opened)
    opened.table.selectRow(0)
    opened.copy()
    lines = QGuiApplication.clipboard().text().splitlines()
    assert lines[0].split("\t") == ["time", "id", "score", "decision"]
    first = parcel.live.iloc[0]
    assert lines[1].split("\t")[1:] == [
        first["parcel_no"], f"{first['score']:.4f}", first["decision"]
    ]  # fmt: skip


def test_columns_are_shown_hidden_and_remembered(qtbot: QtBot, opened: DecisionsPane) -> None:
    menu = columns_menu(opened, opened.listing)
    actions = {each.text(): each for each in menu.actions()}
    actions["country"].trigger()
    actions["score"].trigger()
    _settled(qtbot, opened)
    titles = [
        opened.model.headerData(k, Qt.Orientation.Horizontal)
        for k in range(opened.model.columnCount())
    ]
    assert titles == ["time", "id", "decision", "country"]
    kept = opened._session.keeping.left.columns
    assert kept == ("fw_time", "fw_id", "fw_decision", "country")


def test_a_cell_filters_to_its_value_or_without_it(
    qtbot: QtBot, opened: DecisionsPane, parcel: Parcels
) -> None:
    _wish(qtbot, opened, opened.table.scrollToTop)
    menu = cell_menu(opened, opened.listing, 0, 3, lambda _what: None)
    assert menu is not None
    label = parcel.live["decision"].iloc[0]
    actions = {each.text(): each for each in menu.actions()}
    actions[f"Without decision {label}"].trigger()
    qtbot.waitUntil(lambda: bool(opened.listing.wanted.filters), timeout=WAIT_MS)
    _settled(qtbot, opened)
    assert opened.model.rowCount() == (parcel.live["decision"] != label).sum()
    assert f"decision: not {label} ×" in _chips(opened)


def _answering(
    qtbot: QtBot, monkeypatch: pytest.MonkeyPatch, answer: Callable[[FilterDialog], None]
) -> None:
    """Stand in for a person in front of the dialog."""

    def exec_(dialog: FilterDialog) -> int:
        dialog.show()
        answer(dialog)
        qtbot.mouseClick(dialog._ok, LEFT)
        return dialog.result()

    monkeypatch.setattr(FilterDialog, "exec", exec_)


def test_a_filter_is_asked_for_by_value_and_by_time(
    qtbot: QtBot, opened: DecisionsPane, parcel: Parcels, monkeypatch: pytest.MonkeyPatch
) -> None:
    live = parcel.live

    def tick(dialog: FilterDialog) -> None:
        qtbot.waitUntil(lambda: dialog._list.count() == 3, timeout=WAIT_MS)
        counts = live["country"].value_counts()
        assert dialog._list.item(0).text() == f"DE    {counts['DE']:,}"
        assert not dialog._ok.isEnabled()
        dialog._list.item(1).setCheckState(Qt.CheckState.Checked)

    _answering(qtbot, monkeypatch, tick)
    _wish(qtbot, opened, lambda: opened.ask_filter("country"))
    assert opened.model.rowCount() == (live["country"] == "FR").sum()

    def say(dialog: FilterDialog) -> None:
        dialog._low.setText("yesterday")
        assert "not a time" in dialog._wrong.text()
        assert not dialog._ok.isEnabled()
        dialog._low.setText("2026-03-03")
        dialog._high.setText("2026-03-04")

    _answering(qtbot, monkeypatch, say)
    _wish(qtbot, opened, lambda: qtbot.keyClick(opened.strip, Qt.Key.Key_Return))
    days = live["created"].str[:10]
    kept = (live["country"] == "FR") & days.isin(["2026-03-03", "2026-03-04"])
    assert opened.model.rowCount() == kept.sum()
    assert "3 Mar 00:00 to 5 Mar 00:00 ×" in _chips(opened)


def test_what_is_left_out_is_added_to_and_taken_back(
    qtbot: QtBot, opened: DecisionsPane, parcel: Parcels, monkeypatch: pytest.MonkeyPatch
) -> None:
    out = [Filter("country", (name,), exclude=True) for name in ("DE", "PL")]
    for chip in out:
        _wish(qtbot, opened, lambda chip=chip: opened.listing.add(chip))
    assert opened.model.rowCount() == (parcel.live["country"] == "FR").sum()
    assert "country: not DE, PL ×" in _chips(opened)

    def untick(dialog: FilterDialog) -> None:
        qtbot.waitUntil(lambda: dialog._list.count() == 3, timeout=WAIT_MS)
        on = [dialog._list.item(k).checkState() == Qt.CheckState.Checked for k in range(3)]
        assert on == [True, False, True]
        dialog._list.item(0).setCheckState(Qt.CheckState.Unchecked)

    _answering(qtbot, monkeypatch, untick)
    _wish(qtbot, opened, lambda: opened.ask_filter("country"))
    assert opened.model.rowCount() == (parcel.live["country"] != "PL").sum()


def test_another_pane_shows_the_rows_of_a_lead(
    qtbot: QtBot, session: Session, opened: DecisionsPane, parcel: Parcels
) -> None:
    rows = (Filter("app_version", ("2.1",)), Filter("fw_time", low="2026-03-09T00:00:00Z"))
    _wish(qtbot, opened, lambda: session.wanted.emit(rows))
    live = parcel.live
    kept = (live["app_version"] == "2.1") & (live["created"] >= "2026-03-09T00:00:00Z")
    assert opened.count.text() == f"{kept.sum():,} of 1,200"
    assert "from 9 Mar 00:00 ×" in _chips(opened)


def test_one_of_several_with_the_same_id_is_found_again(
    qtbot: QtBot, session: Session, pane: DecisionsPane, tmp_path: Path
) -> None:
    made = parcels.write(tmp_path / "twice", outcomes=False)
    log = pd.read_csv(made.folder / "log.csv")
    log.loc[7, "parcel_no"] = log.loc[2, "parcel_no"]
    log.to_csv(made.folder / "log.csv", index=False)
    session.open_files([str(made.case)])
    qtbot.waitUntil(lambda: session.state.case is not None, timeout=WAIT_MS)
    session.case_lane.cancel()
    _settled(qtbot, pane)
    pane.table.scrollToTop()
    _settled(qtbot, pane)
    pane._pick_place(7)
    name = f"{log.loc[2, 'parcel_no']}#2"
    qtbot.waitUntil(lambda: session.state.draft.brief.decision == name, timeout=WAIT_MS)
    session.case_lane.cancel()
    assert session.state.case is not None
    assert session.state.case.decision is not None
    assert session.state.case.decision.row == 7
    with desk.open_case(made.case, decision=name) as again:
        assert again.case.decision == session.state.case.decision


def test_a_log_without_time_score_and_decision_and_no_log(
    qtbot: QtBot, session: Session, pane: DecisionsPane, acted: list[str], tmp_path: Path
) -> None:
    assert not pane.table.isVisible()
    words = [f"w{k}" for k in range(30)]
    pd.DataFrame({"word": words, "size": range(30)}).to_csv(tmp_path / "plain.csv", index=False)
    columns = {"log.id": ("word",)}
    session.open_brief(
        Brief(sources={"log": (Place("plain.csv"),)}, columns=columns, base=str(tmp_path))
    )
    qtbot.waitUntil(lambda: pane.model.listed is not None, timeout=WAIT_MS)
    _settled(qtbot, pane)
    assert pane.model.columnCount() == 1
    assert not pane.strip.isVisible()
    assert _cells(qtbot, pane, "fw_id") == words[:5]

    model = parcels.model_file()
    sources = {"model": (Place(model.name),)}
    session.open_brief(Brief(sources=sources, base=str(model.parent)))  # type: ignore[arg-type]
    qtbot.waitUntil(lambda: pane.words.text() == NOTHING, timeout=WAIT_MS)
    qtbot.mouseClick(pane.mend, LEFT)
    assert acted == ["what_is_what"]


def test_what_cannot_be_read_is_said_and_tried_again(qtbot: QtBot, opened: DecisionsPane) -> None:
    """The file behind the list goes away and comes back."""
    decisions = opened.listing.decisions
    assert decisions is not None
    relation = decisions._log.relation
    file = Path(relation.split("'")[1])
    away = file.with_suffix(".away")
    file.rename(away)
    opened.listing.order("country")
    qtbot.waitUntil(lambda: opened.listing.fault is not None, timeout=WAIT_MS)
    assert opened.words.isVisible()
    assert "could not be read" in opened.words.text()
    away.rename(file)
    _wish(qtbot, opened, lambda: qtbot.mouseClick(opened.mend, LEFT))
    assert opened.table.isVisible()
    assert opened.model.rowCount() == len(parcels.live_rows())


def test_a_stopped_sort_leaves_the_list_as_it_was(
    qtbot: QtBot, session: Session, opened: DecisionsPane
) -> None:
    before = _cells(qtbot, opened, "fw_id")
    opened.listing.order("fw_score")
    assert opened.count.text() == "sorting…"
    session.cancel()
    assert opened.count.text() == "1,200"
    assert opened.listing.wanted == Wish()
    _settled(qtbot, opened)
    assert _cells(qtbot, opened, "fw_id") == before


def test_the_model_keeps_qts_rules(opened: DecisionsPane, qtmodeltester: ModelTester) -> None:
    qtmodeltester.check(opened.model)


class _Slow:
    """Pages that are handed over one by one, when the test says so."""

    def __init__(self) -> None:
        self.asked: list[int] = []
        self.due: list[Callable[[], None]] = []

    def page(
        self, wish: Wish, offset: int, limit: int, columns: object, task: object = None
    ) -> tuple[Line, ...]:
        del wish, columns, task
        self.asked.append(offset // PAGE)
        return tuple(Line(k, f"id {k}", (f"id {k}",), adverse=False) for k in
                     range(offset, offset + limit))  # fmt: skip


def test_a_row_shows_an_ellipsis_until_its_page_is_here(qtbot: QtBot) -> None:
    """The page looked at last comes first; those scrolled past are asked for anew if on screen."""
    from app.work import Job
    from investigators.task import Task

    slow = _Slow()

    def ask(work: Callable[[Task], object], then: Callable[..., None]) -> Job:
        slow.due.append(lambda: then(work(Task())))
        return Job(Task(), "")

    model = DecisionsModel(ask)
    column = ShownColumn("fw_id", "id", "text", right=False)
    told: list[tuple[int, int]] = []
    model.dataChanged.connect(lambda a, b: told.append((a.row(), b.row())))
    model.put(Listed(slow, Wish(), 5_000_000, (column,)))
    assert model.rowCount() == 5_000_000
    looked_at = [0, *range(100, 115)]
    for page in looked_at:
        assert model.index(page * PAGE, 0).data() == WAIT
    assert len(slow.due) == 1, "in a drag no page is fetched before it rests"
    slow.due.pop(0)()
    qtbot.waitUntil(lambda: len(slow.due) == 1)
    while slow.due:
        slow.due.pop(0)()
    assert slow.asked == [0, *range(114, 106, -1)]
    assert model.index(114 * PAGE + 5, 0).data() == f"id {114 * PAGE + 5}"
    assert (100 * PAGE, 101 * PAGE - 1) in told, (
        "a page that was dropped is told to be painted anew"
    )
    assert model.index(100 * PAGE, 0).data() == WAIT
    qtbot.waitUntil(lambda: len(slow.due) == 1)
    slow.due.pop(0)()
    assert model.index(100 * PAGE, 0).data() == f"id {100 * PAGE}"


class _Log:
    """A log whose decisions are said in one way."""

    def __init__(self, label: str) -> None:
        self._label = label

    def page(
        self, wish: Wish, offset: int, limit: int, columns: object, task: object = None
    ) -> tuple[Line, ...]:
        del wish, columns, task
        cells = ("8 Jun 16:41", "ord-5f20c1-of-a-long-id", "0.215", self._label)
        rows = range(offset, offset + limit)
        return tuple(Line(k, f"id {k}", cells, adverse=False) for k in rows)


def test_another_log_gets_widths_of_its_own(qtbot: QtBot, qapp: QApplication) -> None:
    """Sources were corrected: the list was empty meanwhile, and its columns lost their widths."""
    from app.work import Job
    from investigators.task import Task

    theme.apply(qapp, "light", 100)

    def ask(work: Callable[[Task], object], then: Callable[..., None]) -> Job:
        then(work(Task()))
        return Job(Task(), "")

    names = ("fw_time", "fw_id", "fw_score", "fw_decision")
    columns = tuple(ShownColumn(n, n.removeprefix("fw_"), "text", right=False) for n in names)
    model = DecisionsModel(ask)
    table = DecisionTable(model)
    qtbot.addWidget(table)
    table.resize(300, 400)
    table.show()

    def whole(label: str) -> bool:
        needed = table.fontMetrics().horizontalAdvance(label)
        fits = table.horizontalHeader().length() <= table.viewport().width()
        return fits and table.columnWidth(3) > needed

    for label in ("no", "refuse", "no"):
        model.put(Listed(_Log(label), Wish(), 100, columns))
        qtbot.waitUntil(lambda label=label: whole(label), timeout=5_000)
        model.put(None)
    model.halt()


@pytest.mark.parametrize(("wide", "zoom"), [(302, 100), (382, 150)])
def test_what_was_decided_is_in_sight_where_the_list_is_narrow(
    qtbot: QtBot, qapp: QApplication, opened: DecisionsPane, zoom: int, wide: int
) -> None:
    """The list of a window of 1366 pixels, at 100 and at 150 %; scores have six decimals."""
    theme.apply(qapp, "light", zoom)
    listed = opened.model.listed
    assert listed is not None
    score = [each.name for each in listed.columns].index("fw_score")
    lines = [
        Line(k, f"rq-{k}", ("2026-06-01 06:30", f"rq-ac432ed1-{k}", f"{k / 7:.6f}", "show"), False)
        for k in range(5)
    ]
    assert [each.name for each in listed.columns] == ["fw_time", "fw_id", "fw_score", "fw_decision"]
    model = DecisionsModel(lambda _work, _then: opened._session.list_lane.run("", lambda _t: ()))
    table = DecisionTable(model)
    qtbot.addWidget(table)
    table.resize(wide, 300)
    table.show()
    model.put(Listed(listed.pages, Wish(), 5, listed.columns, "UTC", short=True))
    model._pages[0] = tuple(lines)
    model._tell(0)
    for _ in range(3):
        QApplication.processEvents()
    at = table.horizontalHeader().sectionViewportPosition(3) + table.columnWidth(3)
    assert at <= table.viewport().width()
    assert table.horizontalScrollBar().maximum() == 0
    assert model.index(1, score).data() == "0.143"
    assert table.columnWidth(1) >= table.fontMetrics().horizontalAdvance("r…0")
    table.resize(900, 300)
    QApplication.processEvents()
    assert model.index(1, score).data() == "0.142857", "where there is room it has all digits"
    model.halt()
    theme.apply(qapp, "light", 100)


def test_a_score_in_few_digits() -> None:
    said = {
        "0.066603": "0.067",
        "0.2": "0.2",
        "0.000004": "4.0e-06",
        "0": "0",
        "12.34567": "12.346",
    }
    assert {text: brief_score(text) for text in said} == said
    assert brief_score("") == ""
