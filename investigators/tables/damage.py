"""Says which file is damaged where the engine finds it out in the middle of its data."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager

from investigators.trouble import InputTrouble


@contextmanager
def whole(name: str) -> Iterator[None]:
    """Say which file is damaged where a reader finds it out in the middle of its data."""
    import duckdb

    try:
        yield
    except (duckdb.ProgrammingError, duckdb.InternalError) as error:
        if not isinstance(error, duckdb.InvalidInputException):
            raise  # a mistake of ours, not of the file
        raise _damaged(name, error) from error
    except duckdb.Error as error:
        raise _damaged(name, error) from error


def without_paths(words: str) -> str:
    """Leave only the names of files, never where they lie."""
    return re.sub(r"(?<![\w.])(?:[A-Za-z]:)?[/\\](?:[^\"'/\\]*[/\\])*([^\"'/\\]+)", r"\1", words)


def _damaged(name: str, error: Exception) -> InputTrouble:
    return InputTrouble(
        name,
        f"its data cannot be read: {without_paths(str(error).splitlines()[0])}",
        expected="a whole file",
        mend="copy or export it again",
    )
