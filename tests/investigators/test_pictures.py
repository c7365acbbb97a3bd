"""Pictures of people: what is covered or cut off is gone, and the history keeps every mark."""

from __future__ import annotations

import io
import sqlite3
import struct
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import msgspec
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from matplotlib.image import imread, imsave

from investigators import desk
from investigators.board import Board, Draft, Fact
from investigators.burnt_in import COVER, derived, pixels
from investigators.case import Brief, Place, Source
from investigators.case_history import CaseFile
from investigators.pictures import Mark, Picture, covered, numbered, part_shown
from investigators.trouble import InputTrouble

AT = st.integers(-30, 60)
WORDS = st.text(max_size=5)
MARKS = st.builds(
    Mark,
    st.sampled_from(["crop", "arrow", "region", "cover"]),
    *(AT, AT, AT, AT),
    WORDS,
    st.sampled_from(["", "decision", "event", "component"]),
    WORDS,
)
PIXELS = st.tuples(st.integers(1, 24), st.integers(1, 24), st.just(3)).flatmap(
    lambda shape: arrays(np.uint8, shape)
)


def png(made: np.ndarray, **more: str) -> bytes:
    buffer = io.BytesIO()
    imsave(buffer, made, format="png", metadata={"Software": None, **more})
    return buffer.getvalue()


def shown(body: bytes) -> np.ndarray:
    return np.rint(imread(io.BytesIO(body), format="png") * 255).astype(np.uint8)[:, :, :3]


def chunks(body: bytes) -> list[bytes]:
    names, place = [], 8
    while place < len(body):
        (length,) = struct.unpack(">I", body[place : place + 4])
        names.append(body[place + 4 : place + 8])
        place += 12 + length
    return names


class TestBurning:
    @given(PIXELS)
    def test_without_marks_the_pixels_stay(self, made: np.ndarray) -> None:
        found = derived(png(made), "x", ())
        np.testing.assert_array_equal(shown(found.png), made)
        assert (found.wide, found.high) == (made.shape[1], made.shape[0])
        assert (found.cut, found.covered, found.numbered) == (False, 0, ())

    @given(PIXELS, MARKS.map(lambda mark: replace(mark, kind="cover")))
    def test_a_covered_part_is_of_one_colour_and_nothing_else_changes(
        self, made: np.ndarray, mark: Mark
    ) -> None:
        found = shown(derived(png(made), "x", (mark,)).png)
        left, top, right, bottom = (max(0, at) for at in mark.box)
        assert (found[top:bottom, left:right] == COVER).all()
        rest = np.ones(made.shape[:2], dtype=bool)
        rest[top:bottom, left:right] = False
        np.testing.assert_array_equal(found[rest], made[rest])

    @given(PIXELS, st.lists(MARKS, min_size=1, max_size=4).map(tuple), st.data())
    @settings(max_examples=60, deadline=None)  # a picture is drawn
    def test_what_was_covered_or_cut_off_makes_no_difference(
        self, made: np.ndarray, marks: tuple[Mark, ...], data: st.DataObject
    ) -> None:
        high, wide, _ = made.shape
        other = data.draw(arrays(np.uint8, made.shape))
        keeps = np.zeros((high, wide), dtype=bool)
        left, top, right, bottom = part_shown(marks, wide, high)
        keeps[top:bottom, left:right] = True
        for x, y, far, low in covered(marks, wide, high):
            keeps[y:low, x:far] = False
        other[keeps] = made[keeps]
        assert derived(png(made), "x", marks).png == derived(png(other), "x", marks).png

    @given(PIXELS, st.lists(MARKS, max_size=4).map(tuple))
    @settings(max_examples=60, deadline=None)  # a picture is drawn
    def test_a_cut_leaves_its_part_and_marks_beside_it_are_not_told(
        self, made: np.ndarray, marks: tuple[Mark, ...]
    ) -> None:
        high, wide, _ = made.shape
        found = derived(png(made), "x", marks)
        left, top, right, bottom = part_shown(marks, wide, high)
        assert 0 <= left < right <= wide
        assert 0 <= top < bottom <= high
        assert shown(found.png).shape == (bottom - top, right - left, 3)
        for number, (told, mark) in enumerate(found.numbered, start=1):
            assert told == number
            assert left <= mark.box[0] <= mark.box[2] <= right
            assert top <= mark.box[1] <= mark.box[3] <= bottom

    def test_a_cut_beside_the_picture_does_not_bring_the_whole_back(self) -> None:
        made = np.full((20, 30, 3), 200, dtype=np.uint8)
        found = derived(png(made), "x", (Mark("crop", 100, 100, 120, 120),))
        assert (found.wide, found.high) == (1, 1)

    def test_an_arrow_and_a_region_are_drawn_with_their_numbers(self) -> None:
        made = np.full((200, 300, 3), 255, dtype=np.uint8)
        marks = (Mark("region", 40, 30, 200, 120, "the box"), Mark("arrow", 280, 190, 200, 120))
        found = derived(png(made), "x", marks)
        assert [(number, mark.kind) for number, mark in found.numbered] == [
            (1, "region"),
            (2, "arrow"),
        ]
        drawn = shown(found.png)
        assert (drawn[75, 38:43] != 255).any(), "the left edge of the region"
        assert (drawn[150:160, 235:245] != 255).any(), "the shaft of the arrow"
        assert (drawn[60:90, 100:180] == 255).all(), "the inside of the region"

    def test_nothing_of_the_given_file_but_pixels_is_in_the_new_one(self) -> None:
        made = np.zeros((9, 9, 4), dtype=np.uint8)
        made[:, :, :3] = 77  # a colour under full transparency
        given_body = png(made, Author="somebody", Comment="taken at home")
        assert b"somebody" in given_body
        found = derived(given_body, "x", ())
        assert set(chunks(found.png)) <= {b"IHDR", b"pHYs", b"IDAT", b"IEND"}
        assert (shown(found.png) == 255).all()

    @pytest.mark.parametrize("shape", [(5, 7), (5, 7, 4)])
    @pytest.mark.parametrize("kind", ["png", "jpg", "gif", "webp", "tiff"])
    def test_pictures_of_many_kinds_are_read(self, shape: tuple[int, ...], kind: str) -> None:
        if kind == "jpg" and len(shape) == 3:
            shape = shape[:2]
        buffer = io.BytesIO()
        made = np.full(shape, 255, dtype=np.uint8)
        imsave(buffer, made, format=kind, cmap="gray", vmin=0, vmax=255)
        read = pixels(buffer.getvalue(), "x")
        assert (read.wide, read.high, read.rgb) == (7, 5, b"\xff" * 105)

    @pytest.mark.parametrize(
        "body", [b"", b"GIF89a", b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff\xe0", b"RIFF    WEBP"]
    )
    def test_what_is_no_picture_is_said(self, body: bytes) -> None:
        with pytest.raises(InputTrouble, match=r"x\.png: this picture cannot be read"):
            pixels(body, "x.png")

    def test_a_picture_that_would_fill_the_memory_is_refused_before_it_is_read(self) -> None:
        head = png(np.zeros((2, 2, 3), dtype=np.uint8))
        body = head[:16] + struct.pack(">II", 100_000, 100_000) + head[24:]
        with pytest.raises(InputTrouble, match="10,000,000,000 pixels"):
            pixels(body, "x.png")


class TestMarks:
    @given(MARKS, st.integers(-90, 90), st.integers(-90, 90))
    def test_a_mark_inside_stays_inside_when_it_is_moved(
        self, mark: Mark, right: int, down: int
    ) -> None:
        wide = high = 60
        inside = replace(
            mark,
            **{n: min(max(getattr(mark, n), 0), 60) for n in ("left", "top", "right", "bottom")},
        )
        moved = inside.moved(right, down, wide, high)
        left, top, far, low = moved.box
        assert 0 <= left <= far <= wide
        assert 0 <= top <= low <= high
        assert (far - left, low - top) == (
            inside.box[2] - inside.box[0],
            inside.box[3] - inside.box[1],
        )

    def test_a_box_keeps_some_area_and_an_arrow_may_point_anywhere(self) -> None:
        box = Mark("region", 10, 10, 20, 20)
        assert box.stretched(-90, 90, 60, 50).box == (10, 10, 11, 50)
        arrow = Mark("arrow", 10, 10, 20, 20)
        assert arrow.stretched(-90, 5, 60, 50).right == 0

    def test_an_arrow_whose_point_is_cut_off_is_not_told(self) -> None:
        marks = (Mark("crop", 0, 0, 20, 20), Mark("arrow", 5, 5, 40, 5), Mark("arrow", 40, 5, 5, 5))
        assert numbered(marks, 60, 60) == ((1, Mark("arrow", 20, 5, 5, 5)),)

    @given(st.lists(MARKS, max_size=4).map(tuple), WORDS, st.booleans())
    def test_marks_survive_the_case_file(
        self, marks: tuple[Mark, ...], words: str, looked: bool
    ) -> None:
        board = Board(pictures=(Picture("P1", "ab", words, words, words, words, marks, looked),))
        draft = Draft(Brief(), board)
        assert msgspec.json.decode(msgspec.json.encode(draft), type=Draft) == draft


class TestHistory:
    def test_a_picture_and_its_marks_are_undone_redone_and_found_again(
        self, tmp_path: Path
    ) -> None:
        path = tmp_path / "one.fifthwhy"
        body = png(np.zeros((3, 3, 3), dtype=np.uint8))
        with CaseFile(path) as file:
            file.change("open", Draft(Brief()))
            bare = Picture("P1", file.keep_picture(body, "screen.png"), "screen.png", "support")
            added = Board().with_picture(bare)
            file.change("add picture P1", Draft(Brief(), added))
            marked = replace(bare, marks=(Mark("cover", 0, 0, 1, 1),))
            file.change("mark picture P1", Draft(Brief(), added.with_picture(marked)))
            assert (undone := file.undo()) is not None
            assert undone.board.pictures == (bare,)
        with CaseFile(path) as file:
            assert (redone := file.redo()) is not None
            assert redone.board.pictures == (marked,)
            assert file.picture(marked.sha256) == body, "as it was given"

    def test_pictures_that_nobody_told_of_are_there_too_and_each_once(self) -> None:
        sources = (Source("screenshot", Place("a/screen.png"), "s1", None, (0, 0)),)
        board = Board(facts=(Fact("F1", "W1", "w", "QA", "C", "f1", "fact.png"),))
        assert [(p.id, p.name, p.whose_view) for p in board.every_picture(sources)] == [
            ("P1", "fact.png", "QA"),
            ("P2", "screen.png", ""),
        ]
        marked = board.with_picture(Picture("P1", "s1", "screen.png", "support"))
        assert [p.sha256 for p in marked.every_picture(sources)] == ["s1", "f1"]
        assert marked.without_picture("P1") == board


class TestKept:
    def test_a_screenshot_among_the_sources_goes_into_the_case_file(self, tmp_path: Path) -> None:
        with desk.open_case(desk.sample("home_page")) as opened:
            found = opened.investigate()
        (body,) = found.pictures.values()
        assert body == Path(desk.sample("home_page")).with_name("screen.png").read_bytes()
        _, path = desk.save(found, tmp_path)
        assert desk.load(path).pictures == found.pictures
        with closing(sqlite3.connect(path)) as connection, connection:
            connection.execute("UPDATE evidence SET body = x'00' WHERE kind = 'picture'")
        with pytest.raises(InputTrouble, match=r"screen\.png does not match its hash"):
            desk.load(path)
