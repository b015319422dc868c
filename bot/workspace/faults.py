"""Trouble on demand: what a named method, or a delivery to the app, does wrong the next so many times."""

import itertools
import random
from dataclasses import dataclass
from fnmatch import fnmatchcase
from typing import Literal, get_args

CallFault = Literal[
    "ratelimited", "drop_before", "drop_after", "error500", "error500_after", "error503", "slow", "error"
]
DeliveryFault = Literal["duplicate", "reorder", "delay", "drop_ack", "lost"]
FaultKind = Literal[CallFault, DeliveryFault]

CALL_KINDS: frozenset[FaultKind] = frozenset(get_args(CallFault))
DELIVERY_KINDS: frozenset[FaultKind] = frozenset(get_args(DeliveryFault))


@dataclass
class Fault:
    """One arranged trouble. `method` is a pattern: chat.*, response_url; event:message, interaction:*, command:/lunch.

    `seconds` belongs to slow, delay and ratelimited (Retry-After), `error` (an error code) to error. `chance` (0 to 1)
    is how likely it strikes each time it could, until it has struck `times` times.
    """

    id: int
    method: str
    kind: FaultKind
    times: int = 1
    seconds: float = 1.0
    error: str = "internal_error"
    chance: float = 1.0
    seed: int = 0
    rolls: int = 0

    def strikes(self) -> bool:
        """Whether the dice, thrown once more, say so."""
        self.rolls += 1
        return random.Random(f"{self.seed}:{self.rolls}").random() < self.chance


class Faults:
    """All trouble that is arranged."""

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
        chance: float = 1.0,
        seed: int | None = None,
    ) -> Fault:
        """It happens the next `times` times, or by `chance`, whose dice fall the same way for the same `seed`.

        ValueError where the kind can never happen to what is named.
        """
        if "*" not in method and (":" in method) != (kind in DELIVERY_KINDS):
            raise ValueError(
                f"‘{kind}’ cannot happen to ‘{method}’: deliveries are named event:message, interaction:block_actions "
                f"or command:/name and take {', '.join(sorted(DELIVERY_KINDS))}; calls are named chat.postMessage or "
                f"response_url and take {', '.join(sorted(CALL_KINDS))}."
            )
        seed = random.getrandbits(32) if seed is None else seed
        fault = Fault(next(self._ids), method, kind, times, seconds, error, chance, seed)
        self.arranged[fault.id] = fault
        return fault

    def take(self, method: str, among: frozenset[FaultKind] = CALL_KINDS) -> Fault | None:
        """The first trouble of these kinds arranged for this method, counted as having happened once."""
        for fault in self.arranged.values():
            fits = fault.kind in among and fnmatchcase(method, fault.method)
            if fits and fault.strikes():
                fault.times -= 1
                if fault.times <= 0:
                    del self.arranged[fault.id]
                return fault
        return None
