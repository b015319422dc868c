"""The door “I teach”, gone through as somebody would who knows only what the page says."""

from playwright.sync_api import Page

from tests.browser.visit import Visit

STEP = "Wait three seconds after a question"
LINE = "The printer, and it was my printer."
DRAFTED = "Talk less in maths"


def test_a_teacher_taps_writes_shares_one_line_and_her_coach_has_it_on_thursday(page: Page) -> None:
    visit = Visit(page)
    visit.comes_in("I teach")
    visit.taps("Half")
    visit.sees("Done for this week.")
    visit.has_done(1, of=7)

    visit.taps("If there is a line to add")
    visit.answers({"What took the most out of you?": LINE})
    visit.closes()
    visit.reads_what_happened(
        LINE, "bytes, sealed", "It was written in a window, and was never in Slack's records"
    )
    visit.has_done(2, of=7)

    visit.goes_to_step(3)
    visit.sees("Waiting for you")
    visit.misses("Amira", LINE)
    visit.has_done(3, of=7)

    visit.goes_to_step(4)
    visit.taps("Choose an action step")
    visit.answers(
        {
            "What do you want to be able to do?": DRAFTED,
            "How would you put it now, for somebody else to read?": STEP,
            "Where will you practise it first?": "In the classroom",
            "When will the first moment for it be?": "2026-09-17",
        }
    )
    visit.reads_in_window("Kept.", STEP, "Only you see this.")
    visit.closes()
    visit.has_done(4, of=7)

    visit.goes_to_step(5)
    visit.taps("Let Priya see this")
    visit.sees(STEP, "You and Priya see this.")
    visit.has_done(5, of=7)

    visit.goes_to_step(6)
    visit.lets_time_pass("Thursday, 15:30", shows="Thursday 17 September 2026, 15:3")
    visit.goes_to_step(7)
    visit.sees("have something for you", STEP)
    visit.misses(DRAFTED, LINE)
    visit.has_done(7, of=7)
