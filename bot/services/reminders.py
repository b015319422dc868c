"""Reminders: a check-in that nobody touched comes back once, on the next day its owner works, if they wish so."""

from uuid import UUID

from sqlalchemy import select

from bot.domain import calendar
from bot.domain.checkins import STAYS_OPEN
from bot.domain.outbox import Reason
from bot.models import Letter, LetterKind, LetterState, Occurrence, Run, Schedule
from bot.services import checkins, outbox
from bot.services.checkins import CheckIn
from bot.services.desk import Desk
from bot.services.people import Known


def promise(desk: Desk, who: Known, occurrence_id: UUID) -> None:
    """It will come back once, unless it is touched by then. Promised twice, it is one reminder."""
    occurrence, schedule = desk.session.execute(
        select(Occurrence, Schedule)
        .join(Schedule, Schedule.id == Occurrence.schedule_id)
        .where(Occurrence.id == occurrence_id)
    ).one()
    day = who.time.next_day_of_school(occurrence.local_date)
    due_at = calendar.moment(day, schedule.at, who.zone)
    if desk.now < due_at < occurrence.due_at + STAYS_OPEN:
        key = f"reminder:{occurrence_id}"
        outbox.post(desk, LetterKind.REMINDER, key, who.address, due_at=due_at, subject_id=occurrence_id)


def promise_for_what_is_open(desk: Desk, who: Known) -> None:
    """Whoever asks for it now is reminded of what has come already, too."""
    for content in checkins.waiting(desk, who):
        if _was_sent(desk, content.occurrence_id):
            promise(desk, who, content.occurrence_id)


def compose(desk: Desk, letter: Letter, who: Known) -> CheckIn | Reason:
    """The check-in once more; a reason, when it was touched, is past, or is not wanted a second time any more."""
    content = checkins.compose(desk, letter, who)
    if isinstance(content, Reason):
        return content
    wanted = who.person.reminders and _was_sent(desk, content.occurrence_id)
    touched = _was_touched(desk, content.occurrence_id) or checkins.is_past(desk, content.occurrence_id)
    return content if wanted and not touched else Reason.NO_LONGER_OPEN


def _was_sent(desk: Desk, occurrence_id: UUID) -> bool:
    sent = select(Letter.id).where(
        Letter.subject_id == occurrence_id,
        Letter.kind == LetterKind.CHECK_IN,
        # One that is being settled, or looked for, has perhaps been read.
        Letter.state.in_((LetterState.SENDING, LetterState.SENT, LetterState.UNKNOWN)),
    )
    return desk.session.scalars(sent.limit(1)).first() is not None


def _was_touched(desk: Desk, occurrence_id: UUID) -> bool:
    """Whether its owner has begun to answer it, or has put it off: then they have it in mind."""
    begun = select(Run.id).where(Run.occurrence_id == occurrence_id)
    put_off = select(Letter.id).where(
        Letter.subject_id == occurrence_id, Letter.kind == LetterKind.CHECK_IN_AGAIN
    )
    return any(desk.session.scalars(one.limit(1)).first() is not None for one in (begun, put_off))
