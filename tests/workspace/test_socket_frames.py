"""What an app may do to a socket: broken, huge, late and doubled frames, or nothing at all. It harms nobody else."""

import asyncio
import base64
import json
import socket as sockets
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

import aiohttp
import pytest
from slack_sdk.web.async_client import AsyncWebClient

from bot.workspace.server import Workspace
from bot.workspace.sockets import FRAME_BYTES, MOST_SOCKETS
from bot.workspace.visitor import Person, Visitor

JsonObject = dict[str, Any]
Frames = aiohttp.ClientWebSocketResponse
PATIENCE_SECONDS = 20


@dataclass
class Plug:
    """Opens bare connections, as any client would."""

    workspace: Workspace
    session: aiohttp.ClientSession

    async def url(self) -> str:
        client = AsyncWebClient(base_url=self.workspace.api_url)
        return str((await client.apps_connections_open(app_token=self.workspace.app_token))["url"])

    async def bare(self, more: str = "") -> Frames:
        return await self.session.ws_connect(await self.url() + more, autoping=False)

    async def greeted(self) -> Frames:
        """A connection that has had its hello."""
        opened = await self.bare()
        assert (await received(opened))["type"] == "hello"
        return opened

    async def raw(self, receive_bytes: int = 0) -> sockets.socket:
        """A connection of bytes, after the handshake; with a small buffer where few are to be received."""
        address = urlsplit(await self.url())
        raw = sockets.socket()
        if receive_bytes:
            raw.setsockopt(sockets.SOL_SOCKET, sockets.SO_RCVBUF, receive_bytes)
        raw.setblocking(False)
        loop = asyncio.get_running_loop()
        await loop.sock_connect(raw, (address.hostname, address.port))
        key = base64.b64encode(b"0123456789abcdef").decode()
        request = [f"GET {address.path}?{address.query} HTTP/1.1", f"Host: {address.netloc}"]
        request += ["Connection: Upgrade", "Upgrade: websocket", "Sec-WebSocket-Version: 13"]
        await loop.sock_sendall(raw, "\r\n".join([*request, f"Sec-WebSocket-Key: {key}", "", ""]).encode())
        answer = b""
        while b"hello" not in answer:
            answer += await asyncio.wait_for(loop.sock_recv(raw, 512), PATIENCE_SECONDS)
        return raw


async def received(frames: Frames) -> JsonObject:
    return dict(await frames.receive_json(timeout=PATIENCE_SECONDS))


async def acknowledge(frames: Frames, envelope: JsonObject, **more: Any) -> None:
    await frames.send_json({"envelope_id": envelope["envelope_id"]} | more)


async def works(person: Person, *open_frames: Frames) -> None:
    """Each of the connections is sent an event, and can acknowledge it."""
    for number in range(len(open_frames)):
        await person.say(f"message {number}")
    envelopes = [await received(one) for one in open_frames]
    assert sorted(one["payload"]["event"]["text"] for one in envelopes) == [
        f"message {number}" for number in range(len(open_frames))
    ]
    for one, envelope in zip(open_frames, envelopes, strict=True):
        await acknowledge(one, envelope)


@pytest.fixture
async def plug(workspace: Workspace) -> AsyncIterator[Plug]:
    async with aiohttp.ClientSession() as session:
        yield Plug(workspace, session)


UNREADABLE = [
    "",
    "{broken",
    "null",
    "1",
    "[]",
    '"envelope_id"',
    "{}",
    '{"payload": {}}',
    '{"envelope_id": 5}',
    '{"envelope_id": ["x"]}',
    '{"envelope_id": "x", "payload": [1]}',
    "[" * 200_000,
    "1" * 10_000,
    b'{"envelope_id": "x"}',
    b"\xff\x00",
]


@pytest.mark.parametrize("frame", UNREADABLE, ids=range(len(UNREADABLE)))
async def test_an_unreadable_frame_harms_nobody_not_even_its_sender(
    plug: Plug, visitor: Visitor, ann: Person, frame: str | bytes
) -> None:
    bad, other = await plug.greeted(), await plug.greeted()
    await (bad.send_str(frame) if isinstance(frame, str) else bad.send_bytes(frame))
    assert await visitor.journal("unreadable_frame", kind="socket", wait=PATIENCE_SECONDS)
    await works(ann, bad, other)


async def test_an_unknown_envelope_is_noted_and_nothing_more(
    plug: Plug, visitor: Visitor, ann: Person
) -> None:
    frames = await plug.greeted()
    await frames.send_json({"envelope_id": "never sent"})
    (noted,) = await visitor.journal("never sent", kind="ack", wait=PATIENCE_SECONDS)
    assert noted["late"]
    await works(ann, frames)


async def test_a_huge_frame_costs_its_sender_the_connection_and_nobody_else(plug: Plug, ann: Person) -> None:
    bad, other = await plug.greeted(), await plug.greeted()
    await bad.send_str(json.dumps({"envelope_id": "x" * FRAME_BYTES}))
    closed = await bad.receive(PATIENCE_SECONDS)
    assert (closed.type, closed.data) == (aiohttp.WSMsgType.CLOSE, aiohttp.WSCloseCode.MESSAGE_TOO_BIG)
    await works(ann, other)


async def test_what_is_no_frame_at_all_costs_its_sender_the_connection_and_nobody_else(
    plug: Plug, workspace: Workspace, visitor: Visitor, ann: Person
) -> None:
    other, raw = await plug.greeted(), await plug.raw()
    mark = await visitor.mark()
    await asyncio.get_running_loop().sock_sendall(raw, b"\xff" * 100)
    assert await visitor.journal("closed", after=mark, kind="socket", wait=PATIENCE_SECONDS)
    assert workspace.sockets.numbers == [1]
    await works(ann, other)
    raw.close()


async def test_an_app_that_reads_nothing_holds_up_nothing_for_longer_than_an_acknowledgement_may_take(
    plug: Plug, workspace: Workspace
) -> None:
    workspace.sockets.ack_seconds = 0.1
    raw = await plug.raw(receive_bytes=2048)
    payload = {"type": "shortcut", "callback_id": "x" * 3_000_000}
    for _ in range(6):
        sent = workspace.sockets.deliver("interactive", payload)
        assert await asyncio.wait_for(sent, PATIENCE_SECONDS) == (False, None)
    raw.close()


async def test_a_late_acknowledgement_settles_nothing(
    plug: Plug, workspace: Workspace, visitor: Visitor, ann: Person
) -> None:
    workspace.sockets.ack_seconds = 0.05
    frames = await plug.greeted()
    await ann.say("hello")
    first, again = await received(frames), await received(frames)
    await acknowledge(frames, first)
    (noted,) = await visitor.journal(first["envelope_id"], kind="ack", wait=PATIENCE_SECONDS)
    assert noted["late"]
    assert again["retry_attempt"] == 1
    await visitor.move_clock(seconds=61)
    assert (await received(frames))["retry_attempt"] == 2


async def test_an_acknowledgement_that_comes_twice_counts_once(
    plug: Plug, visitor: Visitor, ann: Person
) -> None:
    frames = await plug.greeted()
    await ann.say("hello")
    envelope = await received(frames)
    for _ in range(2):
        await acknowledge(frames, envelope)

    async def both_noted() -> list[JsonObject]:
        noted = await visitor.journal(envelope["envelope_id"], kind="ack")
        return noted if len(noted) == 2 else []

    assert [one.get("late") for one in await visitor.wait_for(both_noted)] == [None, True]
    await works(ann, frames)


async def test_an_answer_may_come_over_another_connection(plug: Plug, ann: Person) -> None:
    opened = [await plug.greeted() for _ in range(2)]
    typing = asyncio.create_task(ann.command("/echo", "hello"))
    waiting = {asyncio.create_task(received(one)): one for one in opened}
    done, left = await asyncio.wait(waiting, return_when=asyncio.FIRST_COMPLETED)
    heard = done.pop()
    other = next(one for one in opened if one is not waiting[heard])
    await acknowledge(other, heard.result(), payload={"text": "hello to you"})
    assert (await typing).acknowledged
    assert (await ann.wait_for_message("hello to you")).ephemeral
    for task in left:
        task.cancel()


async def test_an_answer_that_is_a_plain_string_is_the_text(plug: Plug, ann: Person) -> None:
    frames = await plug.greeted()
    typing = asyncio.create_task(ann.command("/echo", "hello"))
    await acknowledge(frames, await received(frames), payload="hello to you")
    assert (await typing).acknowledged
    assert (await ann.wait_for_message("hello to you")).ephemeral


async def test_a_ticket_is_needed_and_a_browser_is_no_socket(plug: Plug, workspace: Workspace) -> None:
    link = f"{workspace.address}/link/"
    for query in ("", "?ticket=", "?ticket=made-up"):
        async with plug.session.get(link + query) as response:
            assert response.status == 401
    async with plug.session.get((await plug.url()).replace("ws://", "http://")) as response:
        assert response.status == 400
    assert workspace.sockets.numbers == []


async def test_a_place_that_becomes_free_can_be_taken(plug: Plug, visitor: Visitor, ann: Person) -> None:
    async with AsyncExitStack() as stack:
        opened = [await stack.enter_async_context(await plug.greeted()) for _ in range(MOST_SOCKETS)]
        refused = await plug.bare()
        assert (await received(refused))["reason"] == "too_many_websockets"
        assert (await refused.receive(PATIENCE_SECONDS)).type is aiohttp.WSMsgType.CLOSE
        await opened[3].close()
        await visitor.journal("closed", kind="socket", wait=PATIENCE_SECONDS)
        opened[3] = await stack.enter_async_context(await plug.greeted())
        await works(ann, *opened)


async def test_a_connection_is_warned_and_refreshed_when_its_time_is_over(
    plug: Plug, workspace: Workspace
) -> None:
    workspace.sockets.connection_seconds = 0.2
    frames = await plug.bare()
    hello = await received(frames)
    assert hello["debug_info"]["approximate_connection_time"] == 0
    assert [(await received(frames))["reason"] for _ in range(2)] == ["warning", "refresh_requested"]
    assert (await frames.receive(PATIENCE_SECONDS)).type is aiohttp.WSMsgType.CLOSE


async def test_a_connection_says_how_long_it_will_last(plug: Plug) -> None:
    for more, seconds in (("", 18_060), ("&debug_reconnects=true", 360)):
        hello = await received(await plug.bare(more))
        assert hello["debug_info"]["approximate_connection_time"] == seconds


async def test_a_connection_is_pinged(plug: Plug, workspace: Workspace) -> None:
    workspace.sockets.ping_seconds = 0.02
    frames = await plug.greeted()
    for _ in range(2):
        assert (await frames.receive(PATIENCE_SECONDS)).type is aiohttp.WSMsgType.PING


@pytest.mark.parametrize("reason", ["refresh_requested", "link_disabled"])
async def test_a_connection_is_told_why_it_ends(plug: Plug, visitor: Visitor, reason: str) -> None:
    frames = await plug.greeted()
    await visitor.disconnect(reason)
    told = await received(frames)
    assert (told["type"], told["reason"]) == ("disconnect", reason)
    assert (await frames.receive(PATIENCE_SECONDS)).type is aiohttp.WSMsgType.CLOSE


async def test_one_connection_of_several_can_be_ended(
    plug: Plug, workspace: Workspace, visitor: Visitor, ann: Person
) -> None:
    ended, other = await plug.greeted(), await plug.greeted()
    await visitor.disconnect("refresh_requested", socket=workspace.sockets.numbers[0])
    assert (await received(ended))["reason"] == "refresh_requested"
    await works(ann, other)
