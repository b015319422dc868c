"""The pages outside Slack: words are shown and never read as HTML, nothing is loaded, and one way on at most."""

import base64
import hashlib
import re
from html.parser import HTMLParser

import pytest
from aiohttp import web
from hypothesis import given
from hypothesis import strategies as some

from bot.prompts import Prompts
from bot.slack.pages import Button, page

TAGS = ["html", "head", "meta", "meta", "title", "style", "body", "main", "h1"]


class Shown(HTMLParser):
    """What a browser makes of a page: its elements in order, and the text of its body."""

    def __init__(self, response: web.Response) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.text: list[str] = []
        self.links: list[str | None] = []
        self.feed(response.text or "")

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.links += [value for name, value in attrs if name == "href"]

    def handle_data(self, data: str) -> None:
        if data.strip() and self.tags[-1] not in ("title", "style"):
            self.text.append(data)


@given(some.text(min_size=1), some.text(min_size=1))
def test_whatever_the_words_are_they_add_no_element(title: str, said: str) -> None:
    assert Shown(page(title, [said])).tags == [*TAGS, "p"]


def test_a_workspace_of_any_name_is_shown_by_it() -> None:
    name = 'Hill & <b>Vale</b> "School"'
    shown = Shown(page(name, ["Next."], Button("On", "https://slack.com/?a=1&b=2")))
    assert "".join(shown.text[:-2]).strip() == name
    assert shown.links == ["https://slack.com/?a=1&b=2"]


def test_nothing_is_loaded_framed_or_kept_and_our_own_style_is_allowed() -> None:
    response = page("Title", ["Said."])
    style = re.search("<style>(.*)</style>", response.text or "", re.DOTALL)
    assert style
    digest = base64.b64encode(hashlib.sha256(style[1].encode()).digest()).decode()
    rules = response.headers["Content-Security-Policy"]
    assert f"style-src 'sha256-{digest}'" in rules
    assert {"default-src 'none'", "frame-ancestors 'none'"} <= set(rules.split("; "))
    assert response.headers["Referrer-Policy"] == "no-referrer"
    assert response.headers["Cache-Control"] == "no-store"


@pytest.mark.parametrize("key", ["install_title", "install_stopped", "install_button", "install_again"])
def test_what_the_pages_say_is_there(our_prompts: Prompts, key: str) -> None:
    assert our_prompts.say(key)
