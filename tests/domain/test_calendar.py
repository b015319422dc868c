"""School time: wall clocks in every zone, gaps and folds, quiet hours, terms and leave."""

from datetime import UTC, date, datetime, time, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo, available_timezones

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain import calendar
from bot.models import Person, School

LONDON = ZoneInfo("Europe/London")
SCHOOL = School(workspace_id=UUID(int=1), key="hillside", name="Hillside", zone="Europe/London")

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
    assert calendar.is_quiet(london(now), LONDON, SCHOOL) is quiet


def test_quiet_hours_may_lie_within_one_day() -> None:
    lunch = School(
        workspace_id=UUID(int=1),
        key="x",
        name="X",
        zone="Europe/London",
        quiet_from=time(12),
        quiet_until=time(13),
    )
    noon = london("2026-11-23T12:00")
    assert calendar.is_quiet(noon, LONDON, lunch)
    assert not calendar.is_quiet(noon - timedelta(minutes=1), LONDON, lunch)
    assert calendar.next_quiet_end(noon, LONDON, lunch) == noon + timedelta(hours=1)


@pytest.mark.parametrize(
    ("now", "end"),
    [
        ("2026-11-23T12:00", "2026-11-23T12:00"),
        ("2026-11-23T03:00", "2026-11-23T07:30"),
        ("2026-11-23T19:00", "2026-11-24T07:30"),
        ("2026-11-27T18:00", "2026-11-30T07:30"),
        ("2026-11-28T09:00", "2026-11-30T07:30"),
        ("2026-10-24T23:00", "2026-10-26T07:30"),
    ],
)
def test_quiet_ends_on_the_next_morning_of_a_weekday(now: str, end: str) -> None:
    assert calendar.next_quiet_end(london(now), LONDON, SCHOOL) == london(end)


@given(now=moments, zone=zones)
def test_the_end_of_quiet_is_the_first_moment_to_speak(now: datetime, zone: ZoneInfo) -> None:
    end = calendar.next_quiet_end(now, zone, SCHOOL)
    assert end >= now
    assert not calendar.is_quiet(end, zone, SCHOOL)
    assert end == now or calendar.is_quiet(end - timedelta(seconds=1), zone, SCHOOL)


@pytest.mark.parametrize(
    ("day", "opens"),
    [
        ("2026-09-01", True),
        ("2026-10-23", True),
        ("2026-10-24", False),
        ("2026-11-02", True),
        ("2026-11-13", False),
        ("2026-12-19", False),
    ],
)
def test_a_school_is_open_in_its_terms_but_for_its_closed_days(day: str, opens: bool) -> None:
    terms = [["2026-09-01", "2026-10-23"], ["2026-11-02", "2026-12-18"]]
    given_dates = {"terms": terms, "closed": ["2026-11-13"]}
    assert calendar.is_open(date.fromisoformat(day), given_dates) is opens


def test_a_school_without_terms_is_open_but_for_its_closed_days() -> None:
    assert calendar.is_open(date(2026, 8, 1), {})
    assert not calendar.is_open(date(2026, 8, 1), {"closed": ["2026-08-01"]})


def test_the_next_open_day_is_never_a_saturday_nor_in_the_holidays() -> None:
    terms = School(
        workspace_id=UUID(int=1),
        key="x",
        name="X",
        zone="Europe/London",
        calendar={"terms": [["2026-09-01", "2026-10-23"], ["2026-10-31", "2026-12-18"]]},
    )
    assert calendar.next_open_day(date(2026, 10, 22), terms) == date(2026, 10, 23)
    assert calendar.next_open_day(date(2026, 10, 23), terms) == date(2026, 11, 2)
    assert calendar.next_open_day(date(2026, 12, 18), terms) == date(2026, 12, 21)  # no term known: a weekday


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
    assert calendar.zone_of(Person(name="Jo", zone="Asia/Tokyo"), SCHOOL) == ZoneInfo("Asia/Tokyo")
    assert calendar.zone_of(Person(name="Jo"), SCHOOL) == LONDON
