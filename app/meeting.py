"""Meeting mode: six cards over the whole screen, keys only, personal data hidden."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from PySide6.QtCore import Qt
from PySide6.QtGui import QFontMetricsF, QGuiApplication, QKeyEvent, QResizeEvent
from PySide6.QtWidgets import (
    QDialog,
    QFrame,
    QLabel,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from app import painter, settings
from app.dialogs import ask
from app.language import tr
from app.parts import Tall, clear, column, frame, kind, label, row
from app.session import Session
from app.theme import theme
from investigators import desk
from investigators.board import Parked
from investigators.chart import Cells

if TYPE_CHECKING:
    from investigators.report.cards import Big, Card
    from investigators.report.model import Audience

SMALL, TEXT, NUMBER, LARGEST = 18, 20, 40, 44
HEADINGS = ((60, LARGEST), (115, 36), (170, 29))  # up to so many letters: size
AHEAD = frozenset({Qt.Key.Key_Right, Qt.Key.Key_Space, Qt.Key.Key_PageDown, Qt.Key.Key_Down})
BACK = frozenset({Qt.Key.Key_Left, Qt.Key.Key_Backspace, Qt.Key.Key_PageUp, Qt.Key.Key_Up})
BLANK = frozenset({Qt.Key.Key_P, Qt.Key.Key_B, Qt.Key.Key_Period})
SIDE, MOST = 84, 6
OWN = Qt.FindChildOption.FindDirectChildrenOnly
TIGHTER = (1.0, 0.92, 0.84, 0.76)  # what a long card is shrunk by before it is turned through


class Meeting(QDialog):
    """The cards of the report as it is now; only what the audience may see."""

    def __init__(self, session: Session, parent: QWidget) -> None:
        super().__init__(parent)
        self.setWindowTitle(tr("Meeting"))
        self.setProperty("help", "meeting")
        self.setAccessibleName(tr("Meeting"))
        self._session = session
        self._cards: tuple[Card, ...] = ()
        self._at, self._counted, self._what_if = 0, False, False
        self._screen, self._tight = 1.0, 1.0
        kept = settings.read().audience
        self.audience = cast("Audience", kept if kept in ("shared", "public") else "shared")
        self._body = QVBoxLayout()
        inside = QWidget()
        inside.setObjectName("meeting")
        inside.setLayout(self._body)
        self._inside, self._scroll = inside, Tall(inside)
        self._scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._blank = QWidget()
        self._blank.setAccessibleName(tr("The screen is blank"))
        self._sheets = QStackedWidget()
        self._sheets.addWidget(self._scroll)
        self._sheets.addWidget(self._blank)
        self.setLayout(column(self._sheets))
        self._paint()
        self._say(tr("The cards are being written…"))
        found = session.state.found
        if found is not None:
            audience = self.audience
            session.ask(
                tr("Writing the cards"), lambda _task: desk.cards(found, audience), self._written
            )

    @property
    def _scale(self) -> float:
        """Size of the screen against 1366 pixels, and how tight this card has to be."""
        return self._screen * self._tight

    def _paint(self) -> None:
        ground = theme().colours["panel"]
        self.setStyleSheet(f"QDialog, QWidget#meeting {{ background: {ground}; }}")
        self._blank.setStyleSheet("background: #000000;")

    def open(self) -> None:
        """Cover the whole screen."""
        self.setModal(True)
        self.showFullScreen()
        self.setFocus()

    def _written(self, cards: tuple[Card, ...]) -> None:
        self._cards = cards
        self._show()

    # --- keys ------------------------------------------------------------------------------------

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802 - Qt's name
        """Arrows, space and page keys turn the card; letters do the rest."""
        key = Qt.Key(event.key())
        if key in AHEAD or key in BACK:
            self._turn(1 if key in AHEAD else -1)
        elif key in (Qt.Key.Key_Home, Qt.Key.Key_End):
            self.go(0 if key == Qt.Key.Key_Home else len(self._cards) - 1)
        elif key == Qt.Key.Key_H:
            self._counted = not self._counted
            self._show()
        elif key == Qt.Key.Key_W and self._card is not None and self._card.what_if is not None:
            self._what_if = not self._what_if
            self._show()
        elif key == Qt.Key.Key_Q:
            self.park()
        elif key in BLANK:
            self._sheets.setCurrentIndex(1 - self._sheets.currentIndex())
        elif key == Qt.Key.Key_C and event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            self.copy()
        elif key == Qt.Key.Key_Escape and self._sheets.currentIndex() == 1:
            self._sheets.setCurrentIndex(0)
        else:
            super().keyPressEvent(event)

    def _turn(self, by: int) -> None:
        """The rest of a card that is longer than the screen first, then the next card."""
        bar = self._scroll.verticalScrollBar()
        before = bar.value()
        bar.setValue(before + by * bar.pageStep())
        if bar.value() == before:
            self.go(self._at + by)

    def go(self, at: int) -> None:
        """Show a card; the ends stay."""
        if self._cards:
            self._at = min(max(at, 0), len(self._cards) - 1)
            self._counted = self._what_if = False
            self._sheets.setCurrentIndex(0)
            self._show()

    def park(self) -> None:
        """Keep a question for after the meeting."""
        asked = tr("What is to be answered after the meeting?")
        words = ask.line(self, tr("Park a question"), asked, ok=tr("Park"))
        if words:
            board = self._session.state.board.with_parked(Parked(words, self._at + 1))
            self._session.say("Park a question", board)
            self._show()

    def copy(self) -> None:
        """Put the card's words on the clipboard."""
        if (card := self._card) is not None:
            numbers = [f"{big.value} {big.words}" for big in card.figures]
            lines = [card.step, card.heading, *numbers, " ".join(card.sure).strip(), *card.notes]
            QGuiApplication.clipboard().setText("\n".join(line for line in lines if line))

    # --- the card --------------------------------------------------------------------------------

    @property
    def _card(self) -> Card | None:
        return self._cards[self._at] if self._cards else None

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802 - Qt's name
        """A larger screen has larger type."""
        super().resizeEvent(event)
        scale = max(0.8, min(self.width() / 1366, self.height() / 768))
        if abs(scale - self._screen) > 0.02:
            self._screen = scale
            self._show()

    def _words(self, text: str, size: float, role: str = "ink", *, bold: bool = False) -> QLabel:
        """Words at a size of the drawing board (1366 by 768), whatever the zoom of the window."""
        made = label(text, wrap=True)
        weight = 700 if bold else 400
        made.setStyleSheet(
            f"font-size: {round(size * self._scale)}px; font-weight: {weight}; "
            f"color: {theme().colours[role]};"
        )
        made.setAccessibleName(text)
        return made

    def _say(self, words: str) -> None:
        clear(self._body)
        self._body.addWidget(self._words(words, TEXT, "soft"), 1, Qt.AlignmentFlag.AlignCenter)

    def _show(self) -> None:
        """Show the card as large as it fits; what is longer still is turned through."""
        card = self._card
        if card is None:
            return
        for self._tight in TIGHTER:
            self._build(card)
            if self._needed() <= self._scroll.height():
                break
        self._scroll.fit()

    def _needed(self) -> int:
        """Pixels that the card is high at the width of the screen."""
        for each in self._inside.findChildren(QWidget, options=OWN):
            each.show()  # a layout counts what was never shown as nothing
        self._body.activate()
        return self._body.totalHeightForWidth(self._scroll.width())

    def _build(self, card: Card) -> None:
        clear(self._body)
        side = round(SIDE * self._scale)
        self._body.setContentsMargins(side, round(44 * self._scale), side, round(20 * self._scale))
        self._body.setSpacing(round(14 * self._scale))
        step = tr(
            "{at} of {cards}   {step}", at=self._at + 1, cards=len(self._cards), step=card.step
        )
        self._body.addWidget(self._words(step, SMALL, "soft"))
        size = next((size for most, size in HEADINGS if len(card.heading) <= most), 24)
        self._body.addWidget(self._words(card.heading, size, bold=True))
        self._body.addSpacing(round((12 if card.chart else 36) * self._scale))
        if self._counted:
            self._counting(card)
        elif self._what_if and card.what_if is not None:
            again = card.what_if
            self._numbers((again.before, again.after))
            self._body.addWidget(self._words(again.words, TEXT, "soft"))
        else:
            self._content(card)
        self._body.addStretch(1)
        self._foot(card)
        self._scroll.verticalScrollBar().setValue(0)
        self.setAccessibleDescription(f"{step}. {card.heading}")

    def _content(self, card: Card) -> None:
        if card.chart is not None and not isinstance(card.chart, Cells):
            size = SMALL * self._scale * 100 / theme().zoom
            self._body.addWidget(painter.widget(card.chart, size=size, strip=False))
        if card.figures:
            self._numbers(card.figures)
        if isinstance(card.chart, Cells):
            self._rows(card.chart)
        for note in card.notes:
            self._body.addWidget(self._words(note, SMALL, "soft"))
        strong, rest = card.sure
        if strong or rest:
            asked = (
                tr("How sure? {strong}", strong=strong)
                if card.step.endswith("how sure") and strong
                else strong
            )
            parts = [self._words(asked, TEXT, bold=True)] if asked else []
            parts += [self._words(rest, SMALL)] if rest else []
            self._body.addStretch(1)
            self._body.addWidget(frame("note", column(*parts, margins=(22, 14, 22, 14), gap=4)))

    def _numbers(self, figures: tuple[Big, ...]) -> None:
        gap = 36
        made = row(gap=round(gap * self._scale))
        room = (self.width() / self._scale - 2 * SIDE - gap * (len(figures) - 1)) / len(figures)
        font = theme().font(NUMBER * 100 / theme().zoom, bold=True)
        widest = max(QFontMetricsF(font).horizontalAdvance(big.value) for big in figures)
        size = min(NUMBER, max(TEXT, int(NUMBER * room / (1.08 * widest))))
        for big in figures:
            value = self._words(big.value, size, bold=True)
            value.setWordWrap(False)
            made.addLayout(column(value, self._words(big.words, SMALL, "soft"), 1), 1)
        self._body.addLayout(made)

    def _rows(self, cells: Cells) -> None:
        """A small table in large type, a line under each row."""
        left = len(cells.rows) - MOST
        shown = cells.rows[:MOST] if left > 1 else cells.rows
        widths = [max(len(row[k]) for row in shown) for k in range(len(cells.header))]
        heads = row(gap=round(24 * self._scale))
        for head, longest in zip(cells.header, widths, strict=True):
            heads.addWidget(self._words(head, SMALL, "faint"), 3 if longest > 30 else 1)
        self._body.addLayout(heads)
        for row_of in shown:
            line = row(gap=round(24 * self._scale))
            for k, text in enumerate(row_of):
                bold = k == 0 and widths[0] < 30
                words = self._words(text, SMALL, "ink" if k == 0 else "soft", bold=bold)
                line.addWidget(words, 3 if widths[k] > 30 else 1)
            self._body.addLayout(line)
            self._body.addWidget(kind(QFrame(), "line"))
        if left > 1:
            told = tr("%n more rows stand in the report.", "", left)
            self._body.addWidget(self._words(told, SMALL, "soft"))

    def _counting(self, card: Card) -> None:
        self._body.addWidget(self._words(tr("How this was counted"), TEXT, bold=True))
        for words in card.counted or (tr("Nothing is counted on this card."),):
            self._body.addWidget(self._words(words, SMALL, "soft"))

    def _foot(self, card: Card) -> None:
        keys = [tr("back: H") if self._counted else tr("how counted: H")]
        if card.what_if is not None:
            keys.append(tr("back: W") if self._what_if else tr("what if: W"))
        parked = len(self._session.state.board.parked)
        keys.append(
            tr("park a question: Q{rest}", rest=tr(" (%n parked)", "", parked) if parked else "")
        )
        keys.append(tr("personal data hidden"))
        line = row(self._words("  ·  ".join(keys), SMALL, "soft"))
        line.setStretch(0, 1)
        line.addWidget(self._words("◀ ▶", SMALL, "soft"))
        self._body.addLayout(line)
