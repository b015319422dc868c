"""What no single block decides: ids that are there twice, attachments, bounds that all blocks of a kind share."""

import pytest
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.workspace.checks import check_message, check_view
from tests.workspace.builders import JsonObject, actions, button, home, modal, plain, section


def problems_of(payload: JsonObject) -> list[tuple[str, str]]:
    return [(problem.code, problem.pointer) for problem in check_message(payload)]


def test_an_id_that_is_there_twice_is_pointed_at_where_it_comes_again() -> None:
    inner = {"type": "container", "title": plain("t"), "child_blocks": [section("x", block_id="b")]}
    twice = problems_of({"blocks": [section("x", block_id="b"), inner]})
    assert twice == [("invalid_blocks", "/blocks/1/child_blocks/0/block_id")]
    same = actions(button("x", "a"), button("y", "a"))
    within = problems_of({"blocks": [section("x"), inner | {"child_blocks": [same]}]})
    assert within == [("invalid_blocks", "/blocks/1/child_blocks/0/elements")]


def test_blocks_of_attachments_are_checked_like_any_others() -> None:
    attachments = [{"text": "old", "colour": "unknown"}, {"blocks": [section("x"), section("x" * 3001)]}]
    assert problems_of({"attachments": attachments}) == [
        ("invalid_blocks", "/attachments/1/blocks/1/text/text")
    ]
    assert problems_of({"attachments": [{"blocks": [section("x")]}]}) == []


def test_an_attachments_own_fields_are_looked_at_as_far_as_they_are_known() -> None:
    assert problems_of({"attachments": "x"}) == [("invalid_attachments", "/attachments")]
    assert problems_of({"attachments": [{"text": 7}]}) == [("invalid_attachments", "/attachments/0/text")]
    assert problems_of({"attachments": [{"fields": [{"title": "t", "value": "v", "short": True}]}]}) == []


def test_a_message_has_a_hundred_attachments_at_most() -> None:
    assert problems_of({"attachments": [{"text": "x"}] * 100}) == []
    assert problems_of({"attachments": [{"text": "x"}] * 101}) == [("too_many_attachments", "/attachments")]


def test_all_blocks_of_a_kind_share_their_bound_also_in_attachments() -> None:
    half = {"type": "markdown", "text": "x" * 6_000}
    assert problems_of({"blocks": [half], "attachments": [{"blocks": [half]}]}) == []
    assert problems_of({"blocks": [half, half], "attachments": [{"blocks": [half]}]})
    row = [{"type": "raw_text", "text": "x" * 2_500}] * 4
    full = {"type": "table", "rows": [row]}
    assert problems_of({"blocks": [full]}) == []
    over = {"type": "table", "rows": [[*row, {"type": "raw_text", "text": "x"}]]}
    assert problems_of({"blocks": [over]}) == [("invalid_blocks", "/blocks")]


def test_a_file_is_asked_for_in_a_modal_only() -> None:
    asking = {"type": "input", "label": plain("l"), "element": {"type": "file_input"}}
    assert check_view(modal(asking)) == []
    assert [problem.pointer for problem in check_view(home(asking))] == ["/view/blocks/0/element/type"]
    assert problems_of({"blocks": [asking]}) == [("invalid_blocks", "/blocks/0/element/type")]


@pytest.mark.parametrize(
    ("attachments", "error"),
    [
        ([{"blocks": [section("x" * 3001)]}], "invalid_blocks"),
        ([{"text": 7}], "invalid_attachments"),
        ([{"text": "x"}] * 101, "too_many_attachments"),
    ],
)
async def test_an_app_is_told_what_is_wrong_with_its_attachments(
    client: AsyncWebClient, attachments: list[JsonObject], error: str
) -> None:
    with pytest.raises(SlackApiError) as refusal:
        await client.chat_postMessage(channel="U_ANN", text="x", attachments=attachments)
    assert refusal.value.response["error"] == error
