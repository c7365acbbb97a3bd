"""The order in which a page's requests were shown, beside the order of their scores."""

from __future__ import annotations

from investigators.impressions import Events
from investigators.renderings.pairs import OF_PAGE, Joined, Pair, of_own
from investigators.tables.table import literal
from investigators.task import Task
from investigators.view import View


def page_order(view: View, events: Events, task: Task) -> Joined | None:
    """Place among the own boxes of a page against the rank of the score among them.

    A page is what a session asked for at one moment; equal scores may stand in any order.  ``fw_n``
    is how many stand on it.  ``None`` where the log or the events lack what it takes.
    """
    live = view.log
    needed = ("log.score", "log.time", "log.session")
    if live is None or any(view.column(each) is None for each in needed):
        return None
    if not {"request", "position"} <= set(events.columns):
        return None
    place = f"TRY_CAST({events.text('position')} AS DOUBLE)"
    shown = (
        f"SELECT {events.text('request')} AS fw_r, min({place}) AS fw_at, min(fw_row) AS fw_event "
        f"FROM {events.table.relation} WHERE {place} IS NOT NULL{of_own(view, events, task)} "
        "GROUP BY fw_r"
    )
    page = "PARTITION BY fw_l.fw_session, fw_l.fw_time"
    ranks = (
        f"SELECT fw_l.fw_row, fw_s.fw_event, count(*) OVER ({page}) AS fw_n, "
        f"rank() OVER ({page} ORDER BY fw_s.fw_at) AS fw_at, "
        f"rank() OVER ({page} ORDER BY fw_l.fw_score DESC) AS fw_first, "
        f"count(*) OVER ({page} ORDER BY fw_l.fw_score DESC) AS fw_last "
        f"FROM {live.relation} AS fw_l JOIN ({shown}) AS fw_s ON fw_l.fw_id = fw_s.fw_r "
        "WHERE fw_l.fw_session IS NOT NULL AND fw_l.fw_time IS NOT NULL AND "
        "fw_l.fw_score IS NOT NULL"
    )
    # among equal scores every place is right
    decided = (
        "CASE WHEN fw_at BETWEEN fw_first AND fw_last THEN fw_at ELSE fw_first END AS fw_logged"
    )
    sql = (
        f"SELECT fw_row, {decided}, CAST(fw_at AS VARCHAR) AS fw_shown, fw_event, "
        f"fw_n FROM ({ranks}) "
        "WHERE fw_n > 1"
    )
    column = events.columns["position"]
    words = f"rank of {view.column('log.score')} on its page"
    pair = Pair(events, column, literal("place"), words, OF_PAGE, "rank", joined=ranks)
    return Joined(pair, sql, live)
