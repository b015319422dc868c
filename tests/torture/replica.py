"""A replica: what `mull clock` does, in a process that exists to be killed. All on the path is Mull's own."""

import asyncio
import random
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime
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
    """All that a replica is told. It plans until `plans_until` (calendar time), as others do at their start."""

    stores: StoreUrls
    slack: Slack
    timing: Timing
    log: Path
    plans_until: datetime
    design: Design = Design.OURS


def start(orders: Orders) -> Process:
    """One more replica."""
    process = PROCESSES.Process(target=serve, args=(orders,), daemon=True)
    process.start()
    return process


def serve(orders: Orders) -> None:
    """The body of the process: it ends when it is killed."""
    cleanly()
    with orders.log.open("a", encoding="utf-8") as file:
        log.set_up("WARNING", file)
        asyncio.run(_serve(orders))


async def _serve(orders: Orders) -> None:
    async with opened(orders.stores, orders.timing) as desks, sending(orders) as client:
        postman = POSTMEN[orders.design](desks, PROMPTS, lambda _: client)
        await keep_going(desks, postman, orders.plans_until)


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


async def keep_going(desks: Desks, postman: Postman, plans_until: datetime) -> None:
    """What a running Mull does, until it is killed."""
    await asyncio.gather(postman.run(), _ticking(desks, postman), _planning(desks, plans_until))


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


async def _planning(desks: Desks, until: datetime) -> None:
    """Everyone, a few at a time, in any order: who is killed half way leaves the rest to others."""
    people = await desks.read(schedules.to_plan)
    starts = list(range(0, len(people), PEOPLE_AT_ONCE))
    for start in random.sample(starts, len(starts)):
        if clock.now() >= until:
            return
        try:
            await desks.write(schedules.plan, people[start : start + PEOPLE_AT_ONCE])
        except MullError as error:
            log.warning("torture.plan", error=error)
