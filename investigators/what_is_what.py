"""Fills the page "What is what?" from an opened view: lines with reasons, ranges of both sides."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

from investigators import shelf
from investigators.brief import REPEATABLE_ROLES, ROLES
from investigators.case import Case, Confidence, Guess, Role, Source
from investigators.documented import policy_words
from investigators.model import Model, ModelInput
from investigators.numbers import count, count_of, number
from investigators.roles.mapping import RANGE_ONLY as BY_RANGE
from investigators.running import ROLE_WORDS
from investigators.sheet import (
    RANGE_ONLY,
    InputLine,
    MissingLine,
    RoleLine,
    SettingLine,
    Sheet,
    SourceLine,
    Sure,
)
from investigators.tables.table import Table
from investigators.task import Task
from investigators.view import View

SURE: dict[Confidence, Sure] = {"given": "✓", "sure": "✓", "likely": "✓", "weak": "!"}
ALWAYS = ("id", "subject", "time", "score", "decision")
STAND_IN: dict[Role, str] = {
    "model": "without it only what the log itself shows can be checked",
    "reference": "the model's own ranges stand in",
    "outcomes": "whether decisions were right is not known",
    "ui_events": "three questions stand in",
    "features": "units can be typed at the right",
    "releases": "onsets cannot be lined up with releases",
}
ASKS: dict[Role, str] = {
    "features": "Please send the list of the model's inputs with their meaning and unit.",
    "releases": "Please send the list of releases and configuration changes: time, system, what.",
}
FAR = 10.0  # times the largest value in training: worth a line, for the checks to decide


def what_is_what(view: View, ids: Sequence[str], task: Task) -> Sheet:
    """Build the page; ``ids`` are looked for in the log and the UI events."""
    case = view.case
    inputs = _inputs(view, task)
    columns = () if view.log is None else tuple(
        c.name for c in view.log.columns if not c.name.startswith("fw_")
    )  # fmt: skip
    scale = next((g for g in case.guesses if g.what == "score scale"), None)
    return Sheet(
        sources=tuple(_source(view, each) for each in case.sources),
        missing=_missing(view),
        roles=_roles(case) if view.log is not None else (),
        inputs=inputs,
        settings=_settings(view),
        columns=columns,
        scale="" if scale is None else f"{scale.value}: {scale.reason}",
        notes=tuple(each.note for each in inputs if each.note),
        in_log=_known_ids(view, ids, task),
    )


def _source(view: View, source: Source) -> SourceLine:
    words = list(source.notes)
    if source.rows is not None:
        words.insert(0, count_of(source.rows, "row"))
    if source.role == "model" and view.model is not None:
        model = view.model
        words = ["LightGBM", model.objective, count_of(model.trees, "tree"),
                 count_of(len(model.inputs), "input"), *model.notes]  # fmt: skip
        if model.says != model.output:  # more than what every model of its kind gives
            words.insert(2, model.says)
    if source.role == "other_model":
        other = next((o for n, o in view.other_models.items() if n == source.place.name), None)
        words = ["asked where the logged score is not the model's"]
        if other is not None and other.missing:
            words = [f"cannot be asked: no column for {other.missing[0]}"]
    if source.role == "features":
        units = sum(f.unit is not None for f in view.dictionary.features.values())
        words = [f"{count_of(len(view.dictionary.features), 'entry').replace('entrys', 'entries')}",
                 f"{count(units)} with a unit"]  # fmt: skip
    if source.role == "policy" and view.rule is not None and view.rule.documented is not None:
        words += policy_words(view.rule.documented)
    if source.role == "screenshot":
        words = ["kept as evidence"]
    return SourceLine(source.role, source.place, ", ".join(words), source.rows)


def _missing(view: View) -> tuple[MissingLine, ...]:
    asks = {role: ask for check in shelf.checks() for role, ask in check.asks}
    named = {source.role for source in view.case.sources}
    lines = []
    for role, words in STAND_IN.items():
        if role in named:
            continue
        said = words
        if role == "outcomes" and "log.outcome" in view.columns:
            continue
        days = _days(view)
        ask = asks.get(role) or ASKS.get(role, f"Please send the {ROLE_WORDS[role]}.")
        ask = f"{ask} Needed for: {days}." if days and role != "features" else ask
        lines.append(MissingLine(role, said, ask, questions=role == "ui_events"))
    return tuple(lines)


def _days(view: View) -> str:
    """Which days the texts ask for."""
    if view.log is None or view.column("log.time") is None:
        return ""
    found = view.log.query("SELECT min(fw_time), max(fw_time) FROM {t}").to_pylist()[0]
    first, last = found.values()
    return "" if first is None else f"{first:%Y-%m-%d} to {last:%Y-%m-%d}"


def _roles(case: Case) -> tuple[RoleLine, ...]:
    by_role: dict[str, list[Guess]] = {}
    for guess in case.guesses:
        source, _, role = guess.what.partition(".")
        if source == "log" and role in ROLES["log"]:
            by_role.setdefault(role, []).append(guess)
    for role in ("ignore",):
        for name in case.brief.columns.get(f"log.{role}", ()):
            if not any(g.value == name for g in by_role.get(role, [])):
                by_role.setdefault(role, []).append(Guess(f"log.{role}", name, "given", "given"))
    zone = next((g for g in case.guesses if g.what == "zone"), None)
    lines = []
    for role in ROLES["log"]:
        found = [g for g in by_role.get(role, []) if g.value]
        several = role in REPEATABLE_ROLES
        if not found:
            words = "not found" if role in ALWAYS else "none"
            lines.append(RoleLine(role, (), words, "?", several))
            continue
        reason = ", ".join(dict.fromkeys(g.reason for g in found))
        sure: Sure = "!" if any(g.confidence == "weak" for g in found) else "✓"
        if role == "time" and zone is not None:
            reason = f"{reason}; {zone.reason}"
            sure = "!" if zone.confidence == "weak" or not zone.value else sure
        lines.append(RoleLine(role, tuple(g.value for g in found), reason, sure, several))
    return tuple(lines)


def _inputs(view: View, task: Task) -> tuple[InputLine, ...]:
    model = view.model
    if model is None:
        return ()
    guesses = {g.what: g for g in view.case.guesses}
    live = _ranges(view.log, model, view.log_inputs, task)
    training = _ranges(view.reference, model, view.reference_inputs, task)
    lines = []
    for each in model.inputs:
        guess = guesses.get(f"log.feature:{each.name}")
        typed = view.case.brief.units.get(each.name)
        low, high = training.get(each.name, (each.low, each.high))
        seen = live.get(each.name, (None, None))
        by_range = guess is not None and BY_RANGE in guess.reason
        loud = by_range or (guess is None and each.used and view.log is not None)
        lines.append(
            InputLine(
                name=each.name,
                column=None if guess is None else guess.value,
                reason=_how(guess, used=each.used, by_range=by_range),
                sure="?" if guess is None else SURE[guess.confidence],
                unit=typed or view.dictionary.get(each.name).unit or "",
                training=_range(each, low, high),
                log=_range(each, *seen) if guess is not None else "",
                typed=typed is not None,
                used=each.used,
                loud=loud,
                note=_far(each, guess, high, seen[1]),
            )
        )
    return tuple(lines)


def _how(guess: Guess | None, *, used: bool, by_range: bool) -> str:
    if guess is None:
        return "no column: please choose" if used else "no column; no split asks for it"
    return RANGE_ONLY if by_range else guess.reason


def _ranges(
    table: Table | None, model: Model, inputs: Mapping[str, str], task: Task
) -> dict[str, tuple[Any, Any]]:
    """Smallest and largest of numeric inputs, number of values of categories; one pass."""
    if table is None:
        return {}
    wanted = [each for each in model.inputs if each.name in inputs]
    parts = []
    for k, each in enumerate(wanted):
        x = inputs[each.name]
        if each.kind == "category":
            parts.append(f"approx_count_distinct({x}) AS a{k}, NULL AS b{k}")
        else:
            finite = f"(CASE WHEN isfinite({x}) THEN {x} END)"
            parts.append(f"min({finite}) AS a{k}, max({finite}) AS b{k}")
    if not parts:
        return {}
    row = table.query(f"SELECT {', '.join(parts)} FROM {{t}}", task=task).to_pylist()[0]
    return {each.name: (row[f"a{k}"], row[f"b{k}"]) for k, each in enumerate(wanted)}


def _range(each: ModelInput, low: Any, high: Any) -> str:  # noqa: ANN401 - a cell
    if each.kind == "category":
        known = low if low is not None else (len(each.categories) or None)
        return "" if known is None else count_of(int(known), "value")
    if low is None or high is None or not (math.isfinite(low) and math.isfinite(high)):
        return ""
    return f"{number(float(low))} – {number(float(high))}"


def _far(each: ModelInput, guess: Guess | None, high: Any, seen: Any) -> str:  # noqa: ANN401 - cells
    if guess is None or each.kind == "category" or not high or not seen or high <= 0:
        return ""
    times = seen / high
    if times < FAR:
        return ""
    return (
        f"{guess.value}: the largest value in the log is {number(float(times), 3)} times the "
        "largest in training. That is noted for the checks, not decided here."
    )


def _settings(view: View) -> tuple[SettingLine, ...]:
    case, brief = view.case, view.case.brief
    guesses = {g.what: g for g in case.guesses}
    labels = _labels(view)
    rule = case.rule
    cuts = "" if rule is None else ", ".join(f"{c:g}" for c in rule.cuts)
    names = "" if rule is None else ", ".join(rule.labels)
    zones = ("UTC", "Europe/Berlin", "Europe/London", "America/New_York", "Asia/Tokyo")

    positive = guesses["positive"].value if "positive" in guesses else ""

    def line(
        key: str, words: str, value: str, what: str, choices: tuple[str, ...] = (),
        *, given: bool, none: str = "not known",
    ) -> SettingLine:  # fmt: skip
        guess = guesses.get(what)
        reason = guess.reason if guess is not None else ("given" if given else none)
        sure: Sure = "?" if not value else ("✓" if guess is None else SURE[guess.confidence])
        return SettingLine(key, words, value, reason, sure, choices, given)

    return (
        line("cuts", "threshold", cuts, "threshold",
             given=brief.threshold is not None or bool(brief.cuts),
             none="no rule was found in scores and decisions"),
        line("labels", "labels, lowest first", names, "labels",
             given=bool(brief.labels or brief.above or brief.below), none="from the decisions"),
        line("adverse", "adverse decision", ", ".join(rule.adverse) if rule else "", "adverse",
             labels, given=brief.adverse is not None, none="which one hurts is not known"),
        line("positive", "outcome predicted", case.positive or positive, "positive",
             given=brief.positive is not None, none="no outcomes"),
        line("zone", "time zone", case.zone or "", "zone", zones, given=brief.zone is not None,
             none="no zone in the file: times stay as written"),
        line("dates", "order of dates", brief.dates or "", "dates", ("day-first", "month-first"),
             given=brief.dates is not None, none="nothing ambiguous was met"),
        line("depth", "conditions of a hidden group", brief.depth or "2", "depth", ("2", "3"),
             given=brief.depth is not None, none="two, unless three are asked for (longer)"),
        line("component", "own component", ", ".join(case.components), "component",
             given=bool(brief.components), none="no UI events to tell it from"),
    )  # fmt: skip


def _labels(view: View) -> tuple[str, ...]:
    if view.log is None or view.column("log.decision") is None:
        return ()
    return tuple(str(v) for v, _ in view.log.counts("fw_decision", 12) if v is not None)


def _known_ids(view: View, ids: Sequence[str], task: Task) -> tuple[str, ...]:
    """Which of these ids are a request of the log, or a UI event."""
    wanted = list(dict.fromkeys(ids))[:50]
    if not wanted:
        return ()
    marks = ", ".join("?" for _ in wanted)
    found: set[str] = set()
    if view.log is not None and view.column("log.id"):
        rows = view.log.query(
            f"SELECT DISTINCT fw_id FROM {{t}} WHERE fw_id IN ({marks})", wanted, task
        )
        found |= set(rows.column(0).to_pylist())
    for k, table in enumerate(view.ui_events):
        key = "ui_events.event" if k == 0 else f"ui_events#{k + 1}.event"
        if (column := view.column(key)) is not None:
            cell = f'CAST("{column.replace(chr(34), chr(34) * 2)}" AS VARCHAR)'
            rows = table.query(
                f"SELECT DISTINCT {cell} FROM {{t}} WHERE {cell} IN ({marks})", wanted, task
            )
            found |= set(rows.column(0).to_pylist())
    return tuple(each for each in wanted if each in found)
