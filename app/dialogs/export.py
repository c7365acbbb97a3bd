"""Export: which files, for whom and what is masked for them, into which folder."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, cast

from PySide6.QtCore import Qt, QUrl
from PySide6.QtGui import QDesktopServices, QGuiApplication
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QDialog,
    QFileDialog,
    QLineEdit,
    QStackedWidget,
    QWidget,
)

from app import settings
from app.language import later, spoken, tr
from app.panes.report import AUDIENCES
from app.parts import button, clear, column, frame, label, row
from app.session import Session
from app.state import State
from app.theme import theme
from investigators import desk
from investigators.task import Task

if TYPE_CHECKING:
    from investigators.report.model import Audience

FORMATS = {
    "html": later("HTML: one file that stands alone, for a browser, a mail or a ticket"),
    "md": later("Markdown: for GitHub, GitLab or Jira"),
}
AFFECTED = "affected.csv"
FINDINGS = "findings.json"


class ExportDialog(QDialog):
    """Asks, writes in the case lane, and says what was written."""

    def __init__(self, parent: QWidget, session: Session) -> None:
        super().__init__(parent)
        self.setWindowTitle(tr("Export"))
        self.setMinimumWidth(theme().px(560))
        self.setProperty("help", "export")
        self._session = session
        kept = settings.read()
        self._sheets = QStackedWidget()
        self._sheets.addWidget(self._questions(kept))
        self._done = column(gap=8, margins=(18, 16, 18, 14))
        done = QWidget()
        done.setLayout(self._done)
        self._sheets.addWidget(done)
        self.setLayout(column(self._sheets))
        session.changed.connect(self._changed)
        self.finished.connect(lambda _code: session.changed.disconnect(self._changed))
        self._look()

    # --- asking ----------------------------------------------------------------------------------

    def _questions(self, kept: settings.Settings) -> QWidget:
        self.formats = {}
        for name in desk.formats():
            self.formats[name] = QCheckBox(tr(FORMATS.get(name, name)))
            self.formats[name].setChecked(name in kept.formats)
            self.formats[name].toggled.connect(self._look)
        found = self._session.state.found
        self.affected = QCheckBox(tr("{file}: the list of affected rows", file=AFFECTED))
        rows = found.affected.rows if found is not None and found.affected is not None else None
        self.affected.setVisible(rows is not None)
        if rows is not None:
            self.affected.setText(
                tr("{file}: the list of %n affected rows", "", rows, file=AFFECTED)
            )
        self.affected.setChecked(True)
        self.findings = QCheckBox(self._findings_words())
        self.findings.setChecked(FINDINGS in kept.formats)
        for each in (self.affected, self.findings):
            each.toggled.connect(self._look)
        self.audience = QComboBox()
        self.audience.setAccessibleName(tr("For whom the report is made"))
        for audience, words in spoken(AUDIENCES).items():
            self.audience.addItem(words[0].upper() + words[1:], audience)
        self.audience.setCurrentIndex(max(0, self.audience.findData(kept.audience)))
        self.audience.currentIndexChanged.connect(self._look)
        self.masks = label("", "small", wrap=True, select=True)
        self.masks.setAccessibleName(tr("What will be masked"))
        self.folder = QLineEdit(str(first_folder(kept, self._session.state)))
        self.folder.setAccessibleName(tr("Folder to write into"))
        self.folder.textChanged.connect(self._look)
        choose = button(tr("Choose…"), self._choose)
        choose.setAutoDefault(False)  # Enter exports, wherever the focus is
        self.note = label("", "small", wrap=True)
        self.write = button(tr("Export"), self._write, "main")
        self.write.setDefault(True)
        cancel = button(tr("Cancel"), self.reject)
        cancel.setAutoDefault(False)
        made = QWidget()
        place = row(self.folder, choose)
        place.setStretch(0, 1)
        made.setLayout(
            column(
                label(tr("What to write"), "bold"),
                *self.formats.values(),
                self.affected,
                self.findings,
                label(tr("For whom"), "bold"),
                self.audience,
                frame("note", column(self.masks, margins=(10, 8, 10, 8))),
                label(tr("Into which folder"), "bold"),
                place,
                self.note,
                row(1, cancel, self.write),
                margins=(18, 16, 18, 14),
                gap=7,
            )
        )
        return made

    def _findings_words(self) -> str:
        """What ``findings.json`` is; only what people told is masked, where somebody did."""
        brief = self._session.state.draft.brief
        if brief.interviews or brief.walkthroughs:
            masks = tr("only interviews and walkthroughs are masked")
        else:
            masks = tr("nothing masked")
        return tr("{file}: everything found, for programs ({masks})", file=FINDINGS, masks=masks)

    def _chosen(self) -> tuple[str, ...]:
        return tuple(name for name, box in self.formats.items() if box.isChecked())

    def _files(self) -> list[str]:
        """Names of what would be written."""
        names = [f"report.{name}" for name in self._chosen()]
        if self.affected.isChecked() and not self.affected.isHidden():
            names.append(AFFECTED)
        if self.findings.isChecked():
            names.append(FINDINGS)
        return names

    def _look(self) -> None:
        """What is masked, what would be replaced, whether there is anything to write."""
        found = self._session.state.found
        if found is None:
            return
        masked = desk.masks(found, self._audience())
        self.masks.setText(
            tr("Masked: {masked}.", masked="; ".join(masked))
            if masked
            else tr("Nothing is masked: ids and words stand as they are. For us only.")
        )
        folder, files = Path(self.folder.text().strip()), self._files()
        there = [name for name in files if self.folder.text().strip() and (folder / name).exists()]
        words = tr("Will be replaced: {there}.", there=", ".join(there)) if there else ""
        if not files:
            words = tr("Nothing is chosen to be written.")
        self.note.setText(words)
        self.note.setVisible(bool(words))
        self.write.setEnabled(bool(files) and bool(self.folder.text().strip()))

    def _audience(self) -> Audience:
        return cast("Audience", self.audience.currentData())

    def _choose(self) -> None:
        chosen = QFileDialog.getExistingDirectory(self, tr("Export into"), self.folder.text())
        if chosen:
            self.folder.setText(chosen)

    # --- writing ---------------------------------------------------------------------------------

    def _write(self) -> None:
        found = self._session.state.found
        if found is None:
            return
        folder, formats = Path(self.folder.text().strip()), self._chosen()
        audience = self._audience()
        files = self._files()
        remembered = (*formats, FINDINGS) if FINDINGS in files else formats
        settings.write(
            settings.replace(
                settings.read(), formats=remembered, audience=audience, export_folder=str(folder)
            )
        )

        def work(task: Task) -> tuple[Path, ...]:
            task.tick(0, 1, tr("Writing the report"))
            written = desk.export(found, folder, formats, audience, affected=AFFECTED in files)
            if FINDINGS in files:
                written = (*written, desk.save_findings(found, folder, audience=audience))
            return written

        self.write.setEnabled(False)
        self.note.setText(tr("Writing…"))
        self.note.show()
        self._session.ask(tr("Exporting"), work, self._written, lane="case")

    def _changed(self, before: State, state: State) -> None:
        """A failure is said where it was asked for; the bar below says it as well."""
        if state.trouble is not None and state.trouble is not before.trouble:
            self.note.setText(state.trouble.line())
            self.note.show()
            self.write.setEnabled(True)

    def _written(self, written: tuple[Path, ...]) -> None:
        clear(self._done)
        folder = written[0].parent.absolute()
        self.written = label("\n".join(path.name for path in written), select=True)
        self.written.setAccessibleName(tr("Files written"))
        where = label(str(folder), "soft", wrap=True, select=True)
        show = button(tr("Open folder"), lambda: open_folder(folder))
        copy = button(tr("Copy path"), lambda: QGuiApplication.clipboard().setText(str(folder)))
        close = button(tr("Close"), self.accept, "main")
        parts = column(
            label(tr("Written: %n files", "", len(written)), "title"),
            self.written,
            label(tr("in"), "soft"),
            where,
            1,
            row(show, copy, 1, close),
            gap=8,
        )
        self._done.addLayout(parts)
        self._sheets.setCurrentIndex(1)
        close.setFocus(Qt.FocusReason.OtherFocusReason)


def first_folder(kept: settings.Settings, state: State) -> Path:
    """A folder of the case's own beside the last one that was used."""
    base = Path(kept.export_folder).parent if kept.export_folder else Path.home()
    name = state.path.stem if state.path is not None else "fifthwhy"
    return base / name


def open_folder(folder: Path) -> None:
    """Show the folder in the desktop's own file manager."""
    QDesktopServices.openUrl(QUrl.fromLocalFile(str(folder)))


def show_export(parent: QWidget, session: Session) -> None:
    """Ask and export."""
    dialog = ExportDialog(parent, session)
    dialog.exec()
    dialog.deleteLater()
