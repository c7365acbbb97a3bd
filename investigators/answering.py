"""What the findings of one check share: whose they are, and what follows of their cause."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, TypedDict, Unpack, cast

from investigators.chart import Chart
from investigators.evidence import Cause, Family, Finding, Segment, Verdict


class Shared(TypedDict, total=False):
    """What findings of one claim may share, whatever their verdict."""

    effect: dict[str, Any]
    segment: Segment


class More(Shared, total=False):
    """What else a finding may have; see :class:`~investigators.evidence.Finding`."""

    would_need: str | None
    ask: str | None
    cause: Cause | None
    charts: tuple[Chart, ...]


@dataclass(frozen=True, slots=True)
class Findings:
    """Makes the findings of the check ``check`` (its id)."""

    check: str

    @property
    def family(self) -> Family:
        """The part of the id before the dot."""
        return cast("Family", self.check.partition(".")[0])

    def of(
        self, name: str, verdict: Verdict, sentence: str, n: int, **more: Unpack[More]
    ) -> Finding:
        """A finding about one input; onset and concern are those of its cause."""
        return self._made(f"/{name}", (name,), verdict, sentence, n, **more)

    def about(
        self, names: tuple[str, ...], verdict: Verdict, sentence: str, n: int,
        **more: Unpack[More],
    ) -> Finding:  # fmt: skip
        """A finding about several inputs together."""
        return self._made(f"/{'+'.join(names)}", names, verdict, sentence, n, **more)

    def on(
        self, what: str, verdict: Verdict, sentence: str, n: int, **more: Unpack[More]
    ) -> Finding:
        """A finding about something that is no input."""
        return self._made(f"/{what}", (), verdict, sentence, n, **more)

    def nothing(
        self, sentence: str, need: str | None, verdict: Verdict = "cannot tell", n: int = 0
    ) -> Finding:
        """The one finding of a check that has nothing to look at."""
        return self._made("", (), verdict, sentence, n, would_need=need)

    def _made(
        self, key: str, names: tuple[str, ...], verdict: Verdict, sentence: str, n: int,
        **more: Unpack[More],
    ) -> Finding:  # fmt: skip
        cause = more.get("cause")
        return Finding(
            id=f"{self.check}{key}",
            check=self.check,
            family=self.family,
            verdict=verdict,
            about=names,
            sentence=sentence,
            n=n,
            onset=cause.onset if cause else None,
            concerns_decision=bool(cause and cause.concerns_decision),
            **more,
        )
