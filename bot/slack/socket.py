"""Socket Mode: every envelope has a deadline, closing waits for what runs, and a watchdog knows if we still hear."""

import asyncio
import contextlib
import time
from typing import Any

import aiohttp
from slack_bolt.adapter.socket_mode.aiohttp import AsyncSocketModeHandler
from slack_bolt.async_app import AsyncApp
from slack_sdk.errors import SlackClientError
from slack_sdk.socket_mode.aiohttp import SocketModeClient
from slack_sdk.socket_mode.request import SocketModeRequest

from bot import clock, log, meters
from bot.db import deadline

ANSWER_SECONDS = 2.2
"""Slack waits three seconds for an acknowledgement. After this nothing new starts, and people are told in time."""
PING_SECONDS = 5
DEAF_AFTER_SECONDS = 30
DRAIN_SECONDS = 10.0
UNWANTED = ("too_many_websockets", "link_disabled")
"""What Slack says to a connection that it will not have: coming back at once would only be said no to again."""
PAUSE_SECONDS, LONGEST_PAUSE_SECONDS = 5.0, 60.0
STABLE_SECONDS = 120.0
"""A connection that lasted for so long was wanted: the next refusal is a first one."""


class PatientClient(SocketModeClient):
    """Slack's client, which comes back at once when told to make place, and takes its time when it is not wanted."""

    def __init__(self, app: AsyncApp, app_token: str, proxy: str | None) -> None:
        super().__init__(
            app_token=app_token,
            logger=app.logger,
            web_client=app.client,
            proxy=proxy,
            ping_interval=PING_SECONDS,
        )
        self.pause_seconds = PAUSE_SECONDS
        self._leaving = asyncio.Event()
        self._refusals = 0
        self._since = self._not_before = clock.elapsed()

    @property
    def waits(self) -> bool:
        """Whether it is giving Slack time."""
        return clock.elapsed() < self._not_before

    async def connect(self) -> None:
        """It is connected, however often that has to be tried."""
        await super().connect()  # type: ignore[no-untyped-call]
        self._since = clock.elapsed()

    async def connect_to_new_endpoint(self, force: bool = False) -> None:
        """It is connected, and not before it may be."""
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(self._leaving.wait(), max(0.0, self._not_before - clock.elapsed()))
        if not self.closed:
            await super().connect_to_new_endpoint(force)

    async def close(self) -> None:
        """It is closed, and whoever waits to connect it does not."""
        self._leaving.set()
        await super().close()  # type: ignore[no-untyped-call]

    async def run_message_listeners(self, message: dict[str, Any], raw_message: str) -> None:
        """Whatever came has been answered."""
        if message.get("type") == "disconnect" and message.get("reason") in UNWANTED:
            self._put_off(message["reason"])
            await self.connect_to_new_endpoint()
            return
        await super().run_message_listeners(message, raw_message)

    def _put_off(self, reason: str) -> None:
        if clock.elapsed() - self._since > STABLE_SECONDS:
            self._refusals = 0
        pause = min(self.pause_seconds * 2**self._refusals, LONGEST_PAUSE_SECONDS)
        self._refusals = min(self._refusals + 1, 10)
        self._not_before = clock.elapsed() + pause
        log.warning("socket.unwanted", reason=reason, pause_seconds=pause)


class DrainingHandler(AsyncSocketModeHandler):
    """A socket that counts the listeners it runs: closing it leaves none committed and not acknowledged."""

    def __init__(self, app: AsyncApp, app_token: str, proxy: str | None) -> None:
        # Not the library's own, which would make a client of its own that cannot wait.
        self.app, self.app_token = app, app_token
        self.client: PatientClient = PatientClient(app, app_token, proxy)
        self.client.socket_mode_request_listeners.append(self.handle)  # type: ignore[arg-type]
        self.answer_seconds = ANSWER_SECONDS
        self._running = 0
        self._idle = asyncio.Event()
        self._idle.set()

    async def handle(self, client: SocketModeClient, req: SocketModeRequest) -> None:  # type: ignore[override]
        """One envelope, answered before its deadline."""
        deadline.set(clock.elapsed() + self.answer_seconds)
        self._running += 1
        self._idle.clear()
        try:
            with meters.acknowledging(self.answer_seconds):
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
        self.handlers = [DrainingHandler(app, app_token, proxy) for _ in range(self.COUNT)]

    async def connect(self) -> None:
        """Both sockets are open."""
        for handler in self.handlers:
            await handler.connect_async()  # type: ignore[no-untyped-call]

    async def watch(self) -> None:
        """A socket that has gone deaf is connected anew, unless it is giving Slack time."""
        for number, handler in enumerate(self.handlers):
            if handler.client.waits or await handler.hears():
                continue
            log.warning("socket.deaf", socket=number)
            try:
                # Whoever is at it already goes first: two at once would leave one connection that nobody reads.
                await handler.client.connect_to_new_endpoint()
            except (SlackClientError, aiohttp.ClientError, OSError, TimeoutError) as error:
                log.warning("socket.not_connected", socket=number, error=error)

    def pong_ages(self) -> list[float | None]:
        """For each socket, how many seconds ago Slack answered on it; None for one that is deaf."""
        return [handler.pong_age() for handler in self.handlers]

    async def close(self) -> None:
        """No socket takes anything new, and what was taken has been answered."""
        await asyncio.gather(*(handler.drain() for handler in self.handlers))
