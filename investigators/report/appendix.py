"""The appendix: evidence, what was guessed, parameters, versions, glossary, redactions, command."""

from __future__ import annotations

from investigators.case import Guess
from investigators.numbers import count, listed
from investigators.report.draft import Draft, empty, line, sentence
from investigators.report.model import Block, Code, Items, Section, Statement, Table
from investigators.report.register import GRADES, ROLE_WORDS

NOT_ADVICE = "This draft is made by a program from files; it is no legal advice."
GLOSSARY = (
    ("supports / speaks against", "the check’s suspicion holds / does not hold"),
    ("cannot tell", "the data do not decide it; what would tell is said"),
    ("lead", "a candidate cause that a check supports; strong, moderate or weak"),
    ("symptom", "a finding that is inside its null once the lead is repaired"),
    ("repair", "the suspected cause undone and the same model and rule asked again"),
    ("onset", "the 99 % interval in which it began"),
    ("fact / computed", "logged by a system / computed here from sealed data"),
    ("inference / assumption", "follows from evidence with judgement / not yet backed"),
    ("log-odds", "ln(p / (1 − p)) of a probability p; bars add up on this scale"),
)


def appendix(draft: Draft) -> Section:
    """Everything a reader needs to trace a number or run it again."""
    return Section(
        "appendix",
        "Appendix",
        (line(NOT_ADVICE),),
        (
            _evidence(draft),
            _sources(draft),
            _guesses(draft),
            _self_test(draft),
            _pairs("parameters", "Parameters", draft.investigation.parameters),
            _pairs("versions", "Versions", sorted(draft.investigation.versions.items())),
            Section("glossary", "Glossary", (Table(("Word", "Meaning here"), GLOSSARY),)),
            _redactions(draft),
            _history(draft),
            Section("run-again", "Run it again", (Code(draft.investigation.run_again),)),
        ),
    )


def _evidence(draft: Draft) -> Section:
    rows = tuple(
        (entry.id, entry.what, entry.grade, entry.sha256) for entry in draft.register.entries()
    )
    grades = "; ".join(f"{grade} {words}" for grade, words in GRADES.items())
    table = Table(("Id", "What", "Grade", "sha256"), rows, f"Grades: {grades}.")
    return Section("evidence", "Evidence", (table,))


def _sources(draft: Draft) -> Section:
    sources = draft.investigation.case.sources
    if not sources:
        return empty("sources", "Sources", "No file was given")
    rows = tuple(
        (
            source.place.name,
            ROLE_WORDS[source.role],
            "–" if source.rows is None else count(source.rows),
            "; ".join(
                f"{role} = {names if isinstance(names, str) else ', '.join(names)}"
                for role, names in source.columns.items()
            ),
            "; ".join(source.notes),
        )
        for source in sources
    )
    header = ("File", "Role", "Rows", "Columns", "Notes")
    return Section("sources", "Sources", (Table(header, rows, right=(2,)),))


def _guesses(draft: Draft) -> Section:
    guesses = draft.investigation.case.guesses
    title = "What was guessed or given"
    if not guesses:
        return empty("guesses", title, "Nothing was guessed")
    header = ("What", "Value", "Why", "How sure")
    table = Table(header, tuple(_guess_rows(guesses)), fold="Columns and settings")
    return Section("guesses", title, (table,))


def _guess_rows(guesses: tuple[Guess, ...]) -> list[tuple[str, str, str, str]]:
    """One row a guess; inputs that go by their own name for the same reason share one."""
    rows: dict[tuple[str, ...], tuple[str, str, str, str]] = {}
    shared: dict[tuple[str, ...], int] = {}
    for guess in guesses:
        source, marker, feature = guess.what.partition(".feature:")
        own = bool(marker) and feature == guess.value
        key = (source, guess.reason, guess.confidence) if own else (guess.what, guess.value)
        shared[key] = shared.get(key, 0) + 1
        what, value = guess.what, guess.value
        if shared[key] > 1 and own:
            what, value = f"{source}: {count(shared[key])} inputs", "their own names"
        rows[key] = (what, value, sentence(guess.reason), guess.confidence)
    return list(rows.values())


def _self_test(draft: Draft) -> Section:
    title = "Self-test of the model and its explanation"
    lines = draft.investigation.self_test
    if not lines:
        return empty("self-test", title, "Not run: no model was given")
    words = {True: "passed", False: "failed", None: "does not apply"}
    rows = tuple((test.name, words[test.ok], sentence(test.words)) for test in lines)
    return Section("self-test", title, (Table(("Test", "Result", "In words"), rows),))


def _pairs(
    name: str, title: str, pairs: tuple[tuple[str, str], ...] | list[tuple[str, str]]
) -> Section:
    if not pairs:
        return empty(name, title, "None recorded")
    return Section(name, title, (Table(("Name", "Value"), tuple(pairs)),))


def _redactions(draft: Draft) -> Section:
    audience = draft.masking.audience
    if audience == "internal":
        return empty("redactions", "Redactions", "Nothing is masked: for internal readers only")
    words = (
        f"Made for {'readers it is shared with' if audience == 'shared' else 'the public'}. Masked:"
    )
    blocks: tuple[Block, ...] = (
        line(words),
        Items(tuple((Statement(sentence(what)),) for what in draft.masking.said)),
    )
    return Section("redactions", "Redactions", blocks)


def _history(draft: Draft) -> Section:
    """What people changed since the program made it: the action points are what they can edit."""
    edited = [action.id for action in draft.investigation.case.actions]
    if not edited:
        return empty("history", "History", "Made by the program; nobody has changed it since")
    words = f"Made by the program; a person has changed, added or removed {listed(edited)}"
    return empty("history", "History", words)
