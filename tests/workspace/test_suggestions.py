"""External menus, file inputs and questions before a click, played through the control API."""

from collections.abc import Callable
from typing import Any

import pytest
from slack_bolt.async_app import AsyncAck, AsyncApp
from slack_sdk.web.async_client import AsyncWebClient

from bot.workspace.server import Workspace
from bot.workspace.visitor import Person, Refusal
from tests.workspace.builders import JsonObject, actions, button, field, home, modal, plain, section

Serve = Callable[..., Any]
COLLEAGUES = {"Maths": ["Amira", "Amos"], "Reading": ["Sam"]}
CONFIRM = {"title": plain("Sure?"), "text": plain("Gone."), "confirm": plain("Yes"), "deny": plain("No")}


def option(text: str) -> JsonObject:
    return {"text": plain(text), "value": text.lower()}


@pytest.fixture
async def heard(app: AsyncApp, serve: Serve) -> list[JsonObject]:
    """An app that knows colleagues by subject, and what was done with its elements."""
    actions_heard: list[JsonObject] = []

    @app.options("coach")
    async def colleagues(ack: AsyncAck, payload: JsonObject) -> None:
        typed = payload["value"].lower()
        found = {
            subject: [name for name in names if typed in name.lower()]
            for subject, names in COLLEAGUES.items()
        }
        groups = [
            {"label": plain(subject), "options": list(map(option, names))} for subject, names in found.items()
        ]
        await ack(option_groups=[group for group in groups if group["options"]])

    for name in ("coach", "wipe", "paper"):

        @app.action(name)
        async def act(ack: AsyncAck, payload: JsonObject) -> None:
            actions_heard.append(payload)
            await ack()

    await serve(app)
    return actions_heard


def menu(kind: str = "external_select", **more: Any) -> JsonObject:
    return {"type": kind, "action_id": "coach", "placeholder": plain("Coach"), "min_query_length": 2} | more


async def publish(client: AsyncWebClient, *blocks: JsonObject) -> None:
    await client.views_publish(user_id="U_ANN", view=home(*blocks))


async def test_what_the_app_suggests_is_told(
    heard: list[JsonObject], client: AsyncWebClient, ann: Person
) -> None:
    await publish(client, section("Who?", accessory=menu()))
    found = await ann.suggest("Coach", "am", in_home=True)
    assert [(group["label"]["text"], len(group["options"])) for group in found["option_groups"]] == [
        ("Maths", 2),
        ("Reading", 1),
    ]
    assert (found["options"], found["trouble"]) == ([], None)
    assert (await ann.suggest("Coach", "a", in_home=True))["option_groups"] == []


async def test_an_option_is_looked_up_when_it_is_chosen(
    heard: list[JsonObject], client: AsyncWebClient, ann: Person
) -> None:
    await publish(client, section("Who?", accessory=menu()))
    await ann.choose("Coach", "Amos", in_home=True)
    assert heard[-1]["selected_option"] == option("Amos")
    with pytest.raises(Refusal, match="no option ‘Nobody’"):
        await ann.choose("Coach", "Nobody", in_home=True)


async def test_several_are_looked_up_one_after_the_other(
    heard: list[JsonObject], client: AsyncWebClient, ann: Person
) -> None:
    await publish(client, section("Who?", accessory=menu("multi_external_select")))
    await ann.choose("Coach", "Amos", "Sam", in_home=True)
    assert heard[-1]["selected_options"] == [option("Amos"), option("Sam")]


async def test_with_no_app_there_nothing_can_be_looked_up(client: AsyncWebClient, ann: Person) -> None:
    await publish(client, section("Who?", accessory=menu()))
    with pytest.raises(Refusal, match="could not be loaded"):
        await ann.choose("Coach", "Amos", in_home=True)


async def test_a_file_of_ones_own_goes_into_a_file_input(workspace: Workspace, ann: Person) -> None:
    paper = workspace.files.put("U_ANN", "plan.pdf", b"paper")
    workspace.modals.open("U_ANN", modal(field("Paper", "paper", element={"type": "file_input"})))
    await ann.choose("Paper", paper.id)
    screen = await ann.modal()
    assert screen is not None
    assert [file["name"] for file in screen.values["paper"]] == ["plan.pdf"]


async def test_a_question_is_answered_with_yes_unless_it_is_denied(
    heard: list[JsonObject], client: AsyncWebClient, ann: Person
) -> None:
    await publish(client, actions(button("Delete", "wipe", confirm=CONFIRM), button("Plain", "plain")))
    await ann.click("Delete", in_home=True, deny=True)
    assert heard == []
    await ann.click("Delete", in_home=True)
    assert heard[-1]["action_id"] == "wipe"
    with pytest.raises(Refusal, match="asks nothing"):
        await ann.click("Plain", in_home=True, deny=True)
