"""A database that is locked for longer than anybody waits, while a staff meeting presses again and again."""

import asyncio
from collections.abc import AsyncIterator

import pytest

from tests.conftest import StoreUrls
from tests.conversations.meeting import CROWD, KEPT, NOT_KEPT, Meeting, met
from tests.conversations.test_strain import _held

ROUNDS = 2
"""Each takes as long as an answer may: after two, a lock of five seconds is to everybody what one of thirty is."""


@pytest.fixture
async def meeting(store_urls: StoreUrls) -> AsyncIterator[Meeting]:
    async with met(store_urls) as there:
        yield there


async def test_while_it_is_locked_everybody_is_told_and_afterwards_everything_is_kept(
    meeting: Meeting,
) -> None:
    users = [one["id"] for one in CROWD]
    async with _held(meeting.mull.stores.database):
        for number in range(ROUNDS):
            told = await asyncio.gather(*(meeting.answer(user, number) for user in users))
            assert set(told) == {NOT_KEPT}
    assert meeting.kept() == set()
    assert await meeting.press_again() == {KEPT}
    assert meeting.kept() == set(meeting.told)
