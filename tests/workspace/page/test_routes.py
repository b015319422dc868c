"""What a browser is served, to whom, and with which precautions."""

import hashlib

import pytest
from aiohttp import ClientSession, WSServerHandshakeError
from yarl import URL

from bot.workspace.page import assets
from bot.workspace.server import Workspace
from tests.workspace.page.surfing import Surfer, readable

PLACES = ("messages", "home", "export", "journal", "faults", "clock")


async def test_without_a_host_the_doors_are_the_people(surfer: Surfer) -> None:
    page = await surfer.read("/")
    assert "Ann Archer" in page
    assert 'href="/as/U_BEN?place=messages"' in page
    assert "Slackbot" not in page


async def test_the_title_says_who_and_where(surfer: Surfer) -> None:
    assert "<title>Ann Archer · Messages with App · Local workspace</title>" in await surfer.read("/as/U_ANN")
    assert "<title>Ann Archer · App Home" in await surfer.read("/as/U_ANN?place=home")
    assert "<title>Ben Baker · staff · " in await surfer.read(f"/as/U_BEN?place={_staff(surfer.workspace)}")


def _staff(workspace: Workspace) -> str:
    channel = workspace.world.channel_named("staff")
    assert channel
    return channel.id


@pytest.mark.parametrize("path", ["/as/U_NOBODY", "/as/USLACKBOT", "/as/U0WORKSPACE", "/as/%3Cb%3E"])
async def test_nobody_by_that_id_is_a_friendly_page(surfer: Surfer, path: str) -> None:
    page = await surfer.read(path, status=404)
    assert "There is nobody with that id" in page
    assert 'href="/"' in page


async def test_a_conversation_one_is_not_in_cannot_be_told_from_none(surfer: Surfer) -> None:
    secret = surfer.workspace.world.add_channel("private", "heads", ["U_BEN"], "U_BEN")
    hidden = await surfer.read(f"/as/U_ANN?place={secret.id}", status=404)
    assert hidden == await surfer.read("/as/U_ANN?place=C0NOWHERE", status=404)
    assert "heads" in await surfer.read(f"/as/U_BEN?place={secret.id}")


async def test_a_deactivated_person_is_said_to_be_so(surfer: Surfer) -> None:
    surfer.workspace.world.users["U_BEN"].deleted = True
    assert "The account of Ben Baker is deactivated" in await surfer.read("/as/U_BEN", status=404)
    doors = await surfer.read("/")
    assert "Deactivated" in doors
    assert "/as/U_BEN" not in doors


@pytest.mark.parametrize("path", ["/", "/as/U_ANN", "/as/U_NOBODY", "/static/shell.css"])
async def test_every_answer_forbids_what_the_page_does_not_need(surfer: Surfer, path: str) -> None:
    headers = (await surfer.get(path)).headers
    policy = headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["X-Frame-Options"] == "DENY"
    assert headers["Cross-Origin-Resource-Policy"] == "same-origin"


@pytest.mark.parametrize("place", PLACES)
async def test_no_page_needs_what_the_policy_forbids(surfer: Surfer, place: str) -> None:
    page = await surfer.read(f"/as/U_ANN?place={place}")
    assert " style=" not in page
    assert " onclick=" not in page
    assert page.count("<script") == page.count('<script type="module" src="/static/')


@pytest.mark.parametrize(
    "host", ["evil.example", "evil.example:80", "127.0.0.1.evil.example", "localhost.evil"]
)
async def test_a_strange_name_for_this_machine_gets_nothing(surfer: Surfer, host: str) -> None:
    for path in ("/", "/as/U_ANN", "/as/U_ANN/live", "/static/shell.js"):
        response = await surfer.get(path, Host=host)
        assert response.status == 403
        assert "Ann" not in await response.text()


async def test_localhost_is_this_machine_too(surfer: Surfer) -> None:
    port = URL(surfer.workspace.address).port
    assert (await surfer.get("/as/U_ANN", Host=f"localhost:{port}")).status == 200


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "https://evil.example"},
        {"Origin": "null"},
        {"Origin": ""},
        {"Sec_Fetch_Site": "cross-site"},
        {"Sec_Fetch_Site": "same-site"},
    ],
)
async def test_a_post_from_anywhere_else_does_nothing(surfer: Surfer, headers: dict[str, str]) -> None:
    response = await surfer.post("/as/U_ANN/say", {"text": "not mine"}, **headers)
    assert response.status == 403
    assert surfer.workspace.world.channels_of("U_ANN") == [surfer.workspace.world.channel_named("staff")]


@pytest.mark.parametrize("origin", ["https://evil.example", "null", None])
async def test_another_page_cannot_listen(surfer: Surfer, origin: str | None) -> None:
    with pytest.raises(WSServerHandshakeError, match="403"):
        async with ClientSession() as session:
            await session.ws_connect(f"{surfer.workspace.address}/as/U_ANN/live", origin=origin)
    assert not surfer.workspace.page.live.streams


async def test_a_form_of_another_page_is_not_taken(surfer: Surfer) -> None:
    response = await surfer.post("/as/U_ANN/say", {"text": "hello"}, Content_Type="text/plain")
    assert response.status == 415


async def test_what_cannot_be_read_is_answered_with_where_it_is_wrong(surfer: Surfer) -> None:
    assert "text" in (await surfer.do("U_ANN", "say", status=400))["error"]
    assert "colour" in (await surfer.do("U_ANN", "say", status=400, text="a", colour="red"))["error"]
    assert "times" in (await surfer.do("U_ANN", "arrange", 400, method="*", kind="slow", times=0))["error"]


async def test_an_act_of_nobody_is_refused(surfer: Surfer) -> None:
    assert "nobody" in (await surfer.do("U_NOBODY", "say", status=404, text="a"))["error"]


@pytest.mark.parametrize(
    "path", ["/static/../routes.py", "/static/%2e%2e/host.py", "/vendor/idiomorph/LICENSE", "/static/x.js"]
)
async def test_only_the_files_that_are_meant_are_served(surfer: Surfer, path: str) -> None:
    assert (await surfer.get(path)).status == 404


async def test_every_asset_a_page_names_is_there(surfer: Surfer) -> None:
    for path in assets.served():
        response = await surfer.get(path)
        assert (response.status, response.content_type.split("/")[0] in ("text", "image")) == (200, True)


HOSTILE = "\"><script>alert(1)</script><img src=x onerror=alert(1)>'"


async def test_hostile_names_and_words_are_text_everywhere(surfer: Surfer) -> None:
    world = surfer.workspace.world
    world.name = world.users["U_ANN"].real_name = world.users["U_ANN"].title = HOSTILE
    world.users["U0WORKSPACE"].real_name = HOSTILE
    channel = world.add_channel("private", HOSTILE, ["U_ANN"], "U_ANN")
    first = surfer.workspace.members.say(world.users["U_ANN"], HOSTILE, channel.id)
    surfer.workspace.members.say(world.users["U_ANN"], HOSTILE, channel.id, first.ts)
    surfer.workspace.journal.record("call", HOSTILE, args={HOSTILE: HOSTILE}, response={"error": HOSTILE})
    world.users["U_ANN"].is_owner = True
    await surfer.do("U_ANN", "export")
    await surfer.do("U_ANN", "command", command="/" + HOSTILE.replace(" ", ""))
    paths = ["/", "/as/U_NOBODY", f"/as/U_ANN?place={channel.id}&thread={first.ts}"]
    paths += [f"/as/U_ANN?place={place}&phrase=onerror&method={HOSTILE}&kind={HOSTILE}" for place in PLACES]
    for path in paths:
        page = await (await surfer.get(path)).text()
        assert "alert(1)" in readable(page)
        assert "<script>" not in page
        assert "<img src=x" not in page
        assert HOSTILE not in page


async def test_a_file_that_is_too_large_is_refused_with_how_much_fits(surfer: Surfer) -> None:
    response = await surfer.upload("U_ANN", "big.bin", b"x" * (8 * 1024 * 1024 + 1))
    assert response.status == 413
    assert "at most 8.4 MB" in (await response.json())["error"]


def test_what_others_wrote_is_as_they_published_it() -> None:
    for library in assets.vendored():
        assert library.licence
        assert library.version
        assert any("LICENSE" in path for path in library.files)
        for path, digest in library.files.items():
            assert hashlib.sha256((assets.VENDOR / path).read_bytes()).hexdigest() == digest, path


def test_nothing_of_others_is_unlisted() -> None:
    listed = {path for library in assets.vendored() for path in library.files} | {"vendor.toml"}
    there = {str(one.relative_to(assets.VENDOR)) for one in assets.VENDOR.rglob("*") if one.is_file()}
    assert there == listed
