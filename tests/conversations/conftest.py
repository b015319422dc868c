"""A conversation: the real Bolt and the real slack_sdk, on a local workspace, with the cast in it."""

import base64
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime

import pytest

from bot import clock, settings
from bot.app import Mull
from bot.domain.outbox import Timing
from bot.workspace.server import Workspace
from bot.workspace.state import TEAM_ID
from bot.workspace.visitor import Person, Visitor
from tests import cast
from tests.conftest import MASTER_KEY, StoreUrls
from tests.sent import refused

SUNDAY = datetime(2026, 9, 13, 12, 0, tzinfo=UTC)
"""Before a Monday in term."""


@dataclass
class Stage:
    """The running Mull, the workspace it runs in, and somebody to play its people."""

    mull: Mull
    workspace: Workspace
    visitor: Visitor
    cast: cast.Cast

    def person(self, user_id: str) -> Person:
        return self.visitor.person(user_id)

    async def clock_to(self, moment: datetime) -> None:
        """It is this moment now, and what fell due has been planned and left."""
        clock.move_to(moment)
        await self.mull.plan()
        await self.mull.tick()


@pytest.fixture
async def workspace() -> AsyncIterator[Workspace]:
    clock.move_to(SUNDAY)
    local = Workspace(cast.PEOPLE, movable_clock=True)
    await local.start()
    yield local
    await local.stop()
    # Every conversation ends with this: whatever was said in it, others would have taken it too.
    assert refused(local.journal.entries()) == []


@asynccontextmanager
async def running_mull(workspace: Workspace, store_urls: StoreUrls) -> AsyncIterator[Mull]:
    """Mull, started in this process on a workspace and two stores."""
    config = settings.given(
        SLACK_BOT_TOKEN=workspace.bot_token,
        SLACK_APP_TOKEN=workspace.app_token,
        SLACK_API_URL=workspace.api_url,
        DATABASE_URL=store_urls.database,
        MULL_KEYS_URL=store_urls.keys,
        MULL_MASTER_KEYS=base64.b64encode(MASTER_KEY).decode(),
    )
    mull = Mull(config, Timing(paced=False))
    await mull.start()
    yield mull
    await mull.stop()


@pytest.fixture
async def stage(workspace: Workspace, store_urls: StoreUrls) -> AsyncIterator[Stage]:
    async with running_mull(workspace, store_urls) as mull, Visitor(workspace.address) as visitor:
        yield Stage(mull, workspace, visitor, cast.settle_in(mull.desks, team=TEAM_ID))
