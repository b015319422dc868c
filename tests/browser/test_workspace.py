"""What people do with any app and with each other; the app arranges lunches and has nothing to do with Mull."""

import re
import zlib
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Locator, expect

from tests.browser.conftest import Sit
from tests.browser.tab import Tab
from tests.browser.town import BEN, OWNER, Town

TROUBLE = "/lunch failed because the app did not respond."


def picture(side: int = 8) -> bytes:
    """A small square, as PNG."""

    def chunk(kind: bytes, content: bytes) -> bytes:
        check = zlib.crc32(kind + content).to_bytes(4, "big")
        return len(content).to_bytes(4, "big") + kind + content + check

    size = side.to_bytes(4, "big") * 2
    rows = (b"\0" + b"\x2e\x7d\x52" * side) * side
    header = chunk(b"IHDR", size + bytes([8, 2, 0, 0, 0]))
    return b"\x89PNG\r\n\x1a\n" + header + chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b"")


@pytest.fixture
def tab(sit: Sit, lunch_town: Town) -> Tab:
    """Somebody new, looking at their messages with the app."""
    sitting = sit(lunch_town)
    sitting.goes()
    return sitting


def commands(tab: Tab) -> Locator:
    return tab.page.get_by_role("listbox", name="Commands").get_by_role("option")


def proposes(tab: Tab, where: str) -> None:
    tab.writes("/lunch")
    tab.sees_window("A lunch")
    tab.field("Where?").select_option(where)
    tab.presses("Propose")


def test_a_slash_offers_commands_that_complete_by_mouse(tab: Tab) -> None:
    tab.message.press_sequentially("/lu")
    expect(commands(tab)).to_have_count(2)
    commands(tab).filter(has_text="Propose a lunch").click()
    expect(tab.message).to_have_value("/lunch ")
    expect(tab.message).to_be_focused()
    tab.press("Enter")
    tab.sees_window("A lunch")


def test_commands_complete_by_keyboard_and_escape_puts_the_list_away(tab: Tab) -> None:
    tab.tabs_to(tab.message)
    tab.types("/l")
    tab.press("ArrowDown", "Tab")
    expect(tab.message).to_have_value("/lunch-log ")
    tab.press("ControlOrMeta+a")
    tab.types("/lu")
    tab.press("Escape")
    expect(commands(tab)).to_have_count(0)
    tab.types("nch help")
    tab.press("Enter")
    expect(tab.said("fill in where")).to_contain_text("Only visible to you")


def test_a_command_that_nobody_offers_is_told_and_stays(tab: Tab) -> None:
    tab.message.fill("/dinner")
    tab.press("Enter")
    expect(tab.middle.get_by_role("alert").filter(has_text="/dinner is not a command")).to_be_visible()
    expect(tab.message).to_have_value("/dinner")


def test_a_lunch_is_proposed_and_joined(tab: Tab) -> None:
    proposes(tab, "Garden")
    expect(tab.window).to_have_count(0)
    tab.said("Lunch: Garden").get_by_role("button", name="I am coming").click()
    expect(tab.messages).to_contain_text("Coming: 1")
    expect(tab.said("You are on the list.")).to_contain_text("Only visible to you")


def test_a_second_window_comes_on_top_and_leads_back(tab: Tab) -> None:
    proposes(tab, "Elsewhere")
    tab.sees_window("Elsewhere")
    tab.presses("Back to A lunch")
    tab.sees_window("A lunch")
    expect(tab.field("Where?").locator("option:checked")).to_have_text("Elsewhere")
    tab.presses("Propose")
    tab.sees_window("Elsewhere")
    tab.field("Where is that?").fill("The pond")
    tab.presses("Propose")
    expect(tab.said("Lunch: The pond")).to_be_visible()
    expect(tab.window).to_have_count(0)


def test_a_window_becomes_another(tab: Tab) -> None:
    proposes(tab, "You choose")
    expect(tab.window).to_contain_text("The garden, then, if it is dry.")
    expect(tab.window.get_by_role("combobox")).to_have_count(0)


def test_a_thread_is_opened_answered_and_left(tab: Tab) -> None:
    tab.writes("I am hungry")
    tab.said("I am hungry").get_by_role("link", name="1 reply").click()
    expect(tab.thread).to_contain_text("to propose one.")
    tab.is_live()
    reply = tab.thread.get_by_role("textbox", name="Reply")
    reply.fill("I shall")
    tab.press("Enter")
    expect(tab.thread.get_by_role("listitem").filter(has_text="I shall")).to_be_visible()
    expect(tab.messages).to_contain_text("2 replies")
    tab.thread.get_by_role("link", name="Close the thread").click()
    expect(tab.thread).to_have_count(0)


def test_a_reaction_is_given_and_taken_back(tab: Tab) -> None:
    tab.writes("There is soup")
    tab.opens_menu(tab.said("There is soup"), "React to")
    tab.said("There is soup").get_by_role("button").first.click()
    given = tab.said("There is soup").get_by_role("list", name="Reactions").get_by_role("button")
    expect(given).to_have_attribute("aria-pressed", "true")
    given.click()
    expect(given).to_have_count(0)


def test_what_one_wrote_is_changed_and_deleted(tab: Tab) -> None:
    tab.writes("Leek soop")
    tab.opens_menu(tab.said("Leek soop"), "More about")
    tab.said("Leek soop").get_by_role("button", name="Change").click()
    tab.window.get_by_role("textbox", name="What it should say").fill("Leek soup")
    tab.presses("Save")
    expect(tab.said("Leek soup")).to_contain_text("(edited)")
    tab.opens_menu(tab.said("Leek soup"), "More about")
    tab.said("Leek soup").get_by_role("button", name="Delete").click()
    tab.presses("Delete")
    expect(tab.messages).not_to_contain_text("Leek soup")


def test_files_and_pictures_go_up_and_come_back_as_they_were(tab: Tab, tmp_path: Path) -> None:
    menu, photo = tmp_path / "menu.txt", tmp_path / "table.png"
    menu.write_text("Leek pie, 2 £")
    photo.write_bytes(picture())
    attach = tab.page.get_by_label("Attach a file")
    for file in (menu, photo):
        attach.set_input_files(file)
        expect(tab.middle.get_by_role("button", name=f"Remove {file.name}")).to_be_visible()
    tab.writes("What there is")
    message = tab.said("What there is")
    shown = message.get_by_role("img")
    expect(shown).to_be_visible()
    tab.page.wait_for_function("(one) => one.naturalWidth === 8", arg=shown.element_handle())
    address = message.get_by_role("link", name="menu.txt").get_attribute("href")
    assert address
    assert tab.page.request.get(tab.town.address + address).body() == menu.read_bytes()


def test_shortcuts_start_from_anywhere_and_from_a_message(tab: Tab) -> None:
    tab.middle.get_by_text("Shortcuts").click()
    tab.middle.get_by_role("button", name="New lunch").click()
    tab.sees_window("A new lunch")
    tab.press("Escape")
    expect(tab.said("Another day, perhaps.")).to_be_visible()
    tab.writes("Somebody should make stew")
    tab.opens_menu(tab.said("should make stew"), "More about")
    tab.said("should make stew").get_by_role("button", name="A lunch of this").click()
    expect(tab.said("should make stew").get_by_role("link", name="1 reply")).to_be_visible()
    expect(tab.said("should make stew").get_by_role("list", name="Reactions")).to_be_visible()


@pytest.fixture
def _no_trouble_afterwards(lunch_town: Town) -> Iterator[None]:
    yield
    lunch_town.clear_faults()


@pytest.mark.usefixtures("_no_trouble_afterwards")
def test_trouble_that_is_arranged_shows_what_slack_would_show(tab: Tab) -> None:
    tab.goes("faults")
    lost = tab.page.get_by_role("form", name="Acknowledgement lost")
    lost.get_by_role("textbox", name="To what").fill("command:/lunch")
    lost.get_by_role("button", name="Arrange").click()
    expect(tab.middle.get_by_role("listitem").filter(has_text="command:/lunch")).to_be_visible()
    tab.goes()
    tab.message.fill("/lunch help")
    tab.press("Enter")
    expect(tab.middle.get_by_role("alert").filter(has_text=TROUBLE)).to_be_visible()
    tab.middle.get_by_role("button", name="Dismiss").click()
    expect(tab.middle.get_by_role("alert").filter(has_text=TROUBLE)).to_have_count(0)
    tab.goes("faults")
    expect(tab.middle).to_contain_text("Nothing is arranged.")


def test_what_just_happened_and_the_journal_tell_of_each_call(tab: Tab) -> None:
    proposes(tab, "Garden")
    expect(tab.said("Lunch: Garden")).to_be_visible()
    expect(tab.side).to_contain_text("You used /lunch")
    called = tab.side.get_by_role("group").filter(has_text="chat.postMessage").last
    called.get_by_text("chat.postMessage").click()
    expect(called).to_contain_text("Lunch: Garden")
    tab.goes("journal")
    tab.middle.get_by_role("textbox", name="Method").fill("views.open")
    tab.middle.get_by_role("button", name="Show").click()
    expect(tab.middle.get_by_role("group").filter(has_text="views.open").first).to_be_visible()
    expect(tab.middle).not_to_contain_text("chat.postMessage")


def test_an_owner_finds_what_was_typed_in_the_export_and_others_get_none(sit: Sit, lunch_town: Town) -> None:
    writer, owner = sit(lunch_town), sit(lunch_town, OWNER)
    writer.goes()
    writer.writes("The quince tree bears fruit")
    owner.goes("export")
    owner.middle.get_by_role("button", name=re.compile("Run")).click()
    for phrase, told in {"quince tree": "Found in 1 place", "walnut tree": "Not found anywhere"}.items():
        owner.middle.get_by_role("textbox", name="Phrase").fill(phrase)
        owner.middle.get_by_role("button", name="Look").click()
        expect(owner.middle.get_by_role("status")).to_contain_text(told)
    with owner.page.expect_download() as downloading:
        owner.middle.get_by_role("link", name="Download the ZIP").click()
    assert downloading.value.suggested_filename == "export.zip"
    writer.goes("export")
    expect(writer.middle).to_contain_text("owner")
    expect(writer.middle.get_by_role("button", name=re.compile("Run"))).to_have_count(0)


def test_one_steps_into_somebody_else_but_not_into_who_has_gone(tab: Tab) -> None:
    tab.page.goto(tab.town.address)
    gone = tab.middle.get_by_role("listitem").filter(has_text="Gil Gone")
    expect(gone.get_by_role("link")).to_have_count(0)
    tab.middle.get_by_role("link", name="Ben Baker").click()
    places = tab.page.get_by_role("navigation", name="People and places")
    expect(places).to_contain_text("You are Ben Baker")
    places.get_by_text("Be somebody else").click()
    places.get_by_role("link", name="Olga Owner").click()
    expect(places).to_contain_text("You are Olga Owner")
    expect(places.get_by_role("link", name=re.compile("heads"))).to_be_visible()


def test_a_place_that_one_is_not_in_and_a_person_that_is_not_there_are_told(tab: Tab) -> None:
    heads = tab.town.channel("heads")
    for path in (f"/as/{BEN}?place={heads}", "/as/U_NOBODY", "/as/U_GONE"):
        answered = tab.page.goto(tab.town.address + path)
        assert answered
        assert answered.status == 404
        expect(tab.middle.get_by_role("link", name="Back to the doors")).to_be_visible()


def test_the_clock_is_moved_from_the_page(tab: Tab) -> None:
    clock = tab.page.get_by_role("banner").get_by_role("time")
    now = clock.get_attribute("datetime")
    assert now
    tomorrow = datetime.fromisoformat(now) + timedelta(days=1)
    clock.click()
    tab.page.get_by_label("Another time").fill(f"{tomorrow:%Y-%m-%dT%H:%M}")
    tab.page.get_by_role("button", name="Go there").click()
    expect(clock).to_contain_text(f"{tomorrow:%A %-d %B %Y}")
