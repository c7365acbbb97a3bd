"""Finds texts in the window's code that are shown and do not go through its translation.

A text counts as shown when it is handed to a call that shows it, or reads like words: two of them
with a space between, or one with a capital letter.  Where a text is a key, a look or a comparison,
or is written into a case, it is not meant.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

# said before there is a window, written into the log, or nothing to read
NOT_WINDOW = {"main.py", "__main__.py", "crash.py", "settings.py", "work.py", "theme.py",
              "language.py"}  # fmt: skip
NAMES = {"Fifth Why", "PNG", "28 May 20:28"}  # the same in every language, or only measured
KINDS_SAID = {"EndingKind"}  # what a function returns when it returns a key that reads like words
KEYS = re.compile(r"(?:(?:Ctrl|Alt|Shift)\+)+\S+|F\d+")
# Constants that hold words: which element of a row, all of them, or a dictionary's values.
TABLES = {
    "SHORT": None, "VERDICTS": None, "KINDS": None, "TITLES": None, "HEADER": None, "MENUS": None,
    "MONTHS": None, "FORMATS": None, "AUDIENCES": None, "STEPS": None, "SOURCES": None,
    "WORDS": None, "ROLE_WORDS": None, "COLUMN_WORDS": None, "LEGS": 1, "LANES": 1, "CHOICES": 0,
}  # fmt: skip
# Calls that show a text: which of their arguments.
SHOWING: dict[str, tuple[int, ...]] = {
    "label": (0,), "button": (0, 3), "elided": (0,), "Card": (2,), "Choice": (0,),
    "setText": (0,), "setToolTip": (0,), "setPlaceholderText": (0,), "setAccessibleName": (0,),
    "setAccessibleDescription": (0,), "setWindowTitle": (0,), "setTitle": (0,), "addTab": (1,),
    "setTabText": (1,), "addRow": (0,), "addItem": (0,), "addItems": (0,), "addMenu": (0,),
    "addAction": (0,), "addButton": (0,), "setHorizontalHeaderLabels": (0,), "QLabel": (0,),
    "QPushButton": (0,), "QCheckBox": (0,), "QRadioButton": (0,), "QAction": (0,),
    "QTableWidgetItem": (0,), "QListWidgetItem": (0,), "Action": (1,), "Entry": (0, 1, 3, 4),
    "Words": (0,), "drawText": (-1,), "text": (1,), "_say": (0, 1),
    "getOpenFileName": (1, 3), "getOpenFileNames": (1, 3), "getSaveFileName": (1, 3),
    "getExistingDirectory": (1,), "line": (1, 2, 4), "words": (1, 2, 4), "ask": (0,),
    "run": (0,), "tick": (2,), "InputTrouble": (1, 2), "Cells": (0, 1),
}  # fmt: skip
SHOWING_NAMED = {"tip", "ok", "why_not", "expected", "mend", "note"}
# Calls whose texts are no words, or are written into the case (a case is in the report's language).
RECORDED = {"say", "speak", "_write", "set_up", "change", "_change", "said"}
NO_WORDS = {
    "getattr", "setProperty", "property", "setObjectName", "startswith", "endswith",
    "removesuffix", "removeprefix", "partition", "rpartition", "split", "rsplit", "replace",
    "strip", "rstrip", "find", "colour", "setStyleSheet", "QKeySequence", "resource", "cast",
    "compile", "findall", "sub", "match", "getLogger", "encode", "decode", "glob", "joinpath",
    "debug", "info", "warning", "error", "exception", "setdefault", "Literal", "TypeVar",
}  # fmt: skip
TWO_WORDS = re.compile(r"[^\W\d_]{2,}[^\w\s]*\s+[^\w\s]*[\w{]|\w[^\w\s]*\s+[^\w\s]*[^\W\d_]{2,}")
A_WORD = re.compile(r"[^\W\d_]{2,}")
CAPITAL = re.compile(r"\W*[A-Z][a-z]{2,}\W*")


def parents(tree: ast.AST) -> dict[ast.AST, ast.AST]:
    """Who holds a node."""
    return {child: node for node in ast.walk(tree) for child in ast.iter_child_nodes(node)}


def called(node: ast.AST) -> str:
    """The last name of what is called."""
    if not isinstance(node, ast.Call):
        return ""
    if isinstance(node.func, ast.Attribute):
        return node.func.attr
    return node.func.id if isinstance(node.func, ast.Name) else ""


def literal(node: ast.expr) -> str | None:
    """The text of a literal, with an X for every place in it."""
    if isinstance(node, ast.Constant):
        return node.value if isinstance(node.value, str) else None
    if isinstance(node, ast.JoinedStr):
        return "".join(
            str(part.value) if isinstance(part, ast.Constant) else "X" for part in node.values
        )
    return None


def is_text(node: ast.expr, up: dict[ast.AST, ast.AST]) -> bool:  # noqa: C901, PLR0911 - one line per rule
    """Whether a literal is a text that must be translated and is not."""
    text = literal(node)
    if text is None or text in NAMES or KEYS.fullmatch(text):
        return False
    if not A_WORD.search(text.replace("X", "")):
        return False
    shown, direct, child, at = False, True, node, up[node]
    while True:
        if isinstance(at, ast.Call):
            role = _role(at, child)
            if role in ("translated", "none"):
                return False
            shown = shown or (direct and role == "shown")
            direct = direct and called(at) in ("join", "format", "str")
        if _no_text(at, child):
            return False
        if isinstance(at, ast.stmt):
            break
        child, at = at, up[at]
    if isinstance(at, ast.Assign | ast.AnnAssign) and (table := _names(at)) & TABLES.keys():
        place = TABLES[next(iter(table & TABLES.keys()))]
        holder = up[node]
        return place is None or (isinstance(holder, ast.Tuple) and holder.elts.index(node) == place)
    if isinstance(at, ast.Assign) and "record" in _names(at):
        return False
    if isinstance(at, ast.Return) and _returned(at, up) in KINDS_SAID:
        return False
    if shown or (isinstance(at, ast.Assign) and at.value is node and "words" in _names(at)):
        return True
    return bool(TWO_WORDS.search(text) or CAPITAL.fullmatch(text.replace("X", "")))


def _names(at: ast.Assign | ast.AnnAssign) -> set[str]:
    targets = at.targets if isinstance(at, ast.Assign) else [at.target]
    return {each.id for each in targets if isinstance(each, ast.Name)}


def _returned(at: ast.AST, up: dict[ast.AST, ast.AST]) -> str:
    """The name of what the function around a statement returns."""
    while not isinstance(at, ast.FunctionDef | ast.Module):
        at = up[at]
    returns = at.returns if isinstance(at, ast.FunctionDef) else None
    return returns.id if isinstance(returns, ast.Name) else ""


def _role(call: ast.Call, child: ast.AST) -> str:  # noqa: PLR0911 - one line per rule
    """What a call does with one of its arguments."""
    name = called(call)
    if name in ("tr", "later"):
        return "translated" if child in call.args[:2] else "argument"
    place = call.args.index(child) if child in call.args else None
    keyword = child.arg if isinstance(child, ast.keyword) else ""
    if name in RECORDED and len(call.args) > 1 and place == 0:
        return "none"
    if name in ("kind", "Action") and place != (0 if name == "kind" else 1) and not keyword:
        return "none" if name == "kind" or place in (0, 2) else "argument"
    if name in NO_WORDS:
        return "argument" if child is call.func else "none"
    if name == "InputTrouble" and place == 0 and not isinstance(child, ast.JoinedStr):
        return "none"
    places = SHOWING.get(name, ())
    if place is not None and (place in places or place - len(call.args) in places):
        return "shown"
    if keyword in SHOWING_NAMED:
        return "shown"
    if name in ("label", "elided", "button", "frame") and place is not None:
        return "none"  # the look
    return "argument"


def _no_text(at: ast.AST, child: ast.AST) -> bool:  # noqa: PLR0911 - one line per rule
    """Whether what stands here is a key, a comparison, a docstring, an annotation."""
    if isinstance(at, ast.Compare | ast.Expr) and not isinstance(child, ast.Call):
        return True
    if isinstance(at, ast.Dict):
        return child in at.keys
    if isinstance(at, ast.Subscript):
        return child is at.slice
    if isinstance(at, ast.IfExp):
        return child is at.test
    if isinstance(at, ast.arg):
        return True
    if isinstance(at, ast.AnnAssign):
        return child is at.annotation
    if isinstance(at, ast.FunctionDef):
        return child is at.returns
    return isinstance(at, ast.FormattedValue) and child is at.format_spec


def texts(tree: ast.AST) -> Iterator[ast.expr]:
    """Literals that are shown and not translated, none inside another."""
    up = parents(tree)

    def walk(node: ast.AST) -> Iterator[ast.expr]:
        if isinstance(node, ast.Constant | ast.JoinedStr) and is_text(node, up):
            yield node
            return
        for child in ast.iter_child_nodes(node):
            if isinstance(node, ast.JoinedStr) and isinstance(child, ast.Constant):
                continue
            yield from walk(child)

    yield from walk(tree)


def windows(root: Path) -> list[Path]:
    """The files of the window."""
    return [path for path in sorted((root / "app").rglob("*.py")) if path.name not in NOT_WINDOW]
