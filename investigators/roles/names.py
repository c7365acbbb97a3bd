"""How each role's columns are called, English and German; patterns over a name's plain words.

A pattern sees ``"order no"`` for ``ORDER_NO``, ``orderNo`` and ``Order-No.``.  ``strong`` names the
role by itself; ``weak`` needs the values to agree; ``avoid`` rules the column out.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from investigators.roles.words import words_of

NUMBER = r"(id|ids|no|nr|num|number|nummer|key|uuid|guid|ref|reference|token|code|kennung|hash)"
CASE_NOUN = (
    r"(order|request|req|decision|transaction|trans|txn|tx|trx|application|appl|app|case|claim|"
    r"contract|loan|event|record|rec|row|prediction|scoring|score|impression|ticket|payment|"
    r"booking|offer|quote|invoice|call|log|lead|antrags?|auftrags?|bestell(ungs?)?|vorgangs?|"
    r"vertrags?|buchungs?|anfrage|entscheidungs?|fall|schaden|zahlungs?|rechnungs?|beleg|"
    r"transaktions?|prozess|satz)"
)
PERSON_NOUN = (
    r"(subject|customers?|cust|clients?|users?|usr|accounts?|acct|members?|persons?|people|"
    r"patients?|applicants?|borrowers?|buyers?|visitors?|shoppers?|holders?|party|employees?|"
    r"viewers?|listeners?|readers?|players?|authors?|sellers?|candidates?|subscribers?|claimants?|"
    r"students?|passengers?|drivers?|guests?|tenants?|"
    r"devices?|cards?|pan|kunden?|kd|konto|benutzer|nutzer|mitglieds?|antragsteller|"
    r"versicherten?|partner|besucher|karten?|debitor|schuldner)"
)
SESSION_NOUN = r"(sessions?|sess|sid|visit|sitzungs?|besuchs?)"
STAMP = r"(at|on|ts|time|timestamp|date|datetime|dt|dtm|stamp|zeit|zeitpunkt|datum|am|um)"


@dataclass(frozen=True, slots=True)
class Names:
    """Patterns of one role."""

    strong: re.Pattern[str]
    weak: re.Pattern[str] | None = None
    avoid: re.Pattern[str] | None = None

    def fit(self, name: str) -> int:
        """3: the role's own name, 2: the name with something around it, 1: weak, 0: none, -1: no.

        ``avoid`` wins over everything but an exact name.
        """
        words = " ".join(words_of(name))
        if self.strong.fullmatch(words):
            return 3
        if self.avoid is not None and self.avoid.search(words):
            return -1
        if re.search(rf"\b(?:{self.strong.pattern})\b", words):
            return 2
        return 1 if self.weak is not None and self.weak.search(words) else 0


def _names(strong: str, weak: str = "", avoid: str = "") -> Names:
    return Names(
        re.compile(strong),
        re.compile(rf"\b(?:{weak})\b") if weak else None,
        re.compile(rf"\b(?:{avoid})\b") if avoid else None,
    )


NAMES: dict[str, Names] = {
    "id": _names(
        rf"{CASE_NOUN} ?{NUMBER}|{NUMBER}|vorgang|aktenzeichen|az|lfd ?nr|geschaeftsvorfall",
        rf"{CASE_NOUN}|\w* ?{NUMBER}",
        rf"{PERSON_NOUN} ?{NUMBER}?|{SESSION_NOUN} ?{NUMBER}?|model|modell|version|country|post|"
        r"zip|product|item|article|artikel|shop|store|merchant|branch|filiale",
    ),
    "subject": _names(
        rf"{PERSON_NOUN} ?{NUMBER}?|{PERSON_NOUN} {PERSON_NOUN} ?{NUMBER}?",
        "",
        r"age|alter|type|typ|group|gruppe|segment|score|status|class|klasse|since|seit|country|"
        r"model|modell|brand|marke|make|maker|manufacturer|hersteller|os|platform|family|plan|"
        r"land|city|name|days|count|is|has|region|gender|n|avg|sum|tenure|limit|balance|saldo",
    ),
    "session": _names(rf"{SESSION_NOUN} ?{NUMBER}?", "", r"length|dauer|duration|count|pages|n"),
    "time": _names(
        rf"(created|creation|requested|request|req|event|decided|decision|scored|scoring|order|"
        rf"ordered|logged|log|application|transaction|txn|tx|shown|occurred|received|entry|"
        rf"angelegt|erstellt|erstellungs?|eingangs?|anlage|antrags?|bestell|vorgangs?|"
        rf"entscheidungs?|buchungs?|erfassungs?|anfrage) ?{STAMP}|{STAMP}|created|erstellt|"
        rf"applied|submitted|filed|placed|settled|requested|beantragt|"
        rf"angelegt|eingang|datum ?uhrzeit|date ?time|time ?stamp|ts ?utc|zeitstempel|when|wann|"
        rf"epoch( ?(s|ms|millis))?",
        rf"\w* ?{STAMP}|date|time|datum|zeit",
        r"birth|geburts?\w*|dob|updated?|geaendert|aenderungs?\w*|modified|loaded|ingest\w*|"
        r"export\w*|valid|expir\w*|until|bis|due|faellig\w*|delivered|lieferung|label|outcome|"
        r"since|seit|opened|closed|last|letzte\w*|first|erste\w*|fill|of",
    ),
    "score": _names(
        r"(model|risk|fraud|ml|pred|raw|final|default|pd)? ?(scores?|scoring)|"
        r"(model|fraud|default|risk|ausfall|betrugs?)? ?(prob|proba|probability|"
        r"wahrscheinlichkeit)|p|pd|predictions?|predicted|y ?pred|y ?hat|"
        r"model ?output|risiko(wert)?|score ?(wert|value|pct|prozent|points)|scorewert|"
        r"punkte|punktwert|risk|propensity|forecast|prognose|vorhersage|estimate|logit",
        r"score\w*|prob\w*|pred\w*|risk|risiko",
        rf"{PERSON_NOUN}|bureau|schufa|external|extern|credit|version|time|id|class|band|klasse|"
        r"label|threshold|schwelle|datum|date|ts|bucket|reason",
    ),
    "decision": _names(
        r"decisions?|results?|verdict|action|outcome ?code|entscheidung|ergebnis|resultat|"
        r"beschluss|disposition|recommendation|empfehlung|treatment|massnahme|status|"
        r"(is |was )?(approved|accepted|rejected|declined|blocked|flagged|reviewed|refused|denied)|"
        r"approval|votum|bescheid|routing",
        r"decision|result|status|action|entscheidung|ergebnis",
        rf"{STAMP}|reason|grund|score|{NUMBER}|payment|marital|family|employment|http",
    ),
    "outcome": _names(
        r"outcomes?|labels?|target|y|y ?true|truth|ground ?truth|gt|actual|ist|"
        r"(is |was |has )?(fraud|fraudulent|charge ?backs?|charged ?back|default|defaulted|churn|"
        r"churned|returned|converted|clicked|click|bad|late|paid|repaid|cancelled)|"
        r"(fraud|default|churn|bad|target|outcome|chargeback) ?(flag|flg|ind|label|yn|kz)|"
        r"ausfall|ausgefallen|betrug|storno|storniert|gekuendigt|rueckbelastung|zielwert|ziel",
        r"outcome|label|target|fraud|default|chargeback|ausfall|betrug",
        rf"{STAMP}|score|prob\w*|pred\w*|{NUMBER}|reason",
    ),
    "value": _names(
        r"(order|basket|cart|transaction|txn|loan|claim|contract|invoice|purchase|total|gross|"
        r"net|credit|payment)? ?(amount|amt|value|price|total|sum|volume)|baskets?|revenue|"
        r"turnover|exposure|betrag|wert|warenkorb(wert)?|(auftrags?|bestell|waren|kredit|schaden|"
        r"vertrags?|rechnungs?)(wert|betrag|summe|hoehe)|summe|umsatz|preis|volumen|eur|usd|gbp",
        "",
        r"score|avg|mean|median|max|min|last|days|count|ratio|share|per|change|label|outcome",
    ),
    "model_version": _names(
        r"(model|modell|scoring|score ?card|algo|algorithm) ?(version|ver|vers|v|name|id|release)?|"
        r"mv|modellversion|scorekarte",
        r"version",
        r"app|client|browser|os|sdk|api|schema|device|car|phone|type",
    ),
    "component": _names(
        r"(ui )?(component|komponente|widget|box|placement|module|modul|slot|panel|carousel|"
        r"teaser|kachel) ?(name|id)?|(decision|scoring) (service|engine)",
        "",
        r"count|version|n",
    ),
    "live_test": _names(
        # a bare arm, variant or experiment, and an A/B test, have rules of their own in each arm
        r"live ?tests?|(is )?(in )?(live )?(random(ised|ized)? )?"
        r"(test|hold ?out|control)( ?(group|arm|flag|flg|kz|ind))?|"
        r"(live|random(ised|ized)?|test|control) ?(experiment|arm|variant)|"
        r"testgruppe|kontrollgruppe|testarm|explor(e|ation)|random(ised|ized)?|is ?test|"
        r"test ?(kz|flag)",
        "",
        r"date|id|result|score|name|count|ab|a b|split",
    ),
    "event": _names(
        rf"(event|impression|view|ui ?event|shown|display|record|log|row) ?{NUMBER}|"
        rf"{NUMBER}|event",
        rf"\w* ?{NUMBER}",
        rf"{PERSON_NOUN}|{SESSION_NOUN}|request|req|decision|order|item|product|component|version",
    ),
    "request": _names(
        rf"(request|req|decision|prediction|scoring|score|model request|correlation|trace|order|"
        rf"antrags?|vorgangs?|auftrags?|anfrage|bestell|transaction|txn) ?{NUMBER}|request|anfrage|"
        rf"rq|req|rq ?{NUMBER}",
        "",
        r"time|type|count",
    ),
    "title": _names(r"title|heading|headline|caption|titel|ueberschrift|box ?title|label"),
    "position": _names(r"position|pos|rank|slot|place|index|order|platz|reihenfolge"),
    "item": _names(
        rf"(items?|products?|articles?|artikel|sku|offers?|content|produkt|angebot)s? ?{NUMBER}?s?"
        r"( \d+)?",
        "",
        r"count|price|position|pos|rank|index",
    ),
    "text": _names(
        r"(shown |display |ui )?(text|message|wording|copy|words|note|description|beschreibung|"
        r"hinweis|nachricht|bemerkung|what|change|changes|summary|title|titel|aenderung)"
    ),
    "service": _names(r"service|backend|server|host|source ?system|dienst|quelle"),
    "cached": _names(r"(is |from |was )?cached?|cache ?(hit|flag)"),
    "device": _names(r"device|platform|geraet|user ?agent|channel|kanal|client", "", r"id|version"),
    "app_version": _names(
        r"(app|client|application|web|frontend|sdk) ?(version|ver|release|build)|version|build"
    ),
    "locale": _names(r"locale|language|lang|sprache|country|land"),
    "section": _names(r"section|page|screen|area|route|url|bereich|seite|view"),
    "profile": _names(
        rf"(user|viewer|account|active|member)? ?(profiles?|profil) ?({NUMBER}|name)?"
    ),
    "step": _names(
        r"steps?|stage|status|state|phase|schritt|stufe|zustand|(event|ui|display|funnel|request|"
        r"render)? ?(step|stage|status|state|type|name|kind|action|typ|art)"
    ),
    "arm": _names(r"arm|variant|variante|experiment|test ?group|ab|bucket|testgruppe"),
    "system": _names(
        r"system|service|component|app|application|repo|repository|project|name|platform|komponente|"
        r"dienst|anwendung|modul|what|where"
    ),
    "feature": _names(r"feature|input|merkmal"),
}
