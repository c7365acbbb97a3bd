"""The table of the list: rows with hairlines, picked by click or key, copied as text."""

from __future__ import annotations

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, Qt, Signal
from PySide6.QtGui import (
    QFocusEvent,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPen,
    QResizeEvent,
)
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHeaderView,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QTableView,
)

from app.clip import Clip, put
from app.language import tr
from app.models.decisions import PAGE, DecisionsModel, brief_score
from app.parts import kind
from app.theme import theme

ROW, EDGE, ROOM, NARROWEST, WIDEST = 24, 4, 9, 40, 320
WIDE_TIME = "28 May 20:28"  # days of two digits may come later
LEAST_ID = 32
SAMPLE = 64  # rows of the first page that widths are taken from
COPIED_AT_MOST = 10_000


class _Rows(QStyledItemDelegate):
    """Draws rows with hairlines: the picked one with an accent edge, the cursor with its lines."""

    picked = -1

    def paint(
        self,
        painter: QPainter,
        option: QStyleOptionViewItem,
        index: QModelIndex | QPersistentModelIndex,
    ) -> None:
        """Draw one cell; colours of the text stay as they are in a tinted row."""
        rect, model, table = option.rect, index.model(), self.parent()
        assert isinstance(table, QTableView)
        colour = theme().colour
        if index.row() == self.picked or QStyle.StateFlag.State_Selected in option.state:
            painter.fillRect(rect, colour("tint"))
        # straight from the model: the style's own way asks eight roles of every cell on screen
        text = model.data(index, Qt.ItemDataRole.DisplayRole) or ""
        side = model.data(index, Qt.ItemDataRole.TextAlignmentRole)
        painter.setFont(table.font())
        painter.setPen(model.data(index, Qt.ItemDataRole.ForegroundRole) or colour("ink"))
        room = rect.adjusted(EDGE, 0, -EDGE, 0)
        # ids of one log often begin alike: the end tells them apart
        cut = option.fontMetrics.elidedText(text, Qt.TextElideMode.ElideMiddle, room.width())
        painter.drawText(room, int(side) | Qt.TextFlag.TextSingleLine, cut)
        cursor = table.hasFocus() and index.row() == table.currentIndex().row()
        painter.setPen(QPen(colour("accent" if cursor else "line"), 1))
        painter.drawLine(rect.bottomLeft(), rect.bottomRight())
        if cursor:
            painter.drawLine(rect.topLeft(), rect.topRight())
        if index.row() == self.picked and index.column() == 0:
            painter.fillRect(rect.left(), rect.top(), 3, rect.height(), colour("accent"))


class DecisionTable(QTableView):
    """Rows of a :class:`DecisionsModel`.  ``chosen`` carries a place in the list."""

    chosen = Signal(int)
    stepped = Signal(int)

    def __init__(self, model: DecisionsModel) -> None:
        super().__init__()
        self._model = model
        self._rows = _Rows(self)
        self._fitted: tuple[str, ...] = ()
        self._of: object = None  # the log whose columns were fitted
        self._whole_id = NARROWEST
        self._score = (NARROWEST, NARROWEST)  # how wide with all digits, with few
        kind(self, "list")
        self.setModel(model)
        self.setItemDelegate(self._rows)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setShowGrid(False)
        self.setWordWrap(False)
        self.setTabKeyNavigation(False)
        self.setCornerButtonEnabled(False)
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self.setAccessibleName(tr("Decisions"))
        self.verticalHeader().hide()
        header = self.horizontalHeader()
        header.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        header.setSectionsClickable(True)
        header.setSectionsMovable(True)
        header.setHighlightSections(False)
        header.setSectionResizeMode(QHeaderView.ResizeMode.Interactive)
        header.setMinimumSectionSize(NARROWEST)
        header.setAccessibleName(tr("Columns of the decisions"))
        model.modelReset.connect(self._turned)
        model.dataChanged.connect(self._arrived)
        self.redraw()

    def redraw(self) -> None:
        """Sizes and colours anew: the theme or the zoom changed."""
        self.setFont(theme().font())
        self.verticalHeader().setMinimumSectionSize(theme().px(ROW))
        self.verticalHeader().setDefaultSectionSize(theme().px(ROW))
        self._fitted = ()
        seen = (0, self.rowAt(0), self._rows.picked, self.currentIndex().row())
        here = (row for row in seen if row >= 0 and self._model.peek(row) is not None)
        self._fit(next(here, 0) // PAGE * PAGE)
        self.viewport().update()

    # --- the picked one --------------------------------------------------------------------------

    def mark(self, place: int | None, *, show: bool) -> None:
        """Tint the picked row; ``show`` scrolls to it and puts the cursor on it."""
        self._rows.picked = -1 if place is None else place
        if place is not None and show:
            index = self._model.index(place, 0)
            top, bottom = self.rowAt(0), self.rowAt(self.viewport().height() - 1)
            inside = top <= place and (bottom == -1 or place < bottom)
            self.setCurrentIndex(index)
            if not inside:
                self.scrollTo(index, QAbstractItemView.ScrollHint.PositionAtCenter)
        self.viewport().update()

    def marked(self) -> int | None:
        """Where the picked one stands."""
        return None if self._rows.picked < 0 else self._rows.picked

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802 - Qt's name
        """Enter picks; J and K pick the next and the previous one; the rest is Qt's."""
        plain = event.modifiers() in (
            Qt.KeyboardModifier.NoModifier, Qt.KeyboardModifier.KeypadModifier,
        )  # fmt: skip
        if plain and event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            if self.currentIndex().isValid():
                self.chosen.emit(self.currentIndex().row())
        elif plain and event.key() in (Qt.Key.Key_J, Qt.Key.Key_K):
            self.stepped.emit(1 if event.key() == Qt.Key.Key_J else -1)
        else:
            super().keyPressEvent(event)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:  # noqa: N802 - Qt's name
        """A plain click picks; with Ctrl or Shift it selects rows to copy."""
        super().mouseReleaseEvent(event)
        index = self.indexAt(event.position().toPoint())
        plain = event.modifiers() == Qt.KeyboardModifier.NoModifier
        left = event.button() == Qt.MouseButton.LeftButton
        if left and plain and index.isValid() and len(self.selectionModel().selectedRows()) <= 1:
            self.chosen.emit(index.row())

    def focusInEvent(self, event: QFocusEvent) -> None:  # noqa: N802 - Qt's name
        """The keyboard always finds a row to stand on."""
        if not self.currentIndex().isValid() and self._model.rowCount():
            self.setCurrentIndex(self._model.index(max(self.rowAt(0), 0), 0))
        super().focusInEvent(event)
        self.viewport().update()

    def focusOutEvent(self, event: QFocusEvent) -> None:  # noqa: N802 - Qt's name
        """The cursor's lines go."""
        super().focusOutEvent(event)
        self.viewport().update()

    def straighten(self) -> list[int]:
        """Return the order in which columns are seen, and show them in the model's own again."""
        header = self.horizontalHeader()
        seen = [header.logicalIndex(k) for k in range(header.count())]
        header.blockSignals(True)
        for k in range(header.count()):
            header.moveSection(header.visualIndex(k), k)
        header.blockSignals(False)
        return seen

    # --- widths ----------------------------------------------------------------------------------

    def _turned(self) -> None:
        """Another log has other words; and columns that were away come back with no width."""
        listed = self._model.listed
        of = None if listed is None else listed.pages
        if of is not self._of:
            self._of, self._fitted = of, ()

    def _arrived(self, first: QModelIndex, _last: QModelIndex) -> None:
        if first.row() % PAGE == 0:
            self._fit(first.row())

    def _fit(self, start: int = 0) -> None:
        """Widths from the first page that came, once for each choice of columns."""
        listed = self._model.listed
        if listed is None:
            return
        names = tuple(column.name for column in listed.columns)
        if self._model.peek(start) is None:
            return
        cells, head = self.fontMetrics(), self.horizontalHeader().fontMetrics()
        self._model.brief = False
        rows = range(start, min(start + SAMPLE, listed.count))
        for k in range(len(names)):
            title = str(self._model.headerData(k, Qt.Orientation.Horizontal))
            least = head.horizontalAdvance(title) + ROOM
            if names == self._fitted:  # only the sign of the order may need more room
                self.setColumnWidth(k, max(self.columnWidth(k), least))
                continue
            texts = [str(self._model.index(row, k).data() or "") for row in rows]
            texts += [WIDE_TIME] if names[k] == "fw_time" else []

            def fitted(texts: list[str], least: int = least) -> int:
                wide = max(map(cells.horizontalAdvance, texts), default=0) + 2 * EDGE + 1
                return min(max(wide, least, NARROWEST), WIDEST)

            self.setColumnWidth(k, fitted(texts))
            if names[k] == "fw_id":
                self._whole_id = self.columnWidth(k)
            elif names[k] == "fw_score":
                self._score = (fitted(texts), fitted([brief_score(text) for text in texts]))
        self._fitted = names
        self._stretch()

    def _stretch(self) -> None:
        """Room that is left goes to the id, so that the last column ends at the edge.

        Where the id would not be whole the scores give way first: what was decided stays in sight.
        """
        listed = self._model.listed
        if listed is None or not self._fitted or "fw_id" not in self._fitted:
            return
        place = self._fitted.index("fw_id")
        if "fw_score" in self._fitted:
            score = self._fitted.index("fw_score")
            self.setColumnWidth(score, self._score[0])
            self._model.brief = self._room(place) < self._whole_id
            self.setColumnWidth(score, self._score[self._model.brief])
        room = self._room(place)
        # where even a cut id does not make the others fit, they are scrolled to and it stays whole
        self.setColumnWidth(place, room if room >= theme().px(LEAST_ID) else self._whole_id)

    def _room(self, place: int) -> int:
        """What the other columns leave for one, in pixels."""
        return self.viewport().width() - self.horizontalHeader().length() + self.columnWidth(place)

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802 - Qt's name
        """The id gives way."""
        super().resizeEvent(event)
        if event.oldSize().width() != event.size().width():
            self._stretch()

    # --- copying ---------------------------------------------------------------------------------

    def clip(self) -> Clip | None:
        """The selected rows, or the current one, with their titles.

        Rows that were never on screen are not read yet: they are named as such.
        """
        listed = self._model.listed
        if listed is None:
            return None
        rows = sorted(index.row() for index in self.selectionModel().selectedRows())
        rows = rows or ([self.currentIndex().row()] if self.currentIndex().isValid() else [])
        lines = [tuple(column.title for column in listed.columns)]
        for row in rows[:COPIED_AT_MOST]:
            line = self._model.peek(row)
            lines.append((tr("(not read yet)"),) if line is None else line.cells)
        left = len(rows) - COPIED_AT_MOST
        notes = (tr("(%n more rows were not copied)", "", left),) if left > 0 else ()
        return Clip("", tuple(lines), notes, self)

    def copy(self) -> None:
        """Copy them tab-separated."""
        put(self.clip(), "table")
