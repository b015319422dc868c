"""Check-ins: on which days one falls, how long it stays open, when *Later* is."""

from collections.abc import Iterable, Iterator
from datetime import date, datetime, time, timedelta
from uuid import UUID, uuid5

from bot.domain import calendar
from bot.domain.calendar import Off, SchoolTime
from bot.models import Occurrence, Schedule

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


def falls_due(schedule: Schedule, whose: SchoolTime, now: datetime) -> Iterator[Occurrence]:
    """Each time the schedule comes round for a person, from yesterday to a week ahead, on days they are at work."""
    today = whose.today(now)
    for day in (today + timedelta(days=ahead) for ahead in range(-1, AHEAD_DAYS + 1)):
        if comes_round(schedule, whose, day):
            yield Occurrence(
                id=occurrence_id(schedule.id, whose.person.id, day, 0),
                schedule_id=schedule.id,
                person_id=whose.person.id,
                local_date=day,
                due_at=calendar.moment(day, schedule.at, whose.zone),
            )


def comes_round(schedule: Schedule, whose: SchoolTime, local_date: date) -> bool:
    """Whether the schedule comes round for a person on a date. On a day off it never does, but for their own leave.

    What falls due on leave is not sent, for that reason, and waits in Home: whoever comes back is told of it once.
    """
    started = schedule.starts_on is None or schedule.starts_on <= local_date
    on_its_day = own_weekday(schedule, whose) == local_date.weekday()
    off = whose.day_off(local_date)
    return schedule.active and started and on_its_day and (off is None or off.kind == Off.LEAVE)


def own_weekday(schedule: Schedule, whose: SchoolTime) -> int | None:
    """The weekday on which a schedule comes round for a person (Monday is 0); None when they work on none.

    Who does not work on its day gets it on their next working day of the week, else on the last one before: first
    on one on which its time is set aside by the school, if there is any.
    """
    day = schedule.weekday
    ordered = [day, *range(day + 1, 7), *range(day - 1, -1, -1)]
    working = [other for other in ordered if whose.works_on(other)]
    if working[:1] == [day]:
        return day
    set_aside = [other for other in working if whose.is_set_aside(other, schedule.at)]
    return next(iter(set_aside or working), None)


def plan_again_at(schedules: Iterable[Schedule], whose: SchoolTime, now: datetime) -> datetime | None:
    """When the next time that is not planned yet comes within the week ahead; None when no schedule is left.

    As far ahead as anybody looks there may be none, in a calendar that ends: then that is when to look again.
    """
    active = [schedule for schedule in schedules if schedule.active]
    if not active:
        return None
    first = whose.today(now) + timedelta(days=AHEAD_DAYS + 1)
    days = [first + timedelta(days=ahead) for ahead in range(calendar.LOOK_AHEAD_DAYS)]
    rounds = (day for day in days if any(comes_round(schedule, whose, day) for schedule in active))
    entering = next(rounds, days[-1]) - timedelta(days=AHEAD_DAYS)
    return calendar.moment(entering, time(0), whose.zone)


def later(now: datetime, at: time, whose: SchoolTime) -> datetime:
    """When *Later* brings a check-in back: after school today, or at its own time on the next day of school.

    What somebody asked for is bound by their days and quiet hours, not by what the school has set aside.
    """
    today = whose.today(now)
    after_school = calendar.moment(today, whose.school.after_school, whose.zone)
    at_work = whose.day_off(today) is None and not whose.is_quiet_hour(after_school)
    if at_work and after_school - now >= WORTH_WAITING:
        return after_school
    return next_day(now, at, whose)


def next_day(now: datetime, at: time, whose: SchoolTime) -> datetime:
    """When *Remind me once* brings a check-in back: at its own time on the next day of school."""
    day = whose.next_day_of_school(whose.today(now))
    return whose.quiet_ends(calendar.moment(day, at, whose.zone))
