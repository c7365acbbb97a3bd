"""Proof-reading of a LightGBM model text before any library sees it.

LightGBM aborts the process on some damaged texts and loads others in silence, so everything its
own writer promises is checked here first (format: ``GBDT::SaveModelToString`` and
``Tree::ToString`` of LightGBM, versions v2 to v4).
"""

from __future__ import annotations

import itertools
import json
import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, NoReturn

import numpy as np
from numpy.typing import NDArray

from investigators.task import Task
from investigators.trouble import InputTrouble

VERSIONS = ("v2", "v3", "v4")
CATEGORICAL, MISSING_SHIFT, MISSING_MASK = 1, 2, 3  # bits of decision_type
_HEADER = ("version", "num_class", "num_tree_per_iteration", "max_feature_idx", "objective")
_HEADER_LISTS = ("feature_names", "feature_infos", "tree_sizes")
# name, number kind, length (of inner nodes or leaves), whether prediction needs it
_ARRAYS: tuple[tuple[str, type, str, bool], ...] = (
    ("split_feature", int, "inner", True),
    ("threshold", float, "inner", True),
    ("decision_type", int, "inner", True),
    ("left_child", int, "inner", True),
    ("right_child", int, "inner", True),
    ("internal_count", int, "inner", True),
    ("split_gain", float, "inner", False),
    ("internal_value", float, "inner", False),
    ("internal_weight", float, "inner", False),
    ("leaf_value", float, "leaves", True),
    ("leaf_count", int, "leaves", True),
    ("leaf_weight", float, "leaves", False),
)
_MEND = "save or copy the model file again"


@dataclass(frozen=True)
class Splits:
    """Every split of the model, one entry per inner node, shape (nodes,)."""

    feature: NDArray[np.int64]
    threshold: NDArray[np.float64]
    decision: NDArray[np.int64]


@dataclass(frozen=True)
class ProofRead:
    """What a sound text says.

    ``infos`` are raw ``feature_infos``; ``categorical`` the inputs that the training parameters
    list as categorical (``None``: not listed); ``pandas_categorical`` is ``None`` without the line.
    """

    version: str
    objective: tuple[str, ...]
    objective_line: int
    names: tuple[str, ...]
    infos: tuple[str, ...]
    infos_line: int
    trees: int
    classes: int
    average_output: bool
    linear_tree: bool
    splits: Splits
    categorical: tuple[int, ...] | None
    pandas_categorical: list[list[Any]] | None
    pandas_line: int


class _Reader:
    """The lines of one text and where we are in them."""

    def __init__(self, text: str, name: str) -> None:
        self.name = name
        self.lines = text.split("\n")
        self.at = 0

    def fault(self, found: str, expected: str = "", *, line: int | None = None) -> NoReturn:
        """Refuse the text at a 0-based line (where we are, unless told)."""
        place = f"line {(self.at if line is None else line) + 1}"
        raise InputTrouble(self.name, found, place=place, expected=expected, mend=_MEND)

    def block(self, what: str) -> dict[str, tuple[int, str]]:
        """Read ``key=value`` lines up to an empty one: key -> (line, value)."""
        found: dict[str, tuple[int, str]] = {}
        while self.at < len(self.lines) and self.lines[self.at]:
            key, _, value = self.lines[self.at].partition("=")
            if key in found:
                self.fault(f"{key} is given twice in {what}", "each entry once")
            found[key] = (self.at, value)
            self.at += 1
        if self.at >= len(self.lines):
            self.at = len(self.lines) - 1
            self.fault(f"the text ends inside {what}", "an empty line after it")
        return found

    def skip_empty(self) -> None:
        """Go to the next line with something in it (or the end)."""
        while self.at < len(self.lines) and not self.lines[self.at]:
            self.at += 1

    def numbers(self, entry: tuple[int, str], kind: type, length: int, what: str) -> list[Any]:
        """Parse one array and check its length."""
        line, text = entry
        if not text.isascii() or "_" in text:  # Python would read these as numbers, LightGBM not
            self.fault(f"{what} holds something that is no number", "numbers", line=line)
        try:
            found = [kind(word) for word in text.split()]
        except ValueError as error:
            self.fault(f"{what}: {str(error)[:80]}", "numbers", line=line)
        if "inf" not in text and any(map(math.isinf, found)):
            self.fault(f"{what} holds a number beyond all bounds", "numbers", line=line)
        if len(found) != length:
            self.fault(f"{what} has {len(found)} entries", f"{length}", line=line)
        return found

    def whole(self, block: dict[str, tuple[int, str]], key: str, what: str) -> int:
        """Parse one whole number that must be there."""
        if key not in block:
            self.fault(f"{what} has no {key}", f"{key}=...")
        return int(self.numbers(block[key], int, 1, key)[0])


def proof_read(text: str, name: str, task: Task) -> ProofRead:
    """Check a whole model text (line ends as LightGBM writes them) and return what it says.

    Raises:
        InputTrouble: at the first fault, with its line.
    """
    reader = _Reader(text, name)
    if reader.lines[0] != "tree":
        shown = reader.lines[0][:40]
        reader.fault(f"the first line is {shown!r}", "a LightGBM model text, whose first is 'tree'")
    reader.at = 1
    header = reader.block("the header")
    names, infos = _check_header(reader, header)
    sizes = _tree_sizes(reader, header["tree_sizes"])
    reader.skip_empty()
    _check_offsets(reader, text, sizes)
    trees = [_tree(reader, index, len(names), task) for index in range(len(sizes))]
    if reader.at >= len(reader.lines) or reader.lines[reader.at] != "end of trees":
        reader.at = min(reader.at, len(reader.lines) - 1)
        reader.fault("the trees do not end", f"'end of trees' after {len(sizes)} trees")
    reader.at += 1
    categorical, categories, pandas_line = _tail(reader)
    parts = [tree.splits for tree in trees]
    return ProofRead(
        version=header["version"][1],
        objective=tuple(header["objective"][1].split()),
        objective_line=header["objective"][0],
        names=names,
        infos=infos,
        infos_line=header["feature_infos"][0],
        trees=len(sizes),
        classes=_classes(reader, header, len(sizes)),
        average_output="average_output" in header,
        linear_tree=any(tree.linear for tree in trees),
        splits=Splits(
            np.array([f for p in parts for f in p[0]], dtype=np.int64),
            np.array([t for p in parts for t in p[1]], dtype=np.float64),
            np.array([d for p in parts for d in p[2]], dtype=np.int64),
        ),
        categorical=categorical,
        pandas_categorical=categories,
        pandas_line=pandas_line,
    )


def _check_header(
    reader: _Reader, header: dict[str, tuple[int, str]]
) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Check what every header has; return the inputs' names and infos."""
    for key in _HEADER + _HEADER_LISTS:
        if key == "objective" and key not in header:
            reader.fault("the header names no objective (one of the model's own?)", "objective=...")
        if key not in header:
            reader.fault(f"the header has no {key}", f"{key}=...")
    line, version = header["version"]
    if version not in VERSIONS:
        reader.fault(f"version is {version[:20]!r}", f"one of {', '.join(VERSIONS)}", line=line)
    names = tuple(header["feature_names"][1].split(" "))
    infos = tuple(header["feature_infos"][1].split(" "))
    count = reader.whole(header, "max_feature_idx", "the header") + 1
    for key, entries in (("feature_names", names), ("feature_infos", infos)):
        if len(entries) != count or not all(entries):
            reader.fault(
                f"{key} has {sum(map(bool, entries))} entries",
                f"{count}, as max_feature_idx says",
                line=header[key][0],
            )
    if len(set(names)) != len(names):
        reader.fault("an input's name is there twice", "each once", line=header["feature_names"][0])
    return names, infos


def _classes(reader: _Reader, header: dict[str, tuple[int, str]], trees: int) -> int:
    """How many scores a row has; as many trees make one round."""
    each = reader.whole(header, "num_tree_per_iteration", "the header")
    classes = reader.whole(header, "num_class", "the header")
    line = header["num_tree_per_iteration"][0]
    if classes != each or each < 1:
        reader.fault(f"{each} trees a round for {classes} classes", "as many", line=line)
    if trees % each:
        reader.fault(f"{trees} trees in rounds of {each}", "whole rounds", line=line)
    return each


def _tree_sizes(reader: _Reader, entry: tuple[int, str]) -> list[int]:
    line, text = entry
    sizes: list[int] = reader.numbers(entry, int, len(text.split()), "tree_sizes")
    if not sizes:
        reader.fault("the model has no trees", "at least one size in tree_sizes", line=line)
    if min(sizes) <= 0:
        reader.fault("a size in tree_sizes is not positive", "sizes in bytes", line=line)
    return sizes


def _check_offsets(reader: _Reader, text: str, sizes: list[int]) -> None:
    """Tree k must begin where ``tree_sizes`` (bytes) says: the library jumps there."""
    trees = text[sum(len(line) + 1 for line in reader.lines[: reader.at]) :].encode()
    start = 0
    for index, size in enumerate(sizes):
        if not trees.startswith(b"Tree=%d\n" % index, start):
            line = reader.at + trees[:start].count(b"\n")
            reader.fault(
                f"tree {index} does not begin where tree_sizes says",
                f"'Tree={index}' (the text was cut or edited)",
                line=min(line, len(reader.lines) - 1),
            )
        start += size
    if not trees.startswith(b"end of trees", start):
        line = min(reader.at + trees[:start].count(b"\n"), len(reader.lines) - 1)
        reader.fault(
            f"after {len(sizes)} trees the text goes on otherwise", "'end of trees'", line=line
        )


@dataclass(frozen=True, slots=True)
class _Tree:
    splits: tuple[list[int], list[float], list[int]]
    linear: bool


def _tree(reader: _Reader, index: int, inputs: int, task: Task) -> _Tree:
    """Check one tree's block."""
    task.tick(index, 0, "Proof-reading the model")
    what = f"tree {index}"
    if reader.lines[reader.at] != f"Tree={index}":
        reader.fault(f"{reader.lines[reader.at][:40]!r} stands here", f"'Tree={index}'")
    reader.at += 1
    start = reader.at
    block = reader.block(what)
    reader.skip_empty()
    for line in range(start, start + len(block)):
        if "=" not in reader.lines[line]:
            reader.fault(f"{what} has a line without '='", "key=value", line=line)
    leaves = reader.whole(block, "num_leaves", what)
    if leaves < 1:
        reader.fault(f"{what} has {leaves} leaves", "at least 1", line=block["num_leaves"][0])
    linear = "is_linear" in block and reader.whole(block, "is_linear", what) != 0
    if leaves == 1:
        _array(reader, block, "leaf_value", float, 1)
        return _Tree(([], [], []), linear)
    arrays: dict[str, list[Any]] = {}
    for key, kind, of, needed in _ARRAYS:
        if key not in block:
            if needed:
                reader.fault(f"{what} has no {key}", f"{key}=...", line=start)
            continue
        arrays[key] = _array(reader, block, key, kind, leaves - (of == "inner"))
    _check_children(reader, block, arrays, leaves)
    _check_splits(reader, block, arrays, inputs)
    if linear:
        _check_linear(reader, block, leaves, inputs)
    return _Tree((arrays["split_feature"], arrays["threshold"], arrays["decision_type"]), linear)


def _array(
    reader: _Reader, block: dict[str, tuple[int, str]], key: str, kind: type, length: int
) -> list[Any]:
    if key not in block:
        reader.fault(f"a tree has no {key}", f"{key}=...")
    return reader.numbers(block[key], kind, length, key)


def _check_children(
    reader: _Reader, block: dict[str, tuple[int, str]], arrays: dict[str, list[Any]], leaves: int
) -> None:
    """Every node and leaf hangs at exactly one place and is reached from the root."""
    left, right = arrays["left_child"], arrays["right_child"]
    for key, children in (("left_child", left), ("right_child", right)):
        if min(children) < -leaves or max(children) > leaves - 2:
            reader.fault(f"{key} points outside the tree", "a node or leaf", line=block[key][0])
    reached, waiting = 0, [0]
    seen = bytearray(2 * leaves)
    while waiting:
        node = waiting.pop()
        for child in (left[node], right[node]):
            if child == 0 or seen[child]:  # negative numbers (leaves) index from the end
                line = block["left_child"][0]
                reader.fault("a node or leaf of the tree hangs twice", "a tree", line=line)
            seen[child] = 1
            reached += 1
            if child > 0:
                waiting.append(child)
    if reached != 2 * leaves - 2:
        line = block["left_child"][0]
        reader.fault("a part of the tree hangs nowhere", "one connected tree", line=line)


def _check_splits(
    reader: _Reader, block: dict[str, tuple[int, str]], arrays: dict[str, list[Any]], inputs: int
) -> None:
    """Splits ask inputs that exist; category splits point at category sets that exist."""

    def demand(key: str, sound: Callable[[Any], bool], expected: str) -> None:
        odd = [value for value in arrays[key] if not sound(value)]
        if odd:
            reader.fault(f"{key} holds {odd[0]}", expected, line=block[key][0])

    demand("split_feature", lambda f: 0 <= f < inputs, f"inputs 0 to {inputs - 1}")
    demand("decision_type", lambda d: 0 <= d <= 11, "0 to 11")
    # A split that only parts missing from present values has an infinite threshold.
    demand("threshold", lambda t: not math.isnan(t), "numbers")
    demand("leaf_value", math.isfinite, "finite numbers")
    demand("leaf_count", lambda n: n >= 0, "counts of rows")
    demand("internal_count", lambda n: n >= 0, "counts of rows")
    sets = reader.whole(block, "num_cat", "the tree") if "num_cat" in block else 0
    for threshold, decision in zip(arrays["threshold"], arrays["decision_type"], strict=True):
        if decision & CATEGORICAL and not (threshold.is_integer() and 0 <= threshold < sets):
            reader.fault(
                f"a category split points at set {threshold:g} of {sets}",
                "a set in cat_boundaries",
                line=block["threshold"][0],
            )
    if not sets:
        return
    bounds = _array(reader, block, "cat_boundaries", int, sets + 1)
    line = block["cat_boundaries"][0]
    if bounds[0] != 0 or any(a >= b for a, b in itertools.pairwise(bounds)):
        reader.fault("cat_boundaries do not ascend from 0", "ascending numbers", line=line)
    words = _array(reader, block, "cat_threshold", int, bounds[-1])
    if not all(0 <= word < 2**32 for word in words):
        line = block["cat_threshold"][0]
        reader.fault("cat_threshold holds more than 32 bits", "32-bit sets", line=line)


def _check_linear(
    reader: _Reader, block: dict[str, tuple[int, str]], leaves: int, inputs: int
) -> None:
    """Linear leaves: a constant, and as many coefficients as they name inputs."""
    _array(reader, block, "leaf_const", float, leaves)
    total = sum(_array(reader, block, "num_features", int, leaves))
    named = _array(reader, block, "leaf_features", int, total)
    _array(reader, block, "leaf_coeff", float, total)
    if not all(0 <= each < inputs for each in named):
        line = block["leaf_features"][0]
        reader.fault("leaf_features names no input", f"0 to {inputs - 1}", line=line)


def _tail(reader: _Reader) -> tuple[tuple[int, ...] | None, list[list[Any]] | None, int]:
    """Read what follows the trees: listed categorical inputs, category lists, and their line."""
    lines = reader.lines
    rest = range(reader.at, len(lines))
    begin = next((i for i in rest if lines[i] == "parameters:"), None)
    end = next((i for i in rest if lines[i] == "end of parameters"), None)
    pandas_line = next((i for i in rest if lines[i].startswith("pandas_categorical:")), None)
    reader.at = len(lines) - 1
    if begin is not None and end is None:
        reader.fault("the training parameters do not end", "'end of parameters'")
    # LightGBM itself stops with the line end after its parameters; its Python package goes on with
    # an empty line and the category lists, without which a text of its own is cut.
    if pandas_line is None and (end is None or lines[end + 1 :] != [""]):
        reader.fault("the text is cut off after its trees", "'pandas_categorical:' at the end")
    listed = None
    for i in range(begin or 0, end or 0):
        if lines[i].startswith("[categorical_feature: ") and lines[i].endswith("]"):
            words = lines[i][len("[categorical_feature: ") : -1].split(",")
            if all(word.isdigit() for word in words):
                listed = tuple(sorted({int(word) for word in words}))
    return listed, _pandas_categorical(reader, pandas_line), pandas_line or len(lines) - 1


def _pandas_categorical(reader: _Reader, line: int | None) -> list[list[Any]] | None:
    """Parse the category lists; ``None`` without the line or when it says null."""
    if line is None:
        return None
    try:
        found = json.loads(reader.lines[line].partition(":")[2])
    except json.JSONDecodeError as error:
        reader.fault(f"pandas_categorical is no JSON: {error.msg}", "lists", line=line)
    if found is None:
        return None
    cell = str | int | float | bool
    if not isinstance(found, list) or not all(
        isinstance(each, list) and all(isinstance(value, cell) for value in each) for each in found
    ):
        reader.fault("pandas_categorical is no list of category lists", "lists", line=line)
    return found
