"""Requests without a UI event and events without a request: what is lost, joined by id."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from investigators.chart import Curve, Mark
from investigators.clock import EPOCH, moment
from investigators.evidence import Onset, Segment
from investigators.impressions import Events
from investigators.numbers import count, per_cent
from investigators.presence import Presence, presence
from investigators.scope import segment_sql
from investigators.tables.table import literal
from investigators.task import Task
from investigators.traffic.rows import traffic_of
from investigators.traffic.values import flags
from investigators.view import View

Flags = npt.NDArray[np.bool_]
STEPS, BLOCKS = 48, 24
USUALLY = 0.5  # of a label's requests have an event: then one without is worth a look
LOW = 0.25


@dataclass(frozen=True, eq=False)
class Lost:
    """Requests that should have a UI event (``known``) and have none (``unshown``), shape (rows,).

    ``sql`` says it of a row; ``base`` is the share that a quarter of the log's time stays below.
    """

    known: Flags
    unshown: Flags
    sql: str
    eligible: str
    words: str
    base: float
    steps: Steps | None = None

    @property
    def what(self) -> str:
        """What the lost ones have not, as a predicate of several."""
        return "have no UI event" if self.steps is None else self.steps.what


@dataclass(frozen=True)
class Steps:
    """Requests by the steps that the events name.

    ``reached`` are (step, requests that have it), ``shown`` requests with a display, ``ended``
    those without one that were rejected or failed, ``stopped`` (step, requests of which it is the
    last) of all others; ``mine`` is the last step of the picked request if it is one of these.
    """

    reached: tuple[tuple[str, int], ...]
    shown: int
    ended: int
    stopped: tuple[tuple[str, int], ...]
    mine: str | None

    @property
    def requests(self) -> int:
        """Requests of the log with any event."""
        return self.shown + self.ended + sum(n for _, n in self.stopped)

    @property
    def what(self) -> str:
        """What the lost ones have in common: the step after which nothing is known of them."""
        if len(self.stopped) == 1:
            return f"have no event after {self.stopped[0][0]}"
        return "were neither shown, rejected nor failed"

    @property
    def words(self) -> str:
        """In = out + rejected or failed + stopped, as one sentence."""
        reached = ", ".join(f"{step} {count(n)}" for step, n in self.reached)
        stopped = "".join(f" + {count(n)} that stop at {step}" for step, n in self.stopped)
        return (
            f"Requests by step: {reached}; {count(self.requests)} with an event = "
            f"{count(self.shown)} shown + {count(self.ended)} rejected or failed{stopped}."
        )


def steps_of(view: View, tables: Sequence[Events], request: str | None, task: Task) -> Steps | None:
    """Count the log's requests by step; ``None`` where no table of events has steps."""
    live = view.log
    told = [e for e in tables if e.steps]
    if not told or live is None:
        return None
    rows = " UNION ALL ".join(
        f"SELECT {e.text('request')} AS r, coalesce({e.text('step')}, 'shown') AS step, "
        f"{e.shows} AS shown, {e.ends} AS ended, {e.microseconds} AS us, {e.number} AS t, fw_row "
        f"FROM {e.table.relation}"
        for e in tables
    )
    kept = f"(SELECT * FROM ({rows}) WHERE r IN (SELECT fw_id FROM {live.relation}))"
    last = (
        f"(SELECT r, bool_or(shown) AS shown, bool_or(ended) AS ended, max({{'us': us, 't': t, "
        f"'n': fw_row, 'step': step}}).step AS last FROM {kept} GROUP BY r)"
    )
    reached = live.query(
        f"SELECT step, count(DISTINCT r) AS n, avg(us - z.low) AS fw_since FROM {kept} JOIN "
        f"(SELECT r, min(us) AS low FROM {kept} GROUP BY r) AS z USING (r) GROUP BY step "
        "ORDER BY fw_since, n DESC, step",
        task=task,
    )
    ends = live.query(
        "SELECT CASE WHEN shown THEN 'shown' WHEN ended THEN 'ended' ELSE 'stopped' END AS k, "
        "CASE WHEN shown OR ended THEN '' ELSE last END AS step, count(*) AS n, "
        f"bool_or(r = ?) AS mine FROM {last} GROUP BY ALL ORDER BY n DESC, k, step",
        [request],
        task,
    ).to_pylist()
    stopped = [line for line in ends if line["k"] == "stopped"]
    mine = next((str(line["step"]) for line in stopped if line["mine"]), None)
    return Steps(
        tuple(zip(reached["step"].to_pylist(), reached["n"].to_pylist(), strict=True)),
        sum(line["n"] for line in ends if line["k"] == "shown"),
        sum(line["n"] for line in ends if line["k"] == "ended"),
        tuple((str(line["step"]), int(line["n"])) for line in stopped),
        mine,
    )


def lost_requests(view: View, tables: Sequence[Events], task: Task) -> Lost | None:
    """Join the log to the events' request ids; ``None`` where no label is usually shown."""
    live = view.log
    assert live is not None
    ids = " UNION ALL ".join(
        f"SELECT {e.text('request')} AS r FROM {e.table.relation} WHERE {e.shows} OR {e.ends}"
        for e in tables
    )
    seen = f"fw_id IN (SELECT r FROM ({ids}) WHERE r IS NOT NULL)"
    covered = _covered(tables, task)
    shares = live.query(
        f"SELECT fw_decision AS label, avg(CAST({seen} AS DOUBLE)) AS s, count(*) AS n FROM {{t}} "
        f"WHERE fw_id IS NOT NULL{covered} GROUP BY fw_decision ORDER BY n DESC, label LIMIT 12",
        task=task,
    )
    lines = zip(*(column.to_pylist() for column in shares.columns), strict=True)
    labels = [label for label, share, _ in lines if share >= USUALLY]
    if not labels:
        return None
    named = [literal(label) for label in labels if label is not None]
    parts = [f"fw_decision IN ({', '.join(named)})"] if named else []
    parts += ["fw_decision IS NULL"] if None in labels else []
    eligible = f"(fw_id IS NOT NULL AND ({' OR '.join(parts)}){covered})"
    sql = f"coalesce({eligible} AND NOT {seen}, false)"
    known, unshown = flags(live, [eligible, sql], task)
    words = f"requests that got {' or '.join(labels)}" if named else "requests"
    one = view.decision
    request = None if one is None or one.row is None else one.id if one.event is None else None
    steps = steps_of(view, tables, request, task)
    base = usual_share(view, known, unshown, task)
    return Lost(known, unshown, sql, eligible, words, base, steps)


def usual_words(base: float) -> str:
    """The usual share, and what it is of."""
    if not base:
        return "usual is none at all: a quarter of the log's time has none"
    return f"usual is {per_cent(base)} (a quarter of the log's time has less)"


def met_together(view: View, sql: str, task: Task) -> float:
    """How many requests meet a condition (SQL) with each one: in its session, else of its subject.

    A page that is lost takes all of its requests along; they are one piece of evidence, not many.
    """
    assert view.log is not None
    who = "coalesce(fw_session, fw_subject, fw_id)"
    found = view.log.value(
        f"SELECT sum(fw_k * fw_k) / sum(fw_k) FROM (SELECT count(*)::DOUBLE AS fw_k FROM {{t}} "
        f"WHERE {sql} GROUP BY {who})",
        (),
        task,
    )
    return max(float(found or 1.0), 1.0)


def _covered(tables: Sequence[Events], task: Task) -> str:
    """SQL: the request's time lies in the events' days; nothing where they have no times."""
    ends: list[int] = []
    for events in tables:
        if events.when is None:
            return ""
        line = events.table.query(
            f"SELECT min(epoch_us({events.when})), max(epoch_us({events.when})) FROM {{t}}",
            task=task,
        )
        ends += [column[0].as_py() for column in line.columns if column[0].as_py() is not None]
    if not ends:
        return ""
    return f" AND (fw_time IS NULL OR epoch_us(fw_time) BETWEEN {min(ends)} AND {max(ends)})"


def usual_share(view: View, known: Flags, unshown: Flags, task: Task) -> float:
    """The share (of ``known`` requests) that a quarter of the blocks of time stays below."""
    order = traffic_of(view, task).order
    rows = np.flatnonzero(known) if order is None else order[known[order]]
    if order is None or rows.size < BLOCKS:
        return float(unshown[rows].mean()) if rows.size else 0.0
    blocks = np.array_split(unshown[rows], BLOCKS)
    return float(np.quantile([block.mean() for block in blocks], LOW))


def unknown_requests(view: View, events: Events, own: tuple[str, ...], task: Task) -> Presence:
    """Own events with a request id, and those whose id the log has not, with their times."""
    assert view.log is not None
    component = f"{events.text('component')} IN ({', '.join(map(literal, own))})"
    mine = f"(SELECT * FROM {events.table.relation} WHERE {component} AND {events.text('request')} \
IS NOT NULL)"
    inside = events.table.with_relation(mine)
    total = int(inside.value("SELECT count(*) FROM {t}", (), task))
    gone = (
        f"coalesce({events.text('request')} NOT IN (SELECT fw_id FROM {view.log.relation} "
        "WHERE fw_id IS NOT NULL), false)"
    )
    found = presence(inside, gone, events.when, task, zone_known=events.zone_known)
    return Presence(found.rows, total, found.onset, found.onset_known, found.end, found.ongoing)


@dataclass(frozen=True)
class Strip:
    """Share in per cent of the requests without an event over time."""

    x: tuple[float, ...]
    y: tuple[float, ...]
    zone: str

    def curves(self, name: str, base: float) -> tuple[Curve, ...]:
        """The share over time against the usual one."""
        usual = round(100 * base, 3)
        ends = (self.x[0], self.x[-1]) if self.x else ()
        flat = tuple(usual for _ in ends)
        return (
            Curve("usual", ends, flat, "training"),
            Curve(name, self.x, self.y, "live", dashed=True),
        )

    def marks(self, onset: Onset | None) -> tuple[Mark, ...]:
        """Where it begins."""
        if onset is None or onset.latest is None:
            return ()
        at = (moment(onset.latest) - EPOCH.replace(tzinfo=None)).total_seconds()
        return (Mark("begins", at, kind="decision"),)


def strip_of(view: View, lost: Lost, segment: Segment, task: Task) -> Strip:
    """Count requests without an event in a segment, in 48 steps of the log's time."""
    assert view.log is not None
    zone = "UTC" if view.case.zone is not None else "local time"
    span = view.log.query(
        "SELECT min(epoch_us(fw_time)), max(epoch_us(fw_time)) FROM {t}", (), task
    )
    first, last = (column[0].as_py() for column in span.columns)
    if first is None:
        return Strip((), (), zone)
    step = max(1, -(-(last - first + 1) // STEPS))
    found = view.log.query(
        f"SELECT (epoch_us(fw_time) - {first}) // {step} AS fw_b, "
        f"avg(CAST({lost.sql} AS DOUBLE)) AS fw_s FROM {{t}} WHERE fw_time IS NOT NULL AND "
        f"{lost.eligible} AND {segment_sql(segment)} GROUP BY fw_b ORDER BY fw_b",
        task=task,
    )
    x = tuple((first + (b + 0.5) * step) / 1e6 for b in found.column(0).to_pylist())
    y = tuple(round(100 * s, 3) for s in found.column(1).to_pylist())
    return Strip(x, y, zone)
