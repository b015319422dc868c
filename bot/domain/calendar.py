"""School time: what a wall clock in a zone means, when a school is open, when the bot keeps quiet.

Everything stored is UTC; everything decided is decided in the person's own wall-clock time.
"""

from collections.abc import Mapping
from collections.abc import Set as AbstractSet
from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from typing import Any
from zoneinfo import ZoneInfo, available_timezones

from bot.models import Person, School


def zone_of(person: Person, school: School) -> ZoneInfo:
    """The zone Slack knows this person by, else their school's."""
    return ZoneInfo(person.zone or school.zone)


@cache
def known_zones() -> AbstractSet[str]:
    """Every IANA zone there is here. Looked up once: it means reading hundreds of files."""
    return available_timezones()


def moment(local_date: date, at: time, zone: ZoneInfo) -> datetime:
    """The UTC moment of a wall-clock time. In a gap, the first valid moment after it; in a fold, the first."""
    wanted = datetime.combine(local_date, at, zone)
    there = wanted.astimezone(UTC).astimezone(zone)
    if there.replace(tzinfo=None) == wanted.replace(tzinfo=None):
        return wanted.astimezone(UTC)
    return _end_of_gap(wanted, zone)


def _end_of_gap(wanted: datetime, zone: ZoneInfo) -> datetime:
    """The moment the clocks went forward, found by halving between what the old offset and the new make of `wanted`."""
    before = wanted.replace(fold=1).astimezone(UTC)
    after = wanted.astimezone(UTC)
    offset = before.astimezone(zone).utcoffset()
    while after - before > timedelta(seconds=1):
        middle = before + (after - before) / 2
        if middle.astimezone(zone).utcoffset() == offset:
            before = middle
        else:
            after = middle
    return after.replace(microsecond=0)


def week_of(now: datetime, zone: ZoneInfo) -> datetime:
    """The UTC moment at which the person's week began: Monday, midnight."""
    today = now.astimezone(zone).date()
    return moment(today - timedelta(days=today.weekday()), time(0), zone)


def is_open(local_date: date, calendar: Mapping[str, Any]) -> bool:
    """Whether the school is in session on a date. A school that has given no terms is always open."""
    if local_date.isoformat() in calendar.get("closed", ()):
        return False
    terms = calendar.get("terms") or ()
    return not terms or any(first <= local_date.isoformat() <= last for first, last in terms)


def is_quiet(now: datetime, zone: ZoneInfo, school: School) -> bool:
    """Whether the bot keeps quiet now: in the school's quiet hours and on its quiet days, the weekend (WB10)."""
    local = now.astimezone(zone)
    starts, ends, at = school.quiet_from, school.quiet_until, local.time()
    at_night = starts <= at or at < ends if starts > ends else starts <= at < ends
    return at_night or local.weekday() in school.quiet_days


def next_quiet_end(now: datetime, zone: ZoneInfo, school: School) -> datetime:
    """The first moment from now on at which the bot may speak; `now` itself when it may already."""
    if not is_quiet(now, zone, school):
        return now
    day = now.astimezone(zone).date()
    for ahead in range(8):
        morning = moment(day + timedelta(days=ahead), school.quiet_until, zone)
        if morning > now and not is_quiet(morning, zone, school):
            return morning
    return now + timedelta(days=1)


def next_open_day(local_date: date, school: School) -> date:
    """The first day after `local_date` that is not quiet and in session; where no term is known, that is not quiet."""
    days = [local_date + timedelta(days=ahead) for ahead in range(1, 366)]
    free = [day for day in days if day.weekday() not in school.quiet_days] or days
    return next((day for day in free if is_open(day, school.calendar)), free[0])


def is_away(person: Person, local_date: date) -> bool:
    """Whether the person is on leave on a date."""
    if person.away_until is None:
        return False
    return (person.away_from or date.min) <= local_date <= person.away_until
