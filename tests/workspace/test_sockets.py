"""Socket Mode: who gets what, what happens to what is not acknowledged, and how connections end."""

import asyncio
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import aiohttp
import pytest
from slack_bolt.async_app import AsyncApp
from slack_sdk.web.async_client import AsyncWebClient

from bot.workspace.events import RETRIES
from bot.workspace.server import Workspace
from bot.workspace.visitor import Person, Visitor

Serve = Callable[..., Any]
JsonObject = dict[str, Any]


async def connect(session: aiohttp.ClientSession, workspace: Workspace) -> aiohttp.ClientWebSocketResponse:
    """A bare connection, as any client would make it."""
    client = AsyncWebClient(token=workspace.app_token, base_url=workspace.api_url)
    opened = await client.apps_connections_open(app_token=workspace.app_token)
    return await session.ws_connect(opened["url"])


async def test_a_socket_says_hello_and_its_ticket_is_good_once(workspace: Workspace) -> None:
    client = AsyncWebClient(token=workspace.app_token, base_url=workspace.api_url)
    url = (await client.apps_connections_open(app_token=workspace.app_token))["url"]
    async with aiohttp.ClientSession() as session, session.ws_connect(url) as socket:
        hello = await socket.receive_json()
        assert (hello["type"], hello["num_connections"]) == ("hello", 1)
        with pytest.raises(aiohttp.WSServerHandshakeError):
            await session.ws_connect(url)


async def test_the_eleventh_socket_is_turned_away(workspace: Workspace) -> None:
    async with aiohttp.ClientSession() as session:
        opened = [await connect(session, workspace) for _ in range(11)]
        assert (await opened[10].receive_json())["reason"] == "too_many_websockets"
        assert (await opened[9].receive_json())["num_connections"] == 10


async def test_each_payload_goes_to_one_of_the_sockets(workspace: Workspace, ann: Person) -> None:
    async with aiohttp.ClientSession() as session:
        opened = [await connect(session, workspace) for _ in range(2)]
        for socket in opened:
            await socket.receive_json()
        await ann.say("one")
        await ann.say("two")
        texts = set()
        for socket in opened:
            envelope = await socket.receive_json()
            texts.add(envelope["payload"]["event"]["text"])
            # An acknowledgement may come over any of the sockets.
            await opened[0].send_json({"envelope_id": envelope["envelope_id"]})
        assert texts == {"one", "two"}


async def test_an_event_carries_what_slack_sends(workspace: Workspace, ann: Person) -> None:
    async with aiohttp.ClientSession() as session:
        socket = await connect(session, workspace)
        await socket.receive_json()
        ts = await ann.say("a < b & <!channel>")
        envelope = await socket.receive_json()
    assert (envelope["type"], envelope["retry_attempt"], envelope["accepts_response_payload"]) == (
        "events_api",
        0,
        False,
    )
    payload = envelope["payload"]
    assert (payload["type"], payload["authorizations"][0]["is_bot"]) == ("event_callback", True)
    event = payload["event"]
    assert (event["type"], event["channel_type"], event["user"], event["ts"]) == (
        "message",
        "im",
        "U_ANN",
        ts,
    )
    assert event["text"] == "a &lt; b &amp; &lt;!channel&gt;"
    assert event["blocks"][0]["elements"][0]["elements"] == [{"type": "text", "text": "a < b & <!channel>"}]


async def test_an_event_without_acknowledgement_comes_again_by_the_calendar(
    workspace: Workspace, ann: Person, visitor: Visitor
) -> None:
    workspace.sockets.ack_seconds = 0.05
    async with aiohttp.ClientSession() as session:
        socket = await connect(session, workspace)
        await socket.receive_json()
        await ann.say("hello")
        seen = [await socket.receive_json(), await socket.receive_json()]
        for seconds in (61, 240):
            await visitor.move_clock(seconds=seconds)
            seen.append(await socket.receive_json())
        assert [one["retry_attempt"] for one in seen] == [0, 1, 2, 3]
        assert seen[1]["retry_reason"] == "timeout"
        assert len({one["payload"]["event_id"] for one in seen}) == 1
        assert len({one["envelope_id"] for one in seen}) == 4


async def test_what_happened_just_before_a_connection_comes_at_once(
    workspace: Workspace, ann: Person, visitor: Visitor
) -> None:
    workspace.sockets.ack_seconds = 60.0
    await ann.say("is anyone there")
    assert await visitor.journal("message", kind="envelope", wait=5)
    async with aiohttp.ClientSession() as session:
        socket = await connect(session, workspace)
        await socket.receive_json()
        envelope = await socket.receive_json()
        assert (envelope["retry_attempt"], envelope["retry_reason"]) == (1, "connection_failed")
        await socket.send_json({"envelope_id": envelope["envelope_id"]})


async def test_what_happened_while_nobody_listened_comes_a_minute_later(
    workspace: Workspace, ann: Person, visitor: Visitor
) -> None:
    workspace.sockets.ack_seconds = 0.01
    await ann.say("is anyone there")

    async def given_up_twice() -> bool:
        return len(await visitor.journal("message", kind="envelope")) == 2

    await visitor.wait_for(given_up_twice)
    async with aiohttp.ClientSession() as session:
        socket = await connect(session, workspace)
        await socket.receive_json()
        await visitor.move_clock(seconds=61)
        envelope = await socket.receive_json()
        assert envelope["retry_attempt"] == 2
        assert envelope["payload"]["event"]["text"] == "is anyone there"
        await socket.send_json({"envelope_id": envelope["envelope_id"]})


async def test_an_interaction_is_delivered_once_only(
    workspace: Workspace, ann: Person, visitor: Visitor
) -> None:
    workspace.sockets.ack_seconds = 0.05
    async with aiohttp.ClientSession() as session:
        socket = await connect(session, workspace)
        await socket.receive_json()
        outcome = await ann.shortcut("note")
        assert not outcome.acknowledged
        await visitor.move_clock(seconds=600)
        await ann.say("after")
        kinds = [(await socket.receive_json())["type"] for _ in range(2)]
        assert kinds == ["interactive", "events_api"]


async def test_an_app_told_to_refresh_comes_back_and_misses_nothing(
    app: AsyncApp, serve: Serve, visitor: Visitor, ann: Person
) -> None:
    heard = asyncio.Event()

    @app.event("message")
    async def hear(event: JsonObject) -> None:
        heard.set()

    await serve(app)
    mark = await visitor.mark()
    await visitor.disconnect("refresh_requested")
    assert await visitor.journal("open", after=mark, kind="socket", wait=8)
    await ann.say("still there?")
    await asyncio.wait_for(heard.wait(), 8)


async def test_a_warned_socket_gets_no_more_while_there_is_another(
    workspace: Workspace, visitor: Visitor, ann: Person
) -> None:
    async with aiohttp.ClientSession() as session:
        old = await connect(session, workspace)
        await old.receive_json()
        await visitor.disconnect("warning")
        assert (await old.receive_json())["reason"] == "warning"
        new = await connect(session, workspace)
        await new.receive_json()
        for _ in range(3):
            await ann.say("x")
            envelope = await new.receive_json()
            assert envelope["retry_attempt"] == 0
            await new.send_json({"envelope_id": envelope["envelope_id"]})


async def test_a_connection_can_be_reset(workspace: Workspace, visitor: Visitor) -> None:
    async with aiohttp.ClientSession() as session:
        socket = await connect(session, workspace)
        await socket.receive_json()
        await visitor.abort_sockets()
        frame = await socket.receive()
        assert frame.type in (aiohttp.WSMsgType.CLOSED, aiohttp.WSMsgType.ERROR, aiohttp.WSMsgType.CLOSE)
        assert await visitor.journal("closed", kind="socket", wait=5)


@pytest.mark.parametrize("minutes", [1, 5])
def test_the_schedule_of_redelivery_is_slacks(minutes: int) -> None:
    assert timedelta(minutes=minutes) in RETRIES
