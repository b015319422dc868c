"""A modal is sent from the page: with what its fields hold, and not with what they do not take."""

import pytest
from slack_sdk.web.async_client import AsyncWebClient

from bot.workspace.page import entering
from bot.workspace.page.entering import SubmitOrder
from bot.workspace.targets import NotThere
from tests.workspace.builders import actions, button, field, modal
from tests.workspace.page.hand import Hand, publish


@pytest.fixture
async def with_modal(hand: Hand, client: AsyncWebClient) -> Hand:
    await publish(client, actions(button("Open", "open")) | {"block_id": "b"})
    await hand.act("open")
    return hand


async def test_a_modal_is_sent_with_what_its_fields_hold(with_modal: Hand) -> None:
    outcome = await with_modal.submit(name="Ann", mail="ann@school.example", day="2026-12-01")
    assert outcome.acknowledged
    values = with_modal.heard[-1]["view"]["state"]["values"]
    told = [
        values[name]["a"].get("value") or values[name]["a"]["selected_date"]
        for name in ("name", "mail", "day")
    ]
    assert told == ["Ann", "ann@school.example", "2026-12-01"]
    assert with_modal.workspace.world.stack("U_ANN") == []


async def test_fields_that_are_not_named_keep_what_they_had(with_modal: Hand) -> None:
    spot = {"surface": "modal", "id": with_modal.modal_id, "block_id": "name"}
    await with_modal.act("a", "Ann", **spot)
    assert (await with_modal.submit(mail="ann@school.example")).acknowledged


async def test_what_slacks_client_refuses_is_told_at_the_field(with_modal: Hand) -> None:
    outcome = await with_modal.submit(name="Ann", mail="not an address")
    assert outcome.errors == {"mail": "Please enter a valid email address."}
    assert not [body for body in with_modal.heard if body["type"] == "view_submission"]


async def test_a_value_that_a_field_does_not_take_is_an_error_of_its_block(with_modal: Hand) -> None:
    outcome = await with_modal.submit(name="Ann", mail="ann@school.example", day="someday")
    assert outcome.errors == {"day": "‘someday’ is not a date."}
    assert with_modal.workspace.world.stack("U_ANN")[-1].errors == outcome.errors


async def test_a_modal_that_is_covered_or_closed_cannot_be_sent(with_modal: Hand) -> None:
    below = with_modal.modal_id
    with_modal.workspace.modals.push("U_ANN", modal(field("On top", "a", "top")))
    with pytest.raises(NotThere, match="any more"):
        await entering.submit(with_modal.members, with_modal.user, SubmitOrder(id=below))
