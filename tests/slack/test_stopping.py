"""Asked to stop, a process hands back whatever it holds, in time, and says truly what it does not know."""

import asyncio
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from sqlalchemy import select

from bot import clock
from bot.domain.outbox import Timing
from bot.models import Letter, LetterKind, LetterState
from bot.services import outbox
from bot.services.desk import Desk, Desks
from bot.slack.outbox import Postman
from bot.workspace.state import TEAM_ID
from tests import cast
from tests.cast import AMIRA, JO
from tests.slack.conftest import POST, Office


@contextmanager
def postman(office: Office, hand_back_seconds: float) -> Iterator[Postman]:
    """A postman who is given so long to come back."""
    ours, timing = office.desks, Timing(hand_back_seconds=hand_back_seconds, paced=False)
    desks = Desks(ours.database, ours.vault, ours.prompts, clock.now, office.wall, timing)
    yield Postman(desks, desks.prompts, lambda _: office.client)
    desks.close()


async def until(condition: Callable[[], bool]) -> None:
    """The workspace's journal says nothing of a call before it is answered: so this asks again and again."""
    async with asyncio.timeout(30):
        while not condition():  # noqa: ASYNC110 - nobody would set an event
            await asyncio.sleep(0.01)


def under_way(office: Office) -> bool:
    """All the calls that are to be slow have begun."""
    return not office.slack.faults.arranged


async def test_what_has_not_come_back_is_perhaps_sent_and_nothing_is_held(office: Office) -> None:
    await office.visitor.arrange(POST, "slow", times=2, seconds=2)
    with postman(office, 0.2) as ours:
        running = asyncio.create_task(ours.run())
        await until(lambda: under_way(office))
        ours.stop()
        await running
    for user in (AMIRA, JO):
        letter = office.letter(user)
        assert (letter.state, letter.lease_until) == (LetterState.UNKNOWN, None)
    await office.visitor.wait_for(lambda: _posted(office, 2))
    await office.search()
    await office.empty()
    assert await office.asked(AMIRA) == await office.asked(JO) == 1


async def test_what_comes_back_in_time_is_settled(office: Office) -> None:
    await office.visitor.arrange(POST, "slow", times=2, seconds=1)
    with postman(office, 20) as ours:
        running = asyncio.create_task(ours.run())
        await until(lambda: under_way(office))
        ours.stop()
        await running
    assert office.state(AMIRA) == office.state(JO) == LetterState.SENT


async def test_what_can_be_repeated_is_simply_due_again(office: Office) -> None:
    await office.empty()
    who = cast.known(office.desks, AMIRA, TEAM_ID)
    office.desks.do(outbox.refresh_home, who.id)
    await office.visitor.arrange("views.publish", "slow", times=1, seconds=2)
    with postman(office, 0.2) as ours:
        running = asyncio.create_task(ours.run())
        await until(lambda: under_way(office))
        ours.stop()
        await running
    assert office.desks.look(_home, who.id) == LetterState.PENDING


async def test_claimed_and_not_begun_it_is_given_back_untouched(office: Office) -> None:
    with postman(office, 20) as ours:
        ours.stop()
        assert await ours.turn()
    letter = office.letter(AMIRA)
    assert (letter.state, letter.tries, letter.lease_until) == (LetterState.PENDING, 0, None)
    assert await office.visitor.calls(POST) == []


async def _posted(office: Office, times: int) -> bool:
    return len(await office.visitor.calls(POST)) == times


def _home(desk: Desk, person_id: object) -> LetterState:
    mine = (Letter.person_id == person_id, Letter.kind == LetterKind.HOME)
    return desk.session.scalars(select(Letter.state).where(*mine)).one()
