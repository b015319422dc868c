"""The control API: people and channels, trouble on demand, the clock, the journal."""

import asyncio
import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from slack_bolt.async_app import AsyncApp
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient
from yarl import URL

from bot.workspace.ids import BOT_USER_ID
from bot.workspace.journal import Journal
from bot.workspace.server import Workspace
from bot.workspace.visitor import NeverHappened, Person, Refusal, Visitor
from tests.workspace.builders import actions, button, plain, section

Serve = Callable[..., Any]
JsonObject = dict[str, Any]


async def events(app: AsyncApp, serve: Serve, *kinds: str) -> asyncio.Queue[JsonObject]:
    """The events of these kinds, as the app hears them."""
    heard: asyncio.Queue[JsonObject] = asyncio.Queue()
    for kind in kinds:

        @app.event(kind)
        async def hear(event: JsonObject) -> None:
            await heard.put(event)

    await serve(app)
    return heard


async def test_people_come_change_and_go(app: AsyncApp, serve: Serve, visitor: Visitor) -> None:
    heard = await events(app, serve, "team_join", "user_change")
    cat = await visitor.add_person("U_CAT", "cat", tz="Asia/Tokyo")
    joined = await heard.get()
    assert (joined["type"], joined["user"]["tz"]) == ("team_join", "Asia/Tokyo")
    await cat.change(tz="Europe/Paris")
    assert (await heard.get())["user"]["tz"] == "Europe/Paris"
    await cat.change(deleted=True)
    assert (await heard.get())["user"]["deleted"] is True
    with pytest.raises(Refusal, match="deactivated"):
        await cat.say("hello")


@pytest.mark.parametrize("taken", ["U_ANN", BOT_USER_ID, "USLACKBOT"])
async def test_a_newcomer_takes_nobodys_place(workspace: Workspace, visitor: Visitor, taken: str) -> None:
    before = workspace.world.users[taken]
    with pytest.raises(Refusal, match="already"):
        await visitor.add_person(taken, "impostor")
    assert workspace.world.users[taken] is before


async def test_the_app_does_not_write_to_itself(visitor: Visitor, client: AsyncWebClient) -> None:
    """It had messages with itself, and every call that wrote there was an error 500."""
    with pytest.raises(Refusal, match="no messages with itself"):
        await visitor.person(BOT_USER_ID).say("hello")
    assert (await client.conversations_list(types="im"))["channels"] == []


async def test_joining_and_leaving_is_told_to_an_app_that_is_there(
    app: AsyncApp, serve: Serve, client: AsyncWebClient, ben: Person
) -> None:
    heard = await events(app, serve, "member_joined_channel", "member_left_channel")
    channel = (await client.conversations_create(name="staff", is_private=True))["channel"]["id"]
    await ben.join(channel)
    assert (await heard.get())["user"] == "U_BEN"
    await ben.leave(channel)
    left = await heard.get()
    assert (left["type"], left["channel_type"]) == ("member_left_channel", "G")


async def test_edits_and_deletions_are_told_with_what_was_before(
    app: AsyncApp, serve: Serve, ann: Person
) -> None:
    heard = await events(app, serve, "message")
    ts = await ann.say("one")
    await heard.get()
    await ann.edit(ts, "two")
    changed = await heard.get()
    assert changed["subtype"] == "message_changed"
    assert (changed["previous_message"]["text"], changed["message"]["text"]) == ("one", "two")
    await ann.delete(ts)
    deleted = await heard.get()
    assert (deleted["subtype"], deleted["deleted_ts"]) == ("message_deleted", ts)


async def test_opening_home_tells_the_view_that_is_there(app: AsyncApp, serve: Serve, ann: Person) -> None:
    heard = await events(app, serve, "app_home_opened")
    await ann.open_home()
    first = await heard.get()
    assert first["tab"] == "home"
    assert "view" not in first
    await ann.open_home(tab="messages")
    assert (await heard.get())["channel"] == first["channel"]


async def test_a_limit_is_told_with_the_seconds_to_wait(client: AsyncWebClient, visitor: Visitor) -> None:
    await visitor.arrange("chat.*", "ratelimited", seconds=7)
    with pytest.raises(SlackApiError) as raised:
        await client.chat_postMessage(channel="U_ANN", text="x")
    assert raised.value.response.status_code == 429
    assert raised.value.response.headers["Retry-After"] == "7"
    assert raised.value.response["error"] == "ratelimited"
    assert (await client.chat_postMessage(channel="U_ANN", text="x"))["ok"]


@pytest.mark.parametrize(("kind", "posted"), [("drop_before", 0), ("drop_after", 1)])
async def test_a_dropped_call_was_done_or_not_as_arranged(
    client: AsyncWebClient, visitor: Visitor, ann: Person, kind: str, posted: int
) -> None:
    await visitor.arrange("chat.postMessage", kind)
    with pytest.raises(aiohttp.ClientError):
        await client.chat_postMessage(channel="U_ANN", text="x")
    assert len(await ann.messages()) == posted


@pytest.mark.parametrize(
    ("kind", "status", "posted"), [("error500_after", 500, 1), ("error500", 500, 0), ("error503", 503, 0)]
)
async def test_a_server_error_may_come_after_it_was_done_or_instead(
    client: AsyncWebClient, visitor: Visitor, ann: Person, kind: str, status: int, posted: int
) -> None:
    await visitor.arrange("chat.postMessage", kind)
    with pytest.raises(SlackApiError) as raised:
        await client.chat_postMessage(channel="U_ANN", text="x")
    assert raised.value.response.status_code == status
    assert len(await ann.messages()) == posted


async def test_trouble_by_chance_strikes_now_and_then_and_the_same_way_for_the_same_seed(
    client: AsyncWebClient, visitor: Visitor
) -> None:
    async def struck() -> list[bool]:
        await visitor.arrange("auth.test", "error", times=1000, chance=0.2, seed=7)
        outcomes = [await _refused(client) for _ in range(50)]
        await visitor.clear_faults()
        return outcomes

    first = await struck()
    assert 0 < sum(first) < 25
    assert await struck() == first


async def test_trouble_by_chance_is_over_when_it_has_struck_often_enough(
    client: AsyncWebClient, visitor: Visitor
) -> None:
    await visitor.arrange("auth.test", "error", times=2, chance=0.5, seed=1)
    assert sum([await _refused(client) for _ in range(50)]) == 2
    assert await visitor.get("faults") == []


async def _refused(client: AsyncWebClient) -> bool:
    try:
        await client.auth_test()
    except SlackApiError:
        return True
    return False


async def test_other_trouble_happens_as_often_as_ordered(client: AsyncWebClient, visitor: Visitor) -> None:
    await visitor.arrange("auth.test", "error", times=2, error="fatal_error")
    for _ in range(2):
        with pytest.raises(SlackApiError, match="fatal_error"):
            await client.auth_test()
    assert (await client.auth_test())["ok"]
    await visitor.arrange("auth.test", "error500")
    with pytest.raises(SlackApiError) as raised:
        await client.auth_test()
    assert raised.value.response.status_code == 500
    await visitor.arrange("*", "error500", times=100)
    await visitor.clear_faults()
    assert (await client.auth_test())["ok"]


async def test_a_slow_call_is_done_though_nobody_waits_for_it(
    client: AsyncWebClient, visitor: Visitor
) -> None:
    await visitor.arrange("chat.postMessage", "slow", seconds=0.05)
    client.timeout = 0.01  # type: ignore[assignment]
    with pytest.raises(TimeoutError):
        await client.chat_postMessage(channel="U_ANN", text="x")
    assert (await visitor.wait_for_call("chat.postMessage"))["response"]["ok"]


async def test_a_revoked_token_is_told_on_every_call(client: AsyncWebClient, visitor: Visitor) -> None:
    await visitor.revoke_token("account_inactive")
    with pytest.raises(SlackApiError, match="account_inactive"):
        await client.auth_test()
    await visitor.revoke_token(None)
    assert (await client.auth_test())["ok"]


@pytest.mark.parametrize(
    "order",
    [
        {"seconds": 1e300},
        {"seconds": -1e300},
        {"seconds": 251_000_000_000},
        {"seconds": -10_000_000_000},
        {"to": "9999-12-31T23:59:59-14:00"},
        {"to": "0001-01-01T00:00:00+14:00"},
    ],
)
async def test_a_moment_that_no_page_could_show_is_not_gone_to(
    workspace: Workspace, visitor: Visitor, order: JsonObject
) -> None:
    before = await visitor.now()
    with pytest.raises(Refusal):
        await visitor.post("clock", **order)
    assert timedelta() <= await visitor.now() - before < timedelta(days=1)
    for at in {"9999-12-31T23:59:59-14:00", "0001-01-01T00:00:00+14:00", order.get("to")} - {None}:
        sent = {"Origin": workspace.address, "Content-Type": "application/json"}
        body = json.dumps({"at": at})
        asked = aiohttp.request("POST", f"{workspace.address}/as/U_ANN/clock", data=body, headers=sent)
        async with asked as response:
            assert response.status == 409


async def test_the_clock_is_moved_only_where_that_is_allowed(visitor: Visitor) -> None:
    monday = datetime(2031, 9, 1, 8, tzinfo=UTC)
    assert (await visitor.move_clock(monday)) >= monday
    assert (await visitor.now()).year == 2031
    fixed = Workspace()
    await fixed.start()
    async with Visitor(fixed.address) as other:
        with pytest.raises(Refusal, match="cannot be moved"):
            await other.move_clock(seconds=60)
    await fixed.stop()


def test_the_journal_keeps_less_where_more_is_in_it() -> None:
    journal = Journal([], size=100, room=1000)
    for number in range(50):
        journal.record("call", str(number), args={"text": "x" * 90})
    assert [entry["method"] for entry in journal.entries()][:: len(journal.entries()) - 1] == ["40", "49"]
    assert [entry["method"] for entry in journal.entries(after=48)] == ["48", "49"]
    journal.record("call", "large", args=["x" * 5000])
    assert [entry["method"] for entry in journal.entries()] == ["large"]
    journal.record("call", "small")
    assert [entry["method"] for entry in journal.entries()] == ["small"]


async def test_nothing_that_opens_a_door_is_in_the_journal(
    workspace: Workspace, client: AsyncWebClient
) -> None:
    opened = await client.apps_connections_open(app_token=workspace.app_token)
    await client.api_call("api.test", json={workspace.bot_token: [workspace.app_token]})
    noted = json.dumps(workspace.journal.entries())
    assert noted.count("(secret)") >= 3
    ticket = str(URL(opened["url"]).query["ticket"])
    assert not [one for one in (ticket, workspace.bot_token, workspace.app_token) if one in noted]


async def test_the_journal_knows_every_call_and_no_token(
    client: AsyncWebClient, visitor: Visitor, workspace: Workspace
) -> None:
    mark = await visitor.mark()
    await client.chat_postMessage(
        channel="U_ANN", text=f"my token is {workspace.bot_token}", blocks=[section("x")]
    )
    (call,) = await visitor.calls("chat.*", after=mark)
    assert call["args"]["channel"] == "U_ANN"
    assert call["args"]["blocks"][0]["type"] == "section"
    assert call["response"]["ok"] is True
    everything = json.dumps(await visitor.journal())
    assert workspace.bot_token not in everything
    assert workspace.app_token not in everything


async def test_waiting_ends_when_the_thing_happens(client: AsyncWebClient, visitor: Visitor) -> None:
    mark = await visitor.mark()
    waiting = asyncio.create_task(visitor.wait_for_call("chat.postMessage", after=mark))
    await client.auth_test()
    await client.chat_postMessage(channel="U_ANN", text="x")
    assert (await waiting)["method"] == "chat.postMessage"


async def test_waiting_in_vain_says_what_is_there_instead(client: AsyncWebClient, ann: Person) -> None:
    await client.chat_postMessage(channel="U_ANN", text="something else")
    with pytest.raises(NeverHappened, match="something else"):
        await ann.wait_for("this", seconds=0.05)


async def test_the_journal_is_a_ring_and_a_file_keeps_all(tmp_path: Path) -> None:
    file = tmp_path / "journal.jsonl"
    journal = Journal([], file, size=3)
    for number in range(5):
        journal.record("call", f"m{number}")
    assert [entry["method"] for entry in journal.entries()] == ["m2", "m3", "m4"]
    assert [entry["method"] for entry in journal.entries(after=4)] == ["m4"]
    journal.close()
    assert len(file.read_text().splitlines()) == 5


async def test_a_mention_is_one_only_where_slack_reads_markup(client: AsyncWebClient, ann: Person) -> None:
    words = "<!channel> <@U_BEN>"
    section_of_text = {"type": "rich_text_section", "elements": [{"type": "text", "text": words}]}
    await client.chat_postMessage(
        channel="U_ANN",
        text="safe",
        blocks=[
            {"type": "section", "text": plain(words)},
            {"type": "rich_text", "elements": [section_of_text]},
        ],
    )
    await client.chat_postMessage(channel="U_ANN", text="x", blocks=[section(words)])
    await client.chat_postMessage(channel="U_ANN", text="&lt;!channel&gt;")
    assert [one.mentions for one in await ann.messages()] == [[], ["@channel", "U_BEN"], []]


async def test_a_person_reads_names_and_labels_not_markup(client: AsyncWebClient, ann: Person) -> None:
    await client.chat_postMessage(
        channel="U_ANN",
        text="*Hello* <@U_BEN>, see <https://x.example|the _page_> &amp; `rest` <!date^1^{date}|today>",
    )
    (message,) = await ann.messages()
    assert message.shown == "Hello @Ben Baker, see the page & rest today"
    assert await ann.sees("see the page & rest")


@pytest.mark.parametrize(
    ("path", "order", "status"),
    [
        ("people/U_NOBODY/say", {"text": "x"}, 404),
        ("people/U_ANN/say", {}, 400),
        ("people/U_ANN/say", {"text": "x", "colour": "red"}, 400),
        ("people/U_ANN/submit", {}, 404),
        ("people", {"id": "nobody", "name": "n"}, 400),
        ("people/U_ANN", {"tz": "Mars/Base"}, 400),
        ("faults", {"method": "*", "kind": "earthquake"}, 400),
    ],
)
async def test_a_mistake_is_told_in_a_sentence(
    workspace: Workspace, path: str, order: JsonObject, status: int
) -> None:
    url = f"{workspace.address}/_workspace/{path}"
    async with aiohttp.ClientSession() as session, session.post(url, json=order) as response:
        assert response.status == status
        assert (await response.json())["error"]


async def test_two_people_do_not_see_each_others_messages(
    client: AsyncWebClient, ann: Person, ben: Person
) -> None:
    await client.chat_postMessage(channel="U_ANN", text="for Ann", blocks=[actions(button("Go", "go"))])
    assert await ann.sees("for Ann")
    assert not await ben.sees("for Ann")
    with pytest.raises(Refusal):
        await ben.click("Go")
