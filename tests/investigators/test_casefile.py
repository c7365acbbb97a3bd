"""The case on disk: what was found comes back whole, and what is damaged is said."""

from __future__ import annotations

import csv
import hashlib
import sqlite3
from contextlib import closing
from dataclasses import dataclass, fields, replace
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest

from investigators import casefile, desk
from investigators.investigation import Investigation
from investigators.tables.sealing import changed
from investigators.trouble import InputTrouble
from tests.investigators import parcels

REPORTS = ("report.md", "report.html", "affected.csv")


@dataclass(frozen=True)
class Saved:
    """A finished investigation with its own reports, and its case file."""

    found: Investigation
    out: Path
    file: Path
    base: Path


@pytest.fixture(scope="module")
def saved(tmp_path_factory: pytest.TempPathFactory) -> Saved:
    folder = tmp_path_factory.mktemp("case")
    made = parcels.write(folder / "in")
    with desk.open_case(made.case) as opened:
        found = opened.investigate()
        _, file = desk.save(found, folder / "out")
        desk.export(found, folder / "out")
        assert found.affected is not None
        assert found.affected.rows > 100
    return Saved(found, folder / "out", file, made.folder)


def _ask(path: Path, sql: str, *parameters: Any) -> list[Any]:
    with closing(sqlite3.connect(path)) as connection, connection:
        return connection.execute(sql, parameters).fetchall()


def _copy(saved: Saved, to: Path) -> Path:
    to.write_bytes(saved.file.read_bytes())
    return to


def test_everything_comes_back(saved: Saved) -> None:
    again = desk.load(saved.file)
    for field in fields(Investigation):
        if field.name not in ("affected", "case"):
            assert getattr(again, field.name) == getattr(saved.found, field.name), field.name
    assert Path(again.case.brief.base).is_absolute()
    brief = replace(again.case.brief, base=saved.found.case.brief.base)
    assert replace(again.case, brief=brief) == saved.found.case
    assert again.affected is not None
    assert saved.found.affected is not None
    assert (again.affected.lead, again.affected.features) == ("L1", ("fill_time",))
    assert again.affected.rows == saved.found.affected.rows
    assert again.affected.subjects == saved.found.affected.subjects


@pytest.mark.parametrize("audience", ["internal", "shared", "public"])
def test_a_reopened_case_gives_the_same_reports(
    saved: Saved, tmp_path: Path, audience: Any
) -> None:
    again = desk.load(saved.file)
    first, second = tmp_path / "1", tmp_path / "2"
    desk.export(again, first, audience=audience)
    desk.export(again, second, audience=audience)
    for name in REPORTS:
        content = (first / name).read_bytes()
        assert content == (second / name).read_bytes()
        if audience == "shared":
            assert content == (saved.out / name).read_bytes(), name


def test_the_rows_stream_more_than_once(saved: Saved) -> None:
    affected = desk.load(saved.file).affected
    assert affected is not None
    first, second = (pa.Table.from_batches(list(affected.batches())) for _ in range(2))
    assert first.equals(second)
    with (saved.out / "affected.csv").open(encoding="utf-8", newline="") as file:
        assert len(list(csv.reader(file))) == 1 + affected.rows == 1 + first.num_rows


def test_revisions_are_appended(saved: Saved, tmp_path: Path) -> None:
    path = _copy(saved, tmp_path / "case.fifthwhy")
    casefile.save(path, replace(desk.load(path), conclusion_sentence="Later."), "reworded")
    history = _ask(path, "SELECT number, words FROM revisions ORDER BY number")
    assert history == [(1, "investigated"), (2, "reworded")]
    assert casefile.load(path).conclusion_sentence == "Later."
    assert len(_ask(path, "SELECT 1 FROM affected")) == 2, "each revision has its own list"


def test_evidence_is_kept_by_its_hash(saved: Saved) -> None:
    ((sha256, body),) = _ask(saved.file, "SELECT sha256, body FROM affected")
    assert sha256 == hashlib.sha256(body).hexdigest()


def test_without_affected_rows(saved: Saved, tmp_path: Path) -> None:
    path = tmp_path / "case.fifthwhy"
    casefile.save(path, replace(saved.found, affected=None), "investigated")
    again = casefile.load(path)
    assert again.affected is None
    written = desk.export(again, tmp_path / "out")
    assert [each.name for each in written] == ["report.md", "report.html"]


def test_a_lead_that_changes_no_row_is_kept(saved: Saved, tmp_path: Path) -> None:
    assert saved.found.affected is not None
    none = replace(saved.found.affected, rows=0, batches=lambda: iter(()))
    path = tmp_path / "case.fifthwhy"
    casefile.save(path, replace(saved.found, affected=none), "investigated")
    first, second = tmp_path / "1", tmp_path / "2"
    desk.export(replace(saved.found, affected=none), first)
    desk.export(casefile.load(path), second)
    for each in first.iterdir():
        assert (second / each.name).read_bytes() == each.read_bytes(), each.name
    assert {p.name for p in first.iterdir()} == {p.name for p in second.iterdir()}


def _no_meta(path: Path) -> None:
    _ask(path, "DROP TABLE meta")


def _newer(path: Path) -> None:
    _ask(path, "UPDATE meta SET value = '99' WHERE key = 'version'")


def _odd_version(path: Path) -> None:
    _ask(path, "UPDATE meta SET value = 'one' WHERE key = 'version'")


def _no_revision(path: Path) -> None:
    _ask(path, "DELETE FROM revisions")


def _cut_revision(path: Path) -> None:
    _ask(path, "UPDATE revisions SET body = substr(body, 1, 2000)")


def _other_document(path: Path) -> None:
    _ask(path, "UPDATE revisions SET body = ?", b'{"conclusion": "lead"}')


def _not_utf8(path: Path) -> None:
    _ask(path, "UPDATE revisions SET body = ?", b"\xff\xfe\x00")


def _changed_evidence(path: Path) -> None:
    _ask(path, "UPDATE affected SET body = CAST(body || x'00' AS BLOB)")


def _odd_evidence(path: Path) -> None:
    _ask(path, "UPDATE affected SET name = 'L1'")


def _no_parquet(path: Path) -> None:
    body = b"not parquet"
    sha256 = hashlib.sha256(body).hexdigest()
    _ask(path, "UPDATE affected SET body = ?, sha256 = ?", body, sha256)


def _no_evidence_table(path: Path) -> None:
    _ask(path, "DROP TABLE affected")
    _ask(path, "DROP TABLE evidence")


def _truncated(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:6000])


def _overwritten(path: Path) -> None:
    content = bytearray(path.read_bytes())
    content[4096:20_000] = b"\x55" * (20_000 - 4096)
    path.write_bytes(content)


def _empty(path: Path) -> None:
    path.write_bytes(b"")


def _text(path: Path) -> None:
    path.write_text("[model]\nfile = 'model.txt'\n" * 100, encoding="utf-8")


def _gone(path: Path) -> None:
    path.unlink()


def _folder(path: Path) -> None:
    path.unlink()
    path.mkdir()


DAMAGES = [
    *(_no_meta, _newer, _odd_version, _no_revision, _cut_revision, _other_document, _not_utf8),
    *(_changed_evidence, _odd_evidence, _no_parquet, _no_evidence_table, _truncated),
    *(_overwritten, _empty, _text, _gone, _folder),
]


@pytest.mark.parametrize("damage", DAMAGES, ids=lambda each: each.__name__.strip("_"))
def test_a_damaged_case_file_is_said(saved: Saved, tmp_path: Path, damage: Any) -> None:
    path = _copy(saved, tmp_path / "case.fifthwhy")
    damage(path)
    before = None if not path.is_file() else path.read_bytes()
    with pytest.raises(InputTrouble) as trouble:
        casefile.load(path)
    line = trouble.value.line()
    assert line.startswith("case.fifthwhy: ")
    assert "\n" not in line
    assert str(tmp_path) not in line
    assert before == (None if not path.is_file() else path.read_bytes()), "reading changes nothing"
    left = {each.name for each in tmp_path.iterdir()}
    assert left <= {"case.fifthwhy"}


def test_sources_are_sealed_and_a_change_is_noticed(saved: Saved, tmp_path: Path) -> None:
    sources = desk.load(saved.file).case.sources
    assert {source.role for source in sources} == {
        *("model", "log", "reference", "outcomes", "features", "releases"),
    }
    for source in sources:
        path = saved.base / source.place.path
        assert source.sha256 == hashlib.sha256(path.read_bytes()).hexdigest()
        copy = tmp_path / path.name
        copy.write_bytes(path.read_bytes())
        assert not changed(source, str(tmp_path)), "the same bytes at another time"
        copy.write_bytes(path.read_bytes() + b"\n")
        assert changed(source, str(tmp_path))
        copy.unlink()
        assert changed(source, str(tmp_path))


def test_a_folder_that_is_a_file(saved: Saved, tmp_path: Path) -> None:
    (tmp_path / "out").write_text("a file", encoding="utf-8")
    with pytest.raises(InputTrouble, match="out: cannot be written"):
        desk.save(saved.found, tmp_path / "out")


def test_a_broken_stream_leaves_no_half_case_file(saved: Saved, tmp_path: Path) -> None:
    again = desk.load(saved.file).affected
    assert again is not None
    kept = list(again.batches())

    def breaks_off() -> Any:
        yield from kept
        raise KeyboardInterrupt

    broken = replace(saved.found, affected=replace(again, batches=breaks_off))
    with pytest.raises(KeyboardInterrupt):
        desk.save(broken, tmp_path)
    assert "case.fifthwhy" not in {each.name for each in tmp_path.iterdir()}
    assert {each.name for each in tmp_path.iterdir()} <= {"findings.json"}
    with pytest.raises(KeyboardInterrupt):
        desk.export(broken, tmp_path)
    names = {each.name for each in tmp_path.iterdir()}
    assert names <= {"findings.json", "report.md", "report.html"}
