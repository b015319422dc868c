"""A browser without a screen: pages, posts as the page makes them, and the stream of changes."""

import html
import io
import json
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from aiohttp import ClientResponse, ClientSession, ClientWebSocketResponse

from bot.workspace.server import Workspace

JsonObject = dict[str, Any]
PATIENCE_SECONDS = 10.0


class Tab:
    """An open stream: `regions` is what is shown by now, `entered` the last entry that the newest frame knows of."""

    def __init__(self, frames: ClientWebSocketResponse) -> None:
        self._frames = frames
        self.regions: dict[str, str] = {}
        self.changes: list[list[str]] = []
        self.entered = 0

    async def next(self) -> tuple[str, JsonObject]:
        """The next event, once there is one: its name and its data."""
        frame = await self._frames.receive_json(timeout=PATIENCE_SECONDS)
        self.entered = frame.get("entered", self.entered)
        return frame["event"], frame["data"]

    async def until(self, region: str, words: str) -> str:
        """Until a region says this; its HTML."""
        while words not in readable(self.regions.get(region, "")):
            name, changed = await self.next()
            assert name == "regions", name
            self.changes.append(sorted(changed))
            self.regions |= changed
        return self.regions[region]


class Surfer:
    """Somebody's browser at a workspace."""

    def __init__(self, workspace: Workspace, session: ClientSession) -> None:
        self.workspace = workspace
        self._session = session

    async def get(self, path: str, **headers: str) -> ClientResponse:
        return await self._session.get(self.workspace.address + path, headers=headers)

    async def read(self, path: str, status: int = 200) -> str:
        """The page at this address, which is answered with this status."""
        response = await self.get(path)
        text = await response.text()
        assert response.status == status, text
        return text

    async def post(self, path: str, order: JsonObject | None = None, **headers: str) -> ClientResponse:
        """As the page's own scripts post; `headers` replace theirs, an empty one goes away."""
        given = {"Origin": self.workspace.address, "Sec-Fetch-Site": "same-origin"} | {
            name.replace("_", "-"): value for name, value in headers.items()
        }
        return await self._session.post(
            self.workspace.address + path,
            data=json.dumps(order or {}),
            headers={"Content-Type": "application/json"} | {k: v for k, v in given.items() if v},
        )

    async def do(self, user: str, deed: str, status: int = 200, **order: Any) -> JsonObject:
        """A person's act on the page, and the answer to it."""
        response = await self.post(f"/as/{user}/{deed}", order)
        answer: JsonObject = await response.json()
        assert response.status == status, answer
        return answer

    async def upload(self, user: str, name: str, content: bytes) -> ClientResponse:
        return await self._session.post(
            f"{self.workspace.address}/as/{user}/upload",
            params={"name": name},
            data=io.BytesIO(content),
            headers={"Origin": self.workspace.address, "Content-Type": "application/octet-stream"},
        )

    @asynccontextmanager
    async def tab(self, path: str) -> AsyncIterator[Tab]:
        """The stream of changes of a place, such as /as/U_ANN/live?place=home."""
        address = self.workspace.address + path
        async with self._session.ws_connect(address, origin=self.workspace.address) as frames:
            yield Tab(frames)


def readable(page: str) -> str:
    """What is read in it: no tags, entities as their characters, spaces as one."""
    return re.sub(r"\s+", " ", html.unescape(re.sub(r"<[^>]*>", " ", page))).strip()
