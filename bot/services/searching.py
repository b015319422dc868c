"""Looking for what was perhaps sent: history decides, and only a reading to its end may say that it is not there."""

from collections.abc import Collection
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import select

from bot import log
from bot.domain import outbox as rules
from bot.domain import verdicts
from bot.domain.outbox import MANNERS, Reason
from bot.domain.pacing import HISTORY, OPEN
from bot.domain.verdicts import Verdict
from bot.models import Account, Letter, LetterKind, LetterState, Workspace, WorkspaceState
from bot.services import pace, settling, workspaces
from bot.services.delivery import Reply, not_waiting
from bot.services.desk import Desk
from bot.services.people import known_by_id


@dataclass(frozen=True)
class Search:
    """A letter that was perhaps sent, and where in Slack to look for it."""

    letter_id: UUID
    attempt: int
    workspace_id: UUID
    team_id: str
    slack_user_id: str
    channel_id: str | None
    after_ts: str


@dataclass(frozen=True)
class Seen:
    """What history holds under a letter's id: its messages, oldest first. None there: it was read to its end."""

    channel_id: str
    timestamps: tuple[str, ...] = ()


@dataclass(frozen=True)
class Unread:
    """History could not be read, because of this call's reply."""

    method: str
    reply: Reply


def expire_leases(desk: Desk) -> int:
    """Letters held by somebody who never settled them are perhaps sent; the number found.

    What can be repeated is tried again, unless it has outlived too many such holders. Of all else history says first
    whether it is there.
    """
    expired = select(Letter).where(Letter.state == LetterState.SENDING, Letter.lease_until < desk.wall)
    found = desk.session.scalars(expired.with_for_update(skip_locked=True)).all()
    for letter in found:
        letter.unsettled_claims += 1
        letter.lease_until = None
        if MANNERS[letter.kind].repeatable:
            _surely_not_sent(letter)
        else:
            letter.state = LetterState.UNKNOWN
            # It may have been begun as late as allowed, and Slack may still be at it.
            letter.retry_at = (letter.claimed_at or desk.wall) + desk.timing.ends_within
    return len(found)


def next_searches(desk: Desk, most: int = 1, busy: Collection[UUID] = ()) -> list[Search]:
    """Letters that were perhaps sent long enough ago for history to tell; nobody else looks for them meanwhile.

    At most one of each workspace, of none that is `busy`, and of none whose history must not be read yet.
    """
    found = desk.session.scalars(
        select(Letter)
        .join(Workspace, Workspace.id == Letter.workspace_id)
        .where(
            Letter.state == LetterState.UNKNOWN,
            Letter.claimed_at < desk.wall - desk.timing.reconcile_after,
            not_waiting(Letter.retry_at, desk),
            Workspace.state == WorkspaceState.ACTIVE,
            Workspace.id.not_in(list(busy)),
        )
        .order_by(Letter.claimed_at, Letter.id)
        .with_for_update(of=Letter, skip_locked=True)
    )
    oldest: dict[UUID, Letter] = {}
    for letter in found:
        oldest.setdefault(letter.workspace_id, letter)
    searches = (_search(desk, letter) for letter in list(oldest.values())[:most])
    return [search for search in searches if search is not None]


def another_page(desk: Desk, search: Search) -> bool:
    """Whether the next page of a history may be read now; if so, it is counted."""
    return pace.take_one(desk, search.workspace_id, HISTORY)


def remember_channel(desk: Desk, search: Search, channel_id: str) -> None:
    """This account's direct-message channel is known from now on."""
    account = desk.session.scalars(
        select(Account).where(
            Account.workspace_id == search.workspace_id, Account.slack_user_id == search.slack_user_id
        )
    ).one()
    account.channel_id = channel_id


def reconcile(desk: Desk, search: Search, found: Seen | Unread) -> LetterState | None:
    """The letter is what history says. What could not be read says nothing: it stays unknown until the next look.

    None when the search was no longer ours to finish.
    """
    letter = desk.session.get(Letter, search.letter_id, with_for_update=True)
    if letter is None or letter.attempt != search.attempt or letter.state != LetterState.UNKNOWN:
        return None
    letter.retry_at = None
    if isinstance(found, Unread):
        _still_unknown(desk, letter, found)
    elif found.timestamps or settling.is_there(letter):
        first = letter.message_ts if settling.is_there(letter) else found.timestamps[0]
        settling.sent(desk, letter, found.channel_id, first)
        for second in (ts for ts in found.timestamps if ts != first):
            settling.doubled(letter, second)
    else:
        _surely_not_sent(letter)
    log.event("letter.looked_up", letter=letter.id, state=letter.state)
    return letter.state


def _surely_not_sent(letter: Letter) -> None:
    """It is to be sent again, unless something about it kills whoever sends it."""
    letter.state = LetterState.PENDING
    if letter.unsettled_claims >= rules.MOST_UNSETTLED_CLAIMS:
        letter.state, letter.reason = LetterState.DEAD, rules.NOBODY_SETTLED
        log.alert("letter.dead", letter=letter.id, kind=letter.kind, reason=letter.reason)


def _search(desk: Desk, letter: Letter) -> Search | None:
    who = known_by_id(desk, letter.person_id, letter.workspace_id)
    if who is None:
        letter.state, letter.reason = LetterState.FAILED, Reason.UNREACHABLE
        return None
    channel_id = letter.channel_id or who.account.channel_id
    if channel_id is None and not pace.take_one(desk, letter.workspace_id, OPEN):
        return None
    if not pace.take_one(desk, letter.workspace_id, HISTORY):
        return None
    letter.attempt += 1
    letter.retry_at = desk.wall + desk.timing.lease
    return Search(
        letter.id,
        letter.attempt,
        letter.workspace_id,
        who.workspace.team_id,
        who.account.slack_user_id,
        channel_id,
        letter.after_ts or "0",
    )


def _still_unknown(desk: Desk, letter: Letter, unread: Unread) -> None:
    """Also that is not for ever: after a day it is dead, and the operator's to look at. A workspace that refuses us is
    suspended, and its letters wait for it.
    """
    verdict = verdicts.verdict(unread.reply.code, MANNERS[LetterKind.CHECK_IN])
    if verdict == Verdict.THIS_WORKSPACE:
        workspaces.suspend(desk, letter.workspace_id, unread.reply.code)
        return
    if verdict == Verdict.SLOW_DOWN:
        settling.slow_down(desk, letter.workspace_id, unread.method, unread.reply)
    elif verdict == Verdict.THIS_PERSON:
        settling.look_up_again(desk, letter, unread.reply.code)
    if letter.claimed_at and desk.wall - letter.claimed_at > rules.GIVE_UP_RECONCILING:
        if settling.is_there(letter):
            settling.sent(desk, letter, letter.channel_id, letter.message_ts)
            return
        letter.state, letter.reason = LetterState.DEAD, rules.NEVER_FOUND_OUT
        log.alert("letter.dead", letter=letter.id, reason=letter.reason)
        return
    letter.tries += 1
    letter.retry_at = desk.wall + verdicts.backoff(letter.tries)
    log.warning("letter.still_unknown", letter=letter.id, reply=unread.reply.code)
