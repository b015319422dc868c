"""Reactions to messages: by the app and by people, and what the app hears of them."""

import re
from typing import Any

from bot.workspace.channel import Channel, Message
from bot.workspace.events import Events
from bot.workspace.ids import BOT_USER_ID
from bot.workspace.state import World

JsonObject = dict[str, Any]

MOST_BY_ONE = 23
MOST_KINDS = 50
_NAME = re.compile(r"[\w+'-]{1,100}(::skin-tone-[2-6])?")


class ReactionRefused(Exception):
    """The text is Slack's error code."""


class Reactions:
    def __init__(self, world: World, events: Events) -> None:
        self._world = world
        self._events = events

    def add(self, channel: Channel, message: Message, user: str, name: str) -> None:
        """`name` is without colons. ReactionRefused when it is there already, or there are too many."""
        reactions = _of(message)
        reaction = next((one for one in reactions if one["name"] == name), None)
        self._allow(reactions, reaction, user, name)
        if reaction is None:
            reaction = {"name": name, "users": [], "count": 0}
            message.body["reactions"] = [*reactions, reaction]
        reaction["users"].append(user)
        reaction["count"] += 1
        self._tell("reaction_added", channel, message, user, name)

    def _allow(self, reactions: list[JsonObject], reaction: JsonObject | None, user: str, name: str) -> None:
        if not _NAME.fullmatch(name):
            raise ReactionRefused("invalid_name")
        if reaction and user in reaction["users"]:
            raise ReactionRefused("already_reacted")
        if reaction is None and len(reactions) >= MOST_KINDS:
            raise ReactionRefused("too_many_emoji")
        if sum(user in one["users"] for one in reactions) >= MOST_BY_ONE:
            raise ReactionRefused("too_many_reactions")

    def remove(self, channel: Channel, message: Message, user: str, name: str) -> None:
        """One's own reaction is taken back. ReactionRefused when it is not there."""
        for reaction in _of(message):
            if reaction["name"] == name and user in reaction["users"]:
                reaction["users"].remove(user)
                reaction["count"] -= 1
                message.body["reactions"] = [one for one in _of(message) if one["users"]]
                if not message.body["reactions"]:
                    del message.body["reactions"]
                self._tell("reaction_removed", channel, message, user, name)
                return
        raise ReactionRefused("no_reaction")

    def _tell(self, what: str, channel: Channel, message: Message, user: str, name: str) -> None:
        if BOT_USER_ID in channel.members and message.only_for is None:
            self._events.send(
                {
                    "type": what,
                    "user": user,
                    "reaction": name,
                    "item": {"type": "message", "channel": channel.id, "ts": message.ts},
                    "item_user": message.author,
                    "event_ts": self._world.new_ts(),
                }
            )


def _of(message: Message) -> list[JsonObject]:
    found: list[JsonObject] = message.body.get("reactions", [])
    return found
