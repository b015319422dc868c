"""What a coach does: see what was shared, ask kindly, note a follow-up."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID, uuid4

from sqlalchemy import func, select

from bot.db import insert_into
from bot.domain.outbox import Reason
from bot.domain.privacy import may_see
from bot.domain.steps import NUDGE_AGAIN_AFTER, OpenStep
from bot.errors import NotFound, Refused
from bot.models import (
    ActionStep,
    ChangeKind,
    FollowUp,
    Letter,
    LetterKind,
    Pairing,
    PairingState,
    Person,
    Run,
    StepChange,
    StepState,
)
from bot.services import inbox, outbox, people, steps
from bot.services.desk import Desk
from bot.services.people import Known
from bot.vault import Place

SHARED_SHOWN = 10
"""The newest things shared by one coachee that Home lists."""


@dataclass(frozen=True)
class SharedRun:
    """A finished flow that somebody shared, and when it was finished: not yet its words."""

    run_id: UUID
    completed_at: datetime


@dataclass(frozen=True)
class Coachee:
    """Somebody this coach coaches, with what they shared."""

    person: Person
    steps: tuple[OpenStep, ...]
    shared: tuple[SharedRun, ...]


@dataclass(frozen=True)
class Nudge:
    """A kind question about a step. `open` until its owner has answered; it names no step (X12).

    `also`: the key of one more line that it says when it first comes.
    """

    step_id: UUID
    coach_name: str
    open: bool
    also: str = ""


def coachees(desk: Desk, coach: Known) -> list[Coachee]:
    """Everyone this coach coaches now, by name, each with what this coach may see."""
    viewer = people.viewer(desk, coach.id)
    found = desk.session.scalars(
        select(Person)
        .join(Pairing, Pairing.coachee_id == Person.id)
        .where(Pairing.coach_id == coach.id, Pairing.state == PairingState.ACTIVE)
        .distinct()
        .order_by(Person.name, Person.id)
    ).all()
    return [
        Coachee(person, tuple(steps.open_steps(desk, viewer, person)), tuple(_shared(desk, coach.id, person)))
        for person in found
    ]


def step(desk: Desk, coach: Known, step_id: UUID) -> tuple[OpenStep, Person]:
    """An open step that its owner shares with this coach, and its owner; NotFound otherwise."""
    row = desk.session.get(ActionStep, step_id)
    viewer = people.viewer(desk, coach.id)
    if row is None or row.person_id == coach.id or may_see(viewer, steps.item(row)) is None:
        raise NotFound("That step is not shared with you any more.")
    if row.state != StepState.OPEN:
        raise NotFound("That step is finished.")
    owner = desk.session.get_one(Person, row.person_id)
    return steps.opened(desk, viewer, owner, row), owner


def nudge(desk: Desk, coach: Known, step_id: UUID, request_key: str) -> None:
    """One kind question about the step is on its way to its owner. Refused when another one went this week."""
    if not inbox.first_time(desk, coach, "nudge", request_key):
        return
    _, owner = step(desk, coach, step_id)
    row = desk.session.get_one(ActionStep, step_id, with_for_update=True)
    last = desk.session.scalar(
        select(func.max(StepChange.at)).where(
            StepChange.step_id == step_id, StepChange.kind == ChangeKind.NUDGED
        )
    )
    if last is not None and desk.now - last < NUDGE_AGAIN_AFTER:
        raise Refused(desk.prompts.say("nudged_already", first_name=owner.first_name))
    there = people.known_by_id(desk, owner.id, coach.workspace.id)
    if there is None:
        raise NotFound("That step is not shared with you any more.")
    steps.note(desk, row, coach.id, ChangeKind.NUDGED)
    key = f"nudge:{step_id}:{desk.now.isoformat()}"
    outbox.post(desk, LetterKind.NUDGE, key, there.address, subject_id=step_id)
    steps.rewrite_digests(desk, coach.id, step_id)
    # Whether or not a message fits their week, the question stands beside the step.
    outbox.refresh_home(desk, owner.id)


def followed_up(desk: Desk, coach: Known, step_id: UUID, note: str | None, request_key: str) -> None:
    """The coach has followed up. The note is theirs alone, sealed with their key; asked twice, it is noted once."""
    _, owner = step(desk, coach, step_id)
    row = desk.session.get_one(ActionStep, step_id)
    follow_up_id = uuid4()
    values = {
        "id": follow_up_id,
        "step_id": step_id,
        "coach_id": coach.id,
        "noted_at": desk.now,
        "request_key": request_key,
        "sealed_note": desk.vault.seal(Place(coach.id, "follow_up", "sealed_note", follow_up_id), note)
        if note
        else None,
    }
    statement = insert_into(desk.session, FollowUp).values(values).on_conflict_do_nothing()
    if desk.session.execute(statement.returning(FollowUp.id)).first() is None:
        return
    row.touched_at = desk.now
    steps.note(desk, row, coach.id, ChangeKind.COACH_FOLLOWED_UP)
    desk.session.flush()
    steps.rewrite_digests(desk, coach.id, step_id)
    outbox.refresh_home(desk, coach.id)
    outbox.refresh_home(desk, owner.id)


def compose_nudge(desk: Desk, letter: Letter, who: Known) -> Nudge | Reason:
    """The nudge, while its step is open and still shared with whoever asked."""
    content = compose_nudge_again(desk, letter, who)
    if not content.open:
        return Reason.NO_LONGER_OPEN
    return content if content.coach_name else Reason.NOT_SHARED


def compose_nudge_again(desk: Desk, letter: Letter, who: Known) -> Nudge:
    """What a nudge that was sent says now."""
    return _nudged(desk, letter.subject_id, letter.due_at)


def _nudged(desk: Desk, step_id: UUID | None, at: datetime) -> Nudge:
    """The question that was asked about a step at a moment, as it stands now."""
    row = desk.session.get(ActionStep, step_id)
    if row is None:
        raise NotFound("That step is not here any more.")
    coach = desk.session.scalars(
        select(Person)
        .join(StepChange, StepChange.person_id == Person.id)
        .where(StepChange.step_id == row.id, StepChange.kind == ChangeKind.NUDGED)
        .order_by(StepChange.at.desc())
        .limit(1)
    ).one()
    seen = may_see(people.viewer(desk, coach.id), steps.item(row)) is not None
    answered = desk.session.scalar(
        select(func.max(StepChange.at)).where(
            StepChange.step_id == row.id, StepChange.kind == ChangeKind.OWNER_FOLLOWED_UP
        )
    )
    still_open = row.state == StepState.OPEN and (answered is None or answered < at)
    return Nudge(row.id, coach.first_name if seen else "", still_open)


def wonderings(desk: Desk, who: Known) -> dict[UUID, str]:
    """Open steps of theirs that a coach has asked about since they last said how it went: step → the coach's name."""
    asked = select(StepChange.step_id, func.max(StepChange.at)).where(StepChange.kind == ChangeKind.NUDGED)
    mine = asked.join(ActionStep, ActionStep.id == StepChange.step_id).where(
        ActionStep.person_id == who.id, ActionStep.state == StepState.OPEN
    )
    found = {}
    for step_id, at in desk.session.execute(mine.group_by(StepChange.step_id)).all():
        content = _nudged(desk, step_id, at)
        if content.open and content.coach_name:
            found[step_id] = content.coach_name
    return found


def _shared(desk: Desk, coach_id: UUID, person: Person) -> list[SharedRun]:
    rows = desk.session.execute(
        select(Run.id, Run.completed_at)
        .where(Run.person_id == person.id, Run.shared_with == coach_id, Run.completed_at.is_not(None))
        .order_by(Run.completed_at.desc(), Run.id)
        .limit(SHARED_SHOWN)
    )
    return [SharedRun(run_id, at) for run_id, at in rows if at is not None]
