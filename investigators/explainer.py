"""What an explainer is: one file in ``explain/`` that defines ``EXPLAINER``."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from investigators.evidence import Explanation
from investigators.task import Task
from investigators.view import View

Explain = Callable[[View, Task], Explanation]


@dataclass(frozen=True, slots=True)
class Explainer:
    """One way to explain the picked decision.

    ``name`` is the file's name; ``run(view, task)`` always returns an
    :class:`~investigators.evidence.Explanation`: what cannot be explained is withheld in words.
    """

    name: str
    run: Explain


def as_shap(explanation: Explanation) -> Any:  # noqa: ANN401 - shap is imported late
    """Return the explanation as a ``shap.Explanation`` of one row, for shap's own plots.

    Raises:
        ValueError: when the explanation is withheld.
    """
    if explanation.withheld is not None:
        raise ValueError(f"withheld: {explanation.withheld}")
    import numpy as np
    import shap

    parts = explanation.contributions
    return shap.Explanation(
        values=np.array([part.contribution for part in parts]),
        base_values=explanation.base_value,
        data=np.array([part.value for part in parts], dtype=object),
        feature_names=[part.feature for part in parts],
    )
