"""Methods about reactions; only to messages, as Slack has it for apps."""

from collections.abc import Callable
from typing import Any

from bot.workspace.channel import Channel, Message
from bot.workspace.ids import BOT_USER_ID
from bot.workspace.reactions import ReactionRefused
from bot.workspace.wire.call import Call, CallFailed, Method
from bot.workspace.wire.chat import link_to

JsonObject = dict[str, Any]


def add(call: Call) -> JsonObject:
    channel, message = _item(call)
    if channel.archived:
        raise CallFailed("is_archived")
    return _do(call.workspace.reactions.add, call, channel, message)


def remove(call: Call) -> JsonObject:
    return _do(call.workspace.reactions.remove, call, *_item(call))


def get(call: Call) -> JsonObject:
    channel, message = _item(call)
    shown = message.as_json() | {"permalink": link_to(call, channel, message)}
    return {"type": "message", "channel": channel.id, "message": shown}


def _do(
    act: Callable[[Channel, Message, str, str], None], call: Call, channel: Channel, message: Message
) -> JsonObject:
    try:
        act(channel, message, BOT_USER_ID, call.text("name", "").strip(":"))
    except ReactionRefused as refused:
        raise CallFailed(str(refused)) from None
    return {}


def _item(call: Call) -> tuple[Channel, Message]:
    if not call.text("channel", "") or not call.text("timestamp", ""):
        raise CallFailed("no_item_specified")
    channel = call.channel()
    try:
        float(call.text("timestamp"))
    except ValueError:
        raise CallFailed("bad_timestamp") from None
    message = channel.messages.get(call.text("timestamp"))
    if message is None or message.only_for is not None:
        raise CallFailed("message_not_found")
    if BOT_USER_ID not in channel.members:
        raise CallFailed("not_in_channel")
    return channel, message


METHODS = {
    "reactions.add": Method(add, "reactions:write"),
    "reactions.remove": Method(remove, "reactions:write"),
    "reactions.get": Method(get, "reactions:read"),
}
