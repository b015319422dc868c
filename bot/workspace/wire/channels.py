"""Methods that make channels and change them."""

import re
from typing import Any, Literal

from bot.workspace.channel import Channel
from bot.workspace.ids import BOT_USER_ID
from bot.workspace.state import User
from bot.workspace.wire.call import Call, CallFailed, Method

JsonObject = dict[str, Any]

_LONGEST_NAME = 80
_LONGEST_HEADING = 250
_MOST_INVITED = 100


def create(call: Call) -> JsonObject:
    private = call.flag("is_private")
    call.need("groups:write" if private else "channels:manage")
    name = _free_name(call)
    channel = call.workspace.rooms.create("private" if private else "public", name, BOT_USER_ID)
    return {"channel": channel.as_json(BOT_USER_ID)}


def _free_name(call: Call) -> str:
    name = call.text("name", "")
    if not name:
        raise CallFailed("invalid_name_required")
    if len(name) > _LONGEST_NAME:
        raise CallFailed("invalid_name_maxlength")
    if not re.fullmatch(r"[\w-]+", name) or name != name.lower():
        raise CallFailed("invalid_name_specials")
    if not re.search(r"[^\W_]", name):
        raise CallFailed("invalid_name_punctuation")
    if call.workspace.world.channel_named(name):
        raise CallFailed("name_taken")
    return name


def invite(call: Call) -> JsonObject:
    """All or nothing: whoever cannot come is told of. With `force` those who can come do."""
    channel = _channel(call, more_scopes=("write.invites",))
    _present(channel)
    users = call.names("users")
    if not users:
        raise CallFailed("no_user")
    if len(users) > _MOST_INVITED:
        raise CallFailed("too_many_users")
    refused = {one: error for one in users if (error := _why_not(call, channel, one))}
    errors = [{"user": one, "ok": False, "error": error} for one, error in refused.items()]
    coming = [one for one in users if one not in refused]
    if errors and not (call.flag("force") and coming):
        raise CallFailed(next(iter(refused.values())), errors=errors)
    for user_id in coming:
        call.workspace.rooms.join(channel, user_id, inviter=BOT_USER_ID)
    return {"channel": channel.as_json(BOT_USER_ID)} | ({"errors": errors} if errors else {})


def _why_not(call: Call, channel: Channel, user_id: str) -> str | None:
    """The error code of an invitation that cannot be; None where it can."""
    user = call.workspace.world.users.get(user_id)
    if user is None or user.deleted:
        return "user_not_found"
    if user_id == BOT_USER_ID:
        return "cant_invite_self"
    if user_id in channel.members:
        return "already_in_channel"
    return _why_not_a_guest(call, user)


def _why_not_a_guest(call: Call, user: User) -> str | None:
    if user.is_stranger or user.id == "USLACKBOT":
        return "cant_invite"
    elsewhere = any(not one.is_direct for one in call.workspace.world.channels_of(user.id))
    return "ura_max_channels" if user.is_ultra_restricted and elsewhere else None


def join(call: Call) -> JsonObject:
    """The app enters a public channel by itself; twice is a warning."""
    channel = call.channel()
    if channel.kind != "public":
        raise CallFailed("method_not_supported_for_channel_type")
    if channel.archived:
        raise CallFailed("is_archived")
    already = BOT_USER_ID in channel.members
    if not already:
        call.workspace.rooms.join(channel, BOT_USER_ID)
    warned = {"warning": "already_in_channel", "response_metadata": {"warnings": ["already_in_channel"]}}
    return {"channel": channel.as_json(BOT_USER_ID)} | (warned if already else {})


def leave(call: Call) -> JsonObject:
    """Where the app is not: ok:false without an error, as Slack documents it."""
    channel = _channel(call)
    if BOT_USER_ID not in channel.members:
        return {"ok": False, "not_in_channel": True}
    if channel.archived:
        raise CallFailed("is_archived")
    if channel.kind == "private" and len(channel.members) == 1:
        raise CallFailed("last_member")
    call.workspace.rooms.leave(channel, BOT_USER_ID)
    return {}


def kick(call: Call) -> JsonObject:
    channel = _channel(call)
    _present(channel)
    user = call.user()
    if user.id == BOT_USER_ID:
        raise CallFailed("cant_kick_self")
    if user.id not in channel.members:
        raise CallFailed("not_in_channel")
    call.workspace.rooms.leave(channel, user.id, removed_by=BOT_USER_ID)
    return {}


def archive(call: Call) -> JsonObject:
    channel = _channel(call)
    if channel.archived:
        raise CallFailed("already_archived")
    _present(channel)
    call.workspace.rooms.archive(channel, BOT_USER_ID)
    return {}


def unarchive(call: Call) -> JsonObject:
    channel = _channel(call)
    if not channel.archived:
        raise CallFailed("not_archived")
    call.workspace.rooms.unarchive(channel, BOT_USER_ID)
    return {}


def rename(call: Call) -> JsonObject:
    """Only whoever made the channel may, and an admin, which an app is not."""
    channel = _channel(call)
    _present(channel)
    if channel.creator != BOT_USER_ID:
        raise CallFailed("not_authorized")
    call.workspace.rooms.rename(channel, _free_name(call), BOT_USER_ID)
    return {"channel": channel.as_json(BOT_USER_ID)}


def set_topic(call: Call) -> JsonObject:
    return _set_heading(call, "topic")


def set_purpose(call: Call) -> JsonObject:
    return _set_heading(call, "purpose") | {"purpose": call.text("purpose", "")}


def _set_heading(call: Call, which: Literal["topic", "purpose"]) -> JsonObject:
    """An empty one takes it away."""
    channel = _channel(call, direct=which == "topic", more_scopes=("write.topic",))
    _present(channel)
    value = call.text(which, "")
    if len(value) > _LONGEST_HEADING:
        raise CallFailed("too_long")
    call.workspace.rooms.set_heading(channel, which, value, BOT_USER_ID)
    return {"channel": channel.as_json(BOT_USER_ID)}


def _channel(call: Call, direct: bool = False, more_scopes: tuple[str, ...] = ()) -> Channel:
    """A channel (or, with `direct`, a group of direct messages) that the app was granted to change."""
    channel = call.channel()
    if channel.kind == "im" or (channel.is_direct and not direct):
        raise CallFailed("method_not_supported_for_channel_type")
    call.need("|".join([channel.write_scope, *(f"{channel.scope_prefix}:{one}" for one in more_scopes)]))
    return channel


def _present(channel: Channel) -> None:
    if BOT_USER_ID not in channel.members:
        raise CallFailed("not_in_channel")
    if channel.archived:
        raise CallFailed("is_archived")


METHODS = {
    "conversations.create": Method(create),
    "conversations.invite": Method(invite),
    "conversations.join": Method(join, "channels:join"),
    "conversations.leave": Method(leave),
    "conversations.kick": Method(kick),
    "conversations.archive": Method(archive),
    "conversations.unarchive": Method(unarchive),
    "conversations.rename": Method(rename),
    "conversations.setTopic": Method(set_topic),
    "conversations.setPurpose": Method(set_purpose),
}
