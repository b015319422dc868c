"""Check-ins: on which days one falls, and when *Later* is."""

from datetime import UTC, date, datetime, time, timedelta
from uuid import UUID, uuid4
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain import checkins
from bot.domain.calendar import SchoolTime
from bot.models import Membership, Occurrence, Person, Schedule, ScheduleKind, School

LONDON = ZoneInfo("Europe/London")
AMIRA = UUID(int=1)
TERMS = [["2026-09-01", "2026-10-23"], ["2026-11-02", "2026-12-18"]]
SCHOOL = School(
    workspace_id=UUID(int=2),
    key="hillside",
    name="Hillside",
    zone="Europe/London",
    calendar={"terms": TERMS, "closed": ["2026-11-13"]},
)


def time_of(
    person: Person | None = None, days: list[int] | None = None, school: School = SCHOOL
) -> SchoolTime:
    """Somebody's time in school: Amira's, unless said otherwise."""
    person = person or Person(id=AMIRA, name="Amira")
    return SchoolTime(
        person, school, Membership(person_id=person.id, school_id=school.id, roles=[], working_days=days)
    )


def weekly(
    *, weekday: int = 0, at: time = time(8, 10), starts_on: date | None = None, active: bool = True
) -> Schedule:
    return Schedule(
        id=UUID(int=3),
        school_id=SCHOOL.id,
        key="weekly",
        kind=ScheduleKind.CHECK_IN,
        role="teacher",
        weekday=weekday,
        at=at,
        starts_on=starts_on,
        active=active,
    )


def london(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=LONDON).astimezone(UTC)


def due(schedule: Schedule, now: str) -> list[Occurrence]:
    return list(checkins.falls_due(schedule, time_of(), london(now)))


def days(schedule: Schedule, now: str) -> list[str]:
    return [str(one.local_date) for one in due(schedule, now)]


def test_it_comes_round_on_its_weekday_from_yesterday_to_a_week_ahead() -> None:
    assert days(weekly(), "2026-09-13T12:00") == ["2026-09-14"]
    assert days(weekly(), "2026-09-14T12:00") == ["2026-09-14", "2026-09-21"]
    assert days(weekly(), "2026-09-15T12:00") == ["2026-09-14", "2026-09-21"]
    assert days(weekly(), "2026-09-16T12:00") == ["2026-09-21"]


def test_it_does_not_come_round_in_the_holidays_nor_on_a_closed_day() -> None:
    assert days(weekly(), "2026-10-24T12:00") == []
    assert days(weekly(weekday=4), "2026-11-09T12:00") == []


def test_it_does_not_come_round_before_it_starts_nor_when_it_is_off() -> None:
    assert days(weekly(starts_on=date(2026, 9, 15)), "2026-09-13T12:00") == []
    assert days(weekly(starts_on=date(2026, 9, 14)), "2026-09-13T12:00") == ["2026-09-14"]
    assert days(weekly(active=False), "2026-09-13T12:00") == []


def test_it_stays_at_ten_past_eight_through_a_change_of_clocks() -> None:
    schedule = weekly(weekday=4)
    before, after = due(schedule, "2026-10-22T12:00"), due(schedule, "2026-11-05T12:00")
    assert [one.due_at.isoformat() for one in before + after] == [
        "2026-10-23T07:10:00+00:00",
        "2026-11-06T08:10:00+00:00",
    ]


def test_an_occurrence_is_the_same_whoever_works_it_out_and_whatever_its_time() -> None:
    first, moved = due(weekly(), "2026-09-13T12:00"), due(weekly(at=time(15, 40)), "2026-09-14T20:00")
    assert first[0].id == moved[0].id
    assert first[0].due_at != moved[0].due_at


def test_no_two_occurrences_share_an_id() -> None:
    somebody_else, another_day = uuid4(), date(2026, 9, 21)
    schedule = UUID(int=3)
    day = date(2026, 9, 14)
    ids = {
        checkins.occurrence_id(schedule, AMIRA, day, 0),
        checkins.occurrence_id(schedule, AMIRA, day, 1),
        checkins.occurrence_id(schedule, AMIRA, another_day, 0),
        checkins.occurrence_id(schedule, somebody_else, day, 0),
        checkins.occurrence_id(uuid4(), AMIRA, day, 0),
    }
    assert len(ids | {checkins.run_id(one) for one in ids}) == 10


@pytest.mark.parametrize(
    ("now", "back"),
    [
        ("2026-09-14T08:15", "2026-09-14T15:40"),
        ("2026-09-14T15:25", "2026-09-14T15:40"),
        ("2026-09-14T15:26", "2026-09-15T08:10"),  # so soon is not later
        ("2026-09-14T19:00", "2026-09-15T08:10"),
        ("2026-09-18T16:00", "2026-09-21T08:10"),  # a Friday afternoon
        ("2026-09-19T10:00", "2026-09-21T08:10"),  # a Saturday
        ("2026-10-23T16:00", "2026-11-02T08:10"),  # the last day before the holidays
        ("2026-11-12T16:00", "2026-11-16T08:10"),  # tomorrow is a closed day
        ("2026-11-13T10:00", "2026-11-16T08:10"),  # today is one: there is no "after school"
        ("2026-10-28T10:00", "2026-11-02T08:10"),  # in the holidays
    ],
)
def test_later_is_after_school_or_on_the_next_school_day(now: str, back: str) -> None:
    assert checkins.later(london(now), time(8, 10), time_of()) == london(back)


@pytest.mark.parametrize(
    ("weekday", "days", "own"),
    [
        (0, None, 0),
        (0, [0, 1, 2], 0),
        (0, [2, 4], 2),
        (3, [0, 4], 4),
        (4, [0, 2], 2),  # none is left in the week: the last one before
        (2, [], None),
        (2, [5, 6], None),  # the weekend is nobody's
    ],
)
def test_who_does_not_work_on_its_day_has_it_on_their_next_day_of_the_week_else_the_one_before(
    weekday: int, days: list[int] | None, own: int | None
) -> None:
    assert checkins.own_weekday(weekly(weekday=weekday), time_of(days=days)) == own


def test_a_day_on_which_its_time_is_set_aside_comes_first() -> None:
    aside = [{"weekday": day, "from": "08:00", "until": "08:30"} for day in (0, 3)]
    school = School(workspace_id=UUID(int=2), key="x", name="X", zone="Europe/London", slots=aside)
    assert checkins.own_weekday(weekly(), time_of(days=[1, 3], school=school)) == 3
    assert checkins.own_weekday(weekly(), time_of(days=[1, 2], school=school)) == 1


def test_a_week_in_which_its_day_is_a_bank_holiday_has_none() -> None:
    school = School(
        workspace_id=UUID(int=2),
        key="x",
        name="X",
        zone="Europe/London",
        holidays={"2026-09-14": "A holiday"},
    )
    now = london("2026-09-13T12:00")
    assert not list(checkins.falls_due(weekly(), time_of(school=school), now))
    moved = checkins.falls_due(weekly(), time_of(days=[1], school=school), now)
    assert [str(one.local_date) for one in moved] == ["2026-09-15"]


def test_on_leave_it_comes_round_to_be_skipped_with_its_reason() -> None:
    away = Person(id=AMIRA, name="Amira", away_from=date(2026, 9, 10), away_until=date(2026, 9, 14))
    found = checkins.falls_due(weekly(), time_of(away), london("2026-09-14T12:00"))
    assert [str(one.local_date) for one in found] == ["2026-09-14", "2026-09-21"]


@pytest.mark.parametrize(
    ("now", "days", "back"),
    [
        ("2026-09-14T08:15", [0, 2], "2026-09-14T15:40"),
        ("2026-09-14T16:00", [0, 2], "2026-09-16T08:10"),  # Tuesday is not theirs
        ("2026-09-15T10:00", [0, 2], "2026-09-16T08:10"),  # nor is today
    ],
)
def test_later_is_on_a_day_they_work(now: str, days: list[int], back: str) -> None:
    assert checkins.later(london(now), time(8, 10), time_of(days=days)) == london(back)


def test_later_keeps_to_somebodys_own_quiet_hours() -> None:
    own = Person(id=AMIRA, name="Amira", quiet_from=time(15), quiet_until=time(9))
    found = checkins.later(london("2026-09-14T10:00"), time(8, 10), time_of(own))
    assert found == london("2026-09-15T09:00")


def test_planning_looks_again_when_the_next_time_comes_within_a_week() -> None:
    again = checkins.plan_again_at
    monday, now = weekly(), london("2026-09-13T12:00")
    assert again([], time_of(), now) is None
    assert again([weekly(active=False)], time_of(), now) is None
    assert again([monday], time_of(), now) == london("2026-09-14T00:00")
    assert again([monday], time_of(), london("2026-10-12T12:00")) == london("2026-10-26T00:00")


def test_where_the_calendar_ends_planning_looks_again_in_a_year_or_so() -> None:
    now = london("2026-12-15T12:00")
    again = checkins.plan_again_at([weekly()], time_of(), now)
    assert again is not None
    assert timedelta(days=360) < again - now < timedelta(days=401)


@given(
    weekday=st.integers(0, 6),
    days=st.none() | st.sets(st.integers(0, 6)).map(sorted),
    starts=st.dates(date(2026, 8, 1), date(2027, 1, 31)),
    away=st.integers(0, 200),
)
def test_no_time_is_missed_between_one_planning_and_the_next(
    weekday: int, days: list[int] | None, starts: date, away: int
) -> None:
    """Whoever is planned for only when they asked to be has planned each time a week before it."""
    whose = time_of(
        Person(id=AMIRA, name="A", away_from=starts, away_until=starts + timedelta(days=away)), days
    )
    schedule, now = weekly(weekday=weekday), london("2026-08-20T12:00")
    planned: set[date] = set()
    end = now + timedelta(days=130)
    while now is not None and now < end:
        planned |= {one.local_date for one in checkins.falls_due(schedule, whose, now)}
        then = checkins.plan_again_at([schedule], whose, now)
        assert then is not None
        assert then > now
        now = then
    every = (date(2026, 8, 20) + timedelta(days=day) for day in range(130))
    assert {day for day in every if checkins.comes_round(schedule, whose, day)} <= planned
