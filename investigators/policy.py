"""The documented decision rule: which score gets which decision, by whom it was written down.

A document names bands or cut points, under these keys or inside ``policy`` or ``decision_rule``::

    decisions:                         cuts: [0.2, 0.6]
      - {label: accept, to: 0.2}       labels: [accept, review, refuse]
      - {label: review, from: 0.2}     adverse: [refuse]
    adverse: review

or ``threshold: 0.2`` with ``above`` and ``below``.  ``valid_from`` (a date) may stand beside them.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from math import isfinite
from pathlib import Path
from typing import Any, NoReturn

from investigators import shelf
from investigators.case import Brief, Guess, Place, Rule
from investigators.trouble import InputTrouble

INSIDE = ("policy", "decision_rule", "rule")
KEYS = ("decisions", "cuts", "threshold")
EXPECTED = "decisions with label, from and to; or cuts and labels; or threshold, above and below"


@dataclass(frozen=True, slots=True)
class Policy:
    """Ascending ``cuts`` on the logged score's scale, one label more (lowest band first)."""

    cuts: tuple[float, ...]
    labels: tuple[str, ...]
    adverse: tuple[str, ...] = ()
    valid_from: str = ""

    def over(self, brief: Brief) -> Brief:
        """The brief with the policy's rule, which what was given by hand goes before."""
        one = self.adverse[0] if len(self.adverse) == 1 else None
        return replace(
            brief, cuts=self.cuts, labels=self.labels, threshold=None, above=None, below=None,
            adverse=brief.adverse or one,
        )  # fmt: skip

    def gives_way(self, brief: Brief) -> bool:
        """Whether a cut point was given by hand."""
        return bool(brief.cuts) or brief.threshold is not None

    def told(
        self, rule: Rule, guesses: Sequence[Guess], brief: Brief
    ) -> tuple[Rule, tuple[Guess, ...]]:
        """The rule and what was guessed with it, said to be the policy's where it is."""
        if self.gives_way(brief):
            same = rule.cuts == self.cuts
            words = "as given by hand" if same else "not used: another one was given by hand"
            own = Guess("policy", ", ".join(f"{cut:g}" for cut in self.cuts), words, "given")
            return rule, (*guesses, own)
        adverse = rule.adverse if brief.adverse or not self.adverse else self.adverse
        since = f", in force from {self.valid_from}" if self.valid_from else ""
        said = []
        for each in guesses:
            reason = each.reason.replace("given", f"from the policy file{since}")
            if each.what == "adverse" and adverse == self.adverse:
                said.append(Guess("adverse", ", ".join(adverse), reason, "given"))
            else:
                said.append(replace(each, reason=reason))
        return replace(rule, source="policy", adverse=adverse), tuple(said)


@dataclass(frozen=True, slots=True)
class PolicyReader:
    """One format: ``open(path, display name)`` returns the rule, or raises InputTrouble."""

    suffixes: tuple[str, ...]
    name: str
    open: Callable[[Path, str], Policy]


def policy_of(brief: Brief) -> Policy | None:
    """The documented rule, where one is named.

    Raises:
        InputTrouble: not there, of no known format, or no rule in it.
    """
    places = brief.sources.get("policy", ())
    if not places:
        return None
    return open_policy(places[0], base=brief.base)


def open_policy(place: Place, *, base: str = ".") -> Policy:
    """Open a policy by its file's suffix.

    Raises:
        InputTrouble: as above.
    """
    path = Path(base) / Path(place.path).expanduser()
    if not path.is_file():
        raise InputTrouble(place.name, "there is no such file", expected="a policy")
    readers: tuple[PolicyReader, ...] = shelf.policy_readers()
    for reader in readers:
        if path.name.lower().endswith(reader.suffixes):
            return reader.open(path, place.name)
    known = ", ".join(f"{reader.name} ({' '.join(reader.suffixes)})" for reader in readers)
    raise InputTrouble(place.name, "this format of policy is not read", expected=known)


def rule_of(document: object, name: str) -> Policy:
    """Turn a parsed document into a Policy.

    Raises:
        InputTrouble: no rule in it, bands that leave a gap or overlap, labels that do not fit.
    """
    found = _inside(document)
    if found is None:
        raise InputTrouble(name, "no decision rule is in it", expected=EXPECTED)
    adverse = _texts(found.get("adverse", ()), "adverse", name)
    valid = str(found.get("valid_from") or "")
    if "decisions" in found:
        cuts, labels, marked = _bands(found["decisions"], name)
        adverse = adverse or marked
    elif "cuts" in found:
        cuts = tuple(_number(each, "cuts", name) for each in _list(found["cuts"], "cuts", name))
        labels = _texts(found.get("labels", ()), "labels", name)
    else:
        cuts = (_number(found["threshold"], "threshold", name),)
        labels = _texts([found.get("below"), found.get("above")], "above and below", name)
    if list(cuts) != sorted(set(cuts)) or not cuts:
        _wrong(name, "cuts", "cut points out of order", "rising numbers")
    if len(labels) != len(cuts) + 1 or len(set(labels)) != len(labels):
        _wrong(
            name, "labels", f"{len(cuts)} cut points and {len(labels)} labels",
            f"{len(cuts) + 1} different labels, the one below the first cut first",
        )  # fmt: skip
    unknown = [each for each in adverse if each not in labels]
    if unknown:
        _wrong(name, "adverse", f"{unknown[0]} is none of the labels", f"of {', '.join(labels)}")
    return Policy(cuts, labels, adverse, valid)


def _wrong(name: str, place: str, found: str, expected: str) -> NoReturn:
    raise InputTrouble(name, found, place=place, expected=expected)


def _inside(document: object) -> Mapping[str, Any] | None:
    if not isinstance(document, Mapping):
        return None
    if any(key in document for key in KEYS):
        return document
    for key in INSIDE:
        if (found := _inside(document.get(key))) is not None:
            return found
    return None


def _list(value: object, place: str, name: str) -> list[Any]:
    if not isinstance(value, list | tuple):
        _wrong(name, place, f"{value!r} is no list", "a list")
    return list(value)


def _texts(value: object, place: str, name: str) -> tuple[str, ...]:
    if isinstance(value, str):
        return (value,)
    found = _list(value, place, name)
    if any(each is None or isinstance(each, Mapping | list) for each in found):
        _wrong(name, place, "a label is missing", "texts")
    return tuple(str(each) for each in found)


def _number(value: object, place: str, name: str) -> float:
    if isinstance(value, int | float) and not isinstance(value, bool) and isfinite(value):
        return float(value)
    _wrong(name, place, f"{value!r} is no number", "a number on the logged score's scale")


def _bands(value: object, name: str) -> tuple[tuple[float, ...], tuple[str, ...], tuple[str, ...]]:
    """Bands from the lowest up: each begins where the one before ends."""
    bands: list[tuple[float, float, str, bool]] = []
    for k, each in enumerate(_list(value, "decisions", name)):
        place = f"decisions[{k}]"
        if not isinstance(each, Mapping) or not each.get("label"):
            _wrong(name, place, "a band without a label", "label, from and to")
        ends = [
            infinite if each.get(key) is None else _number(each[key], f"{place}.{key}", name)
            for key, infinite in (("from", float("-inf")), ("to", float("inf")))
        ]
        bands.append((ends[0], ends[1], str(each["label"]), bool(each.get("adverse"))))
    bands.sort()
    for before, after in pairwise(bands):
        if before[1] == float("inf"):  # "to" may be left out where the next band begins
            continue
        if before[1] != after[0]:
            _wrong(
                name, "decisions",
                f"{before[2]} ends at {before[1]:g} and {after[2]} begins at {after[0]:g}",
                "bands that follow each other without gap or overlap",
            )  # fmt: skip
    cuts = tuple(band[0] for band in bands[1:])
    return cuts, tuple(band[2] for band in bands), tuple(band[2] for band in bands if band[3])
