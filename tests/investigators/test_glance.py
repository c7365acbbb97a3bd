"""Samples and case files from outside: true numbers, and damage said instead of raised."""

from __future__ import annotations

from pathlib import Path

import pytest

from investigators import desk
from investigators.board import Board, Draft
from investigators.brief import read_case
from tests.investigators import parcels


@pytest.mark.parametrize("name", desk.samples())
def test_a_card_tells_the_story_without_its_end(name: str, root: Path) -> None:
    card = desk.sample_card(name)
    story = (root / "sample_data" / name / "STORY.md").read_text(encoding="utf-8")
    beginning = " ".join(story.partition("\n## ")[0].replace("`", "").split())
    assert card.title == read_case(desk.sample(name)).title
    assert card.story in beginning
    assert card.story.count('"') % 2 == 0
    assert 20 < len(card.story) < 200


def test_rows_are_counted(root: Path) -> None:
    import pyarrow.parquet as pq

    live = root / "sample_data" / "shop_fraud" / "live.parquet"
    assert desk.sample_rows("shop_fraud") == pq.read_metadata(live).num_rows
    requests = (root / "sample_data" / "home_page" / "requests.jsonl").read_bytes()
    assert desk.sample_rows("home_page") == requests.count(b"\n")


def test_a_case_file_from_outside(tmp_path: Path) -> None:
    made = parcels.write(tmp_path / "in")
    path = tmp_path / "case.fifthwhy"
    with desk.case_file(path) as file:
        file.change("Open", Draft(read_case(made.case), Board()))
        begun = desk.glance(path)
        with desk.open_case(made.case) as one:
            file.keep(desk.encoded(one.investigate()))
    assert (begun.title, begun.ending, begun.there) == ("A parcel held back", "open", True)
    assert desk.glance(path).ending == "a lead was found"


def test_moved_and_damaged_files_are_said(tmp_path: Path) -> None:
    gone = desk.glance(tmp_path / "gone.fifthwhy")
    assert (gone.ending, gone.there) == ("file moved", False)
    bad = tmp_path / "bad.fifthwhy"
    bad.write_bytes(b"SQLite format 3\0 and then nothing of it")
    assert (desk.glance(bad).ending, desk.glance(bad).there) == ("cannot be read", False)
