"""Pace: when each workspace may next be called by each method, kept for all processes together."""

from collections.abc import Iterable
from datetime import timedelta
from uuid import UUID

from sqlalchemy import select, tuple_

from bot.db import insert_into
from bot.domain.pacing import ALLOWANCES
from bot.models import Pace
from bot.services.desk import Desk

Slot = tuple[UUID, str]
"""A workspace and a method of Slack's."""


def ours(desk: Desk, slots: Iterable[Slot]) -> dict[Slot, Pace]:
    """These paces, until the transaction ends ours alone to go by. One that another process holds now is left out."""
    wanted = sorted(set(slots), key=lambda slot: (slot[0], slot[1]))
    if not wanted:
        return {}
    these = tuple_(Pace.workspace_id, Pace.method).in_(wanted)
    there = {
        (one, method)
        for one, method in desk.session.execute(select(Pace.workspace_id, Pace.method).where(these))
    }
    new = [_fresh(desk, slot) for slot in wanted if slot not in there]
    if new:
        desk.session.execute(insert_into(desk.session, Pace).values(new).on_conflict_do_nothing())
    found = desk.session.scalars(
        select(Pace).where(these).with_for_update(skip_locked=True),
        execution_options={"populate_existing": True},
    )
    return {(pace.workspace_id, pace.method): pace for pace in found}


def may(desk: Desk, pace: Pace | None) -> bool:
    """Whether a call may be made now."""
    return pace is not None and pace.free_at <= desk.wall


def take(desk: Desk, pace: Pace) -> None:
    """A call is made now. Where Slack sets no limits (desk.timing), nothing need wait for it."""
    if desk.timing.paced:
        pace.free_at = ALLOWANCES[pace.method].after(pace.free_at, desk.wall)


def take_one(desk: Desk, workspace_id: UUID, method: str) -> bool:
    """Whether one call of this method may be made now; if so, it is counted."""
    slot = (workspace_id, method)
    pace = ours(desk, [slot]).get(slot)
    if pace is None or not may(desk, pace):
        return False
    take(desk, pace)
    return True


def hold(desk: Desk, workspace_id: UUID, method: str, seconds: float) -> None:
    """Slack asked for patience: this method is not called in this workspace before then. Others are: Slack counts
    by method (https://docs.slack.dev/apis/web-api/rate-limits).
    """
    until = desk.wall + timedelta(seconds=seconds)
    values = {"workspace_id": workspace_id, "method": method, "free_at": until}
    statement = insert_into(desk.session, Pace).values(values)
    desk.session.execute(
        statement.on_conflict_do_update(
            index_elements=["workspace_id", "method"], set_={"free_at": until}, where=Pace.free_at < until
        )
    )


def _fresh(desk: Desk, slot: Slot) -> dict[str, object]:
    workspace_id, method = slot
    return {"workspace_id": workspace_id, "method": method, "free_at": desk.wall - timedelta(minutes=1)}
