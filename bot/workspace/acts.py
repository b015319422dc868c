"""The acts of the control API: what each takes as JSON, and which act of a person it is."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from bot.workspace.persons import Persons
from bot.workspace.state import User

JsonObject = dict[str, Any]


class Order(BaseModel):
    model_config = ConfigDict(extra="forbid")


class Say(Order):
    text: str
    channel: str | None = None
    thread_ts: str | None = None


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


class Type(Order):
    label: str
    text: str
    enter: bool = False


class Choose(Order):
    label: str
    options: list[str]
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


Run = Callable[[Persons, User, Any], Awaitable[JsonObject]]


@dataclass(frozen=True)
class Act:
    order: type[Order]
    run: Run


async def _say(persons: Persons, user: User, order: Say) -> JsonObject:
    message = persons.say(user, order.text, order.channel, order.thread_ts)
    return {"ts": message.ts}


async def _edit(persons: Persons, user: User, order: Edit) -> JsonObject:
    persons.edit(user, order.ts, order.text)
    return {"ts": order.ts}


async def _delete(persons: Persons, user: User, order: Delete) -> JsonObject:
    persons.delete(user, order.ts)
    return {"ts": order.ts}


async def _click(persons: Persons, user: User, order: Click) -> JsonObject:
    outcome = await persons.click(user, order.text, order.action_id, order.channel, order.ts, order.in_home)
    return outcome.as_json()


async def _type(persons: Persons, user: User, order: Type) -> JsonObject:
    return (await persons.type(user, order.label, order.text, order.enter)).as_json()


async def _choose(persons: Persons, user: User, order: Choose) -> JsonObject:
    outcome = await persons.choose(user, order.label, order.options, order.channel, order.ts, order.in_home)
    return outcome.as_json()


async def _submit(persons: Persons, user: User, _order: Nothing) -> JsonObject:
    return (await persons.submit(user)).as_json()


async def _close(persons: Persons, user: User, _order: Nothing) -> JsonObject:
    return (await persons.close(user)).as_json()


async def _command(persons: Persons, user: User, order: Command) -> JsonObject:
    return (await persons.command(user, order.command, order.text, order.channel)).as_json()


async def _shortcut(persons: Persons, user: User, order: Shortcut) -> JsonObject:
    return (await persons.shortcut(user, order.callback_id, order.ts)).as_json()


async def _home(persons: Persons, user: User, order: Home) -> JsonObject:
    persons.open_home(user, order.tab)
    return {}


async def _raw(persons: Persons, user: User, order: Raw) -> JsonObject:
    return (await persons.raw(user, order.type, order.payload)).as_json()


ACTS: dict[str, Act] = {
    "say": Act(Say, _say),
    "edit": Act(Edit, _edit),
    "delete": Act(Delete, _delete),
    "click": Act(Click, _click),
    "type": Act(Type, _type),
    "choose": Act(Choose, _choose),
    "submit": Act(Nothing, _submit),
    "close": Act(Nothing, _close),
    "command": Act(Command, _command),
    "shortcut": Act(Shortcut, _shortcut),
    "home": Act(Home, _home),
    "raw": Act(Raw, _raw),
}
