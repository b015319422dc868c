"""The real command line in a process of its own, with an environment that holds nothing but what a test puts there."""

import asyncio
import base64
import sys
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from bot.workspace.server import Workspace
from tests import cast
from tests.conftest import MASTER_KEY, StoreUrls


@dataclass(frozen=True)
class Done:
    """What a command came to."""

    code: int
    out: str
    err: str


@dataclass
class CommandLine:
    """`await mull("doctor")` runs it in `folder`, with these settings and no others."""

    folder: Path
    settings: dict[str, str] = field(default_factory=dict)

    async def __call__(self, *arguments: str, **settings: str) -> Done:
        process = await asyncio.create_subprocess_exec(
            sys.executable,
            *("-m", "bot", *arguments),
            cwd=self.folder,
            env={"COLUMNS": "900", "PYTHONIOENCODING": "utf-8", **self.settings, **settings},
            stdin=asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.PIPE,
        )
        out, err = await process.communicate()
        return Done(process.returncode or 0, out.decode(), err.decode())


@pytest.fixture
async def workspace() -> AsyncIterator[Workspace]:
    """A Slack with the standing cast in it."""
    local = Workspace(cast.PEOPLE, movable_clock=True)
    await local.start()
    yield local
    await local.stop()


@pytest.fixture
def mull(workspace: Workspace, sqlite_urls: StoreUrls, tmp_path: Path) -> CommandLine:
    """The command line of a Mull that is set up: migrated stores, keys, and the workspace's tokens."""
    (tmp_path / "here").mkdir()
    settings = {
        "SLACK_API_URL": workspace.api_url,
        "SLACK_BOT_TOKEN": workspace.bot_token,
        "SLACK_APP_TOKEN": workspace.app_token,
        "DATABASE_URL": sqlite_urls.database,
        "MULL_KEYS_URL": sqlite_urls.keys,
        "MULL_MASTER_KEYS": base64.b64encode(MASTER_KEY).decode(),
        "MULL_WATCH": "off",
        "MULL_ERASURES": str(tmp_path / "here/erasures.log"),
    }
    return CommandLine(tmp_path / "here", settings)
