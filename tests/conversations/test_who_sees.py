"""Who sees what is said on the screen on which it is written, and is true there."""

from datetime import UTC, datetime

from sqlalchemy import update

from bot.models import Schedule
from bot.services.desk import Desk
from tests.cast import AMIRA, PRIYA
from tests.conversations.conftest import Stage

MONDAY = datetime(2026, 9, 14, 7, 10, tzinfo=UTC)
QUESTION = "How full is the tank today?"
LINE = "If there is a line to add"


async def test_a_line_added_to_what_is_shared_is_written_on_a_screen_that_says_so(stage: Stage) -> None:
    amira, priya = stage.person(AMIRA), stage.person(PRIYA)
    await stage.clock_to(MONDAY)
    await amira.wait_for_message(QUESTION)
    await amira.click("Reflect now")
    await amira.choose(QUESTION, "Good")
    await amira.submit()
    await amira.submit()
    await amira.click("Let Priya see this")
    await amira.wait_for_modal("You and Priya see this.")
    await amira.close()

    await amira.wait_for(LINE)
    await amira.click(LINE)
    screen = await amira.wait_for_modal(QUESTION)
    assert "You and your coach see this." in screen.text
    assert "Only you" not in screen.text
    await priya.open_home()
    await priya.wait_for_home("shares a reflection")


async def test_a_flow_that_one_tap_does_not_complete_offers_none(stage: Stage) -> None:
    stage.mull.desks.do(_asks_for_a_step, stage.cast.check_in_id)
    amira = stage.person(AMIRA)
    await stage.clock_to(MONDAY)
    message = await amira.wait_for_message("Reflect now")
    assert [button.text for button in message.buttons] == ["Reflect now", "Later", "Not this time"]


def _asks_for_a_step(desk: Desk, schedule_id: object) -> None:
    desk.session.execute(update(Schedule).where(Schedule.id == schedule_id).values(flow_id="action-step"))
