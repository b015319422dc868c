"""The door “I coach”, and a coach from outside."""

from playwright.sync_api import Page

from tests.browser.visit import Visit

TOMS = "Say the question first, and only then the name"
JOS = "Let three people answer before I do"
NOTE = "Ask about the back table."


def test_a_coach_reads_asks_kindly_loses_what_was_taken_back_and_follows_up(page: Page) -> None:
    visit = Visit(page)
    visit.comes_in("I coach")
    visit.goes_to_step(1)
    visit.lets_time_pass("Thursday, 15:30", shows="Thursday 17 September 2026, 15:3")
    visit.has_done(1, of=4)

    visit.goes_to_step(2)
    visit.sees("have something for you", TOMS)
    visit.taps("Nudge")
    visit.reads_in_window("You are about to send", "The step itself is not named in the message.")
    visit.sends("Send")
    visit.has_done(2, of=4)

    visit.goes_to_step(3)
    visit.sees(TOMS)
    visit.taps("Take it back")
    visit.misses("You and Priya see this.")
    visit.has_done(3, of=4)

    visit.goes_to_step(4)
    visit.sees("Those I coach")
    visit.misses(TOMS)
    visit.taps("Followed up")
    visit.answer("A note to yourself", NOTE)
    visit.sends("Note it")
    visit.has_done(4, of=4)
    visit.opens("Messages")
    visit.misses(TOMS, NOTE)


def test_a_coach_from_outside_has_what_was_shared_with_him_and_nothing_of_others(page: Page) -> None:
    visit = Visit(page)
    visit.comes_in("I coach")
    visit.goes_to_step(1)
    visit.lets_time_pass("Thursday, 15:30", shows="Thursday 17 September 2026, 15:3")
    visit.becomes("Owen Hart")
    visit.sees(JOS)
    visit.misses(TOMS)
    visit.opens("Home")
    visit.sees("Those I coach", JOS)
    visit.misses(TOMS, "Coaching in this school")
