"""Methods about conversations: which there are, who is in them."""

import re
from typing import Any

from bot.workspace.state import BOT_USER_ID, Channel
from bot.workspace.wire.call import Call, CallFailed, Method, page

JsonObject = dict[str, Any]

_KINDS = {"im": "im", "private_channel": "private", "public_channel": "public", "mpim": "mpim"}


def open_direct(call: Call) -> JsonObject:
    """The direct messages with one person; those of several people at once are not offered here."""
    if call.text("channel", ""):
        channel = call.channel()
        return {"no_op": True, "already_open": True, "channel": channel.as_json(BOT_USER_ID)}
    users = call.names("users")
    if not users:
        raise CallFailed("users_list_not_supplied")
    if len(users) > 1:
        raise CallFailed("method_not_supported_for_channel_type")
    existed = call.workspace.world.has_direct(users[0], BOT_USER_ID)
    channel = direct_with(call, users[0])
    shown = channel.as_json(BOT_USER_ID) if call.flag("return_im") else {"id": channel.id}
    return {"channel": shown} | ({"no_op": True, "already_open": True} if existed else {})


def direct_with(call: Call, user_id: str) -> Channel:
    """The app's direct messages with a person. user_not_found, user_disabled, cannot_dm_bot."""
    user = call.workspace.world.users.get(user_id)
    if user is None:
        raise CallFailed("user_not_found")
    if user.deleted:
        raise CallFailed("user_disabled")
    if user.is_bot:
        raise CallFailed("cannot_dm_bot")
    return call.workspace.world.direct(user.id, BOT_USER_ID)


def info(call: Call) -> JsonObject:
    channel = call.channel()
    call.need(f"{channel.scope_prefix}:read")
    return {"channel": channel.as_json(BOT_USER_ID)}


def members(call: Call) -> JsonObject:
    channel = call.channel()
    call.need(f"{channel.scope_prefix}:read")
    found, following = page(channel.members, call.text("cursor", ""), call.number("limit", 100, 1000))
    return {"members": found, "response_metadata": {"next_cursor": following}}


def list_conversations(call: Call) -> JsonObject:
    kinds = {_KINDS.get(name) for name in call.names("types")} or {"public"}
    if None in kinds:
        raise CallFailed("invalid_types")
    visible = [
        channel.as_json(BOT_USER_ID)
        for channel in call.workspace.world.channels.values()
        if channel.kind in kinds and (channel.kind == "public" or BOT_USER_ID in channel.members)
    ]
    found, following = page(visible, call.text("cursor", ""), call.number("limit", 100, 1000))
    return {"channels": found, "response_metadata": {"next_cursor": following}}


def create(call: Call) -> JsonObject:
    name = call.text("name")
    private = call.flag("is_private")
    call.need("groups:write" if private else "channels:manage")
    if not re.fullmatch(r"[a-z0-9_\-\w]{1,80}", name) or name != name.lower():
        raise CallFailed("invalid_name_specials" if len(name) <= 80 else "invalid_name_maxlength")
    if call.workspace.world.channel_named(name):
        raise CallFailed("name_taken")
    world = call.workspace.world
    channel = world.add_channel("private" if private else "public", name, [BOT_USER_ID], BOT_USER_ID)
    return {"channel": channel.as_json(BOT_USER_ID)}


def invite(call: Call) -> JsonObject:
    """All or nothing, as without `force`: the first person who cannot come is told."""
    channel = call.channel()
    if channel.kind == "im":
        raise CallFailed("method_not_supported_for_channel_type")
    private = channel.kind == "private"
    call.need("groups:write|groups:write.invites" if private else "channels:manage|channels:write.invites")
    if BOT_USER_ID not in channel.members:
        raise CallFailed("not_in_channel")
    users = call.names("users")
    if not users:
        raise CallFailed("no_user")
    for user_id in users:
        _may_come(call, channel, user_id)
    for user_id in users:
        call.workspace.join(channel, user_id, inviter=BOT_USER_ID)
    return {"channel": channel.as_json(BOT_USER_ID)}


def _may_come(call: Call, channel: Channel, user_id: str) -> None:
    user = call.workspace.world.users.get(user_id)
    if user is None or user.deleted:
        raise CallFailed("user_not_found")
    if user_id == BOT_USER_ID:
        raise CallFailed("cant_invite_self")
    if user_id in channel.members:
        raise CallFailed("already_in_channel")


METHODS = {
    "conversations.open": Method(open_direct, "im:write"),
    "conversations.info": Method(info),
    "conversations.members": Method(members),
    "conversations.list": Method(list_conversations, "channels:read|groups:read|im:read"),
    "conversations.create": Method(create),
    "conversations.invite": Method(invite),
}
