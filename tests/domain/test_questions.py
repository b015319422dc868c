"""A question takes the answers of its kind and says of any other why not."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.domain.questions import COMPLAINTS, Option, Question, Value, complaint, taps
from tests.domain.generated import KINDS, OPTIONS, values

TEXT = Question("q", "?", "long_text")
SHORT = Question("q", "?", "short_text", at_least=3, at_most=5)
CHOICE = Question("q", "?", "choice", options=OPTIONS)
CHOICES = Question("q", "?", "choices", options=OPTIONS, at_least=1, at_most=2)
SCALE = Question("q", "?", "scale", steps=5)
NUMBER = Question("q", "?", "number", at_least=1, at_most=9)
DATE = Question("q", "?", "date")
PERSON = Question("q", "?", "person")


@pytest.mark.parametrize(
    ("question", "value", "said"),
    [
        (TEXT, None, "required"),
        (TEXT, " \n", "required"),
        (CHOICES, [], "required"),
        (TEXT, "x" * 3_000, None),
        (TEXT, "x" * 3_001, "too_long"),
        (TEXT, "naïve 👋🏽 שלום <!channel> & co", None),
        (TEXT, "a\x00b", "unstorable_character"),
        (TEXT, "a\ud83d", "unstorable_character"),
        (SHORT, "ab", "too_short"),
        (SHORT, "abcdef", "too_long"),
        (CHOICE, "a", None),
        (CHOICE, "A", "not_an_option"),
        (CHOICE, ["a"], "not_an_option"),
        (CHOICES, ["a", "b"], None),
        (CHOICES, ["a", "b", "c"], "too_many"),
        (CHOICES, ["a", "a"], "not_an_option"),
        (CHOICES, "a", "not_an_option"),
        (SCALE, 5, None),
        (SCALE, 6, "not_an_option"),
        (SCALE, 0, "not_an_option"),
        (SCALE, "3", "not_an_option"),
        (SCALE, True, "not_an_option"),
        (NUMBER, 1.5, None),
        (NUMBER, 0, "too_low"),
        (NUMBER, 9.5, "too_high"),
        (NUMBER, float("nan"), "not_a_number"),
        (NUMBER, "seven", "not_a_number"),
        (DATE, "2026-02-28", None),
        (DATE, "2026-02-30", "not_a_date"),
        (DATE, "20260228", "not_a_date"),
        (DATE, "tomorrow", "not_a_date"),
        (PERSON, "U012ABC", None),
        (PERSON, "@sam", "not_a_person"),
    ],
)
def test_a_value_is_taken_or_the_reason_said(
    question: Question, value: Value | None, said: str | None
) -> None:
    assert complaint(question, value) == said


def test_nothing_is_a_fine_answer_to_an_optional_question() -> None:
    assert complaint(Question("q", "?", "date", optional=True), None) is None


@settings(deadline=None)
@given(st.sampled_from(KINDS), st.none() | st.text() | st.integers() | st.floats() | st.lists(st.text()))
def test_whatever_comes_is_taken_or_refused_with_a_known_reason(kind: str, value: Value | None) -> None:
    question = Question("q", "?", kind, options=OPTIONS, steps=5)  # type: ignore[arg-type]  # one of KINDS
    assert complaint(question, value) in (None, *COMPLAINTS)


@settings(deadline=None)
@given(st.sampled_from(KINDS), st.data())
def test_a_value_of_its_own_kind_is_taken(kind: str, data: st.DataObject) -> None:
    question = Question("q", "?", kind, options=OPTIONS, steps=5)  # type: ignore[arg-type]  # one of KINDS
    assert complaint(question, data.draw(values(question))) is None


def test_a_scale_is_tapped_by_its_points_or_their_numbers() -> None:
    named = Question("q", "?", "scale", steps=2, points=("Empty", "Full"))
    assert taps(named) == (Option("1", "Empty"), Option("2", "Full"))
    assert [tap.label for tap in taps(Question("q", "?", "scale", steps=3))] == ["1", "2", "3"]
