"""One storm: replicas that send while they are killed, frozen and lied to; then calm; then truth."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path

from bot import clock
from bot.domain.outbox import Timing
from bot.models import LetterKind
from bot.services.desk import Desks
from bot.workspace.visitor import Visitor
from tests.stores import StoreUrls
from tests.torture import school, slack, truth
from tests.torture.designs import Design
from tests.torture.herd import Herd, grazing
from tests.torture.replica import Orders, opened
from tests.torture.school import Load
from tests.torture.truth import Count

TIMING = Timing(
    lease=timedelta(seconds=4.5), send_seconds=1.5, reconcile_after=timedelta(seconds=4.5), paced=False
)
"""A twentieth of what production waits, in the same proportions."""
SLOW_SECONDS = 2.2
"""A slow reply comes after we have given up on it, and before history is asked."""
FREEZE_SECONDS = (5.0, 7.0)
"""A little to much longer than a lease."""
SETUP_SECONDS = 5.0

Say = Callable[[str], None]


@dataclass(frozen=True)
class Plan:
    """What one storm is. It goes on until there were so many kills and freezes and everything has fallen due."""

    name: str
    load: Load
    kills: int = 0
    freezes: int = 0
    design: Design = Design.OURS
    faulty: float = 0.2
    replicas: int = 3
    seed: int = 1
    most_seconds: float = 600.0

    @property
    def seconds(self) -> float:
        """How long there is something new to send."""
        return self.load.planning_seconds + self.load.stream_seconds


@dataclass(frozen=True)
class Outcome:
    """What a storm did and what was found after it. `settled`: whether everything was, in time."""

    plan: Plan
    seconds: float
    killed: int
    frozen: int
    fallen: int
    settled: bool
    count: Count
    kinds: dict[LetterKind, int] = field(default_factory=dict)


async def weather(plan: Plan, stores: StoreUrls, folder: Path, say: Say) -> Outcome:
    """A storm on these (fresh) stores, and its calm."""
    started = clock.elapsed()
    async with slack.running(plan.load.everyone()) as local, opened(stores, TIMING) as desks:
        begins = clock.now() + timedelta(seconds=SETUP_SECONDS + plan.load.planning_seconds)
        await asyncio.to_thread(school.settle_in, desks, plan.load, begins)
        orders = Orders(stores, local, TIMING, folder / f"{plan.name}.log", begins, plan.design)
        async with Visitor(local.address) as visitor:
            herd, wild = await _storm(plan, orders, desks, visitor, say)
            await visitor.clear_faults()
        say("calm: waiting until everything is settled")
        settled = wild and await _calm(orders, desks, plan, started)
        standing = await slack.standing(local)
        counted = await desks.read(truth.count, plan.load.letters, standing)
        kinds = await desks.read(truth.kinds)
    spent = clock.elapsed() - started
    return Outcome(plan, spent, herd.killed, herd.frozen, herd.fallen, settled, counted, kinds)


async def _storm(plan: Plan, orders: Orders, desks: Desks, visitor: Visitor, say: Say) -> tuple[Herd, bool]:
    """The herd that went through it, and whether it came to its end in time."""
    await slack.trouble(visitor, plan.faulty, SLOW_SECONDS, plan.seed)
    async with grazing(orders, plan.replicas, plan.seed) as herd, _reported(plan, herd, desks, say):
        try:
            async with asyncio.timeout(plan.most_seconds), asyncio.TaskGroup() as all_of_it:
                all_of_it.create_task(school.live(desks, visitor, plan.load, plan.seed))
                all_of_it.create_task(_until_all_is_due(plan))
                all_of_it.create_task(_killing(plan, herd))
                all_of_it.create_task(_freezing(plan, herd))
        except TimeoutError:
            return herd, False
    return herd, True


async def _until_all_is_due(plan: Plan) -> None:
    await asyncio.sleep(SETUP_SECONDS + plan.seconds)


async def _killing(plan: Plan, herd: Herd) -> None:
    """As many kills as are wanted."""
    for moment in _moments(plan, herd, plan.kills):
        await asyncio.sleep(max(0.0, moment - clock.elapsed()))
        await herd.kill_one()


async def _freezing(plan: Plan, herd: Herd) -> None:
    """As many freezes as are wanted, each on its own, so that several may stand still at once."""
    async with asyncio.TaskGroup() as all_of_them:
        for moment in _moments(plan, herd, plan.freezes):
            await asyncio.sleep(max(0.0, moment - clock.elapsed()))
            all_of_them.create_task(herd.freeze_one(herd.dice.uniform(*FREEZE_SECONDS)))


def _moments(plan: Plan, herd: Herd, number: int) -> list[float]:
    """So many moments that nobody chose, over all the time in which there is something new to send."""
    now = clock.elapsed()
    return sorted(now + herd.dice.uniform(0, plan.seconds) for _ in range(number))


async def _calm(orders: Orders, desks: Desks, plan: Plan, started: float) -> bool:
    """Nobody dies and Slack answers: whether everything was settled in time."""
    until = started + plan.most_seconds
    async with grazing(orders, 2, plan.seed):
        while await desks.read(truth.open_letters):
            if clock.elapsed() > until:
                return False
            await asyncio.sleep(0.3)
    return True


@asynccontextmanager
async def _reported(plan: Plan, herd: Herd, desks: Desks, say: Say) -> AsyncIterator[None]:
    """Every few seconds somebody says how far it has got."""

    async def reporting() -> None:
        while True:
            done = await desks.read(truth.settled)
            left = await desks.read(truth.open_letters)
            say(
                f"{herd.killed}/{plan.kills} killed, {herd.frozen}/{plan.freezes} frozen, "
                f"{done:,}/{plan.load.letters:,} settled, {left} open"
            )
            await asyncio.sleep(5)

    task = asyncio.create_task(reporting())
    try:
        yield
    finally:
        task.cancel()
