"""``affected.csv``: the rows of the strongest lead, before and after the repair.

Streamed, masked for its audience, and safe to open in a spreadsheet: a text that would be read as
a formula is quoted (OWASP ASVS 5, 1.2.10), numbers stay numbers.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from investigators.investigation import Investigation
from investigators.numbers import rounded
from investigators.report.model import Audience
from investigators.task import Task
from investigators.trouble import InputTrouble

if TYPE_CHECKING:
    import pyarrow as pa

FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n", "\0", "＝", "＋", "－", "＠")


def safe(text: str) -> str:
    """Quote a text that a spreadsheet would read as a formula."""
    return f"'{text}" if text.lstrip(" ").startswith(FORMULA_STARTS) else text


def write(
    path: Path,
    investigation: Investigation,
    audience: Audience = "shared",
    task: Task | None = None,
) -> int:
    """Write the list, whole or not at all, and return the number of rows.

    Raises:
        InputTrouble: nothing to list, or the file cannot be written.
    """
    affected = investigation.affected
    if affected is None:
        raise InputTrouble(path.name, "no lead has a list of affected rows")
    part = path.with_name(f".{path.name}.part")
    task = task or Task()
    rows = 0
    masks = Masks(investigation, audience)
    try:
        with part.open("w", encoding="utf-8", newline="") as file:
            writer = csv.writer(file, lineterminator="\r\n")
            writer.writerow([safe(name) for name in _header(affected.features)])
            for batch in affected.batches():
                writer.writerows(_cells(batch, masks))
                rows += batch.num_rows
                task.tick(rows, affected.rows, "writing the affected rows")
        part.replace(path)
    except OSError as error:
        raise InputTrouble(path.name, f"cannot be written: {error.strerror}") from error
    finally:
        part.unlink(missing_ok=True)
    return rows


class Masks:
    """Stand-ins for ids, counted off in the order of appearance; subject-1 is the decision's."""

    def __init__(self, investigation: Investigation, audience: Audience) -> None:
        decision = investigation.case.decision
        self.audience = audience
        self.zone_known = investigation.case.zone is not None
        self.own_id = decision.id if decision is not None else None
        own_subject = decision.subject if decision is not None else None
        self._subjects: dict[str, int] = {} if own_subject is None else {own_subject: 1}
        self._ids = 0
        dictionary = investigation.dictionary
        features = investigation.affected.features if investigation.affected else ()
        withheld = [name for name in features if dictionary.get(name).sensitive]
        self.withheld = {f"{name}_{side}" for name in withheld for side in ("before", "after")}
        self.inputs = {f"{name}_{side}" for name in features for side in ("before", "after")}

    def id(self, value: str | None) -> str | None:
        """Mask a row's id."""
        if value is None or self.audience == "internal":
            return value
        if value == self.own_id:
            return value if self.audience == "shared" else "decision-1"
        self._ids += 1
        return f"id-{self._ids}"

    def subject(self, value: str | None) -> str | None:
        """Mask a subject: the same one gets the same stand-in."""
        if value is None or self.audience == "internal":
            return value
        return f"subject-{self._subjects.setdefault(value, len(self._subjects) + 1)}"

    def input(self, column: str, value: object) -> object:
        """Round or withhold an input's value for the public."""
        if self.audience != "public" or column not in self.inputs or value is None:
            return value
        if column in self.withheld:
            return "withheld"
        return rounded(value) if isinstance(value, float) else value


def _header(features: tuple[str, ...]) -> list[str]:
    pairs = [f"{name}_{side}" for name in features for side in ("before", "after")]
    scores = ["score_before", "score_after", "decision_before", "decision_after"]
    return ["id", "subject", "time", *scores, *pairs, "outcome"]


def _cells(batch: pa.RecordBatch, masks: Masks) -> Iterator[list[Any]]:
    names = batch.schema.names
    for row in zip(*(column.to_pylist() for column in batch.columns), strict=True):
        yield [_cell(name, value, masks) for name, value in zip(names, row, strict=True)]


def _cell(name: str, value: object, masks: Masks) -> object:
    if name == "id" and isinstance(value, str):
        value = masks.id(value)
    elif name == "subject" and isinstance(value, str):
        value = masks.subject(value)
    elif isinstance(value, datetime) and masks.audience == "public":
        return value.date().isoformat()
    elif isinstance(value, datetime):
        return value.isoformat() + ("Z" if masks.zone_known and value.tzinfo is None else "")
    else:
        value = masks.input(name, value)
    return safe(value) if isinstance(value, str) else value
