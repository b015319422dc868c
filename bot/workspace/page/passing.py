"""Time that is passing: one stretch at once, in the background, while the page stays live."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta

from bot import clock

FURTHEST = timedelta(days=400)


class CannotPass(Exception):
    """Why the clock does not go there, as a sentence."""


class Passing:
    """`until` is where the clock is on its way to; `trouble` what went wrong the last time."""

    def __init__(self, play: Callable[[datetime], Awaitable[None]]) -> None:
        self._play = play
        self._task: asyncio.Task[None] | None = None
        self.until: datetime | None = None
        self.trouble: str | None = None

    def begin(self, until: datetime) -> None:
        """Time passes from now to `until` (aware). Raises CannotPass."""
        if self.until is not None:
            raise CannotPass("Time is passing already. Wait until it has arrived.")
        if until <= clock.now():
            raise CannotPass("That moment is over: this clock only goes forward.")
        if until - clock.now() > FURTHEST:
            raise CannotPass(f"That is too far off: at most {FURTHEST.days} days at once.")
        self.until, self.trouble = until, None
        self._task = asyncio.get_running_loop().create_task(self._pass(until))

    async def _pass(self, until: datetime) -> None:
        try:
            await self._play(until)
        except Exception as error:
            # Whatever a host's clockwork raises is for the visitor to see, not for the server to die of.
            self.trouble = f"Time stopped on the way: {type(error).__name__}."
        finally:
            self.until = None

    async def close(self) -> None:
        """Nothing passes any more."""
        if self._task:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)
