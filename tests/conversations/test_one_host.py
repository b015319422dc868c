"""A SQLite store and two machines, with real processes: the second is refused, and whoever lost its place stops."""

from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest

from bot import clock
from bot.db import Database
from bot.models import Host
from bot.workspace.server import Workspace
from bot.workspace.visitor import Visitor
from tests import cast
from tests.conftest import StoreUrls
from tests.conversations.processes import running


@pytest.fixture
async def workspace() -> AsyncIterator[Workspace]:
    local = Workspace(cast.PEOPLE)
    await local.start()
    yield local
    await local.stop()


def seen_elsewhere(stores: StoreUrls, seconds_ago: float) -> None:
    """Mull on another machine was last seen so long ago."""
    at = clock.wall() - timedelta(seconds=seconds_ago)
    database = Database(stores.database)
    with database.write() as session:
        session.merge(Host(id="theirs", machine="another", name="library", began_at=at, seen_at=at))
    database.dispose()


def said_in(folder: Path) -> str:
    return "".join(path.read_text() for path in folder.glob("*.log"))


@pytest.mark.parametrize("command", ["run", "listen", "clock"])
async def test_a_second_machine_is_refused(
    workspace: Workspace, sqlite_urls: StoreUrls, tmp_path: Path, command: str
) -> None:
    seen_elsewhere(sqlite_urls, 10)
    async with running(workspace, sqlite_urls, tmp_path, command) as mull:
        assert await mull.wait() == 1
    assert "Mull on the machine library uses this SQLite database" in said_in(tmp_path)
    assert not workspace.sockets.numbers


async def test_a_machine_that_is_gone_is_followed_and_one_that_is_followed_stops(
    workspace: Workspace, sqlite_urls: StoreUrls, tmp_path: Path
) -> None:
    seen_elsewhere(sqlite_urls, 120)
    async with (
        Visitor(workspace.address) as visitor,
        running(workspace, sqlite_urls, tmp_path, "listen") as mull,
    ):

        async def connected() -> bool:
            return len(workspace.sockets.numbers) == 2

        await visitor.wait_for(connected, what="two sockets", seconds=60)
        seen_elsewhere(sqlite_urls, 0)
        assert await mull.wait() == 1
    assert "host.lost" in said_in(tmp_path)
    assert "library" in said_in(tmp_path)


@pytest.mark.parametrize("store_urls", ["postgresql"], indirect=True)
async def test_postgresql_is_for_any_number_of_machines(
    workspace: Workspace, store_urls: StoreUrls, tmp_path: Path
) -> None:
    seen_elsewhere(store_urls, 0)
    async with Visitor(workspace.address) as visitor, running(workspace, store_urls, tmp_path, "listen"):

        async def connected() -> bool:
            return len(workspace.sockets.numbers) == 2

        await visitor.wait_for(connected, what="two sockets", seconds=60)
