"""Investigations made by hand, with numbers that add up, one per way an investigation can end."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from math import exp, log, pi, sqrt

import pyarrow as pa

from investigators.case import (
    Action,
    Answers,
    Brief,
    Case,
    Decision,
    Guess,
    Place,
    Rule,
    ScoreScale,
    Source,
)
from investigators.chart import Bar, Curve, Distributions, Dot, Dots, Mark, TimeStrip, Waterfall
from investigators.evidence import (
    CheckAnswer,
    Condition,
    Contribution,
    Explanation,
    FamilyAnswer,
    Finding,
    Lead,
    NoTransform,
    NotRun,
    Onset,
    RepairDay,
    RepairResult,
    Reproduced,
    Scale,
)
from investigators.features import Dictionary, Feature
from investigators.investigation import (
    AffectedTable,
    Investigation,
    LogFacts,
    ModelFacts,
    TimelineEntry,
)
from investigators.self_test import SelfTestLine

SCALE = "input_units.scale_change"
FILL = f"{SCALE}/form_fill_time"
PARTS = (
    ("form_fill_time", 96_400.0, "s", 2.05, 1.0, True),
    ("ship_distance", 118.0, "km", 0.78, 0.97, False),
    ("payment_method", "card", None, -0.24, 0.61, False),
    ("basket_value", 58.20, "€", -0.18, 0.44, False),
    ("account_age", 2_190.0, "d", -0.12, 0.88, False),
    ("hour", 18.0, "h", 0.10, 0.71, False),
    ("items", 2.0, None, -0.05, 0.50, False),
    ("coupon", None, None, -0.04, None, False),
)


def sha(letter: str) -> str:
    return letter * 64


def source(role: str, name: str, letter: str, rows: int | None, **columns: str) -> Source:
    return Source(role, Place(f"somewhere/{name}"), sha(letter), rows, (1, 1), columns)


def seconds(day: int, month: int = 5) -> float:
    return datetime(2026, month, day, tzinfo=UTC).timestamp()


def bell(middle: float, xs: tuple[float, ...]) -> tuple[float, ...]:
    return tuple(exp(-((x - middle) ** 2) / 2) / sqrt(2 * pi) for x in xs)


def waterfall() -> Waterfall:
    def logit(p: float) -> float:
        return log(p / (1 - p))

    bars = tuple(
        Bar(
            name,
            length,
            "missing"
            if value is None
            else f"{value:,g} {unit or ''}".strip()
            if isinstance(value, float)
            else value,
            "above all (max 7,150)"
            if outside
            else ""
            if rank is None
            else f"higher than {rank:.0%}".replace("%", " %"),
            hatched=outside,
            note="outside what the model saw" if outside else "",
        )
        for name, value, unit, length, rank, outside in PARTS
    )
    start = -3.601
    end = start + sum(bar.length for bar in bars)
    ruler = tuple((logit(p), f"{100 * p:g} %") for p in (0.01, 0.02, 0.05, 0.1, 0.2, 0.5))
    return Waterfall(
        title="What the model did with these inputs",
        start=start,
        end=end,
        bars=bars,
        scale="log-odds",
        threshold=logit(0.2),
        ruler=(*ruler, (end, f"{1 / (1 + exp(-end)):.3f}")),
        strip="exact tree SHAP (LightGBM) · log-odds · start = mean output over training",
        description="Eight bars lead from 2.7 % to 0.214; form fill time is the longest.",
    )


def distributions() -> Distributions:
    xs = tuple(round(1 + k * 0.085, 4) for k in range(160))
    return Distributions(
        title="form_fill_time: app_version 4.8.1 lies 1,000 times higher",
        curves=(
            Curve("training", xs, bell(4.7, xs), "training", filled=True),
            Curve("app_version 4.8.1", xs, bell(4.7 + log(1000), xs), "live", dashed=True),
        ),
        unit="s",
        log_x=True,
        marks=(Mark("this decision", log(96_400), kind="decision"),),
        strip="density of ln|x| · 60,000 and 8,214 values, zero and missing left out",
        description="Two bells of the same shape, a factor of 1,000 apart.",
    )


def time_strip() -> TimeStrip:
    days = tuple(seconds(1) + k * 86400 for k in range(30))
    return TimeStrip(
        title="Share in review by day",
        curves=(
            Curve(
                "app_version 4.8.1", days, tuple(0.03 if k < 6 else 0.26 for k in range(30)), "live"
            ),
            Curve("all others", days, tuple(0.03 + 0.002 * (k % 3) for k in range(30)), "training"),
        ),
        unit="share in review",
        zone="UTC",
        marks=(Mark("onset", seconds(7), seconds(8), "finding"), Mark("release 4.8.1", seconds(6))),
        strip="daily shares",
        description="The share of one version rises on 7 May.",
    )


def dots() -> Dots:
    return Dots(
        title="Refused among those who later paid",
        dots=(
            Dot("employment self-employed", 0.21, 0.15, 0.29, 212, own=True),
            Dot("employment salaried", 0.07, 0.06, 0.09, 3120),
            Dot("employment retired", 0.08, 0.05, 0.13, 401),
        ),
        unit="share refused, 95 % intervals",
        rest=0.072,
        strip="Wilson intervals · 3,733 rows with outcomes",
        description="Three groups; the decision’s own lies highest.",
    )


def contributions() -> tuple[Contribution, ...]:
    return tuple(
        Contribution(
            name,
            value,
            unit,
            part,
            rank,
            "reference",
            outside_range=outside,
            training_range=(0.4, 7150.0) if outside else None,
        )
        for name, value, unit, part, rank, outside in PARTS
    )


def explanation() -> Explanation:
    return Explanation(
        withheld=None,
        method="lightgbm pred_contrib",
        scale="log-odds",
        base_value=-3.601,
        base_is="the model's mean output over training",
        sum_error=2e-15,
        contributions=contributions(),
        raw_score=-1.301,
        score=0.214,
        sentence="Form fill time raised the score most; its value lies outside everything the "
        "model was trained on: any larger value gives the same bar",
        strip="exact tree SHAP (LightGBM) · log-odds",
        chart=waterfall(),
    )


def families(ui: str, units: str, groups: str, data: str) -> dict:
    names = ("ui_context", "input_units", "subgroup_performance", "data_assumptions")
    return {
        name: FamilyAnswer(status, f"{status}: see the checks")
        for name, status in zip(names, (ui, units, groups, data), strict=True)
    }


def batches() -> Iterator[pa.RecordBatch]:
    rows = 2107
    yield pa.RecordBatch.from_pydict(
        {
            "id": ["ord-5f20c1", *(f"ord-{k:06d}" for k in range(1, rows))],
            "subject": [f"cust-{k % 1900:05d}" if k else "cust-88217" for k in range(rows)],
            "time": [datetime(2026, 5, 7, 8, 43) for _ in range(rows)],  # noqa: DTZ001 - UTC
            "score_before": [0.214] * rows,
            "score_after": [0.017] * rows,
            "decision_before": ["review"] * (rows - 1) + ["=cmd()|' /C calc'!A0"],
            "decision_after": ["accept"] * rows,
            "form_fill_time_before": [96_400.0] * rows,
            "form_fill_time_after": [96.4] * rows,
            "outcome": [None, 1.0, 0.0] + [None] * (rows - 3),
        }
    )


CHECKS = (
    CheckAnswer(
        SCALE,
        "input_units",
        "supports",
        "form_fill_time lies 1,000 times higher for app_version 4.8.1",
        "factor changes of numeric inputs",
        "a change that keeps the shape and the size",
    ),
    CheckAnswer(
        "ui_context.component",
        "ui_context",
        "speaks against",
        "Every one of the 84,210 displays joins to a request of fraud_review",
        "which component showed it",
        "what the screen said",
    ),
    CheckAnswer(
        "subgroup_performance.this_group",
        "subgroup_performance",
        "cannot tell",
        "36 rows of this group have an outcome; a doubling would be seen 29 % of the time",
        "rejection and error of the decision's own groups",
        "groups of three columns",
        "outcomes for 400 rows of the group",
    ),
    CheckAnswer(
        "data_assumptions.unusual_row",
        "data_assumptions",
        "supports",
        "form_fill_time is above everything in training",
        "range, unseen, missing",
        "values that are wrong and ordinary",
    ),
)


def shop() -> Investigation:
    """A unit change that stands: strong, still running, with outcomes and value."""
    segment = (Condition("app_version", "4.8.1"),)
    onset = Onset("2026-05-07T08:31:00Z", "2026-05-07T08:43:00Z")
    repair = RepairResult(
        decisions_changed=2107,
        to_adverse=1,
        from_adverse=2106,
        other=0,
        this_score=0.017,
        this_decision="accept",
        flips=True,
        mean_score_change=-0.11,
        quality={"auc_before": 0.712, "auc_after": 0.83, "n": 640, "positives": 9},
        outcomes_known=640,
        outcomes_positive=9,
        accepted_known=51_200,
        accepted_positive=614,
        value=118_300.0,
        restores_range=True,
        by_day=tuple(
            RepairDay(
                f"2026-05-{day:02d}",
                249 + day % 5,
                66 + day % 3,
                -0.11,
                2,
                64 + day % 3,
                None
                if day == 9
                else {
                    "auc_before": 0.7 + day / 1000,
                    "auc_after": 0.83 + day / 2000,
                    "auc_before_interval": [0.61, 0.79],
                    "auc_after_interval": [0.77, 0.9],
                    "auc_change_interval": [0.02, 0.2],
                    "n": 60,
                    "positives": 12,
                },
            )
            for day in range(7, 32)
        ),
    )
    lead = Lead(
        id="L1",
        rank=1,
        family="input_units",
        cause="input-unit-or-scale",
        features=("form_fill_time",),
        transform=Scale(1000.0, "s -> ms"),
        segment=segment,
        onset=onset,
        onset_known=True,
        end=None,
        ongoing=True,
        rows_in_scope=8214,
        rows_changed=8102,
        rows_changed_interval=None,
        share_of_log=8214 / 84210,
        repair=repair,
        strength="strong",
        corroborations=(
            "whole numbers where training has tenths",
            "97 % of the values lie above the training maximum",
        ),
        concerns_this_decision=True,
        statement="Since 2026-05-07 08:31 to 08:43 UTC, requests of app_version 4.8.1 carry "
        "form_fill_time 1,000 times larger than all others and than training",
        findings=(FILL,),
        symptoms=("data_assumptions.unusual_row/form_fill_time",),
    )
    findings = (
        Finding(
            FILL,
            SCALE,
            "input_units",
            "supports",
            ("form_fill_time",),
            "form_fill_time of app_version 4.8.1 lies 1,000 times higher than in training "
            "(8,214 rows)",
            84_210,
            {"factor": 1000.0},
            segment,
            onset,
            concerns_decision=True,
            charts=(distributions(), time_strip()),
        ),
        Finding(
            "ui_context.component/component",
            "ui_context.component",
            "ui_context",
            "speaks against",
            ("component",),
            "Every display joins",
            84_210,
        ),
        Finding(
            "data_assumptions.unusual_row/form_fill_time",
            "data_assumptions.unusual_row",
            "data_assumptions",
            "supports",
            ("form_fill_time",),
            "form_fill_time 96,400 is above everything in training (largest 7,150)",
            1,
            explained_by="L1",
            concerns_decision=True,
        ),
    )
    case = Case(
        brief=Brief(
            title="Orders from app 4.8.1 held back: form-fill time 1,000 times too large",
            reported="He orders every month. Why is this one in review? Call +49 151 23456789 "
            "or mail jo@example.org",
            expected="accepted",
            decision="ord-5f20c1",
        ),
        sources=(
            source("log", "live.parquet", "a", 84_210, id="order_no", time="created"),
            source("model", "model.txt", "b", None),
            source("reference", "training.parquet", "c", 60_000, outcome="charged_back"),
            source("releases", "releases.csv", "d", 12),
        ),
        guesses=(
            Guess("log.id", "order_no", "84,210 different values in 84,210 rows", "sure"),
            Guess("threshold", "0.2", "given", "given"),
        ),
        zone="Europe/Berlin",
        scale=ScoreScale("probability", decimals=3),
        rule=Rule((0.2,), ("accept", "review"), ("review",), "given"),
        positive="charged back",
        components=("fraud_review",),
        decision=Decision(
            "ord-5f20c1", "log", 84_001, "2026-06-08T16:41:00Z", "cust-88217", 0.214, "review"
        ),
    )
    return Investigation(
        case=case,
        reproduced=Reproduced(
            "reproduced",
            "identity",
            0.0005,
            84_210,
            84_210,
            0,
            0.0005,
            "The model gives the logged score on 84,210 of 84,210 rows",
        ),
        conclusion="lead",
        conclusion_sentence="One lead stands: form_fill_time arrives in milliseconds for "
        "app_version 4.8.1",
        families=families("clear", "finding", "cannot tell", "symptom"),
        leads=(lead,),
        findings=findings,
        checks=CHECKS,
        not_run=(
            NotRun(
                "data_assumptions.stale",
                "no feature store was given",
                "the feature store's values with times",
                "Please send the rows of the feature store for ids ord-… from 1 to 9 June.",
            ),
        ),
        explanation=explanation(),
        self_test=(
            SelfTestLine("additivity", True, "sums within 2e-15"),
            SelfTestLine("shap", None, "categorical splits"),
        ),
        timeline=(
            TimelineEntry(
                "2026-05-06T20:00:00Z", "app 4.8.1 released", "release", "source:releases"
            ),
            TimelineEntry(
                onset.earliest, "form_fill_time × 1,000 begins", "onset", FILL, onset.latest
            ),
            TimelineEntry("2026-06-08T16:41:00Z", "this decision", "decision", "source:log"),
        ),
        versions={"fifthwhy": "0.1", "python": "3.12.1", "lightgbm": "4.6.0"},
        run_again="fifthwhy investigate case.toml --decision ord-5f20c1 --out out",
        affected=AffectedTable("L1", ("form_fill_time",), 2107, batches, 1901),
        log=LogFacts(
            84_210, "2026-04-12T00:00:00Z", "2026-06-09T00:00:00Z", 52_000, 2331, "basket_value"
        ),
        model=ModelFacts(
            "model.txt", "binary", 180, tuple(name for name, *_ in PARTS), "log-odds", "probability"
        ),
        dictionary=Dictionary(
            {
                "basket_value": Feature("basket_value", unit="€"),
                "account_age": Feature("account_age", unit="d", sensitive=True),
            },
            "features.yaml",
        ),
        parameters=(("looks corrected for", "570"),),
    )


def home() -> Investigation:
    """An impression that is not this model's: an exact record, no request, no repair."""
    found = "ui_context.component/imp-77"
    lead = Lead(
        id="L1",
        rank=1,
        family="ui_context",
        cause="not-our-component",
        features=(),
        transform=NoTransform(),
        segment=None,
        onset=None,
        onset_known=False,
        end=None,
        ongoing=None,
        rows_in_scope=1,
        rows_changed=0,
        rows_changed_interval=None,
        share_of_log=1 / 3000,
        repair=None,
        strength="strong",
        corroborations=("no request of home_recommender has this session and position",),
        concerns_this_decision=True,
        statement="Impression imp-77 was shown by last_seen, not by home_recommender; the record "
        "of 3,000 displays names its component",
        findings=(found,),
    )
    case = Case(
        brief=Brief(
            reported="Why does it recommend me my own flat?",
            answers=Answers("the box Last seen", "yes", "a flat in Kiel", "support"),
        ),
        sources=(
            source("log", "requests.csv", "e", 2400),
            source("ui_events", "ui.csv", "f", 3000),
            source("screenshot", "screen.png", "1", None),
        ),
        zone="UTC",
        components=("home_recommender",),
        decision=Decision("imp-77", "ui_events", None, "2026-03-02T09:15:00Z", "7", None, None),
    )
    return Investigation(
        case=case,
        reproduced=Reproduced("cannot tell", "none", None, 0, 0, 0, None, "No model was given"),
        conclusion="lead",
        conclusion_sentence="It was not this model's component: last_seen showed it",
        families=families("finding", "cannot tell", "cannot tell", "cannot tell"),
        leads=(lead,),
        findings=(
            Finding(
                found,
                "ui_context.component",
                "ui_context",
                "supports",
                ("imp-77",),
                "Impression imp-77 was shown by last_seen",
                3000,
                concerns_decision=True,
            ),
        ),
        checks=(
            CheckAnswer(
                "ui_context.component",
                "ui_context",
                "supports",
                "last_seen showed it",
                "which component showed it",
                "why that component chose it",
            ),
            CheckAnswer(
                SCALE,
                "input_units",
                "cannot tell",
                "no request of this model stands behind it",
                "factor changes",
                "other changes",
                "the request behind it",
            ),
        ),
        not_run=(
            NotRun(
                "data_assumptions.unusual_row",
                "no model was given",
                "the model file",
                "Please send the model file of home_recommender.",
            ),
        ),
        versions={"fifthwhy": "0.1"},
        run_again="fifthwhy investigate case.toml --decision imp-77 --out out",
        log=LogFacts(2400, "2026-03-01T00:00:00Z", "2026-03-05T00:00:00Z"),
    )


def contract() -> Investigation:
    """A small group treated otherwise: moderate, a policy question, nothing to repair."""
    found = "subgroup_performance.this_group/employment"
    lead = Lead(
        id="L1",
        rank=1,
        family="subgroup_performance",
        cause="sample-or-subgroup",
        features=("employment",),
        transform=NoTransform(),
        segment=(Condition("employment", "self-employed"),),
        onset=None,
        onset_known=True,
        end=None,
        ongoing=True,
        rows_in_scope=612,
        rows_changed=0,
        rows_changed_interval=None,
        share_of_log=612 / 9000,
        repair=None,
        strength="moderate",
        corroborations=("the same in both halves of the subjects",),
        concerns_this_decision=True,
        statement="Of 212 self-employed who later paid 21 % were refused (95 % interval 15 to "
        "29 %), of 3,521 others 7.2 %",
        findings=(found,),
    )
    shop_case = shop().case
    case = replace(
        shop_case,
        brief=Brief(title="Contract refused", reported="I pay everything on time."),
        sources=(source("log", "contracts.csv", "9", 9000), source("model", "m.txt", "8", None)),
        zone=None,
        rule=Rule((30.0,), ("accept", "refuse"), ("refuse",), "inferred", (29.9, 30.1), 8990, 9000),
        scale=ScoreScale("percent", "percent", 1, factor=100.0),
        decision=Decision("c-1", "log", 5, "2026-02-02T10:00:00", "p-1", 41.5, "refuse"),
        actions=(
            Action("A1", "Call the applicant back", "this case", "credit desk", "today"),
            Action("A3", "", "category"),
            Action("X1", "Add the question to the quarterly review", "tooling", "risk"),
        ),
    )
    return Investigation(
        case=case,
        reproduced=Reproduced("reproduced after mapping", "percent", 0.05, 9000, 9000, 0, 0.05),
        conclusion="lead",
        conclusion_sentence="One lead stands: the group employment self-employed",
        families=families("not run", "clear", "finding", "clear"),
        leads=(lead,),
        findings=(
            Finding(
                found,
                "subgroup_performance.this_group",
                "subgroup_performance",
                "supports",
                ("employment",),
                lead.statement,
                3733,
                charts=(dots(),),
                segment=lead.segment,
                concerns_decision=True,
            ),
        ),
        checks=(
            CheckAnswer(
                "subgroup_performance.this_group",
                "subgroup_performance",
                "supports",
                lead.statement,
                "own groups",
                "groups of three columns",
            ),
        ),
        not_run=(
            NotRun(
                "ui_context.component",
                "no UI events were given",
                "the UI events",
                "Please send the UI events of 2 February.",
            ),
        ),
        explanation=replace(
            explanation(),
            heading="What this model file says for these inputs, not the logged score",
        ),
        versions={"fifthwhy": "0.1"},
        run_again="fifthwhy investigate --log contracts.csv --model m.txt --decision c-1 --out out",
        log=LogFacts(9000, "2026-01-01T00:00:00", "2026-03-01T00:00:00", 3733, 1200),
        model=ModelFacts("m.txt", "binary", 90, ("employment",), "log-odds", "probability"),
    )


def clean() -> Investigation:
    """The clean twin of the shop: nothing stands."""
    made = shop()
    return replace(
        made,
        case=replace(made.case, brief=replace(made.case.brief, title=None)),
        conclusion="no fault found",
        conclusion_sentence="No fault found in what was checked; not checked: the feature store",
        families=families("clear", "clear", "cannot tell", "clear"),
        leads=(),
        findings=(made.findings[1],),
        checks=tuple(
            replace(check, verdict="speaks against", sentence="nothing stands out")
            if check.verdict == "supports"
            else check
            for check in CHECKS
        ),
        affected=None,
        timeline=made.timeline[2:],
    )


def undetermined() -> Investigation:
    """One row and no model: nearly everything is missing; a weak lead does not carry it."""
    weak = replace(
        shop().leads[0],
        strength="weak",
        repair=None,
        corroborations=(),
        onset=None,
        onset_known=False,
        ongoing=None,
        rows_in_scope=1,
        rows_changed=1,
        segment=None,
        findings=(),
        symptoms=(),
        statement="96,400 fits × 1,000; one row cannot tell",
    )
    return Investigation(
        case=Case(
            Brief(),
            sources=(source("log", "one_row.csv", "7", 1),),
            decision=Decision("17", "log", 0, None, "12", 0.9, None),
        ),
        reproduced=None,
        conclusion="not determined",
        conclusion_sentence="Not determined: no model and no training data were given",
        families=families("not run", "cannot tell", "not run", "not run"),
        leads=(weak,),
        run_again="fifthwhy investigate --log one_row.csv --decision 17 --out out",
        log=LogFacts(1),
    )


def regression() -> Investigation:
    """A value instead of a label: no decision rule, a lead that ended."""
    made = shop()
    repair = RepairResult(None, None, None, None, 251_000.0, None, None, -0.31)
    lead = replace(
        made.leads[0],
        repair=repair,
        ongoing=False,
        end=Onset("2026-05-20T10:00:00Z", "2026-05-21T10:00:00Z"),
        symptoms=(),
        strength="moderate",
    )
    case = replace(
        made.case,
        rule=None,
        scale=ScoreScale("value"),
        decision=replace(made.case.decision, score=380_500.0, label=None),
    )
    explained = replace(made.explanation, scale="log", score=380_500.0)
    return replace(made, case=case, leads=(lead,), explanation=explained, affected=None)


ALL = {
    "shop": shop,
    "home": home,
    "contract": contract,
    "clean": clean,
    "undetermined": undetermined,
    "regression": regression,
}
