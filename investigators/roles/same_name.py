"""Which column has a model input's name: equal, written another way, with a prefix, abbreviated."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence

from investigators.case import Confidence
from investigators.roles.words import joined, words_of

Pairs = dict[str, tuple[str, str, Confidence]]
PREFIXES = frozenset(
    ("features", "feature", "feat", "f", "x", "input", "inputs", "inp", "in", "var", "v", "model")
)
SILENT = frozenset(("of", "to", "the", "in", "per", "and", "der", "die", "das", "des", "von", "zu"))
UNITS = frozenset(
    ("s", "ms", "sec", "min", "h", "d", "m", "km", "eur", "usd", "gbp", "pct", "kg", "mm", "cm")
)
NUMBERED = re.compile(r"(column|col|feature|feat|f|x|var|v|input)[ _.\-]?\d+", re.IGNORECASE)
ALIKE = 0.6
MARGIN = 0.1


def is_numbered(names: Iterable[str]) -> bool:
    """Whether all names only count (``Column_0`` ...), so that they say nothing."""
    return all(NUMBERED.fullmatch(name) for name in names)


def pairs_by_name(
    inputs: Sequence[str],
    columns: Sequence[str],
    other_names: Mapping[str, Sequence[str]] | None = None,
    called: str = "name",
) -> Pairs:
    """Pair model inputs with columns by their names; no column twice.

    ``other_names`` replace an input's own name (those of the reference or the dictionary) and
    ``called`` says so in the reason.  Returns input -> (column, reason, confidence).
    """
    names = {each: list((other_names or {each: [each]}).get(each, ())) for each in inputs}
    if other_names is None and is_numbered(inputs):
        # A numbered column is this input only if the whole numbering is there to the letter.
        if not set(inputs) <= set(columns):
            return {}
        return {each: (each, "equal name", "sure") for each in inputs}
    found: Pairs = {}
    forms: tuple[tuple[str, Confidence, object], ...] = (
        (f"equal {called}", "sure", str),
        (f"{called}, written another way", "sure", joined),
        (f"{called}, with a prefix", "likely", _bare),
    )
    for reason, confidence, form in forms:
        _pair_equal(names, columns, found, form, (reason, confidence))
    _pair_alike(names, columns, found, f"{called}, abbreviated")
    return found


def likeness(name: str, column: str) -> float:
    """How alike two names are, 0 to 1: words shared, as wholes, beginnings or consonant stems."""
    first, second = _telling(name), _telling(column)
    if not first or not second:
        return 0.0
    left = list(second)
    shared = 0.0
    for word in first:
        weights = [(_word_likeness(word, other), place) for place, other in enumerate(left)]
        best = max(weights, default=(0.0, 0))
        if best[0] > 0:
            shared += best[0]
            left.pop(best[1])
    # BASKET says all of itself inside basket_value: a subset counts nearly as much as equality.
    dice = 2 * shared / (len(first) + len(second))
    inside = 0.8 * shared / min(len(first), len(second))
    return max(dice, inside)


def _pair_equal(
    names: Mapping[str, Sequence[str]],
    columns: Sequence[str],
    found: Pairs,
    form: object,
    said: tuple[str, Confidence],
) -> None:
    """Pair names whose ``form`` is equal, where that is so for one free column only."""
    assert callable(form)
    taken = {column for column, _, _ in found.values()}
    free: dict[str, list[str]] = {}
    for column in columns:
        if column not in taken:
            free.setdefault(form(column), []).append(column)
    wanted: dict[str, list[str]] = {}
    for each, others in names.items():
        if each not in found:
            for key in {form(other) for other in others}:
                wanted.setdefault(key, []).append(each)
    for key, inputs in wanted.items():
        here = free.get(key, [])
        if key and len(inputs) == 1 and len(here) == 1 and inputs[0] not in found:
            found[inputs[0]] = (here[0], *said)


def _pair_alike(
    names: Mapping[str, Sequence[str]], columns: Sequence[str], found: Pairs, reason: str
) -> None:
    """Pair what is each other's most alike by a margin, until nothing more is found."""
    while True:
        taken = {column for column, _, _ in found.values()}
        free = [column for column in columns if column not in taken]
        open_ = [each for each in names if each not in found]
        score = {
            (each, column): max((likeness(other, column) for other in names[each]), default=0.0)
            for each in open_
            for column in free
        }
        news: Pairs = {}
        for (each, column), alike in score.items():
            rivals = [
                other
                for pair, other in score.items()
                if pair != (each, column) and (pair[0] == each or pair[1] == column)
            ]
            if alike >= ALIKE and alike >= max(rivals, default=0.0) + MARGIN:
                news[each] = (column, reason, "likely")
        if not news:
            return
        found.update(news)


def _bare(name: str) -> str:
    """Return the last dotted part without prefixes such as ``features.``, ``F_``, ``x_``."""
    words = list(words_of(name.rsplit(".", 1)[-1]))
    while len(words) > 1 and words[0] in PREFIXES:
        words.pop(0)
    return "".join(words)


def _telling(name: str) -> list[str]:
    words = [word for word in words_of(name) if word not in SILENT]
    while len(words) > 1 and words[0] in PREFIXES:
        words.pop(0)
    while len(words) > 1 and words[-1] in UNITS:
        words.pop()
    return words


def _word_likeness(first: str, second: str) -> float:
    if first == second:
        return 1.0
    short, long = sorted((first, second), key=len)
    if len(short) < 2 or short[0] != long[0] or not short.isalpha():
        return 0.0
    if long.startswith(short):
        return 0.85 if len(short) >= 3 else 0.6
    letters = iter(long)
    if len(short) >= 3 and all(letter in letters for letter in short):
        return 0.6
    return 0.0
