"""The model's inputs as a table: which column feeds each, in which unit, in which range."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from PySide6.QtCore import (
    QAbstractTableModel,
    QMimeData,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    Qt,
    Signal,
)

from app import theme
from app.language import later, tr
from investigators.sheet import InputLine, Sheet

TITLES = (
    later("log column"),
    later("model input"),
    later("mapped by"),
    later("unit"),
    later("training"),
    later("log"),
)
COLUMN, INPUT, HOW, UNIT, TRAINING, LOG = range(6)
NONE = later("no column")
MIME = "application/x-fifthwhy-column"
Index = QModelIndex | QPersistentModelIndex
ROOT = QModelIndex()
Role = Qt.ItemDataRole


def carrying(column: str) -> QMimeData:
    """A column of the log, for a drag."""
    data = QMimeData()
    data.setData(MIME, column.encode())
    data.setText(column)
    return data


class InputsModel(QAbstractTableModel):
    """Lines of a :class:`~investigators.sheet.Sheet`; what is edited is told, not kept."""

    mapped = Signal(str, object)
    united = Signal(str, str)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.lines: tuple[InputLine, ...] = ()
        self.columns: tuple[str, ...] = ()

    def show(self, sheet: Sheet) -> None:
        """Show another page."""
        self.beginResetModel()
        self.lines, self.columns = sheet.inputs, sheet.columns
        self.endResetModel()

    def rowCount(self, parent: Index = ROOT) -> int:  # noqa: N802 - Qt's name
        """Number of inputs."""
        return 0 if parent.isValid() else len(self.lines)

    def columnCount(self, parent: Index = ROOT) -> int:  # noqa: N802 - Qt's name
        """Number of columns."""
        return 0 if parent.isValid() else len(TITLES)

    def headerData(  # noqa: N802 - Qt's name
        self, section: int, orientation: Qt.Orientation, role: int = Role.DisplayRole
    ) -> object:
        """Titles."""
        if orientation == Qt.Orientation.Horizontal and role == Role.DisplayRole:
            return tr(TITLES[section])
        if orientation == Qt.Orientation.Horizontal and role == Role.TextAlignmentRole:
            return int(_side(section))
        return None

    def data(self, index: Index, role: int = Role.DisplayRole) -> object:  # noqa: PLR0911 - one line per role
        """Cells."""
        if not index.isValid() or index.row() >= len(self.lines):
            return None
        line, column = self.lines[index.row()], index.column()
        if role in (Role.DisplayRole, Role.EditRole):
            return self._text(line, column, edited=role == Role.EditRole)
        if role == Role.TextAlignmentRole:
            return int(_side(column) | Qt.AlignmentFlag.AlignVCenter)
        if role == Role.ToolTipRole:
            return "\n".join(filter(None, (self._text(line, column, edited=False), line.note)))
        if role == Role.ForegroundRole:
            return theme.theme().colour(self._colour(line, column))
        if role == Role.FontRole and column == INPUT:
            return theme.theme().font(bold=True)
        if role == Role.AccessibleTextRole:
            return f"{tr(TITLES[column])}: {self._text(line, column, edited=False)}"
        return None

    @staticmethod
    def _text(line: InputLine, column: int, *, edited: bool) -> str:
        if column == UNIT:
            return line.unit or ("" if edited else tr("type a unit…"))
        return (
            line.column or ("" if edited else f"– {tr(NONE)} –"),
            f"→ {line.name}",
            line.reason,
            "",
            line.training,
            line.log,
        )[column]

    @staticmethod
    def _colour(line: InputLine, column: int) -> str:
        if line.loud and column in (COLUMN, HOW):
            return "finding"
        if column == UNIT and not line.unit:
            return "faint"
        return "soft" if column == HOW else "ink"

    def flags(self, index: Index) -> Qt.ItemFlag:
        """Column and unit can be changed; a column can be dragged and dropped."""
        if not index.isValid():
            return Qt.ItemFlag.NoItemFlags
        flags = Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable
        flags |= Qt.ItemFlag.ItemIsDropEnabled
        if index.column() in (COLUMN, UNIT):
            flags |= Qt.ItemFlag.ItemIsEditable
        if self.lines[index.row()].column is not None:
            flags |= Qt.ItemFlag.ItemIsDragEnabled
        return flags

    def setData(self, index: Index, value: object, role: int = Role.EditRole) -> bool:  # noqa: N802 - Qt's name
        """Tell what was chosen or typed."""
        if role != Role.EditRole or not index.isValid():
            return False
        line, text = self.lines[index.row()], str(value or "").strip()
        if index.column() == UNIT and text != line.unit:
            self._put(index, replace(line, unit=text))
            self.united.emit(line.name, text)
            return True
        if index.column() == COLUMN and (text or None) != line.column:
            self._put(index, replace(line, column=text or None, reason="given", loud=False))
            self.mapped.emit(line.name, text or None)
            return True
        return False

    def _put(self, index: Index, line: InputLine) -> None:
        lines = list(self.lines)
        lines[index.row()] = line
        self.lines = tuple(lines)
        row = index.row()
        self.dataChanged.emit(self.index(row, 0), self.index(row, len(TITLES) - 1))

    def mimeTypes(self) -> list[str]:  # noqa: N802 - Qt's name
        """A column of the log."""
        return [MIME]

    def mimeData(self, indexes: Sequence[QModelIndex]) -> QMimeData:  # noqa: N802 - Qt's name
        """The column of a line."""
        return carrying(self.lines[indexes[0].row()].column or "")

    def supportedDropActions(self) -> Qt.DropAction:  # noqa: N802 - Qt's name
        """Nothing is moved away."""
        return Qt.DropAction.CopyAction

    def canDropMimeData(  # noqa: N802 - Qt's name
        self, data: QMimeData, _action: Qt.DropAction, _row: int, _column: int, parent: Index
    ) -> bool:
        """A column, onto a line."""
        return data.hasFormat(MIME) and parent.isValid()

    def dropMimeData(  # noqa: N802 - Qt's name
        self, data: QMimeData, action: Qt.DropAction, row: int, column: int, parent: Index
    ) -> bool:
        """A column was dropped onto an input."""
        if not self.canDropMimeData(data, action, row, column, parent):
            return False
        name = bytes(data.data(MIME).data()).decode()
        self.setData(self.index(parent.row(), COLUMN), name)
        return False  # nothing is to be taken away where it came from


def _side(column: int) -> Qt.AlignmentFlag:
    right = column in (TRAINING, LOG)
    return Qt.AlignmentFlag.AlignRight if right else Qt.AlignmentFlag.AlignLeft
