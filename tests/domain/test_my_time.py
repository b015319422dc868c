"""A person's own time: what cannot be is told in its field, and everything else may be asked for."""

from datetime import date, time, timedelta

from hypothesis import given
from hypothesis import strategies as st

from bot.domain.my_time import LONGEST_LEAVE, Wishes, complaints

TODAY = date(2026, 9, 14)
DATES = st.none() | st.dates(date(2025, 1, 1), date(2028, 12, 31))
TIMES = st.none() | st.times()


def leave(first: date | None, last: date | None) -> Wishes:
    return Wishes(2, False, away_from=first, away_until=last)


def hours(opens: time | None, closes: time | None) -> Wishes:
    return Wishes(2, False, True, opens, closes)


def test_a_last_day_alone_is_enough() -> None:
    assert complaints(leave(None, TODAY), TODAY) == {}
    assert complaints(leave(None, None), TODAY) == {}


def test_leave_that_began_before_today_may_be_told_of_now() -> None:
    assert complaints(leave(TODAY - timedelta(days=5), TODAY + timedelta(days=5)), TODAY) == {}


def test_each_thing_that_cannot_be_has_its_own_sentence() -> None:
    day = timedelta(days=1)
    assert complaints(leave(TODAY, None), TODAY) == {"away_until": "away_until_when"}
    assert complaints(leave(None, TODAY - day), TODAY) == {"away_until": "away_is_past"}
    assert complaints(leave(TODAY + 2 * day, TODAY + day), TODAY) == {"away_until": "away_ends_before"}
    assert complaints(leave(None, TODAY + LONGEST_LEAVE + day), TODAY) == {"away_until": "away_too_far"}
    assert complaints(hours(None, time(7)), TODAY) == {"quiet_from": "quiet_needs_both"}
    assert complaints(hours(time(7), None), TODAY) == {"quiet_until": "quiet_needs_both"}
    assert complaints(hours(time(7), time(7)), TODAY) == {"quiet_until": "quiet_same"}


def test_quiet_hours_may_go_through_the_night_or_through_lunch() -> None:
    assert complaints(hours(time(17), time(8)), TODAY) == {}
    assert complaints(hours(time(12), time(13)), TODAY) == {}


@given(first=DATES, last=DATES, opens=TIMES, closes=TIMES, own=st.booleans())
def test_what_is_taken_has_an_end_that_is_not_past_and_hours_that_mean_something(
    first: date | None, last: date | None, opens: time | None, closes: time | None, own: bool
) -> None:
    wishes = Wishes(2, False, own, opens, closes, first, last)
    if complaints(wishes, TODAY):
        return
    assert (first is None) or (last is not None and first <= last)
    assert last is None or TODAY <= last <= TODAY + LONGEST_LEAVE
    assert not own or (opens is not None and closes is not None and opens != closes)
