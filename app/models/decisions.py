"""The decisions as rows for Qt: pages out of the engine when they are looked at.

The number of rows is known at once, so that the scroll bar tells the truth; a row whose page has
not come yet shows an ellipsis.  Filter and order are computed where the log lies
(:mod:`investigators.browse`), never here.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from time import monotonic
from typing import TYPE_CHECKING, Any, Protocol

from PySide6.QtCore import (
    QAbstractTableModel,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    Qt,
    QTimer,
)

from app.language import later, tr
from app.theme import theme
from investigators.task import Task
from investigators.wish import Line, ShownColumn, Wish

if TYPE_CHECKING:
    from app.work import Job

PAGE = 256
KEPT = 64  # pages: 16,384 rows
WAITING = 8  # pages asked for and not begun; older ones were scrolled past
REST_MS = 40
WAIT = "…"
MONTHS = (
    later("Jan"),
    later("Feb"),
    later("Mar"),
    later("Apr"),
    later("May"),
    later("Jun"),
    later("Jul"),
    later("Aug"),
    later("Sep"),
    later("Oct"),
    later("Nov"),
    later("Dec"),
)

Index = QModelIndex | QPersistentModelIndex
Role = Qt.ItemDataRole
NOWHERE = QModelIndex()


class Pages(Protocol):
    """What gives the lines: :class:`investigators.browse.Decisions`."""

    def page(
        self, wish: Wish, offset: int, limit: int, columns: Sequence[str], task: Task | None = None
    ) -> tuple[Line, ...]:
        """Return some lines."""
        ...


Ask = Callable[[Callable[[Task], tuple[Line, ...]], Callable[[tuple[Line, ...]], None]], "Job"]


@dataclass(frozen=True)
class Listed:
    """What is listed: the source of pages, filter and order in force, how many, which columns.

    ``zone`` stands behind a whole time; ``short`` leaves the year of a time away.
    """

    pages: Pages
    wish: Wish
    count: int
    columns: tuple[ShownColumn, ...]
    zone: str = ""
    short: bool = False


class DecisionsModel(QAbstractTableModel):
    """The rows of a list of decisions.  ``ask`` runs work off the GUI thread."""

    def __init__(self, ask: Ask, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._ask = ask
        self.listed: Listed | None = None
        self._pages: OrderedDict[int, tuple[Line, ...]] = OrderedDict()
        self._wanted: list[int] = []
        self._missed: set[int] = set()
        self._job: Job | None = None
        self._fetching = -1
        # one page asked for is fetched at once; in a drag over millions only where it rests
        self._rest = QTimer(self)
        self._rest.setSingleShot(True)
        self._rest.setInterval(REST_MS)
        self._rest.timeout.connect(self._fetch)
        self._asked_at = 0.0
        self.brief = False  # scores with few digits, where a narrow list cannot show all of them

    def halt(self) -> None:
        """List nothing and fetch nothing more: the window is closing."""
        self.put(None)  # a row that is painted late would ask for its page again

    def put(self, listed: Listed | None) -> None:
        """List something else; pages of before are forgotten."""
        self.beginResetModel()
        if self._job is not None:
            self._job.cancel()
        self._job, self._fetching, self._asked_at = None, -1, 0.0
        self._rest.stop()
        self._pages.clear()
        self._wanted.clear()
        self._missed.clear()
        self.listed = listed
        self.endResetModel()

    # --- what Qt asks ----------------------------------------------------------------------------

    def rowCount(self, parent: Index = NOWHERE) -> int:  # noqa: N802 - Qt's name
        """All rows, at once."""
        return 0 if self.listed is None or parent.isValid() else self.listed.count

    def columnCount(self, parent: Index = NOWHERE) -> int:  # noqa: N802 - Qt's name
        """The columns shown."""
        return 0 if self.listed is None or parent.isValid() else len(self.listed.columns)

    def headerData(  # noqa: N802 - Qt's name
        self, section: int, orientation: Qt.Orientation, role: int = Role.DisplayRole
    ) -> Any:  # noqa: ANN401 - Qt's variant
        """Titles of the columns; rows have no head."""
        if orientation != Qt.Orientation.Horizontal or self.listed is None:
            return None
        if not 0 <= section < len(self.listed.columns):
            return None
        column, wish = self.listed.columns[section], self.listed.wish
        if role == Role.DisplayRole:
            sign = (" ▾" if wish.descending else " ▴") if wish.order == column.name else ""
            return column.title + sign
        if role == Role.TextAlignmentRole:
            return _side(column)
        if role == Role.ToolTipRole:
            clock = f" ({self.listed.zone})" if column.kind == "time" else ""
            return tr(
                "{title}{clock}: click to sort, right-click for columns",
                title=column.title,
                clock=clock,
            )
        return None

    def data(self, index: Index, role: int = Role.DisplayRole) -> Any:  # noqa: ANN401, PLR0911 - Qt's variant; one line per role
        """Text, side, colour and tool tip of a cell; nothing else."""
        if self.listed is None or not index.isValid():
            return None
        column = self.listed.columns[index.column()]
        if role == Role.TextAlignmentRole:
            return _side(column)
        if role not in (
            Role.DisplayRole, Role.ForegroundRole, Role.ToolTipRole, Role.AccessibleTextRole,
        ):  # fmt: skip
            return None
        line = self.line(index.row())
        if role == Role.ForegroundRole:
            return self._colour(line, column)
        if line is None:
            return {Role.DisplayRole: WAIT, Role.AccessibleTextRole: tr("not read yet")}.get(
                Role(role)
            )
        text = line.cells[index.column()]
        if role == Role.DisplayRole:
            return self._shown(column, text)
        if role == Role.AccessibleTextRole:
            return " ".join((column.title, text or tr("missing")))
        raw = line.raw[index.column()] if line.raw else text  # the value, not rounded
        return f"{raw} {self.listed.zone}".strip() if column.kind == "time" and raw else raw

    def _shown(self, column: ShownColumn, text: str) -> str:
        if column.name == "fw_time" and self.listed is not None and self.listed.short:
            return short_time(text)
        if column.name == "fw_score" and self.brief:
            return brief_score(text)
        return text

    def _colour(self, line: Line | None, column: ShownColumn) -> Any:  # noqa: ANN401 - Qt's variant
        if line is None:
            return theme().colour("faint")
        if column.name == "fw_decision" and line.adverse:
            return theme().colour("raises")
        return None

    # --- pages -----------------------------------------------------------------------------------

    def line(self, row: int) -> Line | None:
        """Return a row if its page is here; if not, ask for the page."""
        page, place = divmod(row, PAGE)
        lines = self._pages.get(page)
        if lines is None:
            self._want(page)
            return None
        self._pages.move_to_end(page)
        return lines[place] if place < len(lines) else None

    def peek(self, row: int) -> Line | None:
        """Return a row if its page is here; ask for nothing."""
        lines = self._pages.get(row // PAGE, ())
        return lines[row % PAGE] if row % PAGE < len(lines) else None

    def _want(self, page: int) -> None:
        if page == self._fetching or page in self._wanted:
            return
        self._wanted.append(page)
        if len(self._wanted) > WAITING:
            self._missed.add(self._wanted.pop(0))
        now = monotonic()
        moving, self._asked_at = now - self._asked_at < 2 * REST_MS / 1000, now
        if moving:
            self._rest.start()
        else:
            self._fetch()

    def _fetch(self) -> None:
        """Fetch the page that was asked for last: it is the one being looked at."""
        resting = not self._rest.isActive()
        if self._fetching >= 0 or not self._wanted or self.listed is None or not resting:
            return
        page, listed = self._wanted.pop(), self.listed
        self._fetching = page
        names = tuple(column.name for column in listed.columns)
        self._job = self._ask(
            lambda task: listed.pages.page(listed.wish, page * PAGE, PAGE, names, task),
            partial(self._arrived, listed, page),
        )

    def _arrived(self, listed: Listed, page: int, lines: tuple[Line, ...]) -> None:
        if listed is not self.listed:
            return
        self._job, self._fetching = None, -1
        self._pages[page] = lines
        while len(self._pages) > KEPT:
            self._pages.popitem(last=False)
        self._tell(page)
        self._fetch()
        if not self._wanted and self._missed:
            # asked for and scrolled past: what is on screen again will be asked for anew
            missed, self._missed = self._missed, set()
            for each in missed:
                self._tell(each)

    def _tell(self, page: int) -> None:
        first, last = page * PAGE, min((page + 1) * PAGE, self.rowCount()) - 1
        if first <= last:
            self.dataChanged.emit(self.index(first, 0), self.index(last, self.columnCount() - 1))

    def let_go(self) -> None:
        """Pages that were under way were cancelled: what is looked at is asked for anew."""
        if self._job is not None and self._job.task.cancelled:
            self._missed.update(self._wanted, {self._fetching} - {-1})
            self._job, self._fetching = None, -1
            self._wanted.clear()
            missed, self._missed = self._missed, set()
            for each in missed:
                self._tell(each)


def short_time(text: str) -> str:
    """A time of a log within one year: ``2026-06-08 18:41`` is ``8 Jun 18:41``."""
    if len(text) != 16 or not text[5:7].isdigit():
        return text
    return f"{int(text[8:10])} {tr(MONTHS[int(text[5:7]) - 1])} {text[11:]}"


def brief_score(text: str) -> str:
    """A score in a narrow list: three decimals, or two digits where that would be nothing."""
    try:
        value = float(text)
    except ValueError:
        return text
    rounded = f"{value:.3f}"
    if float(rounded) == 0 != value:
        rounded = f"{value:.1e}"
    return min(text, rounded, key=len)


def _side(column: ShownColumn) -> Qt.AlignmentFlag:
    side = Qt.AlignmentFlag.AlignRight if column.right else Qt.AlignmentFlag.AlignLeft
    return side | Qt.AlignmentFlag.AlignVCenter
