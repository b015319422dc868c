"""The fortnight, played once for all that is asked of it."""

import asyncio
import io
import os
import pickle
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from filelock import FileLock
from rich.console import Console

from bot import clock, settings
from bot.demo.cast import BEGINS_ON, CAST
from bot.demo.play import CURTAIN, SCHOOL_ZONE, perform
from bot.demo.stage import Stage, open_stage
from bot.domain import calendar

Entry = dict[str, Any]


@dataclass(frozen=True)
class Played:
    """What is left of a fortnight: its transcript, everything that went over the wire, and everyone's last screen."""

    transcript: str
    journal: list[Entry]
    homes: dict[str, str]
    conversations: dict[str, str]


@pytest.fixture(scope="session")
def played(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Played]:
    """Whichever worker needs it first plays it; the others read what came of it."""
    shared = tmp_path_factory.getbasetemp()
    if os.environ.get("PYTEST_XDIST_WORKER"):
        shared = shared.parent
    found = shared / "fortnight.pickle"
    with FileLock(shared / "fortnight.lock"):
        if not found.exists():
            settings.drop_proxies()
            found.write_bytes(pickle.dumps(asyncio.run(_fortnight())))
    yield pickle.loads(found.read_bytes())
    clock.reset()


async def _fortnight() -> Played:
    page = io.StringIO()
    async with open_stage(calendar.moment(BEGINS_ON, CURTAIN, SCHOOL_ZONE)) as stage:
        await perform(stage, 14, Console(file=page, width=90))
        homes = {one.id: await _home(stage, one.id) for one in CAST}
        conversations = {one.id: await _conversation(stage, one.id) for one in CAST}
        return Played(page.getvalue(), stage.workspace.journal.entries(), homes, conversations)


async def _home(stage: Stage, who: str) -> str:
    person = stage.visitor.person(who)
    await person.open_home()
    await stage.calm()
    return (await person.wait_for_home()).text


async def _conversation(stage: Stage, who: str) -> str:
    return "\n".join(f"{one.text}\n{one.shown}" for one in await stage.visitor.person(who).messages())
