"""A desk: what every service works at. One transaction, the vault, the prompts and the moment it is."""

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextvars import copy_context
from dataclasses import dataclass
from datetime import datetime
from typing import Concatenate, ParamSpec, TypeVar
from uuid import UUID

from sqlalchemy.orm import Session

from bot.db import Database
from bot.domain.outbox import Timing
from bot.errors import Collided
from bot.prompts import Prompts
from bot.vault import Vault

Given = ParamSpec("Given")
Result = TypeVar("Result")

TRIES = 3
WORKERS = 8
"""Threads that talk to the database, and to nothing else."""


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
    never starts, and Unavailable then says truly that nothing was stored. Nothing here is ever cancelled half way.
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
        context = copy_context()
        return await asyncio.get_running_loop().run_in_executor(self._threads, context.run, work)
