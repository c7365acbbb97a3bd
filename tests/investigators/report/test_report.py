import re
from collections.abc import Iterator
from dataclasses import fields, is_dataclass, replace
from functools import cache
from html.parser import HTMLParser
from typing import Any

import msgspec
import pytest

from investigators import shelf
from investigators.case import Brief, Guess, alike
from investigators.chart import TimeStrip
from investigators.evidence import Finding, RepairGroup
from investigators.features import Dictionary, Feature
from investigators.report import html, markdown
from investigators.report.compose import compose
from investigators.report.draft import sentence
from investigators.report.model import FigureBlock, Report, Section, Statement, Table
from investigators.report.wording import lint
from tests.investigators.report import report_cases

AUDIENCES = ("internal", "shared", "public")
SECTIONS = [
    "seen", "facts", "system", "timeline", "impact", "model", "came-about", "unnoticed",
    "ruled-out", "not-checked", "conclusion", "learning", "actions", "open", "appendix",
]  # fmt: skip
ROWS = ["What", "Who and how many", "Were they right?", "How sure", "Stop it today", "Then",
        "How we will know", "Noticed after"]  # fmt: skip
HOSTILE = "<script>alert(1)</script>|[x](javascript:alert(2)) `b` @team #12 ![i](http://evil/i.png)"
cases = pytest.mark.parametrize("name", sorted(report_cases.ALL))


class Page(HTMLParser):
    """What a browser would see: tags, attributes, visible words."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.words: list[str] = []
        self.hidden = 0
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: Any) -> None:
        self.tags.append((tag, dict(attrs)))
        self.hidden += tag == "style"

    def handle_endtag(self, tag: str) -> None:
        self.hidden -= tag == "style"

    def handle_data(self, data: str) -> None:
        if not self.hidden:
            self.words.append(data)


@cache
def report(name: str, audience: Any = "shared") -> Report:
    return compose(report_cases.ALL[name](), audience)


@cache
def page(name: str, audience: Any = "shared") -> str:
    return html.write(report(name, audience)).decode()


def page_one(made: Report) -> dict[str, str]:
    return {row.label: " ".join(said.text for said in row.statements) for row in made.rows}


def section(made: Report, name: str) -> Section:
    return next(part for part in made.sections if part.id == name)


def everything(value: Any) -> Iterator[Any]:
    """Every text and statement in a report."""
    yield value
    if isinstance(value, tuple):
        for item in value:
            yield from everything(item)
    elif is_dataclass(value):
        for entry in fields(value):
            yield from everything(getattr(value, entry.name))
    elif isinstance(value, msgspec.Struct):
        for name in value.__struct_fields__:
            yield from everything(getattr(value, name))


def spoiled(value: Any) -> Any:
    """The same with every text of people and files made hostile."""
    if isinstance(value, str):
        return f"{value} {HOSTILE}"
    return value


def test_both_writers_are_on_the_shelf() -> None:
    found = {writer.name: writer.suffix for writer in shelf.writers()}
    assert (found["md"], found["html"]) == (".md", ".html")


@cases
def test_same_investigation_same_bytes(name: str) -> None:
    again = compose(report_cases.ALL[name](), "shared")
    assert again == report(name)
    assert markdown.write(again) == markdown.write(report(name))
    assert html.write(again).decode() == page(name)


@cases
@pytest.mark.parametrize("audience", AUDIENCES)
def test_generated_wording_is_clean(name: str, audience: str) -> None:
    assert lint(report(name, audience)) == []


@cases
def test_page_one_and_sections_are_there_in_order(name: str) -> None:
    made = report(name)
    assert [row.label for row in made.rows] == ROWS
    assert [part.id for part in made.sections] == SECTIONS
    assert all(row.statements and row.statements[0].text for row in made.rows)


@cases
def test_page_one_fits_a_screen(name: str) -> None:
    # 1366x768 shows 33 lines of about 135 letters beside the labels, tags and padding counted.
    lines = sum(
        -(-sum(len(said.text) + len(said.tag) + 4 for said in row.statements) // 135) + 0.5
        for row in report(name).rows
    )
    assert lines <= 30


@cases
@pytest.mark.parametrize("audience", AUDIENCES)
def test_every_evidence_id_is_in_the_register_and_counts_up(name: str, audience: str) -> None:
    made = report(name, audience)
    used = [
        number
        for item in everything(made)
        if isinstance(item, Statement)
        for number in item.evidence
    ]
    (evidence,) = [part for part in section(made, "appendix").parts if part.id == "evidence"]
    (table,) = evidence.blocks
    assert isinstance(table, Table)
    known = [row[0] for row in table.rows]
    assert known == [f"E{place}" for place in range(1, len(known) + 1)]
    assert set(used) <= set(known)
    first_seen = list(
        dict.fromkeys(
            made.rows
            and [number for row in made.rows for said in row.statements for number in said.evidence]
        )
    )
    assert first_seen == known[: len(first_seen)]


def test_shop_page_one_answers_with_numbers() -> None:
    made = report("shop")
    rows = page_one(made)
    assert made.status.loud
    assert made.status.words == "still running when the log ends"
    assert "2,106 of 8,214 requests of app_version 4.8.1 (26 %)" in rows["Who and how many"]
    assert "would get “accept” with form_fill_time divided by 1,000" in rows["Who and how many"]
    assert (
        "1 the other way. 2.7 an hour, 65 a day. Their basket_value adds up to 118,300 €"
        in rows["Who and how many"]
    )
    assert (
        "640 of the 2,106: 9 were “charged back” (1.4 %, 95 % interval 0.7 to 2.7 %)"
        in (rows["Were they right?"])
    )
    assert "For 1,466 it is not known." in rows["Were they right?"]
    assert "gives “accept” (0.214 → 0.017)" in rows["How sure"]
    assert rows["Stop it today"].startswith("Divide form_fill_time by 1,000 for app_version 4.8.1")
    assert rows["Noticed after"].startswith("32 days")
    assert rows["Then"].count("A") >= 4


def test_ladder_follows_from_the_rate() -> None:
    tables = [
        block for block in section(report("shop"), "impact").blocks if isinstance(block, Table)
    ]
    ladder = {row[0]: row[1:3] for row in tables[1].rows}
    hours = (24 * 25 + 24 * 8 - 8) - 43 / 60 - 24 * 0 + 0.0  # 7 May 08:43 to 9 June 00:00
    assert hours == pytest.approx(783.28, abs=0.01)
    assert ladder["1 hour"] == ("10", "2.7")
    assert ladder["24 hours"] == ("252", "65")
    assert ladder["1 minute"] == ("0.17", "0.045")
    assert ladder["so far, wrong while up"] == ("8,214", "2,107")


def test_not_our_component_is_told_as_one_display() -> None:
    made = report("home")
    rows = page_one(made)
    assert made.status.words == "not this model’s component"
    assert rows["Who and how many"] == "This decision; no wider group of requests was found."
    assert "owner of that component" in rows["Stop it today"]
    assert "no request of this model stands behind it" in str(section(made, "facts"))


def test_a_group_question_is_put_to_the_owner_with_both_sides() -> None:
    made = report("contract")
    assert (
        "612 of 9,000 requests (6.8 %), employment self-employed"
        in page_one(made)["Who and how many"]
    )
    policy = str(section(made, "open"))
    assert "Policy question." in policy
    assert "21 % were refused" in policy
    assert "7.2 %" in policy


def test_no_fault_found_says_so_and_stops_nothing() -> None:
    made = report("clean")
    assert not made.status.loud
    assert made.title == "Decision ord-5f20c1 of live.parquet"
    assert page_one(made)["Stop it today"] == "Nothing to stop was found in what was checked."
    assert "as it is meant to be" in str(section(made, "open"))


def test_not_determined_keeps_the_weak_lead_apart() -> None:
    made = report("undetermined")
    assert made.status.words == "not determined"
    assert "fits × 1,000" not in str(made.rows)
    assert "fits × 1,000" in str(section(made, "came-about"))


def test_regression_speaks_of_the_score_where_there_is_no_rule() -> None:
    rows = page_one(report("regression"))
    assert report("regression").status.words.startswith("over, ended between 2026-05-20 10:00")
    assert "their mean score changes by −0.31" in rows["Who and how many"]
    assert "380,500 → 251,000" in rows["How sure"]


def test_actions_of_the_case_win() -> None:
    made = report("contract")
    table = section(made, "actions").blocks[0]
    assert isinstance(table, Table)
    rows = {row[0]: row for row in table.rows}
    assert rows["A1"][1] == "Call the applicant back."
    assert "A3" not in rows
    assert rows["X1"][3] == "risk"
    assert rows["A2"][3] == "owner of the decision rule"


def test_missing_sources_come_with_a_text_to_send() -> None:
    parts = section(report("shop"), "not-checked").parts
    assert [part.blocks[0].text for part in parts] == [  # type: ignore[union-attr]
        "Please send the rows of the feature store for ids ord-… from 1 to 9 June."
    ]


def test_empty_sections_are_one_line() -> None:
    made = report("undetermined")
    for name in ("seen", "timeline", "impact", "model", "unnoticed", "ruled-out", "learning"):
        (block,) = section(made, name).blocks
        assert len(block.statements) == 1  # type: ignore[union-attr]


@pytest.mark.parametrize(
    ("name", "audience"),
    [*((name, "shared") for name in sorted(report_cases.ALL)), ("shop", "public")],
)
def test_html_stands_alone(name: str, audience: str) -> None:
    text = page(name, audience)
    seen = Page(text)
    tags = [tag for tag, _ in seen.tags]
    assert "script" not in tags
    assert not {"iframe", "object", "embed", "link", "form", "base", "img"} & set(tags)
    policy = next(attrs for tag, attrs in seen.tags if attrs.get("http-equiv"))
    assert policy["content"] == "default-src 'none'; style-src 'unsafe-inline'; img-src data:"
    for tag, attrs in seen.tags:
        assert not [key for key in attrs if key.startswith("on")], tag
        for key in ("href", "src", "xlink:href"):
            assert re.match(r"^(#|affected\.csv$)", attrs.get(key) or "#"), attrs
    assert "url(http" not in text
    assert "@import" not in text
    ids = [attrs["id"] for _, attrs in seen.tags if "id" in attrs]
    assert len(ids) == len(set(ids))


def test_every_figure_has_words_and_a_table() -> None:
    text = page("shop")
    assert text.count('<svg role="img"') == 5
    assert text.count("<details>") == 5
    for name in re.findall(r'aria-labelledby="([^"]+)"', text):
        for part in name.split():
            assert re.search(rf'<(title|desc) id="{part}">[^<]+</', text)


@pytest.mark.parametrize("name", ["shop", "home", "clean"])
def test_hostile_words_stay_words_in_html(name: str) -> None:
    text = html.write(compose(hostile(report_cases.ALL[name]()), "internal")).decode()
    seen = Page(text)
    assert "script" not in [tag for tag, _ in seen.tags]
    assert "img" not in [tag for tag, _ in seen.tags]
    assert "<script>alert(1)</script>" in "".join(seen.words)
    assert not [attrs for _, attrs in seen.tags if "javascript" in (attrs.get("href") or "")]


@cases
def test_hostile_words_stay_words_in_markdown(name: str) -> None:
    text = markdown.write(compose(hostile(report_cases.ALL[name]()), "internal")).decode()
    in_code = False
    for line in text.splitlines():
        if line.startswith("```"):
            in_code = not in_code
            continue
        if in_code:
            continue
        bare = re.sub(r"(`+)(?!`).*?(?<!`)\1(?!`)", "", line)
        assert "<script" not in bare
        assert not re.search(r"(?<!\\)\[x(?<!\\)\]\(", bare)
        assert not re.search(r"[@#]\w", bare)
        assert "http://" not in bare
    # A table row with a pipe in a cell keeps its number of cells.
    for block in re.findall(r"(?:^\|.*\n)+", text, re.MULTILINE):
        cells = {len(re.findall(r"(?<!\\)\|", row)) for row in block.splitlines()}
        assert len(cells) == 1, block


def hostile(investigation: Any) -> Any:
    """Titles, ids, columns, labels, sentences and values as an attacker would write them."""
    case = investigation.case
    decision = case.decision and replace(
        case.decision, id=spoiled(case.decision.id), label=spoiled("review"), subject=spoiled("s")
    )
    brief = Brief(title=HOSTILE, reported=f"{HOSTILE}\n- {HOSTILE}\n# {HOSTILE}", expected=HOSTILE)
    sources = tuple(
        replace(source, place=replace(source.place, path=f"a/{HOSTILE.replace('/', '')}"),
                notes=(HOSTILE,))
        for source in case.sources
    )  # fmt: skip
    leads = tuple(
        replace(lead, statement=spoiled(lead.statement), features=(HOSTILE,),
                corroborations=(HOSTILE,))
        for lead in investigation.leads
    )  # fmt: skip
    explanation = investigation.explanation and replace(
        investigation.explanation,
        sentence=HOSTILE,
        contributions=tuple(
            replace(part, feature=spoiled(part.feature), value=HOSTILE)
            for part in investigation.explanation.contributions
        ),
    )
    return replace(
        investigation,
        case=replace(case, brief=brief, decision=decision, sources=sources),
        conclusion_sentence=spoiled(investigation.conclusion_sentence),
        leads=leads,
        explanation=explanation,
        checks=tuple(replace(c, sentence=spoiled(c.sentence)) for c in investigation.checks),
        not_run=tuple(replace(m, ask=f"``` {HOSTILE}") for m in investigation.not_run),
    )


@pytest.mark.parametrize(
    ("text", "neutral"),
    [
        ("a|b", "a\\|b"),
        ("<b>&", "&lt;b>&"),
        ("</b> <!-- &lt; &#60; &", "&lt;/b> &lt;!-- &amp;lt; &amp;#\u206060; &"),
        ("1 < 2 <= 3", "1 < 2 <= 3"),
        ("s -> ms", "s -> ms"),
        ("form_fill_time*", "form_fill_time\\*"),
        ("_a_ b_ _c é_é", "\\_a\\_ b\\_ \\_c é_é"),
        ("@ann #12", "@\u2060ann #\u206012"),
        ("https://x.y", "https:\u2060//x.y"),
        ("two\nlines\t x", "two lines x"),
        ("[a](b) ![c](d)", "\\[a\\](b) !\\[c\\](d)"),
    ],
)
def test_markdown_escape(text: str, neutral: str) -> None:
    assert markdown.escape(text) == neutral


@pytest.mark.parametrize(
    ("text", "neutral"),
    [
        ("# a", "\\# a"),
        ("1. a", "1\\. a"),
        ("- a", "\\- a"),
        ("===", "\\==="),
        ("> a", "\\> a"),
        ("a", "a"),
    ],
)
def test_markdown_line_starts(text: str, neutral: str) -> None:
    assert markdown.start(text) == neutral


def test_a_fence_is_longer_than_what_it_holds() -> None:
    investigation = report_cases.shop()
    missing = (replace(investigation.not_run[0], ask="a\n````\n<b>"),)
    text = markdown.write(compose(replace(investigation, not_run=missing))).decode()
    assert "\n`````\na\n````\n<b>\n`````\n" in text


def test_displays_are_counted_against_displays() -> None:
    investigation = report_cases.home()
    lead = replace(investigation.leads[0], rows_in_scope=818)
    rows = page_one(compose(replace(investigation, leads=(lead,))))
    assert rows["Who and how many"].startswith("818 of 3,000 displays (27 %)")
    assert rows["Were they right?"] == "Does not arise: this model decided nothing here."


def test_a_check_that_did_not_run_is_told_once() -> None:
    investigation = report_cases.shop()
    unsure = replace(investigation.checks[2], id=investigation.not_run[0].id)
    made = compose(replace(investigation, checks=(*investigation.checks, unsure)))
    table = section(made, "not-checked").blocks[0]
    assert isinstance(table, Table)
    assert [row[0] for row in table.rows] == [
        "stale (Subgroup performance)", "this group (Subgroup performance)",
    ]  # fmt: skip
    assert "2 checks could not look or tell" in page_one(made)["How sure"]


def test_inputs_that_go_by_their_own_name_share_a_row() -> None:
    investigation = report_cases.shop()
    guesses = tuple(
        Guess(f"log.feature:{name}", value, reason, "sure")
        for name, value, reason in (
            ("a", "a", "equal name"), ("b", "b", "equal name"), ("c", "C", "equal but for case"),
        )
    )  # fmt: skip
    made = compose(replace(investigation, case=replace(investigation.case, guesses=guesses)))
    (part,) = [part for part in section(made, "appendix").parts if part.id == "guesses"]
    assert part.blocks[0].rows == (  # type: ignore[union-attr]
        ("log: 2 inputs", "their own names", "Equal name.", "sure"),
        ("log.feature:c", "C", "Equal but for case.", "sure"),
    )


def test_a_long_statement_is_told_by_its_ends_and_the_middle_answers_whether_it_was_right() -> None:
    investigation = report_cases.contract()
    first = (
        "Employment self-employed: 130 of 612 decisions were “refuse” (21 %), of the others 604."
    )
    between = "5 of its 48 rows in the live-test arm were positive where 15.2 were predicted." * 2
    last = "It is treated worse than its outcomes warrant."
    lead = replace(investigation.leads[0], statement=f"{first} {between} {last}")
    rows = page_one(compose(replace(investigation, leads=(lead,))))
    assert rows["What"].startswith(f"{first} {last}")
    assert rows["Were they right?"] == between
    came_about = section(compose(replace(investigation, leads=(lead,))), "came-about")
    assert between in str(came_about)


def test_one_action_of_each_kind_stands_on_page_one_before_a_second_of_any() -> None:
    notes = [
        said.note for row in report("shop").rows if row.label == "Then" for said in row.statements
    ]
    assert {"this case", "category", "detection", "redress"} <= set(notes)


def test_what_is_not_determined_is_told_without_names_of_checks() -> None:
    investigation = report_cases.undetermined()
    hint = Finding(
        id=f"{report_cases.SCALE}/Column_0", check=report_cases.SCALE, family="input_units",
        verdict="cannot tell", about=("Column_0",), n=1, concerns_decision=True,
        sentence="Column_0: 96.44 would be ordinary: fits × 1,000. One row cannot tell.",
    )  # fmt: skip
    guess = Guess("log.feature:Column_0", "F_FORM_FILL_TIME", "by range", "likely")
    case = replace(investigation.case, guesses=(guess,))
    made = compose(replace(investigation, findings=(hint,), case=case))
    what = page_one(made)["What"]
    told = "Not determined. Column_0 (F_FORM_FILL_TIME): 96.44 would be ordinary: fits × 1,000."
    assert what.startswith(told)
    assert "In the log" not in what, "it is said already"
    model = report_cases.shop().model
    assert model is not None
    model = replace(model, inputs=("Column_0",))
    named = compose(replace(investigation, case=case, model=model))
    assert "('Inputs in the log', 'Column_0 is F_FORM_FILL_TIME')" in str(section(named, "system"))
    assert "input_units." not in what
    assert "96.44 would be ordinary" in str(section(made, "came-about"))
    assert "96.44 would be ordinary" not in str(section(made, "conclusion"))


def test_a_check_that_looked_and_could_not_tell_is_not_called_not_run() -> None:
    investigation = report_cases.shop()
    missing = investigation.not_run[0]
    looked = Finding(
        id=missing.id, check=missing.id, family="data_assumptions", verdict="cannot tell",
        about=(), n=12, sentence="Too few rows.",
    )  # fmt: skip
    for findings, words in (((), "not run"), ((looked,), "cannot tell")):
        made = compose(replace(investigation, findings=(*investigation.findings, *findings)))
        table = section(made, "not-checked").blocks[0]
        assert isinstance(table, Table)
        assert table.rows[0][1] == words


def test_an_input_that_is_only_spelt_otherwise_is_not_named_twice() -> None:
    assert alike("form_fill_time", "F_FORM_FILL_TIME")
    assert alike("hour", "features.hour")
    assert not alike("Column_0", "F_FORM_FILL_TIME")


def test_what_vanishes_with_a_repair_is_ruled_out_as_a_cause_of_its_own() -> None:
    investigation = report_cases.shop()
    rare = Finding(
        id="data_assumptions.unusual_row/form_fill_time", check="data_assumptions.unusual_row",
        family="data_assumptions", verdict="supports", about=("form_fill_time",), n=1,
        sentence="form_fill_time is 96,400: above all.", explained_by="L1",
    )  # fmt: skip
    made = compose(replace(investigation, findings=(*investigation.findings, rare)))
    (table,) = section(made, "ruled-out").blocks
    assert isinstance(table, Table)
    assert table.rows[-1][:2] == (
        "unusual row (Data assumptions): form_fill_time",
        "As a cause of its own: it vanishes with the repair of L1.",
    )
    assert "2 findings vanish with the repair" in page_one(made)["How sure"]


def test_the_conclusion_names_leads_and_does_not_repeat_their_statements() -> None:
    made = report("shop")
    statement = report_cases.shop().leads[0].statement
    assert statement in str(section(made, "came-about"))
    assert statement not in str(section(made, "conclusion"))
    assert "L1 (strong)" in str(section(made, "conclusion"))


def test_long_tables_are_folded_in_markdown_and_stay_tables() -> None:
    text = markdown.write(report("shop")).decode()
    folds = re.findall(r"<details><summary>([^<]+)</summary>\n\n\|", text)
    assert len(folds) == text.count("<details>") == text.count("\n\n</details>\n")
    assert len(folds) >= 4
    assert re.search(r"\(\d+ rows\)", folds[0])
    many = Table(("a", "b"), tuple((str(k), "x") for k in range(20)), caption="<b> @ann | it")
    (opened, *inside) = markdown._block(many)
    assert opened == "<details><summary>&lt;b&gt; @\u2060ann | it (20 rows)</summary>"
    assert inside[-1] == "</details>"
    assert markdown._block(replace(many, rows=many.rows[:5]))[0] == "| a | b |"


def test_the_command_stands_under_page_one() -> None:
    made = report("shop")
    head = markdown.write(made).decode().split("## What was seen")[0]
    assert f"```\n{made.run_again}\n```" in head
    assert '<p class="next">Run it again: <code>fifthwhy ' in page("shop")


def test_what_is_known_of_the_released_stands_under_them() -> None:
    (counts, *_) = section(report("shop"), "impact").blocks
    assert isinstance(counts, Table)
    labels = [row[0] for row in counts.rows]
    place = labels.index("… from adverse to another label")
    assert labels[place + 1 : place + 4] == [
        "… … of those with a known outcome", "… … basket_value of those", "… to adverse",
    ]  # fmt: skip
    assert dict(counts.rows)["… … of those with a known outcome"] == "640"  # type: ignore[arg-type]


def test_a_sentence_keeps_the_spelling_of_an_input_at_its_start() -> None:
    assert sentence("duration is long", ("duration",)) == "duration is long."
    assert sentence("duration is long") == "Duration is long."
    assert sentence("form_fill_time is long") == "form_fill_time is long."


def test_a_note_column_without_notes_is_left_out() -> None:
    investigation = report_cases.shop()
    assert investigation.explanation is not None
    tables = [b for b in section(report("shop"), "model").blocks if isinstance(b, Table)]
    assert tables[0].header[-1] == "Note"
    parts = tuple(
        replace(part, outside_range=False, unexpected_missing=False, unseen=False)
        for part in investigation.explanation.contributions
    )
    explanation = replace(investigation.explanation, contributions=parts)
    made = compose(replace(investigation, explanation=explanation))
    tables = [b for b in section(made, "model").blocks if isinstance(b, Table)]
    assert tables[0].header[-1].startswith("Part of the score")


def test_the_repair_is_told_by_day_both_ways_with_its_quality() -> None:
    sections = compose(report_cases.shop()).sections
    found = next(s.blocks for s in sections if s.id == "impact")
    charts = {b.chart.title: b.chart for b in found if isinstance(b, FigureBlock)}
    days = charts["By day"]
    assert isinstance(days, TimeStrip)
    assert [c.name for c in days.curves] == [
        "requests in scope", "no longer adverse", "become adverse",
    ]  # fmt: skip
    quality = charts["Quality by day"]
    assert isinstance(quality, TimeStrip)
    assert "24 of 25" in quality.strip
    assert "±0.09 (95 %, paired)" in quality.strip
    assert [(c.name, len(c.x)) for c in quality.curves] == [("as logged", 24), ("repaired", 24)]


def test_the_repair_is_told_by_segment_but_not_of_a_sensitive_column() -> None:
    quality = {
        "auc_before": 0.6, "auc_after": 0.8, "auc_before_interval": [0.5, 0.7],
        "auc_after_interval": [0.7, 0.9], "n": 300, "positives": 20,
    }  # fmt: skip
    groups = (
        RepairGroup("country", "DE", 0, 500, 40, 1, 39, -0.2, quality),
        RepairGroup("country", None, 3, 70, 0, 0, 0, None),
        RepairGroup("gender", "f", 0, 570, 40, 1, 39, -0.2),
    )
    found = report_cases.shop()
    repair = found.leads[0].repair
    assert repair is not None
    leads = (replace(found.leads[0], repair=replace(repair, by_segment=groups)), *found.leads[1:])
    dictionary = Dictionary({"gender": Feature("gender", sensitive=True)})
    found = replace(found, leads=leads, dictionary=dictionary)
    tables = [
        block
        for section in compose(found).sections
        if section.id == "impact"
        for block in section.blocks
        if isinstance(block, Table)
    ]
    (told,) = [table for table in tables if table.header[0] == "Segment"]
    assert told.rows == (
        ("country = DE", "500", "40", "39", "1", "−0.2",
         "0.60 (0.50 to 0.70) → 0.80 (0.70 to 0.90), n = 300"),
        ("country = 3 others", "70", "0", "0", "0", "none", "too few outcomes"),
    )  # fmt: skip
