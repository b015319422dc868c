"""Tokens: looked up when they are needed, remembered for a little while, dropped when they are refused."""

from dataclasses import dataclass, field

import aiohttp
import pytest

from bot.domain.verdicts import NOT_CONNECTED
from bot.errors import NotFound, Unavailable
from bot.services.installations import Installed
from bot.services.workspaces import Identity
from bot.slack.client import reply_of, session, web_client
from bot.slack.tokens import TeamClient, Tokens
from bot.vault import VaultError
from bot.workspace.server import Workspace
from bot.workspace.state import TEAM_ID
from tests import cast


@dataclass
class Shelf:
    """Where tokens are looked up: what stands there, how often somebody looked, and whether it is shut."""

    tokens: dict[str, str] = field(default_factory=dict)
    looks: int = 0
    trouble: Exception | None = None

    async def find(self, team_id: str) -> Installed | None:
        self.looks += 1
        if self.trouble:
            raise self.trouble
        token = self.tokens.get(team_id)
        return Installed(Identity(team_id, "", "U1", "B1"), token) if token else None


async def token(tokens: Tokens, team_id: str = "T1") -> str:
    return (await tokens.of(team_id)).token


async def test_a_token_is_looked_up_once() -> None:
    shelf = Shelf({"T1": "one", "T2": "two"})
    tokens = Tokens(shelf.find)
    assert [await token(tokens), await token(tokens), await token(tokens, "T2")] == ["one", "one", "two"]
    assert shelf.looks == 2


async def test_what_is_forgotten_is_looked_up_anew() -> None:
    shelf = Shelf({"T1": "one"})
    tokens = Tokens(shelf.find)
    await token(tokens)
    shelf.tokens["T1"] = "another"
    tokens.forget("T1")
    assert await token(tokens) == "another"


async def test_after_a_while_it_is_looked_up_by_itself() -> None:
    shelf = Shelf({"T1": "one"})
    tokens = Tokens(shelf.find, remember_seconds=0)
    await token(tokens)
    shelf.tokens["T1"] = "another"
    assert await token(tokens) == "another"
    del shelf.tokens["T1"]
    with pytest.raises(NotFound):
        await token(tokens)


async def test_while_it_cannot_be_looked_up_the_last_one_is_used() -> None:
    shelf = Shelf({"T1": "one"})
    tokens = Tokens(shelf.find, remember_seconds=0)
    await token(tokens)
    shelf.trouble = Unavailable("away")
    assert await token(tokens) == "one"
    with pytest.raises(Unavailable):
        await token(tokens, "T2")


async def test_nobody_is_taken_for_installed_and_that_is_not_remembered() -> None:
    shelf = Shelf()
    tokens = Tokens(shelf.find)
    with pytest.raises(NotFound):
        await token(tokens)
    shelf.tokens["T1"] = "one"
    assert await token(tokens) == "one"


async def test_what_was_installed_comes_before_the_settings_and_these_hold_for_one_workspace() -> None:
    shelf = Shelf({"T1": "installed"})
    tokens = Tokens(shelf.find, remember_seconds=0)
    tokens.own = Installed(Identity("T1", "", "U1", "B1"), "set")
    assert await token(tokens) == "installed"
    shelf.tokens.clear()
    assert await token(tokens) == "set"
    with pytest.raises(NotFound):
        await token(tokens, "T2")


@pytest.fixture
async def workspace() -> object:
    local = Workspace(cast.PEOPLE)
    await local.start()
    yield local
    await local.stop()


@pytest.fixture
async def http() -> object:
    async with session() as one:
        yield one


def client_of(workspace: Workspace, http: aiohttp.ClientSession, shelf: Shelf) -> TeamClient:
    like = web_client(http, token=None, api_url=workspace.api_url)
    return TeamClient(like, Tokens(shelf.find), TEAM_ID)


async def test_a_token_that_was_replaced_meanwhile_is_found_within_the_call(
    workspace: Workspace, http: aiohttp.ClientSession
) -> None:
    shelf = Shelf({TEAM_ID: workspace.bot_token})
    client = client_of(workspace, http, shelf)
    await client.auth_test()
    workspace.uninstall()
    shelf.tokens[TEAM_ID] = workspace.install(["chat:write"])
    reply, _ = await reply_of(client.chat_postMessage(channel=cast.AMIRA, text="once"))
    assert reply.code == "ok"
    posts = [one for one in workspace.journal.entries() if one.get("method") == "chat.postMessage"]
    assert [one["response"].get("error") for one in posts] == ["account_inactive", None]


async def test_a_token_that_is_refused_and_still_the_one_is_told(
    workspace: Workspace, http: aiohttp.ClientSession
) -> None:
    client = client_of(workspace, http, Shelf({TEAM_ID: "xoxb-unknown"}))
    reply, _ = await reply_of(client.auth_test())
    assert reply.code == "invalid_auth"
    assert len(workspace.journal.entries()) == 1


@pytest.mark.parametrize(
    ("trouble", "code"),
    [(None, "not_authed"), (Unavailable("away"), NOT_CONNECTED), (VaultError("closed"), "not_authed")],
    ids=["nothing installed", "database away", "token does not open"],
)
async def test_without_a_token_nothing_is_sent_and_that_is_sure(
    workspace: Workspace, http: aiohttp.ClientSession, trouble: Exception | None, code: str
) -> None:
    client = client_of(workspace, http, Shelf(trouble=trouble))
    reply, _ = await reply_of(client.chat_postMessage(channel=cast.AMIRA, text="never"))
    assert reply.code == code
    assert workspace.journal.entries() == []
