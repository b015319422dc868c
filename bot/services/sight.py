"""The only way sealed words are opened: through `may_see`, and with a note of who looked."""

from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import func, select

from bot.domain.privacy import Item, Viewer, may_see
from bot.errors import NotFound
from bot.models import Answer, Look, Person
from bot.services.desk import Desk
from bot.vault import Place

ONE_LOOK = timedelta(hours=12)
"""Looks at the same thing within this time are one look: a page drawn twice is not somebody prying."""


def open_for(desk: Desk, viewer: Viewer, item: Item, table: str, column: str, sealed: bytes) -> object:
    """The opened value, for somebody who may see it; NotFound for anybody else, who learns no more than that."""
    if may_see(viewer, item) is None:
        raise NotFound("There is nothing here that you can see.")
    if viewer.person_id != item.owner_id:
        _note(desk, viewer, item)
    return desk.vault.open(Place(item.owner_id, table, column, item.id), sealed)


def looks(desk: Desk) -> dict[tuple[UUID, UUID], int]:
    """How many things of somebody's somebody else has looked at: (viewer, owner) → number, and no more than that."""
    number = func.count(func.distinct(Look.item_id))
    rows = desk.session.execute(
        select(Look.viewer_id, Look.owner_id, number).group_by(Look.viewer_id, Look.owner_id)
    )
    return {(viewer_id, owner_id): count for viewer_id, owner_id, count in rows}


def openings(desk: Desk, run_id: UUID) -> list[tuple[Person, datetime]]:
    """Who has opened a run that was shared with them, and when last: for its owner to see (X5)."""
    rows = desk.session.execute(
        select(Person, func.max(Look.at))
        .join(Look, Look.viewer_id == Person.id)
        .join(Answer, Answer.id == Look.item_id)
        .where(Answer.run_id == run_id, Look.item_kind == "answer")
        .group_by(Person.id)
        .order_by(func.max(Look.at))
    )
    return [(person, at) for person, at in rows]


def _note(desk: Desk, viewer: Viewer, item: Item) -> None:
    if _seen_lately(desk, viewer, item):
        return
    # Two looks at the same moment are one look, too: the second waits here, and then finds the first.
    desk.session.get_one(Person, viewer.person_id, with_for_update=True)
    if _seen_lately(desk, viewer, item):
        return
    look = Look(
        viewer_id=viewer.person_id,
        owner_id=item.owner_id,
        item_kind=item.kind,
        item_id=item.id,
        at=desk.now,
    )
    desk.session.add(look)


def _seen_lately(desk: Desk, viewer: Viewer, item: Item) -> bool:
    seen = (
        select(Look.id)
        .where(
            Look.viewer_id == viewer.person_id,
            Look.item_kind == item.kind,
            Look.item_id == item.id,
            Look.at > desk.now - ONE_LOOK,
        )
        .limit(1)
    )
    return desk.session.scalar(seen) is not None
