"""One machine for a SQLite store: each process says every few seconds that it is there, and another machine's hears it.

Any number of processes of one machine are welcome. A machine that has said nothing for a minute is taken to be gone.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import delete, select

from bot.db import insert_into
from bot.errors import MullError
from bot.machine import Machine
from bot.models import Host
from bot.services.desk import Desk

BEAT_SECONDS = 5.0
FRESH = timedelta(seconds=60)
"""So long after a process was last seen its machine may still be at work: it may have been busy."""


class OtherHost(MullError):
    """Mull on another machine uses this SQLite store."""


def beat(desk: Desk, process: str, machine: Machine) -> None:
    """This process of this machine has been seen now. OtherHost, and nothing changed, while another machine's is."""
    others = desk.session.scalars(
        select(Host)
        .where(Host.machine != machine.id, Host.seen_at > desk.wall - FRESH)
        .order_by(Host.began_at)
    ).all()
    if others:
        raise OtherHost(_said_of(others, desk.wall))
    desk.session.execute(delete(Host).where(Host.seen_at <= desk.wall - FRESH, Host.id != process))
    row = {
        "id": process,
        "machine": machine.id,
        "name": machine.name,
        "began_at": desk.wall,
        "seen_at": desk.wall,
    }
    statement = insert_into(desk.session, Host).values(row)
    desk.session.execute(statement.on_conflict_do_update(index_elements=["id"], set_={"seen_at": desk.wall}))


def leave(desk: Desk, process: str) -> None:
    """This process does not use the store any more: another machine need not wait for it."""
    desk.session.execute(delete(Host).where(Host.id == process))


def _said_of(others: Sequence[Host], wall: datetime) -> str:
    first = others[0]
    seconds = max(0, round((wall - max(one.seen_at for one in others)).total_seconds()))
    return (
        f"Mull on the machine {first.name} uses this SQLite database (DATABASE_URL), since "
        f"{first.began_at:%d %B %Y, %H:%M} UTC, and was seen {seconds} seconds ago. SQLite's locks do not reach from "
        "one machine to another. Stop Mull there; if it is gone already, try again in a minute. For several machines "
        "use PostgreSQL: docs/setup.md says how."
    )
