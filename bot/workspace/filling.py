"""Blocks as Slack keeps them: missing ids filled in, and what is entered in them (`state.values`)."""

import copy
import json
import secrets
from collections import defaultdict
from collections.abc import Iterable
from typing import Any

from bot.workspace.checks.elements import STATEFUL
from bot.workspace.checks.surfaces import elements_of, walk
from bot.workspace.state import APP_ID, BOT_ID, TEAM_ID, View, new_hash

JsonObject = dict[str, Any]
Values = dict[str, JsonObject]

# element type (without multi_) → the name of its value, and of the field it starts from
_VALUE_OF = {
    "static_select": ("selected_option", "initial_option"),
    "external_select": ("selected_option", "initial_option"),
    "users_select": ("selected_user", "initial_user"),
    "conversations_select": ("selected_conversation", "initial_conversation"),
    "channels_select": ("selected_channel", "initial_channel"),
    "radio_buttons": ("selected_option", "initial_option"),
    "checkboxes": ("selected_options", "initial_options"),
    "datepicker": ("selected_date", "initial_date"),
    "timepicker": ("selected_time", "initial_time"),
    "datetimepicker": ("selected_date_time", "initial_date_time"),
    "rich_text_input": ("rich_text_value", "initial_value"),
    "file_input": ("files", "initial_files"),
}


def complete(blocks: list[JsonObject], before: Iterable[JsonObject] = ()) -> list[JsonObject]:
    """A copy of checked blocks: every block has a block_id, every interactive element an action_id.

    What was there `before` and is sent again unchanged keeps the id it was given then: somebody may be pressing it
    while it is redrawn. Where something can be entered it does not: an app that names no block starts it anew.
    """
    filled = copy.deepcopy(blocks)
    known = _known(before, {block.get("block_id") for block in walk(filled)})
    for block in walk(filled):
        if "block_id" not in block:
            again = known[_content(block)]
            block["block_id"] = again.pop(0) if again else secrets.token_urlsafe(4)
        for element in elements_of(block):
            if element["type"] not in ("image", "plain_text", "mrkdwn"):
                element.setdefault("action_id", secrets.token_urlsafe(4))
    return filled


def _known(before: Iterable[JsonObject], taken: set[str | None]) -> defaultdict[str, list[str]]:
    """The ids of blocks by what is in them, in reading order."""
    found: defaultdict[str, list[str]] = defaultdict(list)
    for block in walk(list(before)):
        entered = any(element["type"] in STATEFUL for element in elements_of(block))
        if not entered and block["block_id"] not in taken:
            found[_content(block)].append(block["block_id"])
    return found


def _content(block: JsonObject) -> str:
    return json.dumps({name: value for name, value in block.items() if name != "block_id"}, sort_keys=True)


def value_field(element_type: str) -> str:
    """The name under which an element of this type tells its value: `value`, `selected_users` …"""
    return _fields(element_type)[0]


def _fields(element_type: str) -> tuple[str, str]:
    if element_type.startswith("multi_"):
        value, initial = _VALUE_OF[element_type.removeprefix("multi_")]
        return f"{value}s", f"{initial}s"
    return _VALUE_OF.get(element_type, ("value", "initial_value"))


def initial_state(element: JsonObject) -> JsonObject:
    """What `state.values` says of an element that nobody has touched."""
    value, initial = _fields(element["type"])
    untouched: Any = [] if value.endswith("s") else None
    return {"type": element["type"], value: copy.deepcopy(element.get(initial, untouched))}


def initial_values(blocks: list[JsonObject], entered: Values | None = None) -> Values:
    """`state.values` of filled blocks. What was `entered` stays where block_id, action_id and type do."""
    values: Values = {}
    for block in walk(blocks):
        for element in elements_of(block):
            if element["type"] not in STATEFUL:
                continue
            state = initial_state(element)
            before = (entered or {}).get(block["block_id"], {}).get(element["action_id"])
            kept = before if before and before["type"] == element["type"] else state
            values.setdefault(block["block_id"], {})[element["action_id"]] = kept
    return values


def stored_view(
    given: JsonObject, user: str, view_id: str, before: View | None = None, team_id: str = TEAM_ID
) -> View:
    """A checked view as Slack keeps it; `before` is the view it replaces, whose entries survive."""
    blocks = complete(given.get("blocks") or [], before.body["blocks"] if before else ())
    body: JsonObject = {
        "id": view_id,
        "team_id": team_id,
        "type": given["type"],
        "blocks": blocks,
        "private_metadata": given.get("private_metadata") or "",
        "callback_id": given.get("callback_id") or "",
        "hash": new_hash(),
        "title": given.get("title"),
        "clear_on_close": bool(given.get("clear_on_close")),
        "notify_on_close": bool(given.get("notify_on_close")),
        "close": given.get("close"),
        "submit": given.get("submit"),
        "previous_view_id": before.body["previous_view_id"] if before else None,
        "root_view_id": before.body["root_view_id"] if before else view_id,
        "app_id": APP_ID,
        "external_id": given.get("external_id") or "",
        "app_installed_team_id": team_id,
        "bot_id": BOT_ID,
    }
    return View(body, user, initial_values(blocks, before.values if before else None))
