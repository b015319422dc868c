"""Two sockets: while one is deaf, cut, refreshed or not wanted, the other hears, and nothing is lost or doubled."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import aiohttp
import pytest
from sqlalchemy import func, select

from bot.models import Letter, LetterKind
from bot.services.desk import Desk
from bot.slack.socket import Sockets
from bot.workspace.server import Workspace
from bot.workspace.sockets import MOST_SOCKETS
from bot.workspace.state import TEAM_ID
from bot.workspace.visitor import Visitor
from tests import cast
from tests.cast import AMIRA
from tests.conftest import StoreUrls
from tests.conversations.conftest import Stage, running_mull

SHORT_PAUSE_SECONDS = 0.4
SAYINGS = 4
SOON_SECONDS = 80


@pytest.fixture
async def stage(workspace: Workspace, sqlite_urls: StoreUrls) -> AsyncIterator[Stage]:
    """What becomes of sockets is the same on every database."""
    async with running_mull(workspace, sqlite_urls) as mull, Visitor(workspace.address) as visitor:
        yield Stage(mull, workspace, visitor, cast.settle_in(mull.desks, team=TEAM_ID))


def sockets(stage: Stage) -> Sockets:
    assert stage.mull._sockets is not None
    return stage.mull._sockets


async def say_something(stage: Stage) -> None:
    """Twice as many things as there are sockets, so that each of them has its turn."""
    for number in range(SAYINGS):
        await stage.person(AMIRA).say(f"Hello, {number}.")


async def everything_said_is_answered_once(stage: Stage) -> None:
    """What was not acknowledged comes again at once, and then a minute later on the calendar."""
    await stage.visitor.move_clock(seconds=61)
    await stage.visitor.wait_for(lambda: _heard(stage), seconds=SOON_SECONDS, what="an answer to each")
    assert stage.mull.desks.look(_replies) == SAYINGS


async def both_listen_again(stage: Stage, newest: int) -> None:
    """One that is newer than this has been opened, and both of ours are."""

    async def there() -> bool:
        return max(stage.workspace.sockets.numbers, default=0) > newest and await _all_ours(stage)

    await stage.visitor.wait_for(there, seconds=SOON_SECONDS, what="both sockets")


async def _heard(stage: Stage) -> bool:
    return await asyncio.to_thread(stage.mull.desks.look, _replies) >= SAYINGS


def _replies(desk: Desk) -> int:
    return desk.session.scalar(select(func.count()).where(Letter.kind == LetterKind.REPLY)) or 0


async def test_a_deaf_socket_is_replaced_and_what_it_swallowed_comes_through_the_other(stage: Stage) -> None:
    deaf, hearing = stage.workspace.sockets.numbers
    await stage.visitor.half_open(deaf)
    await say_something(stage)
    await both_listen_again(stage, newest=hearing)
    await stage.visitor.abort_sockets(deaf)  # Slack notices, too
    await everything_said_is_answered_once(stage)
    assert hearing in stage.workspace.sockets.numbers


async def test_sockets_that_are_cut_come_back_and_what_came_meanwhile_is_heard(stage: Stage) -> None:
    cut = stage.workspace.sockets.numbers
    await stage.visitor.abort_sockets()
    await say_something(stage)
    await both_listen_again(stage, newest=max(cut))
    await everything_said_is_answered_once(stage)
    assert not set(cut) & set(stage.workspace.sockets.numbers)


@pytest.mark.parametrize("reason", ["warning", "refresh_requested"])
async def test_a_socket_told_to_make_place_does_so_at_once(stage: Stage, reason: str) -> None:
    leaving, newest = stage.workspace.sockets.numbers
    await stage.visitor.disconnect(reason, leaving)
    await say_something(stage)
    await both_listen_again(stage, newest)
    await everything_said_is_answered_once(stage)


@pytest.mark.parametrize("reason", ["too_many_websockets", "link_disabled"])
async def test_a_socket_that_is_not_wanted_waits_before_it_asks_again(stage: Stage, reason: str) -> None:
    unwanted, newest = stage.workspace.sockets.numbers
    mark = await stage.visitor.mark()
    await stage.visitor.disconnect(reason, unwanted)
    await stage.visitor.wait_for(lambda: _waits(stage), what="patience")
    await sockets(stage).watch()  # the watchdog leaves it alone, too
    await say_something(stage)
    await both_listen_again(stage, newest)
    await everything_said_is_answered_once(stage)
    assert len(await stage.visitor.calls("apps.connections.open", after=mark)) == 1


async def _waits(stage: Stage) -> bool:
    return any(handler.client.waits for handler in sockets(stage).handlers)


async def test_refused_again_and_again_it_waits_longer_each_time(stage: Stage) -> None:
    for handler in sockets(stage).handlers:
        handler.client.pause_seconds = SHORT_PAUSE_SECONDS
    async with aiohttp.ClientSession() as http:
        strangers = [await _stranger(stage, http) for _ in range(MOST_SOCKETS - Sockets.COUNT)]
        mark = await stage.visitor.mark()
        await stage.visitor.disconnect("too_many_websockets", stage.workspace.sockets.numbers[0])
        strangers.append(await _stranger(stage, http))
        await stage.visitor.wait_for(
            lambda: _refused(stage, mark, times=3), seconds=SOON_SECONDS, what="refusals"
        )
        asked = await stage.visitor.calls("apps.connections.open", after=mark)
        refused = await stage.visitor.journal("refused", mark, kind="socket")
        assert len(asked) <= 1 + len(refused) + 1  # the stranger's own, and one that is under way
        for stranger in strangers:
            await stranger.close()
    await stage.visitor.wait_for(lambda: _all_ours(stage), seconds=SOON_SECONDS, what="both sockets")


async def _stranger(stage: Stage, http: aiohttp.ClientSession) -> aiohttp.ClientWebSocketResponse:
    """Somebody else's process with the same token."""
    headers = {"Authorization": f"Bearer {stage.workspace.app_token}"}
    async with http.post(f"{stage.workspace.api_url}apps.connections.open", headers=headers) as answer:
        url: str = (await answer.json())["url"]
    return await http.ws_connect(url)


async def _refused(stage: Stage, mark: int, times: int) -> bool:
    return len(await stage.visitor.journal("refused", mark, kind="socket")) >= times


async def _all_ours(stage: Stage) -> bool:
    return all(age is not None for age in sockets(stage).pong_ages()) and all(
        [await handler.hears() for handler in sockets(stage).handlers]
    )


async def test_how_well_it_hears_can_be_asked(stage: Stage) -> None:
    assert None not in sockets(stage).pong_ages()
    await stage.visitor.disconnect("link_disabled")
    await stage.visitor.wait_for(lambda: _none_connected(stage), what="no socket")


async def _none_connected(stage: Stage) -> bool:
    return sockets(stage).pong_ages() == [None] * Sockets.COUNT


async def test_a_clock_that_jumps_by_hours_costs_no_event(stage: Stage) -> None:
    for hours in (5, -5):
        _set_library_clocks(stage, hours * 3600)
        await sockets(stage).watch()
        await stage.visitor.wait_for(lambda: _all_ours(stage), seconds=SOON_SECONDS, what="both sockets")
    await say_something(stage)
    await everything_said_is_answered_once(stage)


def _set_library_clocks(stage: Stage, seconds: float) -> None:
    """The machine's clock has jumped on: every pong looks so much older (or yet to come)."""
    for handler in sockets(stage).handlers:
        pong: Any = handler.client.last_ping_pong_time
        handler.client.last_ping_pong_time = (pong or 0.0) - seconds
