"""*Later*: the check-in comes back as the question it was."""

from datetime import UTC, datetime

from tests.cast import AMIRA
from tests.conversations.conftest import Stage

MONDAY = datetime(2026, 9, 14, 7, 10, tzinfo=UTC)  # 8:10 in London, in summer time
AFTER_SCHOOL = datetime(2026, 9, 14, 14, 40, tzinfo=UTC)


async def test_a_check_in_put_off_comes_back_and_asks(stage: Stage) -> None:
    amira = stage.person(AMIRA)
    await stage.clock_to(MONDAY)
    first = await amira.wait_for_message("How full is the tank this morning?")
    await amira.click("Later")
    await amira.wait_for("I will bring this back at 15:40.")

    await stage.clock_to(AFTER_SCHOOL)
    again = await amira.wait_for_message("How full is the tank this morning?", after=first.ts)
    assert again.text == first.text
    assert "I will bring this back" not in again.shown
