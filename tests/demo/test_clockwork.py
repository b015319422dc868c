"""A jump is not time passing: whatever falls due on the way happens at its own moment, in order."""

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta

import pytest

from bot import clock
from bot.demo.cast import AMIRA, CAST, HELEN, JO, TOM
from bot.demo.stage import Stage, open_stage
from bot.services import joining, people
from bot.services.desk import Desk
from bot.workspace.state import TEAM_ID

MONDAY = datetime(2026, 9, 14, 6, 45, tzinfo=UTC)  # 7:45 in London, in summer time
TEACHERS = datetime(2026, 9, 15, 7, 10, tzinfo=UTC)
LEADERS = datetime(2026, 9, 16, 6, 50, tzinfo=UTC)
A_WEEK = timedelta(days=7)


@pytest.fixture
async def stage() -> AsyncIterator[Stage]:
    async with open_stage(MONDAY) as opened:
        yield opened


async def _everyone_joins(stage: Stage) -> None:
    for one in CAST:
        await stage.mull.desks.ensure_key(stage.people.ids[one.id])
        await stage.mull.desks.write(_join, one.id)


def _join(desk: Desk, account: str) -> None:
    joining.join(desk, people.speaking(desk, TEAM_ID, account))


def _invite(desk: Desk, account: str) -> None:
    joining.invite(desk, people.speaking(desk, TEAM_ID, account))


async def _pass(stage: Stage, until: datetime) -> list[datetime]:
    return [moment async for moment in stage.clockwork.pass_until(until)]


async def test_one_jump_over_two_weeks_plays_through_every_due_moment_in_order(stage: Stage) -> None:
    await _everyone_joins(stage)
    moments = await _pass(stage, MONDAY + 2 * A_WEEK)
    due = [TEACHERS, LEADERS, TEACHERS + A_WEEK, LEADERS + A_WEEK]
    assert [moment for moment in moments if moment in due] == due
    assert moments == sorted(moments)
    assert moments[-1] == MONDAY + 2 * A_WEEK


async def test_what_fell_due_during_a_jump_was_written_at_its_own_moment(stage: Stage) -> None:
    await _everyone_joins(stage)
    await _pass(stage, MONDAY + 2 * A_WEEK)
    for who, first in ((AMIRA, TEACHERS), (JO, TEACHERS), (HELEN, LEADERS)):
        messages = await stage.visitor.person(who).messages()
        sent = [datetime.fromtimestamp(int(float(one.ts)), UTC) for one in messages]
        assert [moment.replace(second=0) for moment in sent] == [first, first + A_WEEK]
    # He is away in the second week, and on the morning after it there is one message about all of it.
    tom = await stage.visitor.person(TOM).messages()
    assert [one.text for one in tom] == ["Done for this week.", "Good to have you back."]


async def test_a_check_in_that_nobody_answers_is_past_once_its_week_is_over(stage: Stage) -> None:
    await _everyone_joins(stage)
    until = LEADERS + A_WEEK
    await _pass(stage, until - timedelta(minutes=1))
    assert "Done for this week." not in [one.text for one in await stage.visitor.person(HELEN).messages()]
    await _pass(stage, until)
    await stage.calm()
    assert "Done for this week." in [one.text for one in await stage.visitor.person(HELEN).messages()]


async def test_time_never_goes_back(stage: Stage) -> None:
    assert await _pass(stage, MONDAY - timedelta(hours=1)) == []
    assert clock.now() >= MONDAY


async def test_settled_waits_for_a_letter_that_somebody_else_has_on_its_way(stage: Stage) -> None:
    await stage.visitor.arrange("chat.postMessage", "slow", seconds=0.5)
    await stage.mull.desks.write(_invite, AMIRA)
    elsewhere = asyncio.create_task(stage.mull.postman.turn())
    await asyncio.sleep(0)  # it has begun
    await stage.mull.postman.settled()
    assert await stage.visitor.person(AMIRA).sees("An invitation. No reply needed.")
    await elsewhere


async def test_settled_leaves_nothing_that_was_due(stage: Stage) -> None:
    await stage.invite()
    await stage.mull.postman.settled()
    assert all([await stage.visitor.person(one.id).sees("An invitation.") for one in CAST])
