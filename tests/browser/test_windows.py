"""Windows and buttons of an app: errors in place, questions before a deed, and what an app hears at once."""

import re
from pathlib import Path

from playwright.sync_api import expect

from tests.browser.conftest import Sit
from tests.browser.forms_app import CHOSEN, TYPED, board, option
from tests.browser.town import Town

REQUIRED = "Please complete this required field."


def test_an_empty_window_says_at_each_field_what_is_missing(sit: Sit, town: Town) -> None:
    tab = sit(town)
    tab.goes()
    window = tab.opens("strict")
    tab.presses("Send")
    expect(window.get_by_text(REQUIRED)).to_have_count(len(TYPED) + len(CHOSEN))
    expect(window.get_by_role("alert")).to_contain_text(f"{len(TYPED) + len(CHOSEN)} answers need")
    expect(tab.field("One line")).to_be_focused()
    expect(tab.field("One line")).to_have_accessible_description(REQUIRED)


def test_what_is_not_an_address_or_a_number_is_told_at_its_field(sit: Sit, town: Town) -> None:
    tab = sit(town)
    tab.goes()
    tab.opens("every")
    for label, words in {"Mail": "nobody", "Link": "somewhere", "Number": "a few"}.items():
        tab.field(label).fill(words)
    tab.presses("Send")
    expect(tab.field("Mail")).to_have_accessible_description("Please enter a valid email address.")
    expect(tab.field("Link")).to_have_accessible_description("Please enter a valid URL.")
    expect(tab.field("Number")).to_have_attribute("aria-invalid", "true")
    expect(tab.field("Number")).to_have_value("a few")


def test_what_an_app_refuses_stands_at_the_field_with_what_was_typed(sit: Sit, town: Town) -> None:
    tab = sit(town)
    tab.goes()
    window = tab.opens("wrong")
    tab.field("One line").fill("quite wrong")
    tab.field("Some lines").fill("kept")
    tab.presses("Send")
    expect(tab.field("One line")).to_have_accessible_description("Not that, please.")
    expect(tab.field("One line")).to_be_focused()
    expect(tab.field("One line")).to_have_value("quite wrong")
    expect(tab.field("Some lines")).to_have_value("kept")
    tab.field("One line").fill("better")
    tab.presses("Send")
    expect(window).to_have_count(0)
    town.heard("submitted")
    assert town.heard("submitted")["values"]["one_line"]["value"] == "better"


def test_a_list_takes_no_more_than_the_app_allows(sit: Sit, town: Town) -> None:
    tab = sit(town)
    tab.goes()
    tab.opens("every")
    group = tab.group("Some lessons").first
    group.get_by_label("Some lessons", exact=True).click()
    for lesson in ("Maths", "Music"):
        group.get_by_role("checkbox", name=lesson).check()
    expect(group.get_by_role("checkbox", name="Games")).to_be_disabled()
    group.get_by_role("checkbox", name="Maths").uncheck()
    group.get_by_role("searchbox", name="Filter").fill("ga")
    expect(group.get_by_role("checkbox")).to_have_count(1)
    group.get_by_role("checkbox", name="Games").check()
    tab.presses("Send")
    chosen = town.heard("submitted")["values"]["some_lessons"]["selected_options"]
    assert chosen == [option("Music"), option("Games")]


def test_a_file_can_be_taken_out_again_and_too_many_are_refused(sit: Sit, town: Town, tmp_path: Path) -> None:
    files = [tmp_path / name for name in ("one.txt", "two.txt", "three.txt")]
    for file in files:
        file.write_text(file.name)
    tab = sit(town)
    tab.goes()
    window = tab.opens("every")
    tab.brings("Files", files[0], files[1])
    window.get_by_label(re.compile("^Files")).set_input_files(files[2])
    expect(window.get_by_text("At most 2 can go here.")).to_be_visible()
    window.get_by_role("button", name="Take out one.txt").click()
    expect(window.get_by_role("button", name="Take out")).to_have_count(1)
    tab.presses("Send")
    kept = town.heard("submitted")["values"]["files"]["files"]
    assert [file["name"] for file in kept] == ["two.txt"]


def test_an_app_hears_at_once_of_what_it_asked_to_hear_of(sit: Sit, town: Town) -> None:
    tab = sit(town)
    tab.goes()
    tab.opens("live")
    tab.field("Seen at once").select_option("Leaf")
    assert town.heard("action")["told"] == {"selected_option": option("Leaf")}
    tab.field("Heard on Enter").fill("a bird")
    tab.press("Enter")
    assert town.heard("action") == {
        "what": "action",
        "action_id": "heard_on_enter",
        "told": {"value": "a bird"},
    }
    tab.sees_window("A form")


def test_a_window_that_is_left_with_escape_is_told_and_gives_the_focus_back(sit: Sit, town: Town) -> None:
    tab = sit(town)
    tab.goes()
    tab.opens("wrong")
    tab.press("Escape")
    assert town.heard("closed")["callback_id"] == "wrong"
    expect(tab.window).to_have_count(0)
    expect(tab.message).to_be_focused()


def test_a_question_before_a_deed_can_be_denied(sit: Sit, town: Town) -> None:
    tab = sit(town)
    town.call("chat.postMessage", channel=tab.person, text="Trees", blocks=board("A beech"))
    tab.goes()
    fell = tab.said("A beech").get_by_role("button", name="Fell")
    question = tab.page.get_by_role("dialog", name="Fell the tree?")
    fell.click()
    expect(question).to_contain_text("a hundred years")
    question.get_by_role("button", name="Let it stand").click()
    expect(question).to_have_count(0)
    expect(fell).to_be_focused()
    fell.click()
    tab.press("Escape")
    expect(question).to_have_count(0)
    tab.said("A beech").get_by_role("button", name="Say hello").click()
    assert town.heard("action")["action_id"] == "plain"
    fell.click()
    question.get_by_role("button", name="Fell it").click()
    assert town.heard("action")["action_id"] == "fell"


def test_a_question_stands_above_a_window_and_leaves_it_open(sit: Sit, town: Town) -> None:
    tab = sit(town)
    tab.goes()
    tab.opens("pressed")
    tab.field("One line").fill("kept")
    tab.presses("Fell")
    tab.press("Escape")
    expect(tab.page.get_by_role("dialog", name="Fell the tree?")).to_have_count(0)
    expect(tab.field("One line")).to_have_value("kept")
    tab.presses("Fell")
    tab.presses("Fell it")
    assert town.heard("action")["action_id"] == "fell"
    tab.sees_window("A form")


def test_everything_in_a_message_and_in_home_can_be_pressed_and_chosen(sit: Sit, town: Town) -> None:
    tab = sit(town)
    town.call("chat.postMessage", channel=tab.person, text="Trees", blocks=board("A beech"))
    for place in ("messages", "home"):
        tab.goes(place)
        tab.middle.get_by_label("More to choose from").click()
        tab.middle.get_by_role("button", name="Prune it").click()
        assert town.heard("action")["told"] == {"selected_option": option("Prune it")}
        tab.middle.get_by_role("combobox", name="Which?").select_option("Rowan")
        assert town.heard("action")["told"] == {"selected_option": option("Rowan")}
        tab.middle.get_by_role("checkbox", name="Roots").check()
        assert town.heard("action")["told"] == {"selected_options": [option("Roots")]}
        tab.middle.get_by_role("textbox", name="Date").fill("2026-12-12")
        assert town.heard("action")["told"] == {"selected_date": "2026-12-12"}


def test_an_answer_for_one_person_is_seen_by_nobody_else(sit: Sit, town: Town) -> None:
    tab, other = sit(town), sit(town)
    garden = town.channel("garden")
    town.call("conversations.join", channel=garden)
    town.call("chat.postMessage", channel=garden, text="Trees", blocks=board("A lime tree for all"))
    for one in (tab, other):
        one.goes("garden")
    tab.said("A lime tree for all").get_by_role("button", name="Say hello").click()
    expect(tab.said("nobody else sees this")).to_contain_text("Only visible to you")
    other.message.fill("Is anybody here?")
    other.press("Enter")
    expect(other.said("Is anybody here?")).to_be_visible()
    expect(other.messages).not_to_contain_text("nobody else sees this")
