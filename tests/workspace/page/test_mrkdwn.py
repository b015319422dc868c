"""Slack's markup as HTML: what it means, and that nothing else ever comes out of it."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from bot.workspace.page import markdown
from bot.workspace.page.mrkdwn import Mrkdwn
from bot.workspace.page.rich_text import RichText
from bot.workspace.reading import Reading
from bot.workspace.state import User, UserGroup, World
from tests.workspace.page.gallery import DAY, rich, run, words
from tests.workspace.page.reading_html import read

NOW = datetime.fromtimestamp(DAY, UTC)


def _world() -> World:
    world = World("Hillside", "hillside", "App")
    world.add_user(User("U_ANN", "ann", "Ann <b>Archer</b>"))
    world.add_user(User("U_BEN", "ben", "Ben Baker", tz="America/New_York"))
    world.add_channel("public", "staff", ["U_ANN"], "U_ANN")
    world.add_channel("private", "heads", ["U_BEN"], "U_BEN")
    return world


WORLD = _world()
ANN = Mrkdwn(WORLD, WORLD.users["U_ANN"], NOW)
BEN = Mrkdwn(WORLD, WORLD.users["U_BEN"], NOW)


def channel_id(name: str) -> str:
    channel = WORLD.channel_named(name)
    assert channel is not None
    return channel.id


@pytest.mark.parametrize(
    ("text", "html"),
    [
        ("*bold* _slanted_ ~gone~", "<strong>bold</strong> <em>slanted</em> <s>gone</s>"),
        ("*_both_*", "<strong><em>both</em></strong>"),
        ("_*both*_ of them", "<em><strong>both</strong></em> of them"),
        ("*a* and *b*", "<strong>a</strong> and <strong>b</strong>"),
        ("`*not bold*`", "<code>*not bold*</code>"),
        ("2*3*4 and snake_case_word", "2*3*4 and snake_case_word"),
        ("* not bold * nor **this**", "* not bold * nor **this**"),
        ("*not\nbold*", "*not<br>bold*"),
        ("one\ntwo", "one<br>two"),
        ("&gt; said\n&gt; again\nover", "<blockquote>said<br>again</blockquote>over"),
        ("> said", "<blockquote>said</blockquote>"),
        ("first\n&gt;&gt;&gt; all\n\nthe rest", "first<blockquote>all<br><br>the rest</blockquote>"),
        ("```\nline 1\n  *line 2*\n```after", "<pre>line 1\n  *line 2*</pre>after"),
        ("• one\n• two", "• one<br>• two"),
        ("&amp;&lt;b&gt;", "&amp;&lt;b&gt;"),
        ("&quot;", "&amp;quot;"),
        ("", ""),
    ],
)
def test_marks_mean_what_they_mean_in_slack(text: str, html: str) -> None:
    assert ANN.html(text) == html


@pytest.mark.parametrize(
    ("text", "href", "label"),
    [
        ("<https://school.example/a|the page>", "https://school.example/a", "the page"),
        (
            "<https://school.example/?a=1&amp;b=2>",
            "https://school.example/?a=1&b=2",
            "https://school.example/?a=1&b=2",
        ),
        ("<mailto:ann@school.example|write>", "mailto:ann@school.example", "write"),
        ("see https://school.example/*a*.", "https://school.example/*a*", "https://school.example/*a*"),
        ("*<https://school.example|bold>*", "https://school.example", "bold"),
    ],
)
def test_links_lead_where_they_say_and_open_beside_the_page(text: str, href: str, label: str) -> None:
    link = read(ANN.html(text)).one("a")
    assert (link.attributes["href"], link.text) == (href, label)
    assert link.attributes["target"] == "_blank"
    assert {"noopener", "noreferrer"} <= set(link.attributes["rel"].split())


@pytest.mark.parametrize(
    "address",
    [
        "javascript:alert(1)",
        "JaVaScRiPt:alert(1)",
        "data:text/html,x",
        "file:///etc/passwd",
        "vbscript:x",
        "//x.example",
    ],
)
def test_an_address_that_is_no_web_page_stays_text(address: str) -> None:
    for shown in (ANN.html(f"<{address}|look>"), markdown.html(f"[look]({address})")):
        assert read(shown).all("a") == []
    linked = rich(run({"type": "link", "url": address, "text": "look"}))
    assert RichText(ANN).html(linked) == '<div class="rich-line">look</div>'


def test_verbatim_text_makes_no_links_of_its_own() -> None:
    assert ANN.html("https://school.example", verbatim=True) == "https://school.example"


def test_people_are_called_by_name_and_one_sees_that_oneself_is_meant() -> None:
    shown = read(BEN.html("<@U_ANN> <@U_BEN|old> <@U_NOBODY>"))
    assert [span.text for span in shown.all("span")] == ["@Ann <b>Archer</b>", "@Ben Baker", "@U_NOBODY"]
    assert ["mention-me" in span.attributes["class"] for span in shown.all("span")] == [False, True, False]


def test_a_channel_is_linked_for_its_members_and_a_private_one_has_no_name_for_others() -> None:
    staff, heads = channel_id("staff"), channel_id("heads")
    link = read(ANN.html(f"<#{staff}>")).one("a")
    assert (link.text, link.attributes["href"]) == ("#staff", f"/as/U_ANN?place={staff}")
    assert "heads" not in ANN.html(f"<#{heads}|heads>")
    assert read(BEN.html(f"<#{staff}>")).text == "#staff"
    assert read(BEN.html(f"<#{staff}>")).all("a") == []
    assert read(BEN.html(f"<#{heads}>")).text == "#heads"
    assert read(ANN.html("<#C_GONE|old-name>")).text == "#old-name"


def test_groups_and_everyone_are_mentioned() -> None:
    shown = read(ANN.html("<!here> <!channel> <!subteam^S1|@coaches> <!subteam^S2> <!odd|words>")).all("span")
    assert [span.text for span in shown] == ["@here", "@channel", "@coaches", "@S2", "words"]


def test_a_group_goes_by_its_handle_and_its_people_see_that_they_are_meant() -> None:
    ann_leads = UserGroup("S_LEADS", "leads", "Leads", ["U_ANN"], "U_ANN", DAY)
    WORLD.groups["S_LEADS"] = ann_leads
    for reader, meant in ((ANN, True), (BEN, False)):
        span = read(reader.html("<!subteam^S_LEADS|@old-handle>")).one("span")
        assert (span.text, "mention-me" in span.attributes["class"]) == ("@leads", meant)


@pytest.mark.parametrize(
    ("template", "words"),
    [
        ("{date_num}", "2026-11-18"),
        ("{date_slash}", "18/11/2026"),
        ("{date}", "18 November"),
        ("{date_short}", "18 Nov 2026"),
        ("{date_long}", "Wednesday, 18 November 2026"),
        ("{date_long_full}", "18 November 2026"),
        ("{date_pretty} at {time}", "today at 11:06"),
        ("{time_secs}", "11:06:40"),
        ("{day_divider_pretty}", "today"),
        ("{ago}", "just now"),
        ("{no_such_token}", "{no_such_token}"),
    ],
)
def test_every_date_token_is_written_out(template: str, words: str) -> None:
    assert read(ANN.html(f"<!date^{DAY}^{template}|some day>")).text == words


@pytest.mark.parametrize(
    ("away", "pretty", "ago"),
    [
        (timedelta(days=-1), "yesterday", "1 day ago"),
        (timedelta(days=1, minutes=1), "tomorrow", "in 1 day"),
        (timedelta(days=-3), "15 November", "3 days ago"),
        (timedelta(hours=-2), "today", "2 hours ago"),
        (timedelta(minutes=5), "today", "in 5 minutes"),
        (timedelta(days=-800), "9 September", "2 years ago"),
    ],
)
def test_a_day_nearby_has_its_name(away: timedelta, pretty: str, ago: str) -> None:
    unix = int((NOW + away).timestamp())
    assert read(ANN.html(f"<!date^{unix}^{{date_pretty}}, {{ago}}|x>")).text == f"{pretty}, {ago}"


def test_a_date_is_in_the_zone_of_whoever_reads_it_and_may_be_a_link() -> None:
    text = f"<!date^{DAY}^{{time}}^https://school.example|x>"
    assert read(ANN.html(text)).text == "11:06"
    shown = read(BEN.html(text))
    assert shown.text == "06:06"
    assert shown.one("time").attributes["datetime"] == "2026-11-18T06:06:40-05:00"
    assert shown.one("a").attributes["href"] == "https://school.example"


@pytest.mark.parametrize("unix", ["soon", "1e400", "99999999999999999999", "nan"])
def test_a_date_that_is_none_shows_its_fallback(unix: str) -> None:
    assert ANN.html(f"<!date^{unix}^{{date}}|one &lt;day&gt;>") == "one &lt;day&gt;"


def test_emoji_are_pictures_with_a_name_and_unknown_codes_stay_text() -> None:
    shown = read(ANN.html(":wave: :+1::skin-tone-3: :no_such_emoji: at 12:30:45"))
    assert [picture.attributes["aria-label"] for picture in shown.all("span", role="img")] == [
        "waving hand",
        "thumbs up medium-light skin tone",
    ]
    assert shown.text.endswith(":no_such_emoji: at 12:30:45")


def test_markdown_is_read_as_markdown_and_shows_no_html_of_its_own() -> None:
    shown = read(
        markdown.html("# Title\n\n**bold** ~~gone~~ <i>x</i>\n\n- a\n\n![A tree](https://x.example/t.png)")
    )
    assert [shown.one(tag).text for tag in ("h3", "strong", "s", "li")] == ["Title", "bold", "gone", "a"]
    assert "<i>x</i>" in shown.text
    assert shown.all("i") == shown.all("img") == []
    assert shown.one("span").text == "A tree"


def test_a_markdown_table_is_a_table_whose_columns_stand_as_told() -> None:
    shown = read(markdown.html("|a|b|\n|:-|-:|\n|1|2|"))
    assert [cell.text for cell in shown.all("td")] == ["1", "2"]
    assert [cell.attributes["class"] for cell in shown.all("td")] == ["b-left", "b-right"]


ALLOWED = {
    "strong": set(),
    "em": set(),
    "s": set(),
    "code": {"class"},
    "pre": set(),
    "br": set(),
    "blockquote": set(),
    "time": {"datetime"},
    "span": {"class", "role", "aria-label"},
    "a": {"class", "href", "target", "rel", "title"},
    "div": {"class"},
    **{key: set[str]() for key in ("p", "ul", "li", "hr", "h3", "h4", "h5", "h6")},
    "ol": {"start"},
    **{key: set[str]() for key in ("table", "thead", "tbody", "tr")},
    "th": {"class"},
    "td": {"class"},
}
SIGNS = st.one_of(
    st.sampled_from("*_~`<>|&;:#@!^{}\"'/=\\-\n\x00 x1\ue000"),
    st.sampled_from(
        ["<a ", "href=", "onload=", "<script>", "javascript:alert(1)", "data:", "&gt;", "&lt;", "```"]
    ),
    st.sampled_from(["https://x.example/", "<https://", "<@U_ANN>", "<!date^1^", "{date}", ":wave:", "]("]),
)
HOSTILE = st.lists(SIGNS, max_size=40).map("".join) | st.text(max_size=60)


def assert_harmless(html: str) -> None:
    for node in read(html).walk():
        assert node.tag in ALLOWED, node
        assert set(node.attributes) <= ALLOWED[node.tag], node
        assert node.attributes.get("href", "/as/").startswith(("/as/", "https://", "http://", "mailto:")), (
            node
        )


@given(HOSTILE)
@example("<|>")
@example("<!>")
@example("`a` \x000\x00 \x007\x00")
@example("<https://x.example/|<b>>")
@settings(max_examples=400, deadline=None)
def test_no_text_becomes_a_tag_an_attribute_or_a_script(text: str) -> None:
    assert_harmless(ANN.html(text))


@given(HOSTILE)
@settings(max_examples=150, deadline=None)
def test_no_markdown_becomes_one_either(text: str) -> None:
    assert_harmless(markdown.html(text))


@given(HOSTILE, HOSTILE)
@settings(max_examples=150, deadline=None)
def test_nor_does_rich_text(text: str, url: str) -> None:
    link = {"type": "link", "url": url or "x", "text": text}
    emoji = {"type": "emoji", "name": text, "unicode": url}
    colour = {"type": "color", "value": text}
    assert_harmless(RichText(ANN).html(rich(run(words(text, bold=True), link, emoji, colour))))


@given(st.text(alphabet="ab <&\"'", max_size=30).filter(lambda text: text.strip() == text))
def test_plain_words_are_shown_as_they_are(text: str) -> None:
    typed = text.replace("&", "&amp;").replace("<", "&lt;")
    assert read(ANN.html(typed)).text == " ".join(text.split())


@pytest.mark.parametrize(
    "text", ["*_" * 2000, "*a " * 2000, "<" * 4000, "`" * 4000, "_*~" * 1500 + "x" + "~*_" * 1500]
)
def test_a_wall_of_signs_is_read_without_complaint(text: str) -> None:
    assert_harmless(ANN.html(text))


@pytest.mark.parametrize("sign", ["*a ", " *", "_a*b~ "])
def test_a_wall_of_openings_that_never_close_keeps_nobody_waiting(sign: str) -> None:
    """Looked at from each opening anew, this takes longer than any test may."""
    wall = sign * (400_000 // len(sign))
    assert read(ANN.html(wall)).text == " ".join(wall.split())
    assert Reading(WORLD).mrkdwn(wall) == wall
