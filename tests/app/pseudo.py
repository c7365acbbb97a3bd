"""A language made for tests: every text of the window bracketed and accented."""

from __future__ import annotations

import re
import subprocess
import sys
import xml.etree.ElementTree as ET
from pathlib import Path

PLACES = re.compile(r"(%n|\{\w*(?::[^}]*)?\})")
ACCENTS = str.maketrans("aeiou", "áéíóú")
BRACKETS = re.compile(r"⟦[^⟦⟧]*(?:⟧|$)")  # what was cut short counts as well


def said(source: str) -> str:
    """A text in the language of tests; its places stay."""
    parts = PLACES.split(source)
    return "⟦" + "".join(p if k % 2 else p.translate(ACCENTS) for k, p in enumerate(parts)) + "⟧"


def make(source: Path, folder: Path) -> Path:
    """Write ``fifthwhy_de.qm`` of that language into a folder, with an English file beside it."""
    tree = ET.parse(source)
    tree.getroot().set("language", "de")
    for message in tree.getroot().iter("message"):
        words = said(message.findtext("source", ""))
        translation = message.find("translation")
        assert translation is not None
        translation.attrib.clear()
        forms = list(translation.iter("numerusform"))
        for form in forms:
            form.text = words
        if not forms:
            translation.text = words
    ts = folder / "fifthwhy_de.ts"
    tree.write(ts, encoding="utf-8", xml_declaration=True)
    for name, file in (("de", ts), ("en", source)):
        tool = Path(sys.executable).with_name("pyside6-lrelease")
        qm = folder / f"fifthwhy_{name}.qm"
        subprocess.run([tool, "-silent", file, "-qm", qm], check=True)
    return folder


def left(text: str) -> str:
    """What of a shown text is in no brackets."""
    while (shorter := BRACKETS.sub("\n", text)) != text:
        text = shorter
    return text.strip()
