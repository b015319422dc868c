"""What is sent to the Web API in a way that cannot be meant: told in Slack's words, and nobody else is harmed."""

import json
from collections.abc import AsyncIterator
from typing import Any

import aiohttp
import pytest
from slack_sdk.web.async_client import AsyncWebClient

from bot.workspace.server import BODY_BYTES, Workspace
from tests.workspace.conftest import error_of

JSON = "application/json"
FORM = "application/x-www-form-urlencoded"


@pytest.fixture
async def http(workspace: Workspace) -> AsyncIterator[aiohttp.ClientSession]:
    headers = {"Authorization": f"Bearer {workspace.bot_token}"}
    async with aiohttp.ClientSession(workspace.api_url, headers=headers) as session:
        yield session


@pytest.mark.parametrize(
    ("kind", "body", "error"),
    [
        (JSON, b"{not", "invalid_json"),
        (JSON, b"\xff\xfe", "invalid_json"),
        (JSON, b"[1]", "json_not_object"),
        (JSON, b'{"channel": ' + b"[" * 50_000, "invalid_json"),
        (JSON, b'{"blocks": ' + b"[" * 500 + b"]" * 500 + b"}", "invalid_json"),
        (FORM, b"blocks=" + b"[" * 500 + b"]" * 500, "invalid_blocks_format"),
        (FORM, b"text=x&metadata=[[[", "invalid_metadata_format"),
        (FORM, b"text=x&blocks=7", "invalid_blocks_format"),
        ("application/xml", b"<a/>", "invalid_post_type"),
        ("multipart/form-data", b"no boundary", "invalid_form_data"),
    ],
)
async def test_what_cannot_be_read_is_told_and_harms_nobody(
    http: aiohttp.ClientSession, client: AsyncWebClient, kind: str, body: bytes, error: str
) -> None:
    async with http.post("chat.postMessage", data=body, headers={"Content-Type": kind}) as response:
        assert response.status == 200
        assert (await response.json())["error"] == error
    assert (await client.auth_test())["ok"]


async def test_a_body_that_is_too_large_is_refused(
    http: aiohttp.ClientSession, client: AsyncWebClient, workspace: Workspace
) -> None:
    async def endless() -> AsyncIterator[bytes]:
        for _ in range(BODY_BYTES // 65536 + 2):
            yield bytes(65536)

    async with http.post("chat.postMessage", data=endless(), headers={"Content-Type": JSON}) as response:
        assert response.status == 413
    assert (await client.auth_test())["ok"]


async def test_forms_say_flags_numbers_and_structures_as_text(http: aiohttp.ClientSession) -> None:
    metadata = json.dumps({"event_type": "sent", "event_payload": {"id": "1"}})
    form = {"channel": "U_ANN", "text": "x", "metadata": metadata, "unheard_of": "ignored"}
    async with http.post("chat.postMessage", data=form) as response:
        channel = (await response.json())["channel"]
    asked = {"channel": channel, "limit": "1", "include_all_metadata": "true"}
    async with http.post("conversations.history", data=asked) as response:
        (message,) = (await response.json())["messages"]
    assert message["metadata"]["event_type"] == "sent"


@pytest.mark.parametrize(
    ("method", "given", "error"),
    [
        ("conversations.list", {"limit": "many"}, "invalid_limit"),
        ("conversations.list", {"limit": -1}, "invalid_limit"),
        ("conversations.list", {"limit": 1001}, "invalid_limit"),
        ("conversations.list", {"cursor": "elsewhere"}, "invalid_cursor"),
        ("conversations.list", {"cursor": "next:-5"}, "invalid_cursor"),
        ("conversations.list", {"types": "public_channel,secret"}, "invalid_types"),
        ("users.list", {"cursor": "x"}, "invalid_cursor"),
        ("users.info", {}, "invalid_arguments"),
        ("users.info", {"user": "U_NOBODY"}, "user_not_found"),
        ("auth.teams.list", {"limit": "x"}, "invalid_limit"),
        ("chat.postMessage", {"text": "x"}, "channel_not_found"),
        ("chat.postMessage", {"channel": "C404", "text": "x"}, "channel_not_found"),
        (
            "chat.postMessage",
            {"channel": "U_ANN", "text": "x", "markdown_text": "y"},
            "markdown_text_conflict",
        ),
        ("conversations.info", {"channel": "C404"}, "channel_not_found"),
        ("reactions.add", {"name": "eyes"}, "no_item_specified"),
    ],
)
async def test_a_wrong_argument_has_the_methods_own_code(
    client: AsyncWebClient, method: str, given: dict[str, Any], error: str
) -> None:
    assert await error_of(client.api_call(method, params=given)) == error


async def test_history_refuses_moments_that_are_none(client: AsyncWebClient) -> None:
    channel = (await client.conversations_open(users="U_ANN"))["channel"]["id"]
    for name in ("oldest", "latest"):
        asked = {"channel": channel, name: "yesterday"}
        assert await error_of(client.api_call("conversations.history", params=asked)) == f"invalid_ts_{name}"
    assert await error_of(client.conversations_history(channel=channel, cursor="x")) == "invalid_cursor"
    replies = client.conversations_replies(channel=channel, ts="1.2")
    assert await error_of(replies) == "thread_not_found"
