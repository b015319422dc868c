"""Coming back, from leave or after days without Mull: one message about whatever fell due meanwhile, never five."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from uuid import UUID

from sqlalchemy import ColumnElement, delete, func, select

from bot.domain import calendar
from bot.domain.outbox import MANNERS, Reason
from bot.models import Letter, LetterKind, LetterState, Occurrence, Outcome, Person
from bot.services import checkins, coaching, digests, outbox
from bot.services.desk import Desk
from bot.services.people import Known
from bot.services.week import UNASKED

WORTH_TELLING = timedelta(days=1)
"""Who could not be reached for less than this has missed nothing that the next message does not say."""

LONG_AGO = datetime(2000, 1, 1, tzinfo=UTC)


@dataclass(frozen=True)
class CatchUp:
    """How many things wait in Home; none any more when it is over. `occurrence_id`, else `step_id`, can be opened.

    `was_away`: they were; else it was Mull that could not reach them.
    """

    waiting: int
    was_away: bool
    occurrence_id: UUID | None = None
    step_id: UUID | None = None


def note(desk: Desk, letter: Letter, who: Known, reason: Reason) -> None:
    """A letter was not sent, for this reason: after leave, or a long silence, one message speaks of all that was not.

    It is due when leave is over, and leaves in the first moment that may be used.
    """
    due_at = _first_moment_back(desk, letter, who, reason)
    if due_at is None or not (MANNERS[letter.kind].unasked or letter.kind == LetterKind.CHECK_IN_AGAIN):
        return
    missed = letter.subject_id if letter.kind == LetterKind.CHECK_IN else None
    pending = desk.session.scalars(select(Letter).where(*_pending(who.id))).first()
    if pending is None:
        key = f"catch_up:{letter.id}"
        outbox.post(desk, LetterKind.CATCH_UP, key, who.address, due_at=due_at, subject_id=missed)
    else:
        pending.due_at, pending.not_before = max(pending.due_at, due_at), None
        pending.subject_id = missed or pending.subject_id


def leave_changed(desk: Desk, who: Known, person: Person) -> None:
    """What is to be told after leave keeps to its new end. Whoever ends it early is in Home, and needs no message."""
    if person.away_until is None:
        desk.session.execute(delete(Letter).where(*_pending(who.id), Letter.attempt == 0))
        return
    for letter in desk.session.scalars(select(Letter).where(*_pending(who.id))):
        letter.due_at, letter.not_before = _day_after(person.away_until, who), None


def compose(desk: Desk, letter: Letter, who: Known) -> CatchUp | Reason:
    """What waits; a reason, when that is nothing, or when a check-in comes today and says the welcome itself."""
    content = _content(desk, letter, who)
    if content.waiting == 0:
        return Reason.NOTHING_TO_SAY
    return Reason.JOINS_ANOTHER if _check_in_today(desk, who) else content


def compose_again(desk: Desk, letter: Letter, who: Known) -> CatchUp:
    """What a message that was sent says now: the same, whatever became of what it spoke of (X12)."""
    content = _content(desk, letter, who)
    missed = desk.session.get(Occurrence, letter.subject_id) if letter.subject_id else None
    over = missed is not None and missed.outcome is not None
    return CatchUp(0, content.was_away) if over else content


def leave_it(desk: Desk, who: Known) -> None:
    """Check-ins that wait are left, and no different from any other that is over."""
    for content in checkins.waiting(desk, who):
        checkins.close(desk, who.id, content.occurrence_id, Outcome.DECLINED)
    outbox.refresh_home(desk, who.id)


def welcome(desk: Desk, letter: Letter, who: Known) -> str:
    """The key of the welcome that this check-in says because a message of its own gave way to it; empty for others."""
    if letter.kind != LetterKind.CHECK_IN:
        return ""
    last_sent = select(func.max(Letter.sent_at)).where(
        Letter.person_id == who.id,
        Letter.kind.in_(UNASKED),
        Letter.state == LetterState.SENT,
    )
    joined = desk.session.scalars(
        select(Letter)
        .where(
            Letter.person_id == who.id,
            Letter.kind == LetterKind.CATCH_UP,
            Letter.state == LetterState.SKIPPED,
            Letter.reason == Reason.JOINS_ANOTHER,
            Letter.due_at > func.coalesce(last_sent.scalar_subquery(), LONG_AGO),
        )
        .order_by(Letter.due_at.desc())
    ).first()
    if joined is None:
        return ""
    return "welcome_back" if _was_away(joined, who) else "out_of_reach"


def _first_moment_back(desk: Desk, letter: Letter, who: Known, reason: Reason) -> datetime | None:
    if reason == Reason.AWAY and who.person.away_until is not None:
        return _day_after(who.person.away_until, who)
    long_ago = desk.now - letter.due_at > WORTH_TELLING
    told = letter.kind == LetterKind.CATCH_UP
    return desk.now if reason == Reason.TOO_LATE and long_ago and not told else None


def _day_after(last: date, who: Known) -> datetime:
    return calendar.moment(last + timedelta(days=1), time(0), who.zone)


def _was_away(letter: Letter, who: Known) -> bool:
    """Whether it speaks of leave: then it was due as that ended. One about a silence of ours is due later."""
    last = who.person.away_until
    return last is not None and letter.due_at <= _day_after(last, who)


def _pending(person_id: UUID) -> tuple[ColumnElement[bool], ...]:
    return (
        Letter.person_id == person_id,
        Letter.kind == LetterKind.CATCH_UP,
        Letter.state == LetterState.PENDING,
    )


def _content(desk: Desk, letter: Letter, who: Known) -> CatchUp:
    waiting = checkins.waiting(desk, who)
    wonderings = coaching.wonderings(desk, who)
    count = len(waiting) + len(wonderings) + int(digests.waits(desk, who))
    return CatchUp(
        count,
        _was_away(letter, who),
        waiting[-1].occurrence_id if waiting else None,
        next(iter(wonderings), None),
    )


def _check_in_today(desk: Desk, who: Known) -> bool:
    """Whether one has come today, or is to come: two messages in one morning would be one too many."""
    today = who.time.today(desk.now)
    gone = (LetterState.SKIPPED, LetterState.FAILED, LetterState.DEAD)
    found = select(Letter.id).where(
        Letter.person_id == who.id,
        Letter.kind == LetterKind.CHECK_IN,
        Letter.state.not_in(gone),
        Letter.due_at >= calendar.moment(today, time(0), who.zone),
        Letter.due_at < calendar.moment(today + timedelta(days=1), time(0), who.zone),
    )
    return desk.session.scalars(found.limit(1)).first() is not None
