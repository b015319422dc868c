"""Once a day a workspace's people are compared with Slack's own list: whatever was not heard is made good then."""

from datetime import datetime, timedelta

import pytest
from sqlalchemy import select

from bot.domain.pacing import USERS
from bot.models import AccountState, Letter, LetterKind, LetterState, Workspace, WorkspaceState
from bot.services import delivery, outbox, resync
from bot.services.delivery import Claim, Room
from bot.services.desk import Desk
from bot.slack.resync import compare_next
from bot.workspace.state import TEAM_ID
from tests import cast
from tests.cast import AMIRA, JO
from tests.slack.conftest import Office

A_DAY = timedelta(days=1)


async def compared(office: Office) -> bool:
    return await compare_next(office.desks, lambda _: office.client)


async def test_who_moved_while_we_heard_nothing_is_asked_at_their_own_hour(office: Office) -> None:
    await office.visitor.person(AMIRA).change(tz="America/New_York")
    assert await compared(office)
    who = cast.known(office.desks, AMIRA, TEAM_ID)
    assert who.person.zone == "America/New_York"
    assert office.desks.look(_next_check_in, who.id).hour == 12  # ten past eight in New York
    assert cast.known(office.desks, JO, TEAM_ID).person.zone == "Europe/London"


async def test_who_left_and_who_came_back_is_known_again(office: Office) -> None:
    await office.visitor.person(AMIRA).change(deleted=True)
    await compared(office)
    assert cast.known(office.desks, AMIRA, TEAM_ID).account.state == AccountState.UNREACHABLE
    await office.visitor.person(AMIRA).change(deleted=False)
    office.wall.ahead += A_DAY
    await compared(office)
    assert cast.known(office.desks, AMIRA, TEAM_ID).account.state == AccountState.ACTIVE


async def test_everybodys_home_is_drawn_again_and_after_all_that_is_waited_for(office: Office) -> None:
    await compared(office)
    homes = office.desks.look(_pending, LetterKind.HOME)
    assert len(homes) == len(cast.PEOPLE)
    looked_at = office.desks.do(delivery.claim, Room(100, 100))
    kinds = [one.kind for one in looked_at if isinstance(one, Claim)]
    assert kinds[: kinds.index(LetterKind.HOME)] == [LetterKind.CHECK_IN, LetterKind.CHECK_IN]


async def test_a_home_that_somebody_looks_at_goes_before_those_drawn_in_passing(office: Office) -> None:
    await office.empty()
    await compared(office)
    who = cast.known(office.desks, JO, TEAM_ID)
    office.desks.do(outbox.refresh_home, who.id)
    [claim] = office.desks.do(delivery.claim)
    assert isinstance(claim, Claim)
    assert claim.person_id == who.id


async def test_it_is_done_once_a_day_by_whoever_comes_first(office: Office) -> None:
    assert await compared(office)
    assert not await compared(office)
    office.wall.ahead += A_DAY - timedelta(minutes=1)
    assert not await compared(office)
    office.wall.ahead += timedelta(minutes=1)
    assert office.desks.do(resync.begin) is not None
    assert office.desks.do(resync.begin) is None
    assert len(await office.visitor.calls(USERS)) == 1


@pytest.mark.parametrize("trouble", ["error500", "ratelimited"])
async def test_a_list_that_cannot_be_read_is_asked_for_again_in_ten_minutes(
    office: Office, trouble: str
) -> None:
    await office.visitor.arrange(USERS, trouble, times=1, seconds=1)
    await compared(office)
    assert not await compared(office)
    await office.visitor.person(AMIRA).change(tz="America/New_York")
    office.wall.ahead += resync.AGAIN_AFTER
    assert await compared(office)
    assert cast.known(office.desks, AMIRA, TEAM_ID).person.zone == "America/New_York"


async def test_a_refused_token_suspends_the_workspace_and_it_is_left_alone(office: Office) -> None:
    await office.visitor.revoke_token("token_revoked")
    await compared(office)
    workspace = office.desks.look(lambda desk: desk.session.scalars(select(Workspace)).one())
    assert (workspace.state, workspace.state_reason) == (WorkspaceState.SUSPENDED, "token_revoked")
    office.wall.ahead += A_DAY
    assert not await compared(office)


def _next_check_in(desk: Desk, person_id: object) -> datetime:
    mine = (Letter.person_id == person_id, Letter.kind == LetterKind.CHECK_IN)
    waiting = select(Letter.due_at).where(*mine, Letter.state == LetterState.PENDING)
    return min(desk.session.scalars(waiting))


def _pending(desk: Desk, kind: LetterKind) -> list[Letter]:
    waiting = select(Letter).where(Letter.kind == kind, Letter.state == LetterState.PENDING)
    return list(desk.session.scalars(waiting))
