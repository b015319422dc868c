"""docs/workspace.md says what there is: every route and fault, and examples that work."""

import re
import shlex
from pathlib import Path

import aiohttp
import pytest

from bot.workspace.app_control import AppControl
from bot.workspace.faults import CALL_KINDS, DELIVERY_KINDS
from bot.workspace.members import Members
from bot.workspace.people import ControlApi
from bot.workspace.server import Workspace

ROOT = Path(__file__).parents[2]
DOC = (ROOT / "docs" / "workspace.md").read_text(encoding="utf-8")
EXAMPLES = [line for line in DOC.splitlines() if line.startswith("curl ")]


async def test_every_route_is_in_the_documentation_and_no_other() -> None:
    local = Workspace()
    defined = [*ControlApi(local, Members(local)).routes(), *AppControl(local, local.outage).routes()]
    routes = {f"{route.method} {route.path}" for route in defined}
    assert set(re.findall(r"^\| `((?:GET|POST|DELETE) /_workspace/\S+)`", DOC, re.MULTILINE)) == routes


def test_every_fault_is_in_the_documentation() -> None:
    faults = DOC.partition("## Faults")[2].partition("## The journal")[0]
    assert set(re.findall(r"^\| `(\w+)` \|", faults, re.MULTILINE)) == CALL_KINDS | DELIVERY_KINDS


def test_every_test_that_the_documentation_names_is_there() -> None:
    named = re.findall(r"`(tests/[\w/]+\.py)(?:::(\w+))?`", DOC)
    assert named
    missing = [
        f"{file}::{test}"
        for file, test in named
        if not (ROOT / file).is_file()
        or (test and f"def {test}(" not in (ROOT / file).read_text(encoding="utf-8"))
    ]
    assert missing == []


@pytest.mark.parametrize("example", EXAMPLES, ids=range(len(EXAMPLES)))
async def test_an_example_is_understood(workspace: Workspace, example: str) -> None:
    """On an empty workspace there may be no button to click: that is told as 404, never as a mistake."""
    _, *words = shlex.split(example)
    url = words.pop().replace("http://127.0.0.1:8080", workspace.address)
    data = words[words.index("-d") + 1] if "-d" in words else None
    verb = "DELETE" if "DELETE" in words else "POST" if data else "GET"
    async with aiohttp.ClientSession() as session, session.request(verb, url, data=data) as response:
        told = await response.json()
        assert response.status in ((200, 404) if data else (200,)), told
