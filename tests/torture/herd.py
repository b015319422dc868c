"""Replicas, as many at once as are wanted: killed and replaced, frozen and thawed, at moments nobody chose."""

import asyncio
import os
import random
import signal
from dataclasses import dataclass, field

from tests.torture import replica
from tests.torture.replica import Orders, Replica

JOIN_SECONDS = 10.0
AT_BIRTH = 0.1
"""One in so many dies wherever it is; the others have come as far as their stores, however busy the machine is."""


@dataclass
class Herd:
    """`killed` by us, `frozen` by us, and `fallen`: those that ended by themselves, which none of them should."""

    orders: Orders
    size: int
    dice: random.Random
    members: list[Replica] = field(default_factory=list)
    still: list[Replica] = field(default_factory=list)
    killed: int = 0
    frozen: int = 0
    fallen: int = 0

    def fill(self) -> None:
        """There are as many as there should be."""
        gone = [one for one in self.members if not one.process.is_alive()]
        self.fallen += len(gone)
        self.members = [one for one in self.members if one not in gone]
        while len(self.members) < self.size:
            self.members.append(replica.start(self.orders))

    async def kill_one(self, patience_seconds: float) -> None:
        """One of them is no more, wherever it was; another takes its place."""
        self.fill()
        one = self.members[self.dice.randrange(len(self.members))]
        if self.dice.random() >= AT_BIRTH:
            await asyncio.to_thread(one.at_work.wait, JOIN_SECONDS)
        await asyncio.sleep(self.dice.uniform(0, patience_seconds))
        self.members.remove(one)
        await _end(one)
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
            await _end(one)
        self.members = []


async def _end(one: Replica) -> None:
    _signal(one, signal.SIGKILL)
    await asyncio.to_thread(one.process.join, JOIN_SECONDS)


def _signal(one: Replica, number: int) -> None:
    if one.process.pid is not None and one.process.is_alive():
        os.kill(one.process.pid, number)
