"""What people are told when something cannot be done, and what is still there when they come back."""

from datetime import UTC, datetime
from uuid import uuid4

import pytest

from tests.cast import AMIRA, PRIYA
from tests.conversations.conftest import Stage
from tests.conversations.making_steps import choose_a_step
from tests.conversations.test_thread import MONDAY, STEP, THURSDAY

LINE = "If there is a line to add"


async def test_a_second_nudge_within_the_week_is_refused_in_its_window(stage: Stage) -> None:
    amira, priya = stage.person(AMIRA), stage.person(PRIYA)
    await stage.clock_to(MONDAY)
    await amira.command("/mull", "step")
    await choose_a_step(amira, STEP)
    await amira.wait_for_modal(STEP)
    await amira.click("Let Priya see this")
    await stage.clock_to(THURSDAY)
    await priya.wait_for_message("has something for you")
    await priya.wait_for_home(STEP)
    for said in ("", "Once is enough"):
        await priya.click("Nudge", in_home=True)
        await priya.wait_for_modal("You are about to send Amira")
        await priya.submit()
        if said:
            await priya.wait_for_modal(said)


async def test_a_flow_that_was_stopped_half_way_goes_on_where_it_stopped(stage: Stage) -> None:
    amira = stage.person(AMIRA)
    await stage.clock_to(datetime(2026, 9, 14, 11, 0, tzinfo=UTC))
    await amira.command("/mull", "step")
    await amira.choose("Is this about teaching, or about leading?", "Teaching")
    await amira.type("What do you want to be able to do?", STEP)
    await amira.submit()
    await amira.close()
    await amira.command("/mull", "step")
    await amira.wait_for_modal("would there be a next time for it?")


async def test_what_was_left_out_is_no_longer_offered_and_the_question_stays_open(stage: Stage) -> None:
    amira = stage.person(AMIRA)
    await stage.clock_to(MONDAY)
    await amira.wait_for_message("How full is the tank today?")
    await amira.say("A long day.")
    await amira.wait_for_message("Shall I keep what you wrote")
    await amira.click("Leave it out")
    await amira.wait_for_message("To remove what you typed from Slack")
    assert not await amira.sees("Keep it")
    assert await amira.sees("Reflect now")


async def test_a_refusal_is_told_in_place_and_telling_it_goes_well(
    stage: Stage, caplog: pytest.LogCaptureFixture
) -> None:
    priya = stage.person(PRIYA)
    press = {"type": "button", "block_id": "b", "action_id": "coach.nudge", "value": str(uuid4())}
    outcome = await priya.raw(actions=[press])
    assert outcome.acknowledged
    assert "not shared with you" in (await priya.wait_for_modal()).text
    assert "Traceback" not in caplog.text
