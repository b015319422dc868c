"""What a person does with blocks, as the payloads that the app gets for it."""

from collections.abc import Callable
from typing import Any

from bot.workspace.grants import Grants
from bot.workspace.state import APP_ID, Channel, Message, User, View, World
from bot.workspace.targets import Target

JsonObject = dict[str, Any]


class Interactions:
    """Builds interactive and slash payloads; each carries a fresh trigger id."""

    def __init__(self, world: World, grants: Grants, address: Callable[[], str]) -> None:
        self._world = world
        self._grants = grants
        self._address = address

    def _common(self, kind: str, user: User, view_id: str | None = None) -> JsonObject:
        return {
            "type": kind,
            "user": {"id": user.id, "username": user.name, "name": user.name, "team_id": self._world.team_id},
            "api_app_id": APP_ID,
            "team": {"id": self._world.team_id, "domain": self._world.domain},
            "enterprise": None,
            "is_enterprise_install": False,
            "trigger_id": self._grants.trigger(user.id, view_id),
        }

    def response_url(self, user: User, channel: Channel, message_ts: str | None = None) -> str:
        secret = self._grants.response_url(user.id, channel.id, message_ts)
        return f"{self._address()}/response/{secret}"

    def raw(self, user: User, kind: str, given: JsonObject) -> JsonObject:
        """Whatever is given, made to look as if Slack sent it: buttons long gone, actions never offered."""
        actions = self._stamped(given.get("actions", []))
        return self._common(kind, user) | given | ({"actions": actions} if actions else {})

    def in_message(
        self, user: User, channel: Channel, message: Message, actions: list[JsonObject]
    ) -> JsonObject:
        """block_actions of a message."""
        shown = {} if message.only_for else {"message": message.as_json(True)}
        return (
            self._common("block_actions", user)
            | shown
            | {
                "container": _container(channel, message, actions[0]["block_id"]),
                "channel": _named(channel),
                "state": {"values": message.values_for(user.id)},
                "response_url": self.response_url(user, channel, message.ts),
                "actions": self._stamped(actions),
            }
        )

    def in_view(self, user: User, view: View, actions: list[JsonObject]) -> JsonObject:
        """block_actions of a modal or of the Home tab."""
        modal = view.id if view.body["type"] == "modal" else None
        return self._common("block_actions", user, modal) | {
            "container": {"type": "view", "view_id": view.id},
            "view": view.as_json(),
            "actions": self._stamped(actions),
        }

    def suggestion(self, user: User, target: Target, typed: str) -> JsonObject:
        """block_suggestion: what somebody typed into an external menu so far."""
        payload = self._common("block_suggestion", user)
        del payload["trigger_id"]
        payload |= {
            "block_id": target.block["block_id"],
            "action_id": target.element["action_id"],
            "value": typed,
        }
        place = target.place
        if place.view:
            return payload | {
                "container": {"type": "view", "view_id": place.view.id},
                "view": place.view.as_json(),
            }
        assert place.channel is not None
        assert place.message is not None
        shown = {} if place.message.only_for else {"message": place.message.as_json(True)}
        where = {
            "container": _container(place.channel, place.message, target.block["block_id"]),
            "channel": _named(place.channel),
        }
        return payload | where | shown

    def _stamped(self, actions: list[JsonObject]) -> list[JsonObject]:
        return [action | {"action_ts": self._world.new_ts()} for action in actions]

    def submission(self, user: User, view: View) -> JsonObject:
        return self._common("view_submission", user, view.id) | {
            "view": view.as_json(),
            "response_urls": self._response_urls(user, view),
        }

    def _response_urls(self, user: User, view: View) -> list[JsonObject]:
        """One for every input that asked for it (`response_url_enabled`) and has a conversation chosen."""
        urls = []
        for block in view.body["blocks"]:
            element = block.get("element") or {}
            if not element.get("response_url_enabled"):
                continue
            state = view.values[block["block_id"]][element["action_id"]]
            channel = self._world.channels.get(
                state.get("selected_conversation") or state.get("selected_channel") or ""
            )
            if channel:
                urls.append(
                    {
                        "block_id": block["block_id"],
                        "action_id": element["action_id"],
                        "channel_id": channel.id,
                        "response_url": self.response_url(user, channel),
                    }
                )
        return urls

    def closed(self, user: User, view: View, cleared: bool) -> JsonObject:
        payload = self._common("view_closed", user) | {"view": view.as_json(), "is_cleared": cleared}
        del payload["trigger_id"]
        return payload

    def command(self, user: User, channel: Channel, command: str, text: str) -> JsonObject:
        return {
            "team_id": self._world.team_id,
            "team_domain": self._world.domain,
            "channel_id": channel.id,
            "channel_name": channel.name,
            "user_id": user.id,
            "user_name": user.name,
            "command": command,
            "text": text,
            "api_app_id": APP_ID,
            "is_enterprise_install": "false",
            "response_url": self.response_url(user, channel),
            "trigger_id": self._grants.trigger(user.id),
        }

    def shortcut(self, user: User, callback_id: str) -> JsonObject:
        """A global shortcut."""
        return self._common("shortcut", user) | {
            "callback_id": callback_id,
            "action_ts": self._world.new_ts(),
        }

    def message_action(self, user: User, callback_id: str, channel: Channel, message: Message) -> JsonObject:
        """A shortcut on a message."""
        return self._common("message_action", user) | {
            "callback_id": callback_id,
            "action_ts": self._world.new_ts(),
            "channel": _named(channel),
            "message_ts": message.ts,
            "message": message.as_json(True),
            "response_url": self.response_url(user, channel, message.ts),
        }


def _container(channel: Channel, message: Message, block_id: str) -> JsonObject:
    attachment = message.attachment_of(block_id)
    container: JsonObject = {
        "type": "message" if attachment is None else "message_attachment",
        "message_ts": message.ts,
        "channel_id": channel.id,
        "is_ephemeral": message.only_for is not None,
    }
    thread = {"thread_ts": message.body["thread_ts"]} if "thread_ts" in message.body else {}
    numbered = {} if attachment is None else {"attachment_id": attachment, "is_app_unfurl": False}
    return container | numbered | thread


def _named(channel: Channel) -> JsonObject:
    return {"id": channel.id, "name": channel.name if channel.kind != "private" else "privategroup"}
