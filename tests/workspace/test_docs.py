"""docs/workspace.md says what there is: every route and fault, and tests that are there."""

import re
from pathlib import Path

from bot.workspace.app_control import AppControl
from bot.workspace.faults import CALL_KINDS, DELIVERY_KINDS
from bot.workspace.members import Members
from bot.workspace.people import ControlApi
from bot.workspace.server import Workspace

ROOT = Path(__file__).parents[2]
DOC = (ROOT / "docs" / "workspace.md").read_text(encoding="utf-8")


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
