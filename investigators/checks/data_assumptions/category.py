"""Does a categorical input carry values that training never had: rewritten, renamed or new?"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from investigators.answering import Findings
from investigators.categories import Values, one_of, rare_before, values_of
from investigators.chart import Cells
from investigators.check import Check
from investigators.clock import said
from investigators.evidence import (
    Cause,
    Finding,
    Map,
    NoTransform,
    Verdict,
    segment_words,
)
from investigators.model import ModelInput
from investigators.numbers import listed, number, per_cent
from investigators.received import received
from investigators.renamed import RENAMED, SHOWN, Claim, Ground, claims
from investigators.repair import undo_sql
from investigators.scope import scope_sql
from investigators.shift.corroborate import lined_up_releases
from investigators.task import Task
from investigators.traffic.rows import baseline_of, traffic_of
from investigators.view import View

ID = "data_assumptions.category"
FINDINGS = Findings(ID)
MINIMUM_LIVE = 50
MINIMUM_REFERENCE = 50
FREE_TEXT = 0.5  # values beyond the counted ones make up this share: no list of categories
LISTED = 12
MOST_PAIRS = 2_000
NEED_ROWS = "more requests with these values"
ASK = (
    "Please send an extract of the table the model was trained on, with the columns of the model's "
    "inputs (any 5,000 rows or more drawn at random), and the list of values that each categorical "
    "input may have."
)


def run(view: View, task: Task) -> Sequence[Finding]:
    """Give one finding for each categorical input of the log."""
    task.tick()
    if view.log is None or not view.log.rows:
        return [_nothing("cannot tell", "there are no rows of a log", "a log with the inputs")]
    inputs = _inputs(view)
    if not inputs:
        return [_nothing("does not apply", "no categorical input is in the log", None)]
    ground = Ground(view, view.log, baseline_of(view), traffic_of(view, task), len(inputs))
    findings = []
    for done, each in enumerate(inputs):
        task.tick(done, len(inputs), f"Categories: {each.name}")
        findings.append(_one(ground, each, task))
    return findings


def _inputs(view: View) -> list[ModelInput]:
    """Categorical inputs that the log has; without a model, the text that it maps."""
    if view.model is not None:
        return [i for i in view.model.inputs if i.kind == "category" and i.name in view.log_inputs]
    log = view.log
    assert log is not None
    kinds = {
        name: log.value(f"SELECT typeof({sql}) FROM {{t}} LIMIT 1")
        for name, sql in view.log_inputs.items()
    }
    return [ModelInput(name, "category") for name, kind in kinds.items() if kind == "VARCHAR"]


def _one(ground: Ground, each: ModelInput, task: Task) -> Finding:
    values = values_of(ground.view, each, ground.baseline, task)
    told = values.told or values.n_base >= MINIMUM_REFERENCE
    if values.n < MINIMUM_LIVE or not told:
        many = f"{values.n:,} live and {values.n_base:,} {ground.words} values"
        words = f"{each.name}: {many} are too few to tell which values are new."
        if not told:
            words = f"{each.name}: nothing lists the values that training had ({many})."
        need = f"{MINIMUM_LIVE} live values, and the model's categories or training rows"
        return FINDINGS.of(each.name, "cannot tell", words, values.n, would_need=need)
    if values.more > FREE_TEXT * (len(values.live) + values.more):
        words = (
            f"{each.name} has {len(values.live) + values.more:,} different values in the log: "
            f"more than a list of categories has."
        )
        need = "the column from which the category is made"
        return FINDINGS.of(each.name, "cannot tell", words, values.n, would_need=need)
    if not values.unseen:
        words = (
            f"{each.name}: each of the {len(values.live):,} values in {values.n:,} requests was in "
            f"training ({len(values.known):,} values)."
        )
        return FINDINGS.of(each.name, "speaks against", words, values.n)
    found = claims(ground, values, task)
    standing = [claim for claim in found if claim.stands]
    if not standing:
        return _too_few(ground, values, found)
    return _supported(ground, values, standing, task)


def _too_few(ground: Ground, values: Values, found: Sequence[Claim]) -> Finding:
    """Some unseen values, yet no more than chance or training's own rare values bring."""
    name, rows = values.each.name, values.rows(values.unseen)
    share = rare_before(values) / max(values.n_base, 1)
    words = (
        f"{name}: {rows:,} of {values.n:,} requests ({per_cent(rows / values.n)}) carry "
        f"{len(values.unseen):,} values that {ground.words} never had, such as "
        f"{_quoted(values.unseen)}"
    )
    effect = {"unseen_values": len(values.unseen), "unseen_rows": rows, "expected_share": share}
    pairs = [p for claim in found for p in claim.pairs]
    if not pairs and rows <= 2 * share * values.n + 3:
        words += f"; training’s own rare values let expect {per_cent(share)}."
        return FINDINGS.of(name, "speaks against", words, values.n, effect=effect)
    if pairs:
        words += f". “{pairs[0].seen}” differs from “{pairs[0].meant}” {pairs[0].how}"
    words += "; that is too few to tell a fault from a slip or a newcomer."
    return FINDINGS.of(
        name, "cannot tell", words, values.n, effect=effect, would_need=NEED_ROWS
    )  # fmt: skip


def _supported(ground: Ground, values: Values, standing: Sequence[Claim], task: Task) -> Finding:
    claim = standing[0]
    name = values.each.name
    if len(claim.pairs) > MOST_PAIRS:
        claim = replace(claim, pairs=())
    cause = _cause(values, claim)
    effect = _effect(values, claim)
    if claim.pairs:
        scope = scope_sql(cause.segment, cause.onset, cause.end)
        rows = f"({scope}) AND {one_of(values.expression, claim.seen)}"
        meant = undo_sql(cause.transform, values.expression)
        told = received(ground.view, name, meant, rows, task)
        if told is not None and told.meant:
            words = (
                f"{name}: the log writes {_pairs_words(claim)}, but {told.as_meant:,} of "
                f"{told.n:,} logged scores looked at are those of the values as meant: the model "
                f"received them so."
            )
            return FINDINGS.of(name, "speaks against", words, values.n, effect=effect)
    signs = list(claim.signs)
    if signs:
        signs += lined_up_releases(ground.view, cause)
    cause = replace(
        cause, corroborations=tuple(signs), statement=_statement(ground, values, claim, cause)
    )
    return FINDINGS.of(
        name,
        "supports",
        cause.statement,
        values.n,
        effect=effect,
        segment=cause.segment,
        cause=cause,
        charts=(_picture(ground, values, claim),),
    )


def _cause(values: Values, claim: Claim) -> Cause:
    place = claim.place
    transform: Map | NoTransform = NoTransform()
    if claim.pairs:
        transform = Map(tuple((p.seen, p.meant) for p in claim.pairs))
    return place.cause(
        "input-unseen-value",
        (values.each.name,),
        transform,
    )


def _effect(values: Values, claim: Claim) -> dict[str, Any]:
    carried = claim.change.carried
    return {
        "unseen_values": len(values.unseen),
        "unseen_rows": values.rows(values.unseen),
        "rows_claimed": claim.place.rows_changed,
        "pairs": [[p.seen, p.meant, p.how] for p in claim.pairs[:LISTED]],
        "share_in_scope": round(claim.change.inside, 4),
        "share_elsewhere": round(claim.change.outside, 4),
        "score": round(carried.score, 1),
        "log_of_looks": round(carried.looks, 1),
    }


def _statement(ground: Ground, values: Values, claim: Claim, cause: Cause) -> str:
    name, where = values.each.name, segment_words(cause.segment)
    since = f" since {said(cause.onset.latest)}" if cause.onset and cause.onset.latest else ""
    until = f" until {said(cause.end.latest)}" if cause.end and cause.end.latest else ""
    rows = claim.place.rows_changed
    many = f"{rows:,} of {number(ground.log.rows)} requests, {per_cent(rows / ground.log.rows)}"
    if not claim.pairs:
        new = f"values that {ground.words} never had ({_quoted(claim.seen)})"
        return (
            f"{name} in {where} carries {new}{since}{until}: {many}. No known value is meant by "
            f"them for certain; {_model_words(values)}"
        )
    what = "written otherwise"
    if any(p.how == RENAMED for p in claim.pairs):
        what = "under another name"
    return (
        f"{name} in {where} carries known values {what} ({_pairs_words(claim)})"
        f"{since}{until}: {many}; {_model_words(values)}"
    )


def _model_words(values: Values) -> str:
    """How the model treats a value it does not know."""
    if not values.told:
        return "how the model treats them is not known."
    if not values.each.used:
        return "no split of the model asks for this input."
    return (
        "the model knows none of them and treats them like a missing value: at each split they "
        "go with the values that are not listed there."
    )


def _quoted(values: Sequence[str]) -> str:
    more = f" and {len(values) - SHOWN:,} more" if len(values) > SHOWN else ""
    return listed([f"“{value}”" for value in values[:SHOWN]]) + more


def _pairs_words(claim: Claim) -> str:
    pairs = claim.pairs
    more = f" and {len(pairs) - SHOWN:,} more" if len(pairs) > SHOWN else ""
    return listed([f"“{p.seen}” for “{p.meant}”" for p in pairs[:SHOWN]]) + more


def _picture(ground: Ground, values: Values, claim: Claim) -> Cells:
    """The unseen values, what each stands for, and how often either occurs."""
    seen = [p.seen for p in claim.pairs] or list(claim.seen)
    told = {p.seen: p for p in claim.pairs}
    seen.sort(key=lambda v: (-values.live.get(v, 0), v))
    rows = []
    for value in seen[:LISTED]:
        pair = told.get(value)
        meant = pair.meant if pair else ""
        rows.append(
            (
                value,
                f"{values.live.get(value, 0):,}",
                meant or "not known",
                f"{values.live.get(meant, 0):,}" if pair else "",
                f"{values.base.get(meant, 0):,}" if pair else "",
                f"differs {pair.how}" if pair else "",
            )
        )
    more = f" · {len(seen) - LISTED:,} more values" if len(seen) > LISTED else ""
    return Cells(
        title=f"{values.each.name}: values that training never had",
        header=("value", "requests", "stands for", "requests with it",
                f"rows of {ground.words}", "why"),
        rows=tuple(rows),
        strip=f"{values.n:,} requests and {values.n_base:,} rows of {ground.words}{more}",
        description=(
            f"A table of values of {values.each.name} that {ground.words} never had, with the "
            f"known value that each stands for, where one is known, and counts of both."
        ),
    )  # fmt: skip


def _nothing(verdict: Verdict, reason: str, need: str | None) -> Finding:
    return FINDINGS.nothing(f"Unseen categories cannot be looked for: {reason}.", need, verdict)


CHECK = Check(
    family="data_assumptions",
    name="category",
    suspicion="A categorical input carries values that training never had.",
    covers=(
        "unseen values in every categorical input, for all requests or those of one segment and "
        "window: known ones in another case, with blanks, accents, signs, zeros or a wrong "
        "encoding, as codes of a list, or renamed while the old name vanishes; and new ones"
    ),
    does_not_cover=(
        "one known value in the place of another known one, words in an input that knows only "
        "codes, and a whole column in another writing, which is read as meant unless the logged "
        "scores are those of values that the model does not know"
    ),
    minimum=(
        f"{MINIMUM_LIVE} live values, with the model's categories or {MINIMUM_REFERENCE} training "
        "rows; 10 requests with an unseen value"
    ),
    run=run,
    needs=("log",),
    asks=(("reference", ASK),),
    causes=("input-unseen-value",),
    order=35,
)
