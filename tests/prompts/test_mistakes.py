"""A mistake in a prompt file is told with its file and line and with what to do, never otherwise."""

import re
from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.prompts import OURS, PromptMistakes, load
from bot.prompts.documents import parse
from bot.prompts.flow_checks import mistakes
from bot.prompts.flow_file import flow_of

GOOD = """\
id: made
title: Made
for: [teacher, leader]
minutes: 1
seen_by: me
questions:
  - id: tank
    ask: "How full?"
    kind: scale
  - id: why
    ask: "Why?"
    kind: choice
    options: {work: Work, home: Home}
    when: {tank: {at_most: 2}}
  - id: words
    ask: "{{ first_name }}, one line?"
    kind: short_text
    optional: true
ends:
  - offer: action-step
"""


def told(folder: Path, text: str | bytes, name: str = "flows/made.yaml") -> PromptMistakes:
    """The mistakes in a folder of one file laid over ours."""
    file = folder / name
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(text if isinstance(text, bytes) else text.encode())
    with pytest.raises(PromptMistakes) as caught:
        load(OURS, folder)
    return caught.value


def test_the_flow_that_the_others_are_broken_from_is_fine(tmp_path: Path) -> None:
    (tmp_path / "flows").mkdir()
    (tmp_path / "flows/made.yaml").write_text(GOOD)
    assert "made" in load(OURS, tmp_path).flows


# What is replaced in the good flow, by what, the line it is told at, and a word of what is said.
BROKEN = [
    ("kind: scale", "kind: scales", 9, "scale"),
    ("ask: \"Why?\"", "aks: \"Why?\"", 11, "Perhaps 'ask' was meant"),
    ("title: Made\n", "", 1, "'title' is missing"),
    ("title: Made", "title: Made for everybody in school", 2, "too long"),
    ("title: Made", "title: 2026", 2, "must be text"),
    ("minutes: 1", "minutes: two", 4, "whole number"),
    ("minutes: 1", "minutes: 1\nminutes: 2", 5, "twice"),
    ("seen_by: me", "seen_by: head", 5, "seen_by"),
    ("for: [teacher, leader]", "for: [teachers]", 3, "teacher"),
    ("for: [teacher, leader]", "for: [teacher, leader", 4, "not YAML"),
    ("id: made", "id: other", 1, "made.yaml"),
    ("id: words", "id: why", 15, "two questions called 'why'"),
    ("id: words", "id: In Words", 15, "underscores"),
    ("options: {work: Work, home: Home}", "options: {work: Work}", 13, "1 options"),
    ("options: {work: Work, home: Home}", "options: {work: Work, home: Work}", 13, "two options read"),
    ("    options: {work: Work, home: Home}\n", "", 10, "0 options"),
    ("optional: true", "optional: maybe", 18, "true or false"),
    ("optional: true", "options: {a: A, b: B}", 18, "has no 'options'"),
    ("optional: true", "at_most: 5000", 18, "3,000"),
    ("optional: true", "at_least: 9\n    at_most: 3", 18, "the smaller one"),
    ("optional: true", "at_least: 1.5", 18, "whole number"),
    ("kind: scale", "kind: scale\n    points: [A, B]\n    steps: 2", 11, "both 'points' and 'steps'"),
    ("kind: scale", "kind: scale\n    points: [A, A]", 10, "read the same"),
    ("kind: scale", "kind: scale\n    points: [A]", 10, "2 to 10"),
    ("kind: scale", "kind: scale\n    steps: 11", 10, "2 to 10"),
    ("tank: {at_most: 2}", "tank: {in: 2}", 14, "takes a list"),
    ("tank: {at_most: 2}", "tank: {answered: 2}", 14, "true or false"),
    ("optional: true", "starts_with: [tank]", 18, "no earlier text question"),
    ("tank: {at_most: 2}", "tnak: {at_most: 2}", 14, "Perhaps 'tank' was meant"),
    ("tank: {at_most: 2}", "tank: {at_most: 9}", 14, "from 1 to 5"),
    ("tank: {at_most: 2}", "tank: {below: 2}", 14, "below"),
    ("tank: {at_most: 2}", "tank: {at_most: 2, at_least: 4}", 10, "no answers ever lead"),
    ("tank: {at_most: 2}", "tank: {answered: false}", 10, "no answers ever lead"),
    ("tank: {at_most: 2}", "words: {answered: true}", 14, "no earlier question"),
    ("kind: short_text", "kind: short_text\n    when: {why: {equals: sleep}}", 18, "not an answer"),
    ("kind: short_text", "kind: short_text\n    when: {why: {at_most: 2}}", 18, "cannot be looked at"),
    ("kind: short_text", "kind: short_text\n    for: [coach]", 18, "coach"),
    ("{{ first_name }}", "{{ surname }}", 16, "no variable 'surname'"),
    ("{{ first_name }}", "{{ first_name", 16, "cannot be read"),
    ("{{ first_name }}", "{% for n in range(9) %}{% endfor %}", 16, "may not use for"),
    ("{{ first_name }}", "{{ first_name.upper() }}", 16, "may not use call"),
    ("{{ first_name }}", "{{ 'a' * 99999999 }}", 16, "may not use mul"),
    ("{{ first_name }}", "{{ coach | upper | trim | length > 3 | round }}", 16, "no filter 'round'"),
    ("{{ first_name }}", "{% if coach > 'a' %}x{% endif %}", 1, "no coach"),
    ("offer: action-step", "offer: acton-step", 20, "Perhaps 'action-step' was meant"),
    ("seen_by: me", "seen_by: me\nmakes: follow_up", 6, "asks 'came'"),
    ("id: made", "id: &made made", 1, "anchors"),
    ("title: Made", "title: !!str Made", 2, "tags"),
    ("id: made", "%YAML 1.1\n---\nid: made", 2, "directives"),
    ("seen_by: me", "seen_by: me\n<<: {minutes: 2}", 6, "merge keys"),
    ("title: Made", "title: " + "[" * 20 + "]" * 20, 2, "nested deeper"),
    ("title: Made", "title: \x07", 2, "does not allow"),
    ("minutes: 1", "minutes: " + "9" * 5_000, 0, "number that cannot be read"),
]  # fmt: skip


@pytest.mark.parametrize(("good", "broken", "line", "said"), BROKEN, ids=[b[1][:30] for b in BROKEN])
def test_a_broken_flow_is_told_with_its_line(
    tmp_path: Path, good: str, broken: str, line: int, said: str
) -> None:
    assert good in GOOD
    found = told(tmp_path, GOOD.replace(good, broken, 1)).mistakes
    assert [m for m in found if m.line == line and said in f"{m.what}. {m.do}."], found
    assert {m.file for m in found} == {str(tmp_path / "flows/made.yaml")}


@pytest.mark.parametrize(
    ("good", "broken", "said"),
    [
        ("kind: date", "kind: short_text", "takes a date"),
        ("let_go: ", "drop: ", "an option 'drop' that nothing can be made from"),
        (
            '"What becomes of the step?"',
            '"What becomes of it?"\n    optional: true',
            "'decision' may go unanswered",
        ),
    ],
)
def test_a_flow_that_makes_something_must_ask_what_that_takes(
    tmp_path: Path, good: str, broken: str, said: str
) -> None:
    ours = (OURS / "flows/step-follow-up.yaml").read_text(encoding="utf-8")
    error = told(tmp_path, ours.replace(good, broken, 1), "flows/step-follow-up.yaml")
    assert [m for m in error.mistakes if said in f"{m.what}. {m.do}" and m.line > 1], error


def test_a_flow_that_asks_somebody_nothing_is_told_of(tmp_path: Path) -> None:
    only = "  - {id: led, ask: 'Which?', kind: short_text, for: [leader]}\n"
    error = told(tmp_path, GOOD[: GOOD.index("  - id: tank")] + only)
    assert [(m.line, m.what) for m in error.mistakes] == [(3, "a teacher would be asked nothing")]


def test_words_that_yaml_would_make_into_something_else_stay_words() -> None:
    document = parse("a: 2026-01-05\nb: 8:30\nc: [Yes, no, on]\n", "any.yaml")
    assert document.data == {"a": "2026-01-05", "b": "8:30", "c": ["Yes", "no", "on"]}


def test_every_file_told_of_at_once_each_with_what_to_do(tmp_path: Path) -> None:
    (tmp_path / "flows").mkdir()
    (tmp_path / "flows/other.yaml").write_text("id: other\n")
    error = told(tmp_path, GOOD.replace("minutes: 1", "minutes: 1\nsteps: 3\ncolour: red"))
    assert {Path(m.file).name for m in error.mistakes} == {"made.yaml", "other.yaml"}
    assert all(m.do for m in error.mistakes)
    assert re.search(r"made\.yaml:6: there is no field 'colour' here\. ", str(error))


def test_a_file_too_large_or_not_utf8_is_refused(tmp_path: Path) -> None:
    assert "256 KB" in str(told(tmp_path, GOOD + "#" * 300_000))
    assert "made.yaml:2: " in str(told(tmp_path, b"id: made\ntitle: caf\xe9\n"))


def test_a_file_that_would_not_be_read_is_told_of(tmp_path: Path) -> None:
    assert "Rename it" in str(told(tmp_path, GOOD, "flows/made.yml"))


def test_a_folder_without_prompts_is_told_of(tmp_path: Path) -> None:
    with pytest.raises(PromptMistakes, match="no prompts in this folder"):
        load(OURS, tmp_path)


def test_a_flow_with_more_ways_than_can_be_walked_is_refused(tmp_path: Path) -> None:
    many = "".join(f"  - {{id: q{n}, ask: Yes?, kind: choice, options: {{a: A, b: B}}}}\n" for n in range(12))
    looks = ", ".join(f"q{n}: {{equals: a}}" for n in range(12))
    last = f"  - {{id: last, ask: Why?, kind: short_text, when: {{{looks}, q0: {{equals: b}}}}}}\n"
    head = GOOD[: GOOD.index("  - id: tank")]
    assert "twice" in str(told(tmp_path, head + many + last))
    impossible = f"  - {{id: last, ask: Why?, kind: short_text, when: {{{looks}, mid: {{equals: b}}}}}}\n"
    mid = "  - {id: mid, ask: Mid?, kind: choice, options: {a: A, b: B}, when: {q0: {equals: b}}}\n"
    assert "too many ways" in str(told(tmp_path, head + many + mid + impossible))


@settings(deadline=None)
@given(st.text(st.sampled_from("ab:-[]{}\"'#&*!%|>? \n\t\x00é\ud800<,0"), max_size=60))
def test_any_text_is_a_document_or_a_mistake(text: str) -> None:
    # Any other exception than PromptMistakes fails the test.
    with suppress(PromptMistakes):
        parse(text, "any.yaml")


VALUES = [
    "",
    "null",
    "[]",
    "{}",
    "-1",
    "1.5",
    "true",
    "2026-01-01",
    "[[]]",
    "{a: {b: c}}",
    "'{{'",
    "x",
    "[1, a]",
]


@settings(deadline=None, max_examples=60)
@given(st.sampled_from(list(re.finditer(r"(?<=: ).+$", GOOD, re.MULTILINE))), st.sampled_from(VALUES))
def test_any_value_in_any_field_is_fine_or_a_mistake(slot: re.Match[str], value: str) -> None:
    with suppress(PromptMistakes):
        document = parse(GOOD[: slot.start()] + value + GOOD[slot.end() :], "made.yaml")
        assert all(mistake.what and mistake.do for mistake in mistakes(document, flow_of(document)))
