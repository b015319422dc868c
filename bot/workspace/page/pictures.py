"""Images: the workspace's own files are shown; an image from elsewhere is named, and never fetched."""

import re
from typing import Any

from markupsafe import Markup

from bot.workspace.files import File, Files
from bot.workspace.state import User

JsonObject = dict[str, Any]

_OWN_FILE = re.compile(r"/files/(F\w+)/")


class Pictures:
    """Images for one viewer. Without `files` all of them are elsewhere."""

    def __init__(self, files: Files | None, viewer: User) -> None:
        self._files = files
        self._viewer = viewer

    def html(self, image: JsonObject, size: str) -> Markup:
        """The picture with its alternative text, or a frame with that text in it."""
        alt = str(image.get("alt_text") or "An image")
        file = self._own_file(image)
        if file and self._files:
            return Markup('<img class="picture picture-{}" src="{}" alt="{}" loading="lazy">').format(
                size, self._files.link(file, self._viewer.id), alt
            )
        return Markup('<span class="picture-name picture-{}" role="img" aria-label="{}">{}</span>').format(
            size, alt, alt
        )

    def _own_file(self, image: JsonObject) -> File | None:
        """The file that the image is, if this viewer may read it and it is one to look at."""
        if self._files is None:
            return None
        named = image.get("slack_file") or {}
        address = str(named.get("url") or image.get("image_url") or "")
        found = _OWN_FILE.search(address)
        file = self._files.get(named.get("id") or (found.group(1) if found else ""))
        if file is None or file.content is None or not self._files.may_read(file, self._viewer.id):
            return None
        ours = bool(named.get("id")) or address == file.as_json()["url_private"]
        return file if ours and file.mimetype.startswith("image/") else None
