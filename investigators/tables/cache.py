"""The private Parquet cache of files that are not columnar.

A file is read once: its cells as text, streamed; then typed by our own pass
(:mod:`investigators.tables.text_types`); then kept as Parquet under a key of path, size and time.
The cache holds personal data: its folder is readable by its owner only, its files likewise, it is
kept under a size limit (least recently used go first) and can be deleted at any time.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from investigators.tables.reader import Opening
from investigators.tables.table import Column, Table, file_literal, literal, quoted
from investigators.tables.text_types import typed_columns
from investigators.trouble import InputTrouble

VERSION = 1
LIMIT = 20 * 2**30  # bytes
DAY = 86_400  # seconds; what was used since may be open in another window
ROWS_IN_GROUP = 122_880  # DuckDB's own row group
BYTES_IN_GROUP = 64 * 2**20


@dataclass(frozen=True, slots=True)
class Texts:
    """A source as batches of text: every column is a string column.

    Later batches may have further columns, never fewer (JSON lines); ``names`` are those of the
    first.  The reader fills in ``delimiter`` and ``notes``, which may grow while the batches are
    read.  ``binary`` says that numbers were not text in the source, so that decimals mean nothing.
    """

    names: tuple[str, ...]
    batches: Iterator[pa.RecordBatch]
    delimiter: str = ""
    notes: Sequence[str] = ()
    binary: bool = False


def cache_folder() -> Path:
    """Return the cache's folder: ``FIFTHWHY_CACHE``, else the user's cache folder."""
    import platformdirs

    given = os.environ.get("FIFTHWHY_CACHE")
    return Path(given) if given else Path(platformdirs.user_cache_dir("fifthwhy"))


def cached(
    opening: Opening, reader: str, read: Callable[[Opening], Texts], *, limit: int = LIMIT
) -> Table:
    """Return the table that ``read`` yields, from the cache or through it.

    ``reader`` names the reader and its version (part of the key).

    Raises:
        InputTrouble: from ``read``, or when the cache cannot be written.
        Cancelled: nothing is left behind.
    """
    kept = keep_made(opening, reader, lambda work: _make(opening, read(opening), work), limit=limit)
    return _opened(opening, kept)


def keep_made(
    opening: Opening, reader: str, make: Callable[[Path], Path], *, limit: int = LIMIT
) -> Path:
    """Return the Parquet file that ``make`` writes into a working folder; made once, then kept.

    Raises:
        InputTrouble: from ``make``, or when the cache cannot be written.
        Cancelled: nothing is left behind.
    """
    folder = opening.cache
    key = _key(opening, reader)
    kept = folder / f"{key}.parquet"
    if not kept.is_file():
        with _working(folder, opening) as work:
            made = make(work)
            if _key(opening, reader) != key:
                raise InputTrouble(
                    opening.name, "the file changed while it was read", mend="open it again"
                )
            made.replace(kept)
        _trim(folder, limit, keep=kept)
    os.utime(kept)
    return kept


def _key(opening: Opening, reader: str) -> str:
    stamps = []
    for file in opening.files:
        for end in ("", "-wal", ".wal"):  # SQLite and DuckDB write there first
            path = file.with_name(file.name + end)
            stat = path.stat() if path.exists() else None
            if stat is not None and stat.st_size:
                stamps.append([str(path.resolve()), stat.st_size, stat.st_mtime_ns])
    whole = [VERSION, reader, opening.table, opening.dates, stamps]
    return hashlib.sha256(json.dumps(whole).encode()).hexdigest()[:32]


@contextmanager
def _working(folder: Path, opening: Opening) -> Iterator[Path]:
    """Yield a folder for half-made files that is gone afterwards, whatever happens."""
    import duckdb

    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        work = Path(tempfile.mkdtemp(prefix="making-", dir=folder))
        try:
            yield work
        finally:
            shutil.rmtree(work)
    except (OSError, duckdb.IOException) as error:
        raise InputTrouble(
            opening.name,
            f"the private cache cannot be written: {str(error).splitlines()[0]}",
            mend="free some space, or set FIFTHWHY_CACHE to another folder",
        ) from error


def _make(opening: Opening, texts: Texts, work: Path) -> Path:
    """Write the typed Parquet file; return it."""
    parts = _write_texts(texts, work)
    listed = ", ".join(file_literal(part) for part in parts)
    relation = f"read_parquet([{listed}], union_by_name = true, hive_partitioning = false)"
    names = pq.read_schema(parts[-1]).names
    typed = typed_columns(
        opening.engine,
        relation,
        names,
        opening.task,
        rows=sum(pq.read_metadata(part).num_rows for part in parts),
        dates=opening.dates,
        delimiter=texts.delimiter,
    )
    columns = [Column(t.name, t.kind, None if texts.binary else t.decimals, t.note) for t in typed]
    head = json.dumps({"columns": [asdict(c) for c in columns], "notes": list(texts.notes)})
    cells = ", ".join(f"{t.sql} AS c{number}" for number, t in enumerate(typed))
    made = work / "typed.parquet"
    made.touch(mode=0o600)
    opening.task.tick(0, 0, f"Keeping {opening.name} in the private cache")
    with opening.engine.working(opening.task) as cursor:
        cursor.execute(
            f"COPY (SELECT {cells} FROM {relation}) TO {literal(str(made))} (FORMAT parquet,"
            f" COMPRESSION zstd, COMPRESSION_LEVEL 1, USE_TMP_FILE false,"
            f" KV_METADATA {{fifthwhy: {literal(head)}}})"
        )
    return made


def _write_texts(texts: Texts, work: Path) -> list[Path]:
    """Write the batches as text-only Parquet; a new part where the columns grow."""
    parts: list[Path] = []
    writer: pq.ParquetWriter | None = None
    waiting: list[pa.RecordBatch] = []
    schema = pa.schema([(name, pa.string()) for name in texts.names])

    def flush() -> None:
        nonlocal writer
        if writer is None:
            parts.append(work / f"text-{len(parts):05d}.parquet")
            writer = pq.ParquetWriter(parts[-1], schema, compression="lz4")
        if waiting:
            rows = sum(batch.num_rows for batch in waiting)
            writer.write_table(pa.Table.from_batches(waiting, schema), row_group_size=max(rows, 1))
            waiting.clear()

    try:
        for batch in texts.batches:
            if batch.schema.names != schema.names:
                flush()
                assert writer is not None
                writer.close()
                writer, schema = None, batch.schema
            waiting.append(batch)
            size = sum(held.nbytes for held in waiting)
            if size > BYTES_IN_GROUP or sum(b.num_rows for b in waiting) >= ROWS_IN_GROUP:
                flush()
        flush()
    finally:
        if writer is not None:
            writer.close()
    return parts


def _opened(opening: Opening, kept: Path) -> Table:
    metadata = pq.read_metadata(kept)
    head = json.loads(metadata.metadata[b"fifthwhy"])
    columns = tuple(Column(**column) for column in head["columns"])
    cells = ", ".join(f"c{number} AS {quoted(c.name)}" for number, c in enumerate(columns))
    scan = f"read_parquet({file_literal(kept)}, hive_partitioning = false)"
    return Table(
        name=opening.name,
        engine=opening.engine,
        relation=f"(SELECT file_row_number AS fw_row, {cells} FROM {scan})",
        columns=columns,
        rows=metadata.num_rows,
        notes=tuple(head["notes"]),
    )


def _trim(folder: Path, limit: int, *, keep: Path) -> None:
    """Delete what was used longest ago until the cache is within ``limit`` bytes."""
    now = time.time()
    for stray in folder.glob("making-*"):  # of a process that died
        if now - stray.stat().st_mtime > DAY:
            shutil.rmtree(stray, ignore_errors=True)
    kept = sorted((file.stat().st_mtime, file) for file in folder.glob("*.parquet"))
    total = sum(file.stat().st_size for _, file in kept)
    for used, file in kept:
        if total <= limit:
            return
        if file != keep and now - used > DAY:
            total -= file.stat().st_size
            file.unlink(missing_ok=True)
