"""What an account's visits are about, sections and profiles, and the languages of its devices.

Two people behind one account visit by turns what each of them likes.  Many people look at several
sections, so that the other accounts say how often one changes by itself.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy import stats

from investigators.accounts import Source, events_with, main_of_session
from investigators.impressions import event_tables
from investigators.numbers import count, count_of, listed, part
from investigators.owners import HALF_HOUR, owned
from investigators.statistics import conditional_tail
from investigators.task import Task
from investigators.view import View

ASPECTS = ("section", "profile")
OTHERS, SESSIONS = 30, 3
RARE = 0.01  # of the others change unusually often
LIKEWISE = 0.001  # chance from which on another account changes unusually often too
CHANCE = 1e-6  # that visits like the others' change so often
TIMES, OFTEN = 3.0, 0.25  # so many times the others' share, and of so many visits
NAMED = 4
FEWEST = 2  # changes of language on one device


@dataclass(frozen=True)
class Habit:
    """How often the main ``aspect`` of a visit differs from that of the visit before.

    ``changes`` of ``pairs`` visits that follow another, ``rest_*`` those of the ``others``
    together.  ``chance`` is that of so many changes by the common share; ``unusual`` of the others
    have a chance of 1 in 1,000 or less, or this account's.  (An account of few visits cannot be as
    unlikely as one of many.)
    """

    aspect: str
    sessions: int
    values: tuple[str, ...]
    pairs: int
    changes: int
    others: int
    rest_pairs: int
    rest_changes: int
    unusual: int
    chance: float

    @property
    def enough(self) -> bool:
        """Whether this account and the others have visits enough to say anything."""
        return self.sessions >= SESSIONS and self.others >= OTHERS

    @property
    def stands_out(self) -> bool:
        """Whether it changes far more often than others', more rarely so, and not by chance."""
        share, usual = (
            self.changes / max(self.pairs, 1),
            self.rest_changes / max(self.rest_pairs, 1),
        )
        rare = (1 + self.unusual) / (1 + self.others)
        return rare <= RARE and self.chance <= CHANCE and share >= OFTEN and share >= TIMES * usual

    @property
    def words(self) -> str:
        """What was counted, without whose it is."""
        if len(self.values) == 1:
            return f"{count_of(self.sessions, 'session')}, all of {self.aspect} {self.values[0]}."
        more = "" if len(self.values) <= NAMED else f" and {count(len(self.values) - NAMED)} more"
        return (
            f"{count_of(self.sessions, 'session')} of {len(self.values)} {self.aspect}s "
            f"({listed(list(self.values[:NAMED]))}{more}); it changed in "
            f"{part(self.changes, self.pairs, 'sessions that follow another')}, with "
            f"{count_of(self.others, 'other account')} in "
            f"{part(self.rest_changes, self.rest_pairs, 'such sessions')}, "
            f"{count(self.unusual)} of them unusually often."
        )


@dataclass(frozen=True)
class Languages:
    """How often one device of an account shows another language (locale) than the session before.

    A person has two devices, and may have set each to a language of its own; who alternates on one
    and the same device is another person.  ``pairs`` are sessions that follow another on the same
    device, ``changes`` those of another language; ``others_changes`` of the ``others`` have as
    many, ``rest_*`` are sums over them.
    """

    pairs: int
    changes: int
    others: int
    others_changes: int
    rest_pairs: int
    rest_changes: int

    @property
    def stands_out(self) -> bool:
        """Whether it changes at least twice, as with nobody else, and not by chance."""
        changes, pairs = self.changes + self.rest_changes, self.pairs + self.rest_pairs
        alone = self.changes >= FEWEST and self.others >= OTHERS and not self.others_changes
        return alone and conditional_tail(self.changes, self.pairs, changes, pairs) <= LIKEWISE

    @property
    def words(self) -> str:
        """What was counted, to follow a sentence about the account."""
        return (
            f" On one device its language changed in "
            f"{part(self.changes, self.pairs, 'sessions that follow another')}; with "
            f"{count_of(self.others, 'other account')} in "
            f"{part(self.rest_changes, self.rest_pairs, 'such sessions')}."
        )


def languages_of(view: View, who: str, task: Task) -> Languages | None:
    """Languages of a subject's devices against all others'; ``None`` where no events tell them."""
    theirs = owned(view, event_tables(view, task))
    told = [one for one in theirs if {"device", "locale"} <= set(one.events.columns)]
    if not told:
        return None
    rows = " UNION ALL ".join(
        f"SELECT {one.who} AS who, {one.events.text('session')} AS session, "
        f"{one.events.text('device')} AS device, {one.events.text('locale')} AS v, "
        f"{one.events.microseconds} AS us FROM {one.relation}"
        for one in told
    )
    line = told[0].events.table.query(
        "WITH fw_s AS (SELECT who, device, session, max({'n': n, 'v': v}).v AS v, min(a) AS a FROM "
        f"(SELECT who, device, coalesce(session, 'at ' || us // {HALF_HOUR}) AS session, v, "
        f"min(us) AS a, count(*) AS n FROM ({rows}) WHERE who IS NOT NULL AND device IS NOT NULL "
        "AND v IS NOT NULL GROUP BY ALL) GROUP BY who, device, session), "
        "fw_o AS (SELECT who, v <> lag(v) OVER (PARTITION BY who, device ORDER BY a, session) AS "
        "changed FROM fw_s), fw_a AS MATERIALIZED (SELECT who, count(changed) AS pairs, count(*) "
        "FILTER (changed) AS changes FROM fw_o GROUP BY who), fw_m AS (SELECT * FROM fw_a WHERE "
        "who = ?) SELECT m.pairs, m.changes, count(a.who), count(a.who) FILTER (a.changes >= "
        "m.changes), coalesce(sum(a.pairs), 0)::BIGINT, coalesce(sum(a.changes), 0)::BIGINT "
        "FROM fw_m AS m LEFT JOIN fw_a AS a ON a.who <> m.who GROUP BY ALL",
        [who],
        task=task,
    )
    if not line.num_rows:
        return None
    return Languages(*(int(column[0].as_py()) for column in line.columns))


def habits_of(view: View, who: str, task: Task) -> list[tuple[Source, Habit]]:
    """Sections and profiles of a subject against all others', where UI events name them."""
    found = []
    for aspect in ASPECTS:
        source = events_with(view, aspect, task)
        if source is None:
            continue
        task.tick()
        habit = _habit(source, aspect, who, task)
        if habit is not None:
            found.append((source, habit))
    return found


def _habit(source: Source, aspect: str, who: str, task: Task) -> Habit | None:
    mine = (
        "(SELECT count(*) AS sessions, list(DISTINCT device ORDER BY device) AS held "
        "FROM fw_o WHERE who = $1)"
    )
    found = source.table.query(
        f"{main_of_session(source)}, fw_a AS (SELECT who, count(before) AS pairs, count(*) FILTER "
        "(before <> device) AS changes FROM fw_o GROUP BY who) SELECT who = $1 AS own, pairs, "
        f"changes, count(*) AS n, any_value(m.sessions), any_value(m.held) FROM fw_a, {mine} AS m "
        "GROUP BY own, pairs, changes ORDER BY own DESC, pairs, changes",
        [who],
        task,
    )
    if not found.num_rows or not found.column(0)[0].as_py():
        return None
    pairs, changes, n = (np.asarray(found.column(k).to_numpy()) for k in (1, 2, 3))
    rest, changed = int((pairs * n)[1:].sum()), int((changes * n)[1:].sum())
    share = (changed + int(changes[0])) / max(rest + int(pairs[0]), 1)
    tails = stats.binom.sf(changes - 1, pairs, share)
    return Habit(
        aspect,
        int(found.column(4)[0].as_py()),
        tuple(found.column(5)[0].as_py()),
        int(pairs[0]),
        int(changes[0]),
        int(n[1:].sum()),
        rest,
        changed,
        int(n[1:][tails[1:] <= max(tails[0], LIKEWISE)].sum()),
        float(tails[0]),
    )
