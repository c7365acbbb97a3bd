"""The table of inputs: choose a column, type a unit, or drag a column of the log onto an input."""

from __future__ import annotations

from PySide6.QtCore import (
    QAbstractItemModel,
    QMimeData,
    QModelIndex,
    QPersistentModelIndex,
    QSize,
    Qt,
)
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QComboBox,
    QHeaderView,
    QListView,
    QListWidget,
    QListWidgetItem,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QTableView,
    QWidget,
)

from app import theme
from app.language import tr
from app.models.inputs import COLUMN, HOW, INPUT, NONE, InputsModel, carrying

Index = QModelIndex | QPersistentModelIndex


class _Chooser(QStyledItemDelegate):
    """A list of the log's columns as the editor of the first column."""

    def createEditor(  # noqa: N802 - Qt's name
        self, parent: QWidget, option: QStyleOptionViewItem, index: Index
    ) -> QWidget:
        """Columns for the first, a line for the unit."""
        model = index.model()
        if index.column() != COLUMN or not isinstance(model, InputsModel):
            editor = super().createEditor(parent, option, index)
            if isinstance(model, InputsModel):
                editor.setAccessibleName(tr("unit of {name}", name=model.lines[index.row()].name))
            return editor
        combo = QComboBox(parent)
        combo.addItem(tr(NONE), "")
        for name in model.columns:
            combo.addItem(name, name)
        combo.setMaxVisibleItems(16)
        combo.setAccessibleName(tr("log column for {name}", name=model.lines[index.row()].name))
        combo.activated.connect(lambda _n: self._chosen(combo))
        return combo

    def _chosen(self, combo: QComboBox) -> None:
        self.commitData.emit(combo)
        self.closeEditor.emit(combo)

    def setEditorData(self, editor: QWidget, index: Index) -> None:  # noqa: N802 - Qt's name
        """What is chosen now."""
        if isinstance(editor, QComboBox):
            at = editor.findData(index.data(Qt.ItemDataRole.EditRole))
            editor.setCurrentIndex(max(at, 0))
        else:
            super().setEditorData(editor, index)

    def setModelData(  # noqa: N802 - Qt's name
        self, editor: QWidget, model: QAbstractItemModel, index: Index
    ) -> None:
        """Tell the model."""
        if isinstance(editor, QComboBox):
            model.setData(index, editor.currentData())
        else:
            super().setModelData(editor, model, index)


class InputsTable(QTableView):
    """One line per model input."""

    def __init__(self, model: InputsModel) -> None:
        super().__init__()
        self.setModel(model)
        self.setAccessibleName(tr("Log column to model input"))
        self.setItemDelegate(_Chooser(self))
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setEditTriggers(
            QAbstractItemView.EditTrigger.EditKeyPressed
            | QAbstractItemView.EditTrigger.AnyKeyPressed
            | QAbstractItemView.EditTrigger.DoubleClicked
        )
        self.clicked.connect(self._clicked)
        self.activated.connect(self._clicked)
        self.setShowGrid(False)
        self.setWordWrap(False)
        self.verticalHeader().hide()
        self.setDragDropMode(QAbstractItemView.DragDropMode.DragDrop)
        self.setDefaultDropAction(Qt.DropAction.CopyAction)
        self.setDropIndicatorShown(True)
        self.setTabKeyNavigation(False)
        header = self.horizontalHeader()
        header.setHighlightSections(False)
        header.setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        header.setSectionResizeMode(QHeaderView.ResizeMode.Interactive)
        model.modelReset.connect(self._fit)
        model.dataChanged.connect(lambda *_: self._fit())
        self.redraw()

    def redraw(self) -> None:
        """Sizes for the text zoom in force."""
        self.verticalHeader().setDefaultSectionSize(theme.theme().px(27))
        self._fit()

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802 - Qt's name
        """Another width, other columns."""
        super().resizeEvent(event)
        if event.oldSize().width() != event.size().width():
            self._fit()

    def _fit(self) -> None:
        """Every column as wide as it needs; where room lacks, names give way, then reasons."""
        px, header = theme.theme().px, self.horizontalHeader()
        wide = {
            column: max(self.sizeHintForColumn(column), header.sectionSizeHint(column))
            for column in range(header.count())
        }
        for column in (COLUMN, INPUT, HOW):
            wide[column] = min(wide[column], px(230))
        room = self.viewport().width() - sum(wide.values())
        for columns, least in (((COLUMN, INPUT), px(92)), ((HOW,), header.sectionSizeHint(HOW))):
            for k, column in enumerate(columns):
                lacks = max(0, -room) // (len(columns) - k)
                given = min(lacks, max(0, wide[column] - least))
                wide[column] -= given
                room += given
        wide[HOW] += max(0, room)
        for column, width in wide.items():
            self.setColumnWidth(column, width)

    def _clicked(self, index: QModelIndex) -> None:
        if self.state() == QAbstractItemView.State.EditingState:
            return
        if index.flags() & Qt.ItemFlag.ItemIsEditable:
            self.edit(index)
            editor = self.indexWidget(index)
            if isinstance(editor, QComboBox):
                editor.showPopup()


class Spare(QListWidget):
    """Columns of the log that nothing uses yet, to be dragged onto an input."""

    def __init__(self) -> None:
        super().__init__()
        self.setAccessibleName(tr("Columns of the log without a use; drag one onto a model input"))
        self.setFlow(QListView.Flow.LeftToRight)
        self.setWrapping(True)
        self.setResizeMode(QListView.ResizeMode.Adjust)
        self.setSpacing(2)
        self.setDragEnabled(True)
        self.setDragDropMode(QAbstractItemView.DragDropMode.DragOnly)

    def show_columns(self, names: tuple[str, ...]) -> None:
        """Show these."""
        self.clear()
        for name in names:
            self.addItem(QListWidgetItem(name))

    def mimeData(self, items: list[QListWidgetItem]) -> QMimeData:  # type: ignore[override]  # noqa: N802 - Qt's name
        """A column of the log."""
        return carrying(items[0].text())

    def sizeHint(self) -> QSize:  # noqa: N802 - Qt's name
        """Two lines of names."""
        return QSize(300, theme.theme().px(58))

    def minimumSizeHint(self) -> QSize:  # noqa: N802 - Qt's name
        """One line of names."""
        return QSize(120, theme.theme().px(30))
