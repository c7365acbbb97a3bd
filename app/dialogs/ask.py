"""The smallest dialogs: one line of text, or some words with a reason."""

from __future__ import annotations

from PySide6.QtWidgets import QLineEdit, QPlainTextEdit, QWidget

from app.dialogs.form import Form, words_field
from app.language import tr


class _Ask(Form):
    def __init__(
        self, parent: QWidget, title: str, words: str, field: QLineEdit | QPlainTextEdit, ok: str
    ) -> None:
        super().__init__(parent, title, words, ok, wide=440)
        self._field = field
        field.setAccessibleName(words)
        self.form.addRow(field)
        field.textChanged.connect(self._look)
        self._look()

    def text(self) -> str:
        """What was typed."""
        if isinstance(self._field, QLineEdit):
            return self._field.text().strip()
        return self._field.toPlainText().strip()

    def _look(self) -> None:
        self.ok.setEnabled(bool(self.text()))


def line(parent: QWidget, title: str, words: str, text: str = "", ok: str = "") -> str:
    """Ask for one line; empty when cancelled."""
    field = QLineEdit(text)
    dialog = _Ask(parent, title, words, field, ok or tr("Go"))
    done = dialog.exec()
    dialog.deleteLater()
    return dialog.text() if done else ""


def words(parent: QWidget, title: str, prompt: str, text: str = "", ok: str = "") -> str:
    """Ask for some words; empty when cancelled."""
    field = words_field(text, 110)
    dialog = _Ask(parent, title, prompt, field, ok or tr("Keep"))
    done = dialog.exec()
    dialog.deleteLater()
    return dialog.text() if done else ""
