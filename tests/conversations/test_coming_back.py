"""A check-in nobody touched may come back once; whoever comes back from leave gets one message, and never five."""

from datetime import UTC, date, datetime

import pytest
from sqlalchemy import update

from bot.models import Membership
from bot.models import Person as PersonRow
from bot.services import joining, my_time, people
from bot.services.desk import Desk
from bot.workspace.state import TEAM_ID
from bot.workspace.visitor import Message
from tests.cast import AMIRA, JO, PRIYA
from tests.conversations.conftest import Stage
from tests.conversations.making_steps import share_step

MONDAY = datetime(2026, 9, 14, 7, 10, tzinfo=UTC)  # 8:10 in London, in summer time
TUESDAY = datetime(2026, 9, 15, 7, 10, tzinfo=UTC)
WEDNESDAY = datetime(2026, 9, 16, 7, 10, tzinfo=UTC)
FRIDAY = datetime(2026, 9, 18, 6, 30, tzinfo=UTC)
NEXT_MONDAY = datetime(2026, 9, 21, 7, 10, tzinfo=UTC)
QUESTION = "How full is the tank today?"
BACK = "Good to have you back."


async def test_a_check_in_nobody_touched_comes_back_once_and_only_for_who_asked(stage: Stage) -> None:
    amira, jo = stage.person(AMIRA), stage.person(JO)
    _set(stage, AMIRA, reminders=True)
    await stage.clock_to(MONDAY)
    first = await amira.wait_for_message(QUESTION)
    await jo.wait_for_message(QUESTION)
    await stage.clock_to(TUESDAY)
    again = await amira.wait_for_message(QUESTION, after=first.ts)
    assert again.text == first.text
    assert [one.text for one in again.buttons] == [one.text for one in first.buttons]

    await stage.live_until(WEDNESDAY)
    assert (len(await amira.messages()), len(await jo.messages())) == (2, 1)
    await amira.click("Good")
    await stage.visitor.wait_for(lambda: _all_over(stage, AMIRA), what="both messages over")


@pytest.mark.parametrize("touched", ["Good", "Not this time", "Later"])
async def test_what_was_touched_does_not_come_back(stage: Stage, touched: str) -> None:
    amira = stage.person(AMIRA)
    _set(stage, AMIRA, reminders=True)
    await stage.clock_to(MONDAY)
    await amira.wait_for_message(QUESTION)
    await amira.click(touched)
    came = 1 + (touched == "Later")
    await stage.live_until(datetime(2026, 9, 14, 14, 40, tzinfo=UTC), TUESDAY)
    assert len(await amira.messages()) == came


async def test_who_asks_for_it_after_the_question_has_come_is_reminded_of_it_too(stage: Stage) -> None:
    amira = stage.person(AMIRA)
    await stage.clock_to(MONDAY)
    first = await amira.wait_for_message(QUESTION)
    await stage.mull.postman.settled()
    stage.mull.desks.do(_ask_to_be_reminded)
    await stage.clock_to(TUESDAY)
    await amira.wait_for_message(QUESTION, after=first.ts)


async def test_the_reminder_counts_and_comes_on_a_day_they_work(stage: Stage) -> None:
    amira = stage.person(AMIRA)
    _set(stage, AMIRA, reminders=True, unasked_per_week=1)
    _works_on(stage, AMIRA, [0, 2])
    await stage.clock_to(MONDAY)
    await amira.wait_for_message(QUESTION)
    await stage.live_until(TUESDAY, WEDNESDAY)
    assert len(await amira.messages()) == 1


async def test_who_comes_back_gets_one_message_which_says_how_much_waits(stage: Stage) -> None:
    amira, priya = stage.person(AMIRA), stage.person(PRIYA)
    await share_step(amira, "Wait three seconds after a question")
    _set(stage, AMIRA, away_from=date(2026, 9, 14), away_until=date(2026, 9, 17))
    await stage.live_until(MONDAY)
    await priya.open_home()
    await priya.wait_for_home("Wait three seconds")
    await priya.click("Nudge", in_home=True)
    await priya.wait_for_modal()
    await priya.submit()
    await stage.live_until(WEDNESDAY)
    assert await amira.messages() == []

    await stage.clock_to(FRIDAY)  # 7:30, the end of quiet hours
    told = await amira.wait_for_message(BACK)
    assert told.text == BACK
    assert "two things are waiting in Home" in told.shown
    assert "Wait three" not in told.shown
    await stage.mull.postman.settled()
    assert len(await amira.messages()) == 1

    await amira.click("Leave it")
    over = await amira.wait_for_message("Nothing has piled up.")
    assert over.buttons == []
    await amira.open_home()
    await stage.visitor.wait_for(lambda: _has(stage, AMIRA, "Nothing is waiting."), what="a Home without it")


async def test_who_has_missed_nothing_is_not_written_to(stage: Stage) -> None:
    amira = stage.person(AMIRA)
    _set(stage, AMIRA, away_from=date(2026, 9, 15), away_until=date(2026, 9, 17))
    await stage.clock_to(MONDAY)
    await amira.wait_for_message(QUESTION)
    await stage.live_until(TUESDAY, FRIDAY)
    assert len(await amira.messages()) == 1


async def test_where_a_check_in_comes_that_day_it_says_the_welcome_itself(stage: Stage) -> None:
    amira = stage.person(AMIRA)
    _set(stage, AMIRA, away_from=date(2026, 9, 14), away_until=date(2026, 9, 18))
    await stage.live_until(MONDAY, datetime(2026, 9, 21, 6, 30, tzinfo=UTC))
    assert await amira.messages() == []
    await stage.clock_to(NEXT_MONDAY)
    told = await amira.wait_for_message(QUESTION)
    assert BACK in told.shown
    await stage.mull.postman.settled()
    assert len(await amira.messages()) == 1


async def test_after_days_without_mull_there_is_one_message(stage: Stage) -> None:
    """It was down from Sunday to Wednesday."""
    amira = stage.person(AMIRA)
    await stage.clock_to(WEDNESDAY)
    told = await amira.wait_for_message("I could not reach you")
    assert "one thing is waiting in Home" in told.shown
    await stage.mull.postman.settled()
    assert len(await amira.messages()) == 1


async def test_who_says_that_they_are_back_is_in_home_and_needs_no_message(stage: Stage) -> None:
    amira = stage.person(AMIRA)
    _set(stage, AMIRA, away_from=date(2026, 9, 14), away_until=date(2026, 9, 17))
    await stage.live_until(MONDAY)
    await amira.open_home()
    await amira.wait_for_home("You are away until Thursday 17 September.")
    await amira.click("I am back", in_home=True)
    await stage.live_until(TUESDAY, FRIDAY)
    assert await amira.messages() == []


def _set(stage: Stage, user: str, **to: object) -> None:
    def apply(desk: Desk) -> None:
        row = desk.session.get_one(PersonRow, stage.cast.people[user])
        for name, value in to.items():
            setattr(row, name, value)

    stage.mull.desks.do(apply)


def _works_on(stage: Stage, user: str, days: list[int]) -> None:
    mine = update(Membership).where(Membership.person_id == stage.cast.people[user])
    stage.mull.desks.do(lambda desk: desk.session.execute(mine.values(working_days=days)))


def _ask_to_be_reminded(desk: Desk) -> None:
    who = people.speaking(desk, TEAM_ID, AMIRA)
    joining.reached(desk, who, "1789369800.000100")
    settings = my_time.settings(desk, who)
    assert my_time.change(desk, who, type(settings)(2, reminders=True)) == {}


async def _all_over(stage: Stage, user: str) -> bool:
    shown: list[Message] = await stage.person(user).messages()
    return all("Done for this week." in one.shown for one in shown)


async def _has(stage: Stage, user: str, phrase: str) -> bool:
    home = await stage.person(user).home()
    return home is not None and phrase in home.text
