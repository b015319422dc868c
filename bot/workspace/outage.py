"""The workspace is down for a while: everything that an app can reach resets its connections. People see their page."""

from aiohttp import web
from aiohttp.typedefs import Handler

from bot import clock
from bot.workspace.journal import Journal
from bot.workspace.sockets import Sockets

APP_FACING = ("/api/", "/link/", "/response/", "/upload/")


class Outage:
    """Runs on real seconds, as what it tries (timeouts, backing off) does."""

    def __init__(self, sockets: Sockets, journal: Journal) -> None:
        self._sockets = sockets
        self._journal = journal
        self._until = 0.0

    @property
    def seconds_left(self) -> float:
        """How long it still lasts; 0 when all is well."""
        return max(0.0, self._until - clock.elapsed())

    def begin(self, seconds: float) -> None:
        """For so long, sockets are cut and calls reset. 0 ends it."""
        self._until = clock.elapsed() + seconds
        self._journal.record("outage", "down" if seconds else "up", seconds=seconds)
        if seconds:
            self._sockets.abort()

    @web.middleware
    async def middleware(self, request: web.Request, handler: Handler) -> web.StreamResponse:
        """Nothing of a call is done while it lasts."""
        if self.seconds_left and request.path.startswith(APP_FACING):
            if request.transport is not None:
                request.transport.abort()
            return web.Response(status=503)
        return await handler(request)
