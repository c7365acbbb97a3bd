"""The post-mortem as it would be exported now: page one first, for the audience one chooses."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, cast

from PySide6.QtCore import Qt, QUrl
from PySide6.QtGui import QImage, QPixmap, QResizeEvent, QShowEvent, QTextDocument
from PySide6.QtWidgets import QComboBox, QDialog, QLabel, QStackedWidget, QTextBrowser, QWidget

from app import settings
from app.language import later, spoken, tr
from app.parts import button, column, label, row
from app.session import Session
from app.state import State
from app.theme import WORK, theme
from app.work import Job
from investigators import desk
from investigators.task import Task

if TYPE_CHECKING:
    from investigators.report.model import Audience
    from investigators.report.preview import Preview

AUDIENCES: dict[Audience, str] = {
    "internal": later("for us: nothing masked"),
    "shared": later("to share: ids masked"),
    "public": later("for the public: words withheld"),
}
PICTURE = 820  # pixels wide, as reports are drawn
LEAST, STEP, BESIDE = 240, 24, 48  # of pictures in the page: width, its steps, scroll bar and edges


class ReportPane(QWidget):
    """A live preview; nothing in it is edited, it follows what is said elsewhere."""

    def __init__(self, session: Session, act: Callable[[str], None]) -> None:
        super().__init__()
        self.setProperty("help", "report-pane")
        self._session = session
        self._job: Job | None = None
        self._shown: tuple[object, ...] = ()
        self._asked: tuple[object, ...] = ()
        self.audience = QComboBox()
        self.audience.setAccessibleName(tr("For whom the report is shown"))
        for k, (name, words) in enumerate(spoken(AUDIENCES).items()):
            self.audience.addItem(words.partition(":")[0], name)
            self.audience.setItemData(k, words, Qt.ItemDataRole.ToolTipRole)
        self.audience.setCurrentIndex(max(0, self.audience.findData(settings.read().audience)))
        self.audience.currentIndexChanged.connect(self._choose)
        self.jump = QComboBox()
        self.jump.setAccessibleName(tr("Go to a section"))
        self.jump.activated.connect(self._go)
        for box, letters in ((self.audience, 10), (self.jump, 7)):
            box.setMinimumContentsLength(letters)
            box.setSizeAdjustPolicy(
                QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon
            )
        self.export = button(tr("Export…"), lambda: act("export"), "main")
        self.page = QTextBrowser()
        self.page.setAccessibleName(tr("Draft of the post-mortem"))
        self.page.setOpenLinks(False)
        self.page.anchorClicked.connect(self._enlarge)
        self._made: Preview | None = None
        self.page.document().setDocumentMargin(theme().px(12))
        self.words = label("", "soft", wrap=True)
        self.words.setAlignment(Qt.AlignmentFlag.AlignTop)
        waiting = QWidget()
        waiting.setLayout(
            column(label(tr("The post-mortem"), "bold"), self.words, 1, margins=(14, 14, 14, 14))
        )
        head = row(self.audience, self.jump, self.export, margins=(10, 8, 10, 6), gap=6)
        head.setStretch(0, 1)
        head.setStretch(1, 1)
        made = QWidget()
        made.setLayout(column(head, self.page, gap=0))
        self._sheets = QStackedWidget()
        self._sheets.addWidget(waiting)
        self._sheets.addWidget(made)
        self.setLayout(column(self._sheets))
        self.setFocusProxy(self.page)
        session.changed.connect(self._changed)

    def showEvent(self, event: QShowEvent) -> None:  # noqa: N802 - Qt's name
        """A page that nobody sees is not written; it is when it comes to be seen."""
        super().showEvent(event)
        self._write()

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802 - Qt's name
        """Pictures follow the width, so that nothing lies beyond the edge."""
        super().resizeEvent(event)
        if self._asked and self.isVisible():
            self._write()

    def _changed(self, before: State, state: State) -> None:
        del before
        if state.found is None:
            self._shown = ()
            if self._job is not None and not self._job.over:
                self._job.cancel()
            self.words.setText(waiting_words(state))
            self._sheets.setCurrentIndex(0)
        elif self.isVisible():
            self._write()

    def _choose(self, _index: int) -> None:
        kept = settings.read()
        settings.write(settings.replace(kept, audience=str(self.audience.currentData())))
        self._write()

    def _write(self) -> None:
        """Write the page in the case lane, unless it shows this already."""
        found = self._session.state.found
        if found is None:
            self.words.setText(waiting_words(self._session.state))
            return
        audience = cast("Audience", self.audience.currentData())
        look, size = theme().name, theme().px(WORK)
        wide = max(LEAST, (self.width() - theme().px(24) - BESIDE) // STEP * STEP)
        wanted = (found, audience, look, size, wide)
        under_way = self._job is not None and not self._job.over
        if same(self._shown, wanted) or (under_way and same(self._asked, wanted)):
            return
        if self._job is not None:
            self._job.cancel()
        if not self._shown:
            self.words.setText(tr("The draft is being written…"))
        self._asked = wanted
        sharp = self.devicePixelRatioF()

        def work(task: Task) -> tuple[Preview, dict[str, QImage]]:
            made = desk.preview(found, audience, look, size, wide, task)
            return made, {name: scaled(body, wide, sharp) for name, body in made.pictures.items()}

        # Not in the view lane: painting the first pictures takes longer than a pick may wait.
        self._job = self._session.ask(tr("Writing the draft"), work, self._show, lane="case")

    def _show(self, result: tuple[Preview, dict[str, QImage]]) -> None:
        """Put the page in without losing the place that is being read."""
        made, images = result
        self._shown, self._made = self._asked, made
        bar = self.page.verticalScrollBar()
        place = bar.value()
        document = self.page.document()
        document.clear()
        for name, image in images.items():
            document.addResource(QTextDocument.ResourceType.ImageResource, QUrl(name), image)
        self.page.setHtml(made.html)
        titles = [title for _, title in made.sections]
        if titles != [self.jump.itemText(k) for k in range(self.jump.count())]:
            self.jump.clear()
            for anchor, title in made.sections:
                self.jump.addItem(title, anchor)
        self._sheets.setCurrentIndex(1)
        bar.setValue(place)

    def _go(self, _index: int) -> None:
        self.page.scrollToAnchor(str(self.jump.currentData()))
        self.page.setFocus()

    def _enlarge(self, link: QUrl) -> None:
        """Show a picture of the page at its own size."""
        body = None if self._made is None else self._made.pictures.get(link.toString())
        if body is not None:
            dialog = larger(self, body)
            dialog.exec()
            dialog.deleteLater()

    def copy(self) -> None:
        """Copy what is selected, or the whole draft."""
        if not self.page.textCursor().hasSelection():
            self.page.selectAll()
        self.page.copy()


def larger(parent: QWidget, body: bytes) -> QDialog:
    """A picture in a window of its own; Esc leaves it."""
    dialog = QDialog(parent)
    dialog.setWindowTitle(tr("Picture of the report"))
    shown = QLabel()
    sharp = parent.devicePixelRatioF()
    whole = QImage.fromData(body)
    room = parent.screen().availableGeometry().height() - BESIDE * 2
    wide = min(theme().px(PICTURE), room * whole.width() // max(1, whole.height()))
    image = scaled(body, wide, sharp)
    shown.setPixmap(QPixmap.fromImage(image))
    shown.setAccessibleName(tr("Picture of the report, larger"))
    dialog.setLayout(column(shown, margins=(8, 8, 8, 8)))
    return dialog


def same(one: tuple[object, ...], other: tuple[object, ...]) -> bool:
    """Whether two wishes are for the same page; investigations are compared by identity."""
    return len(one) == len(other) and all(
        a is b or (isinstance(a, str | int) and a == b) for a, b in zip(one, other, strict=True)
    )


def scaled(body: bytes, wide: int, sharp: float) -> QImage:
    """A picture at the size at which it is shown, so that scrolling scales nothing.

    A person's picture that is smaller than ``wide`` is shown at its own size.
    """
    image = QImage.fromData(body)
    wide = min(wide, image.width())
    image = image.scaledToWidth(round(wide * sharp), Qt.TransformationMode.SmoothTransformation)
    image.setDevicePixelRatio(sharp)
    return image


def waiting_words(state: State) -> str:
    """What will be here, and what it waits for."""
    if state.case is None or state.case.decision is None:
        return tr(
            "Here stands the report once a decision is picked: page one for everybody, then facts, "
            "timeline, how it came about, what was not checked, action points."
        )
    if state.progress.cancelled:
        return tr(
            "The checks were stopped before the end. Run them again (F9): the report needs them."
        )
    answered = len(state.progress.answers)
    return tr(
        "Checks are running: %n have answered. The report is written when the last "
        "one has; it stands here then and follows whatever is said on the Whys tab.",
        "",
        answered,
    )
