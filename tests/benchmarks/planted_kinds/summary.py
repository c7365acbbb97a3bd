"""The printed tables: by kind, by difficulty, and false alarms by drift; each with its n."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

Line = dict[str, Any]
BANDS = ((-np.inf, 0.0), (0.0, 10.0), (10.0, 30.0), (30.0, 100.0), (100.0, np.inf))
TOLD = ("cause", "features", "transform", "segment", "onset")


def part(lines: list[Line], what: str) -> str:
    """Hits of those that can be right or wrong."""
    known = [line for line in lines if line[what] is not None]
    return f"{sum(bool(line[what]) for line in known)}/{len(known)}" if known else "-"


def is_clear(line: Line) -> bool:
    """Whether the answer is wanted: every gain above ln(looks) + 10."""
    return line["clear"] is not None and line["clear"] >= 0


def summary(
    lines: list[Line], unchecked: frozenset[str], rate: Callable[[list[Line], str], str]
) -> str:
    """All tables as text; ``rate`` prints a share with its n."""
    faults = [line for line in lines if not line["kind"].startswith("twin:")]
    twins = [line for line in lines if line["kind"].startswith("twin:")]
    for line in lines:
        line["alarm"] = line["loud_wrong"] > 0
    out = _by_kind(faults, unchecked)
    out.append("")
    out.append("all right, by least gain over ln(looks) + 10 (kinds that are checked)")
    judged = [line for line in faults if line["kind"] not in unchecked]
    for low, high in BANDS:
        band = [x for x in judged if low <= x["clear"] < high]
        out.append(f"  {low:7g} to {high:7g}: {rate(band, 'right')}   found {rate(band, 'found')}")
    wanted = [line for line in judged if is_clear(line)]
    out.append(f"  all above       : {rate(wanted, 'right')}   found {rate(wanted, 'found')}")
    out.append(f"faulty tables with a further, wrong lead: {rate(faults, 'alarm')}")
    out.append(f"twins with a moderate or strong lead: {rate(twins, 'alarm')}")
    for drift in sorted({line["kind"] for line in twins}):
        out.append(f"  {drift:20s}: {rate([x for x in twins if x['kind'] == drift], 'alarm')}")
    broken = [f"{x['kind']} {x['seed']} ({', '.join(x['failed'])})" for x in lines if x["failed"]]
    out.append(f"tables on which a check itself failed: {len(broken)} {'; '.join(broken[:5])}")
    for what, words in (
        ("seconds", "investigation, s"),
        ("cpu", "investigation, s of processor time"),
        ("cpu_whole", "with making and judging, s of processor time"),
    ):
        each = [line[what] for line in lines] or [0.0]
        out.append(f"{words}: median {np.median(each):.2f}, longest {max(each):.2f}")
    return "\n".join(out)


def _by_kind(faults: list[Line], unchecked: frozenset[str]) -> list[str]:
    head = f"{'kind':28s} {'n':>4s} {'clear':>6s} {'found':>7s} {'right':>7s} | of the clear: right"
    out = [head + " ".join(f"{what:>10s}" for what in TOLD) + "      wrong"]
    for kind in sorted({line["kind"] for line in faults}):
        own = [line for line in faults if line["kind"] == kind]
        clear = [line for line in own if is_clear(line)]
        found = [line for line in clear if line["found"]]
        out.append(
            f"{kind:28s} {len(own):4d} {len(clear):6d} {part(own, 'found'):>7s} "
            f"{part(own, 'right'):>7s} | {part(clear, 'right'):>19s}"
            + " ".join(
                f"{part(found if what not in TOLD[:2] else clear, what):>10s}" for what in TOLD
            )
            + f"   {part(own, 'alarm'):>8s}"
            + ("  not yet checked" if kind in unchecked else "")
        )
    return out
