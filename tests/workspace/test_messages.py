"""Messages: what the app may change, threads, links, metadata, and blocks that are only to be checked."""

from collections.abc import AsyncIterator, Callable
from typing import Any

import pytest
from slack_bolt.async_app import AsyncApp
from slack_sdk.web.async_client import AsyncWebClient

from bot.workspace.server import Workspace
from bot.workspace.visitor import Person
from tests.workspace.builders import actions, button, modal, section
from tests.workspace.conftest import PEOPLE, error_of, hearing

Serve = Callable[..., Any]
JsonObject = dict[str, Any]


@pytest.fixture
async def workspace() -> AsyncIterator[Workspace]:
    local = Workspace(PEOPLE, metadata_subscriptions=["sent"])
    await local.start()
    yield local
    await local.stop()


def metadata(kind: str = "sent", **payload: str) -> JsonObject:
    return {"event_type": kind, "event_payload": payload}


async def test_markdown_is_posted_as_its_block(client: AsyncWebClient, ann: Person) -> None:
    await client.chat_postMessage(channel="U_ANN", markdown_text="**bold**")
    (message,) = await ann.messages()
    assert message.blocks[0]["type"] == "markdown"
    assert message.text == "**bold**"


async def test_a_reply_can_stand_in_the_conversation_too(client: AsyncWebClient) -> None:
    root = await client.chat_postMessage(channel="U_ANN", text="root")
    where = {"channel": root["channel"], "thread_ts": root["ts"]}
    await client.chat_postMessage(**where, text="only here")
    await client.chat_postMessage(**where, text="everywhere", reply_broadcast=True)
    history = (await client.conversations_history(channel=root["channel"]))["messages"]
    assert [(one["text"], one.get("subtype")) for one in history] == [
        ("everywhere", "thread_broadcast"),
        ("root", None),
    ]
    thread = await client.conversations_replies(channel=root["channel"], ts=root["ts"])
    assert [one["text"] for one in thread["messages"]] == ["root", "only here", "everywhere"]


async def test_the_link_to_a_reply_names_its_thread(client: AsyncWebClient) -> None:
    root = await client.chat_postMessage(channel="U_ANN", text="root")
    reply = await client.chat_postMessage(channel=root["channel"], text="reply", thread_ts=root["ts"])
    links = [
        (await client.chat_getPermalink(channel=root["channel"], message_ts=ts))["permalink"]
        for ts in (root["ts"], reply["ts"])
    ]
    assert links[0].endswith(f"/archives/{root['channel']}/p{root['ts'].replace('.', '')}")
    assert f"thread_ts={root['ts']}" in links[1]
    missing = client.chat_getPermalink(channel=root["channel"], message_ts="1.2")
    assert await error_of(missing) == "message_not_found"


async def test_a_message_that_is_gone_can_be_neither_changed_nor_deleted(client: AsyncWebClient) -> None:
    sent = await client.chat_postMessage(channel="U_ANN", text="x")
    item = {"channel": sent["channel"], "ts": sent["ts"]}
    await client.chat_delete(**item)
    assert await error_of(client.chat_delete(**item)) == "message_not_found"
    assert await error_of(client.chat_update(**item, text="y")) == "message_not_found"
    assert (await client.conversations_history(channel=sent["channel"]))["messages"] == []


async def test_the_app_hears_of_metadata_it_asked_for(
    open_eared: AsyncApp, serve: Serve, client: AsyncWebClient
) -> None:
    heard = hearing(
        open_eared, "message_metadata_posted", "message_metadata_updated", "message_metadata_deleted"
    )
    await serve(open_eared)
    await client.chat_postMessage(channel="U_ANN", text="x", metadata=metadata("other", id="0"))
    sent = await client.chat_postMessage(channel="U_ANN", text="x", metadata=metadata(id="1"))
    posted = await heard.get()
    assert (posted["message_ts"], posted["metadata"]["event_payload"]) == (sent["ts"], {"id": "1"})
    item = {"channel": sent["channel"], "ts": sent["ts"]}
    await client.chat_update(**item, text="no new metadata")
    await client.chat_update(**item, text="y", metadata=metadata(id="2"))
    updated = await heard.get()
    assert updated["type"] == "message_metadata_updated"
    assert updated["previous_metadata"]["event_payload"] == {"id": "1"}
    await client.chat_delete(**item)
    deleted = await heard.get()
    assert (deleted["type"], deleted["deleted_ts"]) == ("message_metadata_deleted", sent["ts"])
    assert deleted["previous_metadata"]["event_payload"] == {"id": "2"}


async def test_of_metadata_where_it_no_longer_is_the_app_hears_nothing(
    open_eared: AsyncApp, serve: Serve, client: AsyncWebClient
) -> None:
    heard = hearing(open_eared, "message_metadata_posted", "message_metadata_deleted")
    await serve(open_eared)
    channel = (await client.conversations_create(name="staff"))["channel"]["id"]
    sent = await client.chat_postMessage(channel=channel, text="x", metadata=metadata(id="1"))
    await heard.get()
    await client.conversations_leave(channel=channel)
    await client.chat_delete(channel=channel, ts=sent["ts"])
    await client.chat_postMessage(channel="U_ANN", text="x", metadata=metadata(id="2"))
    assert (await heard.get())["metadata"]["event_payload"] == {"id": "2"}


async def test_history_is_bounded_and_inclusive_as_asked(client: AsyncWebClient) -> None:
    sent = [await client.chat_postMessage(channel="U_ANN", text=f"m{n}") for n in range(4)]
    channel, stamps = sent[0]["channel"], [one["ts"] for one in sent]
    asked = await client.conversations_history(
        channel=channel, oldest=stamps[0], latest=stamps[3], inclusive=True, limit=3
    )
    assert [one["ts"] for one in asked["messages"]] == stamps[:0:-1]
    assert asked["has_more"]
    rest = await client.conversations_history(
        channel=channel,
        oldest=stamps[0],
        latest=stamps[3],
        inclusive=True,
        limit=3,
        cursor=asked["response_metadata"]["next_cursor"],
    )
    assert [one["ts"] for one in rest["messages"]] == stamps[:1]
    assert not rest["has_more"]


async def test_replies_come_page_by_page(client: AsyncWebClient) -> None:
    root = await client.chat_postMessage(channel="U_ANN", text="root")
    for number in range(3):
        await client.chat_postMessage(channel=root["channel"], thread_ts=root["ts"], text=f"r{number}")
    thread = await client.conversations_replies(channel=root["channel"], ts=root["ts"], limit=2)
    assert [[one["text"] for one in page["messages"]] async for page in thread] == [
        ["root", "r0"],
        ["r1", "r2"],
    ]


@pytest.mark.parametrize(
    ("given", "error"),
    [
        ({"blocks": [section("x")]}, None),
        ({"message": {"blocks": [section("x")]}}, None),
        ({"view": modal(section("x"))}, None),
        ({"blocks": [actions(button("x" * 76, "a"))]}, "invalid_blocks"),
        ({"message": {"text": ""}}, "no_text"),
        ({"view": modal(title="x" * 25)}, "invalid_arguments"),
        ({"blocks": [section("x")], "view": modal(section("x"))}, "invalid_arguments"),
        ({"message": "7"}, "invalid_arguments"),
        ({}, "invalid_arguments"),
    ],
)
async def test_blocks_are_checked_without_a_token(
    workspace: Workspace, given: JsonObject, error: str | None
) -> None:
    nobody = AsyncWebClient(base_url=workspace.api_url)
    call = nobody.blocks_validate(**given)
    if error:
        assert await error_of(call) == error
    else:
        assert (await call)["ok"]
