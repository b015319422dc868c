"""What came of a claim: recorded behind its fence, and exact also about whoever comes back after losing it.

A process that was frozen longer than its lease may still have sent. What it tells afterwards is never thrown away:
a message that is there is never sent again, and a second one is noticed.
"""

from collections.abc import Iterable, Sequence
from uuid import UUID

from sqlalchemy import select

from bot import log
from bot.domain import outbox as rules
from bot.domain import verdicts
from bot.domain.outbox import MANNERS, Reason
from bot.domain.verdicts import VERDICTS, Verdict
from bot.models import Account, AccountState, Letter, LetterKind, LetterState
from bot.services import outbox, pace, workspaces
from bot.services.delivery import Claim, Reply
from bot.services.desk import Desk

CameBack = Reply | Reason | None
"""What Slack said; why there was nothing to send after all; or None: it was not begun, and is given back untouched."""
CROSSED = "crossed"
"""An older version of it came back while this one was on its way."""
PATIENCE_SECONDS = 30.0
"""How long to wait when Slack asks for patience and does not say how much."""


def settle_all(desk: Desk, came_back: Sequence[tuple[Claim, CameBack]]) -> list[LetterState | None]:
    """`settle`, for several in one transaction."""
    letters = _locked(desk, [claim.letter_id for claim, _ in came_back])
    return [_settled(desk, letters.get(claim.letter_id), claim, what) for claim, what in came_back]


def settle(desk: Desk, claim: Claim, came_back: CameBack) -> LetterState | None:
    """The letter is what came back says. None when the claim was no longer ours and nothing has changed."""
    return settle_all(desk, [(claim, came_back)])[0]


def is_there(letter: Letter) -> bool:
    """Whether its message is known to be there, though the letter has not been settled yet."""
    return letter.message_ts is not None and not MANNERS[letter.kind].repeatable


def sent(desk: Desk, letter: Letter, channel_id: str | None, message_ts: str | None) -> None:
    """The message is there. If another already was, this one is the second, and that is told."""
    if is_there(letter) and letter.message_ts != message_ts:
        doubled(letter, message_ts)
    else:
        letter.channel_id, letter.message_ts = channel_id, message_ts
    if letter.sent_at is None or MANNERS[letter.kind].repeatable:
        letter.sent_at = desk.now
    letter.state, letter.reason, letter.retry_at, letter.lease_until = LetterState.SENT, None, None, None
    if letter.kind != LetterKind.CHANGED and channel_id and message_ts:
        outbox.hear(desk.session, letter.person_id, letter.workspace_id, channel_id, message_ts)


def doubled(letter: Letter, message_ts: str | None) -> None:
    """Somebody got the same message twice: nothing can take that back, and nobody may overlook it."""
    letter.doubled_ts = message_ts
    log.alert("letter.doubled", letter=letter.id, ts=letter.message_ts, doubled_ts=message_ts)


def _locked(desk: Desk, ids: Iterable[UUID]) -> dict[UUID, Letter]:
    # In one order everywhere: two that lock each other's letters would wait for ever.
    these = select(Letter).where(Letter.id.in_(list(ids))).order_by(Letter.id).with_for_update()
    found = desk.session.scalars(these, execution_options={"populate_existing": True})
    return {letter.id: letter for letter in found}


def _settled(desk: Desk, letter: Letter | None, claim: Claim, came_back: CameBack) -> LetterState | None:
    if letter is not None and letter.attempt == claim.attempt:
        if letter.state == LetterState.SENDING:
            _in_time(desk, letter, came_back)
            return letter.state
        if letter.state == LetterState.UNKNOWN and came_back is None and not is_there(letter):
            # Held too long to be begun, and so not begun: nobody needs to look for it, and nobody died of it.
            letter.state, letter.retry_at = LetterState.PENDING, None
            letter.unsettled_claims -= 1
            return letter.state
    if letter is None or claim.repeatable or not isinstance(came_back, Reply):
        # What can be repeated is often overtaken by its own newer version.
        log.event("letter.settled_too_late", letter=claim.letter_id)
        if letter is not None and isinstance(came_back, Reply):
            _crossed(letter, came_back)
        return None
    log.warning("letter.settled_too_late", letter=letter.id, state=letter.state, reply=came_back.code)
    return _too_late(desk, letter, claim, came_back)


def _crossed(letter: Letter, reply: Reply) -> None:
    """An older version came back while a newer one was on its way, or after it: Slack may show the older one.

    So it leaves once more, when nothing of it is under way.
    """
    if VERDICTS.get(reply.code, Verdict.PERHAPS_SENT) not in (Verdict.SENT, Verdict.PERHAPS_SENT):
        return
    if letter.state == LetterState.SENT:
        letter.state = LetterState.PENDING
    elif letter.state == LetterState.SENDING:
        letter.reason = CROSSED


def _in_time(desk: Desk, letter: Letter, came_back: CameBack) -> None:
    letter.lease_until = None
    crossed = letter.reason == CROSSED
    if came_back is None:
        letter.state = LetterState.PENDING
        log.event("letter.given_back", letter=letter.id, kind=letter.kind)
    else:
        letter.unsettled_claims = 0
    if isinstance(came_back, Reason):
        letter.state, letter.reason = LetterState.SKIPPED, came_back
        log.event("letter.skipped", letter=letter.id, kind=letter.kind, reason=rules.tellable(came_back))
    elif came_back is not None:
        _replied(desk, letter, came_back)
    if crossed and letter.state == LetterState.SENT:
        letter.state = LetterState.PENDING
    if is_there(letter) and letter.state not in (LetterState.SENT, LetterState.UNKNOWN):
        # A process that had been frozen has told meanwhile that it did send.
        sent(desk, letter, letter.channel_id, letter.message_ts)


def _too_late(desk: Desk, letter: Letter, claim: Claim, reply: Reply) -> LetterState | None:
    """Whoever held the claim before did send, or perhaps: what has become of the letter meanwhile takes that in."""
    # Late, but alive: the letter is none that kills whoever sends it.
    letter.unsettled_claims = 0
    verdict = verdicts.verdict(reply.code, MANNERS[letter.kind])
    if verdict == Verdict.PERHAPS_SENT:
        # Also of one that counts as sent: history tells whether it is there, or there twice. Looked at from now on,
        # because what history was asked before this reply says nothing about it.
        letter.state, letter.reason, letter.lease_until = LetterState.UNKNOWN, reply.code, None
        letter.attempt += 1
        letter.claimed_at, letter.retry_at = desk.wall, None
        return letter.state
    if verdict != Verdict.SENT:
        return None
    another = letter.claimed_at != claim.claimed_at
    if another and letter.state in (LetterState.SENDING, LetterState.UNKNOWN) and not is_there(letter):
        # Another process is sending it, or perhaps has: one is there, and its reply or history tells if there are two.
        letter.channel_id, letter.message_ts = reply.channel_id, reply.message_ts
        return letter.state
    # Pending or unknown, it is there after all and is not sent again; a look-up under way has nothing more to say.
    letter.attempt += 1
    sent(desk, letter, reply.channel_id, reply.message_ts)
    return letter.state


def _replied(desk: Desk, letter: Letter, reply: Reply) -> None:
    verdict = verdicts.verdict(reply.code, MANNERS[letter.kind])
    letter.reason = reply.code
    if verdict == Verdict.SENT:
        sent(desk, letter, reply.channel_id, reply.message_ts)
    elif verdict == Verdict.PERHAPS_SENT:
        letter.state = LetterState.UNKNOWN
        # Counted from now: a send that began late ended late, and Slack may still be at it.
        letter.retry_at = desk.wall + desk.timing.settles_within
    elif verdict == Verdict.THIS_PERSON:
        letter.state = LetterState.FAILED
        look_up_again(desk, letter, reply.code)
    elif verdict == Verdict.OUR_MISTAKE:
        letter.state = LetterState.DEAD
        log.alert("letter.dead", letter=letter.id, kind=letter.kind, reason=reply.code)
    else:
        _try_later(desk, letter, verdict, reply)
    log.event("letter.settled", letter=letter.id, kind=letter.kind, state=letter.state, reply=reply.code)


def _try_later(desk: Desk, letter: Letter, verdict: Verdict, reply: Reply) -> None:
    letter.state = LetterState.PENDING
    letter.tries += 1
    letter.retry_at = desk.wall + verdicts.backoff(letter.tries)
    if verdict == Verdict.SLOW_DOWN:
        # It goes first when the pace allows anything again.
        letter.retry_at = None
        slow_down(desk, letter.workspace_id, MANNERS[letter.kind].method, reply)
    elif verdict == Verdict.THIS_WORKSPACE:
        workspaces.suspend(desk, letter.workspace_id, reply.code)


def slow_down(desk: Desk, workspace_id: UUID, method: str, reply: Reply) -> None:
    """Slack asked for patience with a method: it is not called in this workspace before then."""
    pace.hold(desk, workspace_id, method, reply.retry_after_seconds or PATIENCE_SECONDS)


def look_up_again(desk: Desk, letter: Letter, code: str) -> None:
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
