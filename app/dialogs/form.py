"""The frame that the forms share: a note, fields under each other, the words of Ok, Cancel."""

from __future__ import annotations

from PySide6.QtGui import QKeySequence, QShortcut, QShowEvent
from PySide6.QtWidgets import (
    QDialog,
    QDialogButtonBox,
    QFormLayout,
    QLayout,
    QPlainTextEdit,
    QWidget,
)

from app.parts import column, label
from app.theme import theme


class Form(QDialog):
    """A form with Ok and Cancel; ``below`` stands between the fields and the buttons.

    Heights and widths are those at 100 %.
    """

    def __init__(
        self, parent: QWidget, title: str, note: str, ok: str, *, wide: int = 520,
        below: QWidget | QLayout | None = None,
    ) -> None:  # fmt: skip
        super().__init__(parent)
        self.setWindowTitle(title)
        self.setMinimumWidth(theme().px(wide))
        self.form = QFormLayout()
        self.form.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.ExpandingFieldsGrow)
        self.buttons = QDialogButtonBox(
            QDialogButtonBox.StandardButton.Ok | QDialogButtonBox.StandardButton.Cancel
        )
        self.ok = self.buttons.button(QDialogButtonBox.StandardButton.Ok)
        self.ok.setText(ok)
        self.ok.setToolTip("Ctrl+Return")
        self.ok.setDefault(True)  # also while it cannot be pressed: Enter must not cancel instead
        self.buttons.button(QDialogButtonBox.StandardButton.Cancel).setAutoDefault(False)
        self.buttons.accepted.connect(self.accept)
        self.buttons.rejected.connect(self.reject)
        done = QShortcut(QKeySequence("Ctrl+Return"), self)
        done.activated.connect(self.ok.click)
        self.note = label(note, "soft", wrap=True)
        parts = [self.note, self.form, *([] if below is None else [below]), self.buttons]
        made = column(*parts, margins=(16, 16, 16, 12), gap=10)
        if below is not None:
            made.setStretch(2, 1)  # what there is of height is for it
        self.setLayout(made)

    def showEvent(self, event: QShowEvent) -> None:  # noqa: N802 - Qt's name
        """The first field comes first, though the buttons were made before it (Tab goes round)."""
        super().showEvent(event)
        first = self.form.itemAt(0, QFormLayout.ItemRole.FieldRole)
        if first is not None and (field := first.widget()) is not None:
            field.setFocus()


def words_field(text: str = "", high: int = 96) -> QPlainTextEdit:
    """A field for some lines of words (``high`` at 100 %); Tab leaves it."""
    made = QPlainTextEdit(text)
    made.setTabChangesFocus(True)
    made.setFixedHeight(theme().px(high))
    return made
