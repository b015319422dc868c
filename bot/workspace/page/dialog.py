"""The modal somebody has open: the topmost view of the stack, and the way back."""

from typing import Any

from bot.workspace.page.pencil import Pencil
from bot.workspace.page.whereabouts import Whereabouts
from bot.workspace.state import World

JsonObject = dict[str, Any]


def dialog(world: World, pencil: Pencil, here: Whereabouts, trouble: str | None) -> JsonObject | None:
    """None while nothing is open. `trouble` is what went wrong with the last act, if something did."""
    stack = world.stack(here.viewer.id)
    if not stack:
        return None
    view = stack[-1]
    body = view.body
    return {
        "id": view.id,
        "root": body["root_view_id"],
        "title": _words(body["title"], "Untitled"),
        "content": pencil.view(view),
        "submit": _words(body["submit"], "") or None,
        "close": _words(body["close"], "Close"),
        "back": _words(stack[-2].body["title"], "the step before") if len(stack) > 1 else None,
        "trouble": trouble,
        "errors": len(view.errors),
    }


def _words(text: JsonObject | None, otherwise: str) -> str:
    return str(text["text"]) if text else otherwise
