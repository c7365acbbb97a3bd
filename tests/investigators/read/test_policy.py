"""The documented rule: read, held against the log, and what cannot be read said with its place."""

from __future__ import annotations

import json
import tempfile
from dataclasses import replace
from pathlib import Path

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from investigators import desk
from investigators.brief import read_case
from investigators.case import Brief, Place
from investigators.policy import Policy, open_policy, rule_of
from investigators.trouble import InputTrouble
from tests.investigators import parcels

BANDS = """\
policy:
  valid_from: 2026-01-01
  decisions:
    - {label: refuse, from: 0.6, adverse: true}
    - {label: accept, to: 0.2}
    - {label: review, from: 0.2, to: 0.6}
"""


def test_bands_cuts_and_a_threshold_say_the_same_rule(tmp_path: Path) -> None:
    (tmp_path / "p.yaml").write_text(BANDS)
    found = open_policy(Place("p.yaml"), base=str(tmp_path))
    assert found == Policy((0.2, 0.6), ("accept", "review", "refuse"), ("refuse",), "2026-01-01")
    cuts = {"cuts": [0.2, 0.6], "labels": ["accept", "review", "refuse"], "adverse": "refuse"}
    (tmp_path / "p.json").write_text(json.dumps(cuts))
    assert replace(found, valid_from="") == open_policy(Place("p.json"), base=str(tmp_path))
    one = rule_of({"threshold": 0.3, "above": "review", "below": "accept"}, "p")
    assert one == Policy((0.3,), ("accept", "review"))


@given(
    st.lists(st.floats(-1e6, 1e6).map(lambda x: x + 0.0), min_size=1, max_size=4, unique=True),
    st.permutations(range(5)),
)
def test_bands_in_any_order_are_the_cuts(cuts: list[float], order: list[int]) -> None:
    cuts = sorted(cuts)
    labels = [f"label {k}" for k in range(len(cuts) + 1)]
    ends = [None, *cuts, None]
    bands = [{"label": name, "from": ends[k], "to": ends[k + 1]} for k, name in enumerate(labels)]
    shuffled = [bands[k] for k in order if k < len(bands)]
    document = yaml.safe_load(yaml.safe_dump({"decisions": shuffled}))
    assert rule_of(document, "p") == Policy(tuple(cuts), tuple(labels))


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "the file is empty; expected decisions with label"),
        ("- 1\n", "no decision rule is in it"),
        ("threshold: high\nabove: a\nbelow: b\n", "threshold: 'high' is no number"),
        ("threshold: 0.2\n", "above and below: a label is missing"),
        ("cuts: [0.2]\nlabels: [a]\n", "labels: 1 cut points and 1 labels; expected 2 different"),
        ("cuts: [0.4, 0.2]\nlabels: [a, b, c]\n", "cuts: cut points out of order"),
        ("cuts: [0.2]\nlabels: [a, b]\nadverse: c\n", "adverse: c is none of the labels"),
        ("decisions: [{label: a, to: 0.2}, {label: b, from: 0.3}]", "a ends at 0.2 and b begins"),
        ("decisions: [{from: 0.3}]", "decisions[0]: a band without a label"),
        ("cuts: [0.2\n", "not YAML"),
    ],
)
def test_what_is_no_rule_is_said_with_its_place(tmp_path: Path, text: str, said: str) -> None:
    (tmp_path / "p.yml").write_text(text)
    with pytest.raises(InputTrouble) as trouble:
        open_policy(Place("p.yml"), base=str(tmp_path))
    assert said in trouble.value.line()


MARKDOWN = """\
# Decision policy

| Metric | Value |
|---|---|
| AUC | 0.9 |

Valid from: 2026-01-01

| Decision | From | To | Adverse |
|---|---:|---:|---|
| **refuse** | 0.6 | | yes |
| accept | - | 0.2 | |
| review | 0.2 | 0.6 | no |
"""
LISTED = """\
In force from: 2026-01-01
- not a band, another list

```
- score below 0.9: nothing
```

1. Score below 0.2: accept
2. refuse → `0.6` and above (adverse)

3. 0.2 to 0.6 — review.
"""
ENDS_ALONE = """\
|action|below|
|-|-|
|refuse||
|accept|0.2|
|review|0.6|

- Adverse: refuse.

**Valid from**: 2026-01-01
"""
OTHERWISE = """\
* less than 0.2: accept
* Otherwise: refuse (adverse)
* between 0.2 and 0.6: review
* Valid from: 2026-01-01
"""


@pytest.mark.parametrize(
    "text",
    [
        MARKDOWN,
        LISTED,
        MARKDOWN.replace("From | To", "Score | Note").replace("0.6 | |", ">= 0.6 | x |")
        .replace("- | 0.2", "under 0.2 | ").replace("0.2 | 0.6", "0.2 <= score < 0.6 | "),
        ENDS_ALONE,
        OTHERWISE,
        OTHERWISE.replace("less than 0.2", "else").replace("Otherwise", "0.6 or more"),
        OTHERWISE.replace("between 0.2 and", "from 0.2 up to").replace("* Valid", "\nValid"),
    ],
)  # fmt: skip
def test_a_page_says_the_same_rule_as_a_table_or_a_list(tmp_path: Path, text: str) -> None:
    (tmp_path / "policy.md").write_text(text, encoding="utf-8")
    found = open_policy(Place("policy.md"), base=str(tmp_path))
    assert found == Policy((0.2, 0.6), ("accept", "review", "refuse"), ("refuse",), "2026-01-01")


@given(
    st.lists(st.floats(-1e6, 1e6).map(lambda x: x + 0.0), min_size=1, max_size=4, unique=True),
    st.booleans(),
)
def test_cut_points_survive_a_page(cuts: list[float], table: bool) -> None:
    cuts = sorted(cuts)
    labels = [f"label {k}" for k in range(len(cuts) + 1)]
    ends = ["", *map(repr, cuts), ""]
    pairs = list(zip(labels, ends, ends[1:], strict=False))
    if table:
        rows = [f"| {label} | {low} | {high} |" for label, low, high in pairs]
        lines = ["| decision | from | to |", "|---|---|---|", *rows]
    else:
        words = [
            f"{low} to {high}" if low and high else f"below {high}" if high else f"at least {low}"
            for _, low, high in pairs
        ]
        lines = [f"- {said}: {label}" for said, label in zip(words, labels, strict=True)]
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "p.md"
        path.write_text("\n".join(lines))
        assert open_policy(Place(str(path))) == Policy(tuple(cuts), tuple(labels))


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("# Nothing\n\n- one\n- two\n", "no decision rule is in it; expected a table with the"),
        ("- below 0.2: a\n- below 35 %: b\n", "line 2: 'below 35 %' is no band; expected a band"),
        ("- below 0.2: a\n- refuse the others\n", "line 2: 'refuse the others' is no band with"),
        ("|decision|from|\n|-|-|\n|a||\n|b|1,200|\n", "line 4: '1,200' is no number"),
        ("x\n\n|decision|from|\n|-|-|\n||0.2|\n", "line 5: a band without a decision"),
        ("|decision|score|\n|-|-|\n|a|low|\n", "line 3: 'low' is no band; expected a band such as"),
        ("- below 0.2: a\n- from 0.3: b\n", "decisions: a ends at 0.2 and b begins at 0.3"),
        ("- below 0.2: a\n- above 0.2: b\n- else: c\n", '"otherwise" stands for no one band'),
        ("- below 0.2: a\n- above 0.2: b\n- adverse: c\n", "adverse: c is none of the labels"),
    ],
)
def test_what_is_no_rule_on_a_page_is_said_with_its_line(
    tmp_path: Path, text: str, said: str
) -> None:
    (tmp_path / "p.md").write_text(text)
    with pytest.raises(InputTrouble) as trouble:
        open_policy(Place("p.md"), base=str(tmp_path))
    assert said in trouble.value.line()
    assert trouble.value.line().startswith("p.md: ")


def test_other_files_are_refused(tmp_path: Path) -> None:
    with pytest.raises(InputTrouble, match="there is no such file"):
        open_policy(Place("gone.yaml"), base=str(tmp_path))
    (tmp_path / "p.pdf").write_text("x")
    with pytest.raises(InputTrouble, match="this format of policy is not read"):
        open_policy(Place("p.pdf"), base=str(tmp_path))


@pytest.fixture
def brief(tmp_path: Path) -> Brief:
    made = parcels.write(tmp_path)
    given = read_case(made.case)
    rule = f"decisions: [{{label: accept, to: {parcels.THRESHOLD}}}, "
    (tmp_path / "policy.yaml").write_text(f"{rule}{{label: review, adverse: true, from: "
                                          f"{parcels.THRESHOLD}}}]\n")  # fmt: skip
    sources = {**given.sources, "policy": (Place("policy.yaml"),)}
    return replace(given, sources=sources)


def test_the_policy_is_the_rule_in_force_where_none_was_given(brief: Brief) -> None:
    bare = replace(brief, threshold=None, above=None, below=None, adverse=None)
    with desk.open_case(bare) as opened:
        rule = opened.case.rule
        assert rule is not None
        assert (rule.cuts, rule.source, rule.adverse) == ((0.3,), "policy", ("review",))
        assert rule.rows_explained == rule.rows_total
        said = {g.what: g.reason for g in opened.case.guesses}
        assert "from the policy file; explains" in said["threshold"]
        assert "policy" in {source.role for source in opened.case.sources}


def test_what_is_given_by_hand_goes_before_it(brief: Brief) -> None:
    with desk.open_case(replace(brief, threshold=0.4, above="review", below="accept")) as opened:
        rule = opened.case.rule
        assert rule is not None
        assert (rule.cuts, rule.source) == ((0.4,), "given")
        said = {g.what: (g.value, g.reason) for g in opened.case.guesses}
    assert said["policy"] == ("0.3", "not used: another one was given by hand")
