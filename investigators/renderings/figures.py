"""Shown numbers against logged ones: equal after rounding, or different by which rule."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt

from investigators.numbers import number
from investigators.renderings.judged import Judged, Named, counts, ranked, stale
from investigators.renderings.pairs import Joined
from investigators.task import Task
from investigators.view import View

Floats = npt.NDArray[np.float64]
Flags = npt.NDArray[np.bool_]
NUMBER = r"[-+−]?[0-9](?:[0-9.,’''_\x{00A0}\x{202F} ]*[0-9])?"
FULL = 12.0  # decimals of a number that nobody rounded
RELATIVE = 1e-6  # what single precision may change
READ = 0.8  # of the shown cells hold one number
AGREE, OWN_AGREE = 0.5, 0.2  # share of requests from which a way to show it is the usual one
SCALES = (1.0, 100.0, 0.01, 1000.0, 0.001, 10.0, 0.1)
MOST_PLACES = 6
PER_CENT = 100.0
PART = 0.6  # of the differing ones share one free factor, offset or value
DISTINCT = 5
CLEARLY = 0.95
OPPOSITE = 0.8  # of the places that differ are those of the opposite order


@dataclass(frozen=True, eq=False)
class Figures:
    """Shown and logged numbers, shape (n,), with the last digit's unit of either.

    Shown ones are read with a decimal point and with a decimal comma; NaN where they are none.
    """

    point: Floats
    comma: Floats
    point_unit: Floats
    comma_unit: Floats
    logged: Floats
    unit: Floats

    def equal(self, expected: Floats, scale: float, *, comma: bool = False) -> Flags:
        """Whether the shown number is the expected one to the digits that both have."""
        shown, us = (self.comma, self.comma_unit) if comma else (self.point, self.point_unit)
        ul = abs(scale) * self.unit
        finer = ul < us * (1 - 1e-9)
        allowed = np.where(finer, us * (1 - 1e-6), 0.5 * np.maximum(ul, us) * (1 + 1e-6))
        # a number with as many digits on both sides is the same or is not
        same = np.abs(ul - us) <= 1e-9 * us
        allowed = np.where(same, 0.5 * us, allowed)
        with np.errstate(invalid="ignore", over="ignore"):
            near: Flags = np.abs(shown - expected) <= allowed + RELATIVE * np.abs(expected)
        return near

    def either(self, expected: Floats, scale: float) -> Flags:
        """Equal under one of the two readings."""
        found = self.equal(expected, scale)
        return found | self.equal(expected, scale, comma=True) if self.with_comma else found

    @cached_property
    def with_comma(self) -> bool:
        """Whether any shown number can be read with a decimal comma: a column of numbers cannot."""
        return bool(np.isfinite(self.comma).any())

    def of(self, at: npt.NDArray[np.intp]) -> Figures:
        """Those of some requests."""
        return Figures(*(x[at] for x in (self.point, self.comma, self.point_unit, self.comma_unit,
                                         self.logged, self.unit)))  # fmt: skip


def judged_figures(view: View, joined: Joined, task: Task) -> Judged | None:
    """Compare a pair of numbers; ``None`` where the shown column is none, or no way is usual."""
    rows, figures = _fetched(joined, task)
    known = np.isfinite(figures.logged)
    read = known & np.isfinite(np.where(np.isfinite(figures.point), figures.point, figures.comma))
    if not known.any() or read.sum() < READ * known.sum():
        return None
    at = np.flatnonzero(read)
    rows, figures = rows[at], figures.of(at)
    usual, same = SCALES[0], figures.either(SCALES[0] * figures.logged, SCALES[0])
    if same.mean() < OWN_AGREE:
        rest = ((k, figures.either(k * figures.logged, k)) for k in SCALES[1:])
        usual, same = max(((usual, same), *rest), key=lambda each: int(each[1].sum()))
        if same.mean() < AGREE:
            return None
    words = "as it was logged" if usual == 1 else f"as {number(usual)} times what was logged"
    kinds = _kinds(view, joined, figures, rows, ~same, usual, task)
    others = [_locale(figures, usual), _reversed(joined, figures, at, ~same, task)]
    found = [*kinds, *(each for each in others if each is not None)]
    return Judged(rows, ~same, words, ranked(found))


def _fetched(joined: Joined, task: Task) -> tuple[npt.NDArray[np.int64], Figures]:
    pair = joined.pair
    column = pair.events.table.column(pair.shown)
    typed = column is not None and column.kind in ("integer", "number")
    found = f"regexp_extract_all(fw_shown, '{NUMBER}')"
    one = f"CASE WHEN len({found}) = 1 THEN replace({found}[1], '−', '-') END"
    stripped = rf"regexp_replace({one}, '[’''_\x{{00A0}}\x{{202F}} ]', '', 'g')"
    log = "CAST(fw_logged AS VARCHAR)"
    by_point, by_comma = _grouped(stripped, ",", "."), _grouped(stripped, ".", ",")
    shown = "TRY_CAST(fw_shown AS DOUBLE)"
    if typed:
        cells = f"{shown} AS fw_p, NULL::DOUBLE AS fw_c, {_decimals('fw_shown')} AS fw_dp, "
        cells += "NULL::DOUBLE AS fw_dc, 0.0::DOUBLE AS fw_pc, "
    else:
        cells = (
            f"coalesce({shown}, CASE WHEN {by_point} THEN "
            f"TRY_CAST(replace({stripped}, ',', '') AS DOUBLE) END) AS fw_p, "
            f"CASE WHEN {by_comma} THEN TRY_CAST(replace(replace({stripped}, '.', ''), ',', '.') "
            f"AS DOUBLE) END AS fw_c, {_after(stripped, '.')} AS fw_dp, "
            f"{_after(stripped, ',')} AS fw_dc, CAST(contains(fw_shown, '%') AS DOUBLE) AS fw_pc, "
        )
    cells += f"TRY_CAST(fw_logged AS DOUBLE) AS fw_l, {_decimals(log)} AS fw_dl"
    found_rows, *columns = joined.values(cells, task)
    point, comma, dp, dc, percent, logged, dl = (
        np.asarray(each, dtype=np.float64) for each in columns
    )
    cents = np.where(percent == 1, 0.01, 1.0)
    if typed:
        comma, dp = np.full_like(point, np.nan), _common(dp)
    figures = Figures(
        point * cents, comma * cents, _unit(dp) * cents, _unit(dc) * cents, logged,
        _unit(_common(dl)),
    )  # fmt: skip
    return np.asarray(found_rows, dtype=np.int64), figures


def _grouped(text: str, thousands: str, decimal: str) -> str:
    """SQL of whether a number's marks can be these: thousands in groups of three, one decimal."""
    groups = rf"[0-9]{{1,3}}([{thousands}][0-9]{{3}})+|[0-9]*"
    return f"regexp_full_match({text}, '[-+]?({groups})([{decimal}][0-9]+)?')"


def _after(text: str, mark: str) -> str:
    """SQL of how many digits stand after the mark."""
    return f"length(regexp_extract({text}, '[{mark}]([0-9]*)$', 1))::DOUBLE"


def _decimals(text: str) -> str:
    """SQL of the decimals of a typed number as text; its lonely 0 is none."""
    return (
        f"(CASE WHEN contains({text}, 'e') THEN {FULL:.0f} WHEN ends_with({text}, '.0') THEN 0 "
        f"WHEN contains({text}, '.') THEN length({text}) - strpos({text}, '.') ELSE 0 END)::DOUBLE"
    )


def _common(decimals: Floats) -> Floats:
    """Decimals of a column of numbers, whose last zeros no cell shows: those nearly all have."""
    known = decimals[np.isfinite(decimals)]
    most = float(np.quantile(known, 0.99)) if known.size else 0.0
    return np.full_like(decimals, most)


def _unit(decimals: Floats) -> Floats:
    kept = np.minimum(np.nan_to_num(decimals, nan=0.0), FULL)
    return np.asarray(10.0**-kept, dtype=np.float64)


Rule = tuple[str, str, bool, Callable[[Floats], Floats], float]


def _times(factor: float, expected: Floats, unit: Floats) -> str:
    """Words of a factor: per cent of fractions alone, a lost decimal sign by its digits.

    ``expected`` is what is usually shown, ``unit`` its last digit's.
    """
    words = f"{number(factor)} times what is usual"
    most = float(np.abs(expected).max(initial=0))
    if factor == PER_CENT and most <= 1:
        return f"{words} (a fraction shown as per cent)"
    if factor == 1 / PER_CENT and 1 < most <= PER_CENT and expected.min(initial=0) >= 0:
        return f"{words} (per cent as a fraction)"
    if factor > 1 and unit.size and abs(factor * float(unit.min()) - 1) < RELATIVE:
        return f"{words} (without its decimal sign)"
    return words


def _rules(figures: Figures, usual: float, *, rank: bool) -> Iterator[Rule]:
    """Ways in which a number may go wrong: key, words, plain, expected of logged, scale."""
    logged = figures.logged
    if rank:
        yield "rank", "one place further down", True, lambda e: e + 1, 1.0
        yield "rank", "one place further up", True, lambda e: e - 1, 1.0
        return
    for k in (PER_CENT, 1 / PER_CENT, 1000.0, 0.001, 10.0, 0.1):
        key = "percent" if k in (PER_CENT, 1 / PER_CENT) else "factor"
        words = _times(k, usual * logged, usual * figures.unit)
        yield key, words, True, lambda e, k=k: k * e, k  # type: ignore[misc]
    if (logged < 0).any() or (logged > 0).any():
        yield "sign", "with the other sign", True, lambda e: -e, 1.0
    top = 1.0 if np.abs(logged).max(initial=0) <= 1 else 100.0
    if logged.size and logged.min() >= 0 and logged.max() <= top:
        words = f"what is left to {number(top)}"
        yield "complement", words, True, lambda e: top - e, 1.0


def _kinds(
    view: View, joined: Joined, figures: Figures, rows: npt.NDArray[np.int64], wrong: Flags,
    usual: float, task: Task,
) -> list[Named]:  # fmt: skip
    """Every kind that explains more of the differing ones than chance."""
    at = np.flatnonzero(wrong)
    if not at.size:
        return []
    here, other = figures.of(at), (at + wrong.size // 2 + 1) % wrong.size
    expected = usual * here.logged
    by_chance = usual * figures.logged[other]
    found: list[Named] = []

    def named(key: str, words: str, hits: Flags, *, plain: bool) -> Named:
        whole = np.zeros(wrong.size, dtype=np.bool_)
        whole[at] = hits
        return Named(key, words, whole, plain)

    rank = joined.pair.kind == "rank"
    for key, words, plain, rule, scale in _rules(figures, usual, rank=rank):
        hits = here.either(rule(expected), scale * usual)
        chance = here.either(rule(by_chance), scale * usual)
        if counts(int(hits.sum()), int(chance.sum())):
            found.append(named(key, words, hits, plain=plain))
    places, chance = _places(here, expected), _places(here, by_chance)
    best = max((int(kind.hits.sum()) for kind in found), default=0)
    if counts(int(places.sum()), int(chance.sum())) and CLEARLY * places.sum() > best:
        words = "with the same digits and the decimal sign elsewhere"
        found.append(named("decimal sign", words, places, plain=True))

    def same(earlier: npt.NDArray[np.generic], which: npt.NDArray[np.intp]) -> Flags:
        return figures.of(which).either(usual * earlier.astype(np.float64), usual)

    old = stale(view, joined, rows, wrong, "TRY_CAST({} AS DOUBLE)", same, task)
    found += [] if old is None else [old]
    return found or [named(*each, plain=False) for each in _free(here, expected, by_chance)]


def _places(here: Figures, expected: Floats) -> Flags:
    """The same digits, moved by whole places."""
    found = np.zeros(expected.size, dtype=np.bool_)
    for k in range(1, MOST_PLACES + 1):
        for factor in (10.0**k, 10.0**-k):
            found |= here.either(factor * expected, factor)
    moved: Flags = found & (expected != 0)
    return moved


def _free(here: Figures, expected: Floats, other: Floats) -> Iterator[tuple[str, str, Flags]]:
    """One factor, one difference or one value that most of the differing ones share."""
    shown = np.where(np.isfinite(here.point), here.point, here.comma)
    values, times = np.unique(shown, return_counts=True)
    fixed = values[np.argmax(times)]
    if times.max() >= PART * shown.size and np.unique(expected).size >= DISTINCT:
        yield "one value", f"{number(float(fixed))} whatever was logged", shown == fixed
        return
    with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
        ratio = float(np.nanmedian(np.where(expected != 0, shown / expected, np.nan)))
    apart = float(np.median(shown - expected))
    for key, words, factor, more in (
        ("a factor", f"{number(ratio)} times what is usual", ratio, 0.0),
        ("a difference", f"{number(apart)} more than what is usual", 1.0, apart),
    ):
        hits = here.equal(factor * expected + more, 1.0)
        chance = here.equal(factor * other + more, 1.0)
        if hits.mean() >= PART and counts(int(hits.sum()), int(chance.sum())):
            yield key, words, hits
            return


def _reversed(
    joined: Joined, figures: Figures, at: npt.NDArray[np.intp], wrong: Flags, task: Task
) -> Named | None:
    """Pages in the opposite order; ``at`` are the lines of ``figures`` among all that were joined.

    Chance is no measure here: of two boxes in the wrong order all are in the opposite one.
    """
    if not joined.pair.of_page or not wrong.any():
        return None
    _, many = joined.values("fw_n", task)
    opposite = many[at].astype(np.float64) + 1 - figures.logged
    hits = wrong & (figures.point == opposite)
    if not counts(int(hits.sum()), 0) or hits.sum() < OPPOSITE * wrong.sum():
        return None
    words = "in the opposite order"
    could: Flags = hits | (opposite != figures.logged)
    return Named("reversed", words, hits, plain=False, open=could, placed=True)


def _locale(figures: Figures, usual: float) -> Named | None:
    """The rarer of decimal point and decimal comma, where only one of them gives the number."""
    point = figures.equal(usual * figures.logged, usual)
    comma = figures.equal(usual * figures.logged, usual, comma=True)
    only_point, only_comma = point & ~comma, comma & ~point
    hits, said = only_comma, "a decimal comma"
    if only_comma.sum() > only_point.sum():
        hits, said = only_point, "a decimal point"
    other = "point" if "comma" in said else "comma"
    if not counts(int(hits.sum()), 0):
        return None
    return Named("locale", f"written with {said}, where others have a {other}", hits, plain=False)
