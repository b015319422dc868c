"""Letting an app in, in a real browser: from the app's own install link to its last page, by mouse and by keyboard."""

import asyncio
from collections.abc import Iterator
from concurrent.futures import Future
from contextlib import AsyncExitStack, contextmanager
from pathlib import Path
from threading import Thread

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect

from bot.workspace.server import Workspace
from tests.browser.conftest import DESKTOP, PHONE
from tests.workspace.conftest import PEOPLE
from tests.workspace.test_http_mode import served
from tests.workspace.test_oauth import bolt_app

pytestmark = pytest.mark.filterwarnings("ignore:BasicAuth is deprecated:DeprecationWarning")


@contextmanager
def installable(folder: Path) -> Iterator[tuple[Workspace, str]]:
    """A workspace without the app, and the app's install link; both run in a loop of their own thread."""
    ready: Future[tuple[Workspace, str]] = Future()
    leave = asyncio.Event()
    loops: list[asyncio.AbstractEventLoop] = []

    async def run() -> None:
        local = Workspace(PEOPLE, name="Hillside", app_name="Lunches")
        await local.start()
        local.uninstall()
        async with AsyncExitStack() as stack:
            events = await served(bolt_app(local, folder).web_app(path="/slack/events"), stack)
            local.oauth.redirect_urls = (events.replace("/slack/events", "/slack/oauth_redirect"),)
            loops.append(asyncio.get_running_loop())
            ready.set_result((local, events.replace("/slack/events", "/slack/install")))
            await leave.wait()
        await local.stop()

    thread = Thread(target=lambda: asyncio.run(run()))
    thread.start()
    try:
        yield ready.result(20)
    finally:
        loops[0].call_soon_threadsafe(leave.set)
        thread.join(20)


@pytest.fixture
def shop(tmp_path: Path) -> Iterator[tuple[Workspace, str]]:
    with installable(tmp_path) as found:
        yield found


@pytest.fixture(params=[DESKTOP, PHONE], ids=["desktop", "phone"])
def asked(request: pytest.FixtureRequest, browser: Browser, shop: tuple[Workspace, str]) -> Iterator[Page]:
    """The page that asks, reached from the app's own link."""
    context = browser.new_context(viewport=request.param, locale="en-GB")
    page = context.new_page()
    page.goto(shop[1])
    page.get_by_role("link").click()
    expect(page.get_by_role("heading", name="Let Lunches into Hillside?")).to_be_visible()
    yield page
    context.close()


def test_the_app_is_let_in_with_two_clicks(asked: Page, shop: tuple[Workspace, str]) -> None:
    asked.get_by_label("Who answers").select_option(label="Ben Baker")
    asked.get_by_role("button", name="Allow").click()
    expect(asked.get_by_text("Thank you")).to_be_visible()
    workspace, _ = shop
    assert workspace.bot_token not in workspace.dead_tokens
    (answer,) = workspace.journal.entries(kind="person", method="authorize")
    assert answer["user"] == "U_BEN"


def test_the_app_hears_a_no(asked: Page, shop: tuple[Workspace, str]) -> None:
    asked.get_by_role("button", name="Cancel").click()
    expect(asked.get_by_text("access_denied")).to_be_visible()
    assert shop[0].bot_token in shop[0].dead_tokens


def test_the_app_is_let_in_by_keyboard(asked: Page) -> None:
    expect(asked.get_by_role("button", name="Allow")).to_be_visible()
    asked.keyboard.press("Tab")
    expect(asked.get_by_label("Who answers")).to_be_focused()
    asked.keyboard.press("Tab")
    asked.keyboard.press("Enter")
    expect(asked.get_by_text("Thank you")).to_be_visible()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_page_that_asks_can_be_used_by_everybody(asked: Page, scheme: str) -> None:
    asked.emulate_media(color_scheme="dark" if scheme == "dark" else "light")
    found = Axe().run(asked).response["violations"]
    assert [one["id"] for one in found if one["impact"] in ("serious", "critical")] == []
    assert asked.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
