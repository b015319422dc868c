"""Socket Mode: the connections of the app, which envelope went to which, and what came back for it."""

import asyncio
import contextlib
import itertools
import secrets
import uuid
from dataclasses import dataclass
from typing import Any

from aiohttp import WSCloseCode, web

from bot.workspace.bodies import read_json
from bot.workspace.journal import Journal, journal_name, person_in
from bot.workspace.state import APP_ID

JsonObject = dict[str, Any]
ACK_SECONDS = 3.0
MOST_SOCKETS = 10
FRAME_BYTES = 1024 * 1024
CONNECTION_SECONDS = 18_060.0
# Of a connection whose address ends in debug_reconnects=true.
DEBUG_CONNECTION_SECONDS = 360.0
WARNING_SECONDS = 10.0
PING_SECONDS = 10.0
CLOSE_SECONDS = 2.0
_DEBUG = {"host": "applink-local"}


@dataclass
class _Socket:
    request: web.Request
    frames: web.WebSocketResponse
    leaving: bool = False
    dead: bool = False


class Sockets:
    """All open connections. `deliver` sends one envelope to one of them and waits for its acknowledgement.

    `ack_seconds` (real ones) is how long it waits: Slack's three, unless a test has less patience. So are
    `connection_seconds`, after which a connection is refreshed, and `ping_seconds`, between two pings.
    """

    def __init__(self, journal: Journal, ack_seconds: float = ACK_SECONDS) -> None:
        self.ack_seconds = ack_seconds
        self.connection_seconds = CONNECTION_SECONDS
        self.ping_seconds = PING_SECONDS
        self._journal = journal
        self._open: dict[int, _Socket] = {}
        self._numbers = itertools.count(1)
        self._turn = 0
        self._tickets: set[str] = set()
        self._awaited: dict[str, asyncio.Future[JsonObject | None]] = {}
        self._arrival = asyncio.Event()
        self._sending: set[asyncio.Task[None]] = set()

    @property
    def numbers(self) -> list[int]:
        """The numbers of the open sockets, oldest first."""
        return list(self._open)

    def ticket(self) -> str:
        """What apps.connections.open puts into its URL; good for one connection."""
        ticket = secrets.token_urlsafe(24)
        self._tickets.add(ticket)
        return ticket

    async def connect(self, request: web.Request) -> web.StreamResponse:
        """GET /link: one connection, from hello until it is closed by either side."""
        try:
            self._tickets.remove(request.query.get("ticket", ""))
        except KeyError:
            raise web.HTTPUnauthorized(text="unknown or used ticket") from None
        socket = web.WebSocketResponse(max_msg_size=FRAME_BYTES)
        await socket.prepare(request)
        if len(self._open) >= MOST_SOCKETS:
            await self._refuse(socket)
            return socket
        number = next(self._numbers)
        self._open[number] = _Socket(request, socket)
        self._arrival.set()
        self._journal.record("socket", "open", socket=number)
        seconds = DEBUG_CONNECTION_SECONDS if "debug_reconnects" in request.query else self.connection_seconds
        life = [asyncio.create_task(work) for work in (self._refresh(number, seconds), self._ping(number))]
        try:
            await socket.send_json(self._hello(seconds))
            await self._listen(number, socket)
        except ConnectionError:
            pass  # the app went away in the middle of a frame: the same as closing
        finally:
            for task in life:
                task.cancel()
            self._open.pop(number, None)
            self._journal.record("socket", "closed", socket=number)
        return socket

    async def _refresh(self, number: int, seconds: float) -> None:
        """The connection is warned shortly before its time is over, and then told to make place for a new one."""
        early = min(seconds, WARNING_SECONDS)
        await asyncio.sleep(seconds - early)
        await self.disconnect("warning", number)
        await asyncio.sleep(early)
        await self.disconnect("refresh_requested", number)

    async def _ping(self, number: int) -> None:
        """Some of Slack's clients take a connection without pings for dead."""
        with contextlib.suppress(ConnectionError):
            while True:
                await asyncio.sleep(self.ping_seconds)
                if not self._open[number].dead:
                    await self._open[number].frames.ping()

    def _hello(self, seconds: float) -> JsonObject:
        return {
            "type": "hello",
            "num_connections": len(self._open),
            "debug_info": _DEBUG | {"build_number": 1, "approximate_connection_time": int(seconds)},
            "connection_info": {"app_id": APP_ID},
        }

    async def _refuse(self, socket: web.WebSocketResponse) -> None:
        self._journal.record("socket", "refused", reason="too_many_websockets")
        await socket.send_json(_disconnect("too_many_websockets"))
        await socket.close()

    async def _listen(self, number: int, socket: web.WebSocketResponse) -> None:
        async for frame in socket:
            try:
                envelope_id, payload = _acknowledgement(frame.data)
            except ValueError:
                self._journal.record("socket", "unreadable_frame", socket=number)
                continue
            self._settle(number, envelope_id, payload)

    def _settle(self, number: int, envelope_id: str, payload: JsonObject | None) -> None:
        """An acknowledgement may come over another socket than its envelope, and may come too late."""
        awaited = self._awaited.pop(envelope_id, None)
        late = awaited is None or awaited.done()
        self._journal.record(
            "ack", envelope_id, socket=number, response=payload, late=late or None, envelope_id=envelope_id
        )
        if awaited is not None and not awaited.done():
            awaited.set_result(payload)

    async def deliver(self, kind: str, payload: JsonObject, **more: Any) -> tuple[bool, JsonObject | None]:
        """(acknowledged, what came with it) for one envelope; False at once when there is no socket."""
        number = self._next_socket()
        if number is None:
            self._journal.record(
                "envelope",
                journal_name(kind, payload),
                user=person_in(payload),
                args=payload,
                error="no_socket",
                **more,
            )
            return False, None
        envelope_id = str(uuid.uuid4())
        envelope = {"envelope_id": envelope_id, "payload": payload, "type": kind, **more}
        envelope["accepts_response_payload"] = kind != "events_api"
        awaited: asyncio.Future[JsonObject | None] = asyncio.get_running_loop().create_future()
        self._awaited[envelope_id] = awaited
        self._journal.record(
            "envelope",
            journal_name(kind, payload),
            user=person_in(payload),
            args=payload,
            envelope_id=envelope_id,
            socket=number,
            **more,
        )
        try:
            if not self._open[number].dead:
                self._send(self._open[number].frames, envelope, awaited)
            return True, await asyncio.wait_for(awaited, self.ack_seconds)
        except (TimeoutError, ConnectionError):
            return False, None
        finally:
            self._awaited.pop(envelope_id, None)

    def _send(
        self,
        frames: web.WebSocketResponse,
        envelope: JsonObject,
        awaited: "asyncio.Future[JsonObject | None]",
    ) -> None:
        """In the background, and never cancelled: an app that reads nothing would hold up its events for ever, and
        aiohttp takes a cancelled wait for room for the end of every other one on that connection."""

        def sent(task: "asyncio.Task[None]") -> None:
            self._sending.discard(task)
            error = None if task.cancelled() else task.exception()
            if error is not None and not awaited.done():
                awaited.set_exception(error)

        sending = asyncio.create_task(frames.send_json(envelope))
        self._sending.add(sending)
        sending.add_done_callback(sent)

    async def arrival(self) -> None:
        """Until there is a socket to deliver to, at most for the time that an acknowledgement may take."""
        self._arrival.clear()
        if not self._usable():
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._arrival.wait(), self.ack_seconds)

    def _next_socket(self) -> int | None:
        """In turn."""
        usable = self._usable()
        if not usable:
            return None
        self._turn += 1
        return usable[self._turn % len(usable)]

    def _usable(self) -> list[int]:
        """Those that were told to go only while there is no other."""
        alive = {number: one for number, one in self._open.items() if not one.frames.closed}
        return [number for number, one in alive.items() if not one.leaving] or list(alive)

    async def disconnect(self, reason: str, number: int | None = None) -> int:
        """Tell a socket (or all) to go: `warning` leaves it open, every other reason closes it. How many."""
        told = self._chosen(number)
        self._journal.record("socket", "disconnect", reason=reason, sockets=len(told))
        for socket in told:
            socket.leaving = True
            with contextlib.suppress(ConnectionError):
                await socket.frames.send_json(_disconnect(reason))
            if reason != "warning":
                await socket.frames.close()
        return len(told)

    def abort(self, number: int | None = None) -> int:
        """Reset the TCP connection of a socket (or of all) without a word. How many."""
        cut = self._chosen(number)
        self._journal.record("socket", "abort", sockets=len(cut))
        for socket in cut:
            if socket.request.transport is not None:
                socket.request.transport.abort()
        return len(cut)

    def half_open(self, number: int | None = None) -> int:
        """A socket (or all) stays open and does nothing more: pings go unanswered, envelopes vanish. How many."""
        silent = self._chosen(number)
        self._journal.record("socket", "half_open", sockets=len(silent))
        for socket in silent:
            socket.dead = True
            transport = socket.request.transport
            if isinstance(transport, asyncio.ReadTransport):
                transport.pause_reading()
        return len(silent)

    def _chosen(self, number: int | None) -> list[_Socket]:
        return [one for each, one in self._open.items() if number in (None, each)]

    async def close(self) -> None:
        """All at once, and without waiting long for an app that does not answer."""
        for number, socket in list(self._open.items()):
            if socket.dead:
                self.abort(number)
        leaving = [one.frames.close(code=WSCloseCode.GOING_AWAY) for one in self._open.values()]
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(asyncio.gather(*leaving, return_exceptions=True), CLOSE_SECONDS)
        for task in list(self._sending):
            task.cancel()
        await asyncio.gather(*self._sending, return_exceptions=True)


def _disconnect(reason: str) -> JsonObject:
    return {"type": "disconnect", "reason": reason, "debug_info": _DEBUG}


def _acknowledgement(data: Any) -> tuple[str, JsonObject | None]:
    """The envelope's id and what came with it. ValueError for what is no acknowledgement."""
    answer = read_json(data) if isinstance(data, str) else None
    if not isinstance(answer, dict) or not isinstance(answer.get("envelope_id"), str):
        raise ValueError("no acknowledgement")
    payload = answer.get("payload") or None
    if isinstance(payload, str):
        # What is no object is what a command may be answered with: plain text.
        payload = {"text": payload}
    if payload is not None and not isinstance(payload, dict):
        raise ValueError("the payload is no object")
    return answer["envelope_id"], payload
