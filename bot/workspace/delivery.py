"""The way to the app: over its sockets, or to its request URL where it has one; and the trouble on that way."""

import asyncio
import contextlib
from dataclasses import dataclass, replace
from typing import Any

from bot.workspace.faults import DELIVERY_KINDS, Fault, Faults
from bot.workspace.journal import Journal, journal_name
from bot.workspace.request_url import RequestUrl
from bot.workspace.sockets import Sockets

JsonObject = dict[str, Any]
_WORDS = {"events_api": "event", "interactive": "interaction", "slash_commands": "command"}


@dataclass(frozen=True)
class Delivered:
    """What came of it. `response` came with the acknowledgement; `reason` and `try_again` belong to a failure."""

    acknowledged: bool
    response: JsonObject | None = None
    reason: str = ""
    try_again: bool = True


class Delivery:
    """Delivers one payload and waits for its acknowledgement, for as long as Slack would."""

    def __init__(self, sockets: Sockets, journal: Journal, faults: Faults, signing_secret: str) -> None:
        self._sockets = sockets
        self._journal = journal
        self._faults = faults
        self._secret = signing_secret
        self._address: RequestUrl | None = None
        self._overtaken = asyncio.Event()
        self._copies: set[asyncio.Task[Delivered]] = set()

    @property
    def request_url(self) -> str | None:
        """Where the app is reached over HTTP; None in Socket Mode."""
        return self._address.url if self._address else None

    async def reach_at(self, url: str | None) -> None:
        """The app is reached at this address from now on, or over its sockets again (None).

        NotVerified when nothing there answers Slack's challenge; then everything stays as it was.
        """
        address = RequestUrl(url, self._secret, self._journal) if url else None
        if address is not None:
            try:
                await address.verify(self._sockets.ack_seconds)
            except ValueError:
                await address.close()
                raise
        await self.close()
        self._address = address

    async def deliver(
        self, kind: str, payload: JsonObject, retry_attempt: int = 0, retry_reason: str = ""
    ) -> Delivered:
        """`kind` is events_api, interactive or slash_commands. Retries carry which they are, and why."""
        retry: JsonObject = {}
        if kind == "events_api":
            retry = {"retry_attempt": retry_attempt, "retry_reason": retry_reason}
        fault = self._faults.take(f"{_WORDS[kind]}:{journal_name(kind, payload)}", DELIVERY_KINDS)
        if fault is None:
            return await self._on_its_way(kind, payload, retry)
        self._journal.record("fault", fault.kind, on=journal_name(kind, payload))
        return await self._troubled(fault, kind, payload, retry)

    async def _troubled(self, fault: Fault, kind: str, payload: JsonObject, retry: JsonObject) -> Delivered:
        match fault.kind:
            case "lost":
                return Delivered(False, reason="timeout", try_again=False)
            case "duplicate":
                copy = asyncio.create_task(self._on_its_way(kind, payload, retry))
                self._copies.add(copy)
                copy.add_done_callback(self._copies.discard)
            case "delay":
                await asyncio.sleep(fault.seconds)
            case "reorder":
                await self._let_one_pass()
        delivered = await self._on_its_way(kind, payload, retry)
        if fault.kind == "drop_ack" and delivered.acknowledged:
            return Delivered(False, reason="timeout")
        return delivered

    async def _let_one_pass(self) -> None:
        """Until another delivery has been made, at most for the time that an acknowledgement may take."""
        self._overtaken.clear()
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(self._overtaken.wait(), self._sockets.ack_seconds)

    async def _on_its_way(self, kind: str, payload: JsonObject, retry: JsonObject) -> Delivered:
        try:
            if self._address is not None:
                return await self._over_http(self._address, kind, payload, retry)
            return await self._over_a_socket(kind, payload, retry)
        finally:
            self._overtaken.set()

    async def _over_http(
        self, address: RequestUrl, kind: str, payload: JsonObject, retry: JsonObject
    ) -> Delivered:
        answer = await address.deliver(kind, payload, self._sockets.ack_seconds, **retry)
        return Delivered(not answer.reason, answer.body, answer.reason, answer.try_again)

    async def _over_a_socket(self, kind: str, payload: JsonObject, retry: JsonObject) -> Delivered:
        connected = bool(self._sockets.numbers)
        acknowledged, response = await self._sockets.deliver(kind, payload, **retry)
        delivered = Delivered(acknowledged, response)
        if acknowledged:
            return delivered
        return replace(delivered, reason="timeout" if connected else "connection_failed")

    async def ready(self) -> None:
        """Until it makes sense to try again: Slack, too, sees a missing socket only when the time for an
        acknowledgement is over."""
        if self._address is None:
            await self._sockets.arrival()

    async def close(self) -> None:
        """Connections to the request URL are closed."""
        for copy in list(self._copies):
            copy.cancel()
        await asyncio.gather(*self._copies, return_exceptions=True)
        if self._address is not None:
            await self._address.close()
