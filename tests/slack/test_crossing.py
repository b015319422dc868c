"""Two versions of one message or Home on their way at once: what Slack shows in the end is the newest."""

import pytest

from bot.domain.verdicts import NO_ANSWER
from bot.models import LetterKind, LetterState
from bot.services import outbox
from bot.services.delivery import Claim, Reply
from bot.workspace.state import TEAM_ID
from tests import cast
from tests.cast import AMIRA
from tests.slack.conftest import Office

OK = Reply("ok")


@pytest.fixture
async def older(office: Office) -> Claim:
    """Amira's Home, on its way."""
    await office.empty()
    return drawn_again(office)


@pytest.fixture
def newer(office: Office, older: Claim) -> Claim:
    """The same, as it is a moment later, on its way too."""
    return drawn_again(office)


def drawn_again(office: Office) -> Claim:
    office.desks.do(outbox.refresh_home, cast.known(office.desks, AMIRA, TEAM_ID).id)
    claim = office.claim()
    assert claim.kind == LetterKind.HOME
    return claim


def state(office: Office, claim: Claim) -> LetterState:
    return office.letter_of(claim).state


@pytest.mark.parametrize("reply", [OK, Reply(NO_ANSWER), Reply("http_503")], ids=lambda reply: reply.code)
def test_an_older_one_that_comes_back_last_may_be_what_is_shown_so_it_leaves_once_more(
    office: Office, older: Claim, newer: Claim, reply: Reply
) -> None:
    office.settle(newer, OK)
    office.settle(older, reply)
    assert state(office, newer) == LetterState.PENDING
    office.settle(office.claim(), OK)
    assert state(office, newer) == LetterState.SENT


def test_an_older_one_that_comes_back_first_may_have_landed_last(
    office: Office, older: Claim, newer: Claim
) -> None:
    office.settle(older, OK)
    assert state(office, newer) == LetterState.SENDING
    office.settle(newer, OK)
    assert state(office, newer) == LetterState.PENDING
    office.settle(office.claim(), OK)
    assert state(office, newer) == LetterState.SENT


def test_an_older_one_that_surely_did_not_land_changes_nothing(
    office: Office, older: Claim, newer: Claim
) -> None:
    office.settle(newer, OK)
    office.settle(older, Reply("ratelimited", retry_after_seconds=1))
    assert state(office, newer) == LetterState.SENT


def test_alone_on_its_way_it_leaves_once(office: Office, older: Claim) -> None:
    office.settle(older, OK)
    assert state(office, older) == LetterState.SENT
