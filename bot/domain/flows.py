"""Flows: the questions people are asked, in which order, on which screens, and when they are done.

Everything here is decided from a flow and the answers given so far, and from nothing else. A person's place
in a flow is computed, never stored: after any crash, edit or late answer the next screen is whatever the
answers say it is.

`role` is the role a person answers in ("teacher", "leader", "coach", "lead"); without one, every question
counts as meant for them.
"""

from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from typing import Literal

from bot.domain.questions import (
    Answers,
    Condition,
    Examples,
    Kind,
    Operator,
    Option,
    Question,
    Role,
    Value,
    complaint,
    longest,
    taps,
)

__all__ = [
    "MAKERS",
    "QUESTIONS_A_SCREEN",
    "TAPS",
    "Answers",
    "Condition",
    "Ending",
    "Examples",
    "Flow",
    "Kind",
    "Maker",
    "Need",
    "Operator",
    "Option",
    "Question",
    "Role",
    "SeenBy",
    "Value",
    "asked",
    "begins_with",
    "complaint",
    "complete",
    "holds",
    "longest",
    "next_screen",
    "one_tap",
    "pruned",
    "screens",
    "taps",
]

SeenBy = Literal["me", "ask", "coach"]
Maker = Literal["action_step", "follow_up"]

QUESTIONS_A_SCREEN = 4
"""More than this on one screen of a phone is a form, not a question."""

TAPS = 5
"""A row of buttons in a message holds this many whole answers before it wraps on a phone."""


@dataclass(frozen=True)
class Need:
    """A question that a maker reads: its kind and, for a choice, the only values it understands.

    `always`: it must be asked of everyone, whatever they answer, and may not be left empty.
    """

    id: str
    kind: Kind
    options: tuple[str, ...] = ()
    always: bool = False


MAKERS: Mapping[Maker, tuple[Need, ...]] = {
    # `title` is the step as it may be shared; `draft` the first words for it, which never are. `repeatable`
    # says what is kept: a step (practice, turned), a task, which is neither coached nor counted, or both:
    # then the task is called by `draft` and the step by `title`.
    "action_step": (
        Need("kind", "choice", ("teaching", "leading"), always=True),
        Need("draft", "short_text", always=True),
        Need("repeatable", "choice", ("practice", "turned", "both", "task"), always=True),
        Need("title", "short_text", always=True),
        Need("where", "choice"),
        Need("on", "date"),
        Need("feedback", "short_text"),
        Need("alone", "choice", ("yes", "nearly", "not_yet")),
    ),
    # `kept` is how they did it (embed), `title` the new wording (adapt), `on` the next moment for it.
    "follow_up": (
        Need("came", "choice", ("tried", "let_pass", "never"), always=True),
        Need("decision", "choice", ("embed", "go_on", "adapt", "let_go"), always=True),
        Need("kept", "long_text"),
        Need("title", "short_text"),
        Need("on", "date"),
    ),
}
"""What a flow that makes something has to ask, by what it makes."""


@dataclass(frozen=True)
class Ending:
    """What is offered when a flow is done: a flow's id, or nothing."""

    offer: str | None = None


@dataclass(frozen=True)
class Flow:
    """A whole flow. `version` is the SHA-256 of `text`, its source, in hex: a run keeps both."""

    id: str
    title: str
    audience: tuple[Role, ...]
    minutes: int
    seen_by: SeenBy
    intro: str | None
    questions: tuple[Question, ...]
    ends: tuple[Ending, ...]
    makes: Maker | None
    version: str
    text: str
    about: str | None = None

    def question(self, question_id: str) -> Question | None:
        """The question of that id, or None: an old message's button may name one that is gone."""
        return next((q for q in self.questions if q.id == question_id), None)


def asked(flow: Flow, answers: Answers, *, role: str | None = None) -> tuple[Question, ...]:
    """The questions that apply, given these answers, in order.

    An answer to a question that does not apply counts nowhere.
    """
    counted: dict[str, Value] = {}
    found = []
    for question in flow.questions:
        if not _meant_for(question, role) or not all(holds(c, counted) for c in question.when):
            continue
        found.append(question)
        if question.id in answers:
            counted[question.id] = answers[question.id]
    return tuple(found)


def screens(flow: Flow, answers: Answers, *, role: str | None = None) -> tuple[tuple[Question, ...], ...]:
    """The questions that apply, as they fall on screens.

    A screen ends before a question that looks at one on it, whether or not that question applies: so what
    is on a screen depends on the screens before it alone, and no answer can move a question onto a screen
    already passed. A question with examples has a screen to itself: it wants thinking about.
    """
    applies = {question.id for question in asked(flow, answers, role=role)}
    done: list[tuple[Question, ...]] = []
    current: list[Question] = []
    for question in flow.questions:
        if current and _begins_screen(question, current, applies):
            done.append(tuple(current))
            current = []
        if question.id in applies:
            current.append(question)
    return (*done, tuple(current)) if current else tuple(done)


def next_screen(
    flow: Flow, answers: Answers, passed: AbstractSet[str], *, role: str | None = None
) -> tuple[Question, ...]:
    """The first screen that holds a question not yet passed (by id); empty when there is none left."""
    return next(
        (screen for screen in screens(flow, answers, role=role) if any(q.id not in passed for q in screen)),
        (),
    )


def complete(flow: Flow, answers: Answers, *, role: str | None = None) -> bool:
    """Whether every question that applies and is not optional has an answer."""
    return all(q.optional or q.id in answers for q in asked(flow, answers, role=role))


def pruned(flow: Flow, answers: Answers, *, role: str | None = None) -> dict[str, Value]:
    """The answers to questions that apply: what was said on a branch since left is dropped, not kept."""
    return {q.id: answers[q.id] for q in asked(flow, answers, role=role) if q.id in answers}


def one_tap(flow: Flow, *, role: str | None = None) -> Question | None:
    """The first question, when a tap in the message itself is a whole answer to the flow; None when it takes a modal.

    A flow that makes something, or that asks for more once tapped, is not done with one tap.
    """
    first = next(iter(asked(flow, {}, role=role)), None)
    if first is None or first.kind not in ("scale", "choice") or flow.makes or len(taps(first)) > TAPS:
        return None
    values = [int(tap.value) if first.kind == "scale" else tap.value for tap in taps(first)]
    return first if all(complete(flow, {first.id: value}, role=role) for value in values) else None


def begins_with(question: Question, answers: Answers) -> str | None:
    """What this question's field starts out with: the first text that it starts with, cut to fit, or None."""
    for other in question.starts_with:
        text = answers.get(other)
        if isinstance(text, str) and text.strip():
            return text[: longest(question)]
    return None


def holds(condition: Condition, counted: Answers) -> bool:
    """Whether the answers that count fulfil it. A question without one fulfils `answered: false` alone."""
    answer = counted.get(condition.question)
    operand = condition.operand
    if condition.operator == "answered":
        return (answer is not None) is operand
    if answer is None:
        return False
    if condition.operator == "equals":
        return _equals(answer, operand)
    if condition.operator == "in":
        return isinstance(operand, list) and any(_equals(answer, one) for one in operand)
    return _compares(condition.operator, answer, operand)


def _meant_for(question: Question, role: str | None) -> bool:
    return role is None or not question.audience or role in question.audience


def _begins_screen(question: Question, current: Sequence[Question], applies: AbstractSet[str]) -> bool:
    on_screen = {q.id for q in current}
    if any(condition.question in on_screen for condition in question.when):
        return True
    if question.id not in applies:
        return False
    return bool(len(current) == QUESTIONS_A_SCREEN or question.examples or current[-1].examples)


def _equals(answer: Value, operand: Value | bool) -> bool:
    """For choices: the one that the operand names was among those taken."""
    if isinstance(answer, list):
        return operand in answer
    return str(answer) == str(operand)


def _compares(operator: Operator, answer: Value, operand: Value | bool) -> bool:
    if not isinstance(answer, int | float) or not isinstance(operand, int | float):
        return False
    return answer >= operand if operator == "at_least" else answer <= operand
