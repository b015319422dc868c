"""Methods about conversations of every kind: which there are, who is in them, direct messages."""

import re
from typing import Any

from bot.workspace.channel import Channel, Kind
from bot.workspace.ids import BOT_USER_ID
from bot.workspace.wire.call import Call, CallFailed, Method, paged

JsonObject = dict[str, Any]

_KINDS: dict[str, Kind] = {
    "im": "im",
    "private_channel": "private",
    "public_channel": "public",
    "mpim": "mpim",
}
_SCOPES: dict[Kind, str] = {
    "im": "im:read",
    "mpim": "mpim:read",
    "private": "groups:read",
    "public": "channels:read",
}
_MOST_IN_GROUP = 8
_A_TIMESTAMP = re.compile(r"\d{1,12}(\.\d{1,6})?")


def open_direct(call: Call) -> JsonObject:
    """The direct messages with one person, or with two to eight of them at once."""
    if call.text("channel", ""):
        return _opened(call, _direct(call), already=True)
    users = list(dict.fromkeys(one for one in call.names("users") if one != BOT_USER_ID))
    if not users:
        raise CallFailed("users_list_not_supplied")
    if len(users) > _MOST_IN_GROUP:
        raise CallFailed("too_many_users")
    call.need("im:write" if len(users) == 1 else "mpim:write")
    before = call.workspace.world.found_direct(*users, BOT_USER_ID)
    already = before is not None and not before.closed
    if len(users) == 1:
        return _opened(call, direct_with(call, users[0]), already)
    for user_id in users:
        _may_be_written_to(call, user_id)
    return _opened(call, call.workspace.rooms.group(users), already)


def _opened(call: Call, channel: Channel, already: bool) -> JsonObject:
    shown = channel.as_json(BOT_USER_ID) if call.flag("return_im") else {"id": channel.id}
    return {"channel": shown} | ({"no_op": True, "already_open": True} if already else {})


def _direct(call: Call) -> Channel:
    channel = call.channel()
    if not channel.is_direct:
        raise CallFailed("method_not_supported_for_channel_type")
    call.need(f"{channel.scope_prefix}:write")
    return channel


def direct_with(call: Call, user_id: str) -> Channel:
    """The app's direct messages with a person. user_not_found, user_disabled, user_not_visible, cannot_dm_bot."""
    _may_be_written_to(call, user_id)
    return call.workspace.rooms.direct(user_id)


def _may_be_written_to(call: Call, user_id: str) -> None:
    user = call.workspace.world.users.get(user_id)
    if user is None:
        raise CallFailed("user_not_found")
    if user.deleted:
        raise CallFailed("user_disabled")
    if user.is_bot:
        raise CallFailed("cannot_dm_bot")
    if user.is_stranger:
        raise CallFailed("user_not_visible")


def close(call: Call) -> JsonObject:
    channel = _direct(call)
    if channel.closed:
        return {"no_op": True, "already_closed": True}
    call.workspace.rooms.close(channel)
    return {}


def info(call: Call) -> JsonObject:
    channel = call.channel()
    call.need(f"{channel.scope_prefix}:read")
    return {"channel": channel.as_json(BOT_USER_ID, call.flag("include_num_members"))}


def members(call: Call) -> JsonObject:
    channel = call.channel()
    call.need(f"{channel.scope_prefix}:read")
    return paged(call, "members", channel.members)


def list_conversations(call: Call) -> JsonObject:
    """All that the app may know of: public channels, and what it is in."""
    kinds = _kinds(call)
    return _listed(call, [one for one in call.workspace.world.channels.values() if one.kind in kinds])


def of_user(call: Call) -> JsonObject:
    """The conversations that a person (without `user`: the app) is in, as far as the app may know of them."""
    kinds = _kinds(call)
    user = call.user().id if call.text("user", "") else BOT_USER_ID
    return _listed(call, [one for one in call.workspace.world.channels_of(user) if one.kind in kinds])


def _kinds(call: Call) -> set[Kind]:
    names = call.names("types") or ["public_channel"]
    if not set(names) <= set(_KINDS):
        raise CallFailed("invalid_types")
    for name in names:
        call.need(_SCOPES[_KINDS[name]])
    return {_KINDS[name] for name in names}


def _listed(call: Call, channels: list[Channel]) -> JsonObject:
    visible = [
        channel
        for channel in channels
        if (channel.kind == "public" or BOT_USER_ID in channel.members)
        and not (channel.archived and call.flag("exclude_archived"))
    ]
    answer = paged(call, "channels", visible)
    answer["channels"] = [channel.as_json(BOT_USER_ID, with_count=True) for channel in answer["channels"]]
    return answer


def mark(call: Call) -> JsonObject:
    """The app has read up to `ts`."""
    channel = call.channel()
    call.need(channel.write_scope)
    if BOT_USER_ID not in channel.members:
        raise CallFailed("not_in_channel")
    ts = call.text("ts")
    if not _A_TIMESTAMP.fullmatch(ts):
        raise CallFailed("invalid_timestamp")
    channel.last_read = ts
    return {}


METHODS = {
    "conversations.open": Method(open_direct, "im:write|mpim:write"),
    "conversations.close": Method(close),
    "conversations.info": Method(info),
    "conversations.members": Method(members),
    "conversations.list": Method(list_conversations),
    "conversations.mark": Method(mark),
    "users.conversations": Method(of_user),
}
