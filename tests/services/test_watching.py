"""Numbers that name nobody: letters by state and kind, what is late, who is suspended, how old the backup is."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import delete, update

from bot import clock
from bot.models import Backup, Letter, LetterKind, LetterState
from bot.services import attention, delivery, outbox, people, settling, watching
from bot.services.delivery import Claim, Reply
from bot.services.desk import Desk, Desks
from bot.services.watching import Standing
from tests import cast
from tests.cast import AMIRA, TEAM, Cast

MONDAY = datetime(2026, 9, 14, 7, 10, tzinfo=UTC)


def standing(desks: Desks) -> Standing:
    return desks.look(watching.standing)


def planned(desks: Desks) -> None:
    """The week's check-ins and round-ups are in the outbox, and nothing else."""
    desks.do(_no_letters)
    cast.replan(desks)


def send_one(desks: Desks) -> None:
    [claim] = desks.do(delivery.claim)
    assert isinstance(claim, Claim)
    desks.do(settling.settle, claim, Reply("ok", "D1", "1789370000.000100"))


def test_letters_are_counted_by_state_and_kind(desks: Desks, settled: Cast) -> None:
    planned(desks)
    clock.move_to(MONDAY)
    before = standing(desks).letters[LetterState.PENDING, LetterKind.CHECK_IN]
    send_one(desks)
    letters = standing(desks).letters
    assert letters[LetterState.PENDING, LetterKind.CHECK_IN] == before - 1
    assert letters[LetterState.SENT, LetterKind.CHECK_IN] == 1


@pytest.mark.parametrize("counted", [lambda desk: watching.standing(desk).letters, attention.counts])
def test_no_number_tells_that_somebody_is_away_or_put_something_off(
    desks: Desks, settled: Cast, counted: Callable[[Desk], dict[tuple[str, str], int]]
) -> None:
    planned(desks)
    theirs = (LetterKind.CATCH_UP, LetterKind.CHECK_IN_AGAIN, LetterKind.REMINDER, LetterKind.CHANGED)
    for kind in theirs:
        desks.do(_one_more, kind)
    letters = desks.look(counted)
    assert {kind for _, kind in letters} == {LetterKind.CHECK_IN, LetterKind.DIGEST, "other"}
    assert letters[LetterState.PENDING, "other"] == len(theirs)


def test_what_ended_well_is_counted_for_a_day_and_what_ended_badly_for_good(
    desks: Desks, settled: Cast
) -> None:
    planned(desks)
    clock.move_to(MONDAY)
    send_one(desks)
    clock.move_to(MONDAY + timedelta(days=1, minutes=1))
    assert (LetterState.SENT, LetterKind.CHECK_IN) not in standing(desks).letters
    desks.do(_all, LetterState.DEAD)
    assert standing(desks).letters[LetterState.DEAD, LetterKind.CHECK_IN] > 0


def test_the_letter_that_waits_longest_says_how_late_it_all_is(desks: Desks, settled: Cast) -> None:
    planned(desks)
    clock.move_to(MONDAY - timedelta(minutes=1))
    assert standing(desks).late_seconds == 0
    clock.move_to(MONDAY + timedelta(minutes=7))
    assert 420 <= standing(desks).late_seconds < 480


def test_what_waits_for_the_morning_is_not_late_before_it(desks: Desks, settled: Cast) -> None:
    planned(desks)
    clock.move_to(MONDAY + timedelta(minutes=7))
    desks.do(_not_before, MONDAY + timedelta(hours=1))
    assert standing(desks).late_seconds == 0


def test_a_suspended_workspace_is_counted(desks: Desks, settled: Cast) -> None:
    assert standing(desks).suspended == 0
    cast.suspend(desks, "token_revoked")
    assert standing(desks).suspended == 1


def test_the_backup_that_counts_is_the_last_that_was_read_back(desks: Desks, settled: Cast) -> None:
    assert standing(desks).backup_age_seconds is None
    desks.do(_backed_up, timedelta(days=3), verified=True)
    desks.do(_backed_up, timedelta(days=1), verified=False)
    age = standing(desks).backup_age_seconds
    assert age is not None
    assert timedelta(days=3) <= timedelta(seconds=age) < timedelta(days=3, minutes=1)


def _one_more(desk: Desk, kind: LetterKind) -> None:
    who = people.speaking(desk, TEAM, AMIRA)
    outbox.post(desk, kind, f"{kind}:1", who.address)


def _no_letters(desk: Desk) -> None:
    desk.session.execute(delete(Letter))


def _all(desk: Desk, state: LetterState) -> None:
    desk.session.execute(update(Letter).values(state=state))


def _not_before(desk: Desk, moment: datetime) -> None:
    desk.session.execute(update(Letter).values(not_before=moment))


def _backed_up(desk: Desk, ago: timedelta, *, verified: bool) -> None:
    at = desk.wall - ago
    desk.session.add(Backup(made_at=at, verified_at=at if verified else None))
