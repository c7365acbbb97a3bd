"""What a service may have done otherwise than the log says: changes of inputs, codes and link.

Each is tried by scoring again; none needs anything beside the log, the model and, for medians and
means, the training table.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import combinations

import numpy as np
import numpy.typing as npt

from investigators.case import ScoreScale
from investigators.encoding import Codebook
from investigators.evidence import CauseClass
from investigators.model import Model, ModelInput
from investigators.roles.scale import agree

Floats = npt.NDArray[np.float64]
Flags = npt.NDArray[np.bool_]

FACTORS = ((1000.0, "multiplied by 1,000"), (0.001, "divided by 1,000"),
           (100.0, "multiplied by 100"), (0.01, "divided by 100"),
           (60.0, "multiplied by 60"), (1 / 60, "divided by 60"))  # fmt: skip
BLANKS = (0.0, -1.0, -999.0)
GONE: CauseClass = "input-missing-or-default"
FEW_CATEGORIES = 12  # so many are tried as the default of a missing one


@dataclass(frozen=True, eq=False)
class Sent:
    """Rows as logged: their numbers, logged scores, the model's matrix, categories as text.

    Arrays are of shape (n,), ``matrix`` (n, inputs); ``texts`` are by input, ``None`` for missing.
    ``others`` are the same rows as other models take them, by name.
    """

    rows: npt.NDArray[np.int64]
    logged: Floats
    matrix: Floats
    texts: Mapping[str, npt.NDArray[np.object_]]
    others: Mapping[str, Floats] = field(default_factory=dict)

    def part(self, at: npt.NDArray[np.intp]) -> Sent:
        """Some of the rows, by position."""
        texts = {name: values[at] for name, values in self.texts.items()}
        others = {name: matrix[at] for name, matrix in self.others.items()}
        return Sent(self.rows[at], self.logged[at], self.matrix[at], texts, others)


Change = Callable[[Sent], Floats]


@dataclass(frozen=True)
class Served:
    """One thing that may have been done: ``words`` follow "what the model gives when".

    ``sort`` names the family of changes for "what was tried".  ``link`` is another way from the
    raw score to the logged one.  ``by`` is another model that scored instead.
    """

    words: str
    features: tuple[str, ...]
    cause: CauseClass
    sort: str
    change: Change | None = None
    link: str = ""
    by: Model | None = None

    @property
    def gives(self) -> str:
        """What gives the score: ``what the model gives when ...``."""
        return f"what the model gives when {self.words}" if self.by is None else (
            f"what {self.by.name} gives"
        )  # fmt: skip

    def matrix(self, sent: Sent) -> Floats:
        """The rows as the service would have passed them to the model."""
        if self.by is not None:
            return sent.others[self.by.name]
        return sent.matrix if self.change is None else self.change(sent)

    def raw(self, model: Model, sent: Sent) -> Floats:
        """Raw scores of these rows, of ``model`` unless another one scored; shape (n,)."""
        return (self.by or model).raw(self.matrix(sent))

    def equal(self, model: Model, scale: ScoreScale, sent: Sent, raw: Floats) -> Flags:
        """Which logged scores follow from these raw scores, shape (n,)."""
        return self.compared(model, scale, sent.logged, raw)[1]

    def compared(
        self, model: Model, scale: ScoreScale, logged: Floats, raw: Floats
    ) -> tuple[Floats, Flags]:
        """The scores that it gives on the log's scale, and which are the logged ones."""
        output = (self.by or model).to_output(raw)
        if self.link == "raw":
            scale = replace(scale, mapping="identity", factor=1.0, offset=0.0, of="raw")
        elif self.link == "output":
            scale = replace(scale, mapping="identity", factor=1.0, offset=0.0, of="output")
        elif self.link == "turned":
            scale = replace(scale, mapping="identity", factor=-1.0, offset=1.0, of="output")
        elif self.link == "twice":
            output = model.to_output(output)
        found = agree(scale, logged, output, raw)
        return found.expected, found.equal


@dataclass(frozen=True)
class Known:
    """What the changes are made of: usual values of training (or of the log), orders of texts.

    ``usual`` holds median and mean of each number.  ``orders`` holds, by category input, its live
    texts in order of first appearance and of frequency.  ``columns`` is the log's own order.
    ``others`` are further model files that the log has all inputs of.
    """

    usual: Mapping[str, tuple[float, float]]
    usual_of: str
    orders: Mapping[str, tuple[Sequence[str], Sequence[str]]]
    columns: Sequence[str]
    others: Sequence[Model] = ()


def served(model: Model, scale: ScoreScale, known: Known, names: Sequence[str]) -> Iterator[Served]:
    """Every change that is tried, the simplest sort first; ``names`` are the inputs looked at."""
    inputs = [model.input(name) for name in names]
    numbers = [i for i in inputs if i.kind == "numeric"]
    named = [i for i in inputs if i.kind == "category" and not i.coded and i.categories]
    yield from _others(known)
    yield from _links(model, scale)
    yield from _fills(model, known, numbers, named)
    yield from _exchanges(model, numbers, named)
    yield from _orders(model, known)
    yield from _codes(model, known, named)
    yield from _constants(model, known, numbers, named)
    yield from _arithmetic(model, numbers)


def _set(place: int, values: Callable[[Floats], Floats]) -> Change:
    def change(sent: Sent) -> Floats:
        matrix = sent.matrix.copy()
        matrix[:, place] = values(matrix[:, place])
        return matrix

    return change


def _place(model: Model, name: str) -> int:
    return [i.name for i in model.inputs].index(name)


def _others(known: Known) -> Iterator[Served]:
    for one in known.others:
        yield Served(
            f"{one.name} scores instead", (), "version-or-deployment", "another model file", by=one
        )


def _links(model: Model, scale: ScoreScale) -> Iterator[Served]:
    cause: CauseClass = "version-or-deployment"
    if model.link == "identity":
        return
    ways = (
        ("raw", "its raw score is logged as it is"),
        ("output", "its output is logged as it is"),
        ("turned", "its output is turned round (1 - p)"),
        ("twice", "the link is applied twice"),
    )
    for link, words in ways:
        same = scale.mapping == "identity" and scale.factor == 1 and scale.of == link
        if not same and not (link in {"turned", "twice"} and model.link != "sigmoid"):
            yield Served(words, (), cause, "another link", link=link)


def _filled(value: float) -> Callable[[Floats], Floats]:
    return lambda x: np.where(np.isnan(x), value, x)


def _defaults(known: Known, name: str) -> list[tuple[float, str]]:
    found = [(0.0, "0"), (-1.0, "-1")]
    for value, words in zip(known.usual.get(name, ()), ("median", "mean"), strict=False):
        if np.isfinite(value):
            found.append((value, f"{known.usual_of} {words}, {value:.6g}"))
    return found


def _fills(
    model: Model, known: Known, numbers: Sequence[ModelInput], named: Sequence[ModelInput]
) -> Iterator[Served]:
    sort, cause = "defaults for missing values", GONE
    for one in numbers:
        for value, words in (*_defaults(known, one.name), (1e6, "a very large number")):
            how = _set(_place(model, one.name), _filled(value))
            yield Served(f"a missing {one.name} is taken as {words}", (one.name,), cause, sort, how)
    for one in named:
        for code, name in enumerate(one.categories[:FEW_CATEGORIES]):
            how = _set(_place(model, one.name), _filled(float(code)))
            yield Served(
                f"a missing or unknown {one.name} is taken as {name}", (one.name,), cause, sort,
                how,
            )  # fmt: skip
    for one in numbers:
        for value in BLANKS:
            how = _set(_place(model, one.name), lambda x, v=value: np.where(x == v, np.nan, x))  # type: ignore[misc]
            words = f"{one.name} is taken as missing where it is {value:g}"
            yield Served(words, (one.name,), cause, sort, how)
    places = [_place(model, one.name) for one in numbers]
    for which in ("0", "-1", f"{known.usual_of} median", f"{known.usual_of} mean"):
        chosen = {
            p: value
            for one, p in zip(numbers, places, strict=True)
            for value, words in _defaults(known, one.name)
            if words.split(",")[0] == which
        }
        names = tuple(one.name for one in numbers)
        yield Served(
            f"every missing number is taken as {which}", names, cause, sort, _all_filled(chosen)
        )  # fmt: skip


def _all_filled(chosen: Mapping[int, float]) -> Change:
    def change(sent: Sent) -> Floats:
        matrix = sent.matrix.copy()
        for place, value in chosen.items():
            matrix[:, place] = _filled(value)(matrix[:, place])
        return matrix

    return change


def _exchanges(
    model: Model, numbers: Sequence[ModelInput], named: Sequence[ModelInput]
) -> Iterator[Served]:
    for group in (numbers, named):
        for one, other in combinations(group, 2):
            yield Served(
                f"{one.name} and {other.name} are exchanged", (one.name, other.name),
                "input-columns-swapped", "two inputs exchanged",
                _exchanged(model, one, other),
            )  # fmt: skip


def _exchanged(model: Model, one: ModelInput, other: ModelInput) -> Change:
    a, b = _place(model, one.name), _place(model, other.name)
    books = [Codebook(i.categories) for i in (one, other)]

    def change(sent: Sent) -> Floats:
        matrix = sent.matrix.copy()
        if one.kind == "numeric":
            matrix[:, [a, b]] = matrix[:, [b, a]]
        else:
            matrix[:, a] = books[0].codes(sent.texts[other.name])
            matrix[:, b] = books[1].codes(sent.texts[one.name])
        return matrix

    return change


def _orders(model: Model, known: Known) -> Iterator[Served]:
    """The whole row in another order; places of categories take the codes as they come."""
    own = [i.name for i in model.inputs]
    ways = {
        "in alphabetical order": sorted(own),
        "in the order of the log's columns": [n for n in known.columns if n in own],
        "one place further on": [own[-1], *own[:-1]],
        "one place further back": [*own[1:], own[0]],
    }
    for words, order in ways.items():
        if len(order) != len(own) or order == own:
            continue
        moved = tuple(n for n, m in zip(own, order, strict=True) if n != m and model.input(n).used)
        index = [own.index(name) for name in order]
        yield Served(
            f"the inputs are passed {words}", moved, "input-columns-swapped",
            "all inputs in another order", lambda sent, i=index: sent.matrix[:, i],  # type: ignore[misc]
        )  # fmt: skip


def _codes(model: Model, known: Known, named: Sequence[ModelInput]) -> Iterator[Served]:
    tables = {one.name: dict(_numberings(one, known)) for one in named}
    for one in named:
        place = _place(model, one.name)
        for words, texts in tables[one.name].items():
            yield Served(
                f"the values of {one.name} are numbered {words}", (one.name,), "train-serve-skew",
                "category codes in another order", _coded({place: (one.name, texts)}),
            )  # fmt: skip
    shared = list(dict.fromkeys(words for table in tables.values() for words in table))
    for words in shared if len(named) > 1 else ():
        chosen = {
            _place(model, name): (name, table[words])
            for name, table in tables.items()
            if words in table
        }
        if len(chosen) > 1:
            names = tuple(name for name, _ in chosen.values())
            yield Served(
                f"the values of all categories are numbered {words}", names, "train-serve-skew",
                "category codes in another order", _coded(chosen),
            )  # fmt: skip


def _numberings(one: ModelInput, known: Known) -> Iterator[tuple[str, Mapping[str, float]]]:
    """Codes by text; those that are the model's own are left out."""
    own = [str(value) for value in one.categories]
    first, often = known.orders.get(one.name, ((), ()))
    ways: list[tuple[str, Mapping[str, float]]] = [
        ("alphabetically", _numbered(sorted(own))),
        ("alphabetically among the values of the log", _numbered(sorted(first))),
        ("by first appearance in the log", _numbered(first)),
        ("by frequency in the log", _numbered(often)),
        ("backwards", _numbered(own[::-1])),
        ("one too high", {v: k + 1.0 for k, v in enumerate(own)}),
        ("one too low", {v: k - 1.0 for k, v in enumerate(own)}),
    ]
    plain = _numbered(own)
    for words, codes in ways:
        if codes and any(plain.get(value) != code for value, code in codes.items()):
            yield words, codes


def _numbered(texts: Sequence[str]) -> dict[str, float]:
    return {text: float(k) for k, text in enumerate(texts)}


def _coded(chosen: Mapping[int, tuple[str, Mapping[str, float]]]) -> Change:
    def change(sent: Sent) -> Floats:
        matrix = sent.matrix.copy()
        for place, (name, codes) in chosen.items():
            values, at = np.unique(
                np.array(["\0" if v is None else str(v) for v in sent.texts[name]], dtype=object),
                return_inverse=True,
            )
            matrix[:, place] = np.array([codes.get(v, np.nan) for v in values])[at]
        return matrix

    return change


def _constants(
    model: Model, known: Known, numbers: Sequence[ModelInput], named: Sequence[ModelInput]
) -> Iterator[Served]:
    sort, cause = "one value for all rows", GONE
    for one in (*numbers, *named):
        values: list[tuple[float, str]] = [(np.nan, "missing")]
        values += _defaults(known, one.name) if one.kind == "numeric" else []
        for value, words in values:
            how = _set(_place(model, one.name), lambda x, v=value: np.full(x.shape, v))  # type: ignore[misc]
            told = f"{one.name} is taken as {words} in every row"
            yield Served(told, (one.name,), cause, sort, how)


def _arithmetic(model: Model, numbers: Sequence[ModelInput]) -> Iterator[Served]:
    for one in numbers:
        place = _place(model, one.name)
        for factor, words in FACTORS:
            yield Served(
                f"{one.name} is {words}", (one.name,), "input-unit-or-scale", "another unit",
                _set(place, lambda x, f=factor: x * f),  # type: ignore[misc]
            )  # fmt: skip
    places = [_place(model, one.name) for one in numbers]
    for words, how in _ROUNDINGS.items():
        for one, place in zip(numbers, places, strict=True):
            yield Served(
                f"{one.name} is {words}", (one.name,), "train-serve-skew", "rounded inputs",
                _set(place, how),
            )  # fmt: skip
        yield Served(
            f"all numbers are {words}", tuple(one.name for one in numbers), "train-serve-skew",
            "rounded inputs", _each(places, how),
        )  # fmt: skip


def _each(places: Sequence[int], how: Callable[[Floats], Floats]) -> Change:
    def change(sent: Sent) -> Floats:
        matrix = sent.matrix.copy()
        matrix[:, places] = how(matrix[:, places])
        return matrix

    return change


def _single(x: Floats) -> Floats:
    with np.errstate(over="ignore"):
        return x.astype(np.float32).astype(np.float64)


_ROUNDINGS: dict[str, Callable[[Floats], Floats]] = {
    "cut to whole numbers": np.trunc,
    "rounded to whole numbers": np.round,
    "rounded to 1 decimal": lambda x: np.round(x, 1),
    "rounded to 2 decimals": lambda x: np.round(x, 2),
    "kept in 32 bits": _single,
}
