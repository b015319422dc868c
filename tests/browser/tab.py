"""What somebody does in one tab with any app. Everything is found by what a screen reader calls it."""

import re
from pathlib import Path

from playwright.sync_api import Locator, Page, expect

from tests.browser.town import Town

LIVE = "() => document.documentElement.hasAttribute('data-live')"


class Tab:
    """A tab in which `person` (an id) looks at the page of `town`."""

    def __init__(self, page: Page, town: Town, person: str) -> None:
        self.page = page
        self.town = town
        self.person = person
        self.middle = page.get_by_role("main")
        self.window = page.get_by_role("dialog")
        self.side = page.get_by_role("complementary", name="Guide and what just happened")
        self.thread = page.get_by_role("complementary", name="Thread")
        self.message = page.get_by_role("textbox", name="Message", exact=True)
        self.messages = page.get_by_role("region", name=re.compile("^Messages in (?!the thread)"))

    def goes(self, place: str = "messages", **query: str) -> None:
        """messages, home, export, journal, faults, or the name of a channel."""
        known = place in ("messages", "home", "export", "journal", "faults", "clock")
        asked = {"place": place if known else self.town.channel(place)} | query
        address = "&".join(f"{name}={value}" for name, value in asked.items())
        self.page.goto(f"{self.town.address}/as/{self.person}?{address}")
        self.is_live()

    def is_live(self) -> None:
        """What changes from now on is seen here."""
        self.page.wait_for_function(LIVE)

    def writes(self, words: str) -> None:
        self.message.fill(words)
        self.page.keyboard.press("Enter")
        expect(self.message).to_have_value("")

    def opens(self, window: str) -> Locator:
        """One of the windows of the forms app, by its command."""
        self.writes(f"/form {window}")
        self.sees_window("A form")
        return self.window

    def sees_window(self, title: str) -> None:
        expect(self.window.get_by_role("heading", name=title, exact=True)).to_be_visible()

    def said(self, words: str) -> Locator:
        """The newest message in the middle with these words."""
        return self.messages.get_by_role("listitem").filter(has_text=words).last

    def opens_menu(self, message: Locator, menu: str) -> None:
        """“React to” or “More about” a message; the pointer is over it, as it is for whoever does that."""
        message.hover()
        message.get_by_label(re.compile(f"^{menu} ")).click()

    def field(self, label: str) -> Locator:
        """What one types into, or chooses from, under this label in the window."""
        named = re.compile(f"^{re.escape(label)}( \\(optional\\))?$")
        typed = self.window.get_by_role("textbox", name=named)
        return typed.or_(self.window.get_by_role("combobox", name=named))

    def group(self, label: str) -> Locator:
        """What belongs together under this label in the window."""
        return self.window.get_by_role("group", name=re.compile(f"^{re.escape(label)}"))

    def presses(self, button: str) -> None:
        """A button of the window."""
        self.window.get_by_role("button", name=button, exact=True).click()

    def has_focus(self, where: Locator) -> None:
        expect(where).to_be_focused()

    def brings(self, label: str, *files: Path) -> None:
        """Files, in a field of the window."""
        self.window.get_by_label(re.compile(f"^{label}")).set_input_files(list(files))
        for file in files:
            expect(self.window.get_by_role("button", name=f"Take out {file.name}")).to_be_visible()
