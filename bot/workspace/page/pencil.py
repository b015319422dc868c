"""Draws what is on a surface for one person: a message, a Home tab, a modal."""

from markupsafe import Markup, escape

from bot.workspace.reading import Reading
from bot.workspace.state import Channel, Message, User, View, World


class Pencil:
    def __init__(self, world: World, viewer: User) -> None:
        self._reading = Reading(world)

    def message(self, channel: Channel, message: Message) -> Markup:
        """A message's blocks, or its text where it has none."""
        return Markup("<p>") + escape(self._reading.message(message)) + Markup("</p>")

    def view(self, view: View) -> Markup:
        """A view's blocks, with what is entered in them and the errors beside it."""
        return Markup("<p>") + escape("\n".join(self._reading.blocks(view.body["blocks"], view.values))) + Markup("</p>")
