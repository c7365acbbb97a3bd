"""The shop of sample (a): customers, orders and the true risk of each order.

Nothing is wrong in here; :mod:`make_shop_fraud` breaks one thing afterwards.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

ZONE = "Europe/Berlin"
PAYMENTS = ("bank_transfer", "card", "gift_card", "invoice", "wallet")
DEVICES = ("desktop", "phone", "tablet")
DELIVERIES = ("express", "pickup", "standard")
CATEGORIES = {"payment_method": PAYMENTS, "device_type": DEVICES, "delivery": DELIVERIES}
INPUTS = (
    "form_fill_time",
    "ship_distance",
    "basket_value",
    "payment_method",
    "account_age",
    "hour_of_day",
    "items",
    "device_type",
    "failed_logins",
    "address_changes",
    "orders_90d",
    "delivery",
    "ip_distance",
    "email_age",
)
COUNTRIES = ("DE", "AT", "CH", "NL", "PL")
PAYMENT_RISK = {
    "bank_transfer": -0.7,
    "card": -0.15,
    "gift_card": 1.0,
    "invoice": 0.7,
    "wallet": -0.4,
}
DELIVERY_RISK = {"express": 0.7, "pickup": 0.1, "standard": -0.1}
PLATFORMS = ("android", "ios", "desktop_web", "mobile_web")
# Orders per hour of the local day, relative.
MORNING = (2.2, 1.3, 0.8, 0.6, 0.6, 0.9, 1.8, 3.2, 4.4, 5.1, 5.4, 5.6)
EVENING = (5.7, 5.3, 5.1, 5.2, 5.5, 6.2, 7.0, 8.0, 8.6, 7.9, 5.8, 3.8)
DAY_CURVE = np.array([*MORNING, *EVENING])


@dataclass(frozen=True)
class Season:
    """One stretch of the shop's life: local days ``first`` to ``last``, both included.

    ``basket`` multiplies basket values (prices rise); ``campaign`` is the local day from which
    an advertisement brings more customers from Austria (``None``: there is none).
    """

    first: str
    last: str
    orders: int
    customers: int
    basket: float
    campaign: str | None


def order_times(season: Season, rng: np.random.Generator) -> pd.DatetimeIndex:
    """Sorted local order times to the second, following the day curve and the week."""
    days = pd.date_range(season.first, season.last, freq="D")
    weekday = np.array([1.05, 1.0, 0.98, 0.97, 0.95, 0.98, 1.12])[days.dayofweek]
    weight = (weekday[:, None] * DAY_CURVE[None, :]).ravel()
    hour = rng.choice(weight.size, season.orders, p=weight / weight.sum())
    second = np.sort(hour * 3600 + rng.integers(0, 3600, season.orders))
    return pd.DatetimeIndex(days[0] + pd.to_timedelta(second, unit="s"))


def customers(season: Season, rng: np.random.Generator) -> pd.DataFrame:
    """One row per customer: habits that stay the same from order to order."""
    n = season.customers
    platform = rng.choice(PLATFORMS, n, p=[0.21, 0.14, 0.37, 0.28])
    return pd.DataFrame(
        {
            "number": rng.choice(np.arange(100_000, 1_000_000), n, replace=False),
            "country": rng.choice(COUNTRIES, n, p=[0.62, 0.10, 0.09, 0.11, 0.08]),
            "platform": platform,
            "eagerness": rng.gamma(1.3, 1.0, n) + 0.05,
            "age": np.exp(rng.normal(6.1, 1.25, n)).clip(0, 5_200),
            "distance": np.exp(rng.normal(3.55, 1.15, n)).clip(0.2, 1_900),
            "pace": rng.normal(0.0, 0.45, n),
            "early": rng.random(n),
        }
    )


def pick_customers(
    people: pd.DataFrame, time: pd.DatetimeIndex, campaign: str | None, rng: np.random.Generator
) -> np.ndarray:
    """Index of the customer of every order; eager ones order more often."""
    weight = people["eagerness"].to_numpy()
    who = rng.choice(len(people), len(time), p=weight / weight.sum())
    if campaign is not None:
        # From the campaign's day on, one order in twenty is replaced by an Austrian customer's.
        austrians = np.flatnonzero(people["country"].to_numpy() == "AT")
        hit = np.asarray(time >= pd.Timestamp(campaign)) & (rng.random(len(time)) < 0.05)
        who[hit] = rng.choice(austrians, int(hit.sum()))
    return who


def fill_time(pace: np.ndarray, device: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """True seconds from opening the order form to sending it, to the millisecond.

    Heavy-tailed: most people need a minute or two, some leave the form open for an hour or more,
    scripts need two seconds.  Zero is a form filled by the browser; missing is a lost timer.
    """
    n = pace.size
    log_seconds = 4.45 + pace + 0.06 * (device != "desktop") + rng.normal(0, 0.55, n)
    seconds = np.exp(log_seconds)
    left_open = rng.random(n) < 0.03
    seconds[left_open] *= np.exp(rng.normal(2.9, 0.7, int(left_open.sum())))
    script = rng.random(n) < 0.008
    seconds[script] = np.exp(rng.normal(0.75, 0.35, int(script.sum())))
    too_long = seconds > 7_150  # the form closes itself after two hours at the latest
    seconds[too_long] = rng.uniform(3_600, 7_150, int(too_long.sum()))
    seconds = np.round(seconds.clip(0.6), 3)
    seconds[rng.random(n) < 0.011] = 0.0
    seconds[rng.random(n) < 0.006] = np.nan
    return seconds


def orders(season: Season, rng: np.random.Generator) -> pd.DataFrame:
    """All orders of a season with every column a faultless log would have, and the true label.

    ``seconds`` is the true fill time to the millisecond; ``form_fill_time`` is what a sound app
    sends (seconds, one decimal).  ``charged_back`` is the label as the bank sees it.
    """
    time = order_times(season, rng)
    people = customers(season, rng)
    who = pick_customers(people, time, season.campaign, rng)
    n = season.orders
    own = people.iloc[who].reset_index(drop=True)
    platform = own["platform"].to_numpy()
    app = np.isin(platform, ("android", "ios"))
    tablet = rng.random(n) < 0.12
    device = np.where(platform == "desktop_web", "desktop", np.where(tablet, "tablet", "phone"))
    seconds = fill_time(own["pace"].to_numpy(), device, rng)
    first = pd.Series(time).groupby(who).transform("min")
    age = own["age"] + (pd.Series(time) - first).dt.total_seconds() / 86_400
    items = 1 + rng.poisson(np.exp(rng.normal(0.15, 0.75, n))).clip(0, 30)
    basket = np.exp(rng.normal(3.35, 0.72, n)) * items**0.75 * season.basket
    frame = pd.DataFrame(
        {
            "created": time,
            "number": own["number"],
            "country": own["country"],
            "platform": platform,
            "channel": np.where(app, "app", "web"),
            "early": own["early"],
            "seconds": seconds,
            "form_fill_time": np.round(seconds, 1),
            "ship_distance": ship_distance(own["distance"].to_numpy(), rng),
            "basket_value": np.round(basket.clip(3.5, 4_800), 2),
            "payment_method": rng.choice(PAYMENTS, n, p=[0.07, 0.44, 0.04, 0.24, 0.21]),
            "account_age": np.floor(age).astype(np.int16),
            "hour_of_day": time.hour.astype(np.int8),
            "items": items.astype(np.int8),
            "device_type": device,
            "failed_logins": rng.negative_binomial(0.25, 0.45, n).astype(np.int8),
            "address_changes": rng.negative_binomial(0.30, 0.70, n).astype(np.int8),
            "orders_90d": rng.poisson(0.8 * own["eagerness"].to_numpy()).astype(np.int8),
            "delivery": rng.choice(DELIVERIES, n, p=[0.17, 0.13, 0.70]),
        }
    )
    frame["ip_distance"] = ip_distance(frame["ship_distance"].to_numpy(), rng)
    frame["email_age"] = email_age(frame["account_age"].to_numpy(), rng)
    frame["charged_back"] = labels(risk(frame), rng)
    return frame


def ship_distance(home: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Kilometres from the warehouse's region to the address; a few orders go elsewhere."""
    n = home.size
    elsewhere = rng.random(n) < 0.08
    distance = home * np.exp(rng.normal(0, 0.05, n))
    distance[elsewhere] = np.exp(rng.normal(4.6, 1.1, int(elsewhere.sum())))
    return np.round(distance.clip(0.2, 1_904), 1)


def ip_distance(shipping: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Kilometres between network address and shipping address; unknown for some networks."""
    n = shipping.size
    distance = 0.35 * shipping * np.exp(rng.normal(0, 0.8, n)) + rng.exponential(6, n)
    far = rng.random(n) < 0.03
    distance[far] = np.exp(rng.normal(6.6, 0.7, int(far.sum())))
    distance = np.round(distance.clip(0, 9_500), 0)
    distance[rng.random(n) < 0.07] = np.nan
    return distance


def email_age(account: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Days since the mail address was first seen anywhere; rather older than the account."""
    n = account.size
    days = account + np.exp(rng.normal(5.2, 1.4, n))
    fresh = rng.random(n) < 0.06
    days[fresh] = rng.integers(0, 30, int(fresh.sum()))
    days = np.floor(days.clip(0, 7_300))
    days[rng.random(n) < 0.12] = np.nan
    return days


def risk(frame: pd.DataFrame) -> np.ndarray:
    """True log-odds that the order is a fraud, before noise in the labels."""
    seconds = frame["seconds"].to_numpy()
    timed = np.nan_to_num(seconds, nan=90.0)
    odds = np.full(len(frame), -4.55)
    # Both hurry and very long sessions are suspicious; a form filled by the browser is not.
    odds += 2.0 * (timed > 0) * expit((4.5 - timed) / 0.7)
    odds += 3.3 * expit((np.log(timed.clip(0.5)) - 6.45) / 0.20)
    odds += 0.62 * np.log1p(frame["ship_distance"].to_numpy() / 60)
    odds += 0.45 * np.log(frame["basket_value"].to_numpy() / 45)
    odds -= 0.44 * np.log1p(frame["account_age"].to_numpy() / 60)
    odds += frame["payment_method"].map(PAYMENT_RISK).to_numpy()
    odds += frame["delivery"].map(DELIVERY_RISK).to_numpy()
    odds += 0.50 * frame["failed_logins"].to_numpy().clip(0, 5)
    odds += 0.95 * frame["address_changes"].to_numpy().clip(0, 3)
    odds -= 0.20 * frame["orders_90d"].to_numpy().clip(0, 6)
    odds += 1.2 * (np.nan_to_num(frame["ip_distance"].to_numpy()) > 400)
    odds += 1.1 * (np.nan_to_num(frame["email_age"].to_numpy(), nan=999) < 30)
    odds += 0.65 * (frame["hour_of_day"].to_numpy() < 6)
    return odds


def expit(odds: np.ndarray) -> np.ndarray:
    """Probability of log-odds, without overflow."""
    return 0.5 * (1 + np.tanh(odds / 2))


def labels(odds: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Draw frauds, then lose some (never reported) and add some (honest, but disputed)."""
    fraud = rng.random(odds.size) < expit(odds)
    lost = rng.random(odds.size) < 0.07
    disputed = rng.random(odds.size) < 0.002
    return ((fraud & ~lost) | disputed).astype(np.int8)
