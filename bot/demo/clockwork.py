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


class Clockwork:
    """Moves the calendar of a Mull by `move`, and never past anything that is due.

    Whoever joins, moves or changes school is planned for in that transaction. So it is enough to plan once a day for
    whoever has something coming, which is what makes a term pass in a minute.
    """

    def __init__(self, mull: Mull, move: Move) -> None:
        self._mull = mull
        self._move = move
        self._planned_at: datetime | None = None

    async def pass_until(self, until: datetime) -> AsyncIterator[datetime]:
        """It becomes `until`. Yields each moment on the way at which something fell due, after it has been done.

        `until` itself comes last, whether or not anything falls due then.
        """
        await self.arrive()
        while clock.now() < until:
            due = await self._mull.desks.read(next_due, until)
            moment = min(due or until, clock.now() + LONGEST_STEP, until)
            self._move(moment)
            await self.arrive()
            yield moment

    async def anything_due(self, until: datetime) -> bool:
        """Whether time alone makes something happen until then."""
        return await self._mull.desks.read(next_due, until) is not None

    async def arrive(self) -> None:
        """What this moment brings about has been brought about, and what is due has left."""
        if self._planned_at is None or clock.now() - self._planned_at >= LONGEST_STEP:
            self._planned_at = clock.now()
            await self._mull.plan()
        await self._mull.tick()
        await self._mull.postman.settled()


def next_due(desk: Desk, until: datetime) -> datetime | None:
    """The first moment after now and not after `until` at which time alone makes something happen; None without one."""
    moments = (outbox.next_due(desk, until), checkins.next_past(desk, until))
    return min((moment for moment in moments if moment is not None), default=None)
