"""All relations of a baseline's sample, sought once, whichever check asks."""

from __future__ import annotations

from investigators.relations.forms import Relation
from investigators.relations.loose import determined, orders, together
from investigators.relations.mine import exact_relations
from investigators.shift.sample import Samples
from investigators.task import Task


def relations_of(samples: Samples, task: Task) -> list[Relation]:
    """Relations that hold in the sampled rows of the baseline, exact ones first."""
    table, names = samples.baseline.table, (*samples.numeric, *samples.categories)

    def make() -> list[Relation]:
        base = samples.base
        exact = exact_relations(base, samples.numeric, task)
        return [
            *exact,
            *orders(base, samples.numeric, exact, task),
            *together(base, names, task),
            *determined(base, samples.categories, task),
        ]

    asked = tuple(samples.baseline.expressions[n] for n in names)
    return table.engine.once(("relations", table.relation, asked), make)
