"""Loose files to roles: which is the model, which the log, which the training data, and why.

A guess by content first (does a model reader know it, are the model's inputs in it, is there a
component or a release in its columns), by the file's name where content leaves it open.  Each has
a reason; the window shows it and lets it be changed.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from pathlib import Path

from investigators import shelf
from investigators.brief import REPEATABLE_SOURCES
from investigators.case import Confidence, Place, Role
from investigators.dictionary import open_dictionary
from investigators.policy import open_policy
from investigators.tables.open_table import open_table, tables_in
from investigators.tables.table import Engine, Table, quoted
from investigators.task import Task
from investigators.trouble import InputTrouble

PICTURES = (".png", ".jpg", ".jpeg", ".webp", ".gif", ".bmp")
PICKLES = (".pkl", ".pickle", ".joblib")
CASES = (".fifthwhy",)
WORDS: tuple[tuple[Role, re.Pattern[str]], ...] = (
    ("reference", re.compile(r"train|reference|baseline|histor", re.IGNORECASE)),
    ("outcomes", re.compile(r"outcome|label|charge.?back|result|truth|settle", re.IGNORECASE)),
    ("ui_events", re.compile(r"ui|event|screen|impression|shown|page|click", re.IGNORECASE)),
    ("releases", re.compile(r"release|deploy|change.?log|version", re.IGNORECASE)),
    ("features", re.compile(r"feature|dictionar|units|schema|columns", re.IGNORECASE)),
    ("lookup", re.compile(r"item|catalog|lookup|product", re.IGNORECASE)),
    ("log", re.compile(r"log|live|request|score|decision|export|prod", re.IGNORECASE)),
)
SCORE = re.compile(r"score|prob|prediction|decision|result|label", re.IGNORECASE)
COMPONENT = re.compile(r"component|widget|box|module|position|title", re.IGNORECASE)
RELEASE = re.compile(r"system|service|release|text|what|change|description", re.IGNORECASE)
DESCRIBING = (".xlsx", ".xlsm", ".xls", ".xlsb", ".ods", ".md", ".markdown")
RULING = (".yaml", ".yml", ".json", ".toml", ".md", ".markdown")
LONGEST_RULE = 1_000_000  # bytes; a longer document is not parsed to see whether it is one
MOST_FEATURES = 1000
FEW = 5


@dataclass(frozen=True, slots=True)
class Sorted:
    """One file and the role it seems to have; ``role`` is ``None`` where nothing fits."""

    place: Place
    role: Role | None
    reason: str
    confidence: Confidence


def sort_files(
    paths: Sequence[str], task: Task | None = None, *, taken: Collection[Role] = ()
) -> tuple[Sorted, ...]:
    """Give every path a role; at most one model, log, reference, outcomes, features, releases.

    A second model file is another model.

    ``taken`` are the roles that files of the case play already: a file is never made the log for
    want of another one when there is a log.

    Raises:
        InputTrouble: a file cannot be read at all.
    """
    task = task or Task()
    found: list[Sorted] = []
    tables: list[tuple[Place, Table]] = []
    inputs: tuple[str, ...] = ()
    with Engine() as engine:
        places = [place for path in paths for place in _places(path)]
        for where in places:
            task.tick(len(found) + len(tables), len(places), where.name)
            plain = _plain(where, task)
            if plain is not None:
                found.append(plain[0])
                inputs = plain[1] or inputs
                continue
            tables.append((where, open_table(where, engine, task, base=".")))
        found = _single([*found, *_tables(tables, inputs, taken)])
    order = {place: at for at, place in enumerate(places)}
    return tuple(sorted(found, key=lambda each: order[each.place]))


def _places(path: str) -> list[Place]:
    """A path, or ``path::table``; a file of several tables stands for each of them."""
    file, _, table = path.partition("::")
    if table or not Path(file).is_file() or _describes(Path(file)):
        return [Place(file, table or None)]
    return [Place(file, name) for name in tables_in(Path(file)) or (None,)]


def _describes(path: Path) -> bool:
    """Whether a workbook or a page is a feature dictionary rather than tables of rows."""
    if not path.name.lower().endswith(DESCRIBING):
        return False
    try:
        found = list(open_dictionary(path).features.values())
    except InputTrouble:
        return False
    bound = any(f.unit or f.minimum is not None or f.allowed or f.missing_codes for f in found)
    told = sum(" " in f.meaning for f in found)
    return len(found) <= MOST_FEATURES and (bound or 2 * told >= len(found))


def _is_policy(path: Path) -> bool:
    """Whether a page or a document says which score gets which decision."""
    if not path.name.lower().endswith(RULING) or path.stat().st_size > LONGEST_RULE:
        return False
    try:
        open_policy(Place(str(path)))
    except InputTrouble:
        return False
    return True


def _plain(place: Place, task: Task) -> tuple[Sorted, tuple[str, ...]] | None:
    """A file that is no table: picture, model, dictionary."""
    path = Path(place.path)
    suffix = path.suffix.lower()
    if not path.exists():
        raise InputTrouble(place.name, "there is no such file", expected="a file or a folder")
    if suffix in PICTURES:
        return Sorted(place, "screenshot", "it is a picture", "sure"), ()
    if suffix in PICKLES:
        return Sorted(place, "model", "a pickle: it is read only with your word", "likely"), ()
    if path.is_dir() or place.table:
        return None
    with path.open("rb") as stream:
        head = stream.read(4096)
    for reader in shelf.model_readers():
        if reader.sniff(path, head):
            model = reader.open(path, trust=False, task=task)
            names = tuple(each.name for each in model.inputs)
            return Sorted(place, "model", f"a {reader.name} model", "sure"), names
    written = _written(place)
    return None if written is None else (written, ())


def _written(place: Place) -> Sorted | None:
    """A document: the decision rule, or what the features mean."""
    path = Path(place.path)
    if _is_policy(path):
        return Sorted(place, "policy", "says which score gets which decision", "likely")
    if path.name.lower().endswith((".yaml", ".yml", ".json")) or _describes(path):
        return Sorted(place, "features", "a list of features with what they mean", "likely")
    return None


def _tables(
    tables: Sequence[tuple[Place, Table]], inputs: tuple[str, ...], taken: Collection[Role]
) -> list[Sorted]:
    """Roles of the tables: by columns, then by name, then by what is left."""
    made = [_by_content(place, table, inputs) for place, table in tables]
    if "log" not in taken and not any(each.role == "log" for each in made):
        # the widest table that could hold requests is the log
        open_ones = [k for k, each in enumerate(made) if each.role in (None, "reference")]
        if open_ones:
            k = max(open_ones, key=lambda k: (len(tables[k][1].columns), tables[k][1].rows))
            made[k] = Sorted(made[k].place, "log", "the widest table is taken for the log", "weak")
    return made


def _single(found: Sequence[Sorted]) -> list[Sorted]:
    """Only some roles may come several times; a surer guess goes before a weaker one."""
    sure = ("given", "sure", "likely", "weak")
    ranked = sorted(range(len(found)), key=lambda k: (sure.index(found[k].confidence), k))
    seen: set[Role] = set()
    first = ""
    kept = list(found)
    for k in ranked:
        each = found[k]
        if each.role == "model" and "model" in seen:
            words = f"a further model: asked where the logged score is not {first}'s"
            kept[k] = Sorted(each.place, "other_model", words, "likely")
        elif each.role in seen and each.role not in REPEATABLE_SOURCES:
            taken = f"another file is the {each.role.replace('_', ' ')} already"
            kept[k] = Sorted(each.place, None, taken, "weak")
        elif each.role is not None:
            seen.add(each.role)
            first = each.place.name if each.role == "model" else first
    return kept


def _by_content(place: Place, table: Table, inputs: tuple[str, ...]) -> Sorted:
    names = [column.name for column in table.columns]
    wanted = {_bare(name) for name in inputs}
    shared = len(wanted & {_bare(name) for name in names})
    named = next((role for role, words in WORDS if words.search(place.name)), None)
    if wanted and shared >= max(1, len(wanted) // 2):
        base = f"holds {shared} of the model's {len(wanted)} inputs"
        if named == "reference" or not any(SCORE.search(name) for name in names):
            return Sorted(place, "reference", f"{base} and no score", "likely")
        return Sorted(place, "log", f"{base} and a score or decision", "sure")
    role, reason = _small(table, names, named)
    return Sorted(place, role, reason, "likely" if role and role != named else "weak")


def _small(table: Table, names: Sequence[str], named: Role | None) -> tuple[Role | None, str]:
    """A table without the model's inputs: by its columns, else by its file's name."""
    if any(COMPONENT.search(name) for name in names) and named in (None, "ui_events"):
        return "ui_events", "names components or positions on a page"
    timed = any(column.kind == "time" for column in table.columns)
    short = len(names) <= FEW and timed and table.rows < 1000
    if named in (None, "ui_events") and len(names) <= FEW and _two_ways(table, names):
        return "outcomes", "an id and something that came out one way or the other"
    if named is None and short and any(RELEASE.search(name) for name in names):
        return "releases", "short, with times and texts"
    return named, "by its name" if named is not None else "nothing in it says what it is"


def _two_ways(table: Table, names: Sequence[str]) -> bool:
    """Whether one column has just two values, and another tells (nearly) every row apart."""
    if not table.rows:
        return False
    cells = ", ".join(f"count(DISTINCT {quoted(name)})" for name in names)
    kinds = [column[0].as_py() for column in table.query(f"SELECT {cells} FROM {{t}}").columns]
    return 2 in kinds and max(kinds) > max(2, 0.9 * table.rows)


def _bare(name: str) -> str:
    """A name without case, prefix and separators."""
    return re.sub(r"[^a-z0-9]", "", name.rpartition(".")[2].lower())
