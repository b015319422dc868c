"""A flow is walked by its answers alone: it ends, asks nothing twice, and forgets the branches it left."""

from hypothesis import given, settings
from hypothesis import strategies as st

from bot.domain.flows import (
    QUESTIONS_A_SCREEN,
    Answers,
    Condition,
    Flow,
    Option,
    Question,
    Value,
    asked,
    begins_with,
    complete,
    next_screen,
    one_tap,
    pruned,
    screens,
)
from tests.domain.generated import ROLES, flows, made, values

YES_NO = (Option("yes", "Yes"), Option("no", "No"))
ROLE = st.sampled_from((None, *ROLES))


def walk(flow: Flow, role: str | None, data: st.DataObject) -> tuple[list[str], dict[str, Value]]:
    """Answer screen after screen as they come: the ids in the order they were shown, and the answers."""
    shown: list[str] = []
    answers: dict[str, Value] = {}
    while screen := next_screen(flow, answers, set(shown), role=role):
        given_here = {q.id: data.draw(values(q)) for q in screen}
        answers |= {question_id: value for question_id, value in given_here.items() if value is not None}
        shown += given_here
        assert len(shown) <= len(flow.questions)
    return shown, answers


@settings(deadline=None)
@given(flows(), ROLE, st.data())
def test_every_walk_ends_having_asked_each_question_that_applies_once(
    flow: Flow, role: str | None, data: st.DataObject
) -> None:
    shown, answers = walk(flow, role, data)
    assert shown == [q.id for q in asked(flow, answers, role=role)]
    assert complete(flow, answers, role=role)


@settings(deadline=None)
@given(flows(), ROLE, st.data())
def test_screens_hold_what_is_asked_in_order_and_never_too_much(
    flow: Flow, role: str | None, data: st.DataObject
) -> None:
    _, answers = walk(flow, role, data)
    found = screens(flow, answers, role=role)
    assert tuple(q for screen in found for q in screen) == asked(flow, answers, role=role)
    assert all(1 <= len(screen) <= QUESTIONS_A_SCREEN for screen in found)
    assert all(len(screen) == 1 for screen in found if any(q.examples for q in screen))


@settings(deadline=None)
@given(flows(), ROLE, st.data())
def test_no_question_stands_on_a_screen_with_one_that_it_looks_at(
    flow: Flow, role: str | None, data: st.DataObject
) -> None:
    _, answers = walk(flow, role, data)
    for screen in screens(flow, answers, role=role):
        ids = {q.id for q in screen}
        assert not any(condition.question in ids for q in screen for condition in q.when)


@settings(deadline=None)
@given(flows(), ROLE, st.data())
def test_an_answer_off_the_branch_never_matters(flow: Flow, role: str | None, data: st.DataObject) -> None:
    _, answers = walk(flow, role, data)
    applies = {q.id for q in asked(flow, answers, role=role)}
    stray = {q.id: data.draw(values(q)) for q in flow.questions if q.id not in applies}
    muddled: Answers = {**answers, **{key: value for key, value in stray.items() if value is not None}}
    assert asked(flow, muddled, role=role) == asked(flow, answers, role=role)
    assert pruned(flow, muddled, role=role) == pruned(flow, answers, role=role) == answers


@settings(deadline=None)
@given(flows(), st.data())
def test_a_role_is_asked_only_what_is_meant_for_it(flow: Flow, data: st.DataObject) -> None:
    shown, _ = walk(flow, "teacher", data)
    assert all(q.audience in ((), ("teacher",)) for q in flow.questions if q.id in shown)


def branching() -> Flow:
    return made(
        Question("glad", "Glad?", "choice", options=YES_NO),
        Question("why", "Why?", "short_text", when=(Condition("glad", "equals", "yes"),)),
        Question("more", "More?", "long_text", optional=True),
    )


def test_a_branch_opens_on_the_next_screen() -> None:
    flow = branching()
    assert [q.id for q in next_screen(flow, {}, set())] == ["glad"]
    assert [q.id for q in next_screen(flow, {"glad": "yes"}, {"glad"})] == ["why", "more"]
    assert [q.id for q in next_screen(flow, {"glad": "no"}, {"glad"})] == ["more"]


def test_changing_an_earlier_answer_drops_what_was_said_on_the_old_branch() -> None:
    assert pruned(branching(), {"glad": "no", "why": "the choir"}) == {"glad": "no"}


def test_changing_an_earlier_answer_asks_what_it_opens() -> None:
    shown = next_screen(branching(), {"glad": "yes"}, {"glad", "more"})
    assert "why" in {q.id for q in shown}


def test_a_flow_is_complete_without_what_is_optional_and_not_without_the_rest() -> None:
    assert complete(branching(), {"glad": "no"})
    assert not complete(branching(), {"glad": "yes"})


def test_a_question_left_out_fulfils_no_condition_but_answered_false() -> None:
    mood = Question("mood", "?", "scale", steps=5, optional=True)
    low = Question("low", "?", "short_text", when=(Condition("mood", "at_most", 2),))
    left = Question("left", "?", "short_text", when=(Condition("mood", "answered", False),))
    assert asked(made(mood, low, left), {}) == (mood, left)
    assert asked(made(mood, low, left), {"mood": 2}) == (mood, low)
    assert asked(made(mood, low, left), {"mood": 3}) == (mood,)


def test_one_tap_answers_a_first_scale_or_short_choice_and_nothing_else() -> None:
    scale = Question("tank", "?", "scale", steps=5)
    assert one_tap(made(scale)) == scale
    assert one_tap(made(Question("tank", "?", "scale", steps=6))) is None
    assert one_tap(made(Question("words", "?", "short_text"), scale)) is None


def test_one_tap_is_the_first_question_of_that_role() -> None:
    taught = Question("taught", "?", "short_text", audience=("teacher",))
    led = Question("led", "?", "choice", options=YES_NO)
    assert one_tap(made(taught, led), role="teacher") is None
    assert one_tap(made(taught, led), role="leader") == led


def test_a_field_starts_with_the_first_text_there_is_cut_to_fit() -> None:
    title = Question("title", "?", "short_text", at_most=5, starts_with=("practice", "draft"))
    assert begins_with(title, {"draft": "wait for three seconds"}) == "wait "
    assert begins_with(title, {"draft": "wait", "practice": "pause"}) == "pause"
    assert begins_with(title, {}) is None
