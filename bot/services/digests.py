"""The coach's digest: built when it leaves, rewritten when what it named is taken back or followed up."""

from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID, uuid4

from sqlalchemy import Select, select

from bot.db import insert_into
from bot.domain import digests as rules
from bot.domain.digests import RoundUp
from bot.domain.outbox import Reason
from bot.domain.steps import OpenStep
from bot.models import (
    ActionStep,
    ChangeKind,
    Digest,
    FollowUp,
    Letter,
    LetterKind,
    LetterState,
    StepChange,
    StepState,
)
from bot.services import coaching, people
from bot.services.desk import Desk
from bot.services.people import Known

STAYS_IN_HOME = timedelta(days=7)
"""A round-up that did not come as a message can be opened in Home this long: until the next one."""


@dataclass(frozen=True)
class DigestContent:
    """A digest as its message shows it. `followed_up` and `nudged`: steps so marked since it left.

    `also`: the key of one more line that it says when it first comes.
    """

    round_up: RoundUp
    followed_up: frozenset[UUID] = frozenset()
    nudged: frozenset[UUID] = frozenset()
    also: str = ""


def begin(desk: Desk, letter: Letter, who: Known) -> None:
    """Whatever this coach may see now is on record as what the digest may come to name.

    Before it is composed, and with the steps locked: who takes one back either did so before this, and it is not
    named, or finds the record, and the message is rewritten without it.
    """
    if letter.subject_id is None:
        return
    coachees = people.viewer(desk, who.id).coaches
    seen = desk.session.scalars(
        select(ActionStep.id)
        .where(
            ActionStep.shared_with == who.id,
            ActionStep.person_id.in_(coachees),
            ActionStep.state == StepState.OPEN,
        )
        .order_by(ActionStep.id)
        .with_for_update()
    )
    values = {"id": uuid4(), "coach_id": who.id, "occurrence_id": letter.subject_id, "made_at": desk.now}
    new = insert_into(desk.session, Digest).values({**values, "step_ids": []}).on_conflict_do_nothing()
    desk.session.execute(new)
    desk.session.scalars(_of(letter)).one().step_ids = [str(step_id) for step_id in seen]


def compose(desk: Desk, letter: Letter, who: Known) -> DigestContent | Reason:
    """The digest as things stand now, of what is on record for it. Nothing to say, nothing sent (FS6)."""
    digest = desk.session.scalars(_of(letter)).first()
    coachees, everything = _steps(desk, who)
    on_record = [one for one in everything if digest and str(one[2].id) in digest.step_ids]
    round_up = rules.round_up(on_record, coachees)
    return DigestContent(round_up) if round_up.lines else Reason.NOTHING_TO_SAY


def keep(desk: Desk, letter: Letter, content: DigestContent | None) -> None:
    """The record names what the digest names, and no more; without a digest there is none."""
    digest = desk.session.scalars(_of(letter)).first()
    if digest is None:
        return
    if content is None:
        desk.session.delete(digest)
    else:
        digest.step_ids = [str(line.step.id) for line in content.round_up.lines]


def _of(letter: Letter) -> Select[Digest]:
    return select(Digest).where(Digest.occurrence_id == letter.subject_id)


def compose_again(desk: Desk, letter: Letter, who: Known) -> DigestContent | Reason:
    """A digest that was sent, as it reads now: only what it named, and of that only what may still be seen."""
    digest = desk.session.scalars(_of(letter)).first()
    if digest is None:
        return Reason.NO_MESSAGE_TO_CHANGE
    named = {UUID(step_id) for step_id in digest.step_ids}
    coachees, everything = _steps(desk, who)
    kept = [one for one in everything if one[2].id in named]
    return DigestContent(rules.listing(kept, coachees), *_marks(desk, digest, who.id))


def waits(desk: Desk, who: Known) -> bool:
    """Whether the last round-up that was due this past week did not come as a message, and there is something in it."""
    last = desk.session.execute(
        select(Letter.state, Letter.reason)
        .where(
            Letter.person_id == who.id,
            Letter.kind == LetterKind.DIGEST,
            Letter.due_at <= desk.now,
            Letter.due_at > desk.now - STAYS_IN_HOME,
        )
        .order_by(Letter.due_at.desc())
        .limit(1)
    ).first()
    return (
        last is not None
        and last.state == LetterState.SKIPPED
        and last.reason != Reason.NOTHING_TO_SAY
        and bool(in_home(desk, who).round_up.lines)
    )


def in_home(desk: Desk, who: Known) -> DigestContent:
    """The round-up as things stand now, for a coach who opens it in Home."""
    coachees, everything = _steps(desk, who)
    return DigestContent(rules.round_up(everything, coachees))


def _steps(desk: Desk, who: Known) -> tuple[int, list[tuple[UUID, str, OpenStep]]]:
    """How many coachees there are, and every open step of theirs that this coach may see."""
    found = coaching.coachees(desk, who)
    everything = [(one.person.id, one.person.first_name, step) for one in found for step in one.steps]
    return len(found), everything


def _marks(desk: Desk, digest: Digest, coach_id: UUID) -> tuple[frozenset[UUID], frozenset[UUID]]:
    """The steps this coach has followed up, and those they have nudged about, since the digest left."""
    followed_up = select(FollowUp.step_id).where(
        FollowUp.coach_id == coach_id, FollowUp.noted_at >= digest.made_at
    )
    nudged = select(StepChange.step_id).where(
        StepChange.person_id == coach_id,
        StepChange.kind == ChangeKind.NUDGED,
        StepChange.at >= digest.made_at,
    )
    return frozenset(desk.session.scalars(followed_up)), frozenset(desk.session.scalars(nudged))
