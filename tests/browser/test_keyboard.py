"""The whole first thread without a mouse."""

import pytest
from playwright.sync_api import Page, expect

from tests.browser.keys import ByKeys
from tests.browser.thread import WHOLE_FIRST_THREAD

at_a_desk = pytest.mark.parametrize("page", ["desktop"], indirect=True)


@at_a_desk
def test_the_whole_first_thread_is_gone_through_by_keys_alone(page: Page) -> None:
    visit = ByKeys(page)
    for part in WHOLE_FIRST_THREAD:
        part(visit)


@at_a_desk
def test_a_window_that_is_left_gives_the_focus_back_and_keeps_what_was_typed(page: Page) -> None:
    visit = ByKeys(page)
    visit.comes_in("I teach")
    visit.taps("Reflect now")
    first = visit.window.get_by_role("radio").first
    expect(first).to_be_focused()
    visit.ticks(visit.window.get_by_role("radio", name="Half"))
    visit.fills(visit.window.get_by_label("What took the most out of you?"), "The rain.")
    visit.escapes()
    visit.has_focus(visit.middle.get_by_role("button", name="Reflect now"))
    visit.taps("Reflect now")
    expect(visit.window.get_by_label("What took the most out of you?")).to_have_value("The rain.")


@at_a_desk
def test_arrows_go_through_the_clocks_menu_and_escape_leaves_it(page: Page) -> None:
    visit = ByKeys(page)
    visit.comes_in("I teach")
    visit.presses(visit.clock)
    page.keyboard.press("ArrowDown")
    moments = page.get_by_role("banner").get_by_role("list").get_by_role("button")
    visit.has_focus(moments.first)
    page.keyboard.press("ArrowDown")
    visit.has_focus(moments.nth(1))
    page.keyboard.press("Escape")
    expect(moments.first).to_be_hidden()
    expect(page.get_by_role("banner").get_by_role("group")).to_have_count(1)


@at_a_desk
def test_the_first_tab_offers_to_skip_to_the_middle(page: Page) -> None:
    visit = ByKeys(page)
    visit.comes_in("I teach")
    page.keyboard.press("Tab")
    visit.has_focus(page.get_by_role("link", name="Skip to the middle"))
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    visit.has_focus(visit.middle.get_by_role("link", name="Home"))
