"""The register of evidence: ids are given in the order in which the report refers to them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from investigators.investigation import Investigation
from investigators.numbers import count_of

ROLE_WORDS = {
    "model": "model file",
    "other_model": "other model file",
    "log": "log",
    "reference": "training data",
    "outcomes": "outcomes",
    "ui_events": "UI events",
    "lookup": "lookup table",
    "feature_store": "feature store",
    "features": "feature dictionary",
    "policy": "decision rule as documented",
    "releases": "list of releases",
    "screenshot": "screenshot",
}
GRADES = {
    "A": "computed here from sealed data",
    "B": "logged by a system",
    "C": "seen or said by a person",
    "D": "assumed",
}


@dataclass(frozen=True, slots=True)
class Evidence:
    """One entry: its id, what it is, its grade (A to D), and the sha256 of a file."""

    id: str
    what: str
    grade: str
    sha256: str = ""


class Register:
    """Gives out evidence ids.

    Keys: ``source:ROLE``, ``given`` (settings), ``reproduced``, ``explanation``, ``words`` (what
    was reported), ``answers``, ``fact:ID`` (one by hand), ``picture:SHA256``, ``interview:ID``,
    ``walkthrough:ID``, ``repair:LEAD``, a lead's id, a finding's id.
    """

    def __init__(self, investigation: Investigation) -> None:
        """``investigation`` is the one the report is about, masked already."""
        self._known = dict(_entries(investigation))
        self._given: dict[str, Evidence] = {}

    def ids(self, *keys: str) -> tuple[str, ...]:
        """Return the ids for the keys, giving new ones to those not yet referred to.

        Raises:
            KeyError: a key nothing stands behind; that is a mistake in the report's code.
        """
        return tuple(dict.fromkeys(self._id(key) for key in keys))

    def has(self, key: str) -> bool:
        """Whether something stands behind the key."""
        return key in self._known

    def keys_of(self, sha256: str) -> tuple[str, ...]:
        """Keys of what has this hash."""
        return tuple(key for key, (_, _, known) in self._known.items() if known == sha256)

    def entries(self) -> tuple[Evidence, ...]:
        """Return all that was referred to, then the files nothing referred to."""
        self.ids(*(key for key in self._known if key.startswith("source:")))
        return tuple(self._given.values())

    def _id(self, key: str) -> str:
        if key not in self._given:
            what, grade, sha256 = self._known[key]
            self._given[key] = Evidence(f"E{len(self._given) + 1}", what, grade, sha256)
        return self._given[key].id


def _entries(investigation: Investigation) -> list[tuple[str, tuple[str, str, str]]]:
    entries: list[tuple[str, tuple[str, str, str]]] = []
    seen: dict[str, int] = {}
    for source in investigation.case.sources:
        seen[source.role] = seen.get(source.role, 0) + 1
        place = f"source:{source.role}" + (f"#{n}" if (n := seen[source.role]) > 1 else "")
        rows = "" if source.rows is None else f", {count_of(source.rows, 'row')}"
        what = f"{ROLE_WORDS[source.role]} {source.place.name}{rows}"
        entries.append((place, (what, "C" if source.role == "screenshot" else "B", source.sha256)))
    brief = investigation.case.brief
    entries.append(("given", ("settings given with the case", "C", "")))
    if brief.reported:
        entries.append(("words", ("the reported words, verbatim", "C", "")))
    if any((brief.answers.whose_box, brief.answers.right_subject, brief.answers.what_shown)):
        entries.append(("answers", ("answers of a person to the three questions", "C", "")))
    if investigation.reproduced is not None:
        entries.append(("reproduced", ("every logged score computed again", "A", "")))
    if investigation.explanation is not None:
        entries.append(("explanation", (f"{investigation.explanation.method}", "A", "")))
    entries += [
        (finding.id, (f"check {finding.id}", "A", "")) for finding in investigation.findings
    ]
    for fact in investigation.board.facts:
        picture = f", picture {fact.picture_name}" if fact.picture_name else ""
        told = (f"fact {fact.id}, added by a person{picture}", fact.grade, fact.picture)
        entries.append((f"fact:{fact.id}", told))
    entries += _pictures(investigation)
    entries += _told(investigation)
    for lead in investigation.leads:
        entries.append((lead.id, (f"lead {lead.id}: {', '.join(lead.findings)}", "A", "")))
        if lead.repair is not None:
            entries.append((f"repair:{lead.id}", (f"repair and replay of {lead.id}", "A", "")))
    return entries


def _pictures(investigation: Investigation) -> Iterator[tuple[str, tuple[str, str, str]]]:
    """Pictures that are neither a source nor a fact's."""
    told = {source.sha256 for source in investigation.case.sources}
    told |= {fact.picture for fact in investigation.board.facts}
    for each in investigation.board.pictures:
        if each.sha256 not in told:
            what = f"picture {each.id}, given by a person: {each.name}"
            yield f"picture:{each.sha256}", (what, "C", each.sha256)


def _told(investigation: Investigation) -> Iterator[tuple[str, tuple[str, str, str]]]:
    """Interviews and walkthroughs; who told them is said where they stand."""
    brief = investigation.case.brief
    told = [("interview", each.id, each.teller) for each in brief.interviews]
    told += [("walkthrough", each.id, each.teller) for each in brief.walkthroughs]
    for kind, name, teller in told:
        yield f"{kind}:{name}", (f"{kind} {name} of a person", teller.grade, "")
