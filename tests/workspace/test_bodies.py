"""What cannot be read is said to be so, wherever it comes in, and harms nobody who comes after it."""

import asyncio
from typing import Any

import aiohttp
import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer
from slack_sdk.web.async_client import AsyncWebClient

from bot.workspace.bodies import read_json
from bot.workspace.server import Workspace
from bot.workspace.visitor import Person, Refusal, Visitor
from tests.workspace.builders import actions, button

FORM, JSON = "application/x-www-form-urlencoded", "application/json"
PARTS = "multipart/form-data; boundary=x"
FIELD = b'--x\r\nContent-Disposition: form-data; name="a"\r\n'
HALF = "half a pair: \\ud83d"

ILL_FORMED: list[tuple[str, bytes, dict[str, str]]] = [
    (JSON, b'{"text": "\xff"}', {}),
    (f"{JSON}; charset=bogus", b"{}", {}),
    (f"{JSON}; charset=base64", b"{}", {}),
    (f"{JSON}; charset=unicode_escape", b'{"text": "\\ud800"}', {}),
    (JSON, b"[" * 100_000, {}),
    (JSON, b"not compressed", {"Content-Encoding": "gzip"}),
    (JSON, b"not compressed", {"Content-Encoding": "deflate"}),
    (f"{FORM}; charset=bogus", b"text=a", {}),
    (f"{FORM}; charset=utf-16", b"text=abc", {}),
    (f"{FORM}; charset=utf-7", b"text=+2AA-", {}),
    ("multipart/form-data", b"--x\r\n", {}),
    (PARTS, b"--x\r\n\r\nno name\r\n--x--\r\n", {}),
    (PARTS, FIELD + b"Content-Transfer-Encoding: odd\r\n\r\nb\r\n--x--\r\n", {}),
    (PARTS, FIELD + b"Content-Type: text/plain; charset=odd\r\n\r\nb\r\n--x--", {}),
]
PLACES = (
    "/api/chat.postMessage",
    "/response/nobody",
    "/_workspace/people/U_ANN/say",
    "/as/U_ANN/say",
    "/as/U_ANN/upload",
    "/oauth/v2/authorize",
)


@pytest.mark.parametrize(("content_type", "body", "headers"), ILL_FORMED)
async def test_an_ill_formed_body_is_never_an_error_of_ours(
    workspace: Workspace, content_type: str, body: bytes, headers: dict[str, str]
) -> None:
    for place in PLACES:
        own = {"Authorization": f"Bearer {workspace.bot_token}", "Origin": workspace.address}
        if place.startswith("/as/U_ANN/upload"):
            own["Content-Type"] = "application/octet-stream"
        sent = {"Content-Type": content_type} | headers | own
        async with aiohttp.request("POST", workspace.address + place, data=body, headers=sent) as response:
            assert response.status < 500, (place, await response.text())
    assert not any(channel.messages for channel in workspace.world.channels.values())


@pytest.mark.parametrize(("content_type", "body", "headers"), ILL_FORMED[-4:])
async def test_an_upload_that_cannot_be_read_is_refused_and_may_be_tried_again(
    workspace: Workspace, client: AsyncWebClient, content_type: str, body: bytes, headers: dict[str, str]
) -> None:
    asked = await client.files_getUploadURLExternal(filename="a.txt", length=2)
    sent = {"Content-Type": content_type} | headers
    async with aiohttp.request("POST", asked["upload_url"], data=body, headers=sent) as response:
        assert response.status == 400
    async with aiohttp.request("POST", asked["upload_url"], data=b"ok") as response:
        assert response.status == 200


@pytest.mark.parametrize(
    "text", ['"\\ud83d"', '{"\\uDFFF": 1}', '["\\ud83d\\ud83d"]', "[" * 61 + "]" * 61, "[" * 100_000]
)
def test_what_no_page_could_show_is_no_json(text: str) -> None:
    with pytest.raises(ValueError, match=r"nested too deep|surrogates not allowed"):
        read_json(text)


def test_a_whole_pair_is_a_character() -> None:
    assert read_json('"\\ud83d\\ude00"') == "😀"
    assert read_json('"\\\\ud83d"') == "\\ud83d"


async def test_half_a_character_from_an_app_spoils_nobodys_page(
    workspace: Workspace, client: AsyncWebClient, ann: Person
) -> None:
    """It came as JSON, as JSON in a form, and in an answer through a response URL: the page stood still for good."""
    await ann.say("hello")
    room = workspace.world.channels_of("U_ANN")[0].id
    token = {"Authorization": f"Bearer {workspace.bot_token}", "Content-Type": JSON}
    posted = f'{{"channel": "{room}", "text": "{HALF}"}}'
    address = f"{workspace.api_url}chat.postMessage"
    async with aiohttp.request("POST", address, data=posted, headers=token) as response:
        assert (await response.json())["error"] == "invalid_json"
    blocks = f'[{{"type": "section", "text": {{"type": "plain_text", "text": "{HALF}"}}}}]'
    form = {"channel": room, "text": "", "blocks": blocks, "token": workspace.bot_token}
    async with aiohttp.request("POST", address, data=form) as response:
        assert not (await response.json())["ok"]
    for place in ("messages", "journal", "export"):
        async with aiohttp.request("GET", f"{workspace.address}/as/U_ANN?place={place}") as response:
            assert response.status == 200


async def test_a_broken_frame_is_noted_and_the_next_one_is_heard(
    workspace: Workspace, visitor: Visitor, client: AsyncWebClient, ann: Person
) -> None:
    blocks = [actions(button("Go", "go"))]
    await client.chat_postMessage(channel="U_ANN", text="Go", blocks=blocks)
    opened = await AsyncWebClient(workspace.app_token, workspace.api_url).apps_connections_open(
        app_token=workspace.app_token
    )
    async with aiohttp.ClientSession() as session, session.ws_connect(opened["url"]) as socket:
        assert (await socket.receive_json())["type"] == "hello"
        for frame in ("[" * 100_000, '"text"', "7", "null", f'{{"envelope_id": "{HALF}"}}', "{}"):
            await socket.send_str(frame)
        clicking = asyncio.create_task(ann.click("Go"))
        envelope = await socket.receive_json()
        while envelope["type"] != "interactive":
            envelope = await socket.receive_json()
        await socket.send_json({"envelope_id": envelope["envelope_id"], "payload": "odd"})
        outcome = await clicking
    assert (outcome.acknowledged, outcome.response) == (True, {"text": "odd"})
    assert len(workspace.journal.entries(method="unreadable_frame")) == 6


@pytest.mark.parametrize("content_type", ["text/plain; charset=bogus", "text/plain"])
async def test_a_request_url_that_answers_no_text_is_not_taken(visitor: Visitor, content_type: str) -> None:
    async def answer(_request: web.Request) -> web.Response:
        return web.Response(body=b"\xff", headers={"Content-Type": content_type})

    app = web.Application()
    app.router.add_post("/", answer)
    async with TestServer(app) as server:
        change: Any = visitor.post("app", request_url=str(server.make_url("/")))
        with pytest.raises(Refusal, match="cannot be reached"):
            await change
