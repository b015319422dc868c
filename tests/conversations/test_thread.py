"""The first thread, as one conversation: a check-in, an answer, an action step, a digest, a follow-up."""

from datetime import UTC, datetime

from bot.workspace.visitor import Person
from tests.cast import AMIRA, HELEN, JO, LENA, OWEN, PRIYA
from tests.conversations.conftest import Stage
from tests.conversations.making_steps import choose_a_step

MONDAY = datetime(2026, 9, 14, 7, 10, tzinfo=UTC)  # 8:10 in London, in summer time
THURSDAY = datetime(2026, 9, 17, 14, 30, tzinfo=UTC)
STEP = "Wait three seconds after a question"


async def test_from_a_due_check_in_to_a_coachs_follow_up(stage: Stage) -> None:
    amira, priya = stage.person(AMIRA), stage.person(PRIYA)

    await stage.clock_to(MONDAY)
    asked = await amira.wait_for_message("How full is the tank today?")
    assert asked.text == "Two minutes for you, when you have them."

    assert (await amira.click("Reflect now")).acknowledged
    await amira.choose("How full is the tank today?", "Low")
    await amira.submit()
    await amira.wait_for_modal("What took the most out of you?")
    await amira.type("What took the most out of you?", "The printer, mostly.")
    await amira.submit()
    done = await amira.wait_for_modal("Kept.")
    assert "Only you see this." in done.text
    await amira.wait_for("Done for this week.")

    await amira.click("Make a step of it")
    await choose_a_step(amira, STEP)
    await amira.wait_for_modal(STEP)
    await amira.click("Let Priya see this")
    await amira.wait_for_modal("You and Priya see this.")
    await amira.close()

    await stage.clock_to(THURSDAY)
    digest = await priya.wait_for_message("Your coachee has something for you.")
    assert digest.text == "Your coaching round-up is ready."
    assert STEP in digest.shown
    for other in (JO, OWEN, HELEN, LENA):
        assert not await stage.person(other).sees(STEP)

    await priya.click("Nudge")
    await priya.wait_for_modal("You are about to send Amira")
    await priya.submit()
    await amira.wait_for_message("Priya wonders how one small thing is going.")

    await amira.click("Open")
    await _say_how_it_went(amira)
    await amira.wait_for("Thank you, that is all.")

    await priya.open_home()
    await priya.wait_for_home("has said how it went")
    await priya.click("Followed up", in_home=True)
    await priya.wait_for_modal(STEP)
    await priya.type("A note to yourself", "Ask about the lower table.")
    await priya.submit()
    await priya.wait_for_message("Followed up.")
    assert not await amira.sees("Ask about the lower table.")


async def _say_how_it_went(amira: Person) -> None:
    await amira.wait_for_modal("Did a moment for it come?")
    await amira.choose("Did a moment for it come?", "It came, and I tried")
    await amira.submit()
    await amira.wait_for_modal("What did trying it show you about yourself?")
    await amira.submit()
    await amira.wait_for_modal("What becomes of the step?")
    await amira.choose("What becomes of the step?", "I go on with it")
    await amira.submit()
    await amira.wait_for_modal("When might the next moment for it be?")
    await amira.submit()
    await amira.wait_for_modal("Kept.")
    await amira.close()
