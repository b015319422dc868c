"""A process that was frozen longer than its lease: it does not send, and if it did, that is known and told."""

import logging
import time
from datetime import timedelta

import pytest

from bot import clock
from bot.domain.outbox import LEASE, RECONCILE_AFTER, Timing
from bot.domain.verdicts import NO_ANSWER, NOT_CONNECTED
from bot.models import Letter, LetterKind, LetterState
from bot.services import outbox, searching
from bot.services.delivery import Claim, Reply
from bot.services.desk import Desk, Desks
from bot.services.people import Known
from bot.services.searching import Seen
from bot.slack.outbox import Postman
from bot.workspace.state import TEAM_ID
from tests import cast
from tests.cast import AMIRA, JO
from tests.slack.conftest import POST, Office

LOST = Reply(NO_ANSWER)
FROZEN_SECONDS = 0.3


@pytest.fixture
async def frozen(office: Office) -> Claim:
    """Amira's letter, held by a process that has been frozen for longer than its lease. Nothing else is due."""
    await office.visitor.person(JO).change(deleted=True)
    await office.empty()
    office.desks.do(_reply_to, cast.known(office.desks, AMIRA, TEAM_ID))
    claim = office.claim()
    office.expire()
    return claim


def _reply_to(desk: Desk, who: Known) -> None:
    outbox.post(desk, LetterKind.REPLY, "reply:1", who.address)


def stands(office: Office, claim: Claim) -> tuple[LetterState, str | None, str | None]:
    """State, first and second message of a letter."""
    letter = office.letter_of(claim)
    return letter.state, letter.message_ts, letter.doubled_ts


async def looked_up(office: Office) -> None:
    """Long enough has passed, and history has been read."""
    office.wall.ahead += RECONCILE_AFTER + timedelta(seconds=1)
    while await office.postman.search():
        pass


async def test_frozen_between_claim_and_send_it_gives_the_letters_back_untouched(office: Office) -> None:
    timing = Timing(lease=timedelta(seconds=30 + FROZEN_SECONDS / 2), send_seconds=30, paced=False)
    desks = Desks(
        office.desks.database, office.desks.vault, office.desks.prompts, clock.now, office.wall, timing
    )
    freezes = iter([FROZEN_SECONDS])

    def client_of(team_id: str) -> object:
        time.sleep(next(freezes, 0))  # the whole process stands still
        return office.client

    postman = Postman(desks, desks.prompts, client_of)  # type: ignore[arg-type]
    assert await postman.turn()
    letter = office.letter(AMIRA)
    assert (letter.state, letter.tries, letter.unsettled_claims) == (LetterState.PENDING, 0, 0)
    assert letter.lease_until is None
    assert await office.visitor.calls(POST) == []
    while await postman.turn():
        pass
    assert office.state(AMIRA) == office.state(JO) == LetterState.SENT
    assert await office.asked(AMIRA) == await office.asked(JO) == 1
    desks.close()


async def test_given_back_after_the_lease_nobody_need_look_for_it(office: Office, frozen: Claim) -> None:
    assert office.letter_of(frozen).state == LetterState.UNKNOWN
    assert office.settle(frozen, None) == LetterState.PENDING


async def test_begun_as_late_as_may_be_it_is_looked_for_only_when_slack_is_surely_done(
    office: Office, frozen: Claim
) -> None:
    assert office.desks.do(searching.next_searches) == []
    office.wall.ahead += Timing().ends_within - LEASE
    [search] = office.desks.do(searching.next_searches)
    assert search.letter_id == frozen.letter_id


async def test_given_back_after_the_lease_it_waits_for_nothing(office: Office, frozen: Claim) -> None:
    office.settle(frozen, None)
    assert office.claim().letter_id == frozen.letter_id


async def test_given_back_while_it_is_looked_for_changes_nothing(office: Office, frozen: Claim) -> None:
    office.wall.ahead += RECONCILE_AFTER
    [search] = office.desks.do(searching.next_searches)
    assert office.settle(frozen, None) is None
    assert office.desks.do(searching.reconcile, search, Seen("D1")) == LetterState.PENDING


async def test_sent_while_it_counts_as_unknown_it_is_sent(office: Office, frozen: Claim) -> None:
    reply = await office.send(frozen)
    assert office.settle(frozen, reply) == LetterState.SENT
    assert stands(office, frozen) == (LetterState.SENT, reply.message_ts, None)


async def test_sent_while_it_is_looked_for_the_look_has_nothing_more_to_say(
    office: Office, frozen: Claim
) -> None:
    office.wall.ahead += RECONCILE_AFTER
    [search] = office.desks.do(searching.next_searches)
    assert office.settle(frozen, await office.send(frozen)) == LetterState.SENT
    assert office.desks.do(searching.reconcile, search, Seen("D1")) is None
    assert office.letter_of(frozen).state == LetterState.SENT


async def test_sent_after_history_was_read_to_its_end_it_is_not_sent_again(
    office: Office, frozen: Claim
) -> None:
    await looked_up(office)
    assert office.letter_of(frozen).state == LetterState.PENDING
    reply = await office.send(frozen)
    assert office.settle(frozen, reply) == LetterState.SENT
    await office.empty()
    assert stands(office, frozen) == (LetterState.SENT, reply.message_ts, None)


async def test_found_by_somebody_else_it_is_one_message_and_no_alarm(office: Office, frozen: Claim) -> None:
    reply = await office.send(frozen)
    await looked_up(office)
    office.settle(frozen, reply)
    assert stands(office, frozen) == (LetterState.SENT, reply.message_ts, None)


async def test_sent_by_another_process_too_the_second_is_noticed(
    office: Office, frozen: Claim, caplog: pytest.LogCaptureFixture
) -> None:
    await looked_up(office)
    another = office.claim()
    first = await office.send(another)
    office.settle(another, first)
    second = await office.send(frozen)
    with caplog.at_level(logging.ERROR, "mull"):
        office.settle(frozen, second)
    assert stands(office, frozen) == (LetterState.SENT, first.message_ts, second.message_ts)
    [told] = [one for one in caplog.records if one.message == "letter.doubled"]
    assert told.fields == {  # type: ignore[attr-defined]
        "letter": frozen.letter_id,
        "ts": first.message_ts,
        "doubled_ts": second.message_ts,
    }


async def test_while_another_process_is_sending_it_the_second_is_noticed_too(
    office: Office, frozen: Claim
) -> None:
    await looked_up(office)
    another = office.claim()
    first = await office.send(frozen)
    assert office.settle(frozen, first) == LetterState.SENDING
    second = await office.send(another)
    office.settle(another, second)
    assert stands(office, frozen) == (LetterState.SENT, first.message_ts, second.message_ts)


@pytest.mark.parametrize(
    "not_sent", [Reply(NOT_CONNECTED), Reply("ratelimited"), Reply("user_not_found"), None]
)
async def test_while_another_process_is_about_to_it_need_not_any_more(
    office: Office, frozen: Claim, not_sent: Reply | None
) -> None:
    await looked_up(office)
    another = office.claim()
    first = await office.send(frozen)
    office.settle(frozen, first)
    assert office.settle(another, not_sent) == LetterState.SENT
    assert stands(office, frozen) == (LetterState.SENT, first.message_ts, None)


async def test_given_back_after_its_lease_a_letter_that_is_there_is_not_sent_again(
    office: Office, frozen: Claim
) -> None:
    await looked_up(office)
    another = office.claim()
    first = await office.send(frozen)
    office.settle(frozen, first)
    office.expire()
    assert office.settle(another, None) is None
    await looked_up(office)
    assert stands(office, frozen) == (LetterState.SENT, first.message_ts, None)


@pytest.mark.parametrize("arrived", [True, False])
async def test_while_another_process_sends_into_the_void_history_tells_how_many_there_are(
    office: Office, frozen: Claim, arrived: bool
) -> None:
    await looked_up(office)
    another = office.claim()
    first = await office.send(frozen)
    office.settle(frozen, first)
    second = (await office.send(another)).message_ts if arrived else None
    assert office.settle(another, LOST) == LetterState.UNKNOWN
    await looked_up(office)
    assert stands(office, frozen) == (LetterState.SENT, first.message_ts, second)


@pytest.mark.parametrize("arrived", [True, False])
async def test_a_reply_lost_in_the_freeze_is_looked_for_also_when_another_process_has_sent(
    office: Office, frozen: Claim, arrived: bool
) -> None:
    await looked_up(office)
    another = office.claim()
    first = await office.send(another)
    office.settle(another, first)
    second = (await office.send(frozen)).message_ts if arrived else None
    assert office.settle(frozen, LOST) == LetterState.UNKNOWN
    await looked_up(office)
    assert stands(office, frozen) == (LetterState.SENT, first.message_ts, second)


async def test_a_reply_lost_in_the_freeze_while_another_process_is_sending(
    office: Office, frozen: Claim
) -> None:
    await looked_up(office)
    another = office.claim()
    second = (await office.send(frozen)).message_ts
    assert office.settle(frozen, LOST) == LetterState.UNKNOWN
    first = await office.send(another)
    assert office.settle(another, first) == LetterState.UNKNOWN
    await looked_up(office)
    assert stands(office, frozen) == (LetterState.SENT, first.message_ts, second)


async def test_a_reply_lost_in_the_freeze_is_looked_for_before_anything_is_sent_again(
    office: Office, frozen: Claim
) -> None:
    await looked_up(office)
    reply = await office.send(frozen)
    assert office.settle(frozen, LOST) == LetterState.UNKNOWN
    await office.empty()
    await looked_up(office)
    assert stands(office, frozen) == (LetterState.SENT, reply.message_ts, None)


async def test_what_was_surely_not_sent_changes_nothing_when_told_too_late(
    office: Office, frozen: Claim
) -> None:
    assert office.settle(frozen, Reply("ratelimited", retry_after_seconds=30)) is None
    assert office.letter_of(frozen).state == LetterState.UNKNOWN


async def test_a_letter_given_up_is_sent_when_its_sender_wakes(office: Office, frozen: Claim) -> None:
    office.desks.do(_dead, frozen)
    assert office.settle(frozen, await office.send(frozen)) == LetterState.SENT


def _dead(desk: Desk, claim: Claim) -> None:
    letter = desk.session.get_one(Letter, claim.letter_id)
    letter.state, letter.reason = LetterState.DEAD, "never_found_out"


def test_a_send_that_may_still_begin_ends_within_the_lease() -> None:
    timing = Timing()
    assert timing.begin_within_seconds + timing.send_seconds <= LEASE.total_seconds()


async def test_given_up_late_history_is_asked_later_too(office: Office) -> None:
    claim = office.claim()
    office.wall.ahead += LEASE - timedelta(seconds=1)
    assert office.settle(claim, LOST) == LetterState.UNKNOWN
    office.wall.ahead += RECONCILE_AFTER - LEASE + timedelta(seconds=30)
    assert office.desks.do(searching.next_searches) == [], "Slack may still be at it"
    office.wall.ahead += timedelta(seconds=31)
    assert len(office.desks.do(searching.next_searches)) == 1


@pytest.mark.parametrize("came_back", [None, LOST, Reply(NOT_CONNECTED)])
async def test_whoever_comes_back_late_did_not_die_of_the_letter(
    office: Office, frozen: Claim, came_back: Reply | None
) -> None:
    assert office.letter_of(frozen).unsettled_claims == 1
    office.settle(frozen, came_back)
    assert office.letter_of(frozen).unsettled_claims == 0
