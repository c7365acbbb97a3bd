"""Arrow IPC files and streams, and Feather of version 2, which is the same.

Read batch by batch, each proved before it is used, into the private cache as Parquet.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from typing import Any

import pyarrow as pa
from pyarrow import ipc

from investigators.read.parquet import open_parquet
from investigators.tables.converted import Batches, converted
from investigators.tables.damage import without_paths
from investigators.tables.reader import Opening, TableReader
from investigators.tables.table import Table
from investigators.trouble import InputTrouble

VERSION = "arrow 1"
FILE = b"ARROW1\0\0"
STREAM = b"\xff\xff\xff\xff"  # a message follows, its length, and its flat buffer


def open_arrow(opening: Opening) -> Table:
    """Open one Arrow or Feather file, or like ones as if they were one."""
    return open_parquet(converted(opening, VERSION, read_batches))


@contextmanager
def read_batches(opening: Opening) -> Iterator[Batches]:
    """Give the batches of one file; only one of them is in memory at a time.

    Raises:
        InputTrouble: cut off or damaged, with the batch where it shows; no columns.
    """
    (file,) = opening.files
    with ExitStack() as stack:
        with _whole(opening.name, "its head"):
            source = stack.enter_context(pa.OSFile(str(file)))
            is_file = source.read(len(FILE)) == FILE
            source.seek(0)
            reader = stack.enter_context((ipc.open_file if is_file else ipc.open_stream)(source))
        if not len(reader.schema):
            raise InputTrouble(opening.name, "the file has no columns", expected="a table")
        yield Batches(reader.schema, _proved(opening.name, reader, is_file=is_file))


def _proved(name: str, reader: Any, *, is_file: bool) -> Iterator[pa.RecordBatch]:  # noqa: ANN401 - of a file or a stream
    """Yield batches whose offsets and texts were looked through: a damaged one ends here."""
    number = 0
    while not is_file or number < reader.num_record_batches:
        with _whole(name, f"batch {number + 1}"):
            try:
                batch = reader.get_batch(number) if is_file else reader.read_next_batch()
            except StopIteration:
                return
            batch.validate(full=True)
        number += 1
        yield batch


@contextmanager
def _whole(name: str, place: str) -> Iterator[None]:
    try:
        yield
    except (pa.ArrowException, OSError, ValueError) as error:
        first = (str(error).splitlines() or ["it ends too early"])[0]
        raise InputTrouble(
            name,
            f"not a whole Arrow file: {without_paths(first)}",
            place=place,
            mend="copy or export it again; it may have been cut off",
        ) from error


def sniff(head: bytes) -> bool:
    """Whether this is an Arrow file, or a stream: the sign that a schema's message follows."""
    return head.startswith(FILE) or (head.startswith(STREAM) and head[8:12] != b"\0\0\0\0")


TABLE_READER = TableReader(
    "Arrow and Feather", (".arrow", ".feather", ".arrows", ".ipc"), sniff, open_arrow, magic=True
)
