"""A column in another writing is read as the model received it, where its scores tell."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from investigators import desk
from investigators.case import Brief
from investigators.evidence import Map
from investigators.model import Model
from investigators.roles.mapping import map_inputs
from investigators.roles.writing import as_received
from investigators.task import Task
from tests.investigators.roles.conftest import Save, labels, shop, trained
from tests.investigators.roles.test_mapping import FEATURES, reasons, scored


def shouted(frame: pd.DataFrame) -> pd.DataFrame:
    return frame.assign(payment_method=frame["payment_method"].astype(str).str.upper())


def given(frame: pd.DataFrame, model: Model) -> np.ndarray:
    """What the model says of these very texts."""
    return model.outputs(model.matrix({name: frame[name].astype(str) for name in FEATURES}))


@pytest.mark.parametrize("off", [0.0, 0.3])
def test_scores_of_unknown_texts_say_that_the_model_got_them_so(
    live: pd.DataFrame, save: Save, model: Model, off: float
) -> None:
    """Also where another fault makes a part of the scores something else."""
    log = shouted(live)
    log["score"] = given(log, model)
    wrong = np.random.default_rng(3).random(len(log)) < off
    log.loc[wrong, "score"] = np.random.default_rng(4).random(int(wrong.sum()))
    table = save(log)
    meant = map_inputs(model, table, Brief())
    found = as_received(meant, model, table, "score", Task())
    assert np.allclose(scored(found, table, model)[~wrong], log["score"][~wrong])
    assert not np.allclose(scored(meant, table, model)[~wrong], log["score"][~wrong])
    assert found.codes == {}
    assert "the logged scores are those of such texts" in reasons(found)["payment_method"]


def test_scores_of_what_is_meant_leave_it_as_meant(
    live: pd.DataFrame, save: Save, model: Model
) -> None:
    table = save(shouted(live))
    meant = map_inputs(model, table, Brief())
    assert as_received(meant, model, table, "score", Task()) == meant


def test_scores_that_follow_from_neither_leave_it_as_meant(
    live: pd.DataFrame, save: Save, model: Model
) -> None:
    log = shouted(live).assign(score=np.random.default_rng(5).random(len(live)))
    table = save(log)
    meant = map_inputs(model, table, Brief())
    assert as_received(meant, model, table, "score", Task()) == meant


def test_an_input_that_is_not_in_the_log_leaves_it_as_meant(
    live: pd.DataFrame, save: Save, model: Model
) -> None:
    log = shouted(live)
    log["score"] = given(log, model)
    table = save(log.drop(columns=["items", "hour_of_day"]))
    meant = map_inputs(model, table, Brief())
    assert meant.as_written
    assert as_received(meant, model, table, "score", Task()) == meant


def test_the_writing_of_a_whole_column_is_a_lead_with_its_repair(
    training: pd.DataFrame, live: pd.DataFrame, tmp_path: Path
) -> None:
    model = trained(training, labels(training, 2), tmp_path, "model")
    log = shouted(live)
    log["score"] = given(log, model)
    log["decision"] = np.where(log["score"] >= 0.2, "review", "accept")
    log.to_csv(tmp_path / "log.csv", index=False)
    shop(3_000, 1).to_csv(tmp_path / "training.csv", index=False)
    row = int(np.flatnonzero(live["payment_method"] == "invoice")[0])
    (tmp_path / "case.toml").write_text(
        f'decision = "{live["order_id"][row]}"\n'
        '[model]\nfile = "model.txt"\nthreshold = 0.2\nabove = "review"\nbelow = "accept"\n'
        'adverse = "review"\n[log]\nfile = "log.csv"\n[reference]\nfile = "training.csv"\n',
        encoding="utf-8",
    )
    with desk.open_case(tmp_path / "case.toml") as opened:
        found = opened.investigate()
    lead = found.leads[0]
    assert lead.cause == "input-unseen-value"
    assert lead.features == ("payment_method",)
    assert isinstance(lead.transform, Map)
    assert set(lead.transform.pairs) == {
        ("CARD", "card"), ("INVOICE", "invoice"), ("PAYPAL", "paypal"),
    }  # fmt: skip
