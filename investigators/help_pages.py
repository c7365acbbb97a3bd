"""Writes the help page that lists every check: ``python -m investigators.help_pages``.

The table is made from the heads of the checks (:class:`investigators.check.Check`), so that a new
check is documented by being there.
"""

from __future__ import annotations

from investigators import shelf
from investigators.check import Check
from investigators.evidence import FAMILIES, FAMILY_WORDS
from investigators.resources import resource

HEAD = """# The checks

Made by `make help-pages` from the checks themselves; do not edit.

A check states a suspicion and answers **supports**, **speaks against**, **cannot tell** (and what
would tell) or **does not apply**. A check that was not run is never counted as passed.
"""
SOURCE_WORDS = {
    "ui_events": "UI events",
    "feature_store": "feature store",
    "features": "feature dictionary",
}


def _cell(words: str) -> str:
    return " ".join(words.split()).replace("|", "\\|")


def _row(check: Check) -> str:
    needs = ", ".join(SOURCE_WORDS.get(role, role) for role in check.needs) or "nothing further"
    causes = ", ".join(f"`{cause}`" for cause in check.causes) or "none"
    words = (
        *(check.suspicion, check.covers, check.does_not_cover, check.minimum),
        *(needs, causes),
    )
    return "| " + " | ".join((f"`{check.id}`", *map(_cell, words))) + " |"


def checks_page() -> str:
    """Return the page as Markdown: one table per family, in the order in which checks run."""
    lines = [HEAD]
    for family in FAMILIES:
        own = [check for check in shelf.checks() if check.family == family]
        lines += [
            f"## {FAMILY_WORDS[family]}",
            "",
            "| check | suspicion | covers | does not cover | minimum | needs | may name |",
            "|---|---|---|---|---|---|---|",
            *map(_row, own),
            "",
        ]
    return "\n".join(lines)


def main() -> None:
    """Write ``resources/help/checks.md`` of the checkout."""
    page = resource("help", "checks.md")
    page.parent.mkdir(exist_ok=True)
    page.write_text(checks_page(), encoding="utf-8", newline="\n")
    print(f"wrote {page.name}: {len(shelf.checks())} checks")  # noqa: T201 - a command says what it did


if __name__ == "__main__":
    main()
