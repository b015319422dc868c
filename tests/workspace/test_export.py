"""The owner's export: every message is in it, and nothing that is no message."""

import io
import json
import zipfile
from collections.abc import AsyncIterator, Callable
from datetime import UTC, datetime
from typing import Any

import aiohttp
import pytest
from slack_bolt.async_app import AsyncAck, AsyncApp
from slack_sdk.web.async_client import AsyncWebClient

from bot import clock
from bot.workspace import export
from bot.workspace.server import Workspace
from bot.workspace.state import BOT_USER_ID
from bot.workspace.visitor import Person, Visitor
from tests.workspace.builders import actions, button, field, home, modal, section
from tests.workspace.conftest import PEOPLE

JsonObject = dict[str, Any]
Serve = Callable[..., Any]


@pytest.fixture
async def workspace() -> AsyncIterator[Workspace]:
    local = Workspace([*PEOPLE, {"id": "U_OWN", "name": "own", "is_owner": True}], movable_clock=True)
    await local.start()
    yield local
    await local.stop()


def all_of(workspace: Workspace) -> str:
    return json.dumps(export.files(workspace.world), ensure_ascii=False)


async def test_the_zip_has_slacks_lists_and_a_file_for_each_conversation_and_day(
    workspace: Workspace, client: AsyncWebClient, ann: Person, visitor: Visitor
) -> None:
    clock.move_to(datetime(2026, 9, 14, 23, 30, tzinfo=UTC))
    await client.chat_postMessage(channel="U_ANN", text="first")
    await visitor.add_channel("staff", ["U_ANN", "U_BEN"], kind="public")
    await visitor.add_channel("quiet", ["U_ANN", "U_BEN"])
    await client.conversations_open(users="U_ANN,U_BEN")
    clock.move_to(datetime(2026, 9, 15, 8, tzinfo=UTC))
    await ann.say("second")
    with zipfile.ZipFile(io.BytesIO(export.export(workspace.world))) as packed:
        content = {name: json.loads(packed.read(name)) for name in packed.namelist()}
    direct = content["dms.json"][0]
    assert direct["members"] == ["U_ANN", BOT_USER_ID]
    assert [one["name"] for one in content["channels.json"]] == ["staff"]
    assert [one["name"] for one in content["groups.json"]] == ["quiet"]
    assert [one["name"] for one in content["mpims.json"]] == ["mpdm-ann--ben--app-1"]
    assert {"U_ANN", "U_BEN", "U_OWN"} <= {one["id"] for one in content["users.json"]}
    assert [one["text"] for one in content[f"{direct['id']}/2026-09-14.json"]] == ["first"]
    assert [one["text"] for one in content[f"{direct['id']}/2026-09-15.json"]] == ["second"]
    assert {one["subtype"] for one in content["quiet/2026-09-14.json"]} == {"group_join"}


async def test_what_was_edited_and_deleted_is_still_in_it(workspace: Workspace, ann: Person) -> None:
    ts = await ann.say("what I first wrote")
    await ann.edit(ts, "what I made of it")
    await ann.delete(ts)
    kept = [one for path, day in export.files(workspace.world).items() if "/" in path for one in day]
    assert [(one["subtype"], one["original"]["text"]) for one in kept] == [
        ("message_changed", "what I first wrote"),
        ("message_deleted", "what I made of it"),
    ]


async def test_what_the_app_changed_is_in_it_as_it_was(workspace: Workspace, client: AsyncWebClient) -> None:
    sent = await client.chat_postMessage(channel="U_ANN", text="as it was")
    await client.chat_update(channel=sent["channel"], ts=sent["ts"], text="as it is")
    assert "as it was" in all_of(workspace)
    assert "as it is" in all_of(workspace)


async def test_what_is_no_message_is_not_in_it(
    workspace: Workspace, app: AsyncApp, serve: Serve, client: AsyncWebClient, ann: Person
) -> None:
    @app.action("open")
    async def ask(ack: AsyncAck, body: JsonObject) -> None:
        await client.views_open(trigger_id=body["trigger_id"], view=modal(field("Asked", "line", "b")))
        await ack()

    @app.view("")
    async def keep(ack: AsyncAck) -> None:
        await ack()

    await serve(app)
    sent = await client.chat_postMessage(
        channel="U_ANN", text="typed", blocks=[actions(button("Go", "open"))]
    )
    await client.chat_postEphemeral(channel=sent["channel"], user="U_ANN", text="only for Ann")
    await client.views_publish(user_id="U_ANN", view=home(section("in Home")))
    await ann.click("Go")
    await ann.type("Asked", "written privately")
    assert await ann.sees("written privately")
    await ann.submit()
    assert "typed" in all_of(workspace)
    for phrase in ("only for Ann", "in Home", "Asked", "written privately"):
        assert phrase not in all_of(workspace)


@pytest.mark.parametrize(("user", "status"), [("U_OWN", 200), ("U_ANN", 403), ("U_NOBODY", 404), ("", 404)])
async def test_only_an_owner_gets_it(workspace: Workspace, user: str, status: int) -> None:
    url = f"{workspace.address}/_workspace/export"
    async with aiohttp.ClientSession() as session, session.get(url, params={"user": user}) as response:
        assert response.status == status
        if status == 200:
            assert response.content_type == "application/zip"
            assert zipfile.is_zipfile(io.BytesIO(await response.read()))
        else:
            assert (await response.json())["error"].endswith(".")
