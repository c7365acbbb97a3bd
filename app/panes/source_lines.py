"""The left side of "What is what?": sources, columns of the log by role, settings of the case."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import TYPE_CHECKING, get_args

from PySide6.QtGui import QGuiApplication, QWheelEvent
from PySide6.QtWidgets import (
    QComboBox,
    QFrame,
    QGridLayout,
    QLabel,
    QLineEdit,
    QMenu,
    QPushButton,
    QToolButton,
    QWidget,
)

from app import theme
from app.corrections import (
    COLUMN_WORDS,
    ROLE_WORDS,
    guessed_again,
    with_role,
    with_setting,
    with_source,
)
from app.flow import Flow
from app.language import later, tr
from app.parts import button, clear, column, elided, kind, label, line, row
from investigators.case import Brief, Place, Role
from investigators.sheet import (
    SURE_WORDS,
    MissingLine,
    RoleLine,
    SettingLine,
    Sheet,
    SourceLine,
    Sure,
)
from investigators.trouble import InputTrouble

if TYPE_CHECKING:
    from investigators.sorting import Sorted

Change = Callable[[str, Brief], None]
NONE, AGAIN, OUT = later("– none –"), later("– guess again –"), later("not used")
BESIDE_UP_TO = 110  # per cent of text size up to which a line has room for its why
SHOWN = ("id", "subject", "time", "score", "decision")


class Choice(QComboBox):
    """A list that a turning wheel does not change by accident."""

    def __init__(self, name: str, words: Sequence[str], at: int) -> None:
        super().__init__()
        self.addItems(list(words))
        self.setCurrentIndex(at)
        self.setAccessibleName(name)
        self.setMaxVisibleItems(16)
        self.setMinimumContentsLength(9)  # the longest role, in a wide typeface too
        self.setSizeAdjustPolicy(self.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.setToolTip(tr("Click to change"))
        kind(self, "flat")

    def wheelEvent(self, event: QWheelEvent) -> None:  # noqa: N802 - Qt's name
        """Let the page scroll."""
        event.ignore()


def glyph(sure: Sure) -> QLabel:
    """How sure a line is."""
    made = label(sure, {"✓": "clear", "!": "raises", "?": "soft"}[sure])
    made.setAccessibleName(SURE_WORDS[sure])
    made.setToolTip(SURE_WORDS[sure])
    return made


class Panel(QFrame):
    """A titled panel of lines: glyph, what, which, why."""

    def __init__(self, title: str, change: Change) -> None:
        super().__init__()
        kind(self, "panel")
        self.change = change
        self.brief = Brief()
        self._rows = 0
        self.title = label(title, "bold")
        self.grid = QGridLayout()
        self.grid.setContentsMargins(0, 0, 0, 0)
        self.grid.setHorizontalSpacing(9)
        self.grid.setVerticalSpacing(3)
        self.grid.setColumnStretch(2, 4)
        self.grid.setColumnStretch(3, 6)
        self.after = column(gap=2)
        self.setLayout(column(self.title, self.grid, self.after, margins=(12, 9, 12, 9), gap=6))

    def empty(self) -> None:
        """Take every line out."""
        clear(self.grid)
        clear(self.after)
        self._rows = 0

    def add(self, mark: QLabel, what: QWidget, which: QWidget, why: QWidget) -> None:
        """Add a line; larger text puts the why under the what, so that names stay whole."""
        if self._rows:
            self.grid.addWidget(line(), self._rows, 0, 1, 4)
            self._rows += 1
        at = self._rows
        self.grid.setColumnMinimumWidth(1, theme.theme().px(112))
        self.grid.addWidget(mark, at, 0)
        self.grid.addWidget(what, at, 1)
        if theme.theme().zoom > BESIDE_UP_TO:
            self.grid.addWidget(which, at, 2, 1, 2)
            self.grid.addWidget(why, at + 1, 1, 1, 3)
            self._rows += 2
        else:
            self.grid.addWidget(which, at, 2)
            self.grid.addWidget(why, at, 3)
            self._rows += 1


class SourcesPanel(Panel):
    """Which file is what; what is missing, and what stands in."""

    def __init__(self, change: Change, act: Callable[[str], None]) -> None:
        super().__init__(tr("Sources"), change)
        self._act = act

    def show_lines(
        self, brief: Brief, sources: Sequence[SourceLine], missing: Sequence[MissingLine],
        sorted_: Sequence[Sorted], hashes: dict[Place, str], trouble: InputTrouble | None = None,
    ) -> None:  # fmt: skip
        """Show the sources of a brief; ``trouble`` is why they were not opened."""
        self.empty()
        self.brief = brief
        reasons = {each.place.name: each for each in sorted_}
        roles = get_args(Role)
        for source in sorted(sources, key=lambda each: roles.index(each.role)):
            found = reasons.get(source.place.name)
            words = source.words or (found.reason if found else "")
            mark: Sure = "✓"
            if trouble is not None and trouble.file == source.place.name:
                mark, words = "!", trouble.found
            self._source(mark, source.role, source.place, words, hashes.get(source.place, ""))
        named = {p.name for places in brief.sources.values() for p in places}
        for each in sorted_:
            if each.place.name not in named:
                self._source("!", None, each.place, each.reason, "")
        for gap in missing:
            self._missing(gap)

    def _source(self, mark: Sure, role: Role | None, place: Place, words: str, sha256: str) -> None:
        roles = get_args(Role)
        choice = Choice(
            tr("role of {name}", name=place.name),
            [*(tr(ROLE_WORDS[r]) for r in roles), tr(OUT)],
            roles.index(role) if role else len(roles),
        )
        choice.setObjectName(f"source {place.name}")
        choice.activated.connect(partial(self._moved, place, role))
        name = elided(place.name, "bold")
        name.setToolTip(
            f"{place.path}\n"
            + (tr("SHA-256 {sha256}", sha256=sha256) if sha256 else tr("not hashed yet"))
        )
        self.add(glyph(mark), choice, name, label(words, "small", wrap=True))

    def _moved(self, place: Place, before: Role | None, at: int) -> None:
        roles = get_args(Role)
        role: Role | None = roles[at] if at < len(roles) else None
        if role != before:
            record = f"{place.name} is {ROLE_WORDS[role] if role else OUT}"
            self.change(record, with_source(self.brief, place, role))

    def _missing(self, gap: MissingLine) -> None:
        words = label(f"{gap.words} ·", "small", wrap=True)
        ways = Flow(2)
        if gap.questions:
            ways.addWidget(button(tr("answer them"), lambda: self._act("questions"), "link"))
        if gap.ask:
            copy = partial(self._copy, gap.ask)
            ways.addWidget(button(tr("text to send"), copy, "link", gap.ask))
        whole = gap.role == "model"  # without it most of what this program does is not there
        add = button(tr("Add the model…"), self._add) if whole else (
            button(tr("add a file…"), self._add, "link")
        )  # fmt: skip
        add.setObjectName(f"add {gap.role}")
        which: QWidget = label(tr("none"), "bold")
        if whole:
            which = add
        else:
            ways.addWidget(add)
        holder = QWidget()
        holder.setLayout(column(words, ways, gap=0))
        for link in (add, *holder.findChildren(QPushButton)):
            link.setAccessibleName(f"{tr(ROLE_WORDS[gap.role])}: {link.text()}")
        mark = glyph("!" if whole else "?")
        self.add(mark, label(tr(ROLE_WORDS[gap.role]), "soft"), which, holder)

    def _add(self) -> None:
        self._act("add_file")

    def _copy(self, text: str) -> None:
        QGuiApplication.clipboard().setText(text)
        clear(self.after)
        self.after.addWidget(
            label(tr("Copied: {text}", text=text), "small", wrap=True, select=True)
        )


class ColumnsPanel(Panel):
    """Which column of the log plays which role."""

    def __init__(self, change: Change) -> None:
        super().__init__(tr("Columns of the log"), change)
        self._all = False
        self._sheet = Sheet()

    def show_lines(self, brief: Brief, sheet: Sheet) -> None:
        """Show the roles of a sheet."""
        self.empty()
        self.brief, self._sheet = brief, sheet
        self.setVisible(bool(sheet.roles))
        hidden = []
        for each in sheet.roles:
            if each.columns or each.role in SHOWN or self._all:
                self._role(each)
            else:
                hidden.append(tr(COLUMN_WORDS[each.role]))
        if hidden:
            more = button(
                tr("%n more roles…", "", len(hidden)), self._more, "link", ", ".join(hidden)
            )
            more.setAccessibleDescription(", ".join(hidden))
            holder = row(more, label(", ".join(hidden), "faint", wrap=True), gap=4)
            holder.setStretch(1, 1)
            self.after.addLayout(holder)

    def _more(self) -> None:
        self._all = True
        self.show_lines(self.brief, self._sheet)

    def _role(self, each: RoleLine) -> None:
        words = tr(COLUMN_WORDS[each.role])
        which: QWidget = self._several(each) if each.several else self._one(each)
        which.setObjectName(f"role {each.role}")
        given = f"log.{each.role}" in self.brief.columns
        by = tr(" · set by you") if given and not each.columns else ""
        why = label(f"{each.reason}{by}", "small", wrap=True)
        self.add(glyph(each.sure), label(words, "soft"), which, why)

    def _one(self, each: RoleLine) -> QWidget:
        names = [tr(NONE), tr(AGAIN), *self._sheet.columns]
        at = names.index(each.columns[0]) if each.columns and each.columns[0] in names else 0
        choice = Choice(
            tr("column for {column_words}", column_words=tr(COLUMN_WORDS[each.role])), names, at
        )
        choice.activated.connect(partial(self._chosen, each, names))
        return choice

    def _chosen(self, each: RoleLine, names: list[str], at: int) -> None:
        role = each.role
        if at == 1:
            self.change(f"Guess the {COLUMN_WORDS[role]} again", guessed_again(self.brief, role))
        elif at == 0 and each.columns:
            record = f"No column is the {COLUMN_WORDS[role]}"
            self.change(record, with_role(self.brief, role, ()))
        elif at > 1 and (names[at],) != each.columns:
            brief = with_role(self.brief, role, (names[at],))
            self.change(f"{names[at]} is the {COLUMN_WORDS[role]}", brief)

    def _several(self, each: RoleLine) -> QWidget:
        made = QToolButton()
        words = tr(COLUMN_WORDS[each.role])
        said = ", ".join(each.columns) or tr("none")
        made.setText(",\n".join(each.columns) or tr("none"))
        made.setToolTip(said)
        made.setAccessibleName(tr("columns for {words}: {said}", words=words, said=said))
        made.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        policy = made.sizePolicy()
        policy.setHorizontalPolicy(policy.Policy.Ignored)
        made.setSizePolicy(policy)
        kind(made, "flat")
        menu = QMenu(made)
        for name in self._sheet.columns:
            action = menu.addAction(name)
            action.setCheckable(True)
            action.setChecked(name in each.columns)
            action.triggered.connect(partial(self._toggled, each, name))
        made.setMenu(menu)
        return made

    def _toggled(self, each: RoleLine, name: str, _checked: bool = False) -> None:  # noqa: FBT001, FBT002 - Qt's signal
        if name in each.columns:
            kept = tuple(c for c in each.columns if c != name)
            record = f"{name} is not among the {COLUMN_WORDS[each.role]}"
        else:
            kept = tuple(c for c in self._sheet.columns if c in each.columns or c == name)
            record = f"{name} is among the {COLUMN_WORDS[each.role]}"
        self.change(record, with_role(self.brief, each.role, kept))


class SettingsPanel(Panel):
    """Rule, labels, zone, dates, component, scale of the score."""

    def __init__(self, change: Change, trouble: Callable[[InputTrouble], None]) -> None:
        super().__init__(tr("Rule, times and scale"), change)
        self._trouble = trouble

    def show_lines(self, brief: Brief, settings: Sequence[SettingLine], scale: str) -> None:
        """Show the settings of a sheet."""
        self.empty()
        self.brief = brief
        self.setVisible(bool(settings))
        if scale:
            value, _, reason = scale.partition(": ")
            self.add(glyph("✓" if value != "unknown" else "!"), label(tr("score scale"), "soft"),
                     label(value, "bold"), label(reason, "small", wrap=True))  # fmt: skip
        for each in settings:
            editor: QWidget = self._list(each) if each.choices else self._line(each)
            editor.setObjectName(f"setting {each.key}")
            why = label(each.reason, "small", wrap=True)
            self.add(glyph(each.sure), label(each.words, "soft"), editor, why)

    def _line(self, each: SettingLine) -> QWidget:
        field = QLineEdit(each.value)
        field.setAccessibleName(each.words)
        field.setPlaceholderText(tr("not known"))
        kind(field, "flat")
        field.editingFinished.connect(lambda: self._said(each, field.text()))
        return field

    def _list(self, each: SettingLine) -> QWidget:
        names = list(dict.fromkeys([each.value or "", *each.choices]))
        choice = Choice(each.words, names, 0)
        choice.setEditable(True)
        field = choice.lineEdit()
        assert field is not None
        field.setPlaceholderText(tr("not known"))
        field.setAccessibleName(each.words)
        choice.activated.connect(lambda _n: self._said(each, choice.currentText()))
        field.editingFinished.connect(lambda: self._said(each, choice.currentText()))
        return choice

    def _said(self, each: SettingLine, text: str) -> None:
        if text.strip() == each.value:
            return
        try:
            brief = with_setting(self.brief, each.key, text)
        except InputTrouble as error:
            self._trouble(error)
            return
        self.change(f"{each.words.capitalize()}: {text.strip() or 'as guessed'}", brief)


def bare(brief: Brief) -> tuple[SourceLine, ...]:
    """The sources of a brief that could not be opened."""
    return tuple(
        SourceLine(role, place, "") for role, places in brief.sources.items() for place in places
    )
