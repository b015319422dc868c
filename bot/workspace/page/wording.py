"""Acts on blocks in plain words: “You pressed “Good””."""

from typing import Any

from bot.workspace.checks.surfaces import elements_of, walk
from bot.workspace.page.desk import Desk
from bot.workspace.state import User

JsonObject = dict[str, Any]


def of_act(desk: Desk, user: User, order: Any) -> str | None:
    """What was pressed, chosen or typed into; typing alone is no act of its own."""
    blocks = _blocks(desk, user, order.surface, order.id, order.channel)
    for block in walk(blocks):
        for element in elements_of(block):
            if (block.get("block_id"), element.get("action_id")) == (order.block_id, order.action_id):
                return _words(block, element)
    return None


def _blocks(desk: Desk, user: User, surface: str, found: str, channel: str | None) -> list[JsonObject]:
    world = desk.world
    if surface == "message":
        conversation = world.channels.get(channel or "")
        message = conversation.messages.get(found) if conversation else None
        return list(message.body.get("blocks") or []) if message else []
    views = [*world.stack(user.id), *(one for one in [world.homes.get(user.id)] if one)]
    return next((list(view.body["blocks"]) for view in views if view.id == found), [])


def _words(block: JsonObject, element: JsonObject) -> str | None:
    kind = str(element["type"])
    if kind.endswith("button") and kind != "radio_buttons":
        label = element.get("text")
        return f"You pressed “{label['text'] if isinstance(label, dict) else 'a button'}”"
    if block["type"] == "input" and not block.get("dispatch_action"):
        return None
    name = next(
        (
            part["text"]
            for part in (block.get("label"), block.get("text"), element.get("placeholder"))
            if part
        ),
        None,
    )
    return f"You filled in “{name}”" if name else "You made a choice"


def of_submission(desk: Desk, user: User, _order: Any) -> str | None:
    title = _title(desk, user)
    return f"You sent “{title}”" if title else None


def of_close(desk: Desk, user: User, _order: Any) -> str | None:
    title = _title(desk, user)
    return f"You closed “{title}”" if title else None


def _title(desk: Desk, user: User) -> str | None:
    top = desk.workspace.modals.top(user.id)
    return str(top.body["title"]["text"]) if top else None
