"""What is what: from opened files to the canonical view, one guess with its reason at a time."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from investigators.canonical import (
    Meaning,
    canonical,
    latest_outcomes,
    text_sql,
    write_canonical,
    write_reference,
)
from investigators.case import Brief, Case, Guess, Role, Rule, ScoreScale
from investigators.event_subjects import drop_strangers, no_accounts
from investigators.features import Dictionary
from investigators.identify import find_decision
from investigators.lookup_groups import join_lookups
from investigators.model import Model
from investigators.named_groups import with_groups
from investigators.other_models import Log, other_models
from investigators.policy import Policy
from investigators.refusals import (
    refuse_another_model,
    refuse_no_rows,
    refuse_unknown,
    refuse_unknown_outcome,
)
from investigators.roles.by_model import score_by_model
from investigators.roles.columns import (
    by_role,
    guess_log,
    guess_outcomes,
    guess_reference,
    guess_releases,
    guess_ui_events,
    versions_as_text,
)
from investigators.roles.component import EventColumns, own_components
from investigators.roles.mapping import Mapping as InputMapping
from investigators.roles.mapping import map_inputs
from investigators.roles.precision import written_decimals
from investigators.roles.profile import Profile, profiles
from investigators.roles.rule import adverse_labels, decision_rule, positive_outcome
from investigators.roles.scale import scale_alone, score_scale
from investigators.roles.which_class import instead, of_the_class
from investigators.roles.writing import as_received
from investigators.roles.zone import Clock, clock_of, time_sql
from investigators.shown_columns import Events, join_shown, with_ids_of_log
from investigators.sources import source_key, sources_of
from investigators.stores import Asked, open_store
from investigators.tables.damage import whole
from investigators.tables.table import Column, Table, quoted
from investigators.task import Task
from investigators.trouble import InputTrouble
from investigators.view import View

LABELS_AT_MOST = 2_000_000


def _first(columns: Mapping[str, tuple[str, ...]]) -> dict[str, str]:
    return {role: names[0] for role, names in columns.items() if names}


@dataclass
class Arranging:
    """Arranges one opening; collects guesses on the way.  ``folder`` takes the canonical log.

    ``told`` are guesses made before, about a model of several classes; ``policy`` is the documented
    rule, unless one was given by hand; ``others`` are further model files.
    """

    brief: Brief
    task: Task
    model: Model | None
    tables: dict[Role, tuple[Table, ...]]
    dictionary: Dictionary
    folder: Path
    told: tuple[Guess, ...] = ()
    policy: Policy | None = None
    others: tuple[Model, ...] = ()

    def __post_init__(self) -> None:
        self.guesses: list[Guess] = [g for g in self.told if not g.what.startswith("log.")]
        self.columns: dict[str, tuple[str, ...]] = {}
        self.fed: dict[str, tuple[str, ...]] = {}  # "log.feature:NAME" -> the log's own column
        self.positive = ""  # the first source's positive outcome

    def _take(self, guesses: Iterable[Guess], source: str, key: str = "") -> dict[str, str]:
        found = [each for each in guesses if self._counts(each)]
        self.guesses += found
        roles = by_role(found, source)
        for role, names in roles.items():
            if not role.startswith("feature:"):
                self.columns[f"{key or source}.{role}"] = names
        return _first(roles)

    def _counts(self, guess: Guess) -> bool:
        """Whether a guess stands: no outcome is held against what does not foretell one."""
        foretells = self.model is None or self.model.foretells
        return foretells or not guess.what.endswith(".outcome")

    def _table(self, role: Role) -> Table | None:
        return next(iter(self.tables.get(role, ())), None)

    def view(self) -> View:
        """Build the view."""
        reference, known = self._reference()
        events = tuple(
            (table, self._events(table, source_key(k)))
            for k, table in enumerate(self.tables["ui_events"])
        )
        releases = self._releases()
        log = self._table("log")
        base = View(
            case=Case(self.brief, zone=self.brief.zone),
            model=self.model,
            reference=reference,
            ui_events=tuple(table for table, _ in events),
            lookups=self.tables["lookup"],
            releases=releases,
            dictionary=self.dictionary,
            reference_inputs=known.expressions if known else {},
        )
        view = base
        if log is not None:
            with whole(log.name):
                view = self._with_log(base, log, known, events)
        view = replace(view, columns=self.columns | self.fed)
        case = replace(
            view.case,
            sources=sources_of(self.brief, self.tables, self.columns),
            guesses=tuple(self.guesses),
        )
        case = replace(case, actions=self.brief.actions)
        return replace(view, case=case)

    def _events(self, table: Table, key: str) -> dict[str, str]:
        roles = self._take(guess_ui_events(table, self.brief), "ui_events", key)
        if not {"event", "request", "component"} & set(roles):
            raise InputTrouble(
                table.name,
                "no column of UI events was found",
                expected="columns for event, request or component",
                mend="say --column ui_events.event=COLUMN",
            )
        return roles

    def _reference(self) -> tuple[Table | None, InputMapping | None]:
        table = self._table("reference")
        if table is None:
            return None, None
        with whole(table.name):
            return self._training(table)

    def _training(self, table: Table) -> tuple[Table, InputMapping | None]:
        refuse_no_rows(table, "training rows")
        mapping = None
        columns = profiles(table, self.task)
        inputs: Mapping[str, str] = {}
        if self.model is not None:
            mapping = map_inputs(
                self.model,
                table,
                self.brief,
                role="reference",
                dictionary=self.dictionary,
                columns=columns,
            )
            refuse_another_model(self.model, table, mapping, "reference")
            self.guesses += mapping.guesses
            inputs = mapping.columns
        guesses = guess_reference(table, self.brief, self.model, inputs, columns=columns)
        roles = self._take(guesses, "reference")
        time, _ = self._time(table, roles.get("time"), columns)
        positive = self._positive(table, roles.get("outcome"))
        found = canonical(table, Meaning(roles, time, (), positive))
        return write_reference(found, self.folder, self.task), mapping

    def _time(
        self, table: Table, column: str | None, columns: Mapping[str, Profile] | None = None
    ) -> tuple[str | None, Clock | None]:
        """SQL of a source's time column, and its clock."""
        found = None if column is None else table.column(column)
        if found is None:
            return None, None
        clock = clock_of((columns or profiles(table, self.task))[found.name], self.brief)
        return time_sql(found, clock), clock

    def _positive(self, table: Table, column: str | None) -> str | None:
        """The positive outcome as text; ``None`` for regression, where it is a number."""
        if column is None or (self.model is not None and self.model.output == "value"):
            return None
        counts = table.query(
            f"SELECT {text_sql(column)} AS v, count(*) AS n FROM {{t}} "
            f"WHERE {quoted(column)} IS NOT NULL GROUP BY 1 ORDER BY 2 DESC, 1 LIMIT 50"
        )
        pairs = zip(counts.column(0).to_pylist(), counts.column(1).to_pylist(), strict=True)
        known = dict(pairs)
        refuse_unknown_outcome(self.brief.positive, known, f"column {column} of {table.name}")
        guess = positive_outcome(known, self.brief, column, self.positive)
        model = self.model
        if model is not None and model.of_class is not None and model.classes:
            guess = of_the_class(model.classes[model.of_class], known)
        self.guesses.append(guess)
        self.positive = self.positive or guess.value
        return guess.value or None

    def _releases(self) -> Table | None:
        table = self._table("releases")
        if table is None:
            return None
        roles = self._take(guess_releases(table, self.brief), "releases")
        time, _ = self._time(table, roles.get("time"))
        if time is None:
            raise InputTrouble(
                table.name, "no time column was found", mend="--column releases.time=COLUMN"
            )
        relation = (
            f"(SELECT fw_row, {time} AS fw_time, {text_sql(roles.get('system'))} AS fw_system, "
            f"{text_sql(roles.get('text'))} AS fw_text FROM {table.relation})"
        )
        return table.with_relation(relation)

    def _with_log(
        self,
        base: View,
        log: Table,
        known: InputMapping | None,
        events: tuple[Events, ...],
    ) -> View:
        refuse_no_rows(log, "decisions")
        columns = profiles(log, self.task)  # once: all three below go by them
        mapping = self._mapped(log, known, columns)
        fed = mapping.columns if mapping else {}
        self.fed = {f"log.feature:{name}": (column,) for name, column in fed.items()}
        guesses = guess_log(log, self.brief, self.model, fed, columns=columns)
        roles = self._take(instead(guesses, self.told), "log")
        mapping = self._received(mapping, log, roles)
        inputs = mapping.expressions if mapping else {}
        if self.model is not None and "score" not in roles:
            taken = {*fed.values(), *(v for k, v in roles.items() if k != "value")}
            score = score_by_model(self.model, log, inputs, taken, self.task)
            roles |= self._take([score] if score else [], "log")
        time, clock = self._time(log, roles.get("time"), columns)
        if clock is not None:
            self.guesses.append(clock.guess)
        rule = self._rule(log, roles)
        positive = self._positive(log, roles.get("outcome"))
        meaning = Meaning(roles, time, rule.adverse if rule else (), positive)
        guessed = [g.value for g in guesses if g.what == "log.segment" and g.confidence != "given"]
        read = canonical(versions_as_text(log, columns, guessed), meaning)
        events, told = with_ids_of_log(read, events, self.task)
        self.guesses += told
        if "ui_events.subject" not in self.brief.columns:
            drop_strangers(no_accounts(read, events, self.task), self.columns, self.guesses)
        base = replace(base, ui_events=tuple(table for table, _ in events))
        named, beside = self._grouped(read, roles, timed=time is not None)
        named, *shown = join_shown(named, events, self.task)
        scored, outputs = write_canonical(
            named, self._outcomes(), self.model, inputs, self.folder, self.task
        )
        scale = self._scale(log, roles, outputs)
        components = self._components(scored, events)
        zone = clock.zone if clock else None
        case = replace(base.case, zone=zone, scale=scale, rule=rule, components=components)
        view = replace(
            base,
            case=replace(case, positive=positive),
            log=scored,
            log_inputs=inputs,
            segments=(*self.brief.groups, *self.columns.get("log.segment", ())),
            columns=self.columns | self.fed,
            groups=beside,
            shown=shown[0],
            shown_marks=shown[1],
        )
        asked = Log(log, self.brief, self.dictionary, columns)
        others = other_models(self.others, self.model, mapping, asked)
        view = replace(view, stores=self._stores(scored, mapping), other_models=others)
        found = find_decision(view, self.brief.decision)
        return replace(view, case=view.case.picked(found))

    def _mapped(
        self, log: Table, known: InputMapping | None, columns: Mapping[str, Profile]
    ) -> InputMapping | None:
        """Which column of the log is which input; ``None`` without a model."""
        if self.model is None:
            return None
        mapping = map_inputs(
            self.model,
            log,
            self.brief,
            role="log",
            reference_mapping=known,
            dictionary=self.dictionary,
            columns=columns,
        )
        self.guesses += mapping.guesses
        refuse_another_model(self.model, log, mapping, "log")
        return mapping

    def _received(
        self, mapping: InputMapping | None, log: Table, roles: Mapping[str, str]
    ) -> InputMapping | None:
        """The mapping with what the model received, where the log's score tells that."""
        if self.model is None or mapping is None or "score" not in roles:
            return mapping
        found = as_received(mapping, self.model, log, roles["score"], self.task)
        told = {guess.what: guess for guess in found.guesses}
        self.guesses = [told.get(guess.what, guess) for guess in self.guesses]
        return found

    def _grouped(
        self, log: Table, roles: Mapping[str, str], *, timed: bool
    ) -> tuple[Table, tuple[Column, ...]]:
        """The log with lookups joined and named groups; what lies beside its own columns."""
        joined = join_lookups(log, self.tables["lookup"], roles, self.brief, self.task)
        for number, guesses in enumerate(joined.guesses):
            self._take(guesses, "lookup", source_key(number, "lookup"))
        beside = joined.columns
        return with_groups(joined.log, self.brief.groups, timed=timed, beside=beside), beside

    def _rule(self, log: Table, roles: Mapping[str, str]) -> Rule | None:
        """Infer the rule from scores and labels (evenly spaced rows of a very long log)."""
        score, label = roles.get("score"), roles.get("decision")
        if score is None:
            return self._by_class(log, label)
        step = max(1, -(-log.rows // LABELS_AT_MOST))
        found = log.query(
            f"SELECT TRY_CAST({quoted(score)} AS DOUBLE), {text_sql(label)} FROM {{t}} "
            f"WHERE fw_row % {step} = 0 ORDER BY fw_row"
        )
        scores = found.column(0).to_numpy(zero_copy_only=False).astype(np.float64)
        labels = found.column(1).to_pylist() if label is not None else []
        if label is not None and self.brief.adverse not in {
            *(self.brief.above, self.brief.below, *self.brief.labels)
        }:
            counts = Counter(each for each in labels if each is not None)
            refuse_unknown(self.brief.adverse, counts, "decision", f"column {label} of {log.name}")
        column = log.column(score)
        policy = self.policy if self.policy and not self.policy.gives_way(self.brief) else None
        rule, guesses = decision_rule(
            scores,
            labels,
            policy.over(self.brief) if policy else self.brief,
            decimals=written_decimals(scores, column.decimals if column else None),
            column=label or "",
        )
        if self.policy is not None:
            rule, guesses = self.policy.told(rule, guesses, self.brief, log, roles)
        if step > 1:
            said = f" (from every {step}th row)"
            guesses = tuple(replace(g, reason=g.reason + said) for g in guesses)
        if any(each.what == "class rule" for each in self.told):
            rule = replace(rule, cuts=(), interval=None, source="none", by_class=True)
            guesses = tuple(each for each in guesses if each.what != "threshold")
        self.guesses += guesses
        return rule

    def _by_class(self, log: Table, label: str | None) -> Rule | None:
        """The rule where the log has labels only: the class with the highest score, if told so."""
        if label is None or not any(each.what == "class rule" for each in self.told):
            return None
        counts = dict(log.counts(label, task=self.task))
        counts = {str(name): n for name, n in counts.items() if name is not None}
        adverse, said = adverse_labels(counts, self.brief, label)
        self.guesses.append(said)
        return Rule((), tuple(sorted(counts)), adverse, "none", rows_total=log.rows, by_class=True)

    def _scale(
        self, log: Table, roles: Mapping[str, str], outputs: np.ndarray
    ) -> ScoreScale | None:
        score = roles.get("score")
        if score is None:
            return None
        step = max(1, -(-log.rows // LABELS_AT_MOST))
        found = log.query(
            f"SELECT TRY_CAST({quoted(score)} AS DOUBLE) FROM {{t}} WHERE fw_row % {step} = 0 "
            "ORDER BY fw_row"
        )
        logged = found.column(0).to_numpy(zero_copy_only=False).astype(np.float64)
        column, output = log.column(score), outputs[::step]
        decimals = column.decimals if column else None
        if self.model is None:
            found_alone = scale_alone(logged, score, decimals)
            self.guesses += [found_alone.guess] if found_alone else []
            return found_alone.scale if found_alone else None
        raw = self.model.to_raw(output)
        guess = score_scale(logged, output, raw, decimals, kind=self.model.output)
        said = f" (from every {step}th row)" if step > 1 else ""
        self.guesses.append(replace(guess.guess, reason=guess.reason + said))
        return guess.scale

    def _outcomes(self) -> Table | None:
        table = self._table("outcomes")
        if table is None or (self.model is not None and not self.model.foretells):
            return None
        roles = self._take(guess_outcomes(table, self.brief, self.model), "outcomes")
        for role in ("id", "outcome"):
            if role not in roles:
                raise InputTrouble(
                    table.name,
                    f"no {role} column was found",
                    expected="columns for id and outcome",
                    mend=f"say --column outcomes.{role}=COLUMN",
                )
        time, _ = self._time(table, roles.get("time"))
        return latest_outcomes(table, roles, self._positive(table, roles["outcome"]), time)

    def _stores(self, log: Table, known: InputMapping | None) -> Mapping[str, Table]:
        """The feature store's row of each request."""
        store, model = self._table("feature_store"), self.model
        if store is None or model is None:
            return {}
        asked = Asked(log, store, model, self.brief, self.folder)
        found, guesses = open_store(asked, known, self.dictionary, self.task)
        self._take(guesses, "feature_store")
        return {} if found is None else {store.name: found}

    def _components(self, log: Table, events: tuple[Events, ...]) -> tuple[str, ...]:
        joined = [
            EventColumns(
                table,
                request=roles.get("request"),
                component=roles["component"],
                session=roles.get("session"),
                item=roles.get("item"),
            )
            for table, roles in events
            if "component" in roles
        ]
        found, guess = own_components(log, "fw_id", joined, self.brief, self.task)
        if found or joined:
            self.guesses.append(guess)
        return found
