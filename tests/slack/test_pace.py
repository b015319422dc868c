"""Pace: what Slack takes in a minute is shared by all who send, and nobody waits for anybody else's."""

from collections.abc import Iterator
from datetime import timedelta
from uuid import UUID, uuid4

import pytest
from sqlalchemy import select

from bot import clock
from bot.domain.outbox import Timing
from bot.domain.pacing import ALLOWANCES, HISTORY, POST, PUBLISH
from bot.models import Account, Letter, LetterKind, LetterState, Workspace
from bot.services import delivery, outbox, pace, searching, settling
from bot.services.delivery import Claim, Reply, Room
from bot.services.desk import Desk, Desks
from bot.services.people import Known
from bot.slack.outbox import Postman
from bot.workspace.state import TEAM_ID
from tests import cast
from tests.cast import AMIRA, HELEN, JO
from tests.slack.conftest import Office

ROOM = Room(letters=100, a_workspace=100)
AT_ONCE = ALLOWANCES[POST].at_once


@pytest.fixture
def paced(office: Office) -> Iterator[Desks]:
    """Desks at which Slack's limits hold, as they do everywhere but in the demo."""
    office.wall.stands = clock.wall()
    ours = office.desks
    desks = Desks(ours.database, ours.vault, ours.prompts, clock.now, office.wall, Timing())
    desks.do(_nothing_is_due)
    yield desks
    desks.close()


def claimed(desks: Desks, room: Room = ROOM) -> list[Claim]:
    return [one for one in desks.do(delivery.claim, room) if isinstance(one, Claim)]


def posted(desks: Desks, count: int, user: str = AMIRA, team: str = TEAM_ID) -> None:
    """So many letters to somebody."""
    desks.do(_posted, cast.known(desks, user, team), count)


def test_as_many_as_go_at_once_and_the_rest_one_by_one(office: Office, paced: Desks) -> None:
    everyone = [f"U_{number}" for number in range(AT_ONCE + 3)]
    _crowd(paced, "T_CROWD", everyone)
    assert len(claimed(paced)) == AT_ONCE
    assert claimed(paced) == []
    office.wall.ahead += ALLOWANCES[POST].interval
    assert len(claimed(paced)) == 1


def test_two_processes_share_one_pace(office: Office, paced: Desks) -> None:
    _crowd(paced, "T_CROWD", [f"U_{number}" for number in range(AT_ONCE + 3)])
    elsewhere = Desks(paced.database, paced.vault, paced.prompts, clock.now, office.wall, Timing())
    room = Room(AT_ONCE - 1, AT_ONCE)
    assert [len(claimed(desks, room)) for desks in (paced, elsewhere)] == [AT_ONCE - 1, 1]
    elsewhere.close()


def test_a_workspace_that_has_used_up_its_minute_holds_up_no_other(office: Office, paced: Desks) -> None:
    _crowd(paced, "T_CROWD", [f"U_{number}" for number in range(AT_ONCE + 30)])
    assert len(claimed(paced)) == AT_ONCE
    posted(paced, 1)
    assert [claim.team_id for claim in claimed(paced)] == [TEAM_ID]


def test_posts_that_wait_hold_up_nothing_that_goes_another_way(office: Office, paced: Desks) -> None:
    paced.do(_held, POST)
    posted(paced, 1)
    paced.do(outbox.refresh_home, cast.known(paced, JO, TEAM_ID).id)
    assert [claim.method for claim in claimed(paced)] == [PUBLISH]


def test_a_conversation_gets_one_message_a_second(office: Office, paced: Desks) -> None:
    posted(paced, 2)
    posted(paced, 1, JO)
    assert len(claimed(paced)) == 2
    assert claimed(paced) == []
    office.wall.ahead += timedelta(seconds=1)
    assert len(claimed(paced)) == 1


def test_a_workspace_that_hangs_takes_no_more_hands_than_it_may(office: Office, paced: Desks) -> None:
    _crowd(paced, "T_CROWD", [f"U_{number}" for number in range(10)])
    posted(paced, 1)
    crowd = paced.look(_workspace_id, "T_CROWD")
    assert len(claimed(paced, Room(100, 4))) == 4 + 1
    posted(paced, 1, JO)
    assert [claim.team_id for claim in claimed(paced, Room(100, 4, {crowd: 4}))] == [TEAM_ID]


def test_what_cannot_be_repeated_goes_first_and_of_the_rest_the_newest(office: Office, paced: Desks) -> None:
    for user in (AMIRA, JO):
        paced.do(outbox.refresh_home, cast.known(paced, user, TEAM_ID).id)
        clock.move_to(clock.now() + timedelta(minutes=1))
    posted(paced, 1, HELEN)
    order = [claim.slack_user_id for claim in claimed(paced)]
    assert order == [HELEN, JO, AMIRA]


def test_asked_for_patience_only_that_method_waits(office: Office, paced: Desks) -> None:
    posted(paced, 1)
    [claim] = claimed(paced)
    paced.do(settling.settle, claim, Reply("ratelimited", retry_after_seconds=40))
    paced.do(outbox.refresh_home, cast.known(paced, JO, TEAM_ID).id)
    assert [one.method for one in claimed(paced)] == [PUBLISH]
    office.wall.ahead += timedelta(seconds=39)
    assert claimed(paced) == []
    office.wall.ahead += timedelta(seconds=1)
    assert [one.letter_id for one in claimed(paced)] == [claim.letter_id]


def test_history_is_read_at_its_own_pace_and_waiting_for_it_loses_nothing(
    office: Office, paced: Desks
) -> None:
    posted(paced, 1)
    [claim] = claimed(paced)
    paced.do(settling.settle, claim, Reply("no_answer"))
    paced.do(_held, HISTORY)
    office.wall.ahead += timedelta(seconds=30)
    assert paced.do(searching.next_searches) == []
    office.wall.ahead += timedelta(minutes=2)
    assert [search.letter_id for search in paced.do(searching.next_searches)] == [claim.letter_id]


async def test_under_slacks_own_limits_nothing_is_refused(office: Office, paced: Desks) -> None:
    await office.visitor.limit_rates()
    posted(paced, 3)
    posted(paced, 3, JO)
    postman = Postman(paced, paced.prompts, lambda _: office.client)
    for _ in range(4):
        while await postman.turn():
            pass
        office.wall.ahead += timedelta(seconds=1)
    calls = await office.visitor.calls(POST)
    assert len(calls) == 6
    assert all(call["response"]["ok"] for call in calls)


async def test_a_first_message_needs_no_opening_and_its_channel_is_kept(office: Office) -> None:
    assert office.desks.look(_account, AMIRA).channel_id is None
    await office.empty()
    assert await office.visitor.calls("conversations.open") == []
    channel_id = office.desks.look(_account, AMIRA).channel_id
    assert channel_id == office.letter(AMIRA).channel_id is not None


def _nothing_is_due(desk: Desk) -> None:
    for letter in desk.session.scalars(select(Letter).where(Letter.state == LetterState.PENDING)):
        letter.state = LetterState.SKIPPED


def _posted(desk: Desk, who: Known, count: int) -> None:
    for _ in range(count):
        outbox.post(desk, LetterKind.REPLY, f"reply:{uuid4()}", who.address)


def _crowd(desks: Desks, team: str, users: list[str]) -> None:
    """A workspace full of people, each with something to read."""
    people = [{"id": user, "name": user, "real_name": user, "tz": "Europe/London"} for user in users]
    cast.settle_in(desks, joined=False, team=team, people=people, pairs=[])
    for user in users:
        posted(desks, 1, user, team)


def _held(desk: Desk, method: str) -> None:
    pace.hold(desk, _workspace_id(desk, TEAM_ID), method, 100)


def _workspace_id(desk: Desk, team: str) -> UUID:
    return desk.session.scalars(select(Workspace.id).where(Workspace.team_id == team)).one()


def _account(desk: Desk, user: str) -> Account:
    return desk.session.scalars(select(Account).where(Account.slack_user_id == user)).one()
