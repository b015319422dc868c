"""The pace: never more than a minute's allowance in any minute, and all of it used when there is that much to do."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.outbox import MANNERS
from bot.domain.pacing import ALLOWANCES, Allowance

START = datetime(2026, 9, 14, 7, 0, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
pauses = st.lists(st.floats(0, 40).map(lambda seconds: timedelta(seconds=seconds)), max_size=60)


def made(allowance: Allowance, tries: list[timedelta]) -> list[datetime]:
    """When calls were made by somebody who tries as often as they can, with these pauses now and then."""
    free_at, wall, calls = START - MINUTE, START, []
    for pause in tries:
        wall += pause
        while free_at <= wall:
            calls.append(wall)
            free_at = allowance.after(free_at, wall)
        wall = max(wall, free_at)
    return calls


@given(tries=pauses, allowance=st.sampled_from(list(ALLOWANCES.values())))
def test_no_minute_ever_has_more_than_its_allowance(tries: list[timedelta], allowance: Allowance) -> None:
    calls = made(allowance, tries)
    for number, first in enumerate(calls):
        assert sum(first <= one < first + MINUTE for one in calls[number:]) <= allowance.a_minute


@pytest.mark.parametrize("method", ALLOWANCES)
def test_with_enough_to_do_a_minute_brings_all_that_it_may_but_one(method: str) -> None:
    allowance = ALLOWANCES[method]
    calls = made(allowance, [timedelta(0)] * 400)
    assert len([one for one in calls if one < START + MINUTE]) >= allowance.a_minute - 1


def test_every_method_that_a_letter_travels_by_has_an_allowance() -> None:
    assert {manner.method for manner in MANNERS.values()} <= set(ALLOWANCES)
