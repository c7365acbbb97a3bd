"""Names files of formats that are not read by their first bytes, whatever they are called."""

from __future__ import annotations

AS_CSV = "save the sheet as CSV"
EXPORT = "export the table as CSV or Parquet"
# First bytes -> what it is, how to mend it.
BEGINNINGS: tuple[tuple[bytes, str, str], ...] = (
    (b"PK\x03\x04", "a ZIP archive", "unpack it"),
    (b"PK\x05\x06", "an empty ZIP archive", "give the file that was packed"),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "an old Excel or other Office file", AS_CSV),
    (b"\x1f\x8b", "a gzip file inside a gzip file", "unpack it once"),
    (b"BZh", "a bzip2 file", "unpack it, or pack it with gzip"),
    (b"\xfd7zXZ\0", "an xz file", "unpack it, or pack it with gzip"),
    (b"\x28\xb5\x2f\xfd", "a zstd file", "unpack it, or pack it with gzip"),
    (b"7z\xbc\xaf\x27\x1c", "a 7z archive", "unpack it"),
    (b"%PDF-", "a PDF", EXPORT),
    (b"\x89PNG\r\n\x1a\n", "a picture (PNG)", "give the table; a picture goes with --screenshot"),
    (b"\xff\xd8\xff", "a picture (JPEG)", "give the table; a picture goes with --screenshot"),
    (b"GIF8", "a picture (GIF)", "give the table; a picture goes with --screenshot"),
    (b"FEA1", "a Feather file of version 1", "write it again as version 2, or as Parquet"),
    (b"Obj\x01", "an Avro file", EXPORT),
    (b"ORC", "an ORC file", EXPORT),
    (b"\x93NUMPY", "a NumPy array", EXPORT),
    (b"\x7fELF", "a program", "give the table"),
    (b"{\\rtf", "an RTF document", EXPORT),
    (b"version https://git-lfs.github.com/", "a Git LFS pointer", "fetch the file: git lfs pull"),
)
MARKUP = (b"<!doctype", b"<html", b"<?xml", b"<head", b"<body", b"<script")


def foreign(head: bytes) -> tuple[str, str] | None:
    """Return (what it is, how to mend it) for a format that is known and not read."""
    for start, words, mend in BEGINNINGS:
        if head.startswith(start):
            return words, mend
    text = head.removeprefix(b"\xef\xbb\xbf").lstrip()[:16].lower()
    if text.startswith(MARKUP):
        return (
            "a page or document (HTML or XML)",
            f"{EXPORT}; it may be a page that asks to sign in",
        )
    return None


def is_binary(head: bytes) -> bool:
    """Whether bytes hold control characters that no text of any eight-bit encoding holds."""
    return any(code in head for code in (*range(9), *range(14, 27), 28, 29, 30, 31))
