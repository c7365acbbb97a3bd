"""Near-duplicate category values: the same word spelt in another way."""

from __future__ import annotations

from collections.abc import Sequence

NEAR_SPELLING = 90


def near_spelling(value: str, known: Sequence[str]) -> tuple[str | None, str]:
    """Find the one known value that is the same but for case and signs, or a slip of the pen."""
    from rapidfuzz import fuzz

    def plain(text: str) -> str:
        return "".join(letter for letter in text.casefold() if letter.isalnum())

    own = plain(value)
    same = [name for name in known if plain(name) == own and own]
    if len(same) == 1:
        return same[0], "only by case, spaces or signs"
    near = sorted(
        ((fuzz.ratio(own, plain(name)), name) for name in known if not same), reverse=True
    )
    clear = [name for score, name in near if score >= NEAR_SPELLING]
    # digits differ by meaning, not by a slip
    if len(clear) == 1 and not any(letter.isdigit() for letter in own):
        return clear[0], f"by few letters ({near[0][0]:.0f} % alike)"
    return None, ""


ARMS = frozenset(
    {
        *("arm", "variant", "experiment", "treatment", "bucket", "testgroup", "abgroup", "abtest"),
        *("splittest", "experimentarm", "experimentgroup", "variantgroup", "abvariant", "abarm"),
    }
)


DEVICE_WORDS = ("device", "platform", "screen", "terminal", "client")


def names_a_device(column: str) -> bool:
    """Whether a column is called like a device, or what a person uses it through."""
    last = column.rsplit(".", 1)[-1].lower()
    return any(word in last for word in DEVICE_WORDS)


def names_an_arm(column: str) -> bool:
    """Whether a column is called like the arm of an experiment."""
    return "".join(c for c in column.rsplit(".", 1)[-1].lower() if c.isalnum()) in ARMS
