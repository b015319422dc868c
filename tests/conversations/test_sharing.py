"""Sharing with one's coach: a choice, seen to be used, and taken back."""

from datetime import UTC, datetime

from bot.workspace.visitor import Screen
from tests.cast import AMIRA, HELEN, OWEN, PRIYA
from tests.conversations.conftest import Stage

MONDAY = datetime(2026, 9, 14, 7, 10, tzinfo=UTC)
LINE = "If there is a line to add"
WORDS = "The lesson ran away with me, in a good way."


async def test_what_is_shared_is_read_by_the_coach_noted_for_its_owner_and_can_be_taken_back(
    stage: Stage,
) -> None:
    amira, priya = stage.person(AMIRA), stage.person(PRIYA)
    await stage.clock_to(MONDAY)
    await amira.wait_for_message("How full is the tank today?")
    await amira.click("Good")
    await amira.wait_for(LINE)
    await amira.click(LINE)
    await amira.type("Which ten minutes of this week would you gladly teach again?", WORDS)
    await amira.submit()
    await amira.click("Let Priya see this")
    await amira.wait_for_modal("You and Priya see this.")
    await amira.close()
    await amira.wait_for_home("Nobody has opened it.")

    await priya.wait_for_home("Amira shares a reflection of 14 September.")
    press = next(one for one in (await _home(stage, PRIYA)).buttons if one.text == "Read")
    await priya.click("Read", in_home=True)
    assert WORDS in (await priya.wait_for_modal()).text
    await priya.close()
    await amira.wait_for_home("Priya opened it on 14 September.")

    for other in (OWEN, HELEN):
        forged = {"type": "button", "action_id": "coach.read", "block_id": "b", "action_ts": "1.1"}
        await stage.person(other).raw(actions=[forged | {"value": press.value}])
        assert "nothing here that you can see" in (await stage.person(other).wait_for_modal()).text

    await amira.click("Take it back", in_home=True)
    await priya.wait_for_home("Amira has nothing to show just now.")
    await priya.raw(actions=[forged | {"value": press.value}])
    assert "nothing here that you can see" in (await priya.wait_for_modal()).text


async def _home(stage: Stage, user: str) -> Screen:
    home = await stage.person(user).home()
    assert home is not None
    return home
