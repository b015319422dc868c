"""The door “I am not convinced”: asked, answered no, and left alone."""

from playwright.sync_api import Page

from tests.browser.visit import Visit


def test_a_sceptic_looks_says_no_hears_nothing_more_and_stands_on_no_list(page: Page) -> None:
    visit = Visit(page)
    visit.comes_in("I am not convinced")
    visit.sees("no one is told, there is no list")
    visit.taps("Who can see what")
    visit.reads_in_window("What you answer", "Appraisal", "none of this is ever part of it")
    visit.closes()
    visit.has_done(1, of=4)

    visit.taps("No, thank you")
    visit.sees("I will not ask again this school year")
    visit.has_done(2, of=4)
    visit.opens("Home")
    visit.misses("Choose an action step", "Set something down")

    visit.goes_to_step(3)
    visit.lets_time_pass("A week on", shows="Monday 21 September 2026, 08:1")
    visit.has_done(3, of=4)
    visit.opens("Messages")
    visit.sees("I will not ask again this school year")
    visit.misses("How full is the tank today?", "Monday 21 September")

    visit.goes_to_step(4)
    visit.sees("Coaching in this school")
    visit.misses("Ruth")
    visit.has_done(4, of=4)
