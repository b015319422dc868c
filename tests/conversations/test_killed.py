"""A process that is killed around the moment at which something is stored: it comes again, and is kept once."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from sqlalchemy import func, select

from bot.models import Letter, LetterKind
from bot.services.desk import Desk, Desks
from bot.workspace.server import Workspace
from bot.workspace.state import TEAM_ID
from bot.workspace.visitor import Visitor
from tests import cast
from tests.cast import AMIRA
from tests.conftest import StoreUrls
from tests.conversations.processes import running
from tests.conversations.test_strain import _held

SOON_SECONDS = 60


@pytest.fixture
async def workspace() -> AsyncIterator[Workspace]:
    local = Workspace(cast.PEOPLE, movable_clock=True)
    await local.start()
    yield local
    await local.stop()


async def test_killed_before_or_after_storing_what_was_said_is_answered_once(
    workspace: Workspace, store_urls: StoreUrls, desks: Desks, tmp_path: Path
) -> None:
    cast.settle_in(desks, team=TEAM_ID)
    async with Visitor(workspace.address) as visitor:
        amira = visitor.person(AMIRA)

        async def listening() -> bool:
            return len(workspace.sockets.numbers) == 2

        async def gone() -> bool:
            return not workspace.sockets.numbers

        async def answered() -> bool:
            return await asyncio.to_thread(desks.look, _replies) == said

        said, mark = 1, await visitor.mark()
        async with running(workspace, store_urls, tmp_path, "listen") as mull:
            await visitor.wait_for(listening, seconds=SOON_SECONDS)
            async with _held(desks.database):
                await amira.say("Before it is stored.")
                await visitor.journal("message", mark, kind="envelope", wait=SOON_SECONDS)
                mull.kill()
        await visitor.wait_for(gone, seconds=SOON_SECONDS)
        assert desks.look(_replies) == 0

        said, mark = 2, await visitor.mark()
        async with running(workspace, store_urls, tmp_path, "listen") as mull:
            await visitor.wait_for(listening, seconds=SOON_SECONDS)
            await visitor.arrange("event:message", "drop_ack", times=9)
            await amira.say("After it was stored.")
            await visitor.move_clock(seconds=61)  # and what was said before comes again
            await visitor.wait_for(answered, seconds=SOON_SECONDS, what="two answers")
            mull.kill()
        await visitor.wait_for(gone, seconds=SOON_SECONDS)
        await visitor.clear_faults()

        async with running(workspace, store_urls, tmp_path, "listen"):
            await visitor.wait_for(listening, seconds=SOON_SECONDS)
            mark = await visitor.mark()
            await visitor.move_clock(seconds=400)
            (again, *_) = await visitor.journal("message", mark, kind="envelope", wait=SOON_SECONDS)
            assert await visitor.journal(again["envelope_id"], mark, kind="ack", wait=SOON_SECONDS)
        assert desks.look(_replies) == 2


def _replies(desk: Desk) -> int:
    return desk.session.scalar(select(func.count()).where(Letter.kind == LetterKind.REPLY)) or 0
