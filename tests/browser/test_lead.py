"""The doors “I lead a school” and “I answer for it”: what an export has, and what can be counted."""

from playwright.sync_api import Page

from tests.browser.visit import Visit

TYPED = "Typed where Slack can see it."
WRITTEN = "Written where Slack cannot."


def test_a_head_finds_what_she_typed_in_the_export_and_not_what_she_wrote(page: Page) -> None:
    visit = Visit(page)
    visit.comes_in("I lead a school")
    visit.types(TYPED)
    visit.sees(TYPED, "What is typed here stays in Slack until you remove it")
    visit.has_done(1, of=5)

    visit.goes_to_step(2)
    visit.taps("Set something down")
    visit.answers({"How full is the tank today?": "Low", "What took the most out of you?": WRITTEN})
    visit.closes()
    visit.has_done(2, of=5)

    visit.goes_to_step(3)
    visit.taps("Run an export")
    visit.looks_for(TYPED)
    visit.sees("Found in")
    visit.looks_for(WRITTEN)
    visit.sees("Not found anywhere in the export.")
    visit.has_done(3, of=5)

    visit.goes_to_step(4)
    visit.misses("Coaching in this school")
    visit.has_done(4, of=5)
    visit.taps("Who can see what")
    visit.reads_in_window("Your head, the trust", "no more than you see of others, which is nothing")
    visit.closes()
    visit.has_done(5, of=5)


def test_whoever_answers_for_it_sees_counts_for_many_none_for_few_and_no_words(page: Page) -> None:
    visit = Visit(page)
    visit.comes_in("I answer for it")
    visit.goes_to_step(1)
    visit.lets_time_pass("Thursday, 15:30", shows="Thursday 17 September 2026, 15:3")
    visit.has_done(1, of=5)
    visit.goes_to_step(2)
    visit.sees("11 pairs at work. 8 steps under way.", "Counts, never words")
    visit.misses("Amira", "Say the question first")
    visit.has_done(2, of=5)

    visit.goes_to_step(3)
    visit.sees("too few pairs")
    visit.misses("at work")
    visit.has_done(3, of=5)

    visit.goes_to_step(4)
    visit.taps("Run an export")
    visit.looks_for("Your coaching round-up is ready.")
    visit.sees("Found in")
    visit.looks_for("Three meetings, of which one was mine.")
    visit.sees("Not found anywhere in the export.")
    visit.has_done(4, of=5)

    visit.goes_to_step(5)
    visit.taps("Who can see what")
    visit.reads_in_window("Whoever leads coaching", "never a name")
    visit.closes()
    visit.has_done(5, of=5)
