"""What an act left behind: rows that were written, sealed words, who may see them, what is on its way. For the demo."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import or_, select

from bot.domain.flows import Flow, Value, taps
from bot.domain.privacy import Item, Sight, Viewer, may_see
from bot.models import (
    ActionStep,
    Answer,
    ChangeKind,
    FlowVersion,
    FollowUp,
    Letter,
    Membership,
    Person,
    Role,
    Run,
    StepChange,
)
from bot.prompts import worded
from bot.services import people, sight, steps
from bot.services.desk import Desk
from bot.services.people import Known


@dataclass(frozen=True)
class Act:
    """Somebody did something between two moments (calendar time). `stamps` are Slack's own for it, `subjects` the ids
    that its buttons carried.
    """

    account: str
    begun_at: datetime
    done_at: datetime
    stamps: frozenset[str] = frozenset()
    subjects: frozenset[UUID] = frozenset()


@dataclass(frozen=True)
class Stored:
    """A sealed value. `question` is what was asked; `value` is what its writer sees, and None for anybody else."""

    kind: str
    question: str | None
    sealed: bytes
    value: str | None
    draft: bool = False


@dataclass(frozen=True)
class Onlooker:
    """Somebody who matters to a writer, what they are to them, and why they may see it (None: they may not)."""

    part: str
    person: Person
    sight: Sight | None


@dataclass(frozen=True)
class Aftermath:
    """Everything of one act. `onlookers` is empty when there is nothing that could be seen."""

    writer: Person
    stored: tuple[Stored, ...]
    joined: bool
    declined: bool
    changes: tuple[ChangeKind, ...]
    onlookers: tuple[Onlooker, ...]
    letters: tuple[tuple[Letter, Person], ...]


def of(desk: Desk, team_id: str, act: Act, viewer_account: str) -> Aftermath | None:
    """What the act left behind, as far as whoever has the viewer's account may know. None for a stranger's act.

    A value stands in it only for its writer: to anybody else the bytes are shown, which is what the database has.
    """
    who = people.known(desk, team_id, act.account)
    if who is None:
        return None
    viewer = Viewer(who.id) if viewer_account == act.account else None
    changes = _changes(desk, who, act)
    items = [
        *_answers(desk, who, act, viewer),
        *_steps(desk, who, act, viewer),
        *_notes(desk, who, act, viewer),
    ]
    seen = [item for item, _ in items] + [_step_item(desk, change) for change in changes]
    seen += _named(desk, who, act)
    return Aftermath(
        who.person,
        tuple(stored for _, stored in items),
        _within(act, who.person.joined_at),
        _within(act, who.person.declined_at),
        tuple(dict.fromkeys(ChangeKind(change.kind) for change in changes)),
        tuple(_onlookers(desk, who, seen[0])) if seen else (),
        tuple(_letters(desk, who, act)),
    )


def letter(desk: Desk, letter_id: UUID) -> tuple[Letter, Person] | None:
    """A letter and the one it is for."""
    found = desk.session.get(Letter, letter_id)
    return (found, desk.session.get_one(Person, found.person_id)) if found else None


Found = Iterator[tuple[Item, Stored]]


def _answers(desk: Desk, who: Known, act: Act, viewer: Viewer | None) -> Found:
    rows = desk.session.execute(
        select(Answer, Run, FlowVersion.flow_id)
        .join(Run, Run.id == Answer.run_id)
        .join(FlowVersion, FlowVersion.hash == Run.flow_version)
        .where(
            Run.person_id == who.id,
            or_(Answer.given_at.between(act.begun_at, act.done_at), Answer.action_ts.in_(act.stamps)),
        )
        .order_by(Answer.given_at, Answer.id)
    )
    for answer, run, flow_id in rows:
        flow = _worded(desk, who, flow_id)
        item = Item("answer", answer.id, run.person_id, run.shared_with)
        value = _opened(desk, viewer, item, "answer", "sealed_value", answer.sealed_value)
        question = flow.question(answer.question_id)
        yield (
            item,
            Stored(
                "answer",
                question.ask if question else None,
                answer.sealed_value,
                _said(flow, answer.question_id, value) if viewer else None,
                draft=answer.given_at is None,
            ),
        )


def _steps(desk: Desk, who: Known, act: Act, viewer: Viewer | None) -> Found:
    touched = ActionStep.touched_at.between(act.begun_at, act.done_at)
    for step in desk.session.scalars(select(ActionStep).where(ActionStep.person_id == who.id, touched)):
        for column in ("sealed_title", "sealed_plan"):
            sealed = getattr(step, column)
            value = _opened(desk, viewer, steps.item(step), "action_step", column, sealed)
            shown = ", ".join(map(str, value.values())) if isinstance(value, dict) else value
            said = str(shown or "") if viewer else None
            yield steps.item(step), Stored(f"step_{column.removeprefix('sealed_')}", None, sealed, said)


def _notes(desk: Desk, who: Known, act: Act, viewer: Viewer | None) -> Found:
    noted = FollowUp.noted_at.between(act.begun_at, act.done_at)
    for note in desk.session.scalars(select(FollowUp).where(FollowUp.coach_id == who.id, noted)):
        item = Item("follow_up", note.id, who.id, None)
        if note.sealed_note is not None:
            value = _opened(desk, viewer, item, "follow_up", "sealed_note", note.sealed_note)
            yield item, Stored("note", None, note.sealed_note, str(value) if viewer else None)


def _changes(desk: Desk, who: Known, act: Act) -> Sequence[StepChange]:
    within = StepChange.at.between(act.begun_at, act.done_at)
    return desk.session.scalars(
        select(StepChange).where(StepChange.person_id == who.id, within).order_by(StepChange.at)
    ).all()


def _step_item(desk: Desk, change: StepChange) -> Item:
    return steps.item(desk.session.get_one(ActionStep, change.step_id))


def _named(desk: Desk, who: Known, act: Act) -> list[Item]:
    """What is the writer's own of the things whose ids the act carried: sharing a reflection leaves no other trace."""
    runs = desk.session.scalars(select(Run).where(Run.id.in_(act.subjects), Run.person_id == who.id))
    return [Item("run", run.id, run.person_id, run.shared_with) for run in runs]


def _onlookers(desk: Desk, who: Known, item: Item) -> Iterator[Onlooker]:
    """The owner of the item and those who matter to them, each asked of the one gate there is."""
    owner = desk.session.get_one(Person, item.owner_id)
    parts = {
        "writer": owner,
        "coach": people.coach_of(desk, owner.id),
        "head": _colleague(desk, who, Role.LEADER),
        "lead": _colleague(desk, who, Role.LEAD),
    }
    told: set[UUID] = set()
    for part, person in parts.items():
        if person is not None and person.id not in told:
            told.add(person.id)
            yield Onlooker(part, person, may_see(people.viewer(desk, person.id), item))


def _colleague(desk: Desk, who: Known, role: Role) -> Person | None:
    """Whoever has this role in the school; of several leaders the one whom nobody there appraises."""
    rows = desk.session.execute(
        select(Person, Membership.roles)
        .join(Membership, Membership.person_id == Person.id)
        .where(Membership.school_id == who.school.id)
        .order_by(Membership.manager_id.is_not(None), Person.name)
    )
    return next((person for person, roles in rows if role in roles), None)


def _letters(desk: Desk, who: Known, act: Act) -> Iterator[tuple[Letter, Person]]:
    """What was put into the outbox meanwhile, for the writer and for those they coach or are coached by."""
    circle = {who.id, *people.coaches_of(desk, who.id), *people.viewer(desk, who.id).coaches}
    rows = desk.session.execute(
        select(Letter, Person)
        .join(Person, Person.id == Letter.person_id)
        .where(Letter.due_at.between(act.begun_at, act.done_at), Letter.person_id.in_(circle))
        .order_by(Letter.due_at, Letter.id)
    )
    yield from ((letter, person) for letter, person in rows)


def _opened(desk: Desk, viewer: Viewer | None, item: Item, table: str, column: str, sealed: bytes) -> object:
    return sight.open_for(desk, viewer, item, table, column, sealed) if viewer else None


def _worded(desk: Desk, who: Known, flow_id: str) -> Flow:
    coach = people.coach_of(desk, who.id)
    variables = {
        "first_name": who.person.first_name,
        "role": who.role,
        "school": who.school.name,
        "coach": coach.first_name if coach else None,
        "week_of": "",
    }
    return worded(desk.prompts.flow(flow_id), variables)


def _said(flow: Flow, question_id: str, value: object) -> str:
    """An answer as its writer gave it: the words on the button, where there was one."""
    question = flow.question(question_id)
    if question is None or value is None:
        return ""
    labels = {tap.value: tap.label for tap in taps(question)}
    values: Sequence[Value] = value if isinstance(value, list) else [value]  # type: ignore[list-item]
    return ", ".join(labels.get(str(one), str(one)) for one in values)


def _within(act: Act, at: datetime | None) -> bool:
    return at is not None and act.begun_at <= at <= act.done_at
