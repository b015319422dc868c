"""HTTP mode: what is sent to a request URL, how it is signed, and when it is sent again."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any
from urllib.parse import parse_qs

import pytest
from aiohttp import web
from slack_bolt.async_app import AsyncApp
from slack_sdk.signature import SignatureVerifier

from bot.workspace.server import Workspace
from bot.workspace.visitor import Person, Refusal, Visitor

JsonObject = dict[str, Any]


@dataclass
class Seen:
    """A request as an app got it."""

    headers: dict[str, str]
    body: str


@dataclass
class BareApp:
    """An app of a few lines: it keeps what it gets, and answers with whatever is next, or with an empty 200."""

    url: str = ""
    seen: "asyncio.Queue[Seen]" = field(default_factory=asyncio.Queue)
    answers: list[web.Response] = field(default_factory=list)

    async def handle(self, request: web.Request) -> web.Response:
        body = await request.text()
        if '"url_verification"' in body:
            return web.json_response({"challenge": json.loads(body)["challenge"]})
        await self.seen.put(Seen(dict(request.headers), body))
        return self.answers.pop(0) if self.answers else web.Response()

    async def next(self) -> Seen:
        return await asyncio.wait_for(self.seen.get(), 20)


async def served(app: web.Application, stack: AsyncExitStack) -> str:
    """The address of an aiohttp application until the stack is left."""
    runner = web.AppRunner(app)
    await runner.setup()
    stack.push_async_callback(runner.cleanup)
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    return f"http://127.0.0.1:{runner.addresses[0][1]}/slack/events"


@pytest.fixture
async def bare(visitor: Visitor) -> AsyncIterator[BareApp]:
    """A bare app at the request URL."""
    app, site = BareApp(), web.Application()
    site.router.add_post("/slack/events", app.handle)
    async with AsyncExitStack() as stack:
        app.url = await served(site, stack)
        await visitor.reach_app_at(app.url)
        yield app


async def test_slacks_own_verifier_accepts_the_signature(
    workspace: Workspace, bare: BareApp, ann: Person
) -> None:
    await ann.say("hello")
    seen = await bare.next()
    verifier = SignatureVerifier(workspace.signing_secret)
    assert verifier.is_valid_request(seen.body, seen.headers)
    assert not verifier.is_valid_request(seen.body + " ", seen.headers)
    assert json.loads(seen.body)["event"]["text"] == "hello"


async def test_a_signature_keeps_real_time_when_the_calendar_is_moved(
    workspace: Workspace, bare: BareApp, visitor: Visitor, ann: Person
) -> None:
    await visitor.move_clock(seconds=timedelta(days=40).total_seconds())
    await ann.say("in forty days")
    seen = await bare.next()
    assert SignatureVerifier(workspace.signing_secret).is_valid_request(seen.body, seen.headers)


async def test_a_command_is_a_form_and_is_answered_by_the_body(
    bare: BareApp, ann: Person, ben: Person
) -> None:
    bare.answers = [web.Response(text="As you say.")]
    assert (await ann.command("/echo", "a&b=c")).acknowledged
    seen = await bare.next()
    assert seen.headers["Content-Type"] == "application/x-www-form-urlencoded"
    assert parse_qs(seen.body)["text"] == ["a&b=c"]
    assert (await ann.wait_for_message("As you say.")).ephemeral
    assert not await ben.sees("As you say.")


async def test_an_interaction_is_json_within_a_form(bare: BareApp, ann: Person) -> None:
    assert (await ann.shortcut("anything")).acknowledged
    (payload,) = parse_qs((await bare.next()).body)["payload"]
    assert json.loads(payload)["callback_id"] == "anything"


async def test_an_event_refused_comes_again_at_once_after_a_minute_and_after_five(
    bare: BareApp, visitor: Visitor, ann: Person
) -> None:
    bare.answers = [web.Response(status=500) for _ in range(3)]
    await ann.say("again")
    first = await bare.next()
    assert "X-Slack-Retry-Num" not in first.headers
    second = await bare.next()
    assert (second.headers["X-Slack-Retry-Num"], second.headers["X-Slack-Retry-Reason"]) == (
        "1",
        "http_error",
    )
    assert bare.seen.empty()
    await visitor.move_clock(seconds=61)
    assert (await bare.next()).headers["X-Slack-Retry-Num"] == "2"
    await visitor.move_clock(seconds=300)
    last = await bare.next()
    assert last.headers["X-Slack-Retry-Num"] == "3"
    assert json.loads(last.body)["event_id"] == json.loads(first.body)["event_id"]


STRANGE = {
    "nested beyond reason": web.Response(text="[" * 200_000),
    "a number": web.Response(text="1" * 10_000),
    "a list": web.json_response(["text"]),
}


@pytest.mark.parametrize("answer", STRANGE.values(), ids=STRANGE)
async def test_a_strange_answer_is_an_acknowledgement_like_any_other(
    bare: BareApp, workspace: Workspace, visitor: Visitor, ann: Person, answer: web.Response
) -> None:
    bare.answers = [answer]
    await ann.say("one")
    await bare.next()
    assert await visitor.journal(kind="ack", wait=20)
    assert (await ann.shortcut("next")).acknowledged


async def test_an_app_can_ask_not_to_be_sent_it_again(bare: BareApp, ann: Person) -> None:
    bare.answers = [web.Response(status=500, headers={"X-Slack-No-Retry": "1"})]
    await ann.say("only once")
    await ann.say("and the next")
    assert [json.loads((await bare.next()).body)["event"]["text"] for _ in range(2)] == [
        "only once",
        "and the next",
    ]
    assert bare.seen.empty()


async def test_an_app_that_takes_too_long_has_not_acknowledged(
    workspace: Workspace, visitor: Visitor, ann: Person
) -> None:
    site, released = web.Application(), asyncio.Event()

    async def slow(request: web.Request) -> web.Response:
        body = await request.text()
        if "url_verification" in body:
            return web.Response(text=json.loads(body)["challenge"])
        await released.wait()
        return web.Response()

    site.router.add_post("/slack/events", slow)
    async with AsyncExitStack() as stack:
        await visitor.reach_app_at(await served(site, stack))
        workspace.sockets.ack_seconds = 0.2
        outcome = await ann.command("/slow")
        assert not outcome.acknowledged
        assert "did not respond" in str(outcome.trouble)
        released.set()


@pytest.mark.parametrize("url", ["http://127.0.0.1:1/none", "ftp://127.0.0.1/x", "not an address"])
async def test_an_address_that_does_not_answer_is_refused_and_nothing_changes(
    visitor: Visitor, bare: BareApp, ann: Person, url: str
) -> None:
    with pytest.raises(Refusal):
        await visitor.reach_app_at(url)
    await ann.say("still here")
    assert "still here" in (await bare.next()).body


async def test_an_address_that_ignores_the_challenge_is_refused(visitor: Visitor) -> None:
    async def indifferent(_request: web.Request) -> web.Response:
        return web.Response(text="hello")

    site = web.Application()
    site.router.add_post("/slack/events", indifferent)
    async with AsyncExitStack() as stack:
        url = await served(site, stack)
        with pytest.raises(Refusal, match="did not answer the challenge"):
            await visitor.reach_app_at(url)


async def test_bolts_own_server_hears_and_answers(
    workspace: Workspace, app: AsyncApp, visitor: Visitor, ann: Person
) -> None:
    """AsyncApp behind its own aiohttp server checks the signature itself."""
    signed = AsyncApp(client=app.client, signing_secret=workspace.signing_secret)

    @signed.message("hello")
    async def hello(say: Any) -> None:
        await say("And to you.")

    async with AsyncExitStack() as stack:
        await visitor.reach_app_at(await served(signed.web_app(path="/slack/events"), stack))
        await ann.say("hello")
        await ann.wait_for_message("And to you.")


async def test_a_wrong_signing_secret_is_refused_by_the_app(
    app: AsyncApp, visitor: Visitor, ann: Person
) -> None:
    other = AsyncApp(client=app.client, signing_secret="not ours")
    async with AsyncExitStack() as stack:
        with pytest.raises(Refusal, match="HTTP 401"):
            await visitor.reach_app_at(await served(other.web_app(path="/slack/events"), stack))


async def test_without_a_request_url_the_sockets_are_used_again(
    bare: BareApp, workspace: Workspace, app: AsyncApp, serve: Any, visitor: Visitor, ann: Person
) -> None:
    @app.message("hello")
    async def hello(say: Any) -> None:
        await say("By socket.")

    await serve(app)
    await visitor.reach_app_at(None)
    await ann.say("hello")
    await ann.wait_for_message("By socket.")
    assert bare.seen.empty()


async def test_the_journal_says_whose_act_it_was_however_the_app_is_reached(
    bare: BareApp, visitor: Visitor, ann: Person
) -> None:
    await ann.command("/lunch")
    await visitor.reach_app_at(None)
    await ann.command("/lunch")
    over_http, unheard = await visitor.journal("/lunch", kind="envelope")
    assert over_http["user"] == unheard["user"] == "U_ANN"
    assert unheard["error"] == "no_socket"
