"""Methods about files: the upload in three steps, and what there is."""

import copy
from typing import Any

from bot.workspace.checks import check_message
from bot.workspace.files import File, FileRefused
from bot.workspace.state import BOT_USER_ID, Channel
from bot.workspace.wire.call import Call, CallFailed, Method, refuse

JsonObject = dict[str, Any]

_TYPES = {
    "all": "",
    "images": "image/",
    "pdfs": "application/pdf",
    "zips": "application/zip",
    "snippets": "text/",
}
_MOST_CHANNELS = 100


def get_upload_url(call: Call) -> JsonObject:
    """A URL that takes the content once. missing_argument when the length is 0, as Slack has it."""
    name, size = call.text("filename"), call.integer("length")
    alt_text = call.text("alt_txt", "")
    if size <= 0:
        raise CallFailed("missing_argument")
    if len(alt_text) > 1000:
        raise CallFailed("alt_txt_too_large")
    try:
        file, ticket = call.workspace.files.reserve(BOT_USER_ID, name, size, alt_text)
    except FileRefused as refused:
        raise CallFailed(str(refused)) from None
    return {"upload_url": f"{call.workspace.address}/upload/{ticket}", "file_id": file.id}


def complete_upload(call: Call) -> JsonObject:
    """All or nothing: the files are there, and in one message in each of the channels."""
    orders = _orders(call)
    channels = [_target(call, name) for name in _channel_ids(call)]
    text, blocks = call.text("initial_comment", ""), call.json("blocks", "invalid_blocks") or []
    if blocks:
        refuse([one for one in check_message({"blocks": blocks}) if one.code != "msg_too_long"])
    files = [call.workspace.files.complete(one["id"], one.get("title")) for one in orders]
    for channel in channels:
        call.workspace.posting.share(
            channel, BOT_USER_ID, files, text, call.text("thread_ts", "") or None, copy.deepcopy(blocks)
        )
    return {"files": [file.as_json() for file in files]}


def _orders(call: Call) -> list[JsonObject]:
    orders = call.json("files")
    if not isinstance(orders, list) or not orders or not all(isinstance(one, dict) for one in orders):
        raise CallFailed("invalid_arguments")
    ids = [str(one.get("id")) for one in orders]
    if len(set(ids)) < len(ids) or not all(call.workspace.files.uploaded(one) for one in ids):
        raise CallFailed("file_not_found")
    return orders


def _channel_ids(call: Call) -> list[str]:
    ids = list(dict.fromkeys(call.names("channel_id") + call.names("channels")))
    if len(ids) > _MOST_CHANNELS:
        raise CallFailed("channels_limit_exceeded")
    return ids


def _target(call: Call, channel_id: str) -> Channel:
    """A person's id will not do here, unlike in chat.postMessage."""
    channel = call.workspace.world.channels.get(channel_id)
    if channel is None or (channel.kind != "public" and BOT_USER_ID not in channel.members):
        raise CallFailed("invalid_channel")
    if channel.archived:
        raise CallFailed("posting_to_channel_denied")
    if BOT_USER_ID not in channel.members:
        raise CallFailed("not_in_channel")
    return channel


def info(call: Call) -> JsonObject:
    return {
        "file": _file(call).as_json(),
        "comments": [],
        "response_metadata": {"next_cursor": ""},
    }


def list_files(call: Call) -> JsonObject:
    """Newest first, numbered pages as Slack still has them here."""
    kinds = call.names("types") or ["all"]
    if not set(kinds) <= set(_TYPES):
        raise CallFailed("unknown_type")
    if user := call.text("user", ""):
        call.user()
    count, number = call.number("count", 100, 1000), call.number("page", 1, 100_000)
    earliest, latest = call.number("ts_from", 0, 2**53), call.number("ts_to", 2**53, 2**53)
    found = [
        file
        for file in call.workspace.files.visible_to(BOT_USER_ID)
        if user in ("", file.owner)
        and call.text("channel", "") in ("", *file.channels)
        and earliest <= file.created <= latest
        and any(file.mimetype.startswith(_TYPES[kind]) for kind in kinds)
    ]
    pages = -(-len(found) // count)
    return {
        "files": [file.as_json() for file in found[(number - 1) * count : number * count]],
        "paging": {"count": count, "total": len(found), "page": number, "pages": pages},
    }


def delete(call: Call) -> JsonObject:
    file = _file(call)
    if file.owner != BOT_USER_ID:
        raise CallFailed("cant_delete_file")
    call.workspace.files.delete(file)
    return {}


def _file(call: Call) -> File:
    file_id = call.text("file")
    file = call.workspace.files.get(file_id)
    if call.workspace.files.was_deleted(file_id):
        raise CallFailed("file_deleted")
    if file is None or not call.workspace.files.may_read(file, BOT_USER_ID):
        raise CallFailed("file_not_found")
    return file


METHODS = {
    "files.getUploadURLExternal": Method(get_upload_url, "files:write"),
    "files.completeUploadExternal": Method(complete_upload, "files:write"),
    "files.info": Method(info, "files:read"),
    "files.list": Method(list_files, "files:read"),
    "files.delete": Method(delete, "files:write"),
}
