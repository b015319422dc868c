"""School time: wall clocks in every zone, gaps and folds, quiet hours, terms and leave."""

from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo, available_timezones

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain import calendar
from bot.domain.calendar import DayOff, Off, SchoolTime
from bot.models import Membership, Person, School

LONDON = ZoneInfo("Europe/London")


def school(**facts: Any) -> School:
    return School(workspace_id=UUID(int=1), key="hillside", name="Hillside", zone="Europe/London", **facts)


def time_of(
    where: School | None = None, person: Person | None = None, days: list[int] | None = None
) -> SchoolTime:
    """Somebody's time in a school; in one like any other, unless said otherwise."""
    person, where = person or Person(name="Amira"), where or school()
    mine = Membership(person_id=person.id, school_id=where.id, roles=[], working_days=days)
    return SchoolTime(person, where, mine)


zones = st.sampled_from(sorted(available_timezones())).map(ZoneInfo)
dates = st.dates(date(2000, 1, 1), date(2037, 12, 31))
"""Among them Samoa's 30 December 2011, which never was."""
CHANGING = [
    ZoneInfo(name)
    for name in (
        "Africa/Casablanca",
        "America/New_York",
        "America/Santiago",
        "Asia/Gaza",
        "Atlantic/Azores",
        "Australia/Lord_Howe",
        "Europe/London",
        "Pacific/Apia",
    )
]
moments = st.datetimes(
    datetime.fromisoformat("2000-01-01"), datetime.fromisoformat("2037-12-30"), timezones=st.just(UTC)
)
times = st.times().map(lambda at: at.replace(microsecond=0, fold=0))


def london(text: str) -> datetime:
    """A moment by London's wall clock."""
    return datetime.fromisoformat(text).replace(tzinfo=LONDON).astimezone(UTC)


def days_of_change(year: int, zone: ZoneInfo) -> list[date]:
    """The local dates of a year on which a zone's clocks change."""
    noons = [datetime(year, 1, 1, 12, tzinfo=UTC) + timedelta(days=day) for day in range(366)]
    return [
        noon.astimezone(zone).date()
        for noon in noons
        if (noon - timedelta(days=1)).astimezone(zone).utcoffset() != noon.astimezone(zone).utcoffset()
    ]


@st.composite
def wall_clocks(draw: st.DrawFn) -> tuple[date, time, ZoneInfo]:
    """A date, a time and a zone, more often than not in the night of a change of its clocks."""
    if draw(st.booleans()):
        return draw(dates), draw(times), draw(zones)
    zone = draw(st.sampled_from(CHANGING))
    days = days_of_change(draw(st.integers(2000, 2037)), zone)
    minute = draw(st.integers(0, 3 * 60 - 1))
    return draw(st.sampled_from(days) if days else dates), time(minute // 60, minute % 60), zone


@given(wall_clock=wall_clocks())
def test_a_moment_reads_as_wanted_or_is_the_first_one_after_the_gap(
    wall_clock: tuple[date, time, ZoneInfo],
) -> None:
    day, at, zone = wall_clock
    found = calendar.moment(day, at, zone)
    local, wanted = found.astimezone(zone), datetime.combine(day, at)
    if local.replace(tzinfo=None) == wanted:
        assert local.fold == 0
    else:
        just_before = (found - timedelta(seconds=1)).astimezone(zone).replace(tzinfo=None)
        assert just_before < wanted < local.replace(tzinfo=None)


@pytest.mark.parametrize(
    ("zone", "wanted", "found"),
    [
        ("Europe/London", "2026-03-29T01:30", "2026-03-29T01:00Z"),  # a gap: clocks go from 1:00 to 2:00
        ("Europe/London", "2026-10-25T01:30", "2026-10-25T00:30Z"),  # a fold: the first half past one
        ("Europe/London", "2026-10-25T08:10", "2026-10-25T08:10Z"),
        ("Australia/Lord_Howe", "2026-10-04T02:15", "2026-10-03T15:30Z"),  # a gap of half an hour
        ("Pacific/Apia", "2011-12-30T08:10", "2011-12-30T10:00Z"),  # a gap of a whole day
        ("Asia/Kathmandu", "2026-11-23T08:10", "2026-11-23T02:25Z"),
    ],
)
def test_gaps_and_folds_by_example(zone: str, wanted: str, found: str) -> None:
    at = datetime.fromisoformat(wanted)
    assert calendar.moment(at.date(), at.time(), ZoneInfo(zone)) == datetime.fromisoformat(found)


@given(now=moments, zone=zones)
def test_a_week_began_on_a_monday_not_more_than_a_week_ago(now: datetime, zone: ZoneInfo) -> None:
    began = calendar.week_of(now, zone)
    assert began <= now
    assert calendar.week_of(began, zone) == began
    assert (now.astimezone(zone).date() - began.astimezone(zone).date()).days == now.astimezone(
        zone
    ).weekday()


@pytest.mark.parametrize(
    ("now", "quiet"),
    [
        ("2026-11-23T07:29", True),
        ("2026-11-23T07:30", False),
        ("2026-11-23T17:59", False),
        ("2026-11-23T18:00", True),
        ("2026-11-24T00:00", True),
        ("2026-11-28T12:00", True),
        ("2026-11-29T12:00", True),
    ],
)
def test_quiet_is_from_the_evening_to_the_morning_and_at_the_weekend(now: str, quiet: bool) -> None:
    assert time_of().is_free(london(now)) is not quiet


def test_quiet_hours_may_lie_within_one_day() -> None:
    lunch = time_of(school(quiet_from=time(12), quiet_until=time(13)))
    noon = london("2026-11-23T12:00")
    assert lunch.is_quiet_hour(noon)
    assert not lunch.is_quiet_hour(noon - timedelta(minutes=1))
    assert lunch.free_from(noon) == lunch.quiet_ends(noon) == noon + timedelta(hours=1)


def test_somebodys_own_quiet_hours_stand_in_place_of_the_schools_and_quiet_days_stay() -> None:
    own = time_of(person=Person(name="Amira", quiet_from=time(16), quiet_until=time(9)))
    assert own.has_own_quiet_hours
    assert own.is_quiet_hour(london("2026-11-23T08:59"))
    assert own.is_quiet_hour(london("2026-11-23T16:00"))
    assert not own.is_quiet_hour(london("2026-11-23T09:00"))
    assert not own.is_free(london("2026-11-28T12:00"))


def test_somebody_who_wants_no_quiet_hours_has_none_but_the_weekend() -> None:
    own = time_of(person=Person(name="Amira", quiet_from=time(0), quiet_until=time(0)))
    assert not own.is_quiet_hour(london("2026-11-23T03:00"))
    assert own.free_from(london("2026-11-28T12:00")) == london("2026-11-30T00:00")


@pytest.mark.parametrize(
    ("now", "free"),
    [
        ("2026-11-23T12:00", "2026-11-23T12:00"),
        ("2026-11-23T03:00", "2026-11-23T07:30"),
        ("2026-11-23T19:00", "2026-11-24T07:30"),
        ("2026-11-27T18:00", "2026-11-30T07:30"),
        ("2026-11-28T09:00", "2026-11-30T07:30"),
        ("2026-10-24T23:00", "2026-10-26T07:30"),
    ],
)
def test_quiet_ends_on_the_next_morning_of_a_weekday(now: str, free: str) -> None:
    assert time_of().free_from(london(now)) == london(free)


@given(now=moments, zone=zones)
def test_the_end_of_quiet_is_the_first_moment_to_speak(now: datetime, zone: ZoneInfo) -> None:
    own = time_of(person=Person(name="Amira", zone=zone.key))
    end = own.free_from(now)
    assert end >= now
    assert own.is_free(end)
    assert end == now or not own.is_free(end - timedelta(seconds=1))


SET_ASIDE = [
    {"weekday": 2, "from": "15:30", "until": "16:30"},
    {"weekday": 0, "from": "08:00", "until": "08:30"},
]


@pytest.mark.parametrize(
    ("now", "free"),
    [
        ("2026-11-23T08:00", "2026-11-23T08:00"),
        ("2026-11-23T08:30", "2026-11-25T15:30"),
        ("2026-11-25T15:00", "2026-11-25T15:30"),
        ("2026-11-25T16:29", "2026-11-25T16:29"),
        ("2026-11-25T16:30", "2026-11-30T08:00"),
        ("2026-11-28T09:00", "2026-11-30T08:00"),
    ],
)
def test_where_a_school_sets_time_aside_there_is_no_other(now: str, free: str) -> None:
    assert time_of(school(slots=SET_ASIDE)).free_from(london(now)) == london(free)


def test_time_set_aside_in_quiet_hours_is_not_used() -> None:
    late = time_of(school(slots=[{"weekday": 2, "from": "17:30", "until": "19:00"}]))
    assert late.free_from(london("2026-11-25T18:30")) == london("2026-12-02T17:30")


def test_where_no_moment_is_free_somebody_looks_again_in_a_week() -> None:
    now = london("2026-11-23T12:00")
    over = time_of(school(calendar={"terms": [["2026-01-05", "2026-07-17"]]}))
    assert over.free_from(now) == now + calendar.LOOK_AGAIN


TERMS = [["2026-09-01", "2026-10-23"], ["2026-11-02", "2026-12-18"]]
YEAR = {"terms": TERMS, "closed": ["2026-11-13", "2026-11-16"], "training": ["2026-11-16", "2026-10-30"]}


@pytest.mark.parametrize(
    ("day", "off"),
    [
        ("2026-09-01", None),
        ("2026-10-23", None),
        ("2026-10-24", Off.QUIET_DAY),
        ("2026-10-26", Off.OUTSIDE_TERM),
        ("2026-11-02", None),
        ("2026-11-13", Off.CLOSED),
        ("2026-12-21", Off.OUTSIDE_TERM),
        ("2026-11-30", Off.BANK_HOLIDAY),
        ("2026-12-25", Off.BANK_HOLIDAY),
        ("2026-11-16", None),  # a training day, though pupils stay at home
        ("2026-10-30", None),  # a training day in the holidays
    ],
)
def test_a_school_is_in_session_in_its_terms_but_for_its_days_off(day: str, off: Off | None) -> None:
    names = {"2026-11-30": "Saint Andrew's Day", "2026-12-25": "Christmas Day"}
    scottish = school(calendar=YEAR, holidays=names)
    found = calendar.school_day_off(scottish, date.fromisoformat(day))
    assert found == (DayOff(off, names.get(day, "")) if off else None)


def test_a_training_day_on_a_bank_holiday_is_worked_and_at_the_weekend_is_not() -> None:
    eager = school(
        calendar={"training": ["2026-08-31", "2026-09-05"]}, holidays={"2026-08-31": "Bank Holiday"}
    )
    assert calendar.school_day_off(eager, date(2026, 8, 31)) is None
    assert calendar.school_day_off(eager, date(2026, 9, 5)) == DayOff(Off.QUIET_DAY)


def test_a_school_without_terms_is_open_but_for_its_closed_days() -> None:
    assert calendar.school_day_off(school(), date(2026, 8, 3)) is None
    shut = school(calendar={"closed": ["2026-08-03"]})
    assert calendar.school_day_off(shut, date(2026, 8, 3)) == DayOff(Off.CLOSED)


@pytest.mark.parametrize(
    ("day", "off"),
    [
        ("2026-11-23", None),
        ("2026-11-24", Off.NOT_A_WORKING_DAY),
        ("2026-11-25", Off.LEAVE),
        ("2026-11-30", Off.BANK_HOLIDAY),  # leave too: but everybody knows of the bank holiday
    ],
)
def test_somebodys_day_off_is_the_schools_else_their_own(day: str, off: Off | None) -> None:
    person = Person(name="Jo", away_from=date(2026, 11, 25), away_until=date(2026, 12, 1))
    own = time_of(school(holidays={"2026-11-30": "Saint Andrew's Day"}), person, days=[0, 2])
    found = own.day_off(date.fromisoformat(day))
    assert (found and found.kind) == off


def test_the_next_day_of_school_is_never_a_saturday_nor_in_the_holidays() -> None:
    terms = time_of(school(calendar={"terms": [["2026-09-01", "2026-10-23"], ["2026-10-31", "2026-12-18"]]}))
    assert terms.next_day_of_school(date(2026, 10, 22)) == date(2026, 10, 23)
    assert terms.next_day_of_school(date(2026, 10, 23)) == date(2026, 11, 2)
    assert terms.next_day_of_school(date(2026, 12, 18)) == date(2026, 12, 21)  # no term known: a weekday


@given(now=moments, zone=zones, days=st.sets(st.integers(0, 4), min_size=1), aside=st.booleans())
def test_what_is_free_is_a_working_day_out_of_quiet_hours_in_time_set_aside(
    now: datetime, zone: ZoneInfo, days: set[int], aside: bool
) -> None:
    person = Person(name="Jo", zone=zone.key, quiet_from=time(16, 15), quiet_until=time(8, 10))
    own = time_of(school(slots=SET_ASIDE if aside else []), person, days=sorted(days))
    free = own.free_from(now)
    if free == now + calendar.LOOK_AGAIN:
        assert aside
        assert not days & {0, 2}
        return
    local = free.astimezone(zone)
    assert own.day_off(local.date()) is None
    assert local.weekday() in days
    assert time(8, 10) <= local.time() < time(16, 15)
    assert own.is_set_aside(local.weekday(), local.time())


@pytest.mark.parametrize(
    ("starts", "ends", "away"),
    [
        ("2026-11-23", "2026-11-23", True),
        ("2026-11-20", "2026-11-22", False),
        ("2026-11-24", "2026-11-30", False),
        (None, "2026-11-30", True),
        (None, None, False),
    ],
)
def test_leave_lasts_from_its_first_to_its_last_day(starts: str | None, ends: str | None, away: bool) -> None:
    person = Person(
        name="Amira",
        away_from=date.fromisoformat(starts) if starts else None,
        away_until=date.fromisoformat(ends) if ends else None,
    )
    assert calendar.is_away(person, date(2026, 11, 23)) is away


def test_a_person_has_the_zone_slack_knows_else_the_schools() -> None:
    assert calendar.zone_of(Person(name="Jo", zone="Asia/Tokyo"), school()) == ZoneInfo("Asia/Tokyo")
    assert calendar.zone_of(Person(name="Jo"), school()) == LONDON
