"""Runs: a person going through a flow, screen by screen. What is passed is saved; what is typed is kept."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from uuid import UUID, uuid4

from sqlalchemy import select

from bot.db import insert_into
from bot.domain import flows
from bot.domain.checkins import run_id as run_id_of
from bot.domain.flows import Flow, Question, Value
from bot.domain.privacy import Item, Viewer, may_see
from bot.errors import NotFound
from bot.models import ActionStep, FlowVersion, Outcome, Person, Run
from bot.services import answers, checkins, outbox, people, steps
from bot.services.desk import Desk
from bot.services.people import Known

KEPT_OPEN = timedelta(days=28)
"""For so long a flow that somebody stopped half way goes on where they stopped."""


@dataclass(frozen=True)
class Ref:
    """What a modal remembers of the run it belongs to. `flow_version` is the hash of the flow's text.

    `revisited`: in a run that was complete before, the questions passed since it was opened again to change it.
    `opened_ts`: the click that opened the window, on Slack's clock; empty where no tap can come between.
    """

    run_id: UUID
    flow_version: str
    occurrence_id: UUID | None = None
    step_id: UUID | None = None
    revisited: frozenset[str] | None = None
    opened_ts: str = ""


@dataclass(frozen=True)
class Screen:
    """The questions to show next, with what was already typed or given. `first`: nothing has been passed yet.

    `shared`: the coach sees this run already, and so whatever is added to it. `step_shared`: the coach sees the step
    it is about, and so where that stands.
    """

    ref: Ref
    flow: Flow
    questions: tuple[Question, ...]
    values: Mapping[str, Value]
    first: bool
    coach: Person | None
    shared: bool
    step_shared: bool = False


@dataclass(frozen=True)
class Finished:
    """A run that is complete. `shared`: the coach may see it. `step_title`: what it made, as it may be shared."""

    run_id: UUID
    flow: Flow
    coach: Person | None
    shared: bool
    step_title: str | None = None
    task: bool = False


@dataclass(frozen=True)
class Saved:
    """What came of a screen: complaints (and then nothing was stored), the next screen, or the end."""

    complaints: Sequence[tuple[Question, str]] = ()
    screen: Screen | None = None
    finished: Finished | None = None


def record_versions(desk: Desk) -> None:
    """Every flow there is now is kept as it is worded now, for the runs to come."""
    for flow in desk.prompts.flows.values():
        values = {"hash": flow.version, "flow_id": flow.id, "text": flow.text, "added_at": desk.now}
        desk.session.execute(insert_into(desk.session, FlowVersion).values(values).on_conflict_do_nothing())


def start(
    desk: Desk,
    who: Known,
    flow_id: str,
    *,
    occurrence_id: UUID | None = None,
    step_id: UUID | None = None,
    opened_ts: str = "",
) -> Screen:
    """The screen to open. Nothing is written: a run begins with the first answer or draft.

    A check-in that was answered before opens where it was left, or at its first screen for changing it.
    """
    if occurrence_id is not None:
        flow_id = checkins.own(desk, who, occurrence_id)[1]
    if step_id is not None:
        steps.own(desk, who, step_id)
    run_id = (
        run_id_of(occurrence_id) if occurrence_id else _unfinished(desk, who, flow_id, step_id) or uuid4()
    )
    run = desk.session.get(Run, run_id)
    version = run.flow_version if run else desk.prompts.flow(flow_id).version
    return _screen(desk, who, Ref(run_id, version, occurrence_id, step_id, None, opened_ts), run)


def save(desk: Desk, who: Known, ref: Ref, values: Mapping[str, Value | None]) -> Saved:
    """A screen's answers (by question id; None is left empty) are stored, all of them or none."""
    flow = _flow(desk, ref.flow_version)
    on_screen = {q.id: q for q in flow.questions if q.id in values}
    complaints = [
        (question, complaint)
        for question in on_screen.values()
        if (complaint := flows.complaint(question, values[question.id]))
    ]
    if complaints:
        return Saved(complaints)
    run = begin(desk, who, ref)
    given = {question_id: _or_none(values[question_id]) for question_id in on_screen}
    answers.give(desk, run, given, ref.opened_ts)
    if ref.revisited is not None:
        ref = replace(ref, revisited=ref.revisited | set(on_screen))
    screen = _after(desk, who, ref, run)
    if screen.questions:
        return Saved(screen=screen)
    return Saved(finished=_finish(desk, who, run, flow))


def draft(desk: Desk, who: Known, ref: Ref, question_id: str, value: Value | None, action_ts: str) -> None:
    """What is being typed into an open screen is kept, so that closing it loses nothing; None is typed away again."""
    flow = _flow(desk, ref.flow_version)
    question = flow.question(question_id)
    if question is None or (value is not None and flows.complaint(question, value)):
        return
    answers.draft(desk, begin(desk, who, ref), question_id, value, action_ts)


def tap(desk: Desk, who: Known, occurrence_id: UUID, value: str, action_ts: str) -> None:
    """One tap in the message is a complete answer to a check-in (X13)."""
    _, flow_id = checkins.own(desk, who, occurrence_id)
    run = desk.session.get(Run, run_id_of(occurrence_id))
    flow = _flow(desk, run.flow_version) if run else desk.prompts.flow(flow_id)
    question = flows.one_tap(flow, role=who.role)
    if question is None:
        raise NotFound("This check-in cannot be answered with a tap.")
    answer: Value = int(value) if question.kind == "scale" and value.isdecimal() else value
    if flows.complaint(question, answer):
        raise NotFound("This answer is not one of those the question has.")
    ref = Ref(run_id_of(occurrence_id), flow.version, occurrence_id)
    run = begin(desk, who, ref)
    answers.tap(desk, run, question.id, answer, action_ts)
    _finish(desk, who, run, flow)


def share(desk: Desk, who: Known, run_id: UUID, *, shared: bool) -> Finished:
    """The person's coach may see this run, or may no longer.

    Of a run that made a step only the step is shared, its title and plan: what it was chosen from stays its owner's.
    """
    # Pressed twice at once it is still one change.
    run = desk.session.get(Run, run_id, with_for_update=True)
    if run is None or run.person_id != who.id:
        raise NotFound("There is nothing of yours here.")
    flow = _flow(desk, run.flow_version)
    if flow.seen_by != "me" and flow.makes != "action_step":
        _share_run(desk, run, people.coach_of(desk, who.id) if shared else None)
    for step in desk.session.scalars(select(ActionStep).where(ActionStep.made_in_run == run.id)):
        steps.share(desk, who, step.id, shared=shared)
    for coach_id in people.coaches_of(desk, who.id):
        outbox.refresh_home(desk, coach_id)
    outbox.refresh_home(desk, who.id)
    return _finished(desk, who, run, flow)


def shared_with(desk: Desk, viewer: Viewer, run_id: UUID) -> tuple[Run, Flow, dict[str, Value]]:
    """A run somebody shared, for their coach: its flow and its given answers. NotFound for anybody else."""
    run = desk.session.get(Run, run_id)
    if run is None or may_see(viewer, Item("run", run.id, run.person_id, run.shared_with)) is None:
        raise NotFound("There is nothing here that you can see.")
    return run, _flow(desk, run.flow_version), answers.opened(desk, viewer, run, drafts=False).values


def _unfinished(desk: Desk, who: Known, flow_id: str, step_id: UUID | None) -> UUID | None:
    """Where this person stopped in this flow outside any check-in, if that was lately: it goes on from there."""
    same_step = Run.step_id.is_(None) if step_id is None else Run.step_id == step_id
    return desk.session.scalar(
        select(Run.id)
        .join(FlowVersion, FlowVersion.hash == Run.flow_version)
        .where(
            Run.person_id == who.id,
            FlowVersion.flow_id == flow_id,
            same_step,
            Run.occurrence_id.is_(None),
            Run.completed_at.is_(None),
            Run.started_at > desk.now - KEPT_OPEN,
        )
        .order_by(Run.started_at.desc())
        .limit(1)
    )


def _or_none(value: Value | None) -> Value | None:
    """An empty text or choice is no answer; nought is one."""
    return None if value in ("", []) else value


def _flow(desk: Desk, version: str) -> Flow:
    """The flow as it was worded under this hash."""
    for flow in desk.prompts.flows.values():
        if flow.version == version:
            return flow
    stored = desk.session.get(FlowVersion, version)
    if stored is None:
        raise NotFound("These questions are no longer here. Open them again from Home.")
    return desk.prompts.read_flow(stored.text, stored.flow_id)


def begin(desk: Desk, who: Known, ref: Ref) -> Run:
    """The run of this reference, begun now if it had not been. Somebody else's is not found."""
    if who.person.joined_at is None:
        raise NotFound("Nothing of yours is kept before you have said yes.")
    if ref.occurrence_id is not None and ref.run_id != run_id_of(ref.occurrence_id):
        raise NotFound("That check-in is not here any more.")
    if ref.occurrence_id is not None:
        checkins.own(desk, who, ref.occurrence_id)
    if ref.step_id is not None:
        steps.own(desk, who, ref.step_id)
    values = {
        "id": ref.run_id,
        "person_id": who.id,
        "flow_version": ref.flow_version,
        "occurrence_id": ref.occurrence_id,
        "step_id": ref.step_id,
        "started_at": desk.now,
    }
    desk.session.execute(insert_into(desk.session, Run).values(values).on_conflict_do_nothing())
    run = desk.session.get_one(Run, ref.run_id, with_for_update=True)
    if run.person_id != who.id:
        raise NotFound("There is nothing of yours here.")
    return run


def _screen(desk: Desk, who: Known, ref: Ref, run: Run | None) -> Screen:
    """The next screen; a run that is complete is gone through again from its first, to be changed."""
    screen = _after(desk, who, ref, run)
    return screen if screen.questions else _after(desk, who, replace(ref, revisited=frozenset()), run)


def _after(desk: Desk, who: Known, ref: Ref, run: Run | None) -> Screen:
    """The first screen with a question that was not passed; one without questions when there is none left."""
    flow = _flow(desk, ref.flow_version)
    answered = answers.Answered({}, frozenset())
    if run is not None:
        answered = answers.opened(desk, Viewer(who.id), run, drafts=True)
    counted = {key: value for key, value in answered.values.items() if key in answered.given}
    passed = answered.given if ref.revisited is None else ref.revisited
    questions = flows.next_screen(flow, counted, passed, role=who.role)
    coach = people.coach_of(desk, who.id)
    shared = run is not None and coach is not None and run.shared_with == coach.id
    step = steps.own_opened(desk, who, ref.step_id) if ref.step_id else None
    step_shared = step is not None and step.shared
    return Screen(ref, flow, questions, answered.values, not passed, coach, shared, step_shared)


def _finish(desk: Desk, who: Known, run: Run, flow: Flow) -> Finished:
    """The run is complete: what it makes is made, what it answers is closed, what shows it is drawn again."""
    run.completed_at = run.completed_at or desk.now
    if flow.seen_by == "coach":
        _share_run(desk, run, people.coach_of(desk, who.id))
    given = answers.opened(desk, Viewer(who.id), run, drafts=False).values
    counted = flows.pruned(flow, given, role=who.role)
    answers.forget(desk, run, [question_id for question_id in given if question_id not in counted])
    if flow.makes == "action_step":
        steps.make(desk, who, run, counted)
    elif flow.makes == "follow_up":
        steps.follow_up(desk, who, run, counted)
    if run.occurrence_id is not None:
        checkins.close(desk, who.id, run.occurrence_id, Outcome.ANSWERED)
    outbox.refresh_home(desk, who.id)
    return _finished(desk, who, run, flow)


def _share_run(desk: Desk, run: Run, coach: Person | None) -> None:
    """This coach may see the run from now on, and nobody else; without one, nobody."""
    run.shared_with = coach.id if coach else None
    run.shared_at = (run.shared_at or desk.now) if coach else None


def _finished(desk: Desk, who: Known, run: Run, flow: Flow) -> Finished:
    desk.session.flush()
    made = steps.made_in(desk, who, run.id)
    coach = people.coach_of(desk, who.id)
    if made is None:
        return Finished(run.id, flow, coach, coach is not None and run.shared_with == coach.id)
    return Finished(run.id, flow, coach, made.shared, made.title, made.is_task)
