"""Paths: the ways through a flow that differ in what is asked, one set of answers each."""

from collections.abc import Iterator
from dataclasses import replace
from itertools import islice

from bot.domain.flows import Answers, Condition, Flow, Question, Value, asked, complaint, holds, taps

MOST_PATHS = 2_000
"""More ways than this to one question are more than anybody could have meant to write."""


def paths(flow: Flow, role: str | None) -> Iterator[Answers]:
    """One set of answers for each way through: of all answers that no condition tells apart, one is tried."""
    waiting: list[tuple[int, dict[str, Value]]] = [(0, {})]
    while waiting:
        start, answers = waiting.pop()
        applies = {question.id for question in asked(flow, answers, role=role)}
        at = next((n for n in range(start, len(flow.questions)) if flow.questions[n].id in applies), None)
        if at is None:
            yield answers
            continue
        question = flow.questions[at]
        waiting += (
            (at + 1, answers if value is None else {**answers, question.id: value})
            for value in reversed(_telling_values(flow, question))
        )


def reachable(flow: Flow, question: Question) -> bool | None:
    """Whether some answers lead to the question; None when there are too many ways to look at them all."""
    wanted = {question.id}
    for earlier in reversed(flow.questions):
        if earlier.id in wanted:
            wanted |= {condition.question for condition in earlier.when}
    part = replace(flow, questions=tuple(q for q in flow.questions if q.id in wanted))
    too_many = False
    for role in flow.audience:
        tried = list(islice(paths(part, role), MOST_PATHS))
        if any(question in asked(part, path, role=role) for path in tried):
            return True
        too_many = too_many or len(tried) == MOST_PATHS
    return None if too_many else False


def _telling_values(flow: Flow, question: Question) -> list[Value | None]:
    """An answer for each combination of conditions it can make true; None leaves the question out."""
    looking = [c for q in flow.questions for c in q.when if c.question == question.id]
    found: dict[tuple[bool, ...], Value | None] = {}
    for value in _values(question, looking):
        counted = {} if value is None else {question.id: value}
        found.setdefault(tuple(holds(c, counted) for c in looking), value)
    return list(found.values())


def _values(question: Question, looking: list[Condition]) -> Iterator[Value | None]:
    tried: list[Value] = []
    match question.kind:
        case "scale":
            tried += [int(point.value) for point in taps(question)]
        case "choice":
            tried += [option.value for option in question.options]
        case "choices":
            every = [option.value for option in question.options]
            tried += [[one] for one in every] + [every[:n] for n in range(2, len(every) + 1)]
        case "number":
            tried += _numbers(question, looking)
        case "date":
            tried.append("2026-01-05")
        case "person":
            tried.append("U0")
        case _:
            tried.append("x" * int(question.at_least or 1))
    yield from (value for value in tried if complaint(question, value) is None)
    if question.optional:
        yield None


def _numbers(question: Question, looking: list[Condition]) -> list[Value]:
    told = [c.operand if isinstance(c.operand, list) else [c.operand] for c in looking]
    edges = [n for some in [*told, [question.at_least, question.at_most, 0]] for n in some]
    return [n + step for n in edges if isinstance(n, int | float) for step in (0, -1, 1)]
