"""The decision rule in force: cut points on the logged score and which labels hurt."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from investigators.case import Brief, Confidence, Guess, Rule
from investigators.roles.precision import Floats
from investigators.roles.words import TRUE_WORDS, is_adverse, is_positive, plain, words_of
from investigators.trouble import InputTrouble

MOST_LABELS = 6
# Below this share of explained rows, or of any label's own rows, the labels do not follow the
# score; a rule changed halfway or an override stays visible as exceptions.
EXPLAINED = 0.95
EXPLAINED_PER_LABEL = 0.8
RARE_LABEL = 0.02
FLAG_WORDS = frozenset({"flag", "flg", "indicator", "ind", "kz", "kennzeichen"})
FEWEST_ROWS = 8
TWO = 2
OPPOSITE = {
    "0": "1",
    "0.0": "1.0",
    "false": "true",
    "f": "t",
    "no": "yes",
    "n": "y",
    "nein": "ja",
    "falsch": "wahr",
}


@dataclass(frozen=True, slots=True)
class Cut:
    """One inferred cut: ``value`` inside ``interval`` (largest score below, smallest above)."""

    value: float
    interval: tuple[float, float]


def decision_rule(
    scores: Floats,
    labels: Sequence[str | None],
    brief: Brief,
    *,
    decimals: int | None = None,
    column: str = "",
) -> tuple[Rule, tuple[Guess, ...]]:
    """Return the rule in force and the guesses behind it ("threshold", "adverse").

    Args:
        scores: logged scores, shape (n,), NaN where missing; on the log's own scale.
        labels: logged decision labels, length n; empty or all ``None`` without a decision column.
        brief: what was given.
        decimals: the log's own rounding of the score, which widens the interval of a cut.
        column: name of the decision column ("approved" and "blocked" say what a 1 means).

    Raises:
        InputTrouble: when given cuts and labels do not fit each other.
    """
    names, codes, own = _coded(scores, labels)
    counts = {name: int(np.count_nonzero(codes == k)) for k, name in enumerate(names)}
    if brief.threshold is not None or brief.cuts:
        return _given(own, codes, names, counts, brief, column)
    if not names:
        nothing = Guess("threshold", "", "no decision labels and no threshold given", "weak")
        return Rule((), (), (), "none", rows_total=0), (nothing,)
    adverse, said = adverse_labels(counts, brief, column)
    inferred = _inferred(own, codes, names, decimals)
    total = int(own.size)
    if inferred is None:
        reason = f"the {len(names):,} labels do not follow the score on {total:,} rows"
        rule = Rule((), tuple(names), adverse, "none", rows_total=total)
        return rule, (Guess("threshold", "", reason, "weak"), said)
    cuts, order, explained = inferred
    interval = cuts[0].interval if len(cuts) == 1 else None
    values = tuple(cut.value for cut in cuts)
    rule = Rule(values, order, adverse, "inferred", interval, explained, total)
    return rule, (_threshold_guess(rule), said)


def adverse_labels(
    counts: Mapping[str, int], brief: Brief, column: str = ""
) -> tuple[tuple[str, ...], Guess]:
    """Return which labels hurt the person, and why: given, by their words, else the rarest.

    ``counts`` are rows per label; ``column`` is the decision column's name.
    """
    if brief.adverse is not None:
        return (brief.adverse,), Guess("adverse", brief.adverse, "given", "given")
    said = {label: is_adverse(label) for label in counts}
    bad = tuple(label for label in counts if said[label])
    if bad:
        return bad, Guess("adverse", ", ".join(bad), "by the word", "likely")
    good = [label for label in counts if said[label] is False]
    rest = tuple(label for label in counts if said[label] is None)
    if good and rest:
        reason = f"the other label is {', '.join(good)}"
        return rest, Guess("adverse", ", ".join(rest), reason, "likely")
    by_column = _by_column(counts, column)
    if by_column is not None:
        return by_column
    if len(counts) < 2 or good:
        reason = "no label says that it hurts the person"
        return (), Guess("adverse", "", reason, "weak")
    rarest = min(counts, key=lambda label: (counts[label], label))
    reason = f"no label's word says it; {rarest} is the rarer one ({counts[rarest]:,} rows)"
    return (rarest,), Guess("adverse", rarest, reason, "weak")


def positive_outcome(
    counts: Mapping[str, int], brief: Brief, column: str = "", before: str = ""
) -> Guess:
    """Return the outcome value that the score predicts (Guess "positive"; value as text).

    ``counts`` are rows per outcome value as text, missing ones left out; ``before`` is the positive
    value of another source of the case.  The value is written as this source writes it; where none
    of its rows is positive (yet), it is one that no row has.
    """
    if brief.positive is not None:
        return Guess("positive", written_as(brief.positive, counts), "given", "given")
    found = _positive_of(counts, column)
    told = written_as(before, counts)
    if before and found.confidence == "weak" and (told in counts or len(counts) < TWO):
        return Guess("positive", told, "as in the other source with outcomes", "likely")
    return found


def written_as(value: str, counts: Mapping[str, int]) -> str:
    """The value as one of these writes it: 1 may be 1.0, True may be true; else as it is."""
    if value in counts:
        return value
    return next((each for each in counts if same_value(value, each)), value)


def same_value(one: str, other: str) -> bool:
    """Whether two texts are the same number, or the same word in another case."""
    try:
        return float(one) == float(other)
    except ValueError:
        return one.strip().casefold() == other.strip().casefold()


def _positive_of(counts: Mapping[str, int], column: str) -> Guess:
    """The positive value by what these rows say alone."""
    said = {value: is_positive(value) for value in counts}
    yes = [value for value in counts if said[value]]
    if len(yes) == 1:
        one = plain(yes[0]) in TRUE_WORDS
        reason = f"{yes[0]} in {column or 'the outcome'}" if one else "by the word"
        return Guess("positive", yes[0], reason, "sure" if one else "likely")
    no = [value for value in counts if said[value] is False]
    rest = [value for value in counts if said[value] is None]
    if len(no) == 1 and len(rest) == 1 and not yes:
        return Guess("positive", rest[0], f"the other value is {no[0]}", "likely")
    if not counts:
        return Guess("positive", "", "no outcomes are known", "weak")
    if len(no) == len(counts) == 1:
        other = OPPOSITE.get(plain(no[0]).strip(), f"not {no[0]}")
        return Guess("positive", other, f"no row is positive yet: all are {no[0]}", "weak")
    rarest = min(counts, key=lambda value: (counts[value], value))
    reason = f"no value's word says it; {rarest} is the rarest ({counts[rarest]:,} rows)"
    return Guess("positive", rarest, reason, "weak")


def predicted(rule: Rule, scores: Floats) -> NDArray[np.int64]:
    """Index into ``rule.labels`` per score (a score at a cut gets the label above); -1: missing."""
    place = np.searchsorted(np.asarray(rule.cuts, dtype=np.float64), scores, side="right")
    return np.where(np.isnan(scores), -1, place).astype(np.int64)


def _by_column(counts: Mapping[str, int], column: str) -> tuple[tuple[str, ...], Guess] | None:
    # In "accepted_flag" the last word says what the column is, not what was decided.
    words = words_of(column)
    named = [word for word in words if word not in FLAG_WORDS] or list(words)
    meaning = is_adverse(" ".join(named))
    if meaning is None:
        return None
    wanted = [label for label in counts if (plain(label) in TRUE_WORDS) == meaning]
    if len(wanted) != 1 or len(counts) != 2:
        return None
    reason = f"{wanted[0]} in a column named {column}"
    return (wanted[0],), Guess("adverse", wanted[0], reason, "likely")


def _coded(
    scores: Floats, labels: Sequence[str | None]
) -> tuple[list[str], NDArray[np.int64], Floats]:
    """Label names (sorted), codes and scores of the rows that have both."""
    import pyarrow as pa

    if len(labels) == 0:
        return [], np.empty(0, dtype=np.int64), scores[:0]
    coded = pa.array(labels, pa.string()).dictionary_encode()
    names = [str(name) for name in coded.dictionary.to_pylist()]
    codes = coded.indices.fill_null(-1).to_numpy(zero_copy_only=False).astype(np.int64)
    usable = (codes >= 0) & np.isfinite(scores)
    order = sorted(range(len(names)), key=lambda k: names[k])
    place = np.empty(len(names) + 1, dtype=np.int64)
    place[order] = np.arange(len(names))
    return [names[k] for k in order], place[codes[usable]], scores[usable]


def _inferred(
    scores: Floats, codes: NDArray[np.int64], names: list[str], decimals: int | None
) -> tuple[tuple[Cut, ...], tuple[str, ...], int] | None:
    """Cuts, labels in score order and rows explained, when the labels follow the score."""
    total = scores.size
    present = [k for k in range(len(names)) if np.any(codes == k)]
    if not 2 <= len(present) <= MOST_LABELS or total < FEWEST_ROWS:
        return None
    for kept in (present, [k for k in present if np.mean(codes == k) >= RARE_LABEL]):
        if len(kept) < 2:
            continue
        inside = np.isin(codes, kept)
        ranked = sorted(kept, key=lambda k: (float(np.mean(scores[codes == k])), k))
        level = np.full(len(names), -1, dtype=np.int64)
        level[ranked] = np.arange(len(ranked))
        levels = level[codes[inside]]
        cuts = tuple(
            cut_of(scores[inside], levels > boundary, decimals)
            for boundary in range(len(ranked) - 1)
        )
        values = [cut.value for cut in cuts]
        if values != sorted(set(values)):
            continue
        right = np.searchsorted(values, scores[inside], side="right") == levels
        own = [float(np.mean(right[levels == k])) for k in range(len(ranked))]
        explained = int(np.count_nonzero(right))
        if explained >= EXPLAINED * total and min(own) >= EXPLAINED_PER_LABEL:
            return cuts, tuple(names[k] for k in ranked), explained
    return None


def cut_of(scores: Floats, above: NDArray[np.bool_], decimals: int | None) -> Cut:
    """Return the cut with the fewest exceptions; a score at the cut belongs above.

    ``above`` says which rows have a label above it; ``decimals`` is the scores' own rounding.
    """
    levels, place = np.unique(scores, return_inverse=True)
    high = np.bincount(place, weights=above, minlength=levels.size)
    low = np.bincount(place, minlength=levels.size) - high
    # wrong[j]: exceptions when levels[j] is the first level above the cut.
    wrong = np.concatenate(([0.0], np.cumsum(high))) + np.concatenate(
        (np.cumsum(low[::-1])[::-1], [0.0])
    )
    best = np.flatnonzero(wrong == wrong.min())
    first, last = int(best[0]), int(best[-1])
    largest_below = float(levels[first - 1]) if first > 0 else float(levels[0])
    smallest_above = float(levels[min(last, levels.size - 1)])
    half = 0.0 if decimals is None else 0.5 * 10.0**-decimals
    mixed = [j for j in (first - 1, last) if 0 <= j < levels.size and high[j] and low[j]]
    if mixed and half:
        # Both labels at one rounded score: the true cut lies inside that score's rounding.
        largest_below = smallest_above = float(levels[mixed[0]])
    # The score that was compared with the cut may not have been the rounded one.
    interval = (largest_below - half, smallest_above + half)
    return Cut(roundest(*interval), interval)


def roundest(low: float, high: float) -> float:
    """Return the number with the fewest digits in (low, high]; for ties nearest the middle."""
    if not low < high:
        return high
    middle = (low + high) / 2
    size = max(abs(low), abs(high))
    start = int(np.floor(np.log10(size))) if size else 0
    for power in range(start, start - 17, -1):
        step = 10.0**power
        first, last = np.floor(low / step) + 1, np.floor(high / step * (1 + 1e-12))
        if first <= last:
            nearest = min(max(np.round(middle / step), first), last)
            rounded = round(float(nearest * step), max(0, -power))
            if low < rounded <= high:
                return rounded
    return high


def _threshold_guess(rule: Rule) -> Guess:
    explained, total = rule.rows_explained or 0, rule.rows_total or 0
    share = explained / total if total else 0.0
    sure: Confidence = "weak"
    if share >= 0.99:
        sure = "sure" if share == 1.0 and total >= 100 else "likely"
    between = ""
    if rule.interval is not None:
        between = f"between {rule.interval[0]:g} and {rule.interval[1]:g}; "
    steps = " | ".join(rule.labels)
    reason = f"{between}{steps}: explains {explained:,} of {total:,} rows"
    return Guess("threshold", ", ".join(f"{cut:g}" for cut in rule.cuts), reason, sure)


def _given(
    scores: Floats,
    codes: NDArray[np.int64],
    names: list[str],
    counts: Mapping[str, int],
    brief: Brief,
    column: str,
) -> tuple[Rule, tuple[Guess, ...]]:
    cuts = brief.cuts or (() if brief.threshold is None else (brief.threshold,))
    given = brief.labels if brief.cuts else (brief.below or "", brief.above or "")
    if brief.labels and len(brief.labels) != len(cuts) + 1:
        raise InputTrouble(
            "settings",
            f"{len(cuts)} cut points and {len(brief.labels)} labels",
            place="labels",
            expected=f"{len(cuts) + 1} labels, the one below the first cut first",
        )
    if list(cuts) != sorted(set(cuts)):
        raise InputTrouble("settings", "cut points out of order", place="cuts", expected="rising")
    if len(given) != len(cuts) + 1:
        given = ("",) * (len(cuts) + 1)
    labels = _named_labels(cuts, given, scores, codes, names)
    known = {**dict.fromkeys(labels, 0), **counts}
    if not names and brief.adverse is None and all(is_adverse(label) is None for label in labels):
        adverse: tuple[str, ...] = labels[-1:]
        reason = "no label's word says it; the one above the last cut"
        said = Guess("adverse", labels[-1], reason, "weak")
    else:
        adverse, said = adverse_labels(known, brief, column)
    rule = Rule(cuts, labels, adverse, "given", rows_total=int(scores.size))
    if not names:
        return rule, (Guess("threshold", ", ".join(f"{c:g}" for c in cuts), "given", "given"), said)
    place = {name: k for k, name in enumerate(labels)}
    meant = np.array([place.get(name, -1) for name in names], dtype=np.int64)
    explained = int(np.count_nonzero(predicted(rule, scores) == meant[codes]))
    rule = Rule(cuts, labels, adverse, "given", None, explained, int(scores.size))
    reason = f"given; explains {explained:,} of {scores.size:,} rows"
    return rule, (Guess("threshold", ", ".join(f"{c:g}" for c in cuts), reason, "given"), said)


def _named_labels(
    cuts: tuple[float, ...],
    given: Sequence[str],
    scores: Floats,
    codes: NDArray[np.int64],
    names: list[str],
) -> tuple[str, ...]:
    """Fill labels that were not given with the commonest free label of that band of scores."""
    bands = np.searchsorted(np.asarray(cuts, dtype=np.float64), scores, side="right")
    labels = list(given)
    for band, label in enumerate(labels):
        if label:
            continue
        shares = [
            (-int(np.count_nonzero(codes[bands == band] == k)), name)
            for k, name in enumerate(names)
            if name not in labels
        ]
        if shares and min(shares)[0] < 0:
            labels[band] = min(shares)[1]
        else:
            labels[band] = _band_words(cuts, band)
    return tuple(labels)


def _band_words(cuts: tuple[float, ...], band: int) -> str:
    if band == 0:
        return f"below {cuts[0]:g}"
    if band == len(cuts):
        return f"{cuts[-1]:g} or more"
    return f"{cuts[band - 1]:g} to {cuts[band]:g}"
