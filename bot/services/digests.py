"""The coach's digest: built when it leaves, rewritten when what it named is taken back or followed up."""

from dataclasses import dataclass
from uuid import UUID, uuid4

from sqlalchemy import select

from bot.domain import digests as rules
from bot.domain.digests import RoundUp
from bot.domain.outbox import Reason
from bot.domain.steps import OpenStep
from bot.models import ChangeKind, Digest, FollowUp, Letter, StepChange
from bot.services import coaching
from bot.services.desk import Desk
from bot.services.people import Known


@dataclass(frozen=True)
class DigestContent:
    """A digest as its message shows it. `followed_up` and `nudged`: steps so marked since it left."""

    round_up: RoundUp
    followed_up: frozenset[UUID] = frozenset()
    nudged: frozenset[UUID] = frozenset()


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
