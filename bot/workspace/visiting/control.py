"""Talking to the control API: requests, the journal, and waiting without sleeping."""

import io
import json
from collections.abc import Awaitable, Callable
from types import TracebackType
from typing import Any, Self, TypeVar

import aiohttp

from bot import clock

JsonObject = dict[str, Any]
T = TypeVar("T")

PATIENCE_SECONDS = 30.0


class Refusal(Exception):
    """The workspace says no, in a sentence: nothing of that kind is there, or it was not understood."""


class NeverHappened(AssertionError):
    """What was waited for did not come; the text shows what the people were seeing instead."""


class Control:
    """The control API of one workspace; `witnesses` say what people see when a wait was in vain."""

    def __init__(self, address: str) -> None:
        self.address = address.rstrip("/")
        self._session: aiohttp.ClientSession | None = None
        self.witnesses: list[Callable[[], Awaitable[str]]] = []

    async def __aenter__(self) -> Self:
        connector = aiohttp.TCPConnector(limit=0)
        # trust_env stays off: a proxy is never asked for an address on this machine.
        self._session = aiohttp.ClientSession(f"{self.address}/_workspace/", connector=connector)
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._session:
            await self._session.close()

    async def get(self, path: str, **query: Any) -> Any:
        """The JSON under /_workspace/<path>. Raises Refusal."""
        return await self._ask("GET", path, params={name: str(value) for name, value in query.items()})

    async def post(self, path: str, **order: Any) -> Any:
        # A stream, because aiohttp warns of large bodies that are not: a file may be in it.
        body = io.BytesIO(json.dumps(order).encode())
        return await self._ask("POST", path, data=body, headers={"Content-Type": "application/json"})

    async def delete(self, path: str) -> Any:
        return await self._ask("DELETE", path)

    async def _ask(self, verb: str, path: str, **more: Any) -> Any:
        assert self._session is not None, "use it as: async with Visitor(address) as visitor"
        async with self._session.request(verb, path, **more) as response:
            answer = await response.json()
            if response.status != 200:
                raise Refusal(answer["error"])
            return answer

    async def journal(
        self, method: str = "*", after: int = 0, kind: str = "*", wait: float = 0
    ) -> list[JsonObject]:
        """Entries with n > `after`; with `wait`, as soon as there is one or after so many real seconds."""
        answer = await self.get("journal", method=method, after=after, kind=kind, wait=wait)
        return list(answer["entries"])

    async def calls(self, method: str = "*", after: int = 0) -> list[JsonObject]:
        """The Web API calls among them."""
        return await self.journal(method, after, kind="call")

    async def mark(self) -> int:
        """Where the journal is now, to ask later what came `after`."""
        return int((await self.get("journal", after=2**53))["last"])

    async def wait_for(
        self, condition: Callable[[], Awaitable[T]], seconds: float = PATIENCE_SECONDS, what: str = ""
    ) -> T:
        """The first true answer of `condition`, asked again whenever something happened in the workspace.

        Raises NeverHappened after so many real seconds, with what the people spoken of so far are seeing.
        """
        until = clock.elapsed() + seconds
        while True:
            mark = await self.mark()
            found = await condition()
            if found:
                return found
            left = until - clock.elapsed()
            if left <= 0:
                raise NeverHappened(await self._story(what or "what was waited for", seconds))
            await self.journal(after=mark, wait=round(left, 3))

    async def wait_for_call(
        self, method: str, after: int = 0, seconds: float = PATIENCE_SECONDS
    ) -> JsonObject:
        """The first Web API call of a method (a pattern) with n > `after`."""
        found = await self.journal(method, after, kind="call", wait=seconds)
        if not found:
            raise NeverHappened(f"{method} was not called within {seconds:g} s.")
        return found[0]

    async def _story(self, what: str, seconds: float) -> str:
        seen = [await describe() for describe in self.witnesses]
        return "\n".join([f"{what} did not come within {seconds:g} s. There is:", *seen])
