"""Further model files beside the case's own: which columns of the log each would be fed from."""

from __future__ import annotations

from collections.abc import Mapping as Map
from collections.abc import Sequence
from dataclasses import dataclass, replace

from investigators.case import Brief
from investigators.features import Dictionary
from investigators.model import Model, OtherModel
from investigators.roles.mapping import Mapping, map_inputs
from investigators.roles.profile import Profile
from investigators.tables.table import Table
from investigators.trouble import InputTrouble


@dataclass(frozen=True)
class Log:
    """The log that a model is asked about; ``columns`` are its profiles."""

    table: Table
    brief: Brief
    dictionary: Dictionary
    columns: Map[str, Profile]


def other_models(
    others: Sequence[Model], own: Model | None, mapping: Mapping | None, log: Log
) -> dict[str, OtherModel]:
    """The other models by name, each fed as the case's own where both have the same input.

    Raises:
        InputTrouble: without a model of the case, or where two files have one name.
    """
    found: dict[str, OtherModel] = {}
    for other in others:
        if own is None or mapping is None:
            raise InputTrouble(
                other.name,
                "another model was given, but none of the case",
                mend="give the model that should be in production with --model",
            )
        if other.name in {*found, own.name}:
            raise InputTrouble(
                other.name, "two model files have this name", mend="rename one of them"
            )
        found[other.name] = _fed(other, own, mapping, log)
    return found


def _fed(other: Model, own: Model, mapping: Mapping, log: Log) -> OtherModel:
    if len(other.classes) == len(own.classes):
        other = replace(other, classes=own.classes, of_class=own.of_class)
    said = {k: v for k, v in log.brief.columns.items() if not k.startswith("log.feature:")}
    brief = replace(log.brief, columns=said)
    made = map_inputs(other, log.table, brief, dictionary=log.dictionary, columns=log.columns)
    inputs = made.by_name().expressions
    known = {each.name: each for each in own.inputs}
    for each in other.inputs:
        same = known.get(each.name)
        if (
            same is not None
            and each.name in mapping.expressions
            and (same.kind, same.categories, same.coded) == (each.kind, each.categories, each.coded)
        ):
            inputs[each.name] = mapping.expressions[each.name]
    missing = tuple(i.name for i in other.inputs if i.used and i.name not in inputs)
    return OtherModel(other, inputs, missing)
