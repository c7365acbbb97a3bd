"""The printed tables: by kind, by power, sound tables, and two other searches beside ours."""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise
from math import sqrt
from typing import Any

import numpy as np

from planted_groups_kinds.verdict import NEAR, SAME

Line = dict[str, Any]
Rate = Callable[[list[Line], str], str]
BANDS = (0.0, 0.05, 0.2, 0.5, 0.8, 0.95, 0.99, 1.01)
CLEAR = 0.99


def wilson(k: int, n: int) -> str:
    """Share k of n with its 95 % interval, in per cent (Wilson 1927)."""
    if n == 0:
        return "-"
    z, p = 1.959964, k / n
    middle = (p + z * z / (2 * n)) / (1 + z * z / n)
    half = z / (1 + z * z / n) * sqrt(p * (1 - p) / n + z * z / (4 * n * n))
    low, high = max(middle - half, 0.0), min(middle + half, 1.0)
    return f"{k}/{n} = {p:.1%} ({low:.1%} to {high:.1%})"


def of(lines: list[Line], what: str) -> str:
    """Hits of those that can be right or wrong."""
    known = [x for x in lines if x.get(what) is not None]
    return f"{sum(bool(x[what]) for x in known)}/{len(known)}" if known else "-"


def summary(lines: list[Line], rate: Rate, sliceline: str) -> str:
    """All tables as text; ``sliceline`` says why that package is left out, if it is."""
    faults = [x for x in lines if not x["kind"].startswith("null:")]
    nulls = [x for x in lines if x["kind"].startswith("null:")]
    out = [*_by_kind(faults), "", *_by_power(faults, rate), "", *_nulls(nulls), ""]
    out += _beside(faults, nulls, sliceline)
    broken = [f"{x['kind']} {x['seed']} ({', '.join(x['failed'])})" for x in lines if x["failed"]]
    out.append(f"tables on which a check itself failed: {len(broken)} {'; '.join(broken[:5])}")
    for what, words in (("cpu", "investigation"), ("cpu_whole", "with making and judging")):
        each = [x[what] for x in lines] or [0.0]
        out.append(f"{words}, s of processor time: median {np.median(each):.2f}, "
                   f"longest {max(each):.2f}")  # fmt: skip
    return "\n".join(out)


def _by_kind(faults: list[Line]) -> list[str]:
    head = f"{'kind':32s} {'n':>4s} {'clear':>6s} | of the clear: {'cause':>7s} {'place':>7s} "
    head += f"{'features':>8s} {'onset':>7s} {'right':>7s} {'among':>7s} | of all: {'right':>7s}"
    out = [head]
    for kind in sorted({x["kind"] for x in faults}):
        own = [x for x in faults if x["kind"] == kind]
        clear = [x for x in own if x["power"] >= CLEAR]
        out.append(
            f"{kind:32s} {len(own):4d} {len(clear):6d} |               {of(clear, 'cause'):>7s} "
            f"{of(clear, 'place'):>7s} {of(clear, 'features'):>8s} {of(clear, 'onset'):>7s} "
            f"{of(clear, 'right'):>7s} {of(clear, 'among'):>7s} |         {of(own, 'right'):>7s}"
        )
    out.append(
        f"cause: class of the first lead; place: its rows have a Jaccard index of {SAME} with the "
        f"planted ones, or {NEAR} as parent or child; right: all of it; among: any lead has all"
    )
    return out


def _by_power(faults: list[Line], rate: Rate) -> list[str]:
    out = ["first lead right, by power of a test told the truth: slices, groups; screens, rules"]
    sides = [[x for x in faults if (x["setting"] == "screens") == shown] for shown in (False, True)]
    for low, high in pairwise(BANDS):
        told = [rate([x for x in part if low <= x["power"] < high], "right") for part in sides]
        out.append(f"  {low:4.2f} to {min(high, 1):4.2f}: {told[0]:>20s}   {told[1]:>20s}")
    wanted = [x for x in faults if x["power"] >= CLEAR]
    k = sum(x["right"] for x in wanted)
    out.append(f"  wanted at least 95 % from power {CLEAR} on: {wilson(k, len(wanted))}")
    wild = [x for x in faults if x["hidden"]]
    out.append(f"planted slices with a confirmed slice of other rows: "
               f"{wilson(sum(x['elsewhere'] for x in wild), len(wild))}")  # fmt: skip
    return out


def _nulls(nulls: list[Line]) -> list[str]:
    groups = [x for x in nulls if x["setting"] != "screens"]
    screens = [x for x in nulls if x["setting"] == "screens"]
    out = [
        (
            f"sound tables with a confirmed slice (wanted at most 5 %): "
            f"{wilson(sum(bool(x['confirmed']) for x in nulls), len(nulls))}"
        ),
        (
            f"  of those with outcomes: "
            f"{wilson(sum(bool(x['confirmed']) for x in groups), len(groups))}"
        ),
        (
            f"sound tables with a moderate or strong lead on groups: "
            f"{wilson(sum(bool(x['group']) for x in nulls), len(nulls))}"
        ),
        (
            f"sound tables with a UI finding (wanted at most 1 %): "
            f"{wilson(sum(bool(x['ui']) for x in nulls), len(nulls))}"
        ),
        f"  of those with screens: {wilson(sum(bool(x['ui']) for x in screens), len(screens))}",
    ]
    for kind in sorted({x["kind"] for x in nulls}):
        own = [x for x in nulls if x["kind"] == kind]
        counts = {what: sum(bool(x[what]) for x in own) for what in ("confirmed", "group", "ui")}
        out.append(f"  {kind:22s} n {len(own):3d}: confirmed {counts['confirmed']}, "
                   f"lead on groups {counts['group']}, UI {counts['ui']}")  # fmt: skip
    return out


def _beside(faults: list[Line], nulls: list[Line], sliceline: str) -> list[str]:
    """Three searches over the same tables: planted slices hit, sound tables with an alarm."""
    slices = [x for x in faults if x["hidden"] and "plain" in x]
    sound = [x for x in nulls if "plain" in x]
    clear = [x for x in slices if x["power"] >= CLEAR]
    out = [(f"three searches over {len(slices)} planted slices ({len(clear)} with power from "
           f"{CLEAR}) and {len(sound)} sound tables")]  # fmt: skip
    ways = [
        ("this program, confirmed slices", lambda x: x["hit"], lambda x: bool(x["confirmed"])),
        ("no correction, p < 0.05, largest", lambda x: x["plain"]["hit"],
         lambda x: x["plain"]["raised"] > 0),
    ]  # fmt: skip
    asked = [x for x in (*slices, *sound) if x.get("sliceline") is not None]
    if asked:
        ways.append(("sliceline, its best slice", lambda x: bool((x.get("sliceline") or {}).get(
            "hit")), lambda x: bool((x.get("sliceline") or {}).get("raised"))))  # fmt: skip
    for words, hit, alarm in ways:
        out.append(
            f"  {words:34s} hits {wilson(sum(map(hit, slices)), len(slices))}; "
            f"clear {wilson(sum(map(hit, clear)), len(clear))}; "
            f"false alarms {wilson(sum(map(alarm, sound)), len(sound))}"
        )
    if sliceline:
        out.append(f"  {sliceline}")
    raised = [x["plain"]["raised"] for x in sound]
    if raised:
        out.append(f"  descriptions raised without correction in a sound table: median "
                   f"{np.median(raised):.0f}")  # fmt: skip
    return out
