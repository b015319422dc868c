"""Blocks and views as an app would send them."""

from typing import Any

JsonObject = dict[str, Any]


def plain(text: str) -> JsonObject:
    return {"type": "plain_text", "text": text}


def section(text: str, **more: Any) -> JsonObject:
    return {"type": "section", "text": {"type": "mrkdwn", "text": text}} | more


def button(text: str, action_id: str, **more: Any) -> JsonObject:
    return {"type": "button", "text": plain(text), "action_id": action_id} | more


def actions(*elements: JsonObject) -> JsonObject:
    return {"type": "actions", "elements": list(elements)}


def field(label: str, action_id: str, block_id: str | None = None, **more: Any) -> JsonObject:
    element = {"type": "plain_text_input", "action_id": action_id} | more.pop("element", {})
    named = {"block_id": block_id} if block_id else {}
    return {"type": "input", "label": plain(label), "element": element} | named | more


def modal(*blocks: JsonObject, title: str = "A modal", **more: Any) -> JsonObject:
    return {"type": "modal", "title": plain(title), "submit": plain("Send"), "blocks": list(blocks)} | more


def home(*blocks: JsonObject) -> JsonObject:
    return {"type": "home", "blocks": list(blocks)}
