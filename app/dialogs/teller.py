"""Who told it: the fields that an interview and a walkthrough share."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import cast

from PySide6.QtWidgets import QComboBox, QGridLayout, QLineEdit, QWidget

from app.dialogs.picture import ABOUT
from app.language import spoken, tr
from app.parts import column, label
from investigators.pictures import About
from investigators.testimony import TOLD_GRADES, Teller, ToldGrade


@dataclass(frozen=True)
class Offered:
    """What a link can be put in from: the picked decision, the components."""

    decision: str = ""
    components: tuple[str, ...] = ()


class TellerFields(QWidget):
    """Whom, role, when, whose view, grade, and what it is about."""

    def __init__(self, teller: Teller, offered: Offered) -> None:
        super().__init__()
        self._offered = offered
        self.whom, self.role = QLineEdit(teller.whom), QLineEdit(teller.role)
        self.when, self.whose = QLineEdit(teller.when), QLineEdit(teller.whose_view)
        self.whom.setToolTip(tr("Reports for readers outside leave the name out"))
        self.whose.setToolTip(tr("Whose view it gives, where it is not the person’s own"))
        self.whom.setPlaceholderText(tr("a name"))
        self.role.setPlaceholderText(tr("such as: support"))
        self.when.setPlaceholderText(tr("day and time"))
        self.whose.setPlaceholderText(tr("such as: the customer"))
        self.grade = QComboBox()
        for grade, words in TOLD_GRADES.items():
            self.grade.addItem(f"{grade}: {words}", grade)
        self.grade.setCurrentIndex(self.grade.findData(teller.grade))
        self.about, self.link = QComboBox(), QComboBox()
        for name, words in spoken(ABOUT).items():
            self.about.addItem(words, name)
        self.about.setCurrentIndex(self.about.findData(teller.about))
        self.about.activated.connect(lambda _k: self._offer())
        self.link.setEditable(True)
        self._show_link(teller.link)
        for each in (self.grade, self.about):
            each.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToContents)
        self.link.setMinimumContentsLength(10)
        self.link.setSizeAdjustPolicy(
            QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon
        )
        self._lay_out()
        self.link.setEnabled(bool(teller.about))

    def _lay_out(self) -> None:
        """Two lines: four of one width, then what is chosen in its own width, and the link."""
        told = (
            (tr("Whom"), self.whom), (tr("Role"), self.role),
            (tr("When"), self.when), (tr("Whose view"), self.whose),
        )  # fmt: skip
        linked = (
            (tr("Grade"), self.grade), (tr("Linked to"), self.about), (tr("Id or name"), self.link)
        )  # fmt: skip
        self.setLayout(column(_line(told, (1, 1, 1, 1)), _line(linked, (0, 0, 1)), gap=6))

    def _offer(self) -> None:
        """Another kind of link: what is known of it is offered, and put in."""
        about = self.about.currentData()
        known = {"decision": (self._offered.decision,), "component": self._offered.components}
        names = [name for name in known.get(about, ()) if name]
        self.link.clear()
        self.link.addItems(names)
        self._show_link(names[0] if names else "")
        self.link.setEnabled(bool(about))

    def _show_link(self, words: str) -> None:
        """Put in an id or a name, from its first letter on; the tip has all of it."""
        self.link.setEditText(words)
        self.link.setToolTip(words)
        field = self.link.lineEdit()
        if field is not None:
            field.setCursorPosition(0)

    def put(self, teller: Teller) -> None:
        """Show another."""
        for field, words in (
            (self.whom, teller.whom), (self.role, teller.role), (self.when, teller.when),
            (self.whose, teller.whose_view),
        ):  # fmt: skip
            field.setText(words)
        self.grade.setCurrentIndex(self.grade.findData(teller.grade))
        self.about.setCurrentIndex(self.about.findData(teller.about))
        self.link.setEnabled(bool(teller.about))
        self._show_link(teller.link)

    def given(self) -> Teller:
        """What stands there."""
        about = cast("About", self.about.currentData())
        link = self.link.currentText().strip()
        return Teller(
            self.whom.text().strip(),
            self.role.text().strip(),
            self.when.text().strip(),
            self.whose.text().strip(),
            cast("ToldGrade", self.grade.currentData()),
            about if link else "",
            link if about else "",
        )


def _line(fields: Sequence[tuple[str, QWidget]], shares: Sequence[int]) -> QWidget:
    """Fields beside each other under their names; ``shares`` of what room is left."""
    grid = QGridLayout()
    grid.setContentsMargins(0, 0, 0, 0)
    for place, ((words, field), share) in enumerate(zip(fields, shares, strict=True)):
        field.setAccessibleName(words)
        grid.addWidget(label(words), 0, place)
        grid.addWidget(field, 1, place)
        grid.setColumnStretch(place, share)
    made = QWidget()
    made.setLayout(grid)
    return made
