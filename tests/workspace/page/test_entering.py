"""What is pressed, typed and chosen on the page reaches a real Bolt app as Slack sends it."""

import re
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest
from pydantic import ValidationError
from slack_bolt.async_app import AsyncAck, AsyncApp
from slack_bolt.response import BoltResponse
from slack_sdk.web.async_client import AsyncWebClient

from bot.workspace.choices import offered
from bot.workspace.members import Members
from bot.workspace.page import entering
from bot.workspace.page.entering import ActOrder, Raw, SubmitOrder, SuggestOrder
from bot.workspace.server import Workspace
from bot.workspace.state import User
from bot.workspace.targets import NotThere
from bot.workspace.visitor import Person
from tests.workspace.builders import JsonObject, actions, button, field, home, modal, plain
from tests.workspace.page import gallery
from tests.workspace.page.gallery import element, option

Serve = Callable[..., Any]
STRANDS = ("Reading aloud", "Reading along", "Maths talk")


class Hand:
    """Ann's hand on the page: it acts on what is published to her Home, or on her open modal."""

    def __init__(self, workspace: Workspace, heard: list[JsonObject]) -> None:
        self.workspace = workspace
        self.members = Members(workspace)
        self.user: User = workspace.world.users["U_ANN"]
        self.heard = heard

    @property
    def home_id(self) -> str:
        home_tab = self.workspace.world.homes.get("U_ANN")
        return home_tab.id if home_tab else ""

    @property
    def modal_id(self) -> str:
        return self.workspace.world.stack("U_ANN")[-1].id

    async def act(self, action: str, value: Raw = None, **more: Any) -> JsonObject:
        """What the app heard of it: the action. Without one: {}."""
        before = len(self.heard)
        order = {
            "surface": "home",
            "id": self.home_id,
            "block_id": "b",
            "action_id": action,
            "value": value,
        } | more
        await entering.act(self.members, self.user, ActOrder.model_validate(order))
        told: JsonObject = self.heard[-1]["actions"][0] if len(self.heard) > before else {}
        return told

    async def suggest(self, action: str, typed: str) -> JsonObject:
        order = SuggestOrder(surface="home", id=self.home_id, block_id="b", action_id=action, typed=typed)
        return await entering.suggest(self.members, self.user, order)

    async def submit(self, **values: Raw) -> Any:
        by_block: dict[str, dict[str, Raw]] = {block: {"a": value} for block, value in values.items()}
        order = SubmitOrder(id=self.modal_id, values=by_block)
        return await entering.submit(self.members, self.user, order)

    @property
    def state(self) -> JsonObject:
        return self.workspace.world.homes["U_ANN"].values


@pytest.fixture
async def hand(workspace: Workspace, app: AsyncApp, serve: Serve) -> Hand:
    """An app that acknowledges everything, suggests strands, and opens a modal of two fields for `open`."""
    heard: list[JsonObject] = []

    @app.middleware
    async def keep(body: JsonObject, next: Any) -> None:
        heard.append(body)
        await next()

    @app.action("open")
    async def open_modal(ack: AsyncAck, body: JsonObject, client: AsyncWebClient) -> None:
        blocks = [
            field("Name", "a", "name"),
            field("Mail", "a", "mail", element={"type": "email_text_input"}),
        ]
        day = {"type": "input", "block_id": "day", "optional": True, "label": plain("Day")}
        picker = {"element": {"type": "datepicker", "action_id": "a"}}
        await client.views_open(trigger_id=body["trigger_id"], view=modal(*blocks, day | picker))
        await ack()

    @app.options(re.compile("act_(multi_)?external_select"))
    async def strands(ack: AsyncAck, payload: JsonObject) -> None:
        await ack(options=[option(text) for text in STRANDS if payload["value"].lower() in text.lower()])

    @app.action(re.compile(".*"))
    async def act(ack: AsyncAck) -> None:
        await ack()

    @app.view(re.compile(".*"))
    async def view(ack: AsyncAck) -> None:
        await ack()

    await serve(app)
    return Hand(workspace, heard)


async def publish(client: AsyncWebClient, *blocks: JsonObject) -> None:
    await client.views_publish(user_id="U_ANN", view=home(*blocks))


def block_with(kind: str, **more: Any) -> JsonObject:
    if kind in ("icon_button", "feedback_buttons"):
        return {"type": "context_actions", "block_id": "b", "elements": [element(kind, **more)]}
    if kind in ("button", "workflow_button", "overflow"):
        return actions(element(kind, **more)) | {"block_id": "b"}
    dispatching = {} if kind == "file_input" else {"dispatch_action": True}
    named = {"type": "input", "block_id": "b", "label": plain("Field")}
    return named | dispatching | {"element": element(kind, **more)}


HEARD: list[tuple[str, Raw, JsonObject]] = [
    ("button", None, {"value": "v1", "style": "primary", "text": plain("Press")}),
    ("workflow_button", None, {"text": plain("Start the workflow")}),
    ("overflow", "edit", {"selected_option": option("Edit")}),
    ("checkboxes", ["tea"], {"selected_options": [gallery.ELEMENTS["checkboxes"]["options"][0]]}),
    ("checkboxes", [], {"selected_options": []}),
    ("radio_buttons", "full", {"selected_option": option("Full")}),
    ("static_select", "empty", {"selected_option": option("Empty")}),
    ("static_select", None, {"selected_option": None}),
    ("multi_static_select", ["reading"], {"selected_options": [option("Reading")]}),
    ("users_select", "U_ANN", {"selected_user": "U_ANN"}),
    ("multi_users_select", ["U_ANN", "U_BEN"], {"selected_users": ["U_ANN", "U_BEN"]}),
    ("datepicker", "2026-12-01", {"selected_date": "2026-12-01"}),
    ("datepicker", "", {"selected_date": None}),
    ("timepicker", "09:30", {"selected_time": "09:30"}),
    ("datetimepicker", "2026-07-01T09:30", {"selected_date_time": 1782894600}),
    ("email_text_input", "a@b.example", {"value": "a@b.example"}),
    ("url_text_input", None, {"value": None}),
    ("number_input", "2.5", {"value": "2.5"}),
    ("plain_text_input", "one\r\ntwo", {"value": "one\ntwo"}),
    (
        "rich_text_input",
        "*as typed*",
        {"rich_text_value": gallery.rich(gallery.run(gallery.words("*as typed*")))},
    ),
]


@pytest.mark.parametrize(("kind", "value", "told"), HEARD, ids=[f"{case[0]}-{case[1]}" for case in HEARD])
async def test_each_element_tells_the_app_what_slack_would(
    hand: Hand, client: AsyncWebClient, kind: str, value: Raw, told: JsonObject
) -> None:
    await publish(client, block_with(kind))
    heard = await hand.act(f"act_{kind}", value, entered=True)
    assert (heard["type"], heard["block_id"], heard["action_id"]) == (kind, "b", f"act_{kind}")
    assert told.items() <= heard.items()
    if kind not in ("button", "workflow_button", "overflow"):
        kept = hand.state["b"][f"act_{kind}"]
        assert told.items() <= kept.items()


@pytest.mark.parametrize(
    ("kind", "prefix"),
    [("channels_select", "selected_channel"), ("conversations_select", "selected_conversation")],
)
async def test_a_conversation_is_chosen_by_its_id(
    hand: Hand, client: AsyncWebClient, kind: str, prefix: str
) -> None:
    staff = hand.workspace.world.add_channel("public", "staff", ["U_BEN"], "U_BEN")
    heads = hand.workspace.world.add_channel("private", "heads", ["U_BEN"], "U_BEN")
    await publish(client, block_with(kind))
    assert (await hand.act(f"act_{kind}", staff.id))[prefix] == staff.id
    with pytest.raises(NotThere, match="nothing called"):
        await hand.act(f"act_{kind}", heads.id)


@pytest.mark.parametrize(
    ("listed", "include"),
    [
        ({"#staff", "Ben Baker", "App"}, {}),
        ({"#staff"}, {"include": ["public"]}),
        ({"#staff", "Ben Baker"}, {"exclude_bot_users": True}),
    ],
)
async def test_a_conversation_menu_offers_what_its_filter_lets_through(
    hand: Hand, listed: set[str], include: JsonObject
) -> None:
    world = hand.workspace.world
    world.add_channel("public", "staff", ["U_BEN"], "U_BEN")
    world.add_channel("public", "old", ["U_BEN"], "U_BEN").archived = True
    world.direct("U_ANN", "U_BEN")
    world.direct("U_ANN", "U0WORKSPACE")
    (group,) = offered(world, hand.user, {"type": "conversations_select", "filter": include})
    assert {offer.names[0] for offer in group.offers} == listed


@pytest.mark.parametrize(
    ("kind", "value", "sentence"),
    [
        ("static_select", "Overflowing", "The options there are: ‘Empty’, ‘Half’, ‘Full’"),
        ("radio_buttons", "soup", "There is no option ‘soup’"),
        ("checkboxes", ["tea", "gin"], "There is no option ‘gin’"),
        ("static_select", ["empty", "full"], "takes 1, not 2"),
        ("multi_static_select", ["maths", "reading", "registration"], "takes 2, not 3"),
        ("users_select", "U_NOBODY", "nobody"),
        ("external_select", "never offered", "There is no option ‘never offered’"),
        ("datepicker", "2026-02-30", "is not a date"),
        ("timepicker", "25:00", "is not a time"),
        ("datetimepicker", "tomorrow", "is not a date and time"),
        ("plain_text_input", ["a", "b"], "one text"),
        ("overflow", "steal", "There is no option ‘steal’"),
    ],
)
async def test_what_is_not_offered_is_refused_in_a_sentence_and_changes_nothing(
    hand: Hand, client: AsyncWebClient, kind: str, value: Raw, sentence: str
) -> None:
    await publish(client, block_with(kind))
    before = repr(hand.state)
    with pytest.raises(NotThere, match=sentence):
        await hand.act(f"act_{kind}", value)
    assert repr(hand.state) == before
    assert not [body for body in hand.heard if body["type"] == "block_actions"]


async def test_feedback_is_positive_or_negative(hand: Hand, client: AsyncWebClient) -> None:
    sent = await client.chat_postMessage(channel="U_ANN", text="x", blocks=[block_with("feedback_buttons")])
    where = {"surface": "message", "id": sent["ts"], "channel": sent["channel"]}
    heard = await hand.act("act_feedback_buttons", "negative", **where)
    assert (heard["type"], heard["value"], heard["text"]["text"]) == ("feedback_buttons", "no", "Bad")
    with pytest.raises(NotThere, match="positive or negative"):
        await hand.act("act_feedback_buttons", "perhaps", **where)


async def test_the_very_element_is_meant_however_many_look_like_it(
    hand: Hand, client: AsyncWebClient
) -> None:
    first, second = [actions(button("Go", "go", value=name)) | {"block_id": name} for name in ("one", "two")]
    old = await client.chat_postMessage(channel="U_ANN", text="x", blocks=[first, second])
    await client.chat_postMessage(channel="U_ANN", text="x", blocks=[first])
    heard = await hand.act("go", surface="message", id=old["ts"], channel=old["channel"], block_id="two")
    assert (heard["value"], hand.heard[-1]["container"]["message_ts"]) == ("two", old["ts"])


@pytest.mark.parametrize(
    "spot",
    [
        {"surface": "message", "id": "1.1"},
        {"surface": "modal", "id": "V_GONE"},
        {"id": "V_GONE"},
        {"block_id": "elsewhere"},
        {"action_id": "elsewhere"},
    ],
)
async def test_what_is_gone_is_said_to_be_gone(hand: Hand, client: AsyncWebClient, spot: JsonObject) -> None:
    await publish(client, block_with("button"))
    with pytest.raises(NotThere):
        await hand.act("act_button", **spot)


async def test_nobody_presses_what_only_somebody_else_sees(hand: Hand, client: AsyncWebClient) -> None:
    theirs = await client.chat_postMessage(channel="U_BEN", text="x", blocks=[block_with("button")])
    with pytest.raises(NotThere):
        await hand.act("act_button", surface="message", id=theirs["ts"], channel=theirs["channel"])


@pytest.mark.parametrize(
    ("config", "entered", "heard"),
    [
        (None, False, False),
        (None, True, True),
        (["on_enter_pressed"], False, False),
        (["on_character_entered"], False, True),
        (["on_character_entered"], True, True),
    ],
)
async def test_typing_is_heard_when_the_field_asks_for_it(
    hand: Hand, client: AsyncWebClient, config: list[str] | None, entered: bool, heard: bool
) -> None:
    more = {"dispatch_action_config": {"trigger_actions_on": config}} if config else {}
    await publish(client, block_with("plain_text_input", **more))
    assert bool(await hand.act("act_plain_text_input", "word", entered=entered)) is heard
    assert hand.state["b"]["act_plain_text_input"]["value"] == "word"


async def test_a_date_and_time_is_on_the_clock_of_the_person(hand: Hand, client: AsyncWebClient) -> None:
    hand.user.tz = "America/New_York"
    await publish(client, block_with("datetimepicker"))
    heard = await hand.act("act_datetimepicker", "2026-11-30T15:40")
    assert heard["selected_date_time"] == datetime(2026, 11, 30, 20, 40, tzinfo=UTC).timestamp()


async def test_what_a_field_cannot_show_is_not_lost_when_it_is_sent_back(
    hand: Hand, client: AsyncWebClient
) -> None:
    styled = gallery.rich(gallery.run(gallery.words("Bold", bold=True), gallery.words(" words")))
    await publish(client, block_with("rich_text_input", initial_value=styled))
    assert (await hand.act("act_rich_text_input", "Bold words", entered=True))["rich_text_value"] == styled
    await publish(client, block_with("datetimepicker"))
    same_minute = await hand.act("act_datetimepicker", "2026-11-18T11:06")
    assert same_minute["selected_date_time"] == gallery.DAY


async def test_files_of_ones_own_can_be_given_and_only_such_as_the_field_takes(hand: Hand) -> None:
    files = hand.workspace.files
    mine, wrong = files.put("U_ANN", "plan.PDF", b"1"), files.put("U_ANN", "plan.exe", b"2")
    theirs = files.put("U_BEN", "notes.pdf", b"3")
    view = hand.workspace.modals.open("U_ANN", modal(block_with("file_input")))

    async def give(*wanted: str) -> list[str]:
        await hand.act("act_file_input", list(wanted), surface="modal", id=view.id)
        return [file["id"] for file in view.values["b"]["act_file_input"]["files"]]

    assert await give(mine.id) == [mine.id]
    for refused, sentence in (
        (wrong.id, "ending in pdf, png"),
        (theirs.id, "no file"),
        ("F_NONE", "no file F_NONE"),
    ):
        with pytest.raises(NotThere, match=sentence):
            await give(refused)
    with pytest.raises(NotThere, match="takes 2 files, not 3"):
        await give(*[mine.id] * 3)
    assert await give() == []
    assert not [body for body in hand.heard if body["type"] == "block_actions"]


# External menus


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


# Modals


@pytest.fixture
async def with_modal(hand: Hand, client: AsyncWebClient) -> Hand:
    await publish(client, actions(button("Open", "open")) | {"block_id": "b"})
    await hand.act("open")
    return hand


async def test_a_modal_is_sent_with_what_its_fields_hold(with_modal: Hand) -> None:
    outcome = await with_modal.submit(name="Ann", mail="ann@school.example", day="2026-12-01")
    assert outcome.acknowledged
    values = with_modal.heard[-1]["view"]["state"]["values"]
    told = [
        values[name]["a"].get("value") or values[name]["a"]["selected_date"]
        for name in ("name", "mail", "day")
    ]
    assert told == ["Ann", "ann@school.example", "2026-12-01"]
    assert with_modal.workspace.world.stack("U_ANN") == []


async def test_fields_that_are_not_named_keep_what_they_had(with_modal: Hand) -> None:
    spot = {"surface": "modal", "id": with_modal.modal_id, "block_id": "name"}
    await with_modal.act("a", "Ann", **spot)
    assert (await with_modal.submit(mail="ann@school.example")).acknowledged


async def test_what_slacks_client_refuses_is_told_at_the_field(with_modal: Hand) -> None:
    outcome = await with_modal.submit(name="Ann", mail="not an address")
    assert outcome.errors == {"mail": "Please enter a valid email address."}
    assert not [body for body in with_modal.heard if body["type"] == "view_submission"]


async def test_a_value_that_a_field_does_not_take_is_an_error_of_its_block(with_modal: Hand) -> None:
    outcome = await with_modal.submit(name="Ann", mail="ann@school.example", day="someday")
    assert outcome.errors == {"day": "‘someday’ is not a date."}
    assert with_modal.workspace.world.stack("U_ANN")[-1].errors == outcome.errors


async def test_a_modal_that_is_covered_or_closed_cannot_be_sent(with_modal: Hand) -> None:
    below = with_modal.modal_id
    with_modal.workspace.modals.push("U_ANN", modal(field("On top", "a", "top")))
    with pytest.raises(NotThere, match="any more"):
        await entering.submit(with_modal.members, with_modal.user, SubmitOrder(id=below))


def test_an_order_has_the_parts_it_has_and_no_others() -> None:
    spot = {"surface": "home", "id": "V1", "block_id": "b", "action_id": "a"}
    for wrong in (
        {"surface": "wall"},
        {"value": 7},
        {"value": {"x": 1}},
        {"more": 1},
        {"value": "x" * 200_001},
    ):
        with pytest.raises(ValidationError):
            ActOrder.model_validate(spot | wrong)


async def test_what_somebody_chooses_in_a_shared_message_is_seen_and_told_of_nobody_else(
    hand: Hand, client: AsyncWebClient, ben: Person
) -> None:
    staff = hand.workspace.world.add_channel("public", "staff", ["U_ANN", "U_BEN", "U0WORKSPACE"], "U_ANN")
    blocks = [actions(element("static_select"), button("Go", "go")) | {"block_id": "b"}]
    sent = await client.chat_postMessage(channel=staff.id, text="x", blocks=blocks)
    message = staff.messages[sent["ts"]]
    await hand.act("act_static_select", "empty", surface="message", id=sent["ts"], channel=staff.id)
    await ben.click("Go")
    told = hand.heard[-1]["state"]["values"]["b"]["act_static_select"]["selected_option"]
    assert told == option("Full")
    mine = message.values_for("U_ANN")["b"]["act_static_select"]["selected_option"]
    assert mine == option("Empty")
    await client.chat_update(channel=staff.id, ts=sent["ts"], text="y", blocks=blocks)
    assert message.values_for("U_ANN")["b"]["act_static_select"]["selected_option"] == option("Empty")


async def test_what_stands_in_an_attachment_can_be_pressed_and_says_where_it_stood(
    hand: Hand, client: AsyncWebClient, ann: Person
) -> None:
    blocks = [actions(element("static_select"), button("Go", "go")) | {"block_id": "b"}]
    attachments: list[JsonObject] = [{"text": "first"}, {"text": "_second_", "blocks": blocks}]
    sent = await client.chat_postMessage(channel="U_ANN", text="x", attachments=attachments)
    message = await ann.wait_for_message("second")
    assert message.shown.splitlines()[:3] == ["x", "first", "second"]
    assert [one.text for one in message.buttons] == ["Go"]
    where = {"surface": "message", "id": sent["ts"], "channel": sent["channel"]}
    assert (await hand.act("act_static_select", "empty", **where))["selected_option"] == option("Empty")
    await ann.click("Go")
    told = hand.heard[-1]
    assert (told["container"]["type"], told["container"]["attachment_id"]) == ("message_attachment", 2)
    assert told["state"]["values"]["b"]["act_static_select"]["selected_option"] == option("Empty")
