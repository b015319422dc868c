"""A whole workspace, served on 127.0.0.1: the wire for the app, the control API, and the page for people."""

from functools import cached_property

from aiohttp import web

from bot.workspace.app_control import AppControl
from bot.workspace.files import FILE_BYTES
from bot.workspace.installation import Installation
from bot.workspace.members import Members
from bot.workspace.page.authorize import Authorize
from bot.workspace.page.host import Host
from bot.workspace.page.routes import Page
from bot.workspace.people import ControlApi
from bot.workspace.wire.api import WebApi
from bot.workspace.wire.response_url import ResponseUrls
from bot.workspace.wire.transfer import Transfer

# The largest file, as base64 in a request of the control API.
BODY_BYTES = FILE_BYTES * 3 // 2


class Workspace(Installation):
    """An installation that can be started and stopped; its constructor takes what Installation takes.

    `host` is what the page adds of its own; it may be replaced at any time.
    """

    _runner: web.AppRunner | None = None

    @cached_property
    def host(self) -> Host:
        return Host(self)

    @cached_property
    def members(self) -> Members:
        return Members(self)

    @cached_property
    def page(self) -> Page:
        return Page(self, self.members, lambda: self.host)

    async def start(self, port: int = 0) -> None:
        """Serve on 127.0.0.1; port 0 takes a free one. Afterwards `address` is known."""
        self._runner = web.AppRunner(self._app(), access_log=None, handle_signals=False, shutdown_timeout=1.0)
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", port).start()
        self.address = f"http://127.0.0.1:{self._runner.addresses[0][1]}"

    def env_lines(self) -> list[str]:
        """Address and tokens as lines for a .env file."""
        return [
            f"SLACK_API_URL={self.api_url}",
            f"SLACK_BOT_TOKEN={self.bot_token}",
            f"SLACK_APP_TOKEN={self.app_token}",
            f"SLACK_SIGNING_SECRET={self.signing_secret}",
        ]

    def _app(self) -> web.Application:
        app = web.Application(client_max_size=BODY_BYTES, middlewares=[self.outage.middleware])
        app.router.add_route("*", "/api/{method}", WebApi(self).handle)
        app.router.add_post("/response/{secret}", ResponseUrls(self).handle)
        app.router.add_routes(Transfer(self).routes())
        app.router.add_get("/link/", self.sockets.connect)
        app.router.add_routes(ControlApi(self, self.members).routes())
        app.router.add_routes(self.page.routes())
        app.router.add_routes(AppControl(self, self.outage).routes())
        app.router.add_routes(Authorize(self).routes())
        return app

    async def stop(self) -> None:
        """End the page's streams, close the sockets, give up what is still on its way, and stop serving."""
        await self.page.close()
        await self.schedule.close()
        await self.events.close()
        await self.sockets.close()
        await self.delivery.close()
        if self._runner:
            await self._runner.cleanup()
        self.journal.close()
