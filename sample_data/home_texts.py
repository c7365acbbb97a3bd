"""The words of sample (b): case, dictionary and story."""

CASE = """
# The story and what is really wrong: STORY.md and truth.json
title = "{title}"
reported = "{reported}"
decision = "{decision}"

[model]
file = "../../sample_models/home_page/model.txt"
threshold = 0.06
above = "show"
below = "hold"
component = ["recommender"]

[log]
file = "requests.jsonl"

[log.columns]
id = "request_id"
time = "at"
subject = "account"
session = "session"
score = "score"
decision = "decision"

[reference]
file = "training.parquet"
columns = {{ outcome = "clicked", time = "at", subject = "account" }}

[[ui_events]]
file = "screens.sqlite::shown"

[ui_events.columns]
event = "event_id"
request = "request_id"
time = "shown_at"
subject = "account"
model_version = "service_version"

[[lookup]]
file = "items.csv"

[outcomes]
file = "clicks.csv"
columns = {{ id = "request_id", outcome = "clicked", time = "at" }}

[features]
file = "features.yaml"
"""

FEATURES = """
# What each input of the recommender's click model means.
features:
  - name: item_category
    description: Category of the item
    type: string
    allowed: [bags, home, jackets, shirts, shoes, sport, trousers]
  - name: item_price
    description: Price of the item
    unit: EUR
    type: number
    minimum: 0
  - name: discount
    description: Discount as a fraction of the price
    type: number
    minimum: 0
    maximum: 1
  - name: popularity_7d
    description: Clicks of everybody on the item in seven days
    type: integer
    minimum: 0
  - name: category_affinity
    description: Share of the last 40 items viewed on the account that are of this category
    type: number
    minimum: 0
    maximum: 1
  - name: section_affinity
    description: Share of the last 40 items viewed on the account that are of this section
    type: number
    minimum: 0
    maximum: 1
  - name: days_since_category
    description: Days since the account last viewed this category; missing when it never did
    unit: d
    type: number
    minimum: 0
  - name: account_age
    description: Age of the account
    unit: d
    type: integer
    minimum: 0
  - name: hour_of_day
    description: Hour of the request (UTC)
    unit: h
    type: integer
    minimum: 0
    maximum: 23
    time_zone: UTC
  - name: screen
    description: Where the home page was opened
    type: string
    allowed: [app, desktop, mobile_web]
"""

STORY = """
# A bag on the wrong page

"I never looked at these. Why a woman's bag and shirt?" A customer sends a picture of his home
page: a box called "{title}" with a bag and a shirt from the women's section. The ticket goes to
the recommender's team, and asks what its model was thinking.

## What is really wrong
The box is not the recommender's. Impression `{decision}` was filled by the component
`{component}` of another service, which lists what was last viewed on the account. No request of
the recommender stands behind it; on the same page the recommender showed other things.

- {impressions:,} impressions; {impressions_of_box} of `{component}`, {impressions_of_box_with_request} of them with a request of this model.
- {impressions_of_own} of `{own_component}`, {impressions_of_own_with_request} with a request of this model.

Its title promises a recommendation. And the account is shared: he uses the app, somebody else the
desktop, and the last-seen box merges both.

## What is innocent
Crawlers at night, lost events, screen clocks that are some seconds off, two arms of an experiment,
cached boxes.

## The clean twin
`clean.case.toml`: impression `{clean_decision}`, really shown by the recommender, its item returned
by the model for that request, nothing odd about it. Expected: no fault found.

Generated data; nobody in it exists. Made by `make samples` with a fixed seed.
"""
