"""Slack's blocks, as far as code builds them. What a person typed only ever enters as rich text or a field's value:
there it is text, whatever it contains."""

from typing import Any

from bot.prompts import View, fitted, slack_text

Block = dict[str, Any]


BUTTON, OPTION, LABEL, TITLE, TEXT = 75, 75, 2_000, 24, 3_000
"""Slack's limits for a text, by where it stands."""


def plain(text: str, at_most: int = TEXT) -> Block:
    """Plain text of ours: Slack's three escapes are undone there, so they are made here. What is too long is cut."""
    return {"type": "plain_text", "text": fitted(slack_text(text), at_most), "emoji": False}


def modal(view: View, callback_id: str = "", private_metadata: str = "") -> Block:
    """A window with these words. Only one with a `callback_id` can be submitted; the metadata is ids, never a word."""
    shape = {
        "type": "modal",
        "title": plain(view.title, TITLE),
        "close": plain(view.close or "", TITLE),
        "blocks": view.blocks,
    }
    if not callback_id:
        return shape
    submit = {"callback_id": callback_id, "submit": plain(view.submit or "", TITLE)}
    return {**shape, **submit, "private_metadata": private_metadata}


def button(text: str, action_id: str, value: str, *, primary: bool = False) -> Block:
    """A button. `value` is an id, or ids, and never a word."""
    style = {"style": "primary"} if primary else {}
    return {"type": "button", "text": plain(text, BUTTON), "action_id": action_id, "value": value, **style}


def actions(*buttons: Block) -> Block:
    """A row of buttons."""
    return {"type": "actions", "elements": list(buttons)}


def section(text: str) -> Block:
    """A line of ours."""
    return {"type": "section", "text": plain(text)}


def context(text: str) -> Block:
    """A small line of ours."""
    return {"type": "context", "elements": [plain(text)]}


def run(text: str, *, bold: bool = False, italic: bool = False) -> Block:
    """A run of rich text, whoever wrote it."""
    style = {name: True for name, on in (("bold", bold), ("italic", italic)) if on}
    return {"type": "text", "text": text, **({"style": style} if style else {})}


def rich(*runs: Block) -> Block:
    """One paragraph of rich text."""
    return {"type": "rich_text", "elements": [{"type": "rich_text_section", "elements": list(runs)}]}


def asked(question: str, answer: str) -> Block:
    """A question of ours and what somebody answered, in one block: a window holds a hundred."""
    paragraph = {"type": "rich_text_section", "elements": [run(question, bold=True)]}
    return {"type": "rich_text", "elements": [paragraph, *quoted(answer)["elements"]]}


def quoted(text: str) -> Block:
    """Somebody's words, set apart."""
    quote = {"type": "rich_text_quote", "elements": [run(text)]}
    return {"type": "rich_text", "elements": [quote]}
