"""The demo's doors and what stands behind each, as axe sees them, and on the narrowest of phones."""

from collections.abc import Iterator
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, ViewportSize, expect

from tests.browser.conftest import opened_page
from tests.browser.demo import running_demo
from tests.browser.visit import Visit

DOORS = ("I teach", "I coach", "I lead a school", "I answer for it", "I am not convinced")
NARROW = ViewportSize(width=320, height=640)
SIDEWAYS = "() => document.documentElement.scrollWidth - document.documentElement.clientWidth"


@pytest.fixture(scope="module")
def morning(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a demo in which people look, and do nothing."""
    with running_demo(tmp_path_factory.mktemp("morning")) as address:
        yield address


def views(visit: Visit) -> Iterator[str]:
    """The name of each view, once one is there: the doors, and behind each Messages and Home."""
    visit.page.goto("/")
    expect(visit.page.get_by_role("heading", name="Which is you?")).to_be_visible()
    yield "doors"
    for door in DOORS:
        visit.comes_in(door)
        yield door
        visit.opens("Home")
        visit.sees("Who can see what")
        yield f"{door}: Home"


def findings(page: Page) -> list[str]:
    """What axe has to say, whatever its weight."""
    found: list[dict[str, Any]] = Axe().run(page).response["violations"]
    return [f"{one['impact']}: {one['id']}: {one['nodes'][0]['html'][:120]}" for one in found]


@pytest.mark.timeout(300)
@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
@pytest.mark.parametrize("phone", [False, True], ids=["desktop", "phone"])
def test_axe_finds_nothing_behind_any_door(browser: Browser, morning: str, phone: bool, dark: bool) -> None:
    with opened_page(browser, morning, phone, dark) as page:
        found = {name: findings(page) for name in views(Visit(page))}
    assert {name: told for name, told in found.items() if told} == {}


@pytest.mark.timeout(300)
def test_nothing_goes_sideways_on_the_narrowest_phone(browser: Browser, morning: str) -> None:
    with opened_page(browser, morning, True) as page:
        page.set_viewport_size(NARROW)
        wide = {name: page.evaluate(SIDEWAYS) for name in views(Visit(page))}
    assert set(wide.values()) == {0}, wide
