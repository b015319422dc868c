"""What did not come as a message waits in Home, and the next message that does go says so in one line (X11)."""

from collections.abc import Iterator
from datetime import datetime
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import aliased

from bot.domain.checkins import STAYS_OPEN
from bot.models import Letter, LetterKind, LetterState, Occurrence
from bot.services import coaching, digests
from bot.services.desk import Desk
from bot.services.people import Known
from bot.services.week import UNASKED


def something_waits(desk: Desk, letter: Letter, who: Known) -> bool:
    """Whether anything but this letter's own subject was not sent since the last message that was, and still waits."""
    skipped = _skipped_since(desk, who.id, _last_sent(desk, who.id))
    if not skipped:
        return False
    kinds = {kind for kind, _ in skipped}
    nudged = LetterKind.NUDGE in kinds and coaching.wonderings(desk, who).keys() - {letter.subject_id}
    digest = LetterKind.DIGEST in kinds and letter.kind != LetterKind.DIGEST and digests.waits(desk, who)
    return bool(nudged) or digest or any(_still_open(desk, letter, (subject for _, subject in skipped)))


def _last_sent(desk: Desk, person_id: UUID) -> datetime | None:
    """When the last unasked message reached them; None before the first."""
    return desk.session.scalar(
        select(func.max(Letter.sent_at)).where(
            Letter.person_id == person_id, Letter.kind.in_(UNASKED), Letter.state == LetterState.SENT
        )
    )


def _skipped_since(
    desk: Desk, person_id: UUID, moment: datetime | None
) -> list[tuple[LetterKind, UUID | None]]:
    skipped = select(Letter.kind, Letter.subject_id).where(
        Letter.person_id == person_id, Letter.kind.in_(UNASKED), Letter.state == LetterState.SKIPPED
    )
    rows = desk.session.execute(skipped.where(Letter.due_at > moment) if moment else skipped)
    return [(kind, subject_id) for kind, subject_id in rows]


def _still_open(desk: Desk, letter: Letter, subjects: Iterator[UUID | None]) -> Iterator[UUID]:
    """Check-ins among these that are open, but for the letter's own and those that its own takes the place of."""
    own = aliased(Occurrence)
    of_the_same = select(own.schedule_id).where(own.id == letter.subject_id).scalar_subquery()
    return iter(
        desk.session.scalars(
            select(Occurrence.id).where(
                Occurrence.id.in_([subject for subject in subjects if subject is not None]),
                Occurrence.outcome.is_(None),
                Occurrence.due_at > desk.now - STAYS_OPEN,
                Occurrence.schedule_id.is_distinct_from(of_the_same),
            )
        )
    )
