"""A replica: what `mull clock` does, in a process that exists to be killed. All on the path is Mull's own."""

import asyncio
import random
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from multiprocessing.synchronize import Event
from pathlib import Path

from slack_sdk.web.async_client import AsyncWebClient

from bot import clock, log
from bot.db import Database
from bot.domain.outbox import Timing
from bot.errors import MullError
from bot.services import checkins, inbox, schedules
from bot.services.desk import Desks
from bot.slack.client import session, web_client
from bot.slack.outbox import Postman
from bot.vault import Vault
from tests.stores import MASTER_KEY, StoreUrls
from tests.torture.designs import POSTMEN, Design
from tests.torture.processes import PROCESSES, Process, cleanly
from tests.torture.slack import Slack
from tests.torture.warm import PROMPTS

TICK_SECONDS = 0.5
PEOPLE_AT_ONCE = 20


@dataclass(frozen=True)
class Orders:
    """All that a replica is told."""

    stores: StoreUrls
    slack: Slack
    timing: Timing
    log: Path
    design: Design = Design.OURS


@dataclass(frozen=True)
class Replica:
    """One of them, and whether it has come as far as its stores."""

    process: Process
    at_work: Event


def start(orders: Orders) -> Replica:
    """One more replica."""
    at_work = PROCESSES.Event()
    process = PROCESSES.Process(target=_serve, args=(orders, at_work), daemon=True)
    process.start()
    return Replica(process, at_work)


def _serve(orders: Orders, at_work: Event) -> None:
    """The body of the process: it ends when it is killed."""
    cleanly()
    with orders.log.open("a", encoding="utf-8") as file:
        log.set_up("WARNING", file)
        asyncio.run(_work(orders, at_work))


async def _work(orders: Orders, at_work: Event) -> None:
    async with opened(orders.stores, orders.timing) as desks, sending(orders) as client:
        await desks.read(schedules.to_plan)
        at_work.set()
        postman = POSTMEN[orders.design](desks, PROMPTS, lambda _: client)
        await keep_going(desks, postman)


@asynccontextmanager
async def opened(
    stores: StoreUrls, timing: Timing, desks: Callable[..., Desks] = Desks
) -> AsyncIterator[Desks]:
    """Desks on these stores, for as long as it lasts."""
    database, keys = Database(stores.database), Database(stores.keys, erase_deleted=True)
    made = desks(database, Vault(keys, [MASTER_KEY]), PROMPTS, clock.now, clock.wall, timing)
    yield made
    made.close()
    database.dispose()
    keys.dispose()


@asynccontextmanager
async def sending(orders: Orders) -> AsyncIterator[AsyncWebClient]:
    """A client that gives up when the timing says so."""
    async with session(orders.timing.send_seconds) as http:
        yield web_client(http, token=orders.slack.bot_token, api_url=orders.slack.api_url)


async def keep_going(desks: Desks, postman: Postman) -> None:
    """What a running Mull does, until it is killed."""
    await asyncio.gather(postman.run(), _ticking(desks, postman), _planning(desks))


async def _ticking(desks: Desks, postman: Postman) -> None:
    while True:
        try:
            await desks.write(checkins.close_past)
            await desks.write(inbox.forget_old)
            while await postman.search():
                pass
            postman.wake()
        except MullError as error:
            log.warning("torture.tick", error=error)
        await asyncio.sleep(TICK_SECONDS)


async def _planning(desks: Desks) -> None:
    """Everyone who has something coming, a few at a time: who is killed half way leaves the rest to others."""
    people = await desks.read(schedules.to_plan)
    starts = list(range(0, len(people), PEOPLE_AT_ONCE))
    for start in random.sample(starts, len(starts)):
        try:
            await desks.write(schedules.plan, people[start : start + PEOPLE_AT_ONCE])
        except MullError as error:
            log.warning("torture.plan", error=error)
