"""A person's own time: how often, when and whether at all; set alone, seen by nobody else, undone with one tap."""

from datetime import UTC, date, datetime, time

from bot.models import Person as PersonRow
from bot.services.desk import Desk
from bot.workspace.visitor import Screen
from tests.cast import AMIRA, HELEN, JO, LENA, PRIYA
from tests.conversations.conftest import Stage

MONDAY = datetime(2026, 9, 14, 7, 10, tzinfo=UTC)  # 8:10 in London, in summer time
QUESTION = "How full is the tank today?"
WEEKLY = "Messages that come by themselves, in a week"
UNTOUCHED = "A question I have not touched"
HOURS = "Quiet hours, in which nothing comes"
FROM, UNTIL = "Quiet from", "Quiet until"
AWAY_FROM, AWAY_UNTIL = "Away from", "Away until"


async def test_what_a_person_sets_is_there_when_they_look_again_and_in_nobody_elses_home(
    stage: Stage,
) -> None:
    amira = stage.person(AMIRA)
    await _my_time(stage, AMIRA)
    await amira.choose(WEEKLY, "One")
    await amira.choose(UNTOUCHED, "Remind me once, on the next day I work")
    await amira.choose(HOURS, "My own, as below")
    await amira.choose(FROM, "16:30")
    await amira.choose(UNTIL, "09:00")
    assert not (await amira.submit()).errors

    row = _row(stage, AMIRA)
    assert (row.unasked_per_week, row.reminders) == (1, True)
    assert (row.quiet_from, row.quiet_until) == (time(16, 30), time(9, 0))
    again = await _my_time(stage, AMIRA)
    shown = str(again.blocks)
    assert "16:30" in shown
    assert "09:00" in shown
    for other in (PRIYA, JO, HELEN, LENA):
        await stage.person(other).open_home()
        home = await stage.person(other).wait_for_home("My time")
        assert "16:30" not in str(home.blocks)


async def test_a_pause_and_its_end_take_one_tap_each_and_ask_for_no_reason(stage: Stage) -> None:
    amira, jo = stage.person(AMIRA), stage.person(JO)
    await amira.open_home()
    await amira.wait_for_home("Waiting for you")
    await amira.click("Pause", in_home=True)
    paused = await amira.wait_for_home("You have paused.")
    assert "Pause" not in [button.text for button in paused.buttons]

    await stage.live_until(MONDAY)
    await jo.wait_for_message(QUESTION)
    assert await amira.messages() == []
    await amira.open_home()
    await amira.click("Go on again", in_home=True)
    await stage.visitor.wait_for(lambda: _lacks(stage, AMIRA, "You have paused."), what="a Home without it")
    await stage.visitor.wait_for(
        lambda: _has_button(stage, AMIRA, "Reflect now"), what="the question in Home"
    )

    await stage.clock_to(datetime(2026, 9, 21, 7, 10, tzinfo=UTC))
    await amira.wait_for_message(QUESTION)


async def test_leave_needs_its_last_day_alone_and_ends_early_with_one_tap(stage: Stage) -> None:
    amira = stage.person(AMIRA)
    await _my_time(stage, AMIRA)
    await amira.choose(AWAY_UNTIL, "2026-09-25")
    assert not (await amira.submit()).errors
    await amira.wait_for_home("You are away until Friday 25 September.")
    assert _row(stage, AMIRA).away_from == date(2026, 9, 13)

    await stage.live_until(MONDAY)
    assert await amira.messages() == []
    await amira.click("I am back", in_home=True)
    await stage.visitor.wait_for(lambda: _lacks(stage, AMIRA, "You are away"), what="a Home without it")
    await stage.visitor.wait_for(
        lambda: _has_button(stage, AMIRA, "Reflect now"), what="the question in Home"
    )
    await stage.live_until(datetime(2026, 9, 15, 7, 10, tzinfo=UTC))
    assert await amira.messages() == []


async def test_leave_to_come_is_told_and_can_be_called_off(stage: Stage) -> None:
    amira = stage.person(AMIRA)
    await _my_time(stage, AMIRA)
    await amira.choose(AWAY_FROM, "2026-09-21")
    await amira.choose(AWAY_UNTIL, "2026-09-25")
    await amira.submit()
    await amira.wait_for_home("You are away from Monday 21 September to Friday 25 September.")
    await amira.click("I am here after all", in_home=True)
    await stage.visitor.wait_for(lambda: _lacks(stage, AMIRA, "You are away"), what="a Home without it")
    assert _row(stage, AMIRA).away_until is None


async def test_what_cannot_be_is_told_in_its_field_and_nothing_is_lost(stage: Stage) -> None:
    amira = stage.person(AMIRA)
    await _my_time(stage, AMIRA)
    await amira.choose(WEEKLY, "One")
    await amira.choose(AWAY_FROM, "2026-09-25")
    await amira.choose(AWAY_UNTIL, "2026-09-21")
    assert list((await amira.submit()).errors) == ["away_until"]

    await amira.choose(AWAY_FROM, "2025-09-01")
    await amira.choose(AWAY_UNTIL, "2025-09-02")
    assert "is past" in (await amira.submit()).errors["away_until"]
    assert _row(stage, AMIRA).unasked_per_week == 2

    await amira.choose(AWAY_FROM, "2026-09-21")
    await amira.choose(AWAY_UNTIL, "2026-09-22")
    await amira.choose(HOURS, "My own, as below")
    await amira.choose(FROM, "09:00")
    await amira.choose(UNTIL, "09:00")
    assert list((await amira.submit()).errors) == ["quiet_until"]
    await amira.choose(UNTIL, "10:00")
    assert not (await amira.submit()).errors
    assert _row(stage, AMIRA).unasked_per_week == 1


async def test_with_no_messages_at_all_everything_waits_in_home(stage: Stage) -> None:
    amira, jo = stage.person(AMIRA), stage.person(JO)
    await _my_time(stage, AMIRA)
    await amira.choose(WEEKLY, "None: everything waits in Home")
    await amira.submit()
    await stage.live_until(MONDAY)
    await jo.wait_for_message(QUESTION)
    assert await amira.messages() == []
    await amira.open_home()
    await stage.visitor.wait_for(
        lambda: _has_button(stage, AMIRA, "Reflect now"), what="the question in Home"
    )


async def test_one_tap_in_home_brings_a_question_back_once_on_the_next_day(stage: Stage) -> None:
    amira = stage.person(AMIRA)
    await stage.clock_to(MONDAY)
    first = await amira.wait_for_message(QUESTION)
    await amira.open_home()
    await stage.visitor.wait_for(
        lambda: _has_button(stage, AMIRA, "Remind me once"), what="the question in Home"
    )
    await amira.click("Remind me once", in_home=True)
    await amira.wait_for_message("I will bring this back on Tuesday at 8:10.")
    home = await amira.wait_for_home("This week's question comes back on Tuesday at 8:10.")
    assert "Reflect now" in [button.text for button in home.buttons]
    for moment in (datetime(2026, 9, 15, 7, 10, tzinfo=UTC), datetime(2026, 9, 16, 7, 10, tzinfo=UTC)):
        await stage.live_until(moment)
    again = await amira.wait_for_message(QUESTION, after=first.ts)
    assert len(await amira.messages()) == 2
    await amira.click("Good", ts=again.ts)
    await amira.wait_for_home("Nothing is waiting.")


async def test_home_says_why_nothing_came(stage: Stage) -> None:
    amira = stage.person(AMIRA)
    await amira.open_home()
    await amira.wait_for_home("Waiting for you")
    await amira.click("Pause", in_home=True)
    await amira.wait_for_home("You have paused.")
    await stage.live_until(MONDAY)
    await amira.click("Why did nothing come?", in_home=True)
    told = await amira.wait_for_modal("Monday 14 September")
    assert "The check-in was not sent: you had paused." in told.text
    assert "answered" not in told.text


async def _my_time(stage: Stage, user: str) -> Screen:
    """The window, opened from Home."""
    person = stage.person(user)
    await person.open_home()
    await person.wait_for_home("Waiting for you")
    await person.click("My time", in_home=True)
    return await person.wait_for_modal("Only you see this.")


def _row(stage: Stage, user: str) -> PersonRow:
    def find(desk: Desk) -> PersonRow:
        return desk.session.get_one(PersonRow, stage.cast.people[user])

    return stage.mull.desks.look(find)


async def _lacks(stage: Stage, user: str, phrase: str) -> bool:
    home = await stage.person(user).home()
    return home is not None and phrase not in home.text


async def _has_button(stage: Stage, user: str, text: str) -> bool:
    home = await stage.person(user).home()
    return home is not None and text in [button.text for button in home.buttons]
