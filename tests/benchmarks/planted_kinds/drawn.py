"""Drawn base tables: some twenty inputs of every sort that a fault may need, seeded."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np
from planted_tables import SHAPES, START, shape_of

from planted_kinds.parts import DAY, HOUR, WHO, Column, Random, Rows, settled

COUNTRIES = ("Österreich", "Deutschland", "España", "Česko", "Türkiye", "Polska", "Perú", "Suomi",
             "Magyarország", "Italia", "Côte d'Ivoire", "Norge")  # fmt: skip
CHANNELS = ("search engine", "newsletter", "direct visit", "partner programme", "social network",
            "price comparison", "telephone", "branch office")  # fmt: skip
Drawing = Callable[[Random, Rows], np.ndarray]


@dataclass
class Drawn:
    """A synthetic base: columns, each with the way to draw it given the columns before it."""

    name: str
    columns: tuple[Column, ...] = ()
    ways: list[Drawing] = field(default_factory=list)
    customers: int = 100
    different: int | None = None

    def add(self, name: str, way: Drawing, *traits: str, **more: object) -> None:
        """Add one input."""
        self.columns = (*self.columns, Column(name, frozenset(traits), **more))  # type: ignore[arg-type]
        self.ways.append(way)

    def fresh(self, rng: Random, time: np.ndarray) -> Rows:
        """Draw sound rows for these times (seconds, ascending)."""
        weight = rng.random(time.size) ** 1.7  # a few customers come often
        rows: Rows = {"time": time, WHO: (weight * self.customers).astype(np.int64)}
        for column, way in zip(self.columns, self.ways, strict=True):
            rows[column.name] = way(rng, rows)
        return rows

    def halves(self, rng: Random, n: int, n_ref: int, time: Rows) -> tuple[Rows, Rows]:
        """Return live and reference rows, drawn apart."""
        assert time["live"].size == n
        assert time["reference"].size == n_ref
        return self.fresh(rng, time["live"]), self.fresh(rng, time["reference"])


def season(time: np.ndarray, daily: float, weekly: float) -> np.ndarray:
    """A factor around 1 that follows the hour and the day of the week."""
    hour, day = time % DAY / DAY, time // DAY % 7
    return np.exp(daily * np.sin(2 * np.pi * (hour - 0.3)) + weekly * np.isin(day, (2, 3)))


def hour_in(time: np.ndarray, zone: float) -> np.ndarray:
    """The hour of the day, 0 to 23, in a zone so many hours east of UTC."""
    return ((time + zone * HOUR) // HOUR % 24).astype(float)


def gone(rng: Random, values: np.ndarray, share: float) -> np.ndarray:
    """Values with a share missing."""
    return np.where(rng.random(values.size) < share, np.nan, values)


def positive(rng: Random, shape: str, decimals: int | None) -> tuple[Drawing, int | None]:
    """A column of positive values with a season, rounded (never so far that nothing is left).

    Counts are whole numbers in every season.  Returned with the decimals that it has in the end.
    """
    draw = shape_of(rng, shape)
    daily, weekly = rng.choice([0.0, 0.1, 0.3]), rng.choice([0.0, 0.0, 0.15])
    lost = float(rng.choice([0.0, 0.0, 0.02, 0.08]))
    typical = float(np.median(np.abs(draw(np.random.default_rng(1), 400)))) or 1.0
    whole = shape == "discrete"
    if decimals is not None and not whole:
        decimals = max(decimals, int(np.ceil(1.5 - np.log10(typical))))

    def way(r: Random, rows: Rows) -> np.ndarray:
        values = draw(r, rows["time"].size) * season(rows["time"], daily, weekly)
        if whole:
            return gone(r, settled(r, values, 0), lost)
        return gone(r, values if decimals is None else np.round(values, decimals), lost)

    return way, decimals


def category(rng: Random, names: tuple[str, ...], lost: float = 0.0) -> Drawing:
    """A column of names with unequal weights, an object array with ``None`` for missing."""
    kept = np.array(rng.permutation(np.array(names, dtype=object))[: rng.integers(5, len(names))])
    weights = 1 / np.arange(1, kept.size + 1) ** rng.uniform(0.3, 1.2)
    weights /= weights.sum()

    def way(r: Random, rows: Rows) -> np.ndarray:
        n = rows["time"].size
        values = kept[r.choice(kept.size, n, p=weights)]
        return np.where(r.random(n) < lost, None, values) if lost else values

    return way


def drawn_base(rng: Random, n: int) -> Drawn:
    """Make one base; every parameter is drawn now, so that ``fresh`` repeats one world."""
    base = Drawn("drawn", customers=max(20, n // int(rng.integers(4, 12))))
    shapes = [s for s in SHAPES if s != "discrete"]
    picked = rng.permutation(shapes)
    for name, shape in zip(("amount", "turnover", "duration"), picked[:3], strict=True):
        decimals = [None, 2, 2, 1, 0][rng.integers(5)]
        traits = ["number", "positive"]
        traits += ["decimals"] if decimals in (None, 1, 2) else []
        way, kept = positive(rng, str(shape), decimals)
        base.add(name, way, *traits, decimals=kept)
    way, kept = positive(rng, "discrete", 0)
    base.add("orders", way, "number", "discrete", decimals=kept)
    _measures(rng, base)
    _times(rng, base)
    _together(rng, base)
    _gaps(rng, base)
    _names(rng, base)
    return base


def _measures(rng: Random, base: Drawn) -> None:
    middle, spread, wave = rng.uniform(-2, 25), rng.uniform(2, 9), rng.uniform(0, 5)
    unit = str(rng.choice(["celsius", "fahrenheit"]))

    def temperature(r: Random, rows: Rows) -> np.ndarray:
        hour = rows["time"] % DAY / DAY
        celsius = middle + wave * np.sin(2 * np.pi * (hour - 0.35))
        celsius = celsius + spread * r.normal(size=hour.size)
        return np.round(celsius if unit == "celsius" else celsius * 1.8 + 32, 1)

    base.add("temperature", temperature, "number", "temperature", unit, decimals=1)
    a, b = rng.uniform(0.8, 6, 2)
    percent = bool(rng.random() < 0.5)

    def share(r: Random, rows: Rows) -> np.ndarray:
        values = r.beta(a, b, rows["time"].size)
        return np.round(values * 100, 1) if percent else np.round(values, 3)

    base.add("utilisation", share, "number", "percent" if percent else "fraction", decimals=3)
    scale, lean = np.exp(rng.uniform(2, 7)), rng.uniform(0.6, 2.0) * rng.choice([-1, 1])
    base.add(
        "balance_change",
        lambda r, rows: np.round(scale * (r.gamma(2, 1, rows["time"].size) - 1 + lean / 2)
                                 * np.sign(lean), 2),
        "number", "signed", decimals=2,
    )  # fmt: skip
    level, steps = rng.uniform(60, 200), rng.uniform(4000, 16000)
    base.add(
        "level",
        lambda r, rows: np.round(r.gamma(4, level / 4, rows["time"].size)),
        "number", "limited255", decimals=0,
    )  # fmt: skip
    base.add(
        "steps",
        lambda r, rows: np.round(steps * r.lognormal(0, 0.9, rows["time"].size)),
        "number", "limited32767", decimals=0,
    )  # fmt: skip


def _times(rng: Random, base: Drawn) -> None:
    years, unit = rng.uniform(2, 9), int(rng.choice([1, 1000]))

    def opened(r: Random, rows: Rows) -> np.ndarray:
        ago = r.beta(1.2, 1.6, rows["time"].size) * years * 365 * DAY
        return np.floor((rows["time"] - ago) * unit)

    base.add("opened", opened, "number", "epoch_s" if unit == 1 else "epoch_ms", decimals=0)
    zone = int(rng.choice([0, 1, 2, -5, 8]))
    base.add(
        "local_hour", lambda _, rows: hour_in(rows["time"], zone), "number", "hour", zone=zone,
        decimals=0,
    )  # fmt: skip


def _together(rng: Random, base: Drawn) -> None:
    size, near = np.exp(rng.uniform(2, 6)), rng.uniform(1.2, 4)
    tied, broad = rng.uniform(0.3, 0.85), rng.uniform(0.25, 0.6)

    def width(r: Random, rows: Rows) -> np.ndarray:
        return np.round(size * r.lognormal(0, broad, rows["time"].size), 1)

    def height(r: Random, rows: Rows) -> np.ndarray:
        own = r.normal(size=rows["width"].size) * broad
        follow = np.log(np.maximum(rows["width"], 0.1) / size)
        return np.round(size * near * np.exp(tied * follow + (1 - tied) * own), 1)

    base.add("width", width, "number", "swap", "joint", partner="height", decimals=1)
    base.add("height", height, "number", "paired", partner="width", decimals=1)
    limit, a = np.exp(rng.uniform(5, 9)), rng.uniform(0.8, 4)
    base.add(
        "credit_limit",
        lambda r, rows: np.round(limit * r.lognormal(0, 0.6, rows["time"].size), 2),
        "number", "bound", decimals=2,
    )  # fmt: skip
    base.add(
        "credit_used",
        lambda r, rows: np.round(rows["credit_limit"] * r.beta(a, 2, rows["time"].size), 2),
        "number", "bound", decimals=2,
    )  # fmt: skip
    base.add(
        "used_ratio",
        lambda _, rows: np.round(rows["credit_used"] / rows["credit_limit"], 4),
        "number", "bound", "ratio", decimals=4,
    )  # fmt: skip
    holder = np.exp(rng.uniform(3, 7))

    def score(r: Random, rows: Rows) -> np.ndarray:
        own = np.sin(rows[WHO] * 12.9898) * 0.8  # each customer's own level
        return np.round(holder * np.exp(own + 0.25 * r.normal(size=own.size)), 2)

    base.add("monthly_average", score, "number", "positive", "keyed", "decimals", decimals=2)


def _gaps(rng: Random, base: Drawn) -> None:
    scale, lost = np.exp(rng.uniform(2, 6)), rng.uniform(0.04, 0.3)
    base.add(
        "income_stated",
        lambda r, rows: gone(r, np.round(scale * r.lognormal(0, 0.7, rows["time"].size), 1), lost),
        "number", "optional", decimals=1,
    )  # fmt: skip
    code, held = float(rng.choice([-1, -999, 9999])), rng.uniform(0.05, 0.25)
    days = rng.uniform(20, 90)

    def since(r: Random, rows: Rows) -> np.ndarray:
        n = rows["time"].size
        return np.where(r.random(n) < held, code, np.round(r.gamma(1.5, days, n)))

    base.add("days_since", since, "number", "coded", code=code, decimals=0)


def _names(rng: Random, base: Drawn) -> None:
    base.add(
        "country", category(rng, COUNTRIES), "category", "accents", "catswap",
        partner="ship_country",
    )  # fmt: skip
    other, same = category(rng, COUNTRIES), rng.uniform(0.2, 0.7)

    def shipped(r: Random, rows: Rows) -> np.ndarray:
        return np.where(r.random(rows["time"].size) < same, rows["country"], other(r, rows))

    base.add("ship_country", shipped, "category", "paired", partner="country")
    base.add("channel", category(rng, CHANNELS), "category", "words")
    codes = tuple(f"{'KLMN'[k % 4]}{10 + k}" for k in range(12))
    base.add("tariff", category(rng, codes, 0.08), "category", "optional_name")


def arrivals(rng: Random, n: int, start: float, days: float) -> np.ndarray:
    """Ascending times (seconds) with a rhythm of the day and of the week."""
    found = np.zeros(0)
    while found.size < n:
        tried = start + rng.random(2 * n + 50) * days * DAY
        found = np.concatenate([found, tried[rng.random(tried.size) * 2.2 < _busy(tried)]])
    return np.sort(np.floor(rng.permutation(found)[:n])).astype(np.int64)


def _busy(time: np.ndarray) -> np.ndarray:
    return (1 + 0.7 * np.sin(2 * np.pi * (time % DAY / DAY - 0.3))) * np.where(
        np.isin(time // DAY % 7, (2, 3)), 0.6, 1.2
    )


def moments(rng: Random, n: int, n_ref: int) -> Rows:
    """Times of the log (two weeks to four months) and of the reference before it."""
    days = float(rng.uniform(14, 120))
    return {
        "live": arrivals(rng, n, START, days),
        "reference": arrivals(rng, n_ref, START - 180 * DAY, 180),
    }
