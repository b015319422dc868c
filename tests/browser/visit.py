"""What a visitor does with the page, in a visitor's words. Everything is found by what a screen reader calls it."""

import re
from collections.abc import Mapping

from playwright.sync_api import Locator, Page, expect

SENDS = re.compile("^(Next|Keep)$")
MOST_SCREENS = 20
DAYS_TAKE_MS = 120_000
"""A busy machine plays through four days of two schools within this, and an idle one in three seconds."""
LIVE = "() => document.documentElement.hasAttribute('data-live')"


class Visit:
    """Somebody at the page, with a mouse or a finger."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.middle = page.get_by_role("main")
        self.window = page.get_by_role("dialog")
        self.clock = page.get_by_role("banner").get_by_role("time")
        self.side = page.get_by_role("complementary", name="Guide and what just happened")

    # By hand: whoever has none uses keys (tests/browser/keys.py)

    def presses(self, what: Locator) -> None:
        """A button, a link, something to unfold."""
        what.click()

    def fills(self, field: Locator, words: str) -> None:
        """A field that one types into; what stood in it is gone."""
        field.fill(words)

    def ticks(self, choice: Locator) -> None:
        """One of several."""
        choice.check()

    # Coming in, and going about

    def comes_in(self, door: str) -> None:
        """By one of the doors, which is called so."""
        self.page.goto("/")
        self.follows(self.page.get_by_role("link", name=re.compile(f"^{re.escape(door)} ")))

    def goes_to_step(self, number: int) -> None:
        """Where the guide says that this step is taken, and as whom."""
        self._shows_side()
        self.follows(self.side.get_by_role("link", name=re.compile(f"^Go there.*, step {number}$")))

    def becomes(self, name: str) -> None:
        """Steps into somebody else."""
        places = self._shows_places()
        self.presses(places.get_by_text("Be somebody else"))
        self.follows(places.get_by_role("link", name=re.compile(f"^{re.escape(name)}")))

    def opens(self, tab: str) -> None:
        """Home or Messages, by the tab above the conversation."""
        self.follows(self.page.get_by_role("navigation", name="The app").get_by_role("link", name=tab))

    def follows(self, link: Locator) -> None:
        """To another page, which then shows what happens as it does."""
        with self.page.expect_navigation():
            self.presses(link)
        self.page.wait_for_function(LIVE)

    # What the page says

    def sees(self, *words: str) -> None:
        """In the middle of the page."""
        for one in words:
            expect(self.middle).to_contain_text(one)

    def misses(self, *words: str) -> None:
        """None of it is in the middle of the page."""
        for one in words:
            expect(self.middle).not_to_contain_text(one)

    def has_done(self, steps: int, of: int) -> None:
        """The guide has marked so many steps as done."""
        self._shows_side()
        expect(self.side).to_contain_text(f"{steps} of {of} done")
        expect(self.side.get_by_role("listitem").filter(has_text=re.compile("Done: "))).to_have_count(steps)
        self._hides_side()

    def reads_what_happened(self, *words: str) -> None:
        """In the panel beside the conversation."""
        self._shows_side()
        for one in words:
            expect(self.side).to_contain_text(one)
        self._hides_side()

    def _shows_side(self) -> None:
        if not self.side.is_visible():
            self.presses(self._bar_button("What just happened"))

    def _hides_side(self) -> None:
        """Only where it covers the page."""
        closes = self.side.get_by_role("button", name="Close")
        if closes.is_visible():
            self.presses(closes)
            expect(self.side).to_be_hidden()

    def _shows_places(self) -> Locator:
        places = self.page.get_by_role("navigation", name="People and places")
        if not places.is_visible():
            self.presses(self._bar_button("People and places"))
        return places

    def _bar_button(self, name: str) -> Locator:
        return self.page.get_by_role("banner").get_by_role("button", name=name)

    # Messages and Home

    def taps(self, button: str) -> None:
        """The newest button of that name."""
        self.presses(self.middle.get_by_role("button", name=button, exact=True).last)

    def taps_first(self, button: str) -> None:
        """Of several of that name."""
        self.presses(self.middle.get_by_role("button", name=button, exact=True).first)

    def types(self, words: str) -> None:
        """Into the conversation, and sends it."""
        self.fills(self.page.get_by_role("textbox", name="Message"), words)
        self.presses(self.middle.get_by_role("button", name="Send"))

    # The export

    def looks_for(self, phrase: str) -> None:
        """In the export that was run."""
        self.fills(self.middle.get_by_role("textbox", name="Phrase"), phrase)
        self.follows(self.middle.get_by_role("button", name="Look", exact=True))

    # The window

    def answers(self, given: Mapping[str, str]) -> None:
        """Goes through a window of questions to its last screen: what is named is answered, the rest left as it is.

        Of a choice that must be made the first is taken.
        """
        left = dict(given)
        for _ in range(MOST_SCREENS):
            expect(self.window.get_by_role("heading", level=2)).to_be_visible()
            sends = self.window.get_by_role("button", name=SENDS)
            if not sends.count():
                break
            for question in [one for one in left if self.window.get_by_text(one).count()]:
                self.answer(question, left.pop(question))
            self._chooses_the_rest()
            before = self.window.inner_text()
            self.presses(sends)
            expect(self.window).not_to_have_text(before, use_inner_text=True)
        assert not left, f"These were never asked: {list(left)}"

    def answer(self, question: str, answer: str) -> None:
        """In the open screen."""
        group = self.window.get_by_role("group", name=question)
        if group.count():
            self.ticks(group.get_by_role("radio", name=answer, exact=True))
        else:
            self.fills(self.window.get_by_label(question), answer)

    def _chooses_the_rest(self) -> None:
        for group in self.window.get_by_role("group").all():
            must = "(optional)" not in group.inner_text()
            if must and not group.get_by_role("radio", checked=True).count():
                self.ticks(group.get_by_role("radio").first)

    def sends(self, button: str) -> None:
        """The window, which closes."""
        self.presses(self.window.get_by_role("button", name=button, exact=True))
        expect(self.window).to_be_hidden()

    def closes(self) -> None:
        """The window, by the button at its foot."""
        self.presses(self.window.get_by_role("button", name=re.compile("^(Done|Close)$")))
        expect(self.window).to_be_hidden()

    def reads_in_window(self, *words: str) -> None:
        """Before closing it, say."""
        for one in words:
            expect(self.window).to_contain_text(one)

    # Time

    def lets_time_pass(self, until: str, shows: str) -> None:
        """By the clock, until the moment of that name; the clock then `shows` it."""
        if not self.page.get_by_role("heading", name="Let time pass").is_visible():
            self.presses(self.clock)
        self.presses(
            self.page.get_by_role("banner").get_by_role("button", name=re.compile(f"^{re.escape(until)}"))
        )
        expect(self.clock).to_contain_text(shows, timeout=DAYS_TAKE_MS)
        expect(self.page.get_by_role("banner")).not_to_contain_text("on the way to")
