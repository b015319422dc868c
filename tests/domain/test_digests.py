"""A coach's digest: what is worth a coach's minute, the most pressing first."""

from uuid import UUID

from hypothesis import given
from hypothesis import strategies as st

from bot.domain import digests
from bot.domain.steps import OpenStep, Plan, Standing
from bot.models import StepKind, StepState

AMIRA, JO = UUID(int=1), UUID(int=2)


def one(owner: UUID, standing: Standing, number: int = 1) -> tuple[UUID, str, OpenStep]:
    plan = Plan(None, None, None)
    step = OpenStep(UUID(int=number), owner, StepKind.TEACHING, StepState.OPEN, "Wait", plan, True, standing)
    return owner, {AMIRA: "Amira", JO: "Jo"}[owner], step


lines = st.lists(st.builds(one, st.sampled_from([AMIRA, JO]), st.sampled_from(Standing), st.integers(1, 9)))


@given(given_lines=lines)
def test_everything_worth_saying_is_said_and_nothing_else(
    given_lines: list[tuple[UUID, str, OpenStep]],
) -> None:
    said = digests.round_up(given_lines, 2).lines
    worth = [line for line in given_lines if line[2].standing != Standing.GOING_ON]
    assert sorted(str(line) for line in said) == sorted(str(digests.Line(*line)) for line in worth)


@given(given_lines=lines)
def test_the_most_pressing_comes_first(given_lines: list[tuple[UUID, str, OpenStep]]) -> None:
    order = [list(Standing).index(line.step.standing) for line in digests.round_up(given_lines, 2).lines]
    assert order == sorted(order)


def test_who_needs_nothing_is_counted_not_named() -> None:
    steps = [one(AMIRA, Standing.OVERDUE), one(AMIRA, Standing.QUIET, 2), one(JO, Standing.GOING_ON, 3)]
    found = digests.round_up(steps, 3)
    assert (found.coachees, {line.coachee_id for line in found.lines}) == (3, {AMIRA})


def test_a_digest_without_a_line_says_nothing() -> None:
    assert digests.round_up([one(JO, Standing.GOING_ON)], 1).lines == ()


def test_a_digest_that_was_sent_keeps_a_line_that_is_no_longer_pressing() -> None:
    assert len(digests.listing([one(JO, Standing.GOING_ON)], 1).lines) == 1
