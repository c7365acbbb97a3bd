"""The words of sample (a): case, dictionary, releases and story."""

CASE = """
# The story and what is really wrong: STORY.md and truth.json
title = "{title}"
reported = "{reported}"
expected = "{expected}"
decision = "{decision}"
zone = "Europe/Berlin"

[model]
file = "../../sample_models/shop_fraud/model.txt"
threshold = 0.20
above = "review"
below = "accept"
adverse = "review"
component = ["fraud_review"]

[log]
file = "{log}"

[log.columns]
id = "order_no"
time = "created"
subject = "customer"
score = "score"
decision = "decision"
value = "basket_value"
model_version = "model_version"
segment = ["app_version", "country", "channel", "platform"]

[reference]
file = "training.parquet"
columns = {{ outcome = "charged_back", time = "created", subject = "customer" }}

[outcomes]
file = "chargebacks.csv"
columns = {{ id = "order_no", outcome = "charged_back", time = "settled" }}

[features]
file = "features.yaml"

[releases]
file = "releases.csv"
"""

FEATURES = """
# What each input of the fraud model means, and the unit it is agreed to arrive in.
features:
  - name: form_fill_time
    description: Time from opening the order form to sending it; 0 when the browser filled the form
    unit: s
    type: number
    minimum: 0
    maximum: 7200
  - name: ship_distance
    description: Distance from the warehouse region to the shipping address
    unit: km
    type: number
    minimum: 0
  - name: basket_value
    description: Value of the basket with tax
    unit: EUR
    type: number
    minimum: 0
  - name: payment_method
    description: How the customer pays
    type: string
    allowed: [bank_transfer, card, gift_card, invoice, wallet]
  - name: account_age
    description: Age of the customer's account
    unit: d
    type: integer
    minimum: 0
  - name: hour_of_day
    description: Hour of the order, local time
    unit: h
    type: integer
    minimum: 0
    maximum: 23
    time_zone: Europe/Berlin
  - name: items
    description: Number of articles in the basket
    type: integer
    minimum: 1
  - name: device_type
    description: Kind of device
    type: string
    allowed: [desktop, phone, tablet]
  - name: failed_logins
    description: Failed logins in the 24 hours before the order
    type: integer
    minimum: 0
  - name: address_changes
    description: Changes of address in the 90 days before the order
    type: integer
    minimum: 0
  - name: orders_90d
    description: Earlier orders of the customer in the last 90 days
    type: integer
    minimum: 0
  - name: delivery
    description: How the parcel is delivered
    type: string
    allowed: [express, pickup, standard]
  - name: ip_distance
    description: Distance between network address and shipping address; missing when not known
    unit: km
    type: number
    minimum: 0
  - name: email_age
    description: Days since the mail address was first seen anywhere; missing when not known
    unit: d
    type: integer
    minimum: 0
"""

RELEASES = """
time,system,text
2026-04-20T07:00:00Z,shop app,"4.8.0: roll-out begins (new start page)"
2026-05-04T06:00:00Z,marketing,"campaign in Austria begins"
2026-05-07T04:00:00Z,fraud_review,"service 2.14.1: other log rotation, model unchanged"
{live},shop app,"4.8.1: roll-out begins (order form rebuilt)"
2026-05-12T20:30:00Z,payments gateway,"3.2: new bank connection"
2026-05-21T05:15:00Z,warehouse,"second pick-up point opened"
"""

STORY = """
# An order held back

Support writes on 9 June: "He orders every month. Why is this one in review?" The order is
`ord-5f20c1`, placed with app 4.8.1. Its bars look sensible: the form was open for long, and long
sessions are riskier. They are not the story.

## What is really wrong
App 4.8.1, live since 7 May 2026, {live_local} (Berlin), rebuilt the order form and sends
`form_fill_time` in whole **milliseconds**; every other version, and training, has seconds with
one decimal. A zero (browser filled the form) and a missing value stay what they are.

- {rows_in_scope:,} of {rows:,} requests come from that version; {rows_changed:,} carry a wrong value.
- {from_adverse:,} of them went to review and would have been accepted; {to_adverse} the other way.
- The order itself: {this_score} (review) becomes {repaired_score} (accept).
- Ranking inside that version: AUC {auc_in_scope_sound} with seconds, {auc_in_scope} with milliseconds.
- It is still so when the log ends.

## What is innocent
Prices rose, so `basket_value` is 8 % higher than in training. A campaign brings more Austrian
customers from 4 May. App 4.8.1 goes to Android first, so platform and channel look guilty too.
On the same 7 May the fraud service got a release that changed nothing but its log files.

## What is known
Chargebacks are settled late: nearly all old orders have an outcome, most orders of 4.8.1 do not.
Settled or not depends on the age of the order alone.

## The clean twin
`clean.case.toml`: the same orders, but 4.8.1 sends seconds like the others. The order
`{clean_decision}` is in review there, and nothing is odd about it. Expected: no fault found.

Generated data; nobody in it exists. Made by `make samples` with a fixed seed.
"""
