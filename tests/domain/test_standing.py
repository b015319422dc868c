"""Where a step stands: what its owner said is about the day it was said after, not about the next one."""

from datetime import UTC, date, datetime, timedelta
from uuid import uuid4
from zoneinfo import ZoneInfo

import pytest

from bot.domain.steps import Plan, Standing, Traces, standing
from bot.models import ActionStep, StepKind, StepState

LONDON = ZoneInfo("Europe/London")
THURSDAY = datetime(2026, 9, 24, 14, 30, tzinfo=UTC)


def _step() -> ActionStep:
    return ActionStep(
        person_id=uuid4(),
        made_in_run=uuid4(),
        kind=StepKind.TEACHING,
        state=StepState.OPEN,
        sealed_title=b"",
        sealed_plan=b"",
        made_at=THURSDAY - timedelta(days=7),
        touched_at=THURSDAY - timedelta(days=6),
    )


def _standing(on: date, said: datetime | None, answered: datetime | None) -> Standing:
    plan = Plan("classroom", on, None)
    return standing(_step(), plan, Traces(said, answered), THURSDAY, LONDON)


@pytest.mark.parametrize(
    ("said", "found"),
    [
        (None, Standing.OVERDUE),
        (datetime(2026, 9, 18, 11, 30, tzinfo=UTC), Standing.OVERDUE),
        (datetime(2026, 9, 22, 11, 30, tzinfo=UTC), Standing.GOING_ON),
        # 23:30 on the 21st in UTC is half past midnight on the 22nd where its owner is.
        (datetime(2026, 9, 21, 23, 30, tzinfo=UTC), Standing.GOING_ON),
    ],
)
def test_a_day_that_has_gone_by_without_a_word_since_is_overdue(
    said: datetime | None, found: Standing
) -> None:
    answered = said + timedelta(minutes=5) if said else None
    assert _standing(date(2026, 9, 22), said, answered) == found


def test_a_step_that_goes_on_is_due_again_on_its_next_day() -> None:
    said = datetime(2026, 9, 18, 11, 30, tzinfo=UTC)
    assert _standing(date(2026, 9, 25), said, said + timedelta(hours=1)) == Standing.DUE_THIS_WEEK
