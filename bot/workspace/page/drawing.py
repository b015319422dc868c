"""Blocks as HTML, for one viewer: what is drawn on a message, the Home tab and a modal."""

from datetime import datetime
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader
from markupsafe import Markup

from bot.workspace.files import Files
from bot.workspace.page.mrkdwn import Mrkdwn
from bot.workspace.page.pictures import Pictures
from bot.workspace.page.sheet import Sheet, Viewing
from bot.workspace.page.surface import Surface
from bot.workspace.state import User, World

__all__ = ["Drawing", "Surface"]

JsonObject = dict[str, Any]


def _environment() -> Environment:
    return Environment(
        loader=FileSystemLoader(Path(__file__).parent / "templates"),
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
    )


_ENVIRONMENT = _environment()


class Drawing:
    """Draws what `viewer` sees at `now` (aware): dates in their zone, names as far as they may know them."""

    def __init__(self, world: World, viewer: User, now: datetime, files: Files | None = None) -> None:
        self._viewing = Viewing(world, viewer, Mrkdwn(world, viewer, now), Pictures(files, viewer))

    def blocks(self, blocks: list[JsonObject], surface: Surface) -> Markup:
        """Checked blocks, completed with their ids, as they stand on this surface."""
        return Sheet(_ENVIRONMENT, self._viewing, surface).blocks(blocks)

    def attachments(self, attachments: list[JsonObject], surface: Surface) -> Markup:
        """What stands below a message's blocks or text, set apart from it."""
        return Sheet(_ENVIRONMENT, self._viewing, surface).attachments(attachments)

    def text(self, mrkdwn: str) -> Markup:
        """A message's text, where it has no blocks."""
        return self._viewing.mrkdwn.html(mrkdwn)
