"""Which column plays which role: by name, then by what it holds; given ones always win."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from investigators.brief import nearest
from investigators.case import Brief, Confidence, Guess
from investigators.model import Model
from investigators.roles.by_score import decision_by_score
from investigators.roles.names import NAMES
from investigators.roles.profile import Profile, profiles
from investigators.roles.rule import same_value
from investigators.roles.values import FREE_TEXT, VALUES, Fit, as_id, as_number_outcome
from investigators.roles.words import words_of
from investigators.tables.table import Table, quoted
from investigators.task import Task
from investigators.trouble import InputTrouble

CORE = (
    *("id", "time", "score", "decision", "outcome", "subject", "session", "model_version"),
    *("component", "live_test"),
)
REFERENCE = ("outcome", "time", "subject", "decision", "live_test")
UI_EVENTS = (
    *("event", "request", "session", "subject", "time", "component", "title", "position"),
    *("text", "decision", "service", "model_version", "cached", "device", "app_version"),
    *("locale", "section", "profile", "arm", "step", "item"),
)
OUTCOMES = ("id", "outcome", "time")
RELEASES = ("time", "system", "text")
STORE = ("id", "subject", "session", "time")
# Where no name tells, these roles may be told by values alone.
BY_VALUES: dict[str, Confidence] = {"id": "likely", "time": "likely", "score": "weak"}
DECISION_BY_WORDS = 2.0
SURE_NAME = 3
UNREAD = "holds JSON that cannot be taken apart"  # in a column's note: it plays no role
CLICKED = re.compile(
    r"\b(targets?|buttons?|elements?|click\w*|pressed|taps?|tapped|answer|reply|response|feedback|"
    r"reaction|vote|choice|chosen|selected)\b"
)
LONGEST_LABEL = 200  # characters; what is longer names no group


@dataclass(frozen=True, slots=True)
class Asked:
    """What guessing one source goes by.

    ``inputs`` are columns that feed model inputs: they keep out of every role but ``value``.
    ``regression``: outcomes are numbers.
    """

    source: str
    table: str
    columns: Mapping[str, Profile]
    brief: Brief
    inputs: frozenset[str] = frozenset()
    regression: bool = False
    lenient: bool = False
    ignored: frozenset[str] = field(default_factory=frozenset)


def by_role(guesses: Iterable[Guess], source: str) -> dict[str, tuple[str, ...]]:
    """Columns by role of one source, from its guesses."""
    found: dict[str, list[str]] = defaultdict(list)
    for guess in guesses:
        owner, _, role = guess.what.partition(".")
        if owner == source and role and guess.value:
            found[role].append(guess.value)
    return {role: tuple(columns) for role, columns in found.items()}


def guess_log(
    table: Table,
    brief: Brief,
    model: Model | None = None,
    inputs: Mapping[str, str] | None = None,
    task: Task | None = None,
    columns: Mapping[str, Profile] | None = None,
) -> tuple[Guess, ...]:
    """Guess the roles of the log's columns ("log.id", ...; several for segment and ignore).

    ``inputs`` maps model inputs to columns (``Mapping.columns`` of
    :func:`investigators.roles.mapping.map_inputs`): such columns play no role but ``value``, and
    define groups only where the model takes them as categories.  ``columns`` are the table's
    profiles where they are known already.

    Raises:
        InputTrouble: a given column does not exist; the time column's day/month order is open.
    """
    columns = columns or profiles(table, task)
    mapped = inputs or {}
    asked = _asked("log", table, columns, brief, model, mapped.values())
    chosen = _roles(asked, (*CORE, "value"))
    chosen = (*chosen, *_decision_by_score(table, asked, chosen, task))
    taken = {guess.value for guess in chosen if guess.what != "log.value"}
    kinds = {each.name: each.kind for each in model.inputs} if model is not None else {}
    categories = {column for name, column in mapped.items() if kinds.get(name) == "category"}
    return (*chosen, *_segments(asked, taken, categories))


def _decision_by_score(
    table: Table, asked: Asked, chosen: tuple[Guess, ...], task: Task | None
) -> tuple[Guess, ...]:
    told = {guess.what: guess.value for guess in chosen}
    if "log.score" not in told or "log.decision" in told or asked.brief.columns.get("log.decision"):
        return ()
    taken = {*told.values(), *asked.inputs, *asked.ignored}
    found = decision_by_score(table, asked.columns, told["log.score"], taken, task)
    return () if found is None else (found,)


def core_columns(
    table: Table,
    brief: Brief,
    model: Model | None,
    columns: Mapping[str, Profile],
    inputs: Iterable[str],
    source: str = "log",
) -> frozenset[str]:
    """Return columns that play a role of their own by name, so that no input is mapped to them."""
    asked = _asked(source, table, columns, brief, model, inputs)
    roles = {"log": CORE, "feature_store": STORE}.get(source, REFERENCE)
    guesses = _roles(asked, roles)
    return frozenset(g.value for g in guesses if g.confidence in {"given", "sure", "likely"})


def guess_reference(
    table: Table,
    brief: Brief,
    model: Model | None = None,
    inputs: Mapping[str, str] | None = None,
    task: Task | None = None,
    columns: Mapping[str, Profile] | None = None,
) -> tuple[Guess, ...]:
    """Guess outcome, time, subject, decision and live_test of the reference.

    ``inputs`` and ``columns`` are those of :func:`guess_log`.
    """
    mapped = (inputs or {}).values()
    asked = _asked("reference", table, columns or profiles(table, task), brief, model, mapped)
    return _roles(asked, REFERENCE)


def guess_outcomes(
    table: Table,
    brief: Brief,
    model: Model | None = None,
    task: Task | None = None,
) -> tuple[Guess, ...]:
    """Guess id, outcome and time of a table of outcomes."""
    asked = _asked("outcomes", table, profiles(table, task), brief, model, ())
    guesses = _roles(asked, OUTCOMES)
    if any(guess.what == "outcomes.outcome" for guess in guesses):
        return guesses
    taken = {guess.value for guess in guesses}
    rest = [
        p
        for p in asked.columns.values()
        if p.name not in taken and (p.values or (asked.regression and p.numeric and p.filled))
    ]
    if len(rest) != 1:
        return guesses
    reason = "the only column left that can be one"
    return (*guesses, Guess("outcomes.outcome", rest[0].name, reason, "weak"))


def guess_ui_events(table: Table, brief: Brief, task: Task | None = None) -> tuple[Guess, ...]:
    """Guess the roles of a table of UI events; of several tables each has its own given names."""
    lenient = len(brief.sources.get("ui_events", ())) > 1
    asked = Asked("ui_events", table.name, profiles(table, task), brief, lenient=lenient)
    return _roles(asked, UI_EVENTS)


def guess_releases(table: Table, brief: Brief, task: Task | None = None) -> tuple[Guess, ...]:
    """Guess time, system and text of a list of releases."""
    asked = Asked("releases", table.name, profiles(table, task), brief)
    return _roles(asked, RELEASES)


def guess_store(
    table: Table, brief: Brief, inputs: Mapping[str, str], columns: Mapping[str, Profile]
) -> tuple[Guess, ...]:
    """Guess id and time of a feature store, and who or which visit else its rows are about."""
    asked = _asked("feature_store", table, columns, brief, None, inputs.values())
    return _roles(asked, STORE)


def _asked(
    source: str,
    table: Table,
    columns: Mapping[str, Profile],
    brief: Brief,
    model: Model | None,
    inputs: Iterable[str],
) -> Asked:
    regression = model is not None and model.output == "value"
    ignored = frozenset(brief.columns.get(f"{source}.ignore", ()))
    return Asked(source, table.name, columns, brief, frozenset(inputs), regression, ignored=ignored)


def _roles(asked: Asked, roles: Iterable[str]) -> tuple[Guess, ...]:
    """Given columns first, then the pair of role and column with most points, and so on."""
    roles = tuple(roles)
    chosen: dict[str, list[Guess]] = {}
    for role in roles:
        given = _given(asked, role)
        if given:
            chosen[role] = given
    taken = {guess.value for guesses in chosen.values() for guess in guesses}
    ranked = sorted(
        (-points, roles.index(role), p.position, role, p.name, guess)
        for role in roles
        if role not in chosen and not _said_none(asked, role)
        for p in asked.columns.values()
        for points, guess in _candidate(asked, role, p)
    )
    for _, _, _, role, name, guess in ranked:
        if (role in chosen and role != "item") or (name in taken and role != "value"):
            continue
        chosen.setdefault(role, []).append(guess)
        if role != "value":
            taken.add(name)
    if "id" in roles and "id" not in chosen:
        chosen["id"] = _person_as_id(asked, {"subject", "session"} & chosen.keys(), chosen, taken)
    for guess in chosen.get("time", ()):
        _refuse_open_dates(asked, guess.value)
    return tuple(guess for role in roles for guess in chosen.get(role, ()))


def _person_as_id(
    asked: Asked, shared: set[str], chosen: Mapping[str, list[Guess]], taken: Collection[str]
) -> list[Guess]:
    """The id where every row is another person or visit: the key of a list of customers."""
    own = {guess.value for role in shared for guess in chosen[role]}
    for p in asked.columns.values():
        named = max(NAMES["subject"].fit(p.name), NAMES["session"].fit(p.name)) >= 2
        free = p.name in own or p.name not in {*taken, *asked.ignored, *asked.inputs}
        if named and free and p.rows > 1 and p.all_different and as_id(p) is not None:
            reason = "no other column tells the rows apart, and no value comes twice"
            return [Guess(f"{asked.source}.id", p.name, reason, "likely")]
    return []


def _given(asked: Asked, role: str) -> list[Guess]:
    what = f"{asked.source}.{role}"
    names = asked.brief.columns.get(what, ())
    here = [name for name in names if name in asked.columns]
    if names and not asked.lenient and len(here) < len(names):
        missing = next(name for name in names if name not in asked.columns)
        raise no_such_column(asked.table, missing, what, asked.columns)
    return [Guess(what, name, "given", "given") for name in here]


def _said_none(asked: Asked, role: str) -> bool:
    """Whether it was said that no column plays this role: an empty list of columns."""
    return asked.brief.columns.get(f"{asked.source}.{role}") == ()


def no_such_column(table: str, column: str, what: str, columns: Iterable[str]) -> InputTrouble:
    """Return the trouble of a given column that the table does not have."""
    names = list(columns)
    shown = ", ".join(names[:12]) + (f" and {len(names) - 12} more" if len(names) > 12 else "")
    return InputTrouble(
        table,
        f"no column {column}",
        place=what,
        expected=f"one of {shown}",
        mend=nearest(column, names),
    )


def _candidate(asked: Asked, role: str, p: Profile) -> Iterable[tuple[float, Guess]]:
    """At most one (points, guess) for a column in a role."""
    if (
        UNREAD in p.column.note
        or p.name in asked.ignored
        or (p.name in asked.inputs and role != "value")
    ):
        return
    regression = asked.regression and role == "outcome"
    fit: Fit = (as_number_outcome if regression else VALUES[role])(p)
    if role == "outcome" and fit is None and _holds(p, asked.brief.positive):
        fit = 1.0, f"{asked.brief.positive} is one of its values"
    named = NAMES[role].fit(p.name)
    if fit is None or named < 0:
        return
    points, reason = fit
    by_words = role == "decision" and points >= DECISION_BY_WORDS
    if by_words and asked.source == "ui_events" and CLICKED.search(" ".join(words_of(p.name))):
        return  # what a person pressed: "accept" may stand on a button
    if named == 0:
        confidence = _by_values(role, p, points)
        if confidence is None and not by_words:
            return
        confidence = confidence or "weak"
        reason = f"by its values: {reason}"
    elif named == 1:
        if points <= 0:
            return
        confidence = "likely"
    else:
        confidence = "sure" if named == SURE_NAME or points >= 1 else "likely"
    guess = Guess(f"{asked.source}.{role}", p.name, reason, confidence)
    yield 2.0 * named + points, guess


def _holds(p: Profile, wanted: str | None) -> bool:
    """Whether a value that was said to be positive is among a column's."""
    return wanted is not None and any(same_value(wanted, value) for value, _ in p.values)


def _by_values(role: str, p: Profile, points: float) -> Confidence | None:
    """Whether values alone may tell this role, and how sure."""
    if role not in BY_VALUES or p.rows < 2:
        return None
    if role == "id" and not (p.all_different and p.column.kind == "text"):
        return None
    if role == "time" and p.column.kind != "time":
        return None
    if role == "score" and points < 2:
        return None
    return BY_VALUES[role]


def _refuse_open_dates(asked: Asked, name: str) -> None:
    column = asked.columns[name].column
    if column.kind == "time" or "day/month order" not in column.note:
        return
    raise InputTrouble(
        asked.table,
        column.note,
        place=f"column {name}",
        expected="the order of day and month",
        mend="say which with --dates day-first or --dates month-first",
    )


def versions_as_text(log: Table, columns: Mapping[str, Profile], names: Sequence[str]) -> Table:
    """The log with those of the named columns that are versions as text: 4.0 is not 4."""
    named = [name for name in names if says_version(columns[name])]
    if not named:
        return log
    cells = ", ".join(f"CAST({quoted(name)} AS VARCHAR) AS {quoted(name)}" for name in named)
    own = tuple(
        replace(c, kind="text", decimals=None) if c.name in named else c for c in log.columns
    )
    return log.with_relation(f"(SELECT * REPLACE ({cells}) FROM {log.relation})", own)


def says_version(p: Profile) -> bool:
    """Whether numbers of few values are versions by their name: 4.1 and 4.2 are no amounts."""
    named = max(NAMES[role].fit(p.name) for role in ("app_version", "model_version"))
    return bool(p.values) and p.column.kind == "number" and named > 0


def _segments(
    asked: Asked, taken: Collection[str], categories: Collection[str]
) -> tuple[Guess, ...]:
    """Group columns and ignored ones; given segments replace all guesses."""
    given_ignored = _given(asked, "ignore")
    given = _given(asked, "segment")
    settled = bool(given) or _said_none(asked, "segment")
    guesses = [*given]
    ignored = [*given_ignored]
    for p in asked.columns.values():
        if p.name in taken or p.name in asked.ignored or p.name in {g.value for g in given}:
            continue
        if p.distinct <= 1 and (p.name in asked.inputs or p.rows == 1):
            continue
        if p.distinct <= 1:
            word = "empty" if p.filled == 0 else "the same in every row"
            ignored.append(Guess("log.ignore", p.name, word, "sure"))
        elif p.column.kind == "text" and (
            any(len(value) > LONGEST_LABEL for value, _ in p.values)
            or (not p.values and (p.length > FREE_TEXT or p.blanks > 2))
        ):
            ignored.append(Guess("log.ignore", p.name, "free text", "likely"))
        elif (
            not settled
            and p.values
            and (p.column.kind in {"text", "boolean", "integer"} or says_version(p))
        ):
            if p.name in asked.inputs and p.name not in categories:
                continue
            word = f"{len(p.values)} values"
            guesses.append(Guess("log.segment", p.name, word, "likely"))
    return (*guesses, *ignored)
