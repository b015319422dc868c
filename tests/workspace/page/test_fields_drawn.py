"""Buttons, menus and fields as they are drawn: named, filled in, with what is wrong beside them."""

import pytest

from bot.workspace.checks.elements import IN_INPUT
from bot.workspace.state import User
from tests.workspace.builders import JsonObject, actions, button, field
from tests.workspace.page import gallery
from tests.workspace.page.conftest import Draw
from tests.workspace.page.gallery import element, inputs, option
from tests.workspace.page.reading_html import read


@pytest.mark.parametrize("kind", sorted(IN_INPUT))
def test_an_input_has_label_hint_and_error_tied_to_it(draw: Draw, kind: str) -> None:
    (block,) = inputs(kind)
    page = read(draw(block, kind="modal", errors={block["block_id"]: "Not like that."}))
    said = page.having(lambda node: node.attributes.get("id", "").endswith(":error"))
    hint = page.having(lambda node: node.attributes.get("id", "").endswith(":hint"))
    assert (said[0].text, hint[0].text) == ("Not like that.", f"A hint for {kind}")
    described = page.having(lambda node: "aria-describedby" in node.attributes)
    assert described
    for node in described:
        assert node.attributes["aria-describedby"].split() == [
            said[0].attributes["id"],
            hint[0].attributes["id"],
        ]
    title = (page.all("legend") or page.all("label"))[0]
    assert title.text.startswith(f"Field: {kind}")


def test_an_error_is_hidden_until_there_is_one_and_marks_the_field_then(draw: Draw) -> None:
    block = field("What happened?", "line", "b")
    without = read(draw(block, kind="modal"))
    assert "hidden" in without.all("p")[0].attributes
    assert "aria-invalid" not in without.one("input").attributes
    wrong = read(draw(block, kind="modal", errors={"b": "Please say."})).one("input")
    assert wrong.attributes["aria-invalid"] == "true"


def test_what_must_be_filled_in_says_so_and_what_need_not_be_too(draw: Draw) -> None:
    page = read(draw(field("Must", "a", "a"), field("May", "b", "b", optional=True), kind="modal"))
    must, may = page.all("input")
    assert must.attributes["aria-required"] == "true"
    assert "aria-required" not in may.attributes
    assert [label.text for label in page.all("label")] == ["Must", "May (optional)"]


@pytest.mark.parametrize(
    ("kind", "tag", "attributes"),
    [
        ("static_select", "select", {}),
        ("users_select", "select", {}),
        ("datepicker", "input", {"type": "date", "value": "2026-11-30"}),
        ("timepicker", "input", {"type": "time", "value": "15:40"}),
        ("datetimepicker", "input", {"type": "datetime-local", "value": "2026-11-18T11:06"}),
        ("plain_text_input", "textarea", {}),
        ("rich_text_input", "textarea", {}),
        ("email_text_input", "input", {"inputmode": "email"}),
        ("url_text_input", "input", {"inputmode": "url", "value": "https://school.example"}),
        ("number_input", "input", {"inputmode": "decimal", "value": "1.5"}),
        ("external_select", "input", {"role": "combobox"}),
        ("file_input", "input", {"type": "file", "accept": ".pdf,.png"}),
    ],
)
def test_a_field_is_a_native_control(draw: Draw, kind: str, tag: str, attributes: dict[str, str]) -> None:
    control = read(draw(*inputs(kind), kind="modal")).one(
        tag, id=f"modal:1795000000.000100:in_{kind}:act_{kind}"
    )
    assert attributes.items() <= control.attributes.items()


def test_a_date_and_time_is_shown_on_the_clock_of_whoever_looks(draw: Draw, viewer: User) -> None:
    viewer.tz = "Asia/Tokyo"
    assert 'value="2026-11-18T20:06"' in draw(*inputs("datetimepicker"), kind="modal")


def test_each_control_says_what_it_is_to_the_script(draw: Draw) -> None:
    page = read(draw(*inputs(*IN_INPUT), kind="modal"))
    for kind in IN_INPUT:
        (control,) = page.all(data_block=f"in_{kind}", data_action=f"act_{kind}")
        assert (control.attributes["data-type"], control.attributes["data-hears"]) == (kind, "")


@pytest.mark.parametrize(
    ("block", "hears"),
    [
        (actions(button("Go", "go")), "change"),
        (field("F", "a", "b", dispatch_action=True), "on_enter_pressed"),
        (
            field("F", "a", "b", dispatch_action=True)
            | {
                "element": {
                    "type": "plain_text_input",
                    "action_id": "a",
                    "dispatch_action_config": {"trigger_actions_on": ["on_character_entered"]},
                }
            },
            "on_character_entered",
        ),
    ],
)
def test_a_control_says_when_the_app_hears_of_it(draw: Draw, block: JsonObject, hears: str) -> None:
    (control,) = read(draw(block, kind="modal")).having(lambda node: "data-hears" in node.attributes)
    assert control.attributes["data-hears"] == hears


def test_menus_show_what_is_chosen_and_the_groups_it_is_in(draw: Draw) -> None:
    grouped = {"type": "static_select", "action_id": "a", "option_groups": gallery.GROUPS}
    page = read(draw(actions(grouped | {"initial_option": option("Reading")})))
    assert [group.attributes["label"] for group in page.all("optgroup")] == ["Morning", "Afternoon"]
    assert [one.text for one in page.all("option", selected="")] == ["Reading"]
    several = read(draw(*inputs("multi_static_select"), kind="modal"))
    assert several.one("summary").text == "Maths"
    assert [box.attributes["value"] for box in several.all("input", checked="")] == ["maths"]
    assert several.one("details").attributes["data-most"] == "2"


def test_people_and_channels_are_offered_as_far_as_one_may_see_them(draw: Draw) -> None:
    page = read(draw(*inputs("users_select", "channels_select", "conversations_select"), kind="modal"))
    people, channels, conversations = (
        [one.text for one in menu.all("option")[1:]] for menu in page.all("select")
    )
    assert {"Ann Archer", "Ben Baker"} <= set(people)
    assert "Olive Old" not in people
    assert channels == ["#staff"]
    assert conversations == ["#staff"]


def test_what_was_entered_is_shown_in_place_of_what_it_began_with(draw: Draw) -> None:
    blocks = inputs(
        "plain_text_input", "checkboxes", "external_select", "multi_external_select", "file_input"
    )
    entered: dict[str, JsonObject] = {
        "in_plain_text_input": {
            "act_plain_text_input": {"type": "plain_text_input", "value": "</textarea>typed"}
        },
        "in_checkboxes": {"act_checkboxes": {"type": "checkboxes", "selected_options": []}},
        "in_external_select": {
            "act_external_select": {"type": "external_select", "selected_option": option("Phonics")}
        },
        "in_multi_external_select": {
            "act_multi_external_select": {
                "type": "multi_external_select",
                "selected_options": [option("Chess")],
            }
        },
        "in_file_input": {
            "act_file_input": {"type": "file_input", "files": [{"id": "F1", "name": "plan.pdf"}]}
        },
    }
    page = read(draw(*blocks, kind="modal", entered=entered))
    assert page.one("textarea").text == "</textarea>typed"
    assert page.all("input", checked="") == []
    lookup = page.all("input", role="combobox")[0].attributes
    assert (lookup["value"], lookup["data-value"]) == ("Phonics", "phonics")
    assert [one.text for one in page.all("button", data_remove="")] == [
        "Take out Chess ×",
        "Take out plan.pdf ×",
    ]


def test_a_counter_says_how_much_room_is_left(draw: Draw) -> None:
    block = field("F", "a", "b", element={"max_length": 10, "initial_value": "👋🏽 hi"})
    assert "5 left" in draw(block, kind="modal")


def test_buttons_look_and_sound_as_they_are_told(draw: Draw) -> None:
    page = read(
        draw(
            actions(
                button("Go", "go", style="primary", accessibility_label="Go to the journal"),
                button("Delete", "delete", style="danger"),
                button("Read", "read", url="https://school.example"),
                button("Odd", "odd", url="javascript:alert(1)"),
            )
        )
    )
    go, delete, odd = page.all("button")
    assert go.attributes["aria-label"] == "Go to the journal"
    assert ("b-primary" in go.attributes["class"], "b-danger" in delete.attributes["class"]) == (True, True)
    assert page.one("a").attributes["href"] == "https://school.example"
    assert odd.text == "Odd"


def test_a_question_is_ready_where_an_element_wants_to_be_confirmed(draw: Draw) -> None:
    page = read(draw(actions(button("Delete", "wipe", confirm=gallery.CONFIRM))))
    (control,) = page.all("button", data_action="wipe")
    question = page.one("template", id=control.attributes["data-confirm"])
    assert question.one("h2").text == "Are you sure?"
    assert question.one("strong").text == "gone"
    assert [one.attributes["value"] for one in question.all("button")] == ["deny", "confirm"]


def test_an_icon_button_is_there_for_those_it_is_meant_for(draw: Draw) -> None:
    def bar(*users: str) -> JsonObject:
        icon = element("icon_button", visible_to_user_ids=list(users))
        return {"type": "context_actions", "elements": [icon]}

    assert "Delete" in draw(bar("U_ANN"))
    assert "Delete" not in draw(bar("U_BEN")).partition("<template")[0]
