"""Changes as they come: to each tab that is open, the regions that look different now.

Over a WebSocket and not as server-sent events: a browser opens only six plain connections to one server, so that
with six tabs the seventh would wait for ever.
"""

import asyncio
from typing import Any

from aiohttp import web

from bot import clock
from bot.workspace.page import whereabouts
from bot.workspace.page.desk import Desk
from bot.workspace.page.regions import Regions
from bot.workspace.page.whereabouts import Nowhere

# Real seconds: how often it is looked whether the minute is over, which the page shows.
LOOK_SECONDS = 1.0
LOOK_SECONDS_WHILE_TIME_PASSES = 0.25
# One act makes several entries in the journal; they are drawn together.
DEBOUNCE_SECONDS = 0.04
# After so long without an answer to a ping a tab is taken to be gone.
HEARTBEAT_SECONDS = 20.0


class Live:
    """Serves /as/{user}/live; `streams` are the tasks of the tabs that listen."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self.streams: set[asyncio.Task[Any]] = set()

    async def stream(self, request: web.Request) -> web.StreamResponse:
        """Frames of {event, data} until the tab goes away: `regions` with HTML by name, `gone` when the place is.

        `entered` says which entries into fields a drawing knows of: all up to that number.
        """
        self._find(request)
        # Nothing is gained by packing on one machine; and a tab closed while a frame is packed leaves an error behind.
        frames = web.WebSocketResponse(heartbeat=HEARTBEAT_SECONDS, compress=False)
        await frames.prepare(request)
        telling = asyncio.get_running_loop().create_task(self._tell(request, frames))
        self.streams.add(telling)
        try:
            async for _ in frames:
                pass  # a tab says nothing; this ends when it is closed
        finally:
            telling.cancel()
            await asyncio.gather(telling, return_exceptions=True)
            self.streams.discard(telling)
        return frames

    def _find(self, request: web.Request) -> whereabouts.Whereabouts:
        desk = self._desk
        return whereabouts.find(desk.world, desk.host, request.match_info["user"], request.query)

    async def _tell(self, request: web.Request, frames: web.WebSocketResponse) -> None:
        try:
            await self._tell_changes(request, frames)
        except Nowhere:
            await frames.send_json({"event": "gone", "data": {}})
        finally:
            await frames.close()

    async def _tell_changes(self, request: web.Request, frames: web.WebSocketResponse) -> None:
        sent: dict[str, str] = {}
        while not frames.closed:
            state, entered = self._state(), self._desk.entered
            regions = await Regions(self._desk, self._find(request)).drawn()
            changed = {name: html for name, html in regions.items() if sent.get(name) != html}
            if changed:
                await frames.send_json({"event": "regions", "data": changed, "entered": entered})
                sent |= changed
            await self._until_it_differs(state)

    def _state(self) -> tuple[object, ...]:
        """What makes a difference to what is drawn; minutes count because the page shows the time."""
        passing, journal = self._desk.passing, self._desk.workspace.journal
        moment = clock.now().replace(microsecond=0)
        shown = moment if passing.until else moment.replace(second=0)
        down = self._desk.workspace.outage.seconds_left > 0
        return journal.last, shown, passing.until, passing.trouble, down

    async def _until_it_differs(self, state: tuple[object, ...]) -> None:
        journal = self._desk.workspace.journal
        while self._state() == state:
            seconds = LOOK_SECONDS_WHILE_TIME_PASSES if self._desk.passing.until else LOOK_SECONDS
            await journal.wait(seconds, after=journal.last)
        await asyncio.sleep(DEBOUNCE_SECONDS)

    async def close(self) -> None:
        """Every stream ends."""
        for task in list(self.streams):
            task.cancel()
        await asyncio.gather(*self.streams, return_exceptions=True)
