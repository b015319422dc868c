"""A check-in's message: what each button does, and that its end tells nobody how it was met."""

from datetime import UTC, datetime, timedelta
from uuid import UUID

from bot.models import Person as PersonRow
from bot.services.desk import Desk
from bot.workspace.visitor import Message, Person
from tests.cast import AMIRA, JO, PRIYA
from tests.conversations.conftest import Stage

MONDAY = datetime(2026, 9, 14, 7, 10, tzinfo=UTC)  # 8:10 in London, in summer time
QUESTION = "How full is the tank today?"
LINE = "If there is a line to add"


async def test_answered_skipped_and_past_read_the_same(stage: Stage) -> None:
    amira, jo = stage.person(AMIRA), stage.person(JO)
    await stage.clock_to(MONDAY)
    await amira.wait_for_message(QUESTION)
    await jo.wait_for_message(QUESTION)

    await amira.click("Good")
    answered = await amira.wait_for_message("Done for this week.")
    await jo.click("Not this time")
    skipped = await jo.wait_for_message("Done for this week.")
    assert _reading(answered) == _reading(skipped)

    await stage.clock_to(MONDAY + timedelta(days=7))
    await jo.wait_for_message(QUESTION, after=skipped.ts)
    await stage.clock_to(MONDAY + timedelta(days=14))
    await jo.wait_for_message(QUESTION, after=skipped.ts)

    async def two_are_over() -> list[Message]:
        over = [one for one in await jo.messages() if "Done for this week." in one.shown]
        return over if len(over) == 2 else []

    past = await stage.visitor.wait_for(two_are_over, what="two that are over")
    assert [_reading(one) for one in past] == [_reading(answered)] * 2


async def test_one_tap_is_a_complete_answer_and_a_line_can_be_added(stage: Stage) -> None:
    amira = stage.person(AMIRA)
    await stage.clock_to(MONDAY)
    await amira.wait_for_message(QUESTION)
    await amira.click("Low")
    await amira.wait_for("Done for this week.")

    await amira.click(LINE)
    screen = await amira.wait_for_modal("What took the most out of you?")
    assert QUESTION not in screen.text
    await amira.type("What took the most out of you?", "The printer.")
    outcome = await amira.submit()
    assert not outcome.errors
    assert outcome.trouble is None
    await amira.wait_for_modal("Kept.")


async def test_later_brings_it_back_after_school_once(stage: Stage) -> None:
    amira = stage.person(AMIRA)
    await stage.clock_to(MONDAY)
    first = await amira.wait_for_message(QUESTION)
    await amira.click("Later")
    await amira.wait_for_message("I will bring this back at 15:40.")

    await stage.clock_to(datetime(2026, 9, 14, 14, 40, tzinfo=UTC))
    second = await amira.wait_for_message(QUESTION, after=first.ts)
    assert second.ts != first.ts
    await amira.click("Half")
    await stage.visitor.wait_for(lambda: _all_done(amira), what="both messages over")
    assert len(await amira.messages()) == 2


async def test_what_is_typed_in_an_open_screen_is_kept_as_a_draft(stage: Stage) -> None:
    amira = stage.person(AMIRA)
    await stage.clock_to(MONDAY)
    await amira.wait_for_message(QUESTION)
    await amira.click("Low")
    await amira.wait_for("Done for this week.")
    await amira.click(LINE)
    await amira.wait_for_modal("What took the most out of you?")
    await amira.type("What took the most out of you?", "Half a thought")
    await amira.close()

    await amira.click(LINE)
    screen = await amira.wait_for_modal("What took the most out of you?")
    assert "Half a thought" in str(screen.values)


async def test_what_is_typed_into_the_conversation_is_offered_as_the_answer(stage: Stage) -> None:
    amira = stage.person(AMIRA)
    await stage.clock_to(MONDAY)
    await amira.wait_for_message(QUESTION)
    words = "A long day, and a good one. <!channel>"
    await amira.say(words)
    offer = await amira.wait_for_message("Shall I keep what you wrote")
    assert words not in offer.shown
    assert "Delete message" in offer.shown
    await amira.click("Keep it")
    await amira.wait_for(LINE)

    await amira.click(LINE)
    await amira.choose(QUESTION, "Good")
    await amira.submit()
    screen = await amira.wait_for_modal("Which ten minutes")
    assert words in str(screen.values)


async def test_a_message_with_no_question_open_gets_a_kind_reply(stage: Stage) -> None:
    priya = stage.person(PRIYA)
    await priya.say("Hello, is anybody there?")
    reply = await priya.wait_for_message("Thank you for writing.")
    assert "Hello" not in reply.shown


async def test_an_old_button_and_a_strange_one_change_nothing_and_answer_kindly(stage: Stage) -> None:
    amira = stage.person(AMIRA)
    await stage.clock_to(MONDAY)
    asked = await amira.wait_for_message(QUESTION)
    strange = {
        "type": "button",
        "action_id": "gone.long.ago",
        "block_id": "b",
        "value": "x",
        "action_ts": "1.1",
    }
    outcome = await amira.raw(actions=[strange])
    assert outcome.acknowledged
    assert "no longer does anything" in (await amira.wait_for_modal()).text
    await amira.close()

    await amira.click("Not this time")
    await amira.wait_for("Done for this week.")
    stale = {"type": "button", "action_id": "check_in.decline", "block_id": "b", "action_ts": "1.2"}
    value = next(one.value for one in asked.buttons if one.text == "Not this time")
    assert (await amira.raw(actions=[stale | {"value": value}])).acknowledged
    assert await amira.modal() is None


async def test_somebody_elses_check_in_is_not_there(stage: Stage) -> None:
    amira, jo = stage.person(AMIRA), stage.person(JO)
    await stage.clock_to(MONDAY)
    asked = await amira.wait_for_message(QUESTION)
    value = next(one.value for one in asked.buttons if one.text == "Reflect now")
    press = {
        "type": "button",
        "action_id": "check_in.reflect",
        "block_id": "b",
        "value": value,
        "action_ts": "1.1",
    }
    assert (await jo.raw(actions=[press])).acknowledged
    assert "not here any more" in (await jo.wait_for_modal()).text


async def test_nobody_who_has_not_said_yes_is_written_to(stage: Stage) -> None:
    """Jo's check-in is in the outbox already, and her yes is gone when its time comes."""
    stage.mull.desks.do(_never_said_yes, stage.cast.people[JO])
    await stage.clock_to(MONDAY)
    await stage.person(AMIRA).wait_for_message(QUESTION)
    await stage.mull.postman.settled()
    assert await stage.person(JO).messages() == []


def _never_said_yes(desk: Desk, person_id: UUID) -> None:
    desk.session.get_one(PersonRow, person_id).joined_at = None


def _reading(message: Message) -> tuple[str, str, list[str]]:
    return message.text, message.shown, _labels(message)


def _labels(message: Message) -> list[str]:
    return [button.text for button in message.buttons]


async def _all_done(person: Person) -> bool:
    shown = [one.shown for one in await person.messages()]
    return len(shown) == 2 and all("Done for this week." in one for one in shown)
