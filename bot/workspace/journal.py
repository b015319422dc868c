"""The journal: every call, envelope, acknowledgement and act of a person, to assert on and to look at.

A ring of the newest entries in memory and, if wanted, all of them as JSON lines in a file. No
token is ever in it.
"""

import asyncio
import json
import re
from collections import deque
from collections.abc import Iterable
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any, TextIO

from bot import clock

JsonObject = dict[str, Any]
SIZE = 20_000
# So many characters of text at most are in the ring: 20,000 bodies of the largest size would be more than any memory.
ROOM = 100_000_000
_SECRET_FIELDS = frozenset({"token", "ticket", "client_secret"})
# What opens a socket stands in an address.
_TICKET = re.compile(r"(?<=[?&]ticket=)[\w-]+")


class Journal:
    """`record` adds an entry and wakes everyone who waits for one."""

    def __init__(
        self, secrets: Iterable[str], file: Path | None = None, size: int = SIZE, room: int = ROOM
    ) -> None:
        self._secrets = list(secrets)
        self._ring: deque[JsonObject] = deque()
        self._lengths: deque[int] = deque()
        self._size, self._room = size, room
        self._read = self._held = 0
        self._news = asyncio.Event()
        self._file: TextIO | None = _own(file) if file else None
        self.last = 0

    def conceal(self, secret: str) -> None:
        """This, too, is in no entry from now on."""
        self._secrets.append(secret)

    def record(self, kind: str, method: str, **details: Any) -> None:
        """Add {n, at, kind, method, …}; details that are None are left out.

        docs/workspace.md lists the kinds; `at` is the calendar's time.
        """
        self.last += 1
        self._read = 0
        entry = {"n": self.last, "at": clock.now().isoformat(), "kind": kind, "method": method}
        entry |= {name: self._clean(value) for name, value in details.items() if value is not None}
        self._keep(entry)
        if self._file:
            self._file.write(json.dumps(entry) + "\n")
            self._file.flush()
        self._news.set()
        self._news = asyncio.Event()

    def _keep(self, entry: JsonObject) -> None:
        self._ring.append(entry)
        self._lengths.append(self._read)
        self._held += self._read
        while len(self._ring) > self._size or (self._held > self._room and len(self._ring) > 1):
            self._ring.popleft()
            self._held -= self._lengths.popleft()

    def entries(self, after: int = 0, method: str = "*", kind: str = "*") -> list[JsonObject]:
        """What is still in the ring with n > `after`; `method` and `kind` are patterns such as chat.*."""
        newer = self._ring if after < self.last - len(self._ring) else self._tail(self.last - after)
        return [one for one in newer if fnmatchcase(one["method"], method) and fnmatchcase(one["kind"], kind)]

    def _tail(self, count: int) -> list[JsonObject]:
        newest_first = (self._ring[-1 - index] for index in range(min(count, len(self._ring))))
        return list(newest_first)[::-1]

    async def wait(
        self, seconds: float, after: int = 0, method: str = "*", kind: str = "*"
    ) -> list[JsonObject]:
        """As `entries`, once there is one; an empty list when `seconds` of real time passed without."""
        until = clock.elapsed() + seconds
        while not (found := self.entries(after, method, kind)) and (left := until - clock.elapsed()) > 0:
            try:
                await asyncio.wait_for(self._news.wait(), left)
            except TimeoutError:
                break
        return found

    def close(self) -> None:
        if self._file:
            self._file.close()

    def _clean(self, value: Any) -> Any:
        """A copy that nothing done later can change, without a token in it."""
        if isinstance(value, dict):
            return {
                self._clean(name): "(secret)" if name in _SECRET_FIELDS else self._clean(part)
                for name, part in value.items()
            }
        if isinstance(value, list):
            return [self._clean(part) for part in value]
        if isinstance(value, str):
            self._read += len(value)
            for secret in self._secrets:
                value = value.replace(secret, "(secret)")
            return _TICKET.sub("(secret)", value)
        return value


def journal_name(kind: str, payload: JsonObject) -> str:
    """What the journal calls a payload: the event's type, the interaction's type, or the command."""
    if kind == "events_api":
        return str(payload["event"]["type"])
    return str(payload.get("command") or payload.get("type"))


def person_in(payload: JsonObject) -> str | None:
    """The id of the person a payload is about; None where it is about nobody."""
    user = payload.get("user") or payload.get("user_id") or (payload.get("event") or {}).get("user")
    found = user.get("id") if isinstance(user, dict) else user
    return str(found) if found else None


def _own(file: Path) -> TextIO:
    """The file, readable by its owner alone: what people type is in it."""
    file.touch(mode=0o600)
    return file.open("a", encoding="utf-8")
