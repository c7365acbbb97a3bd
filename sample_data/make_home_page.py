"""Sample (b): a bag on the wrong page, shown by the last-seen box and not by the recommender."""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

import lightgbm
import numpy as np
import pandas as pd
from home_picture import draw
from home_texts import CASE, FEATURES, STORY
from home_visits import (
    CATEGORIES,
    SCREENS,
    SHARED,
    Account,
    Person,
    Visit,
    make_accounts,
    make_items,
    make_visits,
    score_candidates,
    view_items,
)
from sample_files import (
    Place,
    area_under_curve,
    train,
    utc,
    write_csv,
    write_json,
    write_parquet,
    write_text,
)

SEED = 20_260_602
FIRST, TRAINING_DAYS, LIVE_DAYS = "2026-03-30", 63, 14
TRAINING_VIEWS, LIVE_VIEWS, IMPRESSIONS = 1_250, 520, 3_000
THRESHOLD = 0.06
OWN = "recommender"
INPUTS = (
    "item_category",
    "item_price",
    "discount",
    "popularity_7d",
    "category_affinity",
    "section_affinity",
    "days_since_category",
    "account_age",
    "hour_of_day",
    "screen",
)
WORDS = {"item_category": CATEGORIES, "screen": SCREENS}
PARAMETERS = {
    "learning_rate": 0.04,
    "num_leaves": 7,
    "min_data_in_leaf": 80,
    "feature_fraction": 0.7,
    "bagging_fraction": 0.7,
    "bagging_freq": 1,
    "lambda_l2": 10,
    "cat_smooth": 20,
    "min_data_per_group": 60,
}
TREES = 120
TITLES = {
    "banner": "Summer sale",
    "recommender": "Recommended for you",
    "last_seen": "Recommended for you again",
    "promoted": "Our tip",
}
SERVICES = {
    "banner": ("content", "14"),
    "recommender": ("recommender", "click-2026-05"),
    "last_seen": ("history", "3.1"),
    "promoted": ("ads", "88.2"),
}
# Seconds by which a screen's clock runs ahead of the recommender's.
SKEW = {"app": 1.8, "desktop": -2.4, "mobile_web": 0.6, "crawler": 0.0}
PREFIX = {"recommender": "rq", "last_seen": "ls", "promoted": "ad"}


@dataclass(frozen=True)
class HomePage:
    """Everything made, before it is written."""

    items: pd.DataFrame
    training: pd.DataFrame
    log: pd.DataFrame
    shown: pd.DataFrame
    model: lightgbm.Booster


def model_inputs(frame: pd.DataFrame) -> pd.DataFrame:
    """Return the model's inputs in its order, text as pandas categories."""
    inputs = frame[list(INPUTS)].copy()
    for name, values in WORDS.items():
        inputs[name] = pd.Categorical(inputs[name], categories=list(values))
    return inputs


def training_rows(
    visits: list[Visit], items: pd.DataFrame, rng: np.random.Generator
) -> pd.DataFrame:
    """Two months in which candidates were shown at random, so that clicks are known for all."""
    parts = []
    for visit in visits:
        part = score_candidates(visit, items, rng)
        parts.append(part.assign(at=visit.time, account=visit.account.name))
        view_items(visit, items, rng)
    return pd.concat(parts, ignore_index=True)


def crawler_visits(visits: list[Visit], rng: np.random.Generator) -> list[Visit]:
    """Crawlers: no account, a page every few seconds, at night."""
    found = []
    for night in (3, 8, 11):
        time = visits[0].time.floor("D") + pd.Timedelta(days=night, hours=3, minutes=11)
        person = Person(np.full(3, 1 / 3), np.full(len(CATEGORIES), 1 / 7), "desktop")
        nobody = Account("", [person], pd.Timestamp("2026-01-01"), "control")
        session = f"s{rng.integers(16**8):08x}"
        for _ in range(9):
            found.append(Visit(time, session, nobody, person))
            time += pd.Timedelta(milliseconds=int(rng.integers(1_800, 4_200)))
    return sorted([*visits, *found], key=lambda visit: (visit.time, visit.session))


def page_events(
    number: int, visit: Visit, scored: pd.DataFrame, items: pd.DataFrame, rng: np.random.Generator
) -> list[dict[str, object]]:
    """What the page showed, box by box from the top; a few events are lost on the way.

    ``page`` (the running ``number`` of the view) is for the makers only and is not written.
    """
    crawler = visit.account.name == ""
    boxes: list[tuple[str, str | None, str | None]] = [("banner", None, None)]
    best = scored[scored["decision"] == "show"].sort_values("score", ascending=False).head(3)
    boxes += [(OWN, row.item, row.request_id) for row in best.itertuples()]
    earlier = [k for time, k in visit.account.viewed if time < visit.time]
    for k in list(dict.fromkeys(reversed(earlier)))[:2]:
        boxes.append(("last_seen", items["item"].iloc[k], _request("last_seen", rng)))
    boxes.append(("promoted", str(rng.choice(items["item"])), _request("promoted", rng)))
    screen = "crawler" if crawler else visit.person.screen
    time = visit.time + pd.Timedelta(seconds=SKEW[screen] + float(rng.normal(0.9, 0.25)))
    titles = items.set_index("item")["title"]
    events = []
    for position, (component, item, request) in enumerate(boxes, start=1):
        if rng.random() < 0.02:  # lost between browser and collector
            continue
        service, version = SERVICES[component]
        events.append(
            {
                "page": number,
                "event_id": f"ev-{rng.integers(16**7):07x}",
                "shown_at": utc((time + pd.Timedelta(milliseconds=40 * position)).floor("ms")),
                "session": visit.session,
                "account": visit.account.name or None,
                "component": component,
                "title": TITLES[component],
                "position": position,
                "item": item,
                "text": titles[item] if item else "Up to 30 % off",
                "request_id": request,
                "service": service,
                "service_version": version,
                "cached": int(component == "banner" or (component != OWN and rng.random() < 0.3)),
                "device": screen,
                "app_version": "5.2" if screen == "app" else None,
                "locale": "en-GB",
                "section": "home",
                "arm": visit.account.arm,
            }
        )
    return events


def _request(component: str, rng: np.random.Generator) -> str:
    return f"{PREFIX[component]}-{rng.integers(16**8):08x}"


def live_rows(
    visits: list[Visit], items: pd.DataFrame, model: lightgbm.Booster, rng: np.random.Generator
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Play the two weeks: what the recommender logged, and what the screens reported."""
    logged, shown = [], []
    for number, visit in enumerate(visits):
        scored = score_candidates(visit, items, rng)
        page = _request(OWN, rng)
        scored["request_id"] = [f"{page}-{k}" for k in range(len(scored))]
        scored["score"] = np.round(model.predict(model_inputs(scored)), 6)
        scored["decision"] = np.where(scored["score"] >= THRESHOLD, "show", "hold")
        logged.append(
            scored.assign(at=visit.time, account=visit.account.name, session=visit.session)
        )
        shown += page_events(number, visit, scored, items, rng)
        if visit.account.name:
            view_items(visit, items, rng)
    return pd.concat(logged, ignore_index=True), pd.DataFrame(shown)


def build() -> HomePage:
    """Make everything from the seed."""
    rng = np.random.default_rng(SEED)
    items = make_items(rng)
    accounts = make_accounts(pd.Timestamp(FIRST), rng)
    past = make_visits(accounts, FIRST, TRAINING_DAYS, TRAINING_VIEWS, rng)
    training = training_rows(past, items, rng)
    model = train(model_inputs(training), training["clicked"].to_numpy(), PARAMETERS, TREES)
    start = (pd.Timestamp(FIRST) + pd.Timedelta(days=TRAINING_DAYS)).strftime("%Y-%m-%d")
    visits = crawler_visits(make_visits(accounts, start, LIVE_DAYS, LIVE_VIEWS, rng), rng)
    log, shown = live_rows(visits, items, model, rng)
    shown = shown.sort_values(["shown_at", "event_id"]).head(IMPRESSIONS).reset_index(drop=True)
    last = pd.Timestamp(shown["shown_at"].iloc[-1])
    return HomePage(items, training, log[log["at"] <= last].reset_index(drop=True), shown, model)


def pick(page: HomePage, account: str) -> str:
    """Event of a woman's bag on the man's screen: last-seen box with a bag and a woman's shirt.

    The recommender's own box on the same page shows nothing of the women's section.
    """
    rows = page.shown.merge(page.items[["item", "section", "category"]], on="item", how="left",
                            suffixes=("", "_of_item"))  # fmt: skip
    mine = rows[(rows["account"] == account) & (rows["device"] == "app")]
    fits = []
    for _, view in mine.groupby("page"):
        boxes = dict(iter(view.groupby("component")))
        if not {"last_seen", OWN} <= set(boxes):
            continue
        seen, own = boxes["last_seen"], boxes[OWN]
        womans = set(seen.loc[seen["section_of_item"] == "women", "category"])
        if womans == {"bags", "shirts"} and not (own["section_of_item"] == "women").any():
            fits.append(seen[seen["category"] == "bags"].iloc[0])
    return str(max(fits, key=lambda event: event["shown_at"])["event_id"])


def pick_clean(page: HomePage, story: str) -> str:
    """Event of the recommender's box nearest to an ordinary score, on another account."""
    own = page.shown[(page.shown["component"] == OWN) & page.shown["account"].notna()]
    rows = own.merge(page.log[["request_id", "score", *INPUTS]], on="request_id")
    rows = rows[(rows["account"] != story) & rows[list(INPUTS)].notna().all(axis=1)]
    return str(rows.loc[(rows["score"] - rows["score"].median()).abs().idxmin(), "event_id"])


def write_events(shown: pd.DataFrame, path: Path) -> None:
    """One table ``shown`` in a fresh SQLite file."""
    path.unlink(missing_ok=True)
    with closing(sqlite3.connect(path)) as connection:
        kinds = {"position": "INTEGER", "cached": "INTEGER"}
        columns = ", ".join(f"{name} {kinds.get(name, 'TEXT')}" for name in shown.columns)
        connection.execute(f"CREATE TABLE shown ({columns}, PRIMARY KEY (event_id))")
        marks = ", ".join("?" for _ in shown.columns)
        rows = shown.astype(object).where(shown.notna(), None).to_numpy().tolist()
        connection.executemany(f"INSERT INTO shown VALUES ({marks})", rows)
        connection.commit()
        connection.execute("VACUUM")


def write_log(log: pd.DataFrame, path: Path) -> None:
    """JSON lines as the service writes them, inputs nested under ``features``."""
    lines = []
    for row in log.to_dict("records"):
        features = {name: _plain(row[name]) for name in INPUTS}
        head = {
            "request_id": row["request_id"],
            "at": utc(row["at"]),
            "account": row["account"] or None,
            "session": row["session"],
            "item": row["item"],
        }
        tail = {"features": features, "score": row["score"], "decision": row["decision"]}
        lines.append(json.dumps(head | tail))
    write_text("\n".join(lines), path)


def _plain(value: object) -> object:
    """Missing becomes null; numpy's numbers become Python's."""
    value = value.item() if isinstance(value, np.generic) else value
    return None if isinstance(value, float) and np.isnan(value) else value


def truth(page: HomePage, picked: str, clean: str) -> dict[str, object]:
    """State what is wrong, in words and counts taken from the files."""
    event = page.shown[page.shown["event_id"] == picked].iloc[0]
    box = page.shown["component"] == event["component"]
    joined = page.shown["request_id"].isin(page.log["request_id"])
    own = page.shown["component"] == OWN
    return {
        "decision": picked,
        "conclusion": "lead",
        "cause": "not-our-component",
        "also": ["ui-or-wording", "identity"],
        "family": "ui_context",
        "features": [],
        "component": str(event["component"]),
        "own_component": OWN,
        "title": str(event["title"]),
        "item": str(event["item"]),
        "text": str(event["text"]),
        "account": str(event["account"]),
        "transform": {"kind": "none"},
        "segment": [{"column": "component", "equals": "last_seen"}],
        "onset": None,
        "onset_known": True,
        "impressions": len(page.shown),
        "rows_in_scope": int(box.sum()),
        "rows_changed": None,  # no value is wrong
        "impressions_of_box": int(box.sum()),
        "impressions_of_box_with_request": int((box & joined).sum()),
        "impressions_of_own": int(own.sum()),
        "impressions_of_own_with_request": int((own & joined).sum()),
        "requests": len(page.log),
        "flips": None,
        "auc": round(
            area_under_curve(page.log["clicked"].to_numpy(), page.log["score"].to_numpy()), 4
        ),
        "clean": {
            "decision": clean,
            "request": str(page.shown.set_index("event_id").loc[clean, "request_id"]),
            "conclusion": "no fault found",
        },
    }


def write(page: HomePage, account: str, place: Place) -> None:
    """Write model, tables, picture, both cases, story and truth."""
    picked = pick(page, account)
    clean = pick_clean(page, account)
    write_text(page.model.model_to_string(), place.model / "model.txt")
    training = page.training[["at", "account", "item", *INPUTS, "clicked"]]
    training = training.assign(at=training["at"].dt.as_unit("ms"))
    write_parquet(training, place.data / "training.parquet")
    write_log(page.log, place.data / "requests.jsonl")
    write_events(page.shown.drop(columns="page"), place.data / "screens.sqlite")
    catalogue = page.items[["item", "title", "section", "category", "price"]]
    write_csv(catalogue, place.data / "items.csv")
    shown = page.log[page.log["request_id"].isin(page.shown["request_id"])]
    clicks = pd.DataFrame(
        {
            "request_id": shown["request_id"],
            "clicked": shown["clicked"],
            "at": [utc(t.ceil("s")) for t in shown["at"] + pd.Timedelta(minutes=30)],
        }
    )
    write_csv(clicks, place.data / "clicks.csv")
    write_text(FEATURES, place.data / "features.yaml")
    event = page.shown[page.shown["event_id"] == picked].iloc[0]
    draw(page.shown[page.shown["page"] == event["page"]], page.items, place.data / "screen.png")
    stated = truth(page, picked, clean)
    write_json(stated, place.data / "truth.json")
    write_text(STORY.format(**stated, clean_decision=clean), place.data / "STORY.md")
    for name, title, reported, decision in (
        ("case", "A bag on the wrong page", "I never looked at these. Why a woman's bag and shirt?", picked),
        ("clean.case", "An item recommended, the twin without a fault", "Why do I see this?", clean),
    ):  # fmt: skip
        text = CASE.format(title=title, reported=reported, decision=decision)
        if decision == picked:
            text += '\n[evidence]\nscreenshot = "screen.png"\n'
        write_text(text, place.data / f"{name}.toml")


def make(root: Path) -> None:
    """Make the whole sample under ``root``."""
    page = build()
    write(page, story_account(page), Place.of(root, "home_page"))


def story_account(page: HomePage) -> str:
    """Name of the shared account, found again by its number."""
    start = 20_400 + 10 * SHARED
    names = {f"m-{start + k}" for k in range(10)}
    return str(next(name for name in page.shown["account"].dropna() if name in names))
