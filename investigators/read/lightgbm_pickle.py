"""Reads LightGBM inside a pickle or joblib file, with the user's word and in a child process.

A pickle is a program that runs when it is read.  Without trust it is not opened at all; with
trust a child process reads it and hands back the model text, which is then proof-read like any
other.
"""

from __future__ import annotations

import json
import tempfile
from pathlib import Path
from typing import Any

from investigators.child import run_script
from investigators.model import Model, ModelReader
from investigators.read import unpickle
from investigators.read.lightgbm_text import model_from_text
from investigators.task import Task
from investigators.trouble import InputTrouble

_SUFFIXES = (".pkl", ".pickle", ".joblib")
_SECONDS = 180.0
_EXPECTED = f"LightGBM inside: {unpickle.SUPPORTED}"


def _sniff(path: Path, head: bytes) -> bool:
    """Has a suffix of a pickle (and is no model text), or begins like one (protocol 2 to 5)."""
    if head.removeprefix(b"\xef\xbb\xbf").startswith((b"tree\n", b"tree\r\n")):
        return False
    pickled = len(head) > 1 and head[0] == 0x80 and 2 <= head[1] <= 5
    return pickled or path.suffix.lower() in _SUFFIXES


def _open(path: Path, trust: bool, task: Task) -> Model:  # noqa: FBT001 - the reader's signature
    if not path.is_file() or not path.stat().st_size:
        raise InputTrouble(path.name, "the file is missing or empty", expected=_EXPECTED)
    if not trust:
        raise InputTrouble(
            path.name,
            "a pickle is a program that runs when it is read, so it was not opened",
            expected="a LightGBM model text",
            mend="save the model with booster.save_model('model.txt'), or give --trust-model "
            "if you trust whoever made this file",
        )
    with tempfile.TemporaryDirectory(prefix="fifthwhy-") as folder:
        ended = run_script(
            Path(unpickle.__file__),
            (str(path.resolve()), folder),
            b"",
            task,
            seconds=_SECONDS,
            bare=False,
        )
        answer = Path(folder) / "result.json"
        if ended.code != 0 or not answer.is_file():
            raise InputTrouble(path.name, f"reading it {ended.words}", expected=_EXPECTED)
        result = json.loads(answer.read_text(encoding="utf-8"))
        if "error" in result:
            raise InputTrouble(
                path.name,
                result["error"],
                expected=_EXPECTED,
                mend="save the model with booster.save_model('model.txt') where it was trained",
            )
        text = (Path(folder) / "model.txt").read_bytes().decode()
    return model_from_text(text, path.name, task, _notes(result), tuple(result["classes"]))


def _notes(result: dict[str, Any]) -> tuple[str, ...]:
    """Say how the model lay in the file and what would have stood before it."""
    chain = [str(each).rsplit(".", 1)[-1] for each in result["chain"]]
    notes = ["inside the file: " + " > ".join(chain)]
    steps = [f"{name} ({kind})" for name, kind in result["steps"]]
    if steps:
        notes.append(
            f"last step of a Pipeline; {len(steps)} earlier "
            f"{'step changes' if len(steps) == 1 else 'steps change'} the inputs before the model "
            f"sees them: {', '.join(steps)}. Its inputs are what those give, not the raw columns"
        )
    elif "Pipeline" in chain:
        notes.append("last step of a Pipeline whose earlier steps pass the inputs through")
    classes = [str(each) for each in result["classes"]]
    if len(classes) == 2:
        notes.append(f"the score is for class {classes[1]} (against {classes[0]})")
    return tuple(notes)


MODEL_READER = ModelReader(suffixes=_SUFFIXES, name="LightGBM pickle", sniff=_sniff, open=_open)
