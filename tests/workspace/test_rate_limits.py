"""Slack's rate limits: counted purely, and answered with 429 where they are switched on."""

import asyncio
from collections.abc import AsyncIterator

import pytest
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.workspace.limits import BURST, MESSAGES_A_MINUTE, PER_MINUTE, Limits
from bot.workspace.server import Workspace
from bot.workspace.visitor import Visitor
from bot.workspace.wire.api import METHODS
from tests.workspace.conftest import PEOPLE


@pytest.fixture
async def workspace() -> AsyncIterator[Workspace]:
    local = Workspace(PEOPLE, rate_limits=True)
    await local.start()
    yield local
    await local.stop()


def taken(limits: Limits, method: str, times: int, now: float, room: str = "C1") -> int:
    """How many of so many calls at one moment are allowed."""
    return sum(limits.take(method, room, now) == 0 for _ in range(times))


def test_every_method_has_a_limit() -> None:
    assert set(METHODS) <= set(PER_MINUTE)


@pytest.mark.parametrize(
    ("method", "allowed"),
    [("users.list", 20), ("conversations.history", 50), ("views.publish", 100), ("coffee.brew", 50)],
)
def test_a_method_is_allowed_so_often_in_any_minute(method: str, allowed: int) -> None:
    limits = Limits(on=True)
    assert taken(limits, method, allowed + 10, now=0.0) == allowed
    assert limits.take(method, "", 45.0) == 15.0
    assert taken(limits, method, allowed + 10, now=60.0) == allowed


def test_methods_are_counted_apart() -> None:
    limits = Limits(on=True)
    taken(limits, "users.list", 30, now=0.0)
    assert limits.take("users.info", "", 0.0) == 0


def test_what_was_refused_is_not_counted() -> None:
    limits = Limits(on=True)
    taken(limits, "users.list", 20, now=0.0)
    taken(limits, "users.list", 500, now=59.0)
    assert taken(limits, "users.list", 20, now=60.0) == 20


def test_a_conversation_takes_a_short_burst_and_then_a_message_a_second() -> None:
    limits = Limits(on=True)
    assert taken(limits, "chat.postMessage", 50, now=0.0) == BURST
    assert limits.take("chat.postMessage", "C1", 1.0) == BURST - 1.0
    assert limits.take("chat.postMessage", "C2", 1.0) == 0
    in_a_minute = sum(taken(limits, "chat.postMessage", 3, now=float(second)) for second in range(5, 65))
    assert in_a_minute == 60


def test_a_workspace_takes_three_hundred_messages_a_minute() -> None:
    limits = Limits(on=True)
    sent = sum(taken(limits, "chat.postMessage", 1, now=0.0, room=f"D{n}") for n in range(400))
    assert sent == MESSAGES_A_MINUTE == 300
    assert limits.take("chat.postMessage", "D999", 20.0) == 40.0


def test_a_conversation_that_is_quiet_again_is_forgotten() -> None:
    limits = Limits(on=True)
    for second in range(1000):
        limits.take("chat.postMessage", f"D{second}", float(second))
    assert limits.conversations <= BURST + 1


def test_switched_off_nothing_is_limited() -> None:
    assert taken(Limits(), "users.list", 1000, now=0.0) == 1000


async def test_beyond_the_limit_a_call_is_told_how_long_to_wait(client: AsyncWebClient) -> None:
    for _ in range(20):
        await client.users_list()
    with pytest.raises(SlackApiError) as raised:
        await client.users_list()
    assert raised.value.response.status_code == 429
    assert raised.value.response["error"] == "ratelimited"
    assert 1 <= int(raised.value.response.headers["Retry-After"]) <= 60
    assert (await client.auth_test())["ok"]


async def test_a_person_and_their_direct_messages_are_one_conversation(client: AsyncWebClient) -> None:
    channel = (await client.conversations_open(users="U_ANN"))["channel"]["id"]
    posts = [client.chat_postMessage(channel=to, text="x") for to in (channel, "U_ANN") * (BURST // 2 + 1)]
    answers = await asyncio.gather(*posts, return_exceptions=True)
    assert sum(isinstance(one, SlackApiError) for one in answers) == 1


async def test_a_wrong_token_uses_up_nobodys_calls(client: AsyncWebClient, workspace: Workspace) -> None:
    stranger = AsyncWebClient(token="xoxb-wrong", base_url=workspace.api_url)
    for _ in range(25):
        with pytest.raises(SlackApiError, match="invalid_auth"):
            await stranger.users_list()
    assert (await client.users_list())["ok"]


async def test_limits_are_switched_while_it_runs(client: AsyncWebClient, visitor: Visitor) -> None:
    await visitor.limit_rates(False)
    for _ in range(25):
        await client.users_list()
    assert (await visitor.get("limits")) == {"on": False}
    await visitor.limit_rates()
    for _ in range(20):
        await client.users_list()
    with pytest.raises(SlackApiError, match="ratelimited"):
        await client.users_list()
