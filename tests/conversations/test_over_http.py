"""Conversations over HTTP instead of a socket: the same ones, and what only HTTP has: signatures and repeats."""

import asyncio
import io
import json
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlencode
from uuid import uuid4

import aiohttp
import pytest
from hypothesis import given, strategies
from slack_sdk.signature import SignatureVerifier

from bot import clock
from bot.slack.http import BODY_BYTES, NotServed, Site
from bot.slack.manifest import EVENTS_PATH
from bot.workspace.server import Workspace
from bot.workspace.state import TEAM_ID
from bot.workspace.visitor import Refusal, Visitor
from tests import cast
from tests.cast import AMIRA, PRIYA
from tests.conftest import StoreUrls
from tests.conversations.conftest import Stage, mull_over_http, request_url
from tests.conversations.processes import free_port, running
from tests.conversations.test_check_in import (  # noqa: F401 - run again, on the stage of this file
    test_answered_skipped_and_past_read_the_same,
    test_one_tap_is_a_complete_answer_and_a_line_can_be_added,
    test_what_is_typed_in_an_open_screen_is_kept_as_a_draft,
)
from tests.conversations.test_strain import (  # noqa: F401 - likewise
    test_an_event_that_cannot_be_stored_is_not_acknowledged_and_comes_again,
    test_what_cannot_be_stored_stays_in_the_modal_and_is_told_there,
)

MONDAY = datetime(2026, 9, 14, 7, 10, tzinfo=UTC)
QUESTION = "How full is the tank today?"
SECRET = "only Slack and we know this"


@pytest.fixture
async def stage(workspace: Workspace, store_urls: StoreUrls) -> AsyncIterator[Stage]:
    async with mull_over_http(workspace, store_urls) as mull, Visitor(workspace.address) as visitor:
        await visitor.reach_app_at(request_url(mull))
        yield Stage(mull, workspace, visitor, cast.settle_in(mull.desks, team=TEAM_ID))
        assert not workspace.sockets.numbers


async def test_an_event_that_comes_twice_is_heard_once(stage: Stage) -> None:
    priya = stage.person(PRIYA)
    await stage.visitor.arrange("event:message", "duplicate")
    await priya.say("Hello, is anybody there?")
    await priya.wait_for_message("Thank you for writing.")
    await stage.mull.postman.settled()
    assert len(await _said(stage, PRIYA)) == 2
    assert len([one for one in await priya.messages() if one.from_bot]) == 1


async def test_an_event_whose_answer_got_lost_is_repeated_and_heard_once(stage: Stage) -> None:
    priya = stage.person(PRIYA)
    await stage.visitor.arrange("event:message", "drop_ack")
    await priya.say("Hello, is anybody there?")
    await priya.wait_for_message("Thank you for writing.")

    async def repeated() -> bool:
        return [one.get("retry_attempt", 0) for one in await _said(stage, PRIYA)] == [0, 1]

    await stage.visitor.wait_for(repeated, what="a repeat", seconds=20)
    await stage.mull.postman.settled()
    assert len([one for one in await priya.messages() if one.from_bot]) == 1


async def test_both_ways_may_be_open_at_once(workspace: Workspace, sqlite_urls: StoreUrls) -> None:
    both = mull_over_http(workspace, sqlite_urls, SLACK_APP_TOKEN=workspace.app_token)
    async with both as mull, Visitor(workspace.address) as visitor:
        cast.settle_in(mull.desks, team=TEAM_ID)
        for way in (None, request_url(mull)):
            await visitor.reach_app_at(way)
            assert (await visitor.person(AMIRA).command("/mull")).acknowledged
        assert len(workspace.sockets.numbers) == 2


async def test_a_process_that_listens_at_a_port_hears_and_ends_in_order(
    workspace: Workspace, sqlite_urls: StoreUrls, tmp_path: Path
) -> None:
    port = free_port()
    async with (
        Visitor(workspace.address) as visitor,
        running(workspace, sqlite_urls, tmp_path, "listen", "--http", str(port)) as mull,
    ):
        await visitor.wait_for(lambda: _reached(visitor, port), what="somebody at the port", seconds=60)
        assert (await visitor.person(AMIRA).command("/mull")).acknowledged
        assert await visitor.person(AMIRA).wait_for_message("I do not know you yet.")
        mull.terminate()
        assert await mull.wait() == 0
        assert not await _reached(visitor, port)


async def _reached(visitor: Visitor, port: int) -> bool:
    try:
        await visitor.reach_app_at(f"http://127.0.0.1:{port}{EVENTS_PATH}")
    except Refusal:
        return False
    return True


async def test_stopping_waits_for_what_was_taken(
    workspace: Workspace, sqlite_urls: StoreUrls, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The database holds up a tap while Mull is told to stop: it is kept and acknowledged all the same."""
    async with Visitor(workspace.address) as visitor, mull_over_http(workspace, sqlite_urls) as mull:
        await visitor.reach_app_at(request_url(mull))
        stage = Stage(mull, workspace, visitor, cast.settle_in(mull.desks, team=TEAM_ID))
        await stage.clock_to(MONDAY)
        amira = stage.person(AMIRA)
        await amira.wait_for_message(QUESTION)
        await mull.postman.settled()
        with mull.stores.database.write():
            tapped = asyncio.create_task(amira.click("Good"))
            await visitor.wait_for(lambda: _delivered(visitor), what="the tap on its way")
            stopping = asyncio.create_task(mull.site.close())  # type: ignore[union-attr]
            await asyncio.sleep(0)
        assert (await tapped).acknowledged
        await stopping


async def _said(stage: Stage, user: str) -> list[dict[str, Any]]:
    """How often, and how, Mull was told what this person typed."""
    told = await stage.visitor.journal("message", kind="envelope")
    return [one for one in told if one.get("user") == user]


async def _delivered(visitor: Visitor) -> bool:
    return bool(await visitor.journal("block_actions", kind="envelope"))


@dataclass
class Poster:
    """Somebody who posts to Mull's address: Slack, or somebody who would like to be taken for it."""

    session: aiohttp.ClientSession
    url: str
    secret: str

    async def post(
        self,
        body: str | bytes,
        *,
        form: bool = False,
        at: datetime | None = None,
        secret: str | None = None,
        **headers: str,
    ) -> int:
        """The status of what came back; signed now and rightly, unless said otherwise."""
        timestamp = str(int((at or clock.wall()).timestamp()))
        signed = {
            "Content-Type": f"application/{'x-www-form-urlencoded' if form else 'json'}",
            "X-Slack-Request-Timestamp": timestamp,
        }
        if isinstance(body, str):
            made = SignatureVerifier(secret or self.secret)
            signed["X-Slack-Signature"] = str(made.generate_signature(timestamp=timestamp, body=body))
            body = body.encode()
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        async with self.session.post(self.url, data=io.BytesIO(body), headers=signed | named) as answer:
            return answer.status


@pytest.fixture
async def poster(workspace: Workspace, sqlite_urls: StoreUrls) -> AsyncIterator[Poster]:
    async with mull_over_http(workspace, sqlite_urls) as mull, aiohttp.ClientSession() as session:
        cast.settle_in(mull.desks, team=TEAM_ID)
        yield Poster(session, request_url(mull), workspace.signing_secret)


GOOD = json.dumps({"type": "url_verification", "challenge": "the canary sings"})
LATE = timedelta(minutes=5, seconds=5)


async def test_slacks_challenge_is_answered(poster: Poster) -> None:
    assert await poster.post(GOOD) == 200


@pytest.mark.parametrize(
    "changed",
    [
        {"secret": SECRET},
        {"at": -LATE},
        {"at": LATE},
        {"X_Slack_Request_Timestamp": "yesterday"},
        {"X_Slack_Request_Timestamp": "9" * 400},
        {"X_Slack_Signature": "v0="},
        {"X_Slack_Signature": "v0=sïgned"},
    ],
    ids=str,
)
async def test_what_slack_did_not_sign_just_now_is_refused(
    poster: Poster, changed: dict[str, object]
) -> None:
    if isinstance(at := changed.get("at"), timedelta):
        changed = changed | {"at": clock.wall() + at}
    assert await poster.post(GOOD, **changed) == 401  # type: ignore[arg-type]


async def test_without_a_signature_nothing_is_read(poster: Poster) -> None:
    async with poster.session.post(poster.url, data=GOOD) as answer:
        assert answer.status == 401


async def test_too_much_is_refused(poster: Poster) -> None:
    assert await poster.post("x" * (BODY_BYTES + 1)) == 413


async def test_what_is_not_text_is_refused(poster: Poster) -> None:
    assert await poster.post(b"\xff\xfe", X_Slack_Signature="v0=0") == 400


async def test_only_posting_is_understood(poster: Poster) -> None:
    async with poster.session.get(poster.url) as answer:
        assert answer.status == 405


MALFORMED = [
    "{",
    "[]",
    "7",
    "null",
    '"event_callback"',
    "[" * 100_000,
    '{"team": 7}',
    '{"type": "event_callback"}',
]
ODD = [
    {"type": "view_submission"},
    {"type": "block_actions", "team": {"id": TEAM_ID}, "user": {"id": AMIRA}, "actions": 3},
    {"type": "event_callback", "team_id": TEAM_ID, "event": "message"},
    {"type": "event_callback", "team_id": 5, "event": {"type": "tokens_revoked", "tokens": []}},
    {
        "type": "event_callback",
        "team_id": "T_NOBODY",
        "event": {"type": "app_uninstalled"},
        "event_time": "x",
    },
]


@pytest.mark.parametrize("body", [*MALFORMED, *map(json.dumps, ODD)], ids=lambda body: body[:40])
async def test_what_is_signed_and_makes_no_sense_is_answered_and_the_next_is_heard(
    poster: Poster, body: str
) -> None:
    for form in (False, True):
        sent = urlencode({"payload": body}) if form else body
        assert await poster.post(sent, form=form) in (200, 400, 404, 500)
    assert await poster.post(GOOD) == 200


async def test_nothing_of_what_was_posted_is_logged(poster: Poster, lines: io.StringIO) -> None:
    canary = uuid4().hex
    await poster.post(json.dumps({"type": canary, "challenge": canary}))
    await poster.post(canary)
    await poster.post(canary, secret=SECRET)
    await poster.post(json.dumps({"type": "view_submission", "view": canary}))
    assert "request.refused" in lines.getvalue()
    assert "request.failed" in lines.getvalue()
    assert canary not in lines.getvalue()


json_values = strategies.recursive(
    strategies.none() | strategies.booleans() | strategies.integers() | strategies.text(),
    lambda inner: (
        strategies.lists(inner, max_size=3)
        | strategies.dictionaries(
            strategies.sampled_from(
                ["type", "event", "team", "team_id", "user", "view", "actions", "payload"]
            )
            | strategies.text(),
            inner,
            max_size=4,
        )
    ),
    max_leaves=8,
)


async def test_whatever_is_posted_gets_an_answer(poster: Poster) -> None:
    for body in _bodies():
        assert await poster.post(body) in (200, 400, 404, 500)
    assert await poster.post(GOOD) == 200


def _bodies() -> Iterator[str]:
    """A hundred bodies that nobody thought of."""
    found: list[str] = []

    @given(json_values)
    def think(value: object) -> None:
        found.append(json.dumps(value))

    think()
    yield from found[:100]


async def test_an_address_that_is_taken_is_said() -> None:
    first = Site([], "127.0.0.1", 0)
    await first.open()
    with pytest.raises(NotServed, match="Choose another port or host"):
        await Site([], "127.0.0.1", first.port).open()
    await first.close()
    with pytest.raises(NotServed):
        await Site([], "203.0.113.7", 80).open()
