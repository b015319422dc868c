"""Draws what is on a surface for one person: a message, a Home tab, a modal."""

from markupsafe import Markup

from bot import clock
from bot.workspace.files import Files
from bot.workspace.page.drawing import Drawing, Surface
from bot.workspace.state import Channel, Message, User, View, World


class Pencil:
    """`files` are the workspace's; links to them are made for this viewer."""

    def __init__(self, world: World, viewer: User, files: Files) -> None:
        self.files = files
        self._viewer = viewer.id
        self._drawing = Drawing(world, viewer, clock.now(), files)

    def message(self, channel: Channel, message: Message, part: str = "") -> Markup:
        """A message's blocks, or its text where it has none, and its attachments.

        With a `part` it may stand on the page twice.
        """
        surface = Surface("message", message.ts, channel.id, message.values_for(self._viewer), {}, part)
        blocks, text = message.body.get("blocks"), message.body.get("text") or ""
        shown = self._drawing.blocks(blocks, surface) if blocks else self._drawing.text(text)
        return shown + self._drawing.attachments(message.body.get("attachments") or [], surface)

    def view(self, view: View) -> Markup:
        """A view's blocks, with what is entered in them and the errors beside it."""
        kind = "modal" if view.body["type"] == "modal" else "home"
        surface = Surface(kind, view.id, None, view.values, view.errors)  # type: ignore[arg-type]
        return self._drawing.blocks(view.body["blocks"], surface)
