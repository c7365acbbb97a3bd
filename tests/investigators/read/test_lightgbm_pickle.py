"""Models inside pickles: never opened unasked, read apart, and their way in told."""

import pickle
import re
from pathlib import Path

import joblib
import lightgbm
import numpy as np
import pandas as pd
import pytest
from sklearn.pipeline import Pipeline
from sklearn.preprocessing import StandardScaler

from investigators.read import lightgbm_pickle
from investigators.read.lightgbm_pickle import MODEL_READER
from investigators.task import Task
from investigators.trouble import InputTrouble

SMALL = {"verbosity": -1, "n_estimators": 3, "num_leaves": 4, "n_jobs": 1}


@pytest.fixture(scope="module")
def table() -> pd.DataFrame:
    chance = np.random.default_rng(5)
    city = pd.Categorical(chance.choice(["a", "b"], 200))
    return pd.DataFrame({"x": chance.normal(size=200), "city": city})


@pytest.fixture(scope="module")
def classifier(table: pd.DataFrame) -> lightgbm.LGBMClassifier:
    wanted = np.where(table["x"] + (table["city"] == "a") > 0.5, "refuse", "accept")
    return lightgbm.LGBMClassifier(**SMALL).fit(table, wanted)


def test_wrapper_pipeline_and_bare_booster_give_the_same_model(
    tmp_path: Path, table: pd.DataFrame, classifier: lightgbm.LGBMClassifier
) -> None:
    text = classifier.booster_.model_to_string()
    inner = Pipeline([("keep", "passthrough"), ("model", classifier)])
    files = {"a.joblib": classifier, "b.pkl": classifier.booster_, "c.pickle": inner}
    for name, thing in files.items():
        if name.endswith("joblib"):
            joblib.dump(thing, tmp_path / name, compress=3)
        else:
            (tmp_path / name).write_bytes(pickle.dumps(thing))
    wrapper, booster, pipeline = (
        MODEL_READER.open(tmp_path / name, True, Task()) for name in files
    )
    assert wrapper.inputs == booster.inputs == pipeline.inputs
    assert wrapper.text == text
    rows = wrapper.matrix({name: table[name] for name in table})
    assert np.abs(wrapper.outputs(rows) - classifier.predict_proba(table)[:, 1]).max() < 1e-15
    assert wrapper.notes == (
        "inside the file: LGBMClassifier",
        "the score is for class refuse (against accept)",
    )
    assert booster.notes == ("inside the file: Booster",)
    assert "last step of a Pipeline whose earlier steps pass the inputs through" in pipeline.notes


def test_nested_pipelines_tell_the_steps_that_change_inputs(
    tmp_path: Path, table: pd.DataFrame
) -> None:
    inner = Pipeline([("scale", StandardScaler()), ("model", lightgbm.LGBMRegressor(**SMALL))])
    outer = Pipeline([("first", StandardScaler()), ("rest", inner)])
    outer.fit(table[["x"]].to_numpy(), table["x"])
    joblib.dump(outer, tmp_path / "model.joblib")
    model = MODEL_READER.open(tmp_path / "model.joblib", True, Task())
    assert model.output == "value"
    assert model.inputs[0].name == "Column_0"
    assert model.notes[0] == "inside the file: Pipeline > Pipeline > LGBMRegressor"
    assert "2 earlier steps change the inputs" in model.notes[1]
    assert "first (StandardScaler), scale (StandardScaler)" in model.notes[1]


class Script:
    """A pickle that writes a file when it is read."""

    def __init__(self, target: Path) -> None:
        self.target = target

    def __reduce__(self) -> tuple[object, tuple[str]]:
        return eval, (f"open({str(self.target)!r}, 'w').write('ran')",)


def test_a_script_is_not_run_without_trust(tmp_path: Path) -> None:
    path = tmp_path / "model.pkl"
    path.write_bytes(pickle.dumps(Script(tmp_path / "ran")))
    with pytest.raises(InputTrouble) as caught:
        MODEL_READER.open(path, False, Task())
    assert "--trust-model" in caught.value.line()
    assert not (tmp_path / "ran").exists()
    # the same file does run with trust, so the test above can fail
    with pytest.raises(InputTrouble, match=r"it holds builtins\.int, not a Booster"):
        MODEL_READER.open(path, True, Task())
    assert (tmp_path / "ran").exists()


class Exit:
    def __reduce__(self) -> tuple[object, tuple[int]]:
        import os

        return os._exit, (0,)


class Noise:
    def __reduce__(self) -> tuple[object, tuple[str]]:
        return exec, ("import sys; print('NOISE'); sys.stderr.write('NOISE'); raise OSError('N')",)


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (pickle.dumps(Exit()), "reading it ended with status 0"),
        (pickle.dumps(Noise()), "reading it failed with OSError"),
        (pickle.dumps({"a": 1}), "it holds builtins.dict, not a Booster"),
        (pickle.dumps([1, 2])[:5], "reading it failed with"),
        (b"no pickle at all", "reading it failed with"),
        (
            pickle.dumps(Script(Path("x"))).replace(b"builtins", b"nosuchmo"),
            "it needs the Python module nosuchmo, which is not installed",
        ),
    ],
)
def test_what_goes_wrong_inside_comes_out_as_words(
    tmp_path: Path, content: bytes, words: str, capfd: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "model.pkl"
    path.write_bytes(content)
    with pytest.raises(InputTrouble, match=re.escape(words)) as caught:
        MODEL_READER.open(path, True, Task())
    assert "NOISE" not in caught.value.line()
    assert capfd.readouterr() == ("", "")


class Forever:
    def __reduce__(self) -> tuple[object, tuple[str]]:
        return exec, ("while True: pass",)


def test_a_script_that_never_ends_is_ended(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "model.pkl"
    path.write_bytes(pickle.dumps(Forever()))
    monkeypatch.setattr(lightgbm_pickle, "_SECONDS", 0.1)
    with pytest.raises(InputTrouble, match="did not end in time"):
        MODEL_READER.open(path, True, Task())


def test_files_are_told_by_their_beginning(tmp_path: Path) -> None:
    sniff = MODEL_READER.sniff
    assert sniff(tmp_path / "model", pickle.dumps([1]))
    assert sniff(tmp_path / "model.joblib", b"x\x9c")
    assert not sniff(tmp_path / "model.pkl", b"tree\nversion=v4")
    assert not sniff(tmp_path / "model.txt", b"tree\nversion=v4")
    (tmp_path / "model.pkl").touch()
    with pytest.raises(InputTrouble, match="missing or empty"):
        MODEL_READER.open(tmp_path / "model.pkl", True, Task())
