"""What one drift tool says of pairs of tables; run by ``peers.py`` with that tool's own Python.

``python peer_drift.py NAME OUT JOB...``; a job is a folder with ``peer.json``: the names of the
files ``reference`` and ``live``, of the columns ``numbers`` and ``categories`` to compare, and
``whole``, whether to ask also for what a tool says of all columns together (it flags none of them).
OUT gets one JSON object per job: seconds, flagged columns with their figure, what else it said.
Only the tool, pandas and the standard library are imported here.
"""

from __future__ import annotations

import io
import json
import os
import sys
import time
import warnings
from contextlib import redirect_stderr
from importlib import import_module
from importlib.metadata import version
from pathlib import Path
from typing import Any

import pandas as pd


def evidently(reference: pd.DataFrame, live: pd.DataFrame, job: dict[str, Any]) -> dict[str, Any]:
    """The data drift preset with its defaults; a column is flagged on its side of its threshold."""
    from evidently import DataDefinition, Dataset, Report
    from evidently.presets import DataDriftPreset

    about = DataDefinition(numerical_columns=job["numbers"], categorical_columns=job["categories"])
    done = Report([DataDriftPreset()]).run(
        Dataset.from_pandas(live, data_definition=about),
        Dataset.from_pandas(reference, data_definition=about),
    )
    flagged, methods, count = {}, set(), None
    for metric in done.dict()["metrics"]:
        about_it, value = metric["config"], metric["value"]
        if about_it["type"].endswith("DriftedColumnsCount"):
            count = int(value["count"])
            continue
        methods.add(f"{about_it['method']}, {about_it['threshold']}")
        # a p-value alarms when it is small, a distance when it is large
        small = "p_value" in about_it["method"]
        if (value < about_it["threshold"]) if small else (value >= about_it["threshold"]):
            flagged[about_it["column"]] = float(value)
    if count != len(flagged):
        raise SystemExit(f"it counts {count} drifted columns, read were {sorted(flagged)}")
    return {"flagged": flagged, "methods": sorted(methods), "other": []}


def deepchecks(reference: pd.DataFrame, live: pd.DataFrame, job: dict[str, Any]) -> dict[str, Any]:
    """The train-test validation suite with its defaults; flagged: drift or a new category."""
    from deepchecks.tabular import Dataset
    from deepchecks.tabular.suites import train_test_validation

    pair = [
        Dataset(table, cat_features=job["categories"], features=list(table.columns))
        for table in (reference, live)
    ]
    suite = train_test_validation()
    for place, check in list(suite.checks.items()):
        if type(check).__name__ == "MultivariateDrift" and not job.get("whole"):
            suite.remove(place)
    done = suite.run(*pair, with_display=False)
    flagged, methods, other = {}, set(), []
    for result in done.results:
        name = type(result.check).__name__
        if type(result).__name__ == "CheckFailure":
            other.append(f"{name} not run: {str(result.exception)[:90]}")
            continue
        if name == "FeatureDrift":
            for column, found in result.value.items():
                methods.add(f"{found['Method']}, 0.2")
                # the suite's own condition: a score below 0.2 passes, for numbers and categories
                if found["Drift score"] is not None and found["Drift score"] >= 0.2:
                    flagged[column] = float(found["Drift score"])
        elif name == "NewCategoryTrainTest":
            ratios = result.value["Ratio of New Categories"]
            for column, ratio in ratios[ratios > 0].items():
                flagged.setdefault(str(column), float(ratio))
        other += [
            f"{name}: {condition.details}"
            for condition in result.conditions_results
            if condition.category.value != "PASS"
        ]
    return {"flagged": flagged, "methods": sorted(methods), "other": other}


def main() -> None:
    """Do every job; what the tool prints or warns of is not of interest here."""
    warnings.simplefilter("ignore")
    name, out, *folders = sys.argv[1:]
    tool = {"evidently": evidently, "deepchecks": deepchecks}[name]
    # imported before the clock of the first job starts
    import_module(
        {"evidently": "evidently.presets", "deepchecks": "deepchecks.tabular.suites"}[name]
    )
    with Path(out).open("w", encoding="utf-8") as stream:
        for folder in map(Path, folders):
            about = json.loads((folder / "peer.json").read_text(encoding="utf-8"))
            columns = [*about["numbers"], *about["categories"]]
            started, cpu = time.perf_counter(), sum(os.times()[:4])
            tables = [
                pd.read_parquet(folder / about[which], columns=columns)
                for which in ("reference", "live")
            ]
            with redirect_stderr(io.StringIO()):  # bars of progress
                said = tool(*tables, about)
            said |= {
                "job": folder.name,
                "version": version(name),
                "seconds": time.perf_counter() - started,
                "cpu": sum(os.times()[:4]) - cpu,
            }
            stream.write(json.dumps(said) + "\n")
            stream.flush()


if __name__ == "__main__":
    main()
