"""Shortcuts in comparing texts leave out no text that a full reading would find."""

from __future__ import annotations

from itertools import product

import duckdb
import numpy as np

from investigators.renderings.words import CUT, END, LOGGED, SAME, SHORTEST, SHOWN

# what trimming takes away, capitals of one and more bytes, ends of cut texts, letters of two parts
PIECES = (
    *("", " ", "\t", "\n", "\u00a0", "\u2003", "\u200b", "A", "a", "é", "É", "e\u0301", "ß", "ẞ"),
    *("\u212a", "k", "K", "…", "...", ".", "~", "!", "\x7f", "\x1f", "winter", "Winter", "日本"),
)
EVEN = r"lower(trim(regexp_replace(CAST({} AS VARCHAR), '\s+', ' ', 'g')))"


def texts(n: int) -> list[str]:
    """Every two pieces, and ``n`` texts of three or four of them."""
    rng = np.random.default_rng(20)
    pairs = ["".join(each) for each in product(PIECES, repeat=2)]
    more = ["".join(rng.choice(PIECES, rng.integers(3, 5))) for _ in range(n)]
    return [text for text in dict.fromkeys((*pairs, *more)) if text]


def test_shortcuts_say_what_a_full_reading_says() -> None:
    known = texts(300)
    with duckdb.connect() as db:
        db.execute("CREATE TABLE words AS SELECT unnest(?) AS w", [known])
        every = "SELECT a.w AS fw_shown, b.w AS fw_logged FROM words AS a, words AS b"
        same = f"{EVEN.format('fw_shown')} = {EVEN.format('fw_logged')}"
        cut = (
            f"({SHOWN} <> {LOGGED} AND length({END}) >= {SHORTEST} AND length({END}) < "
            f"length({LOGGED}) AND starts_with({LOGGED}, {END}))"
        )
        found = db.execute(
            f"SELECT count(*), count(*) FILTER ({SAME}), count(*) FILTER ({CUT}), "
            f"count(*) FILTER (({SAME}) <> ({same})), count(*) FILTER (({CUT}) <> {cut}) "
            f"FROM ({every})"
        ).fetchone()
    assert found is not None
    n, alike, shorter, wrongly_same, wrongly_cut = found
    assert n == len(known) ** 2
    assert alike > len(known)  # more than each with itself
    assert shorter > 0
    assert (wrongly_same, wrongly_cut) == (0, 0)
