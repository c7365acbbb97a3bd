"""Finds what lies in ``read/``, ``explain/``, ``checks/`` and ``report/``.

A new check, reader, explainer or writer is one new file that defines the constant of its kind;
installed packages can add theirs through entry points of the group ``fifthwhy``.  This is the only
module that opens those rooms.
"""

from __future__ import annotations

import importlib
import pkgutil
from functools import cache
from types import ModuleType
from typing import Any

ENTRY_POINT_GROUP = "fifthwhy"


def _modules(room: str) -> list[ModuleType]:
    package = importlib.import_module(f"investigators.{room}")
    names = sorted(
        info.name for info in pkgutil.walk_packages(package.__path__, package.__name__ + ".")
    )
    return [importlib.import_module(name) for name in names]


@cache
def _installed() -> tuple[Any, ...]:
    """Modules of other packages: finding them reads the metadata of everything installed."""
    from importlib.metadata import entry_points  # slow to import, and the window waits for shelf

    points = sorted(entry_points(group=ENTRY_POINT_GROUP), key=lambda point: point.name)
    return tuple(point.load() for point in points)


@cache
def _found(room: str, constant: str) -> tuple[Any, ...]:
    modules = (*_modules(room), *_installed())
    return tuple(getattr(module, constant) for module in modules if hasattr(module, constant))


def checks() -> tuple[Any, ...]:
    """Every :class:`~investigators.check.Check`, cheap and decisive first, then by id."""
    return tuple(sorted(_found("checks", "CHECK"), key=lambda check: (check.order, check.id)))


def table_readers() -> tuple[Any, ...]:
    """Every :class:`~investigators.tables.reader.TableReader`."""
    return _found("read", "TABLE_READER")


def model_readers() -> tuple[Any, ...]:
    """Every :class:`~investigators.model.ModelReader`."""
    return _found("read", "MODEL_READER")


def dictionary_readers() -> tuple[Any, ...]:
    """Every :class:`~investigators.dictionary.DictionaryReader`."""
    return _found("read", "DICTIONARY_READER")


def dictionary_forms() -> tuple[Any, ...]:
    """Every :class:`~investigators.dictionary.DictionaryForm`."""
    return _found("read", "DICTIONARY_FORM")


def policy_readers() -> tuple[Any, ...]:
    """Every :class:`~investigators.policy.PolicyReader`."""
    return _found("read", "POLICY_READER")


def explainers() -> tuple[Any, ...]:
    """Every :class:`~investigators.explainer.Explainer`."""
    return _found("explain", "EXPLAINER")


def writers() -> tuple[Any, ...]:
    """Every :class:`~investigators.report.writer.Writer`."""
    return _found("report", "WRITER")
