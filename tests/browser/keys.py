"""A visitor without a mouse: Tab, Enter, Space, arrows, Escape and letters, and nothing else."""

from playwright.sync_api import Locator, expect

from tests.browser.visit import Visit

MOST_TABS = 150
MOST_CHOICES = 12

IS_FOCUSED = """thing => {
  const at = document.activeElement
  return at === thing || (at.matches('a, button, summary') && at.contains(thing))
}"""
IN_ITS_GROUP = "choice => document.activeElement.name === choice.name"
SEEN = """() => {
  const at = document.activeElement
  const look = getComputedStyle(at)
  const box = at.getBoundingClientRect()
  const inside = box.bottom > 0 && box.top < innerHeight && box.right > 0 && box.left < innerWidth
  return inside && at.matches(':focus-visible') && (look.outlineStyle !== 'none' || look.boxShadow !== 'none')
}"""
KEPT = "() => document.activeElement !== document.body"


class ByKeys(Visit):
    """Reaches everything with Tab. Where the focus stops it must be seen, and nothing but a new page may take it."""

    _new_page = True

    def presses(self, what: Locator) -> None:
        self._reaches(what, IS_FOCUSED)
        self.page.keyboard.press("Enter")

    def fills(self, field: Locator, words: str) -> None:
        self._reaches(field, IS_FOCUSED)
        if field.get_attribute("type") == "date":
            year, month, day = words.split("-")
            # In the order of the browser's own language, which is not the page's.
            self.page.keyboard.type(f"{month}{day}{year}")
            expect(field).to_have_value(words)
        else:
            self.page.keyboard.press("Control+A")
            self.page.keyboard.type(words)

    def ticks(self, choice: Locator) -> None:
        self._reaches(choice, IN_ITS_GROUP)
        for _ in range(MOST_CHOICES):
            if choice.evaluate(IS_FOCUSED):
                break
            self.page.keyboard.press("ArrowDown")
        self.page.keyboard.press("Space")
        expect(choice).to_be_checked()

    def escapes(self) -> None:
        """Closes the window; the focus is where it was before."""
        self.page.keyboard.press("Escape")
        expect(self.window).to_be_hidden()

    def has_focus(self, what: Locator) -> None:
        """Without reaching for it."""
        expect(what).to_be_focused()

    def follows(self, link: Locator) -> None:
        super().follows(link)
        self._new_page = True

    def _reaches(self, what: Locator, there: str) -> None:
        expect(what).to_be_visible()
        assert self._new_page or self.page.evaluate(KEPT), f"The focus was lost before {what}"
        self._new_page = False
        for _ in range(MOST_TABS):
            if what.evaluate(there):
                break
            self.page.keyboard.press("Tab")
        else:
            raise AssertionError(f"Tab does not get to {what}")
        assert self.page.evaluate(SEEN), f"One does not see that the focus is on {what}"
