"""What is pressed, typed and chosen on the page reaches a real Bolt app as Slack sends it."""

from datetime import UTC, datetime

import pytest
from pydantic import ValidationError
from slack_sdk.web.async_client import AsyncWebClient

from bot.workspace.choices import offered
from bot.workspace.page.entering import ActOrder, Raw
from bot.workspace.targets import NotThere
from bot.workspace.visitor import Person
from tests.workspace.builders import JsonObject, actions, button, modal, plain
from tests.workspace.page import gallery
from tests.workspace.page.gallery import element, option
from tests.workspace.page.hand import Hand, block_with, publish

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
