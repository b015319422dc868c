"""Check-ins: what is open, *Later*, *Not this time*, and the end of each, which always reads the same."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, time
from uuid import UUID

from sqlalchemy import ColumnElement, func, select, update
from sqlalchemy.orm import aliased

from bot.domain import checkins as rules
from bot.domain import flows
from bot.domain.calendar import SchoolTime
from bot.domain.flows import Flow, Question
from bot.domain.outbox import Reason
from bot.errors import NotFound
from bot.models import Letter, LetterKind, LetterState, Occurrence, Outcome, Schedule, ScheduleKind
from bot.services import outbox
from bot.services.desk import Desk
from bot.services.people import Known

MESSAGES = (LetterKind.CHECK_IN, LetterKind.CHECK_IN_AGAIN, LetterKind.REMINDER, LetterKind.CATCH_UP)
"""Whatever speaks of a check-in."""


Until = Callable[[datetime, time, SchoolTime], datetime]
"""When something comes back that is put off now, whose own time is that, for somebody."""


@dataclass(frozen=True)
class CheckIn:
    """A check-in as its message shows it. `later`: when it comes back (the person's own time), if it was put off.

    `open` is all the message may tell of how it ended: answered, declined and past read the same (X12).
    `also`: the key of one more line that it says when it first comes.
    """

    occurrence_id: UUID
    flow: Flow
    question: Question | None
    open: bool
    later: datetime | None = None
    also: str = ""


def own(desk: Desk, who: Known, occurrence_id: UUID) -> tuple[Occurrence, str]:
    """A check-in of this person's, and the id of its flow. NotFound if it is anyone else's."""
    row = desk.session.execute(
        select(Occurrence, Schedule.flow_id)
        .join(Schedule, Schedule.id == Occurrence.schedule_id)
        .where(Occurrence.id == occurrence_id, Occurrence.person_id == who.id)
    ).one_or_none()
    if row is None or row[1] is None:
        raise NotFound("That check-in is not here any more.")
    return row[0], row[1]


def compose(desk: Desk, letter: Letter, who: Known) -> CheckIn | Reason:
    """What the message says now; a reason, when there is no more need to send it."""
    content = _check_in(desk, who, letter.subject_id)
    return content if content.open else Reason.NO_LONGER_OPEN


def compose_again(desk: Desk, letter: Letter, who: Known) -> CheckIn:
    """What a message that was sent says now."""
    return _check_in(desk, who, letter.subject_id)


def waiting(desk: Desk, who: Known) -> list[CheckIn]:
    """The check-ins that are open, sent or not, oldest first."""
    ids = desk.session.scalars(
        select(Occurrence.id)
        .join(Schedule, Schedule.id == Occurrence.schedule_id)
        .where(
            Occurrence.person_id == who.id,
            Schedule.kind == ScheduleKind.CHECK_IN,
            Occurrence.outcome.is_(None),
            Occurrence.due_at <= desk.now,
            Occurrence.due_at > desk.now - rules.STAYS_OPEN,
        )
        .order_by(Occurrence.due_at)
    )
    return [_check_in(desk, who, occurrence_id) for occurrence_id in ids]


def later(desk: Desk, who: Known, occurrence_id: UUID) -> None:
    """It comes back after school, or on the next school day. Asking twice changes nothing."""
    _put_off(desk, who, occurrence_id, rules.later)


def remind(desk: Desk, who: Known, occurrence_id: UUID) -> None:
    """It comes back once, on the next school day. Asking twice, or after *Later*, changes nothing."""
    _put_off(desk, who, occurrence_id, rules.next_day)


def decline(desk: Desk, who: Known, occurrence_id: UUID) -> None:
    """Not this time: it is over, and no different from any other that is."""
    own(desk, who, occurrence_id)
    close(desk, who.id, occurrence_id, Outcome.DECLINED)


def close(desk: Desk, person_id: UUID, occurrence_id: UUID, outcome: Outcome) -> None:
    """It is over. An answer that comes late still counts as one; nothing else changes how it ended."""
    occurrence = desk.session.get_one(Occurrence, occurrence_id, with_for_update=True)
    if occurrence.outcome is not None and outcome != Outcome.ANSWERED:
        return
    was_open = occurrence.outcome is None
    occurrence.outcome = outcome
    if was_open:
        occurrence.closed_at = desk.now
        _rewrite(desk, person_id, occurrence_id)


def close_past(desk: Desk) -> int:
    """Check-ins whose time is over are past, and their messages say what all ended ones say; their number."""
    _end_digests(desk)
    over = desk.session.execute(
        select(Occurrence.id, Occurrence.person_id)
        .join(Schedule, Schedule.id == Occurrence.schedule_id)
        .where(
            Schedule.kind == ScheduleKind.CHECK_IN,
            Occurrence.outcome.is_(None),
            Occurrence.due_at <= desk.now,
            (Occurrence.due_at <= desk.now - rules.STAYS_OPEN) | _superseded(desk),
        )
        .order_by(Occurrence.id)
    ).all()
    for occurrence_id, person_id in over:
        close(desk, person_id, occurrence_id, Outcome.PAST)
        outbox.refresh_home(desk, person_id)
    return len(over)


def is_past(desk: Desk, occurrence_id: UUID) -> bool:
    """Whether a newer one has taken its place, noticed or not."""
    this = Occurrence.id == occurrence_id
    return desk.session.scalars(select(Occurrence.id).where(this, _superseded(desk))).first() is not None


def _end_digests(desk: Desk) -> None:
    """A digest is past after as long. So what is open is never more than a week's, and every tick looks at no more."""
    digests = select(Schedule.id).where(Schedule.kind == ScheduleKind.DIGEST)
    desk.session.execute(
        update(Occurrence)
        .where(
            Occurrence.outcome.is_(None),
            Occurrence.due_at <= desk.now - rules.STAYS_OPEN,
            Occurrence.schedule_id.in_(digests),
        )
        .values(outcome=Outcome.PAST, closed_at=desk.now)
    )


def next_past(desk: Desk, until: datetime) -> datetime | None:
    """The first moment after now and not after `until` at which an open check-in becomes past by itself."""
    soonest = desk.session.scalar(
        select(func.min(Occurrence.due_at))
        .join(Schedule, Schedule.id == Occurrence.schedule_id)
        .where(
            Schedule.kind == ScheduleKind.CHECK_IN,
            Occurrence.outcome.is_(None),
            Occurrence.due_at > desk.now - rules.STAYS_OPEN,
            Occurrence.due_at <= until - rules.STAYS_OPEN,
        )
    )
    return soonest + rules.STAYS_OPEN if soonest else None


def latest_open(desk: Desk, who: Known) -> Occurrence | None:
    """The check-in this person was last written to about, if it is still open."""
    return desk.session.scalars(
        select(Occurrence)
        .join(Letter, Letter.subject_id == Occurrence.id)
        .where(
            Occurrence.person_id == who.id,
            Occurrence.outcome.is_(None),
            Letter.kind.in_(MESSAGES),
            # People can be quicker than we are: a letter may be read before its sending is settled.
            Letter.state.in_((LetterState.SENDING, LetterState.SENT, LetterState.UNKNOWN)),
        )
        .order_by(Occurrence.due_at.desc())
        .limit(1)
    ).first()


def _superseded(desk: Desk) -> ColumnElement[bool]:
    """Whether the next one of the same schedule has fallen due."""
    newer = aliased(Occurrence)
    return (
        select(newer.id)
        .where(
            newer.schedule_id == Occurrence.schedule_id,
            newer.person_id == Occurrence.person_id,
            newer.local_date > Occurrence.local_date,
            newer.due_at <= desk.now,
        )
        .exists()
    )


def _put_off(desk: Desk, who: Known, occurrence_id: UUID, until: Until) -> None:
    occurrence, _ = own(desk, who, occurrence_id)
    if occurrence.outcome is not None or _comes_back(desk, who, occurrence.id):
        return
    at = desk.session.get_one(Schedule, occurrence.schedule_id).at
    back_at = until(desk.now, at, who.time)
    key = f"again:{occurrence.id}:{back_at.astimezone(who.zone).date()}"
    outbox.post(desk, LetterKind.CHECK_IN_AGAIN, key, who.address, due_at=back_at, subject_id=occurrence.id)
    _rewrite(desk, who.id, occurrence.id)
    outbox.refresh_home(desk, who.id)


def _check_in(desk: Desk, who: Known, occurrence_id: UUID | None) -> CheckIn:
    if occurrence_id is None:
        raise NotFound("That check-in is not here any more.")
    occurrence, flow_id = own(desk, who, occurrence_id)
    flow = desk.prompts.flow(flow_id)
    back_at = _comes_back(desk, who, occurrence.id)
    return CheckIn(
        occurrence.id,
        flow,
        flows.one_tap(flow, role=who.role),
        open=occurrence.outcome is None,
        later=back_at.astimezone(who.zone) if back_at else None,
    )


def _comes_back(desk: Desk, who: Known, occurrence_id: UUID) -> datetime | None:
    """When a check-in that was put off comes back; None if it was not, or has."""
    return desk.session.scalar(
        select(Letter.due_at)
        .where(
            Letter.kind == LetterKind.CHECK_IN_AGAIN,
            Letter.person_id == who.id,
            Letter.subject_id == occurrence_id,
            Letter.state == LetterState.PENDING,
            Letter.due_at > desk.now,
        )
        .order_by(Letter.due_at)
        .limit(1)
    )


def _rewrite(desk: Desk, person_id: UUID, occurrence_id: UUID) -> None:
    for kind in MESSAGES:
        outbox.changed(desk, person_id, kind, occurrence_id)
