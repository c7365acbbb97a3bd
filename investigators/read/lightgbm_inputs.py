"""What a proof-read LightGBM text says about each input: kind, range, categories, missing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from investigators.model import ModelInput
from investigators.read.lightgbm_proof import CATEGORICAL, MISSING_MASK, MISSING_SHIFT, ProofRead
from investigators.trouble import InputTrouble

_NONE, _NAN = 0, 2  # missing types: none seen in training; NaN is missing


@dataclass(slots=True)
class _Known:
    """What infos and splits say about one input."""

    form: str  # "range", "codes" or "none"
    low: float | None = None
    high: float | None = None
    codes: tuple[int, ...] = ()
    split_as: set[str] = field(default_factory=set)
    missing: set[int] = field(default_factory=set)
    thresholds: tuple[float, ...] = ()

    @property
    def category(self) -> bool:
        """Whether LightGBM itself treats it as a category."""
        return self.form == "codes" or "category" in self.split_as

    def may_hold(self, categories: int) -> bool:
        """Whether its codes could be those of a list of so many categories."""
        if self.form == "codes":
            return not self.codes or self.codes[-1] < categories
        if self.form == "none":
            return True
        # an ordered pandas category is trained on as a number, its code
        return (
            self.low is not None
            and self.high is not None
            and self.low >= 0
            and self.high < categories
            and self.low.is_integer()
            and self.high.is_integer()
        )


def inputs_of(proof: ProofRead, name: str) -> tuple[ModelInput, ...]:
    """Build the inputs in model order.

    Raises:
        InputTrouble: infos do not parse, contradict the splits, or the category lists cannot be
            told apart.
    """
    known = [_info(proof, name, place, info) for place, info in enumerate(proof.infos)]
    _splits(proof, name, known)
    lists = proof.pandas_categorical
    if not lists:
        listed = set(proof.categorical or ())
        return tuple(
            _input(proof, place, each, None, category=each.category or place in listed)
            for place, each in enumerate(known)
        )
    owners = _align(proof, name, known, lists)
    return tuple(
        _input(proof, place, each, owners.get(place), category=each.category or place in owners)
        for place, each in enumerate(known)
    )


def _input(
    proof: ProofRead, place: int, known: _Known, categories: list[Any] | None, *, category: bool
) -> ModelInput:
    missing = None
    if _NAN in known.missing:
        missing = True
    elif "number" in known.split_as and known.missing == {_NONE}:
        missing = False
    coded = category and categories is None
    return ModelInput(
        name=proof.names[place],
        kind="category" if category else "numeric",
        low=None if category else known.low,
        high=None if category else known.high,
        categories=known.codes if coded else tuple(categories or ()),
        coded=coded,
        missing_seen=missing,
        used=bool(known.split_as),
        thresholds=known.thresholds,
    )


def _info(proof: ProofRead, name: str, place: int, info: str) -> _Known:
    """Parse one entry of ``feature_infos``: ``none``, ``[low:high]`` or ``code:code:...``."""
    if info == "none":
        return _Known("none")
    try:
        if info.startswith("[") and info.endswith("]"):
            low, high = (float(part) for part in info[1:-1].split(":"))
            if low <= high:
                return _Known("range", low, high)
        elif not info.startswith("["):
            codes = sorted(int(part) for part in info.split(":"))
            return _Known("codes", codes=tuple(code for code in codes if code >= 0))
    except ValueError:
        pass
    raise InputTrouble(
        name,
        f"feature_infos of {proof.names[place]} is {info[:40]!r}",
        place=f"line {proof.infos_line + 1}",
        expected="none, [low:high] or codes joined by ':'",
        mend="save or copy the model file again",
    )


def _splits(proof: ProofRead, name: str, known: list[_Known]) -> None:
    """Add to each input how the trees split on it."""
    splits = proof.splits
    by_category = (splits.decision & CATEGORICAL).astype(np.bool_)
    missing = (splits.decision >> MISSING_SHIFT) & MISSING_MASK
    for place in np.unique(splits.feature):
        each, own = known[place], splits.feature == place
        each.split_as = {"category" if cat else "number" for cat in np.unique(by_category[own])}
        each.missing = {int(kind) for kind in np.unique(missing[own])}
        points = np.unique(splits.threshold[own & ~by_category])
        each.thresholds = tuple(float(point) for point in points)
        if each.split_as == {"category", "number"} or (
            each.form != "none" and ("category" in each.split_as) != (each.form == "codes")
        ):
            raise InputTrouble(
                name,
                f"{proof.names[place]} is split in a way its feature_infos exclude",
                place=f"line {proof.infos_line + 1}",
                expected="numbers split as numbers, categories as categories",
                mend="save or copy the model file again",
            )


def _align(
    proof: ProofRead, name: str, known: list[_Known], lists: list[list[Any]]
) -> dict[int, list[Any]]:
    """Tell which input owns which category list.

    The lists stand in column order.  Training parameters usually name the columns; else every
    order-preserving way that codes and ranges allow is weighed, and all of them must agree on the
    inputs that some split uses.
    """
    named = proof.categorical or ()
    if len(named) == len(lists) and all(
        place < len(known) and known[place].may_hold(len(each))
        for place, each in zip(named, lists, strict=True)
    ):
        return dict(zip(named, lists, strict=True))
    options = _options(known, [len(each) for each in lists])
    split = [place for place, each in enumerate(known) if each.split_as]
    if options is None or any(len(options[place]) != 1 for place in split):
        raise InputTrouble(
            name,
            f"the {len(lists)} category lists cannot be told apart among "
            f"{sum(each.category for each in known)} category inputs",
            place=f"line {proof.pandas_line + 1}",
            expected="one list per category input, in their order",
            mend="save the model again with the training data frame's dtypes",
        )
    found = {}
    for place, each in enumerate(options):
        if len(each) == 1 and (owner := next(iter(each))) is not None:
            found[place] = lists[owner]
        elif len(each) > 1 and known[place].form == "none":
            found[place] = []  # constant in training and never asked: any of several lists
    return found


def _options(known: Sequence[_Known], sizes: Sequence[int]) -> list[set[int | None]] | None:
    """Which lists each input may own over all order-preserving ways; ``None`` when there is none.

    When there are at least as many lists as categories, every category must own one.
    """
    inputs, lists = len(known), len(sizes)
    enough = sum(each.category for each in known) <= lists

    def owns(place: int, each: int) -> bool:
        return known[place].may_hold(sizes[each]) and (enough or known[place].category)

    def free(place: int) -> bool:
        return not (enough and known[place].category)

    before = np.zeros((inputs + 1, lists + 1), dtype=np.bool_)
    after = np.zeros((inputs + 1, lists + 1), dtype=np.bool_)
    before[0, 0] = after[inputs, lists] = True
    for i in range(inputs):
        for j in range(lists + 1):
            taken = j > 0 and before[i, j - 1] and owns(i, j - 1)
            before[i + 1, j] = (before[i, j] and free(i)) or taken
    for i in reversed(range(inputs)):
        for j in range(lists + 1):
            taken = j < lists and after[i + 1, j + 1] and owns(i, j)
            after[i, j] = (after[i + 1, j] and free(i)) or taken
    if not before[inputs, lists]:
        return None
    found: list[set[int | None]] = []
    for i in range(inputs):
        ways: set[int | None] = {
            j for j in range(lists) if before[i, j] and owns(i, j) and after[i + 1, j + 1]
        }
        if free(i) and any(before[i, j] and after[i + 1, j] for j in range(lists + 1)):
            ways.add(None)
        found.append(ways)
    return found
