"""Planning: one person whose row nobody can make sense of keeps nobody else from being written to."""

from uuid import UUID

from sqlalchemy import delete, select, update

from bot.models import Letter, LetterKind, Person
from bot.services.desk import Desk
from tests.cast import AMIRA, JO
from tests.conversations.conftest import SUNDAY, Stage


async def test_somebody_who_cannot_be_planned_for_stands_in_nobody_elses_way(stage: Stage) -> None:
    stage.mull.desks.do(_cannot_be_planned_for, stage.cast.people[JO])
    await stage.mull.plan()
    planned = stage.mull.desks.look(_planned)
    assert stage.cast.people[AMIRA] in planned
    assert stage.cast.people[JO] not in planned


def _cannot_be_planned_for(desk: Desk, person_id: UUID) -> None:
    """Nothing is planned, and everybody is to be planned for; this one's zone is none that anybody knows."""
    desk.session.execute(delete(Letter))
    desk.session.execute(update(Person).values(plan_at=SUNDAY))
    desk.session.execute(update(Person).where(Person.id == person_id).values(zone="Nowhere/Town"))


def _planned(desk: Desk) -> set[UUID]:
    return set(desk.session.scalars(select(Letter.person_id).where(Letter.kind == LetterKind.CHECK_IN)))
