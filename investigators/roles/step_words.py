"""Words of the steps that a request takes from the score to the screen, English and German."""

from __future__ import annotations

from investigators.roles.words import words_of


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


DISPLAYS = _words(
    "shown displayed rendered impression impressions visible viewed view seen presented "
    "angezeigt gezeigt dargestellt eingeblendet gesehen"
)
# The request ends here and was not shown: it is accounted for.
ENDS = _words(
    "rejected failed failure error errored timeout expired dropped discarded cancelled canceled "
    "aborted skipped suppressed filtered hidden blocked abgelehnt fehlgeschlagen fehler verworfen "
    "abgelaufen abgebrochen unterdrueckt ausgeblendet"
)
ON_THE_WAY = _words(
    "received requested request scored scoring decided queued queue enqueued waiting pending sent "
    "dispatched delivered retried retry answered responded created started accepted processed "
    "processing fetched loaded eingegangen empfangen bewertet eingereiht wartend gesendet "
    "zugestellt beantwortet"
)
NOT = _words("not nicht never un no")


def is_display(value: str) -> bool:
    """Whether a step says that something was on the screen."""
    words = set(words_of(value))
    return bool(words & DISPLAYS) and not words & (NOT | ENDS)


def is_end(value: str) -> bool:
    """Whether a step says that the request ended without being shown."""
    words = set(words_of(value))
    return bool(words & ENDS or (words & NOT and words & DISPLAYS))


def is_step(value: str) -> bool:
    """Whether a value names any step."""
    return is_display(value) or is_end(value) or bool(set(words_of(value)) & ON_THE_WAY)
