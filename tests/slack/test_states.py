"""States of an installation: good in the browser that began it, in any process, for ten minutes, and nowhere else."""

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as some

from bot.slack.states import STATE_SECONDS, States

NOON = datetime(2026, 9, 14, 12, 0, tzinfo=UTC)
TEN_MINUTES = timedelta(seconds=STATE_SECONDS)
STATES = States("the app's secret")
BEGUN = STATES.begin(NOON)


def test_it_is_good_for_ten_minutes_in_any_process_of_this_app() -> None:
    for moment in (NOON, NOON + TEN_MINUTES - timedelta(seconds=1)):
        assert States("the app's secret").is_good(BEGUN.state, BEGUN.cookie, moment)
    assert not STATES.is_good(BEGUN.state, BEGUN.cookie, NOON + TEN_MINUTES)


def test_another_browser_another_beginning_and_another_app_know_nothing_of_it() -> None:
    other = STATES.begin(NOON)
    assert not STATES.is_good(BEGUN.state, other.cookie, NOON)
    assert not STATES.is_good(BEGUN.state, "", NOON)
    assert not States("another secret").is_good(BEGUN.state, BEGUN.cookie, NOON)


def test_the_end_cannot_be_put_off() -> None:
    until, _, mark = BEGUN.state.partition(".")
    later = f"{int(until) + 1}.{mark}"
    assert not STATES.is_good(later, BEGUN.cookie, NOON)


def test_what_the_address_shows_is_not_what_the_browser_holds() -> None:
    assert BEGUN.cookie not in BEGUN.state


@given(some.text(some.characters()), some.text(some.characters()))
def test_nothing_made_up_is_good(state: str, cookie: str) -> None:
    assert not STATES.is_good(state, BEGUN.cookie, NOON)
    assert not STATES.is_good(BEGUN.state, cookie, NOON)


@given(some.integers(0, len(BEGUN.state) - 1), some.characters())
def test_not_one_character_may_be_another(at: int, other: str) -> None:
    changed = BEGUN.state[:at] + other + BEGUN.state[at + 1 :]
    assert STATES.is_good(changed, BEGUN.cookie, NOON) == (changed == BEGUN.state)
