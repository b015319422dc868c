"""A postman at work: the real Bolt's client, both databases, the local workspace, and as much time as a test wants."""

from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

import pytest
from slack_sdk.web.async_client import AsyncWebClient
from sqlalchemy import select

from bot import clock
from bot.db import Database
from bot.domain.outbox import LEASE, RECONCILE_AFTER, Timing
from bot.models import Letter, LetterKind, LetterState
from bot.prompts import Prompts
from bot.services import delivery, searching, settling
from bot.services.delivery import Claim, Reply
from bot.services.desk import Desk, Desks
from bot.services.drafts import Draft
from bot.services.settling import CameBack
from bot.slack.client import session, web_client
from bot.slack.outbox import Postman
from bot.vault import Vault
from bot.workspace.server import Workspace as LocalSlack
from bot.workspace.state import TEAM_ID
from bot.workspace.visitor import Visitor
from tests import cast
from tests.cast import AMIRA

MONDAY = datetime(2026, 9, 14, 7, 10, tzinfo=UTC)
POST = "chat.postMessage"


@dataclass
class Wall:
    """Real time, and as much more as a test wants to have passed; or, if it `stands` still, only that."""

    ahead: timedelta = timedelta(0)
    stands: datetime | None = None

    def __call__(self) -> datetime:
        return (self.stands or clock.wall()) + self.ahead


@dataclass
class Office:
    """A postman, the stores he works on, and the people he brings letters to."""

    desks: Desks
    postman: Postman
    slack: LocalSlack
    client: AsyncWebClient
    visitor: Visitor
    wall: Wall = field(default_factory=Wall)

    async def empty(self) -> None:
        while await self.postman.turn():
            pass

    async def search(self) -> None:
        """Long enough has passed for history to tell, and it is asked."""
        self.expire()
        self.wall.ahead += RECONCILE_AFTER
        while await self.postman.search():
            pass

    async def asked(self, user: str) -> int:
        """How many check-ins stand in somebody's conversation."""
        return len(await self.visitor.person(user).messages())

    def letter(self, user: str = AMIRA) -> Letter:
        """Somebody's check-in, as it stands."""
        return self.desks.look(check_in, cast.known(self.desks, user, TEAM_ID).id)

    def letter_of(self, claim: Claim) -> Letter:
        """A letter, as it stands."""
        return self.desks.look(lambda desk: desk.session.get_one(Letter, claim.letter_id))

    def state(self, user: str) -> LetterState:
        """What has become of somebody's check-in."""
        return self.letter(user).state

    def claim(self) -> Claim:
        """The next letter, claimed by a process that is about to have a bad time."""
        [claim] = self.desks.do(delivery.claim)
        assert isinstance(claim, Claim)
        return claim

    async def send(self, claim: Claim) -> Reply:
        """What that process sends whenever it comes to it, and what Slack says."""
        [draft] = await self.postman._compose([claim])
        assert isinstance(draft, Draft)
        reply = await self.postman._send(claim, draft, clock.elapsed())
        assert isinstance(reply, Reply)
        return reply

    def settle(self, claim: Claim, came_back: CameBack) -> LetterState | None:
        """That process records what came back."""
        return self.desks.do(settling.settle, claim, came_back)

    def expire(self) -> None:
        """More time has passed than anybody may hold a letter."""
        self.wall.ahead += LEASE + timedelta(seconds=1)
        self.desks.do(searching.expire_leases)


@pytest.fixture
async def slack() -> AsyncIterator[LocalSlack]:
    clock.move_to(MONDAY - timedelta(hours=1))
    local = LocalSlack(cast.PEOPLE, movable_clock=True)
    await local.start()
    yield local
    await local.stop()


@pytest.fixture
def wall() -> Wall:
    return Wall()


@pytest.fixture
def desks(database: Database, vault: Vault, our_prompts: Prompts, wall: Wall) -> Iterator[Desks]:
    made = Desks(database, vault, our_prompts, clock.now, wall, Timing(paced=False))
    yield made
    made.close()


@pytest.fixture
async def office(slack: LocalSlack, desks: Desks, our_prompts: Prompts, wall: Wall) -> AsyncIterator[Office]:
    http = session()
    client: AsyncWebClient = web_client(http, token=slack.bot_token, api_url=slack.api_url)
    postman = Postman(desks, our_prompts, lambda _: client)
    async with Visitor(slack.address) as visitor:
        made = Office(desks, postman, slack, client, visitor, wall)
        cast.settle_in(desks, team=TEAM_ID)
        await made.empty()
        clock.move_to(MONDAY)
        yield made
    await http.close()


def check_in(desk: Desk, person_id: object) -> Letter:
    """Somebody's check-in of this Monday."""
    which = select(Letter).where(
        Letter.person_id == person_id, Letter.kind == LetterKind.CHECK_IN, Letter.due_at == MONDAY
    )
    return desk.session.scalars(which).one()
