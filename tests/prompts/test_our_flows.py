"""The flows that come with Mull can be walked to the end in every way, and read as they should on a phone."""

import re
from collections.abc import Iterator

import pytest

from bot.domain.flows import (
    MAKERS,
    Answers,
    Flow,
    Question,
    Value,
    asked,
    complaint,
    complete,
    next_screen,
    one_tap,
    screens,
    taps,
)
from bot.prompts import OURS, VARIABLES, load, worded
from bot.prompts.documents import read

PROMPTS = load(OURS)
FLOWS = list(PROMPTS.flows.values())
WALKS = [pytest.param(flow, role, id=f"{flow.id}-{role}") for flow in FLOWS for role in flow.audience]


def choices_of(flow: Flow, question: Question) -> list[Value | None]:
    """Every answer that could lead elsewhere, and one where none does."""
    branches = any(c.question == question.id for q in flow.questions for c in q.when)
    given: list[Value] = [int(t.value) if question.kind == "scale" else t.value for t in taps(question)]
    if not given:
        given = ["2026-11-23" if question.kind == "date" else "some words"]
    if not branches:
        return [given[0]]
    return [*given, None] if question.optional else list(given)


def walks(flow: Flow, role: str) -> Iterator[Answers]:
    """The answers of every walk through the flow that differs in an answer some question looks at."""
    waiting: list[tuple[dict[str, Value], frozenset[str]]] = [({}, frozenset())]
    while waiting:
        answers, passed = waiting.pop()
        screen = next_screen(flow, answers, passed, role=role)
        if not screen:
            yield answers
            continue
        question = next(q for q in screen if q.id not in passed)
        for value in choices_of(flow, question):
            more = answers if value is None else {**answers, question.id: value}
            waiting.append((more, passed | {question.id}))


@pytest.mark.parametrize(("flow", "role"), WALKS)
def test_every_way_through_ends_with_answers_that_can_be_kept(flow: Flow, role: str) -> None:
    ways = list(walks(flow, role))
    assert len(ways) >= 2
    for answers in ways:
        assert complete(flow, answers, role=role)
        assert not [q.id for q in asked(flow, answers, role=role) if complaint(q, answers.get(q.id))]


@pytest.mark.parametrize(("flow", "role"), WALKS)
def test_every_way_through_a_flow_that_makes_something_answers_what_it_takes(flow: Flow, role: str) -> None:
    needs = MAKERS[flow.makes] if flow.makes else ()
    for answers in walks(flow, role):
        assert all(need.id in answers for need in needs if need.always)


@pytest.mark.parametrize(("flow", "role"), WALKS)
def test_a_person_with_or_without_a_coach_is_asked_in_whole_sentences(flow: Flow, role: str) -> None:
    for coach in ("Priya", None):
        said = worded(flow, {**dict.fromkeys(VARIABLES, "Sam"), "coach": coach})
        assert not [
            q.ask for q in said.questions if "{" in q.ask or "None" in q.ask or not q.ask.endswith("?")
        ]


def test_nobody_is_shouted_at() -> None:
    for file in OURS.rglob("*.yaml"):
        assert "!" not in file.read_text(encoding="utf-8"), file


def test_the_weekly_question_can_be_answered_by_one_tap() -> None:
    for role in ("teacher", "leader"):
        first = one_tap(PROMPTS.flow("weekly-reflection"), role=role)
        assert first is not None
        assert complete(PROMPTS.flow("weekly-reflection"), {first.id: 4}, role=role)


def test_what_is_asked_after_the_tank_does_not_tell_what_it_held() -> None:
    flow = PROMPTS.flow("weekly-reflection")
    after = {asked(flow, {"energy": held}, role="teacher") for held in range(1, 6)}
    assert len(after) == 1


def test_teachers_and_leaders_are_asked_about_different_moments() -> None:
    flow = PROMPTS.flow("weekly-reflection")
    taught, led = ({q.id for q in asked(flow, {"energy": 4}, role=role)} for role in ("teacher", "leader"))
    assert taught ^ led == {"moment_taught", "moment_led"}


@pytest.mark.parametrize(
    ("kind", "tests"),
    [
        ("teaching", ["leverage", "narrow", "specific", "transferable"]),
        ("leading", ["leverage", "narrow", "evidence", "transferable"]),
    ],
)
def test_a_step_meets_the_four_tests_of_its_kind_one_at_a_time(kind: str, tests: list[str]) -> None:
    flow = PROMPTS.flow("action-step")
    shown = screens(flow, {"kind": kind, "repeatable": "practice"}, role="leader")
    alone = [screen[0].id for screen in shown if len(screen) == 1 and screen[0].examples]
    assert alone == ["repeatable", *(f"{test}_{kind}" for test in tests), "alone"]


def test_a_task_is_kept_without_being_put_to_the_tests_of_a_step() -> None:
    flow = PROMPTS.flow("action-step")
    ids = [q.id for q in asked(flow, {"kind": "leading", "repeatable": "task"})]
    assert ids == ["kind", "draft", "repeatable", "title", "on"]


def test_a_task_turned_into_a_practice_is_asked_for_the_practice() -> None:
    flow = PROMPTS.flow("action-step")
    for answer in ("turned", "both"):
        assert "practice" in {q.id for q in asked(flow, {"kind": "teaching", "repeatable": answer})}


@pytest.mark.parametrize(
    ("decision", "more"),
    [
        ("embed", {"kept", "carry"}),
        ("go_on", {"on", "carry"}),
        ("adapt", {"title", "on", "carry"}),
        ("let_go", set()),
    ],
)
def test_each_decision_about_a_step_is_asked_what_it_needs(decision: str, more: set[str]) -> None:
    flow = PROMPTS.flow("step-follow-up")
    before = {q.id for q in asked(flow, {"came": "never"})}
    assert {q.id for q in asked(flow, {"came": "never", "decision": decision})} - before == more


def test_a_flow_carries_its_text_and_the_mark_of_it() -> None:
    for flow in FLOWS:
        assert flow.text == (OURS / f"flows/{flow.id}.yaml").read_text(encoding="utf-8")
        assert re.fullmatch("[0-9a-f]{64}", flow.version)
        assert PROMPTS.read_flow(flow.text, flow.id) == flow


def test_every_line_of_a_flow_is_known() -> None:
    document = read(OURS / "flows/weekly-reflection.yaml")
    line = document.line("intro")
    assert (
        document.text.splitlines()[line - 1].strip()
        == 'intro: "One tap is a whole answer. The rest is there if you would like it."'
    )
