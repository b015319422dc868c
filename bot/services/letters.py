"""What each kind of letter says, found at the claim. Nothing rendered is ever stored."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from uuid import UUID

from bot.domain.outbox import MANNERS, Reason
from bot.models import Letter, LetterKind, LetterState
from bot.services import catch_up, checkins, coaching, digests, home, left_over, reminders, typed
from bot.services.catch_up import CatchUp
from bot.services.checkins import CheckIn
from bot.services.coaching import Nudge
from bot.services.desk import Desk
from bot.services.digests import DigestContent
from bot.services.home import HomeContent
from bot.services.people import Known


@dataclass(frozen=True)
class Invitation:
    """The one invitation, or what became of it."""

    first_name: str
    school_name: str
    joined: bool
    declined: bool


@dataclass(frozen=True)
class Typed:
    """What is said about something typed into the conversation: which check-in it may answer, if it still can."""

    occurrence_id: UUID
    open: bool


@dataclass(frozen=True)
class KindReply:
    """A kind reply to anything else."""

    joined: bool


Content = Invitation | CheckIn | CatchUp | DigestContent | Nudge | Typed | KindReply | HomeContent
Composer = Callable[[Desk, Letter, Known], Content | Reason]


def compose(desk: Desk, letter: Letter, who: Known) -> Content | Reason:
    """What the letter says now, or the reason why it is not sent after all."""
    if letter.kind != LetterKind.CHANGED:
        return _with_what_waits(desk, letter, who, COMPOSERS[letter.kind](desk, letter, who))
    original = desk.session.get_one(Letter, letter.changes_letter_id)
    if original.state != LetterState.SENT or original.message_ts is None:
        return Reason.NO_MESSAGE_TO_CHANGE
    return CHANGED_COMPOSERS[original.kind](desk, original, who)


def _with_what_waits(desk: Desk, letter: Letter, who: Known, content: Content | Reason) -> Content | Reason:
    """Something that comes unasked says in one line what did not."""
    if not isinstance(content, CheckIn | DigestContent | Nudge) or not MANNERS[letter.kind].unasked:
        return content
    also = catch_up.welcome(desk, letter, who)
    if not also and left_over.something_waits(desk, letter, who):
        also = "also_waits"
    return replace(content, also=also)


def _invitation(_desk: Desk, _letter: Letter, who: Known) -> Invitation:
    person = who.person
    joined, declined = person.joined_at is not None, person.declined_at is not None
    return Invitation(person.first_name, who.school.name, joined, declined)


def _typed(desk: Desk, letter: Letter, who: Known) -> Typed | Reason:
    if letter.subject_id is None:
        return Reason.NO_LONGER_OPEN
    occurrence, _ = checkins.own(desk, who, letter.subject_id)
    still = typed.offered(desk, who, occurrence.id) is not None or letter.kind == LetterKind.TYPED_TOO_LONG
    return Typed(occurrence.id, occurrence.outcome is None and still)


def _reply(_desk: Desk, _letter: Letter, who: Known) -> KindReply:
    return KindReply(who.person.joined_at is not None)


COMPOSERS: dict[LetterKind, Composer] = {
    LetterKind.INVITATION: _invitation,
    LetterKind.CHECK_IN: checkins.compose,
    LetterKind.CHECK_IN_AGAIN: checkins.compose,
    LetterKind.REMINDER: reminders.compose,
    LetterKind.CATCH_UP: catch_up.compose,
    LetterKind.DIGEST: digests.compose,
    LetterKind.NUDGE: coaching.compose_nudge,
    LetterKind.TYPED_ANSWER: _typed,
    LetterKind.TYPED_TOO_LONG: _typed,
    LetterKind.REPLY: _reply,
    LetterKind.HOME: home.compose,
}
"""What a letter says when it is first sent."""

CHANGED_COMPOSERS: dict[LetterKind, Composer] = {
    **COMPOSERS,
    LetterKind.CHECK_IN: checkins.compose_again,
    LetterKind.CHECK_IN_AGAIN: checkins.compose_again,
    LetterKind.REMINDER: checkins.compose_again,
    LetterKind.CATCH_UP: catch_up.compose_again,
    LetterKind.DIGEST: digests.compose_again,
    LetterKind.NUDGE: coaching.compose_nudge_again,
}
"""What its message says when something has changed since."""
