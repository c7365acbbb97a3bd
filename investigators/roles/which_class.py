"""Of a model of several classes: which class the logged score is of, and what its classes are.

A model text only numbers its classes; the log's own decisions name them where each goes with the
class of the highest score.  The class looked at is the one given (``positive``), else the one whose
probability the logged score is, else each row's own most probable one.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from investigators.brief import nearest
from investigators.case import Brief, Guess
from investigators.features import Dictionary
from investigators.model import Model
from investigators.roles.columns import guess_log
from investigators.roles.mapping import map_inputs
from investigators.roles.profile import profiles
from investigators.roles.scale import score_scale
from investigators.tables.table import Table, quoted
from investigators.task import Task
from investigators.trouble import InputTrouble

COMPARED = 2000
ENOUGH = 20
ALIKE = 0.9  # share of rows in which a column is a class's probability
GOES_WITH = 0.95  # share of a class's rows with one label: older models may have named some
DECIDES = 0.99
DIFFERENT = 10  # values of a column that can be told from chance
Floats = npt.NDArray[np.float64]


@dataclass(frozen=True)
class _Seen:
    """Evenly spaced rows of the log: margins (n, classes), numeric columns, labels, its own class.

    ``scored`` is the column that names call the score; ``own`` the class of the picked decision.
    """

    margins: Floats
    columns: Mapping[str, Floats]
    labels: Sequence[str | None]
    scored: str | None
    own: str | None = None


def which_class(
    model: Model | None, log: Table | None, brief: Brief, dictionary: Dictionary, task: Task
) -> tuple[Model | None, tuple[Guess, ...]]:
    """Return the model with its class chosen, and guesses: ``positive``, ``class rule``, score.

    Raises:
        InputTrouble: a class was given that the model has not.
    """
    if model is None or not model.classes:
        return model, ()
    seen = None if log is None else _seen(model, log, brief, dictionary, task)
    found: list[Guess] = []
    if seen is not None:
        column = _class_column(model, seen)
        if column is not None:
            seen = replace(seen, labels=_as_labels(seen.columns[column]))
            words = "it is the number of the class with the highest score"
            found.append(Guess("log.decision", column, words, "sure"))
        model, rule = _named(model, seen)
        found += [rule] if rule is not None else []
    if brief.positive is not None:
        chosen = _given(model, brief.positive)
        guess = Guess("positive", brief.positive, "given", "given")
        column = None if seen is None else _columns(model, seen).get(chosen)
        return replace(model, of_class=chosen), (guess, *found, *_score(model, chosen, column))
    found_at = {} if seen is None else _columns(model, seen)
    if seen is None or not found_at:
        words = "no column of the log is the probability of one class"
        return model, (Guess("class", "the most probable one of each row", words, "weak"), *found)
    best = _wanted(model, seen, found_at)
    if best is None:
        words = f"{found_at[None]} is the probability of the class with the highest score"
        return model, (
            Guess("class", "the most probable one of each row", words, "sure"),
            *found,
            *_score(model, None, found_at[None]),
        )
    words = f"{found_at[best]} is the probability of class {model.classes[best]}"
    guess = Guess("positive", model.classes[best], words, "sure")
    chosen_model = replace(model, of_class=best)
    return chosen_model, (guess, *found, *_score(model, best, found_at[best]))


def of_the_class(name: str, known: Mapping[str, int]) -> Guess:
    """Say which outcome the score of a class predicts: the one of its name."""
    if name in known:
        return Guess("positive", name, "the class that the score is of", "sure")
    return Guess("positive", name, f"no outcome is called {name} yet", "weak")


def instead(guesses: Sequence[Guess], told: Sequence[Guess]) -> list[Guess]:
    """Put the columns that the model itself tells in the place of what names had said."""
    columns = [each for each in told if each.what.startswith("log.")]
    roles, taken = {each.what for each in columns}, {each.value for each in columns}
    kept = [
        g for g in guesses if g.confidence == "given" or not {g.what, g.value} & (roles | taken)
    ]
    given = {g.what for g in kept if g.confidence == "given"}
    return [*kept, *(each for each in columns if each.what not in given)]


def _score(model: Model, chosen: int | None, column: str | None) -> tuple[Guess, ...]:
    if column is None:
        return ()
    of = "its highest class" if chosen is None else f"class {model.classes[chosen]}"
    return (Guess("log.score", column, f"the model gives it for {of}", "sure"),)


def _given(model: Model, name: str) -> int:
    if name in model.classes:
        return model.classes.index(name)
    raise InputTrouble(
        "settings",
        f"the model has no class {name}",
        place="positive",
        expected=f"one of {', '.join(model.classes[:12])}",
        mend=nearest(name, model.classes),
    )


def _seen(
    model: Model, log: Table, brief: Brief, dictionary: Dictionary, task: Task
) -> _Seen | None:
    """Fetch the rows; ``None`` where the model cannot score them."""
    known = profiles(log, task)
    mapping = map_inputs(model, log, brief, role="log", dictionary=dictionary, columns=known)
    names = [i.name for i in model.inputs if i.name in mapping.expressions]
    if not log.rows or any(i.used and i.name not in names for i in model.inputs):
        return None
    guesses = guess_log(log, brief, model, mapping.columns, columns=known)
    roles = {g.what.removeprefix("log."): g.value for g in guesses}
    taken = {*mapping.columns.values(), roles.get("id"), roles.get("subject")}
    free = [c.name for c in log.columns if c.kind in {"number", "integer"} and c.name not in taken]
    label = "NULL" if "decision" not in roles else f"CAST({quoted(roles['decision'])} AS VARCHAR)"
    cells = [f"{mapping.expressions[name]} AS i{k}" for k, name in enumerate(names)]
    cells += [f"TRY_CAST({quoted(name)} AS DOUBLE) AS c{k}" for k, name in enumerate(free)]
    step = max(1, log.rows // COMPARED)
    found = log.query(
        f"SELECT {', '.join([*cells, f'{label} AS label'])} FROM {{t}} "
        f"WHERE fw_row % {step} = 0 ORDER BY fw_row",
        task=task,
    )
    fed = {name: found.column(f"i{k}") for k, name in enumerate(names)}
    columns = {
        name: found.column(f"c{k}").to_numpy(zero_copy_only=False).astype(np.float64)
        for k, name in enumerate(free)
    }
    own = None
    if brief.decision and "id" in roles and "decision" in roles:
        own = log.value(
            f"SELECT {label} FROM {{t}} WHERE CAST({quoted(roles['id'])} AS VARCHAR) = ?",
            [brief.decision],
            task,
        )
    margins = model.margins(model.matrix(fed))
    return _Seen(margins, columns, found.column("label").to_pylist(), roles.get("score"), own)


def _class_column(model: Model, seen: _Seen) -> str | None:
    """Return a column of numbers that is the class with the highest score."""
    winner = seen.margins.argmax(axis=1)
    for name, numbers in seen.columns.items():
        known = np.isfinite(numbers)
        if known.sum() >= ENOUGH and set(numbers[known]) <= set(range(len(model.classes))):
            same = np.mean(numbers[known] == winner[known])
            if same >= DECIDES and np.unique(winner[known]).size > 1:
                return name
    return None


def _as_labels(numbers: Floats) -> list[str | None]:
    return [str(int(number)) if np.isfinite(number) else None for number in numbers]


def _named(model: Model, seen: _Seen) -> tuple[Model, Guess | None]:
    """Take the classes' names from the labels they go with; and whether they are the decision."""
    winner = seen.margins.argmax(axis=1)
    labels = np.array([label if label is not None else "" for label in seen.labels], object)
    known = labels != ""
    if known.sum() < ENOUGH:
        return model, None
    names = list(model.classes)
    if not set(labels[known]) & set(names):
        for place in np.unique(winner[known]):
            values, counts = np.unique(labels[known & (winner == place)], return_counts=True)
            if counts.max() >= GOES_WITH * counts.sum():
                names[place] = str(values[counts.argmax()])
        if len(set(names)) != len(names):
            return model, None
    same = int((np.array(names, object)[winner[known]] == labels[known]).sum())
    if same < DECIDES * known.sum():
        return model, None
    words = (
        f"the decision is the class with the highest score on {same:,} of {int(known.sum()):,} "
        "rows looked at"
    )
    return replace(model, classes=tuple(names)), Guess("class rule", "highest score", words, "sure")


def _columns(model: Model, seen: _Seen) -> dict[int | None, str]:
    """Which column is the score of which class (``None``: of each row's highest)."""
    found: dict[int | None, str] = {}
    for place in (*range(len(model.classes)), None):
        of = replace(model, of_class=place)
        raw = of.raw_of(seen.margins)
        output = of.to_output(raw)
        shares = {}
        for name, logged in seen.columns.items():
            usable = np.isfinite(logged)
            if usable.sum() < ENOUGH or np.unique(logged[usable]).size < DIFFERENT:
                continue
            same = score_scale(logged, output, raw, kind="probability")
            plain = same.scale.mapping in {"identity", "percent"}
            if plain and same.share >= ALIKE:
                shares[name] = (same.share, name == seen.scored)
        if shares:
            found[place] = max(shares, key=lambda name: shares[name])
    return found


def _wanted(model: Model, seen: _Seen, found: Mapping[int | None, str]) -> int | None:
    """Choose among classes with a column: the decision's own, the score by name, the highest."""
    if seen.own in model.classes and model.classes.index(seen.own) in found:
        return model.classes.index(seen.own)
    for place, name in found.items():
        if name == seen.scored:
            return place
    return None if None in found else next(iter(found))
