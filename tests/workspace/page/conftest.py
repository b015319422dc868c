"""The page of a workspace, and a browser at it."""

from collections.abc import AsyncIterator

import pytest
from aiohttp import ClientSession

from bot.workspace.server import Workspace
from tests.workspace.page.surfing import Surfer


@pytest.fixture
async def surfer(workspace: Workspace) -> AsyncIterator[Surfer]:
    workspace.world.add_channel("public", "staff", ["U_ANN", "U_BEN"], "U_ANN")
    async with ClientSession() as session:
        yield Surfer(workspace, session)
