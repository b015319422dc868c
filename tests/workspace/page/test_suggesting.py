"""Menus whose options the app suggests while somebody types on the page."""

import pytest
from slack_bolt.async_app import AsyncApp
from slack_bolt.response import BoltResponse
from slack_sdk.web.async_client import AsyncWebClient

from bot.workspace.page import entering
from bot.workspace.page.entering import ActOrder, SuggestOrder
from bot.workspace.server import Workspace
from bot.workspace.targets import NotThere
from tests.workspace.builders import JsonObject, actions, plain
from tests.workspace.page.gallery import element, option
from tests.workspace.page.hand import Hand, Serve, block_with, publish


async def test_an_app_is_asked_for_options_with_what_was_typed(hand: Hand, client: AsyncWebClient) -> None:
    await publish(client, block_with("external_select"))
    answer = await hand.suggest("act_external_select", "read")
    assert [one["text"]["text"] for one in answer["options"]] == ["Reading aloud", "Reading along"]
    asked = hand.heard[-1]
    assert asked["type"] == "block_suggestion"
    assert (asked["value"], asked["block_id"], asked["action_id"]) == ("read", "b", "act_external_select")
    assert asked["container"] == {"type": "view", "view_id": hand.home_id}
    assert {"user", "team", "api_app_id", "view"} <= set(asked)
    assert "trigger_id" not in asked


async def test_a_suggestion_in_a_message_says_which_message(hand: Hand, client: AsyncWebClient) -> None:
    blocks = [actions(element("external_select")) | {"block_id": "b"}]
    sent = await client.chat_postMessage(channel="U_ANN", text="x", blocks=blocks)
    spot = {"surface": "message", "id": sent["ts"], "channel": sent["channel"]}
    order = SuggestOrder.model_validate(
        spot | {"block_id": "b", "action_id": "act_external_select", "typed": "maths"}
    )
    assert (await entering.suggest(hand.members, hand.user, order))["options"] == [option("Maths talk")]
    asked = hand.heard[-1]
    assert (asked["container"]["message_ts"], asked["message"]["ts"]) == (sent["ts"], sent["ts"])
    assert asked["channel"]["id"] == sent["channel"]


async def test_only_what_was_suggested_or_is_chosen_already_can_be_chosen(
    hand: Hand, client: AsyncWebClient
) -> None:
    kind = "multi_external_select"
    await publish(client, block_with(kind))
    await hand.suggest(f"act_{kind}", "maths")
    both = await hand.act(f"act_{kind}", ["reading aloud", "maths talk"])
    assert [one["value"] for one in both["selected_options"]] == ["reading aloud", "maths talk"]
    await hand.suggest(f"act_{kind}", "along")
    kept = await hand.act(f"act_{kind}", ["maths talk", "reading along"])
    assert [one["value"] for one in kept["selected_options"]] == ["maths talk", "reading along"]
    with pytest.raises(NotThere, match="reading aloud"):
        await hand.act(f"act_{kind}", ["reading aloud"])


@pytest.mark.parametrize(
    ("least", "typed", "asked"), [(None, "re", False), (None, "rea", True), (0, "", True), (5, "read", False)]
)
async def test_the_app_is_asked_from_the_length_it_wants(
    hand: Hand, client: AsyncWebClient, least: int | None, typed: str, asked: bool
) -> None:
    await publish(client, block_with("external_select", min_query_length=least))
    answer = await hand.suggest("act_external_select", typed)
    assert bool([body for body in hand.heard if body["type"] == "block_suggestion"]) is asked
    assert bool(answer["options"]) is asked
    assert answer["trouble"] is None


async def test_only_an_external_menu_asks_its_app(hand: Hand, client: AsyncWebClient) -> None:
    await publish(client, block_with("static_select"))
    with pytest.raises(NotThere, match="not asked for options"):
        await hand.suggest("act_static_select", "x")


GROUP = {"label": plain("Strands"), "options": [option("Reading aloud")]}


@pytest.mark.parametrize(
    ("answer", "groups", "trouble"),
    [
        ({"option_groups": [GROUP]}, 1, None),
        ({"options": []}, 0, None),
        ({"options": [{"text": plain("x" * 76), "value": "v"}]}, 0, "less than 76"),
        ({"options": [option(f"Option {number}") for number in range(101)]}, 0, "no more than 100"),
        ({"options": [{"text": "x"}]}, 0, "missing required field"),
        ({"choices": []}, 0, "answered with none"),
        ({}, 0, "answered with none"),
    ],
)
async def test_what_an_app_suggests_is_checked_as_slack_checks_it(
    workspace: Workspace,
    client: AsyncWebClient,
    serve: Serve,
    answer: JsonObject,
    groups: int,
    trouble: str | None,
) -> None:
    app = AsyncApp(client=client, process_before_response=True)

    @app.middleware
    async def suggest(body: JsonObject) -> BoltResponse:
        return BoltResponse(status=200, body=answer if body.get("type") == "block_suggestion" else "")

    await serve(app)
    hand = Hand(workspace, [])
    await publish(client, block_with("external_select"))
    told = await hand.suggest("act_external_select", "read")
    assert len(told["option_groups"]) == groups
    assert told["options"] == []
    assert (trouble is None and told["trouble"] is None) or trouble in told["trouble"]
    if groups:
        order = {"surface": "home", "id": hand.home_id, "block_id": "b", "action_id": "act_external_select"}
        chosen = ActOrder.model_validate(order | {"value": "reading aloud"})
        await entering.act(hand.members, hand.user, chosen)
        assert hand.state["b"]["act_external_select"]["selected_option"] == option("Reading aloud")


async def test_with_no_app_there_the_options_could_not_be_loaded(
    workspace: Workspace, client: AsyncWebClient
) -> None:
    hand = Hand(workspace, [])
    await publish(client, block_with("external_select"))
    assert "could not be loaded" in (await hand.suggest("act_external_select", "read"))["trouble"]
