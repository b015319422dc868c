"""Every local time of the nights in which clocks change: one occurrence a local date, and none on a day off."""

from collections import Counter
from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest

from bot.domain import calendar, checkins
from bot.domain.calendar import SchoolTime
from bot.domain.outbox import Circumstances, Reason, reason_not_to_send
from bot.models import (
    AccountState,
    LetterKind,
    Membership,
    Occurrence,
    Person,
    Schedule,
    ScheduleKind,
    School,
)

ZONES = ["Europe/London", "America/New_York", "Pacific/Auckland", "Australia/Lord_Howe"]
YEARS = range(2026, 2031)
TIMES = [time(minute // 60, minute % 60) for minute in range(3 * 60 + 31)]
"""00:00, 00:01 … 03:30."""
DAY = timedelta(days=1)
ID = UUID(int=1)


def school(**facts: object) -> School:
    """One that is open at night and on Sundays, which is when clocks change."""
    hours = {"quiet_from": time(0), "quiet_until": time(0), "quiet_days": []}
    return School(workspace_id=ID, key="x", name="X", zone="Europe/London", **(hours | facts))  # type: ignore[arg-type]


def somebody(zone: str, where: School, days: list[int] | None = None, away: date | None = None) -> SchoolTime:
    person = Person(id=ID, name="Jo", zone=zone, away_from=away, away_until=away)
    mine = Membership(person_id=ID, school_id=where.id, roles=[], working_days=days)
    return SchoolTime(person, where, mine)


def schedule(day: date, at: time) -> Schedule:
    return Schedule(
        id=ID,
        school_id=ID,
        key="nightly",
        kind=ScheduleKind.CHECK_IN,
        role="teacher",
        weekday=day.weekday(),
        at=at,
    )


def planned(whose: SchoolTime, day: date, at: time) -> Iterator[Occurrence]:
    """All that is ever planned by who looks before the night, within it and after it."""
    midnight = calendar.moment(day, time(0), whose.zone)
    for now in (midnight - DAY, midnight, midnight + timedelta(hours=2), midnight + DAY):
        yield from checkins.falls_due(schedule(day, at), whose, now)


def changes(zone: str) -> list[date]:
    """The local dates on which clocks change there, over five years, two a year: they are not 24 hours long."""
    first, tz = date(YEARS[0], 1, 1), ZoneInfo(zone)
    every = (first + timedelta(days=day) for day in range(365 * len(YEARS) + 2))
    days = [
        day
        for day in every
        if calendar.moment(day + DAY, time(0), tz) - calendar.moment(day, time(0), tz) != DAY
    ]
    assert len(days) == 2 * len(YEARS)
    assert {day.weekday() for day in days} == {6}
    return days


@pytest.mark.parametrize("zone", ZONES)
def test_every_time_of_the_night_comes_once_on_its_local_date(zone: str) -> None:
    whose, tz = somebody(zone, school()), ZoneInfo(zone)
    for change in changes(zone):
        for day in (change - DAY, change, change + DAY):
            for at in TIMES:
                found = {(one.id, one.local_date, one.due_at) for one in planned(whose, day, at)}
                dates = Counter(local_date for _, local_date, _ in found)
                assert dates[day] == 1, (zone, day, at)
                assert set(dates.values()) == {1}, (zone, day, at)
                due = next(due for _, local_date, due in found if local_date == day)
                local = due.astimezone(tz)
                assert local.date() == day
                # Its own time, or what the clock shows right after the gap.
                assert local.time() == at or at < local.time() <= time(3), (zone, day, at)


@pytest.mark.parametrize("zone", ZONES)
def test_on_a_day_off_it_never_comes_whatever_makes_it_one(zone: str) -> None:
    for change in changes(zone):
        day = change.isoformat()
        around = [[(change - 9 * DAY).isoformat(), (change - DAY).isoformat()]]
        off = [
            somebody(zone, school(calendar={"terms": around})),
            somebody(zone, school(calendar={"closed": [day]})),
            somebody(zone, school(holidays={day: "A holiday"})),
            somebody(zone, school(quiet_days=[change.weekday()])),
            somebody(zone, school(), days=[2, 3]),
        ]
        for whose in off:
            for at in TIMES[::10]:
                found = [one.local_date for one in planned(whose, change, at)]
                assert change not in found, (zone, day, at)
                assert not [one for one in found if whose.day_off(one)], (zone, day, at)


@pytest.mark.parametrize("zone", ZONES)
def test_whoever_does_not_work_that_night_has_it_once_in_that_week(zone: str) -> None:
    whose = somebody(zone, school(), days=[2, 3])
    for change in changes(zone):
        monday = change - timedelta(days=change.weekday())
        week = {monday + timedelta(days=day) for day in range(7)}
        for at in TIMES[::10]:
            looks = (datetime.combine(day, time(12), UTC) for day in sorted(week))
            rounds = (one for now in looks for one in checkins.falls_due(schedule(change, at), whose, now))
            assert {one.local_date for one in rounds if one.local_date in week} == {
                monday + timedelta(days=3)
            }


@pytest.mark.parametrize("zone", ZONES)
def test_what_falls_due_on_leave_is_kept_for_home_and_never_sent(zone: str) -> None:
    for change in changes(zone):
        whose = somebody(zone, school(), away=change)
        whose.person.joined_at = datetime(2026, 1, 1, tzinfo=UTC)
        its = Circumstances(whose.person, AccountState.ACTIVE, whose.school, whose.zone, 0, whose.membership)
        for at in TIMES[::10]:
            that_night = [one for one in planned(whose, change, at) if one.local_date == change]
            why = {reason_not_to_send(LetterKind.CHECK_IN, one.due_at, its, one.due_at) for one in that_night}
            assert why == {Reason.AWAY}, (zone, change, at)
