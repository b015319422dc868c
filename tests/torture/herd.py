"""Replicas, as many at once as are wanted: killed and replaced, frozen and thawed, at moments nobody chose."""

import asyncio
import os
import random
import signal
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

from tests.torture import replica
from tests.torture.processes import Process
from tests.torture.replica import Orders

JOIN_SECONDS = 10.0


@dataclass
class Herd:
    """`killed` by us, `frozen` by us, and `fallen`: those that ended by themselves, which none of them should."""

    orders: Orders
    size: int
    dice: random.Random
    members: list[Process] = field(default_factory=list)
    still: list[Process] = field(default_factory=list)
    killed: int = 0
    frozen: int = 0
    fallen: int = 0

    def fill(self) -> None:
        """There are as many as there should be."""
        gone = [one for one in self.members if not one.is_alive()]
        self.fallen += len(gone)
        self.members = [one for one in self.members if one not in gone]
        while len(self.members) < self.size:
            self.members.append(replica.start(self.orders))

    async def kill_one(self) -> None:
        """One of them is no more, wherever it was; another takes its place."""
        self.fill()
        one = self.members.pop(self.dice.randrange(len(self.members)))
        _signal(one, signal.SIGKILL)
        await asyncio.to_thread(one.join, JOIN_SECONDS)
        self.killed += 1
        self.fill()

    async def freeze_one(self, seconds: float) -> None:
        """One of them stands still for so long, and then goes on as if nothing had been. At least one never does."""
        self.fill()
        moving = [one for one in self.members if one not in self.still]
        if len(moving) < 2:
            return
        one = self.dice.choice(moving)
        self.still.append(one)
        _signal(one, signal.SIGSTOP)
        await asyncio.sleep(seconds)
        _signal(one, signal.SIGCONT)
        self.still.remove(one)
        self.frozen += 1

    async def disband(self) -> None:
        """None is left."""
        for one in self.members:
            _signal(one, signal.SIGKILL)
        for one in self.members:
            await asyncio.to_thread(one.join, JOIN_SECONDS)
        self.members = []


@asynccontextmanager
async def grazing(orders: Orders, size: int, seed: int) -> AsyncIterator[Herd]:
    """So many replicas, for as long as it lasts."""
    herd = Herd(orders, size, random.Random(seed))
    herd.fill()
    try:
        yield herd
    finally:
        await herd.disband()


def _signal(one: Process, number: int) -> None:
    if one.pid is not None and one.is_alive():
        os.kill(one.pid, number)
