"""Help pages without a network, the table of keys, and what this program is."""

from __future__ import annotations

import platform
from urllib.parse import urlsplit

from PySide6.QtCore import QSize, QUrl, qVersion
from PySide6.QtGui import QDesktopServices, QGuiApplication
from PySide6.QtWidgets import QDialog, QTextBrowser, QWidget

from app.actions import ACTIONS
from app.cells_table import CellsTable
from app.language import later, tr
from app.parts import button, column, label, row
from app.theme import theme
from investigators import desk
from investigators.chart import Cells
from investigators.resources import resource

FIRST = "overview"
LGPL = later(
    "The window is drawn with Qt and PySide6, © The Qt Company Ltd. and others, under the GNU "
    "Lesser General Public License version 3; they are separate packages that you may replace. "
    "Charts on screen: pyqtgraph (MIT)."
)


def pages() -> tuple[str, ...]:
    """Names of the help pages."""
    return tuple(sorted(page.stem for page in resource("help").glob("*.md")))


class HelpDialog(QDialog):
    """One page at a time; links lead to other pages, Back leads back."""

    def __init__(self, parent: QWidget, page: str, place: str = "") -> None:
        """Show ``page``, from where ``place`` stands in it."""
        super().__init__(parent)
        self.setWindowTitle(tr("Help"))
        self.resize(QSize(theme().px(680), theme().px(560)).boundedTo(parent.window().size()))
        self._trail: list[str] = []
        self.text = QTextBrowser()
        self.text.setOpenLinks(False)
        self.text.setAccessibleName(tr("Help page"))
        self.text.document().setDocumentMargin(theme().px(14))
        self.text.setSearchPaths([str(resource("help"))])
        self.text.anchorClicked.connect(self._follow)
        self.back = button(tr("Back"), self._back)
        contents = button(tr("Overview"), lambda: self.show_page(FIRST))
        close = button(tr("Close"), self.accept)
        self.setLayout(
            column(row(self.back, contents, 1, close, margins=(10, 8, 10, 6)), self.text, gap=0)
        )
        self.show_page(page)
        self.text.setFocus()
        if place:
            self.text.find(place)

    @property
    def page(self) -> str:
        """The page that is shown."""
        return self._trail[-1]

    def show_page(self, page: str) -> None:
        """Show a page by its name; one that is not there is said, with the overview below."""
        there = page in pages()
        text = resource("help").joinpath(f"{page if there else FIRST}.md").read_text("utf-8")
        if not there:
            text = tr(
                "*There is no page “{page}” yet; this is the overview.*\n\n{text}",
                page=page,
                text=text,
            )
        self._trail.append(page if there else FIRST)
        self.text.setMarkdown(text)
        self.back.setEnabled(len(self._trail) > 1)

    def _back(self) -> None:
        if len(self._trail) > 1:
            self._trail.pop()
            self.show_page(self._trail.pop())

    def _follow(self, link: QUrl) -> None:
        """Pages open here; an address is copied, never visited by this program."""
        target = urlsplit(link.toString())
        if target.scheme in ("http", "https"):
            QGuiApplication.clipboard().setText(link.toString())
            self.setWindowTitle(tr("Help: the address was copied; this program opens no network"))
        elif target.path.endswith(".md"):
            self.show_page(target.path.rsplit("/", 1)[-1].removesuffix(".md"))
        elif target.path:
            file = resource("help").joinpath(target.path)
            if file.is_file():
                QDesktopServices.openUrl(QUrl.fromLocalFile(str(file)))


class ShortcutsDialog(QDialog):
    """Every action with its keys, made from the table of actions."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setWindowTitle(tr("Shortcuts"))
        self.resize(QSize(theme().px(620), theme().px(560)).boundedTo(parent.window().size()))
        rows = tuple(
            (
                tr(each.words, undo="", redo="").strip(),
                tr(each.menu),
                tr("  or  ").join(each.shortcuts) or "–",
            )
            for each in ACTIONS
        )
        titles = (tr("Action"), tr("Menu"), tr("Keys"))
        self.table = CellsTable(Cells(tr("Shortcuts"), titles, rows))
        close = button(tr("Close"), self.accept)
        self.setLayout(column(self.table, row(1, close), margins=(12, 12, 12, 10), gap=8))
        self.table.setFocus()


class AboutDialog(QDialog):
    """Versions, licence, notices; Copy takes them for a ticket."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setWindowTitle(tr("About Fifth Why"))
        self.setMinimumWidth(theme().px(480))
        self.words = about_words()
        text = label(self.words, wrap=True, select=True)
        copy = button(tr("Copy"), lambda: QGuiApplication.clipboard().setText(self.words))
        close = button(tr("Close"), self.accept, "main")
        self.setLayout(
            column(
                label("Fifth Why", "title"),
                text,
                row(copy, 1, close),
                margins=(20, 18, 20, 14),
                gap=10,
            )
        )


def about_words() -> str:
    """What this is, on what it runs, under which licence."""
    known = {name: number for name, number in desk.versions().items() if name != "python"}
    lines = [
        tr(
            "Version {version}, MIT licence. Nothing leaves this computer.",
            version=known.pop("fifthwhy"),
        ),
        "",
    ]
    lines.append(
        tr(
            "Python {python}, Qt {qt}, {system}",
            python=platform.python_version(),
            qt=qVersion(),
            system=platform.system(),
        )
    )
    lines.append(", ".join(f"{name} {number}" for name, number in known.items()))
    return "\n".join([*lines, "", tr(LGPL)])


def _run(dialog: QDialog) -> None:
    dialog.exec()
    dialog.deleteLater()


def show_help(window: QWidget, page: str, place: str = "") -> None:
    """Show a help page, from where ``place`` stands in it."""
    _run(HelpDialog(window, page, place))


def show_shortcuts(window: QWidget) -> None:
    """Show every action with its keys."""
    _run(ShortcutsDialog(window))


def show_about(window: QWidget) -> None:
    """Show versions and licence."""
    _run(AboutDialog(window))
