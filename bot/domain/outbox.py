"""The outbox's rules: what may be sent when, and what each reply of Slack's means. One table of each."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from bot.domain import calendar
from bot.domain.pacing import POST
from bot.models import AccountState, LetterKind, Person, School

LEASE = timedelta(seconds=90)
"""How long a claim holds a letter: longer than a send may take, with its upload and its waits."""
SEND_SECONDS = 30.0
"""A call to Slack that has not answered by then has timed out."""
RECONCILE_AFTER = timedelta(seconds=SEND_SECONDS + 60)
"""Not before this does history tell whether a message arrived."""


HAND_BACK_SECONDS = 15.0
"""How long letters under way may still take once a process is asked to stop. What has not come back by then was
perhaps sent, and is looked up by whoever runs next: many who stop a process kill it after 20 or 30 seconds.
"""


@dataclass(frozen=True)
class Timing:
    """How long the send path waits, in real time. Only what plays years of trouble in minutes has another.

    `paced` is off where Slack itself sets no limits: a local workspace, unless it was told to.
    """

    lease: timedelta = LEASE
    send_seconds: float = SEND_SECONDS
    reconcile_after: timedelta = RECONCILE_AFTER
    hand_back_seconds: float = HAND_BACK_SECONDS
    paced: bool = True

    @property
    def begin_within_seconds(self) -> float:
        """A send that has not begun so long after its claim must not begin: it might end after the lease."""
        return self.lease.total_seconds() - self.send_seconds


GIVE_UP_RECONCILING = timedelta(hours=24)
MOST_UNSETTLED_CLAIMS = 5


class Reason(StrEnum):
    """Why something was not sent. Each has its sentence in prompts/sentences.yaml, as `not_sent_…`."""

    NOT_JOINED = "not_joined"
    ALREADY_DECIDED = "already_decided"
    PAUSED = "paused"
    AWAY = "away"
    UNREACHABLE = "unreachable"
    SCHOOL_CLOSED = "school_closed"
    QUIET_HOURS = "quiet_hours"
    TOO_LATE = "too_late"
    ENOUGH_THIS_WEEK = "enough_this_week"
    NO_LONGER_OPEN = "no_longer_open"
    NOTHING_TO_SAY = "nothing_to_say"
    NOT_SHARED = "not_shared"
    NO_MESSAGE_TO_CHANGE = "no_message_to_change"


class Quiet(StrEnum):
    """What quiet hours do to a letter: nothing, make it wait for the morning, or make it pointless."""

    IGNORES = "ignores"
    WAITS = "waits"
    LAPSES = "lapses"


@dataclass(frozen=True)
class Manner:
    """How one kind of letter travels. `unasked` letters count towards a person's week (X11)."""

    method: str
    late_after: timedelta
    quiet: Quiet
    unasked: bool = False
    before_joining: bool = False
    while_away: bool = True

    @property
    def repeatable(self) -> bool:
        """Doing it twice is the same as doing it once, so an unclear outcome is simply tried again."""
        return self.method != POST


_A_WEEK = timedelta(days=7)
_ANSWER = Manner("chat.postMessage", timedelta(hours=12), Quiet.IGNORES)

MANNERS: dict[LetterKind, Manner] = {
    LetterKind.INVITATION: Manner(
        "chat.postMessage", _A_WEEK, Quiet.WAITS, before_joining=True, while_away=False
    ),
    LetterKind.CHECK_IN: Manner(
        "chat.postMessage", timedelta(hours=4), Quiet.LAPSES, unasked=True, while_away=False
    ),
    LetterKind.CHECK_IN_AGAIN: Manner("chat.postMessage", timedelta(hours=4), Quiet.LAPSES),
    LetterKind.DIGEST: Manner(
        "chat.postMessage", timedelta(hours=24), Quiet.WAITS, unasked=True, while_away=False
    ),
    LetterKind.NUDGE: Manner("chat.postMessage", _A_WEEK, Quiet.WAITS, unasked=True, while_away=False),
    LetterKind.TYPED_ANSWER: _ANSWER,
    LetterKind.TYPED_TOO_LONG: _ANSWER,
    LetterKind.REPLY: Manner("chat.postMessage", timedelta(hours=12), Quiet.IGNORES, before_joining=True),
    LetterKind.HOME: Manner("views.publish", _A_WEEK, Quiet.IGNORES, before_joining=True),
    LetterKind.CHANGED: Manner("chat.update", _A_WEEK, Quiet.IGNORES, before_joining=True),
}


@dataclass(frozen=True)
class Circumstances:
    """What is known, at the claim, of the one a letter is for."""

    person: Person
    account_state: AccountState
    school: School
    zone: ZoneInfo
    unasked_this_week: int


def reason_not_to_send(
    kind: LetterKind, due_at: datetime, its: Circumstances, now: datetime
) -> Reason | None:
    """One good reason not to send it now or ever, or None. The first that applies is the one that is kept."""
    manner = MANNERS[kind]
    today = now.astimezone(its.zone).date()
    reasons = {
        Reason.UNREACHABLE: its.account_state == AccountState.UNREACHABLE,
        Reason.NOT_JOINED: its.person.joined_at is None and not manner.before_joining,
        Reason.ALREADY_DECIDED: kind == LetterKind.INVITATION and _has_decided(its.person),
        Reason.PAUSED: its.person.paused_at is not None and manner.unasked,
        Reason.AWAY: not manner.while_away and calendar.is_away(its.person, today),
        Reason.SCHOOL_CLOSED: manner.unasked
        and manner.quiet == Quiet.LAPSES
        and not calendar.is_open(today, its.school.calendar),
        Reason.TOO_LATE: now - due_at > manner.late_after,
        Reason.QUIET_HOURS: manner.quiet == Quiet.LAPSES and calendar.is_quiet(now, its.zone, its.school),
        Reason.ENOUGH_THIS_WEEK: manner.unasked and its.unasked_this_week >= its.person.unasked_per_week,
    }
    return next((reason for reason, applies in reasons.items() if applies), None)


def waits_until(kind: LetterKind, its: Circumstances, now: datetime) -> datetime | None:
    """When a letter that waits for quiet hours or closed days to end may go; None when it may go now."""
    if MANNERS[kind].quiet != Quiet.WAITS:
        return None
    today = now.astimezone(its.zone).date()
    if not calendar.is_open(today, its.school.calendar):
        return calendar.moment(calendar.next_open_day(today, its.school), its.school.quiet_until, its.zone)
    morning = calendar.next_quiet_end(now, its.zone, its.school)
    return morning if morning > now else None


def _has_decided(person: Person) -> bool:
    return person.joined_at is not None or person.declined_at is not None


class Verdict(StrEnum):
    """What a reply means for the letter."""

    SENT = "sent"
    NOT_SENT = "not_sent"
    SLOW_DOWN = "slow_down"
    THIS_PERSON = "this_person"
    THIS_WORKSPACE = "this_workspace"
    OUR_MISTAKE = "our_mistake"
    PERHAPS_SENT = "perhaps_sent"


NOT_CONNECTED = "not_connected"
NO_ANSWER = "no_answer"
NOT_RENDERED = "not_rendered"
NOT_COMPOSED = "not_composed"
"""The database could not be read when the letter was put together."""

VERDICTS: dict[str, Verdict] = {
    "ok": Verdict.SENT,
    # Surely not sent: nothing was written, or Slack said so.
    NOT_CONNECTED: Verdict.NOT_SENT,
    NOT_COMPOSED: Verdict.NOT_SENT,
    "ratelimited": Verdict.SLOW_DOWN,
    "rate_limited": Verdict.SLOW_DOWN,
    "message_limit_exceeded": Verdict.SLOW_DOWN,
    # About one person: nobody else waits for it.
    "user_not_found": Verdict.THIS_PERSON,
    "users_not_found": Verdict.THIS_PERSON,
    "user_disabled": Verdict.THIS_PERSON,
    "user_not_visible": Verdict.THIS_PERSON,
    "cannot_dm_bot": Verdict.THIS_PERSON,
    "channel_not_found": Verdict.THIS_PERSON,
    "is_archived": Verdict.THIS_PERSON,
    "not_in_channel": Verdict.THIS_PERSON,
    "messages_tab_disabled": Verdict.THIS_PERSON,
    "message_not_found": Verdict.THIS_PERSON,
    "cant_update_message": Verdict.THIS_PERSON,
    "edit_window_closed": Verdict.THIS_PERSON,
    "not_enabled": Verdict.THIS_PERSON,
    # About the whole workspace: rows stay, nothing is sent until it is mended.
    "invalid_auth": Verdict.THIS_WORKSPACE,
    "not_authed": Verdict.THIS_WORKSPACE,
    "account_inactive": Verdict.THIS_WORKSPACE,
    "token_revoked": Verdict.THIS_WORKSPACE,
    "token_expired": Verdict.THIS_WORKSPACE,
    "missing_scope": Verdict.THIS_WORKSPACE,
    "no_permission": Verdict.THIS_WORKSPACE,
    "not_allowed_token_type": Verdict.THIS_WORKSPACE,
    "team_access_not_granted": Verdict.THIS_WORKSPACE,
    "org_login_required": Verdict.THIS_WORKSPACE,
    "ekm_access_denied": Verdict.THIS_WORKSPACE,
    "access_denied": Verdict.THIS_WORKSPACE,
    # Our own mistake: trying again would make it again.
    "msg_too_long": Verdict.OUR_MISTAKE,
    "msg_blocks_too_long": Verdict.OUR_MISTAKE,
    "no_text": Verdict.OUR_MISTAKE,
    "invalid_blocks": Verdict.OUR_MISTAKE,
    "invalid_blocks_format": Verdict.OUR_MISTAKE,
    "invalid_arguments": Verdict.OUR_MISTAKE,
    "invalid_arg_name": Verdict.OUR_MISTAKE,
    "invalid_metadata_format": Verdict.OUR_MISTAKE,
    "invalid_metadata_schema": Verdict.OUR_MISTAKE,
    "metadata_too_large": Verdict.OUR_MISTAKE,
    "view_too_large": Verdict.OUR_MISTAKE,
    "not_implemented": Verdict.OUR_MISTAKE,
    NOT_RENDERED: Verdict.OUR_MISTAKE,
    "unknown_method": Verdict.OUR_MISTAKE,
}
"""Slack's replies (https://docs.slack.dev/reference/methods/chat.postMessage#errors) and our own words for no reply.
Whatever is not here (5xx, internal_error, fatal_error, anything new) is perhaps sent: never guess."""


def verdict(reply: str, manner: Manner) -> Verdict:
    """What Slack's reply (`ok`, an error code, or our word for no reply) means for a letter of this manner."""
    meaning = VERDICTS.get(reply, Verdict.PERHAPS_SENT)
    if meaning == Verdict.PERHAPS_SENT and manner.repeatable:
        return Verdict.NOT_SENT
    return meaning


def backoff(tries: int) -> timedelta:
    """How long to wait before the next try: 2 s, 4 s, 8 s … up to five minutes."""
    return timedelta(seconds=min(300, 2 ** min(tries, 9)))
