"""A model as checks and explainers see it: its inputs, its scale, and scoring.

The rows that go in are the log's own values; :meth:`Model.matrix` codes categories exactly as
LightGBM codes pandas categoricals (the index in the model's ``pandas_categorical``; anything else
is missing) but reads values by meaning, so that a text ``"3"`` finds the category ``3``.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from investigators.encoding import Codebook, numbers
from investigators.evidence import Cell
from investigators.kept import Kept, digest_of
from investigators.task import Task
from investigators.trouble import InputTrouble

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]
Scale = Literal["log-odds", "log", "value", "raw"]
THREADS = 2  # the machine is shared with the window
KNOWN_AGAIN = 50_000  # rows at most whose scores are kept
ALONE = 2048  # up to so many rows a second thread costs more than it gains


RANKING = frozenset({"lambdarank", "rank_xendcg"})
OUTPUT_WORDS = {
    "poisson": "expected count",
    "gamma": "expected value",
    "tweedie": "expected value",
    "quantile": "quantile of the value",
    "cross_entropy_lambda": "expected intensity",
    **dict.fromkeys(RANKING, "ranking score, whose order within one list is all it means"),
}


@dataclass(frozen=True, slots=True)
class ModelInput:
    """One input as the model file knows it.

    ``low`` and ``high`` are the training range of a numeric input (``None``: not in the file), as
    LightGBM saw it when it made its bins: from 200,000 rows at most, unless it was told otherwise.
    ``categories`` are in code order; with ``coded`` the model was trained on integer codes and
    they are the codes seen.  ``missing_seen`` is whether training had missing values (``None``:
    the file does not tell).  ``used`` is whether any split asks for it; ``thresholds`` are its
    distinct numeric split points, ascending.
    """

    name: str
    kind: Literal["numeric", "category"]
    low: float | None = None
    high: float | None = None
    categories: tuple[Cell, ...] = ()
    coded: bool = False
    missing_seen: bool | None = None
    used: bool = True
    thresholds: tuple[float, ...] = ()


@dataclass(frozen=True)
class Model:
    """A LightGBM model with one raw score per row.

    ``scale`` names the unit of the raw score and of contributions; ``output`` what
    :meth:`outputs` gives.  ``link`` is how they are tied: ``sigmoid`` (with the factor of that
    name), ``exp``, ``softplus``, ``signed square`` or ``identity``.  With ``average_output``
    (random forest) every raw number here is the mean over the trees, not LightGBM's sum.

    A model of several ``classes`` is taken as one class against the others: the class at place
    ``of_class``, or each row's own most probable one where that is ``None``.  Its raw score is then
    the log-odds of that class.  With ``softmax`` contributions add up to the class's margin, to
    which the others' margins are still to be compared.
    """

    name: str
    objective: str
    inputs: tuple[ModelInput, ...]
    trees: int
    text: str = field(repr=False)
    scale: Scale = "log-odds"
    output: Literal["probability", "value"] = "probability"
    sigmoid: float = 1.0
    average_output: bool = False
    linear_tree: bool = False
    categorical_splits: bool = False
    notes: tuple[str, ...] = ()
    link: Literal["sigmoid", "exp", "softplus", "signed square", "identity"] = "sigmoid"
    classes: tuple[str, ...] = ()
    of_class: int | None = None
    softmax: bool = False

    @cached_property
    def booster(self) -> Any:  # noqa: ANN401 - lightgbm is imported late and is untyped here
        """The library's own object, built on first use."""
        import lightgbm

        return lightgbm.Booster(model_str=self.text)

    @cached_property
    def _kept(self) -> Kept[Floats]:
        return Kept()

    @cached_property
    def _places(self) -> dict[str, int]:
        return {each.name: place for place, each in enumerate(self.inputs)}

    @cached_property
    def _books(self) -> dict[str, Codebook]:
        return {i.name: Codebook(i.categories) for i in self.inputs if i.kind == "category"}

    def input(self, name: str) -> ModelInput:
        """Return one input by name (KeyError when the model has none of that name)."""
        return self.inputs[self._places[name]]

    def codes(self, name: str, values: Any) -> Floats:  # noqa: ANN401 - any column form
        """Return a column as the model takes it, shape (n,): numbers, or codes of categories.

        Raises:
            InputTrouble: a value of a numeric input (or of a coded category) is not a number.
        """
        each = self.input(name)
        if each.kind == "category" and not each.coded:
            return self._books[name].codes(values)
        return numbers(values, self.name, f"input {name}")

    def unseen(self, name: str, values: Any) -> Bools:  # noqa: ANN401 - any column form
        """Tell, shape (n,), which values are present but no category the model knows.

        Always false for numeric inputs and where the file does not tell the categories.
        """
        each = self.input(name)
        if each.kind == "numeric" or not each.categories:
            return np.zeros(len(values), dtype=np.bool_)
        if each.coded:
            found = self.codes(name, values)
            known = np.array(each.categories, dtype=np.float64)
            # LightGBM takes a negative code for a missing value
            return ~np.isnan(found) & (found >= 0) & ~np.isin(found, known)
        return self._books[name].unseen(values)

    def matrix(self, columns: Mapping[str, Any]) -> Floats:
        """Build the rows as the model takes them, float64 of shape (n, inputs), model order.

        ``columns`` maps input names to pyarrow arrays, numpy arrays, pandas Series or lists of
        one length.  Missing and unseen values become NaN.  An input that no split uses may be
        absent: it cannot change a score.

        Raises:
            InputTrouble: an input that the model uses is absent, lengths differ, or a value of a
                numeric input is not a number.
        """
        absent = [i.name for i in self.inputs if i.used and i.name not in columns]
        if absent:
            raise InputTrouble(
                self.name,
                f"the model's input {', '.join(absent[:5])} has no column"
                + (f" (and {len(absent) - 5} more)" if len(absent) > 5 else ""),
                expected=f"columns for all of its {len(self.inputs)} inputs",
                mend="map it with --column log.feature:NAME=COLUMN",
            )
        given = [i.name for i in self.inputs if i.name in columns]
        lengths = {len(columns[name]) for name in given}
        if len(lengths) > 1:
            raise InputTrouble(self.name, "columns of different lengths", expected="one length")
        rows = np.full((lengths.pop() if lengths else 0, len(self.inputs)), np.nan)
        for name in given:
            rows[:, self._places[name]] = self.codes(name, columns[name])
        return rows

    def raw(self, matrix: Floats) -> Floats:
        """Score rows on the raw scale, shape (n,)."""
        return self.raw_of(self.margins(matrix))

    def raw_of(self, margins: Floats) -> Floats:
        """Turn LightGBM's own raw scores (n, classes) into the raw score, shape (n,)."""
        own = np.asarray(margins[np.arange(len(margins)), self._own(margins)])
        return own - _log_sum(margins, self._own(margins)) if self.softmax else own

    def margins(self, matrix: Floats) -> Floats:
        """LightGBM's own raw scores, shape (n, classes); (n, 1) for a model of one score."""
        found = self._predict(matrix, raw_score=True)
        return found.reshape(len(matrix), self.width) / self._divisor

    def explained(self, matrix: Floats) -> Floats:
        """What the contributions of each row add up to, shape (n,): the margin explained."""
        margins = self.margins(matrix)
        return np.asarray(margins[np.arange(len(margins)), self._own(margins)])

    def classed(self, matrix: Floats) -> NDArray[np.int64]:
        """Place of the class that each row's score is of, shape (n,)."""
        if self.of_class is not None or not self.classes:
            return np.full(len(matrix), self.of_class or 0, np.int64)
        return self.winners(matrix)

    def winners(self, matrix: Floats) -> NDArray[np.int64]:
        """Place of the class with the highest score in each row, shape (n,)."""
        return self.margins(matrix).argmax(axis=1)

    def _own(self, margins: Floats) -> NDArray[np.int64]:
        if self.of_class is not None or not self.classes:
            return np.full(len(margins), self.of_class or 0, np.int64)
        return margins.argmax(axis=1) if len(margins) else np.zeros(0, np.int64)

    def outputs(self, matrix: Floats) -> Floats:
        """Score rows on the output scale (probability or value), shape (n,)."""
        return self.to_output(self.raw(matrix))

    def to_output(self, raw: Floats) -> Floats:
        """Turn raw scores into outputs."""
        raw = np.asarray(raw, dtype=np.float64)
        match self.link:
            case "sigmoid":
                with np.errstate(over="ignore"):  # exp(huge) is inf, and 1 / inf is right
                    return np.asarray(1.0 / (1.0 + np.exp(-self.sigmoid * raw)))
            case "exp":
                return np.exp(raw)
            case "softplus":
                return np.asarray(np.logaddexp(0.0, raw))
            case "signed square":
                return np.sign(raw) * raw * raw
            case "identity":
                return raw

    def to_raw(self, output: Floats) -> Floats:
        """Turn outputs into raw scores; NaN where no raw score gives this output."""
        output = np.asarray(output, dtype=np.float64)
        with np.errstate(divide="ignore", invalid="ignore"):
            match self.link:
                case "sigmoid":
                    return np.log(output / (1.0 - output)) / self.sigmoid
                case "exp":
                    return np.log(output)
                case "softplus":
                    return np.asarray(output + np.log(-np.expm1(-output)))
                case "signed square":
                    return np.sign(output) * np.sqrt(np.abs(output))
                case "identity":
                    return output

    def contributions(self, matrix: Floats) -> Floats:
        """Exact tree SHAP values, shape (n, inputs + 1), raw scale; the last is the base value.

        For a model of several classes those of the class that the row's score is of.

        Source: Lundberg et al. 2020, "From local explanations to global understanding with
        explainable AI for trees" (path-dependent form), LightGBM's ``pred_contrib``.

        Raises:
            ValueError: for a model with linear trees, which LightGBM cannot attribute.
        """
        if self.linear_tree:
            raise ValueError("contributions are not defined for linear trees")
        shape = (len(matrix), self.width, len(self.inputs) + 1)
        found = self._predict(matrix, pred_contrib=True).reshape(shape) / self._divisor
        own = self.classed(matrix)
        return np.asarray(found[np.arange(len(matrix)), own])

    def leaves(self, matrix: Floats) -> NDArray[np.int32]:
        """Leaf number of each row in each tree, shape (n, trees)."""
        found = self._predict(matrix, pred_leaf=True).reshape(len(matrix), self.trees)
        return found.astype(np.int32)

    @property
    def _divisor(self) -> float:
        return self.trees / self.width if self.average_output else 1.0

    @property
    def width(self) -> int:
        """How many raw scores LightGBM gives for a row."""
        return max(len(self.classes), 1)

    @property
    def bars(self) -> Scale:
        """The unit of contributions: the raw score's own, but for one margin of several."""
        return "raw" if self.softmax else self.scale

    @property
    def says(self) -> str:
        """What an output is, in words."""
        if self.classes:
            if self.of_class is None:
                return "probability of the class with the highest score"
            return f"probability of class {self.classes[self.of_class]}"
        return OUTPUT_WORDS.get(self.objective, self.output)

    @property
    def foretells(self) -> bool:
        """Whether an output can be held against an outcome: it is of one class, or of a value."""
        one = not self.classes or self.of_class is not None
        return one and self.objective not in RANKING

    def _predict(self, matrix: Floats, **how: bool) -> Floats:
        if len(matrix) == 0:  # the library refuses an empty matrix
            return np.zeros(0)
        key = (*how, matrix.shape, digest_of(matrix)) if len(matrix) <= KNOWN_AGAIN else None
        known = None if key is None else self._kept.find(key)
        if known is not None:
            return known.copy()
        threads = 1 if len(matrix) <= ALONE else THREADS
        found = np.asarray(self.booster.predict(matrix, num_threads=threads, **how), np.float64)
        if key is not None:
            self._kept.keep(key, found.copy())
        return found


@dataclass(frozen=True)
class OtherModel:
    """A further model file that may have scored: ``inputs`` are SQL over the log by input.

    ``missing`` are inputs it uses that the log has no column for: such a model cannot be asked.
    """

    model: Model
    inputs: Mapping[str, str]
    missing: tuple[str, ...] = ()


def _log_sum(margins: Floats, own: NDArray[np.int64]) -> Floats:
    """Log of the sum of the exponents of all margins but each row's own, shape (n,)."""
    others = margins.copy()
    others[np.arange(len(margins)), own] = -np.inf
    largest = others.max(axis=1, initial=-np.inf)
    with np.errstate(invalid="ignore"):
        return np.asarray(largest + np.log(np.exp(others - largest[:, None]).sum(axis=1)))


@dataclass(frozen=True, slots=True)
class ModelReader:
    """Reads one model format.

    ``sniff(path, head)`` tells from the first bytes (and the suffix where they do not tell)
    whether this reader should speak about the file; ``open(path, trust, task)`` returns a
    :class:`Model` or raises InputTrouble.  ``trust`` is the user's word that a script-carrying
    file may be read.
    """

    suffixes: tuple[str, ...]
    name: str
    sniff: Callable[[Path, bytes], bool]
    open: Callable[[Path, bool, Task], Model]
