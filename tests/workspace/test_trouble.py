"""Trouble on demand on the way to the app: doubled, reordered, late and lost; silent sockets, outages, an uninstall."""

import asyncio
from typing import Any

import aiohttp
import pytest
from slack_bolt.async_app import AsyncApp
from slack_sdk.web.async_client import AsyncWebClient

from bot.workspace.server import Workspace
from bot.workspace.visitor import Person, Refusal, Visitor
from tests.workspace.conftest import error_of, hearing

Serve = Any


async def next_of(heard: "asyncio.Queue[dict[str, Any]]") -> dict[str, Any]:
    return await asyncio.wait_for(heard.get(), 20)


async def test_an_event_can_come_twice(app: AsyncApp, serve: Serve, visitor: Visitor, ann: Person) -> None:
    heard = hearing(app, "message")
    await serve(app)
    await visitor.arrange("event:message", "duplicate")
    ts = await ann.say("one")
    assert [(await next_of(heard))["ts"] for _ in range(2)] == [ts, ts]
    await ann.say("two")
    assert (await next_of(heard))["text"] == "two"


async def test_two_events_can_come_in_the_wrong_order(
    app: AsyncApp, serve: Serve, visitor: Visitor, ann: Person
) -> None:
    heard = hearing(app, "message")
    await serve(app)
    await visitor.arrange("event:message", "reorder")
    await ann.say("one")
    await ann.say("two")
    assert [(await next_of(heard))["text"] for _ in range(2)] == ["two", "one"]


async def test_an_event_can_be_late(app: AsyncApp, serve: Serve, visitor: Visitor, ann: Person) -> None:
    heard = hearing(app, "message")
    await serve(app)
    await visitor.arrange("event:message", "delay", seconds=0.3)
    await ann.say("late")
    await ann.say("in time")
    assert [(await next_of(heard))["text"] for _ in range(2)] == ["in time", "late"]


async def test_an_event_can_be_lost_for_good(
    app: AsyncApp, serve: Serve, visitor: Visitor, ann: Person
) -> None:
    heard = hearing(app, "message")
    await serve(app)
    await visitor.arrange("event:message", "lost")
    await ann.say("gone")
    await visitor.move_clock(seconds=600)
    await ann.say("there")
    assert (await next_of(heard))["text"] == "there"
    assert heard.empty()


async def test_an_acknowledgement_can_get_lost_and_the_event_comes_again(
    app: AsyncApp, serve: Serve, visitor: Visitor, ann: Person
) -> None:
    heard = hearing(app, "message")
    await serve(app)
    await visitor.arrange("event:message", "drop_ack")
    ts = await ann.say("again")
    assert [(await next_of(heard))["ts"] for _ in range(2)] == [ts, ts]


async def test_a_person_whose_click_got_lost_is_told(
    app: AsyncApp, serve: Serve, visitor: Visitor, ann: Person
) -> None:
    @app.shortcut("any")
    async def any_shortcut(ack: Any) -> None:
        await ack()

    await serve(app)
    await visitor.arrange("interaction:shortcut", "lost")
    assert "trouble connecting" in str((await ann.shortcut("any")).trouble)
    assert (await ann.shortcut("any")).trouble is None


async def test_what_can_never_happen_is_refused(visitor: Visitor) -> None:
    with pytest.raises(Refusal, match="cannot happen to"):
        await visitor.arrange("chat.postMessage", "duplicate")
    with pytest.raises(Refusal, match="cannot happen to"):
        await visitor.arrange("event:message", "error500")


async def test_a_half_open_socket_swallows_an_event_which_then_takes_the_other(
    workspace: Workspace, app: AsyncApp, serve: Serve, visitor: Visitor, ann: Person
) -> None:
    workspace.sockets.ack_seconds = 0.3
    heard = hearing(app, "message")
    await serve(app, sockets=2)
    await visitor.half_open(workspace.sockets.numbers[0])
    for text in ("one", "two"):
        await ann.say(text)
        assert (await next_of(heard))["text"] == text
    entries = workspace.journal.entries(kind="envelope", method="message")
    assert len(entries) > 2, "at least one of them went into the silent socket first"
    await visitor.abort_sockets()


async def test_a_half_open_socket_answers_no_ping(workspace: Workspace, visitor: Visitor) -> None:
    client = AsyncWebClient(token=workspace.app_token, base_url=workspace.api_url)
    url = (await client.apps_connections_open(app_token=workspace.app_token))["url"]
    async with aiohttp.ClientSession() as session, session.ws_connect(url, autoping=False) as socket:
        await socket.receive_json()
        await socket.ping()
        assert (await socket.receive(10)).type is aiohttp.WSMsgType.PONG
        await visitor.half_open()
        await socket.ping()
        with pytest.raises(TimeoutError):
            await socket.receive(0.5)


async def test_during_an_outage_calls_are_reset_and_sockets_cut_and_then_all_is_well(
    workspace: Workspace, client: AsyncWebClient, app: AsyncApp, serve: Serve, visitor: Visitor, ann: Person
) -> None:
    heard = hearing(app, "message")
    await serve(app)
    await visitor.outage(0.5)
    with pytest.raises(aiohttp.ClientError):
        await client.auth_test()
    assert await visitor.get("app"), "people, and whoever plays them, are not cut off"

    async def back() -> bool:
        return bool(workspace.sockets.numbers) and not workspace.outage.seconds_left

    await visitor.wait_for(back, 40, "the app to have connected again")
    assert (await client.auth_test())["ok"]
    await ann.say("after it")
    assert (await next_of(heard))["text"] == "after it"


@pytest.mark.parametrize("first", ["app_uninstalled", "tokens_revoked"])
async def test_an_uninstalled_app_hears_it_in_either_order_and_its_token_is_dead(
    client: AsyncWebClient, app: AsyncApp, serve: Serve, visitor: Visitor, first: str
) -> None:
    heard = hearing(app, "app_uninstalled", "tokens_revoked")
    await serve(app)
    await visitor.uninstall(first)
    told = [(await next_of(heard))["type"] for _ in range(2)]
    assert (told[0], len(set(told))) == (first, 2)
    assert await error_of(client.users_list()) == "account_inactive"


async def test_a_revoked_token_is_told_if_so_ordered(
    client: AsyncWebClient, app: AsyncApp, serve: Serve, visitor: Visitor
) -> None:
    heard = hearing(app, "tokens_revoked")
    await serve(app)
    await visitor.revoke_token(told=True)
    assert (await next_of(heard))["tokens"]["bot"]
    assert await error_of(client.users_list()) == "token_revoked"


async def test_an_app_hears_only_what_it_subscribed_to(
    app: AsyncApp, serve: Serve, visitor: Visitor, ann: Person
) -> None:
    heard = hearing(app, "message", "user_change")
    await serve(app)
    await visitor.subscribe(["user_change"])
    await ann.say("not for it")
    await ann.change(tz="Europe/Paris")
    assert (await next_of(heard))["type"] == "user_change"
    await visitor.subscribe(None)
    await ann.say("for it")
    assert (await next_of(heard))["text"] == "for it"


async def test_without_its_scope_an_event_is_not_sent() -> None:
    local = Workspace([{"id": "U_ANN", "name": "ann"}], scopes=["chat:write"])
    subscriptions = local.events.subscriptions
    assert not subscriptions.include({"type": "message", "channel_type": "im"})
    assert subscriptions.include({"type": "app_home_opened"})


@pytest.mark.parametrize(
    ("kind", "status", "text"),
    [("ratelimited", 429, "rate_limited"), ("error500", 500, ""), ("error", 404, "used_url")],
)
async def test_a_response_url_can_fail(
    workspace: Workspace,
    app: AsyncApp,
    serve: Serve,
    visitor: Visitor,
    ann: Person,
    kind: str,
    status: int,
    text: str,
) -> None:
    urls: asyncio.Queue[str] = asyncio.Queue()

    @app.command("/any")
    async def any_command(ack: Any, body: dict[str, Any]) -> None:
        await urls.put(body["response_url"])
        await ack()

    await serve(app)
    await ann.command("/any")
    url = await urls.get()
    await visitor.arrange("response_url", kind, error="used_url")
    async with aiohttp.ClientSession() as session:
        async with session.post(url, json={"text": "hello"}) as response:
            assert (response.status, await response.text()) == (status, text)
        async with session.post(url, json={"text": "hello"}) as response:
            assert response.status == 200
    await ann.wait_for_message("hello")
