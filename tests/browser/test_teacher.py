"""The door “I teach”, and what comes of it until the week is over."""

from playwright.sync_api import Page

from tests.browser.thread import STEP, WHOLE_FIRST_THREAD
from tests.browser.visit import Visit


def test_the_whole_first_thread_is_gone_through_by_what_the_page_says(page: Page) -> None:
    visit = Visit(page)
    for part in WHOLE_FIRST_THREAD:
        part(visit)


def test_a_teacher_takes_back_what_she_let_her_coach_see(page: Page) -> None:
    visit = Visit(page)
    visit.comes_in("I teach")
    visit.opens("Home")
    visit.taps("Choose an action step")
    visit.answers({"What do you want to be able to do?": STEP})
    visit.presses(visit.window.get_by_role("button", name="Let Priya see this"))
    visit.reads_in_window("You and Priya see this.")
    visit.closes()
    visit.becomes("Priya Nair")
    visit.opens("Home")
    visit.sees(STEP)

    visit.becomes("Amira Shah")
    visit.opens("Home")
    visit.taps("Take it back")
    visit.misses("You and Priya see this.")
    visit.becomes("Priya Nair")
    visit.opens("Home")
    visit.sees("Waiting for you")
    visit.misses(STEP)
