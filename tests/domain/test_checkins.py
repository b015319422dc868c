"""Check-ins: on which days one falls, and when *Later* is."""

from datetime import UTC, date, datetime, time
from uuid import UUID, uuid4
from zoneinfo import ZoneInfo

import pytest

from bot.domain import checkins
from bot.models import Occurrence, Schedule, ScheduleKind, School

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
    return list(checkins.falls_due(schedule, AMIRA, LONDON, london(now), SCHOOL))


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
    assert checkins.later(london(now), time(8, 10), LONDON, SCHOOL) == london(back)
