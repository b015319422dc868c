"""A desk: what every service works at. One transaction, the vault, the prompts and the moment it is."""

import asyncio
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextvars import copy_context
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Concatenate, ParamSpec, TypeVar
from uuid import UUID

from sqlalchemy.orm import Session

from bot import clock, log
from bot.clock import deadline
from bot.db import Database, committing
from bot.domain.outbox import Timing
from bot.errors import Collided, Unavailable, Unsure
from bot.prompts import Prompts
from bot.vault import Vault

Given = ParamSpec("Given")
Result = TypeVar("Result")

TRIES = 3
WORKERS = 8
"""Threads that talk to the database, and to nothing else."""
OVERDUE_SECONDS = 0.3
"""How long after its deadline whoever asked is answered, although the database still says nothing."""


@dataclass(frozen=True)
class Desk:
    """One transaction's worth of work. `now` is the calendar's time, `wall` real time; both UTC."""

    session: Session
    vault: Vault
    prompts: Prompts
    now: datetime
    wall: datetime
    timing: Timing


class Desks:
    """Runs services in transactions of their own, in a few threads, from the event loop.

    The `deadline` goes all the way down: a service that waited too long for its turn
    never starts, and Unavailable then says truly that nothing was stored. Nothing here is ever cancelled half way: what
    is still under way after its deadline goes on to its end, and whoever asked is told: Unsure, if it was storing.
    """

    def __init__(
        self,
        database: Database,
        vault: Vault,
        prompts: Prompts,
        now: Callable[[], datetime],
        wall: Callable[[], datetime],
        timing: Timing = Timing(),  # noqa: B008 - frozen
    ) -> None:
        self.database = database
        self.vault = vault
        self.prompts = prompts
        self.timing = timing
        self._now, self._wall = now, wall
        self._threads = ThreadPoolExecutor(WORKERS, thread_name_prefix="desk")

    async def read(
        self,
        service: Callable[Concatenate[Desk, Given], Result],
        *args: Given.args,
        **kwargs: Given.kwargs,
    ) -> Result:
        """What the service finds, without changing anything."""
        return await self._run(lambda: self.look(service, *args, **kwargs))

    async def write(
        self,
        service: Callable[Concatenate[Desk, Given], Result],
        *args: Given.args,
        **kwargs: Given.kwargs,
    ) -> Result:
        """What the service did, committed."""
        return await self._run(lambda: self.do(service, *args, **kwargs))

    def look(
        self,
        service: Callable[Concatenate[Desk, Given], Result],
        *args: Given.args,
        **kwargs: Given.kwargs,
    ) -> Result:
        """`read`, in this thread."""
        with self.database.read() as session:
            return service(self.at(session), *args, **kwargs)

    def do(
        self,
        service: Callable[Concatenate[Desk, Given], Result],
        *args: Given.args,
        **kwargs: Given.kwargs,
    ) -> Result:
        """`write`, in this thread. Two that stood in each other's way: one was undone, and is done again."""
        for _ in range(TRIES - 1):
            try:
                return self._do(service, *args, **kwargs)
            except Collided:
                continue
        return self._do(service, *args, **kwargs)

    async def ensure_key(self, person_id: UUID) -> None:
        """This person has a key, committed in its own store."""
        await self._run(lambda: self.vault.ensure_key(person_id, self._now()))

    async def keys_answer(self) -> None:
        """The store of keys can be read. Unavailable when it cannot."""
        await self._run(self.vault.answers)

    def close(self) -> None:
        """What runs has finished, and the threads are gone."""
        self._threads.shutdown(wait=True)

    def _do(
        self,
        service: Callable[Concatenate[Desk, Given], Result],
        *args: Given.args,
        **kwargs: Given.kwargs,
    ) -> Result:
        with self.database.write() as session:
            return service(self.at(session), *args, **kwargs)

    def at(self, session: Session) -> Desk:
        """A desk in a transaction that somebody else has begun, and ends."""
        return Desk(session, self.vault, self.prompts, self._now(), self._wall(), self.timing)

    async def _run(self, work: Callable[[], Result]) -> Result:
        """What came of the work. Well past its deadline: Unsure if a commit had begun by then, else Unavailable."""
        context, storing = copy_context(), threading.Event()
        context.run(committing.set, storing)
        begun = self._threads.submit(context.run, work)
        result = asyncio.wrap_future(begun)
        by = deadline.get()
        if by is None:
            return await result
        left = max(0.0, by - clock.elapsed()) + OVERDUE_SECONDS
        done, _ = await asyncio.wait({result}, timeout=left)
        if done:
            return result.result()
        if begun.cancel():
            raise Unavailable("No thread was free in time. Nothing was stored.")
        result.add_done_callback(_came_late)
        if storing.is_set():
            raise Unsure("The database has not said in time whether it stored this.")
        raise Unavailable("The database has not answered in time. Nothing was stored.")


def _came_late(result: asyncio.Future[Any]) -> None:
    """Nobody waits for it any more: the operator may want to know that there was such a thing."""
    error = None if result.cancelled() else result.exception()
    log.warning("desk.answered_late", error=error)
