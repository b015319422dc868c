"""Action steps: made from a flow's answers, followed up by another's, shown to whom their owner chose."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import func, select

from bot.domain import calendar
from bot.domain import steps as rules
from bot.domain.flows import Value
from bot.domain.privacy import Item, Viewer, may_see
from bot.domain.steps import OpenStep, Plan, Traces
from bot.errors import NotFound
from bot.models import (
    ActionStep,
    ChangeKind,
    Digest,
    FollowUp,
    LetterKind,
    Membership,
    Person,
    Run,
    School,
    StepChange,
    StepKind,
    StepState,
)
from bot.services import outbox, people, sight
from bot.services.desk import Desk
from bot.services.people import Known
from bot.vault import Place


@dataclass(frozen=True)
class Made:
    """What an action-step flow made, in its owner's words."""

    title: str
    is_task: bool
    shared: bool


DECISIONS = {
    "embed": (StepState.EMBEDDED, ChangeKind.EMBEDDED),
    "let_go": (StepState.LET_GO, ChangeKind.LET_GO),
}
"""What deciding does to a step; going on and adapting leave it open."""


def own(desk: Desk, who: Known, step_id: UUID) -> ActionStep:
    """A step of this person's; NotFound if it is anyone else's."""
    step = desk.session.get(ActionStep, step_id)
    if step is None or step.person_id != who.id:
        raise NotFound("That step is not here any more.")
    return step


def own_opened(desk: Desk, who: Known, step_id: UUID) -> OpenStep:
    """A step of this person's with its words; NotFound if it is anyone else's."""
    return opened(desk, Viewer(who.id), who.person, own(desk, who, step_id))


def make(desk: Desk, who: Known, run: Run, answers: Mapping[str, Value]) -> None:
    """The step that the answers describe is there, once for each run; sent again, it is reworded.

    A task (FS3a) may be kept as well or instead: it is neither coached nor counted.
    """
    outcome = answers.get("repeatable")
    if outcome != "task":
        _put(desk, who, run, StepKind(str(answers["kind"])), str(answers["title"]), answers)
    if outcome in ("task", "both"):
        words = answers["title"] if outcome == "task" else answers["draft"]
        _put(desk, who, run, StepKind.TASK, str(words), answers)


def follow_up(desk: Desk, who: Known, run: Run, answers: Mapping[str, Value]) -> None:
    """The owner has said how it went and what they decided: embedded, let go, or open as it was or reworded."""
    if run.step_id is None:
        return
    step = own(desk, who, run.step_id)
    if _already(desk, run.id):
        return
    decision = str(answers.get("decision"))
    note(desk, step, who.id, ChangeKind.OWNER_FOLLOWED_UP, run.id)
    step.touched_at = desk.now
    if decision in DECISIONS:
        step.state, change = DECISIONS[decision]
        note(desk, step, who.id, change, run.id)
    if decision == "adapt" and answers.get("title"):
        step.sealed_title = _seal(desk, step, "sealed_title", str(answers["title"]))
        note(desk, step, who.id, ChangeKind.REWORDED, run.id)
    if answers.get("on"):
        plan = {**_plan(desk, Viewer(who.id), step), "on": answers["on"]}
        step.sealed_plan = _seal(desk, step, "sealed_plan", plan)
    outbox.changed(desk, who.id, LetterKind.NUDGE, step.id)
    _tell_coaches(desk, step)


def share(desk: Desk, who: Known, step_id: UUID, *, shared: bool) -> None:
    """The coach may see this step, or may no longer: then digests that named it are rewritten without it."""
    own(desk, who, step_id)
    # Pressed twice at once it is still one change.
    step = desk.session.get_one(ActionStep, step_id, with_for_update=True)
    coach = people.coach_of(desk, who.id) if shared else None
    if step.kind == StepKind.TASK or step.shared_with == (coach.id if coach else None):
        return
    step.shared_with = coach.id if coach else None
    step.shared_at = desk.now if coach else None
    note(desk, step, who.id, ChangeKind.SHARED if shared else ChangeKind.TAKEN_BACK)
    _tell_coaches(desk, step)
    outbox.refresh_home(desk, who.id)


def made_in(desk: Desk, who: Known, run_id: UUID) -> Made | None:
    """What a run of this person's made: the step before the task."""
    made = desk.session.scalars(
        select(ActionStep).where(ActionStep.made_in_run == run_id, ActionStep.person_id == who.id)
    ).all()
    if not made:
        return None
    step = next((one for one in made if one.kind != StepKind.TASK), made[0])
    words = title(desk, Viewer(who.id), step)
    return Made(words, step.kind == StepKind.TASK, _is_shared(desk, step))


def open_steps(desk: Desk, viewer: Viewer, owner: Person) -> list[OpenStep]:
    """The owner's open steps and tasks that this viewer may see, oldest first. A coach never sees tasks."""
    rows = desk.session.scalars(
        select(ActionStep)
        .where(ActionStep.person_id == owner.id, ActionStep.state == StepState.OPEN)
        .order_by(ActionStep.made_at, ActionStep.id)
    ).all()
    seen = [step for step in rows if may_see(viewer, item(step)) is not None]
    coached = [step for step in seen if step.kind != StepKind.TASK or viewer.person_id == owner.id]
    if not coached:
        return []
    zone = calendar.zone_of(owner, _school_of(desk, owner))
    return [_opened(desk, viewer, step, zone) for step in coached]


def opened(desk: Desk, viewer: Viewer, owner: Person, step: ActionStep) -> OpenStep:
    """A step with its words, for somebody who may see them."""
    return _opened(desk, viewer, step, calendar.zone_of(owner, _school_of(desk, owner)))


def _opened(desk: Desk, viewer: Viewer, step: ActionStep, zone: ZoneInfo) -> OpenStep:
    plan = Plan.of(_plan(desk, viewer, step))
    return OpenStep(
        step.id,
        step.person_id,
        step.kind,
        step.state,
        title(desk, viewer, step),
        plan,
        _is_shared(desk, step),
        rules.standing(step, plan, _traces(desk, step.id), desk.now, zone),
    )


def title(desk: Desk, viewer: Viewer, step: ActionStep) -> str:
    """The step's title, for somebody who may see it."""
    return str(sight.open_for(desk, viewer, item(step), "action_step", "sealed_title", step.sealed_title))


def item(step: ActionStep) -> Item:
    """The step as something that may be seen or not."""
    return Item("action_step", step.id, step.person_id, step.shared_with)


def note(desk: Desk, step: ActionStep, by: UUID, kind: ChangeKind, run_id: UUID | None = None) -> None:
    """Something happened to the step, now; `run_id`: the run in which its owner said so."""
    desk.session.add(StepChange(step_id=step.id, person_id=by, kind=kind, at=desk.now, run_id=run_id))


def _put(desk: Desk, who: Known, run: Run, kind: StepKind, words: str, answers: Mapping[str, Value]) -> None:
    plan = {key: answers[key] for key in ("where", "on", "feedback") if answers.get(key)}
    is_task = kind == StepKind.TASK
    same_sort = ActionStep.kind == StepKind.TASK if is_task else ActionStep.kind != StepKind.TASK
    step = desk.session.scalars(select(ActionStep).where(ActionStep.made_in_run == run.id, same_sort)).first()
    if step is None:
        step = ActionStep(
            person_id=who.id,
            made_in_run=run.id,
            kind=kind,
            sealed_title=b"",
            sealed_plan=b"",
            made_at=desk.now,
            touched_at=desk.now,
        )
        desk.session.add(step)
        desk.session.flush()
        note(desk, step, who.id, ChangeKind.MADE, run.id)
    elif (step.kind, title(desk, Viewer(who.id), step), _plan(desk, Viewer(who.id), step)) == (
        kind,
        words,
        plan,
    ):
        return
    else:
        note(desk, step, who.id, ChangeKind.REWORDED, run.id)
    step.kind = kind
    step.touched_at = desk.now
    step.sealed_title = _seal(desk, step, "sealed_title", words)
    step.sealed_plan = _seal(desk, step, "sealed_plan", plan)


def _is_shared(desk: Desk, step: ActionStep) -> bool:
    """Whether whoever coaches its owner now may see it."""
    coach = people.coach_of(desk, step.person_id)
    return coach is not None and step.shared_with == coach.id


def _seal(desk: Desk, step: ActionStep, column: str, value: object) -> bytes:
    return desk.vault.seal(Place(step.person_id, "action_step", column, step.id), value)


def _plan(desk: Desk, viewer: Viewer, step: ActionStep) -> dict[str, object]:
    opened_plan = sight.open_for(desk, viewer, item(step), "action_step", "sealed_plan", step.sealed_plan)
    return dict(opened_plan) if isinstance(opened_plan, dict) else {}


def _already(desk: Desk, run_id: UUID) -> bool:
    return desk.session.scalar(select(StepChange.id).where(StepChange.run_id == run_id).limit(1)) is not None


def _tell_coaches(desk: Desk, step: ActionStep) -> None:
    """Whatever coaches were shown of this step is drawn again as it is now."""
    desk.session.flush()
    for coach_id in people.coaches_of(desk, step.person_id):
        rewrite_digests(desk, coach_id, step.id)
        outbox.refresh_home(desk, coach_id)


def rewrite_digests(desk: Desk, coach_id: UUID, step_id: UUID) -> None:
    """Every digest of this coach's that named the step says what is true of it now, however old it is."""
    sent = select(Digest).where(Digest.coach_id == coach_id)
    for digest in desk.session.scalars(sent):
        if str(step_id) in digest.step_ids:
            outbox.changed(desk, coach_id, LetterKind.DIGEST, digest.occurrence_id)


def _traces(desk: Desk, step_id: UUID) -> Traces:
    said = select(func.max(StepChange.at)).where(
        StepChange.step_id == step_id, StepChange.kind == ChangeKind.OWNER_FOLLOWED_UP
    )
    answered = select(func.max(FollowUp.noted_at)).where(FollowUp.step_id == step_id)
    return Traces(desk.session.scalar(said), desk.session.scalar(answered))


def _school_of(desk: Desk, person: Person) -> School:
    schools: Sequence[School] = desk.session.scalars(
        select(School)
        .join(Membership, Membership.school_id == School.id)
        .where(Membership.person_id == person.id)
        .order_by(School.key)
    ).all()
    return schools[0]
