"""Opens a brief: files to tables and model, guesses to roles, and the canonical view of it all."""

from __future__ import annotations

import tempfile
from collections.abc import Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass, replace
from pathlib import Path

from investigators import shelf
from investigators.brief import nearest
from investigators.case import Brief, Place, Role
from investigators.dictionary import open_dictionary
from investigators.features import Dictionary
from investigators.meaning import Arranging
from investigators.model import Model
from investigators.policy import policy_of
from investigators.roles.unnested import unnested
from investigators.roles.which_class import which_class
from investigators.tables.damage import whole
from investigators.tables.open_table import open_table, opening_of
from investigators.tables.sealing import Seal, seal
from investigators.tables.table import Engine, Table
from investigators.task import Task
from investigators.trouble import InputTrouble
from investigators.view import View

TABLES: tuple[Role, ...] = (
    *("log", "reference", "outcomes", "ui_events", "lookup", "feature_store", "releases"),
)
PICTURES = (b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff", b"GIF8", b"BM")


@dataclass(frozen=True)
class Opened:
    """A view and what must be closed after it; hashes arrive while the rest goes on."""

    view: View
    closing: ExitStack
    seals: Mapping[tuple[Role, Place], Future[Seal]]


def open_brief(brief: Brief, task: Task) -> Opened:
    """Open everything the brief names.

    Raises:
        InputTrouble: a file cannot be read, or what is needed to go on is missing.
    """
    if not brief.sources.get("log") and not brief.sources.get("model"):
        raise InputTrouble(
            "sources", "neither a model nor a log was given", mend="give --model F --log F"
        )
    _screenshots(brief)
    policy = policy_of(brief)
    with ExitStack() as stack:
        engine = stack.enter_context(Engine())
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="fifthwhy-")))
        seals = _sealing(brief, stack, task)
        model = next(iter(_models("model", brief, task)), None)
        others = _models("other_model", brief, task)
        tables = _tables(brief, engine, task)
        dictionary = _dictionary(brief)
        log = next(iter(tables["log"]), None)
        model, told = which_class(model, log, brief, dictionary, task)
        made = Arranging(brief, task, model, tables, dictionary, folder, told, policy, others)
        view = made.view()
        view = replace(view, dictionary=_with_units(brief, model, dictionary))
        return Opened(view, stack.pop_all(), seals)
    raise AssertionError("unreachable")


def _screenshots(brief: Brief) -> None:
    for place in brief.sources.get("screenshot", ()):
        path = _path(brief, place)
        if not path.is_file():
            found = "this is a folder" if path.is_dir() else "there is no such file"
            raise InputTrouble(place.name, found, expected="a picture")
        try:
            with path.open("rb") as stream:
                head = stream.read(16)
        except OSError as error:
            raise InputTrouble(place.name, f"cannot be read: {error.strerror}") from error
        if not (head.startswith(PICTURES) or (head[:4] == b"RIFF" and head[8:12] == b"WEBP")):
            raise InputTrouble(
                place.name, "this is no picture", expected="PNG, JPEG, GIF, WebP or BMP"
            )


def _sealing(brief: Brief, stack: ExitStack, task: Task) -> dict[tuple[Role, Place], Future[Seal]]:
    """Hash every source on one further thread, beside the reading."""
    pool = ThreadPoolExecutor(1, thread_name_prefix="fifthwhy-seal")
    stack.callback(pool.shutdown, wait=True, cancel_futures=True)
    return {
        (role, place): pool.submit(seal, place, brief.base, task)
        for role, places in brief.sources.items()
        for place in places
    }


def sealed(view: View, seals: Mapping[tuple[Role, Place], Future[Seal]]) -> View:
    """Wait for the hashes and put them into the case's sources."""
    sources = []
    for source in view.case.sources:
        found = seals[source.role, source.place].result()
        sources.append(replace(source, sha256=found.sha256, stamp=found.stamp))
    return replace(view, case=replace(view.case, sources=tuple(sources)))


def _path(brief: Brief, place: Place) -> Path:
    return Path(brief.base) / Path(place.path).expanduser()


def _models(role: Role, brief: Brief, task: Task) -> tuple[Model, ...]:
    return tuple(_model(place, brief, task) for place in brief.sources.get(role, ()))


def _model(place: Place, brief: Brief, task: Task) -> Model:
    path = _path(brief, place)
    if not path.is_file():
        found = "this is a folder" if path.is_dir() else "there is no such file"
        raise InputTrouble(place.name, found, expected="a model file")
    try:
        with path.open("rb") as stream:
            head = stream.read(4096)
    except OSError as error:
        raise InputTrouble(place.name, f"cannot be read: {error.strerror}") from error
    for reader in shelf.model_readers():
        if reader.sniff(path, head):
            model: Model = reader.open(path, brief.trust_model, task)
            return model
    known = ", ".join(f"{r.name} ({', '.join(r.suffixes)})" for r in shelf.model_readers())
    raise InputTrouble(place.name, "this is not a model format that can be read", expected=known)


def _tables(brief: Brief, engine: Engine, task: Task) -> dict[Role, tuple[Table, ...]]:
    found: dict[Role, tuple[Table, ...]] = {}
    for role in TABLES:
        opened = []
        for place in brief.sources.get(role, ()):
            with whole(place.name):
                table = open_table(place, engine, task, base=brief.base, dates=brief.dates)
                if role == "ui_events":
                    made = opening_of(place, engine, task, base=brief.base, dates=brief.dates)
                    table = unnested(table, made)
                opened.append(table)
        found[role] = tuple(opened)
    return found


def _with_units(brief: Brief, model: Model | None, dictionary: Dictionary) -> Dictionary:
    """Units said by hand go before those of the dictionary.

    The columns were mapped before: an entry made here says nothing about names or their order.
    """
    known = [*(i.name for i in model.inputs), *dictionary.features] if model else []
    for name in brief.units if model else ():
        if name not in known:
            raise InputTrouble(
                "units",
                f"the model has no input {name}",
                place=f"units.{name}",
                mend=nearest(name, known),
            )
    said = {n: replace(dictionary.get(n), unit=unit or None) for n, unit in brief.units.items()}
    return replace(dictionary, features={**dictionary.features, **said})


def _dictionary(brief: Brief) -> Dictionary:
    places = brief.sources.get("features", ())
    return open_dictionary(_path(brief, places[0])) if places else Dictionary()
