"""Where an action step stands, as its coach would want to know it."""

from datetime import UTC, date, datetime, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest

from bot.domain import steps
from bot.domain.steps import Plan, Standing, Traces
from bot.models import ActionStep, StepKind

NOW = datetime(2026, 9, 16, 12, 0, tzinfo=UTC)  # a Wednesday
LONDON = ZoneInfo("Europe/London")
UNTOUCHED = Traces(None, None)


def at(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text).replace(tzinfo=UTC) if text else None


def stands(
    on: str | None = None,
    where: str | None = "In the classroom",
    *,
    said: str | None = None,
    answered: str | None = None,
    touched: datetime = NOW,
    now: datetime = NOW,
    zone: ZoneInfo = LONDON,
) -> Standing:
    step = ActionStep(
        person_id=UUID(int=1),
        made_in_run=UUID(int=2),
        kind=StepKind.TEACHING,
        sealed_title=b"",
        sealed_plan=b"",
        made_at=touched,
        touched_at=touched,
    )
    plan = Plan(where, date.fromisoformat(on) if on else None, None)
    return steps.standing(step, plan, Traces(at(said), at(answered)), now, zone)


@pytest.mark.parametrize(
    ("on", "standing"),
    [
        ("2026-09-15", Standing.OVERDUE),
        ("2026-09-16", Standing.DUE_THIS_WEEK),
        ("2026-09-20", Standing.DUE_THIS_WEEK),
        ("2026-09-21", Standing.GOING_ON),
    ],
)
def test_a_step_is_due_in_the_week_of_its_day_and_overdue_after_it(on: str, standing: Standing) -> None:
    assert stands(on) == standing


def test_its_day_is_its_owners() -> None:
    late = datetime(2026, 9, 16, 23, 30, tzinfo=UTC)
    assert stands("2026-09-16", now=late, zone=ZoneInfo("America/New_York")) == Standing.DUE_THIS_WEEK
    assert stands("2026-09-16", now=late, zone=ZoneInfo("Asia/Tokyo")) == Standing.OVERDUE


def test_what_its_owner_said_awaits_the_coach_until_the_coach_has_answered_it() -> None:
    assert stands("2026-09-15", said="2026-09-15T17:00") == Standing.AWAITING_FOLLOW_UP
    assert (
        stands("2026-09-15", said="2026-09-15T17:00", answered="2026-09-15T09:00")
        == Standing.AWAITING_FOLLOW_UP
    )
    assert stands("2026-09-15", said="2026-09-15T17:00", answered="2026-09-16T09:00") == Standing.GOING_ON


@pytest.mark.parametrize(
    ("on", "standing"),
    [
        ("2026-09-15", Standing.OVERDUE),
        ("2026-09-18", Standing.DUE_THIS_WEEK),
        ("2026-09-24", Standing.GOING_ON),
    ],
)
def test_a_step_that_goes_on_to_another_day_is_due_again_then(on: str, standing: Standing) -> None:
    assert stands(on, said="2026-09-11T17:00", answered="2026-09-14T09:00") == standing


def test_a_step_without_place_and_day_has_no_practice_yet() -> None:
    assert stands(where=None) == Standing.NO_PRACTICE_YET
    assert stands() == Standing.GOING_ON


def test_a_step_nobody_touched_for_three_weeks_is_quiet() -> None:
    assert stands(touched=NOW - timedelta(days=21)) == Standing.GOING_ON
    assert stands(touched=NOW - timedelta(days=21, seconds=1)) == Standing.QUIET


def test_a_plan_is_what_was_answered_and_an_empty_answer_is_none() -> None:
    assert Plan.of({"where": "In maths", "on": "2026-09-16"}) == Plan("In maths", date(2026, 9, 16), None)
    assert Plan.of({"where": "", "on": None}) == Plan(None, None, None)
