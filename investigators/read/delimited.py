"""Delimited text: CSV, TSV and their like, also gzipped.

Encoding, delimiter and header are found out from the content; every cell is taken verbatim as
text first (types are decided by :mod:`investigators.tables.text_types`).  A row with too few or too
many fields, a NUL byte or an open quote stops the reading with its line number: no row is dropped.
"""

from __future__ import annotations

import codecs
import contextlib
import csv
import gzip
import io
import re
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any, cast

import pyarrow as pa
import pyarrow.compute
import pyarrow.csv

from investigators.read.delimited_end import Footer, only_below, without_end
from investigators.read.delimited_shape import Shape, shape_of
from investigators.tables.cache import Texts, cached
from investigators.tables.foreign import is_binary
from investigators.tables.naming import distinct
from investigators.tables.reader import Opening, TableReader
from investigators.tables.table import Table
from investigators.task import Task
from investigators.trouble import InputTrouble

VERSION = "delimited 2"
CHUNK = 2**22
HEAD = 2**18
LONGEST = 2**31 - 1  # characters in one field for Python's csv module
LARGEST_ROW = 2**30  # bytes
END = "fw-end-of-file"
BOMS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
WORDS = {"utf-8-sig": "UTF-8 with a byte order mark", "cp1252": "Windows-1252"}
SIGNS = {",": "comma", ";": "semicolon", "\t": "tab", "|": "bar"}
JSON_LIKE = re.compile(rb'\s*(\[\s*)?\{\s*("|\})')


@dataclass(frozen=True, slots=True)
class _Source:
    """One file with what was found out about it."""

    path: Path
    label: str
    encoding: str
    shape: Shape
    longest: int  # bytes of the longest line, where one is longer than a chunk


def open_delimited(opening: Opening) -> Table:
    """Open one delimited file, or like ones as if they were one."""
    return cached(opening, VERSION, read_texts)


def read_texts(opening: Opening) -> Texts:
    """Read every cell as text.

    Raises:
        InputTrouble: naming the line, what was expected and found.
    """
    sources = [_looked_at(file, opening) for file in opening.files]
    first = sources[0]
    names = distinct(first.shape.names)
    for other in sources[1:]:
        if other.shape.names != first.shape.names:
            raise InputTrouble(
                other.label,
                f"its columns are not those of {first.label}",
                place="line 1",
                expected=_few(first.shape.names),
                mend="open only like files together",
            )
    notes = _notes(first, names)
    return Texts(
        tuple(names),
        _all_batches(sources, names, opening.task, notes),
        delimiter=first.shape.delimiter,
        notes=notes,
    )


def _notes(source: _Source, names: list[str]) -> list[str]:
    notes = []
    if source.encoding != "utf-8":
        notes.append(f"read as {WORDS.get(source.encoding, source.encoding.upper())}")
    if source.shape.delimiter not in ",\t":
        notes.append(f"fields are divided by {SIGNS[source.shape.delimiter]}")
    if source.shape.titles:
        lines = "a line" if source.shape.titles == 1 else f"{source.shape.titles} lines"
        notes.append(f"{lines} above the table left out")
    if source.shape.padded:
        notes.append("the blank after each delimiter left out")
    if not source.shape.header:
        notes.append("no header line: columns are numbered")
    renamed = [
        f"{name or 'empty'} as {new}"
        for name, new in zip(source.shape.names, names, strict=True)
        if name != new and source.shape.header
    ]
    if renamed:
        notes.append(f"columns renamed: {', '.join(renamed)}")
    return notes


def _looked_at(path: Path, opening: Opening) -> _Source:
    label = opening.label(path)
    encoding, longest = _encoding_of(path, label, opening.task)
    with _opened(path, label) as stream:
        decoder = codecs.getincrementaldecoder(encoding)()
        head = stream.read(HEAD)
        text = decoder.decode(head)
    shape = shape_of(text, whole=len(head) < HEAD)
    if shape is None:
        raise InputTrouble(label, "the file holds only blank lines", expected="a table")
    return _Source(path, label, encoding, shape, longest)


@contextlib.contextmanager
def _opened(path: Path, label: str) -> Iterator[IO[bytes]]:
    with path.open("rb") as probe:
        packed = probe.read(2) == b"\x1f\x8b"
    try:
        with path.open("rb") as plain:
            yield cast("IO[bytes]", gzip.GzipFile(fileobj=plain)) if packed else plain
    except (EOFError, zlib.error, gzip.BadGzipFile) as error:
        raise InputTrouble(
            label, f"the gzip file is damaged: {error}", mend="copy it again from its source"
        ) from error


def _encoding_of(path: Path, label: str, task: Task) -> tuple[str, int]:
    """Return the encoding that the whole file can be read in, and its longest line's bytes.

    A byte order mark decides; else UTF-8 if every byte fits it; else Windows-1252.
    """
    with _opened(path, label) as stream:
        head = stream.read(4096)
    marked = next((name for bom, name in BOMS if head.startswith(bom)), None) or unmarked(head)
    tried = [marked] if marked else ["utf-8", "cp1252"]
    faults = []
    for encoding in tried:
        fault, longest = _fault_in(path, label, encoding, task)
        if fault is None:
            return encoding, longest
        faults.append(f"{WORDS.get(encoding, encoding.upper())} on line {fault}")
    if marked is None and is_binary(head):
        raise InputTrouble(
            label,
            "this is no text: it holds binary data",
            place=f"line {faults[0].rpartition(' ')[2]}",
            expected="CSV or TSV",
            mend="give the table itself, or export it again as CSV",
        )
    raise InputTrouble(label, f"is not {' and not '.join(faults)}", mend="save the file as UTF-8")


def unmarked(head: bytes) -> str | None:
    """Return which UTF-16 it is, when text begins without its byte order mark."""
    pairs = len(head) // 2
    if pairs >= 8:
        for first, name in ((1, "utf-16-le"), (0, "utf-16-be")):
            zeros = head[first : 2 * pairs : 2].count(0)
            if zeros >= 0.8 * pairs and head[1 - first : 2 * pairs : 2].count(0) == 0:
                return name
    return None


def _fault_in(path: Path, label: str, encoding: str, task: Task) -> tuple[int | None, int]:
    """Return the first line that is not in ``encoding`` (or ``None``), and the longest line.

    Its length in bytes is only right where it is longer than a chunk.
    """
    waiting = longest = 0
    decoder = codecs.getincrementaldecoder(encoding)()
    line, done, size = 1, 0, path.stat().st_size
    with _opened(path, label) as stream:
        while chunk := stream.read(CHUNK):
            task.tick(min(done, size), size, f"Reading {label}")
            try:
                text = decoder.decode(chunk)
            except UnicodeDecodeError as error:
                return line + chunk[: error.start].count(b"\n"), longest
            if "\0" in text:
                line += text[: text.index("\0")].count("\n")
                raise InputTrouble(
                    label,
                    "a NUL byte",
                    place=f"line {line}",
                    expected="text",
                    mend="export the file again; it may have been cut or overwritten",
                )
            line += text.count("\n")
            ends = chunk.find(b"\n")
            longest = max(longest, waiting + (len(chunk) if ends < 0 else ends))
            waiting = waiting + len(chunk) if ends < 0 else len(chunk) - chunk.rfind(b"\n")
            done += len(chunk)
        try:
            decoder.decode(b"", final=True)
        except UnicodeDecodeError:
            return line, longest
    return None, longest


class _Stream(io.RawIOBase):
    """The file as UTF-8, with a last row of its own that shows whether a quote was left open."""

    def __init__(self, stream: IO[bytes], encoding: str, last: str) -> None:
        super().__init__()
        self._stream = stream
        self._decode = codecs.getincrementaldecoder(encoding)().decode
        self._plain = encoding == "utf-8"
        self._last: str | None = last
        self.bytes_read = 0

    def readable(self) -> bool:
        return True

    def read(self, size: int = -1, /) -> bytes:
        """Return about ``size`` bytes; empty at the end."""
        parts: list[bytes] = []
        # The last row comes with what stands before it: the parser wants whole first lines.
        while sum(map(len, parts)) < max(size, 1) and (chunk := self._stream.read(size)):
            self.bytes_read += len(chunk)
            parts.append(chunk if self._plain else self._decode(chunk).encode())
        if sum(map(len, parts)) < max(size, 1) and self._last is not None:
            parts.append(self._last.encode())
            self._last = None
        return b"".join(parts)


def _all_batches(
    sources: list[_Source], names: list[str], task: Task, notes: list[str]
) -> Iterator[pa.RecordBatch]:
    for source in sources:
        footer = Footer()
        try:
            yield from without_end(_batches(source, names, task, footer), END, notes)
        except ValueError as error:
            raise _fault(source, "a quoted field is not closed") from error
        if footer.lines:
            with _walked(source) as rows:
                if not only_below(rows, len(names)):
                    raise _fault(source, "a row of another width")
            notes.append(f"left out below the table: {' | '.join(footer.lines)[:120]}")


def _batches(
    source: _Source, names: list[str], task: Task, footer: Footer
) -> Iterator[pa.RecordBatch]:
    last = "\n" + source.shape.delimiter.join([END] * len(names)) + "\n"
    size = source.path.stat().st_size
    rows = 0
    try:
        with _opened(source.path, source.label) as raw:
            stream = _Stream(raw, source.encoding, last)
            with _parser(stream, source, names, footer) as reader:
                for batch in reader:
                    rows += batch.num_rows
                    done = min(size, stream.bytes_read)
                    task.tick(done, size, f"Reading {source.label}: {rows:,} rows")
                    if batch.num_rows:
                        yield _trimmed(batch) if source.shape.padded else batch
    except pa.ArrowInvalid as error:
        raise _fault(source, str(error)) from error


def _trimmed(batch: pa.RecordBatch) -> pa.RecordBatch:
    columns = [pyarrow.compute.utf8_ltrim(column, characters=" ") for column in batch.columns]
    return pa.RecordBatch.from_arrays(columns, schema=batch.schema)


def _parser(
    stream: _Stream, source: _Source, names: list[str], footer: Footer
) -> pyarrow.csv.CSVStreamingReader:
    return pyarrow.csv.open_csv(
        pa.PythonFile(stream, "r"),
        read_options=pyarrow.csv.ReadOptions(
            column_names=names,
            skip_rows=source.shape.skip,
            skip_rows_after_names=int(source.shape.header),
            block_size=min(max(CHUNK, 2 * source.longest), LARGEST_ROW),  # a row fits in a block
        ),
        parse_options=pyarrow.csv.ParseOptions(
            delimiter=source.shape.delimiter,
            newlines_in_values=True,
            invalid_row_handler=footer,
        ),
        convert_options=pyarrow.csv.ConvertOptions(
            column_types={name: pa.string() for name in names}, strings_can_be_null=False
        ),
    )


@contextlib.contextmanager
def _walked(source: _Source) -> Iterator[Any]:
    """Python's slower reader over the rows of a file, lines before the table left out."""
    before = csv.field_size_limit(LONGEST)
    try:
        with (
            _opened(source.path, source.label) as raw,
            io.TextIOWrapper(raw, encoding=source.encoding, newline="") as text,
        ):
            for _ in range(source.shape.skip):
                next(text)
            yield csv.reader(text, delimiter=source.shape.delimiter, strict=True)
    finally:
        csv.field_size_limit(before)


def _fault(source: _Source, found: str) -> InputTrouble:
    """Walk through the file with Python's slower reader to the line that is at fault."""
    if "straddl" in found:
        found = "a row is longer than can be read"
    wanted = len(source.shape.names)
    expected = f"{wanted} field{'s' if wanted != 1 else ''}"
    start = source.shape.skip + 1
    try:
        with _walked(source) as rows:
            for row in rows:
                if row and len(row) != wanted:
                    return InputTrouble(
                        source.label,
                        f"found {len(row)}",
                        place=f"line {start}",
                        expected=expected,
                        mend=_mend(row, wanted),
                    )
                start = source.shape.skip + rows.line_num + 1
    except csv.Error as error:
        if "end of data" not in str(error):
            found = "text after a closing quote"
        else:
            found = "a quoted field is not closed"
        return InputTrouble(
            source.label,
            found,
            place=f"line {start}",
            expected=expected,
            mend="export the file again; it may have been cut off",
        )
    return InputTrouble(source.label, found.splitlines()[0], expected=expected)


def _mend(row: list[str], wanted: int) -> str:
    if len(row) < wanted:
        return "take the line out if it is no row, or export the file again"
    if not any(cell.strip() for cell in row[wanted:]):
        return "name the further columns in the first line, or leave out the empty fields"
    return "put fields that hold the delimiter or a line end in quotes"


def _few(names: tuple[str, ...]) -> str:
    shown = ", ".join(names[:8])
    return f"{shown} ..." if len(names) > 8 else shown


def sniff(head: bytes) -> bool:
    """Whether this can be delimited text: no NUL but in UTF-16, neither JSON nor markup."""
    if any(head.startswith(bom) for bom, _ in BOMS):
        return True
    if unmarked(head[:4096]):
        return True
    if b"\0" in head or head.lstrip().startswith(b"<") or JSON_LIKE.match(head):
        return False
    control = sum(head.count(bytes([code])) for code in (1, 2, 3, 4, 5, 6, 7, 8))
    return control == 0


TABLE_READER = TableReader(
    "CSV and TSV",
    (".csv", ".tsv", ".txt", ".tab", ".csv.gz", ".tsv.gz", ".txt.gz", ".tab.gz"),
    sniff,
    open_delimited,
)
