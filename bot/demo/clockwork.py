"""Time passing at speed. A jump is not time passing: every moment at which something falls due is played through."""

from collections.abc import AsyncIterator, Callable
from datetime import datetime, timedelta

from bot import clock
from bot.app import Mull
from bot.services import checkins, outbox
from bot.services.desk import Desk

LONGEST_STEP = timedelta(days=1)
"""Planning looks seven days ahead, so somebody has to look at least that often, also while nothing falls due."""

Move = Callable[[datetime], None]


async def pass_until(mull: Mull, move: Move, until: datetime) -> AsyncIterator[datetime]:
    """It becomes `until`. Yields each moment on the way at which something fell due, after it has been done.

    `move` sets the calendar. `until` itself comes last, whether or not anything falls due then.
    """
    await arrive(mull)
    while clock.now() < until:
        due = await mull.desks.read(next_due, until)
        moment = min(due or until, clock.now() + LONGEST_STEP, until)
        move(moment)
        await arrive(mull)
        yield moment


async def arrive(mull: Mull) -> None:
    """What this moment brings about has been brought about, and what is due has left."""
    await mull.plan()
    await mull.tick()
    await mull.postman.settled()


def next_due(desk: Desk, until: datetime) -> datetime | None:
    """The first moment after now and not after `until` at which time alone makes something happen; None without one."""
    moments = (outbox.next_due(desk, until), checkins.next_past(desk, until))
    return min((moment for moment in moments if moment is not None), default=None)
