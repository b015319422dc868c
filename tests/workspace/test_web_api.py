"""The Web API as Slack's own clients find it."""

import asyncio
import email.utils
from datetime import UTC, datetime, timedelta

import aiohttp
import pytest
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot import clock
from bot.workspace.installation import ALL_SCOPES
from bot.workspace.server import Workspace
from bot.workspace.state import BOT_USER_ID, TEAM_ID
from bot.workspace.visitor import Person, Visitor
from tests.workspace.builders import actions, button, home, modal, section
from tests.workspace.conftest import PEOPLE, error_of


async def test_the_async_and_the_sync_client_get_the_same_answer(
    client: AsyncWebClient, workspace: Workspace
) -> None:
    sync = WebClient(token=workspace.bot_token, base_url=workspace.api_url)
    told = await asyncio.to_thread(sync.auth_test)
    assert told.data == (await client.auth_test()).data
    assert told["user_id"] == BOT_USER_ID


@pytest.mark.parametrize(
    ("token", "error"),
    [("", "not_authed"), ("xoxb-wrong", "invalid_auth"), ("app", "not_allowed_token_type")],
)
async def test_a_wrong_token_is_told_with_http_200(workspace: Workspace, token: str, error: str) -> None:
    headers = {"Authorization": f"Bearer {workspace.app_token if token == 'app' else token}"}
    url = f"{workspace.api_url}users.list"
    async with aiohttp.ClientSession(headers=headers) as session, session.post(url) as response:
        assert response.status == 200
        assert (await response.json())["error"] == error


async def test_json_form_and_query_say_the_same(workspace: Workspace) -> None:
    headers = {"Authorization": f"Bearer {workspace.bot_token}"}
    url = f"{workspace.api_url}users.info"
    async with aiohttp.ClientSession(headers=headers) as session:
        for way in (
            session.get(url, params={"user": "U_ANN"}),
            session.post(url, data={"user": "U_ANN"}),
            session.post(url, json={"user": "U_ANN"}),
        ):
            async with way as response:
                assert (await response.json())["user"]["name"] == "ann"


async def test_an_unknown_method_is_told(client: AsyncWebClient) -> None:
    assert await error_of(client.api_call("coffee.brew")) == "unknown_method"


async def test_the_date_header_follows_the_calendar(client: AsyncWebClient) -> None:
    clock.move_to(datetime(2030, 1, 7, 8, tzinfo=UTC))
    answer = await client.auth_test()
    told = email.utils.parsedate_to_datetime(answer.headers["Date"])
    assert told.date().isoformat() == "2030-01-07"


async def test_the_granted_scopes_are_in_a_header(client: AsyncWebClient) -> None:
    answer = await client.auth_test()
    assert set(answer.headers["X-OAuth-Scopes"].split(",")) == ALL_SCOPES


async def test_a_method_without_its_scope_says_which_is_missing() -> None:
    bare = Workspace(scopes=ALL_SCOPES - {"chat:write"})
    await bare.start()
    try:
        client = AsyncWebClient(token=bare.bot_token, base_url=bare.api_url)
        with pytest.raises(SlackApiError) as raised:
            await client.chat_postMessage(channel="U_ANN", text="x")
        assert raised.value.response["error"] == "missing_scope"
        assert raised.value.response["needed"] == "chat:write"
        assert "chat:write" not in raised.value.response["provided"].split(",")
    finally:
        await bare.stop()


async def test_people_are_listed_page_by_page(client: AsyncWebClient) -> None:
    found = [member["id"] async for page in await client.users_list(limit=1) for member in page["members"]]
    assert found == [BOT_USER_ID, "USLACKBOT", "U_ANN", "U_BEN"]


async def test_a_person_has_an_iana_zone_and_an_address(client: AsyncWebClient) -> None:
    ben = (await client.users_info(user="U_BEN"))["user"]
    assert ben["tz"] == "America/New_York"
    found = await client.users_lookupByEmail(email="ANN@school.example")
    assert found["user"]["id"] == "U_ANN"
    assert await error_of(client.users_lookupByEmail(email="x@y.example")) == "users_not_found"


async def test_a_deactivated_person_cannot_be_written_to(client: AsyncWebClient, ann: Person) -> None:
    opened = await client.conversations_open(users="U_ANN")
    await ann.change(deleted=True)
    assert await error_of(client.chat_postMessage(channel="U_ANN", text="x")) == "user_disabled"
    assert (
        await error_of(client.chat_postMessage(channel=opened["channel"]["id"], text="x")) == "user_disabled"
    )


async def test_direct_messages_are_opened_once(client: AsyncWebClient) -> None:
    first = await client.conversations_open(users=["U_ANN"])
    again = await client.conversations_open(users="U_ANN", return_im=True)
    posted = await client.chat_postMessage(channel="U_ANN", text="x")
    assert first["channel"]["id"] == again["channel"]["id"] == posted["channel"]
    assert again["already_open"]


async def test_a_private_channel_is_hidden_from_those_outside(
    client: AsyncWebClient, visitor: Visitor
) -> None:
    channel = await visitor.add_channel("quiet", ["U_ANN"])
    assert await error_of(client.conversations_info(channel=channel)) == "channel_not_found"
    made = (await client.conversations_create(name="mine", is_private=True))["channel"]["id"]
    await client.conversations_invite(channel=made, users="U_ANN")
    assert (await client.conversations_members(channel=made))["members"] == [BOT_USER_ID, "U_ANN"]
    listed = await client.conversations_list(types="private_channel")
    assert [one["id"] for one in listed["channels"]] == [made]
    assert await error_of(client.conversations_create(name="mine")) == "name_taken"


async def test_history_is_read_newest_first_between_two_moments(client: AsyncWebClient) -> None:
    sent = [await client.chat_postMessage(channel="U_ANN", text=f"m{n}") for n in range(5)]
    channel, stamps = sent[0]["channel"], [one["ts"] for one in sent]
    between = await client.conversations_history(channel=channel, oldest=stamps[1], latest=stamps[4])
    assert [one["ts"] for one in between["messages"]] == [stamps[3], stamps[2]]
    inclusive = await client.conversations_history(channel=channel, oldest=stamps[3], inclusive=True)
    assert [one["ts"] for one in inclusive["messages"]] == [stamps[4], stamps[3]]
    assert not inclusive["has_more"]


async def test_history_comes_page_by_page_and_says_when_it_is_complete(client: AsyncWebClient) -> None:
    for number in range(5):
        channel = (await client.chat_postMessage(channel="U_ANN", text=f"m{number}"))["channel"]
    pages = [page.data async for page in await client.conversations_history(channel=channel, limit=2)]
    assert [len(page["messages"]) for page in pages] == [2, 2, 1]
    assert [page["has_more"] for page in pages] == [True, True, False]


async def test_metadata_is_in_history_for_those_who_ask(client: AsyncWebClient) -> None:
    metadata = {"event_type": "sent", "event_payload": {"id": "42"}}
    sent = await client.chat_postMessage(channel="U_ANN", text="x", metadata=metadata)
    asked = await client.conversations_history(channel=sent["channel"], include_all_metadata=True)
    assert asked["messages"][0]["metadata"] == metadata
    plain = await client.conversations_history(channel=sent["channel"])
    assert "metadata" not in plain["messages"][0]


async def test_replies_are_in_the_thread_and_not_in_the_history(client: AsyncWebClient) -> None:
    root = await client.chat_postMessage(channel="U_ANN", text="root")
    await client.chat_postMessage(channel=root["channel"], text="reply", thread_ts=root["ts"])
    history = await client.conversations_history(channel=root["channel"])
    assert [one["text"] for one in history["messages"]] == ["root"]
    thread = await client.conversations_replies(channel=root["channel"], ts=root["ts"])
    assert [one["text"] for one in thread["messages"]] == ["root", "reply"]


async def test_timestamps_only_go_up_though_the_clock_goes_back(client: AsyncWebClient) -> None:
    before = await client.chat_postMessage(channel="U_ANN", text="x")
    clock.move_to(datetime.now(UTC) - timedelta(days=1))
    sent = await asyncio.gather(*[client.chat_postMessage(channel="U_ANN", text="x") for _ in range(50)])
    assert len({one["ts"] for one in sent}) == 50
    assert min(float(one["ts"]) for one in sent) > float(before["ts"])


async def test_wrong_blocks_are_refused_with_the_place(client: AsyncWebClient) -> None:
    with pytest.raises(SlackApiError) as raised:
        await client.chat_postMessage(channel="U_ANN", text="x", blocks=[actions(button("x" * 76, "a"))])
    assert raised.value.response["error"] == "invalid_blocks"
    assert "/blocks/0/elements/0/text/text" in raised.value.response["errors"][0]


async def test_a_long_text_is_cut_when_posted_and_refused_when_updated(client: AsyncWebClient) -> None:
    sent = await client.chat_postMessage(channel="U_ANN", text="x" * 40_001)
    assert len(sent["message"]["text"]) == 40_000
    assert sent["warning"] == "message_truncated"
    update = client.chat_update(channel=sent["channel"], ts=sent["ts"], text="x" * 4001)
    assert await error_of(update) == "msg_too_long"
    assert await error_of(client.api_call("chat.postMessage", json={"channel": "U_ANN"})) == "no_text"


async def test_an_update_changes_what_is_seen_and_keeps_the_rest(client: AsyncWebClient, ann: Person) -> None:
    metadata = {"event_type": "sent", "event_payload": {}}
    blocks = [actions(button("Go", "go"))]
    sent = await client.chat_postMessage(channel="U_ANN", text="one", blocks=blocks, metadata=metadata)
    await client.chat_update(channel=sent["channel"], ts=sent["ts"], text="two")
    assert (await ann.messages())[0].buttons
    await client.chat_update(channel=sent["channel"], ts=sent["ts"], text="three", blocks=[])
    (message,) = await ann.messages()
    assert (message.shown, message.edited, message.metadata) == ("three", True, metadata)


async def test_only_ones_own_message_is_changed_or_deleted(client: AsyncWebClient, ann: Person) -> None:
    ts = await ann.say("mine")
    channel = (await ann.messages())[0].channel
    assert await error_of(client.chat_update(channel=channel, ts=ts, text="x")) == "cant_update_message"
    assert await error_of(client.chat_delete(channel=channel, ts=ts)) == "cant_delete_message"
    assert await error_of(client.chat_update(channel=channel, ts="1.0", text="x")) == "message_not_found"
    sent = await client.chat_postMessage(channel=channel, text="ours")
    await client.chat_delete(channel=channel, ts=sent["ts"])
    assert [one.text for one in await ann.messages()] == ["mine"]


async def test_an_ephemeral_message_is_seen_by_one_and_kept_nowhere(
    client: AsyncWebClient, ann: Person, ben: Person
) -> None:
    channel = (await client.conversations_create(name="all"))["channel"]["id"]
    await client.conversations_invite(channel=channel, users="U_ANN,U_BEN")
    await client.chat_postEphemeral(channel=channel, user="U_ANN", text="psst")
    assert await ann.sees("psst")
    assert not await ben.sees("psst")
    history = await client.conversations_history(channel=channel)
    assert {one.get("subtype") for one in history["messages"]} == {"channel_join"}


async def test_a_reaction_is_set_once(client: AsyncWebClient, ann: Person) -> None:
    ts = await ann.say("kept?")
    channel = (await ann.messages())[0].channel
    await client.reactions_add(channel=channel, timestamp=ts, name="white_check_mark")
    again = client.reactions_add(channel=channel, timestamp=ts, name="white_check_mark")
    assert await error_of(again) == "already_reacted"
    assert (await ann.messages())[0].reactions == ["white_check_mark"]


async def test_home_is_published_unless_it_changed_meanwhile(client: AsyncWebClient, ann: Person) -> None:
    first = await client.views_publish(user_id="U_ANN", view=home(section("one")))
    second = await client.views_publish(
        user_id="U_ANN", view=home(section("two")), hash=first["view"]["hash"]
    )
    assert first["view"]["id"] == second["view"]["id"]
    late = client.views_publish(user_id="U_ANN", view=home(section("three")), hash=first["view"]["hash"])
    assert await error_of(late) == "hash_conflict"
    assert await ann.sees("two")


async def test_a_view_with_a_mistake_is_refused_with_the_place(client: AsyncWebClient) -> None:
    with pytest.raises(SlackApiError) as raised:
        await client.views_publish(user_id="U_ANN", view=home(actions(button("x" * 76, "a"))))
    assert raised.value.response["error"] == "invalid_arguments"
    (message,) = raised.value.response["response_metadata"]["messages"]
    assert message.startswith("[ERROR] ")
    assert "[json-pointer:/view/blocks/0/elements/0/text/text]" in message


async def test_an_external_id_belongs_to_one_view(client: AsyncWebClient) -> None:
    await client.views_publish(user_id="U_ANN", view=home(section("x")) | {"external_id": "one"})
    again = client.views_publish(user_id="U_BEN", view=home(section("x")) | {"external_id": "one"})
    assert await error_of(again) == "duplicate_external_id"
    changed = await client.views_update(external_id="one", view=home(section("y")))
    assert changed["view"]["blocks"][0]["text"]["text"] == "y"
    missing = client.views_update(external_id="two", view=home(section("y")))
    assert await error_of(missing) == "not_found"


async def test_an_unknown_trigger_opens_nothing(client: AsyncWebClient) -> None:
    opening = client.views_open(trigger_id="1.2.x", view=modal(section("x")))
    assert await error_of(opening) == "invalid_trigger_id"


async def test_message_times_are_the_calendars(client: AsyncWebClient) -> None:
    ahead = datetime.now(UTC) + timedelta(days=7)
    clock.move_to(ahead)
    sent = await client.chat_postMessage(channel="U_ANN", text="x")
    assert float(sent["ts"]) >= ahead.timestamp()


async def test_the_small_methods_answer(client: AsyncWebClient) -> None:
    assert (await client.team_info())["team"]["name"] == "Local workspace"
    assert (await client.bots_info(bot="B0WORKSPACE"))["bot"]["user_id"] == BOT_USER_ID
    assert (await client.dnd_info(user="U_ANN"))["dnd_enabled"] is False
    assert (await client.api_test())["ok"]
    sent = await client.chat_postMessage(channel="U_ANN", text="x")
    link = await client.chat_getPermalink(channel=sent["channel"], message_ts=sent["ts"])
    assert sent["channel"] in link["permalink"]


async def test_a_workspace_can_have_another_id_and_everything_in_it_says_so() -> None:
    other = Workspace(PEOPLE, channels=[{"name": "maths", "members": ["U_ANN"]}], team_id="T0OTHER")
    await other.start()
    client = AsyncWebClient(token=other.bot_token, base_url=other.api_url, retry_handlers=[])
    posted = await client.chat_postMessage(channel="U_ANN", text="hello")
    view = {"type": "home", "blocks": [{"type": "divider"}]}
    told = [
        (await client.auth_test())["team_id"],
        (await client.team_info())["team"]["id"],
        (await client.users_info(user="U_ANN"))["user"]["team_id"],
        (await client.conversations_info(channel=posted["channel"]))["channel"]["context_team_id"],
        posted["message"]["team"],
        (await client.views_publish(user_id="U_ANN", view=view))["view"]["team_id"],
    ]
    await other.stop()
    assert told == ["T0OTHER"] * len(told)
    assert TEAM_ID not in str(other.journal.entries())
