"""One storm: replicas that send while they are killed, frozen and lied to; then calm; then truth."""

import asyncio
import random
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
from tests.torture.herd import Herd
from tests.torture.replica import Orders, opened
from tests.torture.school import Load
from tests.torture.truth import Count

TIMING = Timing(lease=timedelta(seconds=4.5), send_seconds=1.5, reconcile_after=timedelta(seconds=5.5))
"""A twentieth of what production waits. Whatever begins last may be slow, and is there before history is asked."""
SLOW_SECONDS = 2.2
"""A slow reply comes after we have given up on it, and before history is asked."""
FREEZE_SECONDS = (5.0, 7.0)
"""A little to much longer than a lease."""
AHEAD = timedelta(hours=1)
"""What falls due is planned for then; once it is, that hour is over."""
MOMENT = 0.2

Say = Callable[[str], None]


@dataclass(frozen=True)
class Plan:
    """What one storm is. It goes on until there were so many kills and freezes and everything has fallen due.

    `planning_kills` come before: until everything is planned.
    """

    name: str
    load: Load
    kills: int = 0
    planning_kills: int = 0
    freezes: int = 0
    design: Design = Design.OURS
    faulty: float = 0.2
    replicas: int = 3
    seed: int = 1
    most_seconds: float = 600.0


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
        begins = clock.now() + AHEAD
        await asyncio.to_thread(school.settle_in, desks, plan.load, begins)
        orders = Orders(stores, local, TIMING, folder / f"{plan.name}.log", plan.design)
        herd = Herd(orders, plan.replicas, random.Random(plan.seed))
        async with Visitor(local.address) as visitor, _reported(plan, herd, desks, say):
            try:
                async with asyncio.timeout(plan.most_seconds):
                    await _everything(plan, herd, desks, visitor)
                settled = True
            except TimeoutError:
                settled = False
            finally:
                await herd.disband()
            await visitor.clear_faults()
        counted = await desks.read(truth.count, plan.load.letters, await slack.standing(local))
        kinds = await desks.read(truth.kinds)
    spent = clock.elapsed() - started
    return Outcome(plan, spent, herd.killed, herd.frozen, herd.fallen, settled, counted, kinds)


async def _everything(plan: Plan, herd: Herd, desks: Desks, visitor: Visitor) -> None:
    """Planning, the storm, and the calm after it, until everything is settled."""
    await slack.trouble(visitor, plan.faulty, SLOW_SECONDS, plan.seed)
    await _planned(plan, herd, desks)
    await desks.write(school.bring_forward, AHEAD)
    herd.fill()
    async with asyncio.TaskGroup() as all_of_it:
        all_of_it.create_task(school.live(desks, visitor, plan.load, plan.seed))
        all_of_it.create_task(asyncio.sleep(plan.load.stream_seconds))
        all_of_it.create_task(_killing(plan, herd))
        all_of_it.create_task(_freezing(plan, herd))
    await visitor.clear_faults()
    herd.fill()
    while await desks.read(truth.open_letters):  # noqa: ASYNC110 - others do it
        await asyncio.sleep(MOMENT)


async def _planned(plan: Plan, herd: Herd, desks: Desks) -> None:
    """Everything is in the outbox, though some of those who put it there did not live to see it."""
    herd.fill()
    for _ in range(plan.planning_kills):
        await herd.kill_one(1.0)
    while await desks.read(truth.planned) < plan.load.planned:  # noqa: ASYNC110 - others do it
        await asyncio.sleep(MOMENT)
    await herd.disband()


async def _killing(plan: Plan, herd: Herd) -> None:
    """As many kills as are wanted, one after another and at moments nobody chose, over the whole storm or longer."""
    begun = clock.elapsed()
    for number in range(plan.kills):
        await asyncio.sleep(
            max(0.0, begun + plan.load.stream_seconds * number / plan.kills - clock.elapsed())
        )
        await herd.kill_one(plan.load.stream_seconds / plan.kills)


async def _freezing(plan: Plan, herd: Herd) -> None:
    """As many freezes as are wanted, each on its own, so that several may stand still at once."""
    async with asyncio.TaskGroup() as all_of_them:
        for moment in _moments(plan, herd):
            await asyncio.sleep(max(0.0, moment - clock.elapsed()))
            all_of_them.create_task(herd.freeze_one(herd.dice.uniform(*FREEZE_SECONDS)))


def _moments(plan: Plan, herd: Herd) -> list[float]:
    """When to freeze: moments nobody chose, over all the time in which there is something new to send."""
    now = clock.elapsed()
    return sorted(now + herd.dice.uniform(0, plan.load.stream_seconds) for _ in range(plan.freezes))


@asynccontextmanager
async def _reported(plan: Plan, herd: Herd, desks: Desks, say: Say) -> AsyncIterator[None]:
    """Every few seconds somebody says how far it has got."""

    async def reporting() -> None:
        while True:
            done = await desks.read(truth.settled)
            left = await desks.read(truth.open_letters)
            say(
                f"{herd.killed}/{plan.planning_kills + plan.kills} killed, {herd.frozen}/{plan.freezes} frozen, "
                f"{done:,}/{plan.load.letters:,} settled, {left} open"
            )
            await asyncio.sleep(5)

    task = asyncio.create_task(reporting())
    try:
        yield
    finally:
        task.cancel()
