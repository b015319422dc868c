"""What does not fit into a week is lost to nobody: it waits in Home, and the next message says so (X11)."""

from datetime import UTC, datetime

from bot.models import Person as PersonRow
from bot.services.desk import Desk
from tests.cast import AMIRA, JO, PRIYA
from tests.conversations.conftest import Stage
from tests.conversations.making_steps import share_step

MONDAY = datetime(2026, 9, 14, 7, 10, tzinfo=UTC)  # 8:10 in London, in summer time
THURSDAY = datetime(2026, 9, 17, 14, 30, tzinfo=UTC)
NEXT_MONDAY = datetime(2026, 9, 21, 7, 10, tzinfo=UTC)
QUESTION = "How full is the tank today?"
STEP = "Wait three seconds after each question"
ALSO = "Something else is waiting in Home"


async def test_a_nudge_that_does_not_fit_is_found_in_home_and_the_next_message_says_so(stage: Stage) -> None:
    amira, priya = stage.person(AMIRA), stage.person(PRIYA)
    await stage.clock_to(MONDAY)
    await amira.wait_for_message(QUESTION)
    await share_step(amira, STEP)
    _set(stage, AMIRA, unasked_per_week=1)

    await priya.open_home()
    await priya.wait_for_home(STEP)
    await priya.click("Nudge", in_home=True)
    asked = await priya.wait_for_modal("wonders how one small thing is going")
    assert "if there is room for one this week" in asked.text
    await priya.submit()
    await amira.wait_for_home("Priya wonders how this is going.")
    await stage.mull.postman.settled()
    assert len(await amira.messages()) == 1

    await stage.clock_to(NEXT_MONDAY)
    message = await amira.wait_for_message(QUESTION, after=(await amira.messages())[0].ts)
    assert ALSO in message.shown
    assert STEP not in message.shown
    assert ALSO not in (await stage.person(JO).wait_for_message(QUESTION)).shown

    await amira.click("How is it going?", in_home=True)
    await amira.wait_for_modal(STEP)


async def test_a_coach_reads_the_same_of_a_nudge_whatever_its_owner_has_set(stage: Stage) -> None:
    """A full week, a pause and a limit of none are nobody's to tell from a week with room."""
    amira, priya = stage.person(AMIRA), stage.person(PRIYA)
    await stage.clock_to(MONDAY)
    await amira.wait_for_message(QUESTION)
    await share_step(amira, STEP)
    _set(stage, AMIRA, paused_at=MONDAY)
    await stage.clock_to(THURSDAY)
    digest = await priya.wait_for_message("has something for you")
    await priya.click("Nudge", ts=digest.ts)
    await priya.wait_for_modal()
    await priya.submit()
    told = await priya.wait_for_message("A kind question is in Amira's Home")
    assert "on its way" not in told.shown
    await stage.mull.postman.settled()
    assert len(await amira.messages()) == 1


async def test_a_round_up_that_did_not_fit_is_one_tap_away(stage: Stage) -> None:
    amira, priya = stage.person(AMIRA), stage.person(PRIYA)
    await stage.clock_to(MONDAY)
    await amira.wait_for_message(QUESTION)
    await share_step(amira, STEP)
    _set(stage, PRIYA, unasked_per_week=0)
    await stage.live_until(THURSDAY)
    assert await priya.messages() == []

    await priya.open_home()
    await priya.wait_for_home("This week's round-up is here")
    await priya.click("Open the round-up", in_home=True)
    assert STEP in (await priya.wait_for_modal("Your coachee has something for you.")).text


def _set(stage: Stage, user: str, **to: object) -> None:
    def apply(desk: Desk) -> None:
        row = desk.session.get_one(PersonRow, stage.cast.people[user])
        for name, value in to.items():
            setattr(row, name, value)

    stage.mull.desks.do(apply)
