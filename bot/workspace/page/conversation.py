"""A conversation as one person sees it: messages in order, days between them, threads beside it."""

import zlib
from dataclasses import dataclass, field
from typing import Any

from markupsafe import Markup

from bot.workspace.page.files_shown import FileShown, files_shown
from bot.workspace.page.pencil import Pencil
from bot.workspace.page.reactions import Given, given
from bot.workspace.page.times import Told, told_ts
from bot.workspace.page.whereabouts import Whereabouts, name_of, title_of
from bot.workspace.reading import Reading
from bot.workspace.state import BOT_USER_ID, Channel, Message, World

JsonObject = dict[str, Any]
# So many are drawn at first; as many more with each “Earlier messages”.
SCREENFUL = 80
COLOURS = 8


@dataclass(frozen=True)
class Replies:
    """The thread under a message: how many answers, and where it is read."""

    count: int
    url: str


@dataclass(frozen=True)
class Shown:
    """A message as it is drawn. `day` is set on the first of a day; `raw` is what its author may edit;
    a `notice` is what Slack says by itself, such as that somebody joined."""

    ts: str
    channel: str
    author: str
    initials: str
    colour: int
    is_app: bool
    at: Told
    day: str | None
    content: Markup
    has_blocks: bool
    edited: bool
    ephemeral: bool
    mine: bool
    notice: bool
    raw: str
    replies: Replies | None
    reactions: list[Given] = field(default_factory=list)
    files: list[FileShown] = field(default_factory=list)


class Conversation:
    """Draws conversations for one person."""

    def __init__(self, world: World, pencil: Pencil, here: Whereabouts) -> None:
        self._world = world
        self._pencil = pencil
        self._here = here
        self._reading = Reading(world)

    def main(self) -> JsonObject:
        """What stands in the middle: the header and the messages that answer no other one."""
        channel, here = self._here.channel, self._here
        visible = self._visible(channel, lambda one: not _is_reply(one)) if channel else []
        screens = _screens(here.query.get("screens", ""))
        drawn = visible[-SCREENFUL * screens :]
        return {
            "title": title_of(self._world, channel, here.viewer.id) if channel else self._app_name(),
            "about": self._about(channel),
            "with_app": here.with_app,
            "home_url": here.url("home"),
            "messages_url": here.url("messages"),
            "messages": self._drawn(channel, drawn),
            "earlier_url": here.url(here.place, here.thread, screens=str(screens + 1))
            if len(drawn) < len(visible)
            else None,
        }

    def thread(self) -> JsonObject | None:
        """The thread beside it: what was said first, and the answers."""
        channel, root_ts = self._here.channel, self._here.thread
        if channel is None or root_ts is None:
            return None
        root = channel.messages[root_ts]
        answers = self._visible(channel, lambda one: _is_reply(one) and one.body["thread_ts"] == root_ts)
        return {
            "root": root_ts,
            "author": name_of(self._world, root.author),
            "content": self._pencil.message(channel, root, part="root"),
            "close_url": self._here.url(self._here.place),
            "messages": self._drawn(channel, answers),
        }

    def _app_name(self) -> str:
        return name_of(self._world, BOT_USER_ID)

    def _about(self, channel: Channel | None) -> str:
        if channel is None or channel.kind == "im":
            return "Only the two of you are here." if channel or self._here.with_app else ""
        members = len(channel.members)
        kind = {"public": "Everyone in the workspace can find this channel", "private": "Private channel"}
        return (
            f"{kind.get(channel.kind, 'Group messages')} · {members} {'person' if members == 1 else 'people'}"
        )

    def _visible(self, channel: Channel, wanted: Any) -> list[Message]:
        viewer = self._here.viewer.id
        return [one for one in channel.messages.values() if one.only_for in (None, viewer) and wanted(one)]

    def _drawn(self, channel: Channel | None, messages: list[Message]) -> list[Shown]:
        if channel is None:
            return []
        drawn: list[Shown] = []
        day = None
        for message in messages:
            at = told_ts(message.ts, self._here.viewer.tz)
            drawn.append(self._one(channel, message, at, at.day if at.day != day else None))
            day = at.day
        return drawn

    def _one(self, channel: Channel, message: Message, at: Told, day: str | None) -> Shown:
        author = name_of(self._world, message.author)
        blocks = message.body.get("blocks") or []
        return Shown(
            ts=message.ts,
            channel=channel.id,
            author=author,
            initials=initials(author),
            colour=colour(message.author),
            is_app=message.author == BOT_USER_ID,
            at=at,
            day=day,
            content=self._pencil.message(channel, message),
            has_blocks=bool(blocks),
            edited="edited" in message.body,
            ephemeral=message.only_for is not None,
            mine=message.author == self._here.viewer.id and not message.is_notice,
            notice=message.is_notice,
            raw=self._reading.message(message, self._here.viewer.id)
            if message.author == self._here.viewer.id
            else "",
            replies=self._replies(channel, message),
            reactions=given(self._world, message, self._here.viewer.id),
            files=files_shown(self._pencil.files, message, self._here.viewer),
        )

    def _replies(self, channel: Channel, message: Message) -> Replies | None:
        if message.only_for is not None or _is_reply(message):
            return None
        under = self._visible(
            channel, lambda one: one.body.get("thread_ts") == message.ts and one.ts != message.ts
        )
        return Replies(len(under), self._here.url(self._here.place, message.ts))


def _screens(asked: str) -> int:
    """How many screenfuls: what is asked for, if that is a sensible number."""
    sensible = asked.isascii() and asked.isdigit() and len(asked) <= 3
    return max(1, int(asked)) if sensible else 1


def _is_reply(message: Message) -> bool:
    return bool(message.body.get("thread_ts", message.ts) != message.ts)


def initials(name: str) -> str:
    """At most two letters that stand for somebody; only to look at."""
    words = [word for word in name.split() if word[0].isalnum()]
    return "".join(word[0] for word in (words[:1] + words[-1:] if len(words) > 1 else words)).upper()


def colour(user_id: str) -> int:
    """Always the same one of the page's colours for the same account."""
    return (zlib.crc32(user_id.encode()) >> 24) % COLOURS


def page_title(world: World, here: Whereabouts) -> str:
    """Who and where, as the browser's tab says it."""
    app = name_of(world, BOT_USER_ID)
    places = {
        "messages": f"Messages with {app}",
        "home": f"{app} Home",
        "export": "Export",
        "journal": "Journal",
        "faults": "Trouble on demand",
    }
    place = places.get(here.place) or (title_of(world, here.channel, here.viewer.id) if here.channel else "")
    return f"{here.viewer.shown_name} · {place} · {world.name}"
