"""Three processes that listen and three that keep time, on one PostgreSQL: each thing leaves and is heard once."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func, select

from bot.models import Heard, Letter, LetterKind, Occurrence, Run
from bot.services.desk import Desk, Desks
from bot.workspace.server import Workspace
from bot.workspace.state import TEAM_ID
from bot.workspace.visitor import Visitor
from tests import cast
from tests.conftest import StoreUrls
from tests.conversations.processes import running
from tests.conversations.test_processes import QUESTION, made_due, nothing_open

STAFF: list[dict[str, Any]] = [
    {"id": f"U_T{n:02}", "name": f"t{n}", "real_name": f"Teacher {n}", "tz": "Europe/London"}
    for n in range(24)
]
EACH = 3
LONG = 90
"""Real seconds in which six processes have surely started on a busy machine."""


@pytest.fixture
async def workspace() -> AsyncIterator[Workspace]:
    local = Workspace(STAFF)
    await local.start()
    yield local
    await local.stop()


@pytest.mark.parametrize("store_urls", ["postgresql"], indirect=True)
async def test_three_listeners_and_three_clocks_do_each_thing_once(
    workspace: Workspace, store_urls: StoreUrls, desks: Desks, tmp_path: Path
) -> None:
    made_due(desks, cast.settle_in(desks, team=TEAM_ID, people=STAFF, pairs=[]))
    async with AsyncExitStack() as stack:
        visitor = await stack.enter_async_context(Visitor(workspace.address))
        processes = [
            await stack.enter_async_context(running(workspace, store_urls, tmp_path, command))
            for command in ("listen", "clock") * EACH
        ]
        people = [visitor.person(one["id"]) for one in STAFF]

        async def all_listen() -> bool:
            return len(workspace.sockets.numbers) == 2 * EACH

        async def all_asked() -> bool:
            return await asyncio.to_thread(desks.look, nothing_open)

        async def all_over() -> bool:
            return len(await _last_lines(visitor, "Done for this week.")) == len(STAFF)

        await visitor.wait_for(all_listen, what="all sockets", seconds=LONG)
        await visitor.wait_for(all_asked, what="everybody asked", seconds=LONG)
        await visitor.arrange("event:message", "duplicate", times=len(STAFF))
        for person in people:
            await person.wait_for_message(QUESTION, seconds=LONG)
        clicked = await asyncio.gather(*(person.click("Good") for person in people))
        assert all(one.acknowledged for one in clicked)
        await visitor.wait_for(all_over, what="every check-in over", seconds=LONG)
        assert await _asked(visitor) == {one["id"]: 1 for one in STAFF}
        assert _what_is_kept(desks) == {Occurrence: len(STAFF), Run: len(STAFF), Letter: len(STAFF)}

        for person in people:
            await person.say("Hello?")
        await visitor.wait_for(lambda: _replied(visitor), what="every reply", seconds=LONG)
        assert desks.look(_count, Heard) == len(STAFF)
        assert [process.returncode for process in processes] == [None] * 2 * EACH


async def _last_lines(visitor: Visitor, line: str) -> Sequence[str]:
    return [one["id"] for one in STAFF if await visitor.person(one["id"]).sees(line)]


async def _asked(visitor: Visitor) -> dict[str, int]:
    """How many messages of ours each person has."""
    shown = {one["id"]: await visitor.person(one["id"]).messages() for one in STAFF}
    return {user: len([one for one in messages if one.from_bot]) for user, messages in shown.items()}


async def _replied(visitor: Visitor) -> bool:
    return set(Counter((await _asked(visitor)).values())) == {2}


def _what_is_kept(desks: Desks) -> dict[type, int]:
    return {what: desks.look(_count, what) for what in (Occurrence, Run, Letter)}


def _count(desk: Desk, what: type) -> int:
    """The rows of this kind that concern the check-in that was due."""
    which = select(func.count()).select_from(what)
    if what is Letter:
        which = which.where(Letter.kind == LetterKind.CHECK_IN, Letter.sent_at.is_not(None))
    if what is Occurrence:
        which = which.where(Occurrence.outcome.is_not(None))
    return desk.session.scalar(which) or 0
