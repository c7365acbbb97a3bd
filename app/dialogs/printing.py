"""Ctrl+P: the report on paper (or in a PDF file, where the system's dialog offers that)."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from PySide6.QtCore import QMarginsF, QSizeF, QUrl
from PySide6.QtGui import QImage, QPageLayout, QTextDocument
from PySide6.QtPrintSupport import QPrintDialog, QPrinter
from PySide6.QtWidgets import QDialog, QWidget

from app import settings
from app.language import tr
from app.panes.report import scaled
from app.session import Session
from investigators import desk
from investigators.task import Task

if TYPE_CHECKING:
    from investigators.report.model import Audience
    from investigators.report.preview import Preview

MARGIN = 15  # of the paper, in millimetres, until a person says another in the dialog
WIDE, SIZE, SHARP = 700, 12, 2.0  # the page in pixels of its own; it is scaled onto the paper


def show_print(parent: QWidget, session: Session) -> None:
    """Write the report for the audience in force, always light, then ask for a printer."""
    found = session.state.found
    if found is None:
        return
    audience = cast("Audience", settings.read().audience)

    def work(task: Task) -> tuple[Preview, dict[str, QImage]]:
        made = desk.preview(found, audience, "light", SIZE, WIDE, task)
        return made, {name: scaled(body, WIDE, SHARP) for name, body in made.pictures.items()}

    session.ask(
        tr("Writing the report for print"), work, lambda made: _ask(parent, *made), lane="case"
    )


def _ask(parent: QWidget, made: Preview, images: dict[str, QImage]) -> None:
    printer = QPrinter(QPrinter.PrinterMode.HighResolution)
    printer.setDocName(tr("Fifth Why report"))
    printer.setPageMargins(QMarginsF(MARGIN, MARGIN, MARGIN, MARGIN), QPageLayout.Unit.Millimeter)
    dialog = QPrintDialog(printer, parent)
    if dialog.exec() == QDialog.DialogCode.Accepted:
        document(made.html, images, printer).print_(printer)
    dialog.deleteLater()


def document(html: str, images: dict[str, QImage], printer: QPrinter) -> QTextDocument:
    """The report in pages of the printer's own shape."""
    made = QTextDocument()
    for name, image in images.items():
        made.addResource(QTextDocument.ResourceType.ImageResource, QUrl(name), image)
    made.setDocumentMargin(0)
    made.setHtml(html)
    page = printer.pageRect(QPrinter.Unit.Point)
    made.setPageSize(QSizeF(WIDE, WIDE * page.height() / page.width()))
    return made
