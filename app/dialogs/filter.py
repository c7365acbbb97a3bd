"""Ask for a filter: a column, then values with their counts or a range of numbers or times."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import MAXYEAR, datetime, timedelta

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QComboBox,
    QDialog,
    QDialogButtonBox,
    QLineEdit,
    QListWidget,
    QListWidgetItem,
    QWidget,
)

from app.language import later, tr
from app.parts import column, label, row
from app.theme import theme
from investigators.evidence import Cell
from investigators.wish import Filter, ShownColumn

Values = tuple[tuple[Cell, int], ...]
CountValues = Callable[[str, Callable[[Values], None]], None]
NUMBERS = ("integer", "number")
TIME_HINT = later("a day (2026-05-07) or a minute (2026-05-07 08:40), ")


@dataclass(frozen=True)
class Offer:
    """What the dialog offers: columns, the clock of times, the column and chip to begin with."""

    columns: Sequence[ShownColumn]
    zone: str
    most: int
    column: str = ""
    chip: Filter | None = None


class FilterDialog(QDialog):
    """``count`` finds a column's values off the GUI thread; ``chip`` is the answer."""

    def __init__(self, parent: QWidget, offer: Offer, count: CountValues) -> None:
        super().__init__(parent)
        self.setWindowTitle(tr("Filter the decisions"))
        self.setMinimumWidth(theme().px(440))
        self.chip: Filter | None = None
        self._offer, self._count = offer, count
        self._values: list[Cell] = []
        self._make()
        names = [each.name for each in offer.columns]
        self._column.setCurrentIndex(names.index(offer.column) if offer.column in names else 0)
        self._column.currentIndexChanged.connect(lambda _k: self._turn())
        self._turn()
        if offer.chip is not None:
            self._show_chip(offer.chip)

    def _make(self) -> None:
        self._column = QComboBox()
        self._column.setAccessibleName(tr("Column"))
        self._column.addItems([each.title for each in self._offer.columns])
        self._low, self._high = QLineEdit(), QLineEdit()
        self._low.setAccessibleName(tr("From, included"))
        self._high.setAccessibleName(tr("To"))
        self._hint = label("", "small", wrap=True)
        self._narrow = QLineEdit()
        self._narrow.setPlaceholderText(tr("narrow the values"))
        self._narrow.setAccessibleName(tr("Narrow the values"))
        self._narrow.textChanged.connect(self._hide_values)
        self._list = QListWidget()
        self._list.setAccessibleName(tr("Values with their counts"))
        self._list.setMinimumHeight(theme().px(190))
        self._list.itemChanged.connect(lambda _item: self._look())
        self._state = label("", "small", wrap=True)
        self._which = QComboBox()
        self._which.addItems([tr("list these"), tr("list everything but these")])
        self._which.setAccessibleName(tr("These, or everything but these"))
        self._wrong = label("", "raises", wrap=True)
        for each in (self._low, self._high):
            each.textChanged.connect(lambda _text: self._look())
        buttons = QDialogButtonBox(
            QDialogButtonBox.StandardButton.Ok | QDialogButtonBox.StandardButton.Cancel
        )
        self._ok = buttons.button(QDialogButtonBox.StandardButton.Ok)
        self._ok.setText(tr("Filter"))
        buttons.accepted.connect(self._accept)
        buttons.rejected.connect(self.reject)
        self._range = QWidget()
        self._range.setLayout(
            column(row(label(tr("from")), self._low, label(tr("to")), self._high), self._hint)
        )
        self._some = QWidget()
        self._some.setLayout(column(self._narrow, self._list, self._state, gap=6))
        self.setLayout(
            column(
                self._column,
                self._range,
                self._some,
                self._which,
                self._wrong,
                buttons,
                margins=(16, 16, 16, 12),
                gap=10,
            )
        )

    # --- the column ------------------------------------------------------------------------------

    def _chosen(self) -> ShownColumn:
        return self._offer.columns[self._column.currentIndex()]

    def _turn(self) -> None:
        """Another column: what it can be filtered by."""
        chosen = self._chosen()
        time, number = chosen.kind == "time", chosen.kind in NUMBERS
        self._range.setVisible(time or number)
        self._some.setVisible(not time)
        self._low.clear()
        self._high.clear()
        self._narrow.clear()
        self._list.clear()
        self._values = []
        if time:
            self._hint.setText(
                tr(
                    "{time_hint}{zone}; a last day is included whole, a last minute is not",
                    time_hint=tr(TIME_HINT),
                    zone=self._offer.zone,
                )
            )
        else:
            self._hint.setText(tr("from is included, to is not; or tick values below"))
        if not time:
            self._state.setText(tr("counting the values…"))
            self._count(chosen.name, lambda found: self._counted(chosen.name, found))
        self._look()

    def _counted(self, name: str, found: Values) -> None:
        if name != self._chosen().name:
            return
        self._list.blockSignals(True)
        for value, count in found:
            text = tr("missing") if value is None else str(value)
            item = QListWidgetItem(f"{text}    {count:,}")
            item.setFlags(item.flags() | Qt.ItemFlag.ItemIsUserCheckable)
            item.setCheckState(Qt.CheckState.Unchecked)
            self._list.addItem(item)
            self._values.append(value)
        self._list.blockSignals(False)
        most = self._offer.most
        few = tr("%n values", "", len(found))
        self._state.setText(
            few if len(found) < most else tr("the {most} commonest values", most=most)
        )
        chip = self._offer.chip
        if chip is not None and chip.column == name:
            for k, value in enumerate(self._values):
                if value in chip.values:
                    self._list.item(k).setCheckState(Qt.CheckState.Checked)
        self._look()

    def _hide_values(self, words: str) -> None:
        for k in range(self._list.count()):
            item = self._list.item(k)
            item.setHidden(words.lower() not in item.text().lower())

    def _show_chip(self, chip: Filter) -> None:
        self._which.setCurrentIndex(1 if chip.exclude else 0)
        for field, edge in ((self._low, chip.low), (self._high, chip.high)):
            if isinstance(edge, str):
                field.setText(edge.removesuffix("Z")[:19].replace("T", " "))
            elif edge is not None:
                field.setText(f"{edge:g}")

    # --- the answer ------------------------------------------------------------------------------

    def _ticked(self) -> tuple[Cell, ...]:
        on = Qt.CheckState.Checked
        return tuple(v for k, v in enumerate(self._values) if self._list.item(k).checkState() == on)

    def _edges(self) -> tuple[float | str | None, float | str | None]:
        """Both edges as typed.

        Raises:
            ValueError: one of them is none; its words say which and what is expected.
        """
        low, high = self._low.text().strip(), self._high.text().strip()
        if self._chosen().kind == "time":
            return _time(low, last=False), _time(high, last=True)
        return _number(low), _number(high)

    def _look(self) -> None:
        wrong = ""
        try:
            low, high = self._edges()
            if low is not None and high is not None and not low < high:  # type: ignore[operator]
                wrong = tr("from must lie before to")
        except ValueError as error:
            low, high, wrong = None, None, str(error)
        self._wrong.setText(wrong)
        self._wrong.setVisible(bool(wrong))
        some = bool(self._ticked()) or low is not None or high is not None
        self._ok.setEnabled(some and not wrong)

    def _accept(self) -> None:
        values = self._ticked()
        low, high = (None, None) if values else self._edges()
        name = self._chosen().name
        self.chip = Filter(name, values, low, high, exclude=self._which.currentIndex() == 1)
        self.accept()


def _number(text: str) -> float | None:
    if not text:
        return None
    try:
        return float(text)
    except ValueError:
        raise ValueError(tr("“{text}” is not a number (written like 1234.5)", text=text)) from None


def _time(text: str, *, last: bool) -> str | None:
    """ISO text of a typed time; a last day is included whole."""
    if not text:
        return None
    try:
        when = datetime.fromisoformat(text)
    except ValueError:
        raise ValueError(
            tr("“{text}” is not a time (written like 2026-05-07 08:40)", text=text)
        ) from None
    if when.tzinfo is not None:
        raise ValueError(tr("write the time without a zone; it is on the clock of the log"))
    if last and len(text) <= len("2026-05-07") and when.year < MAXYEAR:
        when += timedelta(days=1)
    return when.isoformat()
