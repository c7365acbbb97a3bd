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


def paged(engine: Engine, *, items: bool) -> tuple[Table, Table]:
    """Every page's id is carried by both of its boxes; ours shows what the log scored."""
    pages = range(30)
    log = table_of(
        engine,
        "log",
        {
            "fw_id": [f"r{k}" for k in pages],
            "fw_session": [f"s{k}" for k in pages],
            "item" if items else "other": [f"i{k}" for k in pages],
        },
    )
    shown = table_of(
        engine,
        "shown",
        {
            "req": [f"r{k}" for k in pages] * 2,
            "sess": [f"s{k}" for k in pages] * 2,
            "box": ["recommender"] * 30 + ["editorial"] * 30,
            "item": [f"i{k}" for k in pages] + [f"e{k}" for k in pages],
        },
    )
    return log, shown


def test_boxes_that_share_the_page_id_are_told_apart_by_item_or_not_at_all(
    engine: Engine,
) -> None:
    for items, expected in ((True, ("recommender",)), (False, ())):
        log, shown = paged(engine, items=items)
        columns = [EventColumns(shown, "req", "box", "sess", "item")]
        own, guess = own_components(log, "fw_id", columns, Brief())
        assert own == expected
    assert guess.reason == "editorial and recommender carry the same requests of the log"


def test_without_request_ids_the_item_of_the_session_tells(engine: Engine) -> None:
    log, shown = paged(engine, items=True)
    own, guess = own_components(
        log, "fw_id", [EventColumns(shown, None, "box", "sess", "item")], Brief()
    )
    assert own == ("recommender",)
    assert guess.reason == (
        "30 of 30 events of recommender show an item the log scored in the session"
    )
