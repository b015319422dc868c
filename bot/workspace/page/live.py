"""Changes as they come: a stream of the regions that look different now, for each tab that is open."""

import asyncio
import json
from typing import Any

from aiohttp import web

from bot import clock
from bot.workspace.page import whereabouts
from bot.workspace.page.desk import Desk
from bot.workspace.page.guard import HEADERS
from bot.workspace.page.regions import Regions
from bot.workspace.page.whereabouts import Nowhere

# Real seconds: how often a quiet stream looks whether its tab is still there, and whether the minute is over.
LOOK_SECONDS = 1.0
LOOK_SECONDS_WHILE_TIME_PASSES = 0.25
# One act makes several entries in the journal; they are drawn together.
DEBOUNCE_SECONDS = 0.04


class Live:
    """Serves /as/{user}/live; `streams` are the tasks of the tabs that listen."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self.streams: set[asyncio.Task[Any]] = set()

    async def stream(self, request: web.Request) -> web.StreamResponse:
        """Server-sent events until the tab goes away: `regions` with JSON, or `gone` when the place is."""
        self._find(request)
        response = web.StreamResponse(headers={**HEADERS, "Content-Type": "text/event-stream"})
        await response.prepare(request)
        task = asyncio.current_task()
        assert task is not None
        self.streams.add(task)
        try:
            await self._tell(request, response)
        except Nowhere:
            await _send(response, "gone", {})
        except ConnectionError:
            pass  # the tab was closed in the middle of a write
        finally:
            self.streams.discard(task)
        return response

    def _find(self, request: web.Request) -> whereabouts.Whereabouts:
        desk = self._desk
        return whereabouts.find(desk.world, desk.host, request.match_info["user"], request.query)

    async def _tell(self, request: web.Request, response: web.StreamResponse) -> None:
        sent: dict[str, str] = {}
        await response.write(b"retry: 800\n\n")
        while _is_open(request):
            state = self._state()
            regions = await Regions(self._desk, self._find(request)).drawn()
            changed = {name: html for name, html in regions.items() if sent.get(name) != html}
            if changed:
                await _send(response, "regions", changed)
                sent |= changed
            await self._until_it_differs(request, state)

    def _state(self) -> tuple[object, ...]:
        """What makes a difference to what is drawn; minutes count because the page shows the time."""
        passing, journal = self._desk.passing, self._desk.workspace.journal
        moment = clock.now().replace(microsecond=0)
        shown = moment if passing.until else moment.replace(second=0)
        down = self._desk.workspace.outage.seconds_left > 0
        return journal.last, shown, passing.until, passing.trouble, down

    async def _until_it_differs(self, request: web.Request, state: tuple[object, ...]) -> None:
        journal = self._desk.workspace.journal
        while _is_open(request) and self._state() == state:
            seconds = LOOK_SECONDS_WHILE_TIME_PASSES if self._desk.passing.until else LOOK_SECONDS
            await journal.wait(seconds, after=journal.last)
        await asyncio.sleep(DEBOUNCE_SECONDS)

    async def close(self) -> None:
        """Every stream ends."""
        for task in list(self.streams):
            task.cancel()


def _is_open(request: web.Request) -> bool:
    return request.transport is not None and not request.transport.is_closing()


async def _send(response: web.StreamResponse, event: str, data: Any) -> None:
    await response.write(f"event: {event}\ndata: {json.dumps(data)}\n\n".encode())
