"""What happens to conversations: people come and go, channels are named, archived, opened. Slack writes a line
into the channel about most of it, and tells the app."""

import html
from typing import Any, Literal

from bot import clock
from bot.workspace.channel import Channel, Heading, Kind
from bot.workspace.events import Events
from bot.workspace.ids import BOT_USER_ID
from bot.workspace.posting import Posting
from bot.workspace.state import World

JsonObject = dict[str, Any]


class Rooms:
    """Acts on conversations that have been found to be allowed."""

    def __init__(self, world: World, events: Events, posting: Posting) -> None:
        self._world = world
        self._events = events
        self._posting = posting

    def create(self, kind: Kind, name: str, creator: str) -> Channel:
        """A channel with its creator in it."""
        channel = self._world.add_channel(kind, name, [], creator)
        if kind == "public":
            shown = {"id": channel.id, "name": name, "created": channel.created, "creator": creator}
            self._tell("channel_created", channel={**shown, "is_channel": True})
        self._enter(channel, creator)
        return channel

    def direct(self, user: str) -> Channel:
        """The app's direct messages with a person, open."""
        existed = self._world.found_direct(user, BOT_USER_ID)
        channel = self._world.direct(user, BOT_USER_ID)
        channel.closed = False
        if existed is None:
            self._tell("im_created", user=user, channel={"id": channel.id, "created": channel.created})
        return channel

    def group(self, users: list[str]) -> Channel:
        """The app's direct messages with several people, open."""
        channel = self._world.group(users, BOT_USER_ID)
        channel.closed = False
        return channel

    def join(self, channel: Channel, user: str, inviter: str | None = None) -> None:
        self._enter(channel, user, **({"inviter": inviter} if inviter else {}))
        self._events.member("member_joined_channel", channel, user, inviter)

    def _enter(self, channel: Channel, user: str, **invited: str) -> None:
        self._world.join(channel, user)
        self._write(channel, user, "join", f"<@{user}> has joined the {_noun(channel)}", **invited)

    def leave(self, channel: Channel, user: str, removed_by: str | None = None) -> None:
        """`removed_by` is who made them leave, if they did not do so themselves."""
        told = BOT_USER_ID in channel.members
        self._write(channel, user, "leave", f"<@{user}> has left the {_noun(channel)}")
        self._world.leave(channel, user)
        if user == BOT_USER_ID:
            self._of_kind(channel, "left", {"channel": channel.id, "actor_id": removed_by or user})
        if told:
            self._events.member("member_left_channel", channel, user)

    def rename(self, channel: Channel, name: str, by: str) -> None:
        old = channel.name
        channel.name = name
        channel.previous_names = [old, *(one for one in channel.previous_names if one not in (old, name))]
        text = f'<@{by}> has renamed the {_noun(channel)} from "{html.escape(old, quote=False)}" to '
        text += f'"{html.escape(name, quote=False)}"'
        self._write(channel, by, "name", text, old_name=old, name=name)
        shown = {"id": channel.id, "name": name, "name_normalized": name, "created": channel.created}
        self._of_kind(channel, "rename", {"channel": shown})

    def set_heading(self, channel: Channel, which: Literal["topic", "purpose"], value: str, by: str) -> None:
        """Another topic or purpose; nothing happens when it is that already."""
        if getattr(channel, which).value == value:
            return
        setattr(channel, which, Heading(value, by, int(clock.now().timestamp())))
        if not channel.is_direct:
            said = f"set the {_noun(channel)} {which}: {value}" if value else f"cleared the {which}"
            self._write(channel, by, which, f"<@{by}> {said}", **{which: value})

    def archive(self, channel: Channel, by: str) -> None:
        self._write(channel, by, "archive", f"<@{by}> archived the {_noun(channel)}")
        channel.archived = True
        self._of_kind(channel, "archive", {"channel": channel.id, "user": by})

    def unarchive(self, channel: Channel, by: str) -> None:
        channel.archived = False
        self._write(channel, by, "unarchive", f"<@{by}> un-archived the {_noun(channel)}")
        self._of_kind(channel, "unarchive", {"channel": channel.id, "user": by})

    def close(self, channel: Channel) -> None:
        """Direct messages leave the app's list; what was said stays, and the next message opens them again."""
        channel.closed = True
        self._tell(
            "im_close" if channel.kind == "im" else "group_close", user=BOT_USER_ID, channel=channel.id
        )

    def _write(self, channel: Channel, user: str, what: str, text: str, **more: Any) -> None:
        if not channel.is_direct:
            self._posting.notice(channel, user, f"{channel.event_type}_{what}", text, more)

    def _of_kind(self, channel: Channel, what: str, parts: JsonObject) -> None:
        """An event whose name says the kind, such as group_rename; of a private channel for its members alone."""
        if channel.kind == "public" or BOT_USER_ID in channel.members or what == "left":
            self._tell(f"{channel.event_type}_{what}", **parts)

    def _tell(self, what: str, **parts: Any) -> None:
        self._events.send({"type": what} | parts | {"event_ts": self._world.new_ts()})


def _noun(channel: Channel) -> str:
    return "group" if channel.kind == "private" else "channel"
