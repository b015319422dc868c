"""A conversation: the real Bolt and the real slack_sdk, on a local workspace, with the cast in it."""

import base64
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime

import pytest
from sqlalchemy import and_, false, func, or_, select

from bot import clock, settings
from bot.app import Mull
from bot.domain.outbox import Timing
from bot.models import Letter, LetterState
from bot.services.desk import Desk
from bot.settings import Settings
from bot.slack.manifest import EVENTS_PATH
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

    async def live_until(self, *moments: datetime) -> None:
        """Each of these moments has come, one after the other, and whatever fell due by then has been dealt with."""
        for moment in moments:
            await self.clock_to(moment)
            await self.mull.postman.settled()
            while await self.mull.desks.read(_is_due):
                await self.mull.postman.settled()


def _is_due(desk: Desk) -> bool:
    """Whether a letter is under way, or could be: one whose person another round holds is passed over meanwhile."""
    waits = or_(Letter.not_before > desk.now, Letter.retry_at > desk.wall)
    due = and_(
        Letter.state == LetterState.PENDING,
        Letter.due_at <= desk.now,
        func.coalesce(waits, false()).is_(false()),
    )
    found = select(Letter.id).where(or_(due, Letter.state == LetterState.SENDING))
    return desk.session.scalars(found.limit(1)).first() is not None


@pytest.fixture
async def workspace() -> AsyncIterator[Workspace]:
    clock.move_to(SUNDAY)
    local = Workspace(cast.PEOPLE, movable_clock=True)
    await local.start()
    yield local
    await local.stop()
    # Every conversation ends with this: whatever was said in it, others would have taken it too.
    assert refused(local.journal.entries()) == []


def settings_for(workspace: Workspace, store_urls: StoreUrls, **more: str) -> Settings:
    """What a Mull is told that runs on a workspace and two stores; nothing that is empty."""
    told = {
        "SLACK_BOT_TOKEN": workspace.bot_token,
        "SLACK_APP_TOKEN": workspace.app_token,
        "SLACK_API_URL": workspace.api_url,
        "DATABASE_URL": store_urls.database,
        "MULL_KEYS_URL": store_urls.keys,
        "MULL_MASTER_KEYS": base64.b64encode(MASTER_KEY).decode(),
    }
    return settings.given(**{name: value for name, value in (told | more).items() if value})


@asynccontextmanager
async def running_mull(
    workspace: Workspace, store_urls: StoreUrls, *, keeps_time: bool = True
) -> AsyncIterator[Mull]:
    """Mull, started in this process on a workspace and two stores; it may also only listen."""
    mull = Mull(settings_for(workspace, store_urls), Timing(paced=False))
    await mull.start(keep_time=keeps_time)
    yield mull
    await mull.stop()


@asynccontextmanager
async def mull_over_http(
    workspace: Workspace, store_urls: StoreUrls, port: int = 0, **more: str
) -> AsyncIterator[Mull]:
    """The same, heard over HTTP and without a socket; nobody has told the workspace where yet."""
    told = {"SLACK_APP_TOKEN": "", "SLACK_SIGNING_SECRET": workspace.signing_secret}
    mull = Mull(settings_for(workspace, store_urls, **told | more))
    await mull.start(http=("127.0.0.1", port))
    yield mull
    await mull.stop()


def request_url(mull: Mull) -> str:
    """Where a Mull is heard over HTTP."""
    assert mull.site is not None
    return f"http://127.0.0.1:{mull.site.port}{EVENTS_PATH}"


@pytest.fixture
async def stage(workspace: Workspace, store_urls: StoreUrls) -> AsyncIterator[Stage]:
    async with running_mull(workspace, store_urls) as mull, Visitor(workspace.address) as visitor:
        yield Stage(mull, workspace, visitor, cast.settle_in(mull.desks, team=TEAM_ID))
