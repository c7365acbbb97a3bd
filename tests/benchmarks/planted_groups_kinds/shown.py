"""Kinds: what was shown is not what was decided, not ours, not this person's, or not at all."""

from __future__ import annotations

from typing import Any

import numpy as np
from planted_kinds.parts import Mask, Random, Rows

from planted_groups_kinds.parts import (
    IDENTITY,
    JOIN,
    OTHER,
    REQUEST,
    STALE,
    TIME,
    WHO,
    WORDING,
    Table,
    Truth,
    equals,
    kind,
)
from planted_groups_kinds.power import power_of_count
from planted_groups_kinds.rules import ROWS
from planted_groups_kinds.screens import (
    CHEAP,
    OWN,
    PAGE,
    PLAIN,
    STOCK,
    Innocent,
    Spot,
    show,
    spot,
    truth_at,
)

INNOCENT = Innocent()


def events_of(rng: Random, table: Table) -> Rows:
    """Draw the events that the kind is going to spoil."""
    show(rng, table, INNOCENT)
    assert table.events is not None
    return table.events


def spoil(events: Rows, column: str, where: Mask, new: Any) -> Mask:
    """Put other values where told; return which events differ now."""
    old = events[column]
    events[column] = np.where(where, new, old)
    return np.asarray(where & (events[column] != old))


def at(events: Rows, rows: Mask) -> Mask:
    """Our own events of these rows of the log."""
    row = events["_row"]
    return np.asarray((row >= 0) & rows[np.maximum(row, 0)])


def of_log(table: Table, events: Rows, hit: Mask) -> Mask:
    """Rows of the log whose event was hit."""
    found = np.zeros(table.n, dtype=bool)
    found[events["_row"][hit & (events["_row"] >= 0)]] = True
    return found


def shown_otherwise(rng: Random, table: Table, column: str, new: Any, **more: Any) -> Truth | None:
    """One shown column is wrong in a spot; ``new`` makes all its wrong values."""
    where, events = spot(rng, table), events_of(rng, table)
    hit = spoil(events, column, at(events, where.rows), new(events))
    return truth_at(table, (WORDING,), where, of_log(table, events, hit), 0.0, **more)


@kind("screens", ROWS)
def other_component(rng: Random, table: Table) -> Truth | None:
    """The box with our title was filled by another team's component."""
    where, events = spot(rng, table, since=0.3), events_of(rng, table)
    mine = at(events, where.rows) & (events["title"] == PLAIN)
    if mine.sum() < 2:
        return None
    events["component"] = np.where(mine, "bestseller", events["component"])
    events["service"] = np.where(mine, "catalogue", events["service"])
    for name in ("text", "label", "version", "shown_score"):
        events[name] = np.where(mine, None, events[name])
    strange = np.array([f"bs-{k}" for k in range(mine.size)], object)
    events[REQUEST] = np.where(mine, strange, events[REQUEST])
    events["shown_amount"] = np.where(mine, np.nan, events["shown_amount"])
    picked = str(rng.choice(events["event_id"][mine]))
    where_of = (equals("component", "bestseller"),)
    return Truth((OTHER,), where_of, mine, 1.0, picked=picked, of_events=True)


@kind("screens", ROWS)
def misleading_title(rng: Random, table: Table) -> Truth | None:
    """The box says "Under 50" over items of any price."""
    assert table.items is not None
    where = spot(rng, table, since=0.0)
    if rng.random() < 0.5:  # everywhere: whoever wrote the title did not know what fills the box
        everywhere = np.ones(table.n, dtype=bool)
        where = Spot((), everywhere, everywhere, None, 60)
    price = dict(zip(table.items["item"], table.items["price"], strict=True))
    rows = where.rows & (table.log["_title"] == PLAIN)
    table.log["_title"] = np.where(rows, CHEAP, table.log["_title"])
    dear = np.array([price[v] >= 50 for v in table.log["item"]])
    told = truth_at(table, (WORDING,), where, rows & dear, 0.0)
    events_of(rng, table)
    return Truth(**{**told.__dict__, "rows": None})


@kind("screens", ROWS)
def misleading_in_one_place(rng: Random, table: Table) -> Truth | None:
    """In one place, by chance since a day, the box "Under 50" holds items of any price."""
    assert table.items is not None
    where = spot(rng, table, high=0.3)
    price = dict(zip(table.items["item"], table.items["price"], strict=True))
    dear = np.array([item for item, each in price.items() if each >= 50], object)
    box = where.rows & (table.log["_title"] == CHEAP)
    hit = box & (rng.random(table.n) < rng.uniform(0.3, 1.0))
    table.log["item"] = np.where(hit, rng.choice(dear, table.n), table.log["item"])
    told = truth_at(table, (WORDING,), Spot(where.segment, box, box, where.onset, where.looks),
                    hit, 0.0)  # fmt: skip
    events_of(rng, table)
    return Truth(**{**told.__dict__, "rows": where.scope})


@kind("screens", ROWS)
def broken_promise(rng: Random, table: Table) -> Truth | None:
    """Since a day the box "In stock" holds what is sold out as well."""
    assert table.items is not None
    time = table.log[TIME]
    onset = int(np.quantile(time, rng.uniform(0.2, 0.8)))
    out = table.items["item"][table.items["stock"] == 0]
    box = np.asarray(table.log["_title"] == STOCK)
    hit = box & (time >= onset) & (rng.random(table.n) < rng.uniform(0.05, 0.6))
    table.log["item"] = np.where(hit, rng.choice(out, table.n), table.log["item"])
    where = Spot((), np.ones(table.n, dtype=bool), box & (time >= onset), onset, 60)
    events_of(rng, table)
    told = truth_at(table, (WORDING,), where, hit, 0.0)
    return Truth(**{**told.__dict__, "rows": None})


def _account(rng: Random, table: Table, *, at_once: bool) -> Truth | None:
    """Give many visits to one account, from two devices in turn, or at the same moments."""
    log, visit = table.log, np.arange(table.n) // PAGE
    many = int(rng.integers(6, 30))
    name = str(rng.choice(log[WHO]))
    chosen = rng.choice(visit.max(), many, replace=False)
    mine = np.isin(visit, chosen)
    log[WHO] = np.where(mine, name, log[WHO]).astype(object)
    mine = np.asarray(log[WHO] == name)
    device = np.where(rng.random(visit.max() + 1) < 0.5, "phone", "desktop").astype(object)
    log["device"] = np.where(mine, device[visit], log["device"])
    events = events_of(rng, table)
    if at_once:  # a second visit begins within the first, on the other device
        found = np.flatnonzero(mine & (np.arange(table.n) % PAGE == 0))
        for first in found[:-1:2]:
            other = found[np.searchsorted(found, first) + 1]
            block = events["visit"] == log["visit"][other]
            gap = int(log[TIME][first] - log[TIME][other]) + int(rng.integers(1, 20))
            events["at"] = events["at"] + np.where(block, gap, 0)
            log[TIME] = log[TIME] + np.where(visit == visit[other], gap, 0)
            new = "phone" if log["device"][first] == "desktop" else "desktop"
            events["device"] = np.where(block, new, events["device"])
            log["device"] = np.where(visit == visit[other], new, log["device"])
    pairs = np.unique(visit[mine]).size - 1
    usual = 0.04 * 0.3 + 1 / 300
    power = power_of_count(pairs, 0.5, usual, np.unique(log[WHO].astype(str)).size)
    return Truth((IDENTITY, JOIN), (equals(WHO, name),), mine, power, mine, more={"visits": pairs})


@kind("screens", ROWS)
def shared_account(rng: Random, table: Table) -> Truth | None:
    return _account(rng, table, at_once=False)


@kind("screens", ROWS)
def merged_devices(rng: Random, table: Table) -> Truth | None:
    return _account(rng, table, at_once=True)


@kind("screens", ROWS)
def joined_to_another_subject(rng: Random, table: Table) -> Truth | None:
    """In one place log and screen name two customers for the same request."""
    where, events = spot(rng, table), events_of(rng, table)
    shifted = np.roll(events[WHO], 7 * PAGE + 2)
    hit = spoil(events, WHO, at(events, where.rows), shifted)
    return truth_at(table, (JOIN, IDENTITY), where, of_log(table, events, hit), 0.0)


@kind("screens", ROWS)
def stale_cache(rng: Random, table: Table) -> Truth | None:
    """In one place the box shows what was decided for this customer before."""
    where, events = spot(rng, table), events_of(rng, table)
    before = _earlier(table)
    known = at(events, where.rows & (before >= 0))
    row = np.maximum(before[np.maximum(events["_row"], 0)], 0)
    shown = np.array([f"{100 * s:.0f} %" for s in table.scores], object)
    hit = spoil(events, "shown_score", known, shown[row])
    hit |= spoil(events, "shown_amount", known, table.log["amount"][row])
    spoil(events, "text", known, table.log["reason"][row])
    events["cached"] = events["cached"] | known
    return truth_at(table, (STALE, WORDING), where, of_log(table, events, hit), 0.0)


def _earlier(table: Table) -> np.ndarray:
    """The same customer's last row of an earlier visit, -1 where there is none."""
    last: dict[str, int] = {}
    found = np.full(table.n, -1)
    for k in range(0, table.n, PAGE):
        who = str(table.log[WHO][k])
        found[k : k + PAGE] = last.get(who, -1)
        last[who] = min(k + PAGE, table.n) - 1
    return found


@kind("screens", ROWS)
def truncated_text(rng: Random, table: Table) -> Truth | None:
    most = int(rng.integers(12, 40))
    end = str(rng.choice(["…", "..."]))

    def cut(events: Rows) -> np.ndarray:
        return np.array([v if v is None or len(v) <= most else v[:most] + end
                         for v in events["text"]], object)  # fmt: skip

    return shown_otherwise(rng, table, "text", cut)


@kind("screens", ROWS)
def wrong_number_shown(rng: Random, table: Table) -> Truth | None:
    factor = float(rng.choice([100.0, 0.01, 1.17, 10.0]))
    return shown_otherwise(
        rng, table, "shown_amount", lambda events: np.round(events["shown_amount"] * factor, 2)
    )


@kind("screens", ROWS)
def wrong_locale(rng: Random, table: Table) -> Truth | None:
    """The sign for decimals is taken for that of thousands: 12.34 is shown as 1,234."""

    def misread(events: Rows) -> np.ndarray:
        told = [float(f"{a:.2f}".rstrip("0").rstrip(".").replace(".", "") or 0)
                if np.isfinite(a) else np.nan for a in events["shown_amount"]]  # fmt: skip
        return np.array(told)

    return shown_otherwise(rng, table, "shown_amount", misread)


@kind("screens", ROWS)
def wrong_label_shown(rng: Random, table: Table) -> Truth | None:
    other = {"We look at it": "Approved", "Approved": "We look at it", None: None}
    return shown_otherwise(
        rng, table, "label", lambda events: np.array([other[v] for v in events["label"]], object)
    )


@kind("screens", ROWS)
def wrong_rank(rng: Random, table: Table) -> Truth | None:
    """In one place the page is in the opposite order of the scores."""
    return shown_otherwise(
        rng, table, "position",
        lambda events: np.where(events["component"] == OWN, PAGE + 1 - events["position"],
                                events["position"]),
    )  # fmt: skip


def _without(rng: Random, table: Table, share: float) -> Truth | None:
    where, events = spot(rng, table), events_of(rng, table)
    gone = at(events, where.rows & (rng.random(table.n) < share))
    table.events = {name: values[~gone] for name, values in events.items()}
    shown = np.zeros(table.n, dtype=bool)
    shown[table.events["_row"][table.events["_row"] >= 0]] = True
    return truth_at(table, (WORDING,), where, where.rows & ~shown, INNOCENT.lost)


@kind("screens", ROWS)
def never_displayed(rng: Random, table: Table) -> Truth | None:
    return _without(rng, table, 1.0)


@kind("screens", ROWS)
def lost_requests(rng: Random, table: Table) -> Truth | None:
    return _without(rng, table, float(rng.uniform(0.08, 0.7)))


@kind("screens", ROWS)
def events_without_request(rng: Random, table: Table) -> Truth | None:
    """The log lost requests that were shown: our own events carry ids that it does not have."""
    where, events = spot(rng, table, since=0.5), events_of(rng, table)
    gone = where.rows & (rng.random(table.n) < rng.uniform(0.1, 0.7))
    mine = at(events, gone)
    if not mine.any():
        return None
    picked = str(rng.choice(events["event_id"][mine]))
    told = truth_at(table, (JOIN,), where, gone, 0.0)
    first = told.onset and int(events["at"][mine].min())  # shown some seconds after it was asked
    kept = np.cumsum(~gone) - 1
    row = events["_row"]
    events["_row"] = np.where(mine | (row < 0), -1, kept[np.maximum(row, 0)])
    table.log = {name: values[~gone] for name, values in table.log.items()}
    for name in ("scores", "adverse", "sound", "chance", "seen", "searched"):
        setattr(table, name, getattr(table, name)[~gone])
    more = {"rows": None, "pick": None, "picked": picked, "first": first}
    return Truth(**{**told.__dict__, **more})


@kind("screens", ROWS)
def long_delay(rng: Random, table: Table) -> Truth | None:
    """In one place boxes were shown hours after they were decided."""
    where, events = spot(rng, table), events_of(rng, table)
    late = at(events, where.rows & (rng.random(table.n) < rng.uniform(0.01, 0.2)))
    hours = rng.uniform(1, 30, late.size) * 3600
    hit = spoil(events, "at", late, (events["at"] + hours).astype(np.int64))
    told = truth_at(table, (STALE,), where, of_log(table, events, hit), 0.0)
    return Truth(**{**told.__dict__, "rows": None, "onset": None})
