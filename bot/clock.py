"""Two clocks that must never be mixed up.

`now()` is the calendar's time, in UTC: due times, lateness, quiet hours, retention, message timestamps. The
demo and the tests may move it. `elapsed()` is how long something really took, in seconds: acknowledgements,
trigger ids, leases, signatures, HTTP timeouts, backoff. Nobody can move it. `wall()` is the same on a clock that
several processes share: leases in a database.
"""

import time
from contextvars import ContextVar
from datetime import UTC, datetime, timedelta

deadline: ContextVar[float | None] = ContextVar("deadline", default=None)
"""The moment on elapsed() after which nothing may start, in any store; set by whoever has to answer by then."""

_ahead = timedelta(0)


def now() -> datetime:
    """The moment it is, UTC, aware: real time plus whatever the demo has moved it by."""
    return datetime.now(UTC) + _ahead


def wall() -> datetime:
    """Real time, UTC, aware, whatever the demo has moved: for leases that several processes share."""
    return datetime.now(UTC)


def elapsed() -> float:
    """Seconds on a clock that only ever goes forward, from an arbitrary start."""
    return time.monotonic()


def move_to(moment: datetime) -> None:
    """From here on `now()` counts from `moment` (aware). For `mull demo` and tests, in one process."""
    global _ahead
    _ahead = moment - datetime.now(UTC)


def reset() -> None:
    """Back to real time."""
    global _ahead
    _ahead = timedelta(0)
