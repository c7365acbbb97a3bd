"""Which component is ours, by the requests that are in the log."""

from investigators.case import Brief
from investigators.roles.component import EventColumns, own_components
from investigators.tables.table import Column, Engine, Table, literal


def table_of(engine: Engine, name: str, cells: dict[str, list[object]]) -> Table:
    rows = zip(*cells.values(), strict=True)
    values = ", ".join(f"({k}, {', '.join(literal(v) for v in row)})" for k, row in enumerate(rows))
    names = ", ".join(f'"{name}"' for name in ("fw_row", *cells))
    columns = tuple(Column(name, "text") for name in cells)
    relation = f"(SELECT * FROM (VALUES {values}) AS v({names}))"
    return Table(name, engine, relation, columns, len(next(iter(cells.values()))))


def test_the_component_whose_requests_are_in_the_log(engine: Engine) -> None:
    log = table_of(engine, "log", {"fw_id": [f"r{k}" for k in range(40)]})
    shown = table_of(
        engine,
        "shown",
        {
            "req": [f"r{k}" for k in range(30)] + [None] * 20 + [f"z{k}" for k in range(10)],
            "box": ["recommender"] * 30 + ["last_seen"] * 20 + ["news"] * 10,
        },
    )
    own, guess = own_components(log, "fw_id", [EventColumns(shown, "req", "box")], Brief())
    assert own == ("recommender",)
    assert guess.confidence == "sure"
    assert guess.reason == "30 of 30 events of recommender join to ids of the log"


def test_stray_joins_do_not_make_a_component_ours(engine: Engine) -> None:
    log = table_of(engine, "log", {"fw_id": [f"r{k}" for k in range(40)]})
    shown = table_of(
        engine,
        "shown",
        {
            "req": [*(f"r{k}" for k in range(30)), "r1", *(f"z{k}" for k in range(9))],
            "box": ["recommender"] * 30 + ["news"] * 10,
        },
    )
    own, guess = own_components(log, "fw_id", [EventColumns(shown, "req", "box")], Brief())
    assert own == ("recommender",)
    assert guess.confidence == "likely"


def test_given_and_none(engine: Engine) -> None:
    log = table_of(engine, "log", {"fw_id": ["r1"]})
    own, guess = own_components(log, "fw_id", [], Brief(components=("a", "b")))
    assert (own, guess.confidence) == (("a", "b"), "given")
    own, guess = own_components(log, "fw_id", [], Brief())
    assert (own, guess.reason) == ((), "no UI events with requests")
    shown = table_of(engine, "shown", {"req": ["x"], "box": ["news"]})
    own, guess = own_components(log, "fw_id", [EventColumns(shown, "req", "box")], Brief())
    assert (own, guess.reason) == ((), "no UI event carries a request of the log")
