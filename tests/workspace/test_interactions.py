"""What a person does with buttons, fields and modals, and what the app gets to hear of it."""

import asyncio
import re
from collections.abc import Callable
from typing import Any

import pytest
from slack_bolt.async_app import AsyncAck, AsyncApp, AsyncRespond
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.workspace.server import Workspace
from bot.workspace.visitor import Person, Refusal, Visitor
from tests.workspace.builders import JsonObject, actions, button, field, home, modal, plain, section

Serve = Callable[..., Any]
Heard = list[JsonObject]


def option(text: str, value: str) -> JsonObject:
    return {"text": plain(text), "value": value}


MENU = {
    "type": "static_select",
    "action_id": "tank",
    "placeholder": plain("How full?"),
    "options": [option("Half", "2"), option("Full", "4")],
}


@pytest.fixture
def heard() -> Heard:
    return []


@pytest.fixture
async def listening(app: AsyncApp, serve: Serve, heard: Heard) -> AsyncApp:
    """An app that acknowledges everything, keeps what it heard, and opens a modal for the button `open`."""
    app.use(_keep(heard))

    @app.action("open")
    async def open_modal(ack: AsyncAck, body: JsonObject, client: AsyncWebClient) -> None:
        view = modal(*body_blocks(), callback_id="form", notify_on_close=True, private_metadata="m1")
        await client.views_open(trigger_id=body["trigger_id"], view=view)
        await ack()

    for pattern in (app.action(re.compile(".*")), app.view_closed("form"), app.shortcut("note")):
        pattern(_acknowledge)
    app.event("message")(_acknowledge)
    await serve(app)
    return app


def body_blocks() -> list[JsonObject]:
    return [
        field(
            "What happened?",
            "line",
            "b_line",
            dispatch_action=True,
            element={
                "dispatch_action_config": {"trigger_actions_on": ["on_character_entered"]},
                "max_length": 20,
            },
        ),
        field("Anything else?", "more", "b_more", optional=True),
        {"type": "input", "block_id": "b_tank", "label": plain("Tank"), "optional": True, "element": MENU},
        actions(button("Inside", "inside")),
    ]


async def _acknowledge(ack: AsyncAck) -> None:
    await ack()


def _keep(heard: Heard) -> Any:
    async def keep(body: JsonObject, next: Any) -> None:
        heard.append(body)
        await next()

    return keep


async def open_form(client: AsyncWebClient, person: Person) -> None:
    await client.chat_postMessage(
        channel=person.id, text="x", blocks=[actions(button("Open", "open", value="v1"))]
    )
    await person.click("Open")
    await person.wait_for_modal()


async def test_a_click_carries_what_slack_sends(
    listening: AsyncApp, heard: Heard, client: AsyncWebClient, ann: Person, workspace: Workspace
) -> None:
    sent = await client.chat_postMessage(
        channel="U_ANN", text="x", blocks=[actions(button("Go", "go", value="v1"))]
    )
    outcome = await ann.click("Go")
    assert outcome.acknowledged
    body = next(one for one in heard if one["type"] == "block_actions")
    assert body["container"] == {
        "type": "message",
        "message_ts": sent["ts"],
        "channel_id": sent["channel"],
        "is_ephemeral": False,
    }
    (action,) = body["actions"]
    assert (action["action_id"], action["value"], action["text"]["text"]) == ("go", "v1", "Go")
    assert action["block_id"] == body["message"]["blocks"][0]["block_id"]
    assert body["response_url"].startswith(workspace.address)
    assert {"trigger_id", "user", "team", "api_app_id", "channel", "state"} <= set(body)


async def test_typing_is_heard_at_once_where_the_field_asks_for_it(
    listening: AsyncApp, heard: Heard, client: AsyncWebClient, ann: Person
) -> None:
    await open_form(client, ann)
    heard.clear()
    await ann.type("Anything else?", "quietly")
    assert heard == []
    await ann.type("What happened?", "a draft")
    (body,) = heard
    assert body["actions"][0]["value"] == "a draft"
    assert body["view"]["state"]["values"]["b_more"]["more"]["value"] == "quietly"
    assert body["view"]["private_metadata"] == "m1"


async def test_choosing_is_heard_from_a_message_and_kept_in_a_modal(
    listening: AsyncApp, heard: Heard, client: AsyncWebClient, ann: Person
) -> None:
    await client.chat_postMessage(channel="U_ANN", text="x", blocks=[actions(MENU)])
    await ann.choose("How full?", "Half")
    assert heard[-1]["actions"][0]["selected_option"]["value"] == "2"
    await open_form(client, ann)
    await ann.choose("Tank", "Full")
    screen = await ann.modal()
    assert screen is not None
    assert screen.values == {"line": None, "more": None, "tank": "4"}


async def test_what_slacks_client_refuses_is_never_sent(
    listening: AsyncApp, heard: Heard, client: AsyncWebClient, ann: Person
) -> None:
    await open_form(client, ann)
    assert list((await ann.submit()).errors) == ["b_line"]
    await ann.type("What happened?", "x" * 21)
    assert "at most 20" in (await ann.submit()).errors["b_line"]
    assert not [body for body in heard if body["type"] == "view_submission"]


async def test_a_closed_modal_is_told_to_an_app_that_asked(
    listening: AsyncApp, heard: Heard, client: AsyncWebClient, ann: Person
) -> None:
    await open_form(client, ann)
    await ann.close()
    assert heard[-1]["type"] == "view_closed"
    assert heard[-1]["is_cleared"] is False
    assert await ann.modal() is None


async def test_only_what_is_visible_can_be_clicked(
    listening: AsyncApp, client: AsyncWebClient, ann: Person
) -> None:
    with pytest.raises(Refusal, match="There are no buttons at all"):
        await ann.click("Go")
    await client.chat_postMessage(channel="U_ANN", text="x", blocks=[actions(button("Go", "go"))])
    with pytest.raises(Refusal, match="The buttons there are: ‘Go’"):
        await ann.click("Stop")
    await open_form(client, ann)
    with pytest.raises(Refusal, match="‘Inside’"):
        await ann.click("Go")


async def test_the_newest_message_with_the_button_is_meant(
    listening: AsyncApp, heard: Heard, client: AsyncWebClient, ann: Person
) -> None:
    sent = [
        await client.chat_postMessage(
            channel="U_ANN", text="x", blocks=[actions(button("Go", "go", value=value))]
        )
        for value in ("old", "new")
    ]
    await ann.click("Go")
    assert heard[-1]["actions"][0]["value"] == "new"
    await ann.click("Go", ts=sent[0]["ts"])
    assert heard[-1]["actions"][0]["value"] == "old"


async def test_a_button_for_ones_eyes_only_is_nobody_elses(
    listening: AsyncApp, heard: Heard, client: AsyncWebClient, ann: Person, ben: Person, visitor: Visitor
) -> None:
    channel = (await client.conversations_create(name="staff"))["channel"]["id"]
    await client.conversations_invite(channel=channel, users="U_ANN,U_BEN")
    blocks = [actions(button("Go", "go"))]
    await client.chat_postEphemeral(channel=channel, user="U_ANN", text="x", blocks=blocks)
    with pytest.raises(Refusal):
        await ben.click("Go")
    await ann.click("Go")
    assert heard[-1]["container"]["is_ephemeral"] is True
    assert "message" not in heard[-1]


async def test_a_submission_brings_the_response_urls_it_asked_for(
    listening: AsyncApp, heard: Heard, client: AsyncWebClient, ann: Person, visitor: Visitor
) -> None:
    channel = await visitor.add_channel("staff", ["U_ANN"])
    answering(listening, {})
    await open_form(client, ann)
    picker = {"type": "conversations_select", "action_id": "where", "response_url_enabled": True}
    screen = await ann.modal()
    assert screen is not None
    asking = modal({"type": "input", "label": plain("Where"), "element": picker}, callback_id="form")
    await client.views_update(view_id=screen.id, view=asking)
    await ann.choose("Where", "staff")
    await ann.submit()
    (lent,) = heard[-1]["response_urls"]
    assert lent["channel_id"] == channel


async def test_a_button_that_is_gone_can_still_be_sent(
    listening: AsyncApp, heard: Heard, ann: Person
) -> None:
    await ann.raw(actions=[{"type": "button", "action_id": "never_was", "block_id": "b", "value": "v"}])
    assert heard[-1]["actions"][0]["action_id"] == "never_was"
    assert heard[-1]["trigger_id"]


async def test_home_has_buttons_of_its_own(
    listening: AsyncApp, heard: Heard, client: AsyncWebClient, ann: Person
) -> None:
    await client.views_publish(user_id="U_ANN", view=home(actions(button("Waiting", "waiting"))))
    await ann.click("Waiting", in_home=True)
    assert heard[-1]["container"]["type"] == "view"
    assert heard[-1]["view"]["type"] == "home"


async def test_what_is_sent_again_unchanged_can_be_pressed_while_it_is_redrawn(
    listening: AsyncApp, client: AsyncWebClient
) -> None:
    buttons = [actions(button("First", "first")), actions(button("Second", "second"))]
    first, second = await home_ids(client, *buttons)
    assert (await home_ids(client, section("New"), *buttons[::-1]))[1:] == [second, first]
    posted = await client.chat_postMessage(channel="U_ANN", text="x", blocks=buttons)
    changed = await client.chat_update(
        channel=posted["channel"], ts=posted["ts"], text="x", blocks=[section("New"), buttons[1]]
    )
    assert changed["message"]["blocks"][1]["block_id"] == posted["message"]["blocks"][1]["block_id"]


async def test_two_blocks_alike_keep_two_ids_and_a_field_without_one_starts_anew(
    listening: AsyncApp, client: AsyncWebClient
) -> None:
    alike, empty = section("The same"), field("A line", "line")
    before = await home_ids(client, alike, alike, empty)
    again = await home_ids(client, alike, alike, alike, empty)
    assert again[:2] == before[:2]
    assert len({*before, *again}) == 5


async def test_an_id_that_the_app_gives_is_given_to_nothing_else(
    listening: AsyncApp, client: AsyncWebClient
) -> None:
    alike = section("The same")
    (known,) = await home_ids(client, alike)
    named, other = await home_ids(client, section("Another", block_id=known), alike)
    assert (named, other != known) == (known, True)


async def home_ids(client: AsyncWebClient, *blocks: JsonObject) -> list[str]:
    published = await client.views_publish(user_id="U_ANN", view=home(*blocks))
    return [block["block_id"] for block in published["view"]["blocks"]]


async def test_shortcuts_reach_the_app(listening: AsyncApp, heard: Heard, ann: Person) -> None:
    assert (await ann.shortcut("note")).acknowledged
    assert heard[-1]["type"] == "shortcut"
    ts = await ann.say("keep this")
    assert (await ann.shortcut("note", ts=ts)).acknowledged
    assert heard[-1]["message"]["text"] == "keep this"


async def test_an_app_that_does_not_acknowledge_leaves_the_modal_open_with_its_text(
    listening: AsyncApp,
    client: AsyncWebClient,
    ann: Person,
    visitor: Visitor,
    workspace: Workspace,
) -> None:
    workspace.sockets.ack_seconds = 0.2
    await open_form(client, ann)
    await ann.type("What happened?", "my words")
    outcome = await ann.submit()  # the app has no listener for it: Bolt answers 404 and acknowledges nothing
    assert not outcome.acknowledged
    assert outcome.trouble
    screen = await ann.modal()
    assert screen is not None
    assert screen.values["line"] == "my words"


def answering(app: AsyncApp, answer: JsonObject) -> None:
    @app.view("form")
    async def answered(ack: AsyncAck) -> None:
        await ack(**answer)


NEXT = modal(section("Page two"), title="Two")


@pytest.mark.parametrize(
    ("answer", "titles"),
    [
        ({}, []),
        ({"response_action": "clear"}, []),
        ({"response_action": "update", "view": NEXT}, ["Two"]),
        ({"response_action": "push", "view": NEXT}, ["A modal", "Two"]),
    ],
    ids=["closed", "cleared", "updated", "pushed"],
)
async def test_an_answer_to_a_submission_is_carried_out(
    listening: AsyncApp, client: AsyncWebClient, ann: Person, answer: JsonObject, titles: list[str]
) -> None:
    answering(listening, answer)
    await open_form(client, ann)
    await ann.type("What happened?", "x")
    assert (await ann.submit()).trouble is None
    assert [view["title"] for view in (await ann.screen())["modals"]] == titles


@pytest.mark.parametrize(
    "answer",
    [
        {"response_action": "errors", "errors": {"nowhere": "?"}},
        {"response_action": "update", "view": modal(section("x" * 3001))},
        {"response_action": "dance"},
    ],
    ids=["unknown block", "invalid view", "unknown action"],
)
async def test_an_answer_slack_would_not_take_is_trouble_and_loses_nothing(
    listening: AsyncApp, client: AsyncWebClient, ann: Person, answer: JsonObject
) -> None:
    answering(listening, answer)
    await open_form(client, ann)
    await ann.type("What happened?", "kept")
    assert (await ann.submit()).trouble
    screen = await ann.modal()
    assert screen is not None
    assert screen.values["line"] == "kept"


async def test_entries_survive_an_update_where_the_field_stays(
    listening: AsyncApp, client: AsyncWebClient, ann: Person
) -> None:
    await open_form(client, ann)
    await ann.type("What happened?", "a draft")
    screen = await ann.modal()
    assert screen is not None
    changed = modal(body_blocks()[0], field("New", "new", "b_new"))
    await client.views_update(view_id=screen.id, view=changed, hash=screen.hash)
    after = await ann.modal()
    assert after is not None
    assert after.values == {"line": "a draft", "new": None}
    with pytest.raises(SlackApiError, match="hash_conflict"):
        await client.views_update(view_id=screen.id, view=changed, hash=screen.hash)


async def test_three_views_fit_on_a_stack(
    app: AsyncApp, serve: Serve, client: AsyncWebClient, ann: Person, workspace: Workspace
) -> None:
    refused: list[str] = []

    @app.action("more")
    async def more(ack: AsyncAck, body: JsonObject, client: AsyncWebClient) -> None:
        await ack()
        view = modal(actions(button("More", "more")), title=f"Page {len(refused)}")
        try:
            pushing = client.views_push if "view" in body else client.views_open
            await pushing(trigger_id=body["trigger_id"], view=view)
        except SlackApiError as error:
            refused.append(error.response["error"])

    await serve(app)
    await client.chat_postMessage(channel="U_ANN", text="x", blocks=[actions(button("More", "more"))])
    for _ in range(4):
        await ann.click("More")
    assert refused == ["push_limit_reached"]
    root, second, third = workspace.world.stack("U_ANN")
    assert [view.body["root_view_id"] for view in (root, second, third)] == [root.id] * 3
    assert [view.body["previous_view_id"] for view in (root, second, third)] == [None, root.id, second.id]


async def test_a_trigger_is_good_once_and_for_three_seconds(
    app: AsyncApp, serve: Serve, client: AsyncWebClient, ann: Person, workspace: Workspace
) -> None:
    errors: list[str] = []

    @app.action("go")
    async def go(ack: AsyncAck, body: JsonObject, client: AsyncWebClient) -> None:
        await ack()
        for _ in range(2):
            try:
                await client.views_open(trigger_id=body["trigger_id"], view=modal(section("x")))
            except SlackApiError as error:
                errors.append(error.response["error"])

    await serve(app)
    await client.chat_postMessage(channel="U_ANN", text="x", blocks=[actions(button("Go", "go"))])
    await ann.click("Go")
    assert errors == ["exchanged_trigger_id"]
    await ann.close()
    workspace.grants.trigger_seconds = -1.0
    await ann.click("Go")
    assert errors[1:] == ["expired_trigger_id", "expired_trigger_id"]


async def test_a_response_url_is_good_for_five_answers(
    app: AsyncApp, serve: Serve, client: AsyncWebClient, ann: Person, ben: Person
) -> None:
    done = asyncio.Event()
    statuses: list[tuple[int, str]] = []

    @app.action("go")
    async def go(ack: AsyncAck, respond: AsyncRespond) -> None:
        await ack()
        for number in range(6):
            answer = await respond(text=f"answer {number}", replace_original=number == 0)
            statuses.append((answer.status_code, answer.body))
        done.set()

    await serve(app)
    await client.chat_postMessage(channel="U_ANN", text="x", blocks=[actions(button("Go", "go"))])
    await ann.click("Go")
    await done.wait()
    assert [status for status, _ in statuses] == [200] * 5 + [404]
    assert statuses[5][1] == "used_url"
    shown = [(one.text, one.ephemeral) for one in await ann.messages()]
    assert shown[:2] == [("answer 0", False), ("answer 1", True)]


async def test_an_original_can_be_deleted_through_its_response_url(
    app: AsyncApp, serve: Serve, client: AsyncWebClient, ann: Person
) -> None:
    @app.action("go")
    async def go(ack: AsyncAck, respond: AsyncRespond) -> None:
        await respond(delete_original=True)
        await ack()

    await serve(app)
    await client.chat_postMessage(channel="U_ANN", text="x", blocks=[actions(button("Go", "go"))])
    await ann.click("Go")
    assert await ann.messages() == []


async def test_two_hundred_people_click_at_once_and_all_get_their_modal(
    app: AsyncApp, serve: Serve, client: AsyncWebClient, visitor: Visitor, workspace: Workspace
) -> None:
    @app.action("open")
    async def open_modal(ack: AsyncAck, body: JsonObject, client: AsyncWebClient) -> None:
        await client.views_open(trigger_id=body["trigger_id"], view=modal(section("Here")))
        await ack()

    await serve(app, sockets=2)
    crowd = [await visitor.add_person(f"U{number}", f"p{number}") for number in range(200)]
    blocks = [actions(button("Open", "open"))]
    await asyncio.gather(*[client.chat_postMessage(channel=one.id, text="x", blocks=blocks) for one in crowd])
    outcomes = await asyncio.gather(*[one.click("Open") for one in crowd])
    assert all(outcome.acknowledged for outcome in outcomes)
    assert all(await asyncio.gather(*[one.modal() for one in crowd]))
