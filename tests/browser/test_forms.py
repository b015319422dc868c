"""Every kind of input in a window, filled in with a mouse, a finger or keys: the app gets what was entered."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Locator, expect

from tests.browser.conftest import Sit
from tests.browser.forms_app import option
from tests.browser.tab import Tab
from tests.browser.town import BEN, Town

# A day whose month and day are alike: however a browser orders them, the same keys are typed.
DAY = "2026-12-12"
TIME = "08:30"
MOMENT = datetime(2026, 12, 12, 9, 45, tzinfo=UTC)
TYPED = {
    "One line": "Waiting",
    "Some lines": "Three\nseconds",
    "Styled words": "A *quiet* corner",
    "Number": "2.5",
    "Mail": "ann@school.example",
    "Link": "https://school.example/garden",
}


def entered(garden: str) -> dict[str, Any]:
    """What the app is to get: the state of each input but the files, as Slack documents it."""
    styled = {"type": "rich_text_section", "elements": [{"type": "text", "text": TYPED["Styled words"]}]}
    return {
        "one_line": {"type": "plain_text_input", "value": TYPED["One line"]},
        "some_lines": {"type": "plain_text_input", "value": TYPED["Some lines"]},
        "styled_words": {
            "type": "rich_text_input",
            "rich_text_value": {"type": "rich_text", "elements": [styled]},
        },
        "number": {"type": "number_input", "value": TYPED["Number"]},
        "mail": {"type": "email_text_input", "value": TYPED["Mail"]},
        "link": {"type": "url_text_input", "value": TYPED["Link"]},
        "day": {"type": "datepicker", "selected_date": DAY},
        "time": {"type": "timepicker", "selected_time": TIME},
        "moment": {"type": "datetimepicker", "selected_date_time": int(MOMENT.timestamp())},
        "one_menu": {"type": "static_select", "selected_option": option("Half")},
        "grouped_menu": {"type": "static_select", "selected_option": option("Music")},
        "some_lessons": {
            "type": "multi_static_select",
            "selected_options": [option("Reading"), option("Games")],
        },
        "one_tree": {"type": "external_select", "selected_option": option("Birch")},
        "some_trees": {
            "type": "multi_external_select",
            "selected_options": [option("Hazel"), option("Alder")],
        },
        "one_person": {"type": "users_select", "selected_user": BEN},
        "some_people": {"type": "multi_users_select", "selected_users": [BEN]},
        "one_channel": {"type": "channels_select", "selected_channel": garden},
        "some_channels": {"type": "multi_channels_select", "selected_channels": [garden]},
        "one_conversation": {"type": "conversations_select", "selected_conversation": garden},
        "some_conversations": {
            "type": "multi_conversations_select",
            "selected_conversations": [garden],
        },
        "one_of_these": {"type": "radio_buttons", "selected_option": option("Coffee")},
        "any_of_these": {
            "type": "checkboxes",
            "selected_options": [option("Bread"), option("Honey")],
        },
    }


def ticks(tab: Tab, label: str, *choices: str) -> None:
    """In a list that opens. What is ticked leaves when it is closed, here by pressing elsewhere."""
    group = tab.group(label).first
    group.get_by_label(label, exact=True).click()
    for choice in choices:
        group.get_by_role("checkbox", name=choice).check()
    tab.window.get_by_role("heading").first.click()


def looks_up(tab: Tab, label: str, typed: str, *trees: str) -> None:
    """In a menu whose options the app suggests."""
    for tree in trees:
        tab.field(label).click()
        tab.field(label).press_sequentially(typed)
        tab.window.get_by_role("option", name=tree).click()


def fills_in_by_mouse(tab: Tab, window: Locator) -> None:
    for label, words in TYPED.items():
        tab.field(label).fill(words)
    tab.field("Day").fill(DAY)
    tab.field("Time").fill(TIME)
    tab.field("Moment").fill(f"{MOMENT:%Y-%m-%dT%H:%M}")
    tab.field("One menu").select_option("Half")
    tab.field("Grouped menu").select_option("Music")
    ticks(tab, "Some lessons", "Reading", "Games")
    looks_up(tab, "One tree", "bir", "Birch")
    looks_up(tab, "Some trees", "", "Hazel", "Alder")
    tab.field("One person").select_option("Ben Baker")
    ticks(tab, "Some people", "Ben Baker")
    for what in ("channel", "conversation"):
        tab.field(f"One {what}").select_option("#garden")
        ticks(tab, f"Some {what}s", "#garden")
    window.get_by_role("radio", name="Coffee").check()
    window.get_by_role("checkbox", name="Bread").check()
    window.get_by_role("checkbox", name="Honey").check()


@pytest.mark.parametrize("phone", [False, True], ids=["desktop", "phone"])
def test_what_is_filled_in_with_a_pointer_is_what_the_app_gets(
    sit: Sit, town: Town, phone: bool, tmp_path: Path
) -> None:
    plan = tmp_path / "plan.txt"
    plan.write_text("Wait three seconds.")
    tab = sit(town, phone=phone)
    tab.goes()
    window = tab.opens("strict")
    fills_in_by_mouse(tab, window)
    tab.brings("Files", plan)
    tab.presses("Send")
    got = town.heard("submitted")["values"]
    files = got.pop("files")["files"]
    assert got == entered(town.channel("garden"))
    assert [file["name"] for file in files] == ["plan.txt"]
    expect(window).to_have_count(0)


def ticks_with_keys(tab: Tab, label: str, *choices: str) -> None:
    """A list that opens, by arrows and spaces; Escape closes it and leaves the focus on it."""
    group = tab.group(label).first
    opener = group.get_by_label(label, exact=True)
    tab.tabs_to(opener)
    tab.press("Enter")
    for choice in choices:
        tab.tabs_to(group.get_by_role("checkbox", name=choice), "ArrowDown")
        tab.press("Space")
    tab.press("Escape")
    expect(opener).to_be_focused()


def looks_up_with_keys(tab: Tab, label: str, *trees: str) -> None:
    tab.tabs_to(tab.field(label))
    for tree in trees:
        tab.types(tree[:3].lower())
        offered = tab.window.get_by_role("listbox").get_by_role("option")
        expect(offered).to_have_text([tree])
        tab.press("ArrowDown", "Enter")
        expect(offered).to_have_count(0)


def chooses_with_keys(tab: Tab, label: str, typed: str) -> None:
    tab.tabs_to(tab.field(label))
    tab.types(typed)


def fills_in_by_keyboard(tab: Tab, plan: Path) -> None:
    # Asked for early: the browser is to know of it before the key is pressed.
    tab.page.on("filechooser", lambda chooser: chooser.set_files(plan))
    for label, words in TYPED.items():
        tab.tabs_to(tab.field(label))
        tab.types(words)
    # The A is for browsers whose clock has twelve hours; others pass it over.
    for label, keys in {"Day": ["12122026"], "Time": ["0830A"], "Moment": ["12122026", "0945A"]}.items():
        tab.tabs_to(tab.field(label))
        tab.types(keys[0])
        for more in keys[1:]:
            tab.press("ArrowRight")
            tab.types(more)
    chooses_with_keys(tab, "One menu", "Ha")
    chooses_with_keys(tab, "Grouped menu", "Mu")
    ticks_with_keys(tab, "Some lessons", "Reading", "Games")
    looks_up_with_keys(tab, "One tree", "Birch")
    looks_up_with_keys(tab, "Some trees", "Hazel", "Alder")
    chooses_with_keys(tab, "One person", "Ben")
    ticks_with_keys(tab, "Some people", "Ben Baker")
    for what in ("channel", "conversation"):
        chooses_with_keys(tab, f"One {what}", "#gar")
        ticks_with_keys(tab, f"Some {what}s", "#garden")
    tab.tabs_to(tab.window.get_by_role("radio", name="Tea"))
    tab.press("ArrowDown")
    for box in ("Bread", "Honey"):
        tab.tabs_to(tab.window.get_by_role("checkbox", name=box))
        tab.press("Space")
    tab.tabs_to(tab.window.get_by_label("Files"))
    tab.press("Enter")
    expect(tab.window.get_by_role("button", name="Take out plan.txt")).to_be_visible()


def test_the_same_window_is_filled_in_and_sent_by_keyboard_alone(
    sit: Sit, town: Town, tmp_path: Path
) -> None:
    plan = tmp_path / "plan.txt"
    plan.write_text("Wait three seconds.")
    tab = sit(town)
    tab.goes()
    tab.tabs_to(tab.message)
    tab.types("/form strict\n")
    expect(tab.field("One line")).to_be_focused()
    fills_in_by_keyboard(tab, plan)
    tab.tabs_to(tab.window.get_by_role("button", name="Send"))
    tab.press("Enter")
    got = town.heard("submitted")["values"]
    files = got.pop("files")["files"]
    assert got == entered(town.channel("garden"))
    assert [file["name"] for file in files] == ["plan.txt"]
    expect(tab.message).to_be_focused()
