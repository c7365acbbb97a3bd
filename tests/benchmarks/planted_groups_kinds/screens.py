"""What was shown: pages of visits with our own boxes, boxes of others, and innocent oddities.

Columns of the events that begin with ``_`` are for the generator: ``_row`` is the log's row.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from planted_kinds.parts import Mask, Random, Rows

from planted_groups_kinds.parts import REQUEST, TIME, WHO, Table, Truth
from planted_groups_kinds.power import power_of_count

PAGE = 3  # requests of one visit
ITEMS = 300
ROBOT = "crawler-"
OWN, SERVICE = "offers", "scoring"
PLAIN, CHEAP, STOCK = "Offers for you", "Under 50", "In stock"
SHOWN_SEGMENTS = ("region", "channel", "app_version", "browser")
EVENTS = ("event_id", REQUEST, "at", WHO, "visit", "component", "title", "position", "item", "text",
          "label", "service", "version", "cached", "device", "app", "locale", "arm", "shown_score",
          "shown_amount")  # fmt: skip
LOCALES = ("de-DE", "en-GB", "fr-FR", "es-ES", "it-IT", "nl-NL")
REASONS = (
    "The amount of this order lies far above what this account has spent in a month",
    "Card and delivery name two countries, and the account is younger than a week",
    "The form was filled in faster than a person types all of its fields by hand",
    "A known account with many orders and a short way to the next branch office",
    "Ordinary",
)


@dataclass(frozen=True)
class Innocent:
    """Oddities that are nobody's fault: shares of all requests, seconds, customers."""

    lost: float = 0.01
    cached: float = 0.05
    two_devices: float = 0.04
    crawlers: float = 0.0
    skewed: float = 0.0
    skew_s: float = 0.0
    arms: bool = True
    retried: float = 0.0


def page_up(rng: Random, table: Table, innocent: Innocent) -> None:
    """Put the requests into visits of one customer each, with items, versions and arms."""
    log, n = table.log, table.n
    visit = np.arange(n) // PAGE
    first = visit * PAGE
    log[TIME] = np.sort(log[TIME])[first]
    for name in (WHO, *SHOWN_SEGMENTS):
        log[name] = log[name][first]
    robots = np.flatnonzero(rng.random(visit.max() + 1) < innocent.crawlers)
    for k, each in enumerate(robots):
        log[WHO][visit == each] = f"{ROBOT}{k % 3}"
    _, at, whose = np.unique(log[WHO].astype(str), return_index=True, return_inverse=True)
    for name in ("region", "browser"):  # people stay where they are
        log[name] = log[name][at][whose]
    log["visit"] = np.array([f"v{k}" for k in visit], object)
    versions = np.array(["m7", "m8"], object) if rng.random() < 0.3 else np.array(["m8"], object)
    log["model_version"] = versions[rng.integers(0, versions.size, visit.max() + 1)][visit]
    drawn = rng.random(at.size) < 0.5
    log["arm"] = np.where(drawn, "A", "B").astype(object)[whose]
    if not innocent.arms:
        log["arm"] = np.full(n, "A", object)
    log["reason"] = np.array(
        [f"{REASONS[a]} (code {b})" for a, b in zip(rng.integers(0, 5, n), rng.integers(0, 999, n),
                                                   strict=True)], object
    )  # fmt: skip
    _items(rng, table, visit)
    device = np.where(rng.random(at.size) < 0.6, "phone", "desktop").astype(object)[whose]
    both = (rng.random(at.size) < innocent.two_devices)[whose]
    away = (rng.random(visit.max() + 1) < 0.15)[visit] & both
    other = np.where(device == "phone", "desktop", "phone").astype(object)
    log["device"] = np.where(away, other, device)


def _items(rng: Random, table: Table, visit: np.ndarray) -> None:
    price = np.round(rng.lognormal(3.8, 0.8, ITEMS), 2)
    names = np.array([f"it-{k}" for k in range(ITEMS)], object)
    stock = (rng.random(ITEMS) < 0.85).astype(np.int64)
    table.items = {"item": names, "price": price, "stock": stock,
                   "rating": np.round(rng.uniform(2, 5, ITEMS), 1)}  # fmt: skip
    titles = np.array([PLAIN, CHEAP, STOCK], object)
    title = titles[rng.choice(3, visit.max() + 1, p=[0.4, 0.3, 0.3])][visit]
    chosen = rng.integers(0, ITEMS, table.n)
    for kept, held in ((CHEAP, price < 50), (STOCK, stock > 0)):
        mine = title == kept
        chosen[mine] = rng.choice(np.flatnonzero(held), int(mine.sum()))
    table.log["item"] = names[chosen]
    table.log["_title"] = title


def show(rng: Random, table: Table, innocent: Innocent) -> None:
    """Draw the events: our own boxes in the order of the scores, banners, boxes of others."""
    log, n = table.log, table.n
    visit = np.arange(n) // PAGE
    order = np.lexsort((-table.scores, visit))
    place = np.empty(n, dtype=np.int64)
    place[order] = np.arange(n) % PAGE + 1
    delay = np.round(rng.exponential(2, n) + 0.4).astype(np.int64)
    skew = (rng.random(visit.max() + 1) < innocent.skewed)[visit] * innocent.skew_s
    regions = {name: k for k, name in enumerate(np.unique(log["region"].astype(str)))}
    own: Rows = {
        REQUEST: log["id"], "at": log[TIME] + delay + skew.astype(np.int64),
        "component": np.full(n, OWN, object), "title": log["_title"], "position": place,
        "item": log["item"], "text": log["reason"], "service": np.full(n, SERVICE, object),
        "label": np.where(table.adverse, "We look at it", "Approved").astype(object),
        "version": log["model_version"], "cached": rng.random(n) < innocent.cached,
        "app": log["app_version"],
        "locale": np.array([LOCALES[regions[v] % len(LOCALES)] for v in log["region"]], object),
        "shown_score": np.array([f"{100 * s:.0f} %" for s in table.scores], object),
        "shown_amount": log["amount"], "_row": np.arange(n),
    }  # fmt: skip
    own |= {name: log[name] for name in (WHO, "visit", "device", "arm")}
    kept = np.flatnonzero(rng.random(n) >= innocent.lost)
    if innocent.crawlers:  # a crawler asks and renders nothing
        kept = kept[~np.array([str(v).startswith(ROBOT) for v in log[WHO][kept]])]
    again = kept[rng.random(kept.size) < innocent.retried]
    kept = np.sort(np.concatenate([kept, again]))
    parts = [{name: values[kept] for name, values in own.items()}]
    opened = np.flatnonzero((np.arange(n) % PAGE == 0) & (rng.random(n) < 0.95))
    parts += [_other(own, opened, "banner", "Summer sale", 0)]
    some = opened[rng.random(opened.size) < 0.4]
    parts += [_other(own, some, "last_seen", "Seen before", PAGE + 1)]
    joined = {name: np.concatenate([p[name] for p in parts]) for name in parts[0]}
    ranked = np.lexsort((joined["position"], joined["at"]))
    table.events = {name: values[ranked] for name, values in joined.items()}
    numbers = np.arange(ranked.size)
    table.events["event_id"] = np.array([f"e{k}" for k in numbers], object)


def _other(own: Rows, rows: np.ndarray, component: str, title: str, position: int) -> Rows:
    """Boxes that are not ours, on the pages of these rows."""
    found = {name: values[rows] for name, values in own.items()}
    m, nothing = rows.size, np.full(rows.size, None, dtype=object)
    found |= dict.fromkeys((REQUEST, "text", "label", "version", "shown_score"), nothing)
    found |= {
        "component": np.full(m, component, object), "title": np.full(m, title, object),
        "service": np.full(m, "content" if component == "banner" else "history", object),
        "position": np.full(m, position), "shown_amount": np.full(m, np.nan),
        "_row": np.full(m, -1),
    }  # fmt: skip
    if component == "banner":
        found["item"] = nothing
    return found


@dataclass(frozen=True)
class Spot:
    """Where a fault of the screen lies: rows of the log in one segment and window."""

    segment: tuple[dict, ...]
    scope: Mask
    rows: Mask
    onset: int | None
    looks: int


def spot(
    rng: Random, table: Table, names: tuple[str, ...] = SHOWN_SEGMENTS, *,
    since: float = 0.6, low: float = 0.04, high: float = 0.5,
) -> Spot:  # fmt: skip
    """Choose a value of a segment column and, by chance, a day since when."""
    for _ in range(80):
        name = str(rng.choice(names))
        each = str(rng.choice(np.unique(table.log[name].astype(str))))
        scope = np.asarray(table.log[name] == each)
        if low <= scope.mean() <= high:
            break
    looks = sum(np.unique(table.log[c].astype(str)).size for c in SHOWN_SEGMENTS)
    if rng.random() >= since:
        return Spot(({"column": name, "equals": each},), scope, scope, None, looks)
    time = table.log[TIME]
    onset = int(np.quantile(time[scope], rng.uniform(0.2, 0.8)))
    rows = scope & (time >= onset)
    return Spot(({"column": name, "equals": each},), scope, rows, onset, 20 * looks)


def truth_at(
    table: Table, causes: tuple[str, ...], where: Spot, hit: Mask, usual: float, **more: object
) -> Truth:
    """Describe a fault in a spot; ``hit`` are the log's rows that it really changed."""
    n, k = int(where.rows.sum()), int(hit.sum())
    power = power_of_count(n, k / max(n, 1), max(usual, 1 / (table.n - n + 2)), where.looks)
    first = int(table.log[TIME][hit].min()) if k and where.onset is not None else None
    told: dict = {"pick": hit, "onset": where.onset, "first": first}
    data = {"share": round(k / max(n, 1), 3), "hit": k}
    return Truth(causes, where.segment, where.scope, power, more=data, **(told | more))
