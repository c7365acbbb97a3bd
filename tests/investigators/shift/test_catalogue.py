from __future__ import annotations

import pytest

from investigators.shift.catalogue import candidates, declared_name


@pytest.mark.parametrize(
    ("unit", "factor", "name"),
    [
        ("s", 1000.0, "s -> ms"),
        ("ms", 0.001, "ms -> s"),
        ("min", 60.0, "min -> s"),
        ("h", 3600.0, "h -> s"),
        ("km", 1000.0, "km -> m"),
        ("kg", 1000.0, "kg -> g"),
        ("EUR", 100.0, "EUR -> minor units"),
        ("%", 0.01, "% -> dimensionless"),
        ("s", 24.0, None),
        ("parsnips", 1000.0, None),
        ("not a unit (", 10.0, None),
        (None, 1000.0, None),
        ("", 1000.0, None),
    ],
)
def test_a_declared_unit_names_the_factor(unit: str | None, factor: float, name: str) -> None:
    assert declared_name(unit, factor) == name


def test_every_factor_has_its_inverse() -> None:
    factors = [c.factor for c in candidates()]
    assert factors == sorted(factors)
    for factor in factors:
        assert any(abs(other * factor - 1) < 1e-12 for other in factors)
