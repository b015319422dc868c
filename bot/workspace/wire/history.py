"""Methods that read what was said."""

from typing import Any

from bot.workspace.state import BOT_USER_ID, Channel, Message
from bot.workspace.wire.call import Call, CallFailed, Method, page

JsonObject = dict[str, Any]


def history(call: Call) -> JsonObject:
    """Newest first, replies in threads left out; `oldest` and `latest` are exclusive unless `inclusive`."""
    channel = _readable(call)
    found = [one for one in _between(call, channel) if _stands_alone(one)]
    return _paged(call, found[::-1])


def replies(call: Call) -> JsonObject:
    """The thread of a message, oldest first and its first message always among them."""
    channel = _readable(call)
    ts = call.text("ts")
    if ts not in channel.messages:
        raise CallFailed("thread_not_found")
    root = channel.messages[ts].body.get("thread_ts", ts)
    answers = [one for one in _between(call, channel) if one.ts != root and one.body.get("thread_ts") == root]
    return _paged(call, [channel.messages[root], *answers])


def _readable(call: Call) -> Channel:
    channel = call.channel()
    call.need(f"{channel.scope_prefix}:history")
    if BOT_USER_ID not in channel.members:
        raise CallFailed("not_in_channel")
    return channel


def _stands_alone(message: Message) -> bool:
    """Whether it is no reply, or one that was meant for the whole conversation too."""
    root = message.body.get("thread_ts", message.ts)
    return root == message.ts or message.body.get("subtype") == "thread_broadcast"


def _between(call: Call, channel: Channel) -> list[Message]:
    oldest, latest = call.moment("oldest", 0.0), call.moment("latest", float("inf"))
    inclusive = call.flag("inclusive")
    return [
        one
        for one in channel.messages.values()
        if one.only_for is None
        and (oldest < float(one.ts) < latest or (inclusive and float(one.ts) in (oldest, latest)))
    ]


def _paged(call: Call, messages: list[Message]) -> JsonObject:
    shown, following = page(messages, call.text("cursor", ""), call.number("limit", 100, 999))
    with_metadata = call.flag("include_all_metadata")
    answer: JsonObject = {
        "messages": [one.as_json(with_metadata) for one in shown],
        "has_more": bool(following),
        "pin_count": 0,
    }
    return answer | ({"response_metadata": {"next_cursor": following}} if following else {})


METHODS = {
    "conversations.history": Method(history),
    "conversations.replies": Method(replies),
}
