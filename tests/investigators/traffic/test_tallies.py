"""Counted votes say what a vote for each row says."""

from __future__ import annotations

from math import log

import numpy as np
import pytest

from investigators.tables.codes import SegmentCodes
from investigators.traffic.carrier import rows_of, share_votes
from investigators.traffic.rows import Part, Traffic
from investigators.traffic.span import span_of
from investigators.traffic.tallies import Run, Tallies

BASE, INSIDE = 0.1, 0.7
YES, NO = log(INSIDE / BASE), log((1 - INSIDE) / (1 - BASE))


def traffic(rng: np.random.Generator, n: int) -> Traffic:
    codes = tuple(
        SegmentCodes(f"s{k}", ("a", "b", "c"), rng.integers(0, 4, n).astype(np.uint8))
        for k in range(2)
    )
    moments = rng.permutation(n).astype(np.int64)
    return Traffic(n, np.argsort(moments), moments, codes, (), zone_known=True)


@pytest.mark.parametrize("parts", [(), ((0, (1,)),), ((0, (1, 3)), (1, (2,)))])
@pytest.mark.parametrize("ends", [(0.0, 1.0), (0.4, 1.0), (0.0, 0.6), (0.3, 0.7)])
def test_the_window_is_that_of_the_rows_own_votes(
    parts: tuple[Part, ...], ends: tuple[float, float]
) -> None:
    for seed in range(5):
        rng = np.random.default_rng(seed)
        rows = traffic(rng, 6_000)
        assert rows.moments is not None
        at = rows.moments / rows.rows
        share = np.where((at >= ends[0]) & (at < ends[1]), INSIDE, BASE)
        hits, known = rng.random(6_000) < share, rng.random(6_000) < 0.6
        found = Tallies(rows, rows.segments, hits, known).run(parts).window(YES, NO)
        mine = rows_of(rows, rows.segments, parts)
        span = span_of(share_votes(hits, known, BASE, INSIDE)[mine])
        claimed = mine[span.start : span.end]
        assert (found.begins, found.ends) == (span.start > 0, span.end < mine.size)
        assert found.n == mine.size
        assert found.gain == pytest.approx(span.gain)
        assert found.met == (hits & known)[claimed].sum()
        assert found.known == known[claimed].sum()


def test_cells_count_what_lies_in_the_segment() -> None:
    rng = np.random.default_rng(3)
    rows = traffic(rng, 3_000)
    hits, known = rng.random(3_000) < 0.3, rng.random(3_000) < 0.8
    met, of = Tallies(rows, rows.segments, hits, known).cells(1, ((0, (2,)),))
    blocks, count = rows.blocks
    mine = known & (rows.segments[0].codes == 2)
    for block in (0, count - 1):
        for code in range(4):
            cell = mine & (blocks == block) & (rows.segments[1].codes == code)
            assert met[block, code] == (cell & hits).sum()
            assert of[block, code] == cell.sum()


def test_what_was_asked_before_changes_no_count() -> None:
    rng = np.random.default_rng(4)
    rows = traffic(rng, 3_000)
    hits, known = rng.random(3_000) < 0.3, rng.random(3_000) < 0.8
    one: tuple[Part, ...] = ((0, (2,)),)
    two: tuple[Part, ...] = ((0, (1, 3)), (1, (2,)))
    asked = Tallies(rows, rows.segments, hits, known)
    for parts in (one, (), two, one, two, ()):
        fresh = Tallies(rows, rows.segments, hits, known)
        for column in range(2):
            for mine, other in zip(
                asked.cells(column, parts), fresh.cells(column, parts), strict=True
            ):
                np.testing.assert_array_equal(mine, other)
        run, again = asked.run(parts), fresh.run(parts)
        inside = rows_of(rows, rows.segments, parts)
        voting = inside[known[inside]]
        np.testing.assert_array_equal(run.at, np.flatnonzero(hits[voting]))
        np.testing.assert_array_equal(run.at, again.at)
        assert (run.n, run.known) == (inside.size, voting.size)


def test_nothing_speaks_for_it() -> None:
    found = Run(10, 4, np.zeros(0, dtype=np.intp)).window(YES, NO)
    assert (found.begins, found.ends, found.met, found.known) == (False, False, 0, 4)
    assert found.gain == pytest.approx(4 * NO)
