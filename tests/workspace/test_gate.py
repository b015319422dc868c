"""Programs may use the control API; a page that somebody has open in a browser may not."""

import aiohttp
import pytest

from bot.workspace.server import Workspace

Headers = dict[str, str]

# A form or a script on any page may post this without asking the server first.
SIMPLE = {"Content-Type": "text/plain"}
OF_ANOTHER_PAGE: list[Headers] = [
    {"Origin": "https://evil.example"},
    {"Origin": "null"},
    {"Origin": "http://127.0.0.1:1"},
    {"Sec-Fetch-Site": "cross-site"},
    {"Sec-Fetch-Site": "same-site"},
    {"Host": "evil.example"},
    {"Host": "localhost.evil.example:80"},
    {"Host": "[", "Origin": "http://["},
]


@pytest.mark.parametrize("headers", OF_ANOTHER_PAGE)
async def test_another_page_can_play_nobody(workspace: Workspace, headers: Headers) -> None:
    for path, order in (
        ("people/U_ANN/say", '{"text": "not mine"}'),
        ("app", '{"events": []}'),
        ("clock", "{}"),
    ):
        assert await status(workspace, "POST", path, headers | SIMPLE, order) == 403
    assert workspace.world.channels_of("U_ANN") == []
    assert workspace.events.subscriptions.events is None
    assert workspace.journal.entries() == []


@pytest.mark.parametrize("headers", OF_ANOTHER_PAGE)
@pytest.mark.parametrize("path", ["journal", "export?user=U_ANN", "people/U_ANN/screen", "app"])
async def test_another_page_can_read_nothing(workspace: Workspace, headers: Headers, path: str) -> None:
    workspace.world.users["U_ANN"].is_owner = True
    assert await status(workspace, "GET", path, headers) == 403


@pytest.mark.parametrize("host", ["[", "a]b", "127.0.0.1:x"])
async def test_a_host_that_is_none_is_no_trouble(workspace: Workspace, host: str) -> None:
    asked = aiohttp.request("GET", workspace.address, headers={"Host": host})
    async with asked as response:
        assert response.status in (200, 403)


async def test_a_program_and_the_page_itself_are_let_in(workspace: Workspace) -> None:
    own = {"Origin": workspace.address, "Sec-Fetch-Site": "same-origin"}
    for headers in ({}, own, {"Sec-Fetch-Site": "none"}):
        assert await status(workspace, "GET", "people", headers) == 200


async def status(
    workspace: Workspace, verb: str, path: str, headers: Headers, body: str | None = None
) -> int:
    address = f"{workspace.address}/_workspace/{path}"
    async with aiohttp.request(verb, address, headers=headers, data=body) as response:
        return response.status
