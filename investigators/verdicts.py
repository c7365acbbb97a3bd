"""What it all comes to: the status of each family and the conclusion (contract.md)."""

from __future__ import annotations

from collections.abc import Sequence

from investigators.case import Decision
from investigators.evidence import (
    DRIFT,
    FAMILIES,
    FAMILY_WORDS,
    CheckAnswer,
    Family,
    FamilyAnswer,
    Finding,
    Lead,
    NotRun,
    Reproduced,
)
from investigators.investigation import Conclusion
from investigators.numbers import count_of

STANDS = "Something stands, yet is no moderate or strong lead for this decision"
MOVED = "No fault stands, but the world moved"
DECISIVE: tuple[Family, ...] = ("input_units", "data_assumptions")


def standing(lead: Lead) -> bool:
    """Whether a lead counts: it concerns this decision and is moderate or strong."""
    return lead.concerns_this_decision and lead.strength != "weak"


def families(
    leads: Sequence[Lead], findings: Sequence[Finding], checks: Sequence[CheckAnswer]
) -> dict[Family, FamilyAnswer]:
    """Give each family its status; every check of a family counts."""
    return {family: _family(family, leads, findings, checks) for family in FAMILIES}


def _family(
    family: Family,
    leads: Sequence[Lead],
    findings: Sequence[Finding],
    checks: Sequence[CheckAnswer],
) -> FamilyAnswer:
    own = [lead for lead in leads if lead.family == family and standing(lead)]
    if own:
        return FamilyAnswer("finding", own[0].statement)
    mine = [f for f in findings if f.family == family]
    supporting = [f for f in mine if f.verdict == "supports"]
    if supporting and all(f.explained_by for f in supporting):
        names = ", ".join(sorted({f.explained_by or "" for f in supporting}))
        many = (
            "1 finding vanishes" if len(supporting) == 1 else f"{len(supporting)} findings vanish"
        )
        return FamilyAnswer("symptom", f"{many} with the repair of {names}.")
    if supporting:
        open_ones = [f for f in supporting if not f.explained_by]
        if all(f.cause is not None and f.cause.cause == DRIFT for f in open_ones):
            many = count_of(len({f.about for f in open_ones}), "input")
            return FamilyAnswer("cannot tell", f"{MOVED} ({many}): {open_ones[0].sentence}")
        return FamilyAnswer("cannot tell", f"{STANDS}: {open_ones[0].sentence}")
    against = [f for f in mine if f.verdict == "speaks against"]
    if against:
        looked = sum(1 for c in checks if c.family == family and c.verdict == "speaks against")
        return FamilyAnswer(
            "clear",
            f"Nothing stands in {FAMILY_WORDS[family]}: {len(against)} "
            f"answer{'s' if len(against) > 1 else ''} of {max(looked, 1)} "
            f"check{'s' if looked > 1 else ''} speak against.",
        )
    needs = [c.would_need for c in checks if c.family == family and c.would_need]
    return FamilyAnswer(
        "cannot tell",
        f"No check of {FAMILY_WORDS[family]} could answer"
        + (f"; it would need {needs[0]}." if needs else "."),
    )


def conclude(
    leads: Sequence[Lead],
    answers: dict[Family, FamilyAnswer],
    reproduced: Reproduced | None,
    not_run: Sequence[NotRun],
    decision: Decision | None = None,
    checks: Sequence[CheckAnswer] = (),
) -> tuple[Conclusion, str]:
    """Conclude as the contract says; the sentence names what was not checked.

    A check of input units or data assumptions that failed (a fault of this program) looked at
    nothing: "no fault found" is not said over it.
    A decision without a row in the log has no score that could be reproduced.
    """
    first = next((lead for lead in leads if standing(lead)), None)
    if first is not None:
        return "lead", f"{first.strength.capitalize()} lead: {first.statement}"
    unchecked = [
        FAMILY_WORDS[family]
        for family in FAMILIES
        if answers[family].status == "cannot tell"
        and not _stands(answers[family])
        and not _moved(answers[family])
    ]
    gaps = f" Not checked, for want of data: {', '.join(unchecked)}." if unchecked else ""
    absent = decision is not None and decision.row is None
    stands = [
        family
        for family in DECISIVE
        if answers[family].status not in {"clear", "symptom"} and _stands(answers[family])
    ]
    same = (
        reproduced is not None
        and reproduced.verdict in {"reproduced", "reproduced after mapping"}
        and reproduced.this_row is not False
    )
    clear = (
        answers["input_units"].status == "clear" or answers["data_assumptions"].status == "clear"
    )
    failed = [c for c in checks if c.verdict == "error" and c.family in DECISIVE]
    if same and clear and not stands and not absent and not failed:
        left = _without_answer(not_run, unchecked, checks) + _weak(answers)
        return "no fault found", f"No fault found in what was checked.{gaps}{left}"
    missing = []
    if absent:
        missing.append(
            "No row of the log is known to be this decision: its score and inputs were not seen."
        )
    told = [answers[f].sentence for f in stands]
    compared = reproduced.sentence if reproduced else "The score was not compared."
    if not same and not any(compared in sentence for sentence in told):
        missing.append(compared)
    missing += told
    missing += [_sentence(f"{check.id}: {check.sentence}") for check in failed]
    missing += [_sentence(f"{n.id}: {n.reason}") for n in not_run[:3]]
    return "not determined", " ".join(["Not determined.", *missing]) + gaps


def _without_answer(
    not_run: Sequence[NotRun], unchecked: Sequence[str], checks: Sequence[CheckAnswer]
) -> str:
    """Say which checks of families that answered did not, and which failed."""
    words = ""
    blind = [_named(n.id) for n in not_run if _family_of(n) not in unchecked]
    if blind:
        words += f" Without an answer, for want of data: {', '.join(blind)}."
    failed = [_named(c.id) for c in checks if c.verdict == "error"]
    if failed:
        words += f" Ended in an error of this program: {', '.join(failed)}."
    return words


def _named(check: str) -> str:
    return check.partition(".")[2].replace("_", " ")


def _weak(answers: dict[Family, FamilyAnswer]) -> str:
    """What stands, or moved, and is no lead."""
    return "".join(
        f" {FAMILY_WORDS[family]}: {answers[family].sentence}"
        for family in FAMILIES
        if _stands(answers[family]) or _moved(answers[family])
    )


def _family_of(one: NotRun) -> str:
    """The family's words of a check that was not run."""
    return next((FAMILY_WORDS[f] for f in FAMILIES if one.id.startswith(f"{f}.")), "")


def _sentence(words: str) -> str:
    return words if words.endswith((".", "?", "!")) else f"{words}."


def _stands(answer: FamilyAnswer) -> bool:
    """Whether something supports in the family that no lead explains."""
    return answer.sentence.startswith(STANDS)


def _moved(answer: FamilyAnswer) -> bool:
    """Whether all that supports in the family is a move of the world."""
    return answer.sentence.startswith(MOVED)


def overall(findings: Sequence[Finding]) -> Finding:
    """The finding that speaks for a check: the strongest verdict, this decision's first.

    A check that saw something and could not tell about another thing has seen something.
    """
    order = {v: k for k, v in enumerate(("error", "supports", "speaks against", "cannot tell"))}
    return min(
        findings,
        key=lambda f: (order.get(f.verdict, 9), not f.concerns_decision, not f.charts),
    )
