"""The outbox against a Slack that loses replies, refuses, slows down; and against our own death at every point."""

import logging
from datetime import timedelta
from uuid import UUID

import pytest
from sqlalchemy import select, update

from bot import clock
from bot.domain.outbox import ALONE_FROM, GIVE_UP_RECONCILING, MOST_UNSETTLED_CLAIMS, RECONCILE_AFTER
from bot.models import (
    Letter,
    LetterKind,
    LetterState,
    Membership,
    Occurrence,
    Person,
    Schedule,
    School,
    Workspace,
    WorkspaceState,
)
from bot.services import delivery, workspaces
from bot.services.delivery import Claim, Room
from bot.services.desk import Desk
from bot.services.workspaces import Identity
from bot.workspace.state import TEAM_ID
from tests import cast
from tests.cast import AMIRA, JO
from tests.slack.conftest import MONDAY, POST, Office, check_in


async def test_a_reply_that_is_lost_is_looked_up_and_nothing_is_sent_again(office: Office) -> None:
    await office.visitor.arrange(POST, "drop_after", times=2)
    await office.empty()
    assert office.state(AMIRA) == office.state(JO) == LetterState.UNKNOWN
    await office.search()
    await office.empty()
    assert office.state(AMIRA) == office.state(JO) == LetterState.SENT
    assert await office.asked(AMIRA) == await office.asked(JO) == 1


@pytest.mark.parametrize("column", ["paused_at", "joined_at"])
async def test_what_is_theirs_is_in_no_log(
    office: Office, caplog: pytest.LogCaptureFixture, column: str
) -> None:
    theirs = {"paused_at": MONDAY, "joined_at": None}[column]
    office.desks.do(lambda desk: desk.session.execute(update(Person).values({column: theirs})))
    with caplog.at_level(logging.INFO, "mull"):
        await office.empty()
    told = [one.fields for one in caplog.records if one.message == "letter.skipped"]  # type: ignore[attr-defined]
    assert {fields["reason"] for fields in told} == {"theirs"}
    assert office.letter(AMIRA).reason != "theirs"


async def test_a_request_that_is_lost_is_looked_up_and_sent(office: Office) -> None:
    await office.visitor.arrange(POST, "drop_before", times=2)
    await office.empty()
    assert office.state(AMIRA) == LetterState.UNKNOWN
    assert await office.asked(AMIRA) == 0
    await office.search()
    await office.empty()
    assert office.state(AMIRA) == LetterState.SENT
    assert await office.asked(AMIRA) == 1


async def test_an_error_of_slacks_own_says_nothing_so_history_is_asked(office: Office) -> None:
    await office.visitor.arrange(POST, "error500", times=2)
    await office.empty()
    assert office.state(AMIRA) == LetterState.UNKNOWN
    await office.search()
    await office.empty()
    assert await office.asked(AMIRA) == 1


async def test_history_that_cannot_be_read_decides_nothing(office: Office) -> None:
    await office.visitor.arrange(POST, "drop_after", times=2)
    await office.empty()
    await office.visitor.arrange("conversations.history", "error", times=2, error="internal_error")
    office.wall.ahead += RECONCILE_AFTER + timedelta(seconds=1)
    await office.postman.search()
    await office.postman.search()
    assert office.state(AMIRA) == LetterState.UNKNOWN
    await office.search()
    assert office.state(AMIRA) == LetterState.SENT
    assert await office.asked(AMIRA) == 1


async def test_asked_to_slow_down_nothing_more_is_posted_there_before_then(office: Office) -> None:
    await office.visitor.arrange(POST, "ratelimited", times=2, seconds=40)
    await office.empty()
    await office.empty()
    assert {office.state(AMIRA), office.state(JO)} == {LetterState.PENDING}
    assert len(await office.visitor.calls(POST)) == 2
    office.wall.ahead += timedelta(seconds=41)
    await office.empty()
    assert {office.state(AMIRA), office.state(JO)} == {LetterState.SENT}


async def test_one_person_who_cannot_be_reached_stops_nobody_else(office: Office) -> None:
    await office.visitor.person(AMIRA).change(deleted=True)
    await office.empty()
    assert office.state(AMIRA) == LetterState.FAILED
    assert office.state(JO) == LetterState.SENT


async def test_a_revoked_token_suspends_the_workspace_and_loses_nothing(office: Office) -> None:
    await office.visitor.revoke_token("token_revoked")
    await office.empty()
    workspace = office.desks.look(_workspace)
    assert (workspace.state, workspace.state_reason) == (WorkspaceState.SUSPENDED, "token_revoked")
    await office.visitor.revoke_token(None)
    office.desks.do(workspaces.recognise, Identity(TEAM_ID, "Local", "UBOT", "BBOT"))
    office.wall.ahead += timedelta(minutes=6)
    await office.empty()
    assert office.state(AMIRA) == office.state(JO) == LetterState.SENT


async def test_our_own_mistake_is_never_sent_again(office: Office) -> None:
    await office.visitor.arrange(POST, "error", times=1, error="invalid_blocks")
    await office.empty()
    assert {office.state(AMIRA), office.state(JO)} == {LetterState.DEAD, LetterState.SENT}


async def test_nobody_listening_is_surely_not_sent(office: Office) -> None:
    await office.slack.stop()
    await office.empty()
    assert office.state(AMIRA) == office.state(JO) == LetterState.PENDING


async def test_a_letter_that_cannot_be_put_together_is_dead_and_stops_nobody_else(office: Office) -> None:
    office.desks.do(_asks_a_flow_that_is_gone, cast.known(office.desks, AMIRA, TEAM_ID).id)
    await office.empty()
    letter = office.letter()
    assert (letter.state, letter.reason) == (LetterState.DEAD, "not_rendered")
    assert office.state(JO) == LetterState.SENT


async def test_a_letter_keeps_to_the_calendar_of_the_school_it_is_about(office: Office) -> None:
    office.desks.do(_also_in_a_school_that_is_closed, cast.known(office.desks, AMIRA, TEAM_ID).id)
    await office.empty()
    assert office.state(AMIRA) == LetterState.SENT


async def test_after_days_away_what_was_due_is_skipped_with_its_reason_and_not_forgotten(
    office: Office,
) -> None:
    clock.move_to(MONDAY + timedelta(days=3))
    cast.replan(office.desks)
    await office.empty()
    letter = office.letter()
    assert (letter.state, letter.reason) == (LetterState.SKIPPED, "too_late")


async def test_dying_between_claim_and_send_loses_nothing(office: Office) -> None:
    office.claim()
    await office.empty()
    await office.search()
    await office.empty()
    assert await office.asked(AMIRA) == await office.asked(JO) == 1


async def test_dying_between_send_and_settle_doubles_nothing(office: Office) -> None:
    claim = office.claim()
    await office.send(claim)
    await office.search()
    await office.empty()
    assert await office.asked(AMIRA) == await office.asked(JO) == 1


async def _held_to_death(office: Office) -> list[UUID]:
    """A process with room for everything takes what it may, and dies of it; history is asked. What it had taken."""
    claims = office.desks.do(delivery.claim, Room(16, 16))
    await office.search()
    await office.search()
    return [claim.letter_id for claim in claims]


async def test_a_letter_that_eight_claims_did_not_survive_is_dead_and_takes_nobody_along(
    office: Office,
) -> None:
    for _ in range(ALONE_FROM):
        assert len(await _held_to_death(office)) == 2
    alone = [await _held_to_death(office) for _ in range(MOST_UNSETTLED_CLAIMS - ALONE_FROM)]
    assert alone == [alone[0]] * len(alone)
    assert sorted((office.state(AMIRA), office.state(JO))) == [LetterState.DEAD, LetterState.PENDING]
    await office.empty()
    assert await office.asked(AMIRA) + await office.asked(JO) == 1


async def test_a_letter_that_many_died_with_waits_until_its_process_holds_nothing_else(
    office: Office,
) -> None:
    for _ in range(ALONE_FROM):
        await _held_to_death(office)
    busy = Room(16, 16, {office.letter().workspace_id: 1})
    assert office.desks.do(delivery.claim, busy) == []
    [claim] = office.desks.do(delivery.claim, Room(16, 16))
    assert isinstance(claim, Claim)
    assert claim.alone


async def test_the_last_of_those_who_died_may_have_sent_it_and_then_it_is_not_dead(office: Office) -> None:
    for _ in range(MOST_UNSETTLED_CLAIMS - 1):
        await _held_to_death(office)
    claim = office.claim()
    await office.send(claim)
    await office.search()
    assert office.letter_of(claim).state == LetterState.SENT


async def test_what_history_does_not_tell_within_a_day_is_dead_and_the_operators(office: Office) -> None:
    await office.visitor.arrange(POST, "drop_after", times=2)
    await office.empty()
    await office.visitor.arrange("conversations.history", "error", times=99, error="internal_error")
    await office.search()
    assert office.state(AMIRA) == LetterState.UNKNOWN
    office.wall.ahead += GIVE_UP_RECONCILING
    await office.search()
    letter = office.letter()
    assert (letter.state, letter.reason) == (LetterState.DEAD, "never_found_out")


async def test_a_token_refused_while_looking_suspends_the_workspace_and_the_look_waits(
    office: Office,
) -> None:
    await office.visitor.arrange(POST, "drop_after", times=2)
    await office.empty()
    await office.visitor.revoke_token("token_revoked")
    await office.search()
    assert office.desks.look(_workspace).state == WorkspaceState.SUSPENDED
    office.wall.ahead += GIVE_UP_RECONCILING
    await office.search()
    assert office.state(AMIRA) == LetterState.UNKNOWN
    await office.visitor.revoke_token(None)
    office.desks.do(workspaces.recognise, Identity(TEAM_ID, "Local", "UBOT", "BBOT"))
    await office.search()
    assert office.state(AMIRA) == LetterState.SENT


async def test_a_week_holds_two_unasked_messages_and_the_third_says_why_it_stayed(office: Office) -> None:
    office.desks.do(_two_already, cast.known(office.desks, AMIRA, TEAM_ID).id)
    await office.empty()
    letter = office.letter()
    assert (letter.state, letter.reason) == (LetterState.SKIPPED, "enough_this_week")
    assert office.state(JO) == LetterState.SENT


def _asks_a_flow_that_is_gone(desk: Desk, person_id: object) -> None:
    asked = desk.session.get_one(Occurrence, check_in(desk, person_id).subject_id)
    usual = desk.session.get_one(Schedule, asked.schedule_id)
    odd = Schedule(
        school_id=usual.school_id,
        key="odd",
        kind=usual.kind,
        flow_id="long-gone",
        role=usual.role,
        weekday=usual.weekday,
        at=usual.at,
    )
    desk.session.add(odd)
    desk.session.flush()
    asked.schedule_id = odd.id


def _also_in_a_school_that_is_closed(desk: Desk, person_id: UUID) -> None:
    closed = School(
        workspace_id=_workspace(desk).id,
        key="abbey",  # before "hillside": the school they are greeted from
        name="Abbey",
        zone="Europe/London",
        calendar={"closed": [MONDAY.date().isoformat()]},
    )
    desk.session.add(closed)
    desk.session.flush()
    desk.session.add(Membership(person_id=person_id, school_id=closed.id, roles=["teacher"]))


def _workspace(desk: Desk) -> Workspace:
    return desk.session.scalars(select(Workspace)).one()


def _two_already(desk: Desk, person_id: object) -> None:
    original = check_in(desk, person_id)
    for number in range(2):
        sent = Letter(
            key=f"before:{number}",
            kind=LetterKind.NUDGE,
            workspace_id=original.workspace_id,
            person_id=original.person_id,
            due_at=desk.now,
            state=LetterState.SENT,
            sent_at=desk.now,
        )
        desk.session.add(sent)
