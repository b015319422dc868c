"""Filling in a field as a person does, and what Slack's own client refuses before anything is sent."""

import re
from typing import Any

from bot.workspace.checks.surfaces import walk
from bot.workspace.filling import value_field
from bot.workspace.state import View, World
from bot.workspace.targets import NotThere, Target

JsonObject = dict[str, Any]

_REQUIRED = "Please complete this required field."
_PATTERNS = {
    "email_text_input": (r"[^@\s]+@[^@\s]+\.[^@\s]+", "Please enter a valid email address."),
    "url_text_input": (r"https?://\S+", "Please enter a valid URL."),
}


def type_into(target: Target, text: str) -> None:
    """The text is in the field. NotThere when the field is not one to type into."""
    kind = target.element["type"]
    if not kind.endswith("_input") or kind == "file_input":
        raise NotThere(f"‘{target.element['action_id']}’ is a {kind}: nothing can be typed into it.")
    if kind == "rich_text_input":
        section = {"type": "rich_text_section", "elements": [{"type": "text", "text": text}]}
        target.state["rich_text_value"] = {"type": "rich_text", "elements": [section]} if text else None
    else:
        target.state["value"] = text or None


def choose_in(world: World, target: Target, wanted: list[str]) -> JsonObject:
    """The options with these texts (ids or names of people and channels, dates, times) are chosen.

    What the element then tells: {selected_option: …} or the like. NotThere names the options there are.
    """
    name = value_field(target.element["type"]) if target.element["type"] != "overflow" else "selected_option"
    chosen = [_one(world, target, name, one) for one in wanted]
    several = name.endswith("s")
    most = target.element.get("max_selected_items")
    if (not several and len(chosen) > 1) or (most and len(chosen) > most):
        raise NotThere(f"‘{target.element['action_id']}’ takes {most or 1}, not {len(chosen)}.")
    value = chosen if several else (chosen[0] if chosen else None)
    if target.element["type"] != "overflow":
        target.state[name] = value
    return {name: value}


def _one(world: World, target: Target, name: str, wanted: str) -> Any:
    if name.startswith("selected_option"):
        return _option(target.element, wanted)
    if name.startswith("selected_user"):
        return _named(wanted, {user.id: [user.name, user.real_name] for user in world.users.values()})
    if name.startswith(("selected_conversation", "selected_channel")):
        return _named(wanted, {channel.id: [channel.name] for channel in world.channels.values()})
    return int(wanted) if name == "selected_date_time" else wanted


def _option(element: JsonObject, wanted: str) -> JsonObject:
    options = list(element.get("options") or [])
    for group in element.get("option_groups") or []:
        options += group["options"]
    for option in options:
        if option["text"]["text"] == wanted:
            return dict(option)
    there = ", ".join(f"‘{option['text']['text']}’" for option in options)
    raise NotThere(f"There is no option ‘{wanted}’. The options there are: {there}.")


def _named(wanted: str, names: dict[str, list[str]]) -> str:
    for found, called in names.items():
        if wanted == found or wanted in called:
            return found
    raise NotThere(f"There is nobody and nothing called ‘{wanted}’ here.")


def dispatches(target: Target, entered: bool) -> bool:
    """Whether the app hears of this change at once; `entered`: the person pressed Enter."""
    if target.block["type"] != "input":
        return True
    if not target.block.get("dispatch_action"):
        return False
    if not target.element["type"].endswith("_input"):
        return True
    config = target.element.get("dispatch_action_config") or {}
    when = config.get("trigger_actions_on") or ["on_enter_pressed"]
    return "on_character_entered" in when or (entered and "on_enter_pressed" in when)


def refused_by_client(view: View) -> dict[str, str]:
    """Block id → sentence, for every input that Slack's client would not let the person send."""
    found = {}
    for block in walk(view.body["blocks"]):
        if block["type"] == "input":
            state = view.values[block["block_id"]][block["element"]["action_id"]]
            sentence = _complaint(block, state.get(value_field(block["element"]["type"])))
            if sentence:
                found[block["block_id"]] = sentence
    return found


def _complaint(block: JsonObject, value: Any) -> str | None:
    element = block["element"]
    if not value or (isinstance(value, str) and not value.strip()):
        return None if block.get("optional") else _REQUIRED
    if element["type"] == "number_input":
        return _number_complaint(element, str(value))
    if element["type"] in _PATTERNS:
        pattern, sentence = _PATTERNS[element["type"]]
        return None if re.fullmatch(pattern, str(value)) else sentence
    if element["type"] == "plain_text_input":
        return _length_complaint(element, str(value))
    return None


def _length_complaint(element: JsonObject, value: str) -> str | None:
    most, least = element.get("max_length", 3000), element.get("min_length", 0)
    if len(value) > most:
        return f"This is too long: at most {most} characters."
    return f"This is too short: at least {least} characters." if len(value) < least else None


def _number_complaint(element: JsonObject, value: str) -> str | None:
    whole = not element.get("is_decimal_allowed")
    if not re.fullmatch(r"-?\d+" if whole else r"-?\d+(\.\d+)?", value):
        return "Please enter a whole number." if whole else "Please enter a number."
    low, high = element.get("min_value"), element.get("max_value")
    if low is not None and float(value) < float(low):
        return f"Please enter a number of at least {low}."
    if high is not None and float(value) > float(high):
        return f"Please enter a number of at most {high}."
    return None
