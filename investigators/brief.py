"""What the user gave, exactly: ``case.toml`` and command-line flags become one Brief.

The keys are those of the contract; an unknown one is refused with the nearest known one.  Relative
paths in a ``case.toml`` are relative to its folder, those of flags to the working folder.
"""

from __future__ import annotations

import math
import tomllib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, get_args

from investigators.case import Action, Answers, Brief, Place, Role
from investigators.told_in_toml import interviews, walkthroughs
from investigators.trouble import InputTrouble

REPEATABLE_SOURCES: frozenset[str] = frozenset({"ui_events", "lookup", "other_model"})
REPEATABLE_ROLES: frozenset[str] = frozenset({"segment", "ignore", "item"})
FEATURE = "feature:"
ROLES: dict[str, tuple[str, ...]] = {
    "log": (
        *("id", "subject", "session", "time", "score", "decision", "outcome", "value"),
        *("model_version", "component", "live_test", "segment", "ignore"),
    ),
    "reference": ("outcome", "time", "subject", "decision", "live_test"),
    "ui_events": (
        *("event", "request", "session", "subject", "time", "component", "title", "position"),
        *("item", "text", "decision", "service", "model_version", "cached", "device"),
        *("app_version", "locale", "section", "profile", "arm", "step"),
    ),
    "outcomes": ("id", "outcome", "time"),
    "feature_store": ("id", "time"),
    "releases": ("time", "system", "text"),
    "lookup": ("id",),
}
WITH_FEATURES: frozenset[str] = frozenset({"log", "reference", "feature_store"})
TABLES: tuple[str, ...] = tuple(role for role in get_args(Role) if role != "screenshot")
TOP = ("title", "reported", "expected", "decision", "zone", "dates", "depth")
SETTINGS = ("threshold", "above", "below", "cuts", "labels", "adverse", "positive", "component")
ANSWERS = ("whose_box", "right_subject", "what_shown", "whose_view")
ACTIONS = ("id", "text", "kind", "owner", "due", "review", "lead")
TOLD = ("interview", "walkthrough")
ACTION_KINDS = ("this case", "category", "detection", "tooling", "redress")
DATES = ("day-first", "month-first")
DEPTHS = ("2", "3")  # conditions of a hidden group
RIGHT_SUBJECT = ("yes", "no", "not known")
FLAGS = "command line"


def nearest(word: str, known: Iterable[str], limit: int = 3) -> str:
    """Return "did you mean ..." for the nearest known words, or the empty text."""
    from rapidfuzz import process
    from rapidfuzz.utils import default_process

    found = process.extract(
        word, sorted(set(known)), processor=default_process, limit=limit, score_cutoff=50
    )
    return f"did you mean {' or '.join(str(match[0]) for match in found)}?" if found else ""


def read_case(path: str | Path) -> Brief:
    """Read a ``case.toml``.

    Raises:
        InputTrouble: not there, not UTF-8, not TOML, unknown keys, wrong types.
    """
    file = Path(path)
    try:
        text = file.read_bytes().decode("utf-8-sig")
    except OSError as error:
        raise InputTrouble(file.name, f"cannot be read: {error.strerror}") from error
    except UnicodeDecodeError as error:
        raise InputTrouble(
            file.name, f"byte {error.start} is not UTF-8", mend="save it as UTF-8"
        ) from error
    return parse_case(text, file.name, str(file.parent))


def parse_case(text: str, name: str = "case.toml", base: str = ".") -> Brief:
    """Turn the text of a ``case.toml`` into a Brief; ``base`` is the folder it lies in."""
    try:
        document = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        mend = "check quotes and brackets"
        if not name.lower().endswith(".toml"):
            mend = f"a table is given as --log {name}, a model as --model {name}"
        raise InputTrouble(name, f"not TOML: {error}", expected="a case.toml", mend=mend) from error
    return _Case(name).brief(document, base)


def brief_from_flags(
    sources: Mapping[str, Sequence[str]] | None = None,
    columns: Sequence[str] = (),
    *,
    base: str = ".",
    **settings: Any,  # noqa: ANN401 - the fields of Brief by name, checked below
) -> Brief:
    """Turn command-line values into a Brief.

    ``sources`` maps a role ("ui_events" or "ui-events") to its values ``F``; ``columns`` are
    ``SOURCE.ROLE=COLUMN``; ``units`` are ``INPUT=UNIT``, ``groups`` are ``NAME=ROWS``;
    ``settings`` are fields of :class:`Brief` (``None``: not given; ``component`` or
    ``components``).

    Raises:
        InputTrouble: a role, a column setting, a path or a value that cannot be.
    """
    case = _Case(FLAGS)
    units = dict(case.unit_setting(setting) for setting in settings.pop("units", ()))
    groups = dict(case.group_setting(setting) for setting in settings.pop("groups", ()))
    places: dict[Role, tuple[Place, ...]] = {}
    for key, values in (sources or {}).items():
        role = case.known(key.replace("-", "_"), get_args(Role), f"--{key}", "source")
        if values:
            places[role] = case.places(role, list(values), f"--{key}")  # type: ignore[index]
    given: dict[str, tuple[str, ...]] = {}
    for setting in columns:
        key, column = case.column_setting(setting)
        case.add_column(given, key, column, f"--column {setting}")
    # Never from a file: that a pickled model may be read is the word of whoever types it.
    trusted = bool(settings.pop("trust_model", False))
    top = {key: settings.pop(key) for key in TOP if settings.get(key) is not None}
    if "components" in settings:
        settings["component"] = settings.pop("components")
    rules = {key: value for key, value in settings.items() if value not in (None, (), [])}
    for key in settings:
        case.known(key, (*SETTINGS, *TOP), f"--{key}", "setting")
    brief = Brief(base=base, sources=places, columns=given, units=units, trust_model=trusted)
    brief = replace(brief, groups=groups)
    return replace(case.settings(brief, rules, "--"), **case.top(top, "--"))


def merge(case: Brief, flags: Brief) -> Brief:
    """Return ``case`` with what ``flags`` gives put over it, setting by setting.

    A threshold given as a flag replaces cut points of the case and the other way round.
    """
    same = Path(case.base).resolve() == Path(flags.base).resolve()
    sources = dict(case.sources)
    for role, places in flags.sources.items():
        moved = (
            places
            if same
            else tuple(replace(p, path=str(Path(flags.base).resolve() / p.path)) for p in places)
        )
        sources[role] = moved
    merged: dict[str, Any] = {"sources": sources, "columns": {**case.columns, **flags.columns}}
    merged["units"] = {**case.units, **flags.units}
    merged["groups"] = {**case.groups, **flags.groups}
    empty = Brief()
    if flags.threshold is not None:
        merged |= {"cuts": (), "labels": ()}
    if flags.cuts:
        merged |= {"threshold": None, "above": None, "below": None}
    for key in Brief.__dataclass_fields__:
        if key in {"sources", "columns", "units", "groups", "base"}:
            continue
        value = getattr(flags, key)
        if value != getattr(empty, key):
            merged[key] = value
    return replace(case, **merged)


@dataclass(frozen=True, slots=True)
class _Case:
    """The checks behind both ways in; ``name`` is the file (or "command line") for errors."""

    name: str

    def trouble(self, place: str, found: str, expected: str = "", mend: str = "") -> InputTrouble:
        return InputTrouble(self.name, found, place=place, expected=expected, mend=mend)

    def known(self, word: str, words: Sequence[str], place: str, what: str) -> str:
        if word in words:
            return word
        mend = nearest(word, words)
        raise self.trouble(place, f"unknown {what} {word}", f"one of {', '.join(words)}", mend)

    def brief(self, document: Mapping[str, Any], base: str) -> Brief:
        tables = [*TABLES, "evidence", "answers", "actions", "units", "groups", *TOLD]
        for key in document:
            self.known(key, (*TOP, *tables), key, "key")
        brief = Brief(base=base)
        sources: dict[Role, tuple[Place, ...]] = {}
        columns: dict[str, tuple[str, ...]] = {}
        for role in TABLES:
            if role in document:
                self._source(role, document[role], sources, columns)
        evidence = self.table(document.get("evidence", {}), "evidence", ("screenshot",))
        if "screenshot" in evidence:
            place = "evidence.screenshot"
            sources["screenshot"] = self.places("screenshot", [evidence["screenshot"]], place)
        model = document.get("model", {})
        rules = {key: value for key, value in model.items() if key in SETTINGS}
        answers = self._answers(document.get("answers", {}))
        actions = self._actions(document.get("actions", []))
        named = self.table(document.get("units", {}), "units", None)
        units = {name: self.text(unit, f"units.{name}") for name, unit in named.items()}
        said = self.table(document.get("groups", {}), "groups", None)
        groups = {name: self.text(rows, f"groups.{name}") for name, rows in said.items()}
        brief = replace(brief, sources=sources, columns=columns, units=units, groups=groups)
        brief = replace(brief, answers=answers, actions=actions)
        brief = replace(
            brief,
            interviews=interviews(self, document.get("interview", [])),
            walkthroughs=walkthroughs(self, document.get("walkthrough", [])),
        )
        brief = self.settings(brief, rules, "model.")
        return replace(brief, **self.top({k: document[k] for k in TOP if k in document}, ""))

    def _source(
        self,
        role: str,
        value: object,
        sources: dict[Role, tuple[Place, ...]],
        columns: dict[str, tuple[str, ...]],
    ) -> None:
        repeatable = role in REPEATABLE_SOURCES
        tables = value if isinstance(value, list) else [value]
        if len(tables) > 1 and not repeatable:
            raise self.trouble(role, f"{len(tables)} tables [[{role}]]", f"one table [{role}]")
        keys = ("file", "columns") if role in ROLES else ("file",)
        allowed = (*keys, *SETTINGS) if role == "model" else keys
        places: list[Place] = []
        for number, table in enumerate(tables, start=1):
            here = f"{role}[{number}]" if len(tables) > 1 else role
            entries = self.table(table, here, allowed)
            if "file" in entries:
                places += self.places(role, [entries["file"]], f"{here}.file")
            elif role != "model":
                raise self.trouble(here, "no file", f'file = "..." under [{role}]')
            given = self.table(entries.get("columns", {}), f"{here}.columns", None)
            for key, names in given.items():
                for column in (names or [""]) if isinstance(names, list) else [names]:
                    text = self.text(column, f"{here}.columns.{key}")
                    self.add_column(columns, f"{role}.{key}", text, f"{here}.columns.{key}")
        if places:
            sources[role] = tuple(places)  # type: ignore[index]

    def table(self, value: object, place: str, allowed: Sequence[str] | None) -> Mapping[str, Any]:
        if not isinstance(value, dict):
            raise self.trouble(place, f"{value!r} is no table", f"[{place}] with keys below it")
        for key in value if allowed is not None else ():
            self.known(key, allowed or (), f"{place}.{key}", "key")
        return value

    def places(self, role: str, values: Sequence[object], place: str) -> tuple[Place, ...]:
        if len(values) > 1 and role not in REPEATABLE_SOURCES:
            raise self.trouble(place, f"given {len(values)} times", "one")
        return tuple(self.place(self.text(value, place), place) for value in values)

    def place(self, value: str, where: str) -> Place:
        path, mark, table = value.rpartition("::")
        path, table = (path, table) if mark else (value, "")
        if "://" in path:
            scheme = path.split("://", 1)[0]
            raise self.trouble(
                where,
                f"databases by URL ({scheme}://) are not read by this version",
                "a path, a folder or glob of like files, or path::table (SQLite, DuckDB, Excel)",
                "export the table to Parquet or CSV",
            )
        if not path or (mark and not table):
            raise self.trouble(where, f"{value!r} names no file", "a path, or path::table")
        return Place(path, table or None)

    def column_setting(self, setting: str) -> tuple[str, str]:
        """Split ``SOURCE.ROLE=COLUMN``; nothing after the sign says that there is no column."""
        key, mark, column = setting.partition("=")
        source, dot, role = key.partition(".")
        if not (mark and dot and role):
            place = f"--column {setting}"
            raise self.trouble(place, "not of this form", "SOURCE.ROLE=COLUMN such as log.id=NO")
        return f"{source.strip().replace('-', '_')}.{role.strip()}", column

    def unit_setting(self, setting: str) -> tuple[str, str]:
        """Split ``INPUT=UNIT``."""
        name, mark, unit = setting.rpartition("=")
        if not (mark and name and unit):
            place = f"--unit {setting}"
            raise self.trouble(place, "not of this form", "INPUT=UNIT such as duration=s")
        return name, unit

    def group_setting(self, setting: str) -> tuple[str, str]:
        """Split ``NAME=ROWS``; the rows may have signs of their own."""
        name, mark, rows = (part.strip() for part in setting.partition("="))
        if not (mark and name and rows):
            place = f"--group {setting}"
            form = 'NAME=ROWS such as "small shops=channel = shop and amount < 20"'
            raise self.trouble(place, "not of this form", form)
        return name, rows

    def add_column(
        self, columns: dict[str, tuple[str, ...]], key: str, column: str, place: str
    ) -> None:
        source, _, role = key.partition(".")
        self.known(source, tuple(ROLES), place, "source")
        is_feature = role.startswith(FEATURE) and len(role) > len(FEATURE)
        if not (is_feature and source in WITH_FEATURES):
            more = (f"{FEATURE}NAME",) if source in WITH_FEATURES else ()
            self.known(role, (*ROLES[source], *more), place, f"role of {source}")
        before = columns.get(key, ())
        if before and role not in REPEATABLE_ROLES and source not in REPEATABLE_SOURCES:
            raise self.trouble(place, f"{key} is given twice: {before[0]} and {column}", "one")
        if not column:
            columns[key] = ()
        elif column not in before:
            columns[key] = (*before, column)

    def settings(self, brief: Brief, given: Mapping[str, Any], prefix: str) -> Brief:
        """Put the decision rule's settings and the components into the brief."""
        values: dict[str, Any] = {}
        for key, value in given.items():
            place = f"{prefix}{key}"
            match key:
                case "threshold":
                    values[key] = self.number(value, place)
                case "cuts":
                    values[key] = tuple(self.number(each, place) for each in _many(value))
                case "labels":
                    values[key] = tuple(self.text(each, place) for each in _many(value))
                case "component":
                    values["components"] = tuple(self.text(each, place) for each in _many(value))
                case _:
                    values[key] = self.label(value, place)
        brief = replace(brief, **values)
        if brief.threshold is not None and brief.cuts:
            place = f"{prefix}threshold"
            raise self.trouble(place, "given beside cuts", "a threshold or cut points, not both")
        if brief.labels and len(brief.labels) != len(brief.cuts) + 1:
            raise self.trouble(
                f"{prefix}labels",
                f"{len(brief.labels)} labels for {len(brief.cuts)} cut points",
                f"{len(brief.cuts) + 1}, the one below the first cut first",
            )
        if list(brief.cuts) != sorted(set(brief.cuts)):
            raise self.trouble(f"{prefix}cuts", f"{list(brief.cuts)}", "rising numbers")
        return brief

    def top(self, given: Mapping[str, Any], prefix: str) -> dict[str, Any]:
        """Check the settings that belong to the whole case."""
        values: dict[str, Any] = {}
        for key, value in given.items():
            place = f"{prefix}{key}"
            if (
                key in {"decision", "depth"}
                and isinstance(value, int)
                and not isinstance(value, bool)
            ):
                values[key] = str(value)
            else:
                values[key] = self.text(value, place)
        if "dates" in values:
            self.known(values["dates"], DATES, f"{prefix}dates", "order of dates")
        if "depth" in values:
            self.known(values["depth"], DEPTHS, f"{prefix}depth", "depth")
        if "zone" in values:
            self.zone(values["zone"], f"{prefix}zone")
        return values

    def zone(self, zone: str, place: str) -> None:
        if not known_zone(zone):
            from zoneinfo import available_timezones  # looks into each file of the data base

            mend = nearest(zone, available_timezones())
            raise self.trouble(place, f"unknown time zone {zone}", "such as Europe/Berlin", mend)

    def _answers(self, value: object) -> Answers:
        given = self.table(value, "answers", ANSWERS)
        words = {key: self.text(each, f"answers.{key}") for key, each in given.items()}
        if "right_subject" in words:
            place = "answers.right_subject"
            self.known(words["right_subject"], RIGHT_SUBJECT, place, "answer")
        return Answers(**words)

    def _actions(self, value: object) -> tuple[Action, ...]:
        if not isinstance(value, list):
            raise self.trouble("actions", f"{type(value).__name__}", "tables [[actions]]")
        actions = []
        for number, each in enumerate(value, start=1):
            here = f"actions[{number}]"
            given = self.table(each, here, ACTIONS)
            words: dict[str, Any] = {k: self.text(v, f"{here}.{k}") for k, v in given.items()}
            if "text" not in words:
                raise self.trouble(here, "no text", "text and kind")
            words.setdefault("kind", "this case")
            self.known(words["kind"], ACTION_KINDS, f"{here}.kind", "kind of action")
            words.setdefault("id", f"A{number}")
            actions.append(Action(**words))
        return tuple(actions)

    def text(self, value: object, place: str) -> str:
        if hasattr(value, "isoformat"):
            return str(value.isoformat())
        if not isinstance(value, str):
            raise self.trouble(place, f"{value!r}", "text in quotes")
        return value

    def label(self, value: object, place: str) -> str:
        """Return a label or outcome as text: 1 and true may stand without quotes."""
        if isinstance(value, bool):
            return str(value).lower()
        return str(value) if isinstance(value, int | float) else self.text(value, place)

    def number(self, value: object, place: str) -> float:
        number = isinstance(value, int | float) and not isinstance(value, bool)
        if not number or not math.isfinite(value):  # type: ignore[arg-type]
            raise self.trouble(place, f"{value!r}", "a number")
        return float(value)  # type: ignore[arg-type]


def _many(value: object) -> list[Any]:
    return list(value) if isinstance(value, list | tuple) else [value]


def known_zone(zone: str) -> bool:
    """Tell whether a time zone has such a name (IANA time zone database)."""
    from zoneinfo import ZoneInfo

    if zone.partition("/")[0] in ("posix", "right", "posixrules"):  # copies under another name
        return False
    try:
        ZoneInfo(zone)
    except (LookupError, ValueError, OSError):  # no such file, no name at all, a folder
        return False
    return True
