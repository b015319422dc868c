"""Takes docs/pictures/{teacher,coach,head,lead,phone}.png: the demo in a browser, behind four of its doors.

`make screenshots` runs it. It needs the system's Chromium, as the tests in tests/browser do.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from playwright.sync_api import Browser, Page, ViewportSize, expect, sync_playwright

from bot import settings
from tests.browser import chromium
from tests.browser.demo import running_demo
from tests.browser.visit import Visit

FOLDER = Path(__file__).parent
DESK = ViewportSize(width=1280, height=900)
PHONE = ViewportSize(width=390, height=760)
SHARPNESS = 1.2
PATIENCE_MS = 60_000


def teacher(visit: Visit) -> None:
    visit.comes_in("I teach")
    visit.taps("Half")
    visit.sees("Done for this week.")
    visit.reads_what_happened("What is kept of it")


def coach(visit: Visit) -> None:
    visit.comes_in("I coach")
    visit.goes_to_step(1)
    visit.lets_time_pass("Thursday, 15:30", shows="Thursday 17 September 2026, 15:3")
    visit.goes_to_step(2)
    visit.sees("something for you")


def head(visit: Visit) -> None:
    visit.comes_in("I lead a school")
    visit.opens("Home")
    visit.taps("Set something down")
    visit.reads_in_window("Only you see this")


def lead(visit: Visit) -> None:
    visit.comes_in("I answer for it")
    visit.goes_to_step(1)
    visit.lets_time_pass("Thursday, 15:30", shows="Thursday 17 September 2026, 15:3")
    visit.opens("Home")
    visit.sees("Coaching in this school")


def phone(visit: Visit) -> None:
    visit.comes_in("I teach")
    visit.sees("How full is the tank today?")


PICTURES: dict[str, Callable[[Visit], None]] = {
    "teacher": teacher,
    "coach": coach,
    "head": head,
    "lead": lead,
    "phone": phone,
}


def main() -> None:
    """Each picture is of a demo that nobody has touched before."""
    settings.drop_proxies()
    expect.set_options(timeout=PATIENCE_MS)
    with sync_playwright() as playwright:
        found = chromium.executable()
        if found is None:
            raise SystemExit(chromium.missing())
        browser = playwright.chromium.launch(executable_path=found, args=list(chromium.FLAGS))
        for name, goes in PICTURES.items():
            with _page(browser, on_phone=name == "phone") as page:
                goes(Visit(page))
                # Where the pointer rests, things look different.
                page.mouse.move(0, 0)
                page.screenshot(path=FOLDER / f"{name}.png", animations="disabled")
        browser.close()


@contextmanager
def _page(browser: Browser, on_phone: bool) -> Iterator[Page]:
    with TemporaryDirectory() as folder, running_demo(Path(folder)) as address:
        context = browser.new_context(
            base_url=address,
            viewport=PHONE if on_phone else DESK,
            device_scale_factor=SHARPNESS,
            color_scheme="dark" if on_phone else "light",
            has_touch=on_phone,
            is_mobile=on_phone,
            locale="en-GB",
            timezone_id="Europe/London",
        )
        context.set_default_timeout(PATIENCE_MS)
        yield context.new_page()
        context.close()


if __name__ == "__main__":
    main()
