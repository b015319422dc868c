"""Whatever people or apps write is text: it is shown as it was written, and nothing of it happens."""

import json
from urllib.parse import quote

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import Sit
from tests.browser.tab import Tab
from tests.browser.town import Town

DONE = "window.harmed=1"
HOSTILE = [
    f"<script>{DONE}</script>",
    f"<img src=x onerror={DONE}>",
    f'"><svg onload={DONE}>',
    f"' autofocus onfocus={DONE} x='",
    f"</textarea></template></dialog><iframe srcdoc='<script>parent.{DONE}</script>'>",
    f"javascript:{DONE}",
    "{{ 7 * 191 }}{% raw %}${7*191}",
    "&lt;b&gt; &amp;amp; &#60;i&#62;",
    "Ring \u202eback\u202c, \u0000nul\u0007 and a\u0301 e\u200bnd".replace("\u0000", ""),
]
PERSON = {"real_name": f"Nora <img src=x onerror={DONE}>", "title": f'"><script>{DONE}</script>'}


@pytest.fixture
def tab(sit: Sit, town: Town) -> Tab:
    """Somebody whose very name is hostile."""
    return sit(town, town.newcomer(**PERSON))


def nothing_happened(tab: Tab) -> None:
    assert tab.page.evaluate("() => window.harmed") is None
    assert "1337" not in tab.page.locator("body").inner_text()


def test_what_is_typed_into_a_conversation_is_shown_as_it_is(tab: Tab) -> None:
    tab.goes()
    for words in HOSTILE:
        tab.writes(words)
        expect(tab.said(words)).to_be_visible()
    expect(tab.messages.get_by_role("listitem").get_by_text("Nora <img").first).to_be_visible()
    tab.goes()
    nothing_happened(tab)


def test_what_is_typed_into_a_window_comes_back_as_it_is(tab: Tab) -> None:
    tab.goes()
    tab.opens("wrong")
    for words in HOSTILE:
        tab.field("One line").fill(f"wrong {words}")
        tab.field("Some lines").fill(words)
        tab.presses("Send")
        told = tab.town.heard("submitted")["values"]
        assert told["some_lines"]["value"] == words
        expect(tab.field("One line")).to_have_accessible_description("Not that, please.")
        expect(tab.field("One line")).to_be_focused()
        expect(tab.field("Some lines")).to_have_value(words)
    tab.page.reload()
    expect(tab.field("Some lines")).to_have_value(HOSTILE[-1])
    nothing_happened(tab)


def test_every_part_of_a_message_of_an_app_is_text(tab: Tab) -> None:
    for words in HOSTILE:
        plain = {"type": "plain_text", "text": words[:75]}
        option = {"text": plain, "value": words[:75], "description": plain}
        run = {"type": "rich_text_section", "elements": [{"type": "text", "text": words}]}
        menu = {"type": "static_select", "action_id": words, "placeholder": plain, "options": [option]}
        press = {"type": "button", "action_id": f"press {words}", "text": plain, "value": words}
        lead = {
            "type": "button",
            "action_id": "lead",
            "text": plain,
            "url": f"https://x.example/{quote(words)}",
        }
        blocks = [
            {"type": "header", "text": plain},
            {"type": "section", "block_id": words, "text": {"type": "mrkdwn", "text": f"*{words}*"}},
            {"type": "rich_text", "elements": [run]},
            {"type": "markdown", "text": words},
            {"type": "actions", "block_id": f"a {words}", "elements": [menu, press, lead]},
            {"type": "context", "elements": [{"type": "plain_text", "text": words}]},
        ]
        tab.town.call("chat.postMessage", channel=tab.person, text=words, blocks=blocks)
    tab.goes()
    for words in HOSTILE:
        shown = " ".join(words[:75].split())
        expect(tab.messages.get_by_role("heading", name=shown, exact=True)).to_be_attached()
    nothing_happened(tab)


def test_a_link_leads_to_the_web_or_nowhere(tab: Tab) -> None:
    for address in (f"javascript:{DONE}", f"data:text/html,<script>{DONE}</script>", f"vbscript:{DONE}"):
        link = {"type": "link", "url": address, "text": "a way out"}
        run = {"type": "rich_text_section", "elements": [link]}
        section = {"type": "section", "text": {"type": "mrkdwn", "text": f"<{address}|a way out>"}}
        markdown = {"type": "markdown", "text": f"[a way out]({address})"}
        blocks = [section, markdown, {"type": "rich_text", "elements": [run]}]
        tab.town.call("chat.postMessage", channel=tab.person, text="A way", blocks=blocks)
    tab.goes()
    expect(tab.messages).to_contain_text("a way out")
    assert tab.messages.get_by_role("link", name="a way out").count() == 0
    nothing_happened(tab)


def test_names_of_files_and_addresses_are_text(tab: Tab) -> None:
    name = f"<img src=x onerror={DONE}>.txt"
    tab.goes()
    tab.page.get_by_label("Attach a file").set_input_files(
        {"name": name, "mimeType": "text/plain", "buffer": b"<script>window.harmed=1</script>"}
    )
    expect(tab.middle.get_by_role("button", name=f"Remove {name}")).to_be_visible()
    tab.writes("With a file")
    expect(tab.said("With a file").get_by_role("link", name=name)).to_be_visible()
    nothing_happened(tab)


@pytest.mark.parametrize("query", ["place=journal&method=", "place=", "thread=", "place=export&phrase="])
def test_what_an_address_asks_for_is_text(tab: Tab, query: str) -> None:
    for words in (f"{HOSTILE[0]}{HOSTILE[1]}", f"{HOSTILE[2]}{HOSTILE[3]}"):
        tab.page.goto(f"{tab.town.address}/as/{tab.person}?{query}{quote(words)}")
        nothing_happened(tab)


def test_a_file_of_html_is_not_shown_as_a_page(tab: Tab) -> None:
    tab.goes()
    tab.page.get_by_label("Attach a file").set_input_files(
        {"name": "page.html", "mimeType": "text/html", "buffer": f"<script>{DONE}</script>".encode()}
    )
    expect(tab.middle.get_by_role("button", name="Remove page.html")).to_be_visible()
    tab.writes("A page")
    with tab.page.expect_download() as downloading:
        tab.said("A page").get_by_role("link", name="page.html").click()
    assert downloading.value.path().read_text() == f"<script>{DONE}</script>"


def test_what_just_happened_and_the_journal_show_payloads_as_text(tab: Tab) -> None:
    tab.goes()
    words = HOSTILE[1]
    tab.writes(words)
    told = tab.side.get_by_role("group").filter(has_text="The app was told: message").first
    told.get_by_text("The app was told: message").click()
    expect(told).to_contain_text(json.dumps(words.replace("<", "&lt;").replace(">", "&gt;"))[1:-1])
    tab.goes("journal")
    expect(tab.middle).to_contain_text("message")
    nothing_happened(tab)
