"""A local Slack in a process of its own, its trouble, and what stands in its conversations: the truth."""

import asyncio
import signal
from collections import Counter
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from multiprocessing.connection import Connection
from typing import Any

from slack_sdk.web.async_client import AsyncWebClient

from bot.slack.client import session, web_client
from bot.slack.history import letter_in
from bot.workspace.server import Workspace
from bot.workspace.visitor import Visitor
from tests.torture.processes import PROCESSES, cleanly

JsonObject = dict[str, Any]

WHAT = ("chat.*", "conversations.*", "views.*")
TROUBLE = ("drop_before", "drop_after", "error500", "error500_after", "error503", "ratelimited", "slow")
"""Every way in which a reply can fail to say what happened, and two that say it."""
READERS = 16


@dataclass(frozen=True)
class Slack:
    """How to reach the one that runs."""

    address: str
    api_url: str
    bot_token: str


@asynccontextmanager
async def running(people: Sequence[JsonObject]) -> AsyncIterator[Slack]:
    """A workspace with these people, in a process of its own, which tells the app of nothing."""
    ours, theirs = PROCESSES.Pipe()
    process = PROCESSES.Process(target=_serve, args=(list(people), theirs), daemon=True)
    process.start()
    try:
        yield await asyncio.to_thread(ours.recv)
    finally:
        process.kill()
        process.join()


def _serve(people: list[JsonObject], told: Connection) -> None:
    cleanly()
    asyncio.run(_until_killed(people, told))


async def _until_killed(people: list[JsonObject], told: Connection) -> None:
    workspace = Workspace(people, events=())
    await workspace.start()
    told.send(Slack(workspace.address, workspace.api_url, workspace.bot_token))
    stopped = asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, stopped.set)
    await stopped.wait()


async def trouble(visitor: Visitor, faulty: float, slow_seconds: float, seed: int) -> None:
    """From now on this part of all replies is faulty, of each kind as many."""
    each = 1 - (1 - faulty) ** (1 / len(TROUBLE))
    for number, (method, kind) in enumerate((method, kind) for method in WHAT for kind in TROUBLE):
        seconds = slow_seconds if kind == "slow" else 1.0
        await visitor.arrange(method, kind, times=1_000_000, chance=each, seed=seed + number, seconds=seconds)


@asynccontextmanager
async def calling(slack: Slack, timeout_seconds: float) -> AsyncIterator[AsyncWebClient]:
    """A client as our own processes have it."""
    async with session(timeout_seconds) as http:
        yield web_client(http, token=slack.bot_token, api_url=slack.api_url)


async def standing(slack: Slack) -> Counter[str]:
    """How many messages stand in conversations for each letter; under "" those of ours that name none."""
    async with calling(slack, 60) as client:
        rooms = await _rooms(client)
        turns = asyncio.Semaphore(READERS)

        async def read(room: str) -> Counter[str]:
            async with turns:
                return Counter([letter async for letter in _letters(client, room)])

        return sum(await asyncio.gather(*(read(room) for room in rooms)), Counter[str]())


async def _rooms(client: AsyncWebClient) -> list[str]:
    rooms: list[str] = []
    cursor = None
    while True:
        page = await client.conversations_list(types="im", limit=999, cursor=cursor)
        rooms += [room["id"] for room in page["channels"]]
        cursor = (page.get("response_metadata") or {}).get("next_cursor")
        if not cursor:
            return rooms


async def _letters(client: AsyncWebClient, room: str) -> AsyncIterator[str]:
    cursor = None
    while True:
        page: Any = await client.conversations_history(
            channel=room, include_all_metadata=True, limit=999, cursor=cursor
        )
        for name in _named(page["messages"]):
            yield name
        cursor = (page.get("response_metadata") or {}).get("next_cursor")
        if not cursor:
            return


def _named(messages: Sequence[JsonObject]) -> Iterator[str]:
    for message in messages:
        if message.get("bot_id"):
            yield letter_in(message) or ""
