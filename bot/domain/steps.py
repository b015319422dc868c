"""Action steps: where one stands, as its coach would want to know it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from uuid import UUID
from zoneinfo import ZoneInfo

from bot.models import ActionStep, StepKind, StepState

QUIET_AFTER = timedelta(days=21)
"""A step nobody has touched for this long is quiet: three weeks, as long as a step is meant to take to learn."""
NUDGE_AGAIN_AFTER = timedelta(days=7)
"""One kind question about a step in a week is enough."""


class Standing(StrEnum):
    """Where an open step stands (FS6), most pressing first. Each has its words in prompts/sentences.yaml."""

    OVERDUE = "overdue"
    DUE_THIS_WEEK = "due_this_week"
    AWAITING_FOLLOW_UP = "awaiting_follow_up"
    NO_PRACTICE_YET = "no_practice_yet"
    QUIET = "quiet"
    GOING_ON = "going_on"


@dataclass(frozen=True)
class Plan:
    """Where, when (a local date) and how seen: what was answered, opened."""

    where: str | None
    on: date | None
    feedback: str | None

    @classmethod
    def of(cls, sealed: Mapping[str, object]) -> "Plan":
        """The plan in an opened `sealed_plan`."""
        on = sealed.get("on")
        return cls(
            _text(sealed.get("where")),
            date.fromisoformat(str(on)) if on else None,
            _text(sealed.get("feedback")),
        )


@dataclass(frozen=True)
class OpenStep:
    """A step with its words opened for somebody who may see them."""

    id: UUID
    owner_id: UUID
    kind: StepKind
    state: StepState
    title: str
    plan: Plan
    shared: bool
    standing: Standing


@dataclass(frozen=True)
class Traces:
    """When things last happened to a step; None when they never did."""

    owner_followed_up_at: datetime | None
    coach_followed_up_at: datetime | None


def standing(step: ActionStep, plan: Plan, traces: Traces, now: datetime, zone: ZoneInfo) -> Standing:
    """Where an open step stands on its owner's local date."""
    today = now.astimezone(zone).date()
    if _awaits_coach(traces):
        return Standing.AWAITING_FOLLOW_UP
    if plan.on is not None and not _spoken_of(plan.on, traces, zone):
        if plan.on < today:
            return Standing.OVERDUE
        if plan.on <= today + timedelta(days=6 - today.weekday()):
            return Standing.DUE_THIS_WEEK
    if plan.where is None and plan.on is None:
        return Standing.NO_PRACTICE_YET
    return Standing.QUIET if now - step.touched_at > QUIET_AFTER else Standing.GOING_ON


def _awaits_coach(traces: Traces) -> bool:
    """Its owner has said how it went, and the coach has not answered since."""
    said, answered = traces.owner_followed_up_at, traces.coach_followed_up_at
    return said is not None and (answered is None or answered < said)


def _spoken_of(day: date, traces: Traces, zone: ZoneInfo) -> bool:
    """Its owner has said how it went, on that day or since. A step that goes on has a new day, not yet spoken of."""
    said = traces.owner_followed_up_at
    return said is not None and said.astimezone(zone).date() >= day


def _text(value: object) -> str | None:
    return str(value) if value else None
