"""Whole investigations whose UI events hold lists of boxes: whose box it was, and what is cut."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from investigators.cli import DONE, main

N = 400


def write(folder: Path, seed: int, form: str) -> list[str]:
    """Each page has a box of this model with two items, and one of another component."""
    random = np.random.default_rng(seed)
    score = random.uniform(0, 1, N).round(4)
    time = pd.Timestamp("2026-03-02T08:00:00Z") + pd.to_timedelta(np.arange(N), unit="min")
    log = pd.DataFrame({"id": [f"rq-{k}" for k in range(N)], "time": time, "score": score})
    log["user_id"] = [f"u{k}" for k in random.integers(0, 90, N)]
    log["decision"] = np.where(score >= 0.5, "refuse", "accept")
    log.to_csv(folder / "log.csv", index=False)
    lines = []
    for k in range(N):
        items = [{"id": f"it{i}", "pos": p} for p, i in enumerate(random.integers(0, 50, 2))]
        boxes: list[dict[str, Any]] = [
            {"component": "risk", "title": "For you", "position": 1, "request_id": f"rq-{k}",
             "items": items},
            {"component": "last_seen", "title": "Last seen", "position": 2, "request_id": None,
             "items": [{"id": "it99", "pos": 0}]},
        ]  # fmt: skip
        own = {"event_id": f"p{k}", "ts": (time[k] + pd.Timedelta("1s")).isoformat(),
               "user": {"id": log["user_id"][k]}}  # fmt: skip
        payload: Any = {"session": f"s{k}", "boxes": boxes}
        lines.append(own | {"payload": json.dumps(payload) if form == "text" else payload})
    text = "".join(json.dumps(line) + "\n" for line in lines)
    if form == "cut":
        text = "".join(
            json.dumps(line | {"payload": json.dumps(line["payload"])[:150]}) + "\n"
            for line in lines
        )
    (folder / "ui.jsonl").write_text(text, "utf-8")
    return ["--log", str(folder / "log.csv"), "--ui-events", str(folder / "ui.jsonl"),
            "--threshold", "0.5", "--above", "refuse", "--below", "accept"]  # fmt: skip


def findings(folder: Path, given: list[str], decision: str) -> dict[str, Any]:
    out = folder / "out"
    command = ["investigate", *given, "--decision", decision, "--out", str(out), "--quiet"]
    assert main([*command, "--format", "md"]) == DONE
    found: dict[str, Any] = json.loads((out / "findings.json").read_text("utf-8"))
    return {f["id"]: f for f in found["findings"]} | {"all": found}


@pytest.mark.parametrize("form", ["lists", "text"])
@pytest.mark.parametrize("seed", [3, 4])
def test_the_box_of_a_list_is_told(tmp_path: Path, seed: int, form: str) -> None:
    given = write(tmp_path, seed, form)
    found = findings(tmp_path, given, "p7#3")
    box = found["ui_context.component"]
    assert box["verdict"] == "supports"
    assert (
        "the item it99 is none of the 2 that this model showed in the same session"
        in (found["all"]["leads"][0]["corroborations"])
    )
    own = findings(tmp_path, given, "rq-7")
    assert own["ui_context.component"]["verdict"] == "speaks against"
    assert own["ui_context.shown"]["verdict"] == "speaks against"
    assert own["ui_context.funnel"]["verdict"] == "speaks against"


def test_a_list_that_is_cut_is_named(tmp_path: Path) -> None:
    given = write(tmp_path, 5, "cut")
    found = findings(tmp_path, given, "rq-7")
    for check in ("shown", "funnel", "rendering"):
        words = found[f"ui_context.{check}"]["sentence"]
        assert "Column payload holds JSON that cannot be taken apart: 400 of 400 values" in words
