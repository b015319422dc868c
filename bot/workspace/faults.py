"""Trouble on demand: what a named method does wrong the next so many times."""

import itertools
from dataclasses import dataclass
from fnmatch import fnmatchcase
from typing import Literal

FaultKind = Literal["ratelimited", "drop_before", "drop_after", "error500", "slow", "error"]


@dataclass
class Fault:
    """One arranged trouble. `method` is a pattern (chat.*, response_url); `seconds` belongs to slow and
    ratelimited (Retry-After), `error` (an error code) to error."""

    id: int
    method: str
    kind: FaultKind
    times: int = 1
    seconds: float = 1.0
    error: str = "internal_error"


class Faults:
    def __init__(self) -> None:
        self.arranged: dict[int, Fault] = {}
        self._ids = itertools.count(1)

    def arrange(
        self,
        method: str,
        kind: FaultKind,
        times: int = 1,
        seconds: float = 1.0,
        error: str = "internal_error",
    ) -> Fault:
        fault = Fault(next(self._ids), method, kind, times, seconds, error)
        self.arranged[fault.id] = fault
        return fault

    def take(self, method: str) -> Fault | None:
        """The first trouble arranged for this method, counted as having happened once."""
        for fault in self.arranged.values():
            if fnmatchcase(method, fault.method):
                fault.times -= 1
                if fault.times <= 0:
                    del self.arranged[fault.id]
                return fault
        return None
