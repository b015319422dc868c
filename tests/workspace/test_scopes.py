"""Scopes: a method that was not granted says which it needs and what there is."""

from collections.abc import AsyncIterator
from typing import Any

import pytest
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.workspace.server import Workspace
from bot.workspace.state import BOT_USER_ID
from bot.workspace.wire.api import METHODS
from tests.workspace.conftest import PEOPLE

PUBLIC, PRIVATE, DIRECT, GROUP = "{public}", "{private}", "{direct}", "{group}"
FIXED = [(name, method.scope.partition("|")[0]) for name, method in METHODS.items() if method.scope]
BY_KIND = [
    ("conversations.close", {"channel": DIRECT}, "im:write"),
    ("conversations.close", {"channel": GROUP}, "mpim:write"),
    ("conversations.info", {"channel": PUBLIC}, "channels:read"),
    ("conversations.info", {"channel": PRIVATE}, "groups:read"),
    ("conversations.members", {"channel": DIRECT}, "im:read"),
    ("conversations.members", {"channel": GROUP}, "mpim:read"),
    ("conversations.list", {}, "channels:read"),
    ("conversations.list", {"types": "mpim"}, "mpim:read"),
    ("users.conversations", {"types": "private_channel"}, "groups:read"),
    ("conversations.history", {"channel": PUBLIC}, "channels:history"),
    ("conversations.history", {"channel": GROUP}, "mpim:history"),
    ("conversations.replies", {"channel": PRIVATE, "ts": "1.2"}, "groups:history"),
    ("conversations.replies", {"channel": DIRECT, "ts": "1.2"}, "im:history"),
    ("conversations.create", {"name": "new"}, "channels:manage"),
    ("conversations.create", {"name": "new", "is_private": "true"}, "groups:write"),
    ("conversations.mark", {"channel": PUBLIC, "ts": "1.2"}, "channels:manage"),
    ("conversations.setTopic", {"channel": GROUP, "topic": "x"}, "mpim:write"),
    *(
        (f"conversations.{act}", {"channel": channel}, scope)
        for act in ("invite", "leave", "kick", "archive", "unarchive", "rename", "setTopic", "setPurpose")
        for channel, scope in ((PUBLIC, "channels:manage"), (PRIVATE, "groups:write"))
    ),
]
# The app's own account, its views, and what only tells it of its own messages: any token will do.
WITHOUT = (
    "api.",
    "apps.",
    "auth.",
    "oauth.",
    "views.",
    "blocks.",
    "chat.getPermalink",
    "chat.scheduledMessages.",
)


@pytest.fixture
async def bare() -> AsyncIterator[tuple[AsyncWebClient, dict[str, str]]]:
    """A client that was granted nothing, and the app's conversations of each kind."""
    local = Workspace(PEOPLE, scopes=["commands"])
    await local.start()
    world = local.world
    rooms = {
        PUBLIC: world.add_channel("public", "staff", [BOT_USER_ID], BOT_USER_ID).id,
        PRIVATE: world.add_channel("private", "quiet", [BOT_USER_ID], BOT_USER_ID).id,
        DIRECT: world.direct("U_ANN", BOT_USER_ID).id,
        GROUP: world.group(["U_ANN", "U_BEN"], BOT_USER_ID).id,
    }
    yield AsyncWebClient(token=local.bot_token, base_url=local.api_url), rooms
    await local.stop()


async def missing(client: AsyncWebClient, method: str, given: dict[str, Any]) -> str:
    """The scope that a call is refused for."""
    with pytest.raises(SlackApiError) as raised:
        await client.api_call(method, params=given)
    answer = raised.value.response
    assert (answer["error"], answer["provided"]) == ("missing_scope", "commands")
    return str(answer["needed"])


@pytest.mark.parametrize(("method", "scope"), FIXED)
async def test_a_method_says_which_scope_it_needs(
    bare: tuple[AsyncWebClient, dict[str, str]], method: str, scope: str
) -> None:
    assert await missing(bare[0], method, {}) == scope


@pytest.mark.parametrize(("method", "given", "scope"), BY_KIND)
async def test_a_conversations_kind_decides_which_scope_is_needed(
    bare: tuple[AsyncWebClient, dict[str, str]], method: str, given: dict[str, str], scope: str
) -> None:
    client, rooms = bare
    asked = {name: rooms.get(value, value) for name, value in given.items()}
    assert await missing(client, method, asked) == scope


@pytest.mark.parametrize(
    ("granted", "users", "needed"),
    [("mpim:write", "U_ANN", "im:write"), ("im:write", "U_ANN,U_BEN", "mpim:write")],
)
async def test_how_many_people_decide_which_scope_opens_a_conversation(
    workspace: Workspace, client: AsyncWebClient, granted: str, users: str, needed: str
) -> None:
    workspace.scopes = frozenset([granted])
    with pytest.raises(SlackApiError) as raised:
        await client.conversations_open(users=users)
    assert raised.value.response["needed"] == needed


def test_no_method_is_without_a_test_of_its_scope() -> None:
    tested = {name for name, _ in FIXED} | {name for name, *_ in BY_KIND}
    assert [name for name in METHODS if name not in tested and not name.startswith(WITHOUT)] == []
