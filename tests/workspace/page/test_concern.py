"""What one person wrote privately, or was shown, is on no page of anybody else: not beside it, nor in the journal."""

import aiohttp
import pytest
from slack_bolt.async_app import AsyncAck, AsyncApp
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.workspace.server import Workspace
from bot.workspace.visitor import Person
from tests.workspace.builders import actions, button, field, modal, section
from tests.workspace.page.hand import Serve
from tests.workspace.page.surfing import Surfer

WORDS = "the long afternoon"
EVERY_PLACE = ("messages", "home", "journal", "journal&kind=call", "journal&kind=ack", "faults")


async def on_pages_of(surfer: Surfer, user: str, words: str) -> set[str]:
    """The places of this person where these words stand."""
    staff = surfer.workspace.world.channel_named("staff")
    assert staff is not None
    places = (*EVERY_PLACE, staff.id)
    return {place for place in places if words in await surfer.read(f"/as/{user}?place={place}")}


async def test_what_is_entered_in_a_modal_and_answered_to_it_is_the_persons_own(
    surfer: Surfer, app: AsyncApp, client: AsyncWebClient, serve: Serve, ann: Person
) -> None:
    @app.action("open")
    async def open_modal(ack: AsyncAck, body: dict[str, str], client: AsyncWebClient) -> None:
        await client.views_open(trigger_id=body["trigger_id"], view=modal(field("How was it?", "a", "b")))
        await ack()

    @app.view("modal")
    async def answer(ack: AsyncAck) -> None:
        await ack(response_action="update", view=modal(section(f"You said: {WORDS}")))

    await serve(app)
    for user in ("U_ANN", "U_BEN"):
        await surfer.read(f"/as/{user}")
    await client.chat_postMessage(channel="U_ANN", text="Go", blocks=[actions(button("Go", "open"))])
    await ann.click("Go")
    await ann.type("How was it?", WORDS)
    await ann.submit()
    assert await on_pages_of(surfer, "U_BEN", WORDS) == set()
    assert {"journal", "journal&kind=ack"} <= await on_pages_of(surfer, "U_ANN", WORDS)
    assert "Only for whom it is about" in await surfer.read("/as/U_BEN?place=journal")


async def test_a_message_for_one_in_a_shared_channel_is_told_to_nobody_else(
    surfer: Surfer, client: AsyncWebClient
) -> None:
    staff = surfer.workspace.world.channel_named("staff")
    assert staff is not None
    for user in ("U_ANN", "U_BEN"):
        await surfer.read(f"/as/{user}")
    await client.conversations_join(channel=staff.id)
    await client.chat_postEphemeral(channel=staff.id, user="U_ANN", text=WORDS)
    assert await on_pages_of(surfer, "U_BEN", WORDS) == set()
    assert "journal" in await on_pages_of(surfer, "U_ANN", WORDS)


async def test_a_view_and_an_answer_by_response_url_are_for_the_one_they_are_for(
    surfer: Surfer, app: AsyncApp, client: AsyncWebClient, serve: Serve, ann: Person, workspace: Workspace
) -> None:
    await client.views_publish(user_id="U_ANN", view={"type": "home", "blocks": [section(WORDS)]})
    room = workspace.world.direct("U_ANN", "U0WORKSPACE").id
    secret = workspace.grants.response_url("U_ANN", room, None)
    for user in ("U_ANN", "U_BEN"):
        await surfer.read(f"/as/{user}")
    address = f"{workspace.address}/response/{secret}"
    async with aiohttp.request("POST", address, json={"text": f"{WORDS} again"}) as response:
        assert await response.text() == "ok"
    assert await on_pages_of(surfer, "U_BEN", WORDS) == set()
    assert {"home", "journal", "messages"} <= await on_pages_of(surfer, "U_ANN", WORDS)
    assert "answered through its response URL" in await surfer.read("/as/U_ANN")


async def test_what_is_about_nobody_can_be_read_by_everybody(surfer: Surfer, client: AsyncWebClient) -> None:
    await client.team_info()
    for user in ("U_ANN", "U_BEN"):
        assert "What it got back" in await surfer.read(f"/as/{user}?place=journal&kind=call")
    await client.conversations_list()
    assert "What it got back" not in await surfer.read("/as/U_ANN?place=journal&method=conversations.*")


async def test_a_call_that_nobody_can_be_found_for_is_read_by_nobody(
    surfer: Surfer, client: AsyncWebClient
) -> None:
    """A trigger is forgotten after a minute: then it is not known whose window it was."""
    with pytest.raises(SlackApiError):
        await client.views_open(trigger_id="1.2.3", view=modal(section(WORDS)))
    for user in ("U_ANN", "U_BEN"):
        assert "views.open" in await surfer.read(f"/as/{user}?place=journal")
        assert await on_pages_of(surfer, user, WORDS) == set()
