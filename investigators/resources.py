"""Where the data that comes with the program lies: in a checkout or inside the wheel."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Literal

Room = Literal["resources", "sample_data", "sample_models"]


@cache
def room(name: Room) -> Path:
    """Return the folder ``name``.

    A checkout has it beside the package and comes first, because an editable installation may
    leave stale copies; the wheel carries it inside the package.

    Raises:
        FileNotFoundError: when neither is there (a broken installation).
    """
    package = Path(__file__).resolve().parent
    checkout = package.parent
    if (checkout / "pyproject.toml").is_file() and (checkout / name).is_dir():
        return checkout / name
    if (package / name).is_dir():
        return package / name
    raise FileNotFoundError(f"{name} is missing from this installation of fifthwhy")


def resource(*parts: str) -> Path:
    """Return the path of a file in ``resources``."""
    return room("resources").joinpath(*parts)
