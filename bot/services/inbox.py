"""The inbox: each thing Slack tells us is heard once."""

from datetime import timedelta

from sqlalchemy import delete

from bot.db import insert_into
from bot.models import Heard
from bot.services.desk import Desk
from bot.services.people import Known

KEEP = timedelta(days=7)
"""Slack redelivers within ten minutes; a queue of a day has been seen."""


def first_time(desk: Desk, who: Known, kind: str, dedupe_key: str) -> bool:
    """Whether this is new. It is noted in the same transaction as what comes of it, so both stand or neither."""
    values = {"workspace_id": who.workspace.id, "kind": kind, "dedupe_key": dedupe_key, "heard_at": desk.now}
    statement = insert_into(desk.session, Heard).values(values).on_conflict_do_nothing()
    return desk.session.execute(statement.returning(Heard.dedupe_key)).first() is not None


def forget_old(desk: Desk) -> None:
    """What nobody redelivers any more is forgotten."""
    desk.session.execute(delete(Heard).where(Heard.heard_at < desk.now - KEEP))
