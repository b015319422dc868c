"""Real processes of `mull run`: killed midway, two at once, away for a while. Each thing leaves once."""

import asyncio
from collections.abc import AsyncIterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import select, update

from bot import clock
from bot.models import Letter, LetterKind, LetterState, Schedule, School
from bot.services.desk import Desk, Desks
from bot.workspace.server import Workspace
from bot.workspace.state import TEAM_ID
from bot.workspace.visitor import Visitor
from tests import cast
from tests.cast import AMIRA, JO
from tests.conftest import StoreUrls
from tests.conversations.processes import running

QUESTION = "How full is the tank today?"
LINE = "If there is a line to add"


@pytest.fixture
async def workspace() -> AsyncIterator[Workspace]:
    local = Workspace(cast.PEOPLE)
    await local.start()
    yield local
    await local.stop()


@pytest.fixture
async def visitor(workspace: Workspace) -> AsyncIterator[Visitor]:
    async with Visitor(workspace.address) as one:
        yield one


@pytest.fixture
def due(desks: Desks) -> Desks:
    """The cast, with a check-in that fell due five minutes ago, at whatever hour and on whatever day it is."""
    made_due(desks, cast.settle_in(desks, team=TEAM_ID))
    return desks


def made_due(desks: Desks, settled: cast.Cast) -> None:
    """Everybody's check-in fell due five minutes ago, and is in the outbox."""
    a_while_ago = clock.now() - timedelta(minutes=10)
    local = (clock.now() - timedelta(minutes=5)).astimezone(cast.ZONE)
    desks.do(_at_any_hour, settled, local)
    earlier = Desks(desks.database, desks.vault, desks.prompts, lambda: a_while_ago, clock.wall)
    cast.replan(earlier)
    earlier.close()


async def test_killed_midway_it_goes_on_and_nobody_is_asked_twice(
    workspace: Workspace, visitor: Visitor, store_urls: StoreUrls, due: Desks, tmp_path: Path
) -> None:
    amira = visitor.person(AMIRA)
    async with running(workspace, store_urls, tmp_path) as mull:
        await amira.wait_for_message(QUESTION, seconds=30)
        await visitor.wait_for(lambda: _all_settled(due), seconds=30)
        mull.kill()
    await visitor.wait_for(lambda: _quiet(workspace), seconds=30)
    async with running(workspace, store_urls, tmp_path):
        await visitor.wait_for(lambda: _connected(workspace), seconds=30)
        assert (await amira.click("Low")).acknowledged
        await amira.wait_for("Done for this week.")
        await amira.click(LINE)
        await amira.wait_for_modal("What took the most out of you?")
        await amira.type("What took the most out of you?", "Half a thought")
    await visitor.wait_for(lambda: _quiet(workspace), seconds=30)
    await amira.close()
    async with running(workspace, store_urls, tmp_path):
        await visitor.wait_for(lambda: _connected(workspace), seconds=30)
        await amira.click(LINE)
        modal = await amira.wait_for_modal("What took the most out of you?")
        assert "Half a thought" in str(modal.values)
    assert await _posts(visitor) == {AMIRA: 1, JO: 1}


async def test_two_processes_on_one_database_send_each_thing_once(
    workspace: Workspace, visitor: Visitor, store_urls: StoreUrls, due: Desks, tmp_path: Path
) -> None:
    async with running(workspace, store_urls, tmp_path), running(workspace, store_urls, tmp_path):
        await visitor.person(AMIRA).wait_for_message(QUESTION, seconds=30)
        await visitor.person(JO).wait_for_message(QUESTION, seconds=30)
        await visitor.wait_for(lambda: _all_settled(due), seconds=30)
    assert await _posts(visitor) == {AMIRA: 1, JO: 1}


async def test_asked_to_stop_while_slack_hangs_it_is_gone_in_time_and_holds_nothing(
    workspace: Workspace, visitor: Visitor, store_urls: StoreUrls, due: Desks, tmp_path: Path
) -> None:
    await visitor.arrange("chat.postMessage", "slow", times=9, seconds=25)
    async with running(workspace, store_urls, tmp_path) as mull:
        await visitor.wait_for(lambda: _some(due, LetterState.SENDING), seconds=30)
        mull.terminate()
        async with asyncio.timeout(20):
            assert await mull.wait() == 0
    assert not await _some(due, LetterState.SENDING)
    assert await _some(due, LetterState.UNKNOWN)


async def _some(desks: Desks, state: LetterState) -> bool:
    return bool(await asyncio.to_thread(desks.look, _check_ins, state))


def _check_ins(desk: Desk, state: LetterState) -> list[Letter]:
    which = select(Letter).where(Letter.kind == LetterKind.CHECK_IN, Letter.state == state)
    return list(desk.session.scalars(which))


async def _connected(workspace: Workspace) -> bool:
    return len(workspace.sockets.numbers) == 2


async def _quiet(workspace: Workspace) -> bool:
    return not workspace.sockets.numbers


async def _posts(visitor: Visitor) -> dict[str, int]:
    """How many questions each person was asked."""
    counts = {}
    for user in (AMIRA, JO):
        shown = [one.shown for one in await visitor.person(user).messages() if one.from_bot]
        counts[user] = len(shown)
    return counts


async def _all_settled(desks: Desks) -> bool:
    return await asyncio.to_thread(desks.look, nothing_open)


def nothing_open(desk: Desk) -> bool:
    open_states = (LetterState.PENDING, LetterState.SENDING, LetterState.UNKNOWN)
    waiting = select(Letter.id).where(
        Letter.kind == LetterKind.CHECK_IN, Letter.due_at <= desk.now, Letter.state.in_(open_states)
    )
    return desk.session.scalars(waiting).first() is None


def _at_any_hour(desk: Desk, settled: cast.Cast, local: datetime) -> None:
    never = {"quiet_from": local.time(), "quiet_until": local.time(), "quiet_days": []}
    desk.session.execute(update(School).values(never))
    at = {"weekday": local.weekday(), "at": local.time().replace(second=0, microsecond=0)}
    desk.session.execute(update(Schedule).where(Schedule.id == settled.check_in_id).values(at))
