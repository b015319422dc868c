"""`mull outbox` tells what wants somebody, since when and what to do; and of people their ids at most."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
from sqlalchemy import delete, select, update

from bot import clock
from bot.db import Database
from bot.domain.pacing import POST
from bot.models import Letter, LetterKind, LetterState, Workspace
from bot.prompts import Prompts
from bot.services import attention, delivery, pace
from bot.services.attention import Trouble
from bot.services.desk import Desk, Desks
from bot.vault import Vault
from tests import cast
from tests.cast import AMIRA, JO, TEAM
from tests.commands.conftest import CommandLine
from tests.conftest import MASTER_KEY, StoreUrls

NOTHING = "Nothing is unknown, dead, late or held up."


@pytest.fixture
def here(mull: CommandLine, sqlite_urls: StoreUrls, our_prompts: Prompts) -> Iterator[Desks]:
    """The command line's own stores: the cast, and one check-in each, due now."""
    keys = Database(sqlite_urls.keys, erase_deleted=True)
    desks = Desks(
        Database(sqlite_urls.database), Vault(keys, [MASTER_KEY]), our_prompts, clock.now, clock.wall
    )
    cast.settle_in(desks)
    cast.replan(desks)
    set_all(desks, due_at=clock.now())
    yield desks
    desks.close()


def set_all(desks: Desks, **values: object) -> None:
    """Amira's and Jo's check-ins are the only letters, and are as told."""

    def change(desk: Desk) -> None:
        desk.session.execute(delete(Letter).where(Letter.kind != LetterKind.CHECK_IN))
        desk.session.execute(update(Letter).values(**values))

    desks.do(change)


def ago(**time: float) -> object:
    return clock.wall() - timedelta(**time)


async def test_when_all_is_well_it_says_so_and_ends_well(mull: CommandLine, here: Desks) -> None:
    done = await mull("outbox")
    assert (done.code, done.out.strip(), done.err) == (0, NOTHING, "")


@pytest.mark.parametrize(
    ("values", "said", "code"),
    [
        ({"state": "dead", "reason": "invalid_blocks"}, "dead: check_in", 1),
        ({"state": "unknown", "claimed_at": {"minutes": 20}}, "20 min", 1),
        ({"state": "unknown", "claimed_at": {"minutes": 2}}, "perhaps sent: Mull looks in Slack", 0),
        ({"state": "pending", "due_at": {"hours": 3}}, "late: check_in", 1),
        ({"state": "pending", "due_at": {"minutes": 6}}, "late: check_in", 0),
        ({"state": "pending", "due_at": {"minutes": 4}}, NOTHING, 0),
        ({"state": "sending", "claimed_at": {"minutes": 10}, "due_at": {"minutes": 10}}, "late: check_in", 0),
        ({"state": "sent", "doubled_ts": "1.2"}, "sent twice: check_in", 1),
        ({"state": "sent", "due_at": {"hours": 3}}, NOTHING, 0),
        ({"state": "dead", "due_at": {"days": 8}}, NOTHING, 0),
        ({"state": "pending", "due_at": {"hours": 3}, "not_before": {"minutes": -60}}, NOTHING, 0),
    ],
)
async def test_each_trouble_is_told_with_what_to_do_and_is_urgent_in_its_time(
    mull: CommandLine, here: Desks, values: dict[str, object], said: str, code: int
) -> None:
    set_all(here, **{name: ago(**at) if isinstance(at, dict) else at for name, at in values.items()})
    done = await mull("outbox")
    assert (done.code, done.err) == (code, "")
    assert said in done.out
    assert said == NOTHING or "—" in done.out


async def test_whose_it_is_is_told_by_ids_alone(mull: CommandLine, here: Desks) -> None:
    set_all(here, state=LetterState.DEAD, reason="invalid_blocks")
    done = await mull("outbox")
    assert f"for {AMIRA} in {TEAM}, " in done.out
    assert f"for {JO} in {TEAM}, " in done.out
    private = ["Hillside", *(part for one in cast.PEOPLE for part in one["real_name"].split())]
    assert [word for word in private if word in done.out] == []


async def test_nobody_is_told_to_have_been_away_or_to_have_put_something_off(
    mull: CommandLine, here: Desks
) -> None:
    set_all(here, due_at=ago(hours=3), kind=LetterKind.CATCH_UP)
    done = await mull("outbox")
    assert done.out.count("late: other ") == 2
    assert "catch_up" not in done.out


async def test_a_suspended_workspace_is_told_once_and_not_letter_by_letter(
    mull: CommandLine, here: Desks
) -> None:
    cast.suspend(here, "token_revoked")
    set_all(here, due_at=ago(hours=3))
    done = await mull("outbox")
    assert done.code == 1
    assert f"suspended: {TEAM} (token_revoked): 2 letters wait" in done.out
    assert "late:" not in done.out


async def test_a_workspace_that_was_asked_to_slow_down_wants_nobody(mull: CommandLine, here: Desks) -> None:
    set_all(here, due_at=ago(hours=3))
    workspace_id = here.look(lambda desk: desk.session.scalars(select(Workspace.id)).one())
    here.do(pace.hold, workspace_id, POST, 90.0)
    done = await mull("outbox")
    assert done.code == 0
    assert f"slow down: {TEAM}" in done.out
    assert "nothing to do" in done.out


async def test_all_letters_are_counted_by_state_and_kind(mull: CommandLine, here: Desks) -> None:
    done = await mull("outbox", "--all")
    assert "       2  pending  check_in" in done.out.splitlines()


@pytest.mark.parametrize("trouble", Trouble)
def test_on_either_database_the_longest_are_told_and_the_others_counted(
    desks: Desks, trouble: Trouble
) -> None:
    cast.settle_in(desks)
    cast.replan(desks)
    long_ago = ago(hours=5)
    state = {
        Trouble.DEAD: LetterState.DEAD,
        Trouble.TWICE: LetterState.SENT,
        Trouble.UNKNOWN: LetterState.UNKNOWN,
        Trouble.LATE: LetterState.PENDING,
    }[trouble]
    twice = "1.2" if trouble == Trouble.TWICE else None
    set_all(desks, state=state, due_at=long_ago, claimed_at=long_ago, doubled_ts=twice)
    count, held = desks.look(attention.held, trouble, 1)
    assert (count, len(held)) == (2, 1)
    assert (held[0].trouble, held[0].since, held[0].wants_somebody) == (trouble, long_ago, True)
    others = [one for one in Trouble if one != trouble]
    assert [desks.look(attention.held, one, 1)[0] for one in others] == [0, 0, 0]


def test_letters_that_leave_are_in_no_trouble(desks: Desks) -> None:
    cast.settle_in(desks)
    assert desks.do(delivery.claim)
    assert [desks.look(attention.held, one, 9)[0] for one in Trouble] == [0, 0, 0, 0]
