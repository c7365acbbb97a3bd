"""Sound cases: a log of decisions, training, the model, outcomes as often as the score says."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from planted_kinds.drawn import arrivals
from planted_kinds.model import frame, score, train
from planted_kinds.parts import Random, Rows
from planted_tables import START

from planted_groups_kinds.parts import TIME, WHO, Kind, Table
from planted_groups_kinds.power import halves

DAY = 86_400
VALUES = {"region": 6, "channel": 5, "app_version": 4, "store": 15, "browser": 4, "tariff": 8,
          "payment": 5}  # fmt: skip


@dataclass
class World:
    """Parameters of one world: how columns are drawn and what the outcome depends on."""

    shares: dict[str, np.ndarray]
    scales: np.ndarray
    weights: np.ndarray
    pushes: dict[str, np.ndarray]
    tied: float
    prevalence: float

    def draw(self, rng: Random, time: np.ndarray, customers: int) -> Rows:
        """Draw sound rows for these times."""
        n = time.size
        a, b, c, d, e = self.scales
        rows: Rows = {TIME: time}
        rows[WHO] = np.array(
            [f"c{k}" for k in (rng.random(n) ** 1.4 * customers).astype(int)], object
        )
        for name, share in self.shares.items():
            rows[name] = np.array([f"{name[:2]}{k}" for k in range(share.size)], object)[
                rng.choice(share.size, n, p=share)
            ]
        same = rng.random(n) < self.tied  # two columns that go together, as columns do
        rows["store"] = np.where(same, np.array([f"st{r[-1]}" for r in rows["region"]], object),
                                 rows["store"])  # fmt: skip
        rows["amount"] = np.round(a * rng.lognormal(0, 0.9, n), 2)
        rows["speed"] = np.round(b * rng.lognormal(0, 0.6, n), 1)
        rows["utilisation"] = np.round(rng.beta(1.5, 3, n), 3)
        rows["visits"] = rng.poisson(c, n).astype(float)
        days = np.round(rng.gamma(1.5, d, n))
        rows["days_since"] = np.where(rng.random(n) < 0.05, np.nan, days)
        rows["distance"] = np.round(e * rng.lognormal(0, 1, n), 1)
        rows["basket"] = 1.0 + rng.poisson(3, n)
        age = np.round(rng.gamma(2.5, 20, n))
        rows["credit_age"] = np.where(rng.random(n) < 0.07, np.nan, age)
        return rows

    def logit(self, rows: Rows) -> np.ndarray:
        """The outcome's log-odds, but for the constant."""
        a, b, c, d, _ = self.scales
        parts = [
            np.log(np.maximum(rows["amount"], 0.01) / a),
            np.log(np.maximum(rows["speed"], 0.01) / b),
            4 * (rows["utilisation"] - 0.33), (rows["visits"] - c) / c,
            np.nan_to_num(rows["days_since"], nan=1.5 * d) / d - 1.5,
        ]  # fmt: skip
        found = np.sum([w * x for w, x in zip(self.weights, parts, strict=True)], axis=0)
        for name, push in self.pushes.items():
            names = [f"{name[:2]}{k}" for k in range(push.size)]
            known = dict(zip(names, push, strict=True))
            found = found + np.array([known.get(v, 0.0) for v in rows[name]])
        return found + 0.5 * parts[0] * parts[2]


def world(rng: Random, prevalence: tuple[float, float]) -> World:
    """Draw the parameters."""
    shares = {}
    for name, count in VALUES.items():
        size = int(rng.integers(max(3, count // 2), count + 1))
        weights = 1 / np.arange(1, size + 1) ** rng.uniform(0.3, 1.3)
        shares[name] = weights / weights.sum()
    scales = np.exp(rng.uniform((2, 1, 0.5, 2, 1), (6, 5, 2, 4, 4)))
    pushes = {name: rng.normal(0, 0.6, shares[name].size) for name in ("tariff", "payment")}
    low, high = np.log(prevalence)
    return World(
        shares, scales, rng.normal(0, 0.8, 5), pushes, float(rng.choice([0.0, 0.3, 0.5])),
        float(np.exp(rng.uniform(low, high))),
    )  # fmt: skip


def level(logit: np.ndarray, prevalence: float) -> np.ndarray:
    """Chances with this mean."""
    low, high = -30.0, 30.0
    for _ in range(60):
        middle = (low + high) / 2
        if (1 / (1 + np.exp(-logit - middle))).mean() < prevalence:
            low = middle
        else:
            high = middle
    return np.asarray(1 / (1 + np.exp(-logit - low)))


def make_base(rng: Random, seed: int, kind: Kind, n: int) -> tuple[Table, World]:
    """Draw log and training; nothing is scored yet."""
    drawn = world(rng, kind.prevalence)
    days = float(rng.uniform(20, 120))
    customers = int(n * rng.choice([0.3, 0.8, 5.0]))
    log = drawn.draw(rng, arrivals(rng, n, START, days), customers)
    n_ref = int(np.clip(n * rng.uniform(0.5, 1.5), 1_500, 5_000))
    if kind.prevalence[1] <= 0.03:
        n_ref = 6_000
    reference = drawn.draw(rng, arrivals(rng, n_ref, START - 180 * DAY, 180), customers)
    chances = level(drawn.logit(reference), drawn.prevalence)
    outcome = (rng.random(n_ref) < chances).astype(int)
    table = Table(seed, kind.name, log, reference, outcome, setting=kind.setting)
    log["id"] = np.array([f"r{k}" for k in range(n)], object)
    return table, drawn


def fit(rng: Random, table: Table) -> None:
    """Train the model and settle the cut."""
    if table.regression:
        _fit_values(rng, table)
        return
    table.model = train(table, rounds=25)  # type: ignore[arg-type]
    known = score(table, table.model, table.reference)  # type: ignore[arg-type]
    table.cut = float(np.round(np.quantile(known, rng.uniform(0.78, 0.92)), 3))


def _fit_values(rng: Random, table: Table) -> None:
    import lightgbm

    noise = rng.normal(0, 1.0, table.outcome.size)
    value = np.round(20 + 6 * table.outcome + 0.02 * table.reference["visits"] + noise, 2)
    data = lightgbm.Dataset(frame(table, table.reference), value, params={"verbosity": -1})  # type: ignore[arg-type]
    settings = {"objective": "regression", "num_leaves": 15, "verbosity": -1, "num_threads": 1,
                "deterministic": True, "seed": 1}  # fmt: skip
    table.model = lightgbm.train(settings, data, num_boost_round=25)
    table.outcome = value


def serve(table: Table) -> None:
    """Score the log, decide, and say how often each decision would be wrong if all were right."""
    table.scores = score(table, table.model, table.log)  # type: ignore[arg-type]
    table.searched = halves(table.log[WHO])
    if table.regression:
        table.adverse = np.zeros(table.n, dtype=bool)
        table.sound = np.full(table.n, 0.5)  # of an outcome above its score
    else:
        assert table.cut is not None
        table.adverse = table.scores >= table.cut
        table.sound = np.where(table.adverse, 1 - table.scores, table.scores)
    table.chance = table.sound.copy()
    table.seen = np.full(table.n, table.setting not in {"none", "screens"})


def learn_of(rng: Random, table: Table) -> None:
    """Settle whose outcome is ever known: delay, selective labels, a live-test arm."""
    if table.setting == "delayed":
        last, days = table.log[TIME].max(), float(rng.uniform(5, 20))
        slow = table.log["region"] == "re0"  # one region hears later: no fault of the score
        delay = rng.exponential(days * DAY * np.where(slow, 3, 1))
        table.seen = table.log[TIME] + delay < last
    if table.setting == "selective":
        table.seen = ~table.adverse
    if table.setting == "live_test":
        arm = rng.random(table.n) < rng.uniform(0.2, 0.5)
        table.log["live_test"] = arm
        table.seen = ~table.adverse | arm


def draw_outcomes(rng: Random, table: Table) -> None:
    """Draw outcomes by the true chances, NaN where nobody knows them."""
    if not table.seen.any():
        return
    if table.regression:
        above = rng.random(table.n) < table.chance
        size = np.abs(rng.normal(0, 1.0, table.n))
        value = np.round(table.scores + np.where(above, size, -size), 2)
    else:
        wrong = rng.random(table.n) < table.chance
        value = (table.adverse ^ wrong).astype(float)
    table.log["outcome"] = np.where(table.seen, value, np.nan)
