"""Answers: whatever order Slack's deliveries come in, the newest typing and the newest tap count."""

import random
from collections.abc import Callable
from uuid import uuid4

import pytest
from sqlalchemy import select

from bot.domain.privacy import Viewer
from bot.errors import NotFound
from bot.models import Answer, Run
from bot.services import answers, runs
from bot.services.answers import Answered
from bot.services.desk import Desk, Desks
from bot.services.runs import Ref
from bot.vault import VaultError
from tests.cast import AMIRA, JO, PRIYA, Cast, known

ORDERS = 40
TYPED = [(f"1789369800.{number:06}", f"the first {number} letters") for number in range(98, 104)]
QUESTION = "drained_by"
Begin = Callable[[Desk], Run]


@pytest.fixture
def fresh(desks: Desks, settled: Cast) -> Begin:
    """Begins another run of Amira's, who has settled in."""
    assert AMIRA in settled.people
    who = known(desks, AMIRA)
    return lambda desk: runs.begin(desk, who, Ref(uuid4(), desk.prompts.flow("weekly-reflection").version))


def opened(desk: Desk, run: Run) -> Answered:
    return answers.opened(desk, Viewer(run.person_id), run, drafts=True)


def in_any_order(desk: Desk, begin: Begin, write: Callable[..., None]) -> list[Answered]:
    """What is kept of the same typing or tapping, delivered in forty orders."""
    kept = []
    for order in range(ORDERS):
        run, deliveries = begin(desk), TYPED.copy()
        random.Random(order).shuffle(deliveries)
        for ts, value in deliveries:
            write(desk, run, QUESTION, value, ts)
        kept.append(opened(desk, run))
    return kept


def test_drafts_in_any_order_keep_what_was_typed_last(desks: Desks, fresh: Begin) -> None:
    kept = desks.do(in_any_order, fresh, answers.draft)
    assert kept == [Answered({QUESTION: TYPED[-1][1]}, frozenset())] * ORDERS


def test_taps_in_any_order_keep_the_last_on_slacks_clock(desks: Desks, fresh: Begin) -> None:
    kept = desks.do(in_any_order, fresh, answers.tap)
    assert kept == [Answered({QUESTION: TYPED[-1][1]}, frozenset({QUESTION}))] * ORDERS


def test_a_draft_never_overwrites_what_was_given(desks: Desks, fresh: Begin) -> None:
    def late_draft(desk: Desk) -> Answered:
        run = fresh(desk)
        answers.draft(desk, run, QUESTION, "The prin", TYPED[0][0])
        answers.give(desk, run, {QUESTION: "The printer."})
        answers.draft(desk, run, QUESTION, "The printe", TYPED[-1][0])
        return opened(desk, run)

    assert desks.do(late_draft) == Answered({QUESTION: "The printer."}, frozenset({QUESTION}))


def test_a_draft_never_overwrites_a_tap(desks: Desks, fresh: Begin) -> None:
    def tapped(desk: Desk) -> Answered:
        run = fresh(desk)
        answers.tap(desk, run, "energy", 2, TYPED[0][0])
        answers.draft(desk, run, "energy", 5, TYPED[-1][0])
        return opened(desk, run)

    assert desks.do(tapped) == Answered({"energy": 2}, frozenset({"energy"}))


def test_a_tap_that_comes_late_does_not_overwrite_what_was_given_after_it(desks: Desks, fresh: Begin) -> None:
    def late_tap(desk: Desk) -> Answered:
        run = fresh(desk)
        answers.tap(desk, run, "energy", 4, TYPED[-1][0])
        answers.give(desk, run, {"energy": 2})
        answers.tap(desk, run, "energy", 5, TYPED[0][0])
        return opened(desk, run)

    assert desks.do(late_tap) == Answered({"energy": 2}, frozenset({"energy"}))


def test_a_tap_from_before_a_window_does_not_overwrite_what_was_given_in_it(
    desks: Desks, fresh: Begin
) -> None:
    def late_tap(desk: Desk, tapped: int, opened_at: int) -> Answered:
        run = fresh(desk)
        answers.give(desk, run, {"energy": 2}, TYPED[opened_at][0])
        answers.tap(desk, run, "energy", 5, TYPED[tapped][0])
        return opened(desk, run)

    assert desks.do(late_tap, 0, 1) == Answered({"energy": 2}, frozenset({"energy"}))
    assert desks.do(late_tap, 1, 0) == Answered({"energy": 5}, frozenset({"energy"}))


def test_a_question_left_empty_is_given_without_a_value(desks: Desks, fresh: Begin) -> None:
    def left(desk: Desk) -> Answered:
        run = fresh(desk)
        answers.give(desk, run, {QUESTION: None})
        return opened(desk, run)

    assert desks.do(left) == Answered({}, frozenset({QUESTION}))


def test_a_coach_sees_what_was_given_and_no_draft(desks: Desks, fresh: Begin, settled: Cast) -> None:
    def shared(desk: Desk) -> Answered:
        run = fresh(desk)
        answers.give(desk, run, {"energy": 2})
        answers.draft(desk, run, QUESTION, "The prin", TYPED[0][0])
        run.shared_with = settled.people[PRIYA]
        coach = Viewer(settled.people[PRIYA], frozenset({run.person_id}))
        return answers.opened(desk, coach, run, drafts=True)

    assert desks.do(shared).values == {"energy": 2}


def test_nobody_else_opens_an_answer(desks: Desks, fresh: Begin, settled: Cast) -> None:
    def look(desk: Desk) -> Answered:
        run = fresh(desk)
        answers.give(desk, run, {"energy": 2})
        return answers.opened(desk, Viewer(settled.people[JO]), run, drafts=False)

    with pytest.raises(NotFound):
        desks.do(look)


def test_an_answer_moved_to_another_question_does_not_open(desks: Desks, fresh: Begin) -> None:
    def moved(desk: Desk) -> Answered:
        run = fresh(desk)
        answers.give(desk, run, {"energy": 2, QUESTION: "The printer."})
        first, second = desk.session.scalars(select(Answer).where(Answer.run_id == run.id))
        first.sealed_value, second.sealed_value = second.sealed_value, first.sealed_value
        desk.session.flush()
        return opened(desk, run)

    with pytest.raises(VaultError):
        desks.do(moved)


def test_what_is_forgotten_is_gone(desks: Desks, fresh: Begin) -> None:
    def forgotten(desk: Desk) -> Answered:
        run = fresh(desk)
        answers.give(desk, run, {"energy": 2, QUESTION: "The printer."})
        answers.forget(desk, run, [QUESTION])
        return opened(desk, run)

    assert desks.do(forgotten) == Answered({"energy": 2}, frozenset({"energy"}))
