"""A person's own week: how many unasked messages it has brought, and whether they meet for coaching in it (X11)."""

from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import and_, func, or_, select

from bot.domain import calendar
from bot.domain.outbox import MANNERS, NEVER_FOUND_OUT, NOBODY_SETTLED
from bot.models import CoachingSession, Letter, LetterState, Pairing, PairingState
from bot.services.desk import Desk

UNASKED = [kind for kind, manner in MANNERS.items() if manner.unasked]


def unasked(desk: Desk, person_id: UUID, zone: ZoneInfo) -> int:
    """How many unasked messages have reached this person this week, or may have, from whichever school.

    What is on its way counts, and so does what was perhaps sent and never found: the limit is theirs to rely on.
    """
    week = calendar.week_of(desk.now, zone)
    on_its_way = Letter.state.in_((LetterState.SENDING, LetterState.UNKNOWN))
    perhaps = and_(Letter.state == LetterState.DEAD, Letter.reason.in_((NEVER_FOUND_OUT, NOBODY_SETTLED)))
    came = or_(
        and_(Letter.state == LetterState.SENT, Letter.sent_at >= week),
        on_its_way,
        and_(perhaps, Letter.due_at >= week),
    )
    counted = select(func.count()).select_from(Letter)
    return (
        desk.session.scalar(counted.where(Letter.person_id == person_id, Letter.kind.in_(UNASKED), came)) or 0
    )


def has_talk(desk: Desk, person_id: UUID, zone: ZoneInfo) -> bool:
    """Whether this person coaches somebody or is coached this week, by what their pairs have agreed."""
    mine = or_(Pairing.coach_id == person_id, Pairing.coachee_id == person_id)
    agreed = (
        select(CoachingSession.id)
        .join(Pairing, Pairing.id == CoachingSession.pairing_id)
        .where(
            mine,
            Pairing.state == PairingState.ACTIVE,
            CoachingSession.starts_at >= calendar.week_of(desk.now, zone),
            CoachingSession.starts_at < calendar.week_after(desk.now, zone),
        )
    )
    return desk.session.scalars(agreed.limit(1)).first() is not None
