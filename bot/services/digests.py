"""The coach's digest: built when it leaves, rewritten when what it named is taken back or followed up."""

from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID, uuid4

from sqlalchemy import select

from bot.domain import digests as rules
from bot.domain.digests import RoundUp
from bot.domain.outbox import Reason
from bot.domain.steps import OpenStep
from bot.models import ChangeKind, Digest, FollowUp, Letter, LetterKind, LetterState, StepChange
from bot.services import coaching
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


def compose(desk: Desk, letter: Letter, who: Known) -> DigestContent | Reason:
    """The digest as things stand now, and a record of which steps it names. Nothing to say, nothing sent (FS6)."""
    coachees, everything = _steps(desk, who)
    round_up = rules.round_up(everything, coachees)
    if not round_up.lines or letter.subject_id is None:
        return Reason.NOTHING_TO_SAY
    named = [str(line.step.id) for line in round_up.lines]
    digest = desk.session.scalars(select(Digest).where(Digest.occurrence_id == letter.subject_id)).first()
    if digest is None:
        digest = Digest(
            id=uuid4(), coach_id=who.id, occurrence_id=letter.subject_id, made_at=desk.now, step_ids=named
        )
        desk.session.add(digest)
    digest.step_ids = named
    return DigestContent(round_up)


def compose_again(desk: Desk, letter: Letter, who: Known) -> DigestContent | Reason:
    """A digest that was sent, as it reads now: only what it named, and of that only what may still be seen."""
    digest = desk.session.scalars(select(Digest).where(Digest.occurrence_id == letter.subject_id)).first()
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
