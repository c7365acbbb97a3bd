from collections.abc import Iterator
from pathlib import Path

import pytest

from investigators import resources


def laid_out(tmp_path: Path, *, checkout: bool, wheel: bool) -> Path:
    package = tmp_path / "site" / "investigators"
    package.mkdir(parents=True)
    if wheel:
        (package / "resources").mkdir()
    if checkout:
        (tmp_path / "site" / "resources").mkdir()
        (tmp_path / "site" / "pyproject.toml").touch()
    return package / "resources.py"


@pytest.fixture(autouse=True)
def _looked_for_anew() -> Iterator[None]:
    resources.room.cache_clear()
    yield
    resources.room.cache_clear()


def test_the_checkout_has_what_the_program_reads() -> None:
    for name in ("actions.yaml", "wording.yaml", "palettes.json", "findings.schema.json"):
        assert resources.resource(name).is_file()
    assert resources.resource("report", "report.html.j2").is_file()


@pytest.mark.parametrize("wheel", [False, True])
def test_a_checkout_comes_before_copies_in_the_package(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, wheel: bool
) -> None:
    monkeypatch.setattr(resources, "__file__", str(laid_out(tmp_path, checkout=True, wheel=wheel)))
    assert resources.room("resources") == tmp_path / "site" / "resources"


def test_an_installation_finds_them_inside_the_package(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    module = laid_out(tmp_path, checkout=False, wheel=True)
    monkeypatch.setattr(resources, "__file__", str(module))
    assert resources.resource("a.yaml") == module.parent / "resources" / "a.yaml"


def test_a_broken_installation_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(resources, "__file__", str(laid_out(tmp_path, checkout=False, wheel=False)))
    with pytest.raises(FileNotFoundError, match="sample_data is missing"):
        resources.room("sample_data")
