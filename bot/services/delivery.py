"""The right to send: letters that may leave now are claimed in one short transaction, each by one process."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import ColumnElement, SQLColumnExpression, and_, case, or_, select
from sqlalchemy.exc import SQLAlchemyError

from bot import log
from bot.domain import calendar, verdicts
from bot.domain import outbox as rules
from bot.domain.outbox import MANNERS, Circumstances, Reason
from bot.domain.pacing import CHANNEL, POST
from bot.errors import Unavailable
from bot.models import (
    Account,
    Letter,
    LetterKind,
    LetterState,
    Membership,
    Pace,
    Person,
    School,
    Workspace,
    WorkspaceState,
)
from bot.services import catch_up, outbox, pace, people, reminders, week
from bot.services.desk import Desk
from bot.services.people import Known

WAIT_FOR_ORIGINAL = timedelta(seconds=2)
"""A message that is to be rewritten may still be on its way; this is how long its rewriting waits for it."""
METHOD = case(
    *(
        (Letter.kind.in_([kind for kind, manner in MANNERS.items() if manner.method == method]), method)
        for method in sorted({manner.method for manner in MANNERS.values()})
    )
)
"""The method of Slack's that a letter travels by."""
REPEATABLE = METHOD != POST


@dataclass(frozen=True)
class Claim:
    """The right to send one letter once. `attempt` is the fence, `claimed_at` (real time) tells whose claim it was.

    `kind` is the kind of message it is or rewrites. `message_ts`: the message to rewrite, if it rewrites one.
    `alone`: several have died holding it, so its process takes nothing else until it is settled.
    """

    letter_id: UUID
    attempt: int
    claimed_at: datetime
    kind: LetterKind
    method: str
    person_id: UUID
    workspace_id: UUID
    team_id: str
    slack_user_id: str
    channel_id: str | None
    message_ts: str | None
    alone: bool = False

    @property
    def repeatable(self) -> bool:
        """Whether sending it twice is the same as sending it once."""
        return self.method != POST


@dataclass(frozen=True)
class NotSent:
    """A letter that was looked at and not sent: skipped for a reason, or put off."""

    letter_id: UUID
    reason: str


@dataclass(frozen=True)
class Room:
    """How many letters a process can take: in all, and for one workspace, beside those `under_way` for it.

    So one workspace that answers slowly, or not at all, never has all hands.
    """

    letters: int = 1
    a_workspace: int = 1
    under_way: Mapping[UUID, int] = field(default_factory=dict)


@dataclass(frozen=True)
class Reply:
    """What came back: `ok`, Slack's error code, or one of our words for no answer (bot.domain.outbox)."""

    code: str
    channel_id: str | None = None
    message_ts: str | None = None
    retry_after_seconds: float | None = None


def claim(desk: Desk, room: Room = Room()) -> list[Claim | NotSent]:
    """The next letters that may leave, claimed for us alone, or why they are not to be sent; empty when none may.

    What has to wait for its pace, its conversation's or its workspace's, is passed over and holds up nothing else.
    """
    found = _apart(_next_due(desk, room))
    if not found:
        return []
    known = people.known_by_ids(desk, {(letter.person_id, letter.workspace_id) for letter in found})
    originals = _originals(desk, found)
    gate = _Gate.of(desk, room, found, known.values())
    outcomes: list[Claim | NotSent] = []
    for letter in found:
        who = known.get((letter.person_id, letter.workspace_id))
        if not gate.open_for(letter, who):
            continue
        outcome = _looked_at(desk, letter, who, originals.get(letter.changes_letter_id))
        outcomes.append(outcome)
        if isinstance(outcome, Claim):
            gate.passed(letter, who)
    return outcomes


def _apart(found: Sequence[Letter]) -> Sequence[Letter]:
    """One that several holders have died with is taken alone, and never with others that might go down with it."""
    if found and _is_suspect(found[0]):
        return found[:1]
    return [letter for letter in found if not _is_suspect(letter)]


def _is_suspect(letter: Letter) -> bool:
    return letter.unsettled_claims >= rules.ALONE_FROM


@dataclass(frozen=True)
class _Gate:
    """What may still pass in this transaction. Whatever another process is just claiming for stays shut to us:
    we never wait for a row here, so that no two claims can wait for each other.
    """

    desk: Desk
    room: Room
    paces: dict[pace.Slot, Pace]
    conversations: dict[UUID, Account]
    under_way: Counter[UUID]

    @classmethod
    def of(cls, desk: Desk, room: Room, found: Iterable[Letter], known: Iterable[Known]) -> "_Gate":
        paces = pace.ours(desk, [(letter.workspace_id, MANNERS[letter.kind].method) for letter in found])
        written_to = [who.account.id for who in known]
        accounts = desk.session.scalars(
            select(Account).where(Account.id.in_(written_to)).with_for_update(skip_locked=True),
            execution_options={"populate_existing": True},
        )
        return cls(desk, room, paces, {one.id: one for one in accounts}, Counter(room.under_way))

    def open_for(self, letter: Letter, who: Known | None) -> bool:
        method = MANNERS[letter.kind].method
        if self.under_way[letter.workspace_id] >= self.room.a_workspace:
            return False
        if who is not None and method == POST:
            account = self.conversations.get(who.account.id)
            if account is None or (account.free_at is not None and account.free_at > self.desk.wall):
                return False
        return pace.may(self.desk, self.paces.get((letter.workspace_id, method)))

    def passed(self, letter: Letter, who: Known | None) -> None:
        method = MANNERS[letter.kind].method
        self.under_way[letter.workspace_id] += 1
        pace.take(self.desk, self.paces[letter.workspace_id, method])
        if who is not None and method == POST and self.desk.timing.paced:
            self.conversations[who.account.id].free_at = self.desk.wall + CHANNEL


def _next_due(desk: Desk, room: Room) -> Sequence[Letter]:
    """The letters that have waited longest, locked together with the people they are for.

    One person's letters are decided one after the other, or two would both be "the second this week". Both are
    locked at once or passed over: whoever holds a person and wants one of their letters would wait for us for ever.
    What can be repeated comes after all that cannot, and of it the newest first: somebody is looking at that.
    """
    full = [one for one, letters in room.under_way.items() if letters >= room.a_workspace]
    return desk.session.scalars(
        select(Letter)
        .join(Workspace, Workspace.id == Letter.workspace_id)
        .join(Person, Person.id == Letter.person_id)
        .outerjoin(
            Account,
            and_(Account.person_id == Letter.person_id, Account.workspace_id == Letter.workspace_id),
        )
        .outerjoin(Pace, and_(Pace.workspace_id == Letter.workspace_id, Pace.method == METHOD))
        .where(
            Letter.state == LetterState.PENDING,
            Letter.due_at <= desk.now,
            or_(Letter.not_before.is_(None), Letter.not_before <= desk.now),
            not_waiting(Letter.retry_at, desk),
            Workspace.state == WorkspaceState.ACTIVE,
            Workspace.id.not_in(full),
            *([Letter.unsettled_claims < rules.ALONE_FROM] if room.under_way else []),
            not_waiting(Pace.free_at, desk),
            or_(REPEATABLE, not_waiting(Account.free_at, desk)),
        )
        .order_by(
            case((REPEATABLE, 1), else_=0),
            case((REPEATABLE, None), else_=Letter.due_at),
            case((REPEATABLE, Letter.due_at), else_=None).desc(),
            Letter.id,
        )
        .limit(room.letters)
        .with_for_update(of=[Letter, Person], skip_locked=True)
    ).all()


def not_waiting(moment: SQLColumnExpression[datetime | None], desk: Desk) -> ColumnElement[bool]:
    """Nothing is to be waited for, or no longer (real time)."""
    return or_(moment.is_(None), moment <= desk.wall)


def _originals(desk: Desk, found: Iterable[Letter]) -> dict[UUID | None, Letter]:
    """The letters that these rewrite, by id."""
    ids = [letter.changes_letter_id for letter in found if letter.changes_letter_id is not None]
    if not ids:
        return {}
    return {one.id: one for one in desk.session.scalars(select(Letter).where(Letter.id.in_(ids)))}


def _looked_at(desk: Desk, letter: Letter, who: Known | None, original: Letter | None) -> Claim | NotSent:
    if who is None:
        return _skip(letter, Reason.UNREACHABLE)
    if original is not None and original.state in outbox.OPEN:
        # A rewriting waits while what it rewrites is still on its way.
        letter.retry_at = desk.wall + WAIT_FOR_ORIGINAL
        return NotSent(letter.id, "waits_for_its_original")
    try:
        return _decided(desk, letter, who, original)
    except (SQLAlchemyError, Unavailable):
        raise
    except Exception as error:
        # It would fail the same way at every claim, and always be the next that is due: nobody would get anything.
        letter.state, letter.reason = LetterState.DEAD, verdicts.NOT_RENDERED
        log.alert("letter.dead", letter=letter.id, kind=letter.kind, reason=letter.reason, error=error)
        return NotSent(letter.id, verdicts.NOT_RENDERED)


def _decided(desk: Desk, letter: Letter, who: Known, original: Letter | None) -> Claim | NotSent:
    """Whether it goes now, by what is known of the one it is for."""
    its = _circumstances(desk, letter, who)
    reason = rules.reason_not_to_send(letter.kind, letter.due_at, its, desk.now, letter.not_before)
    if reason is not None:
        skipped = _skip(letter, reason)
        catch_up.note(desk, letter, who, reason)
        return skipped
    letter.not_before = rules.waits_until(letter.kind, its, desk.now)
    if letter.not_before is not None:
        return NotSent(letter.id, Reason.QUIET_HOURS)
    return _claimed(desk, letter, who, original)


def _skip(letter: Letter, reason: Reason) -> NotSent:
    letter.state, letter.reason = LetterState.SKIPPED, reason
    log.event("letter.skipped", letter=letter.id, kind=letter.kind, reason=rules.tellable(reason))
    return NotSent(letter.id, reason)


def _circumstances(desk: Desk, letter: Letter, who: Known) -> Circumstances:
    """What is known of the one it is for, in the school it is about: somebody may belong to two, with two calendars."""
    school = desk.session.get(School, letter.school_id) if letter.school_id else None
    membership = _membership(desk, who, school) if school else who.membership
    school = school or who.school
    zone = calendar.zone_of(who.person, school)
    counts = MANNERS[letter.kind].unasked
    return Circumstances(
        who.person,
        who.account.state,
        school,
        zone,
        unasked_this_week=week.unasked(desk, who.id, zone) if counts else 0,
        membership=membership,
        talk_this_week=counts and week.has_talk(desk, who.id, zone),
    )


def _membership(desk: Desk, who: Known, school: School) -> Membership | None:
    if school.id == who.school.id:
        return who.membership
    mine = select(Membership).where(Membership.person_id == who.id, Membership.school_id == school.id)
    return desk.session.scalars(mine).one_or_none()


def _claimed(desk: Desk, letter: Letter, who: Known, original: Letter | None) -> Claim:
    letter.state = LetterState.SENDING
    letter.attempt += 1
    letter.claimed_at = desk.wall
    letter.lease_until = desk.wall + desk.timing.lease
    letter.after_ts = letter.after_ts or who.account.last_ts
    if letter.kind == LetterKind.CHECK_IN and letter.subject_id and who.person.reminders:
        reminders.promise(desk, who, letter.subject_id)
    return Claim(
        letter.id,
        letter.attempt,
        desk.wall,
        original.kind if original else letter.kind,
        MANNERS[letter.kind].method,
        letter.person_id,
        letter.workspace_id,
        who.workspace.team_id,
        who.account.slack_user_id,
        original.channel_id if original else who.account.channel_id,
        original.message_ts if original else None,
        _is_suspect(letter),
    )
