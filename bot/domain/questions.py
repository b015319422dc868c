"""Questions: what can be asked, which answer each can take, and why it cannot take another."""

import math
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Literal

Value = int | float | str | list[str]
"""What one question's answer is: a scale is an int from 1; a number an int or a float; a choice its option's
value; choices a list of those; a date "YYYY-MM-DD"; a person Slack's id; text a str."""

Answers = Mapping[str, Value]
"""Answers by question id. A question that is absent was not answered."""

Kind = Literal["short_text", "long_text", "scale", "choice", "choices", "person", "date", "number"]
Operator = Literal["equals", "in", "answered", "at_least", "at_most"]
Role = Literal["teacher", "leader", "coach", "lead"]

LONGEST_TEXT = 3_000
"""Characters; Slack's limit for a text field."""

COMPLAINTS = (
    "required",
    "too_short",
    "too_long",
    "too_few",
    "too_many",
    "too_low",
    "too_high",
    "not_an_option",
    "not_a_number",
    "not_a_date",
    "not_a_person",
    "unstorable_character",
)
"""Everything `complaint` can say: each is a key of prompts/sentences.yaml."""

_PERSON = re.compile(r"[UW][A-Z0-9]{1,30}")
_DATE = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)
# PostgreSQL cannot store NUL, and a lone surrogate has no UTF-8; elsewhere they would be lost without a word.
_UNSTORABLE = re.compile("[\x00\ud800-\udfff]")


@dataclass(frozen=True)
class Option:
    """One answer that can be chosen. `value` is stored, `label` is read."""

    value: str
    label: str


@dataclass(frozen=True)
class Condition:
    """Holds when an earlier question was asked and its answer compares so; `answered` takes a bool."""

    question: str
    operator: Operator
    operand: Value | bool


@dataclass(frozen=True)
class Examples:
    """A weak and a strong answer, shown before the question is asked."""

    weak: str
    strong: str


@dataclass(frozen=True)
class Question:
    """One question. `ask`, `help` and `examples` may be templates until `bot.prompts` words them.

    `audience`: the roles it is asked of; empty for all of the flow's. `steps` is a scale's number of points;
    `points` names each of them, or is empty, and then `low` and `high` name the ends. `at_least` and
    `at_most` bound a number, the length of a text or how many choices may be taken. `starts_with` names
    text questions: the first one answered is what this one's field begins with.
    """

    id: str
    ask: str
    kind: Kind
    audience: tuple[Role, ...] = ()
    help: str | None = None
    examples: Examples | None = None
    options: tuple[Option, ...] = ()
    low: str | None = None
    high: str | None = None
    steps: int | None = None
    points: tuple[str, ...] = ()
    optional: bool = False
    when: tuple[Condition, ...] = ()
    at_least: int | float | None = None
    at_most: int | float | None = None
    starts_with: tuple[str, ...] = ()


def taps(question: Question) -> tuple[Option, ...]:
    """What a person chooses from: options, or a scale's points with the values "1", "2" …; else empty."""
    if question.kind != "scale":
        return question.options
    labels = question.points or tuple(str(n + 1) for n in range(question.steps or 0))
    return tuple(Option(str(n), label) for n, label in enumerate(labels, start=1))


def longest(question: Question) -> int:
    """How many characters a text answer to this question may have."""
    return LONGEST_TEXT if question.at_most is None else min(int(question.at_most), LONGEST_TEXT)


def complaint(question: Question, value: Value | None) -> str | None:
    """Why this value cannot be this question's answer, as one of `COMPLAINTS`; None when it can.

    None, blank text and an empty list are no answer: fine where the question is optional.
    """
    if value is None or value == [] or (isinstance(value, str) and not value.strip()):
        return None if question.optional else "required"
    return _CHECKS[question.kind](question, value)


def _text(question: Question, value: Value) -> str | None:
    if not isinstance(value, str) or _UNSTORABLE.search(value):
        return "unstorable_character"
    if question.at_least is not None and len(value.strip()) < question.at_least:
        return "too_short"
    return "too_long" if len(value) > longest(question) else None


def _choice(question: Question, value: Value) -> str | None:
    return None if isinstance(value, str) and _among(question, value) else "not_an_option"


def _choices(question: Question, value: Value) -> str | None:
    if not isinstance(value, list) or not all(_among(question, one) for one in value):
        return "not_an_option"
    if len(set(value)) < len(value):
        return "not_an_option"
    return _bounds(question, len(value), "too_few", "too_many")


def _scale(question: Question, value: Value) -> str | None:
    whole = isinstance(value, int) and not isinstance(value, bool)
    return None if whole and _among(question, str(value)) else "not_an_option"


def _among(question: Question, value: str) -> bool:
    return value in {tap.value for tap in taps(question)}


def _number(question: Question, value: Value) -> str | None:
    if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
        return "not_a_number"
    return _bounds(question, value, "too_low", "too_high")


def _bounds(question: Question, amount: int | float, low: str, high: str) -> str | None:
    if question.at_least is not None and amount < question.at_least:
        return low
    return high if question.at_most is not None and amount > question.at_most else None


def _date(_: Question, value: Value) -> str | None:
    if not isinstance(value, str) or not _DATE.fullmatch(value):
        return "not_a_date"
    try:
        date.fromisoformat(value)
    except ValueError:
        return "not_a_date"
    return None


def _person(_: Question, value: Value) -> str | None:
    return None if isinstance(value, str) and _PERSON.fullmatch(value) else "not_a_person"


_CHECKS: dict[Kind, Callable[[Question, Value], str | None]] = {
    "short_text": _text,
    "long_text": _text,
    "scale": _scale,
    "choice": _choice,
    "choices": _choices,
    "person": _person,
    "date": _date,
    "number": _number,
}
