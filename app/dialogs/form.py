"""The frame that the forms share: a note, fields under each other, the words of Ok, Cancel."""

from __future__ import annotations

from PySide6.QtGui import QKeySequence, QShortcut, QShowEvent
from PySide6.QtWidgets import (
    QDialog,
    QDialogButtonBox,
    QFormLayout,
    QLayout,
    QLineEdit,
    QPlainTextEdit,
    QWidget,
)

from app.language import tr
from app.parts import button, column, label, row
from app.theme import theme
from app.typed import Left, keep, left_in


class Form(QDialog):
    """A form with Ok and Cancel; ``below`` stands between the fields and the buttons.

    Heights and widths are those at 100 %.  What was typed and left without Ok is there again when
    the form is opened again; ``topic`` tells forms of one kind apart.
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
        self.topic = note
        self._began: tuple[object, ...] | None = None
        drop = button(tr("Drop it"), self._drop, "link")
        drop.setAutoDefault(False)
        words = label(tr("Shown again: what was typed here and not kept."), "small", wrap=True)
        inside = row(words, drop, gap=6)
        inside.setStretch(0, 1)
        self.again = QWidget()
        self.again.setLayout(inside)
        self.again.hide()
        self.finished.connect(self._leave)
        parts = [
            self.note,
            self.again,
            self.form,
            *([] if below is None else [below]),
            self.buttons,
        ]
        made = column(*parts, margins=(16, 16, 16, 12), gap=10)
        if below is not None:
            made.setStretch(3, 1)  # what there is of height is for it
        self.setLayout(made)

    def showEvent(self, event: QShowEvent) -> None:  # noqa: N802 - Qt's name
        """The first field comes first, though the buttons were made before it (Tab goes round)."""
        super().showEvent(event)
        if self._began is None:
            self._began = self.typed()
            self._bring_back()
        first = self.form.itemAt(0, QFormLayout.ItemRole.FieldRole)
        if first is not None and (field := first.widget()) is not None:
            field.setFocus()
        self._grow()

    def _grow(self) -> None:
        """As high as lines that wrap at this width ask for: Qt asks at the width it wished for."""
        layout = self.layout()
        assert layout is not None
        room = self.screen().availableGeometry().height() - 60
        needed = min(layout.totalHeightForWidth(self.width()), room)
        if needed > self.height():
            self.resize(self.width(), needed)

    # --- what was typed --------------------------------------------------------------------------

    def _texts(self) -> list[QLineEdit | QPlainTextEdit]:
        return [*self.findChildren(QLineEdit), *self.findChildren(QPlainTextEdit)]

    def typed(self) -> tuple[object, ...]:
        """What stands in the form, field by field."""
        return tuple(
            each.text() if isinstance(each, QLineEdit) else each.toPlainText()
            for each in self._texts()
        )

    def type_again(self, words: tuple[object, ...]) -> None:
        """Put in what :meth:`typed` gave."""
        for each, text in zip(self._texts(), words, strict=True):
            if isinstance(each, QLineEdit):
                each.setText(str(text))
            else:
                each.setPlainText(str(text))

    def _key(self) -> str:
        return f"{type(self).__name__}|{self.windowTitle()}|{self.topic}"

    def _bring_back(self) -> None:
        """Show what was left here, where the form is still about the same."""
        left = left_in(self._key())
        if left is not None and left.began == self._began:
            self.type_again(left.words)
            self.again.show()

    def _leave(self, code: int) -> None:
        words = self.typed()
        done = code == QDialog.DialogCode.Accepted or self._began is None or words == self._began
        keep(self._key(), None if done or self._began is None else Left(self._began, words))

    def _drop(self) -> None:
        if self._began is not None:
            self.type_again(self._began)
            self.again.hide()


def words_field(text: str = "", high: int = 96) -> QPlainTextEdit:
    """A field for some lines of words (``high`` at 100 %); Tab leaves it."""
    made = QPlainTextEdit(text)
    made.setTabChangesFocus(True)
    made.setFixedHeight(theme().px(high))
    return made
