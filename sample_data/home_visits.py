"""The shop's home page of sample (b): items, accounts, visits, and what each box showed.

Everything in here works as built.  That one box is called by another box's name, and that two
people share an account, is how such shops are.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
import pandas as pd

SECTIONS = ("men", "women", "home")
CATEGORIES = ("bags", "home", "jackets", "shirts", "shoes", "sport", "trousers")
NAMES = {
    "bags": ("Tote", "Handbag", "Backpack", "Clutch", "Shoulder bag"),
    "home": ("Cushion", "Table lamp", "Throw", "Vase", "Storage box"),
    "jackets": ("Rain jacket", "Blazer", "Parka", "Down vest", "Denim jacket"),
    "shirts": ("Shirt", "T-shirt", "Polo", "Blouse", "Top"),
    "shoes": ("Trainers", "Ankle boots", "Sandals", "Loafers", "Running shoes"),
    "sport": ("Yoga mat", "Bicycle helmet", "Water bottle", "Gym bag", "Head torch"),
    "trousers": ("Jeans", "Chinos", "Shorts", "Joggers", "Leggings"),
}
COLOURS = ("black", "navy", "cognac", "olive", "white", "flowers", "grey", "red")
SCREENS = ("app", "desktop", "mobile_web")
CANDIDATES = 7
SHARED = 0  # the story's account


@dataclass
class Person:
    """Somebody behind an account: what they like and the screen they use."""

    section: np.ndarray
    category: np.ndarray
    screen: str


@dataclass
class Account:
    """An account, its people, and the items last viewed on it (newest last), on any screen."""

    name: str
    people: list[Person]
    opened: pd.Timestamp
    arm: str
    viewed: list[tuple[pd.Timestamp, int]] = field(default_factory=list)


@dataclass(frozen=True)
class Visit:
    """One view of the home page; ``person`` is what no log knows."""

    time: pd.Timestamp
    session: str
    account: Account
    person: Person


def make_items(rng: np.random.Generator, n: int = 260) -> pd.DataFrame:
    """Return the catalogue; ``popularity`` and the codes are for the makers only."""
    category = rng.choice(CATEGORIES, n, p=[0.14, 0.12, 0.13, 0.22, 0.17, 0.09, 0.13])
    section = np.where(rng.random(n) < 0.5, "men", "women")
    section = np.where(category == "home", "home", section)
    rows = []
    for k in range(n):
        name = NAMES[category[k]][rng.integers(5)]
        if section[k] == "men" and name in ("Handbag", "Clutch", "Blouse", "Top", "Leggings"):
            name = NAMES[category[k]][0]
        for_whom = {"men": " for men", "women": " for women", "home": ""}[section[k]]
        rows.append(f"{name}, {COLOURS[rng.integers(8)]}{for_whom}")
    price = np.round(np.exp(rng.normal(3.7, 0.6, n)), 0) - 0.05
    return pd.DataFrame(
        {
            "item": [f"it-{1000 + k}" for k in range(n)],
            "title": rows,
            "section": section,
            "category": category,
            "price": np.round(price, 2),
            "popularity": np.round(np.exp(rng.normal(4.2, 1.1, n))).astype(int),
            "section_code": [SECTIONS.index(name) for name in section],
            "category_code": [CATEGORIES.index(name) for name in category],
        }
    )


def make_person(rng: np.random.Generator, screen: str) -> Person:
    """Somebody with a leaning to one section and a few categories."""
    section = rng.dirichlet([0.25, 0.25, 0.12])
    return Person(section, rng.dirichlet(np.full(len(CATEGORIES), 0.5)), screen)


def make_accounts(first: pd.Timestamp, rng: np.random.Generator, n: int = 240) -> list[Account]:
    """Accounts; one in twenty-five is used by two people on different screens, one of them less."""
    accounts = []
    for k in range(n):
        screen = str(rng.choice(SCREENS, p=[0.45, 0.33, 0.22]))
        people = [make_person(rng, screen)]
        if rng.random() < 0.04:
            people.append(make_person(rng, str(rng.choice([s for s in SCREENS if s != screen]))))
        if k == SHARED:
            people = [
                Person(np.array([0.93, 0.0, 0.07]), _likes(shoes=4, sport=3, trousers=2), "app"),
                Person(np.array([0.0, 0.97, 0.03]), _likes(bags=5, shirts=4), "desktop"),
            ]
        accounts.append(
            Account(
                f"m-{20_400 + int(rng.integers(0, 10)) + 10 * k}",
                people,
                first - pd.Timedelta(days=int(rng.gamma(1.5, 300))),
                str(rng.choice(["control", "new_ranking"])),
            )
        )
    return accounts


def _likes(**weight: float) -> np.ndarray:
    """Leaning to categories by name, summing to one."""
    raw = np.array([weight.get(name, 0.1) for name in CATEGORIES])
    return raw / raw.sum()


def make_visits(
    accounts: list[Account], first: str, days: int, views: int, rng: np.random.Generator
) -> list[Visit]:
    """Page views in order of time, in sessions of one to four views a few minutes apart."""
    activity = rng.gamma(0.9, 1.0, len(accounts))
    activity[SHARED] = 7 * activity.mean()
    moments = []
    while len(moments) < views:
        account = accounts[rng.choice(len(accounts), p=activity / activity.sum())]
        person = account.people[int(rng.random() < 0.3) if len(account.people) > 1 else 0]
        hour = rng.choice(24, p=_HOURS)
        time = pd.Timestamp(first, tz="UTC") + pd.Timedelta(
            seconds=int(rng.integers(days)) * 86_400 + int(hour) * 3_600 + int(rng.integers(3_600))
        )
        session = f"s{rng.integers(16**8):08x}"
        for _ in range(1 + rng.poisson(0.9)):
            moments.append((time, session, account, person))
            time += pd.Timedelta(milliseconds=int(rng.gamma(1.2, 150_000)) + 5_000)
    moments.sort(key=lambda moment: (moment[0], moment[1]))
    return [Visit(*moment) for moment in moments[:views]]


_HOURS = np.array(
    [1, 0.5, 0.3, 0.2, 0.2, 0.5, 1.5, 3, 3, 3, 3, 3.5, 4, 3.5, 3, 3, 3.5, 4, 5, 6.5, 7, 6, 4, 2]
)
_HOURS = _HOURS / _HOURS.sum()


def view_items(visit: Visit, items: pd.DataFrame, rng: np.random.Generator) -> None:
    """After the home page the person looks at some items; the account remembers them."""
    weight = items["popularity"].to_numpy() ** 0.4
    weight = weight * visit.person.category[items["category_code"].to_numpy()]
    weight = weight * (visit.person.section[items["section_code"].to_numpy()] + 0.002)
    for k in rng.choice(len(items), rng.poisson(1.8), replace=False, p=weight / weight.sum()):
        later = visit.time + pd.Timedelta(seconds=int(rng.integers(20, 200)))
        visit.account.viewed.append((later, int(k)))


def score_candidates(visit: Visit, items: pd.DataFrame, rng: np.random.Generator) -> pd.DataFrame:
    """Candidates of one page view with the model's inputs, and whether they would be clicked."""
    viewed = np.array([k for _, k in visit.account.viewed[-40:]], dtype=int)
    category = items["category_code"].to_numpy()
    category_share = _share(category, viewed)
    section_share = _share(items["section_code"].to_numpy(), viewed)
    weight = items["popularity"].to_numpy() ** 0.5 * (1 + 4 * category_share)
    chosen = rng.choice(len(items), CANDIDATES, replace=False, p=weight / weight.sum())
    frame = items.iloc[chosen].reset_index(drop=True)
    last = {category[k]: time for time, k in visit.account.viewed}
    since = [(visit.time - last[c]).total_seconds() / 86_400 if c in last else np.nan
             for c in category[chosen]]  # fmt: skip
    inputs = pd.DataFrame(
        {
            "item_category": frame["category"],
            "item_price": frame["price"],
            "discount": np.where(rng.random(CANDIDATES) < 0.25,
                                 rng.choice([0.1, 0.2, 0.3, 0.5], CANDIDATES), 0.0),
            "popularity_7d": rng.poisson(frame["popularity"]),
            "category_affinity": np.round(category_share[chosen], 4),
            "section_affinity": np.round(section_share[chosen], 4),
            "days_since_category": np.round(since, 3),
            "account_age": (visit.time.tz_localize(None) - visit.account.opened).days,
            "hour_of_day": visit.time.hour,
            "screen": visit.person.screen,
        }
    )  # fmt: skip
    liking = visit.person.section[frame["section_code"].to_numpy()]
    taste = visit.person.category[frame["category_code"].to_numpy()]
    odds = -4.4 + 2.2 * liking + 2.4 * taste + 0.25 * np.log(frame["popularity"] / 60)
    odds += 1.4 * inputs["discount"] - 0.25 * np.log(frame["price"] / 40)
    clicked = rng.random(CANDIDATES) < 0.5 * (1 + np.tanh(odds / 2))
    return inputs.assign(item=frame["item"], clicked=clicked.astype(np.int8))


def _share(code: np.ndarray, viewed: np.ndarray) -> np.ndarray:
    """Share of the viewed items that agree with each catalogue item in ``code``."""
    counts = np.bincount(code[viewed], minlength=int(code.max()) + 1)
    return counts[code] / max(len(viewed), 1)
