"""The examples of docs/workspace.md do what it says: it is what somebody with an app of their own begins with."""

import asyncio
import os
import re
import shlex
import sys
import textwrap
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from bot.workspace.seed import read_seed
from bot.workspace.server import Workspace
from bot.workspace.visitor import Person, Visitor

ROOT = Path(__file__).parents[2]
DOC = (ROOT / "docs" / "workspace.md").read_text(encoding="utf-8")
CALLS = [line for line in DOC.splitlines() if line.startswith("curl ") and "request_url" not in line]


def example(language: str, beginning: str) -> str:
    """The example that has this in it."""
    fences = re.findall(rf"```{language}\n(.*?)```", DOC, re.DOTALL)
    (found,) = [fence for fence in fences if beginning in fence]
    return str(found)


async def run(code: str, **names: Any) -> None:
    """An example that awaits, as the body of a function."""
    scope: dict[str, Any] = dict(names)
    exec(f"async def play():\n{textwrap.indent(code, '    ')}", scope)
    await scope["play"]()


@asynccontextmanager
async def process(workspace: Workspace, *arguments: str) -> AsyncIterator[None]:
    """A Python of its own, with what `mull workspace` prints as its environment, until the end."""
    lines = dict(line.split("=", 1) for line in workspace.env_lines())
    started = await asyncio.create_subprocess_exec(
        sys.executable,
        *arguments,
        cwd=ROOT,
        env={"PATH": os.environ["PATH"]} | lines,
        stdin=asyncio.subprocess.PIPE,
    )
    yield
    started.kill()
    await started.communicate()


@pytest.mark.parametrize("call", CALLS, ids=range(len(CALLS)))
async def test_a_call_is_understood(workspace: Workspace, call: str) -> None:
    """On an empty workspace there may be no button to click: that is told as 404, never as a mistake."""
    _, *words = shlex.split(call)
    url = words.pop().replace("http://127.0.0.1:8080", workspace.address)
    data = words[words.index("-d") + 1] if "-d" in words else None
    verb = "DELETE" if "DELETE" in words else "POST" if data else "GET"
    async with aiohttp.ClientSession() as session, session.request(verb, url, data=data) as response:
        told = await response.json()
        assert response.status in ((200, 404) if data else (200,)), told


def test_the_people_are_read(tmp_path: Path) -> None:
    file = tmp_path / "people.yaml"
    file.write_text(example("yaml", "people:"), encoding="utf-8")
    seed = read_seed(file)
    workspace = Workspace(seed.people, seed.channels, groups=seed.groups, name=seed.name)
    assert {"U_ANN", "U_BEN"} <= workspace.world.users.keys()


async def test_the_first_app_says_hello(workspace: Workspace, ann: Person, tmp_path: Path) -> None:
    file = tmp_path / "app.py"
    file.write_text(example("python", "SocketModeHandler"), encoding="utf-8")
    async with process(workspace, str(file)):
        await ann.say("hello")
        await ann.wait_for_message("Hello to you.")


async def test_a_lunch_is_played_from_python(workspace: Workspace, visitor: Visitor) -> None:
    code = example("python", "ann.command").replace("http://127.0.0.1:8080", workspace.address)
    async with process(workspace, "-m", "tests.workspace.example_app", "socket"):
        await visitor.journal("open", kind="socket", wait=30)
        await run(code, Visitor=Visitor)


async def test_a_workspace_is_made_in_a_test() -> None:
    await run(example("python", "workspace = Workspace"), Workspace=Workspace, Visitor=Visitor)
