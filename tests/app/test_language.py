"""Every text of the window goes through Qt's translation; the files that hold them are whole."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
import xml.etree.ElementTree as ET
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication

from app.language import later, speak, spoken, tr
from app.records import RECORDS, shown
from tests.app import pseudo, texts

PLACES = re.compile(r"%n|\{\w*(?::[^}]*)?\}")
MARKED = ("tr", "later")


@pytest.fixture
def english(qapp: QApplication) -> Iterator[QApplication]:
    speak(qapp, "en")
    yield qapp
    speak(qapp, "en")


@pytest.fixture(scope="module")
def german(root: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    source = root / "resources" / "i18n" / "fifthwhy_en.ts"
    return pseudo.make(source, tmp_path_factory.mktemp("i18n"))


def tool(name: str) -> str:
    """A tool of PySide6 beside the Python in use."""
    return str(Path(sys.executable).with_name(f"pyside6-{name}"))


def messages(ts: Path) -> list[ET.Element]:
    return list(ET.parse(ts).getroot().iter("message"))


def release(ts: Path, qm: Path) -> None:
    subprocess.run([tool("lrelease"), "-silent", ts, "-qm", qm], check=True)


# --- the code ------------------------------------------------------------------------------------


def test_no_text_is_shown_without_translation(root: Path) -> None:
    bare = [
        f"{path.relative_to(root)}:{node.lineno}: {texts.literal(node)}"
        for path in texts.windows(root)
        for node in texts.texts(ast.parse(path.read_text(encoding="utf-8")))
    ]
    assert not bare, "hand these to tr(...):\n" + "\n".join(bare)


def test_a_bare_text_is_noticed() -> None:
    source = """
label("Bare words", "soft")
button(tr("Fine"), do, tip=f"{n} bare tips")
kind(QLabel("bare"), "look")
if state == "cannot tell": say = "Not said by anybody."
session.say("a record", board)
HEADER = ("one", later("two"))
"""
    found = [texts.literal(node) for node in texts.texts(ast.parse(source))]
    assert found == ["Bare words", "X bare tips", "bare", "Not said by anybody.", "one"]


def test_every_marked_text_can_be_collected(root: Path) -> None:
    """lupdate reads literals, and none between the braces of an f-string."""
    wrong = []
    for path in texts.windows(root):
        tree = ast.parse(path.read_text(encoding="utf-8"))
        up = texts.parents(tree)
        for node in ast.walk(tree):
            if texts.called(node) not in MARKED or not isinstance(node, ast.Call):
                continue
            first, at = node.args[0], node
            while not isinstance(at, ast.stmt) and not isinstance(at, ast.FormattedValue):
                at = up[at]
            said = isinstance(first, ast.Constant)
            if isinstance(first, ast.JoinedStr) or (said and isinstance(at, ast.FormattedValue)):
                wrong.append(f"{path.relative_to(root)}:{node.lineno}")
    assert not wrong, wrong


def test_what_is_written_into_a_case_can_be_shown(root: Path) -> None:
    known = {PLACES.sub("X", words) for words in RECORDS} | {"X: X", None}  # a setting: as typed
    unknown = [
        f"{path.name}: {texts.literal(each)}"
        for path in texts.windows(root)
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        for each in _records(node)
        if texts.literal(each) not in known
    ]
    assert not unknown, f"name these in app/records.py: {unknown}"


def _records(node: ast.AST) -> list[ast.expr]:
    if isinstance(node, ast.Assign) and "record" in {getattr(t, "id", "") for t in node.targets}:
        return _branches(node.value)
    if isinstance(node, ast.Call) and texts.called(node) in texts.RECORDED and len(node.args) > 1:
        return _branches(node.args[0])
    return []


def _branches(node: ast.expr) -> list[ast.expr]:
    return [node.body, node.orelse] if isinstance(node, ast.IfExp) else [node]


# --- the files -----------------------------------------------------------------------------------


def test_the_files_hold_the_texts_of_the_code(root: Path, tmp_path: Path) -> None:
    kept = root / "resources" / "i18n" / "fifthwhy_en.ts"
    ts, qm = tmp_path / kept.name, tmp_path / "fifthwhy_en.qm"
    ts.write_bytes(kept.read_bytes())
    files = [str(path) for path in sorted((root / "app").rglob("*.py"))]
    options = ["-silent", "-no-obsolete", "-locations", "none", "-sort-messages"]
    alias = ["-tr-function-alias", "QT_TR_NOOP+=later"]
    subprocess.run([tool("lupdate"), *options, *alias, *files, "-ts", ts], check=True)
    assert ts.read_text("utf-8") == kept.read_text("utf-8"), "run: make translations"
    release(ts, qm)
    assert qm.read_bytes() == kept.with_suffix(".qm").read_bytes(), "run: make translations"


def test_every_count_has_its_english_forms(root: Path) -> None:
    for each in messages(root / "resources" / "i18n" / "fifthwhy_en.ts"):
        source = each.findtext("source", "")
        assert ("%n" in source) == (each.get("numerus") == "yes"), source
        for form in each.iter("numerusform"):
            assert sorted(PLACES.findall(form.text or "")) == sorted(PLACES.findall(source)), source


# --- saying it -----------------------------------------------------------------------------------


def test_counts_are_said_in_english(english: QApplication) -> None:
    assert english is not None
    assert [tr("%n rows", "", n) for n in (0, 1, 2, 12_345)] == [
        "0 rows", "1 row", "2 rows", "12,345 rows",
    ]  # fmt: skip


def test_places_take_what_they_are_given_as_it_is() -> None:
    assert tr("since {when}", when="{odd} %n") == "since {odd} %n"
    assert tr("a text that nobody translates {x}") == "a text that nobody translates {x}"


def test_a_constant_is_translated_where_it_is_used(english: QApplication, german: Path) -> None:
    table = {"close": (later("Close"), "Close", 3)}
    assert spoken(table) == table
    assert speak(english, "de", german) == "de"
    assert spoken(table) == {"close": ("⟦Clósé⟧", "Close", 3)}


def test_words_of_a_case_are_shown_in_the_readers_language(
    english: QApplication, german: Path
) -> None:
    assert shown("Pick {odd} O-1") == "Pick {odd} O-1"
    speak(english, "de", german)
    assert shown("Pick O-1") == "⟦Píck O-1⟧"
    assert shown("written by another version") == "written by another version"


def test_the_language_is_a_wish_or_the_desktops(
    english: QApplication, german: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert speak(english, "de_AT", german) == "de"
    assert speak(english, "fr", german).startswith("en"), "there is no French"
    assert QApplication.translate("QPlatformTheme", "Cancel") == "Cancel"
    monkeypatch.setenv("FIFTHWHY_LANG", "de")
    assert speak(english, "en", german) == "de", "the environment comes first"
    assert QApplication.translate("QPlatformTheme", "Cancel") == "Abbrechen", "Qt's own words"
