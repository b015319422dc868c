"""Methods that write: chat.*."""

import copy
from typing import Any

from bot.workspace.checks import check_message
from bot.workspace.posting import Draft
from bot.workspace.state import BOT_USER_ID, Channel, Message
from bot.workspace.wire.call import Call, CallFailed, Method, refuse
from bot.workspace.wire.conversations import direct_with

JsonObject = dict[str, Any]

_CUT_AT = 40_000


def post_message(call: Call) -> JsonObject:
    """Posts to a conversation, or to a person's direct messages when `channel` is a user id."""
    draft = draft_of(call)
    channel = destination(call)
    warning: JsonObject = {}
    if len(draft.text) > _CUT_AT:
        draft.text = draft.text[:_CUT_AT]
        warning = {"warning": "message_truncated", "response_metadata": {"warnings": ["message_truncated"]}}
    message = call.workspace.posting.by_app(channel, draft)
    return {"channel": channel.id, "ts": message.ts, "message": message.as_json(True)} | warning


def post_ephemeral(call: Call) -> JsonObject:
    """Seen by one member only, and in no history."""
    draft = draft_of(call)
    channel = destination(call)
    user = call.user()
    if user.id not in channel.members:
        raise CallFailed("user_not_in_channel")
    message = call.workspace.posting.by_app(channel, draft, only_for=user.id)
    return {"message_ts": message.ts}


def update(call: Call) -> JsonObject:
    """Blocks and attachments that are not given stay as they are; an empty list takes them away."""
    channel = call.channel()
    message = _own_message(call, channel, "cant_update_message")
    for name in ("blocks", "attachments"):
        call.args.setdefault(name, message.body.get(name))
    draft = draft_of(call)
    refuse([problem for problem in check_message(_given(draft)) if problem.code == "msg_too_long"])
    call.workspace.posting.change(channel, message, draft)
    return {"channel": channel.id, "ts": message.ts, "text": draft.text, "message": message.as_json(True)}


def delete(call: Call) -> JsonObject:
    channel = call.channel()
    message = _own_message(call, channel, "cant_delete_message")
    call.workspace.posting.delete(channel, message)
    return {"channel": channel.id, "ts": message.ts}


def permalink(call: Call) -> JsonObject:
    channel = call.channel()
    message = _message(call, channel, "message_ts")
    return {"channel": channel.id, "permalink": link_to(call, channel, message)}


def link_to(call: Call, channel: Channel, message: Message) -> str:
    """A message's address; that of a reply names its thread."""
    address = f"{call.workspace.address}/archives/{channel.id}/p{message.ts.replace('.', '')}"
    root = message.body.get("thread_ts", message.ts)
    return address if root == message.ts else f"{address}?thread_ts={root}&cid={channel.id}"


def draft_of(call: Call) -> Draft:
    """The checked content of a message. no_text, invalid_blocks_format, invalid_blocks, msg_blocks_too_long …"""
    blocks = _markdown(call) or call.json("blocks", "invalid_blocks_format") or []
    if not isinstance(blocks, list):
        raise CallFailed("invalid_blocks_format")
    draft = Draft(
        text=call.text("text", "") or call.text("markdown_text", ""),
        blocks=copy.deepcopy(blocks),
        attachments=call.json("attachments", "invalid_attachments") or [],
        metadata=_metadata(call),
        thread_ts=call.text("thread_ts", "") or None,
        plain_at=call.text("parse", "") == "full" or call.flag("link_names"),
        broadcast=call.flag("reply_broadcast"),
    )
    refuse([problem for problem in check_message(_given(draft)) if problem.code != "msg_too_long"])
    return draft


def _markdown(call: Call) -> list[JsonObject]:
    """`markdown_text` as the block that it is short for."""
    text = call.text("markdown_text", "")
    if text and (call.text("text", "") or call.args.get("blocks")):
        raise CallFailed("markdown_text_conflict")
    return [{"type": "markdown", "text": text}] if text else []


def _given(draft: Draft) -> JsonObject:
    return {"text": draft.text, "blocks": draft.blocks, "attachments": draft.attachments}


def _metadata(call: Call) -> JsonObject | None:
    metadata = call.json("metadata", "invalid_metadata_format")
    if metadata is None:
        return None
    if not isinstance(metadata, dict) or not isinstance(metadata.get("event_payload"), dict):
        raise CallFailed("invalid_metadata_format")
    if not metadata.get("event_type"):
        raise CallFailed("invalid_metadata_schema")
    return {"event_type": metadata["event_type"], "event_payload": metadata["event_payload"]}


def destination(call: Call) -> Channel:
    """Where to post: a conversation, or the direct messages with the person whose id is given."""
    target = call.text("channel", "")
    if not target:
        raise CallFailed("channel_not_found")
    if target in call.workspace.world.users:
        return direct_with(call, target)
    channel = call.channel()
    if channel.archived:
        raise CallFailed("is_archived")
    if channel.kind == "im":
        person = next(member for member in channel.members if member != BOT_USER_ID)
        return direct_with(call, person)
    if BOT_USER_ID not in channel.members and "chat:write.public" not in call.workspace.scopes:
        raise CallFailed("not_in_channel")
    return channel


def _message(call: Call, channel: Channel, argument: str = "ts") -> Message:
    message = channel.messages.get(call.text(argument))
    if message is None or message.only_for is not None:
        raise CallFailed("message_not_found")
    return message


def _own_message(call: Call, channel: Channel, otherwise: str) -> Message:
    message = _message(call, channel)
    if message.author != BOT_USER_ID or message.is_notice:
        raise CallFailed(otherwise)
    return message


METHODS = {
    "chat.postMessage": Method(post_message, "chat:write"),
    "chat.postEphemeral": Method(post_ephemeral, "chat:write"),
    "chat.update": Method(update, "chat:write"),
    "chat.delete": Method(delete, "chat:write"),
    "chat.getPermalink": Method(permalink),
}
