"""Which of several hypotheses of one change is told."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from investigators.shift.detect import _marked
from investigators.shift.scan import STRAY
from investigators.shift.trial import Refined
from investigators.traffic.rows import Part
from investigators.traffic.span import Span


def refined(parts: tuple[Part, ...], n: int, share: float, score: float) -> Refined:
    """A hypothesis about the last ``n`` of 500 rows."""
    span = Span(500 - n, 500, (500 - n, 500 - n), (500, 500), score)
    return Refined(parts, np.arange(500), span, 2.3, share, score, score, np.ones(4) / 4)


WIDE: tuple[Part, ...] = ((1, (7,)),)
PAIR: tuple[Part, ...] = ((1, (7,)), (2, (1,)))


def test_a_second_column_that_marks_the_changed_rows_goes_before_their_values() -> None:
    part = refined(WIDE, 220, 0.7, 540.0)
    pair = refined(PAIR, 150, 1 - STRAY, 530.0)
    assert _marked(part, [part, pair]) is pair
    assert _marked(pair, [part, pair]) is pair


@pytest.mark.parametrize(
    "other",
    [
        refined(PAIR, 150, 0.7, 530.0),  # a part of the pair as well
        refined(PAIR, 80, 1 - STRAY, 530.0),  # half of the changed rows lie elsewhere
        refined(PAIR, 150, 1 - STRAY, 300.0),  # explains far less
        refined(((0, (3,)), (2, (1,))), 150, 1 - STRAY, 530.0),  # of another segment
    ],
)
def test_what_explains_less_or_other_rows_does_not(other: Refined) -> None:
    part = refined(WIDE, 220, 0.7, 540.0)
    assert _marked(part, [part, other]) is part
    assert _marked(replace(part, share=1 - STRAY), [other]).parts == WIDE
