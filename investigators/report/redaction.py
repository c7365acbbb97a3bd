"""What leaves the house: ids, free words and exact values masked for whom the report is made.

``internal``: nothing.  ``shared``: direct ids but the decision's own, and addresses and long
numbers in free words.  ``public``: also the decision's id, free words and the title, values of
sensitive inputs; the decision's own values and the affected rows' times are rounded.  The report's
appendix says what was masked.  Pseudonyms are counted off in the order of appearance, so that
nothing can be computed back from them.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, fields, is_dataclass, replace
from typing import Any

import msgspec

from investigators.case import Answers, Case
from investigators.chart import Cells, Waterfall
from investigators.evidence import Cell, Contribution
from investigators.investigation import Investigation
from investigators.numbers import number, rounded, value_words
from investigators.report.model import Audience

MAIL = re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+")
HANDLE = re.compile(r"(?<!\w)@\w[\w-]*")
LONG_NUMBER = re.compile(r"(?<![\w.,])\+?\d(?:[ ()/-]?\d){6,}(?![\w%]|[.,]\d)")
WITHHELD = "[words withheld from the public version]"
# A short number occurs in any sentence; it is masked where it is a field, not by searching text.
SHORTEST_SEARCHED = 4


@dataclass(frozen=True, slots=True)
class Masking:
    """What is masked for an audience.

    ``words`` pairs exact texts with what stands for them, longest first; ``said`` says in words
    what was masked.  ``people`` pairs the names of people who told something with what stands for
    them; in what people typed, each part of such a name is masked, however it is capitalised.
    """

    audience: Audience
    words: tuple[tuple[str, str], ...] = ()
    said: tuple[str, ...] = ()
    sensitive: frozenset[str] = frozenset()
    people: tuple[tuple[str, str], ...] = ()

    def person(self, name: str) -> str:
        """What stands for a person who told something."""
        return dict(self.people).get(name.strip(), self.free_words(name) or "")

    def text(self, text: str) -> str:
        """Mask known ids and addresses in a text of any kind."""
        if self.audience == "internal":
            return text
        if self.words:
            stands_in = dict(self.words)
            either = "|".join(re.escape(exact) for exact, _ in self.words)
            whole = rf"(?<![\w-])(?<!\d[.,])(?:{either})(?![\w-])(?![.,]\d)"
            text = re.sub(whole, lambda found: stands_in[found[0]], text)
        return MAIL.sub("[address]", text)

    def free_words(self, text: str | None) -> str | None:
        """Mask what a person typed."""
        if text is None or self.audience == "internal":
            return text
        if self.audience == "public":
            return WITHHELD
        return LONG_NUMBER.sub("[number]", HANDLE.sub("[name]", self.text(self._nameless(text))))

    def _nameless(self, text: str) -> str:
        """Free words without the names of those who told something, whole or in part."""
        for name, stand_in in self.people:
            parts = [part for part in re.split(r"[\s.,-]+", name) if len(part) > 1]
            for each in (name, *parts):
                whole = rf"(?<!\w){re.escape(each)}(?!\w)"
                text = re.sub(whole, stand_in, text, flags=re.IGNORECASE)
        return text

    def value(self, value: Cell) -> Cell:
        """Round a value of the decision's own row for the public."""
        if self.audience != "public" or isinstance(value, bool) or value is None:
            return value
        return rounded(float(value)) if isinstance(value, int | float) else value


def masking(investigation: Investigation, audience: Audience) -> Masking:
    """Return what is masked for the audience in this case."""
    if audience == "internal":
        return Masking(audience)
    decision = investigation.case.decision
    people = _people(investigation)
    # A whole name of several words is no word of the report's own; a single one (May) may be.
    pairs = {name: stand_in for name, stand_in in people.items() if " " in name}
    said = [
        "subject, session and request ids: counted off instead (subject-1 is this decision's)",
    ]
    if decision is not None and decision.subject:
        pairs[decision.subject] = "subject-1"
    pairs |= _requests(investigation)
    pairs |= _sessions(investigation)
    said.append(
        "the list of affected rows: every id but this decision's"
        if audience == "shared"
        else "every decision's id, this one's too"
    )
    sensitive: frozenset[str] = frozenset()
    if audience == "shared":
        said.append("addresses, user names and long numbers in words that people typed")
        said += _of_screen(investigation, "addresses, user names and long numbers")
        said.append("names that people typed cannot be found by a program: read those words first")
    else:
        if decision is not None:
            pairs[decision.id] = "decision-1"
        pairs |= _rounded_values(investigation)
        dictionary = investigation.dictionary.features.values()
        sensitive = frozenset(feature.name for feature in dictionary if feature.sensitive)
        said.append("words that people typed, the title too: withheld")
        said.append("values of this decision's inputs: rounded to two digits")
        said.append("times in the list of affected rows: the day only")
        said.append("values of inputs marked sensitive: withheld")
        said += _of_screen(investigation, "all; of the trail before it the days only")
    if people:
        said.append("names of people who told something: counted off instead (person-1, …)")
    if investigation.board.every_picture(investigation.case.sources):
        said.append("pictures: left out where nobody marked them as looked through")
    searched = [
        pair
        for pair in pairs.items()
        if len(pair[0]) >= SHORTEST_SEARCHED or not pair[0].isdecimal()
    ]
    words = tuple(sorted(searched, key=lambda pair: (-len(pair[0]), pair[0])))
    return Masking(audience, words, tuple(said), sensitive, tuple(people.items()))


def _people(investigation: Investigation) -> dict[str, str]:
    """Names of people who told something, counted off; the same name is the same person."""
    brief = investigation.case.brief
    names = [each.teller.whom.strip() for each in brief.interviews]
    names += [each.teller.whom.strip() for each in brief.walkthroughs]
    return {n: f"person-{k}" for k, n in enumerate(dict.fromkeys(filter(None, names)), start=1)}


def _of_screen(investigation: Investigation, what: str) -> list[str]:
    """What is masked of the page that the person saw, where there is one."""
    seen = investigation.seen
    return [f"words that the screen showed: {what}"] if seen is not None and seen.boxes else []


def _requests(investigation: Investigation) -> dict[str, str]:
    """Request ids that checks came upon; the decision's own id is told by its own rule."""
    own = investigation.case.decision
    met = (finding.effect.get("request") for finding in investigation.findings)
    found = [one for one in dict.fromkeys(met) if isinstance(one, str) and one]
    found = [one for one in found if own is None or one != own.id]
    return {one: f"request-{place}" for place, one in enumerate(found, start=1)}


def _sessions(investigation: Investigation) -> dict[str, str]:
    """Session ids: of the page and the trail before it, and in the tables of findings."""
    seen = investigation.seen
    met = [seen.session, *(visit.session for visit in seen.trail)] if seen is not None else []
    for chart in (chart for finding in investigation.findings for chart in finding.charts):
        if isinstance(chart, Cells) and "session" in chart.header:
            met += [row[chart.header.index("session")] for row in chart.rows]
    found = [one for one in dict.fromkeys(met) if one]
    return {one: f"session-{place}" for place, one in enumerate(found, start=1)}


def masked(investigation: Investigation, masking: Masking) -> Investigation:
    """Return the investigation with its fields masked; texts are done in :func:`masked_report`."""
    if masking.audience == "internal":
        return investigation
    explanation = investigation.explanation
    if explanation is not None:
        parts = tuple(_masked_part(part, masking) for part in explanation.contributions)
        chart = explanation.chart
        if isinstance(chart, Waterfall) and masking.audience == "public":
            chart = _masked_bars(chart, parts, masking)
        explanation = replace(explanation, contributions=parts, chart=chart)
    return replace(
        investigation, case=_masked_case(investigation.case, masking), explanation=explanation
    )


def mapped[Value](value: Value, change: Callable[[str], str]) -> Value:
    """Return a report, or any plain data, with ``change`` applied to every text in it."""
    made: Any = value
    if isinstance(value, str):
        made = change(value)
    elif isinstance(value, tuple):
        made = tuple(mapped(item, change) for item in value)
    elif isinstance(value, msgspec.Struct):
        pairs = {name: getattr(value, name) for name in value.__struct_fields__}
        made = msgspec.structs.replace(value, **_mapped_pairs(pairs, change))
    elif is_dataclass(value) and not isinstance(value, type):
        pairs = {entry.name: getattr(value, entry.name) for entry in fields(value)}
        made = replace(value, **_mapped_pairs(pairs, change))
    return made  # type: ignore[no-any-return]


def _mapped_pairs(pairs: dict[str, Any], change: Callable[[str], str]) -> dict[str, Any]:
    return {name: mapped(item, change) for name, item in pairs.items()}


def _masked_part(part: Contribution, masking: Masking) -> Contribution:
    if part.feature in masking.sensitive:
        return replace(part, value="withheld", unit=None, rank_among_training=None, place="")
    return replace(part, value=masking.value(part.value))


def _masked_bars(chart: Waterfall, parts: tuple[Contribution, ...], masking: Masking) -> Waterfall:
    """Write the masked values beside the bars (which are named for their inputs)."""
    own = {part.feature: part for part in parts}
    bars = tuple(
        msgspec.structs.replace(
            bar,
            value=value_words(own[bar.label]) if bar.label in own else "",
            place="" if bar.label in masking.sensitive else bar.place,
        )
        for bar in chart.bars
    )
    return msgspec.structs.replace(chart, bars=bars)


def _masked_case(case: Case, masking: Masking) -> Case:
    decision = case.decision
    if decision is not None:
        public = masking.audience == "public"
        decision = replace(
            decision,
            id="decision-1" if public else decision.id,
            subject=decision.subject and "subject-1",
        )
    answers = case.brief.answers
    answers = Answers(
        whose_box=masking.free_words(answers.whose_box),
        right_subject=answers.right_subject,
        what_shown=masking.free_words(answers.what_shown),
        whose_view=masking.free_words(answers.whose_view),
    )
    title = case.brief.title
    brief = replace(
        case.brief,
        # Without one the title is made of what is known.
        title=None if masking.audience == "public" else masking.free_words(title),
        reported=masking.free_words(case.brief.reported),
        expected=masking.free_words(case.brief.expected),
        answers=answers,
    )
    return replace(case, decision=decision, brief=brief)


def _rounded_values(investigation: Investigation) -> dict[str, str]:
    """Spellings of this row's values with more than two digits, and the rounded value."""
    pairs: dict[str, str] = {}
    explanation = investigation.explanation
    for part in explanation.contributions if explanation else ():
        value = part.value
        if isinstance(value, bool) or not isinstance(value, int | float):
            continue
        pairs |= _rounded_distances(float(value), part)
        near = rounded(float(value))
        spellings = {number(value), number(value, 12), f"{value:g}", f"{value:,.10g}", str(value)}
        if near != value:
            pairs |= {
                text: f"about {number(near)}"
                for text in spellings
                if sum(character.isdigit() for character in text) > 2
            }
    return pairs


def _rounded_distances(value: float, part: Contribution) -> dict[str, str]:
    """Spellings of how far a value lies outside training's range, which would give it away."""
    distances = [abs(value - edge) for edge in part.training_range or ()]
    return {
        number(distance): f"about {number(rounded(distance))}"
        for distance in distances
        if sum(letter.isdigit() for letter in number(distance)) > 2
        and rounded(distance) != distance
    }
