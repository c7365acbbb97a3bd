"""Feature dictionary as the feature views of a Feast repository: what its registry holds.

The repository's Python is never run: the registry is read as ``feast registry-dump`` (JSON) or
``feast feature-views describe`` (YAML) prints it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

from investigators.dictionary import DictionaryForm
from investigators.dictionary_entry import feature_of
from investigators.features import Dictionary, Feature
from investigators.roles.words import joined
from investigators.trouble import InputTrouble

VIEWS = ("featureviews", "streamfeatureviews", "ondemandfeatureviews")
FULL = "{}__{}"  # how Feast names a feature with its view


def knows(document: Mapping[str, Any]) -> bool:
    """Whether the document is one feature view, or holds a list of them, each with its spec."""
    if _is_view(document):
        return True
    return any(
        joined(str(key)) in VIEWS and isinstance(value, list) and any(map(_has_spec, value))
        for key, value in document.items()
    )


def read(document: Mapping[str, Any], name: str) -> Dictionary:
    """Read the features of every view: name, type, description, tags (unit, min, max, ...).

    A name that several views use stands for none of them: each is then called ``view__feature``,
    which is a further name of all the others.

    Source: feast.core.FeatureView, feast.core.Feature (protobuf, as JSON).

    Raises:
        InputTrouble: a view without a name or a feature without one, or the same view twice.
    """
    found = [(view, f) for place, spec in _views(document, name)
             for view, f in _features(spec, place, name)]  # fmt: skip
    times = Counter(feature.name for _, feature in found)
    features: dict[str, Feature] = {}
    aliases: dict[str, str] = {}
    for view, feature in found:
        full = FULL.format(view, feature.name)
        called = full if times[feature.name] > 1 else feature.name
        if called in features:
            raise InputTrouble(
                name, f"{feature.name} is described twice", place=view,
                mend="keep one of the two views",
            )  # fmt: skip
        features[called] = replace(feature, name=called)
        if called != full:
            aliases[full] = called
    if not features:
        raise InputTrouble(
            name, "no feature view has features", expected="spec: {name: ..., features: [...]}",
            mend="write it with: feast registry-dump > registry.json",
        )  # fmt: skip
    return Dictionary(features, name, aliases)


def _has_spec(each: object) -> bool:
    return isinstance(each, Mapping) and isinstance(each.get("spec"), Mapping)


def _is_view(document: Mapping[str, Any]) -> bool:
    return _has_spec(document) and isinstance(document["spec"].get("features"), list)


def _views(document: Mapping[str, Any], file: str) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """Yield (place, spec) of every view."""
    if _is_view(document):
        yield "spec", document["spec"]
        return
    for key, value in document.items():
        if joined(str(key)) not in VIEWS or not isinstance(value, list):
            continue
        for number, each in enumerate(value):
            place = f"{key}[{number}]"
            if not _has_spec(each):
                raise InputTrouble(
                    file, "a feature view without its spec", place=place,
                    expected="spec with name and features",
                    mend="write it again with: feast registry-dump",
                )  # fmt: skip
            yield f"{place}.spec", each["spec"]


def _features(spec: Mapping[str, Any], place: str, file: str) -> Iterator[tuple[str, Feature]]:
    view, listed = spec.get("name"), spec.get("features") or []
    if not isinstance(view, str) or not view:
        raise InputTrouble(
            file, "a feature view without a name", place=place, expected="name: ...",
            mend="Feast writes the name into spec",
        )  # fmt: skip
    if not isinstance(listed, list):
        raise InputTrouble(
            file, "the features are no list", place=place, expected="- name: ... for each feature"
        )
    for number, each in enumerate(listed):
        where = f"{place}.features[{number}]"
        if not isinstance(each, Mapping):
            raise InputTrouble(
                file, f"{str(each)[:60]!r} is no feature", place=where,
                expected="name, valueType, description, tags",
            )  # fmt: skip
        known = {"name": each.get("name"), "type": each.get("valueType", each.get("value_type"))}
        plain = {k: each[k] for k in ("description", "tags") if k in each}
        yield view, feature_of({**known, **plain}, where, file)


DICTIONARY_FORM = DictionaryForm("Feast", knows, read)
