"""Moments as people read them, in their own zone."""

from dataclasses import dataclass
from datetime import UTC, datetime
from zoneinfo import ZoneInfo


@dataclass(frozen=True)
class Told:
    """A moment (`at`, aware, in the reader's zone) in words."""

    at: datetime

    @property
    def iso(self) -> str:
        return self.at.isoformat(timespec="seconds")

    @property
    def clock(self) -> str:
        return f"{self.at:%H:%M}"

    @property
    def day(self) -> str:
        return f"{self.at:%A} {self.at.day} {self.at:%B}"

    @property
    def full(self) -> str:
        return f"{self.day} {self.at.year}, {self.clock}"

    @property
    def local(self) -> str:
        """As a datetime-local field takes it."""
        return f"{self.at:%Y-%m-%dT%H:%M}"


def told(moment: datetime, zone: str) -> Told:
    return Told(moment.astimezone(ZoneInfo(zone)))


def told_ts(ts: str, zone: str) -> Told:
    """A message's timestamp."""
    return told(datetime.fromtimestamp(float(ts), tz=UTC), zone)
