"""What a person sees: conversations, Home and modals, as JSON for whoever plays them."""

from typing import Any

from bot.workspace.filling import value_field
from bot.workspace.reading import Reading, buttons, labels
from bot.workspace.state import BOT_USER_ID, Channel, Message, User, View, World

JsonObject = dict[str, Any]


class Screens:
    def __init__(self, world: World) -> None:
        self._world = world
        self._reading = Reading(world)

    def of(self, user: User) -> JsonObject:
        """{user, channels: [{id, kind, name, members, messages}], home, modals}; the last modal is on top."""
        home = self._world.homes.get(user.id)
        return {
            "user": user.id,
            "channels": [self._channel(channel, user.id) for channel in self._world.channels_of(user.id)],
            "home": self.view(home) if home else None,
            "modals": [self.view(view) for view in self._world.stack(user.id)],
        }

    def _channel(self, channel: Channel, viewer: str) -> JsonObject:
        return {
            "id": channel.id,
            "kind": channel.kind,
            "name": channel.name,
            "members": channel.members,
            "messages": [
                self.message(channel, message, viewer)
                for message in channel.messages.values()
                if message.only_for in (None, viewer)
            ],
        }

    def message(self, channel: Channel, message: Message, viewer: str) -> JsonObject:
        body = message.body
        return {
            "channel": channel.id,
            "ts": message.ts,
            "user": message.author,
            "from_bot": message.author == BOT_USER_ID,
            "text": body["text"],
            "blocks": body.get("blocks", []),
            "shown": self._reading.message(message, viewer),
            "buttons": buttons(message.blocks),
            "mentions": message.mentions,
            "metadata": message.metadata,
            "ephemeral": message.only_for is not None,
            "thread_ts": body.get("thread_ts"),
            "edited": "edited" in body,
            "subtype": body.get("subtype"),
            "files": body.get("files", []),
            "reactions": [reaction["name"] for reaction in body.get("reactions", [])],
        }

    def view(self, view: View) -> JsonObject:
        body = view.body
        return {
            "id": view.id,
            "type": body["type"],
            "title": body["title"]["text"] if body["title"] else "",
            "text": self._reading.view(view),
            "labels": labels(body["blocks"]),
            "buttons": buttons(body["blocks"]),
            "errors": view.errors,
            "values": _values(view),
            "blocks": body["blocks"],
            "private_metadata": body["private_metadata"],
            "callback_id": body["callback_id"],
            "external_id": body["external_id"],
            "hash": body["hash"],
            "submit": body["submit"]["text"] if body["submit"] else None,
            "close": body["close"]["text"] if body["close"] else None,
        }


def _values(view: View) -> JsonObject:
    """What is entered, by action_id: text, an option's value, an id, a file, a list of these, or None."""
    found: JsonObject = {}
    for actions in view.values.values():
        for action_id, state in actions.items():
            value = state.get(value_field(state["type"]))
            if isinstance(value, list):
                value = [one.get("value", one) if isinstance(one, dict) else one for one in value]
            found[action_id] = value["value"] if isinstance(value, dict) and "value" in value else value
    return found
