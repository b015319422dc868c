"""What one process is busy with: letters on their way, and whatever else has to be done before it is idle."""

import asyncio
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from uuid import UUID

from bot.services.delivery import Room

AT_ONCE = 128
"""How many letters are on their way at the same time."""
A_WORKSPACE = 16
"""How many of them in one workspace: one that hangs takes no more."""
CLAIMED_AT_ONCE = 16
"""How many letters one transaction claims, composes or settles: nobody else writes to SQLite meanwhile."""


@dataclass
class Hands:
    """What is under way in this process: claims being made, letters by workspace, workspaces being searched.

    `alone`: it is one letter that several have died with, and nothing may be taken beside it.
    """

    busy: int = 0
    letters: Counter[UUID] = field(default_factory=Counter)
    alone: bool = False
    searching: set[UUID] = field(default_factory=set)
    idle: asyncio.Event = field(default_factory=asyncio.Event)

    def __post_init__(self) -> None:
        self.idle.set()

    @property
    def room(self) -> Room:
        """What else fits."""
        free = 0 if self.alone else AT_ONCE - self.letters.total()
        return Room(max(0, min(CLAIMED_AT_ONCE, free)), A_WORKSPACE, dict(self.letters))

    @contextmanager
    def at_work(self) -> Iterator[None]:
        """Something is being done: we are not idle."""
        self.begin()
        try:
            yield
        finally:
            self.end()

    def begin(self) -> None:
        """One thing more is being done."""
        self.busy += 1
        self.idle.clear()

    def end(self) -> None:
        """One thing is done."""
        self.busy -= 1
        if not self.busy:
            self.idle.set()
