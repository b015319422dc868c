"""Every view as axe sees it: light and dark, on a desk and on a phone. And at 320 pixels nothing goes sideways."""

from collections.abc import Callable
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from tests.browser.conftest import Sit
from tests.browser.forms_app import board
from tests.browser.tab import Tab
from tests.browser.town import OWNER, Town
from tests.workspace.page.gallery import on

COVERED = ("landmark-one-main", "page-has-heading-one", "skip-link")
NARROW = {"width": 320, "height": 640}
SIDEWAYS = "() => document.documentElement.scrollWidth - document.documentElement.clientWidth"
View = Callable[[Tab], None]


def doors(tab: Tab) -> None:
    tab.page.goto(tab.town.address)


def messages(tab: Tab) -> None:
    """One of every block that a message takes, a picture of a conversation, and an answer in a thread."""
    blocks = on("message")
    for start in range(0, len(blocks), 12):
        tab.town.call(
            "chat.postMessage", channel=tab.person, text="Blocks", blocks=blocks[start : start + 12]
        )
    tab.goes()
    tab.writes("Good morning")
    expect(tab.said("Good morning")).to_be_visible()


def home(tab: Tab) -> None:
    tab.goes("home")
    expect(tab.middle).to_contain_text("Your trees")


def menu(tab: Tab) -> None:
    tab.goes()
    tab.writes("Good morning")
    tab.opens_menu(tab.said("Good morning"), "More about")


def commands(tab: Tab) -> None:
    tab.goes()
    tab.message.press_sequentially("/f")
    expect(tab.page.get_by_role("listbox", name="Commands")).to_be_visible()


def thread(tab: Tab) -> None:
    posted = tab.town.call("chat.postMessage", channel=tab.person, text="Trees", blocks=board("A beech"))
    tab.town.call("chat.postMessage", channel=tab.person, text="Indeed", thread_ts=posted["ts"])
    tab.goes(thread=posted["ts"])
    expect(tab.thread).to_contain_text("Indeed")


def window(tab: Tab) -> None:
    tab.goes()
    tab.opens("every")


def window_with_errors(tab: Tab) -> None:
    tab.goes()
    tab.opens("strict")
    tab.presses("Send")
    expect(tab.window.get_by_role("alert")).to_contain_text("need another look")


def open_lists(tab: Tab) -> None:
    window(tab)
    tab.group("Some lessons").first.get_by_label("Some lessons", exact=True).click()
    tab.field("Some trees").focus()
    expect(tab.window.get_by_role("listbox")).to_be_visible()


def question(tab: Tab) -> None:
    tab.goes()
    tab.opens("pressed")
    tab.presses("Fell")
    expect(tab.page.get_by_role("dialog", name="Fell the tree?")).to_be_visible()


def what_happened(tab: Tab) -> None:
    tab.goes()
    if not tab.side.is_visible():
        tab.page.get_by_role("button", name="What just happened").click()
    tab.side.get_by_role("group").filter(has_text="views.publish").last.get_by_text("views.publish").click()


def clock(tab: Tab) -> None:
    tab.goes("clock")
    expect(tab.page.get_by_label("Another time")).to_be_visible()


def export(tab: Tab) -> None:
    tab.person = OWNER
    tab.goes("export")
    tab.middle.get_by_role("button", name="Run").click()
    tab.middle.get_by_role("textbox", name="Phrase").fill("morning")
    tab.middle.get_by_role("button", name="Look").click()
    expect(tab.middle.get_by_role("status")).to_be_visible()


def journal(tab: Tab) -> None:
    tab.goes("journal")


def faults(tab: Tab) -> None:
    tab.goes("faults")


def nowhere(tab: Tab) -> None:
    tab.page.goto(f"{tab.town.address}/as/U_NOBODY")


VIEWS: tuple[View, ...] = (
    doors,
    messages,
    home,
    menu,
    commands,
    thread,
    window,
    window_with_errors,
    open_lists,
    question,
    what_happened,
    clock,
    export,
    journal,
    faults,
    nowhere,
)


def findings(page: Page) -> list[str]:
    """What axe has to say, whatever its weight, a line for each kind with the first places.

    On a phone an open drawer covers all the rest, the landmarks too: that there should be some is no finding then.
    """
    found: list[dict[str, Any]] = Axe().run(page).response["violations"]
    if page.locator("body[data-drawer]").count():
        found = [one for one in found if one["id"] not in COVERED]
    return [
        f"{one['impact']}: {one['id']}: {one['help']}: {[node['html'][:120] for node in one['nodes'][:3]]}"
        for one in found
    ]


@pytest.mark.parametrize("phone", [False, True], ids=["desktop", "phone"])
@pytest.mark.parametrize("view", VIEWS, ids=lambda view: view.__name__)
def test_axe_finds_nothing(sit: Sit, town: Town, view: View, phone: bool) -> None:
    tab = sit(town, phone=phone)
    view(tab)
    told = findings(tab.page)
    tab.page.emulate_media(color_scheme="dark")
    assert told + [f"in the dark, {one}" for one in findings(tab.page)] == []


@pytest.mark.parametrize("view", VIEWS, ids=lambda view: view.__name__)
def test_nothing_goes_sideways_at_320_pixels(sit: Sit, town: Town, view: View) -> None:
    tab = sit(town, phone=True)
    tab.page.set_viewport_size(NARROW)  # type: ignore[arg-type]
    view(tab)
    assert tab.page.evaluate(SIDEWAYS) == 0
