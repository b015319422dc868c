"""What people do on the page, as the app hears of it."""

import asyncio
from collections.abc import Callable
from typing import Any

import pytest
from slack_bolt.async_app import AsyncApp
from slack_sdk.web.async_client import AsyncWebClient

from bot.workspace.offers import Offers
from bot.workspace.page.host import Host
from bot.workspace.server import Workspace
from bot.workspace.state import BOT_USER_ID, View
from tests.workspace.builders import JsonObject, actions, button, field, modal, section
from tests.workspace.conftest import hearing
from tests.workspace.page.surfing import Surfer, readable

TROUBLE = "We had some trouble connecting. Try again?"


async def the_modal(surfer: Surfer, client: AsyncWebClient, view: JsonObject) -> View:
    await client.views_open(trigger_id=surfer.workspace.grants.trigger("U_ANN"), view=view)
    top = surfer.workspace.modals.top("U_ANN")
    assert top
    return top


async def asked(surfer: Surfer, client: AsyncWebClient, *blocks: JsonObject) -> tuple[str, str]:
    """(channel, ts) of a message of the app to Ann."""
    channel = (await client.conversations_open(users="U_ANN"))["channel"]["id"]
    posted = await client.chat_postMessage(channel=channel, text="How full?", blocks=list(blocks))
    return channel, str(posted["ts"])


async def test_a_button_pressed_on_the_page_is_the_act_the_app_hears(
    surfer: Surfer, client: AsyncWebClient, app: AsyncApp, serve: Callable[..., Any]
) -> None:
    heard: asyncio.Queue[JsonObject] = asyncio.Queue()

    @app.action("tank")
    async def pressed(ack: Any, body: JsonObject) -> None:
        await ack()
        await heard.put(body)

    await serve(app)
    channel, ts = await asked(
        surfer, client, actions(button("Half", "tank", value="2"), button("Full", "full"))
    )
    (block,) = surfer.workspace.world.channels[channel].messages[ts].body["blocks"]
    order = {"surface": "message", "id": ts, "channel": channel, "block_id": block["block_id"]}
    answer = await surfer.do("U_ANN", "act", **order, action_id="tank", value=None)
    assert answer["acknowledged"]
    body = await heard.get()
    assert (body["actions"][0]["value"], body["user"]["id"]) == ("2", "U_ANN")
    assert "You pressed “Half”" in readable(await surfer.read("/as/U_ANN"))


async def test_a_button_that_is_gone_is_told_on_the_page_until_the_next_act(
    surfer: Surfer, client: AsyncWebClient
) -> None:
    channel, ts = await asked(surfer, client, section("Nothing to press"))
    order = {"surface": "message", "id": ts, "channel": channel, "block_id": "b", "action_id": "tank"}
    sentence = (await surfer.do("U_ANN", "act", 404, **order))["error"]
    assert sentence in readable(await surfer.read("/as/U_ANN"))
    assert sentence not in readable(await surfer.read("/as/U_BEN"))
    await surfer.do("U_ANN", "dismiss")
    assert sentence not in readable(await surfer.read("/as/U_ANN"))


async def test_what_somebody_else_can_see_cannot_be_pressed_in_their_name(
    surfer: Surfer, client: AsyncWebClient
) -> None:
    channel, ts = await asked(surfer, client, actions(button("Half", "tank")))
    (block,) = surfer.workspace.world.channels[channel].messages[ts].body["blocks"]
    order = {"surface": "message", "id": ts, "channel": channel, "block_id": block["block_id"]}
    await surfer.do("U_BEN", "act", 404, **order, action_id="tank")
    assert not surfer.workspace.journal.entries(kind="envelope", method="block_actions")


async def test_a_modal_whose_app_does_not_answer_stays_with_what_was_typed(
    surfer: Surfer, client: AsyncWebClient
) -> None:
    view = await the_modal(surfer, client, modal(field("What happened?", "what", "b")))
    answer = await surfer.do("U_ANN", "submit", id=view.id, values={"b": {"what": "the printer"}})
    assert answer["trouble"] == TROUBLE
    page = await surfer.read("/as/U_ANN")
    assert TROUBLE in readable(page)
    assert "the printer" in page


async def test_errors_stand_beside_their_field_and_are_counted(
    surfer: Surfer, client: AsyncWebClient
) -> None:
    view = await the_modal(surfer, client, modal(field("What happened?", "what", "b")))
    answer = await surfer.do("U_ANN", "submit", id=view.id, values={"b": {"what": ""}})
    assert answer["errors"]
    page = await surfer.read("/as/U_ANN")
    assert 'aria-invalid="true"' in page
    assert "1 answer needs another look" in readable(page)


async def test_a_pushed_view_can_be_gone_back_from(surfer: Surfer, client: AsyncWebClient) -> None:
    first = await the_modal(surfer, client, modal(field("First?", "one"), title="The first"))
    second = surfer.workspace.modals.push("U_ANN", modal(field("Second?", "two"), title="The second"))
    page = readable(await surfer.read("/as/U_ANN"))
    assert "Back to The first" in page
    assert "First?" not in page
    await surfer.do("U_ANN", "close", id=second.id)
    assert "First?" in readable(await surfer.read("/as/U_ANN"))
    assert "closed already" in (await surfer.do("U_ANN", "close", 409, id=second.id))["error"]
    assert surfer.workspace.modals.top("U_ANN") is first


class Attentive(Host):
    """Remembers who was stepped into."""

    def __init__(self, workspace: Workspace) -> None:
        super().__init__(workspace)
        self.stepped: list[str] = []

    def stepped_into(self, person: str) -> None:
        self.stepped.append(person)


async def test_opening_a_place_is_told_to_the_host_and_the_app(
    surfer: Surfer, app: AsyncApp, serve: Callable[..., Any]
) -> None:
    opened = hearing(app, "app_home_opened")
    await serve(app)
    host = surfer.workspace.host = Attentive(surfer.workspace)
    await surfer.read("/as/U_ANN?place=home")
    assert host.stepped == []
    await surfer.do("U_ANN", "visit", place="home")
    assert (await opened.get())["tab"] == "home"
    assert host.stepped == ["U_ANN"]


async def test_the_first_word_to_the_app_opens_the_conversation(surfer: Surfer) -> None:
    assert "Nothing has been said here yet" in readable(await surfer.read("/as/U_ANN"))
    await surfer.do("U_ANN", "say", text="Good morning & *hello*")
    assert "Good morning & *hello*" in readable(await surfer.read("/as/U_ANN"))
    assert "nothing to send" in (await surfer.do("U_ANN", "say", 409, text=" \n "))["error"]


async def test_only_ones_own_messages_can_be_changed_and_deleted(surfer: Surfer) -> None:
    staff = surfer.workspace.world.channel_named("staff")
    assert staff
    ts = (await surfer.do("U_ANN", "say", text="Frist", channel=staff.id))["ts"]
    assert f'data-edit-message="{ts}"' in await surfer.read(f"/as/U_ANN?place={staff.id}")
    assert f'data-edit-message="{ts}"' not in await surfer.read(f"/as/U_BEN?place={staff.id}")
    await surfer.do("U_BEN", "edit", 404, ts=ts, text="Mine now")
    await surfer.do("U_ANN", "edit", ts=ts, text="First")
    assert "First" in readable(await surfer.read(f"/as/U_BEN?place={staff.id}"))
    assert "(edited)" in await surfer.read(f"/as/U_BEN?place={staff.id}")
    await surfer.do("U_ANN", "delete", ts=ts)
    assert "First" not in readable(await surfer.read(f"/as/U_BEN?place={staff.id}"))


async def test_a_reaction_is_given_and_taken_back_by_the_same_press(surfer: Surfer) -> None:
    staff = surfer.workspace.world.channel_named("staff")
    assert staff
    ts = (await surfer.do("U_ANN", "say", text="Found it", channel=staff.id))["ts"]
    assert (await surfer.do("U_BEN", "react", ts=ts, name="tada"))["given"]
    assert "tada, Ben Baker: 1" in readable(await surfer.read(f"/as/U_ANN?place={staff.id}")).replace(
        " :", ":"
    )
    assert not (await surfer.do("U_BEN", "react", ts=ts, name="tada"))["given"]
    assert "tada, Ben Baker" not in readable(await surfer.read(f"/as/U_ANN?place={staff.id}"))
    assert "cannot be given" in (await surfer.do("U_BEN", "react", 409, ts=ts, name="<b>"))["error"]


async def test_a_file_is_attached_and_can_be_fetched_by_who_is_there(surfer: Surfer) -> None:
    staff = surfer.workspace.world.channel_named("staff")
    assert staff
    kept = await (await surfer.upload("U_ANN", "plan <b>.txt", b"the plan")).json()
    await surfer.do("U_ANN", "say", text="Look", channel=staff.id, files=[kept["id"]])
    page = await surfer.read(f"/as/U_BEN?place={staff.id}")
    link = page.partition('href="/files/')[2].partition('"')[0].replace("&amp;", "&")
    assert await surfer.read(f"/files/{link}") == "the plan"
    await surfer.read(f"/files/{link.replace('U_BEN', 'U_ANN')}", status=404)


async def test_nobody_shares_a_file_of_somebody_else(surfer: Surfer) -> None:
    kept = await (await surfer.upload("U_BEN", "plan.txt", b"the plan")).json()
    assert "gone" in (await surfer.do("U_ANN", "say", 409, text="Look", files=[kept["id"]]))["error"]


OFFERS = Offers.model_validate(
    {
        "commands": [{"command": "/mull", "description": "What is waiting", "usage_hint": "[words]"}],
        "shortcuts": [
            {"name": "Reflect now", "callback_id": "reflect", "type": "global"},
            {"name": "Keep this", "callback_id": "keep", "type": "message"},
        ],
    }
)


async def test_what_the_app_offers_is_offered_where_it_belongs(surfer: Surfer) -> None:
    surfer.workspace.offers = OFFERS
    await surfer.do("U_ANN", "say", text="A thought")
    page = await surfer.read("/as/U_ANN")
    assert 'data-command="/mull"' in page
    assert "What is waiting" in page
    composer, message = page.partition('id="composer"')[2], page.partition('id="composer"')[0]
    assert "Reflect now" in composer
    assert "Keep this" not in composer
    assert "Keep this" in message


async def test_a_command_that_is_not_offered_is_refused_with_those_that_are(surfer: Surfer) -> None:
    surfer.workspace.offers = OFFERS
    told = (await surfer.do("U_ANN", "command", 409, command="/other"))["error"]
    assert told == "/other is not a command here. There is /mull."
    assert "You used" not in readable(await surfer.read("/as/U_ANN"))


async def test_a_command_and_shortcuts_reach_the_app(
    surfer: Surfer, app: AsyncApp, serve: Callable[..., Any]
) -> None:
    heard: asyncio.Queue[str] = asyncio.Queue()

    @app.command("/mull")
    async def command(ack: Any, body: JsonObject) -> None:
        await ack(f"You said {body['text']}")

    @app.shortcut("reflect")
    async def reflect(ack: Any) -> None:
        await ack()
        await heard.put("reflect")

    @app.shortcut("keep")
    async def keep(ack: Any, body: JsonObject) -> None:
        await ack()
        await heard.put(body["message"]["text"])

    await serve(app)
    surfer.workspace.offers = OFFERS
    await surfer.do("U_ANN", "command", command="/mull", text="a & b")
    assert "You said a & b" in readable(await surfer.read("/as/U_ANN"))
    await surfer.do("U_ANN", "shortcut", callback_id="reflect")
    staff = surfer.workspace.world.channel_named("staff")
    assert staff
    ts = (await surfer.do("U_BEN", "say", text="Worth keeping", channel=staff.id))["ts"]
    await surfer.do("U_ANN", "shortcut", callback_id="keep", ts=ts)
    assert [await heard.get(), await heard.get()] == ["reflect", "Worth keeping"]
    assert "You chose the shortcut “Keep this”" in readable(await surfer.read("/as/U_ANN"))


@pytest.mark.parametrize("wrong", ["U0WORKSPACE", "USLACKBOT"])
async def test_nobody_plays_an_app(surfer: Surfer, wrong: str) -> None:
    await surfer.do(wrong, "say", 404, text="I am the app")
    assert surfer.workspace.world.found_direct(wrong, BOT_USER_ID) is None
