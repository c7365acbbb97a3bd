"""Times the list of decisions: ``python tests/benchmarks/list_bench.py [--rows N]``.

A log of five million rows and ten columns, made in the engine.  Each answer of the list stands
beside a bare DuckDB query of the same file; the pair runs interleaved, so that a busy machine slows
both.  Then the pane itself scrolls, sorts and filters without a display while a timer of 10 ms
on its thread measures how long the window could not have answered.
"""

from __future__ import annotations

import argparse
import os
import random
import statistics
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import duckdb

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))
ROWS, TIMES, PAGE, SEED, LIMIT_MS = 5_000_000, 5, 256, 20_261_127, 250
MAKE = """COPY (SELECT 'ord-' || lpad(CAST(i AS VARCHAR), 8, '0') AS order_no,
  TIMESTAMP '2026-03-01' + to_microseconds(CAST(i AS BIGINT) * 1555200) AS created,
  'c' || CAST(hash(i) % ({rows} // 4) AS VARCHAR) AS customer,
  '7.' || CAST(hash(i + 1) % 3 AS VARCHAR) AS app_version,
  (['DE', 'AT', 'CH', 'FR', 'NL', 'PL'])[1 + CAST(hash(i + 2) % 6 AS INTEGER)] AS country,
  round(exp(3 + (hash(i + 3) % 100000) / 40000.0), 2) AS basket,
  (hash(i + 4) % 7200) / 10.0 AS fill_time,
  CAST(hash(i + 5) % 40 AS INTEGER) AS items,
  round((hash(i + 6) % 1000000) / 1000000.0, 4) AS score,
  CASE WHEN (hash(i + 6) % 1000000) / 1000000.0 >= 0.8 THEN 'review' ELSE 'accept' END AS decision
  FROM range({rows}) t(i)) TO '{file}' (FORMAT parquet)"""
CASE = """title = "Many rows"
zone = "UTC"
[model]
threshold = 0.8
above = "review"
below = "accept"
adverse = "review"
[log]
file = "log.parquet"
columns = { id = "order_no", time = "created", subject = "customer", score = "score", \
decision = "decision", segment = ["app_version", "country"] }
"""
CELLS = "file_row_number, created, order_no, score, decision"
SHOWN = ("fw_time", "fw_id", "fw_score", "fw_decision")


def make(folder: Path, rows: int) -> Path:
    """Make the case in ``folder`` unless it is there; return its ``case.toml``."""
    case = folder / "case.toml"
    if not case.is_file():
        folder.mkdir(parents=True, exist_ok=True)
        duckdb.sql(MAKE.format(rows=rows, file=folder / "log.parquet"))
        case.write_text(CASE, encoding="utf-8")
    return case


def pairs(name: str, ours: Callable[[], object], bare: Callable[[], object]) -> None:
    """Print medians and the median ratio of interleaved pairs."""
    first, second = [], []
    for _ in range(TIMES):
        for action, seconds in ((ours, first), (bare, second)):
            start = time.perf_counter()
            action()
            seconds.append(time.perf_counter() - start)
    ratio = statistics.median(a / b for a, b in zip(first, second, strict=True))
    print(
        f"{name:<34} {statistics.median(first) * 1e3:9.0f} ms, bare "
        f"{statistics.median(second) * 1e3:8.0f} ms, {ratio:6.2f} x (median of {TIMES} pairs)",
        flush=True,
    )


def answers(case: Path, rows: int) -> None:
    """Print each answer of the list beside a bare query."""
    from investigators import desk
    from investigators.wish import SURPRISE, Filter, Wish

    log = f"read_parquet('{case.parent / 'log.parquet'}', file_row_number = true)"
    connection = duckdb.connect()
    connection.execute("SET threads = 2")

    def bare(sql: str) -> Callable[[], object]:
        return lambda: connection.sql(sql.format(log=log)).to_arrow_table()

    rng = random.Random(SEED)
    start = time.perf_counter()
    with desk.open_case(case) as opened:
        print(f"{'open (read, type, write)':<34} {(time.perf_counter() - start) * 1e3:9.0f} ms")
        found = opened.decisions()
        assert found is not None
        engine = opened.view.log.engine
        worst_first = Wish(order="fw_score", descending=True)
        review = Wish(filters=(Filter("fw_decision", ("review",)),))

        def anew(wish: Wish) -> object:
            engine._orders.clear()
            return found.arrange(wish), found.page(wish, 0, PAGE, SHOWN)

        def page(sql_at: int) -> str:
            where = f"file_row_number >= {sql_at} AND file_row_number < {sql_at + PAGE}"
            return f"SELECT {CELLS} FROM {{log}} WHERE {where}"

        some = ", ".join(str(rng.randrange(rows)) for _ in range(PAGE))
        sort = "SELECT file_row_number FROM {log} ORDER BY score DESC, file_row_number"
        keep = "SELECT file_row_number FROM {log} WHERE decision = 'review'"
        strip = (
            "SELECT floor((epoch(created) - 1772323200) / 121500) AS k, count(*), "
            "avg(CASE WHEN decision = 'review' THEN 1.0 ELSE 0.0 END), avg(score) "
            "FROM {log} GROUP BY 1"
        )
        at = rng.randrange(rows - PAGE)
        pairs("first page", lambda: found.page(Wish(), 0, PAGE, SHOWN), bare(page(0)))
        pairs("jump to a random place", lambda: found.page(Wish(), at, PAGE, SHOWN), bare(page(at)))
        pairs("sort by a number, first page", lambda: anew(worst_first), bare(sort))
        pairs(
            "jump in the sorted list",
            lambda: found.page(worst_first, rng.randrange(rows - PAGE), PAGE, SHOWN),
            bare(f"SELECT {CELLS} FROM {{log}} WHERE file_row_number IN ({some})"),
        )
        pairs("filter by a value, first page", lambda: anew(review), bare(keep))
        pairs("time strip", lambda: found.strip(Wish()), bare(strip))
        pairs("most surprising first", lambda: anew(Wish(order=SURPRISE)), bare(sort))
        pairs("place of a row in the order", lambda: found.place_of(worst_first, at), bare(sort))


class Gaps:
    """How long the GUI thread was away between two ticks of a 10 ms timer."""

    def __init__(self) -> None:
        from PySide6.QtCore import QTimer

        self.seen: list[float] = []
        self._last = time.perf_counter()
        self.timer = QTimer()
        self.timer.setInterval(10)
        self.timer.timeout.connect(self._tick)

    def _tick(self) -> None:
        now = time.perf_counter()
        self.seen.append(now - self._last)
        self._last = now

    def measure(self, name: str, action: Callable[[], object], until: Callable[[], bool]) -> None:
        """Do something, wait until it is done, and print the gaps."""
        from PySide6.QtWidgets import QApplication

        self.seen.clear()
        self._last = start = time.perf_counter()
        self.timer.start()
        action()
        while not until() or time.perf_counter() - start < 0.3:
            QApplication.processEvents()
            time.sleep(0.001)
        self.timer.stop()
        worst = max(self.seen) * 1e3
        kept = "kept" if worst <= LIMIT_MS else "NOT KEPT"
        print(
            f"{name:<34} {(time.perf_counter() - start) * 1e3:9.0f} ms; gap of the GUI thread: "
            f"median {statistics.median(self.seen) * 1e3:3.0f} ms, worst {worst:4.0f} ms   "
            f"{LIMIT_MS} ms: {kept}",
            flush=True,
        )


def window(case: Path) -> None:
    """Scroll, sort and filter the pane itself, and print the gaps of its thread."""
    from PySide6.QtWidgets import QApplication

    from app import start
    from app.panes.decisions import DecisionsPane
    from app.session import Session
    from investigators.wish import SURPRISE, Filter

    start.application()
    session = Session()
    pane = DecisionsPane(session, lambda _id: None)
    pane.resize(420, 700)
    pane.show()
    gaps, rng, listing = Gaps(), random.Random(SEED), pane.listing

    def there() -> bool:
        listed, top = pane.model.listed, max(pane.table.rowAt(0), 0)
        if listing.busy or listing.counting or listed is None:
            return False
        return listed.count == 0 or pane.model.peek(top) is not None

    def scroll() -> None:
        bar = pane.table.verticalScrollBar()
        bar.setValue(rng.randrange(bar.maximum()))

    def drag() -> None:
        bar: Any = pane.table.verticalScrollBar()
        for k in range(200):
            bar.setValue(k * bar.maximum() // 200)
            QApplication.processEvents()

    gaps.measure("window: open", lambda: session.open_files([str(case)]), there)
    gaps.measure("window: jump", scroll, there)
    gaps.measure("window: drag over all rows", drag, there)
    for name in ("fw_score", "basket", SURPRISE):
        gaps.measure(f"window: sort, {name}", lambda name=name: listing.order(name), there)
        gaps.measure("window: jump in it", scroll, there)
    chip = Filter("fw_decision", ("review",))
    gaps.measure("window: filter in that order", lambda: listing.add(chip), there)
    gaps.measure("window: file order", lambda: listing.order(""), there)
    pane.close()
    session.close()


def main() -> None:
    """Print both tables."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=ROWS)
    parser.add_argument("--folder", type=Path, default=ROOT / "out" / "bench")
    given = parser.parse_args()
    case = make(given.folder / f"list_{given.rows}", given.rows)
    os.environ.setdefault("FIFTHWHY_HOME", str(given.folder / "home"))
    os.environ.setdefault("FIFTHWHY_CACHE", str(given.folder / "cache"))
    print(f"{given.rows:,} rows; {os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}")
    answers(case, given.rows)
    window(case)


if __name__ == "__main__":
    main()
