"""A text too long for Slack is cut where nobody sees a seam."""

from hypothesis import given
from hypothesis import strategies as st

from bot.prompts import fitted, slack_text
from bot.prompts.documents import parse
from bot.prompts.messages import layout_of

RISKY = st.text(st.sampled_from("ab &<>;"), max_size=60)


def unescaped(text: str) -> str:
    return text.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")


@given(text=RISKY, at_most=st.integers(8, 40))
def test_what_is_cut_fits_and_is_the_beginning_of_what_it_was(text: str, at_most: int) -> None:
    cut = fitted(slack_text(text), at_most)
    assert len(cut) <= at_most
    assert cut == slack_text(text) or text.startswith(unescaped(cut.removesuffix("…")))


@given(text=RISKY)
def test_what_fits_is_left_alone(text: str) -> None:
    assert fitted(slack_text(text), 300) == slack_text(text)


def test_no_escape_is_cut_in_two() -> None:
    assert fitted("ab&amp;&amp;", 8) == "ab&amp;…"
    assert fitted("ab&amp;cd", 6) == "ab…"
    assert fitted("this & that, and more", 12) == "this & that…"


HEADED = """\
with: [name]
text: "{{ name }}"
blocks:
  - type: header
    text: {type: plain_text, text: "{{ name }}"}
  - type: section
    text: {type: mrkdwn, text: "{{ name }}"}
  - type: actions
    elements:
      - {type: button, action_id: a, value: "{{ name }}", text: {type: plain_text, text: "{{ name }}"}}
"""


def test_words_of_a_message_are_cut_to_what_their_place_takes_and_values_are_not() -> None:
    layout, mistakes = layout_of(parse(HEADED, "headed.yaml"), "headed")
    assert mistakes == []
    header, section, row = layout.message({}, {"name": "n" * 3_500}).blocks
    button = row["elements"][0]
    assert [len(one["text"]["text"]) for one in (header, section, button)] == [150, 3_000, 75]
    assert len(button["value"]) == 3_500
