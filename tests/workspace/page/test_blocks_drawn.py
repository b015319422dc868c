"""What each block shows: rich text, tables, charts, pictures, folds, alerts, attachments."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot import clock
from bot.workspace.page import charts
from bot.workspace.page.drawing import Drawing, Surface
from bot.workspace.server import Workspace
from tests.workspace.builders import button, plain, section
from tests.workspace.page import gallery
from tests.workspace.page.conftest import Draw
from tests.workspace.page.gallery import mrkdwn, rich, run, words
from tests.workspace.page.reading_html import Node, read


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
