"""The doors: how to come in."""

from typing import Any

from bot.workspace.page.host import Host
from bot.workspace.page.sidebar import circles
from bot.workspace.page.whereabouts import address, name_of
from bot.workspace.state import World

JsonObject = dict[str, Any]


def doors(world: World, host: Host) -> JsonObject:
    """The host's doors, and everybody to step into."""
    return {
        "workspace_name": world.name,
        "title": host.title or world.name,
        "intro": host.intro,
        "doors": [
            (door, address(door.person, "messages", door.id), name_of(world, door.person))
            for door in host.doors
            if door.person in world.users
        ],
        "circles": circles(world, host),
    }
