"""Attachments: what messages had before blocks, and still may have."""

from typing import Any

from bot.workspace.checks.shapes import ANYTHING, BOOLEAN, JsonObject, Many, Shape, String

_TEXT = String(40_000, at_least=0)
_FIELD = Shape({"title": _TEXT, "value": _TEXT, "short": BOOLEAN}, open=True)

# Slack reads what it knows of an attachment and passes over the rest.
_ATTACHMENT = Shape(
    dict.fromkeys(("text", "fallback", "pretext", "color", "title", "footer", "author_name"), _TEXT)
    | {"fields": Many(_FIELD, 0), "blocks": Many(ANYTHING, 0, 50)},
    open=True,
)

ATTACHMENTS = Many(_ATTACHMENT, 0, 100)


def blocks_of(attachments: list[JsonObject]) -> list[Any]:
    """All blocks of checked attachments, in order."""
    return [block for attachment in attachments for block in attachment.get("blocks") or []]
