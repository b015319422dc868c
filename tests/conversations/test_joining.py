"""The way in: one invitation, a yes or a no, and nothing before it."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta

import pytest

from bot import clock
from bot.services import joining, people
from bot.services.desk import Desk
from bot.workspace.server import Workspace
from bot.workspace.state import TEAM_ID
from bot.workspace.visitor import Visitor
from tests import cast
from tests.cast import AMIRA, HELEN, JO
from tests.conftest import StoreUrls
from tests.conversations.conftest import Stage, running_mull

FRIDAY = datetime(2026, 9, 11, 9, 0, tzinfo=UTC)
MONDAY = datetime(2026, 9, 14, 7, 10, tzinfo=UTC)
QUESTION = "How full is the tank today?"
YES = "Yes, I would like that"


@pytest.fixture
async def threshold(workspace: Workspace, store_urls: StoreUrls) -> AsyncIterator[Stage]:
    """The stage, with everyone named and nobody asked."""
    clock.move_to(FRIDAY)
    async with running_mull(workspace, store_urls) as mull, Visitor(workspace.address) as visitor:
        yield Stage(mull, workspace, visitor, cast.settle_in(mull.desks, team=TEAM_ID, joined=False))


async def test_nobody_is_written_to_before_they_are_invited(threshold: Stage) -> None:
    await threshold.clock_to(MONDAY)
    await threshold.mull.postman.settled()
    assert await threshold.visitor.calls("chat.postMessage") == []


async def test_one_invitation_then_nothing_until_a_yes(threshold: Stage) -> None:
    amira, jo = threshold.person(AMIRA), threshold.person(JO)
    for _ in range(2):
        for user in (AMIRA, JO):
            threshold.mull.desks.do(_invite, user)
    await threshold.mull.tick()
    invitation = await amira.wait_for_message("If you say no, no one is told")
    assert invitation.text == "An invitation. No reply needed."

    assert (await amira.click(YES)).acknowledged
    await amira.wait_for("Thank you. What is yours comes at your school's usual time.")
    await threshold.clock_to(MONDAY)
    await amira.wait_for_message(QUESTION)
    await threshold.mull.postman.settled()
    assert len(await jo.messages()) == 1


async def test_a_no_is_kept_and_not_asked_again(threshold: Stage) -> None:
    jo = threshold.person(JO)
    threshold.mull.desks.do(_invite, JO)
    await threshold.mull.tick()
    await jo.wait_for_message("If you say no")
    await jo.click("No, thank you")
    await jo.wait_for("I will not ask again this school year.")
    assert threshold.mull.desks.do(_invite, JO) is False
    await threshold.clock_to(MONDAY)
    await threshold.mull.postman.settled()
    assert len(await jo.messages()) == 1


async def test_after_a_no_home_says_so_and_keeps_only_the_way_back(threshold: Stage) -> None:
    jo = threshold.person(JO)
    await jo.open_home()
    await jo.wait_for_home("Using it is your choice.")
    await jo.click("No, thank you", in_home=True)
    home = await jo.wait_for_home("You have said no, and that stands")
    assert [button.text for button in home.buttons] == ["Who can see what", YES]
    await jo.click(YES, in_home=True)
    await jo.wait_for_home("Nothing is waiting.")


async def test_home_has_the_way_in_too(threshold: Stage) -> None:
    helen = threshold.person(HELEN)
    await helen.open_home()
    await helen.wait_for_home("Using it is your choice.")
    await helen.click("Who can see what", in_home=True)
    assert "never words, never a name" in (await helen.wait_for_modal()).text
    await helen.close()
    await helen.click(YES, in_home=True)
    await helen.wait_for_home("Nothing is waiting.")


async def test_a_stranger_is_told_whom_to_ask(threshold: Stage) -> None:
    stranger = await threshold.visitor.add_person("U_NEW", "new", real_name="New Comer")
    outcome = await stranger.command("/mull")
    assert "I do not know you yet" in str(outcome.response)


async def test_someone_who_moves_zone_is_asked_at_their_own_morning(stage: Stage) -> None:
    amira = stage.person(AMIRA)
    await amira.change(tz="America/New_York")
    await stage.visitor.wait_for(lambda: _moved(stage), what="the zone to be known")
    await stage.clock_to(MONDAY)
    await stage.person(JO).wait_for_message(QUESTION)
    await stage.mull.postman.settled()
    assert await amira.messages() == []
    await stage.clock_to(MONDAY + timedelta(hours=5))
    await amira.wait_for_message(QUESTION)


async def _moved(stage: Stage) -> bool:
    return cast.known(stage.mull.desks, AMIRA, TEAM_ID).person.zone == "America/New_York"


def _invite(desk: Desk, user: str) -> bool:
    return joining.invite(desk, people.speaking(desk, TEAM_ID, user))
