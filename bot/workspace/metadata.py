"""Events about the metadata of messages, for the kinds of metadata that the app asked to hear of."""

from collections.abc import Collection
from typing import Any, Literal

from bot.workspace.channel import Channel, Message
from bot.workspace.events import Events
from bot.workspace.ids import APP_ID, BOT_ID, BOT_USER_ID
from bot.workspace.state import World

JsonObject = dict[str, Any]


class MetadataEvents:
    """`subscriptions` are event types as given in a message's metadata: none, and nothing is told."""

    def __init__(self, world: World, events: Events, subscriptions: Collection[str]) -> None:
        self._world = world
        self._events = events
        self.subscriptions = frozenset(subscriptions)

    def tell(
        self,
        what: Literal["posted", "updated", "deleted"],
        channel: Channel,
        message: Message,
        before: JsonObject | None = None,
    ) -> None:
        """`before` is the metadata as it was."""
        now = None if what == "deleted" else message.metadata
        kinds = {one["event_type"] for one in (now, before) if one}
        if not kinds & self.subscriptions or BOT_USER_ID not in channel.members:
            return
        event: JsonObject = {
            "type": f"message_metadata_{what}",
            "app_id": APP_ID,
            "bot_id": BOT_ID,
            "user_id": message.author,
            "team_id": self._world.team_id,
            "channel_id": channel.id,
            "message_ts": message.ts,
            "event_ts": self._world.new_ts(),
        }
        event |= {"metadata": now} if now else {}
        event |= {"previous_metadata": before} if before else {}
        self._events.send(event | ({"deleted_ts": message.ts} if what == "deleted" else {}))
