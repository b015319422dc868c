"""Schedules: what falls due in the next seven days, for whoever has said yes and has something coming."""

from collections.abc import Iterable
from datetime import datetime
from itertools import groupby
from uuid import UUID

from sqlalchemy import delete, select, update

from bot.db import insert_into
from bot.domain import checkins
from bot.domain.calendar import SchoolTime
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
AS_IT_IS_NOW = {"populate_existing": True}
"""What this session has read before is read again."""


def to_plan(desk: Desk) -> list[UUID]:
    """Everyone for whom something has come near since they were last planned for: not everyone there is."""
    near = select(Person.id).where(Person.plan_at <= desk.now, Person.joined_at.is_not(None))
    return list(desk.session.scalars(near.order_by(Person.id)))


def plan(desk: Desk, person_ids: Iterable[UUID]) -> int:
    """What falls due for these people is planned; the number of letters that are new or have moved."""
    these = select(Person).where(Person.id.in_(list(person_ids)), Person.joined_at.is_not(None))
    # In one order everywhere: two planners that lock each other's people would wait for ever.
    people = desk.session.scalars(these.order_by(Person.id)).all()
    return sum(plan_person(desk, person) for person in people)


def plan_person(desk: Desk, person: Person) -> int:
    """This person's next seven days are in the outbox as schedules, calendar and zone are now.

    What was planned and has not begun to be sent moves with them, or goes when its day no longer comes round.
    What is already past is never planned anew, so joining at ten does not bring this morning's eight o'clock.
    Whatever changes what may come to somebody (joining, their zone, days, leave, their school's calendar) calls this
    in its own transaction; `plan_at` says when somebody next has to.
    """
    # Two who plan for one person take turns, and go by what they read in their turn, or one would undo what the
    # other has just moved.
    locked = select(Person).where(Person.id == person.id).with_for_update()
    desk.session.scalars(locked, execution_options=AS_IT_IS_NOW).one()
    planned = _pending(desk, person.id)
    changed, plan_at = 0, []
    for whose, mine in _schedules_of(desk, person):
        plan_at.append(checkins.plan_again_at(mine, whose, desk.now))
        for schedule in mine:
            changed += _plan_schedule(desk, schedule, whose, planned)
    person.plan_at = min((at for at in plan_at if at is not None), default=None)
    # What was due before now has its own account to give: it is sent late, or skipped with its reason.
    to_come = [occurrence_id for occurrence_id, due_at in planned.items() if due_at > desk.now]
    _forget(desk, to_come)
    return changed + len(to_come)


def _plan_schedule(desk: Desk, schedule: Schedule, whose: SchoolTime, planned: dict[UUID, datetime]) -> int:
    """One schedule's next times stand in the outbox, and are taken out of what was `planned`; how many changed."""
    changed = 0
    for occurrence in checkins.falls_due(schedule, whose, desk.now):
        was = planned.pop(occurrence.id, None)
        if occurrence.due_at >= desk.now and was != occurrence.due_at:
            changed += _upsert(desk, occurrence, schedule, whose.school)
        elif was is not None and was != occurrence.due_at:
            planned[occurrence.id] = was
    return changed


def _schedules_of(desk: Desk, person: Person) -> list[tuple[SchoolTime, list[Schedule]]]:
    """The schedules that are for this person, school by school."""
    rows = desk.session.execute(
        select(School, Membership, Schedule)
        .join(Membership, Membership.school_id == School.id)
        .join(Schedule, Schedule.school_id == School.id)
        .where(Membership.person_id == person.id, Schedule.active)
        .order_by(School.id, Schedule.key),
        execution_options=AS_IT_IS_NOW,
    ).all()
    return [
        (
            SchoolTime(person, school, mine),
            [schedule for *_, schedule in of_school if schedule.role in mine.roles],
        )
        for (school, mine), of_school in groupby(rows, key=lambda row: (row[0], row[1]))
    ]


def _pending(desk: Desk, person_id: UUID) -> dict[UUID, datetime]:
    """Occurrence id → due_at of everything planned for a person that nobody has begun to send."""
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


def _forget(desk: Desk, occurrence_ids: Iterable[UUID]) -> None:
    """What was planned for a time that no longer comes round was never due: it goes without a trace.

    Unless somebody has answered it already, from Home: their answer stays, and what it answers.
    """
    for occurrence_id in occurrence_ids:
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
