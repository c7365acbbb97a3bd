"""What a check is: one file in ``checks/<family>/`` that defines ``CHECK``.

Adding a check is adding that file; :mod:`investigators.shelf` finds it, and findings, report, help
and contract tests follow.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from investigators.case import Role
from investigators.evidence import CauseClass, Family, Finding
from investigators.task import Task
from investigators.view import View

Run = Callable[[View, Task], Sequence[Finding]]


@dataclass(frozen=True, slots=True)
class Check:
    """The declarative head of a check.

    ``name`` is the file's name; the id is ``family/name`` joined by a dot.  ``suspicion`` is the
    statement that "supports" supports, in plain words.  ``needs`` are sources without which it
    cannot look at all; ``asks`` gives, per missing source, a ready text to send to its owner.
    ``minimum`` says in words below which n it answers "cannot tell".  ``causes`` are the classes
    it may name.  ``order``: low runs first (cheap and decisive).  ``groups``: whether it looks at
    groups of the log's rows.  One that does not is shown the log without those that a person named
    (:meth:`View.without_named_groups`), so that its answer outlives a change of them.
    """

    family: Family
    name: str
    suspicion: str
    covers: str
    does_not_cover: str
    minimum: str
    run: Run
    needs: tuple[Role, ...] = ()
    asks: tuple[tuple[Role, str], ...] = ()
    causes: tuple[CauseClass, ...] = ()
    order: int = 50
    groups: bool = True

    @property
    def id(self) -> str:
        """``family.name``."""
        return f"{self.family}.{self.name}"
