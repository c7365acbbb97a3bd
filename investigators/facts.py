"""Facts about an investigation that reports and ``findings.json`` state: times, versions, rows."""

from __future__ import annotations

import hashlib
import platform
import shlex
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import TYPE_CHECKING

from investigators import __version__
from investigators.case import Brief
from investigators.clock import iso
from investigators.evidence import Lead, segment_words
from investigators.impact import changed_rows, rows_as_logged
from investigators.investigation import AffectedTable, LogFacts, ModelFacts, TimelineEntry
from investigators.scope import scope_sql, where_sql
from investigators.tables.table import Table
from investigators.view import View

if TYPE_CHECKING:
    from investigators.leads import Leads

VERSIONED = ("lightgbm", "duckdb", "numpy", "scipy", "pyarrow")


def versions() -> dict[str, str]:
    """Versions of what the numbers depend on, by name."""
    found = {"fifthwhy": __version__, "python": platform.python_version()}
    for name in VERSIONED:
        try:
            found[name] = version(name)
        except PackageNotFoundError:
            found[name] = "not installed"
    return found


def run_again(brief: Brief) -> str:
    """Say the command that runs this investigation again, with names instead of whole paths."""
    words = ["fifthwhy", "investigate"]
    if brief.case_file:
        words.append(Path(brief.case_file).name)
    else:
        for role, places in brief.sources.items():
            for place in places:
                words += _flag(role.replace("_", "-"), place.name)
        for what, columns in brief.columns.items():
            for column in columns or ("",):  # none: no column plays this role
                words += _flag("column", f"{what}={column}")
        words += _settings(brief)
        for name, unit in brief.units.items():
            words += _flag("unit", f"{name}={unit}")
        for name, rows in brief.groups.items():
            words += _flag("group", f"{name}={rows}")
    if brief.decision is not None:
        words += _flag("decision", brief.decision)
    if brief.trust_model:
        words.append("--trust-model")
    return shlex.join([*words, "--out", "out"])


def _settings(brief: Brief) -> list[str]:
    words: list[str] = []
    for flag in ("threshold", "above", "below", "adverse", "positive", "zone", "dates"):
        value = getattr(brief, flag)
        if value is not None:
            words += _flag(flag, str(value))
    for name in brief.components:
        words += _flag("component", name)
    if brief.cuts:
        words += _flag("cuts", ",".join(str(c) for c in brief.cuts))
    if brief.labels:
        words += _flag("labels", ",".join(brief.labels))
    return words


def _flag(name: str, value: str) -> list[str]:
    """A value that begins with a minus sign would be taken for another flag."""
    return [f"--{name}={value}"] if value.startswith("-") else [f"--{name}", value]


def log_facts(view: View) -> LogFacts | None:
    """Rows, first and last time, known outcomes and adverse decisions of the log."""
    if view.log is None:
        return None
    found = view.log.query(
        "SELECT epoch_us(min(fw_time)), epoch_us(max(fw_time)), count(fw_outcome), "
        "count(*) FILTER (fw_adverse) FROM {t}"
    )
    first, last, known, adverse = (column[0].as_py() for column in found.columns)
    zone_known = view.case.zone is not None
    return LogFacts(
        rows=view.log.rows,
        first=None if first is None else iso(first, zone_known=zone_known),
        last=None if last is None else iso(last, zone_known=zone_known),
        outcomes_known=int(known) if view.has("outcomes") else None,
        adverse=int(adverse) if view.column("log.decision") else None,
        value_column=view.column("log.value"),
    )


def model_facts(view: View) -> ModelFacts | None:
    """What the model is; ``None`` without one."""
    model = view.model
    if model is None:
        return None
    names = tuple(i.name for i in model.inputs)
    return ModelFacts(
        model.name, model.objective, model.trees, names, model.scale, model.says, model.notes
    )


def parameters(view: View) -> tuple[tuple[str, str], ...]:
    """What was searched and how times were taken, for the appendix."""
    rows = [("segment columns searched", ", ".join(view.segments) or "none")]
    if view.groups:
        rows.append(("columns of lookups searched", ", ".join(c.name for c in view.groups)))
    if view.shown:
        rows.append(("columns of UI events searched", ", ".join(c.name for c in view.shown)))
    rows += [(f"group “{name}”", said) for name, said in view.case.brief.groups.items()]
    rows.append(("time zone", view.case.zone or "not known: times are local, as written"))
    return tuple(rows)


def pictures(view: View) -> dict[str, bytes]:
    """The screenshots among the sources as they were sealed, by SHA-256."""
    brief = view.case.brief
    bodies = {}
    for source in view.case.sources:
        if source.role == "screenshot":
            body = (Path(brief.base) / Path(source.place.path).expanduser()).read_bytes()
            if hashlib.sha256(body).hexdigest() == source.sha256:  # else it changed since
                bodies[source.sha256] = body
    return bodies


def timeline(view: View, ranked: Leads) -> tuple[TimelineEntry, ...]:
    """Onsets, releases, this decision and the ends of the log, in order of time."""
    entries: list[TimelineEntry] = []
    facts = log_facts(view)
    if facts is not None and facts.first is not None and facts.last is not None:
        entries.append(TimelineEntry(facts.first, "the log begins", "data", "source:log"))
        entries.append(TimelineEntry(facts.last, "the log ends", "data", "source:log"))
    for lead in ranked.leads:
        if lead.onset is not None and lead.onset.latest is not None:
            first = lead.onset.earliest or lead.onset.latest
            until = lead.onset.latest if first != lead.onset.latest else None
            words = f"onset of {_named(lead)}"
            entries.append(TimelineEntry(first, words, "onset", lead.id, until))
        if lead.end is not None and lead.end.latest is not None:
            entries.append(
                TimelineEntry(
                    lead.end.earliest or lead.end.latest,
                    f"end of {_named(lead)}",
                    "onset",
                    lead.id,
                    lead.end.latest,
                )
            )
    if view.decision is not None and view.decision.time is not None:
        entries.append(
            TimelineEntry(
                view.decision.time,
                f"this decision: {view.decision.id}",
                "decision",
                f"source:{view.decision.source}",
            )
        )
    if view.releases is not None:
        zone_known = view.case.zone is not None
        found = view.releases.query(
            "SELECT epoch_us(fw_time), coalesce(fw_system, ''), coalesce(fw_text, '') FROM {t} "
            "WHERE fw_time IS NOT NULL ORDER BY fw_time, fw_row LIMIT 200"
        )
        for time, system, text in zip(*(c.to_pylist() for c in found.columns), strict=True):
            words = " ".join(f"release: {system} {text}".split())
            entries.append(
                TimelineEntry(iso(time, zone_known=zone_known), words, "release", "source:releases")
            )
    return tuple(sorted(entries, key=_in_time))


def _in_time(entry: TimelineEntry) -> tuple[str, bool, str, str, str]:
    """Order by the minute that is shown; a release stands before what begins in its minute."""
    time = entry.time.removesuffix("Z")
    return time[:16], entry.kind != "release", time, entry.kind, entry.words


def _named(lead: Lead) -> str:
    """Name a lead by what it is about and where: ``form_fill_time, app_version 4.8.1 (L1)``."""
    about = ", ".join(lead.features) or lead.cause
    segment = segment_words(lead.segment, "")
    return f"{about}{f', {segment}' if segment else ''} ({lead.id})"


def affected(view: View, ranked: Leads) -> AffectedTable | None:
    """The rows of the strongest lead: those its repair changes, else those that lie in it.

    ``None`` where it says no part of the log: nothing but its segment of UI events, or all rows.
    """
    concerned = [lead for lead in ranked.leads if lead.concerns_this_decision]
    lead = next(iter(concerned or ranked.leads), None)
    if lead is None or view.log is None:
        return None
    done = ranked.replays.get(lead.id)
    if done is None:
        return _in_scope(view, view.log, lead)
    kept = view.log.engine.keep_rows(done.scored.rows[done.scored.changed])
    return AffectedTable(
        lead=lead.id,
        features=tuple(done.inputs),
        rows=int(done.scored.changed.sum()),
        batches=lambda: changed_rows(view, done.inputs, done.scored),
        subjects=_subjects(view, view.log, f"SEMI JOIN {kept} USING (fw_row)"),
    )


def _in_scope(view: View, log: Table, lead: Lead) -> AffectedTable | None:
    """Rows of a lead that nothing repairs: a group, a box, another cut-off."""
    of_log = all(view.row_column(c.column) is not None for c in lead.segment or ())
    if not (lead.segment or lead.onset or lead.end or lead.where) or not of_log:
        return None
    features = tuple(name for name in lead.features if name in view.log_inputs)
    if lead.where is not None and not features:
        return None
    rows = scope_sql(lead.segment, lead.onset, lead.end)
    if lead.where is not None:
        rows += f" AND {where_sql(view.log_inputs[features[0]], lead.where)}"
    count = int(log.value(f"SELECT count(*) FROM {{t}} WHERE {rows}"))
    if count <= 1:
        return None
    return AffectedTable(
        lead=lead.id,
        features=features,
        rows=count,
        batches=lambda: rows_as_logged(view, features, rows),
        subjects=_subjects(view, log, f"WHERE {rows}"),
    )


def _subjects(view: View, log: Table, which: str) -> int | None:
    """Different subjects among some rows; ``None`` without a column of subjects."""
    if not view.column("log.subject"):
        return None
    return int(log.value(f"SELECT count(DISTINCT fw_subject) FROM {{t}} {which}"))
