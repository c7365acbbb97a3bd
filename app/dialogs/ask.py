"""The smallest dialogs: one line of text, or some words with a reason."""

from __future__ import annotations

from PySide6.QtWidgets import QDialog, QDialogButtonBox, QLineEdit, QPlainTextEdit, QWidget

from app.parts import column, label
from app.theme import theme


class _Ask(QDialog):
    def __init__(
        self, parent: QWidget, title: str, words: str, field: QLineEdit | QPlainTextEdit, ok: str,
        *, needed: bool,
    ) -> None:  # fmt: skip
        super().__init__(parent)
        self.setWindowTitle(title)
        self.setMinimumWidth(theme().px(440))
        self._field = field
        field.setAccessibleName(words)
        buttons = QDialogButtonBox(
            QDialogButtonBox.StandardButton.Ok | QDialogButtonBox.StandardButton.Cancel
        )
        self._ok = buttons.button(QDialogButtonBox.StandardButton.Ok)
        self._ok.setText(ok)
        buttons.accepted.connect(self.accept)
        buttons.rejected.connect(self.reject)
        self._needed = needed
        field.textChanged.connect(self._look)
        self.setLayout(
            column(label(words, wrap=True), field, buttons, margins=(16, 16, 16, 12), gap=10)
        )
        self._look()

    def text(self) -> str:
        """What was typed."""
        if isinstance(self._field, QLineEdit):
            return self._field.text().strip()
        return self._field.toPlainText().strip()

    def _look(self) -> None:
        self._ok.setEnabled(bool(self.text()) or not self._needed)


def line(parent: QWidget, title: str, words: str, text: str = "", ok: str = "Go") -> str:
    """Ask for one line; empty when cancelled."""
    field = QLineEdit(text)
    dialog = _Ask(parent, title, words, field, ok, needed=True)
    done = dialog.exec()
    dialog.deleteLater()
    return dialog.text() if done else ""


def words(parent: QWidget, title: str, prompt: str, text: str = "", ok: str = "Keep") -> str:
    """Ask for some words; empty when cancelled."""
    field = QPlainTextEdit(text)
    field.setTabChangesFocus(True)
    field.setFixedHeight(theme().px(110))
    dialog = _Ask(parent, title, prompt, field, ok, needed=True)
    done = dialog.exec()
    dialog.deleteLater()
    return dialog.text() if done else ""
