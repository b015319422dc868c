"""Messages into conversations: from people, from the app, through response URLs; and their changes."""

import copy
import html
import uuid
from dataclasses import dataclass, field
from typing import Any

from bot.workspace.events import Events
from bot.workspace.files import File, Files
from bot.workspace.filling import complete, initial_values
from bot.workspace.metadata import MetadataEvents
from bot.workspace.reading import mentions
from bot.workspace.state import APP_ID, BOT_ID, BOT_USER_ID, Channel, Message, World

JsonObject = dict[str, Any]


@dataclass
class Draft:
    """The checked content of a message of the app."""

    text: str = ""
    blocks: list[JsonObject] = field(default_factory=list)
    attachments: list[JsonObject] = field(default_factory=list)
    metadata: JsonObject | None = None
    thread_ts: str | None = None
    plain_at: bool = False
    # A reply that stands in the conversation as well.
    broadcast: bool = False


class Posting:
    """Stores a message and tells the app about it."""

    def __init__(self, world: World, events: Events, files: Files, metadata: MetadataEvents) -> None:
        self._world = world
        self._events = events
        self._files = files
        self._metadata = metadata

    def by_person(self, channel: Channel, user: str, text: str, thread_ts: str | None = None) -> Message:
        """What a person typed: escaped in `text`, rich text in the blocks; nothing in it is markup."""
        body: JsonObject = {
            "client_msg_id": str(uuid.uuid4()),
            "type": "message",
            "user": user,
            "team": self._world.team_id,
        }
        return self._post(channel, Message(body | _typed(text)), thread_ts)

    def by_app(self, channel: Channel, draft: Draft, only_for: str | None = None) -> Message:
        message = Message({}, metadata=draft.metadata, only_for=only_for)
        self._fill(message, draft)
        if draft.broadcast and draft.thread_ts in channel.messages:
            message.body["subtype"] = "thread_broadcast"
        return self._post(channel, message, draft.thread_ts)

    def notice(
        self, channel: Channel, user: str, subtype: str, text: str, more: JsonObject | None = None
    ) -> Message:
        """A line that Slack itself writes about what `user` did, such as channel_join."""
        body = {"type": "message", "subtype": subtype, "user": user, "text": text}
        return self._post(channel, Message(body | (more or {})), None)

    def share(
        self,
        channel: Channel,
        author: str,
        files: list[File],
        text: str = "",
        thread_ts: str | None = None,
        blocks: list[JsonObject] | None = None,
    ) -> Message:
        """A message with files, which from now on whoever is here may read; of a person `text` is as typed."""
        if author == BOT_USER_ID:
            message = Message({})
            self._fill(message, Draft(text, blocks or []))
        else:
            typed = _typed(text) if text else {"text": ""}
            message = Message({"type": "message", "user": author, "team": self._world.team_id} | typed)
        message.body |= {"subtype": "file_share", "upload": True, "display_as_bot": False}
        message.body["files"] = [file.in_message() for file in files]
        self._post(channel, message, thread_ts)
        for file in files:
            self._files.shared(file, channel, message.ts)
        return message

    def _fill(self, message: Message, draft: Draft) -> None:
        blocks = complete(draft.blocks, message.blocks)
        message.body |= {
            "type": "message",
            "user": BOT_USER_ID,
            "bot_id": BOT_ID,
            "app_id": APP_ID,
            "team": self._world.team_id,
            "text": draft.text,
            "blocks": blocks,
        }
        if draft.attachments:
            message.body["attachments"] = [_attached(*one) for one in enumerate(draft.attachments, 1)]
        if not blocks:
            del message.body["blocks"]
        message.untouched = initial_values(message.blocks)
        message.entered = {
            user: initial_values(message.blocks, values) for user, values in message.entered.items()
        }
        message.mentions = mentions(draft.text, blocks, draft.plain_at)

    def _post(self, channel: Channel, message: Message, thread_ts: str | None) -> Message:
        message.body["ts"] = self._world.new_ts()
        channel.closed = False
        if thread_ts and thread_ts in channel.messages:
            message.body["thread_ts"] = thread_ts
            channel.messages[thread_ts].body["thread_ts"] = thread_ts
        channel.messages[message.ts] = message
        self._events.message(channel, message)
        self._metadata.tell("posted", channel, message)
        return message

    def change(self, channel: Channel, message: Message, draft: Draft) -> None:
        """The app changes a message of its own; its metadata stays unless new is given."""
        before = copy.deepcopy(message.as_json(True))
        known = message.metadata
        message.metadata = draft.metadata or known
        message.body.pop("attachments", None)
        self._fill(message, draft)
        self._edited(channel, message, before, BOT_USER_ID)
        if message.metadata != known:
            self._metadata.tell("updated", channel, message, known)

    def edit(self, channel: Channel, message: Message, text: str) -> None:
        """A person edits what they typed."""
        before = copy.deepcopy(message.as_json(True))
        message.body |= _typed(text)
        self._edited(channel, message, before, message.author)

    def _edited(self, channel: Channel, message: Message, before: JsonObject, by: str) -> None:
        message.body["edited"] = {"user": by, "ts": self._world.new_ts()}
        if message.only_for is None:
            self._retain(channel, "message_changed", by, original=before, message=message.as_json(True))
            self._events.message_changed(channel, message, before)

    def _retain(self, channel: Channel, subtype: str, by: str, **parts: JsonObject) -> None:
        """What a workspace that keeps edits and deletions has of a message as it was."""
        kept = {"type": "message", "subtype": subtype, "hidden": True, "editor_id": by}
        channel.retained.append(kept | {"ts": self._world.new_ts()} | copy.deepcopy(parts))

    def delete(self, channel: Channel, message: Message) -> None:
        """Taken away by its author."""
        del channel.messages[message.ts]
        for shown in message.body.get("files", []):
            self._files.unshared(shown["id"], message.ts)
        if message.only_for is None:
            self._retain(channel, "message_deleted", message.author, original=message.as_json(True))
            self._events.message_deleted(channel, message)
            self._metadata.tell("deleted", channel, message, message.metadata)


def _attached(number: int, attachment: JsonObject) -> JsonObject:
    """An attachment as Slack keeps it: numbered, its blocks complete."""
    kept = copy.deepcopy(attachment) | {"id": number}
    return kept | ({"blocks": complete(kept["blocks"])} if kept.get("blocks") else {})


def _typed(text: str) -> JsonObject:
    """Text and blocks of what is typed into Slack's composer."""
    section = {"type": "rich_text_section", "elements": [{"type": "text", "text": text}]}
    blocks = complete([{"type": "rich_text", "elements": [section]}])
    return {"text": html.escape(text, quote=False), "blocks": blocks}
