"""Socket Mode: every envelope has a deadline, closing waits for what runs, and a watchdog knows if we still hear."""

import asyncio
import time

from slack_bolt.adapter.socket_mode.aiohttp import AsyncSocketModeHandler
from slack_bolt.async_app import AsyncApp
from slack_sdk.socket_mode.aiohttp import SocketModeClient
from slack_sdk.socket_mode.request import SocketModeRequest

from bot import clock, log, meters
from bot.db import deadline

ANSWER_SECONDS = 2.2
"""Slack waits three seconds for an acknowledgement. After this nothing new starts, and people are told in time."""
PING_SECONDS = 5
DEAF_AFTER_SECONDS = 30
DRAIN_SECONDS = 10.0


class DrainingHandler(AsyncSocketModeHandler):
    """A socket that counts the listeners it runs: closing it leaves none committed and not acknowledged."""

    def __init__(self, app: AsyncApp, app_token: str, proxy: str | None) -> None:
        super().__init__(app, app_token, proxy=proxy, ping_interval=PING_SECONDS)
        self._running = 0
        self._idle = asyncio.Event()
        self._idle.set()

    async def handle(self, client: SocketModeClient, req: SocketModeRequest) -> None:  # type: ignore[override]
        """One envelope, answered before its deadline."""
        deadline.set(clock.elapsed() + ANSWER_SECONDS)
        self._running += 1
        self._idle.clear()
        try:
            with meters.acknowledging(ANSWER_SECONDS):
                await super().handle(client, req)
        finally:
            self._running -= 1
            if not self._running:
                self._idle.set()

    async def drain(self) -> None:
        """Every listener that runs has been acknowledged, or has had ten seconds; then the socket is closed."""
        try:
            async with asyncio.timeout(DRAIN_SECONDS):
                await self._idle.wait()
        except TimeoutError:
            log.warning("socket.closed_while_busy", running=self._running)
        await self.close_async()  # type: ignore[no-untyped-call]
        await self.client.aiohttp_client_session.close()

    async def hears(self) -> bool:
        """Whether Slack has answered a ping lately. A half-open connection looks connected and is deaf."""
        return await self.client.is_connected() and self.pong_age() is not None

    def pong_age(self) -> float | None:
        """How many seconds ago Slack answered a ping; 0 before the first one, None when that is too long ago."""
        if self.client.current_session is None or self.client.current_session.closed:
            return None
        pong = self.client.last_ping_pong_time
        age = 0.0 if pong is None else time.time() - pong  # noqa: TID251 - the library's own clock
        return age if age < DEAF_AFTER_SECONDS else None


class Sockets:
    """Two sockets, so that one can be refreshed while the other listens."""

    COUNT = 2

    def __init__(self, app: AsyncApp, app_token: str, proxy: str | None = None) -> None:
        self._handlers = [DrainingHandler(app, app_token, proxy) for _ in range(self.COUNT)]

    async def connect(self) -> None:
        """Both sockets are open."""
        for handler in self._handlers:
            await handler.connect_async()  # type: ignore[no-untyped-call]

    async def watch(self) -> None:
        """A socket that has gone deaf is connected anew."""
        for number, handler in enumerate(self._handlers):
            if not await handler.hears():
                log.warning("socket.deaf", socket=number)
                await handler.client.connect_to_new_endpoint(force=True)

    def pong_ages(self) -> list[float | None]:
        """For each socket, how many seconds ago Slack answered on it; None for one that is deaf."""
        return [handler.pong_age() for handler in self._handlers]

    async def close(self) -> None:
        """No socket takes anything new, and what was taken has been answered."""
        await asyncio.gather(*(handler.drain() for handler in self._handlers))
