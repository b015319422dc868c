"""The life of a letter: claimed in one short transaction, sent outside any, settled behind a fence."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import ColumnElement, SQLColumnExpression, or_, select
from sqlalchemy.exc import SQLAlchemyError

from bot import log
from bot.domain import calendar
from bot.domain import outbox as rules
from bot.domain.outbox import MANNERS, Circumstances, Reason, Verdict
from bot.errors import Unavailable
from bot.models import (
    Account,
    AccountState,
    Letter,
    LetterKind,
    LetterState,
    Membership,
    Person,
    School,
    Workspace,
    WorkspaceState,
)
from bot.services import catch_up, letters, outbox, week
from bot.services.desk import Desk
from bot.services.letters import Content
from bot.services.people import Known, known_by_id

WAIT_FOR_ORIGINAL = timedelta(seconds=2)
"""A message that is to be rewritten may still be on its way; this is how long its rewriting waits for it."""


@dataclass(frozen=True)
class Claim:
    """The right to send one letter once. `attempt` is the fence; `content` is what it says now.

    `kind` is the kind of message it is or rewrites. `message_ts`: the message to rewrite, if it rewrites one.
    """

    letter_id: UUID
    attempt: int
    kind: LetterKind
    who: Known
    channel_id: str | None
    message_ts: str | None
    content: Content

    @property
    def team_id(self) -> str:
        """The workspace's id at Slack."""
        return self.who.workspace.team_id

    @property
    def slack_user_id(self) -> str:
        """The account's id at Slack."""
        return self.who.account.slack_user_id


@dataclass(frozen=True)
class NotSent:
    """A letter that was looked at and not sent: skipped for a reason, or put off."""

    letter_id: UUID
    reason: str


@dataclass(frozen=True)
class Reply:
    """What came back: `ok`, Slack's error code, or one of our words for no answer (bot.domain.outbox)."""

    code: str
    channel_id: str | None = None
    message_ts: str | None = None
    retry_after_seconds: float | None = None


@dataclass(frozen=True)
class Search:
    """A letter that was perhaps sent, and where in Slack to look for it."""

    letter_id: UUID
    attempt: int
    team_id: str
    slack_user_id: str
    channel_id: str | None
    after_ts: str


def claim(desk: Desk) -> Claim | NotSent | None:
    """The next letter that is due, claimed for us alone; or why it is not to be sent; None when nothing is due."""
    letter = _next_due(desk)
    if letter is None:
        return None
    who = known_by_id(desk, letter.person_id, letter.workspace_id)
    if who is None:
        return _skip(letter, Reason.UNREACHABLE)
    if _wait_for_original(desk, letter):
        return NotSent(letter.id, "waits_for_its_original")
    try:
        # Whatever composing has written for a letter that cannot be put together is undone with it.
        with desk.session.begin_nested():
            return _decided(desk, letter, who)
    except (SQLAlchemyError, Unavailable):
        raise
    except Exception as error:
        # It would fail the same way at every claim, and always be the next that is due: nobody would get anything.
        letter.state, letter.reason = LetterState.DEAD, rules.NOT_RENDERED
        log.alert("letter.dead", letter=letter.id, kind=letter.kind, reason=letter.reason, error=error)
        return NotSent(letter.id, rules.NOT_RENDERED)


def settle(desk: Desk, claim: Claim, reply: Reply) -> LetterState | None:
    """The letter is what the reply says. None when the claim is no longer ours: then nothing changes."""
    letter = _held(desk, claim.letter_id, claim.attempt, LetterState.SENDING)
    if letter is None:
        # What can be repeated is often overtaken by its own newer version.
        repeatable = claim.message_ts is not None or MANNERS[claim.kind].repeatable
        tell = log.event if repeatable else log.warning
        tell("letter.settled_too_late", letter=claim.letter_id, reply=reply.code)
        return None
    letter.unsettled_claims = 0
    letter.lease_until = None
    verdict = rules.verdict(reply.code, MANNERS[letter.kind])
    _apply(desk, letter, verdict, reply)
    return letter.state


def remember_channel(desk: Desk, claim_or_search: Claim | Search, channel_id: str) -> None:
    """This account's direct-message channel is known from now on."""
    account = _account(desk, claim_or_search.team_id, claim_or_search.slack_user_id)
    account.channel_id = channel_id


def expire_leases(desk: Desk) -> int:
    """Letters held by somebody who never settled them are perhaps sent; the number found.

    A letter that outlived five such holders is dead: something about it kills whoever sends it.
    """
    expired = select(Letter).where(Letter.state == LetterState.SENDING, Letter.lease_until < desk.wall)
    found = desk.session.scalars(expired.with_for_update(skip_locked=True)).all()
    for letter in found:
        letter.unsettled_claims += 1
        letter.lease_until = None
        repeatable = MANNERS[letter.kind].repeatable
        letter.state = LetterState.PENDING if repeatable else LetterState.UNKNOWN
        if letter.unsettled_claims >= rules.MOST_UNSETTLED_CLAIMS:
            letter.state, letter.reason = LetterState.DEAD, rules.NOBODY_SETTLED
            log.alert("letter.dead", letter=letter.id, reason=letter.reason)
    return len(found)


def next_search(desk: Desk) -> Search | None:
    """A letter that was perhaps sent long enough ago for history to tell; nobody else looks for it meanwhile."""
    letter = desk.session.scalars(
        select(Letter)
        .join(Workspace, Workspace.id == Letter.workspace_id)
        .where(
            Letter.state == LetterState.UNKNOWN,
            Letter.claimed_at < desk.wall - desk.timing.reconcile_after,
            _not_waiting(Letter.retry_at, desk),
            Workspace.state == WorkspaceState.ACTIVE,
            _not_waiting(Workspace.waits_until, desk),
        )
        .order_by(Letter.claimed_at)
        .limit(1)
        .with_for_update(of=Letter, skip_locked=True)
    ).first()
    if letter is None:
        return None
    who = known_by_id(desk, letter.person_id, letter.workspace_id)
    if who is None:
        letter.state, letter.reason = LetterState.FAILED, Reason.UNREACHABLE
        return None
    letter.attempt += 1
    letter.retry_at = desk.wall + desk.timing.lease
    return Search(
        letter.id,
        letter.attempt,
        who.workspace.team_id,
        who.account.slack_user_id,
        letter.channel_id or who.account.channel_id,
        letter.after_ts or "0",
    )


def reconcile(desk: Desk, search: Search, reply: Reply | None) -> LetterState | None:
    """What a complete reading of history says: `ok` with the message, or None for "it is not there".

    Any other reply says nothing, and the letter stays unknown until the next look.
    """
    letter = _held(desk, search.letter_id, search.attempt, LetterState.UNKNOWN)
    if letter is None:
        return None
    letter.retry_at = None
    if reply is None:
        letter.state = LetterState.PENDING
    elif reply.code == "ok":
        _apply(desk, letter, Verdict.SENT, reply)
    elif letter.claimed_at and desk.wall - letter.claimed_at > rules.GIVE_UP_RECONCILING:
        letter.state, letter.reason = LetterState.DEAD, rules.NEVER_FOUND_OUT
        log.alert("letter.dead", letter=letter.id, reason=letter.reason)
    else:
        letter.tries += 1
        letter.retry_at = desk.wall + rules.backoff(letter.tries)
        log.warning("letter.still_unknown", letter=letter.id, reply=reply.code)
    return letter.state


def _next_due(desk: Desk) -> Letter | None:
    """The letter that has waited longest, locked together with the person it is for.

    One person's letters are decided one after the other, or two would both be "the second this week". Both are
    locked at once or passed over: whoever holds a person and wants one of their letters would wait for us for ever.
    """
    return desk.session.scalars(
        select(Letter)
        .join(Workspace, Workspace.id == Letter.workspace_id)
        .join(Person, Person.id == Letter.person_id)
        .where(
            Letter.state == LetterState.PENDING,
            Letter.due_at <= desk.now,
            or_(Letter.not_before.is_(None), Letter.not_before <= desk.now),
            _not_waiting(Letter.retry_at, desk),
            Workspace.state == WorkspaceState.ACTIVE,
            _not_waiting(Workspace.waits_until, desk),
        )
        .order_by(Letter.due_at, Letter.id)
        .limit(1)
        .with_for_update(of=[Letter, Person], skip_locked=True)
    ).first()


def _decided(desk: Desk, letter: Letter, who: Known) -> Claim | NotSent:
    """Whether it goes now, by what is known of the one it is for; if it does, what it says."""
    its = _circumstances(desk, letter, who)
    reason = rules.reason_not_to_send(letter.kind, letter.due_at, its, desk.now, letter.not_before)
    if reason is not None:
        skipped = _skip(letter, reason)
        catch_up.note(desk, letter, who, reason)
        return skipped
    letter.not_before = rules.waits_until(letter.kind, its, desk.now)
    if letter.not_before is not None:
        return NotSent(letter.id, Reason.QUIET_HOURS)
    content = letters.compose(desk, letter, who)
    if isinstance(content, Reason):
        return _skip(letter, content)
    return _claimed(desk, letter, who, content)


def _not_waiting(moment: SQLColumnExpression[datetime | None], desk: Desk) -> ColumnElement[bool]:
    return or_(moment.is_(None), moment <= desk.wall)


def _skip(letter: Letter, reason: Reason) -> NotSent:
    letter.state, letter.reason = LetterState.SKIPPED, reason
    log.event("letter.skipped", letter=letter.id, kind=letter.kind, reason=reason)
    return NotSent(letter.id, reason)


def _wait_for_original(desk: Desk, letter: Letter) -> bool:
    """A rewriting waits while what it rewrites is still on its way."""
    if letter.changes_letter_id is None:
        return False
    original = desk.session.get_one(Letter, letter.changes_letter_id)
    if original.state in (LetterState.SENDING, LetterState.UNKNOWN, LetterState.PENDING):
        letter.retry_at = desk.wall + WAIT_FOR_ORIGINAL
        return True
    return False


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


def _claimed(desk: Desk, letter: Letter, who: Known, content: Content) -> Claim:
    letter.state = LetterState.SENDING
    letter.attempt += 1
    letter.claimed_at = desk.wall
    letter.lease_until = desk.wall + desk.timing.lease
    letter.after_ts = letter.after_ts or who.account.last_ts
    original = desk.session.get(Letter, letter.changes_letter_id) if letter.changes_letter_id else None
    return Claim(
        letter.id,
        letter.attempt,
        original.kind if original else letter.kind,
        who,
        original.channel_id if original else who.account.channel_id,
        original.message_ts if original else None,
        content,
    )


def _held(desk: Desk, letter_id: UUID, attempt: int, state: LetterState) -> Letter | None:
    letter = desk.session.get(Letter, letter_id, with_for_update=True)
    return letter if letter and letter.attempt == attempt and letter.state == state else None


def _apply(desk: Desk, letter: Letter, verdict: Verdict, reply: Reply) -> None:
    letter.reason = None if verdict == Verdict.SENT else reply.code
    if verdict == Verdict.SENT:
        _sent(desk, letter, reply)
    elif verdict == Verdict.PERHAPS_SENT:
        letter.state = LetterState.UNKNOWN
    elif verdict == Verdict.THIS_PERSON:
        letter.state = LetterState.FAILED
        _look_up_again(desk, letter, reply.code)
    elif verdict == Verdict.OUR_MISTAKE:
        letter.state = LetterState.DEAD
        log.alert("letter.dead", letter=letter.id, kind=letter.kind, reason=reply.code)
    else:
        _try_later(desk, letter, verdict, reply)
    log.event("letter.settled", letter=letter.id, kind=letter.kind, state=letter.state, reply=reply.code)


def _sent(desk: Desk, letter: Letter, reply: Reply) -> None:
    letter.state = LetterState.SENT
    letter.sent_at = desk.now
    letter.channel_id, letter.message_ts = reply.channel_id, reply.message_ts
    if reply.message_ts and letter.kind != LetterKind.CHANGED:
        outbox.hear_ts(desk.session, letter.person_id, letter.workspace_id, reply.message_ts)


def _try_later(desk: Desk, letter: Letter, verdict: Verdict, reply: Reply) -> None:
    letter.state = LetterState.PENDING
    letter.tries += 1
    letter.retry_at = desk.wall + rules.backoff(letter.tries)
    workspace = desk.session.get_one(Workspace, letter.workspace_id)
    if verdict == Verdict.SLOW_DOWN:
        letter.retry_at = desk.wall + timedelta(seconds=reply.retry_after_seconds or 30)
        workspace.waits_until = letter.retry_at
    elif verdict == Verdict.THIS_WORKSPACE and workspace.state == WorkspaceState.ACTIVE:
        workspace.state, workspace.state_reason = WorkspaceState.SUSPENDED, reply.code
        log.alert("workspace.suspended", workspace=workspace.id, reason=reply.code)


def _look_up_again(desk: Desk, letter: Letter, code: str) -> None:
    """The channel may have changed, the person may be gone: what we had cached is no longer believed."""
    account = desk.session.scalars(
        select(Account).where(
            Account.person_id == letter.person_id, Account.workspace_id == letter.workspace_id
        )
    ).first()
    if account is None:
        return
    if code == "channel_not_found":
        account.channel_id = None
    elif code.startswith("user") or code == "messages_tab_disabled":
        account.state = AccountState.UNREACHABLE
        log.warning("account.unreachable", account=account.id, reason=code)


def _account(desk: Desk, team_id: str, slack_user_id: str) -> Account:
    return desk.session.scalars(
        select(Account)
        .join(Workspace, Workspace.id == Account.workspace_id)
        .where(Workspace.team_id == team_id, Account.slack_user_id == slack_user_id)
    ).one()
