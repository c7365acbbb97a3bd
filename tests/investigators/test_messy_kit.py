"""The messy-bank kit: an export nobody would wish for, and the same story in it."""

from __future__ import annotations

import importlib
import json
from pathlib import Path
from typing import Any

import joblib
import lightgbm
import numpy as np
import pandas as pd
import pytest

from investigators.resources import room


@pytest.fixture(scope="module")
def kit(tmp_path_factory: pytest.TempPathFactory) -> Any:
    with pytest.MonkeyPatch.context() as patch:
        patch.syspath_prepend(room("sample_data"))
        make_messy = importlib.import_module("make_messy").make_messy
        return make_messy(tmp_path_factory.mktemp("messy"))


@pytest.fixture(scope="module")
def truth(kit: Any) -> dict[str, Any]:
    stated: dict[str, Any] = json.loads(kit.truth.read_text())
    return stated


@pytest.fixture(scope="module")
def log(kit: Any) -> pd.DataFrame:
    return pd.read_csv(kit.log, sep=";", decimal=",", encoding="cp1252", dtype={"APP_VERSION": str})


def test_the_files_are_as_promised(kit: Any) -> None:
    head = kit.log.read_bytes()[:200_000]
    with pytest.raises(UnicodeDecodeError):
        head.decode("utf-8")
    text = head.decode("cp1252")
    assert "Österreich" in text
    assert "Köln" in text
    columns = text.splitlines()[0].split(";")
    assert columns == [name.upper() for name in columns]
    assert ";12.04.2026 00:" in text.splitlines()[1]
    assert "." not in text.splitlines()[1].split(";", 8)[8]
    reference = kit.reference.read_text(encoding="cp1252").splitlines()
    assert reference[0].startswith("CREATED;CUSTOMER;FORM_FILL_TIME;")
    assert reference[0].endswith(";CHARGED_BACK")


def test_the_model_knows_no_names(kit: Any, truth: dict[str, Any]) -> None:
    model = joblib.load(kit.model)
    assert isinstance(model, lightgbm.LGBMClassifier)
    assert model.booster_.feature_name() == [f"Column_{k}" for k in range(14)]
    assert truth["input"] == "Column_0"
    assert model.booster_.pandas_categorical is None


def test_the_log_gives_the_scores_in_percent(
    kit: Any, log: pd.DataFrame, truth: dict[str, Any]
) -> None:
    order = [truth["log_columns"][f"Column_{k}"] for k in range(14)]
    places = [list(log.columns).index(name) for name in order]
    assert places != sorted(places)
    model = joblib.load(kit.model).booster_
    outputs = 100 * model.predict(log[order].to_numpy(dtype=float), num_threads=1)
    assert np.abs(outputs - log["SCORE"]).max() <= 0.05 + 1e-9
    assert ((log["SCORE"] >= 20) == (log["RESULT"] == "review")).all()


def test_the_story_stands(kit: Any, log: pd.DataFrame, truth: dict[str, Any]) -> None:
    mine = log[log["APP_VERSION"] == "4.8.1"]
    assert len(log) == truth["rows"] >= 80_000
    assert len(mine) == truth["rows_in_scope"]
    assert (mine["F_FORM_FILL_TIME"] > 0).sum() == truth["rows_changed"]
    order = [truth["log_columns"][f"Column_{k}"] for k in range(14)]
    repaired = mine.assign(F_FORM_FILL_TIME=mine["F_FORM_FILL_TIME"] / 1000)
    model = joblib.load(kit.model).booster_
    after = 100 * model.predict(repaired[order].to_numpy(dtype=float), num_threads=1)
    released = ((mine["SCORE"] >= 20) & (after < 20)).sum()
    assert released == pytest.approx(truth["from_adverse"], rel=0.01)
    picked = (mine["ORDER_NO"] == truth["decision"]).to_numpy()
    assert mine["SCORE"][picked].item() == truth["this_score"] >= 20
    assert after[picked].item() == pytest.approx(truth["repaired_score"], abs=0.1)
    moments = pd.to_datetime(log["CREATED"], format="%d.%m.%Y %H:%M:%S")
    assert moments[mine.index[0]].isoformat() == truth["onset"]["latest"]
    assert moments[mine.index[0] - 1].isoformat() == truth["onset"]["earliest"]


def test_the_extracts_are_rows_of_the_log(kit: Any, truth: dict[str, Any]) -> None:
    everything = Path(kit.log).read_bytes().splitlines()
    for path, rows in ((kit.one_row, 1), (kit.thirty_rows, 30)):
        lines = path.read_bytes().splitlines()
        assert len(lines) == rows + 1
        assert lines[0] == everything[0]
        assert set(lines) <= set(everything)
        assert any(line.startswith(truth["decision"].encode() + b";") for line in lines)
