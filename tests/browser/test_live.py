"""What others do shows without a reload, and does not disturb whoever is typing."""

from collections.abc import Iterator
from dataclasses import replace

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Sit
from tests.browser.forms_app import board
from tests.browser.line import Line, line_to
from tests.browser.town import Town

CARET = "() => [document.activeElement.selectionStart, document.activeElement.selectionEnd]"
STAMP = "() => { window.sameTab = true; }"


def is_not_reloaded(page: Page) -> None:
    assert page.evaluate("() => window.sameTab")


def test_what_one_writes_the_other_sees_at_once(sit: Sit, town: Town) -> None:
    one, other = sit(town), sit(town, phone=True)
    for tab in (one, other):
        tab.goes("garden")
        tab.page.evaluate(STAMP)
    one.writes("The lime tree flowers")
    expect(other.said("The lime tree flowers")).to_be_visible()
    other.opens_menu(other.said("The lime tree flowers"), "React to")
    other.said("The lime tree flowers").get_by_role("button").first.click()
    expect(one.said("The lime tree flowers").get_by_role("list", name="Reactions")).to_be_visible()
    is_not_reloaded(one.page)
    is_not_reloaded(other.page)


def test_news_elsewhere_is_counted_until_one_looks(sit: Sit, town: Town) -> None:
    one, other = sit(town), sit(town)
    other.goes("garden")
    other.goes()
    one.goes("garden")
    one.writes("Who has the shears?")
    garden = other.page.get_by_role("link", name="garden 1 new")
    expect(garden).to_be_visible()
    garden.click()
    expect(other.page.get_by_role("link", name="garden", exact=True)).to_be_visible()


def test_a_message_that_comes_while_one_types_keeps_text_focus_and_caret(sit: Sit, town: Town) -> None:
    tab = sit(town)
    tab.goes()
    tab.message.click()
    tab.types("Half a sentence")
    tab.press("ArrowLeft", "ArrowLeft", "Shift+ArrowLeft")
    before = tab.page.evaluate(CARET)
    town.call("chat.postMessage", channel=tab.person, text="Trees", blocks=board("A birch"))
    expect(tab.said("A birch")).to_be_visible()
    expect(tab.message).to_be_focused()
    expect(tab.message).to_have_value("Half a sentence")
    assert tab.page.evaluate(CARET) == before == [12, 13]
    expect(tab.page.locator("#announcer")).to_contain_text("A birch")


def test_an_update_while_a_window_is_open_leaves_what_was_entered(sit: Sit, town: Town) -> None:
    tab = sit(town)
    posted = town.call("chat.postMessage", channel=tab.person, text="Trees", blocks=board("A birch"))
    tab.goes()
    tab.opens("every")
    tab.field("Mail").fill("ann@school.example")
    tab.field("One menu").select_option("Half")
    tab.group("Some lessons").first.get_by_label("Some lessons", exact=True).click()
    tab.group("Some lessons").first.get_by_role("checkbox", name="Games").check()
    town.call(
        "chat.update",
        channel=posted["channel"],
        ts=posted["ts"],
        text="Trees",
        blocks=board("A rowan"),
    )
    expect(tab.page.get_by_text("A rowan").first).to_be_attached()
    expect(tab.group("Some lessons").first.get_by_role("checkbox", name="Games")).to_be_checked()
    expect(tab.field("Mail")).to_have_value("ann@school.example")
    expect(tab.field("One menu")).to_have_value("half")
    tab.sees_window("A form")


def test_a_button_that_an_update_leaves_in_place_keeps_the_focus(sit: Sit, town: Town) -> None:
    tab = sit(town)
    posted = town.call("chat.postMessage", channel=tab.person, text="Trees", blocks=board("A birch"))
    tab.goes()
    hello = tab.messages.get_by_role("button", name="Say hello")
    hello.focus()
    town.call(
        "chat.update",
        channel=posted["channel"],
        ts=posted["ts"],
        text="Trees",
        blocks=board("A rowan"),
    )
    expect(tab.said("A rowan")).to_be_visible()
    expect(hello).to_be_focused()


@pytest.fixture
def line(town: Town) -> Iterator[Line]:
    with line_to(town.address) as whole:
        yield whole


def test_a_tab_that_was_cut_off_says_so_and_catches_up(sit: Sit, town: Town, line: Line) -> None:
    tab = sit(replace(town, address=line.address), town.newcomer())
    tab.goes()
    tab.page.evaluate(STAMP)
    tab.message.fill("Half a sentence")
    line.cut()
    expect(tab.page.get_by_text("Reconnecting…")).to_be_visible()
    town.call("chat.postMessage", channel=tab.person, text="Meanwhile a hazel was planted")
    expect(tab.messages).to_contain_text("Nothing has been said here yet.")
    line.mend()
    expect(tab.said("Meanwhile a hazel was planted")).to_be_visible()
    expect(tab.page.get_by_text("Reconnecting…")).to_have_count(0)
    expect(tab.message).to_have_value("Half a sentence")
    is_not_reloaded(tab.page)


def test_what_is_typed_into_a_filter_stays_when_the_journal_grows(sit: Sit, town: Town) -> None:
    tab = sit(town)
    tab.goes("journal")
    method = tab.middle.get_by_role("textbox", name="Method")
    method.press_sequentially("reactions")
    entries = tab.page.get_by_role("region", name="Entries of the journal")
    town.call("chat.postMessage", channel=tab.person, text="A line for the journal")
    expect(entries.get_by_role("group").filter(has_text="chat.postMessage").first).to_be_visible()
    expect(method).to_have_value("reactions")
    expect(method).to_be_focused()
