"""Check-ins: on which days one falls, how long it stays open, when *Later* is."""

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from uuid import UUID, uuid5
from zoneinfo import ZoneInfo

from bot.domain import calendar
from bot.models import Occurrence, Schedule, School

AHEAD_DAYS = 7
"""How far ahead is planned. Longer than any outage we hope for, shorter than people change their minds."""
STAYS_OPEN = timedelta(days=7)
"""After this a check-in is past; answering late still works, from its message and from Home."""
WORTH_WAITING = timedelta(minutes=15)
"""*Later* brings it back after school if that is at least this far off, else on the next school day."""

_NAMES = UUID("6d756c6c-0000-4000-8000-000000000001")


def occurrence_id(schedule_id: UUID, person_id: UUID, local_date: date, slot: int) -> UUID:
    """The same id for the same schedule, person, local date and slot, whoever works it out."""
    return uuid5(_NAMES, f"occurrence {schedule_id} {person_id} {local_date} {slot}")


def run_id(occurrence_id: UUID) -> UUID:
    """The run that answers a check-in: known before it begins, so that two clicks begin one."""
    return uuid5(_NAMES, f"run {occurrence_id}")


def falls_due(
    schedule: Schedule, person_id: UUID, zone: ZoneInfo, now: datetime, school: School
) -> Iterator[Occurrence]:
    """Each time the schedule comes round for a person, from yesterday to a week ahead, on days of school."""
    today = now.astimezone(zone).date()
    for ahead in range(-1, AHEAD_DAYS + 1):
        day = today + timedelta(days=ahead)
        if not _comes_round(schedule, day, school):
            continue
        yield Occurrence(
            id=occurrence_id(schedule.id, person_id, day, 0),
            schedule_id=schedule.id,
            person_id=person_id,
            local_date=day,
            due_at=calendar.moment(day, schedule.at, zone),
        )


def _comes_round(schedule: Schedule, day: date, school: School) -> bool:
    started = schedule.starts_on is None or schedule.starts_on <= day
    on_its_day = schedule.weekday == day.weekday()
    return schedule.active and started and on_its_day and calendar.is_open(day, school.calendar)


def later(now: datetime, at: time, zone: ZoneInfo, school: School) -> datetime:
    """When *Later* brings a check-in back: after school today, or at its own time on the next school day."""
    today = now.astimezone(zone).date()
    after_school = calendar.moment(today, school.after_school, zone)
    has_school = calendar.is_open(today, school.calendar) and not calendar.is_quiet(
        after_school, zone, school
    )
    if has_school and after_school - now >= WORTH_WAITING:
        return after_school
    return calendar.moment(calendar.next_open_day(today, school), at, zone)
