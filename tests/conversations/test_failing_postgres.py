"""PostgreSQL that freezes, or crashes every few seconds, while a staff meeting answers: everybody is told the truth."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Iterator

import pytest

from tests.conversations.meeting import CROWD, KEPT, NOT_CERTAIN, NOT_KEPT, Meeting, met
from tests.postgres import Server
from tests.stores import StoreUrls, migrated

CRASHES = 2
UP_SECONDS = 1.0


@pytest.fixture(scope="module")
def server(postgres: str) -> Iterator[Server]:
    own = Server()
    yield own
    own.remove()


@pytest.fixture
async def meeting(server: Server) -> AsyncIterator[Meeting]:
    stores = StoreUrls(server.database(), server.database())
    migrated(stores.database, stores.keys)
    async with met(stores) as there:
        yield there


@pytest.mark.timeout(400)
async def test_while_postgresql_crashes_every_few_seconds_everybody_is_told_the_truth(
    meeting: Meeting, server: Server
) -> None:
    at_it = [asyncio.create_task(meeting.go_on(one["id"])) for one in CROWD]
    for _ in range(CRASHES):
        await asyncio.sleep(UP_SECONDS)
        await asyncio.to_thread(server.crash)
        await asyncio.to_thread(server.start)
    await asyncio.sleep(UP_SECONDS)
    meeting.over.set()
    await asyncio.gather(*at_it)
    by_word = Counter(meeting.told.values())
    assert {KEPT, NOT_KEPT} <= set(by_word) <= {KEPT, NOT_KEPT, NOT_CERTAIN}
    stored = meeting.kept()
    assert {one for one, told in meeting.told.items() if told == KEPT} <= stored
    assert not {one for one, told in meeting.told.items() if told == NOT_KEPT} & stored
    # Whoever presses again, as they were asked to, has it kept, and once.
    assert await meeting.press_again() == {KEPT}
    assert meeting.kept() == set(meeting.told)


async def test_a_frozen_postgresql_holds_nobody_up_and_goes_on_when_it_thaws(
    meeting: Meeting, server: Server
) -> None:
    users = [one["id"] for one in CROWD]
    assert await meeting.answer(users[0], 0) == KEPT
    with server.frozen():
        told = await asyncio.gather(*(meeting.answer(user, 1) for user in users))
        again = await asyncio.gather(*(meeting.answer(user, 2) for user in users))
    assert {*told, *again} <= {NOT_KEPT, NOT_CERTAIN}
    for number in (1, 2):
        told = await asyncio.gather(*(meeting.answer(user, number) for user in users))
        assert set(told) == {KEPT}
    assert meeting.kept() == set(meeting.told)
