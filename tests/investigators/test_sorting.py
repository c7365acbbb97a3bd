"""Loose files to roles: whatever their order and with whatever names, and never two of a kind."""

from __future__ import annotations

import importlib
import random
import shutil
import tomllib
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from investigators import desk
from investigators.case import Brief
from investigators.resources import room
from investigators.sorting import Sorted, sort_files
from investigators.task import Cancelled, Task
from investigators.trouble import InputTrouble
from tests.investigators import parcels

SEVERAL = ("ui_events", "lookup")


def _wanted(case: Path) -> dict[str, set[str]]:
    """The files of a ``case.toml`` by role."""
    found: dict[str, set[str]] = {}
    for role, value in tomllib.loads(case.read_text(encoding="utf-8")).items():
        if role == "evidence":
            found["screenshot"] = {value["screenshot"]}
            continue
        for each in value if isinstance(value, list) else [value]:
            if isinstance(each, dict) and "file" in each:
                found.setdefault(role, set()).add(Path(each["file"]).name)
    return found


def _roles(found: Sequence[Sorted], back: dict[str, str]) -> dict[str, set[str]]:
    made: dict[str, set[str]] = {}
    for each in found:
        if each.role is not None:
            path = Path(each.place.path)
            name = back.get(path.name, path.name)
            table = f"::{each.place.table}" if each.place.table else ""
            made.setdefault(each.role, set()).add(name + table)
    return made


def _sort(paths: Sequence[Path], back: dict[str, str] | None = None) -> dict[str, set[str]]:
    found = sort_files([str(path) for path in paths])
    for each in found:
        assert each.reason, each
    for role in {each.role for each in found if each.role not in (None, *SEVERAL)}:
        assert sum(each.role == role for each in found) == 1, role
    return _roles(found, back or {})


@pytest.mark.parametrize("name", desk.samples())
def test_the_files_of_a_sample_are_sorted_in_any_order(name: str) -> None:
    case = desk.sample(name)
    wanted = _wanted(case)
    files = sorted({file.partition("::")[0] for group in wanted.values() for file in group})
    model = room("sample_models") / name / "model.txt"
    for seed in range(2):
        random.Random(seed).shuffle(files)
        paths = [model if file == model.name else case.parent / file for file in files]
        assert _sort(paths) == wanted, files


@pytest.mark.parametrize("seed", range(4))
def test_order_and_names_do_not_matter_where_content_tells(tmp_path: Path, seed: int) -> None:
    """Model, log, training, dictionary and events are known by what is in them."""
    made = parcels.write(tmp_path / "in", events=True)
    wanted = {
        "model": {"model.txt"}, "log": {"log.csv"}, "reference": {"training.csv"},
        "features": {"features.yaml"}, "ui_events": {"events.csv"}, "releases": {"releases.csv"},
    }  # fmt: skip
    files = [next(iter(names)) for names in wanted.values()]
    chance = random.Random(seed)
    chance.shuffle(files)
    back, paths = {}, []
    for at, file in enumerate(files):
        path = tmp_path / f"{chance.choice(['a', 'zz', 'x y'])}{at}{Path(file).suffix}"
        shutil.copy(made.path(file), path)
        back[path.name] = file
        paths.append(path)
    assert _sort(paths, back) == wanted


def test_misleading_names_do_not_matter(tmp_path: Path) -> None:
    made = parcels.write(tmp_path / "in")
    names = {"log.csv": "training.csv", "training.csv": "live_log.csv", "model.txt": "labels.txt"}
    paths = []
    for file, name in names.items():
        shutil.copy(made.path(file), tmp_path / name)
        paths.append(tmp_path / name)
    back = {name: file for file, name in names.items()}
    found = _sort(paths, back)
    assert found == {"model": {"model.txt"}, "log": {"log.csv"}, "reference": {"training.csv"}}


@pytest.mark.parametrize(
    ("name", "text", "role"),
    [
        ("a.yaml", "cuts: [0.2]\nlabels: [accept, review]\n", "policy"),
        ("a.json", '{"threshold": 0.2, "above": "review", "below": "accept"}', "policy"),
        ("features.md", "# Rule\n\n- below 0.2: accept\n- otherwise: review\n", "policy"),
        ("a.md", "|name|unit|\n|-|-|\n|basket|EUR|\n", "features"),
        ("policy.yml", "models: [{name: m, columns: [{name: basket}]}]\n", "features"),
        ("rule.json", '{"a": "' + 1_000_000 * "x" + '"}', "features"),
    ],
)  # fmt: skip
def test_a_rule_is_told_from_a_dictionary(tmp_path: Path, name: str, text: str, role: str) -> None:
    (tmp_path / name).write_text(text)
    (found,) = sort_files([str(tmp_path / name)])
    assert found.role == role


def test_a_file_added_to_a_log_is_not_made_the_log(tmp_path: Path) -> None:
    made = parcels.write(tmp_path / "in")
    alone = sort_files([made.path("training.csv")])
    beside = sort_files([made.path("training.csv")], taken=("log",))
    assert [each.role for each in (*alone, *beside)] == ["log", "reference"]


def test_what_was_sorted_opens(tmp_path: Path) -> None:
    made = parcels.write(tmp_path / "in")
    paths = [made.path(n) for n in ("training.csv", "outcomes.csv", "log.csv", "model.txt")]
    found = sort_files(paths)
    assert [each.place.path for each in found] == paths, "in the order they were given"
    brief = Brief(sources={each.role: (each.place,) for each in found if each.role})
    with desk.open_case(brief) as opened:
        assert opened.view.model is not None
        assert opened.view.log is not None
        assert opened.view.log.rows == parcels.LIVE
        assert opened.view.reference is not None


@pytest.fixture(scope="module")
def kit(tmp_path_factory: pytest.TempPathFactory) -> Any:
    with pytest.MonkeyPatch.context() as patch:
        patch.syspath_prepend(room("sample_data"))
        make_messy = importlib.import_module("make_messy").make_messy
        return make_messy(tmp_path_factory.mktemp("messy"))


@pytest.mark.parametrize("seed", range(2))
def test_the_messy_kit(kit: Any, seed: int) -> None:
    """A pickle tells no input before somebody trusts it: names and scores have to do."""
    paths = [Path(kit.model), Path(kit.log), Path(kit.reference)]
    random.Random(seed).shuffle(paths)
    assert _sort(paths) == {
        "model": {Path(kit.model).name},
        "log": {Path(kit.log).name},
        "reference": {Path(kit.reference).name},
    }


@pytest.mark.parametrize("names", [("one.csv", "two.csv"), ("two.csv", "one.csv")])
def test_the_messy_kit_without_names(kit: Any, tmp_path: Path, names: tuple[str, str]) -> None:
    """The log is the one with a score or a decision in it, however many columns training has."""
    paths = [tmp_path / "m.joblib", *(tmp_path / name for name in names)]
    for source, path in zip((kit.model, kit.log, kit.reference), paths, strict=True):
        shutil.copy(source, path)
    found = _sort(sorted(paths))
    assert found["log"] == {names[0]}
    assert found["model"] == {"m.joblib"}
    assert found.get("reference", {names[1]}) == {names[1]}


def test_two_logs_are_not_taken_for_one(tmp_path: Path) -> None:
    made = parcels.write(tmp_path / "in")
    shutil.copy(made.path("log.csv"), tmp_path / "second.csv")
    found = sort_files([made.path("model.txt"), made.path("log.csv"), str(tmp_path / "second.csv")])
    assert [each.role for each in found] == ["model", "log", None]
    assert "another file is the log already" in found[2].reason


def test_a_file_given_twice_is_sorted_once(tmp_path: Path) -> None:
    made = parcels.write(tmp_path / "in")
    found = sort_files([made.path("model.txt"), made.path("log.csv"), made.path("log.csv")])
    assert [each.role for each in found if each.role] == ["model", "log"]


def test_a_picture_and_a_pickle_need_no_reading(tmp_path: Path) -> None:
    for name in ("a.PNG", "b.pkl"):
        (tmp_path / name).write_bytes(b"whatever")
    picture, pickle = sort_files([str(tmp_path / "a.PNG"), str(tmp_path / "b.pkl")])
    assert (picture.role, pickle.role) == ("screenshot", "model")
    assert "only with your word" in pickle.reason


@pytest.mark.parametrize("name", ["gone.csv", "gone.png", "gone.pkl", "gone.txt"])
def test_a_file_that_is_not_there_is_said(tmp_path: Path, name: str) -> None:
    with pytest.raises(InputTrouble, match=f"{name}.*no such file"):
        sort_files([str(tmp_path / name)])


def test_one_file_that_cannot_be_read_names_itself(tmp_path: Path) -> None:
    made = parcels.write(tmp_path / "in")
    (tmp_path / "broken.parquet").write_bytes(b"PAR1 and nothing more")
    with pytest.raises(InputTrouble, match=r"broken\.parquet"):
        sort_files([made.path("log.csv"), str(tmp_path / "broken.parquet")])


def test_sorting_can_be_cancelled(tmp_path: Path) -> None:
    made = parcels.write(tmp_path / "in")
    task = Task()
    task.cancel()
    with pytest.raises(Cancelled):
        sort_files([made.path("log.csv")], task)
