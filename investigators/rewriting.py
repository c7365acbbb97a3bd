"""One value written in another way: case, blanks, accents, a wrong encoding, signs, zeros, codes.

Each way of writing has a key that forgets just that: two texts with the same key are the same but
for it.  ``+``, ``#``, ``%`` and the like are never forgotten ("C" is not "C++"), nor are signs
between digits ("4.1" is not "41").
"""

from __future__ import annotations

import html
import re
import unicodedata
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from investigators.spelling import near_spelling

NEAR = "by few letters"
CUT = "only in that it is cut short"
CUT_SO = 0.8  # of the unseen values of one length are beginnings of known ones
FEWEST_KEPT = 3  # letters that are left of a name
CODED = "as a code of its list"
NAMED = "as the dictionary's list says"
MOST_NEAR = 60  # values that are looked up by their letters: the slow way
FEWEST_LETTERS = 5
GERMAN = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "Ä": "Ae", "Ö": "Oe", "Ü": "Ue"})
LOST = "�?"
WHOLE = re.compile(r"0*([0-9]+)([.]0+)?")
ENTRY = re.compile(r"\s*(?P<one>[^=:]+?)\s*[=:]\s*(?P<other>.+?)\s*")


@dataclass(frozen=True, slots=True)
class Rewritten:
    """``seen`` is ``meant`` written in another way; ``how`` completes "it differs ...".

    ``sure`` is false where letters differ: a word of its own may look like that too.
    """

    seen: str
    meant: str
    how: str
    sure: bool = True


def _blanks(text: str) -> str:
    return " ".join(unicodedata.normalize("NFKC", text).split())


def _unaccented(text: str) -> str:
    apart = unicodedata.normalize("NFKD", text)
    return "".join(letter for letter in apart if not unicodedata.combining(letter))


def _spelled_out(text: str) -> str:
    return unicodedata.normalize("NFKC", text).translate(GERMAN).replace("ß", "ss")


def _signs(text: str) -> str:
    """Letters and digits; a sign between two digits stays one."""
    kept = re.sub(r"(?<=[0-9])[^\w\s](?=[0-9])", "·", html.unescape(text))
    bare = re.sub(r"[\s_\-.,;:/\\|'’`\"“”()\[\]{}&]+", "", kept)
    return bare if re.search(r"[^\W\d]", bare) else text


def _zeros(text: str) -> str:
    found = WHOLE.fullmatch(text)
    return found[1] if found else text


def repaired_encoding(text: str) -> str:
    """Undo UTF-8 that was read as a Western code page, once or twice."""
    for _ in range(2):
        for codec in ("cp1252", "latin-1"):
            try:
                again = text.encode(codec).decode("utf-8")
            except UnicodeError:
                continue
            if again != text:
                text = again
                break
    return text


def _without_all(text: str) -> str:
    return _signs(_unaccented(repaired_encoding(html.unescape(text))).casefold())


Key = Callable[[str], str]
# the first way that leads to a known value names it
WAYS: tuple[tuple[str, Key], ...] = (
    ("only by case", str.casefold),
    ("only by blanks", _blanks),
    ("only by leading zeros or a decimal point", _zeros),
    ("only by accents", _unaccented),
    ("only by accents written out", _spelled_out),
    ("by a wrong encoding", repaired_encoding),
    ("only by signs", _signs),
    ("only by case, blanks or signs", lambda text: _signs(_blanks(text).casefold())),
    ("only by case, accents or signs", _without_all),
    ("only by case, accents or signs", lambda text: _without_all(_spelled_out(text))),
)  # fmt: skip


class Writings:
    """Known values, found again under other writings."""

    def __init__(self, known: Sequence[str]) -> None:
        """``known`` are the different values of training."""
        self._known = tuple(known)
        self._keys: list[tuple[str, Key, dict[str, list[str]]]] = []
        for how, key in WAYS:
            places: dict[str, list[str]] = {}
            for value in self._known:
                places.setdefault(key(value), []).append(value)
            self._keys.append((how, key, places))
        self._beyond_ascii = [value for value in self._known if not value.isascii()]

    def of(self, value: str) -> Rewritten | None:
        """The one known value that ``value`` writes otherwise; ``None`` where none or several."""
        for how, key, places in self._keys:
            own = key(value)
            found = places.get(own, []) if own.strip() else []
            if len(found) == 1:
                return Rewritten(value, found[0], how)
            if found:
                return None
        return self._with_lost_letters(value)

    def near(self, value: str) -> Rewritten | None:
        """The one known value of nearly the same letters; never for values with digits."""
        if sum(letter.isalpha() for letter in value) < FEWEST_LETTERS:
            return None
        meant, how = near_spelling(value, self._known)
        if meant is None or not how.startswith(NEAR):
            return None
        return Rewritten(value, meant, how, sure=False)

    def _with_lost_letters(self, value: str) -> Rewritten | None:
        """``M?nchen``: question marks where a known value has letters beyond ASCII."""
        if not any(sign in value for sign in LOST):
            return None
        found = []
        for known in self._beyond_ascii:
            form = "".join(c if c.isascii() else "\0" for c in known)
            pattern = re.escape(form).replace(re.escape("\0"), f"[{LOST}]{{1,3}}")
            if re.fullmatch(pattern, value):
                found.append(known)
        return Rewritten(value, found[0], "by a wrong encoding") if len(found) == 1 else None


def rewritten(unseen: Sequence[str], known: Sequence[str]) -> list[Rewritten]:
    """Unseen values (the most frequent first) that are known ones, written otherwise."""
    writings = Writings(known)
    found = []
    asked = 0
    for value in unseen:
        pair = writings.of(value)
        if pair is None and asked < MOST_NEAR:
            asked += 1
            pair = writings.near(value)
        if pair is not None:
            found.append(pair)
    sure = {pair.seen for pair in found if pair.sure}
    cut = {pair.seen: pair for pair in cut_short([v for v in unseen if v not in sure], known)}
    return [*(pair for pair in found if pair.seen not in cut), *cut.values()]


def cut_short(unseen: Sequence[str], known: Sequence[str]) -> list[Rewritten]:
    """Unseen values that are known ones cut after so many letters, all of one length.

    Several must be so, and nearly all unseen values of that length: one alone is a word of its own.
    A beginning that two known values share leads to neither.
    """
    kept: dict[int, dict[str, list[str]]] = {}
    for value in unseen:
        if len(value) >= FEWEST_KEPT:
            longer = [k for k in known if len(k) > len(value) and k.startswith(value)]
            kept.setdefault(len(value), {})[value] = longer
    best: list[Rewritten] = []
    for values in kept.values():
        some = [v for v, longer in values.items() if longer]
        pairs = [Rewritten(v, values[v][0], CUT) for v in some if len(values[v]) == 1]
        if len(some) >= 2 and len(some) >= CUT_SO * len(values) and len(pairs) > len(best):
            best = pairs
    return best


def listed_codes(
    unseen: Sequence[str], known: Sequence[str], allowed: Sequence[str]
) -> list[list[Rewritten]]:
    """Ways to read unseen values as codes (or names) of a list; each reads all whole numbers.

    ``known`` are categories in the model's order; ``allowed`` the dictionary's, where an entry may
    say both ("1 = DE").
    """
    told: dict[str, str] = {}
    for entry in allowed:
        pair = ENTRY.fullmatch(entry)
        if pair:
            told |= {pair["one"]: pair["other"], pair["other"]: pair["one"]}
    by_entry = [
        Rewritten(value, told[value], NAMED)
        for value in unseen
        if value in told and told[value] in known
    ]
    readings = [by_entry] if by_entry else []
    codes = [value for value in unseen if WHOLE.fullmatch(value)]
    if len(codes) < 2 or any(WHOLE.fullmatch(value) for value in known):
        return readings
    lists = [list(known), sorted(known), [v for v in allowed if v in set(known)]]
    numbers = [int(_zeros(code)) for code in codes]
    for names in (names for k, names in enumerate(lists) if names not in lists[:k]):
        for first in (0, 1):
            if len(names) >= 2 and all(first <= n < len(names) + first for n in numbers):
                pairs = zip(codes, numbers, strict=True)
                readings.append([Rewritten(c, names[n - first], CODED) for c, n in pairs])
    return readings
