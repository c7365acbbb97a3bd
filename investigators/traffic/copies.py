"""Requests that are there more than once: repeated ids, and rows with all their inputs again."""

from __future__ import annotations

from dataclasses import dataclass
from math import ceil, log2
from typing import Literal

import numpy as np
import numpy.typing as npt

from investigators.task import Task
from investigators.traffic.rows import EARLY_PART, Baseline, Traffic
from investigators.traffic.sequences import GONE, NONE, marks, previous, together, whole
from investigators.traffic.values import category_inputs, held, numeric_inputs, spelt
from investigators.view import View

Flags = npt.NDArray[np.bool_]
Share = tuple[int, int]  # so many of so many rows
What = Literal["ids", "copies"]

SECONDS = 10  # a request that comes again within so many seconds is a retry
SECOND = 1_000_000  # microseconds
FEWEST_TRAINING = 200  # rows of training that tell how many copies are usual
FEWEST_INPUTS = 3  # fewer inputs do not tell one request from another
RARE = (20, 20_000)  # what is taken for usual where a repeat cannot be chance: one in a thousand
BESIDE = "fw_component, fw_version, fw_live_test"
DEPENDENT = 0.5  # of the inputs' bits are their own: inputs repeat each other


@dataclass(frozen=True, eq=False)
class Repeats:
    """Rows that repeat an earlier one, by row number.

    ``hits`` are the later rows, ``members`` those and the first ones.  ``first`` gives each hit's
    row before it.  ``usual`` is what is expected of sound rows, ``None`` where nothing tells;
    ``usual_words`` says what it was taken from.  ``whole`` are hits with all inputs the same,
    ``within`` those within ``SECONDS`` of the row before (``None`` without times).
    """

    what: What
    hits: Flags
    members: Flags
    first: npt.NDArray[np.int64]
    usual: Share | None
    usual_words: str
    whole: Flags
    within: Flags | None


def repeats_of(
    view: View, baseline: Baseline | None, traffic: Traffic, task: Task
) -> list[Repeats]:
    """Look for repeated ids, then for rows with other ids (or none) that are copies."""
    log = view.log
    assert log is not None
    names = sorted(view.log_inputs)
    content = whole([view.log_inputs[n] for n in names]) if names else "NULL"
    # two components, or a version that runs beside another, rightly ask twice
    if names:
        content = f"CASE WHEN ({content}) IS NOT NULL THEN hash({content}, {BESIDE}) END"
    ids, rows, subjects = marks(log, ["fw_id", content, "fw_subject"], task)
    order = traffic.order if traffic.order is not None else np.arange(traffic.rows)
    found = []
    again = previous(order, ids)
    if (ids != GONE).any():
        same = (again != NONE) & (rows[again] == rows) & (rows != GONE)
        usual, words = _early(traffic, again != NONE)
        if same.sum() >= 0.9 * max((again != NONE).sum(), 1):
            usual, words = RARE, "as good as none, as an id stands for one request"
        found.append(_repeats("ids", again, usual, words, same, traffic))
    if len(names) >= FEWEST_INPUTS:
        known = (subjects != GONE).any()
        key = together(rows, subjects) if known else rows
        before = previous(order, key)
        before[again != NONE] = NONE  # an id that comes again is the other answer
        found.append(_copies(view, baseline, traffic, before, task))
    return found


def _repeats(
    what: What, before: npt.NDArray[np.int64], usual: Share | None, words: str,
    same: Flags, traffic: Traffic,
) -> Repeats:  # fmt: skip
    hits = before != NONE
    members = hits.copy()
    members[before[hits]] = True
    within = None if traffic.moments is None else _gap(traffic, before) <= SECONDS * SECOND
    return Repeats(what, hits, members, before, usual, words, same & hits, within)


def _gap(traffic: Traffic, before: npt.NDArray[np.int64]) -> npt.NDArray[np.int64]:
    """Microseconds since the row before; the largest number where there is none."""
    assert traffic.moments is not None
    never = np.iinfo(np.int64)
    moments = traffic.moments
    known = (before != NONE) & (moments != never.min) & (moments[before] != never.min)
    return np.where(known, moments - np.where(known, moments[before], 0), never.max)


def _copies(
    view: View, baseline: Baseline | None, traffic: Traffic,
    before: npt.NDArray[np.int64], task: Task,
) -> Repeats:  # fmt: skip
    """Copies within seconds where there are times; anywhere in the log where there are none."""
    if traffic.moments is not None:
        gap = _gap(traffic, before)
        before = np.where(gap <= SECONDS * SECOND, before, NONE)
        early, words = _early(traffic, before != NONE)
        if early is None or not (_fine(traffic) and _apart(view, baseline, task)):
            return _repeats("copies", before, early, words, before != NONE, traffic)
        # a person does not come twice within a second: what has one time stamp is one request
        at_once = before[gap == 0].size and (gap[before != NONE] == 0).mean() >= 0.9
        if at_once:
            early, words = RARE, "as good as none, as no two requests share inputs and time"
        return _repeats("copies", before, early, words, before != NONE, traffic)
    usual, words = None, ""
    if _apart(view, baseline, task):
        usual, words = RARE, "as good as none, as no two requests have all inputs the same"
    elif (told := _in_training(view, baseline, task)) is not None:
        usual, words = told, "what training’s own copies let expect at most"
    return _repeats("copies", before, usual, words, before != NONE, traffic)


def _early(traffic: Traffic, hits: Flags) -> tuple[Share | None, str]:
    """Repeats among the first quarter of the log."""
    if traffic.order is None:
        return None, ""
    part = traffic.order[: traffic.rows // EARLY_PART]
    return (int(hits[part].sum()), part.size), f"the first {part.size:,} requests of the log"


def _fine(traffic: Traffic) -> bool:
    """Whether times are told to the second: most are no whole minute."""
    assert traffic.moments is not None
    known = traffic.moments[traffic.moments != np.iinfo(np.int64).min]
    return bool((known % (60 * SECOND) != 0).mean() > 0.5)


def _training_copies(view: View, baseline: Baseline, task: Task) -> Share | None:
    """Rows of training that are copies of an earlier one; ``None`` where too few inputs tell."""
    shared = [n for n in sorted(view.log_inputs) if n in baseline.expressions]
    if len(shared) < FEWEST_INPUTS:
        return None
    content = whole([baseline.expressions[n] for n in shared])
    (rows,) = marks(baseline.table, [content], task)
    return int((previous(np.arange(rows.size), rows) != NONE).sum()), rows.size


def _in_training(view: View, baseline: Baseline | None, task: Task) -> Share | None:
    """How many copies a log of this size may have at most, by training's; ``None`` without it.

    Three more than were counted (the rule of three), and more as the log is larger.
    """
    if baseline is None or baseline.early or view.log is None:
        return None
    copies = _training_copies(view, baseline, task)
    if copies is None or copies[1] < FEWEST_TRAINING:
        return None
    larger = max(view.log.rows / copies[1], 1.0)
    return min(ceil((copies[0] + 3) * larger), copies[1]), copies[1]


def _apart(view: View, baseline: Baseline | None, task: Task) -> bool:
    """Whether two requests hardly ever have all inputs the same: by training, and by their bits."""
    log = view.log
    assert log is not None
    if baseline is not None and not baseline.early:
        copies = _training_copies(view, baseline, task)
        if copies is None:
            return False
        # a part of the requests, as training often is, holds fewer pairs of them
        share = copies[0] / max(copies[1], 1)
        if share * max(log.rows / max(copies[1], 1), 1.0) > RARE[0] / RARE[1]:
            return False
    numbers = held(log, {n: view.log_inputs[n] for n in numeric_inputs(view)}, task)
    texts = spelt(log, {n: view.log_inputs[n] for n in category_inputs(view)}, task)
    counted = [(v.counts.astype(np.float64), v.rows) for v in numbers.values()]
    counted += [
        (np.array(list(t.counts.values()), dtype=np.float64), t.rows) for t in texts.values()
    ]
    bits = 0.0
    for counts, rows_of in counted:
        missing = max(rows_of - counts.sum(), 0.0)
        pair = float(((counts / rows_of) ** 2).sum() + (missing / rows_of) ** 2) if rows_of else 1.0
        bits += -log2(max(pair, 1e-12))
    return DEPENDENT * bits >= 2 * log2(max(log.rows, 2))
