"""Reactions: by the app and by people."""

from collections.abc import Callable
from typing import Any

import pytest
from slack_bolt.async_app import AsyncApp
from slack_sdk.web.async_client import AsyncWebClient

from bot.workspace.reactions import MOST_BY_ONE, MOST_KINDS
from bot.workspace.server import Workspace
from bot.workspace.state import BOT_USER_ID
from bot.workspace.visitor import Person, Refusal, Visitor
from tests.workspace.conftest import error_of, hearing

Serve = Callable[..., Any]


async def test_a_reaction_is_added_seen_and_taken_back(client: AsyncWebClient, ann: Person) -> None:
    ts = await ann.say("stored?")
    channel = (await ann.messages())[0].channel
    await client.reactions_add(channel=channel, timestamp=ts, name="white_check_mark")
    await ann.react(ts, "white_check_mark")
    assert (await ann.messages())[0].reactions == ["white_check_mark"]
    got = (await client.reactions_get(channel=channel, timestamp=ts))["message"]
    assert got["reactions"] == [{"name": "white_check_mark", "users": [BOT_USER_ID, "U_ANN"], "count": 2}]
    await client.reactions_remove(channel=channel, timestamp=ts, name=":white_check_mark:")
    await ann.unreact(ts, "white_check_mark")
    assert (await ann.messages())[0].reactions == []
    history = await client.conversations_history(channel=channel)
    assert "reactions" not in history["messages"][0]


async def test_the_app_hears_of_reactions(
    app: AsyncApp, serve: Serve, client: AsyncWebClient, ann: Person
) -> None:
    heard = hearing(app, "reaction_added", "reaction_removed")
    await serve(app)
    sent = await client.chat_postMessage(channel="U_ANN", text="x")
    await ann.react(sent["ts"], "+1")
    added = await heard.get()
    assert (added["reaction"], added["user"], added["item_user"]) == ("+1", "U_ANN", BOT_USER_ID)
    assert added["item"] == {"type": "message", "channel": sent["channel"], "ts": sent["ts"]}
    await ann.unreact(sent["ts"], "+1")
    assert (await heard.get())["type"] == "reaction_removed"


async def test_what_cannot_be_done_with_a_reaction_is_said(client: AsyncWebClient) -> None:
    sent = await client.chat_postMessage(channel="U_ANN", text="x")
    item = {"channel": sent["channel"], "timestamp": sent["ts"]}
    await client.reactions_add(**item, name="eyes")
    assert await error_of(client.reactions_add(**item, name="eyes")) == "already_reacted"
    assert await error_of(client.reactions_add(**item, name="<b>")) == "invalid_name"
    assert await error_of(client.reactions_remove(**item, name="tada")) == "no_reaction"
    assert (
        await error_of(client.reactions_add(**item | {"timestamp": "1.2"}, name="eyes"))
        == "message_not_found"
    )
    assert await error_of(client.reactions_get(**item | {"timestamp": "now"})) == "bad_timestamp"


async def test_one_gives_no_more_than_so_many_reactions(client: AsyncWebClient, ann: Person) -> None:
    sent = await client.chat_postMessage(channel="U_ANN", text="x")
    item = {"channel": sent["channel"], "timestamp": sent["ts"]}
    for number in range(MOST_BY_ONE):
        await client.reactions_add(**item, name=f"e{number}")
    assert await error_of(client.reactions_add(**item, name="more")) == "too_many_reactions"
    await ann.react(sent["ts"], "more")


async def test_a_person_reacts_to_what_they_can_see(ann: Person, ben: Person) -> None:
    ts = await ann.say("between us")
    with pytest.raises(Refusal):
        await ben.react(ts, "eyes")
    await ann.react(ts, "eyes")
    with pytest.raises(Refusal, match="already_reacted"):
        await ann.react(ts, "eyes")


async def test_what_the_app_is_not_in_it_does_not_hear_of(
    app: AsyncApp, serve: Serve, client: AsyncWebClient, ann: Person, visitor: Visitor
) -> None:
    heard = hearing(app, "reaction_added")
    await serve(app)
    staff = await visitor.add_channel("staff", ["U_ANN"], kind="public")
    ts = await ann.say("here", channel="staff")
    adding = client.reactions_add(channel=staff, timestamp=ts, name="eyes")
    assert await error_of(adding) == "not_in_channel"
    await ann.react(ts, "tada")
    await ann.react(await ann.say("to the app"), "eyes")
    assert (await heard.get())["reaction"] == "eyes"


async def test_a_message_takes_so_many_kinds_of_reaction(
    client: AsyncWebClient, workspace: Workspace, ann: Person
) -> None:
    sent = await client.chat_postMessage(channel="U_ANN", text="x")
    channel = workspace.world.channels[sent["channel"]]
    for number in range(MOST_KINDS):
        workspace.reactions.add(channel, channel.messages[sent["ts"]], f"U{number}", f"e{number}")
    with pytest.raises(Refusal, match="too_many_emoji"):
        await ann.react(sent["ts"], "one-more")
    await ann.react(sent["ts"], "e7")
