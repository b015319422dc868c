"""The whole first thread, from a tap on Monday to a coach's note on Thursday, in the words of whoever goes it."""

from tests.browser.visit import Visit

LINE = "The printer, and it was my printer."
DRAFTED = "Talk less in maths"
STEP = "Wait three seconds after a question"
NOTE = "Ask about the back table."
FURTHER = "Two hands that never went up before."


def answers_and_adds_a_line(visit: Visit) -> None:
    """Amira, on Monday morning: one tap, then a line."""
    visit.comes_in("I teach")
    visit.taps("Half")
    visit.sees("Done for this week.")
    visit.has_done(1, of=10)
    visit.taps("If there is a line to add")
    visit.answers({"What took the most out of you?": LINE})
    visit.closes()
    visit.reads_what_happened(
        LINE, "bytes, sealed", "It was written in a window, and was never in Slack's records"
    )
    visit.has_done(2, of=10)


def looks_into_the_heads_home(visit: Visit) -> None:
    visit.goes_to_step(3)
    visit.sees("Waiting for you")
    visit.misses("Amira", LINE)
    visit.has_done(3, of=10)


def chooses_a_step(visit: Visit) -> None:
    """Through its tests, one at a time, to its words and its first moment."""
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
    visit.has_done(4, of=10)


def shares_it(visit: Visit) -> None:
    """With her coach, by name."""
    visit.goes_to_step(5)
    visit.taps("Let Priya see this")
    visit.sees(STEP, "You and Priya see this.")
    visit.has_done(5, of=10)


def lets_the_coach_read_it_on_thursday(visit: Visit) -> None:
    visit.goes_to_step(6)
    visit.lets_time_pass("Thursday, 15:30", shows="Thursday 17 September 2026, 15:3")
    visit.goes_to_step(7)
    visit.sees("have something for you", STEP)
    visit.misses(DRAFTED, LINE)
    visit.has_done(7, of=10)


def asks_kindly(visit: Visit) -> None:
    """Priya, about Amira's step, which is the first in her Home."""
    visit.goes_to_step(8)
    visit.opens("Home")
    visit.taps_first("Nudge")
    visit.reads_in_window("You are about to send Amira", "The step itself is not named in the message.")
    visit.sends("Send")
    visit.has_done(8, of=10)


def says_how_it_went(visit: Visit) -> None:
    """Amira, from the message that named nothing."""
    visit.goes_to_step(9)
    visit.sees("Priya wonders how one small thing is going.")
    visit.taps("Open")
    visit.reads_in_window(STEP)
    visit.answers(
        {
            "Did a moment for it come?": "It came, and I tried",
            "What is a little further on than when you chose it?": FURTHER,
            "What becomes of the step?": "I go on with it",
        }
    )
    visit.reads_in_window("Kept.")
    visit.closes()
    visit.has_done(9, of=10)


def follows_up(visit: Visit) -> None:
    """Priya, with a note for herself alone."""
    visit.goes_to_step(10)
    visit.misses(FURTHER)
    visit.taps_first("Followed up")
    visit.reads_in_window("You have talked with Amira about", STEP)
    visit.answer("A note to yourself", NOTE)
    visit.sends("Note it")
    visit.has_done(10, of=10)


WHOLE_FIRST_THREAD = (
    answers_and_adds_a_line,
    looks_into_the_heads_home,
    chooses_a_step,
    shares_it,
    lets_the_coach_read_it_on_thursday,
    asks_kindly,
    says_how_it_went,
    follows_up,
)
