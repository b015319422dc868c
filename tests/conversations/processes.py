"""`mull run` as a process of its own, to be killed and started again."""

import asyncio
import base64
import os
import socket
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from bot.workspace.server import Workspace
from tests.conftest import MASTER_KEY, StoreUrls


def environment(workspace: Workspace, stores: StoreUrls) -> dict[str, str]:
    """All that a process of ours is told, and nothing else of this machine."""
    keys = base64.b64encode(MASTER_KEY).decode()
    return {
        "PATH": os.environ["PATH"],
        "SLACK_API_URL": workspace.api_url,
        "SLACK_BOT_TOKEN": workspace.bot_token,
        "SLACK_APP_TOKEN": workspace.app_token,
        "DATABASE_URL": stores.database,
        "MULL_KEYS_URL": stores.keys,
        "MULL_MASTER_KEYS": keys,
        "SLACK_SIGNING_SECRET": workspace.signing_secret,
        "MULL_WATCH": "off",
    }


def free_port() -> int:
    """A port at which nobody listens just now."""
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


@asynccontextmanager
async def running(
    workspace: Workspace, stores: StoreUrls, folder: Path, *args: str
) -> AsyncIterator[asyncio.subprocess.Process]:
    """`mull run` (or another command), started and heard to be ready; killed at the end if it still runs."""
    with (folder / f"{args[0] if args else 'run'}-{os.urandom(4).hex()}.log").open("wb") as log:
        process = await asyncio.create_subprocess_exec(
            sys.executable,
            "-m",
            "bot",
            *(args or ("run",)),
            cwd=folder,
            env=environment(workspace, stores) | {"PYTHONPATH": str(Path(__file__).parents[2])},
            stdout=log,
            stderr=log,
        )
    try:
        yield process
    finally:
        if process.returncode is None:
            process.kill()
        await process.wait()
