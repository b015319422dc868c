"""Installing by OAuth: the page that asks, the code it gives, the token that comes of it, and how it ends."""

import asyncio
import re
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from dataclasses import dataclass
from html.parser import HTMLParser
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import aiohttp
import pytest
from slack_bolt.async_app import AsyncApp
from slack_bolt.oauth.async_oauth_settings import AsyncOAuthSettings
from slack_sdk import WebClient
from slack_sdk.oauth.installation_store import FileInstallationStore
from slack_sdk.oauth.state_store import FileOAuthStateStore
from slack_sdk.web.async_client import AsyncWebClient

from bot.workspace.oauth import OAuth, OAuthRefused
from bot.workspace.server import Workspace
from bot.workspace.visitor import Person, Refusal, Visitor
from tests.workspace.conftest import error_of, hearing
from tests.workspace.test_http_mode import served

# slack_sdk's asynchronous client sends client id and secret with what aiohttp is about to drop.
pytestmark = pytest.mark.filterwarnings("ignore:BasicAuth is deprecated:DeprecationWarning")
BACK = "http://127.0.0.1:9/back"


class Fields(HTMLParser):
    """The names and values of a page's form, the people to choose from, and where it goes."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.values: dict[str, str] = {}
        self.people: list[str] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = {name: value or "" for name, value in attrs}
        if tag == "input":
            self.values[found["name"]] = found["value"]
        if tag == "option":
            self.people.append(found["value"])


@dataclass
class Browser:
    """Somebody's browser, as far as the page needs one."""

    workspace: Workspace
    session: aiohttp.ClientSession

    async def ask(self, **asked: str) -> aiohttp.ClientResponse:
        """The page that an app sends people to; what is not said is as it should be."""
        usual = {"client_id": self.workspace.oauth.client_id, "scope": "chat:write", "redirect_uri": BACK}
        return await self.session.get(
            f"{self.workspace.address}/oauth/v2/authorize", params=usual | {"state": "s"} | asked
        )

    async def answer(self, page: str, answer: str = "allow", **other: str) -> aiohttp.ClientResponse:
        """What comes of pressing a button of that page; redirects are not followed."""
        form = Fields(page).values | {"user": "U_ANN", "answer": answer} | other
        return await self.session.post(
            f"{self.workspace.address}/oauth/v2/authorize",
            data=form,
            headers={"Origin": self.workspace.address},
            allow_redirects=False,
        )

    async def code(self, **asked: str) -> str:
        """A code, for a yes to what is asked."""
        response = await self.answer(await (await self.ask(**asked)).text())
        return told(response)["code"]


def told(response: aiohttp.ClientResponse) -> dict[str, str]:
    """What an app is told in the address that a person is sent back to."""
    assert response.status == 302
    query = parse_qs(urlsplit(response.headers["Location"]).query)
    return {name: values[0] for name, values in query.items()}


@pytest.fixture
async def browser(workspace: Workspace) -> AsyncIterator[Browser]:
    async with aiohttp.ClientSession() as session:
        yield Browser(workspace, session)


@pytest.fixture
def stranger(workspace: Workspace) -> AsyncWebClient:
    """A client without a token."""
    return AsyncWebClient(base_url=workspace.api_url, retry_handlers=[])


def exchange(client: AsyncWebClient, workspace: Workspace, code: str, **other: Any) -> Any:
    oauth = workspace.oauth
    usual = {"client_id": oauth.client_id, "client_secret": oauth.client_secret, "redirect_uri": BACK}
    return client.oauth_v2_access(code=code, **usual | other)


def bolt_app(workspace: Workspace, folder: Path) -> AsyncApp:
    """A Bolt app that anybody may install, with Slack's own flow and stores."""
    client = AsyncWebClient(base_url=workspace.api_url)
    return AsyncApp(
        client=client,
        signing_secret=workspace.signing_secret,
        process_before_response=True,
        oauth_settings=AsyncOAuthSettings(
            client_id=workspace.oauth.client_id,
            client_secret=workspace.oauth.client_secret,
            scopes=["chat:write", "im:history"],
            authorization_url=f"{workspace.address}/oauth/v2/authorize",
            installation_store=FileInstallationStore(base_dir=str(folder / "installed")),
            state_store=FileOAuthStateStore(expiration_seconds=600, base_dir=str(folder / "states")),
        ),
    )


@dataclass
class Installable:
    app: AsyncApp
    address: str

    async def install(self, browser: Browser, answer: str = "allow") -> str:
        """The last page that a person sees who follows the app's own install link and answers."""
        async with browser.session.get(f"{self.address}/slack/install") as page:
            link = re.search(r'href="([^"]+authorize[^"]+)"', await page.text())
            # Bolt's cookie is for https alone, except in browsers, which take this machine for safe.
            cookie = {"Cookie": page.headers["Set-Cookie"].partition(";")[0]}
        assert link
        asked = await browser.session.get(link[1].replace("&amp;", "&"))
        sent = await browser.answer(await asked.text(), answer)
        async with browser.session.get(sent.headers["Location"], headers=cookie) as done:
            return await done.text()


@pytest.fixture
async def installable(workspace: Workspace, visitor: Visitor, tmp_path: Path) -> AsyncIterator[Installable]:
    """The app at its own address, which is its request URL and its redirect URL; nobody has it yet."""
    await visitor.uninstall()
    app = bolt_app(workspace, tmp_path)
    async with AsyncExitStack() as stack:
        events = await served(app.web_app(path="/slack/events"), stack)
        address = events.removesuffix("/slack/events")
        await visitor.post("app", redirect_urls=[f"{address}/slack/oauth_redirect"])
        await visitor.reach_app_at(events)
        yield Installable(app, address)


async def test_bolts_own_flow_installs_and_the_app_then_answers(
    workspace: Workspace, installable: Installable, browser: Browser, ann: Person
) -> None:
    @installable.app.message("hello")
    async def hello(say: Any) -> None:
        await say("Now I am here.")

    before = workspace.bot_token
    assert "Thank you" in await installable.install(browser)
    await ann.say("hello")
    await ann.wait_for_message("Now I am here.")
    assert workspace.bot_token != before
    assert workspace.scopes == {"chat:write", "im:history"}


async def test_bolt_is_told_of_a_no(workspace: Workspace, installable: Installable, browser: Browser) -> None:
    assert "access_denied" in await installable.install(browser, "cancel")
    assert workspace.bot_token in workspace.dead_tokens


async def test_bolts_own_store_forgets_an_app_that_is_uninstalled(
    workspace: Workspace, installable: Installable, browser: Browser, visitor: Visitor, tmp_path: Path
) -> None:
    installable.app.enable_token_revocation_listeners()
    await installable.install(browser)
    kept = sorted((tmp_path / "installed").rglob("bot-latest"))
    assert kept
    mark = await visitor.mark()
    await visitor.uninstall()

    async def both_heard() -> bool:
        return len(await visitor.journal(after=mark, kind="ack")) == 2

    await visitor.wait_for(both_heard)
    assert not [file for file in kept if file.exists()]


async def test_the_page_names_the_app_its_scopes_and_who_may_answer(
    workspace: Workspace, browser: Browser, visitor: Visitor
) -> None:
    await visitor.add_person("U_GUEST", "guest", is_restricted=True)
    await visitor.add_person("U_GONE", "gone", deleted=True)
    await visitor.add_person("U_OWNER", "owner", is_owner=True)
    response = await browser.ask(scope="chat:write,users:read")
    page = await response.text()
    assert response.status == 200
    for words in ("App", workspace.world.name, "chat:write", "users:read", "http://127.0.0.1:9"):
        assert words in page
    assert Fields(page).people == ["U_OWNER", "U_ANN", "U_BEN"]


async def test_what_an_app_says_of_itself_is_text_on_the_page(workspace: Workspace, browser: Browser) -> None:
    evil = '"><script>alert(1)</script>'
    page = await (await browser.ask(state=evil)).text()
    assert "<script>" not in page
    assert Fields(page).values["state"] == evil
    refused = await browser.ask(redirect_uri=evil)
    assert "<script>" not in await refused.text()


async def test_a_yes_comes_back_with_a_code_and_the_state_as_it_was(browser: Browser) -> None:
    page = await (await browser.ask(state="a b&c=d", redirect_uri=BACK + "?keep=1")).text()
    answered = told(await browser.answer(page))
    assert (answered["state"], answered["keep"]) == ("a b&c=d", "1")
    assert answered.keys() == {"state", "keep", "code"}


async def test_a_no_comes_back_with_access_denied(browser: Browser) -> None:
    page = await (await browser.ask()).text()
    assert told(await browser.answer(page, "cancel")) == {"error": "access_denied", "state": "s"}


async def test_nobody_can_answer_who_may_not(browser: Browser, visitor: Visitor) -> None:
    await visitor.add_person("U_GUEST", "guest", is_restricted=True)
    page = await (await browser.ask()).text()
    for user in ("U_GUEST", "U_NOBODY", "", "USLACKBOT"):
        response = await browser.answer(page, user=user)
        assert response.status == 400
        assert "Choose who lets the app in." in await response.text()


async def test_an_answer_from_another_page_is_refused(workspace: Workspace, browser: Browser) -> None:
    form = Fields(await (await browser.ask()).text()).values | {"user": "U_ANN", "answer": "allow"}
    address = f"{workspace.address}/oauth/v2/authorize"
    for headers in ({"Origin": "http://elsewhere.example"}, {}):
        async with browser.session.post(address, data=form, headers=headers) as response:
            assert response.status == 403


@pytest.mark.parametrize(
    ("asked", "code"),
    [
        ({"client_id": "1.2"}, "invalid_client_id"),
        ({"client_id": ""}, "invalid_client_id"),
        ({"scope": ""}, "no_scopes"),
        ({"scope": "chat:write,<b>"}, "invalid_scope"),
        ({"user_scope": "search:read"}, "invalid_user_scope"),
        ({"redirect_uri": ""}, "bad_redirect_uri"),
        ({"redirect_uri": "https://elsewhere.example/"}, "bad_redirect_uri"),
        ({"redirect_uri": "javascript:alert(1)"}, "bad_redirect_uri"),
        ({"redirect_uri": BACK + "/../elsewhere"}, "bad_redirect_uri"),
        ({"redirect_uri": BACK + "/%2e%2E/elsewhere"}, "bad_redirect_uri"),
        ({"redirect_uri": BACK + "/.%2e%2felsewhere"}, "bad_redirect_uri"),
        ({"redirect_uri": BACK + "/..\\elsewhere"}, "bad_redirect_uri"),
        ({"redirect_uri": "http://127.0.0.1:port/"}, "bad_redirect_uri"),
        ({"redirect_uri": "http://127.0.0.1@elsewhere.example/"}, "bad_redirect_uri"),
        ({"redirect_uri": "http://elsewhere.example@127.0.0.1/"}, "bad_redirect_uri"),
        ({"redirect_uri": BACK + "\r\nSet-Cookie: a=b"}, "bad_redirect_uri"),
        ({"redirect_uri": BACK + "#part"}, "bad_redirect_uri"),
    ],
)
async def test_what_may_not_be_asked_is_told_to_the_person_and_goes_nowhere(
    browser: Browser, asked: dict[str, str], code: str
) -> None:
    response = await browser.ask(**asked)
    assert (response.status, "Location" in response.headers) == (400, False)
    assert code in await response.text()
    good = await (await browser.ask()).text()
    assert (await browser.answer(good, **asked)).status == 400, "nor is it taken from a changed form"


@pytest.mark.parametrize(
    ("uri", "allowed"),
    [
        ("https://app.example/slack", True),
        ("https://app.example/slack/deeper?x=1", True),
        ("https://app.example/slackline", False),
        ("https://app.example/", False),
        ("https://app.example/slack/../other", False),
        ("http://app.example/slack", False),
        ("https://app.example:444/slack", False),
        ("http://127.0.0.1/slack", False),
    ],
)
def test_a_configured_address_covers_itself_and_what_is_below(uri: str, allowed: bool) -> None:
    oauth = OAuth("1.2", "secret", ("https://app.example/slack",))
    try:
        assert oauth.wish("1.2", "chat:write", uri, "").redirect_uri == uri
        found = True
    except OAuthRefused:
        found = False
    assert found is allowed


async def test_an_app_that_names_no_address_is_answered_at_its_first(
    workspace: Workspace, browser: Browser, stranger: AsyncWebClient, visitor: Visitor
) -> None:
    await visitor.post("app", redirect_urls=[BACK, "http://127.0.0.1:9/other"])
    page = await (await browser.ask(redirect_uri="")).text()
    response = await browser.answer(page)
    assert response.headers["Location"].startswith(BACK + "?")
    assert (await exchange(stranger, workspace, told(response)["code"], redirect_uri=None))["ok"]


async def test_what_is_no_address_cannot_be_configured(visitor: Visitor) -> None:
    with pytest.raises(Refusal, match="is not an address"):
        await visitor.post("app", redirect_urls=["app.example"])


async def test_a_code_becomes_a_token_with_the_scopes_that_were_granted(
    workspace: Workspace, browser: Browser, stranger: AsyncWebClient, visitor: Visitor
) -> None:
    await visitor.uninstall()
    answer = await exchange(stranger, workspace, await browser.code(scope="chat:write,team:read"))
    assert (answer["token_type"], answer["scope"], answer["authed_user"]["id"]) == (
        "bot",
        "chat:write,team:read",
        "U_ANN",
    )
    client = AsyncWebClient(token=answer["access_token"], base_url=workspace.api_url)
    tested = await client.auth_test()
    assert (tested["user_id"], tested["team_id"]) == (answer["bot_user_id"], answer["team"]["id"])
    assert tested.headers["x-oauth-scopes"] == "chat:write,team:read"
    assert (await client.team_info())["ok"]
    assert await error_of(client.users_list()) == "missing_scope"


async def test_scopes_add_up_and_the_token_stays_while_the_app_is_installed(
    workspace: Workspace, browser: Browser, stranger: AsyncWebClient
) -> None:
    workspace.scopes = frozenset(["chat:write"])
    answer = await exchange(stranger, workspace, await browser.code(scope="team:read"))
    assert answer["access_token"] == workspace.bot_token
    assert answer["scope"] == "chat:write,team:read"


async def test_credentials_may_be_arguments_too(workspace: Workspace, browser: Browser) -> None:
    oauth = workspace.oauth
    data = {"client_id": oauth.client_id, "client_secret": oauth.client_secret, "redirect_uri": BACK}
    data["code"] = await browser.code()
    address = f"{workspace.api_url}oauth.v2.access"
    async with browser.session.post(address, data=data) as response:
        assert (await response.json())["access_token"] == workspace.bot_token


async def test_a_code_is_good_once(workspace: Workspace, browser: Browser, stranger: AsyncWebClient) -> None:
    code = await browser.code()
    assert (await exchange(stranger, workspace, code))["ok"]
    assert await error_of(exchange(stranger, workspace, code)) == "code_already_used"


async def test_a_code_is_good_for_a_while_of_real_time(
    workspace: Workspace, browser: Browser, stranger: AsyncWebClient, visitor: Visitor
) -> None:
    code = await browser.code()
    await visitor.move_clock(seconds=86_400)
    assert (await exchange(stranger, workspace, code))["ok"]
    workspace.oauth.code_seconds = 0.0
    assert await error_of(exchange(stranger, workspace, await browser.code())) == "invalid_code"


@pytest.mark.parametrize(
    ("other", "error"),
    [
        ({"client_id": "1.2"}, "invalid_client_id"),
        ({"client_id": "é"}, "invalid_client_id"),
        ({"client_secret": "wrong"}, "bad_client_secret"),
        ({"client_secret": ""}, "bad_client_secret"),
        ({"code": "made up"}, "invalid_code"),
        ({"code": ""}, "invalid_code"),
        ({"grant_type": "refresh_token"}, "invalid_grant_type"),
        ({"redirect_uri": BACK + "/other"}, "bad_redirect_uri"),
        ({"redirect_uri": None}, "bad_redirect_uri"),
    ],
)
async def test_a_code_is_not_exchanged_for_the_wrong_things_and_stays_good(
    workspace: Workspace, browser: Browser, stranger: AsyncWebClient, other: dict[str, Any], error: str
) -> None:
    code = await browser.code()
    wrong = {"code": code} | other
    assert await error_of(exchange(stranger, workspace, **wrong)) == error
    assert (await exchange(stranger, workspace, code))["ok"]


async def test_a_broken_login_is_told_as_an_unknown_client(workspace: Workspace, browser: Browser) -> None:
    address = f"{workspace.api_url}oauth.v2.access"
    for header in ("Basic !!", "Basic eA==", "Basic", "Bearer x"):
        async with browser.session.post(address, headers={"Authorization": header}) as response:
            assert (await response.json())["error"] == "invalid_client_id"
    async with browser.session.post(address, json={"client_id": "\ud800"}) as response:
        assert (await response.json())["error"] == "invalid_json"


async def test_a_revoked_token_is_dead_and_the_app_hears_of_it(
    workspace: Workspace, app: AsyncApp, serve: Any, client: AsyncWebClient
) -> None:
    heard = hearing(app, "tokens_revoked", "app_uninstalled")
    await serve(app)
    assert not (await client.auth_revoke(test=True))["revoked"]
    assert (await client.auth_test())["ok"]
    assert (await client.auth_revoke())["revoked"]
    assert await error_of(client.auth_test()) == "account_inactive"
    assert (await asyncio.wait_for(heard.get(), 20))["type"] == "tokens_revoked"


async def test_an_app_uninstalls_itself_only_with_its_secret(workspace: Workspace, visitor: Visitor) -> None:
    """With the synchronous client, as most apps have."""
    client, oauth = WebClient(token=workspace.bot_token, base_url=workspace.api_url), workspace.oauth

    def uninstall(secret: str) -> Any:
        return client.apps_uninstall(client_id=oauth.client_id, client_secret=secret)

    assert await error_of(asyncio.to_thread(uninstall, "wrong")) == "bad_client_secret"
    assert (await asyncio.to_thread(client.auth_test))["ok"]
    assert (await asyncio.to_thread(uninstall, oauth.client_secret))["ok"]
    assert await error_of(asyncio.to_thread(client.auth_test)) == "account_inactive"
    assert [one["method"] for one in await visitor.journal(kind="envelope")] == [
        "app_uninstalled",
        "tokens_revoked",
    ]


async def test_an_uninstalled_app_is_told_of_nothing_until_it_is_installed_again(
    workspace: Workspace, visitor: Visitor, ann: Person, browser: Browser, stranger: AsyncWebClient
) -> None:
    old = workspace.bot_token
    await visitor.uninstall()
    await ann.say("while it is away")
    answer = await exchange(stranger, workspace, await browser.code(scope="im:history"))
    await ann.say("now it is back")
    (envelope,) = await visitor.journal("message", kind="envelope", wait=20)
    assert envelope["args"]["event"]["text"] == "now it is back"
    assert answer["access_token"] != old
    dead = AsyncWebClient(token=old, base_url=workspace.api_url)
    assert await error_of(dead.auth_test()) == "account_inactive"


async def test_installing_again_is_what_cures_a_token_that_trouble_revoked(
    workspace: Workspace, visitor: Visitor, browser: Browser, stranger: AsyncWebClient
) -> None:
    await visitor.revoke_token()
    old = AsyncWebClient(token=workspace.bot_token, base_url=workspace.api_url)
    answer = await exchange(stranger, workspace, await browser.code())
    new = AsyncWebClient(token=answer["access_token"], base_url=workspace.api_url)
    assert (await new.auth_test())["ok"]
    assert await error_of(old.auth_test()) == "token_revoked"


async def test_a_dead_token_opens_no_file(workspace: Workspace, visitor: Visitor) -> None:
    file = workspace.files.put("U_ANN", "note.txt", b"words")
    address = f"{workspace.address}/files/{file.id}/note.txt"
    headers = {"Authorization": f"Bearer {workspace.bot_token}"}
    async with aiohttp.ClientSession(headers=headers) as session:
        async with session.get(address) as response:
            assert await response.read() == b"words"
        await visitor.uninstall()
        async with session.get(address) as response:
            assert response.status == 404


async def test_no_token_and_no_secret_is_in_the_journal(
    workspace: Workspace, visitor: Visitor, browser: Browser, stranger: AsyncWebClient
) -> None:
    await visitor.uninstall()
    answer = await exchange(stranger, workspace, await browser.code())
    everything = str(await visitor.journal())
    assert "oauth.v2.access" in everything
    for secret in (answer["access_token"], workspace.oauth.client_secret):
        assert secret not in everything


async def test_the_control_api_tells_what_an_installable_app_needs(
    workspace: Workspace, visitor: Visitor, browser: Browser
) -> None:
    told_of = await visitor.get("app")
    assert told_of["client_id"] == workspace.oauth.client_id
    assert told_of["client_secret"] == workspace.oauth.client_secret
    async with browser.session.get(
        told_of["authorize_url"],
        params={"client_id": told_of["client_id"], "scope": "x", "redirect_uri": BACK},
    ) as page:
        assert page.status == 200
