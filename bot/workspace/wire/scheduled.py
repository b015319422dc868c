"""Methods about messages that are to be posted later."""

from typing import Any

from bot.workspace.channel import Channel
from bot.workspace.scheduled import Scheduled, ScheduleRefused
from bot.workspace.wire.call import Call, CallFailed, Method, paged
from bot.workspace.wire.chat import destination, draft_of

JsonObject = dict[str, Any]


def schedule(call: Call) -> JsonObject:
    draft = draft_of(call)
    channel = destination(call)
    try:
        at = int(call.text("post_at", ""))
    except ValueError:
        raise CallFailed("invalid_time") from None
    try:
        one = call.workspace.schedule.add(channel, draft, at)
    except ScheduleRefused as refused:
        raise CallFailed(str(refused)) from None
    shown = {"type": "delayed_message", "text": draft.text}
    return {"channel": channel.id, "scheduled_message_id": one.id, "post_at": at, "message": shown}


def list_scheduled(call: Call) -> JsonObject:
    """Soonest first; `oldest` and `latest` are Unix seconds."""
    wanted = call.text("channel", "")
    if wanted and wanted not in call.workspace.world.channels:
        raise CallFailed("invalid_channel")
    oldest, latest = call.moment("oldest", 0.0), call.moment("latest", float("inf"))
    found = [
        one
        for one in call.workspace.schedule.waiting()
        if wanted in ("", one.channel.id) and oldest <= one.post_at <= latest
    ]
    answer = paged(call, "scheduled_messages", found)
    answer["scheduled_messages"] = [_shown(one) for one in answer["scheduled_messages"]]
    return answer


def _shown(one: Scheduled) -> JsonObject:
    return {
        "id": one.id,
        "channel_id": one.channel.id,
        "post_at": one.post_at,
        "date_created": one.created,
        "text": one.draft.text,
    }


def delete_scheduled(call: Call) -> JsonObject:
    channel: Channel = call.channel()
    try:
        call.workspace.schedule.call_off(channel, call.text("scheduled_message_id"))
    except ScheduleRefused as refused:
        raise CallFailed(str(refused)) from None
    return {}


METHODS = {
    "chat.scheduleMessage": Method(schedule, "chat:write"),
    "chat.scheduledMessages.list": Method(list_scheduled),
    "chat.deleteScheduledMessage": Method(delete_scheduled, "chat:write"),
}
