"""The log as a list: filter, search, sort and places agree with pandas on the same rows."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from investigators import desk
from investigators.browse import BUCKETS, VALUES_AT_MOST, Decisions
from investigators.case import Brief, Place
from investigators.trouble import InputTrouble
from investigators.wish import SURPRISE, SURPRISE_WORDS, Filter, Wish
from tests.investigators import parcels

ROWS = 240
QUOTE, BRACES, SPACES, EMPTY = 'a "quoted"; DROP', "(t)", " two  words ", "Größe/€ %_"
TRICKY = ["50%", "5_0", "50 percent", "back\\slash", "O'Hara", "{t}", "ünïcode", "", None, "x"]
FLAG, NUMBER, COUNT = "flag", "number", "count"


def _frame() -> pd.DataFrame:
    rng = np.random.default_rng(3)
    at = pd.Timestamp("2026-03-01T06:00:00Z") + pd.to_timedelta(np.arange(ROWS) * 37, unit="min")
    when = pd.Series(at)
    when[rng.random(ROWS) < 0.05] = pd.NaT
    number = pd.Series(rng.normal(0, 5, ROWS).round(1))
    number[rng.random(ROWS) < 0.15] = np.nan
    ids = [f"r-{k:03d}" for k in range(ROWS)]
    ids[5], ids[6], ids[7], ids[8] = "50%", "5_0", "back\\slash", "O'Hara"
    return pd.DataFrame(
        {
            "request": ids,
            "created": when,
            "customer": [f"C{k % 17}" for k in range(ROWS)],
            "score": rng.random(ROWS).round(3),
            "outcome_text": [TRICKY[k] for k in rng.integers(0, len(TRICKY), ROWS)],
            QUOTE: [TRICKY[k] for k in rng.integers(0, len(TRICKY), ROWS)],
            BRACES: rng.integers(0, 5, ROWS),
            SPACES: rng.choice(["p", "q"], ROWS),
            EMPTY: rng.choice(["1", "2"], ROWS),
            FLAG: pd.array([(True, False, None)[k] for k in rng.integers(0, 3, ROWS)], "boolean"),
            NUMBER: number,
            COUNT: rng.integers(-3, 4, ROWS),
        }
    )


def _open(folder: Path, frame: pd.DataFrame, name: str = "log.parquet") -> desk.Desk:
    folder.mkdir(exist_ok=True)
    frame = frame.rename(columns={BRACES: "{t}"})  # the readers name it otherwise
    if name.endswith(".parquet"):
        frame.to_parquet(folder / name, index=False)
    else:
        frame.to_csv(folder / name, index=False)
    columns = {
        "log.id": ("request",),
        "log.time": ("created",),
        "log.subject": ("customer",),
        "log.score": ("score",),
    }
    return desk.open_case(
        Brief(sources={"log": (Place(name),)}, columns=columns, base=str(folder), zone="UTC")
    )


@pytest.fixture(scope="module")
def frame() -> pd.DataFrame:
    return _frame()


@pytest.fixture(scope="module")
def opened(tmp_path_factory: pytest.TempPathFactory, frame: pd.DataFrame) -> Iterator[desk.Desk]:
    with _open(tmp_path_factory.mktemp("browse"), frame) as one:
        yield one


@pytest.fixture(scope="module")
def listed(opened: desk.Desk) -> Decisions:
    found = opened.decisions()
    assert found is not None
    return found


def _rows(listed: Decisions, wish: Wish, step: int = 50) -> list[int]:
    found: list[int] = []
    for offset in itertools.count(0, step):
        page = listed.page(wish, offset, step, ["fw_id"])
        found += [line.row for line in page]
        if len(page) < step:
            return found
    return found


def _mask(frame: pd.DataFrame, wish: Wish) -> pd.Series:
    keep = pd.Series(data=True, index=frame.index)
    for chip in wish.filters:
        column = frame[
            {"fw_id": "request", "fw_time": "created", "fw_score": "score"}.get(
                chip.column, chip.column
            )
        ]
        if asked := chip.values:  # noqa: PD011 - a chip's, not pandas'
            one = column.isin([value for value in asked if value is not None]).fillna(value=False)
            if None in asked:
                one |= column.isna()
        else:
            one = column.notna()
            for edge, low in ((chip.low, True), (chip.high, False)):
                if edge is None:
                    continue
                at = pd.Timestamp(edge) if isinstance(edge, str) else edge
                one &= (column >= at if low else column < at).fillna(value=False)
        keep &= one.astype(bool)
    if words := wish.search.strip().casefold():
        hits = frame["request"].str.casefold().str.contains(words, regex=False)
        hits |= frame["customer"].str.casefold().str.contains(words, regex=False)
        keep &= hits
    return keep


def _expected(frame: pd.DataFrame, wish: Wish) -> list[int]:
    kept = frame[_mask(frame, wish)]
    if not wish.order:
        return kept.index.tolist()
    theirs = {"fw_id": "request", "fw_time": "created", "fw_score": "score"}
    column = kept[theirs.get(wish.order, wish.order)]
    if column.dtype == "boolean":
        column = column.astype("Int64")
    order = column.sort_values(
        ascending=not wish.descending, kind="stable", na_position="last",
        key=(lambda s: s.map(lambda v: v.encode() if isinstance(v, str) else v))
        if column.dtype == object or str(column.dtype) == "str" else None,
    )  # fmt: skip
    return order.index.tolist()


WISHES = st.builds(
    Wish,
    filters=st.lists(
        st.one_of(
            st.builds(
                Filter,
                st.sampled_from(["outcome_text", QUOTE]),
                st.lists(st.sampled_from(TRICKY), min_size=1, max_size=3).map(tuple),
            ),
            st.builds(
                Filter, st.just(NUMBER), st.just(()), st.none() | st.floats(-9, 9), st.floats(-9, 9)
            ),
            st.builds(Filter, st.just(FLAG), st.sampled_from([(True,), (False, None), (None,)])),
            st.builds(Filter, st.just(BRACES), st.lists(st.integers(-1, 6), min_size=1).map(tuple)),
            st.builds(
                Filter,
                st.just("fw_time"),
                st.just(()),
                st.sampled_from(["2026-03-02T00:00:00Z", "2026-03-03T05:20:00Z", None]),
                st.sampled_from(["2026-03-03T05:20:01Z", "2026-03-05T00:00:00Z"]),
            ),
        ),
        max_size=2,
        unique_by=lambda chip: chip.column,
    ).map(tuple),
    search=st.sampled_from(["", "  ", "%", "_", "r-1", "C1", "c1", "'", "\\", "50%", "{t}", "zz"]),
    order=st.sampled_from(
        ["", "fw_id", "fw_time", "fw_score", QUOTE, BRACES, SPACES, EMPTY, FLAG, NUMBER, COUNT]
    ),
    descending=st.booleans(),
)


@given(WISHES)
def test_every_wish_agrees_with_pandas(listed: Decisions, frame: pd.DataFrame, wish: Wish) -> None:
    expected = _expected(frame, wish)
    assert _rows(listed, wish) == expected
    assert listed.count(wish) == len(expected)
    for row in (0, 7, ROWS - 1, *expected[:3]):
        place = listed.place_of(wish, row)
        assert place == (expected.index(row) if row in expected else None), row


@pytest.mark.parametrize("row", [-1, ROWS, 10**9])
def test_a_row_that_is_not_there_has_no_place(listed: Decisions, row: int) -> None:
    for wish in (Wish(), Wish(order="fw_score"), Wish(search="r-1")):
        assert listed.place_of(wish, row) is None


def test_columns_of_any_name_are_listed_and_shown(listed: Decisions, frame: pd.DataFrame) -> None:
    names = [column.name for column in listed.columns]
    assert names[:3] == ["fw_time", "fw_id", "fw_score"]
    assert not [c for c in listed.columns if c.hidden and c.name.startswith("fw_")]
    assert {QUOTE, BRACES, SPACES, EMPTY, FLAG, NUMBER, COUNT} <= set(names)
    for line in listed.page(Wish(), 0, ROWS, names):
        cells = dict(zip(names, line.cells, strict=True))
        theirs = frame.loc[line.row]
        assert line.id == theirs["request"]
        assert cells[QUOTE] == ("" if pd.isna(theirs[QUOTE]) else theirs[QUOTE])
        assert cells[BRACES] == str(theirs[BRACES])
        assert cells[FLAG] == ("" if pd.isna(theirs[FLAG]) else "yes" if theirs[FLAG] else "no")
        assert (cells[NUMBER] == "") == bool(pd.isna(theirs[NUMBER]))
        stamp = theirs["created"]
        assert cells["fw_time"] == ("" if pd.isna(stamp) else f"{stamp:%Y-%m-%d %H:%M}")


@pytest.mark.parametrize("column", ["outcome_text", QUOTE, BRACES, FLAG, NUMBER, COUNT, "fw_time"])
def test_values_lead_to_their_rows(listed: Decisions, frame: pd.DataFrame, column: str) -> None:
    """What a chip offers, put into a filter, gives as many rows as it says."""
    values = listed.values(column)
    assert len(values) <= VALUES_AT_MOST
    if len(values) < VALUES_AT_MOST:
        assert sum(n for _, n in values) == ROWS
    assert [n for _, n in values] == sorted((n for _, n in values), reverse=True)
    for value, n in values[:12]:
        wish = Wish(filters=(Filter(column, (value,)),))
        assert listed.count(wish) == n, value
    theirs = frame[{"fw_time": "created"}.get(column, column)]
    assert dict(values).get(None, 0) == theirs.isna().sum()


def test_the_strip_counts_every_row_with_a_time(listed: Decisions, frame: pd.DataFrame) -> None:
    strip = listed.strip(Wish())
    assert strip is not None
    assert len(strip.edges) == BUCKETS + 1 == len(strip.counts) + 1
    assert sum(strip.counts) == frame["created"].notna().sum()
    first, last = frame["created"].min(), frame["created"].max()
    assert strip.edges[0] == first.timestamp()
    assert strip.edges[-1] == pytest.approx(last.timestamp())
    assert strip.zone == "UTC"
    timed = frame[frame["created"].notna()]
    seconds = np.array([each.timestamp() for each in timed["created"]])
    number = np.minimum(np.searchsorted(strip.edges, seconds, side="right") - 1, BUCKETS - 1)
    expected = timed.groupby(number)["score"].mean()
    for k, n in enumerate(strip.counts):
        assert (strip.score[k] is None) == (n == 0)
        if n:
            assert strip.score[k] == pytest.approx(expected[k])
    narrowed = Wish(filters=(Filter("fw_time", low="2026-03-02T00:00:00Z"),), order="fw_score")
    assert listed.strip(narrowed) == strip, "the strip shows the whole log, marked or not"
    known = strip.iso(strip.edges[10], known=True)
    assert datetime.fromisoformat(known) == datetime.fromtimestamp(strip.edges[10], UTC)
    at = Wish(filters=(Filter("fw_time", low=known, high=strip.iso(strip.edges[20], known=True)),))
    assert listed.count(at) == sum(strip.counts[10:20])


def test_a_listed_wish_says_itself() -> None:
    assert Filter("fw_decision", ("review", None)).words() == "decision: review, missing"
    assert Filter("c", (1, 2, 3, 4, 5)).words() == "c: 1, 2, 3 and 2 more"
    assert Filter("n", low=0).words() == "n: from 0"
    assert Filter("n", high=0.5).words() == "n: below 0.5"
    long = Filter("fw_time", low="2026-03-02T00:00:00Z", high="2026-03-03T00:00:00Z")
    assert long.words() == "time: 2026-03-02 00:00 to 2026-03-03 00:00"
    wish = Wish().with_filter(long).with_filter(Filter("n", low=0)).with_filter(Filter("n", low=1))
    assert [chip.column for chip in wish.filters] == ["fw_time", "n"]
    assert wish.without("n").filters == (long,)


def test_an_empty_search_is_the_whole_log(listed: Decisions) -> None:
    assert listed.count(Wish(search="   ")) == ROWS
    assert listed.place_of(Wish(search="  "), 3) == 3


@pytest.mark.parametrize("rows", [0, 1])
@pytest.mark.parametrize("name", ["log.csv", "log.parquet"])
def test_a_log_of_none_and_of_one(
    tmp_path: Path, frame: pd.DataFrame, rows: int, name: str
) -> None:
    if rows == 0:  # a log without requests is refused before anything is listed
        with pytest.raises(InputTrouble):
            _open(tmp_path, frame.iloc[:0], name)
        return
    with _open(tmp_path, frame.iloc[10 : 10 + rows], name) as opened:
        listed = opened.decisions()
        assert listed is not None
        for wish in (Wish(), Wish(order=SURPRISE), Wish(search="r-0"), Wish(order="fw_score")):
            assert listed.count(wish) == rows
            assert len(listed.page(wish, 0, 50, ["fw_id"])) == rows
            assert listed.page(wish, 50, 50, ["fw_id"]) == ()
            assert listed.place_of(wish, 0) == 0
        strip = listed.strip(Wish())
        assert strip is not None
        assert sum(strip.counts) == 1


@pytest.fixture(scope="module")
def parcel(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[parcels.Parcels, desk.Desk]]:
    made = parcels.write(tmp_path_factory.mktemp("parcel") / "in")
    with desk.open_case(made.case) as one:
        yield made, one


def test_most_surprising_first(parcel: tuple[parcels.Parcels, desk.Desk]) -> None:
    made, one = parcel
    listed = one.decisions()
    assert listed is not None
    ranges = {i.name: (i.low, i.high) for i in one.view.model.inputs if i.kind == "numeric"}  # type: ignore[union-attr]
    live = made.live
    outside = sum(((live[n] < low) | (live[n] > high)).astype(int) for n, (low, high) in
                  ranges.items() if low is not None)  # fmt: skip
    late = live["late"].where(live.index % 2 == 0)
    review = live["decision"] == "review"
    score = made.booster.predict(parcels.inputs_of(live))
    against = np.where(late.isna() | (review == (late == 1)), 0, 1 + np.abs(score - late))
    surprise = 10 * outside + against
    expected = surprise.sort_values(ascending=False, kind="stable").index.tolist()
    wish = Wish(order=SURPRISE)
    found = _rows(listed, wish, 300)
    assert [surprise[row] for row in found] == pytest.approx([surprise[row] for row in expected])
    assert found[:100] == expected[:100]
    assert listed.place_of(wish, found[17]) == 17
    narrowed = replace(wish, filters=(Filter("fw_decision", ("accept",)),))
    assert _rows(listed, narrowed, 300) == [row for row in found if not review[row]]


def test_the_list_shows_what_was_decided(parcel: tuple[parcels.Parcels, desk.Desk]) -> None:
    made, one = parcel
    listed = one.decisions()
    assert listed is not None
    (line,) = listed.page(
        Wish(search=made.decision), 0, 5, ["fw_score", "fw_decision", "fw_time", "app_version"]
    )
    theirs = made.live[made.live["parcel_no"] == made.decision].iloc[0]
    assert line.adverse
    assert line.cells[0] == f"{theirs['score']:.4f}"
    assert line.cells[1] == "review"
    share = listed.strip(Wish(filters=(Filter("fw_decision", ("accept",)),)))
    assert share is not None
    assert {s for s in share.share if s is not None} == {0.0}


def test_a_regression_is_browsed(tmp_path: Path) -> None:
    made = parcels.write(tmp_path / "in", kind="regression")
    with desk.open_case(made.case) as one:
        listed = one.decisions()
        assert listed is not None
        found = _rows(listed, Wish(order=SURPRISE), 300)
        assert len(found) == len(set(found)) == parcels.LIVE
        ranges = {i.name: (i.low, i.high) for i in one.view.model.inputs if i.kind == "numeric"}  # type: ignore[union-attr]
        outside = sum(((made.live[n] < low) | (made.live[n] > high)).astype(int)
                      for n, (low, high) in ranges.items() if low is not None)  # fmt: skip
        inputs_outside = [outside[row] for row in found]
        assert inputs_outside == sorted(inputs_outside, reverse=True), SURPRISE_WORDS
        assert "fw_decision" not in [column.name for column in listed.columns]
