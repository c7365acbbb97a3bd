"""Shown texts and labels against logged ones: cut, badly encoded, of another decision."""

from __future__ import annotations

import html
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from investigators.renderings.judged import Judged, Named, counts, ranked, stale
from investigators.renderings.pairs import Joined
from investigators.rewriting import repaired_encoding
from investigators.tables.table import literal
from investigators.task import Task
from investigators.view import View

Flags = npt.NDArray[np.bool_]
LABELS, MOST_PAIRS = 20, 400
BEGINNING = 20_000  # lines that show whether there are more labels than that
OWN, MAPPED = 0.2, 0.8  # share of a label's requests that show it as it is; as another word
AGREE = 0.5
CUT_USUALLY = 0.8  # of the texts that are longer are cut
SHORTEST = 3
NEAR = 0.7  # a cut at a word's end is somewhat shorter
MOST = 50_000  # differing texts that are looked at
SHOWN, LOGGED = "CAST(fw_shown AS VARCHAR)", "CAST(fw_logged AS VARCHAR)"
END = r"regexp_replace(CAST(fw_shown AS VARCHAR), '\s*(…|\.\.\.)$', '')"
# most texts are shown as they are, and most others begin otherwise: what reads them letter by
# letter is left to the rest
CUT = (
    f"(CASE WHEN {SHOWN} = {LOGGED} THEN false "
    f"WHEN left({SHOWN}, {SHORTEST}) <> left({LOGGED}, {SHORTEST}) THEN false "
    f"ELSE length({END}) >= {SHORTEST} AND length({END}) < length({LOGGED}) AND "
    f"starts_with({LOGGED}, {END}) END)"
)


def _even(sql: str) -> str:
    return rf"lower(trim(regexp_replace({sql}, '\s+', ' ', 'g')))"


def _begins_otherwise(one: str, other: str) -> str:
    """SQL that is true only where two texts differ however spaces and capitals are read.

    Their first letters differ, and are such as no trimming takes away: visible ones of ASCII.
    """
    first, second = f"left({one}, 1)", f"left({other}, 1)"
    visible = " AND ".join(f"{each} BETWEEN '!' AND '~'" for each in (first, second))
    return f"{visible} AND lower({first}) <> lower({second})"


SAME = (
    f"(CASE WHEN {SHOWN} = {LOGGED} THEN true WHEN {_begins_otherwise(SHOWN, LOGGED)} THEN false "
    f"ELSE {_even(SHOWN)} = {_even(LOGGED)} END)"
)


@dataclass(frozen=True)
class Usual:
    """How a text is usually shown: SQL of the requests that show it so, and words for it.

    ``labels`` is SQL of the words that stand for labels, where it is one of few.
    """

    same: str
    words: str
    labels: str = ""


@dataclass(frozen=True, eq=False)
class Wrong:
    """Requests that show another text, and those whose text stands for another label; (n,)."""

    all: Flags
    contrary: Flags | None


def judged_words(view: View, joined: Joined, task: Task) -> Judged | None:
    """Compare a pair of texts; ``None`` where too few agree for them to be the same thing."""
    usual = _labels(joined, task) or _texts(joined, task)
    rows, same = joined.values(f"{usual.same} AS fw_same", task)
    wrong = ~np.asarray(same, dtype=np.bool_)
    if not wrong.size or not _agree(joined, ~wrong, task):
        return None
    numbers = np.asarray(rows, dtype=np.int64)
    contrary = wrong & _labelled(joined, usual, task) if usual.labels else None
    kinds = _kinds(view, joined, numbers, Wrong(wrong, contrary), usual, task)
    return Judged(numbers, wrong, usual.words, kinds, contrary)


def _agree(joined: Joined, same: Flags, task: Task) -> bool:
    """Whether most are the same thing: a text's beginning is that text, however many are cut."""
    if 1 - float((~same).mean()) >= AGREE:
        return True
    _, cut = joined.values(f"coalesce({CUT}, false) AS fw_cut", task)
    return bool((same | np.asarray(cut, dtype=np.bool_)).mean() >= AGREE)


def _labelled(joined: Joined, usual: Usual, task: Task) -> Flags:
    """Requests that show what stands for a label of the log, whichever."""
    _, found = joined.values(f"{_even(SHOWN)} IN ({usual.labels}) AS fw_known", task)
    return np.asarray(found, dtype=np.bool_)


def _labels(joined: Joined, task: Task) -> Usual | None:
    """Few labels: each is shown as itself, or as the word that nearly all its requests show."""
    begin = f"SELECT {LOGGED} AS fw_a FROM ({joined.sql}) LIMIT {BEGINNING}"
    if joined.live.value(f"SELECT count(DISTINCT fw_a) FROM ({begin})", task=task) > LABELS:
        return None
    found = joined.live.query(
        f"SELECT {LOGGED} AS fw_a, {SHOWN} AS fw_b, count(*) AS fw_n FROM ({joined.sql}) "
        f"GROUP BY fw_a, fw_b ORDER BY fw_n DESC, fw_a, fw_b LIMIT {MOST_PAIRS + 1}",
        task=task,
    )
    lines = list(zip(*(column.to_pylist() for column in found.columns), strict=True))
    if len(lines) > MOST_PAIRS or len({a for a, _, _ in lines}) > LABELS:
        return None
    by_label = {label: [(b, n) for a, b, n in lines if a == label] for label, _, _ in lines}
    most = {label: of[0][0] for label, of in by_label.items()}
    parts, renamed = [SAME], []
    for label in sorted(by_label):
        of = by_label[label]
        whole = sum(n for _, n in of)
        itself = sum(n for b, n in of if b.strip().lower() == label.strip().lower())
        others = [word for other, word in most.items() if other != label]
        if itself >= OWN * whole:
            continue
        if of[0][1] >= MAPPED * whole:
            right = f"{SHOWN} = {literal(most[label])}"
        elif of[0][1] > AGREE * whole and others and most[label] not in others:
            # many are wrong, or it has several words: wrong is what is another label's word
            right = f"{SHOWN} NOT IN ({', '.join(map(literal, others))})"
        else:
            continue
        parts.append(f"({LOGGED} = {literal(label)} AND {right})")
        renamed.append(f"{label} as “{most[label]}”")
    words = ", ".join(renamed[:3]) if renamed else "as it was logged"
    known = f"SELECT DISTINCT {_even(LOGGED)} FROM ({joined.sql})"
    if renamed:  # a word that stands for two labels contradicts neither
        apart = len(set(most.values())) == len(most)
        known = ", ".join(_even(literal(word)) for word in most.values()) if apart else ""
    return Usual(f"coalesce({' OR '.join(parts)}, false)", words, known)


def _texts(joined: Joined, task: Task) -> Usual:
    """Free texts are shown as they are, or cut where all long ones are."""
    same = f"coalesce({SAME}, false)"
    line = joined.live.query(
        f"WITH fw_m AS (SELECT max(length({END})) AS fw_most FROM ({joined.sql}) WHERE {CUT}) "
        f"SELECT any_value(fw_most), count(*) FILTER ({CUT}), "
        f"count(*) FILTER (length({LOGGED}) > fw_most) FROM ({joined.sql}), fw_m",
        task=task,
    )
    most, cut, longer = (column[0].as_py() for column in line.columns)
    if not cut or cut < CUT_USUALLY * max(longer, 1):
        return Usual(same, "as it was logged")
    usual = f"coalesce({CUT} AND length({END}) >= {NEAR * most}, false)"
    return Usual(f"({same} OR {usual})", f"cut after {most} characters at most")


def _kinds(
    view: View, joined: Joined, rows: npt.NDArray[np.int64], differ: Wrong, usual: Usual, task: Task
) -> tuple[Named, ...]:
    wrong = differ.all
    at = np.flatnonzero(wrong)
    if not at.size or at.size > MOST:
        return ()
    where = f"NOT {usual.same}"
    _, shown, logged, cut = joined.values(
        f"{SHOWN} AS fw_a, {LOGGED} AS fw_b, {CUT} AS fw_cut", task, where
    )
    found: list[Named] = []

    def add(key: str, words: str, hits: Flags) -> None:
        whole = np.zeros(wrong.size, dtype=np.bool_)
        whole[at] = hits
        if counts(int(hits.sum()), 0):
            found.append(Named(key, words, whole))

    short = np.asarray(cut, dtype=np.bool_)
    add("cut", "cut: the beginning of the logged text only", short)
    pairs = zip(shown.tolist(), logged.tolist(), strict=True)
    add("encoding", "the logged text in a wrong encoding", _encoded(list(pairs)))

    def same(earlier: npt.NDArray[np.generic], which: npt.NDArray[np.intp]) -> Flags:
        assert which.size == at.size
        return np.asarray(earlier == shown, dtype=np.bool_)

    old = stale(view, joined, rows, wrong, "CAST({} AS VARCHAR)", same, task)
    found += [] if old is None else [old]
    if not found and len(set(shown.tolist())) <= LABELS:
        found += _others(joined, usual, at, shown, differ, task)
    return ranked(found)


def _others(
    joined: Joined, usual: Usual, at: npt.NDArray[np.intp], shown: npt.NDArray[np.generic],
    differ: Wrong, task: Task,
) -> list[Named]:  # fmt: skip
    """One word in place of others; where several labels' words are exchanged, all of them."""
    one = _another(joined, usual, at, shown, differ, task)
    found = [] if one is None else [one]
    contrary = differ.contrary
    alone = contrary is not None and one is not None and not (contrary & ~one.hits).any()
    if contrary is not None and not alone and counts(int(contrary.sum()), 0):
        words = "the word of another label than was decided"
        found.append(Named("another label", words, contrary, plain=False, placed=True))
    return found


def _another(
    joined: Joined, usual: Usual, at: npt.NDArray[np.intp], shown: npt.NDArray[np.generic],
    differ: Wrong, task: Task,
) -> Named | None:  # fmt: skip
    """One word in place of others; a request could show it wrongly where it was not decided."""
    wrong = differ.all
    values, times = np.unique(shown.astype(str), return_counts=True)
    word = str(values[np.argmax(times)])
    hits = np.zeros(wrong.size, dtype=np.bool_)
    hits[at] = shown == word
    if not counts(int(hits.sum()), 0):
        return None
    right = usual.same.replace(SHOWN, literal(word))
    _, decided = joined.values(f"{right} AS fw_right", task)
    words = f"“{word}”, another word than was decided"
    could = hits | ~np.asarray(decided, dtype=np.bool_)
    among = "that were decided otherwise"
    placed = differ.contrary is not None and not (hits & ~differ.contrary).any()
    return Named("another label", words, hits, plain=False, open=could, placed=placed, among=among)


def _encoded(pairs: list[tuple[str, str]]) -> Flags:
    def spelt(shown: str) -> Iterator[str]:
        yield repaired_encoding(shown)
        yield html.unescape(shown)

    hits = [shown != logged and logged in spelt(shown) for shown, logged in pairs]
    return np.asarray(hits, dtype=np.bool_)
