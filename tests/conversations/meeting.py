"""A staff meeting: everybody writes into a window of their own again and again, and what each was told is kept."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from uuid import UUID, uuid5

from bot import clock
from bot.app import Mull
from bot.domain.privacy import Viewer
from bot.models import Run
from bot.services import answers
from bot.services.desk import Desk
from bot.services.runs import Ref
from bot.workspace.server import Workspace
from bot.workspace.state import TEAM_ID
from tests import cast
from tests.conftest import StoreUrls
from tests.conversations import payloads as slack
from tests.conversations.conftest import SUNDAY, running_mull

CROWD = [
    {"id": f"U_P{number:02}", "name": f"p{number}", "real_name": f"Person {number}", "tz": "Europe/London"}
    for number in range(20)
]
PAUSE_SECONDS = 1.0
AT_ONCE = 6
ACK_SECONDS = 6.0
"""Slack's three, twice: this machine plays the people, Slack and the database as well."""
KEPT, NOT_KEPT, NOT_CERTAIN = "kept", "could not be kept", "not certain"


@dataclass
class Meeting:
    """Everybody writes into a window of their own, again and again; `told` is what each was told of each."""

    workspace: Workspace
    mull: Mull
    told: dict[tuple[str, int], str] = field(default_factory=dict)
    over: asyncio.Event = field(default_factory=asyncio.Event)

    async def answer(self, user: str, number: int) -> str:
        """One window submitted; what its person was told, within the time there is."""
        values: dict[str, str | int] = {
            "energy": 4,
            "drained_by": "",
            "moment_taught": "",
            "set_down": str(number),
        }
        ref = Ref(run_of(user, number), self.mull.desks.prompts.flow("weekly-reflection").version)
        payload = slack.submission(user, ref, values)
        acknowledged, answer = await self.workspace.sockets.deliver(payload.kind, payload.body)
        assert acknowledged, "nobody answered in time"
        sentence = str((answer or {}).get("errors") or KEPT)
        known = (one for one in (NOT_KEPT, NOT_CERTAIN) if one in sentence)
        self.told[user, number] = next(known, sentence)
        return self.told[user, number]

    async def go_on(self, user: str, first: int = 0) -> None:
        """One after the other, until the meeting is over."""
        number = first
        while not self.over.is_set():
            await self.answer(user, number)
            number += 1
            await asyncio.sleep(PAUSE_SECONDS)

    async def press_again(self) -> set[str]:
        """Everybody who was not told that it was kept submits it once more, a few at a time; what they were told."""
        gate = asyncio.Semaphore(AT_ONCE)

        async def once_more(user: str, number: int) -> str:
            async with gate:
                return await self.answer(user, number)

        again = [one for one, told in self.told.items() if told != KEPT]
        return set(await asyncio.gather(*(once_more(*one) for one in again)))

    def kept(self) -> set[tuple[str, int]]:
        """Which of them are stored, whole."""
        return {one for one in self.told if self.mull.desks.look(_is_kept, *one)}


@asynccontextmanager
async def met(stores: StoreUrls) -> AsyncIterator[Meeting]:
    """The meeting, with a Mull that runs on these stores."""
    clock.move_to(SUNDAY)
    workspace = Workspace(CROWD, movable_clock=True)
    workspace.sockets.ack_seconds = ACK_SECONDS
    await workspace.start()
    async with running_mull(workspace, stores) as mull:
        cast.settle_in(mull.desks, team=TEAM_ID, people=CROWD, pairs=[])
        yield Meeting(workspace, mull)
    await workspace.stop()


def run_of(user: str, number: int) -> UUID:
    return uuid5(UUID(int=7), f"{user} {number}")


def _is_kept(desk: Desk, user: str, number: int) -> bool:
    """Whole or not at all."""
    run = desk.session.get(Run, run_of(user, number))
    if run is None:
        return False
    values = answers.opened(desk, Viewer(run.person_id), run, drafts=False).values
    assert values == {"energy": 4, "set_down": str(number)}
    return True
