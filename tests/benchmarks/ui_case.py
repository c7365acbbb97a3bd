"""Makes a large case of UI events: five million of them over three million requests, Parquet.

``python tests/benchmarks/ui_case.py FOLDER [--events N]``.  A shop's home page: every view shows
five boxes (a banner, two of this model's own, the items viewed last, a promotion), so that two
events in five join to the log; of three scored candidates two are shown.  Planted: an account that
two people use on two devices; a box of another component; from day 20 of 30 on app version 7.2 cuts
texts and shows stale prices, and the mobile web loses three requests in ten; a promotion that does
not keep its title; a country in which another cut-off is in force.
``picks.txt`` has three ids: a request of the shared account, an event of another component's box, a
request that was not shown.
"""

from __future__ import annotations

import argparse
import hashlib
from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

import lightgbm
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

SEED = 20_261_128
EVENTS, BOXES, CANDIDATES = 5_000_000, 5, 3
DAYS, FAULT_DAY, CHUNK = 30, 20, 100_000
ITEMS, PAGES_A_SESSION, SESSIONS_AN_ACCOUNT = 20_000, 3, 6
PAGES_FOR = 1.3
THRESHOLD, MOVED = 0.50, 0.62
TRAINING_ROWS, TREES, LEAVES = 60_000, 60, 15
DAY_US = 86_400_000_000
START = 1_780_272_000_000_000  # 2026-06-01, in microseconds
DEVICES = np.array(["app", "desktop", "mobile_web"])
COUNTRIES = np.array(["DE", "AT", "CH", "FR", "NL", "PL"])
VERSIONS = np.array(["7.0", "7.1", "7.2"])
CATEGORIES = np.array(["bags", "home", "jackets", "shirts", "shoes", "sport", "trousers"])
WORDS = np.array(["Tote", "Cushion", "Rain jacket", "Trainers", "Yoga mat", "Chinos", "Polo"])
COLOURS = np.array(["black", "navy", "cognac", "olive", "white", "flowers", "grey", "red"])
COMPONENTS = np.array(["banner", "recommender", "recommender", "last_seen", "promoted"])
TITLES = np.array(["Summer sale", *["Recommended for you"] * 3, "Under 30 €"])
SERVICES = np.array(["content", "recommender", "recommender", "history", "ads"])
INPUTS = ("price", "affinity", "recency_days", "popularity", "discount", "account_age", "hour")
Arrays = dict[str, np.ndarray]


@dataclass(frozen=True)
class Catalogue:
    """Items by number: id, what is written on them, category and price."""

    item: np.ndarray
    text: np.ndarray
    category: np.ndarray
    price: np.ndarray


def catalogue(rng: np.random.Generator) -> Catalogue:
    """Draw the items."""
    number = np.arange(ITEMS)
    word, colour = WORDS[rng.integers(0, 7, ITEMS)], COLOURS[rng.integers(0, 8, ITEMS)]
    text = [f"{w}, {c}, number {n}" for w, c, n in zip(word, colour, number, strict=True)]
    price = np.round(np.exp(rng.normal(3.4, 0.6, ITEMS)), 2)
    item = np.array([f"it-{n:05d}" for n in number], dtype=object)
    return Catalogue(
        item, np.array(text, dtype=object), CATEGORIES[rng.integers(0, 7, ITEMS)], price
    )


def views(rng: np.random.Generator, pages: int) -> Arrays:
    """Page views in order of time with their session, account, device and version."""
    sessions = pages // PAGES_A_SESSION + 1
    accounts = sessions // SESSIONS_AN_ACCOUNT + 2
    activity = rng.gamma(0.9, 1.0, accounts)
    account = rng.choice(accounts, sessions, p=activity / activity.sum())
    home = rng.choice(3, accounts, p=[0.45, 0.33, 0.22])
    device = np.where(rng.random(sessions) < 0.03, rng.integers(0, 3, sessions), home[account])
    begin = rng.integers(0, DAYS * DAY_US, sessions)
    shared = np.arange(0, sessions, max(sessions // 40, 1))
    account[shared] = 0
    device[account == 0] = np.arange((account == 0).sum()) % 2
    session = np.sort(rng.integers(0, sessions, pages))
    time = begin[session] + rng.integers(0, 1_800_000_000, pages)
    order = np.argsort(time, kind="stable")
    session, time = session[order], time[order]
    return {
        "time": time,
        "session": session,
        "account": account[session],
        "device": device[session],
        "version": rng.choice(3, sessions, p=[0.5, 0.35, 0.15])[session],
        "country": rng.choice(6, accounts, p=[0.4, 0.1, 0.1, 0.2, 0.1, 0.1])[account[session]],
    }


def inputs(rng: np.random.Generator, rows: int, price: np.ndarray, hour: np.ndarray) -> Arrays:
    """The model's inputs of the candidates, shape (rows,) each."""
    recency = rng.gamma(1.2, 20.0, rows)
    recency[rng.random(rows) < 0.03] = np.nan
    return {
        "price": price,
        "affinity": np.round(rng.beta(1.5, 4, rows), 4),
        "recency_days": np.round(recency, 3),
        "popularity": np.floor(np.exp(rng.normal(4, 1, rows))),
        "discount": np.where(rng.random(rows) < 0.2, 0.1, 0.0),
        "account_age": np.floor(rng.gamma(1.5, 300, rows)),
        "hour": hour.astype(np.float64),
    }


def matrix(columns: Arrays) -> np.ndarray:
    """Inputs as the model takes them, shape (rows, 7)."""
    return np.column_stack([columns[name] for name in INPUTS])


def train(rng: np.random.Generator, items: Catalogue, folder: Path) -> lightgbm.Booster:
    """Train on drawn rows; write ``model.txt`` and ``training.parquet``."""
    n = TRAINING_ROWS
    hour = rng.integers(0, 24, n)
    columns = inputs(rng, n, items.price[rng.integers(0, ITEMS, n)], hour)
    odds = 3 * columns["affinity"] - 0.01 * np.nan_to_num(columns["recency_days"], nan=30)
    odds += 0.3 * np.log1p(columns["popularity"]) - 0.01 * columns["price"] - 1.2
    clicked = (rng.random(n) < 1 / (1 + np.exp(-odds))).astype(np.int64)
    data = lightgbm.Dataset(matrix(columns), clicked, feature_name=list(INPUTS))
    settings = {"objective": "binary", "num_leaves": LEAVES, "seed": SEED, "num_threads": 2,
                "deterministic": True, "verbosity": -1}  # fmt: skip
    booster = lightgbm.train(settings, data, TREES)
    booster.save_model(folder / "model.txt")
    pq.write_table(pa.table({**columns, "clicked": clicked}), folder / "training.parquet")
    return booster


def named(prefix: str, numbers: np.ndarray) -> pa.Array:
    """Ids: a prefix and a number."""
    return pc.binary_join_element_wise(prefix, pa.array(numbers).cast(pa.string()), "")


def taken(values: Sequence[str] | np.ndarray, codes: np.ndarray) -> pa.Array:
    """Texts by their code."""
    return pa.array(values).take(pa.array(codes))


def requests(
    rng: np.random.Generator, items: Catalogue, booster: lightgbm.Booster, seen: Arrays, first: int
) -> tuple[pa.Table, Arrays]:
    """The log's rows of a chunk of page views, and per page the two candidates that were shown."""
    pages = seen["time"].size
    many = {name: np.repeat(values, CANDIDATES) for name, values in seen.items()}
    n = pages * CANDIDATES
    item = rng.integers(0, ITEMS, n)
    columns = inputs(rng, n, items.price[item], many["time"] // 3_600_000_000 % 24)
    score = np.round(booster.predict(matrix(columns), num_threads=2), 6)
    moved = (many["country"] == 5) & (many["time"] >= FAULT_DAY * DAY_US)
    show = score >= np.where(moved, MOVED, THRESHOLD)
    canary = (many["time"] >= 8 * DAY_US) & (rng.random(n) < 0.5)
    table = pa.table(
        {
            "request_id": named("rq-", first * CANDIDATES + np.arange(n)),
            "at": pa.array(START + many["time"], pa.timestamp("us")),
            "account": named("m-", many["account"]),
            "session": named("s", many["session"]),
            "item": taken(items.item, item),
            "country": taken(COUNTRIES, many["country"]),
            "app_version": taken(VERSIONS, many["version"]),
            "model_version": taken(["click-05", "click-06"], canary.astype(np.int64)),
            **columns,
            "score": score,
            "decision": taken(["hold", "show"], show.astype(np.int64)),
        }
    )
    # the best two of those to be shown, in order of the score
    order = np.argsort(np.where(show, -score, 2 - score).reshape(pages, CANDIDATES), axis=1)
    at = (np.arange(pages)[:, None] * CANDIDATES + order)[:, :2].ravel()
    return table, {"request": first * CANDIDATES + at, "item": item[at], "show": show[at]}


def events(
    rng: np.random.Generator, items: Catalogue, seen: Arrays, shown: Arrays, first: int
) -> tuple[pa.Table, np.ndarray]:
    """UI events of a chunk of page views in order, lost ones left out; and each one's page."""
    pages = seen["time"].size
    n = pages * BOXES
    many = {name: np.repeat(values, BOXES) for name, values in seen.items()}
    box, number = np.tile(np.arange(BOXES), pages), first * BOXES + np.arange(n)
    own, banner = (box == 1) | (box == 2), box == 0
    late = many["time"] >= FAULT_DAY * DAY_US
    item = rng.integers(0, ITEMS, n)
    item[own] = shown["item"]
    cheap = np.flatnonzero(items.price < 30)
    promoted = (box == 4) & (rng.random(n) > 0.06)
    item[promoted] = cheap[rng.integers(0, cheap.size, int(promoted.sum()))]
    wrong = late & (many["version"] == 2)
    price = items.price[item]
    stale = np.flatnonzero(wrong & (rng.random(n) < 0.4))
    price[stale] = price[np.maximum(stale - BOXES, 0)]
    request = number.copy()
    request[own] = shown["request"]
    ids = pc.choose(
        pa.array(np.minimum(box, 3)), named("no-", request), named("rq-", request),
        named("rq-", request), named("ot-", request),
    )  # fmt: skip
    whole = [*items.text, *(words[:12] + "…" for words in items.text), "Up to 30 % off"]
    cached = banner.copy()
    cached[stale] = True
    columns = {
        "event_id": named("ev-", number),
        "shown_at": pa.array(
            START + many["time"] + 900_000 + rng.integers(0, 700_000, n), pa.timestamp("us")
        ),
        "session": named("s", many["session"]),
        "account": named("m-", many["account"]),
        "component": taken(COMPONENTS, box),
        "title": taken(TITLES, box),
        "position": box + 1,
        "item": pc.if_else(pa.array(banner), None, taken(items.item, item)),
        "text": taken(whole, np.where(banner, 2 * ITEMS, item + ITEMS * wrong)),
        "price_shown": np.where(banner, np.nan, price),
        "request_id": pc.if_else(pa.array(banner), None, ids),
        "service": taken(SERVICES, box),
        "service_version": taken(["14", "click-05", "click-06"], own * (1 + late)),
        "cached": cached,
        "device": taken(DEVICES, many["device"]),
        "app_version": taken(VERSIONS, many["version"]),
        "locale": taken(["en-GB", "de-DE"], (rng.random(n) < 0.1).astype(np.int64)),
        "section": taken(["men", "women"], rng.integers(0, 2, n)),
        "arm": taken(["control", "new_ranking"], many["account"] % 2),
    }
    held, lost = np.zeros(n, dtype=np.bool_), rng.random(n)
    held[own] = ~shown["show"]
    gone = own & (held | (lost < np.where(late & (many["device"] == 2), 0.3, 0.01)))
    return pa.table(columns).filter(pa.array(~gone)), number[~gone] // BOXES


CASE = """title = "Five million UI events"
decision = "{decision}"
zone = "UTC"
[model]
file = "model.txt"
threshold = {threshold}
above = "show"
below = "hold"
adverse = "hold"
component = ["recommender"]
[log]
file = "log.parquet"
[log.columns]
id = "request_id"
time = "at"
subject = "account"
session = "session"
score = "score"
decision = "decision"
model_version = "model_version"
segment = ["country", "app_version"]
[reference]
file = "training.parquet"
columns = {{ outcome = "clicked" }}
[[ui_events]]
file = "events.parquet"
[ui_events.columns]
event = "event_id"
request = "request_id"
time = "shown_at"
subject = "account"
model_version = "service_version"
[[lookup]]
file = "items.csv"
"""


def picks(log: pa.Table, shown: pa.Table) -> dict[str, str]:
    """Ids of a chunk, if it has them: the shared account, a foreign box, a request not shown."""
    ids = log.column("request_id")
    seen = pc.is_in(ids, value_set=shown.column("request_id").combine_chunks())
    mine = pc.and_(seen, pc.equal(log.column("account"), "m-0"))
    lost = pc.and_(pc.invert(seen), pc.equal(log.column("decision"), "show"))
    foreign = pc.and_(
        pc.equal(shown.column("component"), "last_seen"), pc.equal(shown.column("account"), "m-0")
    )
    found = {"request": ids.filter(mine), "event": shown.column("event_id").filter(foreign),
             "lost": ids.filter(lost)}  # fmt: skip
    return {name: each[0].as_py() for name, each in found.items() if len(each)}


def write(folder: Path, count: int) -> list[str]:
    """Write the tables chunk by chunk until there are so many events; return the picks."""
    rng = np.random.default_rng(SEED)
    items = catalogue(rng)
    booster = train(rng, items, folder)
    lines = zip(items.item, items.text, items.category, items.price, strict=True)
    told = "\n".join(f'{i},"{t}",{c},{p:.2f}' for i, t, c, p in lines)
    (folder / "items.csv").write_text(f"item,title,category,price\n{told}\n", encoding="utf-8")
    # candidates are held back and events lost: more pages than a fifth of the events
    seen = views(rng, int(count / BOXES * PAGES_FOR))
    chosen: dict[str, str] = {}
    with ExitStack() as stack:
        writers: list[pq.ParquetWriter] = []
        written = first = 0
        while written < count:
            part = {name: values[first : first + CHUNK] for name, values in seen.items()}
            log, drawn = requests(rng, items, booster, part, first)
            shown, page = events(rng, items, part, drawn, first)
            if written + shown.num_rows >= count:  # no requests after the last event
                shown = shown.slice(0, count - written)
                log = log.slice(0, int(page[shown.num_rows - 1] - first + 1) * CANDIDATES)
            if not writers:
                for name, table in (("log", log), ("events", shown)):
                    writer = pq.ParquetWriter(folder / f"{name}.parquet", table.schema)
                    writers.append(stack.enter_context(writer))
            for writer, table in zip(writers, (log, shown), strict=True):
                writer.write_table(table)
            chosen |= picks(log, shown) if first < 0.8 * seen["time"].size else {}
            written, first = written + shown.num_rows, first + CHUNK
    return [chosen[name] for name in ("request", "event", "lost")]


def make(folder: Path, count: int = EVENTS) -> Path:
    """Make the case in ``folder`` unless this very script made it there before; return it."""
    stamp = folder / "made_by.txt"
    mark = f"{hashlib.sha256(Path(__file__).read_bytes()).hexdigest()} {count}"
    if stamp.is_file() and stamp.read_text(encoding="utf-8") == mark:
        return folder
    folder.mkdir(parents=True, exist_ok=True)
    chosen = write(folder, count)
    text = CASE.format(decision=chosen[0], threshold=THRESHOLD)
    (folder / "case.toml").write_text(text, encoding="utf-8")
    (folder / "picks.txt").write_text("\n".join(chosen), encoding="utf-8")
    stamp.write_text(mark, encoding="utf-8")
    return folder


def main() -> None:
    """Make the case where the command line says."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--events", type=int, default=EVENTS)
    given = parser.parse_args()
    print(make(given.folder, given.events))


if __name__ == "__main__":
    main()
