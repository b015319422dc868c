"""What the owner of a workspace gets when they export all channels and direct messages.

Slack makes such an export for owners of a Business+ or Enterprise plan who asked for it; on other plans it has the
public channels alone. Every message is in it, those of apps and private ones too, with what was edited and deleted
where the workspace's retention setting keeps that. What is no message is not: what only one person was shown, Home,
modals and what was entered in them.
"""

import io
import json
import zipfile
from datetime import UTC, datetime
from typing import Any

from bot import clock
from bot.workspace.channel import Channel, Kind
from bot.workspace.state import World

JsonObject = dict[str, Any]
JSON = list[JsonObject]

_LISTS: dict[Kind, str] = {
    "public": "channels.json",
    "private": "groups.json",
    "im": "dms.json",
    "mpim": "mpims.json",
}


def files(world: World) -> dict[str, JSON]:
    """Path in the ZIP → what stands there: the lists, then a file for each conversation and day (UTC)."""
    found: dict[str, JSON] = {"users.json": [user.as_json() for user in world.users.values()]}
    for kind, path in _LISTS.items():
        found[path] = [_listed(channel) for channel in world.channels.values() if channel.kind == kind]
    found["integration_logs.json"] = []
    for channel in world.channels.values():
        for day, messages in _days(channel).items():
            found[f"{_folder(channel)}/{day}.json"] = messages
    return found


def export(world: World) -> bytes:
    """The same as a ZIP file."""
    packed = io.BytesIO()
    now = clock.now().timetuple()[:6]
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for path, content in files(world).items():
            entry = zipfile.ZipInfo(path, date_time=now)
            entry.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(entry, json.dumps(content, indent=4, ensure_ascii=False))
    return packed.getvalue()


def _folder(channel: Channel) -> str:
    """Channels by name, direct messages of two by id."""
    return channel.id if channel.kind == "im" else channel.name


def _listed(channel: Channel) -> JsonObject:
    shown: JsonObject = {"id": channel.id, "created": channel.created, "members": channel.members}
    if channel.kind == "im":
        return shown
    return shown | {
        "name": channel.name,
        "creator": channel.creator,
        "is_archived": channel.archived,
        "is_general": False,
        "topic": vars(channel.topic),
        "purpose": vars(channel.purpose),
    }


def _days(channel: Channel) -> dict[str, JSON]:
    said = [one.as_json(True) for one in channel.messages.values() if one.only_for is None]
    days: dict[str, JSON] = {}
    for message in sorted([*said, *channel.retained], key=lambda one: float(one["ts"])):
        day = datetime.fromtimestamp(float(message["ts"]), UTC).date().isoformat()
        days.setdefault(day, []).append(message)
    return days
