"""Reading LightGBM texts: what is said about the inputs, and that damage never gets through."""

import random
import re
import time

import lightgbm
import numpy as np
import pandas as pd
import pytest

from investigators.model import Model
from investigators.read import lightgbm_text
from investigators.read.lightgbm_proof import proof_read
from investigators.read.lightgbm_text import MODEL_READER, model_from_text
from investigators.task import Cancelled, Task
from investigators.trouble import InputTrouble

ROWS = 400
SMALL = {"verbosity": -1, "num_leaves": 5, "min_data_in_leaf": 5, "num_threads": 1}


def rows() -> pd.DataFrame:
    random_ = np.random.default_rng(3)
    table = pd.DataFrame(
        {
            "age": random_.normal(40, 10, ROWS),
            "city": pd.Categorical(random_.choice(["b", "a", "c"], ROWS)),
            "plan": pd.Categorical(random_.integers(1, 5, ROWS)),
            "flag": pd.Categorical(random_.integers(0, 2, ROWS).astype(bool)),
            "always": pd.Categorical(["z"] * ROWS),
            "spend": random_.gamma(2.0, 30.0, ROWS),
        }
    )
    table.loc[random_.random(ROWS) < 0.1, "age"] = np.nan
    return table


def target(table: pd.DataFrame) -> np.ndarray:
    signal = (
        table["age"].fillna(20) / 20
        + (table["city"] == "a") * 2
        + table["plan"].astype(int) / 2
        + table["flag"].astype(bool)
        + table["spend"] / 60
    )
    return (signal > signal.median()).to_numpy().astype(int)


@pytest.fixture(scope="module")
def table() -> pd.DataFrame:
    return rows()


@pytest.fixture(scope="module")
def text(table: pd.DataFrame) -> str:
    data = lightgbm.Dataset(table, target(table))
    return str(lightgbm.train({"objective": "binary", **SMALL}, data, 4).model_to_string())


def read(text: str) -> Model:
    return model_from_text(text, "model.txt", Task())


def trouble(text: str) -> str:
    with pytest.raises(InputTrouble) as caught:
        read(text)
    return caught.value.line()


def test_inputs_are_read_from_the_text(text: str, table: pd.DataFrame) -> None:
    model = read(text)
    inputs = {each.name: each for each in model.inputs}
    assert list(inputs) == list(table.columns)
    assert inputs["age"].kind == "numeric"
    assert inputs["age"].low == table["age"].min()
    assert inputs["age"].high == table["age"].max()
    assert inputs["age"].missing_seen is True
    assert inputs["spend"].missing_seen is False
    assert inputs["spend"].thresholds == tuple(sorted(set(inputs["spend"].thresholds)))
    assert inputs["city"].categories == ("a", "b", "c")
    assert inputs["plan"].categories == (1, 2, 3, 4)
    assert inputs["flag"].categories == (False, True)
    assert inputs["always"].categories == ("z",)
    assert not inputs["always"].used
    assert model.scale == "log-odds"
    assert model.output == "probability"
    assert model.trees == 4
    assert model.categorical_splits


def test_scores_equal_those_of_the_library(text: str, table: pd.DataFrame) -> None:
    booster = lightgbm.Booster(model_str=text)
    model = read(text)
    matrix = model.matrix({name: table[name] for name in table})
    assert np.array_equal(model.raw(matrix), booster.predict(table, raw_score=True))
    assert np.abs(model.outputs(matrix) - booster.predict(table)).max() < 1e-15


def test_category_lists_are_aligned_without_the_training_parameters(text: str) -> None:
    unnamed = re.sub(r"\[categorical_feature: [^\]]*\]", "[categorical_feature: ]", text)
    assert unnamed != text
    # city, plan and flag show their codes; "always" is constant ("none") and takes what is left
    assert read(unnamed).inputs == read(text).inputs


def test_ordered_categories_are_found_by_their_range(table: pd.DataFrame) -> None:
    ordered = table.assign(plan=table["plan"].cat.as_ordered()).drop(columns="always")
    booster = lightgbm.train(
        {"objective": "binary", **SMALL}, lightgbm.Dataset(ordered, target(table)), 4
    )
    model = read(booster.model_to_string())
    assert model.input("plan").categories == (1, 2, 3, 4)
    assert model.input("plan").thresholds
    matrix = model.matrix({name: ordered[name] for name in ordered})
    assert np.array_equal(model.raw(matrix), booster.predict(ordered, raw_score=True))


def test_category_lists_that_cannot_be_told_apart_are_refused(text: str) -> None:
    unnamed = re.sub(r"\[categorical_feature: [^\]]*\]", "[categorical_feature: ]", text)
    head, _, lists = unnamed.rpartition("pandas_categorical:")
    assert "cannot be told apart" in trouble(f'{head}pandas_categorical:[["a", "b", "c"]]\n')
    assert "cannot be told apart" in trouble(f"{head}pandas_categorical:[[1], [2], [3], [4]]\n")
    assert lists.startswith("[[")


def test_integer_codes_without_lists(table: pd.DataFrame) -> None:
    codes = pd.DataFrame({"plan": table["plan"].astype(int), "age": table["age"]})
    data = lightgbm.Dataset(codes, target(table), categorical_feature=["plan"])
    booster = lightgbm.train({"objective": "binary", **SMALL}, data, 4)
    model = read(booster.model_to_string())
    assert model.input("plan").coded
    assert model.input("plan").categories == (1, 2, 3, 4)
    assert any("integer codes" in note for note in model.notes)
    assert model.unseen("plan", [1, 9, None]).tolist() == [False, True, False]


@pytest.mark.parametrize(
    ("objective", "scale", "output"),
    [
        ("regression", "value", "value"),
        ("regression_l1", "value", "value"),
        ("huber", "value", "value"),
        ("quantile", "value", "value"),
        ("mape", "value", "value"),
        ("poisson", "log", "value"),
        ("gamma", "log", "value"),
        ("tweedie", "log", "value"),
        ("cross_entropy", "log-odds", "probability"),
    ],
)
def test_objectives(table: pd.DataFrame, objective: str, scale: str, output: str) -> None:
    part = table[["age", "spend"]]
    wanted = table["spend"] / table["spend"].max()
    booster = lightgbm.train({"objective": objective, **SMALL}, lightgbm.Dataset(part, wanted), 3)
    model = read(booster.model_to_string())
    assert (model.scale, model.output) == (scale, output)
    matrix = model.matrix({name: part[name] for name in part})
    assert np.allclose(model.outputs(matrix), booster.predict(part), rtol=1e-14, atol=0)


@pytest.mark.parametrize(
    "extra",
    [
        {"objective": "binary", "sigmoid": 2.0},
        {"objective": "regression", "reg_sqrt": True},
        {"objective": "binary", "boosting": "rf", "bagging_fraction": 0.5, "bagging_freq": 1},
    ],
)
def test_unusual_links(table: pd.DataFrame, extra: dict[str, object]) -> None:
    part = table[["age", "spend"]]
    data = lightgbm.Dataset(part, target(table))
    booster = lightgbm.train({**SMALL, **extra}, data, 6)
    model = read(booster.model_to_string())
    matrix = model.matrix({name: part[name] for name in part})
    assert np.allclose(model.outputs(matrix), booster.predict(part), rtol=1e-13, atol=1e-300)
    sums = model.contributions(matrix).sum(axis=1)
    assert np.abs(sums - model.raw(matrix)).max() < 1e-12
    assert np.allclose(model.to_raw(model.outputs(matrix)), model.raw(matrix))
    assert model.scale == ("log-odds" if "boosting" in extra else "raw")


def test_linear_trees_are_known(table: pd.DataFrame) -> None:
    part = table[["age", "spend"]]
    data = lightgbm.Dataset(part, table["spend"])
    booster = lightgbm.train({"objective": "regression", "linear_tree": True, **SMALL}, data, 3)
    model = read(booster.model_to_string())
    assert model.linear_tree
    matrix = model.matrix({name: part[name] for name in part})
    assert np.array_equal(model.raw(matrix), booster.predict(part))
    with pytest.raises(ValueError, match="linear trees"):
        model.contributions(matrix)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("objective=binary sigmoid:1", "objective=my_own_loss"),
        ("objective=binary sigmoid:1", "objective=multiclass num_class:1"),
        ("objective=binary sigmoid:1", "objective=binary sigmoid:-1"),
    ],
)
def test_objectives_that_are_not_known_name_those_that_are(text: str, old: str, new: str) -> None:
    assert old in text
    words = trouble(text.replace(old, new))
    assert "line 7" in words
    assert "binary, cross_entropy, regression" in words


def test_byte_order_mark_and_windows_line_ends_are_undone_and_said(
    text: str, table: pd.DataFrame
) -> None:
    model = read("\ufeff" + text.replace("\n", "\r\n"))
    assert model.text == text
    assert len(model.notes) == 2
    assert model.raw(model.matrix({n: table[n] for n in table})).shape == (ROWS,)


def change(text: str, pattern: str, by: str) -> str:
    """Replace once, and keep tree_sizes right so that the fault meant is the one found."""
    changed = re.sub(pattern, by, text, count=1, flags=re.MULTILINE)
    assert changed != text
    start = changed.index("Tree=0")
    body = changed[start : changed.index("end of trees")]
    sizes = [len(part) for part in re.split(r"(?=^Tree=)", body, flags=re.MULTILINE) if part]
    return re.sub(r"tree_sizes=.*", "tree_sizes=" + " ".join(map(str, sizes)), changed)


@pytest.mark.parametrize(
    ("pattern", "by", "words"),
    [
        (r"^tree$", "trees", "line 1: the first line is 'trees'"),
        (r"^version=v4$", "version=v9", "line 2: version is 'v9'"),
        (r"^objective=.*\n", "", "names no objective"),
        (r"^feature_names=age ", "feature_names=", "line 8: feature_names has 5 entries"),
        (r"^feature_names=age city", "feature_names=age age", "an input's name is there twice"),
        (r"^feature_infos=\[", "feature_infos=[x", "line 9: feature_infos of age"),
        (r"^max_feature_idx=5", "max_feature_idx=6", "has 6 entries; expected 7"),
        (r"^num_leaves=5$", "num_leaves=6", "split_feature has 4 entries; expected 5"),
        (r"^num_leaves=5$", "num_leaves=0", "has 0 leaves"),
        (r"^num_leaves=5$", "num_leaves=5\nnum_leaves=5", "num_leaves is given twice"),
        (r"^threshold=\S+", "threshold=1_0", "something that is no number"),
        (r"^threshold=\S+", "threshold=abc", "could not convert string to float: 'abc'"),
        (r"^threshold=\S+", "threshold=53.e0936", "a number beyond all bounds"),
        (r"^left_child=\S+", "left_child=99", "left_child points outside the tree"),
        (r"^left_child=\S+", "left_child=0", "hangs twice"),
        (r"^split_feature=\S+", "split_feature=6", "split_feature holds 6"),
        (r"^decision_type=\S+", "decision_type=64", "decision_type holds 64"),
        (r"^leaf_value=\S+", "leaf_value=nan", "leaf_value holds nan"),
        (r"^leaf_count=.*\n", "", "tree 0 has no leaf_count"),
        (r"^cat_threshold=.*\n", "", "no cat_threshold"),
        (r"^cat_boundaries=0", "cat_boundaries=1", "cat_boundaries do not ascend from 0"),
        (r"^pandas_categorical:\[", "pandas_categorical:[[", "pandas_categorical is no JSON"),
        (r"^pandas_categorical:.*", 'pandas_categorical:{"a": 1}', "no list of category lists"),
        (r"^end of parameters\n", "", "the training parameters do not end"),
    ],
)
def test_each_fault_is_named_with_its_line(text: str, pattern: str, by: str, words: str) -> None:
    found = trouble(change(text, pattern, by))
    assert words in found
    assert re.match(r"model\.txt: line \d+: ", found)


def test_edited_trees_do_not_fit_their_sizes(text: str) -> None:
    longer = re.sub(r"^leaf_value=", "leaf_value= ", text, count=1, flags=re.MULTILINE)
    assert "tree 1 does not begin where tree_sizes says" in trouble(longer)
    fewer = text[: text.index("Tree=3")] + text[text.index("end of trees") :]
    assert "tree 3 does not begin" in trouble(fewer)
    more = text.replace("end of trees", "Tree=4\nend of trees")
    assert "after 4 trees the text goes on otherwise" in trouble(more)


def test_a_text_cut_anywhere_is_refused_or_is_the_whole_model(
    text: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = read(text)
    monkeypatch.setattr(lightgbm_text, "_proof_load", lambda *_, **__: None)
    chance = random.Random(11)
    cuts = {chance.randrange(len(text)) for _ in range(600)}
    cuts |= {place for place, letter in enumerate(text) if letter == "\n"}
    cuts |= {place + 1 for place in tuple(cuts)}
    loaded = set()
    for cut in sorted(cuts - {len(text)}):
        try:
            model = read(text[:cut])
        except InputTrouble:
            continue
        loaded.add(cut)
        same = model.inputs == whole.inputs and model.trees == whole.trees
        # exactly here the text is what LightGBM's command line writes: whole, without lists
        assert same or (text[:cut].endswith("end of parameters\n") and "codes" in model.notes[-1])
    assert loaded == {text.index("end of parameters\n") + 18, len(text) - 1}


def test_random_damage_never_ends_in_anything_but_words(
    text: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(lightgbm_text, "_proof_load", lambda *_, **__: None)
    chance = random.Random(7)
    outcomes = {"refused": 0, "read": 0}
    for _ in range(400):
        at, size = chance.randrange(len(text)), chance.choice([1, 1, 1, 7, 90])
        junk = "".join(
            chance.choice("0189=-. \nTx[]{}é\0") for _ in range(chance.choice([0, 1, 5]))
        )
        try:
            read(text[:at] + junk + text[at + size :])
            outcomes["read"] += 1
        except InputTrouble:
            outcomes["refused"] += 1
    assert outcomes["refused"] > 200  # the rest lies in digits and parameters nobody can check


def test_a_text_that_crashes_the_library_takes_only_the_child_down(
    text: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    proof = proof_read(text, "model.txt", Task())
    monkeypatch.setattr(lightgbm_text, "proof_read", lambda *_: proof)
    words = trouble(text[: text.index("leaf_value", len(text) // 4) + 14])
    assert "a trial load" in words
    assert re.search(r"crashed \(signal \d+\)|ended with status [1-9]", words)


def test_trial_load_is_quick(text: str) -> None:
    spent = []
    for _ in range(5):
        start = time.perf_counter()
        read(text)
        spent.append(time.perf_counter() - start)
    assert min(spent) < 0.5  # 0.05 s on an idle machine; 0.15 is the aim


def test_cancelled(text: str) -> None:
    task = Task()
    task.cancel()
    with pytest.raises(Cancelled):
        model_from_text(text, "model.txt", task)


def test_files_are_told_by_their_beginning(tmp_path: object, text: str) -> None:
    from pathlib import Path

    folder = Path(str(tmp_path))
    sniff = MODEL_READER.sniff
    assert sniff(folder / "noname", text[:64].encode())
    assert sniff(folder / "noname", b"\xef\xbb\xbftree\r\nversion=v4")
    assert sniff(folder / "model.txt", b"")
    assert not sniff(folder / "model.json", b'{"learner":')
    assert not sniff(folder / "model.txt", b"\x80\x05")
    for content, words in (
        (b"", "the file is empty"),
        (b"tree\nversion=v4\n\xff\xfe", "line 3: not UTF-8 text"),
        (b"id,score\n1,2\n", "line 1: the first line is 'id,score'"),
    ):
        (folder / "model.txt").write_bytes(content)
        with pytest.raises(InputTrouble, match=re.escape(words)):
            MODEL_READER.open(folder / "model.txt", False, Task())
    with pytest.raises(InputTrouble, match="No such file"):
        MODEL_READER.open(folder / "none.txt", False, Task())
