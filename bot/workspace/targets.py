"""Finding what a person means on what they see: a button by its text, an input by its label."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from bot.workspace.checks.elements import STATEFUL
from bot.workspace.checks.surfaces import elements_of, walk
from bot.workspace.reading import buttons
from bot.workspace.state import Channel, Message, User, View, World

JsonObject = dict[str, Any]


class NotThere(Exception):
    """The person does not see such a thing; the sentence says what there is instead."""


@dataclass
class Place:
    """A surface with blocks on it: a view, or a message in a channel."""

    name: str
    blocks: list[JsonObject]
    values: dict[str, JsonObject]
    view: View | None = None
    channel: Channel | None = None
    message: Message | None = None


@dataclass
class Target:
    """One element in one place."""

    place: Place
    block: JsonObject
    element: JsonObject

    @property
    def state(self) -> JsonObject:
        """What is entered in it: its entry in `state.values`."""
        found: JsonObject = self.place.values[self.block["block_id"]][self.element["action_id"]]
        return found


def visible_messages(world: World, user: str) -> list[tuple[Channel, Message]]:
    """Everything this person can read, newest first."""
    found = [
        (channel, message)
        for channel in world.channels_of(user)
        for message in channel.messages.values()
        if message.only_for in (None, user)
    ]
    return sorted(found, key=lambda one: float(one[1].ts), reverse=True)


def places(world: World, user: User, in_home: bool, channel: str | None, ts: str | None) -> Iterator[Place]:
    """Where this person can act: the open modal alone, else the Home tab, or messages, newest first."""
    stack = world.stack(user.id)
    if stack and not ts and not in_home:
        yield _in_view("the open modal", stack[-1])
    elif in_home:
        home = world.homes.get(user.id)
        yield from [_in_view("the Home tab", home)] if home else []
    else:
        for where, message in visible_messages(world, user.id):
            if channel in (None, where.id) and ts in (None, message.ts) and message.blocks:
                yield Place(
                    f"the message of {message.ts}",
                    message.blocks,
                    message.values_for(user.id),
                    channel=where,
                    message=message,
                )


def place_of(world: World, user: User, surface: str, surface_id: str, channel: str | None) -> Place:
    """The very message (its ts), Home tab or open modal (its view id) that is meant. NotThere: not seen."""
    if surface == "message":
        found = places(world, user, False, channel, surface_id)
        where = next(found, None)
        if where is None:
            raise NotThere(f"{user.id} sees no message of {surface_id} with anything to press.")
        return where
    home = world.homes.get(user.id)
    views = world.stack(user.id)[-1:] if surface == "modal" else [home] if home else []
    for view in views:
        if view.id == surface_id:
            return _in_view(f"the {surface} {surface_id}", view)
    raise NotThere(f"{user.id} has no {surface} {surface_id} in front of them any more.")


def find_exact(place: Place, block_id: str, action_id: str) -> Target:
    """The element of these ids. NotThere where the place has none, or no longer."""
    for block, element in _elements(place):
        if (block["block_id"], element["action_id"]) == (block_id, action_id):
            return Target(place, block, element)
    raise NotThere(f"There is no {action_id} in {block_id} of {place.name} any more.")


def _in_view(name: str, view: View) -> Place:
    return Place(name, view.body["blocks"], view.values, view=view)


def find_button(where: Iterator[Place], text: str | None, action_id: str | None) -> Target:
    """The first button with this text and action_id (None: any). NotThere names the buttons there are."""
    seen: list[str] = []
    for place in where:
        for block, element in _elements(place):
            if element["type"].endswith("button") and _fits(element, text, action_id):
                return Target(place, block, element)
        seen += [f"‘{button['text']}’ ({place.name})" for button in buttons(place.blocks)]
    raise NotThere(f"There is no button {_wanted(text, action_id)}. {_what_there_is('buttons', seen)}")


def _fits(element: JsonObject, text: str | None, action_id: str | None) -> bool:
    label = element.get("text")
    shown = label["text"] if isinstance(label, dict) else element.get("accessibility_label")
    return text in (None, shown) and action_id in (None, element.get("action_id"))


def find_field(where: Iterator[Place], label: str) -> Target:
    """The first input, menu or choice with this label or action_id. NotThere names those there are."""
    seen: list[str] = []
    for place in where:
        for block, element in _elements(place):
            if element["type"] in STATEFUL or element["type"] == "overflow":
                names = _names(block, element)
                if label in names:
                    return Target(place, block, element)
                seen.append(f"‘{names[0]}’ ({place.name})")
    raise NotThere(f"There is no field ‘{label}’. {_what_there_is('fields', seen)}")


def _names(block: JsonObject, element: JsonObject) -> list[str]:
    """By what a field can be called: its label, its placeholder, the text it stands beside, its action_id."""
    texts = [block.get("label"), element.get("placeholder"), block.get("text")]
    return [str(text["text"]) for text in texts if isinstance(text, dict)] + [element["action_id"]]


def _elements(place: Place) -> Iterator[tuple[JsonObject, JsonObject]]:
    for block in walk(place.blocks):
        for element in elements_of(block):
            if "action_id" in element:
                yield block, element


def _wanted(text: str | None, action_id: str | None) -> str:
    return f"‘{text}’" if text is not None else f"with the action_id {action_id}"


def _what_there_is(things: str, seen: list[str]) -> str:
    return f"The {things} there are: {', '.join(seen[:20])}." if seen else f"There are no {things} at all."
