"""A demo and a browser for each journey, on a desk and on a phone."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, ViewportSize, expect, sync_playwright

from tests.browser import chromium, forms_app
from tests.browser.demo import running_demo
from tests.browser.tab import Tab
from tests.browser.town import Town, running_town

PATIENCE_MS = 15_000
A_JOURNEY_SECONDS = 400
"""A journey has a demo of its own, and days go by in it; this is a busy machine's worst."""
DESKTOP = ViewportSize(width=1280, height=800)
PHONE = ViewportSize(width=390, height=844)

Sit = Callable[..., Tab]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if "demo" in getattr(item, "fixturenames", ()):
            item.add_marker(pytest.mark.timeout(A_JOURNEY_SECONDS))
    missing = chromium.missing()
    if missing and not chromium.must_be_there():
        for item in items:
            if "tests/browser" in item.nodeid:
                item.add_marker(pytest.mark.skip(reason=missing))


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """One Chromium for the journeys of a module; each has a context, and so storage, of its own.

    Not for all of a worker: as long as it runs, no asynchronous test can run beside it.
    """
    found = chromium.executable()
    assert found, chromium.missing()
    expect.set_options(timeout=PATIENCE_MS)
    with sync_playwright() as playwright:
        launched = playwright.chromium.launch(executable_path=found, args=list(chromium.FLAGS))
        yield launched
        launched.close()


@pytest.fixture
def demo(tmp_path: Path) -> Iterator[str]:
    """The address of a demo that nobody has touched."""
    with running_demo(tmp_path) as address:
        yield address


@contextmanager
def opened_page(browser: Browser, address: str, phone: bool, dark: bool = False) -> Iterator[Page]:
    """An empty tab, on a desk or on a phone, with a storage of its own. Nothing may go wrong in its scripts."""
    context = browser.new_context(
        base_url=address,
        viewport=PHONE if phone else DESKTOP,
        has_touch=phone,
        is_mobile=phone,
        locale="en-GB",
        timezone_id="Europe/London",
        color_scheme="dark" if dark else "light",
    )
    context.set_default_timeout(PATIENCE_MS)
    wrong: list[str] = []
    opened = context.new_page()
    opened.on("pageerror", lambda error: wrong.append(str(error)))
    yield opened
    context.close()
    assert not wrong, wrong


@pytest.fixture(params=["desktop", "phone"])
def page(request: pytest.FixtureRequest, browser: Browser, demo: str) -> Iterator[Page]:
    """An empty tab at the demo's address, on a desk and on a phone."""
    with opened_page(browser, demo, request.param == "phone") as opened:
        yield opened


@pytest.fixture(scope="session")
def town(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Town]:
    """A workspace with the forms app, for all tests of a worker: each is somebody new in it."""
    with running_town(tmp_path_factory.mktemp("forms"), "tests.browser.forms_app") as running:
        running.order("app", commands=forms_app.COMMANDS, shortcuts=forms_app.SHORTCUTS)
        yield running


@pytest.fixture(scope="session")
def lunch_town(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Town]:
    """A workspace with the example app, which arranges lunches."""
    with running_town(tmp_path_factory.mktemp("lunch"), "tests.workspace.example_app", "socket") as running:
        commands = [
            {"command": "/lunch", "description": "Propose a lunch", "usage_hint": "[help]"},
            {"command": "/lunch-log", "description": "Lunches of old"},
        ]
        shortcuts = [
            {"name": "New lunch", "callback_id": "new_lunch", "type": "global"},
            {"name": "A lunch of this", "callback_id": "lunch_of_this", "type": "message"},
        ]
        running.order("app", commands=commands, shortcuts=shortcuts)
        yield running


@pytest.fixture
def sit(browser: Browser) -> Iterator[Sit]:
    """`sit(town)` is a tab of somebody new there, or of `person`; on a phone, in the dark, if asked."""
    with ExitStack() as stack:

        def sit_down(town: Town, person: str | None = None, phone: bool = False, dark: bool = False) -> Tab:
            town.forget()
            page = stack.enter_context(opened_page(browser, town.address, phone, dark))
            return Tab(page, town, person or town.newcomer())

        yield sit_down
