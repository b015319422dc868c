"""Messages, views and sentences: worded safely, laid over one another, refused where they do not fit."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot.domain.flows import Question, complaint
from bot.errors import NotFound
from bot.prompts import OURS, PromptMistakes, Prompts, load
from bot.prompts.messages import WrongMessage
from bot.prompts.templates import TemplateFailed

CHECK_IN = """\
with: [question, coach, due]
text: "Two minutes, {{ due | weekday }}."
blocks:
  - type: section
    text: {type: mrkdwn, text: "*{{ question }}*"}
  - insert: scale
  - if: coach
    type: context
    elements:
      - {type: plain_text, text: "{{ coach }}, {{ due | day }} {{ due | time }}"}
  - type: actions
    elements:
      - {type: button, action_id: "later", value: "{{ question }}", text: {type: plain_text, text: Later}}
      - insert: more
"""
DUE = datetime(2026, 9, 24, 15, 40, tzinfo=UTC)
BUTTON = {"type": "button", "action_id": "now", "text": {"type": "plain_text", "text": "Now"}}
ROW = {"type": "actions", "elements": [BUTTON]}


def ours_with(folder: Path, **files: str) -> Prompts:
    """Prompts whose first folder is ours with these messages (by name) added: as if we had written them."""
    return load(laid(folder, **files))


def laid(folder: Path, **files: str) -> Path:
    (folder / "messages").mkdir(parents=True)
    (folder / "sentences.yaml").write_bytes((OURS / "sentences.yaml").read_bytes())
    for name, text in files.items():
        (folder / f"messages/{name}.yaml").write_text(text)
    return folder


def test_a_message_has_its_words_and_what_the_code_built(tmp_path: Path) -> None:
    prompts = ours_with(tmp_path / "a", check_in=CHECK_IN)
    said = prompts.message(
        "check_in", inserts={"scale": [ROW], "more": [BUTTON]}, question="How?", coach="Priya", due=DUE
    )
    assert said.text == "Two minutes, Thursday."
    assert [block["type"] for block in said.blocks] == ["section", "actions", "context", "actions"]
    assert said.blocks[2]["elements"][0]["text"] == "Priya, 24 September 15:40"
    assert said.blocks[3]["elements"][1] == BUTTON


def test_a_block_with_an_if_is_left_out_when_there_is_nothing_for_it(tmp_path: Path) -> None:
    prompts = ours_with(tmp_path / "a", check_in=CHECK_IN)
    said = prompts.message(
        "check_in", inserts={"scale": [], "more": []}, question="How?", coach=None, due=DUE
    )
    assert [block["type"] for block in said.blocks] == ["section", "actions"]
    assert not any("if" in block for block in said.blocks)


def test_what_comes_from_a_variable_is_text_and_names_are_left_as_they_are(tmp_path: Path) -> None:
    prompts = ours_with(tmp_path / "a", check_in=CHECK_IN)
    said = prompts.message(
        "check_in", inserts={"scale": [], "more": []}, question="<!channel> & {{ co }}", coach=None, due=DUE
    )
    assert said.blocks[0]["text"]["text"] == "*&lt;!channel&gt; &amp; {{ co }}*"
    assert said.blocks[1]["elements"][0]["value"] == "<!channel> & {{ co }}"


def test_rendering_twice_gives_blocks_that_are_not_shared(tmp_path: Path) -> None:
    prompts = ours_with(tmp_path / "a", plain="text: Hello\nblocks:\n  - {type: divider}\n")
    prompts.message("plain").blocks[0]["type"] = "changed"
    assert prompts.message("plain").blocks == [{"type": "divider"}]


def test_a_message_is_given_exactly_what_it_names(tmp_path: Path) -> None:
    prompts = ours_with(tmp_path / "a", plain="with: [who]\ntext: 'Hello {{ who }}'\nblocks: []\n")
    with pytest.raises(WrongMessage, match="who"):
        prompts.message("plain")
    with pytest.raises(WrongMessage, match="mood"):
        prompts.message("plain", who="Sam", mood="low")
    with pytest.raises(WrongMessage, match="inserts"):
        prompts.message("plain", inserts={"row": []}, who="Sam")
    with pytest.raises(WrongMessage, match="not a view"):
        prompts.view("plain", who="Sam")


def test_a_view_has_a_title_that_slack_can_show(tmp_path: Path) -> None:
    modal = "with: [school]\ntitle: '{{ school }}'\nsubmit: Send\nclose: Not now\nblocks: []\n"
    view = ours_with(tmp_path / "a", modal=modal).view("modal", school="St & Mary of the Very Long Name")
    assert (view.title, view.submit, view.close) == ("St & Mary of the Very L…", "Send", "Not now")
    assert len(view.title) == 24


def test_a_loop_goes_over_a_list_and_stops_when_it_is_too_long(tmp_path: Path) -> None:
    loop = "{% for s in steps %}{{ s.title }}{% if not loop.last %}, {% endif %}{% endfor %}"
    prompts = ours_with(tmp_path / "a", steps=f"with: [steps]\ntext: '{loop}'\nblocks: []\n")
    assert prompts.message("steps", steps=[{"title": "wait"}, {"title": "ask"}]).text == "wait, ask"
    with pytest.raises(TemplateFailed, match="20,000"):
        prompts.message("steps", steps=[{"title": "x" * 100}] * 300)


def test_a_message_that_cannot_be_worded_never_quotes_what_it_was_given(tmp_path: Path) -> None:
    prompts = ours_with(tmp_path / "a", due="with: [due]\ntext: '{{ due | weekday }}'\nblocks: []\n")
    with pytest.raises(TemplateFailed) as caught:
        prompts.message("due", due="the canary sang")
    assert "canary" not in str(caught.value)


@pytest.mark.parametrize(
    ("text", "line", "said"),
    [
        ("blocks: []\n", 1, "both or neither"),
        ("text: a\ntitle: b\nblocks: []\n", 1, "both or neither"),
        ("text: a\nsubmit: Send\nblocks: []\n", 1, "no 'submit'"),
        ("text: a\nblock: []\n", 2, "Perhaps 'blocks' was meant"),
        ("text: '{{ who }}'\nblocks: []\n", 1, "no variable 'who'"),
        ("text: a\nblocks:\n  - text: {type: mrkdwn, text: hi}\n", 3, "no 'type'"),
        ("text: a\nblocks:\n  - type: divider\n    if: coach\n", 4, "'coach' is not a variable"),
        ("text: a\nblocks:\n  - insert: row\n    type: section\n", 3, "take the rest out"),
        ("text: a\nblocks:\n  - {type: section, text: {insert: row}}\n", 3, "stand in a list"),
        ("with: [a]\ntext: a\nblocks:\n  - {type: x, text: '{{ a.__class__ }}'}\n", 4, "not for templates"),
        (
            "with: [a]\ntext: '{% for b in a %}{% for c in b %}{% endfor %}{% endfor %}'\nblocks: []\n",
            2,
            "loop",
        ),
        ("text: a\nblocks:\n" + "  - {type: divider}\n" * 51, 2, "51 blocks"),
        ("title: far too long a title for a modal\nblocks: []\n", 1, "too long"),
        (
            "text: a\nblocks:\n  - type: header\n    text: {type: plain_text, text: " + "x" * 151 + "}\n",
            4,
            "151",
        ),
    ],
)
def test_a_broken_message_is_told_with_its_line(tmp_path: Path, text: str, line: int, said: str) -> None:
    with pytest.raises(PromptMistakes) as caught:
        ours_with(tmp_path / "a", made=text)
    assert [
        m for m in caught.value.mistakes if m.line == line and said.lower() in f"{m.what}. {m.do}".lower()
    ], str(caught.value)


def test_a_school_can_reword_a_message_a_sentence_and_a_flow(tmp_path: Path) -> None:
    base = laid(tmp_path / "base", hello="with: [who]\ntext: 'Hello {{ who }}'\nblocks: []\n")
    school = tmp_path / "school"
    (school / "messages").mkdir(parents=True)
    (school / "messages/hello.yaml").write_text("with: [who]\ntext: 'Bore da {{ who }}'\nblocks: []\n")
    (school / "sentences.yaml").write_text("required: 'This one first, please.'\n")
    prompts = load(base, school)
    assert prompts.message("hello", who="Sam").text == "Bore da Sam"
    assert prompts.say("required") == "This one first, please."
    assert prompts.say("not_a_number") == load(OURS).say("not_a_number")


@pytest.mark.parametrize(
    ("name", "text", "said"),
    [
        ("messages/hello.yaml", "text: Hello\nblocks: []\n", "other variables"),
        ("messages/hello.yaml", "with: [who]\ntitle: Hello\nblocks: []\n", "cannot replace"),
        ("messages/hello.yaml", "with: [who]\ntext: a\nblocks:\n  - insert: row\n", "inserts"),
        ("messages/hallo.yaml", "with: [who]\ntext: a\nblocks: []\n", "Perhaps 'hello' was meant"),
        ("sentences.yaml", "reqired: 'Please.'\n", "Perhaps 'required' was meant"),
        ("sentences.yaml", "too_long: '{{ limit }}'\n", "no variable 'limit'"),
        ("sentences.yaml", "too_long: [a]\n", "key: sentence"),
    ],
)
def test_a_school_cannot_reword_what_is_not_there_or_leave_out_what_code_gives(
    tmp_path: Path, name: str, text: str, said: str
) -> None:
    base = laid(tmp_path / "base", hello="with: [who]\ntext: 'Hello {{ who }}'\nblocks: []\n")
    (tmp_path / "school/messages").mkdir(parents=True)
    (tmp_path / "school" / name).write_text(text)
    with pytest.raises(PromptMistakes, match=said):
        load(base, tmp_path / "school")


def test_every_complaint_has_a_sentence_with_its_bound() -> None:
    prompts = load(OURS)
    question = Question("q", "?", "short_text", at_most=5)
    key = complaint(question, "far too long")
    assert key == "too_long"
    assert "5 characters" in prompts.complaint(key, question)


def test_prompts_without_a_sentence_for_each_complaint_are_refused(tmp_path: Path) -> None:
    (tmp_path / "sentences.yaml").write_text("required: Please.\n")
    with pytest.raises(PromptMistakes, match="'too_long'"):
        load(tmp_path)


def test_what_is_not_there_is_said_so() -> None:
    prompts = load(OURS)
    for ask in (prompts.flow, prompts.message, prompts.view, prompts.say):
        with pytest.raises(NotFound, match="nonesuch"):
            ask("nonesuch")


def test_a_stored_flow_is_read_even_if_it_offers_what_is_gone() -> None:
    prompts = load(OURS)
    text = prompts.flow("weekly-reflection").text.replace("offer: action-step", "offer: long-gone")
    flow = prompts.read_flow(text, "stored")
    assert flow.ends[0].offer == "long-gone"
    assert flow.version != prompts.flow("weekly-reflection").version
