"""Every kind of input in a window, filled in with a mouse, with a finger and with keys: the app gets what was entered."""

from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Locator, expect

from tests.browser.conftest import Sit
from tests.browser.forms_app import option
from tests.browser.tab import Tab
from tests.browser.town import BEN, Town

DAY = "2026-12-03"
TIME = "08:30"
MOMENT_UTC = 1_796_291_100  # Thursday, 3 December 2026, 09:45 in London
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
        "moment": {"type": "datetimepicker", "selected_date_time": MOMENT_UTC},
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
    tab.field("Moment").fill(f"{DAY}T09:45")
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
