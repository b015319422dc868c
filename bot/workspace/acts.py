"""The acts of the control API: what each takes as JSON, and which act of a person it is."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any, Literal

from pydantic import AwareDatetime, Base64Bytes, Field

from bot.workspace.answering import Order
from bot.workspace.files import FileRefused
from bot.workspace.members import Members
from bot.workspace.reactions import ReactionRefused
from bot.workspace.state import Channel, DoNotDisturb, Message, User

JsonObject = dict[str, Any]


class Say(Order):
    text: str
    channel: str | None = None
    thread_ts: str | None = None


class Upload(Order):
    name: str = Field(min_length=1, max_length=255)
    content: Base64Bytes
    text: str = ""
    title: str | None = None
    channel: str | None = None
    thread_ts: str | None = None


class React(Order):
    ts: str
    name: str


class Presence(Order):
    presence: Literal["active", "away"]


class Dnd(Order):
    start: AwareDatetime | None = None
    end: AwareDatetime | None = None


class Edit(Order):
    ts: str
    text: str


class Delete(Order):
    ts: str


class Click(Order):
    text: str | None = None
    action_id: str | None = None
    channel: str | None = None
    ts: str | None = None
    in_home: bool = False
    deny: bool = False


class Type(Order):
    label: str
    text: str
    enter: bool = False
    in_home: bool = False


class Choose(Order):
    label: str
    options: list[str]
    channel: str | None = None
    ts: str | None = None
    in_home: bool = False


class Suggest(Order):
    label: str
    text: str
    channel: str | None = None
    ts: str | None = None
    in_home: bool = False


class Nothing(Order):
    pass


class Command(Order):
    command: str = Field(pattern=r"^/")
    text: str = ""
    channel: str | None = None


class Shortcut(Order):
    callback_id: str
    ts: str | None = None


class Home(Order):
    tab: Literal["home", "messages"] = "home"


class Raw(Order):
    type: str = "block_actions"
    payload: JsonObject


Run = Callable[[Members, User, Any], Awaitable[JsonObject]]


@dataclass(frozen=True)
class Act:
    order: type[Order]
    run: Run


async def _say(members: Members, user: User, order: Say) -> JsonObject:
    message = members.say(user, order.text, order.channel, order.thread_ts)
    return {"ts": message.ts}


async def _upload(members: Members, user: User, order: Upload) -> JsonObject:
    workspace, channel = members.workspace, members.channel(user, order.channel)
    try:
        file = workspace.files.put(user.id, order.name, order.content, order.title)
    except FileRefused as refused:
        raise ValueError(f"The file is too large: {refused}.") from None
    message = workspace.posting.share(channel, user.id, [file], order.text, order.thread_ts)
    return {"ts": message.ts, "file": file.id, "link": workspace.files.link(file, user.id)}


async def _react(members: Members, user: User, order: React) -> JsonObject:
    return _reaction(members.workspace.reactions.add, members, user, order)


async def _unreact(members: Members, user: User, order: React) -> JsonObject:
    return _reaction(members.workspace.reactions.remove, members, user, order)


def _reaction(
    act: Callable[[Channel, Message, str, str], None], members: Members, user: User, order: React
) -> JsonObject:
    try:
        act(*members.message(user, order.ts), user.id, order.name.strip(":"))
    except ReactionRefused as refused:
        raise ValueError(f"That cannot be done with this reaction: {refused}.") from None
    return {"ts": order.ts}


async def _presence(members: Members, user: User, order: Presence) -> JsonObject:
    user.presence = order.presence
    return {"presence": user.presence}


async def _dnd(members: Members, user: User, order: Dnd) -> JsonObject:
    """Both times, or neither: then nothing keeps anybody from disturbing them."""
    if (order.start is None) != (order.end is None):
        raise ValueError("Do Not Disturb has a start and an end, or neither.")
    times = [int(one.timestamp()) for one in (order.start, order.end) if one]
    members.workspace.disturb(user, DoNotDisturb(*times) if times else None)
    return user.dnd_status()


async def _edit(members: Members, user: User, order: Edit) -> JsonObject:
    members.edit(user, order.ts, order.text)
    return {"ts": order.ts}


async def _delete(members: Members, user: User, order: Delete) -> JsonObject:
    members.delete(user, order.ts)
    return {"ts": order.ts}


async def _click(members: Members, user: User, order: Click) -> JsonObject:
    outcome = await members.click(
        user, order.text, order.action_id, order.channel, order.ts, order.in_home, order.deny
    )
    return outcome.as_json()


async def _type(members: Members, user: User, order: Type) -> JsonObject:
    return (await members.type(user, order.label, order.text, order.enter, order.in_home)).as_json()


async def _choose(members: Members, user: User, order: Choose) -> JsonObject:
    outcome = await members.choose(user, order.label, order.options, order.channel, order.ts, order.in_home)
    return outcome.as_json()


async def _suggest(members: Members, user: User, order: Suggest) -> JsonObject:
    found = await members.suggest(user, order.label, order.text, order.channel, order.ts, order.in_home)
    return found.as_json()


async def _submit(members: Members, user: User, _order: Nothing) -> JsonObject:
    return (await members.submit(user)).as_json()


async def _close(members: Members, user: User, _order: Nothing) -> JsonObject:
    return (await members.close(user)).as_json()


async def _command(members: Members, user: User, order: Command) -> JsonObject:
    return (await members.command(user, order.command, order.text, order.channel)).as_json()


async def _shortcut(members: Members, user: User, order: Shortcut) -> JsonObject:
    return (await members.shortcut(user, order.callback_id, order.ts)).as_json()


async def _home(members: Members, user: User, order: Home) -> JsonObject:
    members.open_home(user, order.tab)
    return {}


async def _raw(members: Members, user: User, order: Raw) -> JsonObject:
    return (await members.raw(user, order.type, order.payload)).as_json()


ACTS: dict[str, Act] = {
    "say": Act(Say, _say),
    "upload": Act(Upload, _upload),
    "react": Act(React, _react),
    "unreact": Act(React, _unreact),
    "presence": Act(Presence, _presence),
    "dnd": Act(Dnd, _dnd),
    "edit": Act(Edit, _edit),
    "delete": Act(Delete, _delete),
    "click": Act(Click, _click),
    "type": Act(Type, _type),
    "choose": Act(Choose, _choose),
    "suggest": Act(Suggest, _suggest),
    "submit": Act(Nothing, _submit),
    "close": Act(Nothing, _close),
    "command": Act(Command, _command),
    "shortcut": Act(Shortcut, _shortcut),
    "home": Act(Home, _home),
    "raw": Act(Raw, _raw),
}
