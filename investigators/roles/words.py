"""Words of labels and outcomes, English and German, and names cut into their words."""

from __future__ import annotations

import re
import unicodedata

UMLAUTS = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "ß": "ss"})


def _stems(text: str) -> tuple[str, ...]:
    return tuple(text.split())


# Stems: a label's word counts when it begins with one of them.
ADVERSE_STEMS = _stems(
    "abgelehn ablehn abgewies abweis alert ban banned betrug blacklist block cancel challeng "
    "deactivat decline declin deni deny escalat fail flag fraud freeze frozen gesperrt sperr "
    "halt held hold "
    "investigat kuendig lock manual manuell nachpruef pruef pruf quarant refer refus reject remov "
    "restrict review revoke rueckfrage stop storn suspen suspic terminat verdacht verweiger "
    "zurueckgewies zurueckstell"
)
FAVOURABLE_STEMS = _stems(
    "accept accepted akzept allow angenommen annahme approv auszahl bewillig clear erlaub "
    "freigabe freigegeben freigeben genehmig good grant gut keep legit normal ok okay pass paid "
    "pay proceed release ship straight success through valid zulass zugelass zusage"
)
POSITIVE_STEMS = _stems(
    "abuse ausfall bad betrug chargeback charged churn click convert default delinquen disput "
    "fraud kuendig loss overdue positive positiv return schaden spam storn true wahr yes ja "
    "rueckbelast rueckbuch verzug"
)
NEGATIONS = frozenset({"no", "not", "non", "kein", "keine", "nicht", "never", "without", "ohne"})
TRUE_WORDS = frozenset({"1", "1.0", "true", "t", "yes", "y", "ja", "j", "wahr"})
FALSE_WORDS = frozenset({"0", "0.0", "false", "f", "no", "n", "nein", "falsch"})


def plain(text: str) -> str:
    """Return lower case without accents; German umlauts written out."""
    lowered = text.casefold().translate(UMLAUTS)
    apart = unicodedata.normalize("NFKD", lowered)
    return "".join(c for c in apart if not unicodedata.combining(c)).translate(UMLAUTS)


def words_of(name: str) -> tuple[str, ...]:
    """Cut a name into plain words at separators, digits' edges and camel humps.

    ``"formFillTime"``, ``"FORM_FILL_TIME"`` and ``"form fill-time"`` give the same words.
    """
    humps = re.sub(r"(?<=[a-zäöüß0-9])(?=[A-ZÄÖÜ])", " ", name)
    humps = re.sub(r"(?<=[A-ZÄÖÜ])(?=[A-ZÄÖÜ][a-zäöüß])", " ", humps)
    return tuple(re.findall(r"[a-z]+|[0-9]+", plain(humps)))


def joined(name: str) -> str:
    """Return the name's words run together: equal for all ways of writing one name."""
    return "".join(words_of(name))


def _says(label: str, stems: tuple[str, ...]) -> bool | None:
    """Whether a label says one of the stems; ``False`` when negated, ``None`` when silent."""
    words = words_of(label)
    hit = any(word.startswith(stem) for word in words for stem in stems if len(stem) > 3)
    hit = hit or any(word == stem for word in words for stem in stems if len(stem) <= 3)
    if not hit:
        return None
    return not NEGATIONS.intersection(words)


def is_adverse(label: str) -> bool | None:
    """Whether a decision label hurts the person; ``None`` when its words do not say."""
    bad, good = _says(label, ADVERSE_STEMS), _says(label, FAVOURABLE_STEMS)
    if bad is not None and good is not None:
        return None if bad == good else bad
    if bad is not None:
        return bad
    return None if good is None else not good


def is_positive(value: str) -> bool | None:
    """Whether an outcome value says that what the score predicts came true; ``None``: unsaid."""
    if plain(value).strip() in TRUE_WORDS:
        return True
    if plain(value).strip() in FALSE_WORDS:
        return False
    return _says(value, POSITIVE_STEMS)
