"""What somebody has done with Mull since some moment, by the rows it left: for a guide that marks what is done."""

from datetime import datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import ColumnElement, select

from bot.models import (
    ChangeKind,
    Letter,
    LetterKind,
    LetterState,
    Occurrence,
    Outcome,
    Person,
    Run,
    StepChange,
)
from bot.services.desk import Desk


class Milestone(StrEnum):
    """Something that can be done, once."""

    JOINED = "joined"
    DECLINED = "declined"
    ANSWERED = "answered"
    SHARED_REFLECTION = "shared_reflection"
    MADE_STEP = "made_step"
    SHARED_STEP = "shared_step"
    TOOK_BACK_STEP = "took_back_step"
    FOLLOWED_UP_OWN_STEP = "followed_up_own_step"
    NUDGED = "nudged"
    FOLLOWED_UP = "followed_up"
    GOT_ROUND_UP = "got_round_up"


CHANGES = {
    Milestone.MADE_STEP: ChangeKind.MADE,
    Milestone.SHARED_STEP: ChangeKind.SHARED,
    Milestone.TOOK_BACK_STEP: ChangeKind.TAKEN_BACK,
    Milestone.FOLLOWED_UP_OWN_STEP: ChangeKind.OWNER_FOLLOWED_UP,
    Milestone.NUDGED: ChangeKind.NUDGED,
    Milestone.FOLLOWED_UP: ChangeKind.COACH_FOLLOWED_UP,
}


def reached(desk: Desk, person_id: UUID, milestone: Milestone, since: datetime) -> bool:
    """Whether this person has got there, at that moment (aware) or after it."""
    return desk.session.scalar(select(_trace(person_id, milestone, since))) or False


def _trace(person_id: UUID, milestone: Milestone, since: datetime) -> ColumnElement[bool]:
    """Whether the row is there that tells."""
    match milestone:
        case Milestone.JOINED:
            return select(Person.id).where(Person.id == person_id, Person.joined_at >= since).exists()
        case Milestone.DECLINED:
            return select(Person.id).where(Person.id == person_id, Person.declined_at >= since).exists()
        case Milestone.ANSWERED:
            answered = (Occurrence.outcome == Outcome.ANSWERED) & (Occurrence.closed_at >= since)
            return select(Occurrence.id).where(Occurrence.person_id == person_id, answered).exists()
        case Milestone.SHARED_REFLECTION:
            return select(Run.id).where(Run.person_id == person_id, Run.shared_at >= since).exists()
        case Milestone.GOT_ROUND_UP:
            sent = (Letter.kind == LetterKind.DIGEST) & (Letter.state == LetterState.SENT)
            return select(Letter.id).where(Letter.person_id == person_id, sent).exists()
    kind = StepChange.kind == CHANGES[milestone]
    return (
        select(StepChange.id).where(StepChange.person_id == person_id, kind, StepChange.at >= since).exists()
    )
