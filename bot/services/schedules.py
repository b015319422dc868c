"""Schedules: what falls due in the next seven days, for everyone who has said yes."""

from collections.abc import Iterable
from uuid import UUID

from sqlalchemy import delete, select, update

from bot.db import insert_into
from bot.domain import calendar, checkins
from bot.models import (
    Letter,
    LetterKind,
    LetterState,
    Membership,
    Occurrence,
    Person,
    Run,
    Schedule,
    ScheduleKind,
    School,
)
from bot.services import outbox
from bot.services.desk import Desk

LETTERS = {ScheduleKind.CHECK_IN: LetterKind.CHECK_IN, ScheduleKind.DIGEST: LetterKind.DIGEST}


def joined(desk: Desk) -> list[UUID]:
    """Everyone who is planned for."""
    return list(
        desk.session.scalars(select(Person.id).where(Person.joined_at.is_not(None)).order_by(Person.id))
    )


def plan(desk: Desk, person_ids: Iterable[UUID]) -> int:
    """What falls due for these people is planned; the number of letters that are new or have moved."""
    # Always in the same order: two who plan lock the same people, and must not meet head on.
    chosen = select(Person).where(Person.id.in_(list(person_ids))).order_by(Person.id)
    people = desk.session.scalars(chosen).all()
    return sum(plan_person(desk, person) for person in people if person.joined_at is not None)


def plan_person(desk: Desk, person: Person) -> int:
    """This person's next seven days are in the outbox as schedules, calendar and zone are now.

    What was planned and has not begun to be sent moves with them, or goes when its day no longer comes round.
    What is already past is never planned anew, so joining at ten does not bring this morning's eight o'clock.
    """
    # Two who plan for one person take turns, or one would plan what the other has just moved.
    desk.session.execute(select(Person.id).where(Person.id == person.id).with_for_update())
    planned = _pending(desk, person.id)
    changed = 0
    for schedule, school in _schedules_of(desk, person.id):
        zone = calendar.zone_of(person, school)
        for occurrence in checkins.falls_due(schedule, person.id, zone, desk.now, school):
            was = planned.pop(occurrence.id, None)
            if occurrence.due_at >= desk.now and was != occurrence.due_at:
                changed += _upsert(desk, occurrence, schedule, school)
            elif was is not None and was != occurrence.due_at:
                planned[occurrence.id] = was
    _forget(desk, planned)
    return changed + len(planned)


def _schedules_of(desk: Desk, person_id: UUID) -> list[tuple[Schedule, School]]:
    rows = desk.session.execute(
        select(Schedule, School, Membership.roles)
        .join(School, School.id == Schedule.school_id)
        .join(Membership, Membership.school_id == School.id)
        .where(Membership.person_id == person_id, Schedule.active)
        .order_by(Schedule.school_id, Schedule.key)
    )
    return [(schedule, school) for schedule, school, roles in rows if schedule.role in roles]


def _pending(desk: Desk, person_id: UUID) -> dict[UUID, object]:
    """Occurrence id → due_at of everything planned for a person that is still to come and nobody has begun to send.

    What has fallen due is the outbox's to send or to skip with its reason, however long nobody was there to do it.
    """
    rows = desk.session.execute(
        select(Letter.subject_id, Letter.due_at).where(
            Letter.person_id == person_id,
            Letter.state == LetterState.PENDING,
            Letter.attempt == 0,
            Letter.due_at >= desk.now,
            Letter.kind.in_(LETTERS.values()),
        )
    )
    return {subject_id: due_at for subject_id, due_at in rows if subject_id is not None}


def _upsert(desk: Desk, occurrence: Occurrence, schedule: Schedule, school: School) -> bool:
    """The occurrence and its letter stand at this time, unless the letter has already left."""
    values = {
        "id": occurrence.id,
        "schedule_id": occurrence.schedule_id,
        "person_id": occurrence.person_id,
        "local_date": occurrence.local_date,
        "slot": occurrence.slot,
        "due_at": occurrence.due_at,
    }
    desk.session.execute(insert_into(desk.session, Occurrence).values(values).on_conflict_do_nothing())
    key = f"{schedule.kind}:{occurrence.id}"
    moved = outbox.schedule(desk, LETTERS[schedule.kind], key, occurrence, school)
    if moved:
        at = {"due_at": occurrence.due_at}
        desk.session.execute(update(Occurrence).where(Occurrence.id == occurrence.id).values(at))
    return moved


def _forget(desk: Desk, planned: dict[UUID, object]) -> None:
    """What was planned for a time that no longer comes round was never due: it goes without a trace."""
    for occurrence_id in planned:
        gone = desk.session.execute(
            delete(Letter).where(
                Letter.subject_id == occurrence_id,
                Letter.state == LetterState.PENDING,
                Letter.attempt == 0,
                Letter.kind.in_(LETTERS.values()),
            )
        )
        if gone.rowcount:  # type: ignore[attr-defined]
            # One that was answered early, from Home, stays for its answers' sake.
            answered = select(Run.id).where(Run.occurrence_id == occurrence_id).exists()
            desk.session.execute(delete(Occurrence).where(Occurrence.id == occurrence_id, ~answered))
