"""The page's addresses: doors, people's Slacks, what they do there, and the files a browser needs."""

from collections.abc import Callable
from typing import Any

from aiohttp import web
from markupsafe import Markup
from pydantic import ValidationError

from bot.workspace.bodies import WRONG, Unreadable, text_of
from bot.workspace.files import FILE_BYTES, FileRefused
from bot.workspace.installation import Installation
from bot.workspace.members import Members
from bot.workspace.page import assets, whereabouts
from bot.workspace.page.deed import Refused
from bot.workspace.page.deeds import DEEDS, do
from bot.workspace.page.desk import Desk
from bot.workspace.page.doors import doors
from bot.workspace.page.export_view import ONLY_OWNERS
from bot.workspace.page.files_shown import size
from bot.workspace.page.guard import Handler, guarded
from bot.workspace.page.host import Host
from bot.workspace.page.live import Live
from bot.workspace.page.regions import Regions
from bot.workspace.page.templating import draw
from bot.workspace.page.whereabouts import Nowhere
from bot.workspace.targets import NotThere

LONGEST_NAME = 255


class Page:
    """Everything a browser is served. `close` ends streams and time that passes."""

    def __init__(self, workspace: Installation, members: Members, host: Callable[[], Host]) -> None:
        self.desk = Desk(workspace, members, host)
        self.live = Live(self.desk)

    def routes(self) -> list[web.RouteDef]:
        gets: dict[str, Handler] = {
            "/": self._doors,
            "/as/{user}": self._slack,
            "/as/{user}/live": self.live.stream,
            "/as/{user}/export.zip": self._export,
            "/static/{file}": assets.asset,
            "/vendor/{folder}/{file}": assets.asset,
        }
        found = [web.get(path, guarded(self._kindly(handler))) for path, handler in gets.items()]
        found.append(web.post("/as/{user}/upload", guarded(self._upload)))
        return [*found, *(web.post(f"/as/{{user}}/{name}", guarded(self._deed(name))) for name in DEEDS)]

    async def close(self) -> None:
        await self.live.close()
        await self.desk.passing.close()

    async def _doors(self, _request: web.Request) -> web.StreamResponse:
        return _html(draw("doors.html", doors(self.desk.world, self.desk.host)))

    async def _slack(self, request: web.Request) -> web.StreamResponse:
        desk = self.desk
        here = whereabouts.find(desk.world, desk.host, request.match_info["user"], request.query)
        desk.happenings.watch(here.viewer.id)
        regions = Regions(desk, here)
        drawn = {name: Markup(html) for name, html in (await regions.drawn()).items()}
        return _html(draw("slack.html", regions.common() | {"regions": drawn}))

    async def _export(self, request: web.Request) -> web.StreamResponse:
        """The last export that was run, for an owner."""
        user = whereabouts.person(self.desk.world, request.match_info["user"])
        if not user.is_owner:
            raise Nowhere(ONLY_OWNERS, "Not for you")
        if self.desk.exported is None:
            raise Nowhere("No export has been run yet.")
        headers = {"Content-Disposition": 'attachment; filename="export.zip"'}
        return web.Response(body=self.desk.exported.packed, content_type="application/zip", headers=headers)

    async def _upload(self, request: web.Request) -> web.StreamResponse:
        """A file of one's own, in no conversation yet: its bytes are the body, its name is in the address."""
        if request.content_type != "application/octet-stream":
            return web.json_response({"error": "Only bytes are taken here."}, status=415)
        try:
            user = whereabouts.person(self.desk.world, request.match_info["user"])
            name = request.query.get("name", "")[:LONGEST_NAME] or "file"
            file = self.desk.workspace.files.put(user.id, name, await request.read())
        except Nowhere as nowhere:
            return web.json_response({"error": str(nowhere)}, status=404)
        except WRONG:
            return web.json_response({"error": "This file did not arrive whole."}, status=400)
        except (FileRefused, web.HTTPRequestEntityTooLarge):
            most = size(FILE_BYTES)
            return web.json_response({"error": f"This file is too large: at most {most}."}, status=413)
        return web.json_response({"id": file.id, "name": file.name})

    def _kindly(self, handler: Handler) -> Handler:
        async def handle(request: web.Request) -> web.StreamResponse:
            try:
                return await handler(request)
            except Nowhere as nowhere:
                told = {
                    "title": nowhere.title,
                    "sentence": str(nowhere),
                    "workspace_name": self.desk.world.name,
                }
                return _html(draw("nowhere.html", told), status=404)

        return handle

    def _deed(self, name: str) -> Handler:
        async def handle(request: web.Request) -> web.StreamResponse:
            if request.content_type != "application/json":
                return web.json_response({"error": "Only JSON is taken here."}, status=415)
            try:
                user = whereabouts.person(self.desk.world, request.match_info["user"])
                order = DEEDS[name].order.model_validate_json(await text_of(request))
                return web.json_response(await do(self.desk, user, name, order))
            except (Nowhere, NotThere) as missing:
                return web.json_response({"error": str(missing)}, status=404)
            except Refused as refused:
                return web.json_response({"error": str(refused)}, status=409)
            except ValidationError as wrong:
                return web.json_response({"error": _first(wrong)}, status=400)
            except Unreadable as unreadable:
                return web.json_response({"error": str(unreadable)}, status=400)

        return handle


def _first(wrong: ValidationError) -> str:
    error: Any = wrong.errors()[0]
    place = ".".join(map(str, error["loc"]))
    return f"{place}: {error['msg']}" if place else str(error["msg"])


def _html(text: str, status: int = 200) -> web.Response:
    return web.Response(text=text, status=status, content_type="text/html", charset="utf-8")
