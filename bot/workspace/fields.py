"""Filling in a field as a person does, and what Slack's own client refuses before anything is sent."""

import re
from typing import Any

from bot.workspace.checks.elements import TYPED
from bot.workspace.checks.surfaces import walk
from bot.workspace.files import File, Files
from bot.workspace.filling import value_field
from bot.workspace.state import User, View
from bot.workspace.targets import NotThere, Target

JsonObject = dict[str, Any]

_MOST_FILES = 10
_REQUIRED = "Please complete this required field."
_PATTERNS = {
    "email_text_input": (r"[^@\s]+@[^@\s]+\.[^@\s]+", "Please enter a valid email address."),
    "url_text_input": (r"https?://\S+", "Please enter a valid URL."),
}


def type_into(target: Target, text: str) -> JsonObject:
    """The text is in the field, and what the element tells of it. NotThere when it is not one to type into."""
    kind = target.element["type"]
    if kind not in TYPED:
        raise NotThere(f"‘{target.element['action_id']}’ is a {kind}: nothing can be typed into it.")
    if kind == "rich_text_input":
        section = {"type": "rich_text_section", "elements": [{"type": "text", "text": text}]}
        target.state["rich_text_value"] = {"type": "rich_text", "elements": [section]} if text else None
    else:
        target.state["value"] = text or None
    return dict(target.state)


def attach(files: Files, user: User, target: Target, wanted: list[str]) -> JsonObject:
    """These files (ids) are in the field. NotThere for one that this person did not bring, or too many."""
    element = target.element
    found = [_own_file(files, user, element, file_id) for file_id in wanted]
    most = element.get("max_files") or _MOST_FILES
    if len(found) > most:
        raise NotThere(f"‘{element['action_id']}’ takes {most} files, not {len(found)}.")
    target.state["files"] = [file.as_json() for file in found]
    return dict(target.state)


def _own_file(files: Files, user: User, element: JsonObject, file_id: str) -> File:
    file = files.get(file_id)
    if file is None or file.owner != user.id:
        raise NotThere(f"{user.id} has uploaded no file {file_id}.")
    endings = [str(ending).lower().removeprefix(".") for ending in element.get("filetypes") or []]
    if endings and file.name.rpartition(".")[2].lower() not in endings:
        raise NotThere(f"{file.name} cannot go here: the field takes files ending in {', '.join(endings)}.")
    return file


def press(element: JsonObject, value: str | None = None) -> JsonObject:
    """What a button tells when it is pressed; `value` says which of feedback buttons it was."""
    if element["type"] == "feedback_buttons":
        if value not in ("positive", "negative"):
            raise NotThere("Feedback is positive or negative.")
        element = element[f"{value}_button"]
    return {name: part for name, part in element.items() if name in ("text", "value", "style", "url")}


def dispatched_on(block: JsonObject, element: JsonObject) -> frozenset[str]:
    """When the app hears of a change at once: on `change`, or as dispatch_action_config says. Empty: never."""
    if block["type"] != "input":
        return frozenset({"change"})
    if not block.get("dispatch_action") or element["type"] == "file_input":
        return frozenset()
    if element["type"] not in TYPED:
        return frozenset({"change"})
    config = element.get("dispatch_action_config") or {}
    return frozenset(config.get("trigger_actions_on") or ["on_enter_pressed"])


def dispatches(target: Target, entered: bool) -> bool:
    """Whether the app hears of this change at once; `entered`: the person pressed Enter."""
    when = dispatched_on(target.block, target.element)
    return bool(when & {"change", "on_character_entered"}) or (entered and "on_enter_pressed" in when)


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
