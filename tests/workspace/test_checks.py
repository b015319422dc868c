"""Slack's limits, each at the limit and one past it; and what each surface allows."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.workspace.checks import check_message, check_view
from bot.workspace.checks.blocks import BLOCKS, allowed_on
from tests.workspace.builders import JsonObject, actions, button, field, home, modal, plain, section


def option(text: str = "One", value: str = "1", **more: Any) -> JsonObject:
    return {"text": plain(text), "value": value} | more


def options(count: int) -> list[JsonObject]:
    return [option(str(index), str(index)) for index in range(count)]


def menu(kind: str, **more: Any) -> JsonObject:
    return {"type": kind, "action_id": "menu"} | more


def text_input(**more: Any) -> JsonObject:
    return field("Label", "a", element=more)


def confirm(**more: str) -> JsonObject:
    texts = {"title": "t", "text": "x", "confirm": "yes", "deny": "no"} | more
    return {name: plain(text) for name, text in texts.items()}


def raw_rows(rows: int, columns: int) -> list[list[JsonObject]]:
    return [[{"type": "raw_text", "text": "x"}] * columns] * rows


def card(**more: Any) -> JsonObject:
    return {"type": "card", "title": plain("Card")} | more


def chart(series: int, categories: int) -> JsonObject:
    names = [str(index) for index in range(categories)]
    data = [{"label": name, "value": 1} for name in names]
    lines = [{"name": str(index), "data": data} for index in range(series)]
    body = {"type": "line", "series": lines, "axis_config": {"categories": names}}
    return {"type": "data_visualization", "title": "T", "chart": body}


# what, a block with something of the size, the largest size that Slack takes
IN_A_MESSAGE: list[tuple[str, Any, int]] = [
    ("section text", lambda n: section("x" * n), 3000),
    ("section fields", lambda n: {"type": "section", "fields": [plain("x")] * n}, 10),
    ("field text", lambda n: {"type": "section", "fields": [plain("x" * n)]}, 2000),
    ("block_id", lambda n: section("x", block_id="b" * n), 255),
    ("header", lambda n: {"type": "header", "text": plain("x" * n)}, 150),
    ("context elements", lambda n: {"type": "context", "elements": [plain("x")] * n}, 10),
    ("actions elements", lambda n: actions(*[button("B", f"a{i}") for i in range(n)]), 25),
    ("button text", lambda n: actions(button("x" * n, "a")), 75),
    ("button value", lambda n: actions(button("x", "a", value="v" * n)), 2000),
    ("action_id", lambda n: actions(button("x", "a" * n)), 255),
    ("button url", lambda n: actions(button("x", "a", url="h" * n)), 3000),
    ("accessibility label", lambda n: actions(button("x", "a", accessibility_label="l" * n)), 75),
    ("confirm title", lambda n: actions(button("x", "a", confirm=confirm(title="t" * n))), 100),
    ("confirm text", lambda n: actions(button("x", "a", confirm=confirm(text="t" * n))), 300),
    ("confirm button", lambda n: actions(button("x", "a", confirm=confirm(confirm="t" * n))), 30),
    ("select options", lambda n: actions(menu("static_select", options=options(n))), 100),
    ("option text", lambda n: actions(menu("static_select", options=[option("x" * n)])), 75),
    ("option value", lambda n: actions(menu("static_select", options=[option(value="v" * n)])), 150),
    (
        "option description",
        lambda n: actions(menu("radio_buttons", options=[option(description=plain("d" * n))])),
        75,
    ),
    ("placeholder", lambda n: actions(menu("users_select", placeholder=plain("p" * n))), 150),
    ("radio options", lambda n: actions(menu("radio_buttons", options=options(n))), 10),
    ("checkboxes", lambda n: actions(menu("checkboxes", options=options(n))), 10),
    ("overflow", lambda n: actions(menu("overflow", options=options(n))), 5),
    ("image alt text", lambda n: {"type": "image", "image_url": "u", "alt_text": "x" * n}, 2000),
    ("image url", lambda n: {"type": "image", "image_url": "u" * n, "alt_text": "x"}, 3000),
    (
        "image title",
        lambda n: {"type": "image", "image_url": "u", "alt_text": "x", "title": plain("x" * n)},
        2000,
    ),
    ("markdown", lambda n: {"type": "markdown", "text": "x" * n}, 12_000),
    ("table rows", lambda n: {"type": "table", "rows": raw_rows(n, 1)}, 100),
    ("table cells", lambda n: {"type": "table", "rows": raw_rows(1, n)}, 20),
    ("data table rows", lambda n: {"type": "data_table", "caption": "c", "rows": raw_rows(n, 1)}, 201),
    ("data table columns", lambda n: {"type": "data_table", "caption": "c", "rows": raw_rows(2, n)}, 20),
    ("chart series", lambda n: chart(n, 1), 12),
    ("chart categories", lambda n: chart(1, n), 20),
    ("card title", lambda n: card(title=plain("x" * n)), 150),
    ("card subtitle", lambda n: card(subtitle=plain("x" * n)), 150),
    ("card body", lambda n: card(body=plain("x" * n)), 200),
    ("carousel", lambda n: {"type": "carousel", "elements": [card()] * n}, 10),
    (
        "container",
        lambda n: {"type": "container", "title": plain("t"), "child_blocks": [section("x")] * n},
        10,
    ),
]


@pytest.mark.parametrize(("what", "block", "limit"), IN_A_MESSAGE, ids=[case[0] for case in IN_A_MESSAGE])
def test_a_message_block_is_taken_at_its_limit_and_refused_past_it(what: str, block: Any, limit: int) -> None:
    assert check_message({"text": "t", "blocks": [block(limit)]}) == []
    problems = check_message({"text": "t", "blocks": [block(limit + 1)]})
    assert problems
    assert problems[0].code == "invalid_blocks"
    assert problems[0].pointer.startswith("/blocks/0")


IN_A_MODAL: list[tuple[str, Any, int]] = [
    ("title", lambda n: modal(section("x"), title="t" * n), 24),
    ("submit", lambda n: modal(section("x"), submit=plain("s" * n)), 24),
    ("close", lambda n: modal(section("x"), close=plain("c" * n)), 24),
    ("private_metadata", lambda n: modal(section("x"), private_metadata="m" * n), 3000),
    ("callback_id", lambda n: modal(section("x"), callback_id="c" * n), 255),
    ("blocks", lambda n: modal(*[section("x")] * n), 100),
    ("label", lambda n: modal(field("l" * n, "a")), 2000),
    ("hint", lambda n: modal(field("l", "a", hint=plain("h" * n))), 2000),
    ("max_length", lambda n: modal(text_input(max_length=n)), 3000),
    ("initial_value", lambda n: modal(text_input(initial_value="x" * n)), 3000),
    ("input placeholder", lambda n: modal(text_input(placeholder=plain("x" * n))), 150),
    ("alert", lambda n: modal({"type": "alert", "text": plain("x" * n)}), 200),
]


@pytest.mark.parametrize(("what", "view", "limit"), IN_A_MODAL, ids=[case[0] for case in IN_A_MODAL])
def test_a_view_is_taken_at_its_limit_and_refused_past_it(what: str, view: Any, limit: int) -> None:
    assert check_view(view(limit)) == []
    problems = check_view(view(limit + 1))
    assert problems
    assert problems[0].code == "invalid_arguments"
    assert problems[0].pointer.startswith("/view")


WRONG: list[tuple[str, JsonObject]] = [
    ("an unknown block", {"type": "sparkles"}),
    ("no type", {"text": plain("x")}),
    ("an unknown property", section("x", colour="red")),
    ("an empty section", {"type": "section"}),
    ("an empty text", section("")),
    ("mrkdwn in a header", {"type": "header", "text": {"type": "mrkdwn", "text": "x"}}),
    ("mrkdwn on a button", actions({"type": "button", "text": {"type": "mrkdwn", "text": "x"}})),
    ("no actions", actions()),
    ("an unknown style", actions(button("x", "a", style="loud"))),
    ("a button without a text", actions({"type": "button", "action_id": "a"})),
    ("an input element among actions", actions({"type": "plain_text_input", "action_id": "a"})),
    ("options and groups", actions(menu("static_select", options=options(1), option_groups=[]))),
    ("neither options nor groups", actions(menu("static_select"))),
    (
        "an initial option not offered",
        actions(menu("static_select", options=options(1), initial_option=option("9"))),
    ),
    ("options of one value", actions(menu("radio_buttons", options=[option("A"), option("B")]))),
    ("a day that is none", actions(menu("datepicker", initial_date="2026-02-30"))),
    ("a time that is none", actions(menu("timepicker", initial_time="24:30"))),
    ("an image without an address", {"type": "image", "alt_text": "x"}),
    ("an alert in a message", {"type": "alert", "text": plain("x")}),
    ("uneven rows", {"type": "data_table", "caption": "c", "rows": [*raw_rows(1, 1), *raw_rows(1, 2)]}),
    ("a data table without a caption", {"type": "data_table", "rows": raw_rows(2, 1)}),
    (
        "min over max",
        {
            "type": "input",
            "label": plain("l"),
            "element": {"type": "plain_text_input", "action_id": "a", "min_length": 9, "max_length": 3},
        },
    ),
    ("a text instead of a block", "hello"),  # type: ignore[list-item]
]


@pytest.mark.parametrize("block", [case[1] for case in WRONG], ids=[case[0] for case in WRONG])
def test_what_slack_does_not_know_is_refused_with_its_place(block: JsonObject) -> None:
    problems = check_message({"text": "t", "blocks": [block]})
    assert problems
    assert all(problem.code == "invalid_blocks" and problem.pointer for problem in problems)


def test_a_message_has_fifty_blocks_at_most() -> None:
    assert check_message({"text": "t", "blocks": [section("x")] * 50}) == []
    assert check_message({"text": "t", "blocks": [section("x")] * 51})


def test_all_blocks_together_have_13200_characters_at_most() -> None:
    filled = [section("x" * 2640)] * 5
    assert check_message({"text": "t", "blocks": filled}) == []
    problems = check_message({"text": "t", "blocks": [*filled, section("x")]})
    assert [problem.code for problem in problems] == ["msg_blocks_too_long"]


def test_a_text_over_4000_characters_is_reported() -> None:
    assert check_message({"text": "x" * 4000}) == []
    assert [problem.code for problem in check_message({"text": "x" * 4001})] == ["msg_too_long"]


@pytest.mark.parametrize("payload", [{}, {"text": ""}, {"text": "  "}, {"text": None, "blocks": []}])
def test_a_message_of_nothing_is_no_text(payload: JsonObject) -> None:
    assert [problem.code for problem in check_message(payload)] == ["no_text"]


def test_ids_are_unique_where_slack_wants_them_to_be() -> None:
    same_block = [section("x", block_id="b"), section("y", block_id="b")]
    assert "already exists" in str(check_message({"blocks": same_block})[0])
    assert "already exists" in str(
        check_message({"blocks": [actions(button("x", "a"), button("y", "a"))]})[0]
    )
    two_blocks = [actions(button("x", "a")), actions(button("y", "a"))]
    assert check_message({"blocks": two_blocks}) == []


def test_one_table_and_two_charts_fit_in_a_message() -> None:
    table = {"type": "table", "rows": raw_rows(1, 1)}
    assert check_message({"blocks": [table, chart(1, 1), chart(1, 1)]}) == []
    assert check_message({"blocks": [table, table]})
    assert check_message({"blocks": [chart(1, 1)] * 3})


def test_one_element_of_a_view_has_the_focus() -> None:
    focused = [text_input(focus_on_load=True), field("B", "b", element={"focus_on_load": True})]
    assert check_view(modal(focused[0])) == []
    assert "focus_on_load" in str(check_view(modal(*focused))[0])


def test_a_modal_with_an_input_needs_a_submit_button_and_home_does_not() -> None:
    asking = modal(field("L", "a"))
    del asking["submit"]
    assert "submit" in str(check_view(asking)[0])
    assert check_view(home(field("L", "a"))) == []


def test_a_view_over_250_kb_is_too_large() -> None:
    rows = [[{"type": "raw_text", "text": "x" * 2900}]] * 90
    assert [problem.code for problem in check_view(home({"type": "table", "rows": rows}))] == [
        "view_too_large"
    ]


def test_a_problem_reads_as_slack_writes_it() -> None:
    (problem,) = check_view(modal(actions(button("x" * 76, "a"))))
    assert (
        str(problem) == "must be less than 76 characters [json-pointer:/view/blocks/0/elements/0/text/text]"
    )


def test_every_block_has_a_surface_but_the_one_that_only_slack_makes() -> None:
    everywhere = [allowed_on(surface) for surface in ("message", "modal", "home")]
    assert set(BLOCKS) - set().union(*everywhere) == {"file"}
    assert all(surface < set(BLOCKS) for surface in everywhere)


ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=20),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(
            st.sampled_from(
                [
                    "type",
                    "text",
                    "elements",
                    "blocks",
                    "element",
                    "options",
                    "block_id",
                    "action_id",
                    "label",
                    "rows",
                ]
            )
            | st.text(max_size=5),
            inner,
            max_size=5,
        )
    ),
    max_leaves=25,
)
TYPED = st.fixed_dictionaries(
    {"type": st.sampled_from([*BLOCKS, "nonsense"])},
    optional=dict.fromkeys(
        ("text", "elements", "element", "label", "rows", "child_blocks", "block_id"), ANYTHING
    ),
)


@given(blocks=st.lists(TYPED | ANYTHING, max_size=4))
def test_no_garbage_makes_the_checks_fail_themselves(blocks: list[Any]) -> None:
    for problem in check_message({"text": "t", "blocks": blocks}) + check_view(
        {"type": "modal", "blocks": blocks}
    ):
        assert json.dumps(str(problem))
