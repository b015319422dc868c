"""The bytes of files: uploaded with a ticket, read with a token or with a link that the page made."""

from collections.abc import AsyncIterator
from email.message import Message as Headers

from aiohttp import BodyPartReader, web

from bot.workspace.bodies import WRONG
from bot.workspace.files import File, FileRefused
from bot.workspace.installation import Installation
from bot.workspace.state import BOT_USER_ID

# What a browser may show in the page's own origin; an SVG can carry scripts, so it is not among them.
_SHOWN = frozenset({"image/png", "image/jpeg", "image/gif", "image/webp"})
_CHUNK = 64 * 1024


class Transfer:
    """Serves /upload/<ticket> and /files/<id>/<name>."""

    def __init__(self, workspace: Installation) -> None:
        self._workspace = workspace

    def routes(self) -> list[web.RouteDef]:
        return [
            web.post("/upload/{ticket}", self.upload),
            web.put("/upload/{ticket}", self.upload),
            web.get("/files/{file}/{name:(?s:.*)}", self.download),
        ]

    async def upload(self, request: web.Request) -> web.Response:
        """200 once; 404 for a ticket that is unknown or used, 413 or 400 when it is more or less than was said."""
        ticket = request.match_info["ticket"]
        file = self._workspace.files.awaited(ticket)
        if file is None:
            return web.Response(status=404, text="no upload is awaited here")
        content = bytearray()
        try:
            async for chunk in _uploaded(request):
                content += chunk
                if len(content) > file.size:
                    return web.Response(
                        status=413, text=f"more than the {file.size} bytes that were announced"
                    )
        except WRONG:
            return web.Response(status=400, text="the upload cannot be read")
        try:
            self._workspace.files.upload(ticket, bytes(content))
        except (FileRefused, KeyError):
            return web.Response(
                status=400, text=f"{len(content)} bytes, where {file.size} had been announced"
            )
        return web.Response(text=f"OK - {len(content)}")

    async def download(self, request: web.Request) -> web.Response:
        """The content, to whoever may read it; 404 to everybody else, so that nobody learns that it exists."""
        file = self._workspace.files.get(request.match_info["file"])
        reader = self._reader(request, file)
        if file is None or reader is None or not self._workspace.files.may_read(file, reader):
            return web.Response(status=404, text="there is no such file for you")
        if file.content is None:
            return web.Response(status=410, text="this file was forgotten to make room for newer ones")
        return web.Response(
            body=file.content, content_type=file.mimetype, headers=_headers(file, "download" in request.query)
        )

    def _reader(self, request: web.Request, file: File | None) -> str | None:
        """Who asks: the app with its token, or a person with a link of the page."""
        scheme, _, token = request.headers.get("Authorization", "").partition(" ")
        if token.strip() == self._workspace.bot_token and scheme.lower() == "bearer":
            dead = self._workspace.revoked or token.strip() in self._workspace.dead_tokens
            allowed = "files:read" in self._workspace.scopes and not dead
            return BOT_USER_ID if allowed else None
        person = request.query.get("reader", "")
        signed = file and self._workspace.files.link_is_good(file, person, request.query.get("key", ""))
        return person if signed else None


def _headers(file: File, download: bool) -> dict[str, str]:
    """Nothing in a file may run in the page: only pictures are shown, and nothing is sniffed."""
    shown = "inline" if file.mimetype in _SHOWN and not download else "attachment"
    disposition = Headers()
    disposition.add_header("Content-Disposition", shown, filename=("utf-8", "", file.name))
    return {
        "Content-Disposition": disposition["Content-Disposition"],
        "X-Content-Type-Options": "nosniff",
        "Content-Security-Policy": "default-src 'none'; sandbox",
        "Cross-Origin-Resource-Policy": "same-origin",
        "Cache-Control": "private, no-store",
    }


async def _uploaded(request: web.Request) -> AsyncIterator[bytes]:
    """The body, or the first file in it where it is a form of several parts."""
    if not request.content_type.startswith("multipart/"):
        async for chunk in request.content.iter_chunked(_CHUNK):
            yield chunk
        return
    async for part in await request.multipart():
        if isinstance(part, BodyPartReader) and part.filename is not None:
            while chunk := await part.read_chunk(_CHUNK):
                yield chunk
            return
