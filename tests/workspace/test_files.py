"""Files: uploaded by Slack's own clients and by people, read by whoever may read the conversation they are in."""

import asyncio
from collections.abc import AsyncIterator, Callable
from typing import Any

import aiohttp
import pytest
from slack_bolt.async_app import AsyncApp
from slack_sdk import WebClient
from slack_sdk.web.async_client import AsyncWebClient

from bot.workspace import files
from bot.workspace.installation import ALL_SCOPES
from bot.workspace.server import Workspace
from bot.workspace.visitor import Person, Refusal, Visitor
from tests.workspace.conftest import error_of, hearing

JsonObject = dict[str, Any]
Serve = Callable[..., Any]

PNG = b"\x89PNG\r\n\x1a\n" + bytes(64)


@pytest.fixture
async def http() -> AsyncIterator[aiohttp.ClientSession]:
    async with aiohttp.ClientSession() as session:
        yield session


def bearer(workspace: Workspace) -> dict[str, str]:
    return {"Authorization": f"Bearer {workspace.bot_token}"}


async def direct(client: AsyncWebClient, user: str = "U_ANN") -> str:
    return str((await client.conversations_open(users=user))["channel"]["id"])


async def reserve(client: AsyncWebClient, length: int = 5, **more: Any) -> tuple[str, str]:
    reserved = await client.files_getUploadURLExternal(filename="a.txt", length=length, **more)
    return reserved["upload_url"], reserved["file_id"]


async def test_the_async_client_uploads_into_a_conversation(
    client: AsyncWebClient, ann: Person, workspace: Workspace, http: aiohttp.ClientSession
) -> None:
    done = await client.files_upload_v2(
        channel=await direct(client),
        filename="plan.pdf",
        content=b"%PDF-1",
        title="The plan",
        initial_comment="Here",
    )
    (message,) = await ann.messages()
    assert (message.text, message.files[0]["title"]) == ("Here", "The plan")
    async with http.get(done["file"]["url_private"], headers=bearer(workspace)) as response:
        assert (response.status, await response.read()) == (200, b"%PDF-1")


async def test_the_sync_client_uploads_several_files_into_one_message(
    client: AsyncWebClient, ann: Person, workspace: Workspace
) -> None:
    sync = WebClient(token=workspace.bot_token, base_url=workspace.api_url)
    uploads = [{"filename": f"{name}.txt", "content": name, "title": name} for name in ("one", "two")]
    channel = await direct(client)
    done = await asyncio.to_thread(sync.files_upload_v2, channel=channel, file_uploads=uploads)
    (message,) = await ann.messages()
    assert [one["title"] for one in message.files] == ["one", "two"]
    assert [one["ims"] for one in done["files"]] == [[channel], [channel]]


async def test_an_upload_in_a_thread_is_in_the_thread(client: AsyncWebClient) -> None:
    root = await client.chat_postMessage(channel="U_ANN", text="root")
    await client.files_upload_v2(channel=root["channel"], thread_ts=root["ts"], filename="a.txt", content="x")
    thread = await client.conversations_replies(channel=root["channel"], ts=root["ts"])
    reply = thread["messages"][1]
    assert (reply["subtype"], reply["files"][0]["name"]) == ("file_share", "a.txt")


async def test_a_form_of_parts_is_taken_as_raw_bytes_are(
    client: AsyncWebClient, http: aiohttp.ClientSession, workspace: Workspace
) -> None:
    url, file_id = await reserve(client)
    form = aiohttp.FormData({"note": "not the file"})
    form.add_field("filename", b"hello", filename="a.txt")
    async with http.post(url, data=form) as response:
        assert response.status == 200
    await client.files_completeUploadExternal(files=[{"id": file_id}])
    kept = workspace.files.get(file_id)
    assert kept is not None
    assert kept.content == b"hello"


@pytest.mark.parametrize(("content", "status"), [(b"hell", 400), (b"hello.", 413)])
async def test_the_size_must_be_as_announced(
    client: AsyncWebClient, http: aiohttp.ClientSession, content: bytes, status: int
) -> None:
    url, file_id = await reserve(client)
    async with http.post(url, data=content) as response:
        assert response.status == status
    completing = client.files_completeUploadExternal(files=[{"id": file_id, "title": "t"}])
    assert await error_of(completing) == "file_not_found"
    async with http.put(url, data=b"hello") as response:
        assert response.status == 200


async def test_an_upload_url_works_once(client: AsyncWebClient, http: aiohttp.ClientSession) -> None:
    url, _ = await reserve(client)
    async with http.post(url, data=b"hello") as first, http.post(url, data=b"other") as second:
        assert (first.status, second.status) == (200, 404)


@pytest.mark.parametrize(
    ("given", "error"),
    [
        ({"length": 0}, "missing_argument"),
        ({"length": "many"}, "invalid_arguments"),
        ({"length": files.FILE_BYTES + 1}, "file_upload_size_restricted"),
        ({"alt_txt": "x" * 1001}, "alt_txt_too_large"),
        ({"filename": ""}, "invalid_arguments"),
    ],
)
async def test_what_cannot_be_uploaded_is_said_beforehand(
    client: AsyncWebClient, given: JsonObject, error: str
) -> None:
    asked = {"filename": "a.txt", "length": 5} | given
    assert await error_of(client.api_call("files.getUploadURLExternal", params=asked)) == error


async def test_the_largest_file_passes(workspace: Workspace, ann: Person) -> None:
    sync = WebClient(token=workspace.bot_token, base_url=workspace.api_url)
    content = bytes(files.FILE_BYTES)
    done = await asyncio.to_thread(sync.files_upload_v2, filename="big.bin", content=content)
    assert (await ann.upload("big.bin", content))["file"] != done["file"]["id"]
    assert done["file"]["size"] == files.FILE_BYTES


async def test_completing_is_all_or_nothing(
    client: AsyncWebClient, http: aiohttp.ClientSession, visitor: Visitor, ann: Person
) -> None:
    url, file_id = await reserve(client)
    await http.post(url, data=b"hello")
    there, elsewhere = await direct(client), await visitor.add_channel("quiet", ["U_ANN"])
    public = await visitor.add_channel("staff", ["U_ANN"], kind="public")
    for channels, error in (
        (f"{there},{elsewhere}", "invalid_channel"),
        (f"{there},{public}", "not_in_channel"),
        ("U_ANN", "invalid_channel"),
        (",".join(f"C{n}" for n in range(101)), "channels_limit_exceeded"),
    ):
        call = client.files_completeUploadExternal(files=[{"id": file_id}], channels=channels.split(","))
        assert await error_of(call) == error
    assert await ann.messages(there) == []
    await client.files_completeUploadExternal(files=[{"id": file_id}], channel_id=there)
    again = client.files_completeUploadExternal(files=[{"id": file_id}], channel_id=there)
    assert await error_of(again) == "file_not_found"
    assert len(await ann.messages(there)) == 1


async def test_the_app_is_told_of_a_persons_file(app: AsyncApp, serve: Serve, ann: Person) -> None:
    heard = hearing(app, "file_created", "file_shared", "message")
    await serve(app)
    sent = await ann.upload("cat.png", PNG, "Look", title="A cat")
    events = {event["type"]: event for event in [await heard.get() for _ in range(3)]}
    assert events["file_created"]["file_id"] == events["file_shared"]["file_id"] == sent["file"]
    assert events["message"]["subtype"] == "file_share"
    assert events["message"]["files"][0]["mimetype"] == "image/png"
    assert (events["message"]["text"], events["message"]["ts"]) == ("Look", sent["ts"])


async def test_a_deleted_file_leaves_a_tombstone(
    app: AsyncApp, serve: Serve, client: AsyncWebClient, ann: Person
) -> None:
    heard = hearing(app, "file_deleted")
    await serve(app)
    channel = await direct(client)
    file = (await client.files_upload_v2(channel=channel, filename="a.txt", content="x"))["file"]["id"]
    await client.files_delete(file=file)
    assert (await heard.get())["channel_ids"] == [channel]
    assert (await ann.messages())[0].files == [{"id": file, "mode": "tombstone"}]
    assert await error_of(client.files_info(file=file)) == "file_deleted"
    assert await error_of(client.files_delete(file=file)) == "file_deleted"


async def test_only_ones_own_file_is_deleted(client: AsyncWebClient, ann: Person) -> None:
    sent = await ann.upload("a.txt", b"mine")
    assert await error_of(client.files_delete(file=sent["file"])) == "cant_delete_file"


async def test_the_app_reads_what_is_where_it_is_and_nothing_else(
    client: AsyncWebClient, ann: Person, visitor: Visitor, workspace: Workspace, http: aiohttp.ClientSession
) -> None:
    quiet = await visitor.add_channel("quiet", ["U_ANN"])
    hidden = await ann.upload("diary.txt", b"secret", channel=quiet)
    assert await error_of(client.files_info(file=hidden["file"])) == "file_not_found"
    assert (await client.files_list())["files"] == []
    url = f"{workspace.address}/files/{hidden['file']}/diary.txt"
    async with http.get(url, headers=bearer(workspace)) as response:
        assert response.status == 404
    shown = await ann.upload("a.txt", b"seen")
    assert (await client.files_info(file=shown["file"]))["file"]["user"] == "U_ANN"


async def test_a_link_is_one_persons_and_ends_with_their_access(
    ann: Person, ben: Person, visitor: Visitor, workspace: Workspace, http: aiohttp.ClientSession
) -> None:
    quiet = await visitor.add_channel("quiet", ["U_ANN", "U_BEN"])
    sent = await ann.upload("a.txt", b"for two", channel=quiet)
    file = workspace.files.get(sent["file"])
    assert file is not None
    link = workspace.address + workspace.files.link(file, "U_BEN")
    for url, status in (
        (link, 200),
        (link.replace("U_BEN", "U_ANN"), 404),
        (link[:-1] + ("0" if link[-1] != "0" else "1"), 404),
        (workspace.address + file.path, 404),
    ):
        async with http.get(url) as response:
            assert response.status == status, url
    await ben.leave(quiet)
    async with http.get(link) as response:
        assert response.status == 404
    await ann.delete(sent["ts"])
    assert file.channels == []


async def test_what_is_in_a_public_channel_all_may_read_but_guests(
    ann: Person, visitor: Visitor, workspace: Workspace
) -> None:
    await visitor.add_person("U_GUEST", "guest", is_restricted=True)
    staff = await visitor.add_channel("staff", ["U_ANN"], kind="public")
    file = workspace.files.get((await ann.upload("a.txt", b"x", channel=staff))["file"])
    assert file is not None
    assert [workspace.files.may_read(file, user) for user in ("U_BEN", "U_GUEST")] == [True, False]
    await visitor.person("U_GUEST").join(staff)
    assert workspace.files.may_read(file, "U_GUEST")
    assert file.as_json()["is_public"]
    assert staff in file.as_json()["shares"]["public"]


@pytest.mark.parametrize(
    ("name", "disposition"),
    [("cat.png", "inline"), ("page.html", "attachment"), ("cat.svg", "attachment"), ("a", "attachment")],
)
async def test_nothing_in_a_file_runs_in_the_page(
    ann: Person, workspace: Workspace, http: aiohttp.ClientSession, name: str, disposition: str
) -> None:
    sent = await ann.upload(name, b"<script>alert(1)</script>")
    async with http.get(workspace.address + sent["link"]) as response:
        assert response.headers["Content-Disposition"].startswith(disposition)
        assert response.headers["X-Content-Type-Options"] == "nosniff"
        assert "sandbox" in response.headers["Content-Security-Policy"]
    async with http.get(f"{workspace.address}{sent['link']}&download=1") as response:
        assert response.headers["Content-Disposition"].startswith("attachment")


async def test_a_hostile_name_stays_a_name(
    ann: Person, workspace: Workspace, http: aiohttp.ClientSession
) -> None:
    name = '../"><b>ü\r\nX-Evil: 1/..'
    sent = await ann.upload(name, b"x")
    async with http.get(workspace.address + sent["link"]) as response:
        assert response.status == 200
        assert "X-Evil" not in response.headers
    assert (await ann.messages())[0].files[0]["name"] == name


async def test_beyond_the_cap_the_oldest_content_is_forgotten(
    ann: Person, workspace: Workspace, http: aiohttp.ClientSession
) -> None:
    workspace.files.room = 10
    old, middle, new = [await ann.upload(f"{n}.txt", b"12345") for n in range(3)]
    for sent, status in ((old, 410), (middle, 200), (new, 200)):
        async with http.get(workspace.address + sent["link"]) as response:
            assert response.status == status
    forgotten = workspace.files.get(old["file"])
    assert forgotten is not None
    assert (forgotten.as_json()["mode"], forgotten.size) == ("hidden_by_limit", 5)


async def test_a_file_that_is_too_large_for_a_person_is_refused_in_a_sentence(
    ann: Person, workspace: Workspace
) -> None:
    workspace.files.largest = 3
    with pytest.raises(Refusal, match="too large"):
        await ann.upload("a.txt", b"1234")
    assert await ann.messages() == []


async def test_files_are_listed_by_kind_person_and_page(client: AsyncWebClient, ann: Person) -> None:
    await client.files_upload_v2(filename="a.pdf", content=b"%PDF")
    for number in range(3):
        await ann.upload(f"{number}.png", PNG)
    assert [one["name"] for one in (await client.files_list(types="pdfs"))["files"]] == ["a.pdf"]
    listed = await client.files_list(user="U_ANN", types="images", count=2, page=2)
    assert [one["name"] for one in listed["files"]] == ["0.png"]
    assert listed["paging"] == {"count": 2, "total": 3, "page": 2, "pages": 2}
    channel = (await ann.messages())[0].channel
    assert (await client.files_list(channel=channel))["paging"]["total"] == 3
    assert await error_of(client.files_list(types="songs")) == "unknown_type"
    assert await error_of(client.files_list(user="U_NOBODY")) == "user_not_found"


async def test_without_the_scope_no_file_is_read(http: aiohttp.ClientSession) -> None:
    bare = Workspace(scopes=ALL_SCOPES - {"files:read"})
    await bare.start()
    try:
        file = bare.files.put("USLACKBOT", "a.txt", b"x")
        async with http.get(bare.address + file.path, headers=bearer(bare)) as response:
            assert response.status == 404
        client = AsyncWebClient(token=bare.bot_token, base_url=bare.api_url)
        assert await error_of(client.files_info(file=file.id)) == "missing_scope"
    finally:
        await bare.stop()
