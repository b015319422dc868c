"""A person's own time: what they may ask for, and what cannot be."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, time, timedelta

MOST_UNASKED = 2
"""Messages a week that may come unasked (X11). A person may set fewer, never more."""
LONGEST_LEAVE = timedelta(days=366)
"""A date further off is a slip of the finger; whoever wants no date at all pauses."""


@dataclass(frozen=True)
class Wishes:
    """What a person asks for. `own_hours`: theirs hold in place of the school's; then both ends are needed.

    `away_until` is the last day of leave; without a first, it begins today. Local dates and wall-clock times.
    """

    unasked_per_week: int
    reminders: bool
    own_hours: bool = False
    quiet_from: time | None = None
    quiet_until: time | None = None
    away_from: date | None = None
    away_until: date | None = None


def complaints(wishes: Wishes, today: date) -> dict[str, str]:
    """Field → the key of its sentence, for whatever cannot be; empty when all is well."""
    return dict((*_about_hours(wishes), *_about_leave(wishes, today)))


def _about_hours(wishes: Wishes) -> Iterator[tuple[str, str]]:
    if not wishes.own_hours:
        return
    if wishes.quiet_from is None:
        yield "quiet_from", "quiet_needs_both"
    elif wishes.quiet_until is None:
        yield "quiet_until", "quiet_needs_both"
    elif wishes.quiet_from == wishes.quiet_until:
        yield "quiet_until", "quiet_same"


def _about_leave(wishes: Wishes, today: date) -> Iterator[tuple[str, str]]:
    first, last = wishes.away_from, wishes.away_until
    if last is None:
        if first is not None:
            yield "away_until", "away_until_when"
    elif last < today:
        yield "away_until", "away_is_past"
    elif last < (first or today):
        yield "away_until", "away_ends_before"
    elif last - today > LONGEST_LEAVE:
        yield "away_until", "away_too_far"
