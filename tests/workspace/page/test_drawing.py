"""Every block and element is drawn: with its words, a name for each control, ids that are there once."""

import re
from collections import Counter
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.workspace.checks import check_message, check_view
from bot.workspace.checks.blocks import BLOCKS, allowed_on
from bot.workspace.checks.elements import ELEMENTS, IN_INPUT, IN_SECTION
from bot.workspace.page.drawing import Surface
from tests.workspace.builders import JsonObject, modal, section
from tests.workspace.page import gallery
from tests.workspace.page.conftest import Draw
from tests.workspace.page.gallery import element, inputs
from tests.workspace.page.reading_html import Node, read

SURFACES = ("message", "modal", "home")


# Whatever can be pressed or filled in: each needs a name for somebody who reads with their ears.
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


def test_the_style_sheet_fetches_nothing_and_no_script_writes_html() -> None:
    folder = Path(__file__).parents[3] / "bot" / "workspace" / "page" / "static"
    style = (folder / "blocks.css").read_text()
    assert "url(" not in style
    assert "@import" not in style
    for script in folder.glob("field*.js"):
        assert not re.search(r"innerHTML|outerHTML|insertAdjacentHTML|eval\(", script.read_text()), script
