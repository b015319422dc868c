"""Channels and group direct messages: made, entered, left, renamed, archived; by the app and by people."""

from collections.abc import Callable
from typing import Any

import pytest
from slack_bolt.async_app import AsyncApp
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.workspace.state import BOT_USER_ID
from bot.workspace.visitor import Person, Refusal, Visitor
from tests.workspace.conftest import error_of, hearing

JsonObject = dict[str, Any]
Serve = Callable[..., Any]


async def made(client: AsyncWebClient, name: str = "staff", *members: str, private: bool = False) -> str:
    """A channel of the app's, with these people in it."""
    channel = (await client.conversations_create(name=name, is_private=private))["channel"]["id"]
    if members:
        await client.conversations_invite(channel=channel, users=",".join(members))
    return str(channel)


async def lines(client: AsyncWebClient, channel: str) -> list[tuple[str | None, str]]:
    """Subtype and text of what stands in a channel, oldest first."""
    history = await client.conversations_history(channel=channel)
    return [(one.get("subtype"), one["text"]) for one in history["messages"][::-1]]


@pytest.mark.parametrize(
    ("name", "error"),
    [
        ("", "invalid_name_required"),
        ("x" * 81, "invalid_name_maxlength"),
        ("Staff", "invalid_name_specials"),
        ("two words", "invalid_name_specials"),
        ("--", "invalid_name_punctuation"),
        ("taken", "name_taken"),
    ],
)
async def test_a_name_that_cannot_be_is_refused(client: AsyncWebClient, name: str, error: str) -> None:
    await made(client, "taken")
    channel = await made(client)
    assert await error_of(client.conversations_create(name=name)) == error
    assert await error_of(client.conversations_rename(channel=channel, name=name)) == error


async def test_names_may_be_in_any_script(client: AsyncWebClient) -> None:
    assert (await client.conversations_create(name="lehrer-für-café_2"))["ok"]


async def test_slack_writes_down_who_came_went_and_changed_what(client: AsyncWebClient) -> None:
    channel = await made(client, "staff", "U_ANN", "U_BEN")
    await client.conversations_kick(channel=channel, user="U_BEN")
    await client.conversations_setTopic(channel=channel, topic="Tea")
    await client.conversations_setPurpose(channel=channel, purpose="Talking")
    await client.conversations_rename(channel=channel, name="everyone")
    await client.conversations_archive(channel=channel)
    await client.conversations_unarchive(channel=channel)
    me = f"<@{BOT_USER_ID}>"
    assert await lines(client, channel) == [
        ("channel_join", f"{me} has joined the channel"),
        ("channel_join", "<@U_ANN> has joined the channel"),
        ("channel_join", "<@U_BEN> has joined the channel"),
        ("channel_leave", "<@U_BEN> has left the channel"),
        ("channel_topic", f"{me} set the channel topic: Tea"),
        ("channel_purpose", f"{me} set the channel purpose: Talking"),
        ("channel_name", f'{me} has renamed the channel from "staff" to "everyone"'),
        ("channel_archive", f"{me} archived the channel"),
        ("channel_unarchive", f"{me} un-archived the channel"),
    ]
    shown = (await client.conversations_info(channel=channel, include_num_members=True))["channel"]
    assert (shown["topic"]["value"], shown["purpose"]["creator"]) == ("Tea", BOT_USER_ID)
    assert (shown["name"], shown["previous_names"], shown["num_members"]) == ("everyone", ["staff"], 2)


async def test_a_channel_remembers_what_it_was_called(client: AsyncWebClient) -> None:
    channel = await made(client, "one")
    for name in ("two", "three", "one"):
        shown = await client.conversations_rename(channel=channel, name=name)
    assert shown["channel"]["previous_names"] == ["three", "two"]


async def test_a_private_channels_lines_are_a_groups(client: AsyncWebClient) -> None:
    channel = await made(client, "quiet", private=True)
    await client.conversations_setTopic(channel=channel, topic="")
    await client.conversations_setTopic(channel=channel, topic="Hush")
    assert [kind for kind, _ in await lines(client, channel)] == ["group_join", "group_topic"]


async def test_what_slack_wrote_is_not_the_apps_to_change(client: AsyncWebClient) -> None:
    channel = await made(client)
    ts = (await client.conversations_history(channel=channel))["messages"][0]["ts"]
    assert await error_of(client.chat_update(channel=channel, ts=ts, text="x")) == "cant_update_message"
    assert await error_of(client.chat_delete(channel=channel, ts=ts)) == "cant_delete_message"


async def test_the_app_hears_of_what_happens_to_channels(
    open_eared: AsyncApp, serve: Serve, client: AsyncWebClient
) -> None:
    kinds = ("created", "rename", "archive", "unarchive", "left")
    heard = hearing(open_eared, *(f"channel_{kind}" for kind in kinds), "group_rename")
    await serve(open_eared)

    async def next_event(kind: str) -> JsonObject:
        event = await heard.get()
        assert event["type"] == kind
        return event

    channel = await made(client)
    assert (await next_event("channel_created"))["channel"]["creator"] == BOT_USER_ID
    await client.conversations_rename(channel=channel, name="everyone")
    assert (await next_event("channel_rename"))["channel"]["name"] == "everyone"
    await client.conversations_archive(channel=channel)
    assert (await next_event("channel_archive"))["user"] == BOT_USER_ID
    await client.conversations_unarchive(channel=channel)
    assert (await next_event("channel_unarchive"))["channel"] == channel
    await client.conversations_leave(channel=channel)
    assert (await next_event("channel_left"))["actor_id"] == BOT_USER_ID
    private = await made(client, "quiet", private=True)
    await client.conversations_rename(channel=private, name="quieter")
    assert (await next_event("group_rename"))["channel"]["id"] == private


async def test_of_a_private_channel_only_its_members_hear(
    open_eared: AsyncApp, serve: Serve, client: AsyncWebClient
) -> None:
    kinds = [f"group_{what}" for what in ("archive", "unarchive", "left", "close")]
    heard = hearing(open_eared, *kinds)
    await serve(open_eared)
    channel = await made(client, "quiet", "U_ANN", private=True)
    group = (await client.conversations_open(users="U_ANN,U_BEN"))["channel"]["id"]
    for call, where in (
        (client.conversations_archive, channel),
        (client.conversations_unarchive, channel),
        (client.conversations_leave, channel),
        (client.conversations_close, group),
    ):
        await call(channel=where)
        event = await heard.get()
        assert (event["type"], event["channel"]) == (kinds.pop(0), where)


async def test_members_are_told_who_invited_them(app: AsyncApp, serve: Serve, client: AsyncWebClient) -> None:
    heard = hearing(app, "member_joined_channel")
    await serve(app)
    channel = await made(client, "quiet", "U_ANN", private=True)
    joined = await heard.get()
    assert (joined["user"], joined["inviter"], joined["channel"]) == ("U_ANN", BOT_USER_ID, channel)


async def test_an_invitation_is_for_all_or_with_force_for_those_who_can(
    client: AsyncWebClient, ann: Person
) -> None:
    channel = await made(client)
    inviting = client.conversations_invite(channel=channel, users="U_ANN,U_NOBODY,U0WORKSPACE")
    with pytest.raises(SlackApiError) as raised:
        await inviting
    assert raised.value.response["error"] == "user_not_found"
    assert [one["error"] for one in raised.value.response["errors"]] == ["user_not_found", "cant_invite_self"]
    assert not (await ann.screen())["channels"]
    forced = await client.conversations_invite(channel=channel, users="U_ANN,U_NOBODY", force=True)
    assert [one["user"] for one in forced["errors"]] == ["U_NOBODY"]
    assert (await client.conversations_members(channel=channel))["members"] == [BOT_USER_ID, "U_ANN"]
    assert await error_of(client.conversations_invite(channel=channel, users="U_ANN")) == "already_in_channel"
    assert await error_of(client.conversations_invite(channel=channel, users="")) == "no_user"


async def test_guests_come_where_they_may(client: AsyncWebClient, visitor: Visitor) -> None:
    """Guests of one channel into one, strangers into none, deactivated people nowhere."""
    await visitor.add_person("U_ONE", "one", is_ultra_restricted=True)
    await visitor.add_person("U_FAR", "far", is_stranger=True)
    await visitor.add_person("U_GONE", "gone", deleted=True)
    await visitor.add_person("U_GUEST", "guest", is_restricted=True)
    first = await made(client, "first", "U_ONE", "U_GUEST")
    second = await made(client, "second", "U_GUEST")
    for user, error in (
        ("U_ONE", "ura_max_channels"),
        ("U_FAR", "cant_invite"),
        ("U_GONE", "user_not_found"),
    ):
        assert await error_of(client.conversations_invite(channel=second, users=user)) == error
    assert "U_ONE" in (await client.conversations_members(channel=first))["members"]


async def test_the_app_enters_a_public_channel_by_itself(client: AsyncWebClient, visitor: Visitor) -> None:
    public = await visitor.add_channel("staff", ["U_ANN"], kind="public")
    private = await visitor.add_channel("quiet", ["U_ANN"])
    assert await error_of(client.chat_postMessage(channel=public, text="x")) == "not_in_channel"
    assert (await client.conversations_join(channel=public))["channel"]["is_member"]
    assert (await client.conversations_join(channel=public))["warning"] == "already_in_channel"
    assert (await client.chat_postMessage(channel=public, text="x"))["ok"]
    assert await error_of(client.conversations_join(channel=private)) == "channel_not_found"


async def test_leaving_ends_what_the_app_may_do_there(client: AsyncWebClient) -> None:
    channel = await made(client, "staff", "U_ANN")
    await client.conversations_leave(channel=channel)
    with pytest.raises(SlackApiError) as raised:
        await client.conversations_leave(channel=channel)
    assert raised.value.response.data == {"ok": False, "not_in_channel": True}
    for call in (
        client.conversations_history(channel=channel),
        client.conversations_invite(channel=channel, users="U_BEN"),
        client.conversations_kick(channel=channel, user="U_ANN"),
        client.conversations_setTopic(channel=channel, topic="x"),
        client.conversations_archive(channel=channel),
        client.conversations_mark(channel=channel, ts="1.2"),
    ):
        assert await error_of(call) == "not_in_channel"


async def test_the_last_one_in_a_private_channel_stays(client: AsyncWebClient) -> None:
    channel = await made(client, "quiet", private=True)
    assert await error_of(client.conversations_leave(channel=channel)) == "last_member"


async def test_who_can_be_removed(client: AsyncWebClient, ann: Person) -> None:
    channel = await made(client, "staff", "U_ANN")
    for user, error in (
        (BOT_USER_ID, "cant_kick_self"),
        ("U_BEN", "not_in_channel"),
        ("U_NOBODY", "user_not_found"),
    ):
        assert await error_of(client.conversations_kick(channel=channel, user=user)) == error
    await client.conversations_kick(channel=channel, user="U_ANN")
    with pytest.raises(Refusal):
        await ann.say("still here", channel="staff")


async def test_an_archived_channel_is_read_and_not_written_to(client: AsyncWebClient, ann: Person) -> None:
    channel = await made(client, "staff", "U_ANN")
    await client.conversations_archive(channel=channel)
    for call in (
        client.chat_postMessage(channel=channel, text="x"),
        client.conversations_invite(channel=channel, users="U_BEN"),
        client.conversations_rename(channel=channel, name="other"),
        client.conversations_setPurpose(channel=channel, purpose="x"),
        client.conversations_join(channel=channel),
        client.conversations_leave(channel=channel),
    ):
        assert await error_of(call) == "is_archived"
    assert await error_of(client.conversations_archive(channel=channel)) == "already_archived"
    with pytest.raises(Refusal, match="archived"):
        await ann.say("x", channel="staff")
    assert await lines(client, channel)
    listed = await client.conversations_list(exclude_archived=True)
    assert listed["channels"] == []
    await client.conversations_unarchive(channel=channel)
    assert await error_of(client.conversations_unarchive(channel=channel)) == "not_archived"


async def test_only_its_maker_renames_a_channel(client: AsyncWebClient, visitor: Visitor) -> None:
    channel = await visitor.add_channel("staff", ["U_ANN"], kind="public")
    await client.conversations_join(channel=channel)
    assert await error_of(client.conversations_rename(channel=channel, name="ours")) == "not_authorized"


@pytest.mark.parametrize("length", [250, 251])
async def test_topic_and_purpose_have_a_length(client: AsyncWebClient, length: int) -> None:
    channel = await made(client)
    for call in (
        client.conversations_setTopic(channel=channel, topic="x" * length),
        client.conversations_setPurpose(channel=channel, purpose="x" * length),
    ):
        if length > 250:
            assert await error_of(call) == "too_long"
        else:
            assert (await call)["ok"]


async def test_a_group_of_people_has_one_conversation(
    client: AsyncWebClient, ann: Person, ben: Person
) -> None:
    opened = await client.conversations_open(users=["U_ANN", "U_BEN"], return_im=True)
    group = opened["channel"]
    assert (group["is_mpim"], group["name"]) == (True, "mpdm-ann--ben--app-1")
    again = await client.conversations_open(users="U_BEN,U_ANN")
    assert (again["channel"]["id"], again["already_open"]) == (group["id"], True)
    await client.chat_postMessage(channel=group["id"], text="to you both")
    await ann.wait_for("to you both")
    await ben.wait_for("to you both")
    listed = await client.conversations_list(types="mpim")
    assert [one["id"] for one in listed["channels"]] == [group["id"]]


async def test_what_is_said_in_a_group_is_told_as_such(
    app: AsyncApp, serve: Serve, client: AsyncWebClient, ann: Person
) -> None:
    heard = hearing(app, "message")
    await serve(app)
    group = (await client.conversations_open(users="U_ANN,U_BEN"))["channel"]["id"]
    await ann.say("us three", channel=group)
    event = await heard.get()
    assert (event["channel_type"], event["channel"]) == ("mpim", group)


async def test_what_is_said_in_a_channel_is_told_to_an_app_that_is_there(
    app: AsyncApp, serve: Serve, client: AsyncWebClient, ann: Person
) -> None:
    channel = await made(client, "staff", "U_ANN")
    await client.conversations_invite(channel=await made(client, "other"), users="U_ANN")
    await client.conversations_leave(channel=(await client.conversations_list())["channels"][1]["id"])
    heard = hearing(app, "message")
    await serve(app)
    await ann.say("not for the app", channel="other")
    await ann.say("for everybody", channel="staff")
    told: list[JsonObject] = []
    while not told or told[-1]["text"] != "for everybody":
        told.append(await heard.get())
    assert "not for the app" not in [event["text"] for event in told]
    assert (told[-1]["channel"], told[-1]["channel_type"]) == (channel, "channel")


async def test_with_whom_there_can_be_no_conversation(client: AsyncWebClient, visitor: Visitor) -> None:
    await visitor.add_person("U_FAR", "far", is_stranger=True)
    await visitor.add_person("U_GONE", "gone", deleted=True)
    for users, error in (
        ("U_FAR", "user_not_visible"),
        ("U_ANN,U_FAR", "user_not_visible"),
        ("U_ANN,U_GONE", "user_disabled"),
        ("U_ANN,U_NOBODY", "user_not_found"),
        (",".join(f"U{n}" for n in range(9)), "too_many_users"),
        ("", "users_list_not_supplied"),
        (BOT_USER_ID, "users_list_not_supplied"),
    ):
        assert await error_of(client.conversations_open(users=users)) == error
    assert await error_of(client.chat_postMessage(channel="U_FAR", text="x")) == "user_not_visible"


async def test_direct_messages_are_closed_and_open_again(
    open_eared: AsyncApp, serve: Serve, client: AsyncWebClient, ann: Person
) -> None:
    heard = hearing(open_eared, "im_created", "im_close")
    await serve(open_eared)
    channel = (await client.conversations_open(users="U_ANN"))["channel"]["id"]
    assert (await heard.get())["user"] == "U_ANN"
    await client.conversations_close(channel=channel)
    assert (await heard.get())["channel"] == channel
    assert (await client.conversations_close(channel=channel))["already_closed"]
    assert "already_open" not in await client.conversations_open(users="U_ANN")
    assert (await client.conversations_info(channel=channel))["channel"]["is_open"]
    await client.conversations_close(channel=channel)
    assert not (await client.conversations_info(channel=channel))["channel"]["is_open"]
    await ann.say("are you there?")
    assert (await client.conversations_info(channel=channel))["channel"]["is_open"]


async def test_a_method_is_for_its_kind_of_conversation(client: AsyncWebClient) -> None:
    direct = (await client.conversations_open(users="U_ANN"))["channel"]["id"]
    group = (await client.conversations_open(users="U_ANN,U_BEN"))["channel"]["id"]
    channel = await made(client)
    for call in (
        client.conversations_invite(channel=direct, users="U_BEN"),
        client.conversations_archive(channel=group),
        client.conversations_rename(channel=direct, name="x"),
        client.conversations_join(channel=group),
        client.conversations_leave(channel=direct),
        client.conversations_kick(channel=group, user="U_ANN"),
        client.conversations_setTopic(channel=direct, topic="x"),
        client.conversations_unarchive(channel=direct),
        client.conversations_close(channel=channel),
        client.conversations_open(channel=channel),
    ):
        assert await error_of(call) == "method_not_supported_for_channel_type"
    assert (await client.conversations_setTopic(channel=group, topic="Tea"))["channel"]["topic"][
        "value"
    ] == "Tea"


async def test_conversations_are_listed_page_by_page(client: AsyncWebClient) -> None:
    ids = [await made(client, f"room-{number}") for number in range(5)]
    listing = await client.conversations_list(limit=2)
    assert [[one["id"] for one in page["channels"]] async for page in listing] == [ids[:2], ids[2:4], ids[4:]]
    first = await client.conversations_members(channel=ids[0], limit=1)
    assert first["response_metadata"]["next_cursor"] == ""


async def test_whose_conversations_they_are(client: AsyncWebClient, visitor: Visitor) -> None:
    """Of a person the app sees the public ones, and the private ones that it is in itself."""
    public = await visitor.add_channel("staff", ["U_ANN"], kind="public")
    await visitor.add_channel("quiet", ["U_ANN"])
    shared = await made(client, "shared", "U_ANN", private=True)
    both = "public_channel,private_channel"
    hers = await client.users_conversations(user="U_ANN", types=both)
    assert [one["id"] for one in hers["channels"]] == [public, shared]
    mine = await client.users_conversations(types=both)
    assert [one["id"] for one in mine["channels"]] == [shared]
    assert await error_of(client.users_conversations(user="U_NOBODY")) == "user_not_found"


async def test_the_app_marks_how_far_it_has_read(client: AsyncWebClient) -> None:
    sent = await client.chat_postMessage(channel="U_ANN", text="x")
    await client.conversations_mark(channel=sent["channel"], ts=sent["ts"])
    shown = (await client.conversations_info(channel=sent["channel"]))["channel"]
    assert shown["last_read"] == sent["ts"]
    assert await error_of(client.conversations_mark(channel=sent["channel"], ts="x")) == "invalid_timestamp"
