"""Reads a LightGBM model text (``Booster.save_model``): proof-read, proof-loaded, then used."""

from __future__ import annotations

import importlib.util
from pathlib import Path

from investigators.child import run_script
from investigators.model import Model, ModelReader
from investigators.read import proof_load
from investigators.read.lightgbm_inputs import inputs_of
from investigators.read.lightgbm_proof import CATEGORICAL, ProofRead, proof_read
from investigators.task import Task
from investigators.trouble import InputTrouble

# objective -> (scale of the raw score, what it outputs, link)
_OBJECTIVES = {
    "binary": ("log-odds", "probability", "sigmoid"),
    "cross_entropy": ("log-odds", "probability", "sigmoid"),
    "regression": ("value", "value", "identity"),
    "regression_l1": ("value", "value", "identity"),
    "huber": ("value", "value", "identity"),
    "fair": ("value", "value", "identity"),
    "quantile": ("value", "value", "identity"),
    "mape": ("value", "value", "identity"),
    "poisson": ("log", "value", "exp"),
    "gamma": ("log", "value", "exp"),
    "tweedie": ("log", "value", "exp"),
    "cross_entropy_lambda": ("raw", "value", "softplus"),
    "multiclass": ("log-odds", "probability", "sigmoid"),
    "multiclassova": ("log-odds", "probability", "sigmoid"),
    "lambdarank": ("raw", "value", "identity"),
    "rank_xendcg": ("raw", "value", "identity"),
}
_CLASSES = ("multiclass", "multiclassova")
_NEEDLESS = ("num_class",)  # settings that the header holds too
_SUFFIXES = (".txt", ".lgb", ".lgbm", ".lightgbm", ".model")
_PROOF_SECONDS = 60.0
_BOM = "\ufeff"


def model_from_text(
    text: str, name: str, task: Task, notes: tuple[str, ...] = (), classes: tuple[str, ...] = ()
) -> Model:
    """Make a :class:`Model` of a model text after proof-reading and proof-loading it.

    ``classes`` names the classes where the file around the text does; the text numbers them.

    Raises:
        InputTrouble: the text is damaged, of another kind, or has an objective not supported.
        Cancelled: when the task was cancelled.
    """
    text, mended = _line_ends(text)
    proof = proof_read(text, name, task)
    objective, sigmoid, root = _objective(proof, name)
    scale, output, link = _OBJECTIVES[objective]
    if sigmoid != 1.0:
        scale = "raw"
    if root:
        scale, link = "raw", "signed square"
    numbered = tuple(map(str, range(proof.classes))) if objective in _CLASSES else ()
    inputs = inputs_of(proof, name)
    _proof_load(text, name, (len(inputs), proof.classes), task, linear=proof.linear_tree)
    coded = [each.name for each in inputs if each.coded]
    if coded:
        mended += (f"no category names in the file: {', '.join(coded)} take integer codes",)
    return Model(
        name=name,
        objective=objective,
        inputs=inputs,
        trees=proof.trees,
        text=text,
        scale=scale,  # type: ignore[arg-type]
        output=output,  # type: ignore[arg-type]
        link=link,  # type: ignore[arg-type]
        sigmoid=sigmoid,
        average_output=proof.average_output,
        linear_tree=proof.linear_tree,
        categorical_splits=bool((proof.splits.decision & CATEGORICAL).any()),
        notes=notes + mended,
        classes=classes if len(classes) == len(numbered) else numbered,
        softmax=objective == "multiclass",
    )


def _line_ends(text: str) -> tuple[str, tuple[str, ...]]:
    """Undo what editors and transfers do to a text file; ``tree_sizes`` counts bytes without it."""
    notes: tuple[str, ...] = ()
    if text.startswith(_BOM):
        text, notes = text[len(_BOM) :], ("the file began with a byte order mark",)
    if "\r\n" in text:
        text = text.replace("\r\n", "\n")
        notes += ("the file had Windows line ends; read as LightGBM wrote it",)
    return text, notes


def _objective(proof: ProofRead, name: str) -> tuple[str, float, bool]:
    """Return objective, factor of the sigmoid, and whether the target's root was learnt."""
    word, *settings = proof.objective or ("",)
    sigmoid, root, odd = 1.0, False, word not in _OBJECTIVES
    for setting in settings:
        key, _, value = setting.partition(":")
        if key == "sigmoid":
            try:
                sigmoid = float(value)
            except ValueError:
                odd = True
            odd = odd or not 0 < sigmoid < float("inf")
        elif setting == "sqrt":
            root = True
        elif key in _NEEDLESS:
            continue
        else:
            odd = True
    several = proof.classes > 1
    if odd or several != (word in _CLASSES):
        raise InputTrouble(
            name,
            f"objective {' '.join(proof.objective)!r} "
            + (f"with {proof.classes} scores a row " if several else "")
            + "is not supported",
            place=f"line {proof.objective_line + 1}",
            expected=f"one of LightGBM's own: {', '.join(_OBJECTIVES)}",
            mend="train it again with one of these; a score made by code of your own is not known",
        )
    return word, sigmoid, root


def _library() -> Path | None:
    """Where LightGBM's C library lies, found without importing the package."""
    spec = importlib.util.find_spec("lightgbm")
    folders = spec.submodule_search_locations if spec else None
    for folder in folders or ():
        for file in ("lib_lightgbm.so", "lib_lightgbm.dylib", "lib_lightgbm.dll"):
            for path in (Path(folder) / "lib" / file, Path(folder) / "bin" / file):
                if path.is_file():
                    return path
    return None


def _proof_load(text: str, name: str, size: tuple[int, int], task: Task, *, linear: bool) -> None:
    """Let a child process load the text and score two rows; only then may ours do it."""
    library = _library()
    if library is None:
        raise InputTrouble(name, "LightGBM's library was not found", mend="install lightgbm again")
    ended = run_script(
        Path(proof_load.__file__),
        (str(library), str(size[0]), str(int(not linear)), str(size[1])),
        text.encode(),
        task,
        seconds=_PROOF_SECONDS,
        bare=True,
    )
    if ended.code != 0:
        raise InputTrouble(
            name,
            f"LightGBM itself cannot use this text: a trial load {ended.words}",
            expected="a model text as Booster.save_model writes it",
            mend="save or copy the model file again"
            if ended.code is not None
            else "try again when this machine is less busy, or save the model file again",
        )


def _sniff(path: Path, head: bytes) -> bool:
    """Begins like a model text, or has a suffix of one and no other reader's beginning."""
    start = head.removeprefix(_BOM.encode())
    if start.startswith((b"tree\n", b"tree\r\n")):
        return True
    return path.suffix.lower() in _SUFFIXES and not start.startswith((b"\x80", b"{", b"PK"))


def _open(path: Path, trust: bool, task: Task) -> Model:  # noqa: ARG001, FBT001 - a text needs no trust
    try:
        text = path.read_bytes().decode()
    except OSError as error:
        raise InputTrouble(path.name, error.strerror or "cannot be read") from error
    except UnicodeDecodeError as error:
        line = path.read_bytes()[: error.start].count(b"\n") + 1
        raise InputTrouble(
            path.name,
            "not UTF-8 text",
            place=f"line {line}",
            expected="a LightGBM model text, or a pickle with suffix .pkl or .joblib",
            mend="save the model again with Booster.save_model",
        ) from error
    if not text.strip():
        raise InputTrouble(path.name, "the file is empty", expected="a LightGBM model text")
    return model_from_text(text, path.name, task)


MODEL_READER = ModelReader(suffixes=_SUFFIXES, name="LightGBM text", sniff=_sniff, open=_open)
