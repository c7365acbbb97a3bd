"""Is it one person's account, and the right one?  Devices, sessions, and the join by request id.

An account that several people use, or that two sources were merged into, changes its device from
session to session where others hardly ever do (among few others its language as well); a wrong join
shows another subject in the log than on the screen.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

from investigators.accounts import (
    AT_ONCE,
    Clash,
    Source,
    Use,
    clash,
    sessions_of,
    sources,
    untold_sessions,
    use_of,
    where_they_clash,
)
from investigators.chart import Cells, Chart
from investigators.check import Check
from investigators.evidence import Cause, CauseClass, Condition, Finding, NoTransform, Verdict
from investigators.habits import Habit, Languages, habits_of, languages_of
from investigators.impressions import Events, event_tables, picked_event
from investigators.numbers import count, count_of, listed, part, per_cent, rounded
from investigators.owners import owned, owner_of, told_in
from investigators.scope import condition_sql
from investigators.statistics import conditional_tail
from investigators.tables.table import quoted
from investigators.task import Task
from investigators.view import View
from investigators.whereabouts import Whereabouts

ID = "ui_context.subject"
OTHERS, SESSIONS = 30, 3
RARE = 0.01  # of the others change their device as often
ENOUGH = 99  # others none of whom does make that rare
SURELY_NOT = 1e-6
CHANCE = 0.001  # that this account's sessions change the device so often, were it like the others
MANY_OTHERS, TWICE, SELDOM = 200, 3, 0.005
KEY_DEVICES, KEY_TIMES = 8, 4  # so many devices, so many times the next account's: no person's
JOINED, FEW_CLASH = 50, 0.02
NAMED = 4
UNTOLD = 0.1  # of its sessions may be without a device elsewhere
NEED = "UI events, or a log, with subject, device, session and time"
ASK = (
    "Please send the UI events of that account and of others for the same weeks: account, session, "
    "device, time, request id; and say whether the account is shared, which devices are signed in, "
    "and which sources its history is merged from."
)


def run(view: View, task: Task) -> Sequence[Finding]:
    """One finding on who uses the account; one more where subjects of log and events differ."""
    task.tick()
    if view.decision is None:
        return [_finding("does not apply", "No decision was picked.", 0)]
    who, request = _who(view, task)
    tables = event_tables(view, task)
    habits = [] if who is None else habits_of(view, who, task)
    found = _use(view, who, [habit for _, habit in habits], task)
    told = [_habit(view, who, *each, task) for each in habits if who is not None]
    differs = clash(view, tables, request, task)
    return [found, *(f for f in told if f), *_joined(view, tables, differs, request, task)]


def _who(view: View, task: Task) -> tuple[str | None, str | None]:
    """Subject and request id of the decision; those of its event where it was picked by one."""
    one = view.decision
    assert one is not None
    if one.event is None:
        return one.subject, one.id
    tables = event_tables(view, task)
    shown = picked_event(view, tables, task)
    if shown is None:
        return one.subject, None
    return owner_of(owned(view, tables), shown.table, shown.row, task), shown.request


def _use(view: View, who: str | None, habits: Sequence[Habit], task: Task) -> Finding:
    places = sources(view, task)
    if not places or who is None:
        words = "Whose account it is, and from which devices it is used, is not in the data."
        return _finding("cannot tell", words, 0, would_need=NEED, ask=ASK)
    (place,) = places
    use = use_of(place, who, task)
    if use is None:
        words = f"{who} has no session with a device in the {place.what}."
        return _finding("cannot tell", words, place.rows, would_need=NEED, ask=ASK)
    return _judged(view, who, place, use, habits, task)


def _judged(
    view: View, who: str, source: Source, use: Use, habits: Sequence[Habit], task: Task
) -> Finding:
    lines = sessions_of(source, who, task)
    names = listed(list(dict.fromkeys(device for _, _, device, _ in lines))[:NAMED])
    words = (
        f"{who} was used from {count_of(use.devices, 'device')} ({names}) in "
        f"{count_of(use.sessions, 'session')}"
    )
    if use.devices > 1:
        words += (
            f"; from one session to the next the device changed {_times(use.changes)}, "
            f"{_times(use.at_once)} within {AT_ONCE} s"
        )
    words += "." + _told_by(source, task)
    told: dict[str, Any] = {"effect": asdict(use), "about": ("subject",)}
    if use.others < OTHERS or use.sessions < SESSIONS:
        need = f"{SESSIONS} sessions of this account and {OTHERS} other accounts"
        words += _too_little(use)
        return _finding("cannot tell", words, source.rows, would_need=need, ask=ASK, **told)
    words += _others(use)
    kind, speech = _kind(use), None
    if kind is None and _of_few(use):
        speech = languages_of(view, who, task)
        if speech is None or not _two_signs(use, speech):
            words += _more_others(use)
            need = f"{count(ENOUGH)} other accounts, or a second sign such as the language"
            return _finding("cannot tell", words, source.rows, would_need=need, ask=ASK, **told)
        kind, words = "identity", words + speech.words
    if kind is None:
        untold = untold_sessions(source, who, task)
        if untold > UNTOLD * use.sessions:
            names = listed([one.events.table.name for one in source.silent])
            words += f" {count_of(untold, 'session')} more in {names} name no device."
            need = f"the device of each event in {names}"
            return _finding("cannot tell", words, source.rows, would_need=need, ask=ASK, **told)
        return _finding("speaks against", words, source.rows, **told)
    what = (
        " Several people, or several sources merged into one account, would look like this."
        if kind == "identity"
        else " That is more than any person has: several share the id, as a wrong join gives."
    )
    words += what
    segment = (Condition(source.column, equals=who),)
    rows = _rows(view, source, segment[0], task)
    cause = Cause(
        kind, (), NoTransform(), segment, None, False, None, None, rows, 0, True,
        corroborations=(*_signs(use), *_of_habits(habits)), statement=words,
    )  # fmt: skip
    return _finding(
        "supports", words, source.rows, segment=segment, concerns_decision=True, cause=cause,
        charts=(_chart(source, who, use, lines),), **told,
    )  # fmt: skip


def _told_by(source: Source, task: Task) -> str:
    """Which tables do not name the account, what told it, and of how many events."""
    return "".join(
        f" {one.events.table.name} names no account: the {one.road} told it of "
        f"{part(told_in(one, task), one.events.table.rows, 'events')}."
        for one in source.told
    )


def _too_little(use: Use) -> str:
    """Which of the two is too few: this account's sessions, or others to compare with."""
    if use.others < OTHERS:
        few = "no other account" if not use.others else count_of(use.others, "other account")
        return f" With {few} to compare with that says too little."
    return f" {count_of(use.sessions, 'session')} of this account say too little."


def _others(use: Use) -> str:
    """How often the others changed their device, and how many as often as this account."""
    usual = part(use.rest_changes, use.rest_pairs, "sessions that follow another")
    if not use.changes:
        return f" {count(use.others)} other accounts changed it in {usual}."
    return (
        f" Of {count(use.others)} other accounts {count(use.others_changes)} changed it as often; "
        f"they did in {usual}."
    )


def _times(n: int) -> str:
    return {0: "never", 1: "once", 2: "twice"}.get(n, f"{count(n)} times")


def _kind(use: Use) -> CauseClass | None:
    """Which cause the comparison supports: at least two changes, rare among others, not chance."""
    if use.devices >= KEY_DEVICES and use.devices >= KEY_TIMES * max(use.most_devices, 1):
        return "join-or-key"
    if use.devices < 2 or use.changes < 2:
        return None
    chance = _by_chance(use)
    rare = (1 + use.others_changes) / (1 + use.others)
    if rare > RARE:  # fewer than a hundred others cannot make one in a hundred
        alone = not use.others_changes and not use.others_at_once and use.at_once >= TWICE
        return "identity" if alone and chance <= SURELY_NOT else None
    return "identity" if chance <= CHANCE else None


def _of_few(use: Use) -> bool:
    """Whether nobody else changes the device as often, and those are too few to call that rare."""
    if use.devices < 2 or use.changes < 2 or use.others_changes or use.others >= ENOUGH:
        return False
    return _by_chance(use) <= CHANCE


def _two_signs(use: Use, speech: Languages) -> bool:
    """Whether device and language change as nobody else's: one person in as many, each time."""
    rare = 1 / ((1 + use.others) * (1 + speech.others))
    return speech.stands_out and rare <= RARE and _by_chance(use) <= SURELY_NOT


def _by_chance(use: Use) -> float:
    """The chance of so many changes of the device, were this account like the others."""
    changes, rows = use.changes + use.rest_changes, use.pairs + use.rest_pairs
    return conditional_tail(use.changes, use.pairs, changes, rows)


def _more_others(use: Use) -> str:
    """Why nothing is said of an account that stands out among few."""
    return (
        f" One of {count(1 + use.others)} accounts may be a person with two devices: "
        f"{count(ENOUGH)} others could tell that hardly anybody uses them by turns like this."
    )


def _signs(use: Use) -> tuple[str, ...]:
    """Use at the same time is a second sign where next to no other account has it."""
    seldom = (1 + use.others_at_once) / (1 + use.others)
    if use.at_once < TWICE or use.others < MANY_OTHERS or seldom > SELDOM:
        return ()
    words = (
        f"{_times(use.at_once)} used from two devices at the same time (within {AT_ONCE} s); "
        f"{count(use.others_at_once)} of {count(use.others)} other accounts were as often"
    )
    return (words,)


def _of_habits(habits: Sequence[Habit]) -> tuple[str, ...]:
    """What its visits are about changes too: another record of several people, where it is rare."""
    rare = [h for h in habits if h.enough and h.stands_out]  # one: the second says the same
    return tuple(f"its {h.aspect} changes too: {h.words}" for h in rare[:1])


def _habit(view: View, who: str, source: Source, habit: Habit, task: Task) -> Finding | None:
    """Whether sections, or profiles, alternate as those of hardly another account do."""
    if not habit.enough:
        return None
    more: dict[str, Any] = {"id": f"{ID}/{habit.aspect}", "about": ("subject",)}
    more["effect"] = asdict(habit) | {"values": len(habit.values), "chance": rounded(habit.chance)}
    words = f"{who} has {habit.words}"
    if not habit.stands_out:
        return _finding("speaks against", words, source.rows, **more)
    words += (
        " Several people, or several sources merged into one account, would look like this; "
        "one person who buys for others would too."
    )
    segment = (Condition(source.column, equals=who),)
    cause = Cause(
        "identity", (), NoTransform(), segment, None, False, None, None,
        _rows(view, source, segment[0], task), 0, True, statement=words,
    )  # fmt: skip
    return _finding(
        "supports", words, source.rows, segment=segment, concerns_decision=True, cause=cause, **more
    )


def _rows(view: View, source: Source, one: Condition, task: Task) -> int:
    """Rows of the log in the segment, or of the events where the log has no such column."""
    if view.log is not None and view.log.column(one.column) is not None:
        return int(
            view.log.value(f"SELECT count(*) FROM {{t}} WHERE {condition_sql(one)}", (), task)
        )
    sql = f"SELECT count(*) FROM {{t}} WHERE CAST({quoted(one.column)} AS VARCHAR) = ?"
    return int(source.table.value(sql, [one.equals], task))


def _chart(source: Source, who: str, use: Use, lines: Sequence[tuple[str, str, str, int]]) -> Cells:
    rows = tuple(
        (begin.removesuffix("Z"), device, session, count(n)) for begin, session, device, n in lines
    )
    zoned = any(begin.endswith("Z") for begin, *_ in lines)
    return Cells(
        "Sessions of this account, in order",
        ("begin (UTC)" if zoned else "begin", "device", "session", source.what),
        rows,
        strip=f"{len(rows)} of {count_of(use.sessions, 'session')}; {count(use.others)} other "
        "accounts to compare with",
        description=f"The sessions of {who} with their devices: {count_of(use.devices, 'device')}, "
        f"changed {_times(use.changes)}.",
    )


def _joined(
    view: View, tables: Sequence[Events], found: Clash | None, request: str | None, task: Task
) -> list[Finding]:
    """Whether log and UI events name the same subject for the same request."""
    if found is None or not found.joined:
        return []
    more: dict[str, Any] = {"id": f"{ID}/join", "about": ("subject",)}
    share = found.clash / found.joined
    words = (
        "Log and UI events name different subjects in "
        f"{part(found.clash, found.joined, 'requests')} that have both."
    )
    effect = {"joined": found.joined, "different": found.clash}
    if found.joined < JOINED or share > 0.5:
        words += " So few, or so differing, ids cannot be compared."
        need = f"{JOINED} requests with the same kind of subject id in log and UI events"
        return [
            _finding("cannot tell", words, found.joined, would_need=need, effect=effect, **more)
        ]
    mine = found.this is not None and found.this[0] != found.this[1]
    if mine and found.this is not None:
        words += f" This one is {found.this[0]} in the log and {found.this[1]} on the screen."
    if not mine and share <= FEW_CLASH:
        return [_finding("speaks against", words, found.joined, effect=effect, **more)]
    place = where_they_clash(view, tables, task)
    if place is not None:
        words += place.sentence
    cause = _join_cause(view, found, place, request if mine else None, words)
    chart = Cells(
        "Subject of this request", ("in the log", "on the screen"),
        ((found.this or ("", "")),), strip=f"{count(found.joined)} requests joined by their id",
        description=f"{per_cent(share)} of the joined requests name different subjects.",
    )  # fmt: skip
    charts: tuple[Chart, ...] = () if place is None else (place.dots("Requests of two subjects"),)
    return [
        _finding("supports", words, found.joined, effect=effect, concerns_decision=mine,
                 cause=cause, segment=cause.segment, onset=cause.onset,
                 charts=(*charts, chart) if mine else charts, **more)
    ]  # fmt: skip


def _join_cause(
    view: View, found: Clash, place: Whereabouts | None, request: str | None, words: str
) -> Cause:
    """The wrong join in its place; in none, of this ``request`` alone where it is given."""
    mine = request is not None
    if place is not None and (place.place.concerns_decision or not mine):
        return place.cause("join-or-key", words, exact=mine)
    column = view.column("log.id")
    segment = (Condition(str(column), equals=request),) if mine and column else None
    rows = 1 if segment else found.joined
    return Cause(
        "join-or-key", (), NoTransform(), segment, None, False, None, None, rows,
        min(rows, max(found.clash, 1)), mine, exact_record=mine, statement=words,
    )  # fmt: skip


def _finding(verdict: Verdict, sentence: str, n: int, **more: Any) -> Finding:  # noqa: ANN401
    more.setdefault("about", ())
    more.setdefault("id", ID)
    return Finding(check=ID, family="ui_context", verdict=verdict, sentence=sentence, n=n, **more)


CHECK = Check(
    family="ui_context",
    name="subject",
    suspicion="Several people use this account, or records of several were merged into it.",
    covers=(
        "devices and sessions of the account against all other accounts: changes of device from "
        "session to session, two devices at once, more devices than a person has; where the others "
        "are too few to call that rare, the language of one and the same device; sections and "
        "profiles that alternate from session to session (of all tables of UI events put together; "
        "one that names no subject has that of its request or session in the log, or in another "
        "table); and whether log and UI events name the same subject for the same "
        "request, in which segment and since when they do not"
    ),
    does_not_cover=(
        "people who share one device and like the same; tables of UI events with neither "
        "subject, request id nor session; people with several accounts"
    ),
    minimum=f"{SESSIONS} sessions of the account and {OTHERS} other accounts; for the join "
    f"{JOINED} requests",
    run=run,
    asks=(("ui_events", ASK),),
    causes=("identity", "join-or-key"),
    order=12,
)
