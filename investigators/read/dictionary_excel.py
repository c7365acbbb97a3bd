"""Feature dictionary as an Excel or OpenDocument sheet."""

from __future__ import annotations

from pathlib import Path

from investigators.dictionary import DictionaryReader, from_rows
from investigators.features import Dictionary
from investigators.trouble import InputTrouble


def open_excel(path: Path, name: str) -> Dictionary:
    """Read the first sheet that has a header with a name column; one row per feature.

    Raises:
        InputTrouble: not a workbook, or no sheet with such a header.
    """
    import python_calamine

    try:
        workbook = python_calamine.CalamineWorkbook.from_path(str(path))
        sheets = [
            (sheet, workbook.get_sheet_by_name(sheet).to_python(skip_empty_area=False))
            for sheet in workbook.sheet_names
        ]
    except (python_calamine.CalamineError, OSError) as error:
        raise InputTrouble(
            name, f"not a workbook: {error}", mend="save it again as .xlsx"
        ) from error
    trouble: InputTrouble | None = None
    for sheet, rows in sheets:
        try:
            return from_rows(rows, f"{name}::{sheet}" if len(sheets) > 1 else name)
        except InputTrouble as error:
            if error.place:
                raise
            trouble = trouble or error
    raise trouble or InputTrouble(name, "the workbook has no sheets")


DICTIONARY_READER = DictionaryReader(
    (".xlsx", ".xlsm", ".xls", ".xlsb", ".ods"), "Excel", open_excel
)
