"""What this process counts about itself, for Prometheus. Never a person, a school or a word: labels are words of ours.

What is true of all processes at once (letters, workspaces, backups) is counted in the database when somebody asks:
bot/services/watching.py.
"""

from collections.abc import Iterator
from contextlib import contextmanager

from prometheus_client import CollectorRegistry, Counter, Histogram, disable_created_metrics

from bot import clock

# When a counter began is nothing to watch.
disable_created_metrics()  # type: ignore[no-untyped-call]
registry = CollectorRegistry()
"""Ours alone: the library's own would tell of Python's version and of files that are open."""

REPLIES = Counter(
    "mull_replies",
    "What Slack's replies meant for the letters they were about.",
    ["verdict"],
    registry=registry,
)
ACKNOWLEDGED = Histogram(
    "mull_acknowledgement_seconds",
    "From the arrival of what somebody did in Slack to its acknowledgement.",
    buckets=(0.05, 0.1, 0.25, 0.5, 1.0, 1.5, 2.0, 2.5, 3.0, 5.0),
    registry=registry,
)
DEADLINES_MISSED = Counter(
    "mull_deadlines_missed", "Acknowledgements that came later than the deadline we keep.", registry=registry
)
DATABASE_UNAVAILABLE = Counter(
    "mull_database_unavailable",
    "Transactions that a database was gone, locked, full or too slow for.",
    registry=registry,
)


@contextmanager
def acknowledging(within_seconds: float) -> Iterator[None]:
    """How long the block takes is counted as one acknowledgement, and as late when it took longer than it may."""
    began = clock.elapsed()
    try:
        yield
    finally:
        took_seconds = clock.elapsed() - began
        ACKNOWLEDGED.observe(took_seconds)
        if took_seconds > within_seconds:
            DEADLINES_MISSED.inc()


def replied(verdict: str) -> None:
    """One more reply of Slack's meant this."""
    REPLIES.labels(verdict).inc()


def unavailable() -> None:
    """One more transaction could not be done by its database."""
    DATABASE_UNAVAILABLE.inc()
