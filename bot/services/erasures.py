"""Who was erased: the list that outlives every backup, and what an erasure takes away.

The list (MULL_ERASURES) is appended to and never restored: one line a person, their id and the moment, in UTC.
"""

from datetime import UTC, datetime
from pathlib import Path
from uuid import UUID

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from bot.errors import MullError
from bot.models import ActionStep, Answer, FollowUp, Look, Person, Run, StepChange


class NoErasures(MullError):
    """The list of who was erased is not there, or is not one."""


def erased(file: Path) -> dict[UUID, datetime]:
    """Everyone who was erased, and when. NoErasures when there is no such list, or a line of it is no erasure."""
    try:
        lines = file.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError):
        raise NoErasures(f"The list of who was erased, {file} (MULL_ERASURES), cannot be read.") from None
    return dict(_line(file, number, line) for number, line in enumerate(lines, 1) if line.strip())


def _line(file: Path, number: int, line: str) -> tuple[UUID, datetime]:
    try:
        person_id, moment = line.split()
        return UUID(person_id), datetime.fromisoformat(moment).astimezone(UTC)
    except ValueError:
        raise NoErasures(f"{file}, line {number}: this is not a person's id and a moment.") from None


def remove_words(session: Session, person_id: UUID, at: datetime) -> None:
    """Nothing that this person wrote is in the database, and they are not written to. Their key goes apart, and first.

    Their steps go with what happened to them, also what a coach noted on one: it is about nobody any more. What they
    noted as somebody's coach keeps its date and loses its words.
    """
    runs = select(Run.id).where(Run.person_id == person_id)
    steps = select(ActionStep.id).where(ActionStep.person_id == person_id)
    session.execute(delete(Answer).where(Answer.run_id.in_(runs)))
    session.execute(delete(StepChange).where(StepChange.step_id.in_(steps)))
    session.execute(delete(FollowUp).where(FollowUp.step_id.in_(steps)))
    session.execute(update(FollowUp).where(FollowUp.coach_id == person_id).values(sealed_note=None))
    session.execute(update(Run).where(Run.step_id.in_(steps)).values(step_id=None))
    session.execute(delete(ActionStep).where(ActionStep.person_id == person_id))
    session.execute(update(StepChange).where(StepChange.run_id.in_(runs)).values(run_id=None))
    session.execute(delete(Run).where(Run.person_id == person_id))
    session.execute(delete(Look).where(Look.owner_id == person_id))
    session.execute(
        update(Person).where(Person.id == person_id).values(joined_at=None, declined_at=at, plan_at=None)
    )
