"""Slack's own Socket Mode clients, synchronous and asynchronous, through all that ends a connection."""

import asyncio
import gc
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any

import pytest
from slack_sdk.socket_mode.aiohttp import SocketModeClient as AiohttpClient
from slack_sdk.socket_mode.async_client import AsyncBaseSocketModeClient
from slack_sdk.socket_mode.builtin.client import SocketModeClient as BuiltinClient
from slack_sdk.socket_mode.client import BaseSocketModeClient
from slack_sdk.socket_mode.request import SocketModeRequest
from slack_sdk.socket_mode.response import SocketModeResponse
from slack_sdk.web import WebClient
from slack_sdk.web.async_client import AsyncWebClient

from bot.workspace.server import Workspace
from bot.workspace.visitor import Person, Visitor

JsonObject = dict[str, Any]
PING_SECONDS = 0.3
# The synchronous client leaves the socket of a connection that broke to be collected.
pytestmark = pytest.mark.filterwarnings("ignore:unclosed <socket:ResourceWarning")


@dataclass
class Heard:
    """What a client was sent; everything is acknowledged, commands with their own text."""

    events: "asyncio.Queue[str]" = field(default_factory=asyncio.Queue)

    def answer(self, request: SocketModeRequest) -> SocketModeResponse:
        if request.type == "slash_commands":
            return SocketModeResponse(request.envelope_id, {"text": f"You said {request.payload['text']}."})
        self.events.put_nowait(request.payload["event"]["text"])
        return SocketModeResponse(request.envelope_id)

    async def next(self) -> str:
        return await asyncio.wait_for(self.events.get(), 30)


Stop = Callable[[], Awaitable[None]]


async def built_in(workspace: Workspace, heard: Heard) -> Stop:
    """The synchronous client, which has threads of its own."""
    loop = asyncio.get_running_loop()

    async def answered(request: SocketModeRequest) -> SocketModeResponse:
        return heard.answer(request)

    def listen(client: BaseSocketModeClient, request: SocketModeRequest) -> None:
        client.send_socket_mode_response(asyncio.run_coroutine_threadsafe(answered(request), loop).result())

    client = BuiltinClient(
        workspace.app_token, web_client=WebClient(base_url=workspace.api_url), ping_interval=PING_SECONDS
    )
    client.socket_mode_request_listeners.append(listen)
    await asyncio.to_thread(client.connect)

    async def stop() -> None:
        # It would wait for the next frame, and for three seconds at least.
        client.auto_reconnect_enabled = False
        workspace.sockets.abort()
        await asyncio.to_thread(client.close)

    return stop


async def with_aiohttp(workspace: Workspace, heard: Heard) -> Stop:
    async def listen(client: AsyncBaseSocketModeClient, request: SocketModeRequest) -> None:
        await client.send_socket_mode_response(heard.answer(request))

    client = AiohttpClient(
        workspace.app_token, web_client=AsyncWebClient(base_url=workspace.api_url), ping_interval=PING_SECONDS
    )
    client.socket_mode_request_listeners.append(listen)
    await client.connect()  # type: ignore[no-untyped-call]
    return client.close


@pytest.fixture(params=[built_in, with_aiohttp])
async def heard(request: pytest.FixtureRequest, workspace: Workspace) -> AsyncIterator[Heard]:
    """What the client under test hears, from now until the test ends."""
    found = Heard()
    stop = await request.param(workspace, found)
    yield found
    await stop()
    gc.collect()


async def connected_again(visitor: Visitor, mark: int) -> None:
    assert await visitor.journal("open", after=mark, kind="socket", wait=40)


async def test_it_hears_and_answers(heard: Heard, ann: Person) -> None:
    await ann.say("hello")
    assert await heard.next() == "hello"
    assert (await ann.command("/echo", "this")).acknowledged
    assert (await ann.wait_for_message("You said this.")).ephemeral


async def test_many_events_at_once_all_arrive_once(heard: Heard, ann: Person, ben: Person) -> None:
    texts = [f"number {n}" for n in range(60)]
    await asyncio.gather(*((ann, ben)[n % 2].say(text) for n, text in enumerate(texts)))
    assert sorted([await heard.next() for _ in texts]) == sorted(texts)
    assert heard.events.empty()


@pytest.mark.parametrize("reason", ["refresh_requested", "link_disabled"])
async def test_it_comes_back_when_its_connection_is_ended(
    heard: Heard, visitor: Visitor, ann: Person, reason: str
) -> None:
    mark = await visitor.mark()
    await visitor.disconnect(reason)
    await connected_again(visitor, mark)
    await ann.say("still there?")
    assert await heard.next() == "still there?"


async def test_it_comes_back_after_a_reset(heard: Heard, visitor: Visitor, ann: Person) -> None:
    mark = await visitor.mark()
    await visitor.abort_sockets()
    await connected_again(visitor, mark)
    await ann.say("still there?")
    assert await heard.next() == "still there?"


async def test_it_notices_a_half_open_connection(heard: Heard, visitor: Visitor, ann: Person) -> None:
    mark = await visitor.mark()
    await visitor.half_open()
    await connected_again(visitor, mark)
    await ann.say("still there?")
    assert await heard.next() == "still there?"


async def test_it_comes_back_when_its_time_is_over_and_misses_nothing(
    workspace: Workspace, heard: Heard, visitor: Visitor, ann: Person
) -> None:
    """The next connection is a short one, so that it is warned and refreshed by itself."""
    workspace.sockets.connection_seconds = 0.5
    mark = await visitor.mark()
    await visitor.disconnect("refresh_requested")
    for number in range(6):
        await ann.say(f"{number}")
    assert sorted([await heard.next() for _ in range(6)]) == [str(number) for number in range(6)]

    async def refreshed_twice() -> bool:
        return len(await visitor.journal("open", after=mark, kind="socket")) >= 2

    await visitor.wait_for(refreshed_twice, 40, "two more connections")
