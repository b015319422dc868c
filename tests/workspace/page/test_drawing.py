"""Every block and element is drawn: with its words, a name for each control, ids that are there once."""

import re
from collections import Counter
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot import clock
from bot.workspace.checks import check_message, check_view
from bot.workspace.checks.blocks import BLOCKS, allowed_on
from bot.workspace.checks.elements import ELEMENTS, IN_INPUT, IN_SECTION
from bot.workspace.page import charts
from bot.workspace.page.drawing import Drawing, Surface
from bot.workspace.server import Workspace
from bot.workspace.state import User
from tests.workspace.builders import JsonObject, actions, button, field, modal, plain, section
from tests.workspace.page import gallery
from tests.workspace.page.conftest import Draw
from tests.workspace.page.gallery import element, inputs, mrkdwn, option, rich, run, words
from tests.workspace.page.reading_html import Node, read

SURFACES = ("message", "modal", "home")
# These are drawn as what they hold: the names are there for somebody who reads with their ears.
CONTROLS = ("button", "select", "textarea", "summary", "a", "input")


def everything(surface: str) -> list[JsonObject]:
    """The whole gallery, and in a modal or Home every element in every place that takes it."""
    kinds = IN_INPUT if surface == "modal" else IN_INPUT - {"file_input"}
    more = inputs(*sorted(kinds)) + gallery.accessories(*sorted(IN_SECTION))
    return [block for block in gallery.on(surface) if block["type"] != "input"] + more


def name_of(page: Node, control: Node) -> str:
    """The accessible name, as far as a browser would find it in what we draw."""
    if "aria-label" in control.attributes:
        return control.attributes["aria-label"]
    labels = page.all("label", for_=control.attributes.get("id", "?"))
    around = page.having(lambda node: node.tag == "label" and control in list(node.walk()))
    return " ".join(node.text for node in [*labels, *around]) or control.text


def test_the_gallery_shows_all_that_the_checks_know_and_nothing_they_refuse() -> None:
    assert set(gallery.BLOCKS) == set(BLOCKS)
    assert set(gallery.ELEMENTS) == set(ELEMENTS)
    for kind in sorted(allowed_on("message")):
        for block in gallery.BLOCKS[kind]:
            assert check_message({"text": "x", "blocks": [block]}) == []
    for kind in sorted(allowed_on("modal") - allowed_on("message")):
        assert check_view(modal(*gallery.BLOCKS[kind])) == []
    assert check_view(modal(*inputs(*sorted(IN_INPUT)))) == []
    assert check_view(modal(*gallery.accessories(*sorted(IN_SECTION)))) == []


@pytest.mark.parametrize("surface", SURFACES)
def test_everything_is_drawn_well_formed_and_each_id_is_there_once(draw: Draw, surface: str) -> None:
    page = read(draw(*everything(surface), kind=surface))
    ids = [node.attributes["id"] for node in page.walk() if "id" in node.attributes]
    assert [one for one, count in Counter(ids).items() if count > 1] == []
    assert not [one for one in ids if re.search(r"\s", one)]
    for name in ("aria-describedby", "aria-labelledby", "aria-controls", "for", "data-count-for"):
        for node in page.having(lambda node, name=name: name in node.attributes):  # type: ignore[misc]
            assert set(node.attributes[name].split()) <= set(ids), node


@pytest.mark.parametrize("surface", SURFACES)
def test_every_control_has_a_name(draw: Draw, surface: str) -> None:
    page = read(draw(*everything(surface), kind=surface))
    controls = page.having(lambda node: node.tag in CONTROLS)
    assert len(controls) > 60
    assert [node for node in controls if not name_of(page, node).strip()] == []


@pytest.mark.parametrize("surface", SURFACES)
def test_no_style_and_no_script_is_in_what_is_drawn(draw: Draw, surface: str) -> None:
    for node in read(draw(*everything(surface), kind=surface)).walk():
        assert node.tag not in ("script", "style", "iframe", "object", "link")
        assert not [name for name in node.attributes if name == "style" or name.startswith("on")]


def test_nothing_from_elsewhere_is_fetched(draw: Draw) -> None:
    page = read(draw(*gallery.on("message")))
    assert page.having(lambda node: "src" in node.attributes or "srcset" in node.attributes) == []
    assert "A bird table" in draw(section("x", accessory=element("image")))


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
    page = read(draw(*everything("modal"), kind="modal"))
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


def test_rich_text_keeps_styles_lists_and_lines(draw: Draw) -> None:
    page = read(draw(*gallery.BLOCKS["rich_text"]))
    assert page.one("u").text == "and all"
    assert [page.one(tag).text for tag in ("strong", "em", "s", "mark")] == ["Bold", *["and all"] * 3]
    assert [item.text for item in page.all("li")] == ["one", "two", "three"]
    numbered = page.one("ol").attributes
    assert (numbered["start"], numbered["class"]) == ("3", "indent-1")
    assert (page.one("blockquote").text, page.one("pre").text) == ("said somebody", "line 1 line 2")
    assert page.one("rect").attributes["fill"] == "#336699"
    assert "Wednesday, 18 November 2026 at 11:06" in page.text


def test_markup_in_a_persons_words_is_only_words(draw: Draw) -> None:
    shown = draw(
        rich(run(words("*not bold* <@U_BEN> <b>&amp;"))),
        {"type": "section", "text": plain("*plain* <!here>")},
    )
    assert read(shown).text == "*not bold* <@U_BEN> <b>&amp; *plain* <!here>"


def test_a_plain_text_shows_emoji_unless_it_says_not_to(draw: Draw) -> None:
    with_emoji, without = (
        {"type": "section", "text": plain(":wave:") | more} for more in ({}, {"emoji": False})
    )
    assert read(draw(with_emoji)).one("span", role="img").attributes["aria-label"] == "waving hand"
    assert read(draw(without)).text == ":wave:"


def test_a_data_table_shows_a_page_of_its_rows_and_names_each_row(draw: Draw) -> None:
    page = read(draw(*gallery.BLOCKS["data_table"]))
    rows = page.one("tbody").all("tr")
    assert ["hidden" in row.attributes for row in rows] == [False, False, True, True, True]
    assert [row.one("th").text for row in rows[:2]] == ["Week 1", "Week 2"]
    assert page.one("caption").text == "Sessions this term"
    assert page.one(data_page_shown="").text == "1 to 2 of 5"


@pytest.mark.parametrize("kind", ["bar", "line", "area", "pie"])
def test_a_chart_is_drawn_and_also_told_as_a_table(draw: Draw, kind: str) -> None:
    page = read(draw(gallery.chart(kind)))
    picture = page.one("svg", role="img")
    assert picture.attributes["aria-labelledby"] == page.one("figcaption").attributes["id"]
    drawn = {"bar": "rect", "line": "polyline", "area": "polygon", "pie": "path"}[kind]
    assert len(picture.all(drawn)) == (4 if kind == "bar" else 2)
    table = [
        [cell.text for cell in row.having(lambda node: node.tag in ("td", "th"))] for row in page.all("tr")
    ]
    figures = [["", "Value", "Share"], ["Tried", "3", "75%"], ["Let pass", "1", "25%"]]
    assert table == (
        figures if kind == "pie" else [["", "Reading", "Maths"], ["Sep", "12", "-4"], ["Oct", "18.5", "9"]]
    )


NUMBERS = st.floats(-1e12, 1e12, allow_nan=False) | st.integers(-100, 100)


@given(st.lists(NUMBERS, min_size=1, max_size=20), st.sampled_from(["bar", "line", "area", "pie"]))
@settings(deadline=None)
def test_whatever_the_figures_the_picture_stays_in_its_frame(values: list[float], kind: str) -> None:
    labels = [str(index) for index in range(len(values))]
    data = [{"label": label, "value": value} for label, value in zip(labels, values, strict=True)]
    chart = {
        "type": kind,
        "segments": data[:12],
        "series": [{"name": "s", "data": data}],
        "axis_config": {"categories": labels},
    }
    drawn = charts.read(chart)
    for node in read(drawn.svg("t")).walk():
        for name, most in (
            ("x", charts.WIDTH),
            ("y", charts.HEIGHT),
            ("cx", charts.WIDTH),
            ("cy", charts.HEIGHT),
        ):
            assert 0 <= float(node.attributes.get(name, 0)) <= most, node
        assert float(node.attributes.get("height", 1)) >= 0
    assert len(drawn.table) == 1 + len(chart["segments"] if kind == "pie" else labels)


def test_a_series_may_miss_a_category_and_all_may_be_nothing() -> None:
    series = [{"name": "s", "data": [{"label": "b", "value": 0}]}]
    drawn = charts.read({"type": "line", "series": series, "axis_config": {"categories": ["a", "b"]}})
    assert drawn.table == [["", "s"], ["a", ""], ["b", "0"]]
    elsewhere = charts.read({"type": "bar", "series": series, "axis_config": {"categories": ["c"]}})
    assert elsewhere.table == [["", "s"], ["c", ""]]
    empty = charts.read({"type": "pie", "segments": [{"label": "a", "value": 0}]})
    assert (empty.names, empty.shapes) == (["a"], "")


def test_a_fold_is_open_unless_told_otherwise_and_holds_its_blocks(draw: Draw) -> None:
    fold = gallery.BLOCKS["container"][0]
    assert "open" in read(draw(fold)).one("details").attributes
    closed = read(draw(fold | {"default_collapsed": True})).one("details")
    assert "open" not in closed.attributes
    assert "inside the fold" in closed.text


@pytest.mark.parametrize(
    ("level", "word"), [("warning", "Warning"), ("error", "Problem"), ("success", "Done")]
)
def test_an_alert_says_its_level_in_a_word_not_only_in_a_colour(draw: Draw, level: str, word: str) -> None:
    alert = {"type": "alert", "level": level, "text": mrkdwn("x")}
    assert read(draw(alert, kind="modal")).one("strong").text == word


def test_an_attachment_is_set_apart_with_all_it_says(drawing: Drawing) -> None:
    attachment = {
        "id": 1,
        "pretext": "*Before*",
        "author_name": "Sam",
        "title": "The plan",
        "title_link": "https://plan.example",
        "text": "<@U_BEN> & <b>",
        "fields": [{"title": "Step", "value": "_Waiting_", "short": True}],
        "blocks": [section("In a block", block_id="b", accessory=button("Go", "go"))],
        "image_url": "https://pictures.example/1.png",
        "fallback": "A drawing",
        "footer": "school :seedling:",
    }
    page = read(drawing.attachments([attachment], Surface("message", "1.1", "C1")))
    words = [
        "Before",
        "Sam",
        "The plan",
        "@Ben Baker & <b>",
        "Step",
        "Waiting",
        "In a block",
        "Go",
        "A drawing",
        "school 🌱",
    ]
    assert page.text.replace(" ", "") == "".join(words).replace(" ", "")
    assert page.one("a").attributes["href"] == "https://plan.example"
    assert page.one("button").attributes["data-block"] == "b"
    assert page.all("img") == []


def test_two_drawings_of_one_message_share_no_id(draw: Draw) -> None:
    blocks = gallery.on("message")
    first, second = (read(draw(*blocks, part=part)) for part in ("", "thread"))
    ids = [
        {node.attributes["id"] for node in page.walk() if "id" in node.attributes} for page in (first, second)
    ]
    assert ids[0].isdisjoint(ids[1])


def test_ids_cannot_run_into_each_other() -> None:
    surface = Surface("modal", "V1")
    assert surface.element_id("a b", "c:d") == "modal:V1:a%20b:c%3Ad"
    assert surface.element_id("a:b", "c") != surface.element_id("a", "b:c")


def images(workspace: Workspace, viewer: str, **image: object) -> list[Node]:
    """The pictures that are shown of an image block like this."""
    drawing = Drawing(workspace.world, workspace.world.users[viewer], clock.now(), workspace.files)
    block = {"type": "image", "block_id": "b", "alt_text": "The yard"} | image
    return read(drawing.blocks([block], Surface("message", "1.1"))).all("img")


async def test_a_picture_of_the_workspaces_own_is_shown_to_those_who_may_see_it(workspace: Workspace) -> None:
    mine = workspace.files.put("U_ANN", "yard.png", b"png")
    paper = workspace.files.put("U_ANN", "plan.pdf", b"pdf")
    (picture,) = images(workspace, "U_ANN", slack_file={"id": mine.id})
    assert picture.attributes["alt"] == "The yard"
    assert picture.attributes["src"].startswith(mine.path)
    assert images(workspace, "U_ANN", image_url=mine.as_json()["url_private"])
    assert not images(workspace, "U_BEN", slack_file={"id": mine.id})
    assert not images(workspace, "U_ANN", slack_file={"id": paper.id})
    assert not images(workspace, "U_ANN", image_url=f"https://elsewhere.example{mine.path}")


def hostile(blocks: object, words: str) -> object:
    """The same blocks with these words wherever a person would read some."""
    if isinstance(blocks, list):
        return [hostile(one, words) for one in blocks]
    if not isinstance(blocks, dict):
        return blocks
    read_by_people = (
        "text",
        "alt_text",
        "title",
        "caption",
        "label",
        "name",
        "initial_value",
        "url",
        "value",
        "block_id",
    )
    return {
        name: words if isinstance(part, str) and name in read_by_people else hostile(part, words)
        for name, part in blocks.items()
    }


BITS = st.sampled_from(
    [*"\"'<>&`", "</textarea>", "<script>x</script>", " onclick=x ", "{{7*191}}", "{%", "-->", "javascript:x"]
)


@given(st.lists(BITS, min_size=1, max_size=6).map("".join))
@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_hostile_words_anywhere_in_any_block_stay_words(draw: Draw, words: str) -> None:
    blocks = [*everything("message"), *gallery.BLOCKS["alert"]]
    innocent = {node.tag for node in read(draw(*blocks)).walk()}
    changed = hostile(blocks, words)
    assert isinstance(changed, list)
    for block in changed:
        page = read(draw(block))
        assert {node.tag for node in page.walk()} <= innocent
        assert not page.having(lambda node: any(name.startswith("on") for name in node.attributes))
        assert not page.having(lambda node: node.attributes.get("href", "").startswith("javascript"))
        assert "1337" not in page.text


def test_the_style_sheet_names_no_address_and_every_class_it_needs_is_its_own() -> None:
    folder = Path(__file__).parents[3] / "bot" / "workspace" / "page" / "static"
    style = (folder / "blocks.css").read_text()
    assert "url(" not in style
    assert "@import" not in style
    for script in folder.glob("field*.js"):
        assert not re.search(r"innerHTML|outerHTML|insertAdjacentHTML|eval\(", script.read_text()), script
