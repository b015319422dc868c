"""Which events an app is told of: those it subscribed to, and for which it was granted the scope.

https://docs.slack.dev/reference/events
"""

from collections.abc import Collection
from typing import Any

JsonObject = dict[str, Any]

_KINDS = {"im": "im", "mpim": "mpim", "group": "groups", "channel": "channels"}
SCOPES: dict[str, str | None] = {
    "app_home_opened": None,
    "app_uninstalled": None,
    "tokens_revoked": None,
    **{f"message.{kind}": f"{kind}:history" for kind in _KINDS.values()},
    "member_joined_channel": "channels:read groups:read",
    "member_left_channel": "channels:read groups:read",
    **dict.fromkeys(["reaction_added", "reaction_removed"], "reactions:read"),
    **dict.fromkeys(["file_created", "file_shared", "file_deleted"], "files:read"),
    **{f"channel_{what}": "channels:read" for what in ("created", "rename", "archive", "unarchive", "left")},
    **{f"group_{what}": "groups:read" for what in ("rename", "archive", "unarchive", "left", "close")},
    **dict.fromkeys(["im_created", "im_close"], "im:read"),
    **{f"message_metadata_{what}": "metadata.message:read" for what in ("posted", "updated", "deleted")},
    "dnd_updated_user": "dnd:read",
    "team_join": "users:read",
    "user_change": "users:read",
}
"""Each event with the scope it needs, where one of several is enough; events that are not here need none we know of."""


def name_of(event: JsonObject) -> str:
    """What an app subscribes to in order to be told of this event: its type, and of a message its place."""
    if event["type"] != "message":
        return str(event["type"])
    return f"message.{_KINDS[event['channel_type']]}"


class Subscriptions:
    """`events` are the names an app subscribed to; None: all there are."""

    def __init__(self, scopes: Collection[str], events: Collection[str] | None = None) -> None:
        self.scopes = frozenset(scopes)
        self.events = None if events is None else frozenset(events)

    def include(self, event: JsonObject) -> bool:
        """Whether the app is told of this event."""
        name = name_of(event)
        needed = (SCOPES.get(name) or "").split()
        granted = not needed or any(scope in self.scopes for scope in needed)
        return granted and (self.events is None or name in self.events)
