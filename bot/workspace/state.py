"""The world of one workspace: who is in it, where they talk, what was said. In memory, on one event loop."""

import itertools
import secrets
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, Literal
from zoneinfo import ZoneInfo

from bot import clock
from bot.workspace.channel import Channel as Channel
from bot.workspace.channel import Kind as Kind
from bot.workspace.channel import Message as Message
from bot.workspace.ids import APP_ID as APP_ID
from bot.workspace.ids import BOT_ID as BOT_ID
from bot.workspace.ids import BOT_USER_ID as BOT_USER_ID
from bot.workspace.ids import TEAM_ID as TEAM_ID

JsonObject = dict[str, Any]


@dataclass(frozen=True)
class DoNotDisturb:
    """When a person is next not to be disturbed, in Unix seconds."""

    start: int
    end: int


@dataclass
class UserGroup:
    """People who are mentioned together, such as @science."""

    id: str
    handle: str
    name: str
    users: list[str]
    created_by: str
    created: int
    disabled: bool = False
    team_id: str = TEAM_ID

    def as_json(self, with_users: bool, with_count: bool) -> JsonObject:
        shown: JsonObject = {
            "id": self.id,
            "team_id": self.team_id,
            "is_usergroup": True,
            "is_subteam": True,
            "name": self.name,
            "description": "",
            "handle": self.handle,
            "is_external": False,
            "date_create": self.created,
            "date_update": self.created,
            "date_delete": self.created if self.disabled else 0,
            "auto_type": None,
            "created_by": self.created_by,
            "updated_by": self.created_by,
            "deleted_by": None,
            "prefs": {"channels": [], "groups": []},
        }
        shown |= {"users": self.users} if with_users else {}
        return shown | ({"user_count": len(self.users)} if with_count else {})


@dataclass
class User:
    """A member of the workspace. `tz` is an IANA zone; `updated` is in Unix seconds of the calendar clock."""

    id: str
    name: str
    real_name: str = ""
    email: str | None = None
    tz: str = "Europe/London"
    title: str = ""
    is_bot: bool = False
    is_admin: bool = False
    is_owner: bool = False
    is_restricted: bool = False
    is_ultra_restricted: bool = False
    is_stranger: bool = False
    deleted: bool = False
    bot_id: str | None = None
    updated: int = 0
    presence: Literal["active", "away"] = "active"
    dnd: DoNotDisturb | None = None
    team_id: str = TEAM_ID

    @property
    def shown_name(self) -> str:
        """What people call them."""
        return self.real_name or self.name

    @property
    def is_guest(self) -> bool:
        return self.is_restricted or self.is_ultra_restricted or self.is_stranger

    def dnd_status(self) -> JsonObject:
        """As dnd.info tells it."""
        window = self.dnd or DoNotDisturb(1, 1)
        return {
            "dnd_enabled": self.dnd is not None,
            "next_dnd_start_ts": window.start,
            "next_dnd_end_ts": window.end,
        }

    def as_json(self, with_email: bool = True) -> JsonObject:
        """The user object of users.info; the address is there only for a token with users:read.email."""
        offset = clock.now().astimezone(ZoneInfo(self.tz)).utcoffset()
        shown: JsonObject = {
            "id": self.id,
            "team_id": self.team_id,
            "name": self.name,
            "deleted": self.deleted,
            "real_name": self.shown_name,
            "profile": self.profile(with_email),
            "is_bot": self.is_bot,
            "is_app_user": False,
            "updated": self.updated,
        }
        if self.deleted:
            return shown
        return shown | {
            "tz": self.tz,
            "tz_label": self.tz,
            "tz_offset": int(offset.total_seconds()) if offset else 0,
            "is_admin": self.is_admin,
            "is_owner": self.is_owner,
            "is_primary_owner": False,
            "is_restricted": self.is_restricted,
            "is_ultra_restricted": self.is_ultra_restricted,
            "is_stranger": self.is_stranger,
            "is_email_confirmed": True,
        }

    def profile(self, with_email: bool) -> JsonObject:
        profile: JsonObject = {
            "real_name": self.shown_name,
            "display_name": self.name,
            "real_name_normalized": self.shown_name,
            "display_name_normalized": self.name,
            "title": self.title,
            "team": self.team_id,
        }
        if self.bot_id:
            profile |= {"api_app_id": APP_ID, "bot_id": self.bot_id}
        return profile | ({"email": self.email} if with_email and self.email else {})


@dataclass
class View:
    """A modal or a Home tab as it stands, with what its person has entered and the errors shown in it."""

    body: JsonObject
    user: str
    values: dict[str, JsonObject] = field(default_factory=dict)
    errors: dict[str, str] = field(default_factory=dict)

    @property
    def id(self) -> str:
        return str(self.body["id"])

    def as_json(self) -> JsonObject:
        return self.body | {"state": {"values": self.values}}


class World:
    """Everything there is; each lookup that finds nothing answers None."""

    def __init__(self, name: str, domain: str, app_name: str, team_id: str = TEAM_ID) -> None:
        self.team_id = team_id
        self.name = name
        self.domain = domain
        self.users: dict[str, User] = {}
        self.channels: dict[str, Channel] = {}
        self.groups: dict[str, UserGroup] = {}
        self.homes: dict[str, View] = {}
        self.modals: dict[str, list[View]] = {}
        self._direct: dict[frozenset[str], str] = {}
        self._of_member: dict[str, list[str]] = {}
        self._last_ts = 0
        self._serial = itertools.count(1)
        self.add_user(
            User(
                BOT_USER_ID, app_name.lower(), app_name, is_bot=True, bot_id=BOT_ID, tz="America/Los_Angeles"
            )
        )
        self.add_user(User("USLACKBOT", "slackbot", "Slackbot", tz="America/Los_Angeles"))

    def add_user(self, user: User) -> User:
        user.updated = int(clock.now().timestamp())
        user.team_id = self.team_id
        self.users[user.id] = user
        return user

    def new_id(self, letter: str) -> str:
        """An id that looks like Slack's: a letter and ten more characters."""
        return f"{letter}0{next(self._serial):09d}"

    def new_ts(self) -> str:
        """A message timestamp: the calendar's microseconds, and never the same twice, nor an earlier one."""
        self._last_ts = max(self._last_ts + 1, int(clock.now().timestamp() * 1_000_000))
        return f"{self._last_ts // 1_000_000}.{self._last_ts % 1_000_000:06d}"

    def add_channel(self, kind: Kind, name: str, members: list[str], creator: str) -> Channel:
        letter = "D" if kind == "im" else "C"
        channel = Channel(
            self.new_id(letter),
            kind,
            name,
            [],
            creator=creator,
            created=int(clock.now().timestamp()),
            team_id=self.team_id,
        )
        self.channels[channel.id] = channel
        for member in members:
            self.join(channel, member)
        if channel.is_direct:
            self._direct[frozenset(members)] = channel.id
        return channel

    def add_group(self, handle: str, name: str, users: list[str], disabled: bool = False) -> UserGroup:
        now = int(clock.now().timestamp())
        creator = users[0] if users else BOT_USER_ID
        group = UserGroup(self.new_id("S"), handle, name, users, creator, now, disabled, self.team_id)
        self.groups[group.id] = group
        return group

    def join(self, channel: Channel, member: str) -> None:
        channel.members.append(member)
        self._of_member.setdefault(member, []).append(channel.id)

    def leave(self, channel: Channel, member: str) -> None:
        channel.members.remove(member)
        self._of_member[member].remove(channel.id)

    def direct(self, one: str, other: str) -> Channel:
        """The direct messages of two people, opened if they never talked."""
        found = self.found_direct(one, other)
        return found or self.add_channel("im", "directmessage", [one, other], other)

    def group(self, members: list[str], opener: str) -> Channel:
        """The direct messages of several people, opened if they never talked together."""
        if found := self.found_direct(*members, opener):
            return found
        handles = "--".join(self.users[member].name for member in [*members, opener])
        return self.add_channel("mpim", f"mpdm-{handles}-1", [*members, opener], opener)

    def found_direct(self, *people: str) -> Channel | None:
        """The direct messages of just these people, if there are any."""
        found = self._direct.get(frozenset(people))
        return self.channels[found] if found else None

    def channels_of(self, member: str) -> list[Channel]:
        return [self.channels[channel_id] for channel_id in self._of_member.get(member, [])]

    def channel_named(self, name: str) -> Channel | None:
        return next((one for one in self.channels.values() if not one.is_direct and one.name == name), None)

    def views(self) -> Iterator[View]:
        yield from self.homes.values()
        for stack in self.modals.values():
            yield from stack

    def stack(self, user: str) -> list[View]:
        return self.modals.setdefault(user, [])


def new_hash() -> str:
    """The `hash` of a view: changes whenever the view does."""
    return f"{int(clock.now().timestamp())}.{secrets.token_hex(4)}"
