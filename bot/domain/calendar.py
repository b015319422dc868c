"""School time: what a wall clock in a zone means, when a school is open, when the bot keeps quiet.

Everything stored is UTC; everything decided is decided in the person's own wall-clock time.
"""

from collections.abc import Iterator
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from functools import cache
from itertools import chain
from zoneinfo import ZoneInfo, available_timezones

from bot.models import Membership, Person, School

LOOK_AHEAD_DAYS = 400
"""How far the next day of school is looked for: over the longest summer, and into the next school year."""
LOOK_AGAIN = timedelta(days=7)
"""When no day of school is known so far ahead, somebody looks again after this."""


class Off(StrEnum):
    """Why a day is not one on which somebody is written to unasked."""

    QUIET_DAY = "quiet_day"
    BANK_HOLIDAY = "bank_holiday"
    CLOSED = "closed"
    OUTSIDE_TERM = "outside_term"
    NOT_A_WORKING_DAY = "not_a_working_day"
    LEAVE = "leave"


@dataclass(frozen=True)
class DayOff:
    """A day off and why. `name` is what a bank holiday is called; empty for every other kind."""

    kind: Off
    name: str = ""


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


def week_after(now: datetime, zone: ZoneInfo) -> datetime:
    """The UTC moment at which the person's next week begins."""
    today = now.astimezone(zone).date()
    return moment(today + timedelta(days=7 - today.weekday()), time(0), zone)


def school_day_off(school: School, local_date: date) -> DayOff | None:
    """Why a date is nobody's day of school; None when the school is in session.

    A school that has given no terms is always in session but for its other days off. A training day is a day of
    school whatever else it is, except at the weekend: quiet days are nobody's working days (WB10).
    """
    day, calendar = local_date.isoformat(), school.calendar
    if local_date.weekday() in school.quiet_days:
        return DayOff(Off.QUIET_DAY)
    if day in calendar.get("training", ()):
        return None
    if (name := school.holidays.get(day)) is not None:
        return DayOff(Off.BANK_HOLIDAY, name)
    if day in calendar.get("closed", ()):
        return DayOff(Off.CLOSED)
    terms = calendar.get("terms") or ()
    in_term = not terms or any(first <= day <= last for first, last in terms)
    return None if in_term else DayOff(Off.OUTSIDE_TERM)


def is_away(person: Person, local_date: date) -> bool:
    """Whether the person is on leave on a date."""
    if person.away_until is None:
        return False
    return (person.away_from or date.min) <= local_date <= person.away_until


@dataclass(frozen=True)
class SchoolTime:
    """One person's time in one school: their zone, their days, their hours. `membership` is theirs in that school.

    Planning, claims and `mull why` all ask here, so that what is told is what was decided.
    """

    person: Person
    school: School
    membership: Membership | None = None
    own_hours: bool = True
    """Off: as if they had no quiet hours of their own."""

    @property
    def zone(self) -> ZoneInfo:
        """Their own zone, else the school's."""
        return zone_of(self.person, self.school)

    def today(self, now: datetime) -> date:
        """The date on their own calendar."""
        return now.astimezone(self.zone).date()

    def works_on(self, weekday: int) -> bool:
        """Whether they work in this school on a weekday (Monday is 0); quiet days are nobody's."""
        days = self.membership.working_days if self.membership else None
        return weekday not in self.school.quiet_days and (days is None or weekday in days)

    def day_off(self, local_date: date) -> DayOff | None:
        """Why nothing comes unasked on a date; None on a day they are at work.

        What everyone in school can know comes before what is the person's own: so a bank holiday never tells of leave.
        """
        if (off := school_day_off(self.school, local_date)) is not None:
            return off
        if not self.works_on(local_date.weekday()):
            return DayOff(Off.NOT_A_WORKING_DAY)
        return DayOff(Off.LEAVE) if is_away(self.person, local_date) else None

    @property
    def has_own_quiet_hours(self) -> bool:
        """Whether their own quiet hours stand in place of the school's."""
        both = self.person.quiet_from is not None and self.person.quiet_until is not None
        return self.own_hours and both

    @property
    def quiet_hours(self) -> tuple[time, time]:
        """From when until when the bot keeps quiet, by their wall clock; two equal times mean never."""
        person, school = self.person, self.school
        if self.own_hours and person.quiet_from is not None and person.quiet_until is not None:
            return person.quiet_from, person.quiet_until
        return school.quiet_from, school.quiet_until

    def is_quiet_hour(self, now: datetime) -> bool:
        """Whether it is one of their quiet hours: they bind the bot, never the writer (WB10)."""
        return self.is_quiet_time(now.astimezone(self.zone).time())

    def is_quiet_time(self, at: time) -> bool:
        """Whether a time on their wall clock is in their quiet hours."""
        return _within(at, *self.quiet_hours)

    def slots(self, weekday: int) -> list[tuple[time, time]]:
        """The times their school has set aside on a weekday, earliest first, each with its end."""
        return sorted(
            (time.fromisoformat(slot["from"]), time.fromisoformat(slot["until"]))
            for slot in self.school.slots
            if slot["weekday"] == weekday
        )

    def is_set_aside(self, weekday: int, at: time) -> bool:
        """Whether a wall-clock time is one the school has set aside; a school that sets none aside leaves it open."""
        return not self.school.slots or any(first <= at < last for first, last in self.slots(weekday))

    def quiet_ends(self, now: datetime) -> datetime:
        """The first moment from now on that is not a quiet hour, whatever day it is."""
        if not self.is_quiet_hour(now):
            return now
        today = self.today(now)
        mornings = (moment(today + timedelta(days=ahead), self.quiet_hours[1], self.zone) for ahead in (0, 1))
        return next(at for at in mornings if at > now)

    def is_free(self, now: datetime) -> bool:
        """Whether they may be written to unasked now: at work, not in quiet hours, in time set aside if any is."""
        local = now.astimezone(self.zone)
        hours = not self.is_quiet_hour(now) and self.is_set_aside(local.weekday(), local.time())
        return hours and self.day_off(local.date()) is None

    def free_from(self, now: datetime) -> datetime:
        """The first moment from now on that is free; when none is known, the moment to look again."""
        if self.is_free(now):
            return now
        for day in chain([self.today(now)], self.days_of_school(self.today(now))):
            for at in self._beginnings(day.weekday()):
                opens = moment(day, at, self.zone)
                if opens > now and self.is_free(opens):
                    return opens
        return now + LOOK_AGAIN

    def _beginnings(self, weekday: int) -> list[time]:
        """The times of a day at which something that was not free may become it."""
        return sorted({time(0), self.quiet_hours[1], *(first for first, _ in self.slots(weekday))})

    def days_of_school(self, after: date) -> Iterator[date]:
        """The days after a date on which they are at work, soonest first, as far as anybody looks."""
        days = (after + timedelta(days=ahead) for ahead in range(1, LOOK_AHEAD_DAYS + 1))
        return (day for day in days if self.day_off(day) is None)

    def next_day_of_school(self, after: date) -> date:
        """The first of these; where none is known any more, the first day that is not quiet."""
        days = (after + timedelta(days=ahead) for ahead in range(1, 8))
        free = next((day for day in days if day.weekday() not in self.school.quiet_days), after)
        return next(self.days_of_school(after), free)


def _within(at: time, starts: time, ends: time) -> bool:
    return starts <= at or at < ends if starts > ends else starts <= at < ends
